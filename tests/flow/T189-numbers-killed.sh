#!/bin/bash
# A series of our own has neither a gap nor a repeat, whoever is killed while letters are numbered: the number is taken in the transaction of its letter.
. "$(dirname "$0")/../lib.sh"
[ -x "$build/irgate-scribe" ] || skip "irgate-scribe was not built"

new_instance
mkdir "$dir/profiles" && cp "$src/etc/profiles/"*.inc "$dir/profiles/" && sed 's/^numbering = .*/numbering = "own";/' "$src/etc/profiles/vn-2025.conf" >"$dir/profiles/vn-2025.conf"
mail k1@xa.example lan@xa.example "Su co" | drop k1
now=$(date -u +%Y-%m-%dT%H:%M:%S+00:00)
once
ref=$(field incident 0 ref)
ctl party add "Cơ quan điều phối" --role coordinator --letter "115 Đường Mẫu" >/dev/null || fail party
start
said=0
for n in 1 2 3 4 5 6 7 8 9; do
	if [ $((n % 3)) = 0 ]; then
		(ctl letter send escalation "$ref" --to "Cơ quan điều phối" --set "reason=$n" >/dev/null 2>&1) &
		sender=$!
		clerk=$(role_pid clerk)
		[ -z "$clerk" ] || kill -KILL "$clerk" 2>/dev/null
		wait "$sender"
		wait_for 30 "the clerk is back" ctl duty list >/dev/null 2>&1
	else
		ctl letter send escalation "$ref" --to "Cơ quan điều phối" --set "reason=$n" >/dev/null 2>"$work/send.log" && said=$((said + 1))
	fi
done
stop
python3 - "$dir/var/store/store.db" "$said" <<'EOP' || fail "the numbers"
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
numbers = sorted(n for n, in db.execute("SELECT number FROM letter WHERE number IS NOT NULL"))
assert numbers == list(range(1, len(numbers) + 1)), numbers
assert len(numbers) >= int(sys.argv[2]) > 3, (len(numbers), sys.argv[2])
EOP
