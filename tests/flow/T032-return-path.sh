#!/bin/bash
# A receipt goes to the envelope's sender, else to From; never to what cannot be written to, and then a person owes it.
. "$(dirname "$0")/../lib.sh"

new_instance
mail r1@n.example from@n.example "Su co" | sed 's/^Return-Path: .*/Return-Path: <returns@m.example>\r/' | drop r1
mail r2@n.example from2@n.example "Su co" | sed '/^Return-Path: /d' | drop r2
mail r3@n.example from3@n.example "Su co" "Reply-To: elsewhere@victim.example" | drop r3
mail r4@n.example "broken address <not an address>" "Su co" | sed '/^Return-Path: /d' | drop r4
mail r5@n.example "<\"a b\"@[192.0.2.1]>" "Su co" | sed '/^Return-Path: /d' | drop r5
printf 'Subject: nobody wrote this\r\nMessage-ID: <r6@n.example>\r\n\r\nA report without From.\r\n' | drop r6
# the pipe's --sender is the envelope
mail r7@n.example from7@n.example "Su co" | "$build/irgate-deliver" -c "$conf" --sender envelope@m.example --recipient ungcuu@example.vn || fail "irgate-deliver"
mail r8@n.example from8@n.example "Su co" | "$build/irgate-deliver" -c "$conf" --sender '' --recipient ungcuu@example.vn || fail "irgate-deliver with <>"
now=$(date -d '+1 minute' -Is)
once
facts "where receipts went" <<'EOP'
eq("addresses", sorted(["returns@m.example", "from2@n.example", "from3@n.example", "envelope@m.example"]),
   sorted(d["address"] for d in dispatches if d["state"] == "sent"))
eq("incidents", 8, len(incidents))
for report in ("r4@n.example", "r6@n.example"):
    m = reading(report)
    owed = [d for d in duties if d["incident"] == m["incident"]]
    ok(f"{report}: somebody owes an answer by another way: {owed}", len(owed) == 1 and "by hand" in owed[0]["what"] and not owed[0]["done_at"])
eq("nothing owed to <>", [], by(duties, incident=reading("r8@n.example")["incident"]))
EOP
