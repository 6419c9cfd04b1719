#!/bin/bash
# Decision 28/2018: a state-secret mark that turned out to be none. The chief ends the sealing, and the message is read once more and filed, answered and
# followed up as it would have been (Circular 27/2011 Art. 8: notices are received and processed), once, whatever is killed meanwhile.
. "$(dirname "$0")/../lib.sh"

new_instance
at() { ctl --now "$now" "$@"; }
id() { ctl --json message list | python3 -c 'import json,sys; print([m["id"] for m in json.load(sys.stdin) if m["message_id"] == sys.argv[1] + "@xa.example"][0])' "$1"; }
BODY=$(printf 'Loi Wi-Fi phong hop, may 203.0.113.77 bi quet. zxqvword') mail s1@xa.example lan@xa.example "[MẬT] Wi-Fi phong hop" | drop s1
mail other@xa.example an@xa.example "Viec khac" | drop other
once
other=$(ctl --json message list | python3 -c 'import json,sys; print([m["incident"] for m in json.load(sys.stdin) if m["message_id"] == "other@xa.example"][0])')
reply=$(ctl --json dispatch list | python3 -c 'import json,sys; print([d["message_id"] for d in json.load(sys.stdin) if d["address"] == "an@xa.example"][0])')
BODY="Kem theo ho so $other, xem lai." mail s2@xa.example chi@xa.example "[MẬT] Ho so" | drop s2
BODY="Them thong tin zxqvmore" mail s3@xa.example an@xa.example "[MẬT] Them" "In-Reply-To: <$reply>" | drop s3
now=2026-03-02T09:30:00+07:00
once
before=$(sent)
facts "sealed, and nothing of them is known" <<'EOP'
for n in ("s1", "s2", "s3"):
    eq(n, ("sealed", None), (reading(n + "@xa.example")["state"], reading(n + "@xa.example")["subject"]))
