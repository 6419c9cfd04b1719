#!/bin/bash
# Decision 05/2017/QĐ-TTg Art 11 and 12 (told at once, by whatever channel): a notice of a serious case that bounces is no notice: the channel fails, a
# person finds another way, by telephone at once; what was said on the telephone is the answer.
. "$(dirname "$0")/../lib.sh"

new_instance
at() { ctl --now "$now" "$@"; }
at party add "Cơ quan điều phối" --role coordinator --mail dp@vncert.example --phone 0243.000.0001 >/dev/null || fail "party"
mail b1@xa.example vanhanh@xa.example "Mat dieu khien" | drop b1
once
ref=$(field incident 0 ref)
at incident severity "$ref" serious --reason "mất điều khiển" || fail "severity"
once
d=$(ctl --json dispatch list | python3 -c 'import json,sys; print(next(d["id"] for d in json.load(sys.stdin) if d["letter"] == "escalation"))')
python3 - "$dir/outgoing/new" "$d" >"$work/to" <<'EOP' || fail "the letter that left"
import email, os, sys
name = next(n for n in os.listdir(sys.argv[1]) if n.startswith(sys.argv[2]))
print(email.message_from_binary_file(open(os.path.join(sys.argv[1], name), "rb"))["Message-ID"])
EOP
now=2026-03-02T09:10:00+07:00
printf 'Return-Path: <>\r\nFrom: MAILER-DAEMON@vncert.example\r\nTo: ungcuu@example.vn\r\nSubject: Undelivered Mail Returned to Sender\r\nMessage-ID: <bounce@vncert.example>\r\nDate: Mon, 02 Mar 2026 09:05:00 +0700\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nNo such user.\r\n--x\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; vncert.example\r\n\r\nFinal-Recipient: rfc822; dp@vncert.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--x\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: %s\r\n\r\n--x--\r\n' "$(cat "$work/to")" | drop bounce
once
facts "a notice that bounced" <<'EOP'
d = next(d for d in dispatches if d["letter"] == "escalation" and d["address"] == "dp@vncert.example")
eq("failed", "failed", d["state"])
p = one(parties, name="Cơ quan điều phối")
eq("its channel fails", "failing", one(p["channels"], channel="mail")["state"])
call = [x for x in duties if x["what"].startswith("telephone ")]
ok(f"by telephone, at once: {[x['what'] for x in duties]}", len(call) == 1 and "0243.000.0001" in call[0]["what"] and not call[0]["done_at"] and call[0]["due"] == "2026-03-02T09:10:00+07:00")
EOP
now=2026-03-02T09:20:00+07:00
at phone log --from "Cơ quan điều phối" --number 0243.000.0001 --incident "$ref" --text "Đã báo qua điện thoại, họ đã nhận." >/dev/null || fail "phone log"
facts "told by telephone" <<'EOP'
step = one(run("incident", "ladder", incidents[0]["ref"])["ladder"], rung="coordinator")
ok("the call is the answer", step["acknowledged_at"] == "2026-03-02T09:20:00+07:00")
EOP

# with a fax number it goes by fax first, and the step of the ladder goes along; the fax is its letter then
new_instance fax
now=2026-03-02T09:00:00+07:00
at party add "Cơ quan điều phối" --role coordinator --mail dp@vncert.example --fax +842430000002 --phone 0243.000.0001 >/dev/null || fail "party"
mail b2@xa.example vanhanh@xa.example "Mat dieu khien" | drop b2
once
ref=$(field incident 0 ref)
at incident severity "$ref" serious --reason "mất điều khiển" || fail "severity"
once
d=$(ctl --json dispatch list | python3 -c 'import json,sys; print(next(d["id"] for d in json.load(sys.stdin) if d["letter"] == "escalation"))')
id=$(ctl --json dispatch show "$d" | python3 -c 'import json,sys; print(json.load(sys.stdin)["message_id"])')
now=2026-03-02T09:10:00+07:00
printf 'Return-Path: <>\r\nFrom: MAILER-DAEMON@vncert.example\r\nTo: ungcuu@example.vn\r\nSubject: Undelivered Mail Returned to Sender\r\nMessage-ID: <bounce2@vncert.example>\r\nDate: Mon, 02 Mar 2026 09:05:00 +0700\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nNo such user.\r\n--x\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; vncert.example\r\n\r\nFinal-Recipient: rfc822; dp@vncert.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--x\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <%s>\r\n\r\n--x--\r\n' "$id" | drop bounce2
once
facts "by fax instead" <<'EOP'
fax = next(d for d in dispatches if d["channel"] == "fax")
ok(f"it left: {fax['state']} {fax['why']}", fax["state"] == "sent" and os.path.exists(f"{folder}/outgoing-fax"))
step = one(run("incident", "ladder", incidents[0]["ref"])["ladder"], rung="coordinator")
eq("the step is told by fax", ("fax", fax["id"]), (step["channel"], step["dispatch"]))
ok("its answer is due from when the fax left", step["due"] and step["due"] > "2026-03-04")
EOP
