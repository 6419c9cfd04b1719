#!/bin/bash
# Another program fills the disk: intake says later, and what was begun is ended all the same from the reserve: the outcome of a letter, an act of a
# person. When there is room again all goes on by itself. On a small file system of its own, so only for root.
. "$(dirname "$0")/../lib.sh"

[ "$(id -u)" = 0 ] || skip "only root may mount a small disk"
mkdir -p "$work/disk" "$work/outside/outgoing/new" "$work/outside/outgoing/tmp" "$work/outside/outgoing/cur"
mount -t tmpfs -o size=32m tmpfs "$work/disk" 2>/dev/null || skip "nothing can be mounted here"
trap 'code=$?; umount -l "$work/disk"; (exit $code); finish' EXIT
new_instance disk/instance
port=$((20000 + $$ % 20000))
reserve=$dir/var/store/reserve
set_conf intake "lmtp = ({ name = \"mx\"; listen = \"127.0.0.1:$port\"; });"
set_conf intake 'min_free = "8M"; reserve = "4M";'
set_conf send "outgoing = \"$work/outside/outgoing\";"
sent() { files_in "$work/outside/outgoing/new"; }
reply() { # to the end of the data of a small mail
	local line
	exec 5<>"/dev/tcp/127.0.0.1/$port" || fail "no connection"
	printf 'LHLO flow\r\nMAIL FROM:<s@a.example>\r\nRCPT TO:<ungcuu@example.vn>\r\nDATA\r\n' >&5
	while read -r -t 10 line <&5; do
		case $line in 354*) break ;; 4*) echo "${line:0:3}"; exec 5>&-; return ;; esac
	done
	{ mail "$1" s@a.example "By LMTP"; printf '.\r\nQUIT\r\n'; } >&5
	read -r -t 10 line <&5
	echo "${line:0:3}"
	exec 5>&-
}
undone() { ctl --json duty list | python3 -c 'import json, sys; print(*[d["id"] for d in json.load(sys.stdin) if d["incident"] and not d["done_at"]])'; }
states() { ctl --json dispatch list | python3 -c 'import json, sys; print(*[d["state"] for d in json.load(sys.stdin)])'; }
sending() { [[ " $(states) " == *" sending "* ]]; }
none_sending() { ! sending; }
alarmed() { ctl --json alarm list | python3 -c 'import json, sys; sys.exit(not any(a["code"] == "disk-full" for a in json.load(sys.stdin)))'; }
fill() { dd if=/dev/zero of="$work/disk/other" bs=64k oflag=append conv=notrunc 2>/dev/null; dd if=/dev/zero of="$work/disk/crumbs" bs=4k 2>/dev/null; }
deliver() { "$build/irgate-deliver" -c "$conf"; }

start
[ "$(stat -c %s "$reserve")" = $((4 << 20)) ] && [ "$(stat -c %b "$reserve")" = $((4 << 11)) ] || fail "the reserve holds no blocks: $(stat "$reserve")"
for n in 1 2 3 4; do mail "q$n@q.example" bad.news@q.example "Su co $n" | drop "q$n"; done
wait_for 20 "two letters, two duties" sent_is 2
wait_for 20 "all is read" count_is incident 4
# a letter is with the sender when the disk fills up
sender=$(role_pid sender)
kill -STOP "$sender"
mail r1@r.example other@r.example "Su co khac" | drop r1
wait_for 20 "a receipt is with the sender" sending
sleep 6 # the store folds its log in: nothing it could use again
fill
is "intake by LMTP" 452 "$(reply full@a.example)"
code=0; mail p1@a.example p1@a.example "Piped" | deliver 2>/dev/null || code=$?
is "intake by the pipe" 75 "$code"
kill -CONT "$sender"
wait_for 20 "the outcome is kept" none_sending
is "the letter left" 3 "$(sent)"
[ ! -e "$reserve" ] || fail "the reserve is still there"
wait_for 10 "the alarm" alarmed
read -r first second _ <<<"$(undone)"
[ -n "$second" ] || fail "no two duties"
ctl duty done "$first" >"$work/done.log" 2>&1 || fail "duty done on a full disk"
for id in $(ctl --json alarm list | python3 -c 'import json,sys; print(*[a["id"] for a in json.load(sys.stdin) if not a["acked_at"]])'); do
	ctl alarm ack "$id" >"$work/ack.log" 2>&1 || fail "alarm ack on a full disk"
done
is "intake still" 452 "$(reply full@a.example)"
# room again: the reserve comes back and intake goes on
rm "$work/disk/other" "$work/disk/crumbs"
wait_for 25 "the reserve is made again" test -e "$reserve"
is "intake" 250 "$(reply full@a.example)"
wait_for 20 "it is answered" sent_is 4

# without a daemon: an act on a full disk gives the reserve up too
stop
fill
ctl duty done "$second" >"$work/done.log" 2>&1 || fail "duty done on a full disk, without a daemon"
[ ! -e "$reserve" ] || fail "the reserve is still there, without a daemon"
is "undone" "" "$(undone)"
# and the daemon starts on a full disk, without it
start
ctl status >"$work/status.log"
is "intake" 452 "$(reply more@a.example)"
rm "$work/disk/other" "$work/disk/crumbs"
wait_for 25 "the reserve is made again after a start without" test -e "$reserve"
stop
ctl evidence verify >"$work/verify.log" 2>&1 || fail "evidence verify"
