#!/bin/bash
# A mail by each way in: LMTP, pipe with and without the daemon, Maildir; the same mail by another way is a copy; what is broken stays or is refused.
. "$(dirname "$0")/../lib.sh"

new_instance
port=$((20000 + $$ % 20000))
set_conf intake "lmtp = ({ name = \"mx\"; listen = \"127.0.0.1:$port\"; });"
set_conf decide 'budget_letters = 0;' # many of them come from one domain
set_conf intake 'message_max = "1M";'
deliver() { "$build/irgate-deliver" -c "$conf" "$@"; }

# lmtp FILE RECIPIENT...: one message over a connection of its own; the replies to it, one a line
lmtp() {
	local file=$1 line to
	shift
	exec 5<>"/dev/tcp/127.0.0.1/$port" || fail "no connection"
	read -r line <&5
	{
		printf 'LHLO flow\r\nMAIL FROM:<sender@a.example>\r\n'
		for to; do printf 'RCPT TO:<%s>\r\n' "$to"; done
		printf 'DATA\r\n'
	} >&5
	while read -r -t 10 line <&5; do
		[ "${line:0:3}" = 354 ] && break
	done
	sed 's/^\./../' "$file" >&5
	printf '.\r\nQUIT\r\n' >&5
	cat <&5 | tr -d '\r'
	exec 5>&-
}

# without a daemon
mail p1@a.example "p1@a.example" "Piped alone" >"$work/p1"
deliver --recipient ungcuu@example.vn --sender p1@a.example <"$work/p1" || fail "irgate-deliver alone: exit $?"
code=0; deliver </dev/null 2>/dev/null || code=$?; is "nothing on standard input" 65 "$code"
code=0; deliver --no-such <"$work/p1" 2>/dev/null || code=$?; is "an unknown option" 64 "$code"
code=0; "$build/irgate-deliver" -c "$work/none.conf" <"$work/p1" 2>/dev/null || code=$?; is "no configuration" 78 "$code"
code=0; head -c 1100000 /dev/zero | deliver 2>/dev/null || code=$?; is "past message_max" 65 "$code"

start
wait_for 20 "the piped mail is answered" sent_is 1

# with it; an mbox line and bare line feeds as a pipe gives them
{ echo "From p2@a.example Mon Mar  2 08:00:00 2026"; mail p2@a.example "p2@a.example" "Piped" | tr -d '\r'; } >"$work/p2"
deliver <"$work/p2" || fail "irgate-deliver: exit $?"
head -c 400000 /dev/urandom | base64 >"$work/large"
BODY=$(cat "$work/large") mail p3@a.example "p3@a.example" "Piped, large" >"$work/p3"
deliver <"$work/p3" || fail "irgate-deliver, large: exit $?"

# LMTP: one reply for each recipient
mail l1@a.example "l1@a.example" "By LMTP" >"$work/l1"
is "replies" $'250 2.0.0 Kept\n250 2.0.0 Kept\n221 2.0.0 Bye' "$(lmtp "$work/l1" ungcuu@example.vn other@example.vn)"
BODY=$(cat "$work/large") mail l2@a.example "l2@a.example" "By LMTP, large" >"$work/l2"
is "a large one" $'250 2.0.0 Kept\n221 2.0.0 Bye' "$(lmtp "$work/l2" ungcuu@example.vn)"
{ head -c 1100000 /dev/zero | tr '\0' 'x' | fold -w 76; echo; } | sed 's/$/\r/' >"$work/toolarge"
is "past message_max" $'552 5.3.4 The message is too large\n221 2.0.0 Bye' "$(lmtp "$work/toolarge" ungcuu@example.vn)"

# Maildir: a link and a folder stay, a mail goes
ln -s /etc/passwd "$dir/incoming/new/link"
mkdir "$dir/incoming/new/folder"
mail m1@a.example "m1@a.example" "Dropped" | drop m1
wait_for 20 "all are answered" sent_is 6
is "left in new/" "folder link" "$(cd "$dir/incoming/new" && echo *)"
is "moved" "m1:2,S" "$(ls "$dir/incoming/cur")"

# the same mail again, by another way
is "again" $'250 2.0.0 Kept\n221 2.0.0 Bye' "$(lmtp "$work/p1" ungcuu@example.vn)"
log_at() { ctl status | grep -q 'log read to frame 7'; }
wait_for 20 "the copy is read" log_at
stop
is "incidents" 6 "$(count incident)"
is "receipts" 6 "$(sent)"
is "copies of the first" 1 "$(ctl --json message list | tr -d ' \n' | grep -o '"copies":\[{' | wc -l)"
ctl evidence verify >"$work/verify.log" 2>&1 || fail "evidence verify"
