#!/bin/bash
# Each role is killed in turn while mail comes in: it comes back, nothing is lost, nothing is doubled.
. "$(dirname "$0")/../lib.sh"

new_instance
start
n=0
for role in recorder mailin clerk sender clerk recorder; do
	old=$(role_pid "$role")
	[ -n "$old" ] || fail "no role $role"
	n=$((n + 1)); mail "k$n@stttt.example" "k$n@xa$n.example" "Su co so $n" | drop "k$n"
	kill -KILL "$old"
	n=$((n + 1)); mail "k$n@stttt.example" "k$n@xa$n.example" "Su co so $n" | drop "k$n"
	fresh() { local p; p=$(role_pid "$role"); [ -n "$p" ] && [ "$p" != "$old" ]; }
	wait_for 20 "$role is back" fresh
	wait_for 30 "receipts after $role was killed" sent_is "$n"
done
wait_for 10 "incoming is empty" test "$(files_in "$dir/incoming/new")" = 0
stop
is "incidents" "$n" "$(count incident)"
is "receipts" "$n" "$(sent)"
ctl check >"$work/check.log" 2>&1 || fail "irgatectl check"
ctl evidence verify >"$work/verify.log" 2>&1 || fail "evidence verify"
