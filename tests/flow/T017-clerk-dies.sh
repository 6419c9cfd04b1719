#!/bin/bash
# The clerk is aborted in each room over one message: that message ends as a fallback record with an alarm and a duty, the rest goes on.
. "$(dirname "$0")/../lib.sh"
trip=$build/tests/fault/trip.so
[ -e "$trip" ] || skip "tests/fault/trip.so was not built"
export ASAN_OPTIONS="${ASAN_OPTIONS:-}:verify_asan_link_order=0"

for room in match decide store compose desk; do
	new_instance "$room"
	: >"$work/once.log"
	mail "before-$room@x.example" a@x.example "Su co truoc" | drop 1before
	mail "bad-$room@x.example" b@y.example "Su co GAY-CHET may" | drop 2bad
	mail "after-$room@x.example" c@z.example "Su co sau" | drop 3after
	LD_PRELOAD=$trip IRGATE_TRIP="$room:GAY-CHET" once 0
	is "$room: deaths of the clerk" 3 "$(grep -c 'the clerk died at frame' "$work/once.log")"
	is "$room: left in incoming" 0 "$(files_in "$dir/incoming/new")"
	is "$room: messages taken in" 3 "$(ctl --json message list 2>/dev/null | python3 -c 'import json, sys
print(len([m for m in json.load(sys.stdin) if m["direction"] == "in"]))')"
	is "$room: receipts" 2 "$(sent)"
	[ "$(count alarm)" -ge 1 ] || fail "$room: no alarm"
	[ "$(count duty)" -ge 1 ] || fail "$room: no duty"
	ctl check >"$work/check.log" 2>&1 || fail "$room: irgatectl check"
	# without the trip the record stays as it is: the cursor went on
	once 0
	is "$room: receipts after a second run" 2 "$(sent)"
done
