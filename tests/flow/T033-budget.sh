#!/bin/bash
# Two automatic letters to one address in 24 hours; the third is kept back, its sender is suspended until a person answers it again, and a person
# owes what was kept back.
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
d = one(dispatches, state="held")
ok(f"why: {d['why']}", "budget" in d["why"])
i = one(incidents, ref=d["incident"])
eq("its case is not acknowledged", None, i["acknowledged_at"])
duty = one(duties, incident=i["ref"])
ok(f"owed by a person: {duty['what']}", "by hand" in duty["what"] and duty["done_at"] is None and duty["basis"])
EOP
# the first is a day old, but who reached the budget stays suspended
one 4
now=2026-03-03T09:00:01+07:00
once
is "letters after a day" 2 "$(sent)"
ctl --now "$now" peer resume Busy@n.example >/dev/null || fail "peer resume"
one 5
now=2026-03-03T10:00:00+07:00
once
is "letters after it was resumed" 3 "$(sent)"
# another address has a budget of its own
mail c1@n.example calm@n.example "Su co" | drop c1
once
is "letters with another address" 4 "$(sent)"
# a person lets the ones that were kept back go: one by its number, the other with its batch
ctl --now "$now" dispatch release D-000003 --reason "the officer wants it" || fail "release"
ctl --now "$now" receipt release --all >"$work/release.log" || fail "receipt release"
has "how many" 'let go: 1' "$work/release.log"
once
is "letters when all were let go" 6 "$(sent)"
refused 65 "no receipt is kept back" ctl --now "$now" receipt release --all
