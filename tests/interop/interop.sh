# shellcheck shell=bash
# Helpers of the stories with fax programs of others, after lib.sh: software modems at the ends of our line, efax and HylaFAX behind them. Calls take
# their real time, half a minute and more; so a story begins all of them and then waits. INTEROP=all (make check-interop) has more of them, and pages of
# full size.
interop=${INTEROP:-short}
# A fax program has to answer its modem within some 50 ms, and audio bears no packet that is late. Where we may, what keeps this time goes before all
# else: how a loaded machine shares itself out is not what is tested here.
first=()
chrt -r 1 true 2>/dev/null && first=(chrt -r 1)
fax_page() { "$build/tests/unit/fax-page" "$@"; }
for program in tests/interop/fax-modem tests/unit/fax-page irgate-faxline; do
	[ -x "$build/$program" ] || skip "$program was not built"
done

# hylafax_here: sets $hylafax, below which its package is, or leaves the story
hylafax_here() {
	hylafax=$(peer_file hylafax usr/lib/hylafax/bin/faxsend) || skip "there is no HylaFAX; ./bootstrap peers $build/peers unpacks it"
	hylafax=${hylafax%/usr/lib/hylafax/bin/faxsend}
	[ "$(id -u)" = 0 ] || skip "HylaFAX wants to be begun by root, and becomes uucp"
	chmod 755 "$work"
}
# spool NAME: what a HylaFAX server would have for the modem of that name, in $work/NAME; sets $device, its word for the terminal
spool() {
	local at=$work/$1
	device=$(sed -n 's,^pty /dev/,,p' "$work/$1.modem")
	device=${device//\//_}
	mkdir -p "$at"/{etc,sendq,docq,log,info,status,tmp,client,recvq,dev,lock}
	grep -v '^#' "$hylafax/var/spool/hylafax/config/iaxmodem" >"$at/etc/config.$device" || fail "HylaFAX came without its configuration of software modems"
	cat >>"$at/etc/config.$device" <<-TEXT
		FAXNumber: "${number_of[$1]}"
		LocalIdentifier: "${number_of[$1]}"
		UUCPLockDir: $at/lock
		TagLineFormat: ""
		SessionTracing: 0xFFF
	TEXT
	echo 1 | tee "$at/log/seqf" >"$at/recvq/seqf"
}
free_port() { python3 -c 'import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# modem NAME NUMBER ARGUMENT...: a modem of that number at our line (port $line_port); sets $modem_port, its terminal is $work/NAME.tty
modem() {
	local name=$1 number=$2
	shift 2
	"${first[@]}" "$build/tests/interop/fax-modem" --pty "$work/$name.tty" --listen 127.0.0.1:0 --peer "127.0.0.1:$line_port" --user "$number" "$@" >"$work/$name.modem" 2>&1 &
	started+=($!)
	wait_for 10 "modem $name" modem_said "$name" '^line '
	modem_port=$(sed -n 's/^line //p' "$work/$name.modem")
}
modem_said() { grep -q -- "$2" "$work/$1.modem"; }

# line_at PORT [PROXY-PORT]: what the configuration wants for a line of ours there
line_at() {
	set_conf fax "line = ({ name = \"trunk\"; listen = \"127.0.0.1:$1\"; peers = [\"127.0.0.1\"];${2:+ proxy = \"127.0.0.1:$2\"; user = \"0243\";} });"
	set_conf fax 'transport = "line";'
	set_conf fax 'ident = "+84 24 111";'
	set_conf fax 'calls = 20;'
}

# start_line: start, and the line and its nurse, of whom the calls are born, go before all else
start_line() {
	start
	[ ${#first[@]} -gt 0 ] || return 0
	local line process
	for line in $(cat "/proc/$daemon/task/$daemon/children"); do
		[ "$(cat "/proc/$line/comm")" != faxline ] || break
	done
	for process in $line $(cat "/proc/$line/task/$line/children"); do
		chrt -r -p 1 "$process" || fail "chrt of $process"
	done
}

# A call is begun in the background and its program's exit code kept.
calls=()
declare -A number_of=()
next_number() { number_of[$1]=0912$((3000 + ${#number_of[@]})); }
begin() { # begin NAME COMMAND...
	local name=$1
	shift
	calls+=("$name")
	{ "$@" >"$work/$name.said" 2>&1; echo $? >"$work/$name.code"; } &
}
call_over() { [ -s "$work/$1.code" ]; }
calls_over() {
	local name
	for name in "${calls[@]}"; do
		wait_for "$1" "the call $name to end" call_over "$name"
	done
}
# known NAME: the call as our line has it: result, pages, rate, ecm, ident, and the frame of what it brought; nothing when it has none
known() {
	ctl --json fax calls >"$work/calls.json" && ctl --json message list >"$work/messages.json" || return 1
	python3 - "${number_of[$1]}" "$work/calls.json" "$work/messages.json" <<-'EOP'
		import json, sys
		frames = {m["id"]: m["frame"] for m in json.load(open(sys.argv[3]))}
		for c in json.load(open(sys.argv[2])):
		    if c["number"] == sys.argv[1]:
		        print(c["result"], c["pages"], c["rate"], "ecm" if c["ecm"] else "plain", c["ident"].replace(" ", ""), frames.get(c["message"], ""))
	EOP
}
is_known() { known "$1" >"$work/$1.known" && [ -s "$work/$1.known" ]; }

# came NAME PAGES RATE ecm|plain COMPARE FILE: what that call brought lies in the log, page by page the rows of FILE, with the facts of the call
came() {
	local name=$1 result pages rate ecm ident frame
	wait_for 10 "$name: what its call brought" is_known "$name"
	read -r result pages rate ecm ident frame <"$work/$name.known"
	is "$name: result, pages, rate, correction, ident" "ok $2 $3 $4 ${number_of[$name]}" "$result $pages $rate $ecm $ident"
	ctl evidence export "$frame" >"$work/$name.tif" || fail "$name: export"
	is "$name: pages that are the same" "$pages" "$(fax_page "$5" "$6" "$work/$name.tif")"
}
# went NAME T38: the way its media went
went() {
	case $2 in
	refuse) modem_said "$1" '^offer refused' && ! modem_said "$1" '^t38' || fail "$1: it did not stay audio" ;;
	first) ! modem_said "$1" '^audio' && modem_said "$1" '^t38' || fail "$1: it was not T.38 from the beginning" ;;
	*) modem_said "$1" '^audio' && modem_said "$1" '^t38' || fail "$1: it did not turn from audio into T.38" ;;
	esac
}
# ended NAME CODE: how its program ended
ended() { is "$1: exit code ($(tail -n 3 "$work/$1.said"))" "$2" "$(cat "$work/$1.code")"; }
