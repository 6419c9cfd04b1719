#!/bin/bash
# Robots of every kind write to the gateway for days: each loop is dead within the budgets (2 an address, 5 a domain, 20 alike mails in 24 hours), stays
# dead, and is said to the operator; a person answers a peer again, and lets kept back receipts go together.
. "$(dirname "$0")/../lib.sh"
command -v python3 >/dev/null || skip "python3 is not there"

new_instance
play() { python3 "$src/tests/flow/peers.py" "$dir" "$build/irgated" play "$@" >"$work/play.json" 2>>"$work/play.log" || fail "the play"; }
# within NAME PER-ADDRESS PER-PEER
judge() { python3 - "$work/play.json" "$@" <<-'EOP' || fail "$1"
	import json, sys
	got, words, since, bad = json.load(open(sys.argv[1])), sys.argv[2], int(sys.argv[3]), 0
	for name, address, peer in (("Rt", 2, 2), ("Otrs", 2, 2), ("Stripping", 2, 2), ("Minting", 2, 2), ("Changing", 2, 5), ("Roaming", 2, 20), ("Chatter", 2, 2), ("Gateway", 2, 2), ("Gone", 2, 2)):
	    g = got[name]
	    if not (1 <= g["letters"] and g["address"] <= address and g["peer"] <= peer and g["last"] <= since):
	        bad += 1
	        print(f"  {words}: {name}: {g}, at most {address} an address, {peer} in 24 hours, none after round {since}", file=sys.stderr)
	sys.exit(bad > 0)
	EOP
}
play 16 30 2026-03-02T09:00:00+07:00
judge "the first hours" 14
# days later they are still suspended, though each goes on whenever it hears something, and one whatever it hears
last=$(python3 -c 'import json, sys; print(max(g["last"] for g in json.load(open(sys.argv[1])).values()))' "$work/play.json")
play 4 1500 2026-03-03T10:00:00+07:00
judge "days later" "$last"
now=2026-03-06T15:00:00+07:00
facts "what the operator is told" <<'EOP'
ok("an alarm", any(a["code"] == "peer-suspended" for a in alarms))
suspended = {(p["kind"], p["peer"]) for p in run("peer", "list")}
for want in (("address", "desk@strip.example"), ("address", "ticket@mint.example"), ("domain", "change.example"), ("address", "cron@chat.example")):
    ok(f"{want} is suspended", want in suspended)
ok("a class of alike mail is suspended", any(k == "alike" for k, _ in suspended))
held = by(dispatches, state="held", letter="receipt")
eq("kept back receipts and their batches", len(held), sum(b["receipts"] for b in run("receipt", "list")))
for d in held:
    ok(f"{d['id']}: says the budget: {d['why']}", d["why"].startswith("budget: "))
    ok(f"{d['id']}: a duty with a deadline", [x for x in duties if x["incident"] == d["incident"] and "by hand" in x["what"] and x["due"] and not x["done_at"]])
EOP
# a person resumes one: it is answered again, within its budget, and then suspended again
before=$(sent)
refused 65 "is not suspended" ctl --now "$now" peer resume nobody@x.example
ctl --now "$now" peer resume cron@chat.example --reason "may chu giam sat cua ta" >/dev/null || fail "peer resume"
chat() { mail "chat$1@chat.example" cron@chat.example "kiem tra $1" | drop "chat$1"; }
words=(alpha bravo charlie delta)
for i in 1 2 3; do BODY="${words[i]} ${words[i - 1]} report of the monitor about another thing ${words[i]}" chat "$i"; done
once
is "answered again, twice" $((before + 2)) "$(sent)"
ctl peer list | grep -q cron@chat.example || fail "it is not suspended again"
# one key for all that was kept back for it
held_of() { ctl --json receipt list | python3 -c 'import json, sys; print(sum(b["receipts"] for b in json.load(sys.stdin) if b["batch"] == sys.argv[1]))' "$1"; }
n=$(held_of cron@chat.example)
[ "$n" -gt 2 ] || fail "nothing was kept back for it: $n"
before=$(sent)
ctl --now "$now" receipt release cron@chat.example --reason "da xem" >/dev/null || fail "receipt release"
once
is "let go with one key" $((before + n)) "$(sent)"
is "nothing is kept back for it" 0 "$(held_of cron@chat.example)"
# thirty days without a word: answered again by itself; a day less is not enough
now=2026-03-31T09:00:00+07:00
mail calm1@strip.example desk@strip.example "Mot viec khac" | drop calm1
before=$(sent)
once
is "29 days" "$before" "$(sent)"
now=2026-05-01T10:00:00+07:00
mail calm2@strip.example desk@strip.example "Mot viec khac nua" | drop calm2
once
is "31 days" $((before + 1)) "$(sent)"
# shared mail hosts have no domain budget; a domain of the party directory has 50
new_instance many
set_conf decide 'budget_alike = 0;'
now=2026-03-02T09:00:00+07:00
ctl --now "$now" party add "Nha mang" --role isp --mail noc@isp.example >/dev/null || fail "party add"
for ((i = 1; i <= 52; i++)); do mail "g$i@gmail.com" "user$i@gmail.com" "Su co $i" | drop "g$i"; mail "i$i@isp.example" "nv$i@isp.example" "Su co $i" | drop "i$i"; done
for ((i = 1; i <= 6; i++)); do mail "u$i@u.example" "nv$i@u.example" "Su co $i" | drop "u$i"; done
once
to() { ctl --json dispatch list | python3 -c 'import json, sys; print(len([d for d in json.load(sys.stdin) if d["address"].endswith(sys.argv[1]) and d["state"] == sys.argv[2]]))' "$1" "$2"; }
is "a shared host" 52 "$(to @gmail.com sent)"
is "a domain of the directory" "50 2" "$(to @isp.example sent) $(to @isp.example held)"
is "another domain" "5 1" "$(to @u.example sent) $(to @u.example held)"
# the ceiling holds receipts only, and says so
new_instance ceiling
set_conf decide 'receipts_max = 3;'
for ((i = 1; i <= 5; i++)); do mail "c$i@c$i.example" "nv@c$i.example" "Su co $i" | drop "c$i"; done
ctl --now "$now" party add "Dieu phoi" --role coordinator --mail dp@coord.example >/dev/null || fail "party add"
once
is "receipts up to the ceiling" 3 "$(sent)"
ctl --now "$now" incident escalate "$(field incident 4 ref)" --to "Dieu phoi" >/dev/null || fail "escalate"
once
is "an escalation leaves all the same" 4 "$(sent)"
ctl alarm list | grep -q receipt-ceiling || fail "no alarm"
is "kept back by the ceiling" 2 "$(held_of ceiling)"
