#!/bin/bash
# Strangers: one who merely names a number gets a case of his own and a suggestion; one who answers mail of a case takes part, is told once that
# his mail came and nothing of the case, and waits until a person admits him.
. "$(dirname "$0")/../lib.sh"

new_instance
BODY="The tax server is under foreign control, marker-of-the-case." mail s0@xa.example lan@xa.example "Marker subject" | drop s0
once
ref=$(field incident 0 ref)
receipt=$(field dispatch 0 message_id)
mail s1@stranger.example eve@stranger.example "I know $ref" | drop s1
mail s2@other.example bob@other.example "Re: [$ref]" "In-Reply-To: <$receipt>" | drop s2
now=2026-03-02T10:00:00+07:00
once
cat >"$work/checks" <<'EOP'
ref = os.environ["REF"]
case = one(incidents, ref=ref)
named, joined = reading("s1@stranger.example"), reading("s2@other.example")
ok("the stranger has his own case", named["incident"] not in (None, ref))
eq("filed there", ("filed", "none", ref), (named["state"], named["matched_by"], named["suggested_incident"]))
own = one(dispatches, address="eve@stranger.example")
eq("his own receipt", (named["incident"], "sent"), (own["incident"], own["state"]))
text = next(raw[n] for n in raw if n.startswith(own["id"])).decode()
ok("his receipt says nothing of the other case", ref not in text and ref not in str(next(outgoing[n] for n in outgoing if n.startswith(own["id"]))["Subject"]))
merge = [d for d in duties if "merge" in d["what"]]
ok(f"a person decides on the merge: {merge}", len(merge) == 1 and ref in merge[0]["what"] and merge[0]["incident"] == named["incident"] and not merge[0]["done_at"])
ok("rejected candidate is written down", any(ref in line for line in named["match_rejected"]))
eq("who answers mail of a case joins it", (ref, "thread"), (joined["incident"], joined["matched_by"]))
mine = one(dispatches, address="bob@other.example")
eq("receipted once", ("receipt", "sent", ref), (mine["letter"], mine["state"], mine["incident"]))
mail = next(outgoing[n] for n in outgoing if n.startswith(mine["id"]))
text = mail.get_body(("plain",)).get_content()
for secret in ("marker", "Marker", "lan@", "tax"):
    ok(f"his receipt holds '{secret}' of the case", secret not in text and secret not in str(mail["Subject"]))
EOP
REF=$ref facts "strangers" <"$work/checks"
ctl incident show "$ref" >"$work/shown.log"
has "who waits" 'bob@other.example .*waits to be admitted' "$work/shown.log"
ctl message show "$(ctl --json message list | python3 -c 'import json,sys; print([m["id"] for m in json.load(sys.stdin) if m["message_id"]=="s1@stranger.example"][0])')" >"$work/message.log"
has "the suggestion" "irgatectl incident merge IR-.* $ref" "$work/message.log"

# he writes again: he is in the case, no second receipt, still nothing else
mail s3@other.example bob@other.example "More on $ref" | drop s3
now=2026-03-02T11:00:00+07:00
once
is "receipts to him" 1 "$(grep -l 'To: .*bob@other.example' "$dir"/outgoing/new/* | wc -l)"
REF=$ref facts "his second mail" <<'EOP'
m = reading("s3@other.example")
ok(f"joins or is suggested, never a second receipt: {m['matched_by']}", m["incident"] == os.environ["REF"] or m["suggested_incident"] == os.environ["REF"])
EOP
refused 65 'has not written' ctl --now "$now" incident admit "$ref" nobody@else.example
ctl --now "$now" incident admit "$ref" bob@other.example || fail "incident admit"
ctl incident show "$ref" >"$work/shown.log"
has_not "he is admitted" 'waits to be admitted' "$work/shown.log"
ctl journal list >"$work/journal.log"
has "the act is journalled" 'incident admit.*bob@other.example' "$work/journal.log"

# the suggestion is followed: everything is in the case, the duty is done, nothing is suggested any more
own=$(ctl --json message list | python3 -c 'import json,sys; print([m["incident"] for m in json.load(sys.stdin) if m["message_id"]=="s1@stranger.example"][0])')
ctl --now "$now" incident merge "$own" "$ref" --reason "the same break-in" || fail "incident merge"
REF=$ref facts "after the merge" <<'EOP'
m = reading("s1@stranger.example")
eq("case and suggestion", (os.environ["REF"], None), (m["incident"], m["suggested_incident"]))
eq("duties to decide", [], [d for d in duties if "merge" in d["what"] and not d["done_at"]])
EOP
mail s4@stranger.example eve@stranger.example "again about $ref" | drop s4
now=2026-03-02T12:00:00+07:00
once
REF=$ref facts "she is known to the case now" <<'EOP'
m = reading("s4@stranger.example")
eq("joins by the number", (os.environ["REF"], "reference"), (m["incident"], m["matched_by"]))
EOP
