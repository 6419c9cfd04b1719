#!/bin/bash
# Circular 27/2011/TT-BTTTT (secrecy on request, exception for special incidents that concern many; R0.2) with Decision 05/2017/QĐ-TTg Art 12(1): reporters
# nobody knows make a case look wide-spread: the coordinator's letter waits. A person confirms it: that letter leaves, once; a secret case stays held.
. "$(dirname "$0")/../lib.sh"

new_instance
at() { ctl --now "$now" "$@"; }
letters() { ctl --json dispatch list | python3 -c 'import json,sys; print(*[d["state"] for d in json.load(sys.stdin) if d["letter"] == "escalation"])'; }
case_of() { ctl --json message list | python3 -c 'import json,sys; print([m["incident"] for m in json.load(sys.stdin) if m["source_file"] == sys.argv[1]][0])' "$1"; }
at party add "Điều phối" --role coordinator --mail dp@dp.example --language vi >/dev/null || fail "party"
for i in 1 2 3 4 5 6; do
	BODY="Máy chủ bị dò mật khẩu từ 203.0.113.77, báo cáo số $i." mail w$i@la$i.example "b@la$i.example" "Tấn công ($i)" | drop w$i
	now=2026-03-02T09:0$i:00+07:00
	once
done
is "of strangers one letter is held" held "$(letters)"
wide=$(ctl --json dispatch list | python3 -c 'import json,sys; print([d["incident"] for d in json.load(sys.stdin) if d["letter"] == "escalation"][0])')
is "the case itself says nothing yet" no "$(ctl --json incident show "$wide" | python3 -c 'import json,sys; print(json.load(sys.stdin)["widespread"])')"
now=2026-03-02T09:30:00+07:00
at incident fact "$wide" widespread=yes --reason "two provinces called" || fail "confirm"
once
is "confirmed: the letter that waited leaves, and no second one" sent "$(letters)"
at incident fact "$wide" widespread=yes --reason "a third province" || fail "confirm again"
once
is "told once" sent "$(letters)"
facts "what left" <<'EOP'
eq("why it left is in the journal", ["the profile sends the notice of such a case at once"], [j["detail"] for j in journal if j["act"] == "dispatch release" and j["actor"] == "clerk"])
ok("a person said so", any(j["act"] == "incident fact" and "widespread=yes" in j["detail"] and j["actor"].startswith("user:") for j in journal))
EOP

# the same with a reporter who asked for secrecy: suspected by the machine, confirmed by a person, and still nobody is told
BODY="Máy chủ bị dò mật khẩu từ 203.0.113.99. Đề nghị giữ bí mật danh tính của tôi." mail s0@la0.example "Trần Quốc Đạt <dat@la0.example>" "Tấn công" | drop s0
now=2026-03-02T10:00:00+07:00
once
for i in 1 2 3 4 5; do
	at party add "Sở $i" --role unit --mail "a@so$i.example.vn" >/dev/null || fail "party"
	BODY="Máy chủ bị dò mật khẩu từ 203.0.113.99. Xin giữ bí mật thông tin vụ việc này, báo cáo số $i." mail s$i@so$i.example.vn "a@so$i.example.vn" "Tấn công ($i)" "Authentication-Results: mx.example.vn; dmarc=pass header.from=so$i.example.vn" | drop s$i
	now=2026-03-02T10:0$i:00+07:00
	once
done
secret=$(case_of s0)
is "held letters of secret cases: asked of strangers, then suspected" "sent held held" "$(letters)"
suspected=$(ctl --json dispatch list | python3 -c 'import json,sys; print([d["incident"] for d in json.load(sys.stdin) if d["letter"] == "escalation"][2])')
is "the machine suspects" suspected "$(ctl --json incident show "$suspected" | python3 -c 'import json,sys; print(json.load(sys.stdin)["widespread"])')"
now=2026-03-02T10:30:00+07:00
for ref in "$suspected" "$secret"; do at incident fact "$ref" widespread=yes --reason "seen in two provinces" || fail "confirm"; done
once
facts "secrecy is not lifted by the extent" <<EOP
secret = [d for d in dispatches if d["letter"] == "escalation" and d["incident"] in ("$suspected", "$secret")]
ok(f"all held: {secret}", len(secret) == 2 and all(d["state"] == "held" and "secrecy" in d["why"] for d in secret))
eq("said of the case", "confirmed", one(incidents, ref="$secret")["widespread"])
EOP
refused 65 'secrecy' at dispatch release "$(ctl --json dispatch list | python3 -c 'import json,sys; print([d["id"] for d in json.load(sys.stdin) if d["letter"] == "escalation" and d["incident"] == sys.argv[1]][0])' "$secret")" --reason "wide-spread"
at incident disclose "$secret" --to "Điều phối" --reason "special incident that concerns many, Circular 27/2011" || fail "disclose"
is "to disclose sends nothing by itself" "sent held held held" "$(letters)"
at incident fact "$secret" widespread=yes --reason "seen in two provinces" || fail "confirm"
once
facts "the exception of a named person" <<EOP
d = [d for d in dispatches if d["letter"] == "escalation" and d["incident"] == "$secret"]
eq("it leaves now, once", ["sent"], [x["state"] for x in d])
letter = next(n for n in outgoing if n.startswith(d[0]["id"]))
both = raw[letter].decode() + outgoing[letter].get_body(("plain",)).get_content() + str(outgoing[letter]["Subject"])
ok("who reported it is not in it", "dat@la0" not in both and "Quốc Đạt" not in both and "s0@la0" not in both)
eq("the other secret case stays held", ["held"], [x["state"] for x in dispatches if x["letter"] == "escalation" and x["incident"] == "$suspected"])
acts = [j for j in journal if j["act"] == "incident disclose"]
ok(f"named, with the reason: {acts}", len(acts) == 1 and acts[0]["actor"].startswith("user:") and "concerns many" in acts[0]["detail"])
EOP
