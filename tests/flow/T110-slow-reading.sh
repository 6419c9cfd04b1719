#!/bin/bash
# The second step of reading: a mail is receipted before its document is read, what the document says is found afterwards; what is nothing but pages
# has no incident until they were read; a worker that dies or hangs costs its document; what was open when the daemon was killed is read later.
. "$(dirname "$0")/../lib.sh"

[ -x "$build/irgate-pages" ] || skip "irgate-pages was not built"
new_instance
with_rtf() { # with_rtf ID WORDS
	printf 'From: so%s@stttt.example\r\nTo: ungcuu@example.vn\r\nSubject: Bao cao %s\r\nDate: Mon, 02 Mar 2026 08:00:00 +0700\r\nMessage-ID: <%s@stttt.example>\r\n' "$1" "$1" "$1"
	printf 'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nXem tep.\r\n'
	printf -- '--b\r\nContent-Type: application/rtf\r\nContent-Disposition: attachment; filename=bc.rtf\r\n\r\n{\\rtf1\\ansi %s}\r\n--b--\r\n' "$2"
}
look() { python3 -c 'import json,sys; m=json.load(sys.stdin); print(eval(sys.argv[1]))' "$1"; }
ins() { ctl --json message list | look "[m for m in m if m['direction']=='in'][$1]"; }

with_rtf a 'may chu zephyrus bi tan cong' | drop a
printf '%%PDF-1.4\nno page at all' | drop scan.pdf
once
is "an incident each" 2 "$(ctl --json incident list | look 'len(m)')"
ctl search zephyrus >"$work/find.log" 2>&1
has "words of the document are found" 'Bao cao a' "$work/find.log"
is "the receipt went out" 1 "$(find "$dir/outgoing/new" -type f | wc -l)"
is "pages are a message of their own" 2 "$(ctl --json message list | look "len([x for x in m if x['direction']=='in' and x['incident']])")"
ctl duty list >"$work/duty.log"
has "a person acknowledges what names no sender" 'acknowledge by hand' "$work/duty.log"
ctl status >"$work/status.log"

# The worker hangs, then is killed; its document is a problem of its message, and the next one is read.
start
workers() { local p; for p in $(cat "/proc/$daemon/task/$daemon/children" 2>/dev/null); do grep -qs '^irgate-pages$' "/proc/$p/comm" && echo "$p"; done; return 0; }
a_worker() { [ -n "$(workers)" ]; }
found() { ctl search "$1" 2>/dev/null | grep -q "$2"; }
with_rtf b 'may chu borealis' | drop b
wait_for 20 "the second document" found borealis 'Bao cao b'
extra=0
some_worker() { # one that waits; after some quiet they are let go, so another document calls one
	victim=$(workers | head -n 1)
	[ -n "$victim" ] && return 0
	with_rtf "x$((extra += 1))" 'may chu ganymed' | drop "x$extra"
	sleep 1
	victim=$(workers | head -n 1)
	[ -n "$victim" ]
}
wait_for 30 "a worker waits" some_worker
is_sent() { [ "$(sent)" = $((2 + extra + $1)) ]; }
wait_for 20 "its receipts" is_sent 0
kill -STOP "$victim" "$(cat "/proc/$victim/task/$victim/children")"
with_rtf c 'may chu calypso' | drop c
wait_for 20 "its receipt does not wait" is_sent 1
kill -KILL "$victim"
problem() { ctl --json message list 2>/dev/null | grep -q "Bao cao c" && ctl explain "$(ctl --json message list | look "[x['id'] for x in m if x['subject']=='Bao cao c'][0]")" 2>/dev/null | grep -q 'ended while reading'; }
wait_for 30 "the problem is said" problem
with_rtf d 'may chu daedalus' | drop d
wait_for 20 "the next is read" found daedalus 'Bao cao d'

# Killed with a task open: read by the next start.
wait_for 20 "its receipt" is_sent 2
victim=$(workers | head -n 1)
[ -z "$victim" ] || kill -STOP "$victim" "$(cat "/proc/$victim/task/$victim/children")"
with_rtf e 'may chu europa' | drop e
wait_for 20 "its receipt" is_sent 3
kill -KILL "$daemon"
wait "$daemon" 2>/dev/null
[ -z "$victim" ] || kill -KILL "$victim" 2>/dev/null
started=()
sleep 0.5
start
wait_for 30 "what was open is read" found europa 'Bao cao e'
stop

# Too few workers and an impatient profile: given up unread, letters go on, and what a worker finds later is added all the same.
new_instance late
mkdir "$dir/profiles"
sed 's/^task_wait.*//; $a task_wait = "1s";' "$src/etc/profiles/csirt.conf" >"$dir/profiles/csirt.conf"
sed -i 's/^profile = .*/profile = "csirt";/; s/^#*profile_dir = .*/profile_dir = "profiles";/' "$conf"
start
extra=0
wait_for 30 "a worker waits" some_worker
kill -STOP "$victim" $(cat "/proc/$victim/task/$victim/children")
for i in f g h; do with_rtf $i "may chu kallisto$i" | drop $i; done
given_up() { [ "$(ctl duty list 2>/dev/null | grep -c 'read by hand.*given up')" -ge "$1" ]; }
wait_for 30 "one at least is given up" given_up 1
kill -CONT "$victim" $(cat "/proc/$victim/task/$victim/children")
for i in f g h; do wait_for 30 "read late: $i" found kallisto$i "Bao cao $i"; done
nobody() { [ -z "$(ctl duty list | grep 'read by hand')" ]; }
wait_for 20 "nobody need read by hand" nobody
for id in $(ctl --json message list | look "' '.join(str(x['id']) for x in m if x['direction']=='in' and x['subject'][-1] in 'fgh')"); do
	ctl explain "$id" >"$work/late.log"
	has_not "its problem is over" 'given up' "$work/late.log"
done
stop
