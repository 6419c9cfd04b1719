#!/bin/bash
# Feeds name many addresses; whoever answers for a network gets one list a period. The narrowest network counts, cases under secrecy are in no list,
# and what was told of is not told of again.
. "$(dirname "$0")/../lib.sh"
ctl() { "$build/irgatectl" -c "$work/i/irgate.conf" "$@"; }
"$build/irgatectl" init "$work/i" >/dev/null || fail "no instance"
ctl party add "ISP One" --role isp --mail abuse@one.example >/dev/null || fail "party"
ctl party add "ISP Two" --role isp --mail abuse@two.example >/dev/null || fail "party"

say "1: networks"
printf 'network,asn,party\n198.51.100.0/24,AS64500,ISP One\n198.51.100.4/32,AS64501,ISP Two\n2001:db8::/32,64501,ISP Two\n' | ctl network import >/dev/null || fail "import"
printf '198.51.100.0/33,1,ISP One\n' | ctl network import >/dev/null 2>"$work/bad.log"; is "a prefix that is none" 65 $?
has "the reason" 'prefix' "$work/bad.log"
ctl network list >"$work/networks.log"
has "the table stayed" "198.51.100.4/32" "$work/networks.log"

say "2: a feed"
cp "$src/filters/feed-csv/samples/zipped.eml" "$work/i/incoming/new/feed.eml"
printf 'From: reports@watch.example\nTo: ungcuu@example.vn\nSubject: Abuse report: attack from 198.51.100.9 TLP:RED\nMessage-ID: <s@x>\nAuto-Submitted: auto-generated\n\nSource IP: 198.51.100.9\nTime: 2026-03-01 10:11:12 UTC\nLog lines of the attack follow.\nTLP:RED\n' >"$work/i/incoming/new/secret.eml"
"$build/irgated" -c "$work/i/irgate.conf" --once >"$work/once.log" 2>&1 || fail "--once"
ctl --json event list >"$work/sums.json"
has "four are of the first" '"party":"ISP One","events":4' "$work/sums.json"
has "the narrowest network counts" '"party":"ISP Two","events":1' "$work/sums.json"
ctl event list --party "ISP One" >"$work/one.csv"
is "heading and four rows" 5 "$(wc -l <"$work/one.csv")"
has "a row" '2026-03-01T00:00:10Z,2026-03-01T07:00:10+07:00,198.51.100.0,53,AS64500,' "$work/one.csv"
has_not "nothing of the case under secrecy" '198.51.100.9' "$work/one.csv"

say "3: the same as XARF 4, which our own schema accepts"
ctl event list --party "ISP Two" --xarf >"$work/two.json"
python3 - "$work/two.json" "$work/i/incoming/new/back.eml" <<'PY' || fail "no XARF"
import json, sys
one = json.load(open(sys.argv[1]))
assert len(one) == 1 and one[0]["source_identifier"] == "198.51.100.4", one
open(sys.argv[2], "w").write("From: a@b.example\nTo: ungcuu@example.vn\nSubject: back\nMessage-ID: <back@b>\nX-XARF: PLAIN\nMIME-Version: 1.0\n"
    "Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: application/json; name=\"xarf.json\"\n\n" + json.dumps(one[0]) + "\n--x--\n")
PY
ctl read "$work/i/incoming/new/back.eml" >"$work/back.json"
has "it is read as one" '"filter":"xarf"' "$work/back.json"
has "without a problem" '"problems":\[\]' "$work/back.json"
rm "$work/i/incoming/new/back.eml"

say "4: one letter a party, with the lists as files; told once"
refused 64 'party.*--all' ctl event send
sed -i 's/^\t#*enclosed_zip = .*/\tenclosed_zip = 300;/; s/^\t#*enclosed_max = .*/\tenclosed_max = 500;/' "$work/i/irgate.conf"
ctl config check >"$work/check.log" || fail "config"
refused 65 'ISP One.*zipped.*enclosed_max' ctl event send --party "ISP One"
ctl --json event list >"$work/sums.json"
has "nothing was told" '"party":"ISP One","events":4' "$work/sums.json"
sed -i "s/^\tenclosed_max = .*/\tenclosed_max = $(grep -o 'are [0-9]* bytes' "$work/refused.log" | tr -dc 0-9);/" "$work/i/irgate.conf"
ctl event send --party "ISP One" >"$work/sent.log" || fail "send: $(cat "$work/sent.log")"
has "four" "queued: 4 events to ISP One" "$work/sent.log"
ctl dispatch raw "$(cut -d' ' -f1 "$work/sent.log")" >"$work/zipped.eml" || fail "raw"
sed -i 's/^\tenclosed_zip = .*/\t#enclosed_zip = "256K";/' "$work/i/irgate.conf"
ctl event send --all >"$work/sent.log" || fail "send: $(cat "$work/sent.log")"
is "the other party alone" 1 "$(wc -l <"$work/sent.log")"
ctl dispatch raw "$(cut -d' ' -f1 "$work/sent.log")" >"$work/plain.eml" || fail "raw"
python3 - "$work" <<'PY' || fail "the mails"
import csv, email, email.policy, io, json, sys, zipfile
def files(name):
    m = email.message_from_bytes(open(sys.argv[1] + name, "rb").read(), policy=email.policy.default)
    return m, {p.get_filename(): p.get_payload(decode=True) for p in m.iter_attachments()}
