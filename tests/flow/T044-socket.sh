#!/bin/bash
# Every reading verb says the same over the control socket as offline, in JSON and in words; acts over the socket are done at once.
. "$(dirname "$0")/../lib.sh"

new_instance
ctl --now 2026-03-01T00:00:00+07:00 party add "VNCERT/CC" --role coordinator --mail c@vncert.example >"$work/party.log" || fail "party add"
for n in 1 2; do mail "k$n@xa.example" "p$n@xa.example" "Sự cố số $n: đường truyền" | drop "k$n"; done
mail k1b@xa.example p1@xa.example "Re: $n" "In-Reply-To: <k1@xa.example>" | drop k1b
now=$(date -d '-1 minute' -Is)
once
ref=$(field incident 0 ref)
all() { # FOLDER
	local n=0 line
	mkdir -p "$1"
	while read -r line; do
		n=$((n + 1))
		# shellcheck disable=SC2086
		{ echo "$line"; ctl $line; echo "exit $?"; } >"$1/$n" 2>&1
	done <<-EOV
		incident list
		--json incident list
		incident list --open --limit 1
		incident show $ref
		--json incident show $ref
		message list
		--json message list
		message list --in
		message list --out --limit 1
		message list --incident $ref
		message list --state suspect
		message show 1
		--json message show 1
		message raw 1
		dispatch list
		--json dispatch list --state sent
		dispatch show D-000001
		--json dispatch show D-000001
		dispatch raw D-000001
		party list
		--json party list
		party show 1
		party show c@vncert.example
		--json party show VNCERT/CC
		duty list --all
		--json duty list
		duty show 1
		alarm list
		--json alarm list --all
		search duong truyen
		--json search đường
		explain 1
		explain $ref
		explain D-000001
		--json explain D-000001
		--json explain $ref
		--json status
		check
		evidence list
		--json evidence list --after 1
		evidence export 1
		evidence verify
		incident show IR-2026-999999-A
		incident show nonsense
		message show 99
		message show x
		dispatch show D-000099
		message list --frobnicate
		incident frobnicate
		frobnicate
	EOV
}
all "$work/offline"
ctl --json journal list >"$work/journal.offline" || fail "journal list"
start
ctl --json journal list >"$work/journal.online" || fail "journal list over the socket"
cmp -s "$work/journal.offline" "$work/journal.online" || fail "the journal offline and over the socket differ"
all "$work/online"
# each look into received bytes is in the journal by itself, so that the journal has grown
is "reads in the journal" "2" "$(ctl journal list | grep -c ' read ')"
diff -r "$work/offline" "$work/online" >"$work/diff.log" || fail "offline and over the socket differ"
# an act over the socket
ctl incident severity "$ref" serious --reason "seen over the socket" || fail "an act over the socket"
is "severity" serious "$(ctl --json incident show "$ref" | python3 -c 'import json,sys; print(json.load(sys.stdin)["severity"])')"
printf 'name,role,mail,fax,phone,domain,language,24x7,note\n"Cty ""A"", B",isp,noc@isp.example,,,isp.example,en,yes,\n' | ctl party import >"$work/import.log" || fail "party import over the socket"
ctl --json party list | grep -q 'Cty \\"A\\", B' || fail "a quoted name of the CSV"
refused 64 'clock' ctl --now 2026-03-02T09:00:00+07:00 incident list
# many at once
pids=()
for n in $(seq 1 12); do ctl --json message list >"$work/many.$n" 2>"$work/many.$n.err" & pids+=($!); done
bad=0
for p in "${pids[@]}"; do wait "$p" || bad=$((bad + 1)); done
for n in $(seq 1 12); do [ -s "$work/many.$n" ] || grep -q 'try again' "$work/many.$n.err" || fail "call $n got neither an answer nor a reason"; done
stop
ctl journal list >"$work/journal.log"
has "the act over the socket is journalled" 'incident severity.*seen over the socket' "$work/journal.log"
