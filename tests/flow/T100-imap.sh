#!/bin/bash
# A mailbox over IMAP: fetched once over TLS and over STARTTLS, moved away, older mail left where it is, pushed by IDLE, several mailboxes at once.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../dovecot.sh"

account() { # NAME USER [MORE]
	printf '{ name = "%s"; host = "localhost"; port = %s; user = "%s"; password = "geheim"; ca = "%s"; %s }' \
		"$1" "${port:-$imaps}" "$2" "$work/ca.pem" "${3:-}"
}
dovecot_new
dovecot_start
new_instance
old=$(date -d 2026-01-01 +%s)
mail old@x.example o@x.example "Su co cu" | deliver a old "$old"
mail t1@x.example t1@x.example "Su co 1" | deliver a m1
mail t2@x.example t2@x.example "Su co 2" | deliver b m1
set_conf intake "imap = ($(account truc a 'since = "2026-03-01";'), $(port=$imap account hai b 'since = "2026-03-01"; tls = "starttls"; after = "flag";'));"
once 0
is "receipts" 2 "$(sent)"
is "left in the mailbox that is moved: the old one" 1 "$(held a)"
is "moved" 1 "$(held a irgate-processed)"
is "flagged and left" 1 "$(held b)"
find "$mx/mail/b/cur" -name '*S*' | grep -q . || fail "the message is not flagged"
once 0
is "receipts after another run" 2 "$(sent)"
stop_and_count() { stop; is "mails that came" "$1" "$(ctl --json message list | grep -c '"direction": *"in"')"; }
start
wait_for 20 "the first look" daemon_says 'older than the first start'
for i in 1 2 3; do
	sleep 0.3
	mail "p$i@x.example" "p$i@x.example" "Su co moi $i" | deliver a "p$i"
	before=$(date +%s%N)
	taken() { held_is a irgate-processed $((1 + i)); }
	wait_for 10 "mail $i is pushed and moved" taken
	say "picked up in $((($(date +%s%N) - before) / 1000000)) ms"
done
mail q1@x.example q1@x.example "Su co moi b" | deliver b q1
wait_for 10 "a mail in the other mailbox" sent_is 6
stop_and_count 6
