#!/bin/bash
# Circular 27/2011/TT-BTTTT (ladder: user, provider, department, coordinator), R1.2: a provider that does not answer is reminded by its deadline, in
# working days, and then the coordinator is told at once; an answer ends all of it.
. "$(dirname "$0")/../lib.sh"

new_instance
at() { ctl --now "$now" "$@"; }
ladder() { ctl --json incident ladder "$ref" | python3 -c "import json,sys; l=json.load(sys.stdin)['ladder']; print($1)"; }
now=2026-03-05T15:00:00+07:00 # a Thursday
at party add "VNPT Mẫu" --role isp --mail noc@isp.example --domain isp.example >/dev/null || fail "party"
at party add "Cơ quan điều phối" --role coordinator --mail dieuphoi@vncert.example >/dev/null || fail "party"
mail c1@dan.example dan@dan.example "May chu trong mang nha cung cap phat tan ma doc" | drop c1
once
ref=$(field incident 0 ref)
at incident escalate "$ref" --to "VNPT Mẫu" --reason "máy chủ trong mạng của nhà cung cấp" >"$work/d1" || fail "escalate"
once
is "a working day to answer" 2026-03-06T15:00:00+07:00 "$(ladder 'l[0]["due"]')"
now=2026-03-06T15:00:00+07:00
once
is "at the deadline it is not late" 0 "$(ladder 'l[0]["reminders"]')"
now=2026-03-06T15:00:01+07:00
once
is "reminded" 1 "$(ladder 'l[0]["reminders"]')"
is "letters" 3 "$(sent)"
facts "the reminder" <<'EOP'
r = one(dispatches, letter="reminder")
eq("to the provider, by the machine", ("noc@isp.example", "sent"), (r["address"], r["state"]))
text = outgoing[next(n for n in outgoing if n.startswith(r["id"]))].get_body(("plain",)).get_content()
ok("it names the case", r["incident"] in text)
EOP
is "over the weekend" 2026-03-09T15:00:01+07:00 "$(ladder 'l[0]["due"]')"
once
is "once" 3 "$(sent)"
now=2026-03-08T23:00:00+07:00
once
is "a Sunday is no working day" 1 "$(ladder 'len(l)')"
now=2026-03-09T15:00:02+07:00
once
is "the next rung" coordinator "$(ladder 'l[1]["rung"]')"
is "passed on" True "$(ladder 'l[0]["passed_at"] is not None')"
is "why" True "$(ladder '"no answer from the rung provider" in l[1]["reason"]')"
is "letters" 4 "$(sent)"
# the coordinator answers in the thread: its step is acknowledged, and nothing more comes
BODY="Đã nhận thông báo." mail a1@vncert.example dieuphoi@vncert.example "Re: [$ref] Thong bao su co" | drop a1
now=2026-03-10T08:00:00+07:00
once
is "acknowledged" True "$(ladder 'l[1]["acknowledged_at"] is not None')"
now=2026-03-20T08:00:00+07:00
once
is "quiet" 4 "$(sent)"
# by telephone
refused 65 'nothing was asked' at incident answered "$ref" "Cơ quan điều phối" --note x
at incident answered "$ref" "VNPT Mẫu" --note "gọi lúc 8:00, đang xử lý" || fail "answered"
is "by whom" True "$(ladder 'l[0]["acknowledged_by"].startswith("user:")')"
# nobody is left above
at incident escalate "$ref" >"$work/none.log" 2>&1 && fail "an empty rung"
has "it says how to add one" 'standing-body' "$work/none.log"
ctl check >"$work/check.log" || fail "check"
