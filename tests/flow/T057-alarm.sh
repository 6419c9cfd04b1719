#!/bin/bash
# While an alarm is open `status` exits 1; it is one row with a count, acknowledged by a person, and the alarm command ran once.
. "$(dirname "$0")/../lib.sh"

new_instance
printf '#!/bin/sh\nprintf "%%s\\n" "$*" >>"%s/alarms"\n' "$work" >"$work/command"
chmod +x "$work/command"
set_conf alarm "alarm_command = \"$work/command\";"
mail a1@xa.example lan@xa.example "Su co" | drop a1
once
ctl status >"$work/status.log" || fail "status without an alarm"
has "it says so" 'no alarm' "$work/status.log"
# a segment of the evidence log loses its end: lost evidence is alarmed at the next start
segment=$(find "$dir/var/evidence" -type f -name '*.log' | head -n 1)
truncate -s -20 "$segment"
now=2026-03-02T10:00:00+07:00
once
code=0
ctl status >"$work/status.log" 2>&1 || code=$?
is "exit code of status" 1 "$code"
has "the alarm" 'ALARM' "$work/status.log"
code=0
ctl --json status >"$work/status.json" 2>&1 || code=$?
is "exit code of status --json" 1 "$code"
facts "alarms" <<'EOP'
ok("an alarm is there", alarms)
for a in alarms:
    ok(f"keys {set(a)}", not {"id", "code", "count", "text", "acked_at"} - set(a))
    ok("without case content", "lan@" not in a["text"] and "Su co" not in a["text"])
EOP
[ -s "$work/alarms" ] || fail "the alarm command was not run"
refused 65 'no alarm' ctl --now "$now" alarm ack 999
refused 64 'number' ctl --now "$now" alarm ack x
for id in $(ctl --json alarm list | python3 -c 'import json,sys; print(*[a["id"] for a in json.load(sys.stdin) if not a["acked_at"]])'); do
	ctl --now "$now" alarm ack "$id" || fail "alarm ack"
done
ctl status >"$work/status.log" || fail "status after the acknowledgement"
ctl alarm list --all >"$work/all.log" || fail "alarm list --all"
has "it stays readable" 'seen' "$work/all.log"
ctl journal list >"$work/journal.log"
has "the act is journalled" 'alarm ack' "$work/journal.log"
