#!/bin/bash
# One mail over Maildir, LMTP and the pipe: one message, its further arrivals with recipient and file, one receipt. The daemon runs.
. "$(dirname "$0")/../lib.sh"

new_instance
set_conf intake 'lmtp = ({ name = "lmtp"; listen = "unix:var/lmtp.sock"; });'
start
mail copy@xa.example lan@xa.example "Su co" >"$work/mail"
drop one:2,S <"$work/mail"
wait_for 20 "the first" count_is message 2
drop two <"$work/mail"
"$build/irgate-deliver" -c "$conf" --recipient ungcuu+x@example.vn --sender lan@xa.example <"$work/mail" || fail "irgate-deliver"
python3 - "$dir/var/lmtp.sock" "$work/mail" <<'EOP' || fail "LMTP"
import smtplib, sys
class L(smtplib.LMTP): pass
c = smtplib.LMTP(sys.argv[1])
print(c.sendmail("lan@xa.example", ["ungcuu@example.vn", "ungcuu+y@example.vn"], open(sys.argv[2], "rb").read()))
c.quit()
EOP
copies() { ctl --json message list | python3 -c 'import json,sys; sys.exit(len(json.load(sys.stdin)[0]["copies"]) < int(sys.argv[1]))' "$1"; }
wait_for 20 "the copies" copies 3
wait_for 20 "the receipt" sent_is 1
facts "copies" <<'EOP'
m = one(messages, direction="in")
eq("source_file as it was dropped", "one", m["source_file"])
eq("incidents", 1, len(incidents))
eq("dispatches", 1, len(dispatches))
files = [c["source_file"] for c in m["copies"]]
ok(f"the second file is among the copies: {files}", "two" in files)
ok(f"recipients: {m['copies']}", "ungcuu+x@example.vn" in [c["recipient"] for c in m["copies"]])
for c in m["copies"]:
    eq("keys of a copy", {"at", "channel", "recipient", "source_file"}, set(c))
    eq("channel", "mail", c["channel"])
EOP
stop
