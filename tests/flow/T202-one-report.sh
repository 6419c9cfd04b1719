#!/bin/bash
# The same report by mail, then by fax, then on paper is one case with three arrivals: its number is in the head of the letter, and the mail comes from an
# office of the directory. A stranger who states a number draws nobody into his case and gets into nobody's.
. "$(dirname "$0")/../lib.sh"
[ -x "$build/irgate-pages" ] || skip "irgate-pages was not built"
"$build/irgatectl" --now "$now" init "$work/i" >/dev/null || fail "no instance"
conf=$work/i/irgate.conf dir=$work/i
ctl() { "$build/irgatectl" -c "$conf" --now "$now" "$@"; }
pdf() { # FILE LINE...
	python3 - "$@" <<'PY'
import sys
lines = "".join("(%s) Tj T*\n" % l for l in sys.argv[2:])
text = "BT /F1 12 Tf 60 780 Td 16 TL\n" + lines + "ET"
parts = ["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
	"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
	"<</Length %d>>stream\n%s\nendstream" % (len(text), text), "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
out, at = "%PDF-1.4\n", []
for i, o in enumerate(parts):
	at.append(len(out))
	out += "%d 0 obj%s\nendobj\n" % (i + 1, o)
x = len(out)
out += "xref\n0 6\n0000000000 65535 f \n" + "".join("%010d 00000 n \n" % a for a in at) + "trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % x
open(sys.argv[1], "w").write(out)
PY
}
letter=("UBND HUYEN MAU" "VAN PHONG" "So: 47/SYT-VP" "Mau, ngay 02 thang 3 nam 2026" "V/v bao cao su co" "Kinh gui: Don vi ung cuu" "Ten he thong: Cong thong tin huyen Mau"
	"May chu 198.51.100.77 bi thay doi giao dien luc 07:30 ngay 02/03/2026." "De nghi don vi ho tro xu ly su co nay som nhat co the.")

say "1: a mail, a fax, a paper"
ctl party add "Van phong" --role unit --mail cntt@vpub.example.vn --fax +842438250001 >/dev/null || fail "party"
cp "$src/filters/letter-number/samples/head.eml" "$dir/incoming/new/mail"
once
now=2026-03-02T10:00:00+07:00
pdf "$dir/faxes/f.pdf" "${letter[@]}"
printf '{"caller":"+842438250001","pages":1}' >"$dir/faxes/f.json"
once
now=2026-03-04T10:00:00+07:00
pdf "$dir/scans/paper.pdf" "${letter[@]}" "Ban chinh gui theo duong buu dien."
once
ctl --json message list >"$work/messages.json"
python3 - "$work/messages.json" <<'PY' || fail "not one case: $(cat "$work/messages.json")"
import json, sys
m = [x for x in json.load(open(sys.argv[1])) if x["direction"] == "in"]
assert [x["channel"] for x in m] == ["mail", "fax", "letter"], m
assert len({x["incident"] for x in m}) == 1 and m[0]["incident"], m
assert [x["matched_by"] for x in m[1:]] == ["letter-number", "letter-number"], m
PY

say "2: a stranger who states a number"
sed 's/cntt@vpub.example.vn/eve@elsewhere.example/; s/head@vpub/eve@vpub/; s/198.51.100.77/203.0.113.5/' "$src/filters/letter-number/samples/head.eml" >"$dir/incoming/new/eve"
sed 's/cntt@vpub.example.vn/eve@elsewhere.example/; s/head@vpub/eve2@vpub/; s/^Số: 47/Số: 48/; s/198.51.100.77/203.0.113.6/' "$src/filters/letter-number/samples/head.eml" >"$dir/incoming/new/eve2"
once
now=2026-03-05T10:00:00+07:00
pdf "$dir/scans/next.pdf" "${letter[@]/47\/SYT/48\/SYT}"
once
ctl --json message list >"$work/messages.json"
python3 - "$work/messages.json" <<'PY' || fail "a stranger: $(cat "$work/messages.json")"
import json, sys
m = {x["source_file"]: x["incident"] for x in json.load(open(sys.argv[1])) if x["direction"] == "in"}
assert len({m["mail"], m["eve"], m["eve2"], m["next.pdf"]}) == 4, m
PY
say "done"
