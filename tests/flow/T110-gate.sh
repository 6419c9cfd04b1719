#!/bin/bash
# Circular 27/2011 (secrecy on request) and Decision 05/2017 Art. 12: the release gate's second lock. What an officer types cannot carry out who
# reported a case; the letter is held with the reason, and no word of a person lifts it.
. "$(dirname "$0")/../lib.sh"

new_instance
at() { ctl --now "$now" "$@"; }
mail g1@xa.example "Nguyen Thi Phuong Lan <phuonglan@xa.example>" "Su co may chu mot cua" | drop g1
once
now=2026-03-02T10:00:00+07:00
ref=$(field incident 0 ref)
at party add "Nha mang" --role isp --mail isp@isp.example --language vi >/dev/null || fail "party add"
at party add "Dieu phoi" --role coordinator --mail dp@dp.example --language en >/dev/null || fail "party add"
at incident escalate "$ref" --to "Nha mang" >"$work/d1" || fail "escalate to the provider"
once
is "it left" 2 "$(sent)"
# A restored or imported letter would be released with a reason: here a channel that fails first holds it.
sql() { python3 - "$dir/var/store/store.db" "$1" <<'EOP'
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute(sys.argv[2])
db.commit()
EOP
}
sql "UPDATE party_channel SET state = 'revoked' WHERE address = 'isp@isp.example'"
at incident answered "$ref" "Nha mang" --note "by telephone" || fail "answered"
at incident escalate "$ref" --to "Nha mang" >"$work/d2" || fail "escalate, held"
sql "UPDATE party_channel SET state = 'ok' WHERE address = 'isp@isp.example'"
d2=$(cat "$work/d2")
for reason in "nguoi bao tin la phuonglan@xa.example" "Nguyễn Thị  Phương Lan báo" "cG7huqF0IHBob25nbGFu cGh1b25nbGFuQHhhLmV4YW1wbGU=" \
	"=?UTF-8?Q?phuong?= =?utf-8?b?bGFuQHhhLmV4YW1wbGU=?=" "phuonglan%40xa.example" "xem thu g1@xa.example, su co may chu mot cua"; do
	refused 65 'release gate' at dispatch release "$d2" --reason "$reason"
	has_not "the secret itself is not repeated" 'phuonglan@xa' "$work/refused.log"
done
is "state" held "$(ctl --json dispatch show "$d2" | python3 -c 'import json,sys; print(json.load(sys.stdin)["state"])')"
at dispatch release "$d2" --reason "may chu da bi chiem quyen" || fail "a clean reason goes"
# The coordinator is an authority: it may know who reported.
sql "UPDATE party_channel SET state = 'revoked' WHERE address = 'dp@dp.example'"
at incident escalate "$ref" --to "Dieu phoi" >"$work/d3" || fail "escalate, held"
sql "UPDATE party_channel SET state = 'ok' WHERE address = 'dp@dp.example'"
at dispatch release "$(cat "$work/d3")" --reason "reported by phuonglan@xa.example" || fail "an authority may know"
once
is "letters" 4 "$(sent)"
grep -rq phuonglan "$dir/outgoing/new" || fail "the reporter's own receipt and the coordinator's letter name him"
facts "what left" <<'EOP'
for n, m in outgoing.items():
    if "isp@isp.example" in str(m["To"]):
        ok("nothing of the reporter", "phuonglan" not in raw[n].decode().lower() and "phuonglan" not in m.get_body(("plain",)).get_content().lower())
EOP
