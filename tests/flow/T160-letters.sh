#!/bin/bash
# Letters on pages: a mail carries its letter as text and as PDF, paper is numbered, printed, held and posted by a person's word, a fax gets its
# pages; what the printed page says is what was written; numbers have neither gap nor repeat.
. "$(dirname "$0")/../lib.sh"
[ -x "$build/irgate-scribe" ] || skip "irgate-scribe was not built"

new_instance
at() { ctl --now "$now" "$@"; }
mail l1@xa.example lan@xa.example "Su co trang tin" | drop l1
once
ref=$(field incident 0 ref)
at party add "Công ty Viễn thông Mẫu" --role isp --mail abuse@isp.example >/dev/null || fail party
at party add "Cơ quan điều phối" --role coordinator --letter "115 Đường Mẫu" >/dev/null || fail party
at party add "Đơn vị Fax" --role unit --fax +842330000042 >/dev/null || fail party
at letter send forward "$ref" --to "Công ty Viễn thông Mẫu" --set 'asks=Gỡ bỏ trang;' --set due=2026-03-10 >"$work/d1" || fail "forward"
at letter send ad-hoc-report "$ref" --to "Cơ quan điều phối" >"$work/d2" || fail "report"
at letter send order "$ref" --to "Đơn vị Fax" --set order.number=12/LĐP >/dev/null || fail "order"
refused 65 'no such kind' at letter send poem "$ref" --to "Đơn vị Fax"
refused 64 'NAME=VALUE' at letter send order "$ref" --to "Đơn vị Fax" --set order
report=$(cut -d' ' -f1 "$work/d2")
has "the report waits" 'waits for its number' "$work/d2"
refused 65 'waits for its number' at dispatch release "$report" --reason x
refused 65 'printed' at dispatch posted "$report" --proof "too early"
at letter number "$report" 290 || fail "number"
refused 65 'number already' at letter number "$report" 291
once
facts "what left in which form" <<'EOP'
fw = one(dispatches, letter="forward")
eq("by mail", "sent", fw["state"])
m = outgoing[next(n for n in outgoing if n.startswith(fw["id"]))]
eq("text and pages", ["text/plain", "application/pdf"], [p.get_content_type() for p in m.iter_parts()])
ok("the text alone is the letter", "Gỡ bỏ trang" in m.get_body(("plain",)).get_content())
pdf = list(m.iter_attachments())[0].get_content()
ok("a PDF", pdf.startswith(b"%PDF-1.7"))
report = one(dispatches, letter="ad-hoc-report")
eq("on paper it is held", ("held", "letter"), (report["state"], report["channel"]))
ok(f"why: {report['why']}", "posted" in report["why"])
ok("somebody owes the post", any(d["what"].startswith("sign and post " + report["id"]) and not d["done_at"] and "Điều 18" in d["basis"] for d in duties))
eq("the fax left", "sent", one(dispatches, letter="order")["state"])
EOP
[ -s "$dir/outgoing-letters/$report.pdf" ] || fail "no letter to print"
[ "$(find "$dir/outgoing-fax" -name '*.tif' | wc -l)" = 1 ] || fail "no fax"
python3 - "$dir/outgoing-letters/$report.json" "$ref" <<'EOP' || fail "facts of the letter"
import json, sys
f = json.load(open(sys.argv[1]))
assert f["number"] == "290/BC-UCSC" and f["incident"] == sys.argv[2] and f["party"] == "Cơ quan điều phối", f
EOP
if command -v pdftotext >/dev/null; then
	pdftotext -raw "$dir/outgoing-letters/$report.pdf" "$work/report.txt"
	has "its number" 'Số: 290/BC-UCSC' "$work/report.txt"
	has "its addressee" 'Cơ quan điều phối' "$work/report.txt"
	[ "$(grep -o "$ref" "$work/report.txt" | wc -l)" -ge 3 ] || fail "the reference does not stand three times"
	is "composed letters" True "$(python3 -c 'import sys, unicodedata; t = open(sys.argv[1]).read(); print(t == unicodedata.normalize("NFC", t))' "$work/report.txt")"
