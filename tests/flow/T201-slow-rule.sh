#!/bin/bash
# A rule of a filter that one message made too slow is off in every reader from then on, until the configuration is read anew: one alarm, and the mail
# that follows is read by the other rules.
. "$(dirname "$0")/../lib.sh"
new_instance
set_conf reader 'reader_max_messages = 1;'
set_conf reader 'readers = 2;'
mkdir -p "$dir/filters/slow" "$dir/filters/slower"
cat >"$dir/filters/slow/filter.conf" <<'RULES'
title = "slow";
order = 2;
recognise = ( { from = ["slow.example"]; } );
fields = ( { name = "incident.summary"; regex = "(x+x+)+[yz]"; }, { name = "ticket.id"; labels = ["Id"]; } );
RULES
cat >"$dir/filters/slower/filter.conf" <<'RULES'
title = "slow to recognise";
order = 1;
recognise = ( { from = ["slow.example"]; text = "(w+w+)+[yz]"; } );
fields = ( { name = "ticket.id"; labels = ["Id"]; } );
RULES
slow() { printf 'From: a@slow.example\nTo: ungcuu@example.vn\nSubject: s%s\nMessage-ID: <%s@slow.example>\nDate: Mon, 02 Mar 2026 08:00:0%s +0700\n\nId: %s\n%s\n' "$1" "$1" "$1" "$1" "$2" | drop "m$1"; }
messages_are() { [ "$(ctl --json message list 2>/dev/null | python3 -c 'import json, sys; print(sum(m["direction"] == "in" for m in json.load(sys.stdin)))')" = "$1" ]; }

show() { # N: into mN.json; receipts have numbers too
	local id
	id=$(ctl --json message list 2>/dev/null | python3 -c 'import json, sys; print([m["id"] for m in json.load(sys.stdin) if m["source_file"] == "m" + sys.argv[1]][0])' "$1")
	ctl --json message show "$id" >"$work/m$1.json" || fail "show"
}

say "1: a good one shows what the rule takes; then one that is too slow for two filters"
start
slow 1 xxy
wait_for 20 "the first message" messages_are 1
slow 2 "$(printf 'x%.0s' {1..3000})$(printf '\nw%.0s' 1)$(printf 'w%.0s' {1..3000})"
wait_for 20 "the slow message" messages_are 2

say "2: fresh readers know it"
for n in 3 4 5 6; do slow $n xxy; wait_for 20 "message $n" messages_are $n; done
slow 7 "$(printf 'x%.0s' {1..3000})"
wait_for 20 "message 7" messages_are 7
for n in 1 2 3 4 5 6 7; do show $n; done
has "the first was read by it" '"incident.summary"' "$work/m1.json"
for n in 3 4 5 6 7; do
	has_not "message $n: the rule is off" '"incident.summary"' "$work/m$n.json"
	has "message $n: the other rule works" "\"id\":\"$n\"" "$work/m$n.json"
done
ctl --json alarm list >"$work/alarms.json"
has "the alarm names the rule" 'slow rule 1: too many steps' "$work/alarms.json"
is "alarms: one for each of the two" 2 "$(grep -c 'alarm filter:' "$daemon_log")"
stop

say "3: read anew, it is on again"
slow 8 xxy
start
wait_for 20 "message 8" messages_are 8
show 8
has "the rule is on again" '"incident.summary"' "$work/m8.json"
stop
say "done"
