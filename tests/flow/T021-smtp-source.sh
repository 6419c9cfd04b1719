#!/bin/bash
# Postfix's smtp-source as the mail server: every message it was told is kept is there once, and syncs are shared. No Postfix need be
# installed or running.
. "$(dirname "$0")/../lib.sh"

peer_path smtp-source >/dev/null || skip "no smtp-source (package postfix)"
new_instance
set_conf intake 'lmtp = ({ name = "mx"; listen = "unix:var/lmtp.sock"; });'
start
for sessions in 1 4 20; do
	peer smtp-source -L -s $sessions -m 100 -l 8192 -f a@a.example -t ungcuu@example.vn "unix:$dir/var/lmtp.sock" 2>"$work/source.log" ||
		fail "smtp-source with $sessions sessions"
done
read_all() { ctl status | grep -q 'log read to frame 300'; }
wait_for 60 "all is read" read_all
stop
is "messages" 300 "$(ctl --json message list | grep -c '"direction": *"in"')"
ctl evidence verify >"$work/verify.log" 2>&1 || fail "evidence verify"
