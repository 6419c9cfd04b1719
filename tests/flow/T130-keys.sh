#!/bin/bash
# Encrypted and signed mail through the daemon: what is wholly encrypted has no incident until it was opened, and then is a case like any other; what
# cannot be opened is sealed, and answered with a letter that asks for it again and names our key; who signed is told; no key is taken in by mail.
. "$(dirname "$0")/../lib.sh"

. "$src/tests/gpg.sh"
key_homes
mkdir -m 700 "$homes"/{us,unit,other}
g() { local home=$1; shift; gpg --homedir "$homes/$home" --batch --quiet --no-tty --trust-model always --pinentry-mode loopback --passphrase '' "$@" 2>>"$work/gpg.log"; }
key() { g "$1" --quick-gen-key "$2" future-default default never || fail "gpg makes no key"; }
print_of() { g "$1" --with-colons --list-keys "$2" | awk -F: '/^fpr/ { print $10; exit }'; }
key us 'Office <ungcuu@example.vn>'
key unit 'Unit <unit@so.example>'
key other 'Other <other@so.example>'
g us --export ungcuu@example.vn >"$work/us.pub"
g unit --export unit@so.example >"$work/unit.pub"
g other --export other@so.example >"$work/other.pub"
g unit --import "$work/us.pub" "$work/other.pub"

# entity WORDS: what is encrypted
entity() { printf 'Content-Type: text/plain; charset=utf-8\r\n\r\n%s\r\n' "$1"; }
# sealed ID FROM SUBJECT <CIPHERTEXT: PGP/MIME
sealed() {
	printf 'Return-Path: <%s>\r\nFrom: %s\r\nTo: ungcuu@example.vn\r\nSubject: %s\r\nDate: Mon, 02 Mar 2026 08:00:00 +0700\r\nMessage-ID: <%s@so.example>\r\n' "$2" "$2" "$3" "$1"
	printf 'MIME-Version: 1.0\r\nContent-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b\r\n\r\n--b\r\nContent-Type: application/pgp-encrypted\r\n\r\n'
	printf 'Version: 1\r\n\r\n--b\r\nContent-Type: application/octet-stream\r\n\r\n'
	cat
	printf '\r\n--b--\r\n'
}
look() { python3 -c 'import json,sys; m=json.load(sys.stdin); print(eval(sys.argv[1]))' "$1"; }
message() { ctl --json message list | look "[m for m in m if m['subject']=='$1' and m['direction']=='in'][0]$2"; }

new_instance
cp -r "$homes/us" "$dir/var/keys" && rm -f "$dir"/var/keys/S.* || fail "keys of the instance"
gpg --homedir "$dir/var/keys" --batch --quiet --import "$work/unit.pub" 2>>"$work/gpg.log"
gpgconf --homedir "$dir/var/keys" --kill all
ours=$(print_of us ungcuu@example.vn)
sum=$(sha256sum <"$dir/var/keys/pubring.kbx")

entity 'May chu zephyrus bi ma hoa du lieu.' | g unit --armor --sign -u unit@so.example --encrypt -r ungcuu@example.vn | sealed a unit@so.example Mot | drop a
entity 'You cannot read this.' | g unit --armor --encrypt -r other@so.example | sealed b reporter@so.example Hai | drop b
BODY=$(printf 'I am somebody else.\n' | g unit --clearsign -u unit@so.example) mail c@so.example boss@so.example Ba | drop c
BODY=$(printf 'Nobody knows my key.\n' | g other --clearsign -u other@so.example) mail d@so.example other@so.example Bon | drop d
{ printf 'see the list of hosts\r\n'; } >"$work/text"
{
	mail e@so.example unit@so.example Nam | sed '/^MIME-Version/,$d'
	printf 'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\nContent-Type: text/plain\r\n\r\nThe list is enclosed.\r\n--m\r\nContent-Type: application/octet-stream; name=hosts.txt.gpg\r\nContent-Transfer-Encoding: base64\r\n\r\n'
	printf 'host borealis\n' | g unit --encrypt -r ungcuu@example.vn | base64
	printf -- '--m--\r\n'
} | drop e
once
is "an incident each" 5 "$(ctl --json incident list | look 'len(m)')"
is "opened" "{'encrypted': True, 'decrypted': True, 'signed': True, 'verified': 'good', 'signer': 'unit@so.example'}" "$(message Mot "['crypto']")"
is "filed" filed "$(message Mot "['state']")"
ctl search zephyrus >"$work/found.log"
has "the words of the opened mail are found" Mot "$work/found.log"
ctl search borealis >"$work/found2.log"
has "and those of the encrypted file" Nam "$work/found2.log"
is "not ours" sealed "$(message Hai "['state']")"
has_not "nothing of it is a problem of the machine" Hai "$work/once.log"
message Hai "['problems']" >"$work/problems.log"
has "the reason" 'a key that is not ours' "$work/problems.log"
message Ba "['problems']" >"$work/other.log"
has "a good signature of somebody else" 'signed by unit@so.example, who is not the sender boss@so.example' "$work/other.log"
is "an unknown key" unknown-key "$(message Bon "['crypto']['verified']")"
ctl duty list >"$work/duty.log"
has "a person sees to what is sealed" 'could not be opened' "$work/duty.log"

