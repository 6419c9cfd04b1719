#!/bin/bash
# Letters to a party leave as an officer said: signed, encrypted, or both; the party's own programs read them. What cannot be sealed is held, with a
# duty, and never leaves in the clear.
. "$(dirname "$0")/../lib.sh"

. "$src/tests/gpg.sh"
key_homes
mkdir -m 700 "$homes"/{unit,cms}
g() { gpg --homedir "$homes/unit" --batch --quiet --no-tty --trust-model always --pinentry-mode loopback --passphrase '' "$@" 2>>"$work/gpg.log"; }
g --quick-gen-key 'Unit <unit@so.example>' future-default default never || fail "gpg makes no key"
theirs=$(g --with-colons --list-keys | awk -F: '/^fpr/ { print $10; exit }')
g --export >"$work/unit.pub"

new_instance
at() { ctl --now "$now" "$@"; }
at key make 'Office <ungcuu@example.vn>' >"$work/made.log" 2>&1 || fail "key make"
ours=$(head -n 1 "$work/made.log")
ctl key export "$ours" | g --import
at key import "$work/unit.pub" >/dev/null || fail "key import"
for name in unit signed lost; do at party add "$name" --role unit --mail "$name@so.example" >/dev/null || fail "party add"; done
at key accept unit "$theirs" --sign --encrypt || fail "key accept"
at key accept signed --sign || fail "key accept"
at key accept lost 0123456789ABCDEF0123456789ABCDEF01234567 --encrypt || fail "key accept"
mail a@so.example unit@so.example Mot | drop a
mail b@so.example signed@so.example Hai | drop b
mail c@so.example lost@so.example Ba | drop c
mail d@so.example plain@so.example Bon | drop d
once
look() { python3 -c 'import json,sys; m=json.load(sys.stdin); print(eval(sys.argv[1]))' "$1"; }
letter() { grep -l -i "^To:.*$1@so.example" "$dir"/outgoing/new/*; }
is "three left" 3 "$(find "$dir/outgoing/new" -type f | wc -l)"
has "in the clear to the others" 'Content-Type: text/plain' "$(letter plain)"

# Both: nothing of the letter stands outside.
has "encrypted" 'multipart/encrypted' "$(letter unit)"
has "the subject names the case" '^Subject: .*IR-2026' "$(letter unit)"
has "one MIME-Version" '^MIME-Version: 1.0' "$(letter unit)"
sed -n '/BEGIN PGP MESSAGE/,/END PGP MESSAGE/p' "$(letter unit)" | tr -d '\r' >"$work/cipher"
gpg --homedir "$homes/unit" --batch --quiet --no-tty --trust-model always --status-fd 3 --decrypt "$work/cipher" >"$work/plain" 3>"$work/status" 2>>"$work/gpg.log" || fail "the party cannot read it"
has "signed by our key" "VALIDSIG.*$ours" "$work/status"
has "the letter is inside" 'Content-Type: text/plain' "$work/plain"
has_not "no letter text outside" 'Content-Transfer-Encoding: base64' "$(letter unit)"

# Signed only: read with the party's home.
"$build/irgatectl" read --keys "$homes/unit" "$(letter signed)" "$(letter unit)" >"$work/read.json" 2>>"$work/read.log" || fail "read"
is "both are good" "['good', 'good']" "$(python3 -c 'import json,sys; print([json.loads(l)["crypto"]["verified"] for l in open(sys.argv[1])])' "$work/read.json")"
is "by us" "['ungcuu@example.vn', 'ungcuu@example.vn']" "$(python3 -c 'import json,sys; print([json.loads(l)["crypto"]["signer"] for l in open(sys.argv[1])])' "$work/read.json")"
is "no problem with them" "[[], []]" "$(python3 -c 'import json,sys; print([json.loads(l)["problems"] for l in open(sys.argv[1])])' "$work/read.json")"

# No such key: held, a person owes, released when the officer says that it may go in the clear.
held=$(ctl --json dispatch list | look "[d for d in m if d['state']=='held'][0]['id']")
ctl --json dispatch show "$held" >"$work/held.json"
has "why" 'cannot be encrypted: no key' "$work/held.json"
ctl duty list >"$work/duty.log"
has "a duty" "see to the key of lost@so.example, then release $held" "$work/duty.log"
once
is "still three" 3 "$(find "$dir/outgoing/new" -type f | wc -l)"
at key forget lost || fail "key forget"
at dispatch release "$held" --reason 'no secret in it' >/dev/null || fail "release"
once
is "then it leaves" 4 "$(find "$dir/outgoing/new" -type f | wc -l)"

# Through a running daemon.
start
mail e@so.example unit@so.example Nam | drop e
again() { [ "$(grep -l multipart/encrypted "$dir"/outgoing/new/* | wc -l)" -ge 2 ]; } # reminders of what he owes are sealed too
wait_for 30 "it is sealed and sent" again
stop
