#!/bin/bash
# Reports about letters we sent: a hard bounce fails the letter and the channel, a refusal the letter only, a soft one and a delay leave it
# sent, success makes it delivered, a read receipt is noted; what proves nothing changes nothing. None is answered, none opens a case.
. "$(dirname "$0")/../lib.sh"

new_instance
set_conf decide 'budget_domain = 0;'
at() { ctl --now "$now" "$@"; }
for n in 1 2 3 4 5 6 7 8 9; do mail "b$n@xa.example" "so$n@xa.example" "Su co $n" | drop "b$n"; done
once
now=2026-03-02T09:30:00+07:00
at party add "VNCERT" --role coordinator --mail truc@a.example --language en >/dev/null || fail "party add"
at incident escalate "$(field incident 0 ref)" --to VNCERT >"$work/escalation" || fail "escalate"
once

cat >"$work/reports.py" <<'EOF'
import email, glob, json, os, subprocess, sys
folder, program, conf = sys.argv[1:4]
dispatches = json.loads(subprocess.run([program, "-c", conf, "--json", "dispatch", "list"], capture_output=True, text=True, check=True).stdout)
by = {d["address"]: d for d in dispatches}


def drop(name, text, to="ungcuu@example.vn", sender="", **more):
    head = f"Return-Path: <{sender}>\nTo: {to}\nDelivered-To: {to}\nDate: Mon, 02 Mar 2026 09:40:00 +0700\nMessage-ID: <{name}@mx.example>\n"
    with open(f"{folder}/incoming/new/{name}", "w", newline="\r\n") as f:
        f.write(head + text)


def status(fields, returned="", human="This is the mail system at host mx.example.\n"):
    return ("From: MAILER-DAEMON@mx.example (Mail Delivery System)\nSubject: Delivery Status Notification\nMIME-Version: 1.0\n"
            "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\n" + human +
            "\n--b\nContent-Type: message/delivery-status\n\n" + fields + "\n--b\nContent-Type: text/rfc822-headers\n\n" + returned + "\n--b--\n")


def about(d, action, code, words="", envelope=True, address=None):
    return (f"Original-Envelope-Id: {d['id']}\n" if envelope else "") + (
        f"Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; {address or d['address']}\nAction: {action}\nStatus: {code}\n" +
        (f"Diagnostic-Code: smtp; {words}\n" if words else ""))


d = {n: by[f"so{n}@xa.example"] for n in range(1, 10)}
verp = lambda x: f"ungcuu-bounce+{x['id']}-{x['message_id'].split('.', 1)[1].split('@')[0]}@example.vn"
# 1 hard, by the envelope id; the letter to the party likewise, by the header that came back
drop("hard", status(about(d[1], "failed", "5.1.1", "550 5.1.1 no such user here")))
party = by["truc@a.example"]
drop("party", status(about(party, "failed", "5.1.2", "550 host unknown", envelope=False), f"Message-ID: <{party['message_id']}>\n"))
# 2 a qmail notice, by the copy in its text
drop("qmail", f"From: MAILER-DAEMON@xa.example\nSubject: failure notice\n\nHi. This is the qmail-send program at xa.example.\n"
     f"I'm afraid I wasn't able to deliver your message to the following addresses.\n\n<{d[2]['address']}>:\n"
     f"Sorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy of the message.\n\nMessage-ID: <{d[2]['message_id']}>\n")
drop("refused", status(about(d[3], "failed", "5.7.1", "554 5.7.1 rejected by policy", envelope=False)), to=verp(d[3]))
drop("full", status(about(d[4], "failed", "5.2.2", "552 5.2.2 mailbox full", envelope=False)), to=verp(d[4]))
drop("delay", status(about(d[5], "delayed", "4.4.1", "connection timed out")))
drop("relayed", status(about(d[6], "relayed", "2.0.0", "250 ok", envelope=False)), to=verp(d[6]))
drop("read", f"From: so7@xa.example\nSubject: Read: answer\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=disposition-notification;\n boundary=b\n\n--b\n\n"
     f"It was read.\n--b\nContent-Type: message/disposition-notification\n\nFinal-Recipient: rfc822; so7@xa.example\nOriginal-Message-ID: <{d[7]['message_id']}>\n"
     "Disposition: manual-action/MDN-sent-manually; displayed\n\n--b--\n")
# 8 and 9 forged: another's address with our id, a wrong token, a Message-ID that is not ours
drop("forged1", status(about(d[8], "failed", "5.1.1", "550 no", address="eve@xa.example")))
drop("forged2", status(about(d[8], "failed", "5.1.1", "550 no", envelope=False)), to=f"ungcuu-bounce+{d[8]['id']}-AAAAAAAAAA@example.vn")
drop("forged3", status(about(d[9], "failed", "5.1.1", "550 no", envelope=False), f"Message-ID: <{d[9]['id']}.AAAAAAAAAA@example.vn>\n"))
drop("away", f"From: so9@xa.example\nSubject: Automatic reply: vang mat\nAuto-Submitted: auto-replied\nIn-Reply-To: <{d[9]['message_id']}>\n\nI am out of the office.\n")
EOF
python3 "$work/reports.py" "$dir" "$build/irgatectl" "$conf" || fail "the reports could not be written"
at incident status "$(field incident 8 ref)" closed --reason "done" >/dev/null || fail "close"
now=2026-03-02T10:00:00+07:00
once
facts "what became of the letters" <<'EOP'
d = {x["address"]: x for x in dispatches}
want = {1: "failed", 2: "failed", 3: "failed", 4: "sent", 5: "sent", 6: "delivered", 7: "sent", 8: "sent", 9: "sent"}
for n, state in want.items():
    eq(f"letter {n}: {d[f'so{n}@xa.example']['why']}", state, d[f"so{n}@xa.example"]["state"])
ok("the server's words", "no such user here" in (d["so1@xa.example"]["why"] or ""))
ok("why refused", "rejected by policy" in (d["so3@xa.example"]["why"] or ""))
eq("the letter to the party", "failed", d["truc@a.example"]["state"])
eq("its channel", ["failing"], [c["state"] for c in one(parties, name="VNCERT")["channels"]])
for n in (1, 2, 3, 4):
    owed = [x for x in duties if d[f"so{n}@xa.example"]["id"] in x["what"] and not x["done_at"]]
    eq(f"letter {n}: a duty for a person", 1, len(owed))
eq("nobody owes for the others", 0, len([x for x in duties for n in (5, 6, 7, 8, 9) if d[f"so{n}@xa.example"]["id"] in x["what"]]))
eq("cases", 9, len(incidents))
eq("letters", 10, len(dispatches))
filed = {"hard": 1, "qmail": 2, "refused": 3, "full": 4, "delay": 5, "relayed": 6, "read": 7, "away": 9}
for name, n in filed.items():
    eq(f"{name}: filed to its case", d[f"so{n}@xa.example"]["incident"], reading(f"{name}@mx.example")["incident"])
for name in ("forged1", "forged2", "forged3"):
    eq(f"{name}: no case", None, reading(f"{name}@mx.example")["incident"])
eq("classes", ["bounce", "delivery-report", "read-receipt", "out-of-office"], [reading(f"{n}@mx.example")["class"] for n in ("hard", "delay", "read", "away")])
eq("a closed case stays closed", "closed", one(incidents, ref=d["so9@xa.example"]["incident"])["status"])
eq("read receipts are noted", 1, len([j for j in journal if j["act"] == "read receipt"]))
EOP
