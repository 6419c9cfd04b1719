#!/bin/bash
# irgatectl line test: two gateways that can hear each other, one whose registrar is not there: each line says what works, quickly; exit 69 where one does
# not. Without a daemon, without a line, and for a line nobody knows the answer is a plain word.
. "$(dirname "$0")/../lib.sh"

[ -x "$build/irgate-faxline" ] || skip "irgate-faxline was not built"
port=$(free_ports 6)
line() { # line NAME PORT PROXY-PORT [MORE]
	printf '{ name = "%s"; listen = "127.0.0.1:%s"; peers = ["127.0.0.1"]; proxy = "127.0.0.1:%s"; user = "024%s"; %s }' "$1" "$2" "$3" "$2" "${4:-}"
}
new_instance other
refused 78 'no telephone line is configured' ctl line test
set_conf fax "line = ($(line trunk $((port + 1)) $port));"
set_conf fax 'transport = "line";'
refused 69 'lines are open only while the daemon runs' ctl line test
start
new_instance
set_conf fax "line = ($(line trunk $port $((port + 1))), $(line dead $((port + 2)) $((port + 3)) 'register = true; password = "x";'),
	{ name = \"ata\"; listen = \"127.0.0.1:$((port + 4))\"; peers = [\"127.0.0.1\"]; });"
set_conf fax 'transport = "line";'
chmod 600 "$conf"
start
begun=$SECONDS
ctl line test trunk >"$work/one" || fail "trunk: $(cat "$work/one")"
has "the trunk" 'trunk.*works.*200 OK' "$work/one"
code=0
ctl --json line test >"$work/all" || code=$?
is "exit code with a dead line" 69 "$code"
[ $((SECONDS - begun)) -le 12 ] || fail "it took $((SECONDS - begun)) s"
PORT=$port python3 - "$work/all" <<'EOP' || fail "the findings: $(cat "$work/all")"
import json, os, sys
port = int(os.environ["PORT"])
trunk, dead, ata = json.load(open(sys.argv[1]))
assert (trunk["works"], trunk["register"], trunk["answered"], trunk["answer"], trunk["calls"]) == (True, False, True, "200 OK", 0), trunk
assert (dead["works"], dead["registered"], dead["answered"]) == (False, False, False) and dead["asked"] == f"127.0.0.1:{port + 3}", dead
assert ata["asked"] == "127.0.0.1", ata
EOP
refused 65 'there is no line nobody' ctl line test nobody
stop
