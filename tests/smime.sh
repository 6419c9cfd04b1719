# shellcheck shell=bash
# An authority, a unit and the office with their S/MIME certificates, sourced behind lib.sh: ca, unit and us .crt and .key in $work, where the story then
# stands, and a GnuPG home $home that holds the office's key. Certificates are taken in by the story.
[ -x "$build/irgate-keys" ] || skip "irgate-keys was not built"
for program in gpgsm gpg-agent gpgconf openssl; do command -v $program >/dev/null || skip "$program is not installed"; done
home=$(mktemp -d /tmp/igk.XXXXXX)
trap 'code=$?; gpgconf --homedir "$home" --kill all 2>/dev/null; rm -rf "$home"; (exit $code); finish' EXIT
cd "$work" || fail cd
cat >ext.cnf <<'EOC'
[req]
distinguished_name=dn
[dn]
[ca]
basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign,cRLSign
subjectKeyIdentifier=hash
[unit]
basicConstraints=CA:FALSE
keyUsage=critical,digitalSignature,keyEncipherment
subjectAltName=email:unit@so.example
[us]
basicConstraints=CA:FALSE
keyUsage=critical,digitalSignature,keyEncipherment
subjectAltName=email:ungcuu@example.vn
EOC
ca() { openssl x509 -req -in "$1" -CA ca.crt -CAkey ca.key -CAcreateserial -out "$2" -days 3650 -extfile ext.cnf -extensions "$3" 2>>openssl.log || fail "certificate"; }
openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.crt -subj '/CN=Test CA' -days 3650 -config ext.cnf -extensions ca 2>openssl.log || fail "CA"
openssl req -newkey rsa:2048 -nodes -keyout unit.key -out unit.csr -subj '/CN=Unit' -config ext.cnf 2>>openssl.log || fail "request"
ca unit.csr unit.crt unit
printf '%%no-protection\nKey-Type: RSA\nKey-Length: 2048\nKey-Usage: sign, encrypt\nName-DN: CN=Office\nName-Email: ungcuu@example.vn\n' >wish
# gpgsm of Debian 12 now and then protects the key with the empty passphrase all the same, and its agent cannot open that: once more then.
for _ in $(seq 16); do
	gpgconf --homedir "$home" --kill all; rm -rf "$home"; mkdir -m 700 "$home"
	gpgsm --homedir "$home" --batch --gen-key --pinentry-mode loopback --passphrase '' --armor -o us.csr wish 2>gpgsm.log || fail "gpgsm makes no key"
	grep -q '(private-key' "$home"/private-keys-v1.d/*.key && break
done
ca us.csr us.crt us
