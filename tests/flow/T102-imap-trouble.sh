#!/bin/bash
# What goes wrong with a mailbox over IMAP: numbered anew, the server killed in the middle of a large message, the reading process killed, a message that
# the server does not give. Nothing is lost, nothing becomes two cases, and a large message needs little memory.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../dovecot.sh"

in_messages() { ctl --json message list 2>>"$work/ctl.log" | grep -c '"direction": *"in"'; }
dovecot_new
dovecot_start
new_instance
set_conf intake "imap = ({ name = \"truc\"; host = \"localhost\"; port = $imaps; user = \"a\"; password = \"geheim\"; ca = \"$work/ca.pem\"; since = \"2026-03-01\"; });"

# 34 MB, while the server is killed in the middle of it
large() { # NAME
	mail "$1@x.example" "$1@x.example" "Su co lon" 'X-Large: yes'
	head -c 25500000 /dev/urandom | base64 -w 76 | sed 's/$/\r/'
}
large l1 >"$work/large.eml"
say "the large message has $(stat -c %s "$work/large.eml") bytes"
start
child() { pgrep -x mailbox -P "$(role_pid account)"; }
wait_for 20 "the reading process" child >/dev/null
reader=$(child)
deliver a l1 <"$work/large.eml"
end=$((SECONDS + 10))
until [ "$(awk '/wchar/ {print $2}' "/proc/$reader/io")" -gt 3000000 ] || [ $SECONDS -gt $end ]; do :; done
fetched=$(awk '/wchar/ {print $2}' "/proc/$reader/io")
dovecot_stop KILL
say "killed when $fetched bytes were fetched"
[ "$(held a irgate-processed)" = 0 ] || say "too late to be in the middle"
wait_for 10 "the break is noticed" daemon_says 'warning: truc: '
sleep 0.5
dovecot_start
wait_for 60 "the large message is there and moved" held_is a irgate-processed 1
most=0
for p in $(pgrep -g "$(ps -o pgid= -p "$daemon" | tr -d ' ')" 2>/dev/null); do
	name=$(cat "/proc/$p/comm" 2>/dev/null)
	[ "$name" = mailbox ] || [ "$name" = account ] || continue
	hwm=$(awk '/VmHWM/ {print $2}' "/proc/$p/status" 2>/dev/null)
	say "most memory of $name: ${hwm:-?} KiB"
	[ "${hwm:-0}" -le "$most" ] || most=$hwm
done
grep -q __asan_init "$build/irgated" || [ "$most" -lt 30000 ] || fail "$most KiB for one message"
one_in() { [ "$(in_messages)" = 1 ]; }
wait_for 30 "it is read" one_in

# the reading process is killed: the next one goes on where it was
kill -KILL "$(child)"
mail k1@x.example k1@x.example "Su co sau khi chet" | deliver a k1
two_in() { [ "$(in_messages)" = 2 ]; }
wait_for 20 "a mail after its death" two_in
kill -KILL "$(role_pid account)"
mail k2@x.example k2@x.example "Su co sau khi chet 2" | deliver a k2
three_in() { [ "$(in_messages)" = 3 ]; }
wait_for 20 "a mail after the death of the role" three_in
stop

# numbered anew, and the mail that was taken put back: recognised, not a second case
cases=$(count incident)
now=2027-03-02T09:00:00+07:00
dovecot_stop
rm -f "$mx"/mail/a/dovecot* "$mx"/mail/a/.irgate-processed/dovecot*
find "$mx/mail/a/.irgate-processed/new" "$mx/mail/a/.irgate-processed/cur" -type f -size -100k -exec mv -t "$mx/mail/a/new" {} +
mail u1@x.example u1@x.example "Su co sau khi danh so lai" | deliver a u1
dovecot_start
once 0
has "its words" 'numbered the mailbox anew' "$work/once.log"
is "cases after it was numbered anew" $((cases + 1)) "$(count incident)"
is "left" 0 "$(held a)"

# out of reach
dovecot_stop
: >"$work/once.log"
once 69
has "what is said" 'truc: no connection' "$work/once.log"

# a message that cannot be read does not hold up the others
chmod 755 "$mx/mail"
dovecot_start
mail b1@x.example b1@x.example "Khong doc duoc" | deliver a b1
mail b2@x.example b2@x.example "Su co tiep theo" | deliver a b2
set_conf intake 'message_max = "64K"; inline_max = "64K";'
{ mail b3@x.example b3@x.example "Qua lon"; head -c 200000 /dev/zero | tr '\0' x; } | deliver a b3
mail b4@x.example b4@x.example "Su co sau cung" | deliver a b4
now=2027-03-02T10:00:00+07:00
once 69
has "what waits" 'larger than message_max' "$work/once.log"
is "only the one that is too large is left" 1 "$(held a)"
is "cases" $((cases + 4)) "$(count incident)"
