#!/bin/bash
# Stopped, replaced and killed while mail pours in: every mail becomes one incident with one receipt, and an orderly stop leaves no letter
# in doubt (`sending`).
. "$(dirname "$0")/../lib.sh"

new_instance
set_conf decide 'budget_letters = 0;'
n=0
pour() { # pour COUNT: from as many senders
	local i
	for ((i = 0; i < $1; i++)); do
		n=$((n + 1))
		mail "s$n@x$n.example" "s$n@x$n.example" "Su co $n" | drop "s$n"
	done
}
for round in TERM HUP TERM KILL TERM; do
	start
	pour 40
	case $round in
	HUP) kill -HUP "$daemon"; pour 10; wait_for 20 "replaced" daemon_says 'configuration is taken'; stop ;;
	TERM) stop; is "letters in doubt after a stop" 0 "$(ctl --json dispatch list | grep -c '"state": *"sending"')" ;;
	KILL) kill -KILL "$daemon"; wait "$daemon" 2>/dev/null ;;
	esac
done
now=$(date -d '+1 minute' -Is)
once
is "incidents" "$n" "$(count incident)"
is "receipts" "$n" "$(sent)"
is "letters" "$n" "$(ctl --json dispatch list | grep -o '"state": *"sent"' | wc -l)"
is "left in incoming" 0 "$(files_in "$dir/incoming/new")"
ctl check >"$work/check.log" 2>&1 || fail "irgatectl check"
ctl evidence verify >"$work/verify.log" 2>&1 || fail "evidence verify"
