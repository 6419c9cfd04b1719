#!/bin/bash
# Several letters in one scan, told apart by a separator page and by their heads; blank pages; the same letter twice; a package of the document
# exchange in both forms; and a person's word on what was read.
. "$(dirname "$0")/../lib.sh"

[ -x "$build/irgate-pages" ] && [ -x "$build/tests/paper/paper" ] || skip "pages are not read or not made in this build"
paper() { "$build/tests/paper/paper" "$@" || fail "paper"; }
new_instance
paper page 21 fine 1 "$work/a" code=0
paper page 22 fine 1 "$work/b" code=0
paper page 23 fine 1 "$work/c" code=0 number=
"$build/irgatectl" scan separator >"$work/separator.pdf" || fail "separator"
pdftoppm -q -r 200 -gray -singlefile "$work/separator.pdf" "$work/separator" || fail "the separator cannot be drawn"
paper join "$work/three.tif" "$work/a.tif" blank "$work/separator.pgm" "$work/b.tif" "$work/c.tif"
"$build/irgatectl" read "$work/three.tif" >"$work/three.json" || fail "read"
python3 - "$work" <<'EOP' || fail "three letters"
import json, sys
w = sys.argv[1]
m = json.load(open(w + "/three.json"))
truth = [json.load(open("%s/%s.json" % (w, x))) for x in "abc"]
letters = [m] + m["letters"]
assert len(letters) == 3, len(letters)
for got, want in zip(letters, truth):
    assert got["fields"].get("letter.number", {}).get("value", "") == want["number"], (got["fields"].get("letter.number"), want["number"])
assert "letter.number" not in letters[2]["fields"] and "not printed" in " ".join(letters[2]["problems"]), letters[2]["problems"]
EOP
cp "$work/three.tif" "$dir/scans/"
once
count_in() { ctl --json message list | python3 -c 'import json,sys; print(len([m for m in json.load(sys.stdin) if m["direction"]=="in"]))'; }
is "a message each" 3 "$(count_in)"

# The same letter from another machine: a suspected duplicate, said to a person.
paper page 21 fine 2 "$work/again" code=0
cp "$work/again.tif" "$dir/scans/"
once
ctl duty list >"$work/duty.log"
has "the duplicate is said" 'suspected duplicate' "$work/duty.log"

# edXML, with and without the prefix.
python3 - "$dir/scans" <<'EOP'
import base64, sys
head = """<?xml version="1.0" encoding="utf-8"?><{p}edXML{n}><{p}edXMLEnvelope><{p}edXMLHeader><{p}MessageHeader><{p}From><{p}OrganId>H37.02</{p}OrganId><{p}OrganName>Sở Mẫu</{p}OrganName><{p}Email>vt@mau.example.vn</{p}Email></{p}From>
<{p}To><{p}OrganName>Đơn vị A</{p}OrganName></{p}To><{p}Code><{p}CodeNumber>77</{p}CodeNumber><{p}CodeNotation>SM-VP</{p}CodeNotation></{p}Code><{p}PromulgationInfo><{p}Place>Mẫu</{p}Place><{p}PromulgationDate>2026/03/01</{p}PromulgationDate></{p}PromulgationInfo>
<{p}Subject>báo cáo sự cố {s}</{p}Subject><{p}OtherInfo><{p}Priority>3</{p}Priority></{p}OtherInfo></{p}MessageHeader></{p}edXMLHeader></{p}edXMLEnvelope>
<AttachmentEncoded><Attachment><ContentType>text/plain</ContentType><AttachmentName>nhatky.txt</AttachmentName><ContentTransferEncoded>{a}</ContentTransferEncoded></Attachment></AttachmentEncoded></{p}edXML>"""
data = base64.b64encode("địa chỉ 198.51.100.33".encode()).decode()
for name, p in (("with", "edXML:"), ("without", "")):
    n = ' xmlns:edXML="http://www.mic.gov.vn/TBT/QCVN_102_2016"' if p else ' xmlns="http://www.mic.gov.vn/TBT/QCVN_102_2016"'
    open("%s/%s.edxml" % (sys.argv[1], name), "w").write(head.format(p=p, n=n, s=name, a=data))
EOP
"$build/irgatectl" read "$dir/scans/with.edxml" "$dir/scans/without.edxml" >"$work/ed.json" || fail "read edXML"
python3 - "$work/ed.json" <<'EOP' || fail "edXML"
import json, sys
for line in open(sys.argv[1]):
    m = json.loads(line)
    f = m["fields"]
    assert m["kind"] == "edxml" and f["letter.number"]["value"] == "77/SM-VP" and f["letter.date"]["value"] == "2026-03-01" and f["letter.issuer"]["value"] == "Sở Mẫu", m
    assert f["letter.urgency"]["value"] == "hỏa tốc" and m["subject"].startswith("báo cáo sự cố") and any(a["name"] == "nhatky.txt" and "198.51.100.33" in a["text"] for a in m["attachments"]), m
