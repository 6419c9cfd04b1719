#!/bin/bash
# Letter 290/STTTT-CNTT (election period, R3.2 to R3.5) with Decision 05/2017/QĐ-TTg Art 12(1): a serious incident at two in the night of an election is told
# at once; within the heightened period shorter limits hold, by the hour and not by the working day; the officer of that night hears of it.
. "$(dirname "$0")/../lib.sh"

new_instance
at() { ctl --now "$now" "$@"; }
ladder() { ctl --json incident ladder "$ref" | python3 -c "import json,sys; l=json.load(sys.stdin)['ladder']; print($1)"; }
set_conf alarm 'officer_mail = yes;'
now=2026-03-06T08:00:00+07:00
at party add "Cơ quan điều phối" --role coordinator --mail dp@vncert.example >/dev/null || fail "party"
at party add "Nhà mạng" --role isp --mail noc@isp.example >/dev/null || fail "party"
at party add "Trực đêm" --role officer --mail dem@example.vn >/dev/null || fail "party"
at rota add "Trực đêm" --from 2026-03-14T19:00:00+07:00 --to 2026-03-15T07:00:00+07:00 >/dev/null || fail "rota"
refused 64 'as 2026-03-08' at period add "Bầu cử" --from yesterday --to 2026-03-16
refused 64 'before' at period add "Bầu cử" --from 2026-03-16 --to 2026-03-08
at period add "Bầu cử" --from 2026-03-08 --to 2026-03-16 --basis "290/STTTT-CNTT" >/dev/null || fail "period"
ctl period list >"$work/periods.log" || fail "period list"
has "the period" '290/STTTT-CNTT' "$work/periods.log"
now=2026-03-15T02:00:00+07:00 # the night of the election, a Sunday
mail e1@xa.example vanhanh@xa.example "Trang tin bau cu bi tan cong" | drop e1
once
ref=$(field incident 0 ref)
at incident fact "$ref" level=4 service-interrupted=yes owner-cannot-cope=yes >/dev/null || fail "facts"
once
is "told at once" sent "$(ladder 'l[0]["state"]')"
is "two hours to answer, in the night" 2026-03-15T04:00:00+07:00 "$(ladder 'l[0]["due"]')"
at incident escalate "$ref" --to "Nhà mạng" >/dev/null || fail "escalate"
once
is "four hours for the provider" 2026-03-15T06:00:00+07:00 "$(ladder 'l[1]["due"]')"
now=2026-03-15T04:00:01+07:00
once
is "silence is noticed in the night" 1 "$(ladder 'l[0]["reminders"]')"
ctl --now "$now" today >"$work/today.log" || fail "today"
has "it is said" 'HEIGHTENED: Bầu cử' "$work/today.log"
facts "the officer of the night" <<'EOP'
told = [d for d in by(dispatches, letter="officer") if d["incident"] is None or True]
ok(f"told: {[d['subject'] for d in told]}", told and {d["address"] for d in told} == {"dem@example.vn"})
ok("reference, severity, deadline", any(incidents[0]["ref"] in d["subject"] and "serious" in d["subject"] for d in told))
EOP
# past the period the usual limits hold again
now=2026-03-17T10:00:00+07:00
mail e2@xa.example vanhanh@xa.example "Viec khac" | drop e2
once
ref=$(field incident 1 ref)
at incident escalate "$ref" --to "Nhà mạng" >/dev/null || fail "escalate"
once
is "a working day again" 2026-03-18T10:00:00+07:00 "$(ladder 'l[0]["due"]')"
refused 64 'reason' at period end 1
at period end 1 --reason "kết thúc" || fail "period end"
