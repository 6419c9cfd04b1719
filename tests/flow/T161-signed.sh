#!/bin/bash
# Letters signed with the office's key: the mail carries a PDF whose signature somebody else calls valid; an electronic document goes to the exchange's
# outbox; without the key the same letter waits for a person's hand. A scribe that dies over a letter costs that letter alone.
. "$(dirname "$0")/../lib.sh"
[ -x "$build/irgate-scribe" ] || skip "irgate-scribe was not built"
command -v openssl >/dev/null || skip "no openssl"

new_instance
at() { ctl --now "$now" "$@"; }
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/k.pem" -out "$work/c.pem" -days 2 -subj '/CN=Van thu tinh Mau' 2>/dev/null || skip "openssl makes no key"
cat "$work/k.pem" "$work/c.pem" >"$dir/ky-so.pem"
set_conf letters 'sign_key = "ky-so.pem";'
set_conf letters 'edxml_outgoing = "edxml";'
irgated --check >"$work/check.log" 2>&1 || fail "check: $(cat "$work/check.log")"
mail s1@xa.example lan@xa.example "Su co trang tin" | drop s1
once
ref=$(field incident 0 ref)
at incident severity "$ref" ordinary --reason "đã xác minh" || fail "severity"
at incident status "$ref" closed --reason "đã khắc phục" || fail "closed"
n=0
at party add "Cơ quan điều phối" --role coordinator --mail dieuphoi@dp.example >/dev/null || fail party
at party add "Cơ quan điện tử" --role coordinator --letter edxml:H01.02 >/dev/null || fail party
for to in "Cơ quan điều phối" "Cơ quan điện tử"; do
	at letter send final-report "$ref" --to "$to" --set 'result=Đã khắc phục' >"$work/d" || fail "report to $to"
	at letter number "$(cut -d' ' -f1 "$work/d")" "$((++n + 4))" || fail "number"
done
once
facts "signed reports" <<EOP
mail, exchange = (one(dispatches, letter="final-report", channel=c) for c in ("mail", "letter"))
eq("both left", ("sent", "sent"), (mail["state"], exchange["state"]))
ok("the final report of a closed case is owed no more", one(duties, what="final-report")["done_at"])
m = outgoing[next(n for n in outgoing if n.startswith(mail["id"]))]
pdf = list(m.iter_attachments())[0].get_content()
open("$work/report.pdf", "wb").write(pdf)
ok("the mail says that it is signed", "chữ ký số" in m.get_body(("plain",)).get_content())
ok("its number stands in the mail", "05/BC-UCSC" in m.get_body(("plain",)).get_content())
eq("how it left", "outbox", exchange["attempts"][-1]["code"])
open("$work/name", "w").write(exchange["id"])
EOP
if command -v pdfsig >/dev/null; then
	pdfsig -no-ocsp "$work/report.pdf" >"$work/sig.log"
	has "valid" 'Signature is Valid' "$work/sig.log"
	has "whole" 'Total document signed' "$work/sig.log"
	has "kind" 'ETSI.CAdES.detached' "$work/sig.log"
	has "the letter's own time" 'Mar 02 2026' "$work/sig.log"
fi
python3 - "$dir/edxml/$(cat "$work/name").edxml" <<'EOP' || fail "the packet"
import base64, sys, xml.etree.ElementTree as E
root = E.parse(sys.argv[1]).getroot()
ns = "{http://www.mic.gov.vn/TBT/QCVN_102_2016}"
assert root.find(f".//{ns}To/{ns}OrganId").text == "H01.02"
assert root.find(f".//{ns}Code/{ns}CodeNumber").text == "06"
pdf = base64.b64decode(root.find("AttachmentEncoded/Attachment/ContentTransferEncoded").text)
assert pdf.startswith(b"%PDF") and b"ETSI.CAdES.detached" in pdf
EOP

# what is received by the exchange is confirmed there, the same day
at letter send document-receipt none --to "Cơ quan điện tử" --set document.number=12/LĐP --set document.date=2026-03-01 >"$work/d" || fail "receipt"
once
has "a status message" '<edXML:StatusCode>03</edXML:StatusCode>' "$dir/edxml/$(cut -d' ' -f1 "$work/d").edxml"

