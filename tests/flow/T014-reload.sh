#!/bin/bash
# SIGHUP: a sound configuration replaces every role, an unsound one changes nothing; mail that comes meanwhile is taken.
. "$(dirname "$0")/../lib.sh"

new_instance
start
before=$(role_pid clerk)
set_conf send 'expire = "6d";'
kill -HUP "$daemon"
wait_for 20 "the new configuration is taken" daemon_says 'new configuration is taken'
replaced() { local p; p=$(role_pid clerk); [ -n "$p" ] && [ "$p" != "$before" ]; }
wait_for 20 "a fresh clerk" replaced
mail h1@stttt.example a@stttt.example "Su co khi thay vai" | drop h1
wait_for 20 "the receipt" sent_is 1

after=$(role_pid clerk)
cp "$conf" "$work/good.conf"
set_conf send 'exspire = "6d";'
kill -HUP "$daemon"
wait_for 20 "the refusal" daemon_says 'not taken, the old one stays'
has "file, line and key" 'irgate\.conf:[0-9]*: .*exspire' "$daemon_log"
is "the clerk" "$after" "$(role_pid clerk)"
mail h2@stttt.example b@phuong.example "Su co sau do" | drop h2
wait_for 20 "the second receipt" sent_is 2

# a broken, then a whole file in quick succession ends whole
cp "$work/good.conf" "$conf"
kill -HUP "$daemon"
kill -HUP "$daemon"
taken_again() { [ "$(grep -c 'new configuration is taken' "$daemon_log")" -ge 2 ]; }
wait_for 20 "taken again" taken_again
mail h3@stttt.example c@xa.example "Su co cuoi" | drop h3
wait_for 30 "the third receipt" sent_is 3
stop
is "incidents" 3 "$(count incident)"

# listening sockets: a new one opens, one that stays is passed on (who connects meanwhile waits), one that goes is removed
greeted() { # greeted SOCKET: the first line of who answers there
	python3 -c 'import socket, sys
s = socket.socket(socket.AF_UNIX); s.settimeout(20); s.connect(sys.argv[1]); print(s.recv(512).decode().strip())' "$1"
}
start
cp "$conf" "$work/good.conf"
set_conf intake "lmtp = ({ name = \"one\"; listen = \"unix:$dir/var/one.sock\"; }, { name = \"two\"; listen = \"unix:$dir/var/two.sock\"; });"
kill -HUP "$daemon"
wait_for 20 "two LMTP sockets" test -S "$dir/var/two.sock"
case $(greeted "$dir/var/one.sock") in 220*) ;; *) fail "no LMTP on the first socket" ;; esac
inode=$(stat -c %i "$dir/var/one.sock")
cp "$work/good.conf" "$conf"
set_conf intake "lmtp = ({ name = \"one\"; listen = \"unix:$dir/var/one.sock\"; });"
kill -HUP "$daemon"
for i in 1 2 3 4 5 6 7 8; do
	case $(greeted "$dir/var/one.sock") in 220*|421*) ;; *) fail "connection $i was refused while the roles were replaced" ;; esac
	sleep 0.05
done
wait_for 20 "the second socket is gone" test ! -e "$dir/var/two.sock"
is "the first socket" "$inode" "$(stat -c %i "$dir/var/one.sock")"
case $(greeted "$dir/var/one.sock") in 220*) ;; *) fail "no LMTP after the replacement" ;; esac
stop
