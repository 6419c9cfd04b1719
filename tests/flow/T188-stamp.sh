#!/bin/bash
# The stamp of arrival of a received document has the number and the day of the register, stands where the page is free of writing, and is on a copy: what
# was received stays as it is. The initial report form has the surest values, in the letter's language, with ticks.
. "$(dirname "$0")/../lib.sh"

[ -x "$build/irgate-scribe" ] && [ -x "$build/tests/paper/paper" ] || skip "letters are not drawn, or pages not read, in this build"
command -v pdftoppm >/dev/null || skip "no pdftoppm"
new_instance
at() { ctl --now "$now" "$@"; }
BODY=$'Tên tổ chức báo cáo sự cố: Trung tâm Mẫu\nĐiện thoại: 0233 555 0101\nHiện trạng sự cố: đang xử lý\nCách thức phát hiện sự cố: kiểm tra nhật ký của máy chủ' \
	mail s1@xa.example lan@xa.example "Bao cao su co" | drop s1
once
"$build/tests/paper/paper" page 31 scan 0 "$dir/scans/letter" || fail paper
issuer=$(python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))["issuer"])' "$dir/scans/letter.json") number=$(python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))["number"])' "$dir/scans/letter.json")
rm -f "$dir/scans/letter.json"
# the office's own profile confirms letters on paper, too, to whom the directory surely knows
mkdir "$dir/profiles" && cp "$src/etc/profiles/"*.inc "$dir/profiles/" && sed 's/^document_receipts = .*/document_receipts = "known";/' "$src/etc/profiles/vn-2025.conf" >"$dir/profiles/vn-2025.conf"
at party add "$issuer" --role unit --mail vanthu@issuer.example >/dev/null || fail party
once
facts "confirmed the same day" <<EOP
d = one(dispatches, letter="document-receipt")
eq("to whom the head names", ("mail", "vanthu@issuer.example", "sent"), (d["channel"], d["address"], d["state"]))
text = outgoing[next(n for n in outgoing if n.startswith(d["id"]))].get_body(("plain",)).get_content()
ok("which document: " + text, "$number" in text and "Số đến: 0002" in text)
ok("and nobody owes it", not any("acknowledge by hand" in x["what"] for x in duties if not x["done_at"]))
EOP
id=$(ctl --json message list | python3 -c 'import json,sys; print([m["id"] for m in json.load(sys.stdin) if m["source_file"]=="letter.jpg"][0])')
ctl message raw "$id" | sha256sum >"$work/before"
refused 64 'number is needed' at letter stamp "$dir/scans/.taken/2026-03/letter.jpg" --out "$work/x.pdf"
refused 65 'no number in the register' at letter stamp "$(ctl --json message list | python3 -c 'import json,sys; print([m["id"] for m in json.load(sys.stdin) if m["direction"]=="out"][0])')" --out "$work/x.pdf"
at letter stamp "$id" --out "$work/stamped.pdf" --to "Phòng CNTT" || fail stamp
pdftotext -layout "$work/stamped.pdf" "$work/stamped.txt"
has "the number of the register" 'Số: 0002' "$work/stamped.txt"
has "its day" 'Ngày: 02/03/2026' "$work/stamped.txt"
ctl message raw "$id" | sha256sum | cmp - "$work/before" || fail "the evidence changed"
# red ink, and what was black before under it
cp "$dir/scans/.taken/2026-03/letter.jpg" "$work/plain.jpg"
at letter stamp "$work/plain.jpg" --number 0002 --out "$work/file.pdf" || fail "stamp of a file"
pdftoppm -q -r 50 -f 1 -l 1 "$work/stamped.pdf" "$work/s" && python3 - "$work" <<'EOP' || fail "where it stands"
import glob, sys
def ppm(p):
    b = open(p, "rb").read().split(b"\n", 3)
    w, h = map(int, b[1].split())
    return w, h, b[3]
w, h, s = ppm(glob.glob(sys.argv[1] + "/s*.ppm")[0])
red = [(i % w, i // w) for i in range(w * h) if s[3 * i] > 120 and s[3 * i + 1] < 90 and s[3 * i + 2] < 90]
x0, x1 = min(x for x, y in red), max(x for x, y in red)
y0, y1 = min(y for x, y in red), max(y for x, y in red)
assert abs((x1 - x0) / w * 210 - 50) < 3 and abs((y1 - y0) / h * 297 - 35) < 3, (x0, x1, y0, y1, w, h)
black = sum(1 for y in range(y0, y1) for x in range(x0, x1) if max(s[3 * (y * w + x):3 * (y * w + x) + 3]) < 90)
assert black == 0, "%d points of writing under the stamp" % black
EOP

# the form
ref=$(field incident 0 ref)
[ "$ref" != None ] || fail "no case"
ref=$(ctl --json incident list | python3 -c 'import json,sys; print([i["ref"] for i in json.load(sys.stdin) if i["subject"]=="Bao cao su co"][0])')
mid=$(ctl --json message list | python3 -c 'import json,sys; print([m["id"] for m in json.load(sys.stdin) if m["source_file"]=="s1"][0])')
at party add "Cơ quan điều phối" --role coordinator --letter "115 Đường Mẫu" >/dev/null || fail party
at confirm "$mid" "reporter.phone=0233 555 0199" >/dev/null || fail confirm
n=20
for lang in vi en; do
	at letter send escalation "$ref" --to "Cơ quan điều phối" --form --lang $lang >"$work/sent" || fail "send $lang"
	did=$(cut -d' ' -f1 "$work/sent")
	at letter number "$did" $((n += 1)) || fail number
	once
	pdftotext -layout "$dir/outgoing-letters/$did.pdf" "$work/form.$lang" || fail "no letter"
	has "the surest value" '0233 555 0199' "$work/form.$lang"
	has_not "not what was read" '0233 555 0101' "$work/form.$lang"
done
has "labels" 'Hiện trạng sự cố' "$work/form.vi"
has "a tick" '\[x\] Đang xử lý' "$work/form.vi"
has "and what is not ticked" '\[ \] Đã được xử lý' "$work/form.vi"
has "English labels" 'State of the incident' "$work/form.en"
has "an English tick" '\[x\] Being dealt with' "$work/form.en"
has "how it was found" '\[x\] By looking through logs' "$work/form.en"
has_not "no Vietnamese label" 'Hiện trạng sự cố' "$work/form.en"
