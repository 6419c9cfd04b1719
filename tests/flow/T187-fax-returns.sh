#!/bin/bash
# A letter of ours goes out by fax and comes back as somebody's machine made it: it lands in its own case by the code, with the codes covered by the printed
# reference, and with neither to be read in a case of its own, for a person; at both resolutions.
. "$(dirname "$0")/../lib.sh"

[ -x "$build/irgate-scribe" ] && [ -x "$build/tests/paper/paper" ] || skip "letters are not drawn, or pages not read, in this build"
new_instance
at() { ctl --now "$now" "$@"; }
mail r1@xa.example lan@xa.example "Su co trang tin" | drop r1
once
ref=$(field incident 0 ref)
at party add "Đơn vị Fax" --role unit --fax +842330000042 >/dev/null || fail party
at letter send document-receipt "$ref" --to "Đơn vị Fax" --set document.number=12/LĐP >"$work/sent" || fail "letter"
id=$(cut -d' ' -f1 "$work/sent")
once
ours=$dir/outgoing-fax/$id.tif
[ -s "$ours" ] || fail "no fax"

back() { "$build/tests/paper/paper" resend "$ours" "$@" || fail "resend $*"; }
back std 3 12 "$dir/faxes/code-std.tif"
back fine 2 13 "$dir/faxes/text-fine.tif" cover
back std 1 14 "$dir/faxes/text-std.tif" cover
back fine 1 15 "$dir/faxes/nothing.tif" cover ruin
now=2026-03-02T10:00:00+07:00
once
REF=$ref facts "where they landed" <<'EOP'
ref = os.environ["REF"]
m = {m["source_file"]: m for m in messages if m["direction"] == "in" and m["channel"] == "fax"}
eq("all four", 4, len(m))
for name, by_ in (("code-std", "code"), ("text-fine", "reference"), ("text-std", "reference")):
    eq(name, (ref, by_), (m[name + ".tif"]["incident"], m[name + ".tif"]["matched_by"]))
lost = m["nothing.tif"]
ok(f"read by nobody: {lost['incident']}", lost["incident"] and lost["incident"] != ref and lost["matched_by"] == "none")
ok("and somebody is told", any(d["incident"] == lost["incident"] and not d["done_at"] for d in duties))
ok("it says why: %s" % lost["problems"], any("hard to read" in p or "no text" in p for p in lost["problems"]))
EOP
