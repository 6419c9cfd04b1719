#!/bin/bash
# A wrong filing is undone by a person: move, merge, split and back; each act is journalled and explained, nothing is sent by it.
. "$(dirname "$0")/../lib.sh"

new_instance
for n in 1 2 3; do mail "u$n@xa$n.example" "p$n@xa$n.example" "Su co $n" | drop "u$n"; done
mail u1b@xa1.example p1@xa1.example "them" "In-Reply-To: <u1@xa1.example>" | drop u4
once
row() { ctl --json message list | python3 -c 'import json,sys; print([m for m in json.load(sys.stdin) if m["message_id"] == sys.argv[1]][0][sys.argv[2]])' "$1" "$2"; }
one=$(row u1@xa1.example incident) two=$(row u2@xa2.example incident) three=$(row u3@xa3.example incident)
follow=$(row u1b@xa1.example id)
now=2026-03-02T10:00:00+07:00
act() { ctl --now "$now" "$@" >"$work/act.log" 2>&1 || { cat "$work/act.log"; fail "$*"; }; }

# move, and back
act message move "$follow" "$two" --reason "belongs to the ministry"
is "moved to" "$two" "$(row u1b@xa1.example incident)"
is "matched by" person "$(row u1b@xa1.example matched_by)"
ctl explain "$follow" >"$work/explained.log"
has "the reason is kept" 'belongs to the ministry' "$work/explained.log"
act message move "$follow" "$one"
is "moved back to" "$one" "$(row u1b@xa1.example incident)"
ctl explain "$follow" >"$work/explained.log"
has_not "no reason given is no reason printed" 'null' "$work/explained.log"
refused 65 'there already' ctl --now "$now" message move "$follow" "$one" --reason again
refused 65 'no message' ctl --now "$now" message move 9999 "$one" --reason x
refused 64 'not a reference' ctl --now "$now" message move "$follow" IR-2026-000001-Z --reason x

# merge: everything of the third is in the first; a follow-up to the third lands there too
act incident merge "$three" "$one" --reason "the same server"
facts "merged" <<EOP
i, gone = one(incidents, ref="$one"), one(incidents, ref="$three")
eq("status of what was merged away", "closed", gone["status"])
eq("it points to", "$one", gone["merged_into"])
eq("its messages", [], gone["messages"])
ok("they are in the other", reading("u3@xa3.example")["id"] in i["messages"])
ok("its dispatch too", one(dispatches, address="p3@xa3.example")["incident"] == "$one")
EOP
refused 65 'merged into' ctl --now "$now" incident merge "$three" "$two" --reason x
refused 64 'itself' ctl --now "$now" incident merge "$one" "$one" --reason x
mail u3b@xa3.example p3@xa3.example "Them ve $three" | drop u5
mail u3c@xa3.example p3@xa3.example "Re: x" "In-Reply-To: <u3@xa3.example>" | drop u6
now=2026-03-02T11:00:00+07:00
once
is "a follow-up by the old number" "$one" "$(row u3b@xa3.example incident)"
is "a follow-up in the old thread" "$one" "$(row u3c@xa3.example incident)"

# split: back out again
act incident split "$one" "$(row u3@xa3.example id)" "$(row u3b@xa3.example id)" "$(row u3c@xa3.example id)" --reason "another server after all"
four=$(tail -n 1 "$work/act.log")
is "split into" "$four" "$(row u3@xa3.example incident)"
refused 65 'is not in' ctl --now "$now" incident split "$one" "$(row u2@xa2.example id)" --reason x
sent_before=$(sent)
now=2026-03-02T12:00:00+07:00
once
is "letters sent by all this" "$sent_before" "$(sent)"
ctl journal list >"$work/journal.log"
for words in "message move .*belongs to the ministry" "incident merge .*the same server" "incident split .*another server after all"; do
	has "the journal" "$words" "$work/journal.log"
done
ctl check >"$work/check.log" 2>&1 || fail "irgatectl check"
ctl explain "$one" >"$work/explained.log" || fail "explain of a case"
has "explain of a case tells its messages" 'message ' "$work/explained.log"
ctl explain D-000001 >"$work/explained.log" || fail "explain of a dispatch"
has "explain of a dispatch tells its verdict" 'verdict' "$work/explained.log"
