#!/bin/bash
# An ancestor that nobody here has seen joins only under the same sender or an organisation's own domain; never over a shared mail host.
. "$(dirname "$0")/../lib.sh"

new_instance
ctl --now 2026-03-01T00:00:00+07:00 party add "So TTTT" --role unit --mail a@stttt.example --domain stttt.example || fail "party add"
ctl --now 2026-03-01T00:00:00+07:00 party add "Mot nguoi" --role reporter --mail one@gmail.com --domain gmail.com >"$work/shared.log" 2>&1
mail a1@stttt.example a@stttt.example "Su co A" "In-Reply-To: <lost-a@elsewhere.example>" | drop a1
mail g1@gmail.com one@gmail.com "Su co G" "References: <lost-g@elsewhere.example>" | drop g1
mail n1@noise.example x@noise.example "Su co N" "References: <lost-n@elsewhere.example>" | drop n1
once
mail a2@stttt.example a@stttt.example "them A" "References: <lost-a@elsewhere.example>" | drop a2
mail a3@stttt.example b@stttt.example "them A cua dong nghiep" "In-Reply-To: <lost-a@elsewhere.example>" | drop a3
mail a4@other.example z@other.example "them A cua nguoi la" "In-Reply-To: <lost-a@elsewhere.example>" | drop a4
mail g2@gmail.com two@gmail.com "them G cua nguoi khac" "In-Reply-To: <lost-g@elsewhere.example>" | drop g2
mail n2@noise.example y@noise.example "them N, to chuc la" "In-Reply-To: <lost-n@elsewhere.example>" | drop n2
# the ancestor itself comes late
mail lost-a@elsewhere.example a@stttt.example "ban goc A" | drop a5
now=2026-03-02T10:00:00+07:00
once
facts "ancestors" <<'EOP'
a, g, n = (reading(x)["incident"] for x in ("a1@stttt.example", "g1@gmail.com", "n1@noise.example"))
for id, why in (("a2@stttt.example", "same sender"), ("a3@stttt.example", "own domain"), ("lost-a@elsewhere.example", "same sender")):
    m = reading(id)
    eq(id, (a, "thread"), (m["incident"], m["matched_by"]))
    ok(f"{id}: reason '{m['match_reason']}'", why in m["match_reason"])
for id, case in (("a4@other.example", a), ("g2@gmail.com", g), ("n2@noise.example", n)):
    m = reading(id)
    ok(f"{id} has a case of its own", m["incident"] != case and m["matched_by"] == "none")
    eq(f"{id}: linked", True, case in one(incidents, ref=m["incident"])["related"])
    ok(f"{id}: linked from the other side too", m["incident"] in one(incidents, ref=case)["related"])
    eq(f"{id}: own receipt", 1, len(by(dispatches, incident=m["incident"], state="sent")))
    ok(f"{id}: rejected is written down", m["match_rejected"])
colleague = one(dispatches, address="b@stttt.example")
eq("the colleague is receipted as a new participant", a, colleague["incident"])
EOP