def lists(f, addresses):
    c, x = [f[n] for n in sorted(f)]
    assert [r["address"] for r in csv.DictReader(io.StringIO(c.decode()))] == addresses, c
    assert [r["source_identifier"] for r in json.loads(x)] == addresses, x
m, f = files("/zipped.eml")
assert "abuse@one.example" in m["To"] and len(f) == 1, f
z = zipfile.ZipFile(io.BytesIO(*f.values()))
assert z.testzip() is None
lists({n: z.read(n) for n in z.namelist()}, ["198.51.100.%d" % n for n in range(4)])
m, f = files("/plain.eml")
assert "abuse@two.example" in m["To"] and len(f) == 2, f
lists(f, ["198.51.100.4"])
text = m.get_body().get_content()
assert "Giờ địa phương" in text and "2026-03-01 07:04:10  2026-03-01 00:04:10  198.51.100.4:53" in text, text
assert "AS64501" in m.get_body().get_content() and "198.51.100.9" not in m.as_string()
PY
ctl --json event list >"$work/sums.json"
has_not "they are out of the list" 'ISP' "$work/sums.json"
ctl event send --all >"$work/sent.log" || fail "again"
has "nobody is told twice" "no events" "$work/sent.log"
ctl audit >"$work/audit.log" 2>&1 || fail "audit"

say "5: who has no way to be written to; what was told by hand is told"
sed -i "s/^\tenclosed_max = .*/\tenclosed_max = \"1M\";/" "$work/i/irgate.conf"
ctl party add "ISP Three" --role isp --phone +842330000042 >/dev/null || fail "party"
printf '198.51.100.0/24,AS64500,ISP Three\n' | ctl network import >/dev/null || fail "import"
sed 's/^Message-ID: .*/Message-ID: <more@x>/I; s/^Subject: /Subject: further /I' "$src/filters/feed-csv/samples/zipped.eml" >"$work/i/incoming/new/more.eml"
"$build/irgated" -c "$work/i/irgate.conf" --once >"$work/once.log" 2>&1 || fail "--once"
refused 65 'ISP Three: .*no channel for letters' ctl event send --all
ctl --json event list >"$work/sums.json"
has "nothing was told" '"party":"ISP Three","events":5' "$work/sums.json"
ctl event told --party "ISP Three" >"$work/told.log" || fail "told"
has "five" "5 events" "$work/told.log"
say "6: a party that takes no mail gets a letter that has the events in it; a whole autonomous system has one party"
"$build/irgatectl" init "$work/j" >/dev/null || fail "no instance"
ctl() { "$build/irgatectl" -c "$work/j/irgate.conf" "$@"; }
ctl party add "ISP Fax" --role isp --fax +842430000042 >/dev/null || fail "party"
printf 'network,asn,party\n,AS64500,ISP Fax\n' | ctl network import >/dev/null || fail "import"
ctl network list >"$work/networks.log"; has "the whole system" '(all others).*AS64500.*ISP Fax' "$work/networks.log"
printf ',AS0,ISP Fax\n' | ctl network import >/dev/null 2>"$work/bad.log"; is "no number" 65 $?
printf 'From: feed@shadowserver.org\nTo: ungcuu@example.vn\nSubject: report\nMessage-ID: <as@x>\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nreport\n--b\nContent-Type: text/csv; name="2026-03-01-scan_dns.csv"\n\ntimestamp,ip,port,asn,type\n2026-03-01 00:00:10,192.0.2.7,53,64500,openresolver\n2026-03-01 00:00:11,192.0.2.8,53,64999,openresolver\n--b--\n' >"$work/j/incoming/new/as.eml"
"$build/irgated" -c "$work/j/irgate.conf" --once >"$work/once.log" 2>&1 || fail "--once"
ctl event send --all >"$work/sent.log" 2>&1 || fail "send: $(cat "$work/sent.log")"
has "by fax" "1 events to ISP Fax" "$work/sent.log"
"$build/irgated" -c "$work/j/irgate.conf" --once >"$work/once.log" 2>&1 || fail "--once"
find "$work/j/outgoing-fax" -name '*.tif*' | grep -q . || fail "no fax: $(cat "$work/sent.log")"
ctl --json event list >"$work/sums.json"
has_not "they are told" 'ISP Fax' "$work/sums.json"
