#!/bin/bash
# The worker of the keys is killed in the middle of opening a mail, again and again: the mail ends opened or marked for a person, each in one case or
# sealed, never twice and never lost; other mail does not wait, and what comes afterwards is opened.
. "$(dirname "$0")/../lib.sh"

. "$src/tests/gpg.sh"
key_homes
mkdir -m 700 "$homes"/{us,unit}
g() { local home=$1; shift; gpg --homedir "$homes/$home" --batch --quiet --no-tty --trust-model always --pinentry-mode loopback --passphrase '' "$@" 2>>"$work/gpg.log"; }
g us --quick-gen-key 'Office <ungcuu@example.vn>' future-default default never || fail "gpg makes no key"
g us --export ungcuu@example.vn >"$work/us.pub"
g unit --import "$work/us.pub"
sealed() { # ID
	printf 'Return-Path: <unit@so.example>\r\nFrom: unit@so.example\r\nTo: ungcuu@example.vn\r\nSubject: %s\r\nDate: Mon, 02 Mar 2026 08:00:00 +0700\r\nMessage-ID: <%s@so.example>\r\n' "$1" "$1"
	printf 'MIME-Version: 1.0\r\nContent-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b\r\n\r\n--b\r\nContent-Type: application/pgp-encrypted\r\n\r\n'
	printf 'Version: 1\r\n\r\n--b\r\nContent-Type: application/octet-stream\r\n\r\n'
	{ printf 'Content-Type: text/plain\r\n\r\nzephyrus %s\r\n' "$1"; head -c "${2:-100}" /dev/urandom | base64; } | g unit --armor --encrypt -r ungcuu@example.vn
	printf '\r\n--b--\r\n'
}
new_instance
cp -r "$homes/us" "$dir/var/keys" && rm -f "$dir"/var/keys/S.* || fail "keys of the instance"
list() { ctl --json message list | python3 -c 'import json,sys; m=[x for x in json.load(sys.stdin) if x["direction"]=="in"]; print(eval(sys.argv[1]))' "$1"; }
for i in 1 2 3; do
	sealed "kin$i" 3000000 >"$work/kin$i.eml"
	mail "mo$i@so.example" unit@so.example "mo$i" >"$work/mo$i.eml"
done
start
# Killed while gpg runs for it, five times; workers of this instance only: its folder stands among their words.
cat >"$work/killer.py" <<'E'
import os, signal, sys, time
home, killed, end = f"home={sys.argv[1]}/", 0, time.time() + 40
def words(pid):
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as f:
            return f.read().decode(errors="replace").split("\0")
    except OSError:
        return [""]
def ours():
    return [int(p) for p in filter(str.isdigit, os.listdir("/proc")) for w in [words(p)] if w[0] == "irgate-keys" and any(x.startswith(home) for x in w)]
while killed < 5 and time.time() < end:
    if any(w[0].endswith("gpg") and "irgate-keys-" in " ".join(w) for w in map(words, filter(str.isdigit, os.listdir("/proc")))):
        for pid in ours():
            try:
                os.kill(pid, signal.SIGKILL)
                killed += 1
            except OSError:
                pass
    elif killed and not ours():
        break
print(killed)
sys.exit(killed == 0)
E
python3 "$work/killer.py" "$dir" >"$work/killed" &
killer=$!
for i in 1 2 3; do
	drop "kin$i" <"$work/kin$i.eml"
	drop "mo$i" <"$work/mo$i.eml"
done
wait "$killer" || fail "nothing was killed"
say "workers killed: $(cat "$work/killed")"
decided() { [ "$(list 'sum(1 for x in m if x["state"] in ("filed", "sealed", "held", "quarantined"))' 2>/dev/null)" = "$1" ] && [ "$(list 'len([x for x in m if x["subject"].startswith("kin") and not x["incident"] and x["state"] == "filed"])')" = 0 ]; }
wait_for 60 "all six are decided" decided 6
is "each once" "['kin1', 'kin2', 'kin3', 'mo1', 'mo2', 'mo3']" "$(list 'sorted(x["subject"] for x in m)')"
is "open mail did not wait for it" 3 "$(list 'len([x for x in m if x["subject"].startswith("mo") and x["incident"]])')"
sealed after | drop after
opened() { [ "$(list '[(x["crypto"] or {}).get("decrypted") for x in m if x["subject"]=="after"]' 2>/dev/null)" = "[True]" ]; }
wait_for 60 "what came afterwards is opened" opened
list '[(x["subject"], x["state"], bool(x["incident"]), (x["crypto"] or {}).get("decrypted"), x["problems"]) for x in m]' >"$work/seen.log"
say "$(cat "$work/seen.log")"
# What was given up is marked, and says why.
list '[x["subject"] for x in m if x["subject"].startswith("kin") and not x["crypto"]["decrypted"] and not x["problems"]]' >"$work/silent.log"
is "nothing is given up in silence" "[]" "$(cat "$work/silent.log")"