# what the other end says of ours: registered is delivered; a refusal is a person's; a stranger's word on it changes nothing; nobody answers any of them
status() { # FILE ORGAN CODE WORDS
	python3 - "$dir/edxml/$(cat "$work/name").edxml" "$@" >"$dir/scans/$1.edxml" <<'EOP'
import sys, xml.etree.ElementTree as E
ns = "{http://www.mic.gov.vn/TBT/QCVN_102_2016}"
root = E.parse(sys.argv[1]).getroot()
code = "/".join(root.find(f".//{ns}Code/{ns}{x}").text for x in ("CodeNumber", "CodeNotation"))
print(f"""<?xml version="1.0" encoding="utf-8"?><edXML xmlns:edXML="{ns[1:-1]}"><edXML:edXMLEnvelope><edXML:edXMLHeader><edXML:Status><edXML:ResponseFor>
<edXML:OrganId>H37.02</edXML:OrganId><edXML:Code>{code}</edXML:Code><edXML:PromulgationDate>2026/03/02</edXML:PromulgationDate><edXML:DocumentId>x,2026/03/02,{code}</edXML:DocumentId></edXML:ResponseFor>
<edXML:From><edXML:OrganId>{sys.argv[3]}</edXML:OrganId><edXML:OrganName>Cơ quan điện tử</edXML:OrganName></edXML:From><edXML:StatusCode>{sys.argv[4]}</edXML:StatusCode>
<edXML:Description>{sys.argv[5]}</edXML:Description><edXML:Timestamp>2026/03/02 10:00:00</edXML:Timestamp></edXML:Status></edXML:edXMLHeader></edXML:edXMLEnvelope></edXML>""")
EOP
}
# a document of theirs is confirmed at once, by itself, with a status that has no number; a stranger's and the same again are not
document() { # FILE ORGAN
	sed "s/@ORGAN@/$2/" >"$dir/scans/$1.edxml" <<'EOX'
<?xml version="1.0" encoding="utf-8"?><edXML xmlns:edXML="http://www.mic.gov.vn/TBT/QCVN_102_2016"><edXML:edXMLEnvelope><edXML:edXMLHeader><edXML:MessageHeader><edXML:From><edXML:OrganId>@ORGAN@</edXML:OrganId><edXML:OrganName>Cơ quan điện tử</edXML:OrganName></edXML:From>
<edXML:To><edXML:OrganName>Đơn vị</edXML:OrganName></edXML:To><edXML:Code><edXML:CodeNumber>88</edXML:CodeNumber><edXML:CodeNotation>CQ-VP</edXML:CodeNotation></edXML:Code><edXML:PromulgationInfo><edXML:Place>Mẫu</edXML:Place><edXML:PromulgationDate>2026/03/02</edXML:PromulgationDate></edXML:PromulgationInfo>
<edXML:Subject>báo cáo sự cố</edXML:Subject><edXML:OtherInfo><edXML:Priority>0</edXML:Priority></edXML:OtherInfo></edXML:MessageHeader></edXML:edXMLHeader></edXML:edXMLEnvelope></edXML>
EOX
}
receipts() { ctl --json dispatch list | python3 -c 'import json,sys; print(len([d for d in json.load(sys.stdin) if d["letter"] == "document-receipt"]))'; }
n=$(receipts)
document theirs H01.02
once
is "one receipt" $((n + 1)) "$(receipts)"
id=$(ctl --json dispatch list | python3 -c 'import json,sys; print([d["id"] for d in json.load(sys.stdin) if d["letter"] == "document-receipt"][-1])')
is "it left" sent "$(ctl --json dispatch show "$id" | python3 -c 'import json,sys; print(json.load(sys.stdin)["state"])')"
has "of their document" '<edXML:Code>88/CQ-VP</edXML:Code>' "$dir/edxml/$id.edxml"
ctl duty list >"$work/duty.log"
has_not "nobody owes one by hand" 'acknowledge by hand' "$work/duty.log"
document stranger-doc H99.99
once
is "none to a stranger" $((n + 1)) "$(receipts)"

before=$(count incident) letters=$(count dispatch)
status stranger H99.99 03 "Đã tiếp nhận"
once
is "a stranger's word" sent "$(ctl --json dispatch show "$(cat "$work/name")" | python3 -c 'import json,sys; print(json.load(sys.stdin)["state"])')"
status registered H01.02 03 "Đã tiếp nhận, vào sổ"
once
is "registered" delivered "$(ctl --json dispatch show "$(cat "$work/name")" | python3 -c 'import json,sys; print(json.load(sys.stdin)["state"])')"
status refused H01.02 02 "Sai nơi nhận"
once
is "refused" failed "$(ctl --json dispatch show "$(cat "$work/name")" | python3 -c 'import json,sys; print(json.load(sys.stdin)["state"])')"
ctl duty list >"$work/duty.log"
has "somebody finds another way" "find another way for $(cat "$work/name").*Sai nơi nhận" "$work/duty.log"
is "no case of theirs, no letter" "$before $letters" "$(count incident) $(count dispatch)"

# without the key: printed, and held
sed -i '/sign_key/d' "$conf"
at letter send final-report "$ref" --to "Cơ quan điều phối" --set 'result=Bổ sung' >"$work/d" || fail "report"
id=$(cut -d' ' -f1 "$work/d")
at letter number "$id" 8 || fail "number"
once
[ -s "$dir/outgoing-letters/$id.pdf" ] || fail "nothing to sign by hand"
at dispatch posted "$id" --proof "gửi thư điện tử bản ký tay" || fail "posted"
refused 65 'organ\|sign_key\|edxml' at letter send final-report "$ref" --to "Cơ quan điện tử"

# a scribe that dies over letters: they wait with an alarm, mails without pages leave
mkdir -p "$work/libexec"
for f in "$build"/irgate-*; do [ -x "$f" ] && [ -f "$f" ] && ln -sf "$f" "$work/libexec/${f##*/}"; done
rm -f "$work/libexec/irgate-scribe"
printf '#!/bin/sh\n[ "$1" = check ] && exit 0\nhead -c 1 <&3 >/dev/null\nkill -SEGV $$\n' >"$work/libexec/irgate-scribe"
chmod +x "$work/libexec/irgate-scribe"
mail s2@xa.example khac@xb.example "Su co khac" | drop s2
at letter send forward "$ref" --to "Cơ quan điều phối" >"$work/d" || fail "forward"
IRGATE_LIBEXEC=$work/libexec once
id=$(cut -d' ' -f1 "$work/d")
ctl --json dispatch show "$id" >"$work/show.log"
has "it waits" '"state": *"held"' "$work/show.log"
has "with its reason" 'could not be drawn' "$work/show.log"
ctl alarm list >"$work/alarm.log"
has "alarm" 'letter-pages' "$work/alarm.log"
facts "the receipt left" <<'EOP'
eq("receipts", 2, len([d for d in dispatches if d["letter"] == "receipt" and d["state"] == "sent"]))
EOP
