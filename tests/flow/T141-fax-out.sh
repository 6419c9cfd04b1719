#!/bin/bash
# Faxes leave for the folder that stands in for a line, once each; a letter whose mail fails for good, or is not taken in time, goes to the party's
# fax, then becomes a duty to telephone; a case under secrecy changes no channel by itself; quiet hours and minutes hold.
. "$(dirname "$0")/../lib.sh"

[ -x "$build/tests/unit/fax-page" ] || skip "fax-page was not built"
page() { "$build/tests/unit/fax-page" "$@"; }
ref_of() { ctl --json incident list | python3 -c 'import json,sys; print(next(i["ref"] for i in json.load(sys.stdin) if i["subject"] == sys.argv[1]))' "$1"; }
dsn() { # dsn DISPATCH STATUS: a report for it, to its bounce address
	local id=$1 letter bounce
	letter=$dir/outgoing/new/$id
	bounce=$(sed -n 's/^Return-Path: <\(.*\)>.*/\1/p' "$letter" | tr -d '\r')
	to=$(sed -n 's/^To: .*<\(.*\)>.*/\1/p; s/^To: \([^<]*@[^<]*\)$/\1/p' "$letter" | tr -d '\r' | head -n 1)
	printf 'Return-Path: <>\r\nDelivered-To: %s\r\nFrom: MAILER-DAEMON@mx.example\r\nTo: %s\r\nSubject: Undelivered\r\nMessage-ID: <%s-dsn@mx.example>\r\nDate: Mon, 2 Mar 2026 09:30:00 +0700\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nfailed\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; %s\r\nAction: failed\r\nStatus: %s\r\nDiagnostic-Code: smtp; 550 no such user\r\n\r\n--b--\r\n' \
		"$bounce" "$bounce" "$id" "$to" "$2" | drop "dsn-$id"
}

# a person sends pages; they are there once, whatever is repeated
new_instance
page "$work/two.tif" 2
ctl --now "$now" fax send "+84 24 3123456" --subject "Ban do" <"$work/two.tif" >"$work/send.log" || fail "fax send"
refused 65 "no TIFF" ctl --now "$now" fax send 0243123456 <"$conf"
refused 64 "cannot be dialled" ctl --now "$now" fax send 12 <"$work/two.tif"
echo kept >"$dir/outgoing-fax/D-000002.tif"
ctl --now "$now" fax send "0243999999" <"$work/two.tif" >/dev/null || fail "second fax send"
once
cmp -s "$work/two.tif" "$dir/outgoing-fax/D-000001.tif" || fail "the pages are what was sent"
is "what was there is not overwritten" kept "$(cat "$dir/outgoing-fax/D-000002.tif")"
SUM=$(sha256sum "$work/two.tif" | cut -d' ' -f1) facts "sent by fax" <<'EOP'
d = one(dispatches, id="D-000001")
eq("state", ("sent", "fax", "+84 24 3123456", "pages"), (d["state"], d["channel"], d["address"], d["letter"]))
eq("attempt", [("ok", "sent")], [(a["outcome"], a["code"]) for a in d["attempts"]])
facts_ = json.load(open(f"{folder}/outgoing-fax/D-000001.json"))
eq("facts", {"dispatch": "D-000001", "number": "+84 24 3123456", "pages": 2, "sha256": os.environ["SUM"]}, facts_)
calls = run("fax", "calls")
eq("calls", 2, len(calls))
eq("proof", ("out", "sent", 2, os.environ["SUM"]), tuple(calls[-1][k] for k in ("direction", "result", "pages", "sha256")))
eq("messages", ["out", "out"], [m["direction"] for m in messages])
eq("their channel", {"fax"}, {m["channel"] for m in messages})
EOP

