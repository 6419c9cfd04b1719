# shellcheck shell=bash
# Helpers of the flow stories (tests/flow/T*.sh): an instance in a folder of its own, mails dropped as a mail server drops them, the real programs,
# and waits that end. A story is sourced-in helpers and numbered steps; it exits 0, 1 with what was wanted, or 77 with the reason why it cannot run.
set -u
export LC_ALL=C.UTF-8 TZ=UTC

build=${builddir:-$PWD}
build=$(cd "$build" && pwd)
src=$(cd "${srcdir:-$(dirname "${BASH_SOURCE[0]}")/..}" && pwd)
: "${IRGATE_DATADIR:=$src}"
export IRGATE_DATADIR
story=$(basename "$0" .sh)
work=$(mktemp -d "${TMPDIR:-/tmp}/irgate.$story.XXXXXX")
now=2026-03-02T09:00:00+07:00
started=() # what this story started and nobody stopped yet

say() { printf '%s: %s\n' "$story" "$*"; }
skip() { say "skipped: $*"; exit 77; }
fail() {
	say "FAILED: $*"
	local f
	for f in "$work"/*.log; do
		[ -s "$f" ] && { echo "--- $(basename "$f")"; tail -n 40 "$f"; }
	done
	exit 1
}
finish() {
	local code=$? pid
	for pid in "${started[@]:-}"; do
		[ -n "$pid" ] && kill -KILL "$pid" 2>/dev/null
	done
	wait 2>/dev/null
	if [ -n "${KEEP:-}" ]; then say "kept $work"; else rm -rf "$work"; fi
	exit "$code"
}
trap finish EXIT
for program in irgated irgatectl irgate-reader; do
	[ -x "$build/$program" ] || skip "$program was not built"
done

# peer_file PACKAGE FILE: where that file of the package is which bootstrap unpacked, or of the installed one
peer_file() {
	local at
	for at in "$build/peers/$1/$2" "/$2"; do
		[ -e "$at" ] && { printf '%s\n' "$at"; return 0; }
	done
	return 1
}
# Programs of Postfix as bootstrap unpacked them, or as they are installed: peer smtp-source ARG...
peer_path() { peer_file postfix "usr/sbin/$1"; }
peer() {
	local at
	at=$(peer_path "$1") || return 127
	shift
	LD_LIBRARY_PATH=$build/peers/postfix/usr/lib/postfix${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH} "$at" "$@"
}

# ---- assertions: the words first, then what was wanted, then what came
is() { [ "$2" = "$3" ] || fail "$1: wanted '$2', got '$3'"; }
has() { grep -q -- "$2" "$3" || fail "$1: no '$2' in $(basename "$3")"; }
has_not() { ! grep -q -- "$2" "$3" || fail "$1: '$2' stands in $(basename "$3")"; }
# wait_for SECONDS WORDS COMMAND...: real time; the command is tried ten times a second
wait_for() {
	local end=$((SECONDS + $1)) words=$2
	shift 2
	until "$@"; do
		[ $SECONDS -lt $end ] || fail "waited too long: $words"
		sleep 0.1
	done
}

# free_ports N: the first of N ports in a row that nobody has, over UDP and TCP, on 127.0.0.1
free_ports() {
	python3 - "$1" <<'PORTS'
import random, socket, sys
def free(port):
    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
        with socket.socket(socket.AF_INET, kind) as s:
            try:
                s.bind(("127.0.0.1", port))
            except OSError:
                return False
    return True
while True:
    first = random.randrange(10000, 32000)
    if all(free(first + i) for i in range(int(sys.argv[1]))):
        print(first)
        break
PORTS
}
# gone PID: not there, or only its exit code is
gone() { [ ! -e "/proc/$1/stat" ] || grep -q ') Z ' "/proc/$1/stat" 2>/dev/null || [ ! -e "/proc/$1/stat" ]; }

# ---- an instance
# new_instance [NAME]: sets $dir and $conf
new_instance() {
	dir=$work/${1:-instance}
	conf=$dir/irgate.conf
	"$build/irgatectl" init "$dir" >"$work/init.log" 2>&1 || fail "irgatectl init"
}
# set_conf 'GROUP' 'KEY = VALUE;': puts a key at the head of its group, instead of a line that sets it
set_conf() {
	local key=${2%%[ =]*}
	awk -v group="$1" -v key="$key" -v line="$2" '
		$0 ~ "^" group "[ :={]" && !done { print; if ($0 !~ /[{]/) { getline; print } print "\t" line; done = 1; within = 1; next }
		within && /^}/ { within = 0 }
		within && $1 == key { next }
		{ print }
		END { if (!done) print group " = {\n\t" line "\n};" }' "$conf" >"$conf.new" && mv "$conf.new" "$conf"
}
# mail ID FROM SUBJECT [HEADER...]: a mail on standard output; its body is standard input when that is no terminal and BODY is unset
mail() {
	local id=$1 from=$2 subject=$3
	shift 3
	printf 'Return-Path: <%s>\r\nFrom: %s\r\nTo: ungcuu@example.vn\r\nSubject: %s\r\nDate: Mon, 02 Mar 2026 08:00:00 +0700\r\nMessage-ID: <%s>\r\n' \
		"$from" "$from" "$subject" "$id"
	[ $# = 0 ] || printf '%s\r\n' "$@"
	printf 'MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n%s\r\n' "${BODY:-The web server of the office was broken into last night.}"
}
# drop NAME <MAIL: into the Maildir as maildir(5) wants it
drop() { cat >"$dir/incoming/tmp/$1" && mv "$dir/incoming/tmp/$1" "$dir/incoming/new/$1"; }

# ---- the programs
irgated() { "$build/irgated" -c "$conf" "$@"; }
ctl() { "$build/irgatectl" -c "$conf" "$@"; }
# once [WANTED-CODE] [ARGUMENT...]: one run to its end at $now
once() {
	local want=${1:-0} code=0
	[ $# = 0 ] || shift
	timeout -k 5 120 "$build/irgated" -c "$conf" --once --now "$now" "$@" >>"$work/once.log" 2>&1 || code=$?
	is "exit code of --once" "$want" "$code"
}
# start [ARGUMENT...]: the daemon in the background; sets $daemon; returns when it says it runs
start() {
	daemon_log=$work/daemon$((${daemon_count:-0} + 1)).log
	daemon_count=$((${daemon_count:-0} + 1))
	: >"$daemon_log"
	"$build/irgated" -c "$conf" "$@" >"$daemon_log" 2>&1 &
	daemon=$!
	started+=("$daemon")
	wait_for 30 "irgated runs" daemon_says 'running:'
}
daemon_says() {
	grep -q -- "$1" "$daemon_log" && return 0
	kill -0 "$daemon" 2>/dev/null || fail "irgated ended"
	return 1
}
# stop [WANTED-CODE]
stop() {
	local code=0 i
	kill -TERM "$daemon" 2>/dev/null
	wait "$daemon" || code=$?
	for i in "${!started[@]}"; do [ "${started[i]}" = "$daemon" ] && unset "started[i]"; done
	is "exit code of irgated" "${1:-0}" "$code"
}
# role_pid NAME: of the running daemon; nothing when it is down
role_pid() {
	local p
	for p in $(cat "/proc/$daemon/task/$daemon/children" 2>/dev/null); do
		[ "$({ tr '\0' ' ' <"/proc/$p/cmdline"; } 2>/dev/null)" = "irgated --role $1 " ] && echo "$p"
	done
	return 0
}
# ---- what came of it
files_in() { find "$1" -maxdepth 1 -type f | wc -l; }
sent() { files_in "$dir/outgoing/new"; }
sent_is() { [ "$(sent)" = "$1" ]; }
count() { ctl --json "$1" list 2>>"$work/ctl.log" | python3 -c 'import json, sys; print(len(json.load(sys.stdin)))'; }
count_is() { [ "$(count "$1")" = "$2" ]; }
# field NOUN N KEY: of the Nth row (from 0)
field() { ctl --json "$1" list 2>>"$work/ctl.log" | python3 -c 'import json, sys; print(json.load(sys.stdin)[int(sys.argv[1])][sys.argv[2]])' "$2" "$3"; }
# facts [WORDS] <CHECKS: python over the lists of the instance and what left it; see tests/flow/facts.py
facts() { python3 "$src/tests/flow/facts.py" "$build/irgatectl" "$conf" || fail "${1:-the facts} (see above)"; }
# refused CODE WORDS COMMAND...: it must end with that code and say WORDS (a pattern)
refused() {
	local want=$1 words=$2 code=0
	shift 2
	"$@" >"$work/refused.log" 2>&1 || code=$?
	is "exit code of: $*" "$want" "$code"
	has "what is said of: $*" "$words" "$work/refused.log"
}
