#!/bin/bash
# What Outlook packs into a winmail.dat is read like what is attached: S/MIME (opaque, sealed, and signed in the clear), documents and text with
# their words, a mail inside.
. "$(dirname "$0")/../lib.sh"

. "$src/tests/smime.sh"
command -v python3 >/dev/null || skip "python3 is not installed"
for f in ca.crt us.crt unit.crt; do gpgsm --homedir "$home" --batch --import $f 2>>gpgsm.log || fail "import"; done
gpgconf --homedir "$home" --kill all

printf 'Content-Type: text/plain; charset=utf-8\r\n\r\nMay chu zephyrus.\r\n' >body
openssl cms -encrypt -in body -aes256 -outform DER -out sealed.der us.crt
openssl cms -sign -nodetach -in body -outform DER -out opaque.der -signer unit.crt -inkey unit.key
openssl cms -sign -in body -signer unit.crt -inkey unit.key >clear.mime
python3 - <<'E' || fail "the samples cannot be made"
import base64, struct
def record(level, number, data):
    return struct.pack("<BHHI", level, number, 0, len(data)) + data + b"\0\0"
def prop(kind, number, data):
    return struct.pack("<HHII", kind, number, 1, len(data)) + data + b"\0" * (-len(data) % 4)
def file_of(name, mime, data, kind=258):
    props = [prop(31, 0x3707, (name + "\0").encode("utf-16le")), prop(30, 0x370e, mime.encode() + b"\0")] if mime else [prop(31, 0x3707, (name + "\0").encode("utf-16le"))]
    out = record(2, 0x9002, b"\0" * 14)
    if kind == 13:
        props.append(prop(13, 0x3701, b"\0" * 16 + data))
    else:
        out += record(2, 0x800f, data)
    return out + record(2, 0x9005, struct.pack("<I", len(props)) + b"".join(props))
def tnef(*files, text=None):
    out = struct.pack("<IH", 0x223e9f78, 1)
    if text:
        out += record(1, 0x9003, struct.pack("<I", 1) + prop(31, 0x1000, text.encode("utf-16le")))
    return out + b"".join(files)
def mail(name, data):
    head = f"From: unit@so.example\nTo: ungcuu@example.vn\nSubject: {name}\nMessage-ID: <{name}@so.example>\nMIME-Version: 1.0\n"
    head += 'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain\n\n\n--b\nContent-Type: application/ms-tnef; name="winmail.dat"\nContent-Transfer-Encoding: base64\n\n'
    with open(name + ".eml", "w") as out:
        out.write(head + base64.encodebytes(data).decode() + "--b--\n")
mail("sealed", tnef(file_of("smime.p7m", "application/pkcs7-mime", open("sealed.der", "rb").read())))
mail("opaque", tnef(file_of("smime.p7m", "", open("opaque.der", "rb").read())))
mail("clear", tnef(file_of("smime.p7m", "multipart/signed", open("clear.mime", "rb").read())))
inner = tnef(file_of("log.csv", "", b"time,ip\n1,192.0.2.7\n"), text="Thư bên trong")
mail("inside", tnef(file_of("note.txt", "text/plain", b"may chu\n"), file_of("old mail", "", inner, 13), text="Xem thư kèm"))
E
"$build/irgatectl" read --keys "$home" sealed.eml opaque.eml clear.eml inside.eml >out.json 2>read.log || fail "read"
python3 - >seen <<'E'
import json
for line in open("out.json"):
    r = json.loads(line)
    c = r["crypto"]
    print(r["file"], *("+" if c[k] else "-" for k in ("encrypted", "decrypted", "signed")), c["verified"], c["signer"] or "nobody", r["text"].strip(),
          [(a["name"], (a["text"] or "").strip()) for a in r["attachments"] if a["name"] != "smime.p7s"])
E
is "what was in them" "sealed.eml + + - none nobody May chu zephyrus. []
opaque.eml - - + good unit@so.example May chu zephyrus. []
clear.eml - - + good unit@so.example May chu zephyrus. []
inside.eml - - - none nobody Xem thư kèm [('note.txt', 'may chu'), ('old mail', 'Thư bên trong'), ('log.csv', 'time,ip\n1,192.0.2.7')]" "$(cat seen)"
