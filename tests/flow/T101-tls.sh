#!/bin/bash
# What is not the server we mean hears nothing of ours: another host's certificate, an expired one, one signed by nobody, another key than the one
# pinned, STARTTLS with words slipped in before it. And XOAUTH2, whose token comes from a program.
. "$(dirname "$0")/../lib.sh"
command -v openssl >/dev/null || skip "no openssl"
command -v python3 >/dev/null || skip "no python3"

openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/ca.key" -out "$work/ca.pem" -subj '/CN=test authority' -days 30 \
	-addext basicConstraints=critical,CA:TRUE >/dev/null 2>&1 || fail "the authority"
certificate() { # NAME HOST DAYS
	openssl req -newkey rsa:2048 -nodes -keyout "$work/$1.key" -out "$work/$1.csr" -subj "/CN=$2" >/dev/null 2>&1
	printf 'subjectAltName=DNS:%s\n' "$2" >"$work/$1.ext"
	openssl x509 -req -in "$work/$1.csr" -CA "$work/ca.pem" -CAkey "$work/ca.key" -CAcreateserial -extfile "$work/$1.ext" -days "$3" \
		-out "$work/$1.pem" >/dev/null 2>&1 || fail "certificate $1"
}
certificate right localhost 30
certificate wrong mail.other.example 30
certificate expired localhost -1
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/self.key" -out "$work/self.pem" -subj '/CN=localhost' -days 30 \
	-addext subjectAltName=DNS:localhost >/dev/null 2>&1
pin=$(openssl x509 -in "$work/right.pem" -noout -pubkey | openssl pkey -pubin -outform DER | sha256sum | cut -d' ' -f1)
no_pin=$(printf '%064d' 7)

cat >"$work/server.py" <<'PY'
import socket, ssl, sys, base64
mode, cert, key, heard_path, port_path = sys.argv[1:]
ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER); ctx.load_cert_chain(cert, key)
srv = socket.create_server(("127.0.0.1", 0))
open(port_path, "w").write(str(srv.getsockname()[1]))
heard = open(heard_path, "ab", buffering=0)
class Ended(Exception): pass
def talk(c):
    f = c.makefile("rb")
    def say(b): c.sendall(b + b"\r\n")
    def line():
        l = f.readline(65536)
        if not l: raise Ended
        heard.write(l)
        return l.strip()
    if mode != "starttls" and mode != "inject": c = tls(c); f = c.makefile("rb")
    say(b"* OK here")
    while True:
        tag, _, rest = line().partition(b" ")
        verb = rest.upper()
        if verb == b"CAPABILITY":
            extra = b" AUTH=XOAUTH2" if mode == "token" else b" AUTH=PLAIN"
            if mode in ("starttls", "inject"): extra += b" STARTTLS"
            say(b"* CAPABILITY IMAP4rev1 UIDPLUS" + extra); say(tag + b" OK done")
        elif verb == b"STARTTLS":
            say(tag + b" OK go on" + (b"\r\n* OK injected" if mode == "inject" else b""))
            c = tls(c); f = c.makefile("rb")
        elif verb.startswith(b"AUTHENTICATE"):
            say(b"+ "); got = base64.b64decode(line())
            heard.write(b"SASL " + got.replace(b"\0", b"|").replace(b"\1", b"|") + b"\n")
            say(tag + b" OK in")
        elif verb.startswith(b"SELECT"):
            say(b"* 0 EXISTS"); say(b"* OK [UIDVALIDITY 7] x"); say(b"* OK [UIDNEXT 1] x"); say(tag + b" OK done")
        else:
            say(tag + b" OK done")
def tls(c):
    return ctx.wrap_socket(c, server_side=True)
while True:
    c, _ = srv.accept()
    c.settimeout(10)
    try: talk(c)
    except (OSError, Ended, ValueError): pass
    finally: c.close()
PY
# try WORDS CODE MODE CERTIFICATE MORE [HOST]: one run; $work/heard holds what the server heard
try() {
	local words=$1 code=$2 mode=$3 cert=$4 more=$5 host=${6:-localhost}
	rm -f "$work/port" "$work/heard"; : >"$work/heard"; : >"$work/once.log"
	python3 "$work/server.py" "$mode" "$work/$cert.pem" "$work/$cert.key" "$work/heard" "$work/port" 2>"$work/server.log" &
	local server=$!
	started+=("$server")
	wait_for 10 "the server of: $words" test -s "$work/port"
	new_instance "i$((++n))"
	set_conf intake "imap = ({ name = \"a\"; host = \"$host\"; port = $(cat "$work/port"); user = \"ungcuu\"; ca = \"$work/ca.pem\"; $more });"
	say "$words"
	once "$code"
	kill "$server" 2>/dev/null; wait "$server" 2>/dev/null
	[ "$code" = 0 ] || has_not "$words" 'SASL\|LOGIN\|geheim\|Z2VoZWlt' "$work/heard"
}
n=0
secret='password = "geheim";'
try "the right server" 0 plain right "$secret"
has "the log-in at the right server" 'SASL |ungcuu|geheim' "$work/heard"
try "the right server, pinned" 0 plain right "$secret pin = \"$pin\";"
try "STARTTLS" 0 starttls right "$secret tls = \"starttls\";"
try "another host's certificate" 69 plain wrong "$secret"
has "its words" 'certificate of localhost is refused' "$work/once.log"
try "an address that the certificate does not name" 69 plain right "$secret" 127.0.0.1
try "an expired certificate" 69 plain expired "$secret"
try "a self-signed certificate" 69 plain self "$secret"
try "another key than the one pinned" 69 plain right "$secret pin = \"$no_pin\";"
has "its words" 'another key' "$work/once.log"
try "STARTTLS with another host's certificate" 69 starttls wrong "$secret tls = \"starttls\";"
try "STARTTLS with words before the encryption" 69 inject right "$secret tls = \"starttls\";"
has "its words" 'before the encryption' "$work/once.log"
try "a server without STARTTLS" 69 nothing right "$secret tls = \"starttls\";"

printf '#!/bin/sh\necho ya29.a-token_of~ours==\n' >"$work/token"
chmod 755 "$work/token" "$work"
try "a token" 0 token right "token_command = \"$work/token\";"
has "the token" 'SASL user=ungcuu|auth=Bearer ya29.a-token_of~ours==||' "$work/heard"
printf '#!/bin/sh\necho "not a token"\n' >"$work/token"
try "no token" 69 token right "token_command = \"$work/token\";"
has "its words" 'no token' "$work/once.log"
