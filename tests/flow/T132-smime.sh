#!/bin/bash
# S/MIME as OpenSSL writes it, read with a GnuPG home: multipart/signed, opaque, enveloped, signed inside of enveloped. Good is what leads to a root
# that the operator trusts, or a certificate that he took in; the home is only read.
. "$(dirname "$0")/../lib.sh"

. "$src/tests/smime.sh"
for f in ca.crt us.crt; do gpgsm --homedir "$home" --batch --import $f 2>>gpgsm.log || fail "import"; done
gpgconf --homedir "$home" --kill all
root=$(openssl x509 -in ca.crt -noout -fingerprint -sha1 | sed 's/.*=//')

printf 'Content-Type: text/plain; charset=utf-8\r\n\r\nMay chu zephyrus.\r\n' >body
head_of() { printf 'From: unit@so.example\nTo: ungcuu@example.vn\nSubject: %s\nMessage-ID: <%s@so.example>\nDate: Mon, 02 Mar 2026 08:00:00 +0700\n' "$1" "$1"; }
sign() { openssl cms -sign "$@" -in body -signer unit.crt -inkey unit.key; }
{ head_of clear; sign; } >clear.eml
{ head_of opaque; sign -nodetach; } >opaque.eml
{ head_of sealed; openssl cms -encrypt -in body -aes256 us.crt; } >sealed.eml
{ head_of both; sign | openssl cms -encrypt -aes256 us.crt; } >both.eml
{ head_of bad; sign | sed 's/zephyrus/borealis/'; } >bad.eml
{ head_of foreign; openssl cms -encrypt -in body -aes256 unit.crt; } >foreign.eml
read_all() {
	"$build/irgatectl" read --keys "$home" clear.eml opaque.eml sealed.eml both.eml bad.eml foreign.eml >out.json 2>read.log || fail "read"
	python3 - <<'EOP'
import json
for line in open("out.json"):
    r = json.loads(line)
    c = r["crypto"]
    print(r["file"], *("+" if c[k] else "-" for k in ("encrypted", "decrypted", "signed")), c["verified"], c["signer"] or "nobody", r["text"].strip() or "nothing")
EOP
}
sum=$(sha256sum <"$home/pubring.kbx")
is "no root is trusted" "clear.eml - - + unknown-key unit@so.example May chu zephyrus.
opaque.eml - - + unknown-key unit@so.example May chu zephyrus.
sealed.eml + + - none nobody May chu zephyrus.
both.eml + + + unknown-key unit@so.example May chu zephyrus.
bad.eml - - + bad unit@so.example May chu borealis.
foreign.eml + - - none nobody nothing" "$(read_all)"
is "no certificate came in by mail" "$sum" "$(sha256sum <"$home/pubring.kbx")"
echo "$root S relax" >"$home/trustlist.txt"
read_all >trusted.log
is "with the root" 3 "$(grep -c 'good unit@so.example' trusted.log)"
has "what was changed stays bad" 'bad.eml - - + bad' trusted.log
rm "$home/trustlist.txt"
gpgsm --homedir "$home" --batch --import unit.crt 2>>gpgsm.log
gpgconf --homedir "$home" --kill all
read_all >accepted.log
is "a certificate that was taken in" 3 "$(grep -c 'good unit@so.example' accepted.log)"

# What is put around a signed part is not signed, and a signature in a mail that is attached says nothing of the mail around it.
wrap() { head_of "$1"; printf 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="around"\n\n--around\n'; cat; printf '\n--around%s\n' "$2"; }
sign | wrap footer $'\nContent-Type: text/plain\n\nBo qua thu nay.\n--around--' >footer.eml
{ printf 'Content-Type: message/rfc822\n\n'; cat clear.eml; } | wrap forward -- >forward.eml
"$build/irgatectl" read --keys "$home" clear.eml footer.eml forward.eml >part.json 2>>read.log || fail "read of parts"
is "which part is signed" "clear.eml good -
footer.eml good the signature covers part 1.1 only; the rest of the mail is not signed
forward.eml good the signature covers part 1.1 only; the rest of the mail is not signed" "$(python3 -c '
import json
for line in open("part.json"):
    r = json.loads(line)
    print(r["file"], r["crypto"]["verified"], *[p for p in r["problems"] if "covers" in p] or ["-"])')"
