#!/bin/bash
# Circular 27/2011 (keep secret what the affected party asks; exception for special incidents that concern many): a secret reporter whose case
# becomes wide-spread. The machine lifts nothing; a chief discloses it to one party, with a reason, and who reported it stays secret.
. "$(dirname "$0")/../lib.sh"

new_instance
at() { ctl --now "$now" "$@"; }
BODY="Máy chủ thư của xã bị mã hóa. Đề nghị giữ bí mật danh tính của tôi." mail k1@xa.example "Tran Quoc Dat <quocdat@xa.example>" "Su co may chu thu" | drop k1
BODY="TLP:RED
The mail server is hit." mail k2@cert.example desk@cert.example "Report" | drop k2
mail k3@xa.example hoa@xa.example "Su co khac" | drop k3
once
facts "the wish and the label are two things" <<'EOP'
by_file = {m["source_file"]: m["incident"] for m in messages if m["direction"] == "in"}
sec = {i["ref"]: i["secrecy"] for i in incidents}
eq("in words", {"requested": True, "tlp": None, "state": None}, sec[by_file["k1"]])
eq("by label", {"requested": True, "tlp": "red", "state": None}, sec[by_file["k2"]])
eq("no wish", {"requested": False, "tlp": None, "state": None}, sec[by_file["k3"]])
eq("all three got a receipt", 3, len(outgoing))
EOP
now=2026-03-02T10:00:00+07:00
ref=$(ctl --json message list | python3 -c 'import json,sys; print([m["incident"] for m in json.load(sys.stdin) if m["source_file"] == "k1"][0])')
at party add "Dieu phoi" --role coordinator --mail dp@dp.example --language vi >/dev/null || fail "party add"
at party add "Nha mang" --role isp --mail isp@isp.example --language vi >/dev/null || fail "party add"
at incident escalate "$ref" --to "Dieu phoi" >"$work/d1" || fail "escalate"
at incident escalate "$ref" --to "Nha mang" >"$work/d2" || fail "escalate"
for d in d1 d2; do refused 65 'secrecy' at dispatch release "$(cat "$work/$d")" --reason "it is wide-spread now"; done
refused 64 'reason' at incident disclose "$ref" --to "Dieu phoi"
refused 65 'not under secrecy' at incident disclose "$(ctl --json message list | python3 -c 'import json,sys; print([m["incident"] for m in json.load(sys.stdin) if m["source_file"] == "k3"][0])')" --to "Nha mang" --reason x
at incident disclose "$ref" --to "Dieu phoi" --reason "spreads over four provinces, Circular 27/2011" || fail "disclose"
refused 65 'release gate' at dispatch release "$(cat "$work/d1")" --reason "Tran Quoc Dat reported it"
at dispatch release "$(cat "$work/d1")" --reason "spreads over four provinces" || fail "release to the coordinator"
refused 65 'secrecy' at dispatch release "$(cat "$work/d2")" --reason "only one party was named"
once
facts "what left" <<'EOP'
letter = next(n for n, m in outgoing.items() if "dp@dp.example" in str(m["To"]))
text = outgoing[letter].get_body(("plain",)).get_content()
ok("who reported it is not in it", "quocdat" not in raw[letter].decode() and "Quoc Dat" not in text and "k1@xa" not in raw[letter].decode())
eq("letters", 4, len(outgoing))
acts = [j for j in journal if j["act"] == "incident disclose"]
ok(f"a named person and a reason: {acts}", len(acts) == 1 and acts[0]["actor"].startswith("user:") and "four provinces" in acts[0]["detail"])
EOP
at incident undisclose "$ref" --to "Dieu phoi" --reason "over" || fail "undisclose"
at incident escalate "$ref" --to "Dieu phoi" --reason "the reporter gave his word" >"$work/d3" || fail "escalate again"
refused 65 'secrecy' at dispatch release "$(cat "$work/d3")" --reason again
# a follow-up that asks for secrecy holds what is queued to others
ref3=$(ctl --json message list | python3 -c 'import json,sys; print([m["incident"] for m in json.load(sys.stdin) if m["source_file"] == "k3"][0])')
at incident escalate "$ref3" --to "Nha mang" >"$work/d4" || fail "escalate the open case"
BODY="Xin giữ bí mật thông tin vụ việc này." mail k4@xa.example hoa@xa.example "Re: [$ref3] Su co khac" | drop k4
now=2026-03-02T10:00:01+07:00
once
facts "raised by a follow-up" <<EOP
eq("requested", True, one(incidents, ref="$ref3")["secrecy"]["requested"])
EOP
