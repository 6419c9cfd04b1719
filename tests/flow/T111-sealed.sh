#!/bin/bash
# Decision 28/2018 and the state-secret law: a document that bears a mark is sealed from everybody but the chief, nothing is read on, nothing of
# its case leaves, an alarm and a duty say so without a word of it; words that only look like a mark are filed as ever.
. "$(dirname "$0")/../lib.sh"

new_instance
at() { ctl --now "$now" "$@"; }
secret="Ke hoach phong thu khu vuc song Hieu"
BODY=$(printf 'UBND TINH MAU\nTỐI MẬT\n%s' "$secret") mail s1@xa.example lan@xa.example "Bao cao" | drop s1
mail s2@xa.example an@xa.example "[MẬT] $secret" | drop s2
BODY="Mật khẩu quản trị bị lộ, đề nghị bảo mật." mail s3@xa.example binh@xa.example "Mật khẩu bị lộ" | drop s3
printf 'From: chi@xa.example\r\nTo: ungcuu@example.vn\r\nSubject: =?UTF-8?B?xJDhu5kgbeG6rXQ6IFR1eeG7h3QgbeG6rXQ=?=\r\nDate: Mon, 02 Mar 2026 08:00:00 +0700\r\nMessage-ID: <s4@xa.example>\r\n\r\nx\r\n' | drop s4
once
facts "sealed and not" <<'EOP'
state = {m["source_file"]: m["state"] for m in messages if m["direction"] == "in"}
eq("states", {"s1": "sealed", "s2": "sealed", "s3": "filed", "s4": "sealed"}, state)
marks = {one(messages, source_file=n)["incident"]: w for n, w in (("s1", "toi-mat"), ("s2", "mat"), ("s4", "tuyet-mat"))}
for i in incidents:
    eq(f"{i['ref']} state", marks.get(i["ref"]), i["secrecy"]["state"])
    eq("TLP is another thing", None, i["secrecy"]["tlp"])
eq("only the harmless one is answered", ["binh@xa.example"], [str(m["To"]) for m in outgoing.values()])
ok(f"alarm: {alarms}", [a for a in alarms if a["code"] == "state-secret" and "no backup" in a["text"]])
eq("duties of the chief", 3, len([d for d in duties if d["owner"] == "chief" and d["what"].startswith("sealed")]))
EOP
ctl --json message list >"$work/list.log"; ctl --json incident list >>"$work/list.log"; ctl --json alarm list >>"$work/list.log"; ctl --json duty list >>"$work/list.log"
has_not "no word of it in any list" 'song Hieu' "$work/list.log"
grep -aq 'song Hieu' "$dir"/var/store/* && fail "a word of it stands in the store"
is "search finds nothing" 0 "$(ctl --json search hieu | python3 -c 'import json,sys; print(len(json.load(sys.stdin)))')"
# nothing of such a case leaves, whoever asks and however often
ref=$(ctl --json message list | python3 -c 'import json,sys; print([m["incident"] for m in json.load(sys.stdin) if m["source_file"] == "s1"][0])')
now=2026-03-02T10:00:00+07:00
at party add "Dieu phoi" --role coordinator --mail dp@dp.example >/dev/null || fail "party add"
at incident escalate "$ref" --to "Dieu phoi" >"$work/d" || fail "escalate"
refused 65 'state-secret' at dispatch release "$(cat "$work/d")" --reason "the coordinator wants it"
refused 65 'no exception' at incident disclose "$ref" --to "Dieu phoi" --reason "special incident"
once
is "letters" 1 "$(sent)"
