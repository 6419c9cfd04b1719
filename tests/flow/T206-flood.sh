#!/bin/bash
# Many strangers name one address within the hour: a person is asked once whether it is wide-spread, not once a report.
. "$(dirname "$0")/../lib.sh"

new_instance
for i in $(seq 1 14); do
	BODY="Máy chủ thư của chúng tôi bị dò mật khẩu từ 203.0.113.77 từ sáng nay." \
		mail "f$i@p$i.example" "lan@p$i.example" "Máy chủ thư bị dò mật khẩu" | drop "f$i"
done
once
is "reports" 14 "$(count incident)"
is "receipts" 14 "$(sent)"
asked() { ctl --json duty list | python3 -c 'import json, sys
print(sum(d["what"].startswith("decide whether it is wide-spread") for d in json.load(sys.stdin)))'; }
is "asked" 1 "$(asked)"
ctl --json alarm list >"$work/alarms.json" || fail "alarm list"
is "alarms" 1 "$(grep -o '"code": *"widespread"' "$work/alarms.json" | wc -l)"
# the next one of the flood is linked, and asks nothing
BODY="Cũng bị dò từ 203.0.113.77." mail f15@p15.example lan@p15.example "Bị dò mật khẩu" | drop f15
once
is "asked still" 1 "$(asked)"
