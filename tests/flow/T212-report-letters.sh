#!/bin/bash
# Circular 20/2017/TT-BTTTT form 5 with Article 9(1) (a report bears signature and seal, or a digital signature) and Decree 30/2020, Articles 15 and 18:
# half-year report, extracts of registers, the report of access and the table of obligations leave as numbered letters with an annex, through the gate.
. "$(dirname "$0")/../lib.sh"

[ -x "$build/irgate-scribe" ] || skip "irgate-scribe was not built"
command -v pdftotext >/dev/null || skip "no pdftotext"
new_instance
at() { ctl --now "$now" "$@"; }
last() { ctl --json dispatch list | python3 -c 'import json,sys; print(json.load(sys.stdin)[-1]["id"])'; }
state() { ctl --json dispatch show "$1" | python3 -c 'import json,sys; print(json.load(sys.stdin)["state"])'; }
for n in 1 2 3; do mail "r$n@xa.example" "Nguyen Van $n <lan$n@xa.example>" "Su co $n" | drop "r$n"; done
now=2026-06-10T09:00:00+07:00
once
at party add "Cục A05" --role coordinator --mail a05@dp.example --language vi >/dev/null || fail "party"
at party add "Công an tỉnh" --role police --fax 02333000003 --language vi >/dev/null || fail "party"
at party add "UBND xã A" --role unit --mail a@xa2.example --language vi >/dev/null || fail "party"
now=2026-06-16T09:00:00+07:00
refused 64 'can be sent, not month' at digest send month --addressee "Cục A05"
refused 64 'addressee' at digest send half-year
refused 65 'access is not for UBND xã A' at digest send access --addressee "UBND xã A"
refused 64 'kept secret' at digest send arrivals --with-secret --addressee "Cục A05"
# as the profile has it: signed by hand, with the number the office's clerk gives
at digest send half-year --addressee "Cục A05" --reason "Số sự cố giảm so với cùng kỳ." >"$work/half.log" || fail "send half-year"
d=$(last)
has "held for its number" "$d held: it waits for its number" "$work/half.log"
refused 65 'number' at dispatch release "$d" --reason "go"
at letter number "$d" 7 || fail "number"
once
is "drawn, and waits for a signature" held "$(state "$d")"
pdf=$(find "$dir/outgoing-letters" -name "$d*.pdf")
[ -n "$pdf" ] || fail "no PDF in outgoing-letters"
pdftotext -layout "$pdf" "$work/half.txt"
for words in 'Số: 07/BC-UCSC' 'BÁO CÁO' 'Số sự cố tiếp nhận: 3' 'giảm so với cùng kỳ' 'Phụ lục kèm theo văn bản số 07/BC-UCSC ngày 16/06/2026' 'Từ ngày 15/12/2025 đến ngày 14/06/2026' \
	'Mẫu số 5, Thông tư 20/2017' 'Sự cố theo tháng' 'Sự cố theo nhóm loại' 'Thời gian xác nhận' 'Theo kênh tiếp nhận' 'Sự cố chưa kết thúc, theo tuổi'; do
	has "in the letter" "$words" "$work/half.txt"
done
owed() { ctl --json --now "$now" obligation list --party office --what periodic-report | python3 -c 'import json,sys; print(*[(o["due"][:10], o["state"]) for o in json.load(sys.stdin)])'; }
has_not "not yet sent" done <(owed)
at dispatch posted "$d" --proof "bưu điện RE123" || fail "posted"
is "the obligation of June is done, that of December runs" "('2026-06-20', 'done') ('2026-12-15', 'open')" "$(owed)"
# a second report of the same days is not the one of December
at digest send half-year --addressee "Cục A05" >/dev/null || fail "again"
d=$(last)
at letter number "$d" 8 || fail "number"
once
at dispatch posted "$d" --proof "bưu điện RE124" || fail "posted"
is "once" "('2026-06-20', 'done') ('2026-12-15', 'open')" "$(owed)"
# numbers of our own, and letters that leave by themselves when a person has posted them
mkdir "$dir/profiles" && cp "$src/etc/profiles/"*.inc "$dir/profiles/" && sed 's/^numbering = .*/numbering = "own";/; s/leaves = "key"/leaves = "at-once"/' \
	"$src/etc/profiles/vn-2025.conf" >"$dir/profiles/vn-2025.conf" || fail "profile"
