#!/bin/bash
# Decision 05/2017/QĐ-TTg Art 12(1), Circular 27/2011/TT-BTTTT (a user may report straight to the focal point): a citizen's mail is recorded, answered at
# once, classified as ordinary by its facts, told on, and closed; the operator
# owes the final report from the end on, and nobody else anything.
. "$(dirname "$0")/../lib.sh"

new_instance
at() { ctl --now "$now" "$@"; }
at party add "Nhà mạng A" --role isp --mail noc@isp.example >/dev/null || fail "party"
at party add "Cơ quan điều phối" --role coordinator --mail dp@vncert.example >/dev/null || fail "party"
BODY="Tôi nhận được thư giả mạo ngân hàng." mail d1@dan.example dan@dan.example "Bao cao thu lua dao" | drop d1
once
ref=$(field incident 0 ref)
facts "answered at once" <<'EOP'
ack = one(duties, what="acknowledge")
ok("done when it came, with its basis", ack["done_at"] == "2026-03-02T09:00:00+07:00" and "Điều 12" in ack["basis"])
eq("acknowledged", "2026-03-02T09:00:00+07:00", incidents[0]["acknowledged_at"])
eq("nothing else is owed of this case", [], [d for d in by(duties, incident=incidents[0]["ref"]) if not d["done_at"]])
EOP
now=2026-03-02T10:00:00+07:00
at incident fact "$ref" owner-cannot-cope=no --reason "người dùng tự xử lý được" >"$work/fact.log" || fail "fact"
has "by the table" 'severity ordinary' "$work/fact.log"
once
is "the coordinator is not told of what is ordinary" 1 "$(sent)"
is "told on is owed" 1 "$(ctl --json duty list | python3 -c 'import json,sys; print(sum(d["what"] == "forward" and not d["done_at"] for d in json.load(sys.stdin)))')"
at incident escalate "$ref" --to "Nhà mạng A" >/dev/null || fail "escalate"
once
is "told on is done" 0 "$(ctl --json duty list | python3 -c 'import json,sys; print(sum(d["what"] == "forward" and not d["done_at"] for d in json.load(sys.stdin)))')"
now=2026-03-02T15:00:00+07:00
BODY="Đã chặn." mail i1@isp.example noc@isp.example "Re: [$ref] Thong bao" | drop i1
once
at incident status "$ref" closed --reason "đã chặn" || fail "close"
facts "the final report" <<'EOP'
d = one(duties, what="final-report")
eq("five days after the end, by the operator", ("2026-03-07T15:00:00+07:00", "operator", None), (d["due"], d["owner"], d["done_at"]))
ok("its basis", "20/2017" in d["basis"])
EOP
at incident status "$ref" open --reason "chưa xong" || fail "open"
now=2026-03-03T15:00:00+07:00
at incident status "$ref" closed --reason "đã chặn" || fail "close"
facts "the end is a later one" <<'EOP'
eq("of the last end", ["2026-03-08T15:00:00+07:00"], [d["due"] for d in by(duties, what="final-report", done_at=None)])
EOP
now=2026-04-02T09:00:00+07:00
once
is "nobody is reminded" 2 "$(sent)"

# a wide-spread case goes to the coordinator at once, whatever its severity (draft of 2011, R1.3)
new_instance wide
now=2026-03-02T09:00:00+07:00
at party add "Cơ quan điều phối" --role coordinator --mail dp@vncert.example >/dev/null || fail "party"
mail w1@dan.example dan@dan.example "Ma doc lan rong" | drop w1
once
at incident fact "$(field incident 0 ref)" widespread=yes --reason "năm đơn vị cùng báo" >/dev/null || fail "wide-spread"
once
facts "wide-spread" <<'EOP'
eq("confirmed", "confirmed", incidents[0]["widespread"])
eq("told at once", "sent", one(dispatches, address="dp@vncert.example")["state"])
EOP

# a drill is marked, never told to the real coordinator, and its letters say so; who stands in is told
new_instance drill
at party add "Cơ quan điều phối" --role coordinator --mail dp@vncert.example >/dev/null || fail "party"
mail x1@dan.example dan@dan.example "[DRILL] Ma doc tong tien" | drop x1
mail x2@dan.example dan@dan.example "Ke hoach dien tap nam nay" | drop x2
once
ref=$(field incident 0 ref)
is "marked" True "$(field incident 0 drill)"
is "talk of a drill is none" False "$(field incident 1 drill)"
at incident severity "$ref" serious --reason "kịch bản" || fail "severity"
once
is "the real one hears nothing" 0 "$(ctl --json dispatch list | python3 -c 'import json,sys; print(sum(d["address"] == "dp@vncert.example" for d in json.load(sys.stdin)))')"
at incident escalate "$ref" --to "Cơ quan điều phối" >"$work/d" || fail "escalate"
refused 65 'drill' at dispatch release "$(cat "$work/d")" --reason "vẫn gửi"
at dispatch cancel "$(cat "$work/d")" --reason "diễn tập" || fail "cancel"
at party add "Người đóng vai điều phối" --role coordinator --mail vai@example.vn --drill >/dev/null || fail "party"
at incident escalate "$ref" --to "Người đóng vai điều phối" >/dev/null || fail "escalate"
once
facts "a drill" <<'EOP'
d = one(dispatches, address="vai@example.vn", letter="escalation")
eq("who stands in is told", "sent", d["state"])
mail = outgoing[next(n for n in outgoing if n.startswith(d["id"]))]
ok(f"marked in subject and text: {mail['Subject']}", "DIỄN TẬP" in str(mail["Subject"]) or "DRILL" in str(mail["Subject"]))
ok("no real incident", "DRILL" in mail.get_body(("plain",)).get_content() or "DIỄN TẬP" in mail.get_body(("plain",)).get_content())
EOP
real=$(field incident 1 ref)
at incident escalate "$real" --to "Người đóng vai điều phối" >"$work/d" || fail "escalate"
refused 65 'in drills only' at dispatch release "$(cat "$work/d")" --reason x
refused 64 'reason' at incident drill "$ref" no
at incident drill "$ref" no --reason "là thật" || fail "drill no"
once
is "real after all: told" 1 "$(ctl --json dispatch list | python3 -c 'import json,sys; print(sum(d["address"] == "dp@vncert.example" and d["state"] == "sent" for d in json.load(sys.stdin)))')"
