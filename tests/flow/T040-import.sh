#!/bin/bash
# Import of a Maildir, an mbox, a folder and a file: cases, but nothing is sent and no deadline runs; again, only copies; --live is for real.
. "$(dirname "$0")/../lib.sh"

new_instance
mkdir -p "$work/box/new" "$work/box/cur" "$work/box/tmp" "$work/folder/sub"
mail i1@a.example a@a.example "Cu 1" >"$work/box/cur/1700000001.M1.mx:2,RS"
mail i2@a.example a@a.example "Re: Cu 1" "In-Reply-To: <i1@a.example>" >"$work/box/new/1700000002.M2.mx"
mail i9@a.example a@a.example "not delivered yet" >"$work/box/tmp/1700000009.M9.mx"
mail i3@b.example b@b.example "Cu 3" >"$work/folder/sub/three.eml"
mail i4@c.example c@c.example "Cu 4" >"$work/four.eml"
{
	printf 'From x@y Mon Mar  2 08:00:00 2026\n'; BODY=$'first\n\n>From the start it was broken\nFrom here on too' mail i5@d.example d@d.example "Cu 5" | tr -d '\r' | sed 's/^From here/>From here/'
	printf '\nFrom x@y Mon Mar  2 08:00:01 2026\n'; mail i6@d.example e@d.example "Cu 6" | tr -d '\r'
} >"$work/old.mbox"
ctl --now "$now" --json import "$work/box" "$work/old.mbox" "$work/folder" "$work/four.eml" >"$work/import.log" 2>&1 || fail "import"
has "the count" '"messages":6' "$work/import.log"
once
facts "after the import" <<'EOP'
eq("messages", ["i1@a.example", "i2@a.example", "i3@b.example", "i4@c.example", "i5@d.example", "i6@d.example"], sorted(m["message_id"] for m in messages if m["direction"] == "in"))
eq("incidents", 5, len(incidents))
eq("the thread", reading("i1@a.example")["incident"], reading("i2@a.example")["incident"])
eq("letters", {("cancelled", "imported")}, {(d["state"], d["why"]) for d in dispatches})
eq("one for each case", 5, len(dispatches))
eq("nothing left", {}, outgoing)
eq("no duty is due", [], [d for d in duties if d["due"] and not d["done_at"]])
eq("source_file", "1700000001.M1.mx", reading("i1@a.example")["source_file"])
eq("of an mbox", "old.mbox#1", reading("i5@d.example")["source_file"])
EOP
"$build/irgatectl" -c "$conf" message raw "$(ctl --json message list | python3 -c 'import json,sys; print([m["id"] for m in json.load(sys.stdin) if m["message_id"]=="i5@d.example"][0])')" >"$work/raw"
is "quoted From lines lose one mark" 2 "$(grep -c '^From ' "$work/raw")"

# again the same: only copies
now=2026-03-02T10:00:00+07:00
ctl --now "$now" import "$work/box" "$work/folder" "$work/four.eml" "$work/old.mbox" >"$work/import.log" 2>&1 || fail "import again"
facts "after the second import" <<'EOP'
eq("messages", 6, len(messages))
eq("incidents", 5, len(incidents))
eq("copies", [1] * 6, [len(m["copies"]) for m in messages])
EOP
# live: deadlines and letters are real; then a real follow-up to an imported case
mail l1@e.example f@e.example "Song" >"$work/live.eml"
ctl --now "$now" import --live "$work/live.eml" >"$work/import.log" 2>&1 || fail "import --live"
once
is "what left after --live" 1 "$(sent)"
mail l2@a.example a@a.example "Re: Cu 1" "References: <i1@a.example>" | drop l2
once
is "incidents" 6 "$(count incident)"

# what is not there, and what is no mail
refused 65 'nowhere' ctl --now "$now" import "$work/nowhere"
refused 64 'something is missing' ctl import
# one that is too large is left out and said, the rest is taken
new_instance small
set_conf intake 'message_max = "300K";'
mkdir "$work/mixed"
mail a1@a.example a@a.example "vua" >"$work/mixed/a.eml"
{ mail a2@a.example a@a.example "lon"; head -c 400000 /dev/zero | tr '\0' x | fold -w 70; } >"$work/mixed/b.eml"
mail a3@a.example b@a.example "vua nua" >"$work/mixed/c.eml"
now=2026-03-02T09:00:00+07:00
refused 65 'b.eml is larger' ctl --now "$now" import "$work/mixed"
is "the others are taken" 2 "$(count incident)"
# no reader can be started: it ends and says so; what is in the log is read by the next run
new_instance reader
code=0
IRGATE_LIBEXEC=$work/nowhere timeout 60 "$build/irgatectl" -c "$conf" --now "$now" import "$work/folder" >"$work/import.log" 2>&1 || code=$?
is "exit code without a reader" 75 "$code"
has "it says so" 'irgate-reader' "$work/import.log"
once
is "read by the next run" 1 "$(count incident)"
