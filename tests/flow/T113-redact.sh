#!/bin/bash
# Lawful removal (Decree on state secrets, personal data): only the chief, journalled; payload, words, index and fields are gone from every file of
# the store and the log, and the proof stays good and says who. A payload that is gone without an order is a finding.
. "$(dirname "$0")/../lib.sh"

new_instance
at() { ctl --now "$now" "$@"; }
BODY="Khoaquantri zxqvword bimatrieng at 192.0.2.77" mail r1@xa.example lan@xa.example "Tieude zxqvsubject" | drop r1
BODY="Noi dung khac" mail r2@xa.example an@xa.example "Viec khac" | drop r2
once
id=$(ctl --json message list | python3 -c 'import json,sys; print([m["id"] for m in json.load(sys.stdin) if m["source_file"] == "r1"][0])')
is "found before" 1 "$(ctl --json search zxqvword | python3 -c 'import json,sys; print(len(json.load(sys.stdin)))')"
now=2026-03-02T10:00:00+07:00
refused 64 'reason' at evidence redact "$id"
refused 65 'one of ours' at evidence redact "$(ctl --json message list | python3 -c 'import json,sys; print([m["id"] for m in json.load(sys.stdin) if m["direction"] == "out"][0])')" --reason x
at evidence redact "$id" --reason "court order 12/2026" >"$work/redact.log" || fail "redact"
has "where it may still be" 'incoming, r1' "$work/redact.log"
grep -raq 'zxqv' "$dir/var" && fail "a word of it is left in $(grep -ral zxqv "$dir/var")"
is "found after" 0 "$(ctl --json search zxqvword | python3 -c 'import json,sys; print(len(json.load(sys.stdin)))')"
is "others are found" 1 "$(ctl --json search khac | python3 -c 'import json,sys; print(len(json.load(sys.stdin)))')"
ctl evidence verify >"$work/verify.log" || fail "verify stays good"
has "who" 'removed by order: user:.*court order 12/2026' "$work/verify.log"
refused 65 'removed by order' ctl message raw "$id"
ctl check >"$work/check.log" || fail "check: $(cat "$work/check.log")"
facts "after the removal" <<EOP
m = one(messages, id="$id")
eq("nothing of it", (None, None, None), (m["subject"], m["from"], m["source_file"]))
ok("its row says so", "removed by order" in " ".join(m["problems"]))
ok("journalled", [j for j in journal if j["act"] == "evidence redact" and "court order" in j["detail"]])
EOP
# the same through the daemon: the recorder, who alone writes the log, overwrites it
start
id2=$(ctl --json message list | python3 -c 'import json,sys; print([m["id"] for m in json.load(sys.stdin) if m["source_file"] == "r2"][0])')
ctl evidence redact "$id2" --reason "by the daemon" >/dev/null || fail "redact through the daemon"
gone_from_log() { ! grep -raq 'Noi dung khac' "$dir/var/evidence"; }
wait_for 10 "the payload is overwritten" gone_from_log
ctl evidence verify >"$work/verify2.log" || fail "verify with the daemon"
mail r3@xa.example binh@xa.example "Van chay" | drop r3
wait_for 20 "the log goes on" sent_is 3
stop
# somebody else overwrites one
python3 - "$(find "$dir/var/evidence" -name '*.log')" <<'EOP'
import sys
p = sys.argv[1]
b = bytearray(open(p, "rb").read())
at = b.find(b"IRGFRM1\n", b.find(b"r3@xa.example") - 2000)
while b.find(b"IRGFRM1\n", at + 1) > 0: at = b.find(b"IRGFRM1\n", at + 1)
size, env = int.from_bytes(b[at+24:at+32], "little"), int.from_bytes(b[at+32:at+36], "little")
b[at+36:at+40] = b"RDCT"
b[at+128+env:at+128+env+size] = bytes(size)
open(p, "wb").write(b)
EOP
refused 65 'no order for it is known' ctl evidence verify