EOP
once

# What became of a document of ours, as one exchange wraps it: in a SOAP envelope, with its days the other way round.
cat >"$work/status.edxml" <<'EOX'
<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/"><SOAP-ENV:Header><edXML:Status xmlns:edXML="http://www.mic.gov.vn/TBT/QCVN_102_2016">
<edXML:ResponseFor><edXML:OrganId>H99.01</edXML:OrganId><edXML:Code>12/UCSC-CNTT</edXML:Code><edXML:PromulgationDate>02/03/2026</edXML:PromulgationDate>
<edXML:DocumentId>H99.01,02/03/2026,12/UCSC-CNTT</edXML:DocumentId></edXML:ResponseFor>
<edXML:From><edXML:OrganId>H37.02</edXML:OrganId><edXML:OrganName>Sở Mẫu</edXML:OrganName><edXML:Email /></edXML:From>
<edXML:StatusCode>02</edXML:StatusCode><edXML:Description>không đúng thẩm quyền</edXML:Description><edXML:Timestamp>03/03/2026 08:00:00</edXML:Timestamp>
<edXML:StaffInfo><edXML:Department>VP</edXML:Department><edXML:Staff>Nguyễn Văn Mẫu</edXML:Staff></edXML:StaffInfo></edXML:Status></SOAP-ENV:Header><SOAP-ENV:Body /></SOAP-ENV:Envelope>
EOX
"$build/irgatectl" read "$work/status.edxml" >"$work/status.json" || fail "read a status"
python3 - "$work/status.json" <<'EOP' || fail "a status in an envelope"
import json, sys
m = json.load(open(sys.argv[1]))
assert m["kind"] == "edxml" and m["class"] == "delivery-report", m
assert m["fields"]["letter.in_reply_to"]["value"] == "12/UCSC-CNTT" and m["fields"]["exchange.status"]["value"] == "02", m["fields"]
assert m["bounces"][0]["action"] == "failed" and m["bounces"][0]["kind"] == "refused" and m["bounces"][0]["recipient"] == "edxml:H37.02", m["bounces"]
EOP

# Laid in wrongly: a fax upside down, a scan on its side. They are righted, and that is said.
for t in "fine 180" "scan 90" "scan 270"; do
	kind=${t% *} turn=${t#* }
	paper page 24 "$kind" 1 "$work/turned" code=0 "turn=$turn"
	"$build/irgatectl" read "$work"/turned.[tj][ip]* >"$work/turned.out" || fail "read a turned page"
	has "$t: it is said" "page 1 was turned by $((360 - turn)) degrees" "$work/turned.out"
	python3 -c 'import json,sys; m=json.load(open(sys.argv[1])); t=json.load(open(sys.argv[2])); sys.exit(m["fields"]["letter.date"]["value"] != t["date"])' "$work/turned.out" "$work/turned.json" ||
		fail "$t: it was not read"
	rm -f "$work"/turned.*
done

# A letter of ours as it leaves: whom it is for, and a number that is still to be written in.
if [ -x "$build/irgate-scribe" ]; then
	"$build/irgatectl" template preview escalation --lang vi --pdf "$work/own.pdf" >/dev/null || fail "preview"
	"$build/irgatectl" read "$work/own.pdf" >"$work/own.json" || fail "read our letter"
	python3 -c 'import json,sys; m=json.load(open(sys.argv[1])); f=m["fields"]
assert f["letter.recipients"]["value"] == "Cơ quan điều phối quốc gia về ứng cứu sự cố" and f["letter.issuer"]["value"] == "ĐƠN VỊ ỨNG CỨU SỰ CỐ TỈNH MẪU", f
assert "letter.number" not in f and any("number of the letter is not printed" in p for p in m["problems"]), m["problems"]' "$work/own.json" || fail "our own letter"
fi

# A person's word.
id=$(ctl --json message list | python3 -c 'import json,sys; print([m["id"] for m in json.load(sys.stdin) if m["source_file"]=="three.tif"][2])')
ctl confirm "$id" >"$work/confirm.log" || fail "confirm"
has "what is missing is asked for" 'letter.number' "$work/confirm.log"
ctl confirm "$id" letter.number=15/SYT-VP letter.subject >"$work/confirmed.log" || fail "confirm with words"
ctl --json message show "$id" >"$work/message.json"
has "it stands in the record" '15/SYT-VP' "$work/message.json"
ctl journal list >"$work/journal.log"
has "and in the journal" 'message confirm' "$work/journal.log"
