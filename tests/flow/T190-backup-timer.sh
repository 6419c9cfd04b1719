#!/bin/bash
# Decision 146/QĐ-BTTTT of 2017 by analogy (R4.3 backups at least twice a week, R4.4 a procedure to check them): the daemon makes one by itself every
# 84 hours, encrypted to the operator, which is what the office owes; one that fails is said at once; what the timer made is restored elsewhere.
. "$(dirname "$0")/../lib.sh"

command -v gpg >/dev/null || skip "no gpg"
new_instance
. "$src/tests/gpg.sh"
operator_key
set_conf backup 'copies = 2;'
made() { ctl --json backup list 2>>"$work/ctl.log" | python3 -c 'import json,sys; print(len(json.load(sys.stdin)))'; }
alarm_of() { ctl --json alarm list 2>>"$work/ctl.log" | grep -q "\"code\": *\"$1\""; }
made_is() { [ "$(made)" = "$1" ]; }
# at HOURS: that long after Monday, 2 March 2026, nine in the morning
at() { now=$(date -u -d "2026-03-02 02:00:00 UTC +$1 hours" +%Y-%m-%dT%H:%M:%SZ); }

at 0
mail s1@xa.example lan@xa.example "Su co 1" | drop s1
once
start --now "$now"
wait_for 60 "the first backup by itself" made_is 1
stop
at 83
mail s2@xa.example an@xa.example "Su co 2" | drop s2
start --now "$now"
wait_for 30 "the mail is read" count_is incident 2
sleep 4
is "before its time there is no second" 1 "$(made)"
stop
for n in 2 3; do
	at $((84 * (n - 1)))
	start --now "$now"
	wait_for 60 "backup $n" made_is $n
	stop
done
facts "two a week" <<EOP
import datetime
rows = run("backup", "list")
at = [datetime.datetime.fromisoformat(r["at"]) for r in rows]
eq("every 84 hours", [84.0, 84.0], [(b - a).total_seconds() / 3600 for a, b in zip(at, at[1:])])
ok(f"encrypted to the operator: {rows}", all(r["key"] == "$fpr" and r["file"].endswith(".tar.gpg") for r in rows))
owed = [o for o in run("--now", "$now", "obligation", "list", "--what", "backup") if o["done_at"]]
ok(f"what the office owes is done by them: {owed}", len(owed) >= 2 and all(o["note"] and o["note"].endswith(".tar.gpg") for o in owed))
ok("journalled", len([j for j in journal if j["act"] == "backup"]) == 3)
EOP
is "two are kept" 2 "$(files_in "$dir/backup")"
newest=$(ctl --json backup list | python3 -c 'import json,sys; print(json.load(sys.stdin)[-1]["file"])')
grep -aq 'Su co' "$newest" && fail "it is not encrypted"
# one that cannot be made is told of at once, not when a week has gone
mv "$work/pub" "$work/away"
at 252
start --now "$now"
wait_for 60 "the alarm" alarm_of backup
stop
mv "$work/away" "$work/pub"
ctl verify "$newest" --home "$op" >"$work/verify.log" 2>&1 || fail "verify: $(cat "$work/verify.log")"
has "whole" 'is whole.*encrypted' "$work/verify.log"
new_instance second
ctl --now "$now" restore "$newest" --home "$op" >"$work/restore.log" 2>&1 || fail "restore: $(cat "$work/restore.log")"
is "all cases" 2 "$(count incident)"
ctl evidence verify >/dev/null || fail "its log"
gpgconf --homedir "$op" --kill all 2>/dev/null
gpgconf --homedir "$work/pub" --kill all 2>/dev/null
