#!/bin/bash
# Decree 30/2020 Art. 22 and Annex IV: registers of arrivals, departures and follow-up with all columns of the model books; one series of arrival
# numbers a year for paper and electronic, by order of arrival; what is secret shows its number alone.
. "$(dirname "$0")/../lib.sh"

new_instance
at() { ctl --now "$now" "$@"; }
mail a1@xa.example "Nguyen Thi Lan <lan@xa.example>" '=?UTF-8?Q?S=E1=BB=B1_c=E1=BB=91_=22m=E1=BB=99t=22,_hai?=' | drop a1
BODY="Xin giữ bí mật danh tính của tôi." mail a2@xa.example kin@xa.example "Chuyen kin" | drop a2
printf 'From: MAILER-DAEMON@xa.example\r\nTo: ungcuu@example.vn\r\nSubject: x\r\nAuto-Submitted: auto-replied\r\nMessage-ID: <a3@xa.example>\r\n\r\nx\r\n' | drop a3
once
now=2026-12-31T23:30:00+07:00
mail a4@xa.example an@xa.example "Cuoi nam" | drop a4
once
now=2027-01-01T00:30:00+07:00
mail a5@xa.example an@xa.example "Dau nam" | drop a5
once
at --json register arrivals --year 2026 >"$work/in.json" || fail "arrivals"
at --json register arrivals --year 2027 >"$work/in27.json" || fail "arrivals of the next year"
at register arrivals --year 2026 --csv >"$work/in.csv" || fail "arrivals as CSV"
at --json register departures --year 2026 >"$work/out.json" || fail "departures"
at --json register follow-up --year 2026 >"$work/follow.json" || fail "follow-up"
at register arrivals --year 2026 --with-secret --csv >"$work/all.csv" || fail "the chief may see all"
python3 - "$work" <<'EOP' || fail "the registers (see above)"
import csv, json, sys
w = sys.argv[1]
load = lambda n: json.load(open(f"{w}/{n}.json"))
a, b, out, follow = load("in"), load("in27"), load("out"), load("follow")
bad = []
def eq(what, want, got):
    if want != got: bad.append(f"{what}: wanted {want!r}, got {got!r}")
eq("numbers, no gap, no machine answers", ["1", "2", "3"], [r["arrival_number"] for r in a["rows"]])
eq("a new series each year", ["1"], [r["arrival_number"] for r in b["rows"]])
eq("the year is that of the office's clock", "31/12/2026", a["rows"][2]["arrival_date"])
eq("cover", (2026, 1, 3, "01"), (a["year"], a["first"], a["last"], a["volume"]))
eq("columns", (10, 10, 7), tuple(len(r["rows"][0]) for r in (a, out, follow)))
eq("subject", 'Sự cố "một", hai', a["rows"][0]["subject"])
eq("author", "Nguyen Thi Lan", a["rows"][0]["author"])
eq("secret", ("(giữ bí mật theo yêu cầu)",) * 2, (a["rows"][1]["author"], a["rows"][1]["subject"]))
eq("departures", 3, len(out["rows"]))
rows = list(csv.reader(open(f"{w}/in.csv", encoding="utf-8-sig", newline="")))
eq("CSV", (["Ngày đến", "Số đến"], 4, {10}), (rows[0][:2], len(rows), {len(r) for r in rows}))
eq("CSV says the same", 'Sự cố "một", hai', rows[1][5])
if "kin@xa.example" in open(f"{w}/in.csv").read(): bad.append("a secret reporter stands in the register")
if "kin@xa.example" not in open(f"{w}/all.csv").read(): bad.append("the chief does not see him")
print("\n".join(bad)); sys.exit(bool(bad))
EOP
refused 64 'YYYY-MM-DD' at register arrivals --from 1.1.2026
if command -v pdftotext >/dev/null && [ -x "$build/irgate-scribe" ]; then
	at register arrivals --year 2026 --pdf "$work/in.pdf" || fail "as PDF"
	pdftotext -layout "$work/in.pdf" "$work/in.txt"
	has "heading" 'SỔ ĐĂNG KÝ VĂN BẢN ĐẾN' "$work/in.txt"
	has "columns" 'Tác giả' "$work/in.txt"
	has "rows" '31/12/2026' "$work/in.txt"
	has_not "secret" 'kin@xa' "$work/in.txt"
fi
at audit --json --year 2026 >"$work/audit.json" || fail "audit"
python3 -c 'import json,sys; a=json.load(open(sys.argv[1])); sys.exit(not (a["whole"] and "rights" in a))' "$work/audit.json" || fail "what the audit says"
python3 - "$dir/var/store/store.db" <<'EOP'
import sqlite3, sys
db = sqlite3.connect(sys.argv[1]); db.execute("UPDATE journal SET actor = 'user:nobody' WHERE id = 1"); db.commit()
EOP
if [ "$(ctl --json journal list | python3 -c 'import json,sys; print(len(json.load(sys.stdin)))')" != 0 ]; then refused 65 'BROKEN' at audit --year 2026; fi
