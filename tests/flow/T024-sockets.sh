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
