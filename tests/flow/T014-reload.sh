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
