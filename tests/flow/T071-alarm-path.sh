#!/bin/bash
# An alarm reaches the office: one command and one mail a code and hour, without case content; the command is an unprivileged child that is ended
# with all it started; a store that takes nothing is told at once, not when it takes something again.
. "$(dirname "$0")/../lib.sh"

heard() { grep -c "^$1|" "$work/heard.txt" 2>/dev/null; }
heard_is() { [ "$(heard "$1")" = "$2" ]; }
command_is() { printf '#!/bin/sh\nprintf "%%s|%%s\\n" "$1" "$2" >>%s/heard.txt\n%s\n' "$work" "$1" >"$work/command"; chmod 755 "$work/command"; }
age_duties() { # SECONDS: every open duty was due so long ago, and nobody was told
	python3 - "$dir/var/store/store.db" "$1" <<'EOP' || fail "moving duties"
import sqlite3, sys, time
db = sqlite3.connect(sys.argv[1])
db.execute("UPDATE duty SET told_at = NULL, tell_at = ? WHERE done_at IS NULL AND incident IS NOT NULL", (int((time.time() - int(sys.argv[2])) * 1e6),))
db.commit()
EOP
}

new_instance
command_is "grep CapEff /proc/self/status >$work/caps.txt; sleep 300 & echo \$! >$work/child.txt; sleep 300"
set_conf alarm "alarm_mail = \"chief@noc.example\"; alarm_command = \"$work/command\"; alarm_timeout = \"2s\";"
now=2026-01-05T09:00:00+07:00
for n in 1 2 3 4; do mail "s$n@s.example" bad.news@s.example "Su co rat mat $n" | drop "s$n"; done
once
is "receipts, and the mail that says who is suspended" 3 "$(sent)"
start
wait_for 20 "the command" heard_is duty-overdue 1
wait_for 20 "the mail, and that of a backup which nobody makes" sent_is 5
is "capabilities of the command" 0000000000000000 "$(awk '{print $2}' "$work/caps.txt")"
wait_for 20 "what it started" test -s "$work/child.txt"
wait_for 20 "its end" gone "$(cat "$work/child.txt")"
has "its words" 'did not end in its time' "$daemon_log"
stop
facts "the alarm" <<'EOP'
alarm = one(alarms, code="duty-overdue")
eq("one row, counted", 2, alarm["count"])
mails = [n for n in outgoing if outgoing[n]["To"] and "chief@noc.example" in outgoing[n]["To"] and "duty-overdue" in outgoing[n]["Subject"]]
eq("one mail", 1, len(mails))
whole = raw[mails[0]].decode()
ok("its code", "duty-overdue" in outgoing[mails[0]]["Subject"])
ok("nothing of the case", not any(w in whole for w in ("bad.news", "Su co", "IR-2026")))
eq("an automatic letter", "auto-generated", outgoing[mails[0]]["Auto-Submitted"])
EOP
age_duties 60
command_is true
start
wait_for 20 "the count" eval '[ "$(ctl --json alarm list | python3 -c "import json, sys; print([a[\"count\"] for a in json.load(sys.stdin) if a[\"code\"] == \"duty-overdue\"][0])")" = 4 ]'
stop
is "commands within the hour" 1 "$(heard duty-overdue)"
is "mails within the hour" 5 "$(sent)"

# somebody holds the store: the clerk can write nothing, and says so by the command all the same
new_instance held
command_is true
set_conf alarm "alarm_command = \"$work/command\";"
start
python3 - "$dir/var/store/store.db" "$work" <<'EOP' &
import os, sqlite3, sys, time
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("BEGIN IMMEDIATE")
open(sys.argv[2] + "/holding", "w").close()
while not os.path.exists(sys.argv[2] + "/let-go"):
    time.sleep(0.1)
db.execute("ROLLBACK")
EOP
started+=($!)
wait_for 20 "the store is held" test -e "$work/holding"
mail t1@s.example t1@s.example "Su co" | drop t1
wait_for 30 "the command" heard_is store 1
is "nothing was decided" 0 "$(sent)"
touch "$work/let-go"
wait_for 90 "the receipt" sent_is 1
stop
is "commands" 1 "$(heard store)"
facts "the alarm is kept too" <<'EOP'
ok("its row", by(alarms, code="store"))
eq("incidents", 1, len(incidents))
EOP
