#!/bin/bash
# Retention per kind (the profile's, under its own legal basis): what has stayed its time is removed as by an order, by itself or by the chief, with a list
# beforehand; an open case, a sealed message and what a person holds stay; journal, registers and proof stay whole; unknown law keeps for ever.
. "$(dirname "$0")/../lib.sh"

new_instance
at() { ctl --now "$now" "$@"; }
mkdir "$dir/profiles"
office() { # LINE...
	sed 's/^name = .*/name = "office";/; s/^family = .*/family = "office";/' "$src/etc/profiles/csirt.conf" >"$dir/profiles/office.conf"
	printf '%s\n' "$@" >>"$dir/profiles/office.conf"
}
sed -i 's/^profile = .*/profile = "office";/; s/^#*profile_dir = .*/profile_dir = "profiles";/' "$conf"
office 'retention = ( { kind = "journal"; amount = 1; } );'
refused 78 'journal.*is none of evidence, report' irgated --check
office 'retention = ( { kind = "pages"; amount = 1; }, { kind = "pages"; amount = 2; } );'
refused 78 '"pages" twice' irgated --check
office 'retention = ( { kind = "pages"; } );'
refused 78 'amount' irgated --check
office 'retention = (' '{ kind = "report"; amount = 24; basis = "Rule 7 of the archive"; alone = yes; },' '{ kind = "automatic-mail"; amount = 3; alone = yes; },' \
	'{ kind = "delivery-report"; amount = 6; },' '{ kind = "pages"; amount = 120; } );'
irgated --check >"$work/check.log" 2>&1 || fail "check"
has "what has no time is said" 'stay for ever: evidence, other-mail' "$work/check.log"

for n in 1 2 3 4; do BODY="zxqvreport$n of the night" mail "r$n@xa.example" "lan$n@xa.example" "zxqvsubject$n" | drop "r$n"; done
BODY="zxqvauto I am away" mail a1@xa.example mai@xa.example "Re: something" "Auto-Submitted: auto-replied" | drop a1
printf '%s\r\n' 'Return-Path: <>' 'From: MAILER-DAEMON@xa.example' 'To: ungcuu@example.vn' 'Subject: zxqvbounce' 'Date: Mon, 02 Mar 2026 08:00:00 +0700' \
	'Message-ID: <b1@xa.example>' 'MIME-Version: 1.0' 'Content-Type: multipart/report; report-type=delivery-status; boundary=x' '' '--x' '' 'zxqvbounce words' '--x' \
	'Content-Type: message/delivery-status' '' 'Reporting-MTA: dns; xa.example' '' 'Final-Recipient: rfc822; nobody@xa.example' 'Action: failed' 'Status: 5.1.1' '' '--x--' | drop b1
