#!/bin/bash
# Decision 146/QĐ-BTTTT of 2017 by analogy (R4.6 access by duty, R4.7 a review of risk once a quarter: illegal access, misused accounts, loss of data): the
# quarter's report of who did and read what is the material, the audit says whether journal and evidence are whole, the review is owed and done.
. "$(dirname "$0")/../lib.sh"

new_instance
at() { ctl --now "$now" "$@"; }
now=2026-01-05T09:00:00+07:00
once
BODY="Xin giữ bí mật danh tính của tôi." mail q1@xa.example lan@xa.example "Su co" | drop q1
now=2026-02-02T09:00:00+07:00
once
ref=$(field incident 0 ref)
for n in 1 2 3; do ctl --now 2026-02-0$((n + 2))T09:00:00+07:00 incident show "$ref" >/dev/null || fail "show"; done
at party add "Nhà mạng" --role isp --mail isp@isp.example >/dev/null || fail "party"
at party revoke "Nhà mạng" --reason "nghỉ việc" || fail "revoke"
now=2026-04-20T09:00:00+07:00
once
at incident status "$ref" open --reason "quý sau" || fail "an act of the next quarter"
at --json digest access --year 2026 --quarter 1 >"$work/access.json" || fail "digest access"
python3 - "$work/access.json" <<'EOP' || fail "the quarter's figures"
import json, sys
d = json.load(open(sys.argv[1]))
assert (d["from"], d["to"]) == ("2026-01-01", "2026-03-31"), d
count = {(r["actor"], r["act"]): int(r["count"]) for r in d["rows"]}
who = next(a for a, act in count if act == "party revoke")
assert who.startswith("user:"), count
assert count[who, "read"] >= 3, count
assert not any(act == "incident status" for _, act in count), count
EOP
at digest access --year 2026 --quarter 2 >"$work/second.log" || fail "the second quarter"
has "its own acts" 'incident status' "$work/second.log"
at digest access --year 2026 --quarter 1 --csv >"$work/access.csv" || fail "as CSV"
has "a row a person and act" 'party revoke' "$work/access.csv"
if command -v pdftotext >/dev/null && [ -x "$build/irgate-scribe" ]; then
	at digest access --year 2026 --quarter 1 --pdf "$work/access.pdf" || fail "as PDF"
	pdftotext -layout "$work/access.pdf" "$work/access.txt"
	has "heading" 'BÁO CÁO QUÝ VỀ TRUY CẬP' "$work/access.txt"
	has "its span" 'Từ ngày 01/01/2026 đến ngày 31/03/2026' "$work/access.txt"
fi
at audit >"$work/audit.log" 2>&1 || fail "audit: $(cat "$work/audit.log")"
has "who read it" "$ref" "$work/audit.log"
late() { ctl --now "$now" --json obligation list --what risk-review | python3 -c 'import json,sys; print(*[r["state"] for r in json.load(sys.stdin)])'; }
is "the review of the first quarter is owed" OVERDUE "$(late)"
at obligation done office risk-review --note "báo cáo rủi ro quý I, kèm báo cáo truy cập" || fail "done"
is "done, and the next is owed" "done late open" "$(late)"