fi
at letter file "$report" | cmp - "$dir/outgoing-letters/$report.pdf" || fail "the kept file is another"
at dispatch posted "$report" --proof "RR123456789VN" || fail "posted"
refused 65 'waits to be posted' at dispatch posted "$report" --proof again
facts "posted" <<'EOP'
report = one(dispatches, letter="ad-hoc-report")
eq("sent", "sent", report["state"])
eq("the proof is kept", ("ok", "posted", "RR123456789VN"), tuple(report["attempts"][-1][k] for k in ("outcome", "code", "text")))
ok("the duty is done", not any(d["what"].startswith("sign and post") and not d["done_at"] for d in duties))
EOP
once
is "nothing is printed twice" 1 "$(find "$dir/outgoing-letters" -name '*.pdf' | wc -l)"

# one letter to two addressees, with the form below it: two dispatches, one number, both names on each page
at party add "Công an tỉnh Mẫu" --role police --letter "02 Đường Mẫu" >/dev/null || fail party
at letter send escalation "$ref" --to "Cơ quan điều phối" --to "Công an tỉnh Mẫu" --form >"$work/two" || fail "two addressees"
first=$(head -n 1 "$work/two" | cut -d' ' -f1) second=$(tail -n 1 "$work/two" | cut -d' ' -f1)
has "the second waits for the first" "waits for the number of $first" "$work/two"
at letter number "$first" 291 || fail "number of two"
once
for id in "$first" "$second"; do
	[ -s "$dir/outgoing-letters/$id.pdf" ] || fail "no letter $id"
	command -v pdftotext >/dev/null || continue
	pdftotext -layout "$dir/outgoing-letters/$id.pdf" "$work/two.txt"
	has "its number" 'Số: 291/UCSC-CNTT' "$work/two.txt"
	has "both names" '- Cơ quan điều phối;' "$work/two.txt"
	has "both names" '- Công an tỉnh Mẫu\.' "$work/two.txt"
	has "the form" 'Tên tổ chức, cá nhân báo cáo' "$work/two.txt"
done

# numbers of our own: letters that were refused take none
new_instance own
mkdir -p "$dir/profiles"
sed -e 's/^numbering = .*/numbering = "own";/' "$IRGATE_DATADIR/etc/profiles/vn-2025.conf" >"$dir/profiles/vn-2025.conf"
cp "$IRGATE_DATADIR"/etc/profiles/*.inc "$dir/profiles/"
mail l2@xa.example lan@xa.example "Su co" | drop l2
once
ref=$(field incident 0 ref)
at party add P --role coordinator --letter "115 Đường Mẫu" >/dev/null || fail party
at party add Q --role coordinator >/dev/null || fail party
for n in 1 2 3; do
	at letter send escalation "$ref" --to P >/dev/null || fail "letter $n"
	refused 65 'no channel' at letter send escalation "$ref" --to Q
done
once
python3 - "$dir/outgoing-letters" <<'EOP' || fail "numbers of our own"
import json, glob, sys
n = sorted(json.load(open(f))["number"] for f in glob.glob(sys.argv[1] + "/*.json"))
assert n == ["01/UCSC-CNTT", "02/UCSC-CNTT", "03/UCSC-CNTT"], n
EOP
# a block that was lent: used up, then the letters wait
sed -i -e 's/^numbering = .*/numbering = "block";/' "$dir/profiles/vn-2025.conf"
refused 65 'known already' at letter block 2 9
at letter block 41 42 || fail "block"
for n in 1 2 3; do at letter send escalation "$ref" --to P >>"$work/blocks" || fail "letter $n"; done
has "the third waits" 'no number is left' "$work/blocks"
once
is "printed" 5 "$(find "$dir/outgoing-letters" -name '*.pdf' | wc -l)"
ctl check >"$work/check.log" || fail "check"
