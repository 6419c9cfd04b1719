#!/bin/bash
# What a machine runs is recognised by its content, its name and inside of archives, and never leaves by itself. A person sends a received file on: zipped
# with a password that is told to that person alone, through the release gate, with a reason in the journal.
. "$(dirname "$0")/../lib.sh"
new_instance
ctl() { "$build/irgatectl" -c "$conf" ${now:+--now "$now"} "$@"; }
ctl party add "Phòng An ninh mạng" --role police --mail pa05@police.example.vn >/dev/null || fail "party"
ctl party add "ISP One" --role isp --mail abuse@one.example >/dev/null || fail "party"
ctl party add "Fax only" --role isp --fax +842430000042 >/dev/null || fail "party"
python3 - "$dir/incoming/new/report.eml" "$work" <<'PY' || fail "the report cannot be made"
import sys, io, zipfile, email.message
m = email.message.EmailMessage()
m["From"] = "Nguyen Van A <nguyen.a@unit.example.vn>"; m["To"] = "ungcuu@example.vn"; m["Subject"] = "ma doc"; m["Message-ID"] = "<hazard@unit.example.vn>"
m["Date"] = "Mon, 02 Mar 2026 08:00:00 +0700"
m.set_content("Gui mau ma doc.\n")
program = b"MZ" + bytes(62) + b"This program cannot be run in DOS mode" + bytes(range(256)) * 20
open(sys.argv[2] + "/program", "wb").write(program)
def packed(**files):
    b = io.BytesIO()
    with zipfile.ZipFile(b, "w", zipfile.ZIP_DEFLATED) as z:
        for name, data in files.items(): z.writestr(name.replace("__", ".").replace("_SL_", "/"), data)
    return b.getvalue()
m.add_attachment(program, maintype="application", subtype="octet-stream", filename="hoa-don.pdf.exe")
m.add_attachment(packed(run__js="WScript.Echo(1)", note__txt="x"), maintype="application", subtype="zip", filename="goi.zip")
m.add_attachment(packed(word_SL_document__xml="<w/>", word_SL_vbaProject__bin="x"), maintype="application", subtype="octet-stream", filename="mau.docx")
m.add_attachment(b"\x7fELF" + bytes(100), maintype="image", subtype="png", filename="anh.png")
m.add_attachment(b"noi dung: nguyen.a@unit.example.vn da bao\n" * 5, maintype="application", subtype="octet-stream", filename="log.bin")
open(sys.argv[1], "wb").write(bytes(m))
PY
once
ctl message show 1 >"$work/shown.log" || fail "show"

say "1: by name, content, inside"
has "two extensions" 'hoa-don.pdf.exe.*a Windows or DOS program under a name that hides it' "$work/shown.log"
has "a script in an archive" 'goi.zip.*holds run.js, a script' "$work/shown.log"
has "macros" 'mau.docx.*an Office document with macros' "$work/shown.log"
has "a program that is called a picture" 'anh.png.*a Linux program' "$work/shown.log"
ctl read "$(find "$dir/incoming/cur" -type f | head -1)" >"$work/read.log"
has "reading says it, too" '"hazard":"a Linux program (ELF)"' "$work/read.log"
for f in "$dir"/outgoing/new/*; do
	[ -e "$f" ] || continue
	has_not "nothing of it leaves by itself" 'hoa-don\|filename' "$f"
done

say "2: a person sends it"
ctl attachment send 1 1 --to "Phòng An ninh mạng" 2>"$work/no.log"; is "a reason is needed" 64 $?
ctl attachment send 1 9 --to "Phòng An ninh mạng" --reason "x" 2>"$work/no.log"; is "there is no ninth" 65 $?
ctl attachment send 1 1 --to "Fax only" --reason "x" 2>"$work/no.log"; is "files leave by mail" 65 $?
head -c 100 "$work/program" | ctl attachment enclose 1 1 --to "Phòng An ninh mạng" --reason "x" 2>"$work/no.log"; is "other bytes" 65 $?
has "it says so" 'not the bytes' "$work/no.log"
ctl --json attachment send 1 1 --to "Phòng An ninh mạng" --reason "phân tích mẫu" >"$work/sent.json" 2>"$work/no.log" || fail "send: $(cat "$work/no.log")"
password=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["password"])' "$work/sent.json")
is "its form" 23 ${#password}
once
raw=$(grep -l 'pa05@police' "$dir"/outgoing/new/* | head -1)
[ -n "$raw" ] || fail "no mail to the police: $(cat "$work/sent.json")"

say "3: what came: a zip that the password opens and nothing else does"
python3 - "$raw" "$work" "$password" <<'PY' || fail "the zip file"
import sys, email, email.policy, email.message
m = email.message_from_binary_file(open(sys.argv[1], "rb"), policy=email.policy.default)
files = list(m.iter_attachments())
files = [f for f in files if f.get_content_type() != "application/pdf"]
assert len(files) == 1 and files[0].get_filename() == "file-1-1.sealed.zip", [f.get_filename() for f in files]
z = files[0].get_content()
assert b"file-1-1.bin" in z and b"hoa-don" not in z and b"cannot be run" not in z
assert z[6] & 1 and int.from_bytes(z[8:10], "little") == 99, "not AES"
text = m.get_body().get_content()
assert "SHA-256" in text and sys.argv[3] not in text, text
for name, words in (("open", "Mật khẩu giải nén: " + sys.argv[3]), ("shut", "Mật khẩu giải nén: khong-phai")):
    o = email.message.EmailMessage()
    o["From"] = "a@example.org"; o["To"] = "b@example.org"; o["Subject"] = "x"; o.set_content(words + "\n")
    o.add_attachment(z, maintype="application", subtype="zip", filename="z.zip")
    open(sys.argv[2] + "/" + name + ".eml", "wb").write(bytes(o))
PY
sum=$(sha256sum "$work/program" | cut -d' ' -f1)
ctl read "$work/open.eml" >"$work/open.log"; has "opened it is the file" "file-1-1.bin.*$sum" "$work/open.log"
ctl read "$work/shut.eml" >"$work/shut.log"; has_not "another password" "$sum.*file-1-1.bin\|file-1-1.bin.*$sum" "$work/shut.log"
has "and why" 'no password that the message states opens it' "$work/shut.log"

say "4: the password is kept nowhere, the act is"
! grep -rqF "$password" "$dir" || fail "the password lies in the instance: $(grep -rlF "$password" "$dir")"
ctl journal list >"$work/journal.log"
has "the act" "attachment send.*message 1.*$sum.*phân tích mẫu" "$work/journal.log"

say "5: the gate searches the file before it is sealed"
ctl attachment send 1 5 --to "ISP One" --reason "x" >"$work/no.log" 2>&1; is "an ISP may not know who reported" 65 $?
has "why" 'the release gate holds it' "$work/no.log"

say "6: with a daemon, too"
start; now=
ctl attachment send 1 4 --to "ISP One" --reason "y" >"$work/daemon.log" 2>&1 || fail "over the socket: $(cat "$work/daemon.log")"
has "the password is told" 'password of the zip file' "$work/daemon.log"
stop
