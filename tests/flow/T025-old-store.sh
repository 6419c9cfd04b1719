#!/bin/bash
# A store put back from a backup: what came after it is in the log and becomes cases again, but nobody is answered twice by itself.
. "$(dirname "$0")/../lib.sh"

new_instance
mail o1@stttt.example a@xa.example "Su co 1" | drop o1
once
cp -a "$dir/var/store" "$work/backup"
mail o2@stttt.example b@phuong.example "Su co 2" | drop o2
mail o3@stttt.example c@thon.example "Su co 3" | drop o3
once
is "receipts" 3 "$(sent)"
rm -rf "$dir/var/store"
cp -a "$work/backup" "$dir/var/store"
rm -f "$dir"/outgoing/new/*

mail o4@stttt.example d@huyen.example "Su co 4" | drop o4
once
is "incidents" 4 "$(count incident)"
is "receipts after the restore" 1 "$(sent)"
facts "what was decided again" <<'EOP'
held = [d for d in dispatches if d["state"] == "held"]
eq("held", 2, len(held))
ok(f"why: {held[0]['why']}", "older than the log" in held[0]["why"])
ok("one new receipt", [d for d in dispatches if d["state"] == "sent" and d["address"] == "d@huyen.example"])
eq("owed by a person", 2, len([d for d in duties if "by hand" in d["what"] and not d["done_at"]]))
EOP
ctl alarm list >"$work/alarms.log" 2>&1
has "the alarm" "older than the log" "$work/alarms.log"
# a person who knows that it never arrived lets it go
id=$(ctl --json dispatch list 2>/dev/null | python3 -c 'import json, sys
print([d["id"] for d in json.load(sys.stdin) if d["state"] == "held"][0])')
ctl --now "$now" dispatch release "$id" --reason "nothing arrived" >"$work/release.log" 2>&1 || fail "dispatch release"
once
is "receipts after a release" 2 "$(sent)"
