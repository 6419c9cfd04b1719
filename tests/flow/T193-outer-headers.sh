#!/bin/bash
# Circular 27/2011/TT-BTTTT (secrecy on request, R0.2): what stands around an encrypted letter is read by everybody on its way: words of the case that
# its party may know inside hold it where an office's own template puts them into the subject; with the usual subject it leaves.
. "$(dirname "$0")/../lib.sh"

. "$src/tests/gpg.sh"
key_homes
mkdir -m 700 "$homes/isp"
g() { gpg --homedir "$homes/isp" --batch --quiet --no-tty --trust-model always --pinentry-mode loopback --passphrase '' "$@" 2>>"$work/gpg.log"; }
g --quick-gen-key 'Noc <noc@isp.example>' future-default default never || fail "gpg makes no key"
theirs=$(g --with-colons --list-keys | awk -F: '/^fpr/ { print $10; exit }')
g --export >"$work/isp.pub"

mkdir "$work/data"
cp -r "$IRGATE_DATADIR/templates" "$IRGATE_DATADIR/filters" "$IRGATE_DATADIR/etc" "$work/data" || fail "the office's own templates"
sed -i '1s/.*/Subject: [{{reference}}] {{reason}}/' "$work/data/templates/escalation/vi.txt"
usual=$IRGATE_DATADIR
new_instance
at() { ctl --now "$now" "$@"; }
at key import "$work/isp.pub" >/dev/null || fail "key import"
at party add "Nhà mạng" --role isp --mail noc@isp.example --language vi >/dev/null || fail "party"
at key accept "Nhà mạng" "$theirs" --encrypt || fail "key accept"
mail a@xa.example a@xa.example "Máy chủ một cửa bị chiếm" | drop a
once
ref=$(field incident 0 ref)
state() { ctl --json dispatch list | python3 -c 'import json,sys; print(*[d["state"] for d in json.load(sys.stdin) if d["letter"] == "escalation"])'; }
now=2026-03-02T10:00:00+07:00
export IRGATE_DATADIR=$work/data
at incident escalate "$ref" --to "Nhà mạng" --reason "Máy chủ một cửa bị chiếm" >/dev/null || fail "escalate"
is "inside he may know it" queued "$(state)"
once
is "outside nobody may" held "$(state)"
ctl --json dispatch list >"$work/list.log"
has "why" 'release gate holds it: the subject of a report stands in the headers around what is encrypted' "$work/list.log"
ctl duty list >"$work/duty.log"
has "a person is asked" 'see to the key of noc@isp.example' "$work/duty.log"
is "nothing left" 1 "$(sent)"
export IRGATE_DATADIR=$usual
at dispatch cancel "$(ctl --json dispatch list | python3 -c 'import json,sys; print([d["id"] for d in json.load(sys.stdin) if d["letter"] == "escalation"][0])')" --reason "subject" || fail "cancel"
now=2026-03-02T10:00:01+07:00
at incident escalate "$ref" --to "Nhà mạng" --reason "Máy chủ một cửa bị chiếm" >/dev/null || fail "escalate"
once
is "with the usual subject it leaves" "cancelled sent" "$(state)"
letter=$(grep -l multipart/encrypted "$dir"/outgoing/new/*)
has_not "no words of the case outside" 'một cửa\|mot cua' "$letter"
