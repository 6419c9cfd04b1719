#!/bin/bash
# Real mail with expected results: what was once reached is not lost again. The sets lie beside the project (../shared) and never enter it.
. "$(dirname "$0")/../lib.sh"
sets=$src/../shared/corpora score=$src/../shared/score
command -v python3 >/dev/null || skip "python3 is not there"
[ -f "$score/score.py" ] && [ -d "$sets" ] || skip "the sets of real mail are not beside the project"

# SET METRIC LEAST
wanted='mime-zammad subject 68
mime-zammad from-address 69
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

# Mail of lists is of people: less than one in a thousand of it may be taken for automatic (here: none).
python3 - "$sets" "$work/list" <<'E'
import lzma, os, re, shutil, sys
sets, goal = sys.argv[1:]
os.mkdir(goal)
small = os.path.join(sets, "threads-notmuch", "mails")
for name in os.listdir(small) if os.path.isdir(small) else []:
    shutil.copy(os.path.join(small, name), goal)
box = os.path.join(sets, "threads-watchdog", "mails.mbox.xz")
mails = re.split(rb"(?m)^(?=From [^\n]*\n[A-Za-z-]+:)", lzma.open(box).read()) if os.path.exists(box) else []
for i, mail in enumerate(m for m in mails if m.strip()):
    with open(os.path.join(goal, f"{i:05}.eml"), "wb") as out:
        out.write(mail)
E
find "$work/list" -type f -print0 | xargs -0 -n 300 "$build/irgatectl" read >"$work/list.json"
[ "$(find "$work/list" -type f | wc -l)" = "$(wc -l <"$work/list.json")" ] || fail "not every mail of the lists was read"
auto=$(grep -Ev '"class": ?"(list|person)"' "$work/list.json" | cut -c1-300 || true)
say "$(wc -l <"$work/list.json") mails of lists, taken for automatic: $(grep -c . <<<"$auto" || true)"
[ -z "$auto" ] || fail "mail of a list is taken for automatic: $auto"
