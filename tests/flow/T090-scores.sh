#!/bin/bash
# Real mail with expected results: what was once reached is not lost again. The sets lie beside the project (../shared) and never enter it.
. "$(dirname "$0")/../lib.sh"
sets=$src/../shared/corpora score=$src/../shared/score
command -v python3 >/dev/null || skip "python3 is not there"
[ -f "$score/score.py" ] && [ -d "$sets" ] || skip "the sets of real mail are not beside the project"

# SET METRIC LEAST
wanted='mime-zammad subject 66
mime-zammad from-address 67
mime-zammad text 52
mime-zammad attachments 19
mime-stalwart subject 74
mime-stalwart from-address 75
mime-stalwart text 83
mime-stalwart attachments 49
mime-libetpan all 157
mime-mime4j text 18
quotes-trimmer reply-text 32
abuse-reports source 24
abuse-reports url 3
abuse-reports class 24
abuse-reports event-time 23
abuse-reports report-id 7
abuse-xarf class 46
abuse-xarf source 39
abuse-xarf event-time 46
abuse-xarf report-id 16
tickets-carrier ticket-id 32
tickets-carrier ticket-status 38
tickets-carrier window-start 37
tickets-carrier window-end 37
crypto-rt all 24
threads-notmuch reply-right 192
threads-notmuch no-wrong-join 277
threads-notmuch copies 43
threads-watchdog reply-right 2420
threads-watchdog no-wrong-join 3000'

for set in $(cut -d' ' -f1 <<<"$wanted" | sort -u); do
	[ -d "$sets/$set" ] || continue
	case $set in
	threads-*) python3 "$score/score_threads.py" --json --ctl "$build/irgatectl" --daemon "$build/irgated" "$sets/$set" >"$work/$set.json" ;;
	*) python3 "$score/score.py" --json --read "$build/irgatectl read" "$sets/$set" >"$work/$set.json" ;;
	esac || fail "$set: a reader crashed or hung, or a run failed"
	while read -r name metric least; do
		[ "$name" = "$set" ] || continue
		got=$(python3 -c 'import json, sys; print(*json.load(open(sys.argv[1]))["metrics"].get(sys.argv[2], [0, 0]))' "$work/$set.json" "$metric")
		say "$set $metric: ${got/ / of } (at least $least)"
		[ "${got% *}" -ge "$least" ] || fail "$set $metric: ${got% *} is below $least"
	done <<<"$wanted"
done
