#!/bin/bash
# Letter 290/STTTT-CNTT (each unit sends its contact on duty 24/7) and Decision 146/QĐ-BTTTT by analogy (accounts of leaving people are revoked), R0.7
# (the published address): a contact sent in waits for a person, the rota has validity, what was revoked is never used again, the block is compared.
. "$(dirname "$0")/../lib.sh"

new_instance
at() { ctl --now "$now" "$@"; }
set_conf alarm 'officer_mail = yes;'
at party add "UBND xã A" --role unit --domain xa.example --mail vanthu@xa.example >/dev/null || fail "party"
at party add "Điều phối" --role coordinator --mail dp@vncert.example >/dev/null || fail "party"
for n in 1 2 3; do at party add "Trực ban $n" --role officer --mail "truc$n@example.vn" --phone "0233.000.000$n" >/dev/null || fail "party"; done
at party add "Trực luôn" --role officer --mail luon@example.vn --24x7 >/dev/null || fail "party"
BODY=$'Kính gửi Sở,\r\nHọ và tên: Trần Thị B\r\nĐiện thoại: 0262.859.9699\r\nEmail: b@xa.example\r\n' mail p1@xa.example lan@xa.example "Cu can bo dau moi truc 24/7" | drop p1
BODY=$'Đầu mối trực:\r\nHọ và tên: Kẻ Lạ\r\nĐiện thoại: 0999.999.999\r\n' mail p2@la.example la@la.example "Dau moi truc" | drop p2
once
is "proposals: the unit's, not the stranger's" 1 "$(ctl --json party proposals | python3 -c 'import json,sys; print(len(json.load(sys.stdin)))')"
is "nothing was changed" 6 "$(count party)"
is "a duty says it" True "$(ctl --json duty list | python3 -c 'import json,sys; print(any("decide on the contact" in d["what"] for d in json.load(sys.stdin)))')"
refused 64 'reason' at party refuse 1
at party accept 1 --role unit >/dev/null || fail "accept"
refused 65 'decided' at party accept 1
ctl --json party show "Trần Thị B" >"$work/b.json" || fail "accepted"
python3 - "$work/b.json" <<'EOP' || fail "the accepted contact"
import json, sys
p = json.load(open(sys.argv[1]))
assert {(c["channel"], c["address"]) for c in p["channels"]} == {("mail", "b@xa.example"), ("phone", "0262.859.9699")} and p["on_duty_24x7"] and p["unit"], p
EOP
# the rota: who is on duty now, with validity; nobody there: who always is
at rota add "Trực ban 1" --from 2026-03-02T07:00:00+07:00 --to 2026-03-02T19:00:00+07:00 >/dev/null || fail "rota"
at rota add "Trực ban 2" --from 2026-03-02T19:00:00+07:00 --to 2026-03-03T07:00:00+07:00 >/dev/null || fail "rota"
refused 64 'not after' at rota add "Trực ban 1" --from 2026-03-03T07:00:00+07:00 --to 2026-03-02T07:00:00+07:00
who() { ctl --json --now "$1" rota now | python3 -c 'import json,sys; print(*sorted(p["mail"] for p in json.load(sys.stdin)))'; }
is "by day" truc1@example.vn "$(who 2026-03-02T12:00:00+07:00)"
is "by night" truc2@example.vn "$(who 2026-03-02T19:00:00+07:00)"
is "past it" luon@example.vn "$(who 2026-03-03T07:00:00+07:00)"
now=2026-03-02T20:00:00+07:00
ref=$(field incident 0 ref)
at incident severity "$ref" serious --reason "thử thách kín" || fail "severity"
once
facts "the officer on duty" <<'EOP'
told = by(dispatches, letter="officer")
eq("the one of the night, at once", ["truc2@example.vn"], [d["address"] for d in told if "serious" in d["subject"]])
mail = outgoing[next(n for n in outgoing if n.startswith(told[0]["id"]))]
body = mail.get_content()
ok(f"reference, severity, deadline: {mail['Subject']}", incidents[0]["ref"] in mail["Subject"] and "serious" in mail["Subject"] and "due 2026" in mail["Subject"])
ok("and no more", "dau moi" not in body.lower() and "xa.example" not in body and "kín" not in body)
EOP
# somebody leaves: off the rota, never written to again, not under another name either
at party revoke "Trực ban 2" --reason "nghỉ việc" || fail "revoke"
is "off the rota" luon@example.vn "$(who 2026-03-02T20:00:00+07:00)"
refused 65 'never used again' at party add "Người mới" --role officer --mail TRUC2@example.vn
printf 'name,role,mail\nNgười mới,officer,truc2@example.vn\n' | ctl --now "$now" party import >"$work/revoked.log" 2>&1 && fail "import of a revoked address"
has "why" 'never used again' "$work/revoked.log"
refused 65 'no longer in force' at rota add "Trực ban 2" --from 2026-03-05T07:00:00+07:00
# who left writes from his old address: taken in as anybody's, but nothing goes there by itself, whose mailbox it is now nobody knows
at party add "Đã nghỉ" --role unit --mail danghi@xb.example >/dev/null && at party revoke "Đã nghỉ" --reason "nghỉ việc" || fail "revoke"
mail rv@xb.example danghi@xb.example "Su co cua nguoi da nghi" | drop rv
once
facts "a receipt to a revoked address" <<'EOP'
d = one(dispatches, address="danghi@xb.example")
eq("held for a person", ("held", "the party's channel is revoked"), (d["state"], d["why"]))
ok("who acknowledges it", [x for x in duties if x["what"].startswith("acknowledge by hand") and x["incident"] == d["incident"]])
EOP
at party revoke "Điều phối" --reason "chuyển cơ quan" || fail "revoke"
refused 65 'no party is known' at incident escalate "$ref"
# the directory goes out and comes in again as it is
ctl party export >"$work/out.csv" || fail "export"
has "a person of a unit" 'Trần Thị B,unit' "$work/out.csv"
has_not "revoked ones take no address along" 'truc2@' "$work/out.csv"
before=$(ctl --json party list)
at party import <"$work/out.csv" >"$work/import.log" || fail "import again"
ctl party export | diff - "$work/out.csv" || fail "export, import, export"
[ "$(count party)" = 8 ] || fail "parties"
# the published block
ctl address >"$work/block.log" || fail "address"
has "the block" 'ungcuu@example.vn' "$work/block.log"
printf '<p>Email: <b>ungcuu@example.vn</b>, ĐT: (0233) 000 0001, Fax: +84 233 000 0002</p>' >"$work/page.html"
ctl address --compare "$work/page.html" >/dev/null || fail "the page says it all"
printf '<p>Email: cu@example.vn, ĐT: 0233.000.0001</p>' >"$work/page.html"
refused 65 'does not say the email' ctl address --compare "$work/page.html"
has "both" 'does not say the fax' "$work/refused.log"
sed -i 's/address = "ungcuu@example.vn"/address = "khac@example.vn"/' "$conf"
refused 65 'is none of ours' ctl address
