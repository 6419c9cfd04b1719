#!/bin/bash
# irgate-deliver: 0 only for what is durable, with or without a daemon; 75 while another holds the instance; 64 and 78 for its own mistakes.
. "$(dirname "$0")/../lib.sh"

new_instance
deliver() { "$build/irgate-deliver" -c "$conf" "$@"; }
mail d1@xa.example a@xa.example "Su co 1" | deliver --recipient ungcuu@example.vn || fail "without a daemon"
is "taken before any daemon ran" 0 "$(count message)"
# somebody else holds the lock without a daemon behind it
exec 8>>"$dir/var/lock"
flock 8
code=0
mail d2@xa.example a@xa.example "Su co 2" | deliver 2>"$work/held.log" || code=$?
is "exit code while it is held" 75 "$code"
flock -u 8
exec 8>&-
start
mail d3@xa.example b@xa.example "Su co 3" | deliver --recipient ungcuu@example.vn --sender b@xa.example || fail "with a daemon"
head -c 2000000 /dev/zero | tr '\0' 'x' | fold -w 70 >"$work/big"
{ mail d4@xa.example c@xa.example "Lon"; cat "$work/big"; } | deliver || fail "a large one with a daemon"
wait_for 20 "all three" count_is incident 3
wait_for 20 "the receipts" sent_is 3
printf '' | deliver >"$work/empty.log" 2>&1
code=$?
[ $code = 0 ] || [ $code = 64 ] || [ $code = 65 ] || fail "an empty message ended with $code"
stop
refused 64 '.' deliver --frobnicate </dev/null
refused 78 'nowhere' "$build/irgate-deliver" -c "$work/nowhere.conf" </dev/null
printf 'x' >>"$work/x"
code=0
set_conf intake 'message_max = "300K";'
head -c 500000 /dev/zero | deliver >"$work/large.log" 2>&1 || code=$?
[ "$code" = 65 ] || [ "$code" = 69 ] || [ "$code" = 77 ] || fail "a mail past message_max ended with $code: it must be refused for good"
