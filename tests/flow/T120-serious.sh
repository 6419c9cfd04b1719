#!/bin/bash
# Decision 05/2017/QĐ-TTg Art 9 and 12(1), Circular 20/2017/TT-BTTTT Art 9(1): facts make a case serious; the coordinator is told at once by an
# unsigned notice, the signed report follows held, others are prepared for a person; who set which fact is kept; the signed original is waited for.
. "$(dirname "$0")/../lib.sh"

new_instance
at() { ctl --now "$now" "$@"; }
at party add "Cơ quan điều phối" --role coordinator --mail dieuphoi@vncert.example --language vi >/dev/null || fail "party"
at party add "Công an tỉnh" --role police --mail pa05@ca.example >/dev/null || fail "party"
at party add "Bộ chỉ huy" --role military --mail bchqs@ca.example >/dev/null || fail "party"
mail s1@xa.example vanhanh@xa.example "Trang tin bi chiem quyen" | drop s1
once
ref=$(field incident 0 ref)
now=2026-03-02T09:30:00+07:00
refused 64 'no fact' at incident fact "$ref" king=yes
refused 64 'no fact' at incident fact "$ref" level=6
refused 64 'NAME=VALUE' at incident fact "$ref" severity=serious
at incident fact "$ref" level=4 control-lost=yes --reason "theo hồ sơ cấp độ" >"$work/fact.log" || fail "fact"
has "not known yet" 'severity unknown' "$work/fact.log"
once
is "nothing leaves on half a table" 1 "$(sent)"
at incident fact "$ref" owner-cannot-cope=yes >"$work/fact.log" || fail "fact"
has "serious now" 'severity serious' "$work/fact.log"
once
facts "a serious case" <<'EOP'
notice = one(dispatches, letter="escalation", address="dieuphoi@vncert.example")
eq("the notice left by itself", "sent", notice["state"])
eq("urgent", "urgent", notice["lane"])
report = one(dispatches, letter="ad-hoc-report")
eq("the report is held", "held", report["state"])
ok(f"to be signed: {report['why']}", "signature" in report["why"])
for who in ("pa05@ca.example", "bchqs@ca.example"):
    d = one(dispatches, address=who)
    eq(f"prepared for a person: {who}", "held", d["state"])
i = run("incident", "show", notice["incident"])
eq("severity", "serious", i["severity"])
eq("facts and who set them", {("level", "4"), ("control-lost", "yes"), ("owner-cannot-cope", "yes")}, {(f["name"], f["value"]) for f in i["facts"]})
ok("by whom", all(f["by"].startswith("user:") and f["at"] for f in i["facts"]))
step = one(i["ladder"], rung="coordinator")
eq("the step", ("mail", notice["id"], report["id"], 0), (step["channel"], step["dispatch"], step["report"], step["reminders"]))
ok("sent, with proof", step["sent_at"] and step["proof"])
eq("an answer is due, two working days later", "2026-03-04T09:30:00+07:00", step["due"])
ok("the original is waited for", i["signed_original"]["wanted_at"] and not i["signed_original"]["received_at"])
fw = one(duties, what="forward")
ok("told on at once, with its basis", fw["done_at"] and "05/2017" in fw["basis"])
eq("the operator's notice, five days", "2026-03-07T09:00:00+07:00", one(duties, what="notice")["due"])
ok("the operator's initial report", not one(duties, what="initial-report")["done_at"])
ok("somebody signs the report", by(duties, done_at=None) and any(d["what"].startswith("sign and send the ad-hoc-report") for d in duties))
body = outgoing[next(n for n in outgoing if n.startswith(notice["id"]))].get_body(("plain",)).get_content()
ok("not signed, and says so", "chữ ký" in body)
EOP
# said again, it is not told again
at incident severity "$ref" serious --reason "vẫn thế" || fail "severity"
once
is "letters" 2 "$(sent)"
# a person's word is above the table, and can be taken back
at incident severity "$ref" ordinary --reason "đã xử lý tại chỗ" || fail "severity"
is "said" ordinary "$(ctl --json incident show "$ref" | python3 -c 'import json,sys; print(json.load(sys.stdin)["severity"])')"
at incident severity "$ref" auto --reason "theo bảng" || fail "severity auto"
is "by the table" serious "$(ctl --json incident show "$ref" | python3 -c 'import json,sys; print(json.load(sys.stdin)["severity"])')"
refused 64 'reason' at incident severity "$ref" serious
refused 64 'what it is' at incident original "$ref"
facts "it is asked for" <<'EOP'
d = one(duties, what="ask for the signed original, which is not here")
eq("by the office, five days later", ("officer", "2026-03-07T09:30:00+07:00", None), (d["owner"], d["due"], d["done_at"]))
EOP
at incident original "$ref" --number 290/STTTT-CNTT --note "công văn gốc" || fail "original"
ctl incident show "$ref" >"$work/show.log" || fail "show"
has "original" 'signed original: received' "$work/show.log"
has "ladder" 'told coordinator' "$work/show.log"
ctl --json duty list | python3 -c 'import json,sys; sys.exit(0 if [d for d in json.load(sys.stdin) if d["what"] == "initial-report" and d["done_at"]] else 1)' || fail "the initial report is done"
ctl check >"$work/check.log" || fail "check"

