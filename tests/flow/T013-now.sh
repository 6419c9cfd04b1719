#!/bin/bash
# The civil clock: stands where --now says, never goes behind what the instance knows, and equal times are fine.
. "$(dirname "$0")/../lib.sh"

new_instance
# an instance made today runs with any time
now=2026-03-02T09:00:00+07:00
mail n1@stttt.example a@stttt.example "Su co 1" | drop n1
once
is "arrival" 2026-03-02T09:00:00+07:00 "$(field message 0 received_at)"

# reading without --now changes nothing
ctl incident list >/dev/null 2>&1
mail n2@stttt.example b@phuong.example "Su co 2" | drop n2
once
is "incidents" 2 "$(count incident)"

now=2026-03-02T08:59:59+07:00
once 64
has "its words" 'newest arrival' "$work/once.log"
is "incidents after a refused run" 2 "$(count incident)"

# the same moment in another zone
now=2026-03-02T02:00:00Z
once

# a mail that is in the log but not yet in the store counts too
if [ -x "$build/irgate-deliver" ]; then
	mail n3@stttt.example c@phuong.example "Su co 3" | "$build/irgate-deliver" -c "$conf" || fail "irgate-deliver"
	now=2026-03-02T10:00:00+07:00
	once 64
	now=$(date -d '+1 minute' -Is)
	once
	is "incidents" 3 "$(count incident)"
fi

# a clock that ran ahead once and was put right: what comes then is answered now, and somebody hears of the wrong dates
new_instance ahead
now=2099-01-01T00:00:00Z
mail a1@stttt.example d@phuong.example "Su co" | drop a1
once
now=$(date -Is)
mail a2@stttt.example e@phuong.example "Su co" | drop a2
"$build/irgated" -c "$conf" --once >"$work/ahead.log" 2>&1 || fail "irgated --once"
is "receipts" 2 "$(sent)"
ctl alarm list >"$work/alarms.log" 2>&1
has "the alarm" "clock went back" "$work/alarms.log"
