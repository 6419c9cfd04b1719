#!/bin/bash
# What is missing is said, ends a run of --once, and takes no mail with it: no mail server, no reader; and a folder far down; and the alarm command.
. "$(dirname "$0")/../lib.sh"

new_instance
set_conf send 'transport = "smtp"; smtp_host = "127.0.0.1"; smtp_port = 1; smtp_tls = "none";'
mail o1@x.example o1@x.example "Su co 1" | drop o1
once 69
is "state of the receipt" queued "$(field dispatch 0 state)"
is "incidents" 1 "$(count incident)"
is "left in incoming" 0 "$(files_in "$dir/incoming/new")"
sed -i '/transport = "smtp"/d' "$conf"
now=2026-03-02T12:00:00+07:00
once 0
is "receipts once there is a way" 1 "$(sent)"

# no reader: the mail is in the log, the run ends, the next one reads it
new_instance reader
mkdir "$work/empty"
mail o2@x.example o2@x.example "Su co 2" | drop o2
IRGATE_LIBEXEC=$work/empty once 69
has "its words" 'irgate-reader' "$work/once.log"
is "incidents without a reader" 0 "$(count incident)"
once 0
is "incidents with one" 1 "$(count incident)"
is "receipts" 1 "$(sent)"

# a path longer than a socket address holds
long=$(printf 'd%.0s' $(seq 70))
mkdir -p "$work/$long"
new_instance "$long/instance"
start
mail o3@x.example o3@x.example "Su co 3" | "$build/irgate-deliver" -c "$conf" || fail "irgate-deliver"
wait_for 20 "the receipt" sent_is 1
is "incidents over the socket" 1 "$(count incident)"
stop

# the alarm command hears code and words, and nothing of the case
new_instance alarm
printf '#!/bin/sh\nprintf "%%s|%%s\\n" "$1" "$2" >>%s\n' "$work/heard.txt" >"$work/command"
chmod 755 "$work/command"
set_conf alarm "alarm_command = \"$work/command\";"
mkdir "$work/readers"
IRGATE_LIBEXEC=$work/readers start
mail o4@x.example o4@x.example "Su co 4" | drop o4
wait_for 20 "the alarm command" test -s "$work/heard.txt"
has "its arguments" '^reader|.*irgate-reader' "$work/heard.txt"
has_not "the case" 'Su co' "$work/heard.txt"
ln "$build/irgate-reader" "$work/readers/irgate-reader" 2>/dev/null || cp "$build/irgate-reader" "$work/readers/irgate-reader"
wait_for 40 "the receipt once there is a reader" sent_is 1
stop
is "commands run" 1 "$(grep -c . "$work/heard.txt")"