sed -i 's/^#*profile_dir = .*/profile_dir = "profiles";/' "$conf"
now=2026-06-17T09:00:00+07:00
at digest send obligations --addressee "UBND xã A" --addressee "Cục A05" >"$work/table.log" || fail "send obligations"
at digest send access --addressee "Cục A05" >/dev/null || fail "send access"
at digest send half-year --addressee "Cục A05" --lang en >/dev/null || fail "send in English"
at digest send arrivals --addressee "Công an tỉnh" --from 2026-06-01 --to 2026-06-30 >"$work/fax.log" || fail "send arrivals: $(cat "$work/fax.log")"
fax=$(last)
once
python3 - "$dir" "$work" <<'EOP' || fail "what left (see above)"
import email, email.policy, os, subprocess, sys
dir, work = sys.argv[1:]
seen = {}
for n in os.listdir(dir + "/outgoing/new"):
    m = email.message_from_binary_file(open(f"{dir}/outgoing/new/{n}", "rb"), policy=email.policy.default)
    files = {p.get_filename(): p for p in m.walk() if p.get_filename()}
    pdf = [f for f in files if f.endswith(".pdf")]
    if not pdf: continue
    open(work + "/x.pdf", "wb").write(files[pdf[0]].get_payload(decode=True))
    text = subprocess.run(["pdftotext", "-layout", work + "/x.pdf", "-"], capture_output=True, text=True, check=True).stdout
    info = subprocess.run(["pdfinfo", "-l", "9", work + "/x.pdf"], capture_output=True, text=True).stdout
    csv = [files[f].get_content() for f in files if f.endswith(".csv")]
    seen[str(m["To"]), str(m["Subject"])] = (text, info, csv[0] if csv else "")
table = [v for (to, subject), v in seen.items() if "nghĩa vụ" in subject]
assert len(table) == 2, list(seen)
numbers = {next(l.strip().split()[1] for l in t[0].splitlines() if l.strip().startswith("Số:")) for t in table}
assert len(numbers) == 1, numbers # one letter to two addressees
assert "UBND xã A" in table[0][0] and "BẢNG THEO DÕI" in table[0][0] and "owner" in table[0][2], table[0]
assert "size:  595.276 x 841.89" in table[0][1] and "size:  841.89 x 595.276" in table[0][1], table[0][1] # upright letter, lying annex
access = [v for (to, subject), v in seen.items() if "truy cập" in subject][0]
assert "BÁO CÁO QUÝ VỀ TRUY CẬP" in access[0] and "Phụ lục kèm theo văn bản số" in access[0]
english = [v for (to, subject), v in seen.items() if subject.startswith("Report: the handling")][0]
assert "HALF-YEAR REPORT" in english[0] and "Annex to our letter No." in english[0] and "Incidents by month" in english[0] and "total,incidents,3" in english[2].replace("\r", ""), english
EOP
is "by fax, without the file" sent "$(state "$fax")"
find "$dir/outgoing-fax" -name "$fax*.tif" | grep -q . || fail "no fax"
# the gate: what a reporter asked to keep secret leaves in no report, whoever types it
BODY="Xin giu kin. De nghi giu bi mat thong tin nguoi bao." mail s1@kin.example "Tran Quoc Bao Mat <baomat@kin.example>" "Su co kin" | drop s1
once
ctl --json incident list | python3 -c 'import json,sys; assert json.load(sys.stdin)[-1]["secrecy"]["requested"]' || fail "secrecy was not understood"
at digest send half-year --addressee "Cục A05" --reason "Theo ông Trần Quốc Bảo Mật báo." >"$work/gate.log" || fail "send"
has "held by the gate" 'held: the release gate holds it: .*the name of somebody who wrote' "$work/gate.log"
at digest send arrivals --addressee "Cục A05" >"$work/gate2.log" || fail "arrivals with a secret case"
has "an extract shows its number alone, and leaves" 'queued' "$work/gate2.log"
facts "journalled" <<'EOP'
ok("each as a letter", len([j for j in journal if j["act"] == "letter extract"]) >= 4 and [j for j in journal if j["act"] == "letter periodic-report"])
EOP
# before 15 December the report of the year is owed: its second half alone is not it
now=2026-12-14T09:00:00+07:00
sent_year() { at digest send "$@" --addressee "Cục A05" >/dev/null || fail "send $*"; once; }
sent_year half-year
has "half of it" "('2026-12-15', 'open')" <(owed)
sent_year year
has "the whole" "('2026-12-15', 'done') ('2027-06-20', 'open')" <(owed)
[ -z "${KEEP_PDF:-}" ] || cp "$pdf" "$KEEP_PDF"
