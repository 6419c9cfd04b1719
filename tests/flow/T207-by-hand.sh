#!/bin/bash
# A person who writes as abuse desks do is receipted like a person; a machine that says so is not (RFC 3834 section 2).
. "$(dirname "$0")/../lib.sh"

new_instance
text="Our mail server is attacked from 203.0.113.77 since this morning, please help."
BODY=$text mail h1@a.example lan@a.example "Attack from outside" | drop h1
BODY=$text mail h2@b.example lan@b.example "Attack from outside" "Auto-Submitted: auto-generated" | drop h2
BODY=$text mail h3@c.example lan@c.example "Attack from outside" "Precedence: bulk" | drop h3
BODY=$text mail h4@d.example no-reply@d.example "Attack from outside" | drop h4
once
facts "who is receipted" <<'EOP'
eq("all are reports", 4, len(incidents))
eq("whatever wrote it", {"machine-report"}, {m["class"] for m in messages if m["direction"] == "in"} - {"list"})
eq("the person alone", ["lan@a.example"], [d["address"] for d in dispatches])
EOP
