#!/bin/bash
# Decision 146/2017 (access by duty, by analogy) and Circular 27/2011: who read a secret case, when, stands in the journal; sealed messages are for the
# chief alone; lists show auditors nothing of secret cases.
. "$(dirname "$0")/../lib.sh"

new_instance
at() { ctl --now "$now" "$@"; }
BODY="Xin giữ bí mật danh tính của tôi." mail j1@xa.example lan@xa.example "Su co" | drop j1
mail j2@xa.example an@xa.example "Su co mo" | drop j2
mail j3@xa.example an@xa.example "[MẬT] x" | drop j3
once
of() { ctl --json message list | python3 -c 'import json,sys; print([m[sys.argv[2]] for m in json.load(sys.stdin) if m["source_file"] == sys.argv[1]][0])' "$1" "$2"; }
secret=$(of j1 incident) open=$(of j2 incident)
j1=$(of j1 id) j2=$(of j2 id)
reads() { ctl --json journal list | python3 -c 'import json,sys; print(len([j for j in json.load(sys.stdin) if j["act"] == "read"]))'; }
before=$(reads)
ctl incident show "$open" >/dev/null && ctl message show "$j2" >/dev/null && ctl message list --incident "$open" >/dev/null && ctl incident list >/dev/null
is "an open case is not noted" "$before" "$(reads)"
ctl incident show "$secret" >/dev/null; ctl message show "$j1" >/dev/null; ctl message raw "$j1" >/dev/null; ctl explain "$secret" >/dev/null
ctl dispatch show D-1 >/dev/null; ctl evidence export 2 >/dev/null
is "reads of the secret one" $((before + 6)) "$(reads)"
ctl message list >/dev/null; ctl search giu bi mat >/dev/null; ctl dispatch list --incident "$secret" >/dev/null; ctl register arrivals --with-secret >/dev/null; ctl register arrivals >/dev/null
is "lists that show it" $((before + 10)) "$(reads)"
facts "how a list is noted" <<EOP
eq("by their number, or by the case that was named", ["a list with 2 cases under secrecy"] * 2 + ["$secret", "a list with 2 cases under secrecy"],
	[j["object"] for j in sorted(journal, key=lambda j: int(j["id"])) if j["act"] == "read"][$((before + 6)):$((before + 10))])
EOP
ctl --now 2026-03-02T09:00:00+07:00 --json duty list >/dev/null || fail "reads do not move the clock"
once
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null && id daemon >/dev/null 2>&1 && id bin >/dev/null 2>&1; then
	chmod 755 "$work"
	chmod 644 "$conf"
	set_conf access 'auditors = ["daemon"];'
	set_conf access 'officers = ["bin"];'
	as() { local u=$1; shift; setpriv --reuid="$(id -u "$u")" --regid="$(id -g "$u")" --clear-groups -- env HOME=/ "$build/irgatectl" -c "$conf" "$@"; }
	start
	as daemon --json message list >"$work/auditor.json" || fail "the auditor lists"
	python3 - "$work/auditor.json" <<-'EOP' || fail "what the auditor sees"
		import json, sys
		rows = json.load(open(sys.argv[1]))
		bad = [r for r in rows if r["from"] and "lan@" in str(r["from"])]
		open_ones = [r for r in rows if r["source_file"] == "j2"]
		sys.exit(1 if bad or not open_ones or not open_ones[0]["from"] else 0)
	EOP
	as daemon --json dispatch list >"$work/auditor.json" || fail "the auditor lists letters"
	has_not "whom a secret case is answered" 'lan@xa' "$work/auditor.json"
	has "an open one" 'an@xa' "$work/auditor.json"
	refused 77 'for the chief alone' as bin message show "$(of j3 id)"
	refused 77 'for the chief alone' as daemon explain "$(of j3 id)"
	as daemon incident show "$secret" >/dev/null || fail "the auditor may read a secret case"
	facts "and it is noted with his name" <<-EOP
		ok("the auditor's read", [j for j in journal if j["act"] == "read" and j["actor"] == "user:daemon" and j["object"] == "$secret"])
	EOP
	stop
fi
