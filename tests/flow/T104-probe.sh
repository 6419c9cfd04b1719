#!/bin/bash
# Mail to ourselves: leaves, comes back through a way outside (here a shell that carries it round), proves address, plus form and bounce address; an
# alarm when it does not come back, when a source is silent unusually long, and when one cannot be read.
. "$(dirname "$0")/../lib.sh"

new_instance
# round: what left comes back, as a mail server would bring it
round() {
	local f
	for f in "$dir"/outgoing/new/*; do
		[ -e "$f" ] && [ ! -e "$dir/carried.${f##*/}" ] || continue
		touch "$dir/carried.${f##*/}"
		{ printf 'Return-Path: <ungcuu@example.vn>\r\nDelivered-To: %s\r\n' "$(grep -a -m1 '^To: ' "$f" | tr -d '\r' | sed 's/.*<\(.*\)>.*/\1/; s/^To: //')"; cat "$f"; } >"$dir/incoming/tmp/r${f##*/}"
		mv "$dir/incoming/tmp/r${f##*/}" "$dir/incoming/new/r${f##*/}"
	done
}
# without a daemon it makes passes itself; nobody carries anything: not back
refused 69 'NOT BACK' ctl --now "$now" check mail --wait 0
round
once
facts "they came back" <<'EOP'
probes = run("probe", "list")
eq("proved", ["address", "bounce address", "plus form"], sorted(p["kind"] for p in probes))
ok("all are back", all(p["back_at"] for p in probes))
eq("no case", [], incidents)
eq("no duty", [], [d for d in duties if d["done_at"] is None and d["message"] if "message" in d])
eq("delivered", {"delivered"}, {d["state"] for d in dispatches})
eq("filed without a case", {None}, {m["incident"] for m in messages})
ok("says so", all("came back after" in m["match_reason"] for m in messages if m["direction"] == "in"))
ok("the plus address", any(d["address"].startswith("ungcuu+probe-") for d in dispatches))
ok("the bounce address", any(d["address"].startswith("ungcuu-bounce+D-") for d in dispatches))
EOP
# the daemon: sent at once, carried round, back
start
(while sleep 0.2; do round; done) &
carrier=$!
started+=("$carrier")
ctl check mail --wait 60 >"$work/check.log" || fail "check mail: $(cat "$work/check.log")"
is "proved" 3 "$(grep -c 'came back' "$work/check.log")"
kill "$carrier"
wait "$carrier" 2>/dev/null
stop
# daily, and an alarm when one does not come back
new_instance daily
set_conf probe 'daily = yes;'
set_conf probe 'wait = "30m";'
once
is "the daily one left" 1 "$(sent)"
round
now=2026-03-02T09:10:00+07:00
once
now=2026-03-02T10:00:00+07:00
once
is "one a day" 1 "$(sent)"
alarms_of() { ctl --json alarm list | python3 -c 'import json, sys; print(sum(a["count"] for a in json.load(sys.stdin) if a["code"] == sys.argv[1]))' "$1"; }
is "no alarm, it is back" 0 "$(alarms_of probe)"
now=2026-03-03T09:01:00+07:00
once
is "the next day" 2 "$(sent)"
now=2026-03-03T09:40:00+07:00
once
is "an alarm, it is not back" 1 "$(alarms_of probe)"
round
now=2026-03-03T09:45:00+07:00
once
is "late is back" 0 "$(ctl --json probe list | grep -c '"back_at": null')"
# silence
new_instance silent
set_conf intake 'source_silent = "2d";'
now=2026-03-02T09:00:00+07:00
mail a1@x.example a1@x.example "Su co" | drop a1
once
now=2026-03-04T08:00:00+07:00
once
is "two days less an hour" 0 "$(alarms_of source-silent)"
now=2026-03-04T10:01:00+07:00
once
is "two days" 1 "$(alarms_of source-silent)"
now=2026-03-05T10:00:00+07:00
once
is "said once" 1 "$(alarms_of source-silent)"
mail a2@x.example a2@x.example "Su co" | drop a2
once
now=2026-03-07T11:00:00+07:00
once
is "said again after mail had come" 2 "$(alarms_of source-silent)"
