#!/bin/bash
# Retention (Decree 53/2022, twelve months in the profile): old segments of the log are packed and moved out, the proof goes on across the gap, nothing
# young or not yet decided moves, and a packed segment is byte for byte what it was.
. "$(dirname "$0")/../lib.sh"

new_instance
set_conf intake 'segment_max = "1M";'
at() { ctl --now "$now" "$@"; }
big=$(head -c 700000 /dev/zero | tr '\0' 'x' | fold -w 70)
for n in 1 2 3 4 5; do
	now=2026-0$n-10T09:00:00+07:00
	for k in a b; do BODY="$n $k $big" mail "s$n$k@xa.example" "p$n$k@xa.example" "Su co $n$k" | drop "s$n$k"; done
	once
done
segments() { find "$dir/var/evidence" -name '*.log' | wc -l; }
before=$(segments)
[ "$before" -ge 5 ] || fail "only $before segments"
sha256sum "$dir"/var/evidence/00000001.log | cut -d' ' -f1 >"$work/sum"
now=2026-06-01T09:00:00+07:00
refused 64 'says why' at evidence archive --to "$work/old"
at evidence archive --to "$work/old" --reason "too young" >"$work/none.log" || fail "archive of nothing"
has "the profile's twelve months" 'no segment is old enough' "$work/none.log"
at evidence archive --to "$work/old" --before 2026-03-01T00:00:00+07:00 --reason "yearly order" >"$work/moved.log" || fail "archive"
moved=$(find "$work/old" -name '*.log.gz' | wc -l)
[ "$moved" -ge 1 ] || fail "nothing moved"
is "moved and gone" "$((before - moved))" "$(segments)"
is "byte for byte" "$(cat "$work/sum")" "$(zcat "$work/old/00000001.log.gz" | sha256sum | cut -d' ' -f1)"
ctl evidence verify >"$work/verify.log" || fail "verify across the gap: $(cat "$work/verify.log")"
refused 65 'was moved out' ctl message raw "$(ctl --json message list | python3 -c 'import json,sys; print([m["id"] for m in json.load(sys.stdin) if m["source_file"] == "s1a"][0])')"
ctl message raw "$(ctl --json message list | python3 -c 'import json,sys; print([m["id"] for m in json.load(sys.stdin) if m["source_file"] == "s5b"][0])')" >"$work/raw" || fail "a young one is there"
mail s6@xa.example p6@xa.example "Su co 6" | drop s6
once
is "the log goes on" 11 "$(count incident)"
at backup --to "$work/b.tar" >/dev/null 2>"$work/b.log" || fail "backup of such a log: $(cat "$work/b.log")"
facts "journalled" <<'EOP'
ok("who and why", [j for j in journal if j["act"] == "note" and "yearly order" in j["detail"]])
EOP
# by itself, once a day, where a folder is configured: what is older than the profile's twelve months, and no more
set_conf intake "archive = \"$work/own\";"
left=$(segments)
start --now 2027-04-20T09:00:00+07:00
moved_out() { ctl --json journal list 2>>"$work/ctl.log" | grep -q "by the profile's retention"; }
wait_for 30 "old segments are moved by themselves" moved_out
stop
own=$(find "$work/own" -name '*.log.gz' | wc -l)
is "moved and gone" $((left - own)) "$(segments)"
ctl message raw "$(ctl --json message list | python3 -c 'import json,sys; print([m["id"] for m in json.load(sys.stdin) if m["source_file"] == "s5b"][0])')" >"$work/raw" || fail "of May: it is not a year old"
ctl evidence verify >"$work/verify.log" || fail "verify: $(cat "$work/verify.log")"
facts "journalled as by a person" <<'EOP'
ok("why", [j for j in journal if j["act"] == "note" and "by the profile's retention" in j["detail"]])
EOP
# what was moved out is beyond the reach of an order to remove it: its words here go, a person is told where its payload lies, and no alarm goes on and on
now=2027-04-21T09:00:00+07:00
at evidence redact "$(ctl --json message list | python3 -c 'import json,sys; print([m["id"] for m in json.load(sys.stdin) if m["subject"] == "Su co 1a"][0])')" --reason "court order" >"$work/moved2.log" ||
	fail "redact of what was moved out: $(cat "$work/moved2.log")"
facts "a person removes it there" <<'EOP'
d = one([d for d in duties if "remove it there by hand" in d["what"]], owner="chief")
ok(d["what"], "was moved out" in d["what"] and "00000001.log" in d["what"])
EOP
ctl evidence verify >"$work/verify.log" || fail "verify: $(cat "$work/verify.log")"
start --now 2027-04-22T09:00:00+07:00
sleep 2
stop
is "no alarm" 0 "$(ctl --json alarm list | python3 -c 'import json,sys; print(len([a for a in json.load(sys.stdin) if a["code"] == "redact"]))')"
# what was left in their place cannot be changed unseen
sed -i 's/^chain ......../chain 00000000/' "$(find "$dir/var/evidence" -name '*.moved' | sort | tail -1)"
refused 65 'chain is broken' ctl evidence verify
