#!/bin/bash
# A gateway that rests after work: readers and workers are gone, what the others have for themselves is little; and what comes next is read and drawn
# as before. Pages of libraries are not counted here: their share depends on who else on the machine has them (make bench counts them).
. "$(dirname "$0")/../lib.sh"

# kids PID: its children; workers NAME: pids of irgate-NAME of the running daemon
kids() { cat "/proc/$1/task/$1/children" 2>/dev/null; }
workers() {
	local p
	for p in $(kids "$daemon"); do
		[ "$({ tr '\0' ' ' <"/proc/$p/cmdline"; } 2>/dev/null | cut -d' ' -f1)" = "irgate-$1" ] && echo "$p"
	done
	return 0
}
no_worker() { [ -z "$(workers "$1")" ]; }
own_memory() {
	local p
	{
		echo "$daemon"
		for p in $(kids "$daemon"); do
			echo "$p"
			kids "$p" | tr ' ' '\n'
		done
	} | sort -u | while read -r p; do
		awk '/^Pss_Anon:/ { print $2 }' "/proc/$p/smaps_rollup" 2>/dev/null
	done | awk '{ n += $1 } END { print n }'
}

new_instance
start
ctl party add "Công ty Viễn thông Mẫu" --role isp --mail abuse@isp.example >/dev/null || fail party
for i in 1 2 3 4 5 6 7 8; do
	mail "r$i@xa$i.example" "p$i@xa$i.example" "Su co $i" | drop "r$i"
done
wait_for 20 "the receipts" sent_is 8
drawn=no
if [ -x "$build/irgate-scribe" ]; then
	ctl letter send forward "$(field incident 0 ref)" --to "Công ty Viễn thông Mẫu" --set 'asks=Gỡ bỏ;' --set due=2027-03-10 >"$work/letter" || fail "letter send"
	wait_for 30 "the letter" sent_is 9
	[ -n "$(workers scribe)" ] || fail "nothing drew it"
	drawn=yes
fi

# quiet for some seconds
wait_for 25 "no scribe is kept" no_worker scribe
wait_for 25 "no worker for documents is kept" no_worker pages
wait_for 25 "no reader is kept" no_worker reader
if ! grep -Eq 'IG_COVERAGE 1|^IG_CFLAGS.*fsanitize' "$build/config.h" "$build/Makefile"; then
	own=$(own_memory)
	say "$own KiB"
	[ "$own" -le 18432 ] || fail "at rest all processes together have $own KiB for themselves"
fi

# and work again
mail r9@xa9.example p9@xa9.example "Su co 9" | drop r9
wait_for 20 "the next receipt" sent_is $([ $drawn = yes ] && echo 10 || echo 9)
if [ $drawn = yes ]; then
	ctl letter send forward "$(field incident 1 ref)" --to "Công ty Viễn thông Mẫu" --set 'asks=Gỡ bỏ;' --set due=2027-03-11 >"$work/letter" || fail "letter send"
	wait_for 30 "the next letter" sent_is 11
fi
stop
has_not "no reader is said to have died" 'was ended by signal\|ended with code' "$daemon_log"
