#!/bin/bash
# A call that is cut: the line's process is killed after a page was confirmed; the pages that were are taken at its next start, marked interrupted, and
# nothing is left behind. The one who sent says what was confirmed and never more.
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
sending=$conf
new_instance receiving
with_line $((port + 1)) $port
start
receiving_dir=$dir receiving_daemon=$daemon receiving=$conf
conf=$sending
start
"$build/tests/unit/fax-page" "$work/six.tif" 6 300
ctl fax send "024$((port + 1))" --urgent <"$work/six.tif" >/dev/null || fail "fax send"
confirmed() { grep -qs '"pages": [2-9]' "$receiving_dir"/var/fax/in/*/facts.json; }
wait_for 90 "two pages" confirmed
line=$(pgrep -P "$receiving_daemon" -f 'irgate-faxline --role faxline' | head -n 1)
[ -n "$line" ] || fail "no faxline below the daemon"
kill -KILL "$line"
conf=$receiving
came() { ctl --json message list | grep -q '"channel":"fax"'; }
wait_for 60 "the cut fax" came
ctl --json message list >"$work/messages.json"
python3 - "$work/messages.json" <<'EOP' || fail "the cut fax: $(cat "$work/messages.json")"
import json, sys
m, = json.load(open(sys.argv[1]))
assert m["channel"] == "fax" and any("interrupted" in p for p in m["problems"]), m["problems"]
EOP
ctl evidence export 1 >"$work/received.tif" || fail "export"
same=$("$build/tests/unit/fax-page" --same "$work/six.tif" "$work/received.tif")
[ "$same" -ge 2 ] && [ "$same" -lt 6 ] || fail "pages that were taken: $same"
is "folders left" 0 "$(find "$receiving_dir/var/fax/in" -mindepth 1 | wc -l)"