# a letter to a party bounces for good: fax; without a fax: telephone; under secrecy: a person
new_instance fallback
now=2026-03-02T09:00:00+07:00
ctl --now "$now" party add "Trung tam Mau" --role coordinator --mail tt@coord.example --fax "024 3777 8888" --phone 0901 >/dev/null || fail "party add"
ctl --now "$now" party add "Don vi B" --role unit --mail b@unit.example --phone "0902 333 444" >/dev/null || fail "party add"
for n in 1 2 3; do mail "f$n@xa.example" "lan$n@xa.example" "Su co $n" | drop "f$n"; done
once
now=2026-03-02T09:10:00+07:00
ctl --now "$now" incident escalate "$(ref_of 'Su co 1')" --to "Trung tam Mau" >/dev/null || fail "escalate 1"
ctl --now "$now" incident escalate "$(ref_of 'Su co 2')" --to "Don vi B" >/dev/null || fail "escalate 2"
ctl --now "$now" incident escalate "$(ref_of 'Su co 3')" --to "Trung tam Mau" >/dev/null || fail "escalate 3"
once
python3 - "$dir/var/store/store.db" <<'EOP'
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute("UPDATE incident SET secrecy_requested = 1 WHERE subject = 'Su co 3'")
db.commit()
EOP
for id in D-000004 D-000005 D-000006; do dsn $id 5.1.1; done
now=2026-03-02T10:00:00+07:00
once
facts "after hard bounces" <<'EOP'
for id in ("D-000004", "D-000005", "D-000006"):
    eq(id, "failed", one(dispatches, id=id)["state"])
faxes = by(dispatches, channel="fax")
eq("one fax", 1, len(faxes))
f = faxes[0]
eq("it is the same letter to the same party", (one(dispatches, id="D-000004")["incident"], "escalation", "024 3777 8888"), (f["incident"], f["letter"], f["address"]))
ok(f"it may go: {f['state']} {f['why']}", f["state"] in ("queued", "sent"))
whats = [d["what"] for d in duties]
ok("telephone the one without a fax", any(w.startswith("telephone Don vi B, 0902 333 444: D-000005") for w in whats))
ok("a person decides on the secret one", any("D-000006" in w and "under secrecy" in w for w in whats))
ok("and nobody is told to telephone about the one that went by fax", not any(w.startswith("telephone Trung tam Mau") for w in whats))
ok("the journal says it", any(j["act"] == "dispatch instead" for j in journal))
EOP

# our mail server takes nothing: after an hour the letter goes by fax, and not by mail as well
new_instance late
now=2026-03-02T09:00:00+07:00
set_conf send 'transport = "smtp"; smtp_host = "127.0.0.1"; smtp_port = 1; smtp_tls = "none";'
ctl --now "$now" party add "Trung tam Mau" --role coordinator --mail tt@coord.example --fax 02437778888 >/dev/null || fail "party add"
now=2026-03-02T09:00:00+07:00
mail l1@xa.example lan@xa.example "Su co" | drop l1
once 69
ctl --now "$now" incident escalate "$(ref_of 'Su co')" --to "Trung tam Mau" >/dev/null || fail "escalate"
once 69
now=2026-03-02T09:30:00+07:00
once 69
is "no fax before the hour is over" 0 "$(ctl --json dispatch list | grep -c '"channel":"fax"')"
now=2026-03-02T10:30:00+07:00
once 69
facts "after the hour" <<'EOP'
mail_, fax = one(dispatches, letter="escalation", channel="mail"), one(dispatches, letter="escalation", channel="fax")
eq("the mail", "cancelled", mail_["state"])
ok("says why: " + mail_["why"], "by fax instead" in mail_["why"])
eq("the receipt is tried on", "queued", one(dispatches, letter="receipt")["state"])
EOP

# quiet hours and the minutes of a day
new_instance quiet
now=2026-03-02T22:15:00+07:00
set_conf fax 'quiet = "20:00-06:30";'
now=2026-03-02T22:15:00+07:00
ctl --now "$now" fax send 0243123456 <"$work/two.tif" >/dev/null || fail "fax send"
ctl --now "$now" fax send 0243123457 --urgent <"$work/two.tif" >/dev/null || fail "fax send"
once
facts "at night" <<'EOP'
eq("waits", ("queued", "2026-03-03T06:30:00+07:00"), tuple(one(dispatches, id="D-000001")[k] for k in ("state", "not_before")))
eq("urgent", "sent", one(dispatches, id="D-000002")["state"])
EOP
now=2026-03-03T06:30:00+07:00
once
is "in the morning" 2 "$(ls "$dir/outgoing-fax" | grep -c tif)"
