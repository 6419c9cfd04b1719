#!/bin/bash
# A reader that neither answers nor ends costs one message, and not its place in the pool: there are two, and with LONG=1 three hang in turn.
. "$(dirname "$0")/../lib.sh"

new_instance
set_conf reader 'readers = 1;'
set_conf reader 'reader_cpu = "100ms";'
start
# children of the daemon that are readers, then the readers proper below them
nurses() {
	local p
	for p in $(cat "/proc/$daemon/task/$daemon/children" 2>/dev/null); do
		grep -qs '^irgate-reader$' "/proc/$p/comm" && echo "$p"
	done
	return 0
}
a_reader() { [ -n "$(nurses)" ]; }
messages_in() { [ "$(ctl --json message list 2>/dev/null | grep -c '"direction": *"in"')" = "$1" ]; }
mail r0@stttt.example r0@xa.example "Su co 0" | drop r0
wait_for 10 "first receipt" sent_is 1
for n in 1 2 3; do
	wait_for 10 "a reader" a_reader
	pid=$(nurses | head -n 1)
	kill -STOP "$(cat "/proc/$pid/task/$pid/children")" "$pid"
	mail "r$n@stttt.example" "r$n@xa.example" "Su co $n" | drop "r$n"
	wait_for 30 "record $n" messages_in $((2 * n))
	wait_for 5 "the reader that hung is gone" gone "$pid"
	mail "s$n@stttt.example" "s$n@ap.example" "Su co sau $n" | drop "s$n"
	wait_for 20 "receipt after hang $n" sent_is $((n + 1))
	[ "$n" = 1 ] && [ -z "${LONG:-}" ] && break
done
stop
has "the reason" "took too long" "$daemon_log"
