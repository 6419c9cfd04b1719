#!/bin/bash
# The clerk dies after the fax has gone and before that is committed: the letter is asked for again, the faxline answers with what it kept, and the other
# side's telephone does not ring a second time. What is kept goes once it is committed.
. "$(dirname "$0")/../lib.sh"

[ -x "$build/tests/unit/fax-page" ] || skip "fax-page was not built"
[ -x "$build/irgate-faxline" ] || skip "irgate-faxline was not built"
port=$(free_ports 4)
with_line() { # with_line PORT OTHER-PORT
	set_conf fax "line = ({ name = \"trunk\"; listen = \"127.0.0.1:$1\"; peers = [\"127.0.0.1\"]; proxy = \"127.0.0.1:$2\"; user = \"024$1\"; });"
	set_conf fax 'transport = "line";'
}
new_instance sending
with_line $port $((port + 1))
sending=$conf sending_dir=$dir
new_instance receiving
with_line $((port + 1)) $port
start
receiving=$conf receiving_dir=$dir
conf=$sending
start
"$build/tests/unit/fax-page" "$work/one.tif" 1 200
ctl fax send "024$((port + 1))" --urgent <"$work/one.tif" >/dev/null || fail "fax send"
kept=$sending_dir/var/fax/out/D-000001
confirmed() { grep -qs '"pages": 1' "$receiving_dir"/var/fax/in/*/facts.json; }
wait_for 60 "the page" confirmed
clerk=$(role_pid clerk)
[ -n "$clerk" ] || fail "no clerk"
kill -STOP "$clerk"
over() { grep -qs '"result": "sent"' "$kept/facts.json"; }
wait_for 20 "the kept result" over
first=$(cat "$kept/facts.json")
kill -KILL "$clerk"
sent_now() { ctl --json dispatch show D-000001 2>>"$work/ctl.log" | grep -q '"state":"sent"'; }
wait_for 90 "the outcome" sent_now
ctl --json fax calls >"$work/calls.json"
KEPT=$first python3 - "$work/calls.json" <<'EOP' || fail "the calls: $(cat "$work/calls.json")"
import datetime, json, os, sys
c, = json.load(open(sys.argv[1]))
kept = json.loads(os.environ["KEPT"])
assert (c["result"], c["pages"], c["total"], c["sha256"], c["line"]) == ("sent", 1, 1, kept["sha256"], "trunk"), c
when = datetime.datetime.fromisoformat
assert when(c["ended"]) == when(kept["ended"].replace("Z", "+00:00")), (c, kept)
EOP
away() { [ ! -e "$kept" ]; }
wait_for 10 "the folder gone" away
conf=$receiving
is "calls that came" 1 "$(ctl --json fax calls | python3 -c 'import json, sys; print(len(json.load(sys.stdin)))')"
