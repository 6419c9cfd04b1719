#!/bin/bash
# --now of irgatectl: acts count, lists do not; equal times are in the order of their sequence.
. "$(dirname "$0")/../lib.sh"

new_instance
for n in 1 2 3; do mail "t$n@xa$n.example" "p$n@xa$n.example" "Su co $n" | drop "t$n"; done
once
ref=$(field incident 0 ref)
refused 64 'before the newest' ctl --now 2026-03-02T08:59:59+07:00 incident severity "$ref" serious --reason "too early"
refused 64 'not an RFC 3339 time' ctl --now yesterday incident list
# a list at any time, with or without the clock, changes nothing
for t in 2020-01-01T00:00:00Z 2030-01-01T00:00:00Z; do ctl --now "$t" incident list >/dev/null || fail "a list at $t"; done
ctl status >/dev/null || fail "status"
ctl --json message list >"$work/a"
once
ctl --json message list >"$work/b"
cmp -s "$work/a" "$work/b" || fail "lists between two runs changed something"
# equal times: three acts at one moment stand in their order
for s in serious ordinary serious; do ctl --now "$now" incident severity "$ref" $s --reason "step $s" || fail "severity $s"; done
facts "equal times" <<'EOP'
eq("order", ["unknown to serious: step serious", "serious to ordinary: step ordinary", "ordinary to serious: step serious"],
   [j["detail"] for j in sorted(journal, key=lambda j: int(j["id"])) if j["act"] == "incident severity"])
eq("messages stand in the order of the log", ["t1", "t2", "t3"], [m["source_file"] for m in messages if m["direction"] == "in"])
EOP
# an act moves the clock of the instance: --once may not go behind it
ctl --now 2026-03-02T12:00:00+07:00 incident severity "$ref" ordinary --reason "later" || fail "a later act"
now=2026-03-02T11:59:59+07:00
once 64
now=2026-03-02T12:00:00+07:00
once
