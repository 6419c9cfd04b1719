#!/bin/bash
# Circular 20/2017/TT-BTTTT and Decision 05/2017/QĐ-TTg Art 11: what the operator owes in writing is followed: the notice, the supplement to a notice given
# before the end, reports through the whole response of a serious case, the final report at its end; what was owed for an end that was none is not.
. "$(dirname "$0")/../lib.sh"

new_instance
at() { ctl --now "$now" "$@"; }
open_duties() { ctl --json duty list | python3 -c 'import json,sys; print(*sorted(d["what"] + " " + d["due"][:16] for d in json.load(sys.stdin) if d["incident"] == sys.argv[1] and not d["done_at"] and d["owner"] == "operator"), sep="; ")' "$1"; }
done_one() { at duty done "$(ctl --json duty list | python3 -c 'import json,sys; print([d["id"] for d in json.load(sys.stdin) if d["incident"] == sys.argv[1] and d["what"] == sys.argv[2] and not d["done_at"]][0])' "$1" "$2")" || fail "duty done $2"; }
mail r1@xa.example vanhanh@xa.example "Cong thong tin bi tan cong" | drop r1
mail r2@xa.example vanhanh@xa.example "May tram nhiem ma doc" | drop r2
once
grave=$(field incident 0 ref) plain=$(field incident 1 ref)
at incident fact "$grave" level=4 service-interrupted=yes owner-cannot-cope=yes || fail "facts"
is "of a serious case" "initial-report 2026-03-02T09:00; notice 2026-03-07T09:00; progress-report 2026-03-03T09:00" "$(open_duties "$grave")"
for what in notice initial-report; do done_one "$grave" $what; done
now=2026-03-03T08:00:00+07:00
done_one "$grave" progress-report
is "the next is owed a working day after the last" "progress-report 2026-03-04T08:00" "$(open_duties "$grave")"
at incident fact "$grave" may-spread=yes || fail "a fact more"
is "never two of them" "progress-report 2026-03-04T08:00" "$(open_duties "$grave")"
now=2026-03-04T07:00:00+07:00
at incident status "$grave" closed --reason "khắc phục xong" || fail "close"
is "at its end the supplement and the final report" "final-report 2026-03-09T07:00; supplement 2026-03-04T07:00" "$(open_duties "$grave")"
at incident status "$grave" open --reason "tái diễn" || fail "reopen"
is "it goes on" "progress-report 2026-03-05T07:00" "$(open_duties "$grave")"
now=2026-03-06T17:00:00+07:00 # a Friday
done_one "$grave" progress-report
is "over the week-end" "progress-report 2026-03-09T17:00" "$(open_duties "$grave")"
at incident status "$grave" closed --reason "xong" || fail "close"
is "of the last end" "final-report 2026-03-11T17:00; supplement 2026-03-06T17:00" "$(open_duties "$grave")"
# an ordinary one whose notice did not come before its end: no supplement to what was never given
at incident fact "$plain" owner-cannot-cope=no || fail "facts"
is "of an ordinary case" "notice 2026-03-07T09:00" "$(open_duties "$plain")"
at incident status "$plain" closed --reason "xong" || fail "close"
is "no supplement" "final-report 2026-03-11T17:00; notice 2026-03-07T09:00" "$(open_duties "$plain")"
facts "each with its basis" <<'EOP'
for what, basis in (("supplement", "20/2017"), ("progress-report", "Điều 11 khoản 2"), ("final-report", "20/2017")):
    ok(what, all(basis in d["basis"] for d in by(duties, what=what)))
ok("in the journal", [j for j in journal if j["act"] == "duty done" and "final report says the rest" in (j["detail"] or "")])
EOP
ctl profile check >"$work/check.log" || fail "profile check"
