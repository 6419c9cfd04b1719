#!/bin/bash
# What is owed and not done is told once: under --once when TIME is past it, in the daemon by its timer, after an act that adds nothing again. A
# duty done in time is told of by nobody.
. "$(dirname "$0")/../lib.sh"

new_instance
overdue() { ctl --json --now "$now" status | python3 -c 'import json, sys; print(json.load(sys.stdin)["duties_overdue"])'; }
alarm_count() { ctl --json alarm list | python3 -c 'import json, sys; print(sum(a["count"] for a in json.load(sys.stdin) if a["code"] == "duty-overdue"))'; }
# two receipts use up the budget; the third and fourth are owed by a person, at once as the law says
for n in 1 2 3 4; do mail "q$n@q.example" bad.news@q.example "Su co rat mat $n" | drop "q$n"; done
once
is "letters" 2 "$(sent)"
is "owed by a person" 2 "$(ctl --json duty list | python3 -c 'import json, sys; print(sum(d["what"].startswith("acknowledge by hand") and not d["done_at"] for d in json.load(sys.stdin)))')"
is "overdue at its time" 0 "$(overdue)"
is "alarms at its time" 0 "$(alarm_count)"
now=2026-03-02T09:05:00+07:00
once
is "alarms while it has its moment" 0 "$(alarm_count)"
# one is done in time, the other is not
at() { ctl --now "$now" "$@"; }
first=$(ctl --json duty list | python3 -c 'import json, sys; print(min(int(d["id"]) for d in json.load(sys.stdin) if d["incident"] and not d["done_at"]))')
at duty done "$first" || fail "duty done"
now=2026-03-02T09:05:01+07:00
once
is "alarms past it" 1 "$(alarm_count)"
once
now=2026-03-02T15:00:00+07:00
once
is "alarms hours later" 1 "$(alarm_count)"
is "overdue" 1 "$(overdue)"
ctl --now "$now" duty list >"$work/duties.log" || fail "duty list"
has "its line" OVERDUE "$work/duties.log"
code=0
ctl --now "$now" status >"$work/status.log" || code=$?
is "exit code of status" 1 "$code"
has "status counts it" '1 overdue' "$work/status.log"
facts "the alarm" <<'EOP'
alarm, duty = one(alarms, code="duty-overdue"), one(duties, done_at=None)
ok(f"number, what and reference: {alarm['text']}", f"duty {duty['id']} " in alarm["text"] and "acknowledge by hand" in alarm["text"] and duty["incident"] in alarm["text"])
ok(f"nothing of the case: {alarm['text']}", not any(w in alarm["text"] for w in ("bad.news", "mat", "budget")))
ok("remembered with the duty", duty["told_at"])
EOP

# the daemon: old and undone at its start, and one whose time comes while it runs
new_instance daemon
printf '#!/bin/sh\nprintf "%%s|%%s\\n" "$1" "$2" >>%s\n' "$work/heard.txt" >"$work/command"
chmod 755 "$work/command"
set_conf alarm "alarm_command = \"$work/command\";"
for n in 1 2 3; do mail "r$n@q.example" bad.news@q.example "Su co $n" | drop "r$n"; done
now=2026-01-05T09:00:00+07:00 # long ago
once
start
wait_for 20 "the alarm of the timer" grep -qs ^duty-overdue "$work/heard.txt"
has "its words" '^duty-overdue|duty [0-9]* was due' "$work/heard.txt"
is "alarms" 1 "$(alarm_count)"
stop
start
sleep 1
stop
is "alarms after another start" 1 "$(alarm_count)"
is "commands run" 1 "$(grep -c ^duty-overdue "$work/heard.txt")"

# the timer itself: the duty's time is put a few seconds ahead, nothing else happens meanwhile
python3 - "$dir/var/store/store.db" <<'EOP' || fail "moving a duty"
import sqlite3, sys, time
db = sqlite3.connect(sys.argv[1])
db.execute("UPDATE duty SET told_at = NULL, tell_at = ? WHERE done_at IS NULL AND incident IS NOT NULL", (int((time.time() + 5) * 1e6),))
db.commit()
EOP
start
is "alarms before its time" 1 "$(alarm_count)"
wait_for 20 "the timer" eval '[ "$(alarm_count)" = 2 ]'
is "commands within the hour" 1 "$(grep -c ^duty-overdue "$work/heard.txt")"
ctl duty done "$(ctl --json duty list | python3 -c 'import json, sys; print(max(int(d["id"]) for d in json.load(sys.stdin) if d["incident"] and not d["done_at"]))')" || fail "duty done"
is "overdue once it is done" 0 "$(ctl --json status | python3 -c 'import json, sys; print(json.load(sys.stdin)["duties_overdue"])')"
stop
