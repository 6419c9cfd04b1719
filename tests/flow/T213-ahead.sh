#!/bin/bash
# What the office itself owes (Circular 20/2017 form 5; Decision 146/QĐ-BTTTT by analogy: backup twice a week, quarterly review) stands among its duties and on
# the screen of today some time before it is due, as the profile says; and a gateway that makes no backup by itself says so loudly, and alarms.
. "$(dirname "$0")/../lib.sh"

new_instance
at() { ctl --now "$now" "$@"; }
irgated --check >"$work/check.log" 2>&1 || fail "check"
has "--check says it" 'no backup.key: no backup is made by itself' "$work/check.log"
set_conf alarm 'officer_mail = yes;'
now=2026-04-20T09:00:00+07:00
at party add "Trực ban" --role officer --mail truc@example.vn --24x7 >/dev/null || fail "party"
once
at today >"$work/today0.log" || fail "today"
has "today says it" 'NO BACKUP IS MADE BY ITSELF.*none' "$work/today0.log"
ctl status >"$work/status0.log" || fail "no alarm before anything was due"
has "status says it" 'none is made by itself' "$work/status0.log"
stands() { ctl --json duty list | python3 -c 'import json,sys; print(len([d for d in json.load(sys.stdin) if d["what"] == sys.argv[1] and not d["done_at"]]))' "$1"; }
screen() { at --json today | python3 -c 'import json,sys; print(*[(o["what"], o["days"]) for o in json.load(sys.stdin)["comes"]])'; }
# half a week later none was made: an alarm, once
now=2026-04-24T09:00:00+07:00
once
refused 1 'the office.s backup was due at 2026-04-23.*set backup.key' ctl status
once
is "one alarm" "1 1" "$(ctl --json alarm list | python3 -c 'import json,sys; a = json.load(sys.stdin); print(len(a), a[0]["count"])')"
at backup --plain >/dev/null 2>&1 || fail "backup"
at alarm ack 1 || fail "ack"
at today >"$work/today1.log" || fail "today"
has "the last one is said" 'NO BACKUP IS MADE BY ITSELF.*2026-04-24' "$work/today1.log"
ctl status >"$work/status1.log" || fail "status: $(cat "$work/status1.log")"
# the report of 20 June: thirty days before it is a duty, a fortnight before somebody is told of it
keep() { at backup --plain >/dev/null 2>&1 || fail "backup"; }
now=2026-05-20T09:00:00+07:00
keep; once
is "not yet" 0 "$(stands periodic-report)"
before=$(sent)
now=2026-05-21T09:00:00+07:00
keep; once
is "a duty" 1 "$(stands periodic-report)"
is "nobody is told yet" "$before" "$(sent)"
has "on the screen" "('periodic-report', 30)" <(screen)
at today >"$work/today2.log" || fail "today"
has "for people" 'The office will owe' "$work/today2.log"
now=2026-06-06T09:00:00+07:00
keep; once
is "still one duty" 1 "$(stands periodic-report)"
[ "$(sent)" -gt "$before" ] || fail "the officer was not told a fortnight before"
at obligation done office periodic-report --note "07/BC-UCSC" || fail "done"
is "done is done" 0 "$(stands periodic-report)"
has_not "and off the screen" periodic-report <(screen)
# how long before is the profile's
mkdir "$dir/profiles" && cp "$src/etc/profiles/"*.inc "$dir/profiles/" && sed '/what = "periodic-report"; title/,/basis/ s/remind = 14;/remind = 14; ahead = 100;/' \
	"$src/etc/profiles/vn-2025.conf" >"$dir/profiles/vn-2025.conf" || fail "profile"
sed -i 's/^#*profile_dir = .*/profile_dir = "profiles";/' "$conf"
now=2026-09-05T09:00:00+07:00
keep; once
is "the one of 15 December not 101 days before" 0 "$(stands periodic-report)"
now=2026-09-07T09:00:00+07:00
keep; once
is "but 99" 1 "$(stands periodic-report)"
# a busy day is one screen all the same
for n in $(seq 40); do mail "b$n@xa.example" "p$n@xb$n.example" "Su co $n" | drop "b$n"; done
now=2026-09-08T09:00:00+07:00
once
at today >"$work/busy.log" || fail "today"
[ "$(wc -l <"$work/busy.log")" -le 50 ] || fail "today has $(wc -l <"$work/busy.log") lines"
has "what is left out is counted" '\.\.\. and [0-9]* more' "$work/busy.log"
has "and what is little is there whole" 'backup' "$work/busy.log"
