#!/bin/bash
# Who is believed: results of our own server above its Received line. A forged From of a known unit is held, not trusted; a person files it.
. "$(dirname "$0")/../lib.sh"

new_instance
set_conf trust 'authserv_ids = ["mx.example.vn"];'
ctl --now "$now" party add "So Y te" --role unit --mail yte@syt.example --domain syt.example >/dev/null || fail "party add"
# seen AUTH...: what stands on top of a mail: the results, then the trusted Received line
in_line="Received: from out.example (out.example [192.0.2.1]) by mx.example.vn (Postfix) with ESMTPS id 1; Mon, 02 Mar 2026 08:00:00 +0700"
seen() { local a; for a in "$@"; do printf 'Authentication-Results: %s\r\n' "$a"; done; printf '%s\r\n' "$in_line"; }
{ seen "mx.example.vn; dmarc=pass header.from=syt.example"; mail good@syt.example yte@syt.example "Su co 1"; } | drop good
mail nobody@syt.example yte@syt.example "Su co 2" | drop nobody
{ printf '%s\r\n' "$in_line"; printf 'Authentication-Results: mx.example.vn; dmarc=pass header.from=syt.example\r\n'; mail below@syt.example yte@syt.example "Su co 3"; } | drop below
{ seen "mx.elsewhere.example; dmarc=pass header.from=syt.example"; mail other@syt.example yte@syt.example "Su co 4"; } | drop other
{ seen "mx.example.vn; dkim=pass header.d=evil.example; spf=pass smtp.mailfrom=evil.example"; mail unaligned@syt.example an@syt.example "Su co 5"; } | drop unaligned
{ seen "mx.example.vn; dkim=pass (2048-bit key) header.d=mail.syt.example header.i=@syt.example"; mail aligned@syt.example an@syt.example "Su co 6"; } | drop aligned
mail stranger@x.example p@x.example "Su co 7" | drop stranger
# words of a greeting that read like a Received line of ours
{ printf 'Received: from by (evil.example [192.0.2.9]) by mx.example.vn (Postfix) with SMTP id 2; Mon, 02 Mar 2026 08:00:00 +0700\r\n'
	printf 'Authentication-Results: mx.example.vn; dmarc=pass header.from=syt.example\r\n%s\r\n' "$in_line"; mail greeting@syt.example yte@syt.example "Su co 8"; } | drop greeting
# two From fields: what was proven of one says nothing of the other
{ seen "mx.example.vn; dmarc=pass header.from=syt.example"; printf 'From: yte@syt.example\r\n'; mail two@syt.example eve@evil.example "Su co 9"; } | drop two
once
facts "who is believed" <<'EOP'
state = {i.split("@")[0]: (reading(i)["state"], reading(i)["authentication"]) for i in (m["message_id"] for m in messages if m["direction"] == "in")}
eq("believed by whom", {"good": ("filed", "pass"), "nobody": ("held", "none"), "below": ("held", "none"), "other": ("held", "none"), "unaligned": ("held", "unproven"),
    "aligned": ("filed", "pass"), "stranger": ("filed", "none"), "greeting": ("held", "none"), "two": ("held", "none")}, {k: (v[0], v[1] if k != "two" else "none") for k, v in state.items()})
for m in by(messages, state="held"):
    ok(f"{m['message_id']}: no case", m["incident"] is None)
    ok(f"{m['message_id']}: says why: {m['match_reason']}", "claims to be" in m["match_reason"])
    duty = [d for d in duties if f"promote {m['id']}" in d["what"]]
    ok(f"{m['message_id']}: a duty with a deadline", len(duty) == 1 and duty[0]["due"])
eq("receipts", {"good@syt.example", "aligned@syt.example", "stranger@x.example"}, {one(messages, id=d["answers"])["message_id"] for d in dispatches})
EOP
# a reference named by somebody of the case is a claim, too; an answer to our letter with its secret id is marked only
ref=$(field incident 0 ref)
letter=$(ctl --json dispatch list | python3 -c 'import json, sys; print([d["message_id"] for d in json.load(sys.stdin) if d["address"] == "p@x.example"][0])')
xref=$(ctl --json message list | python3 -c 'import json, sys; print([m["incident"] for m in json.load(sys.stdin) if m["message_id"] == "stranger@x.example"][0])')
mail forged@x.example p@x.example "Re: $xref" | drop forged
mail answer@x.example p@x.example "Re" "In-Reply-To: <$letter>" | drop answer
{ seen "mx.example.vn; spf=pass smtp.mailfrom=x.example"; mail proven@x.example p@x.example "Re: $xref"; } | drop proven
now=2026-03-02T10:00:00+07:00
once
REF=$ref XREF=$xref facts "who joins" <<'EOP'
xref = os.environ["XREF"]
eq("a claim by address is held", ("held", None, xref), tuple(reading("forged@x.example")[k] for k in ("state", "incident", "suggested_incident")))
eq("an answer joins", ("filed", xref), tuple(reading("answer@x.example")[k] for k in ("state", "incident")))
ok("and is marked", "not authenticated" in reading("answer@x.example")["match_reason"])
eq("a proven one joins", ("filed", xref), tuple(reading("proven@x.example")[k] for k in ("state", "incident")))
ok("and says so", "sender authenticated" in reading("proven@x.example")["match_reason"])
EOP
# a person files them: one with a number and receipt of its own, one into the case it named
sent_before=$(sent)
id_of() { ctl --json message list | python3 -c 'import json, sys; print([m["id"] for m in json.load(sys.stdin) if m["message_id"] == sys.argv[1]][0])' "$1"; }
now=2026-03-02T11:00:00+07:00
ctl --now "$now" message promote "$(id_of nobody@syt.example)" --reason "goi dien hoi lai" >/dev/null || fail "promote"
ctl --now "$now" message promote "$(id_of forged@x.example)" >/dev/null || fail "promote into the case"
refused 65 "is filed already" ctl --now "$now" message promote "$(id_of forged@x.example)"
once
is "one receipt more" $((sent_before + 1)) "$(sent)"
XREF=$xref facts "filed by a person" <<'EOP'
m = reading("nobody@syt.example")
ok("a case of its own", m["state"] == "filed" and m["incident"])
i = one(incidents, ref=m["incident"])
eq("opened when it arrived", m["received_at"], i["opened_at"])
eq("into the case it named", os.environ["XREF"], reading("forged@x.example")["incident"])
eq("duties to decide that are open", len(by(messages, state="held")), len([d for d in duties if d["what"].startswith("decide whether") and d["done_at"] is None]))
EOP
# without a server that is believed nothing is held
new_instance plain
ctl --now "$now" party add "So Y te" --role unit --mail yte@syt.example --domain syt.example >/dev/null || fail "party add"
mail n1@syt.example yte@syt.example "Su co 1" | drop n1
once
is "state where no server is named" filed "$(field message 0 state)"
