#!/bin/bash
# What the service manager hears: ready, reloading, stopping, and a watchdog that is fed while the roles answer.
. "$(dirname "$0")/../lib.sh"
command -v python3 >/dev/null || skip "no python3"

new_instance
python3 - "$work/notify" >"$work/notify.log" <<'PY' &
import os, socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
while True:
    for line in s.recv(4096).decode().split("\n"):
        print(line, flush=True)
PY
started+=($!)
wait_for 10 "the notify socket" test -S "$work/notify"
NOTIFY_SOCKET=$work/notify WATCHDOG_USEC=2000000 start
heard() { grep -q -- "$1" "$work/notify.log"; }
wait_for 10 "READY" heard '^READY=1'
wait_for 10 "WATCHDOG" heard '^WATCHDOG=1'
kill -HUP "$daemon"
wait_for 10 "RELOADING" heard '^RELOADING=1'
readies() { [ "$(grep -c '^READY=1' "$work/notify.log")" -ge 2 ]; }
wait_for 20 "READY again" readies

# a role that hangs is not covered up
clerk=$(role_pid clerk)
kill -STOP "$clerk"
sleep 1.2
fed=$(grep -c '^WATCHDOG=1' "$work/notify.log")
sleep 1.5
is "WATCHDOG while the clerk hangs" "$fed" "$(grep -c '^WATCHDOG=1' "$work/notify.log")"
kill -CONT "$clerk"
fed_again() { [ "$(grep -c '^WATCHDOG=1' "$work/notify.log")" -gt "$fed" ]; }
wait_for 10 "WATCHDOG again" fed_again
stop
wait_for 5 "STOPPING" heard '^STOPPING=1'
