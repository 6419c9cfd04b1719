#!/bin/bash
# Circular 27/2011/TT-BTTTT (channels: official letter, telephone, e-mail, fax), R0.3: a call and a paper that was never scanned are full messages of
# one case, with and without a daemon; the paper may be the signed original; nobody but an officer writes them down.
. "$(dirname "$0")/../lib.sh"

new_instance
at() { ctl --now "$now" "$@"; }
mail h1@xa.example vanthu@xa.example "Su co trang tin" | drop h1
once
ref=$(field incident 0 ref)
now=2026-03-02T10:00:00+07:00
at phone log --from "Bà Lan, UBND xã A" --number "0912 345 678" --incident "$ref" --text $'Trang tin lại bị thay đổi lúc 9 giờ.\nĐề nghị hỗ trợ.' >"$work/call" || fail "phone log"
has "it says where" "$ref" "$work/call"
printf 'Có người gọi báo thư lừa đảo.\n' | at --json phone log --from "Ông Tư" --at 2026-03-02T09:40:00+07:00 >"$work/other.json" || fail "a call of its own"
at letter log --from "UBND xã A" --number 12/UBND-VX --date 2026-03-01 --incident "$ref" --signed --subject "Báo cáo ban đầu" --text "Bản gốc có chữ ký và dấu." >"$work/paper" || fail "letter log"
refused 64 'what was said' at phone log --text "  "
refused 64 'not a reference' at phone log --incident IR-2026-000001-Z --text x
refused 64 'RFC 3339' at phone log --at gestern --text x
refused 64 'unknown\|too many\|words' at phone log hello --text x
facts "by hand" <<'EOP'
call, own, paper = (one(messages, channel="phone", incident=incidents[0]["ref"]), one(messages, channel="phone", incident=incidents[1]["ref"]), one(messages, channel="letter"))
eq("filed by a person's word", ("person", "filed", "in"), (call["matched_by"], call["state"], call["direction"]))
eq("who called", {"name": "Bà Lan, UBND xã A", "address": "0912345678"}, call["from"])
eq("when it was", "2026-03-02T09:40:00+07:00", own["date"])
eq("in the log like any other", {1, 2, 3, 4}, {m["frame"] for m in messages if m["direction"] == "in"})
eq("no receipt to a telephone", 1, len(by(dispatches, letter="receipt")))
ok("a person acknowledges it", any(d["what"].startswith("acknowledge by hand") for d in by(duties, incident=incidents[1]["ref"])))
o = run("incident", "show", incidents[0]["ref"])["signed_original"]
ok("the original is here", o["received_at"] and str(o["message"]) == paper["id"] and o["number"] == "12/UBND-VX")
EOP
ctl search "thay đổi" | grep -q "$ref" || fail "the words of the call are found"
ctl evidence verify >"$work/verify.log" || fail "verify"
# the same with a daemon
start
ctl phone log --from "Bà Lan" --incident "$ref" --text "gọi lại, đã khắc phục" >"$work/call2" || fail "phone log with a daemon"
has "it says where" "$ref" "$work/call2"
ctl letter log --from "UBND xã A" --incident "$ref" --signed --text "bản gốc" >"$work/paper2" || fail "letter log with a daemon"
is "messages" 6 "$(ctl --json message list --in | python3 -c 'import json,sys; print(len(json.load(sys.stdin)))')"
stop
