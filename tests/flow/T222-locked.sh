#!/bin/bash
# Encrypted archives with the password in the mail are opened: zip and 7z, with its list of names encrypted too. What stays shut says why, and a person owes
# its reading.
. "$(dirname "$0")/../lib.sh"
ctl() { "$build/irgatectl" -c "$conf" --now "$now" "$@"; }
new_instance
seven=$(command -v 7zz) || skip "no 7zz (package 7zip)"
[ "$seven" = /usr/bin/7zz ] || skip "7zz is not /usr/bin/7zz"
mkdir "$work/in" && cd "$work/in" || exit 1
printf 'dia chi 203.0.113.77\n' >"báo cáo.csv"; printf '2026-03-01 log' >log.txt; : >empty.bin; mkdir sub; printf 'MZ%064d' 0 | tr 0 '\0' >sub/run.exe
"$seven" a -t7z -p'Mật-khẩu 9' -mhe=on "$work/names.7z" . >/dev/null || fail "7zz"
"$seven" a -t7z -p'abc123' "$work/plain-names.7z" . >/dev/null || fail "7zz"
"$seven" a -tzip -p'abc123' -mem=AES256 "$work/aes.zip" . >/dev/null || fail "7zz"
"$seven" a -t7z "$work/open.7z" . >/dev/null || fail "7zz"
head -c 60000000 /dev/zero >"$work/zero"; "$seven" a -t7z -pabc123 -mx=1 "$work/large.7z" "$work/zero" "$work/in/log.txt" >/dev/null || fail "7zz"
cd / || exit 1
python3 - "$work" <<'PY' || fail "the mails"
import sys, zlib, email.message
work = sys.argv[1]
body = bytes([4, 0, 0, 0, 15]) + bytes(range(16)) # RAR 5: an encryption header, and nothing behind it that could be read
head = bytes([len(body)]) + body
open(work + "/shut.rar", "wb").write(b"Rar!\x1a\x07\x01\x00" + zlib.crc32(head).to_bytes(4, "little") + head + bytes(range(64)))
import hashlib
def rc4(key, data): # by hand: no library of the distribution's Python makes a PDF with a password
    s, j, out = list(range(256)), 0, bytearray()
    for i in range(256): j = (j + s[i] + key[i % len(key)]) % 256; s[i], s[j] = s[j], s[i]
    i = j = 0
    for c in data: i = (i + 1) % 256; j = (j + s[i]) % 256; s[i], s[j] = s[j], s[i]; out.append(c ^ s[(s[i] + s[j]) % 256])
    return bytes(out)
pad = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
ident, rights = bytes(16), -4
owner = rc4(hashlib.md5((b"chu" + pad)[:32]).digest()[:5], (b"khach" + pad)[:32]) # ISO 32000-1 7.6.3, revision 2
key = hashlib.md5((b"khach" + pad)[:32] + owner + rights.to_bytes(4, "little", signed=True) + ident).digest()[:5]
user = rc4(key, pad)
text = rc4(hashlib.md5(key + bytes([4, 0, 0, 0, 0])).digest()[:10], b"BT /F1 14 Tf 60 700 Td (bi mat) Tj ET")
objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 5 0 R>>>>/Contents 4 0 R>>",
    b"<</Length %d>>stream\n%s\nendstream" % (len(text), text), b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    b"<</Filter/Standard/V 1/R 2/O<%s>/U<%s>/P %d>>" % (owner.hex().encode(), user.hex().encode(), rights)]
pdf, at = b"%PDF-1.4\n", []
for n, o in enumerate(objects): at.append(len(pdf)); pdf += b"%d 0 obj\n%s\nendobj\n" % (n + 1, o)
pdf += b"xref\n0 7\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % a for a in at) + b"trailer\n<</Size 7/Root 1 0 R/Encrypt 6 0 R/ID[<%s><%s>]>>\nstartxref\n%d\n%%%%EOF\n" % (
    ident.hex().encode(), ident.hex().encode(), len(pdf))
open(work + "/shut.pdf", "wb").write(pdf)
for name, file, words in (("pdf", "shut.pdf", "gửi sau"), ("names", "names.7z", "Mật khẩu giải nén: Mật-khẩu 9"), ("plain", "plain-names.7z", "password: abc123"), ("zip", "aes.zip", "pass: abc123"),
        ("open", "open.7z", "no secret"), ("wrong", "names.7z", "password: abc124"), ("none", "plain-names.7z", "gửi sau"), ("rar", "shut.rar", "password: abc123"),
        ("zip-none", "aes.zip", "gửi sau"), ("large", "large.7z", "password: abc123")):
    m = email.message.EmailMessage()
    m["From"] = name + "@unit.example.vn"; m["To"] = "ungcuu@example.vn"; m["Subject"] = "gửi tệp"; m["Message-ID"] = "<%s@unit.example.vn>" % name
    m["Date"] = "Mon, 02 Mar 2026 08:00:00 +0700"
    m.set_content(words + "\n")
    m.add_attachment(open(work + "/" + file, "rb").read(), maintype="application", subtype="octet-stream", filename=file)
    open(work + "/" + name + ".eml", "wb").write(bytes(m))
PY
read_one() { ctl read "$work/$1.eml" >"$work/$1.log" || fail "read $1"; }

say "1: opened"
for i in names plain zip open; do
	read_one "$i"
	for f in 'báo cáo.csv' log.txt empty.bin run.exe; do has "$i holds $f" "\"name\":\"$f\"" "$work/$i.log"; done
	has "$i: its words are read" '"203.0.113.77"' "$work/$i.log"
	has "$i: a program in it" 'holds run.exe, a Windows' "$work/$i.log"
	has_not "$i is not said to be shut" 'not opened' "$work/$i.log"
done
read_one large
has "past the limit the beginning counts" 'zero: it is too large' "$work/large.log"
has "and the next file is there" '"name":"log.txt"' "$work/large.log"

say "2: shut, and why"
read_one wrong; has "another password" 'encrypted, not opened: no password that the message states opens it' "$work/wrong.log"
read_one none; has "none" 'encrypted, not opened: the message states no password for it' "$work/none.log"
read_one rar; has "RAR" 'encrypted, not opened: no program here opens an encrypted RAR archive' "$work/rar.log"
read_one zip-none; has "zip" 'encrypted, not opened: the message states no password for it' "$work/zip-none.log"

read_one pdf; has "PDF" 'encrypted, not opened: a PDF with a password' "$work/pdf.log"

say "3: a person owes the reading of what is shut, and of that alone"
for i in names wrong rar zip-none pdf; do drop "$i.eml" <"$work/$i.eml"; done
once
ctl duty list >"$work/duties.log"
is "duties of reading" 4 "$(grep -c 'read by hand' "$work/duties.log")"
has "with the reason" 'read by hand.*encrypted, not opened' "$work/duties.log"
! grep -rqF 'khẩu 9' "$dir/var/store" || fail "a password lies in the store"
