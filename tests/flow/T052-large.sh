#!/bin/bash
# A mail of 50 MB: taken whole by Maildir, LMTP and pipe, read, receipted once; no process holds it whole.
. "$(dirname "$0")/../lib.sh"

new_instance
set_conf intake 'lmtp = ({ name = "lmtp"; listen = "unix:var/lmtp.sock"; });'
python3 - "$work/large" <<'EOP'
import base64, hashlib, sys
block = hashlib.sha256(b"x").digest() * 1800  # 57,600 bytes, a multiple of 57
line = base64.encodebytes(block[:57 * 1000]).replace(b"\n", b"\r\n")
with open(sys.argv[1], "wb") as f:
    f.write(b"From: lan@xa.example\r\nTo: ungcuu@example.vn\r\nSubject: lon\r\nMessage-ID: <large@xa.example>\r\nMIME-Version: 1.0\r\n"
            b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nXem tep dinh kem.\r\n--b\r\n"
            b"Content-Type: application/octet-stream; name=disk.img\r\nContent-Transfer-Encoding: base64\r\n\r\n")
    for _ in range(640):
        f.write(line)
    f.write(b"--b--\r\n")
EOP
size=$(stat -c %s "$work/large")
[ "$size" -gt 49000000 ] && [ "$size" -le 52428800 ] || fail "the mail has $size bytes"
"$build/irgatectl" read "$work/large" >"$work/read.json" || fail "read"
python3 - "$work/read.json" <<'EOP' || fail "what was read of it"
import json, sys
r = json.load(open(sys.argv[1]))
sys.exit(not (r["attachments"][0]["size"] == 57000 * 640 and "tep dinh kem" in r["text"]))
EOP
start
peak() { cat "/proc/$1/status" 2>/dev/null | awk '/^(VmHWM)/ { print $2 }'; }
cp "$work/large" "$dir/incoming/tmp/l" && mv "$dir/incoming/tmp/l" "$dir/incoming/new/l"
wait_for 60 "the case" count_is incident 1
"$build/irgate-deliver" -c "$conf" --recipient ungcuu@example.vn <"$work/large" || fail "irgate-deliver"
python3 - "$dir/var/lmtp.sock" "$work/large" <<'EOP' || fail "LMTP"
import smtplib, sys
c = smtplib.LMTP(sys.argv[1])
c.sendmail("lan@xa.example", ["ungcuu@example.vn"], open(sys.argv[2], "rb").read())
c.quit()
EOP
copies() { [ "$(ctl --json message list | python3 -c 'import json,sys; print(len(json.load(sys.stdin)[0]["copies"]))')" = 2 ]; }
wait_for 60 "two copies" copies
wait_for 20 "the receipt" sent_is 1
for role in recorder mailin clerk sender; do
	p=$(peak "$(role_pid $role)")
	[ -n "$p" ] && [ "$p" -lt 40000 ] || fail "$role held $p KiB: it keeps the mail whole"
done
ctl message raw 1 >"$work/raw" || fail "message raw"
cmp -s "$work/raw" "$work/large" || fail "the bytes kept differ"
stop
ctl evidence verify >"$work/verify.log" || fail "evidence verify"
