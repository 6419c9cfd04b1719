#!/bin/bash
# The daemon starts, works, owns its instance and stops.
. "$(dirname "$0")/../lib.sh"

new_instance
start
mail b1@stttt.example a@stttt.example "Bao cao su co" | drop b1.mx
wait_for 20 "the receipt" sent_is 1
wait_for 10 "the mail in cur" test -e "$dir/incoming/cur/b1.mx:2,S"

# a second one is turned away and told whose it is
code=0
irgated >"$work/second.log" 2>&1 || code=$?
is "exit code of a second daemon" 75 "$code"
has "its words" "held by pid $daemon\$" "$work/second.log"
code=0
irgated --once >"$work/second.log" 2>&1 || code=$?
is "exit code of --once beside a daemon" 75 "$code"

# every role is there, and all go
for role in recorder mailin clerk sender; do
	[ -n "$(role_pid "$role")" ] || fail "no role $role"
done
pids="$(cat "/proc/$daemon/task/$daemon/children")"
stop
for pid in $pids; do
	wait_for 5 "process $pid ends with the daemon" gone "$pid"
done
[ ! -e "$dir/var/control.sock" ] || fail "control.sock was left behind"
now=$(date -d "+1 minute" -Is)
once
is "receipts" 1 "$(sent)"

# killed outright, it leaves no role behind and the next start is not kept waiting

start
pids="$(cat "/proc/$daemon/task/$daemon/children")"
kill -KILL "$daemon"
wait "$daemon" 2>/dev/null
start
for pid in $pids; do
	wait_for 5 "process $pid ends with its killed parent" gone "$pid"
done
stop
