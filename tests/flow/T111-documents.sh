#!/bin/bash
# Office documents, archives and what is wrong with them, as irgatectl read shows them.
. "$(dirname "$0")/../lib.sh"

[ -x "$build/irgate-pages" ] || skip "irgate-pages was not built"
command -v zip >/dev/null || skip "zip is not there"
python3 "$src/tests/pages/documents.py" "$work" || fail "documents"
show() { "$build/irgatectl" read "$work/$1.eml" >"$work/$1.json" || fail "read $1"; }
text() { python3 -c 'import json,sys; m=json.load(open(sys.argv[1])); print([a["text"] for a in m["attachments"] if a["name"]==sys.argv[2]][0])' "$work/$1.json" "$2"; }
show docx
is "paragraphs, cells, ticks" "BÁO CÁO BAN ĐẦU
Tên tổ chức	Sở Y tế
Địa chỉ: 1 Lê Lợi ☒ có" "$(text docx a.docx)"
is "an old font" "Công an tỉnh báo cáo sự cố" "$(text docx b.docx)"
is "its capitals" "CÔNG AN TỈNH" "$(text docx c.docx)"
show odt
is "OpenDocument" "BÁO CÁO BAN ĐẦU
Tên tổ chức	Sở Y tế
Địa chỉ: 1 Lê Lợi ☒ có" "$(text odt a.odt)"
is "a sheet, its dates as people write them" "Ngày	15/03/2023 12:00
Tên	Sở" "$(text odt a.xlsx)"
show zip
has "a mail in an archive" 'nested 198.51.100.7' "$work/zip.json"
has "a document in an archive" 'Sở Y tế' "$work/zip.json"
has "its addresses" '192.0.2.9' "$work/zip.json"
has "archives in archives end" 'archives within archives are read 4 deep' "$work/zip.json"
show locked
has "the password of the mail opens it" '203.0.113.99' "$work/locked.json"
has "another one stays closed" 'no password that the message states opens it' "$work/locked.json"
show bomb
has "expansion has a limit" 'it is too large' "$work/bomb.json"
has "and so has the number of files" 'more than 500 files in archives' "$work/bomb.json"
show broken
has "what is broken is said" 'a.zip: the archive is damaged' "$work/broken.json"
is "one record all the same" 1 "$(wc -l <"$work/broken.json")"
