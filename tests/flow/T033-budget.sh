#!/bin/bash
# Two automatic letters to one address in 24 hours; the third is suppressed, a person owes it, and the next day the address is answered again.
. "$(dirname "$0")/../lib.sh"

new_instance
one() { mail "b$1@n.example" busy@n.example "Su co so $1" | drop "b$1"; }
one 1
once
one 2
now=2026-03-02T20:00:00+07:00
once
one 3
now=2026-03-03T08:59:59+07:00
once
is "letters within 24 hours" 2 "$(sent)"
facts "the third" <<'EOP'
d = one(dispatches, state="cancelled")
ok(f"why: {d['why']}", "budget" in d["why"])
i = one(incidents, ref=d["incident"])
eq("its case is not acknowledged", None, i["acknowledged_at"])
duty = one(duties, incident=i["ref"])
ok(f"owed by a person: {duty['what']}", "by hand" in duty["what"] and duty["done_at"] is None and duty["basis"])
EOP
# the first is a day old: one more may go
one 4
now=2026-03-03T09:00:01+07:00
once
is "letters after a day" 3 "$(sent)"
# another address has a budget of its own
mail c1@n.example calm@n.example "Su co" | drop c1
once
is "letters with another address" 4 "$(sent)"
# a person may let the suppressed one go? it is cancelled for good, and the answer says so
refused 65 "is cancelled" ctl --now "$now" dispatch release D-000003 --reason "the officer wants it"