# Everybody got one letter; the one about the sealed mail asks for it again, and names our key.
is "letters" 5 "$(find "$dir/outgoing/new" -type f | wc -l)"
again=$(grep -l "$ours" "$dir"/outgoing/new/*)
is "one letter names our key" 1 "$(grep -c . <<<"$again")"
python3 - "$again" <<'EOP' >"$work/again.log" || fail "the letter"
import email, email.policy, sys
m = email.message_from_binary_file(open(sys.argv[1], "rb"), policy=email.policy.default)
print(m["To"], m["Subject"], m.get_content())
EOP
has "to the sender" 'reporter@so.example' "$work/again.log"
has "it asks for it again" 'send it again\|gửi lại' "$work/again.log"
for f in "$dir"/outgoing/new/*; do has_not "no word of what was secret" zephyrus "$f"; done
is "mail added no key" "$sum" "$(sha256sum <"$dir/var/keys/pubring.kbx")"

# An operator's verbs, with and without a daemon, in the journal.
ctl key make 'Second <ungcuu@example.vn>' >"$work/made.log" 2>&1 || fail "key make"
second=$(head -n 1 "$work/made.log")
ctl key import "$work/other.pub" >"$work/import.log" 2>&1 || fail "key import"
is "three keys and ours are there" 4 "$(ctl --json key list | look 'len(m)')"
is "two are ours" 2 "$(ctl --json key list | look "len([k for k in m if k['ours']])")"
ctl key export "$second" >"$work/second.asc" || fail "key export"
has "armored" 'BEGIN PGP PUBLIC KEY' "$work/second.asc"
ctl key remove "$second" >"$work/remove.log" 2>&1 && fail "a key of ours was thrown away"
ctl journal list >"$work/journal.log"
has "made is journalled" "key make *key $second" "$work/journal.log"
has "taken in is journalled" 'key import' "$work/journal.log"

# The key that was missing comes: the sealed mail is read once more, and filed.
g other --export-secret-keys >"$work/other.sec"
gpg --homedir "$dir/var/keys" --batch --quiet --pinentry-mode loopback --passphrase '' --import "$work/other.sec" 2>>"$work/gpg.log"
gpgconf --homedir "$dir/var/keys" --kill all
ctl message reread "$(message Hai "['id']")" >"$work/reread.log" 2>&1 || fail "message reread"
sleep 1.1
now=$(date -Is)
once
is "opened now" "filed True" "$(message Hai "['state']") $(message Hai "['crypto']['decrypted']")"
ctl search 'cannot read this' >"$work/found3.log"
has "its words are found" Hai "$work/found3.log"
is "a signed mail is authenticated" "True False" "$(message Mot "['authenticated']") $(message Ba "['authenticated']")"

# The same through a running daemon; a worker that is killed costs its piece.
start
entity 'May chu calypso.' | g unit --armor --encrypt -r ungcuu@example.vn | sealed f unit@so.example Sau | drop f
opened() { ctl search "$1" 2>/dev/null | grep -q "$2"; }
wait_for 30 "the mail is opened" opened calypso Sau
ctl key remove "$(print_of unit unit@so.example)" >"$work/remove.log" 2>&1 || fail "key remove under a daemon"
ctl journal list >"$work/journal2.log"
has "journalled by the clerk" 'key remove' "$work/journal2.log"
stop
# stories beside this one have agents too, which end by themselves; one that was left behind stays
for agent in $(pgrep -u "$(id -u)" -f "gpg-agent --homedir /tmp/irgate-keys-"); do
	wait_for 40 "an agent was left behind" gone "$agent"
done
