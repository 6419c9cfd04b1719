#!/bin/bash
# Failures come back to the bounce address, are read only as bounces and never answered; without such an address <> is used and status says so.
. "$(dirname "$0")/../lib.sh"

new_instance
mail b1@xa.example lan@xa.example "Su co" | drop b1
once
dispatch=$(field dispatch 0 id) ref=$(field incident 0 ref)
letter=$(find "$dir/outgoing/new" -type f | head -n 1)
has "envelope sender with the dispatch" "^Return-Path: <ungcuu-bounce+$dispatch-" "$letter"
bounce=$(sed -n 's/^Return-Path: <\(.*\)>.*/\1/p' "$letter" | tr -d '\r')
ctl status >"$work/status.log" || fail "status"
has_not "failures can be seen" 'cannot be seen' "$work/status.log"
to() { sed "s/^To: .*/To: $1\r/; s/^Return-Path: .*/Return-Path: <$2>\r\nDelivered-To: $1\r/"; }
# a real bounce, a person who wrote to the bounce address, one with a guessed token, one to the bare address
mail x1@mx.example MAILER-DAEMON@mx.example "Undelivered" | to "$bounce" "" | drop x1
mail x2@xa.example an@xa.example "A report sent to the wrong address" | to "$bounce" an@xa.example | drop x2
mail x3@xa.example eve@xa.example "guess" | to "ungcuu-bounce+$dispatch-AAAAAAAAAA@example.vn" eve@xa.example | drop x3
mail x4@xa.example eve@xa.example "bare" | to "ungcuu-bounce@example.vn" eve@xa.example | drop x4
now=2026-03-02T10:00:00+07:00
once
REF=$ref facts "bounces" <<'EOP'
eq("incidents", 1, len(incidents))
eq("letters", 1, len(dispatches))
for id, case in (("x1@mx.example", True), ("x2@xa.example", True), ("x3@xa.example", False), ("x4@xa.example", False)):
    m = reading(id)
    ok(f"{id} is a bounce or a delivery report: {m['class']}", m["class"] in ("bounce", "delivery-report"))
    eq(f"{id}: case", os.environ["REF"] if case else None, m["incident"])
EOP

new_instance without
sed -i '/^[[:space:]]*bounce_address = /d' "$conf"
mail b1@xa.example lan@xa.example "Su co" | drop b1
once
letter=$(find "$dir/outgoing/new" -type f | head -n 1)
has "the null sender" '^Return-Path: <>' "$letter"
ctl status >"$work/status.log" || fail "status"
has "status says it" 'failures of delivery cannot be seen' "$work/status.log"
is "in JSON" False "$(ctl --json status | python3 -c 'import json,sys; print(json.load(sys.stdin)["failures_visible"])')"