EOP
now=2026-03-02T10:00:00+07:00
refused 64 'reason' at message unseal "$(id s1)"
for n in s1 s2 s3; do at message unseal "$(id $n)" --reason "the mark is a habit of the sender" || fail "unseal $n"; done
refused 65 'not sealed' at message unseal "$(id s1)" --reason "again"
once
once
facts "as it would have been" <<'EOP'
m = reading("s1@xa.example")
eq("filed, with its words", ("filed", "[MẬT] Wi-Fi phong hop", "none"), (m["state"], m["subject"], m["matched_by"]))
i = one(incidents, ref=m["incident"])
eq("its case is the one it opened", "[MẬT] Wi-Fi phong hop", run("incident", "show", m["incident"])["subject"] if "subject" in run("incident", "show", m["incident"]) else m["subject"])
eq("no state secret any more", None, i["secrecy"]["state"])
ok("acknowledged", i["acknowledged_at"])
eq("four messages, three cases", (4, 3), (len([x for x in messages if x["direction"] == "in"]), len(incidents)))
eq("one receipt each", 1, len([d for d in dispatches if d["address"] == "lan@xa.example" and d["state"] == "sent"]))
ok("what it names", "203.0.113.77" in str(run("message", "show", m["id"])))
s2 = reading("s2@xa.example")
ok("the case it names is for a person, its own stays", s2["incident"] and [d for d in duties if d["what"].startswith("decide on a merge") and d["incident"] == s2["incident"]])
s3, other = reading("s3@xa.example"), reading("other@xa.example")
eq("a follow-up stays in its case", (other["incident"], "thread"), (s3["incident"], s3["matched_by"]))
eq("the chief's duties are over", [], [d for d in duties if d["what"].startswith("sealed") and not d["done_at"]])
eq("nobody has to read by hand", [], [d for d in duties if d["what"].startswith("read by hand")])
eq("journalled", 3, len([j for j in journal if j["act"] == "message unseal"]))
EOP
is "search finds it" 1 "$(ctl --json search zxqvword | python3 -c 'import json,sys; print(len(json.load(sys.stdin)))')"
is "and the follow-up" 1 "$(ctl --json search zxqvmore | python3 -c 'import json,sys; print(len(json.load(sys.stdin)))')"
is "two receipts more" $((before + 2)) "$(sent)"
ctl check >"$work/check.log" || fail "check: $(cat "$work/check.log")"
# a letter that the mark held is not let go by the machine: a person hears of it
at party add "Nhà mạng" --role isp --mail nm@isp.example >/dev/null || fail "party"
at letter send request "$other" --to "Nhà mạng" --set "questions=Nhật ký" >/dev/null || fail "letter"
held() { ctl --json dispatch list | python3 -c 'import json,sys; print([d["state"] for d in json.load(sys.stdin) if d["address"] == "nm@isp.example"][0])'; }
is "on its way" queued "$(held)"
at message seal "$(id other)" --reason "looks like one" || fail "seal by hand"
is "held by the mark" held "$(held)"
at message unseal "$(id other)" --reason "it was none" || fail "unseal"
is "and goes on being held" held "$(held)"
facts "a person releases it" <<'EOP'
other = reading("other@xa.example")
one([d for d in duties if d["what"].startswith("release or cancel what a state-secret mark held")], incident=other["incident"])
EOP
once
facts "its words are back, and nothing happened twice" <<'EOP'
other = reading("other@xa.example")
eq("its row", ("filed", "Viec khac", "an@xa.example"), (other["state"], other["subject"], other["from"]["address"] if isinstance(other["from"], dict) else other["from"]))
eq("duties of it", [], [d for d in run("duty", "list", "--all") if d["what"].startswith("read by hand") and d["incident"] == other["incident"]])
eq("acknowledged once", 1, len([d for d in run("duty", "list", "--all") if d["what"] == "acknowledge" and d["incident"] == other["incident"] and d["due"]]))
EOP
is "search finds it" 1 "$(ctl --json search "Viec khac" | python3 -c 'import json,sys; print(len(json.load(sys.stdin)))')"
at dispatch release "$(ctl --json dispatch list | python3 -c 'import json,sys; print([d["id"] for d in json.load(sys.stdin) if d["address"] == "nm@isp.example"][0])')" --reason "no secret" || fail "release"
once
is "then it leaves" sent "$(held)"
is "who wrote it is not answered twice" 1 "$(ctl --json dispatch list | python3 -c 'import json,sys; print(len([d for d in json.load(sys.stdin) if d["address"] == "an@xa.example" and d["letter"] == "receipt" and d["state"] == "sent" and d["incident"]]))')"
# with a daemon whose clerk is killed over it
now=2026-03-02T10:30:00+07:00
mail s4@xa.example dung@xa.example "[MẬT] So 4" | drop s4
once
before=$(sent)
start --now 2026-03-02T11:00:00+07:00
ctl message unseal "$(id s4)" --reason "no secret" || fail "unseal through the daemon"
kill -KILL "$(role_pid clerk)"
answered() { [ "$(ctl --json dispatch list 2>/dev/null | python3 -c 'import json,sys; print(len([d for d in json.load(sys.stdin) if d["address"] == "dung@xa.example" and d["state"] == "sent"]))')" = 1 ]; }
wait_for 40 "it is answered" answered
stop
now=2026-03-02T11:30:00+07:00
once
is "once" $((before + 1)) "$(sent)"
# its bytes were removed meanwhile: a person reads, nobody guesses
now=2026-03-02T12:00:00+07:00
mail s5@xa.example giang@xa.example "[MẬT] So 5" | drop s5
once
at evidence redact "$(id s5)" --reason "it was one" >/dev/null || fail "redact"
at message unseal "$(id s5)" --reason "by mistake" || fail "unseal of what is gone"
once
facts "what is gone is not read" <<'EOP'
m = reading("s5@xa.example")
eq("filed", ("filed", None), (m["state"], m["subject"]))
ok("a person reads", [d for d in duties if d["what"].startswith("read by hand") and not d["done_at"]])
eq("no receipt", [], [d for d in dispatches if d["address"] == "giang@xa.example" and d["state"] == "sent"])
EOP
