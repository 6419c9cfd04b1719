#!/bin/bash
# A mailbox over POP3: what is there at the first look stays, what comes after is taken once, stays on the server for a while, and then goes. TLS and STLS.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../dovecot.sh"

account() { # NAME USER PORT [MORE]
	printf '{ name = "%s"; host = "localhost"; port = %s; user = "%s"; password = "geheim"; ca = "%s"; interval = "1s"; %s }' \
		"$1" "$3" "$2" "$work/ca.pem" "${4:-}"
}
in_messages() { ctl --json message list 2>>"$work/ctl.log" | grep -c '"direction": *"in"'; }
in_is() { [ "$(in_messages)" = "$1" ]; }
dovecot_new
dovecot_start
new_instance
set_conf intake "pop3 = ($(account cu a "$pop3s" 'leave_for = "2d";'), $(account moi b "$pop3" 'tls = "starttls"; take_old = yes; leave_for = "0s";'));"
mail old@x.example o@x.example "Su co cu" | deliver a old
{ mail dots@x.example d@x.example "Dau cham"; printf '.\r\n..\r\n.het\r\n'; } | deliver b dots
once 0
is "taken at the first look" 1 "$(in_messages)"
is "the old one stays" 1 "$(held a)"
is "removed at once where that is wanted" 0 "$(held b)"
ctl --json evidence list >/dev/null 2>&1
mail n1@x.example n1@x.example "Su co moi" | deliver a n1
once 0
is "taken at the second look" 2 "$(in_messages)"
once 0
is "taken at the third" 2 "$(in_messages)"
is "stays for its time" 2 "$(held a)"
now=2026-03-05T09:00:00+07:00
once 0
is "gone after its time, the old one not" 1 "$(held a)"
is "taken in all" 2 "$(in_messages)"
start
mail n2@x.example n2@x.example "Su co nua" | deliver a n2
wait_for 20 "a mail while it runs" in_is 3
dovecot_stop KILL
sleep 1.5
dovecot_start
mail n3@x.example n3@x.example "Su co sau khi may chu chet" | deliver a n3
wait_for 30 "a mail after the server died" in_is 4
stop
dovecot_stop
now=2027-03-05T09:00:00+07:00
once 69
