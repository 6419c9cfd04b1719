#!/bin/bash
# Circular 27/2011/TT-BTTTT Art 3(4), Decision 05/2017/QĐ-TTg Art 7(3): a coordination order to the office is a duty; it is relayed to five addressees,
# one of whom answers by telephone and one not at all; answers are collected, the silent one is reminded, execution is reported.
. "$(dirname "$0")/../lib.sh"

new_instance
at() { ctl --now "$now" "$@"; }
order() { ctl --json order show 1 | python3 -c "import json,sys; o=json.load(sys.stdin); print($1)"; }
at party add "Cơ quan điều phối" --role coordinator --mail dp@vncert.example --language vi >/dev/null || fail "party"
for n in 1 2 3 4 5; do at party add "Đơn vị $n" --role unit --mail "dv$n@dv$n.example" >/dev/null || fail "party"; done
now=2026-03-05T09:00:00+07:00 # a Thursday
BODY="Yêu cầu rà soát toàn bộ hệ thống thư điện tử." mail o1@vncert.example dp@vncert.example "Lenh dieu phoi 2123/BTTTT-VNCERT" | drop o1
BODY="Tôi cũng ra lệnh." mail o2@la.example la@la.example "Lenh dieu phoi gia" | drop o2
once
is "one order: a stranger gives none" 1 "$(ctl --json order list | python3 -c 'import json,sys; print(len(json.load(sys.stdin)))')"
is "a working day" 2026-03-06T09:00:00+07:00 "$(order 'o["due"]')"
is "its duty" 1 "$(ctl --json duty list | python3 -c 'import json,sys; print(sum(d["what"].startswith("execute coordination order") for d in json.load(sys.stdin)))')"
ref=$(order 'o["incident"]')
refused 64 'as often' at order relay 1
at order relay 1 --to "Đơn vị 1" --to "Đơn vị 2" --to "Đơn vị 3" --to "Đơn vị 4" --to "Đơn vị 5" || fail "relay"
at order relay 1 --to "Đơn vị 1" || fail "relay again"
once
facts "relayed" <<'EOP'
relayed = by(dispatches, letter="order")
eq("five letters, one each", {f"dv{n}@dv{n}.example" for n in range(1, 6)}, {d["address"] for d in relayed})
eq("sent", {"sent"}, {d["state"] for d in relayed})
eq("five", 5, len(relayed))
mail = outgoing[next(n for n in outgoing if n.startswith(relayed[0]["id"]))]
text = mail.get_body(("plain",)).get_content()
ok(f"who ordered it, and by when: {text}", "2123/BTTTT-VNCERT" in text and "Cơ quan điều phối" in text.replace("\n", " ") and "06 tháng 3" in text)
ok("no foreign thread", not mail["In-Reply-To"])
EOP
now=2026-03-05T14:00:00+07:00
for n in 1 2 3; do BODY="Đã rà soát xong." mail "a$n@dv$n.example" "dv$n@dv$n.example" "Re: [$ref] Lenh dieu phoi" | drop "a$n"; done
once
at incident answered "$ref" "Đơn vị 4" --note "báo bằng điện thoại: không có hệ thống thư" || fail "answered"
is "answers" 4 "$(order 'sum(a["answered_at"] is not None for a in o["addressees"])')"
# three quarters of the time are over: who is silent is reminded, and the report is due
now=2026-03-06T03:00:01+07:00
once
facts "the silent one" <<'EOP'
eq("reminded", ["dv5@dv5.example"], [d["address"] for d in by(dispatches, letter="reminder", state="sent")])
ok("the report is owed", any("report the execution of order 1: some have not answered" == d["what"] for d in duties))
EOP
at order report 1 --text "Bốn trong năm đơn vị đã thực hiện; một đơn vị chưa trả lời." >"$work/report" || fail "report"
once
is "a report is an official letter: it waits for its number" held "$(ctl --json dispatch show "$(cat "$work/report")" | python3 -c 'import json,sys; print(json.load(sys.stdin)["state"])')"
at letter number "$(cat "$work/report")" 41 || fail "letter number"
once
[ -s "$dir/outgoing-letters/$(cat "$work/report").pdf" ] || fail "no report to print, sign and seal"
at dispatch posted "$(cat "$work/report")" --proof "bưu điện, 06/3" || fail "posted"
if command -v pdftotext >/dev/null; then
	pdftotext -raw "$dir/outgoing-letters/$(cat "$work/report").pdf" "$work/report.txt"
	for n in 1 2 3 4 5; do has "who did what" "Đơn vị $n" "$work/report.txt"; done
fi
facts "the report" <<'EOP'
r = one(dispatches, letter="ad-hoc-report")
eq("to the coordinator", ("dp@vncert.example", "sent"), (r["address"], r["state"]))
ok("the order is done", one(duties, what=next(d["what"] for d in duties if d["what"].startswith("execute")))["done_at"])
ok("and nothing of it is open", not [d for d in by(duties, done_at=None) if d["what"].startswith("report the execution")])
EOP
refused 65 'reported before' at order report 1
refused 65 'executed' at order relay 1 --to "Đơn vị 1"
now=2026-03-20T09:00:00+07:00
once
is "and nobody is reminded any more" 1 "$(ctl --json dispatch list | python3 -c 'import json,sys; print(sum(d["letter"] == "reminder" for d in json.load(sys.stdin)))')"
# an order that says its own term
BODY=$'Lệnh điều phối số: 18/ĐP-UCSC\r\nThời hạn: 17:00 ngày 27/03/2026\r\n' mail o3@vncert.example dp@vncert.example "Lenh dieu phoi" | drop o3
once
is "its own term" 2026-03-27T17:00:00+07:00 "$(ctl --json order list | python3 -c 'import json,sys; print(json.load(sys.stdin)[-1]["due"])')"
# by hand, with a number and a term of its own
at order add "$ref" --from "Cơ quan điều phối" --number 430/BTTTT-CATTT --due 2026-03-25T17:00:00+07:00 --text "rà soát lần hai" >/dev/null || fail "order add"
is "its term" 2026-03-25T17:00:00+07:00 "$(ctl --json order show 3 | python3 -c 'import json,sys; print(json.load(sys.stdin)["due"])')"
ctl order list >"$work/list.log" || fail "order list"
has "both" '0 of 0' "$work/list.log"
ctl check >"$work/check.log" || fail "check"
