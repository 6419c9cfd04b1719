#!/bin/bash
# Labour Code 2019 Art 112 with the letters of the Government Office for 2026: working days with Tết Bính Ngọ and days that are made up for: what is due in working days is due after the feast,
# what is due in days is not; a Saturday that makes up for a Friday counts; the notice of five working days before a stop is counted backwards.
. "$(dirname "$0")/../lib.sh"

due() { ctl --json incident ladder "$1" | python3 -c 'import json,sys; print(json.load(sys.stdin)["ladder"][0]["due"])'; }
# story NAME FROM DUE: an escalation to a provider sent at FROM is to be answered by DUE
story() {
	new_instance "$1"
	now=$2
	ctl --now "$now" party add "Nhà mạng" --role isp --mail noc@isp.example >/dev/null || fail "party"
	mail t1@dan.example dan@dan.example "Su co" | drop t1
	once
	ref=$(field incident 0 ref)
	ctl --now "$now" incident escalate "$ref" --to "Nhà mạng" >/dev/null || fail "escalate"
	once
	is "$1" "$3" "$(due "$ref")"
}
story friday-before-tet 2026-02-13T16:00:00+07:00 2026-02-23T16:00:00+07:00
# the provider has the whole feast; the machine reminds it on the first working day, not in the feast
now=2026-02-22T23:59:59+07:00
once
is "no reminder in the feast" 2 "$(sent)"
now=2026-02-23T16:00:01+07:00
once
is "a reminder after it" 3 "$(sent)"
# five days of the law are days of the calendar (Circular 20/2017 Art 9(2)), feast or not
ctl --now "$now" incident fact "$ref" owner-cannot-cope=no >/dev/null || fail "fact"
is "the operator's notice" 2026-02-18T16:00:00+07:00 "$(ctl --json duty list | python3 -c 'import json,sys; print(*[d["due"] for d in json.load(sys.stdin) if d["what"] == "notice"])')"
story made-up-saturday 2026-01-09T10:00:00+07:00 2026-01-10T10:00:00+07:00
story the-friday-it-makes-up-for 2026-01-01T10:00:00+07:00 2026-01-05T10:00:00+07:00
story national-day 2026-08-28T10:00:00+07:00 2026-09-03T10:00:00+07:00
ctl --now 2027-10-05T09:00:00+07:00 profile check >"$work/check.log" || fail "profile check"
has "a year without its feasts is said" 'no holidays of 2028' "$work/check.log"
