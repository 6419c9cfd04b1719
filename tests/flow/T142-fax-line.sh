#!/bin/bash
# Two gateways telephone each other over SIP: a fax goes from one to the other and is a message there, with its facts and its pages bit by bit; what a
# stranger or a broken peer says is refused with the right number; a killed call's pages are taken at the next start.
. "$(dirname "$0")/../lib.sh"

[ -x "$build/tests/unit/fax-page" ] || skip "fax-page was not built"
[ -x "$build/irgate-faxline" ] || skip "irgate-faxline was not built"
page() { "$build/tests/unit/fax-page" "$@"; }
port=$(free_ports 4)
with_line() { # with_line PORT OTHER-PORT
	set_conf fax "line = ({ name = \"trunk\"; listen = \"127.0.0.1:$1\"; peers = [\"127.0.0.1\"]; proxy = \"127.0.0.1:$2\"; user = \"024$1\"; });"
	set_conf fax 'transport = "line";'
	set_conf fax "ident = \"+84 24 $1\";"
	set_conf fax 'calls = 2;'
}
new_instance sending
with_line $port $((port + 1))
sending=$conf
new_instance receiving
with_line $((port + 1)) $port
start
receiving=$conf receiving_dir=$dir
conf=$sending
start
page "$work/two.tif" 2 200
ctl fax send "024$((port + 1))" --urgent <"$work/two.tif" >/dev/null || fail "fax send"
ended() { ctl --json fax calls | grep -q '"result"'; }
python3 "$src/tests/flow/sip.py" $((port + 1)) || fail "the gate (see above)"
wait_for 90 "the call to end" ended
ctl --json dispatch show D-000001 >"$work/dispatch.json"
has "sent: $(cat "$work/dispatch.json")" '"state":"sent"' "$work/dispatch.json"
reported() { ctl fax report D-000001 >"$work/report.pdf" 2>/dev/null; }
if [ -x "$build/irgate-scribe" ]; then
	wait_for 20 "the report" reported
	refused 65 "no report of call 2" ctl fax report D-000001 --call 2
	has "the report" '^%PDF-1.7' "$work/report.pdf"
	if command -v pdftotext >/dev/null; then
		pdftotext -layout "$work/report.pdf" "$work/report.txt"
		sum=$(sha256sum "$work/two.tif" | cut -d' ' -f1)
		for words in "ĐÃ GỬI: 2 trang" "024$((port + 1))" "+84 24 $((port + 1))" "2 trên 2" "14400 bit/s" "${sum:0:32}" "${sum:32}" 'D-000001, lần gọi 1'; do
			has "the report" "$words" "$work/report.txt"
		done
	fi
fi
conf=$receiving
came() { ctl --json message list | grep -q '"channel":"fax"'; }
wait_for 20 "the message" came
ctl --json fax calls >"$work/calls.json"
PORT=$port python3 - "$work/calls.json" <<'EOP' || fail "the call's facts: $(cat "$work/calls.json")"
import json, os, sys
c, = [c for c in json.load(open(sys.argv[1])) if c["message"]]  # the others brought no page
port = os.environ["PORT"]
assert (c["direction"], c["line"], c["pages"], c["result"], c["rate"], c["ecm"]) == ("in", "trunk", 2, "ok", 14400, True)
assert c["number"] == f"024{port}" and c["ident"] == f"+84 24 {port}", c
EOP
ctl evidence export 1 >"$work/received.tif" || fail "export"
is "pages that are the same" 2 "$(page --same "$work/two.tif" "$work/received.tif")"
is "folders left" 0 "$(find "$receiving_dir/var/fax/in" -mindepth 1 | wc -l)"
