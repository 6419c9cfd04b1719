#!/bin/bash
# A clamd says what it thinks of each received file, and that is kept with the file. It is away, hangs or refuses: the file is "not scanned", with the reason,
# and no message, receipt or reading waits for it.
. "$(dirname "$0")/../lib.sh"
. "$src/tests/clamd.sh"
ctl() { "$build/irgatectl" -c "$conf" ${now:+--now "$now"} "$@"; }
report() { # report NAME: with two files, one of them malware
	python3 - "$1" "$work/virus.bin" <<'PY'
import sys, email.message
m = email.message.EmailMessage()
m["From"] = sys.argv[1] + "@unit.example.vn"; m["To"] = "ungcuu@example.vn"; m["Subject"] = "mau " + sys.argv[1]; m["Message-ID"] = "<%s@unit.example.vn>" % sys.argv[1]
m["Date"] = "Mon, 02 Mar 2026 08:00:00 +0700"
m.set_content("Gui mau.\n")
m.add_attachment(open(sys.argv[2], "rb").read(), maintype="application", subtype="octet-stream", filename="mau.bin")
m.add_attachment(b"nothing bad", maintype="application", subtype="octet-stream", filename="lanh.bin")
m.add_attachment(b"digest only", maintype="text", subtype="csv", filename="tom.csv")
m.add_attachment(bytes(40000), maintype="application", subtype="octet-stream", filename="to.bin")
sys.stdout.buffer.write(bytes(m))
PY
}
new_instance
set_conf clamd "socket = \"$work/clamd.sock\";"
set_conf clamd 'clamd_size_max = "32K";'
set_conf clamd 'clamd_time = "2s";'
irgated --check >"$work/check.log" 2>&1 || fail "the configuration: $(cat "$work/check.log")"

say "1: no clamd is there: taken, answered, not scanned"
report one | drop one.eml
once
is "the receipt left" 1 "$(sent)"
ctl message show 1 >"$work/one.log"
has "said with the file" 'mau.bin.*(not scanned: clamd is not there' "$work/one.log"
is "no duty of it" 0 "$(ctl --json duty list | grep -c 'by hand')"

say "2: one that hangs"
python3 - "$work/clamd.sock" <<'PY' &
import socket, sys, time
s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); s.listen(8)
kept = []
while True: kept.append(s.accept())
PY
hung=$!
started+=("$hung")
wait_for 10 "the deaf one" test -S "$work/clamd.sock"
report two | drop two.eml
begun=$SECONDS
once
[ $((SECONDS - begun)) -lt 30 ] || fail "it waited $((SECONDS - begun)) s"
ctl message list >"$work/list.log"
m=$(ctl --json message list | python3 -c 'import json, sys; print([x["id"] for x in json.load(sys.stdin) if x["direction"] == "in"][-1])')
ctl message show "$m" >"$work/two.log"
has "said with the file" 'mau.bin.*(not scanned: clamd did not answer in time)' "$work/two.log"
has "the next is not made to wait" 'lanh.bin.*(not scanned: clamd did not answer in time)' "$work/two.log"
is "both were answered" 2 "$(sent)"
kill -KILL "$hung"; wait "$hung" 2>/dev/null; rm -f "$work/clamd.sock"

say "3: a real one"
clamd_start || fail "clamd does not start"
report three | drop three.eml
once
m=$(ctl --json message list | python3 -c 'import json, sys; print([x["id"] for x in json.load(sys.stdin) if x["direction"] == "in"][-1])')
ctl message show "$m" >"$work/three.log"
has "malware by its words" 'mau.bin.*(infected: IrgateTest.Words' "$work/three.log"
has "malware by its digest" 'tom.csv.*(infected: IrgateTest.Digest' "$work/three.log"
has "none" 'lanh.bin.*(clean)' "$work/three.log"
has "too large" 'to.bin.*(not scanned: it is larger than clamd.size_max' "$work/three.log"
has "a person sees it" 'problem: mau.bin is malware: infected: IrgateTest.Words' "$work/three.log"

say "4: read once more, the first ones too"
ctl message reread 1 >/dev/null || fail "reread"
once
ctl message show 1 >"$work/again.log"
has "now it is known" 'mau.bin.*(infected: IrgateTest.Words' "$work/again.log"

say "5: it dies under way, with a daemon; mail is answered all the same"
start; now=
kill -STOP "$clamd_pid"
report four | drop four.eml
wait_for 10 "the receipt, though clamd is stopped" sent_is 4
kill -KILL "$clamd_pid"
wait_for 20 "what became of it" sh -c "\"$build/irgatectl\" -c \"$conf\" --json message list | python3 -c 'import json, sys; print([x[\"id\"] for x in json.load(sys.stdin) if x[\"direction\"] == \"in\"][-1])' | xargs \"$build/irgatectl\" -c \"$conf\" message show | grep -q 'mau.bin.*not scanned'"
stop