printf 'From: chi@xa.example\r\nTo: ungcuu@example.vn\r\nSubject: =?UTF-8?B?xJDhu5kgbeG6rXQ6IFR1eeG7h3QgbeG6rXQ=?=\r\nDate: Mon, 02 Mar 2026 08:00:00 +0700\r\nMessage-ID: <s1@xa.example>\r\n\r\nzxqvsealed\r\n' | drop s1
once
ref() { ctl --json message list | python3 -c 'import json,sys; print([m["incident"] for m in json.load(sys.stdin) if m["source_file"] == sys.argv[1]][0])' "$1"; }
id() { ctl --json message list | python3 -c 'import json,sys; print([m["id"] for m in json.load(sys.stdin) if m["message_id"] == sys.argv[1] + "@xa.example"][0])' "$1"; }
r1=$(id r1) a1=$(id a1) b1=$(id b1) r3=$(ref r3) r4=$(ref r4)
now=2026-03-10T09:00:00+07:00
for n in 1 3 4; do at incident status "$(ref r$n)" closed --reason "done" || fail "close $n"; done
at duty list >"$work/duties.log"
figures() { ctl --now 2028-03-11T09:00:00+07:00 --json digest year --year 2026 --as-of 2026-04-01; }
before=$(figures)
# a person's word
refused 64 'reason' at retention hold "$r3"
at retention hold "$r3" --reason "court case 5/2026" || fail "hold"
at retention holds >"$work/holds.log" || fail "holds"
has "who holds what" "$r3.*court case" "$work/holds.log"
refused 65 'not held' at retention free "$r4" --reason "mistake"
# the list beforehand: when, and what stays nevertheless
at retention list >"$work/none.log" || fail "list"
has "nothing yet" 'nothing has stayed' "$work/none.log"
at --json retention list --until 2028-03-11 >"$work/list.json" || fail "list until"
python3 - "$work/list.json" "$r1" "$a1" "$b1" <<'EOP' || fail "the list beforehand: $(cat "$work/list.json")"
import json, sys
rows = {str(r["message"]): r for r in json.load(open(sys.argv[1]))}
r1, a1, b1 = sys.argv[2:]
assert rows[r1]["kind"] == "report" and rows[r1]["due"].startswith("2028-03-10") and rows[r1]["basis"] == "Rule 7 of the archive" and rows[r1]["stays"] is None, rows[r1]
assert rows[a1]["kind"] == "automatic-mail" and rows[a1]["due"].startswith("2026-06-02"), rows[a1]
assert rows[b1]["kind"] == "delivery-report" and not rows[b1]["alone"], rows[b1]
assert sum("retention hold" in (r["stays"] or "") for r in rows.values()) == 1
assert sum("not closed" in (r["stays"] or "") for r in rows.values()) == 1
assert sum("sealed" in (r["stays"] or "") for r in rows.values()) == 1, rows
EOP
now=2026-05-28T09:00:00+07:00
once # after months without a look nothing is removed for three days: see the end
now=2026-06-01T09:00:00+07:00
once
grep -raq 'zxqvauto' "$dir/var/evidence" || fail "removed a day too early"
now=2026-06-03T09:00:00+07:00
once
gone() { ! grep -raq "$1" "$dir/var"; }
gone zxqvauto || fail "automatic mail is left in $(grep -ral zxqvauto "$dir/var")"
grep -raq zxqvbounce "$dir/var/evidence" || fail "the bounce is not due"
ctl evidence verify >"$work/verify.log" || fail "verify stays good"
has "by the rule" 'removed by order: clerk.*retention of automatic-mail, 3 months' "$work/verify.log"
# what the machine may not remove alone is a duty of the chief
now=2026-09-03T09:00:00+07:00
once
grep -raq zxqvbounce "$dir/var/evidence" || fail "the bounce was removed by itself"
facts "a duty" <<'EOP'
one([d for d in duties if "retention list" in d["what"]], owner="chief")
EOP
refused 64 'reason' at retention run
at retention run --kind delivery-report --reason "yearly order 3" >"$work/run.log" || fail "run"
has "how many" '^1 messages' "$work/run.log"
gone zxqvbounce || fail "the bounce is left in $(grep -ral zxqvbounce "$dir/var")"
now=2026-09-04T09:00:00+07:00
once
facts "the duty is over" <<'EOP'
ok("done", [d for d in run("duty", "list", "--all") if "retention list" in d["what"]][0]["done_at"])
ok("journalled with the reason", [j for j in journal if j["act"] == "evidence redact" and "yearly order 3" in j["detail"]])
EOP
# one was opened again: its time does not run
at incident status "$r4" open --reason "it came back" || fail "reopen"
now=2028-03-05T09:00:00+07:00
once
now=2028-03-09T09:00:00+07:00
once
grep -raq zxqvreport1 "$dir/var/evidence" || fail "a case was removed before its time"
now=2028-03-11T09:00:00+07:00
once
gone zxqvreport1 && gone zxqvsubject1 || fail "left in $(grep -ralE 'zxqv(report|subject)1' "$dir/var")"
for n in 2 3 4; do grep -raq "zxqvreport$n" "$dir/var/evidence" || fail "report $n is gone"; done
grep -raq zxqvsealed "$dir/var/evidence" || fail "the sealed one is gone"
is "found: the open one" 1 "$(ctl --json search zxqvreport2 | python3 -c 'import json,sys; print(len(json.load(sys.stdin)))')"
is "found: the removed one" 0 "$(ctl --json search zxqvreport1 | python3 -c 'import json,sys; print(len(json.load(sys.stdin)))')"
refused 65 'removed by order' ctl message raw "$r1"
at retention free "$r3" --reason "judgment given" || fail "free"
at retention run --kind report --reason "now" >"$work/run2.log" || fail "run after free"
gone zxqvreport3 || fail "the freed one is there"
ctl evidence verify >"$work/verify2.log" || fail "verify at the end"
ctl check >"$work/check2.log" || fail "check: $(cat "$work/check2.log")"
facts "what stays for ever" <<'EOP'
m = one(messages, id="%s" % [x for x in messages if x["message_id"] == "r1@xa.example"][0]["id"])
eq("nothing of it", (None, None), (m["subject"], m["from"]))
ok("its case and its receipt are in the books", m["incident"] and [d for d in dispatches if d["incident"] == m["incident"]])
eq("four cases still count", 5, len(incidents))
ok("journal", len([j for j in journal if j["act"] == "evidence redact"]) == 4)
ok("holds are journalled", [j for j in journal if j["act"] == "retention hold"] and [j for j in journal if j["act"] == "retention free"])
EOP
# the figures of a past day are what they were
[ "$(figures)" = "$before" ] || fail "the figures have changed"
# a daemon does the same, but not at once when the clock went on by months: it may be wrong, and what is removed does not come back
now=2028-07-01T09:00:00+07:00
BODY="zxqvlate" mail a2@xa.example mai@xa.example "Re: more" "Auto-Submitted: auto-replied" | drop a2
once
now=2028-10-02T09:00:00+07:00
once
grep -raq zxqvlate "$dir/var/evidence" || fail "removed at once after a jump of the clock"
facts "the chief is asked for the clock" <<'EOP'
one([d for d in duties if "clock is right: it went on by 93 days" in d["what"]], owner="chief")
EOP
start --now 2028-10-05T09:00:00+07:00
wait_for 20 "the daemon removes it" gone zxqvlate
stop
