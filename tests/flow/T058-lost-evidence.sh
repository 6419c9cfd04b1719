#!/bin/bash
# The log lost frames that the store had taken: an alarm, a duty, verify says which; no new message takes a number of theirs and none is lost.
. "$(dirname "$0")/../lib.sh"

for how in torn cut gone; do
	new_instance "$how"
	set_conf decide 'budget_domain = 0;'
	now=2026-03-02T09:00:00+07:00
	for n in 1 2; do mail "e$n@xa.example" "p$n@xa.example" "Su co $n" | drop "e$n"; done
	once
	segment=$(find "$dir/var/evidence" -type f -name '*.log')
	case $how in
	torn) truncate -s -20 "$segment" ;;
	cut) truncate -s 256 "$segment" ;; # its head is whole and no frame follows
	gone) rm "$segment" ;;
	esac
	for n in 3 4 5; do mail "e$n@xa.example" "p$n@xa.example" "Su co $n" | drop "e$n"; done
	now=2026-03-02T10:00:00+07:00
	once
	facts "after the log was $how" <<-'EOP'
		eq("messages", [f"e{n}" for n in range(1, 6)], [m["source_file"] for m in messages if m["direction"] == "in"])
		eq("every one is answered once", 5, len(outgoing))
		ok("numbers of frames are used once", len({m["frame"] for m in messages if m["frame"]}) == 5)
		ok(f"the alarm: {alarms}", [a for a in alarms if a["code"] == "lost-evidence" and not a["acked_at"]])
		ok(f"the duty: {duties}", [d for d in duties if "lost" in d["what"] and d["incident"] is None and not d["done_at"]])
	EOP
	refused 65 'lost evidence: frames' ctl evidence verify
	refused 65 'frame' ctl evidence list
	is "frames that are there are listed" 3 "$(ctl evidence list 2>/dev/null | grep -c '2026-03-02 10:00')"
	refused 1 'lost-evidence' ctl status
	code=0
	ctl message raw "$(ctl --json message list | python3 -c 'import json,sys; print([m["id"] for m in json.load(sys.stdin) if m["source_file"] == "e2"][0])')" >"$work/raw" 2>&1 || code=$?
	is "the bytes of a lost one" 65 "$code"
	mail e6@xa.example p6@xa.example "Su co 6" | drop e6
	once
	is "it goes on" 6 "$(sent)"
	is "duties after another run" 1 "$(ctl --json duty list | grep -c 'find out what was lost')"
done
