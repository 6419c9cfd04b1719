#!/bin/bash
# A letter that did not arrive has told nobody: its events are in the next digest, and the party hears by fax that the lists are missing. Digests leave
# by themselves where the profile says so, each period.
. "$(dirname "$0")/../lib.sh"
ctl() { "$build/irgatectl" -c "$work/$i/irgate.conf" --now "$now" "$@"; }
once() { now=$1; "$build/irgated" -c "$work/$i/irgate.conf" --once --now "$now" >"$work/once.log" 2>&1 || fail "--once at $1"; }
i=i
"$build/irgatectl" --now "$now" init "$work/i" >/dev/null || fail "no instance"
ctl party add "ISP One" --role isp --mail abuse@one.example --fax +842430000042 >/dev/null || fail "party"
printf '198.51.100.0/24,AS64500,ISP One\n' | ctl network import >/dev/null || fail "import"
cp "$src/filters/feed-csv/samples/zipped.eml" "$work/i/incoming/new/feed.eml"
once 2026-03-02T09:00:00+07:00

say "1: cancelled is not told"
now=2026-03-02T09:01:00+07:00; ctl event send --all >"$work/sent.log" || fail "send"
d=$(cut -d' ' -f1 "$work/sent.log")
ctl --json event list >"$work/sums.json"
has_not "they are told" "ISP One" "$work/sums.json"
now=2026-03-02T09:02:00+07:00; ctl dispatch cancel "$d" --reason "wrong list" >/dev/null || fail "cancel"
ctl --json event list >"$work/sums.json"
has "they wait for the next one" '"party":"ISP One","events":5' "$work/sums.json"

say "2: refused is not told; a fax says what is missing"
now=2026-03-02T09:03:00+07:00; ctl event send --all >"$work/sent.log" || fail "send"
d=$(cut -d' ' -f1 "$work/sent.log")
once 2026-03-02T09:04:00+07:00
ctl --json event list >"$work/sums.json"
has_not "they left" "ISP One" "$work/sums.json"
raw=$(grep -l 'abuse@one.example' "$work/i/outgoing/new/"* | head -1)
id=$(sed -n 's/^Message-ID: <\(.*\)>.*/\1/Ip' "$raw" | head -1 | tr -d '\r')
printf 'From: mailer-daemon@mx.example.vn\nTo: ungcuu@example.vn\nSubject: failed\nMessage-ID: <b1@mx>\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: text/plain\n\nno\n--b\nContent-Type: message/delivery-status\n\nOriginal-Envelope-Id: %s\nReporting-MTA: dns; mx.example.vn\n\nFinal-Recipient: rfc822; abuse@one.example\nAction: failed\nStatus: 5.1.1\n\n--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <%s>\nTo: abuse@one.example\n\n--b--\n' "$d" "$id" >"$work/i/incoming/new/bounce.eml"
once 2026-03-02T09:05:00+07:00
ctl dispatch show "$d" >"$work/failed.log"
has "it failed" "failed" "$work/failed.log"
ctl --json event list >"$work/sums.json"
has "they wait for the next one" '"party":"ISP One","events":5' "$work/sums.json"
ctl --json dispatch list >"$work/dispatches.json"
python3 - "$work/dispatches.json" <<'PY' || fail "no fax"
import json, sys
fax = [d for d in json.load(open(sys.argv[1])) if d["channel"] == "fax"]
assert len(fax) == 1 and fax[0]["letter"] == "digest" and fax[0]["state"] in ("sent", "queued"), fax
PY
find "$work/i/outgoing-fax" -name '*.tif*' | grep -q . || fail "no page of the fax"

say "3: each period by itself, where the profile lets it"
"$build/irgatectl" --now "$now" init "$work/j" >/dev/null || fail "no instance"
i=j now=2026-03-02T09:00:00+07:00
mkdir -p "$work/j/profiles"
sed 's/^name = .*/name = "office";/; s/^family = .*/family = "office";/' "$src/etc/profiles/csirt.conf" >"$work/j/profiles/office.conf"
printf 'digest_every = "1d";\n' >>"$work/j/profiles/office.conf"
sed -i 's/^profile = .*/profile = "office";/; s/^#*profile_dir = .*/profile_dir = "profiles";/' "$work/j/irgate.conf"
ctl party add "ISP One" --role isp --mail abuse@one.example >/dev/null || fail "party"
ctl party add "ISP Two" --role isp --phone +842430000042 >/dev/null || fail "party"
printf '198.51.100.0/24,AS64500,ISP One\n198.51.100.4/32,AS64501,ISP Two\n' | ctl network import >/dev/null || fail "import"
cp "$src/filters/feed-csv/samples/zipped.eml" "$work/j/incoming/new/feed.eml"
once 2026-03-02T09:00:00+07:00
ctl --json dispatch list >"$work/none.json"
has_not "nothing before its time" '"digest"' "$work/none.json"
once 2026-03-03T09:00:00+07:00
ctl --json dispatch list >"$work/held.json"
python3 - "$work/held.json" <<'PY' || fail "the digest waits for a person"
import json, sys
made = [d for d in json.load(open(sys.argv[1])) if d["letter"] == "digest"]
assert len(made) == 1 and made[0]["state"] == "held" and made[0]["address"] == "abuse@one.example", made
PY
ctl --json alarm list >"$work/alarms.json"
has "who cannot get it is an alarm" 'ISP Two: the party has no channel for letters' "$work/alarms.json"
printf 'digest_alone = yes;\n' >>"$work/j/profiles/office.conf"
now=2026-03-03T10:00:00+07:00
ctl dispatch cancel "$(python3 -c 'import json,sys; print([d["id"] for d in json.load(open(sys.argv[1])) if d["letter"] == "digest"][0])' "$work/held.json")" --reason "let it go by itself" >/dev/null || fail "cancel"
once 2026-03-04T09:00:00+07:00
grep -l 'abuse@one.example' "$work/j/outgoing/new/"* >/dev/null || fail "the digest did not leave by itself"
ctl --json event list >"$work/sums.json"
has_not "told" "ISP One" "$work/sums.json"
has "not told" "ISP Two" "$work/sums.json"
ctl audit >"$work/audit.log" 2>&1 || fail "audit"
say "done"
