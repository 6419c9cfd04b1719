#!/bin/bash
# What the wire of a line bears: T.38 in the first INVITE, T.38 that the caller turns to, media from another port than was named, a refused T.38 that leaves the call in audio, 486 when all calls are taken, calls over TCP and
# over TLS with a certificate that is looked at; and an other side that is busy, or is no number. All calls at once.
. "$(dirname "$0")/../lib.sh"

softfax=$build/tests/fax/softfax
[ -x "$softfax" ] || skip "softfax was not built"
[ -x "$build/irgate-faxline" ] || skip "irgate-faxline was not built"
command -v openssl >/dev/null || skip "there is no openssl to make certificates"
port=$(free_ports 12)
"$build/tests/unit/fax-page" "$work/one.tif" 1 200
certificate() { # certificate NAME
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=127.0.0.1" -addext "subjectAltName=IP:127.0.0.1" -keyout "$work/$1.key" -out "$work/$1.crt" \
		>"$work/openssl.log" 2>&1 || fail "openssl"
	cat "$work/$1.key" "$work/$1.crt" >"$work/$1.pem"
}
certificate good
certificate other
line() { # line NAME TRANSPORT PORT PROXY-PORT CA
	printf '{ name = "%s"; transport = "%s"; listen = "127.0.0.1:%s"; peers = ["127.0.0.1"]; proxy = "127.0.0.1:%s"; user = "024%s"; certificate = "%s"; ca = "%s"; }' \
		"$1" "$2" "$3" "$4" "$3" "$work/good.pem" "$work/${5:-good}.crt"
}
office() { # office NAME LINE...: sets $conf
	new_instance "$1"
	shift
	set_conf fax "line = ($(IFS=,; echo "$*"));"
	set_conf fax 'transport = "line";'
	set_conf fax 'calls = 6;'
}
office receiving "$(line plain udp $port $((port + 9)))" "$(line stream tcp $((port + 1)) $((port + 9)))" "$(line safe tls $((port + 2)) $((port + 9)))"
receiving=$conf
start
office busy "$(line plain udp $((port + 3)) $((port + 6)))"
busy=$conf
start
office tcp "$(line stream tcp $((port + 4)) $((port + 1)))"
tcp=$conf
start
office tls "$(line safe tls $((port + 5)) $((port + 2)))"
tls=$conf
start
office astray "$(line safe tls $((port + 7)) $((port + 2)) other)"
astray=$conf
start

"$softfax" call 127.0.0.1:0 "127.0.0.1:$port" 0241 "$work/one.tif" --t38 --from 0901 >"$work/t38.json" 2>&1 &
t38=$!
"$softfax" call 127.0.0.1:0 "127.0.0.1:$port" 0241 "$work/one.tif" --t38-later --from 0904 >"$work/later.json" 2>&1 &
later=$!
"$softfax" call 127.0.0.1:0 "127.0.0.1:$port" 0241 "$work/one.tif" --t38 --nat --from 0905 >"$work/nat.json" 2>&1 &
nat=$!
# audio bears no machine that stands still for a tenth of a second: a busy one gets three tries
by_audio() {
	for _ in 1 2 3; do
		"$softfax" call 127.0.0.1:0 "127.0.0.1:$port" 0241 "$work/one.tif" --no-t38 --from 0902 >"$work/audio.json" 2>&1 && return 0
	done
	return 1
}
by_audio &
audio=$!
"$softfax" answer "127.0.0.1:$((port + 6))" "$work" --status 486 --calls 1 >"$work/busy.json" 2>&1 &
for conf in "$tcp" "$tls" "$astray" "$busy"; do ctl fax send 0247654321 --urgent <"$work/one.tif" >/dev/null || fail "fax send"; done
sleep 2
code=0
"$softfax" call 127.0.0.1:0 "127.0.0.1:$port" 0241 "$work/one.tif" --from 0903 >"$work/full.json" 2>&1 || code=$?
is "a call too many" 1 "$code"
has "a call too many" '"status":486' "$work/full.json"

result() { # result CONF WORD: of its first call
	"$build/irgatectl" -c "$1" --json fax calls 2>/dev/null | grep -q "\"result\":\"$2\""
}
wait_for 20 "what is said of a busy number" result "$busy" busy
wait_for 20 "a trunk with a certificate of nobody's is not called" result "$astray" no-line
wait "$t38" || fail "T.38 at once: $(cat "$work/t38.json")"
wait "$audio" || fail "audio to the end: $(cat "$work/audio.json")"
wait "$later" || fail "T.38 of the caller: $(cat "$work/later.json")"
has "T.38 of the caller" '"kind":"t38"' "$work/later.json"
wait "$nat" || fail "media from elsewhere: $(cat "$work/nat.json")"
has "T.38 at once" '"kind":"t38"' "$work/t38.json"
has "audio to the end" '"kind":"audio"' "$work/audio.json"
wait_for 60 "the call over TCP" result "$tcp" sent
wait_for 60 "the call over TLS" result "$tls" sent
conf=$receiving
all_came() { [ "$(ctl --json fax calls 2>/dev/null | grep -c '"pages":1,.*"result":"ok"')" = 6 ]; }
wait_for 20 "six pages" all_came
ctl --json fax calls >"$work/calls.json"
python3 - "$work/calls.json" <<'EOP' || fail "the calls: $(cat "$work/calls.json")"
import json, sys
calls = [c for c in json.load(open(sys.argv[1])) if c["pages"]]
assert sorted(c["line"] for c in calls) == ["plain"] * 4 + ["safe", "stream"], calls
assert all(c["result"] == "ok" and c["pages"] == 1 for c in calls), calls
assert {"0901", "0902", "0904", "0905"} <= {c["number"] for c in calls}, calls
EOP
for n in 1 2 3 4 5 6; do
	ctl evidence export $n >"$work/$n.tif" || fail "export"
	is "page $n" 1 "$("$build/tests/unit/fax-page" --same "$work/one.tif" "$work/$n.tif")"
done
# The same page from the same number by two calls within a second: one message and its copy, and two calls.
"$softfax" call 127.0.0.1:0 "127.0.0.1:$port" 0241 "$work/one.tif" --t38 --from 0906 --calls 2 >"$work/two.json" 2>&1 || fail "two at once: $(cat "$work/two.json")"
both_there() { [ "$(ctl --json fax calls 2>/dev/null | grep -c '"number":"0906".*"result":"ok"')" = 2 ]; }
wait_for 20 "both calls in the register" both_there
