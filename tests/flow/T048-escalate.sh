#!/bin/bash
# A case is handed on by a person's act only, through the gate: secrecy and channels that are not there keep it, with a reason.
. "$(dirname "$0")/../lib.sh"

new_instance
set_conf fax 'transport = "none";' # no fax leaves by itself
at() { ctl --now "$now" "$@"; }
mail e1@xa.example lan@xa.example "Su co mat" | drop e1
once
ref=$(field incident 0 ref)
now=2026-03-02T10:00:00+07:00
refused 65 'no party is known for the rung coordinator' at incident escalate "$ref"
at party add "Mail" --role coordinator --mail m@a.example --language en >/dev/null || fail "party add"
at party add "Fax only" --role coordinator --fax +84.24.1 >/dev/null || fail "party add"
at party add "Nobody" --role coordinator >/dev/null || fail "party add"
at party add "Old" --role coordinator --mail old@a.example --to 2026-01-01T00:00:00+07:00 >/dev/null || fail "party add"
refused 65 'no party' at incident escalate "$ref" --to "Nowhere"
refused 65 'no incident' at incident escalate IR-2026-000123-0 --to Mail
at incident escalate "$ref" --to Mail >"$work/d1" || fail "escalate to mail"
at incident escalate "$ref" --to "Fax only" >"$work/d2" || fail "escalate to a fax"
refused 65 'no channel' at incident escalate "$ref" --to Nobody
at incident escalate "$ref" --to Old >"$work/d3" || fail "escalate to a party out of force"
once
facts "what was handed on" <<'EOP'
mail, fax, old = (one(dispatches, address=a) for a in ("m@a.example", "+84.24.1", "old@a.example"))
eq("by mail", ("sent", "mail", "escalation"), (mail["state"], mail["channel"], mail["letter"]))
eq("by fax", ("held", "fax"), (fax["state"], fax["channel"]))
ok(f"why: {fax['why']}", fax["why"])
eq("out of force", "held", old["state"])
ok(f"why: {old['why']}", "force" in old["why"])
eq("what left", 2, len(outgoing))
letter = next(outgoing[n] for n in outgoing if n.startswith(mail["id"]))
text = letter.get_body(("plain",)).get_content()
ok("in the party's language", "Dear" in text or "incident" in text)
ok("its reference", mail["incident"] in text)
ok("no Auto-Submitted: a person's letter", not letter["Auto-Submitted"])
EOP
# who was told is not told the same again by slip, but may be with a reason
refused 65 'Mail has its letter already: D-000002, sent' at incident escalate "$ref" --to Mail
refused 65 'stays held' at dispatch release "$(cat "$work/d2")" --reason "let it go"
refused 65 'stays held' at dispatch release "$(cat "$work/d3")" --reason "let it go"
refused 64 'reason' at dispatch release "$(cat "$work/d2")"
refused 65 'no dispatch' at dispatch release D-000099 --reason x
refused 65 'sent' at dispatch release "$(cat "$work/d1")" --reason x
refused 65 'sent' at dispatch cancel "$(cat "$work/d1")" --reason x
at dispatch cancel "$(cat "$work/d2")" --reason "by letter instead" || fail "cancel"
is "state" cancelled "$(ctl --json dispatch show "$(cat "$work/d2")" | python3 -c 'import json,sys; print(json.load(sys.stdin)["state"])')"
refused 65 'cancelled' at dispatch cancel "$(cat "$work/d2")" --reason again
# the party is in force again: the gate agrees now
at party add "Old" --role coordinator --mail old@a.example >/dev/null || fail "party change"
at dispatch release "$(cat "$work/d3")" --reason "his entry was renewed" || fail "release"
once
is "letters" 3 "$(sent)"
at incident severity "$ref" serious --reason "the registry stands still" || fail "severity"
at incident escalate "$ref" --to Mail --reason "it is serious now" >/dev/null || fail "told again with a reason"
at incident escalate "$ref" --to Mail --reason "and spreads" >/dev/null || fail "told a third time"
once
is "one report waits for its signature, however often he is told" 1 "$(ctl --json dispatch list | python3 -c 'import json,sys
print(sum(d["letter"] == "ad-hoc-report" and d["state"] == "held" and d["address"] == "m@a.example" for d in json.load(sys.stdin)))')"
ctl explain "$(cat "$work/d3")" >"$work/explained.log"
has "the verdicts stand" 'his entry was renewed' "$work/explained.log"
