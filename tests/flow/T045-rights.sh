#!/bin/bash
# Who may do what: the auditor reads and changes nothing, the officer works, another user gets nothing, and all may hand in mail.
. "$(dirname "$0")/../lib.sh"

[ "$(id -u)" = 0 ] || skip "wants root, to become other users"
command -v setpriv >/dev/null || skip "no setpriv"
users=(nobody daemon bin)
for u in "${users[@]}"; do id "$u" >/dev/null 2>&1 || skip "no user $u"; done
chmod 755 "$work"
as() { # USER COMMAND...
	local user=$1
	shift
	setpriv --reuid="$(id -u "$user")" --regid="$(id -g "$user")" --clear-groups -- env HOME=/ "$@"
}
as nobody test -x "$build/irgatectl" || skip "the build tree cannot be reached by other users"
new_instance
chmod 644 "$conf" # the office lets its people read it
set_conf access 'auditors = ["daemon"];'
set_conf access 'officers = ["bin"];'
mail r1@xa.example lan@xa.example "Su co" | drop r1
start
wait_for 20 "the case" count_is incident 1
wait_for 20 "the receipt" sent_is 1
ref=$(field incident 0 ref)
try() { # USER CODE WORDS...
	local user=$1 want=$2 code=0
	shift 2
	as "$user" "$build/irgatectl" -c "$conf" "$@" >"$work/try.log" 2>&1 || code=$?
	is "$user: $*" "$want" "$code"
}
try daemon 0 incident list
has "the auditor sees the case" "$ref" "$work/try.log"
try daemon 0 journal list
try daemon 77 incident severity "$ref" serious --reason x
has "he is told who may" 'officer' "$work/try.log"
try daemon 77 message raw 1
try bin 0 incident severity "$ref" serious --reason "an officer's act"
try bin 0 message raw 1
try bin 77 evidence export 1
try nobody 77 incident list
try nobody 77 incident severity "$ref" ordinary --reason x
mail r2@xa.example an@xa.example "Su co 2" | as nobody "$build/irgate-deliver" -c "$conf" || fail "nobody may hand in mail"
wait_for 20 "his mail" count_is incident 2
facts "rights" <<EOP
eq("severity", "serious", one(incidents, ref="$ref")["severity"])
ok("the journal names the officer", [j for j in journal if j["actor"] == "user:bin" and j["act"] == "incident severity"])
eq("nobody else acted", {"user:bin"}, {j["actor"] for j in journal if j["act"].startswith("incident")})
EOP
stop
