#!/bin/bash
# The sockets below var/ against clients that mean no good: a size past the limit is refused whatever the client believes, and users without any
# right do not keep out those who have one.
. "$(dirname "$0")/../lib.sh"

new_instance
set_conf intake 'message_max = "64K";'
set_conf intake 'inline_max = "4K";'
cp "$conf" "$dir/other.conf"
sed -i 's/message_max = "64K"/message_max = "1M"/' "$dir/other.conf"
start
large() { mail "$1@stttt.example" l@xa.example "Su co" </dev/null; head -c 100000 /dev/zero | tr '\0' 'x' | fold -w 76; }
if [ -x "$build/irgate-deliver" ]; then
	large l1 | "$build/irgate-deliver" -c "$conf" 2>"$work/l1.log"
	is "a message past the limit" 65 $?
	large l2 | "$build/irgate-deliver" -c "$dir/other.conf" 2>"$work/l2.log"
	is "the same by a client with another limit" 75 $?
	has "its words" "larger than message_max" "$work/l2.log"
	mail l3@stttt.example l@xa.example "Su co" </dev/null | "$build/irgate-deliver" -c "$dir/other.conf" || fail "a small one"
	wait_for 20 "receipt of the small one" sent_is 1
fi
# a client that says more than it may: how far a mailbox was read, another's source; or sends a frame past its limit
cat >"$work/forger.py" <<'EOP'
import json, re, socket, struct, sys
names = re.findall(r"\bNOTE\((\w+),", open(sys.argv[1] + "/src/model/notes.h").read().split("#define IG_NOTES", 1)[-1])
version = int(re.search(r"IG_LINK_VERSION (\d+)", open(sys.argv[1] + "/src/base/link.h").read())[1])
kind = lambda name: names.index(name) + 1
def ask(envelope, mail=b"From: a@b.example\r\nSubject: x\r\n\r\nx\r\n", size=None):
    env = json.dumps(envelope).encode()
    body = struct.pack("<QI", 7, len(env)) + env + struct.pack("<QI", len(mail), len(mail)) + mail
    s = socket.socket(socket.AF_UNIX)
    s.settimeout(10)
    s.connect("append.sock")
    s.sendall(struct.pack("<IHH", size or len(body) + 4, version, kind("APPEND")) + body)
    head = s.recv(8, socket.MSG_WAITALL)
    return "closed" if len(head) < 8 else names[struct.unpack("<IHH", head)[2] - 1]
mail = {"channel": "mail", "source": "deliver"}
for words, wanted, got in (
        ("an honest one", "DURABLE", ask(mail)),
        ("progress", "LATER", ask(mail | {"progress": "1:4711"})),
        ("another's source", "LATER", ask(mail | {"source": "incoming"})),
        ("no source", "LATER", ask({"channel": "mail"})),
        ("no envelope", "LATER", ask(["mail"])),
        ("a large frame", "closed", ask(mail, size=4 << 20))):
    if wanted != got:
        sys.exit(f"{words}: wanted {wanted}, got {got}")
EOP
(cd "$dir/var" && python3 "$work/forger.py" "$src") >"$work/forger.log" 2>&1 || fail "a client that says more than it may"

[ "$(id -u)" = 0 ] || { stop; exit 0; }

chmod 755 "$work" "$dir" "$dir/var"
cat >"$work/strangers.py" <<'EOP'
import os, socket, time
os.setgroups([]); os.setgid(65534); os.setuid(65534)
held = []
for _ in range(40):
    s = socket.socket(socket.AF_UNIX)
    s.connect("control.sock")
    held.append(s)
print("held", flush=True)
time.sleep(60)
EOP
(cd "$dir/var" && exec python3 "$work/strangers.py" >"$work/held.log" 2>&1) &
strangers=$!
started+=("$strangers")
wait_for 10 "the strangers" grep -q held "$work/held.log"
ctl status >"$work/status.log" 2>&1
has "an officer is heard" "log read to frame" "$work/status.log"
kill "$strangers"
stop
