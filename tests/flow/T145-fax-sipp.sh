#!/bin/bash
# SIPp against a line: two lines register, one with the right password; a caller telephones twenty times without a fax; a caller turns hostile within
# his call. The line answers each with the right number, holds no folder and no call back, and is there for the next.
. "$(dirname "$0")/../lib.sh"

[ -x "$build/irgate-faxline" ] || skip "irgate-faxline was not built"
sipp=$build/peers/sipp/usr/bin/sipp
[ -x "$sipp" ] || sipp=$(command -v sipp) || skip "there is no SIPp (package sip-tester); ./bootstrap check unpacks it"
port=$(free_ports 6)
registrar=$((port + 2)) caller=$((port + 3))
scenario() { # scenario NAME ARGUMENT...: with a limit of its own; says what SIPp saw when that was not what it should be
	local name=$1 code=0
	shift
	(cd "$work" && timeout -k 2 30 "$sipp" -nostdin -i 127.0.0.1 -timeout 20 -timeout_error -trace_err -error_file "$work/$name.err" "$@" </dev/null >"$work/$name.log" 2>&1) || code=$?
	[ "$code" = 0 ] || { tail -n 30 "$work/$name.err" "$work/$name.log" >&2; fail "SIPp: $name ended with $code"; }
}
line() { # line NAME PORT PASSWORD
	printf '{ name = "%s"; listen = "127.0.0.1:%s"; peers = ["127.0.0.1"]; proxy = "127.0.0.1:%s"; user = "0243"; password = "%s"; register = true; }' \
		"$1" "$2" "$registrar" "$3"
}
new_instance
set_conf fax "line = ($(line trunk $port 'right one'), $(line other $((port + 1)) 'wrong one'));"
set_conf fax 'transport = "line";'
chmod 600 "$conf"
scenario registrar -sf "$src/tests/flow/sip-registrar.xml" -p "$registrar" -m 2 &
registering=$!
sleep 0.5
start
wait "$registering" || fail "the registration (see above)"
wait_for 5 "the right password" daemon_says 'line trunk is registered: 200 OK'
wait_for 5 "the wrong one" daemon_says 'line other is not registered: 403 Forbidden'

scenario callers -sn uac -s 0243 -p "$caller" -m 20 -l 4 -r 10 -d 200 "127.0.0.1:$port"
scenario hostile -sf "$src/tests/flow/sip-hostile.xml" -p "$caller" -m 3 -l 1 "127.0.0.1:$port"
python3 "$src/tests/flow/sip.py" "$port" || fail "the gate after that (see above)"
no_folder() { [ -z "$(find "$dir/var/fax/in" -mindepth 1)" ]; }
wait_for 10 "no folder left" no_folder
count_is message 0 || fail "a call without a page became a message"
written() { [ "$(ctl --json fax calls --limit 100 | grep -c '"direction":"in".*"message":null.*"pages":0')" -ge 20 ]; }
wait_for 10 "the calls without a page are in the register" written
has_not "a process of a call died" "ended unexpectedly" "$daemon_log"
stop
