#!/bin/bash
# A receipt for each new report, in its language, with the headers that RFC 3834 and 5322 want and nothing of the report in it.
. "$(dirname "$0")/../lib.sh"

new_instance
BODY="Kính gửi đơn vị ứng cứu, trang thông tin điện tử của xã chúng tôi bị thay đổi giao diện vào đêm qua, từ khoá bimat123 bị lộ." \
	mail vi@xa.example "lan@xa.example" "=?utf-8?B?U-G7sSBj4buRIHRyYW5nIHdlYg==?=" "References: <vi0@xa.example>" | drop vi
BODY="Dear team, we see outbound scanning from one of your networks since yesterday evening; please have a look, the keyword is secretword9." \
	mail en@isp.example "noc@isp.example" "Outbound scanning" | drop en
BODY="12345 67890" mail xx@q.example "q@q.example" "123" | drop xx
once
facts "receipts" <<'EOP'
eq("incidents", 3, len(incidents))
eq("dispatches", 3, len(dispatches))
for report, to, language in (("vi@xa.example", "lan@xa.example", "vi"), ("en@isp.example", "noc@isp.example", "en"), ("xx@q.example", "q@q.example", None)):
    m = reading(report)
    i = one(incidents, ref=m["incident"])
    d = one(dispatches, address=to)
    eq(f"{report}: language", language, m["language"])
    eq("letter", "receipt", d["letter"])
    eq("state", "sent", d["state"])
    eq("the case of the dispatch", i["ref"], d["incident"])
    ok("dispatch in its case", d["id"] in i["dispatches"])
    ok("attempt kept", d["attempts"] and d["attempts"][-1]["outcome"] == "ok")
    ok("acknowledged", i["acknowledged_at"] == "2026-03-02T09:00:00+07:00")
    mail = next(mail for name, mail in outgoing.items() if name.startswith(d["id"]))
    whole = raw[next(name for name in raw if name.startswith(d["id"]))]
    eq("To", to, mail["To"].addresses[0].addr_spec)
    eq("one addressee", 1, len(mail["To"].addresses))
    eq("From", "ungcuu@example.vn", mail["From"].addresses[0].addr_spec)
    eq("Auto-Submitted", "auto-replied", mail["Auto-Submitted"].split(";")[0].strip())
    eq("In-Reply-To", f"<{report}>", mail["In-Reply-To"].strip())
    # References to the reporter only: his id, after the ids he named himself
    ok("References end with the report", mail["References"].split()[-1] == f"<{report}>")
    eq("Message-ID as stored", d["message_id"], mail["Message-ID"].strip("<> "))
    ok("Date", mail["Date"].datetime.isoformat() == "2026-03-02T09:00:00+07:00")
    ok("header is ASCII (RFC 2047)", whole.split(b"\r\n\r\n")[0].isascii() if b"\r\n\r\n" in whole else whole.split(b"\n\n")[0].isascii())
    ok("no line above 998", max(map(len, whole.split(b"\n"))) <= 998)
    ok("MIME-Version", mail["MIME-Version"] == "1.0")
    text = mail.get_body(("plain",)).get_content()
    ok("the reference", i["ref"] in text)
    ok("whom to call", "0233" in text)
    ok("the hour it came", ("09" in text and "00" in text))
    for secret in ("bimat123", "secretword9", "12345 67890", "Outbound", "trang web", "giao diện"):
        ok(f"repeats '{secret}' of the report", secret not in text and secret not in mail["Subject"])
    ok("the reference in the subject", i["ref"] in mail["Subject"])
    vietnamese, english = text.find("Kính gửi"), max(text.find("Dear"), text.find("To whom"), text.find("We confirm"), text.find("We have"))
    if language == "vi":
        ok("only Vietnamese", vietnamese >= 0 and english < 0)
    elif language == "en":
        ok("only English", vietnamese < 0 and english >= 0)
    else:
        ok(f"the profile's language, then English below ({vietnamese}, {english})", 0 <= vietnamese < english)
    out = one(messages, message_id=d["message_id"])
    eq("the letter is a message of its case", (i["ref"], "out", "mail"), (out["incident"], out["direction"], out["channel"]))
    ok("duty done", all(x["done_at"] for x in duties if x["incident"] == i["ref"]))
EOP
