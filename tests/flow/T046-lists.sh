#!/bin/bash
# The lists of INTERFACE: every key there, values only from the tables, every id can be shown.
. "$(dirname "$0")/../lib.sh"

new_instance
ctl --now 2026-03-01T00:00:00+07:00 party add "VNCERT/CC" --role coordinator --mail c@vncert.example --fax +84.24.1 --phone +84.24.2 --24x7 >"$work/party.log" || fail "party add"
mail l1@xa.example lan@xa.example "Su co" | drop l1
mail l2@xa.example lan@xa.example "Re: Su co" "In-Reply-To: <l1@xa.example>" | drop l2
mail l3@robot.example robot@robot.example "x" "Auto-Submitted: auto-replied" | drop l3
printf '\000\001\002 no mail at all' | drop l4
: | drop l5
once
ref=$(field incident 0 ref)
now=2026-03-02T10:00:00+07:00
ctl --now "$now" incident escalate "$ref" --to VNCERT/CC >"$work/escalate.log" || fail "escalate"
once
facts "lists" <<'EOP'
import re
stamp = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$")
reference = re.compile(r"IR-\d{4}-\d{6,7}-[0-9A-Z*]$")
def keys(noun, rows, names):
    ok(f"there are rows of {noun}", rows)
    for r in rows:
        ok(f"{noun}: keys missing {set(names.split()) - set(r)}", not set(names.split()) - set(r))
def words(noun, rows, key, allowed):
    for r in rows:
        ok(f"{noun} {key} is {r[key]!r}", r[key] in allowed.split())
def times(noun, rows, *names):
    for r in rows:
        for n in names:
            ok(f"{noun} {n} is {r[n]!r}", r[n] is None or stamp.match(r[n]))
def holds(row, shown): eq("show holds the row, and may say more", row, {k: shown.get(k, "not there") for k in row})
keys("incident", incidents, "ref status severity category widespread opened_at acknowledged_at closed_at secrecy messages duties dispatches related")
words("incident", incidents, "status", "new open waiting resolved closed")
words("incident", incidents, "severity", "unknown ordinary serious")
words("incident", incidents, "widespread", "no suspected confirmed")
times("incident", incidents, "opened_at", "acknowledged_at", "closed_at")
for i in incidents:
    ok(f"reference {i['ref']}", reference.match(i["ref"]))
    eq("secrecy", {"requested", "tlp", "state"}, set(i["secrecy"]))
    for m in i["messages"]: eq("message of a case", i["ref"], run("message", "show", m)["incident"])
    for d in i["dispatches"]: eq("dispatch of a case", i["ref"], run("dispatch", "show", d)["incident"])
    for d in i["duties"]: eq("duty of a case", i["ref"], run("duty", "show", d)["incident"])
    holds(i, run("incident", "show", i["ref"]))
keys("message", messages, "id incident direction channel state message_id from subject received_at class matched_by match_reason copies source_file")
words("message", messages, "direction", "in out")
words("message", messages, "channel", "mail fax letter phone")
words("message", messages, "state", "filed held suspect sealed quarantined")
words("message", messages, "matched_by", "reference thread foreign-ticket letter-number code same-message person none")
words("message", messages, "class", "person list auto-reply out-of-office bounce delivery-report read-receipt ticket-system machine-report")
times("message", messages, "received_at")
for m in messages: holds(m, run("message", "show", m["id"]))
eq("one row for every distinct message taken or sent", {"l1", "l2", "l3", "l4", "l5", None}, {m["source_file"] for m in messages})
keys("dispatch", dispatches, "id incident letter party channel address state why attempts message_id not_before")
words("dispatch", dispatches, "channel", "mail fax letter phone")
words("dispatch", dispatches, "state", "queued sending sent delivered failed cancelled held uncertain")
times("dispatch", dispatches, "not_before")
for d in dispatches:
    holds(d, run("dispatch", "show", d["id"]))
    for a in d["attempts"]:
        ok(f"attempt {a}", not {"at", "outcome", "code", "text"} - set(a) and a["outcome"] in ("ok", "later", "never") and stamp.match(a["at"]))
keys("duty", duties, "id incident what owner due done_at basis")
times("duty", duties, "due", "done_at")
for d in duties:
    holds(d, run("duty", "show", d["id"]))
    ok("basis", d["basis"])
keys("party", parties, "id name role channels valid_from valid_to on_duty_24x7")
words("party", parties, "role", "reporter unit isp owner operator coordinator police military standing-body officer other")
times("party", parties, "valid_from", "valid_to")
for p in parties:
    holds(p, run("party", "show", str(p["id"])))
    for c in p["channels"]:
        ok(f"channel {c}", c["channel"] in ("mail", "fax", "letter", "phone") and c["state"] in ("ok", "failing", "revoked") and c["address"])
eq("24x7", True, parties[0]["on_duty_24x7"])
escalation = one(dispatches, letter="escalation")
eq("the party of an escalation", str(parties[0]["id"]), str(escalation["party"]))
mail = next(outgoing[n] for n in outgoing if n.startswith(escalation["id"]))
eq("one addressee", ["c@vncert.example"], [a.addr_spec for a in mail["To"].addresses])
ok("a new thread: no foreign Message-IDs", not mail["In-Reply-To"] and not mail["References"])
EOP
