#!/bin/bash
# irgatectl read: every key of INTERFACE for every kind of file, one object a line in the order given, nothing stored; no configuration needed.
. "$(dirname "$0")/../lib.sh"

cd "$work" || fail "cd"
{
	printf 'From: =?utf-8?B?VHLhuqduIFbEg24gTWluaA==?= <minh@so.example>\r\nTo: ungcuu@example.vn, "B, C" <bc@x.example>\r\nCc: d@x.example\r\nReply-To: other@so.example\r\n'
	printf 'Subject: =?utf-8?Q?B=C3=A1o_c=C3=A1o?=\r\n =?utf-8?Q?_s=E1=BB=B1_c=E1=BB=91?=\r\nDate: Mon, 02 Mar 2026 08:00:00 +0700\r\nMessage-ID: <m1@so.example>\r\nIn-Reply-To: <a@x>\r\nReferences: <r1@x> <a@x>\r\n'
	printf 'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nK=C3=ADnh g=E1=BB=ADi qu=C3=BD c=C6=A1 quan.\r\n\r\n> d=C3=B2ng c=C5=A9\r\n--b\r\n'
	printf "Content-Type: application/octet-stream; name*=utf-8''b%%C3%%A1o.bin\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment\r\n\r\nAAEC\r\n--b--\r\n"
} >mail.eml
printf 'From: a@x.example\nSubject: html only\nContent-Type: text/html\n\n<p>Xin ch&agrave;o</p><script>evil()</script><p>dong hai</p>' >html.eml
: >empty.eml
head -c 4096 /dev/urandom >junk.bin
printf '%%PDF-1.4\n%%%%EOF\n' >letter.pdf
printf 'II*\000\010\000\000\000\000\000' >fax.tif
printf '\211PNG\r\n\032\n' >scan.png
printf 'a plain text, no mail\nat all\n' >plain.txt
mkdir folder
ln -s nowhere.eml dangling
files=(mail.eml html.eml empty.eml junk.bin letter.pdf fax.tif scan.png plain.txt)
"$build/irgatectl" read "${files[@]}" >out.jsonl 2>err.log || fail "read: exit $?"
python3 - "${files[@]}" <<'EOP' || fail "objects (see above)"
import hashlib, json, sys
bad = 0
def eq(words, wanted, got):
    global bad
    if wanted != got:
        bad = 1
        print(f"  {words}: wanted {wanted!r}, got {got!r}", file=sys.stderr)
lines = open("out.jsonl", encoding="utf-8").read().splitlines()
rows = [json.loads(l) for l in lines]
eq("order", sys.argv[1:], [r["file"] for r in rows])
keys = set("""file kind message_id date from reply_to to cc subject text reply_text attachments in_reply_to references class bounces crypto filter ticket fields
observables category language problems""".split())
for r in rows:
    eq(f"{r['file']}: keys missing", set(), keys - set(r))
    eq(f"{r['file']}: crypto", {"encrypted", "decrypted", "signed", "verified", "signer"}, set(r["crypto"]))
    for k, t in dict(to=list, cc=list, attachments=list, in_reply_to=list, references=list, bounces=list, fields=dict, observables=list, problems=list).items():
        eq(f"{r['file']}: type of {k}", t, type(r[k]))
by = {r["file"]: r for r in rows}
eq("kinds", ["mail", "mail", "mail", "mail", "letter", "fax", "letter", "mail"], [r["kind"] for r in rows])
m = by["mail.eml"]
eq("message_id", "m1@so.example", m["message_id"])
eq("date", "2026-03-02T08:00:00+07:00", m["date"])
eq("from", {"name": "Trần Văn Minh", "address": "minh@so.example"}, m["from"])
eq("reply_to", {"name": None, "address": "other@so.example"}, {**{"name": None}, **m["reply_to"]})
eq("to", ["ungcuu@example.vn", "bc@x.example"], [a["address"] for a in m["to"]])
eq("quoted name", "B, C", m["to"][1]["name"])
eq("cc", ["d@x.example"], [a["address"] for a in m["cc"]])
eq("subject", "Báo cáo sự cố", m["subject"])
eq("text", "Kính gửi quý cơ quan.\n\n> dòng cũ", m["text"].rstrip("\n"))
eq("reply_text", "Kính gửi quý cơ quan.", m["reply_text"].strip())
eq("attachment", {"name": "báo.bin", "type": "application/octet-stream", "size": 3, "sha256": hashlib.sha256(b"\0\1\2").hexdigest()},
   {k: m["attachments"][0][k] for k in ("name", "type", "size", "sha256")})
eq("text of an attachment is a key", True, "text" in m["attachments"][0])
eq("in_reply_to", ["a@x"], m["in_reply_to"])
eq("references", ["r1@x", "a@x"], m["references"])
eq("class", "person", m["class"])
eq("language", "vi", m["language"])
h = by["html.eml"]
eq("html to text", True, "Xin chào" in h["text"] and "dong hai" in h["text"] and "evil" not in h["text"] and "<p>" not in h["text"])
for f in ("empty.eml", "junk.bin", "letter.pdf", "plain.txt"):
    eq(f"{f}: something is said", True, bool(by[f]["problems"]))
eq("plain text is shown", True, "no mail" in by["plain.txt"]["text"])
sys.exit(bad)
EOP
# what cannot be opened gets its object too, and the exit code says so
code=0
"$build/irgatectl" read nowhere.eml folder dangling mail.eml >out.jsonl 2>err.log || code=$?
is "exit code with unreadable files" 65 "$code"
code=0
"$build/irgatectl" read folder >/dev/null 2>err.log || code=$?
is "exit code with a folder" 65 "$code"
is "objects" 4 "$(wc -l <out.jsonl)"
is "of the readable one" 1 "$(grep -c m1@so.example out.jsonl)"
code=0
"$build/irgatectl" read >out 2>err.log || code=$?
is "exit code without a file" 64 "$code"
"$build/irgatectl" read --keys "$work" mail.eml >out || fail "--keys"
"$build/irgatectl" --json read mail.eml | cmp -s - out || fail "--json makes a difference"
# a name that is no UTF-8, and one with a line in it
cp mail.eml $'bad\xff\nname.eml'
is "lines" 1 "$("$build/irgatectl" read $'bad\xff\nname.eml' | python3 -c 'import json,sys; print(len([json.loads(l) for l in sys.stdin.buffer.read().decode().splitlines()]))')"