facts "it is here" <<'EOP'
ok("asked for no more", one(duties, what="ask for the signed original, which is not here")["done_at"])
EOP
# Directive 18/CT-TTg: a weakness that gives control is fixed and hunted for at the same time: two duties of one case, once
at incident fact "$ref" control-weakness=yes >/dev/null || fail "weakness"
at incident fact "$ref" control-weakness=yes >/dev/null || fail "weakness again"
facts "fix and hunt" <<'EOP'
both = [d for d in duties if d["what"] in ("fix-weakness", "hunt-weakness")]
eq("two duties of one case", {"fix-weakness", "hunt-weakness"}, {d["what"] for d in both})
ok("once, together, with their basis", len(both) == 2 and len({(d["incident"], d["due"]) for d in both}) == 1 and all("18/CT-TTg" in d["basis"] for d in both))
EOP

# what a form says of the system becomes a fact of the case, with where it stood; with a person's facts it makes the case serious in the same commit.
# Somebody unknown makes a letter that is held; a person's word is never overridden.
form() { # ID FROM LEVEL
	BODY=$(printf 'THÔNG BÁO SỰ CỐ\r\nTên tổ chức/cá nhân báo cáo (*): Bệnh viện Mẫu\r\nĐịa chỉ (*): 12 Đường Mẫu\r\nĐiện thoại (*): 02333850001\r\nTên hệ thống: Cổng đặt lịch khám\r\nCấp độ: Cấp độ %s\r\nMô tả sơ bộ về sự cố (*): Mất quyền điều khiển máy chủ' "$3") \
		mail "$1" "$2" "Re: [$ref] bao cao su co" | drop "$1"
}
for who in known unknown; do
	new_instance "said-$who"
	at party add "Cơ quan điều phối" --role coordinator --mail dieuphoi@vncert.example --language vi >/dev/null || fail "party"
	[ $who = unknown ] || at party add "Xã A" --role unit --mail vanhanh@xa.example >/dev/null || fail "party"
	mail s1@xa.example vanhanh@xa.example "Trang tin bi chiem quyen" | drop s1
	once
	ref=$(field incident 0 ref)
	at incident fact "$ref" control-lost=yes owner-cannot-cope=yes --reason "gọi điện" >/dev/null || fail "fact"
	form s2@xa.example vanhanh@xa.example 4
	once
	form s3@xa.example vanhanh@xa.example 3
	once
	WHO=$who facts "said by $who" <<'EOP'
i = run("incident", "show", incidents[0]["ref"])
level = one(i["facts"], name="level")
eq("the level, by the clerk", ("4", "clerk"), (level["value"], level["by"]))
ok(f"where it stood: {level['reason']}", level["reason"].startswith("message "))
eq("severity", "serious", i["severity"])
eq("the coordinator", "sent" if os.environ["WHO"] == "known" else "held", one(dispatches, letter="escalation")["state"])
EOP
	at incident fact "$ref" level=2 --reason "theo hồ sơ" >/dev/null || fail "fact"
	form s4@xa.example vanhanh@xa.example 5
	once
	is "a person's level stays" 2 "$(ctl --json incident show "$ref" | python3 -c 'import json,sys; print([f["value"] for f in json.load(sys.stdin)["facts"] if f["name"] == "level"][-1])')"
done

# without a coordinator in the directory somebody must do it by hand; a secret case is told to nobody by itself
new_instance alone
mail s2@xa.example vanhanh@xa.example "Trang tin" | drop s2
once
at incident severity "$(field incident 0 ref)" serious --reason "mất điều khiển" || fail "severity"
facts "nobody to tell" <<'EOP'
ok("a duty says it", any("tell the coordinator by hand" in d["what"] for d in duties))
eq("letters", 1, len(dispatches))
EOP
