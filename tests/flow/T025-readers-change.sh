#!/bin/bash
# A strict office reads each message in a process of its own, and a long import goes to its end.
. "$(dirname "$0")/../lib.sh"

new_instance
set_conf decide 'budget_domain = 0;' # many reporters of one domain
set_conf reader 'reader_max_messages = 1;'
set_conf decide 'budget_domain = 0;'
for i in 1 2 3 4 5 6 7; do
	mail "r$i@stttt.example" "Tran Van A <a$i@stttt.example>" "Bao cao $i" | drop "177241680$i.M1.mx"
done
once
is "incidents" 7 "$(count incident)"
is "receipts sent" 7 "$(sent)"
is "alarms" 0 "$(count alarm)"

# more than the readers and the store have in hand at once
mkdir -p "$work/old"
for ((i = 0; i < 400; i++)); do
	mail "o$i@stttt.example" "Tran Van B <b$i@stttt.example>" "Cu $i" </dev/null >"$work/old/$i.eml"
done
timeout -k 5 120 "$build/irgatectl" -c "$conf" --now "$now" import "$work/old" >"$work/import.log" 2>&1 || fail "import ends"
is "incidents with the old ones" 407 "$(count incident)"
is "receipts after the import" 7 "$(sent)"
