#!/bin/bash
# Letter 290/STTTT-CNTT (staff on duty day and night, R3.2 and R3.4): the officer on duty hears by program and by mail of a serious case and of a letter that
# waits for him, with reference, severity and deadline and no word of the case; the program is an unprivileged child, as that of alarms.
. "$(dirname "$0")/../lib.sh"

new_instance
printf '#!/bin/sh\nprintf "%%s|%%s\\n" "$1" "$2" >>%s/heard.txt\ngrep CapEff /proc/self/status >%s/caps.txt\n' "$work" "$work" >"$work/notify"
chmod 755 "$work/notify"
set_conf alarm "officer_mail = yes; officer_command = \"$work/notify\";"
heard_is() { [ "$(grep -c "$1" "$work/heard.txt" 2>/dev/null)" = "$2" ]; }
for p in "Trực ban --role officer --mail truc@example.vn --24x7" "Điều phối --role coordinator --mail dp@dp.example" "Công an tỉnh --role police --mail pa05@ca.example"; do
	ctl party add "${p%% --*}" --${p#* --} >/dev/null || fail "party $p"
done
mail o1@xa.example dat@xa.example "Rat mat: mat khau quan tri bi lo" | drop o1
start
wait_for 30 "the case" count_is incident 1
ref=$(field incident 0 ref)
ctl incident fact "$ref" level=4 control-lost=yes owner-cannot-cope=yes || fail "facts"
wait_for 30 "the program hears of the serious case" heard_is "|$ref serious, due 20" 1
is "capabilities of the program" 0000000000000000 "$(awk '{print $2}' "$work/caps.txt")"
# reporters nobody knows name one thing: the letter waits, and nobody stands there
for i in 1 2 3 4 5; do
	BODY="Máy chủ bị dò mật khẩu từ 203.0.113.77, báo cáo số $i." mail w$i@la$i.example "b@la$i.example" "Tấn công ($i)" | drop w$i
	wait_for 30 "report $i" count_is incident $((i + 1))
done
held() { ctl --json dispatch list | python3 -c 'import json,sys; print(*[d["incident"] for d in json.load(sys.stdin) if d["letter"] == "escalation" and d["state"] == "held" and d["incident"] != sys.argv[1]])' "$ref"; }
held_one() { [ "$(held | wc -w)" = 1 ]; }
wait_for 30 "a letter is held" held_one
wide=$(held)
wait_for 30 "the program hears that a letter waits" heard_is "|$wide unknown, due 20" 1
ctl today >"$work/today.log" || fail "today"
has "it is on the screen" "escalation    $wide" "$work/today.log"
stop
has_not "no word of a case" 'mat khau\|Rat mat\|dat@\|203.0.113' "$work/heard.txt"
facts "by mail too" <<EOP
told = by(dispatches, letter="officer")
eq("to the officer on duty", {"truc@example.vn"}, {d["address"] for d in told})
for ref in ("$ref", "$wide"):
    mine = [outgoing[n] for n in outgoing for d in told if n.startswith(d["id"]) and ref in str(outgoing[n]["Subject"])]
    eq(f"one of {ref}", 1, len(mine))
    eq("subject and body are one line", str(mine[0]["Subject"]), mine[0].get_content().strip())
EOP
