#!/bin/bash
# Circular 27/2011/TT-BTTTT (secrecy on request, R0.2): a letter of no case, a notice of a stop to everybody, names a reporter who asked for secrecy, or
# his case: it is held for everybody but himself, with the reason; and words of every day, which are short names too, hold nothing.
. "$(dirname "$0")/../lib.sh"

new_instance
at() { ctl --now "$now" "$@"; }
BODY="Máy chủ thư bị mã hóa. Đề nghị giữ bí mật danh tính của tôi." mail k1@xa.example "Trần Quốc Đạt <dat@xa.example>" "Su co may chu thu" | drop k1
BODY="Máy chủ web bị sửa. Đề nghị giữ bí mật danh tính của tôi." mail k2@xa.example "Lê An <lean@xa.example>" "Trang web" | drop k2
mail k3@xa.example "Nguyễn Văn Hoàng <hoang@xa.example>" "Su co khac" | drop k3
once
now=2026-03-02T10:00:00+07:00
at party add "Sở A" --role unit --mail a@so.example --language vi >/dev/null || fail "party"
at party add "Người báo" --role unit --mail dat@xa.example --language vi >/dev/null || fail "party"
notices() { ctl --json dispatch list | python3 -c 'import json,sys; print(*[d["state"] for d in json.load(sys.stdin) if d["letter"] == "maintenance" and d["address"] == sys.argv[1]])' "$1"; }
why() { ctl --json dispatch list | python3 -c 'import json,sys; print([d["why"] for d in json.load(sys.stdin) if d["letter"] == "maintenance" and d["address"] == "a@so.example"][-1])'; }
stop=(--from 2026-03-20T20:00:00+07:00 --to 2026-03-20T23:00:00+07:00)
ref=$(ctl --json message list | python3 -c 'import json,sys; print([m["incident"] for m in json.load(sys.stdin) if m["source_file"] == "k1"][0])')
for reason in "theo đề nghị của ông Trần Quốc Đạt" "tran quoc dat yeu cau" "dat@xa.example" "ông LE AN báo" "hồ sơ $ref"; do
	at maintenance announce "${stop[@]}" --reason "$reason" >"$work/announce.log" 2>&1 || fail "announce: $(cat "$work/announce.log")"
	[ "$(notices a@so.example)" ] || fail "no notice"
	is "held: $reason" held "$(notices a@so.example | awk '{print $NF}')"
	why >"$work/why.log"
	has "why" 'release gate' "$work/why.log"
	has_not "the secret is not repeated" 'Đạt\|dat@xa' "$work/why.log"
done
is "the one who is named may read his own name, and no other's" "queued queued queued held queued" "$(notices dat@xa.example)"
refused 65 'release gate' at dispatch release "$(ctl --json dispatch list | python3 -c 'import json,sys; print([d["id"] for d in json.load(sys.stdin) if d["letter"] == "maintenance" and d["address"] == "a@so.example"][0])')" --reason "let it go"
# what is nobody's secret: words of every day, and who did not ask for it
for reason in "Bảo đảm An toàn thông tin, lễ an táng, báo cáo Lan" "ông Nguyễn Văn Hoàng"; do
	at maintenance announce "${stop[@]}" --reason "$reason" >/dev/null || fail "announce"
	is "goes: $reason" queued "$(notices a@so.example | awk '{print $NF}')"
done
