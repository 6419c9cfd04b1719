#!/bin/bash
# Hostile replies: forged references to many cases, loops between ids, a mail that names every case, the same id in a circle; each has one place.
. "$(dirname "$0")/../lib.sh"

new_instance
for n in 1 2 3; do mail "c$n@xa$n.example" "p$n@xa$n.example" "Su co $n" | drop "c$n"; done
once
refs=$(ctl --json incident list | python3 -c 'import json,sys; print(*[i["ref"] for i in json.load(sys.stdin)])')
now=2026-03-02T10:00:00+07:00
# a stranger names all three; a known reporter names two besides his own; ids of several cases at once
mail h1@evil.example eve@evil.example "all: $refs" | drop h1
mail h2@xa1.example p1@xa1.example "toi: $refs" | drop h2
mail h3@evil.example mal@evil.example "Re" "References: <c1@xa1.example> <c2@xa2.example> <c3@xa3.example>" | drop h3
# a circle of ids that nobody has seen, and one that names itself
mail l1@loop.example a@loop.example "vong 1" "References: <l2@loop.example>" | drop l1
mail l2@loop.example a@loop.example "vong 2" "References: <l1@loop.example>" | drop l2
mail self@loop.example b@loop.example "tu minh" "In-Reply-To: <self@loop.example>" | drop l3
# an out-of-office to our receipt is filed in the thread and answered by nobody; a forged bounce with a case's number opens nothing
receipt=$(field dispatch 0 message_id)
mail oof@xa1.example p1@xa1.example "Tra loi tu dong" "Auto-Submitted: auto-replied" "In-Reply-To: <$receipt>" | drop o1
sent_before=$(sent)
once
REFS=$refs facts "who is where" <<'EOP'
refs = os.environ["REFS"].split()
h1, h2, h3 = (reading(f"h{n}@{d}.example") for n, d in ((1, "evil"), (2, "xa1"), (3, "evil")))
ok("the stranger has his own case", h1["incident"] not in refs and h1["suggested_incident"] in refs)
eq("the reporter's goes to his own", one(messages, message_id="c1@xa1.example")["incident"], h2["incident"])
eq("the nearest id decides", one(messages, message_id="c3@xa3.example")["incident"], h3["incident"])
eq("the circle is one case", reading("l1@loop.example")["incident"], reading("l2@loop.example")["incident"])
ok("one that names itself opens its own", reading("self@loop.example")["matched_by"] == "none")
oof = reading("oof@xa1.example")
ok(f"an automatic answer is no person: {oof['class']}", oof["class"] in ("auto-reply", "out-of-office"))
eq("and is not answered", [], [d for d in dispatches if d["answers"] == oof["id"]])
for i in incidents:
    ok(f"{i['ref']} is acknowledged once", len([d for d in by(dispatches, incident=i["ref"]) if d["letter"] == "receipt" and d["answers"] == i["messages"][0]]) == 1)
EOP
# the same folder of mails again in another order: nothing new but copies
n=0
for f in "$dir"/incoming/cur/*; do n=$((n + 1)); cp "$f" "$dir/incoming/new/again$((100 - n))"; done
incidents=$(count incident)
letters=$(sent)
now=2026-03-02T11:00:00+07:00
once
is "incidents" "$incidents" "$(count incident)"
is "letters" "$letters" "$(sent)"
[ "$letters" -gt "$sent_before" ] || fail "nothing was sent at all"
