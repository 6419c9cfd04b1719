#!/bin/bash
# Marked spam and mail whose From failed DMARC: kept, without number and receipt, one line a day for the officer, one verb to promote.
. "$(dirname "$0")/../lib.sh"

new_instance
set_conf trust 'authserv_ids = ["mx.example.vn"];'
set_conf trust 'spam_headers = ["X-Spam-Flag: YES", "X-Spam-Level: *****"];'
for i in 1 2 3 4 5; do mail "s$i@spam.example" "s$i@spam.example" "Khuyen mai $i" "X-Spam-Flag: YES" "X-Spam-Status: Yes, score=9" | drop "s$i"; done
mail level@x.example l@x.example "Muc" "X-Spam-Level: *******" | drop level
mail low@x.example low@x.example "Muc thap" "X-Spam-Level: **" "X-Spam-Flag: NO" | drop low
# the sender's own marks do not crowd out that of the server
{ for ((i = 0; i < 40; i++)); do printf 'X-Spam-Flag: NO\r\n'; done; mail crowd@x.example c@x.example "Chen" "X-Spam-Flag: YES"; } | drop crowd
{ printf 'Authentication-Results: mx.example.vn; spf=pass smtp.mailfrom=evil.example;\r\n\tdmarc=fail (p=reject; dis=none) header.from=bank.example\r\n'
	printf 'Received: from evil.example by mx.example.vn with SMTP id 3; Mon, 02 Mar 2026 08:00:00 +0700\r\n'; mail dmarc@bank.example ceo@bank.example "Gap"; } | drop dmarc
once
facts "what is suspect" <<'EOP'
suspect = {m["message_id"].split("@")[0] for m in by(messages, state="suspect")}
eq("suspect", {"s1", "s2", "s3", "s4", "s5", "level", "crowd", "dmarc"}, suspect)
eq("nothing is lost", 9, len([m for m in messages if m["direction"] == "in"]))
eq("numbers", 1, len(incidents))
eq("receipts", ["low@x.example"], [d["address"] for d in dispatches])
lines = [d for d in duties if "suspect" in d["what"]]
eq("lines to the officer", 1, len(lines))
ok(f"which counts: {lines[0]['what']}", "8 suspect messages of 2026-03-02" in lines[0]["what"] and lines[0]["due"])
EOP
is "figures leave them out" "2 8" "$(ctl --json status | python3 -c 'import json, sys; s = json.load(sys.stdin); print(s["messages"], s["suspect"])')"
# the next day has a line of its own; the same mail again is a copy
now=2026-03-03T09:00:00+07:00
mail s6@spam.example s6@spam.example "Khuyen mai 6" "X-Spam-Flag: YES" | drop s6
mail s1@spam.example s1@spam.example "Khuyen mai 1" "X-Spam-Flag: YES" "X-Spam-Status: Yes, score=9" | drop again
once
facts "the next day" <<'EOP'
eq("lines", ["1 suspect message of 2026-03-03", "8 suspect messages of 2026-03-02"], sorted(d["what"].split(":")[0].replace("look through ", "") for d in duties if "suspect" in d["what"]))
eq("a copy", 1, len(reading("s1@spam.example")["copies"]))
EOP
# one that was none
id=$(ctl --json message list --state suspect | python3 -c 'import json, sys; print([m["id"] for m in json.load(sys.stdin) if m["message_id"] == "level@x.example"][0])')
ctl --now "$now" message promote "$id" >/dev/null || fail "promote"
once
facts "promoted" <<'EOP'
m = reading("level@x.example")
ok("has a number", m["state"] == "filed" and m["incident"])
eq("and a receipt", "sent", one(dispatches, address="l@x.example")["state"])
ok("says who did it", "promoted by user:" in m["match_reason"])
EOP
