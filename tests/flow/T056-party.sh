#!/bin/bash
# Parties: added, changed by name, imported from CSV as a whole or not at all; what is wrong is said with the record.
. "$(dirname "$0")/../lib.sh"

new_instance
at() { ctl --now "$now" "$@"; }
at party add "Sở Thông tin và Truyền thông" --role unit --mail a@stttt.example --mail b@stttt.example --fax +84.233.1 --domain stttt.example --language vi \
	--from 2026-01-01T00:00:00+07:00 --to 2026-12-31T23:59:59+07:00 --24x7 --note "ghi chú" >"$work/add.log" || fail "party add"
at party add "Sở Thông tin và Truyền thông" --role unit --mail new@stttt.example >"$work/add.log" || fail "party add again"
refused 64 'role' at party add X --role king
refused 64 'role' at party add X
refused 64 'cannot be\|not an address' at party add X --role unit --mail "not an address"
refused 64 'RFC 3339' at party add X --role unit --from tomorrow
refused 64 'language' at party add X --role unit --language fr
refused 64 'missing' at party add --role unit
refused 64 'frobnicate' at party add X --role unit --frobnicate
printf 'name,role,mail,fax,phone,domain,language,24x7,note\r\n"Cty ""A"", chi nhánh",isp,noc@isp.example,,0233 1,isp.example,en,yes,"hai\ndòng"\r\nBộ X,police,,,113,,,,\r\n' |
	at party import >"$work/import.log" || fail "party import"
facts "parties" <<'EOP'
eq("parties", 3, len(parties))
p = one(parties, name="Sở Thông tin và Truyền thông")
eq("changed, not doubled", ["new@stttt.example"], [c["address"] for c in p["channels"]])
c = one(parties, name='Cty "A", chi nhánh')
eq("of the CSV", ("isp", True, "hai\ndòng", "en"), (c["role"], c["on_duty_24x7"], c["note"], c["language"]))
eq("its channels", {("mail", "noc@isp.example"), ("phone", "0233 1")}, {(x["channel"], x["address"]) for x in c["channels"]})
EOP
before=$(count party)
for bad in 'A,king,,,,,,,' 'A,unit,no address,,,,,,' '"A,unit' 'A,unit,,,,,,,,,,' ',unit,,,,,,,' 'A,unit,,,,,xx,,'; do
	printf 'name,role,mail,fax,phone,domain,language,24x7,note\nGood,unit,,,,,,,\n%s\n' "$bad" | ctl --now "$now" party import >"$work/bad.log" 2>&1
	code=$?
	is "exit code of '$bad'" 65 "$code"
	has "the record is named" 'record 3' "$work/bad.log"
	is "parties after '$bad'" "$before" "$(count party)"
done
printf '' | at party import >"$work/empty.log" || fail "an empty import"
refused 65 'no party' at party show "Nobody"
ctl party show new@stttt.example >"$work/show.log" || fail "show by address"
ctl party list >"$work/list.log" || fail "party list"
