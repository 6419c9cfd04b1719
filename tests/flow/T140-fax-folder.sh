#!/bin/bash
# A fax server drops what it received: each fax becomes a message and a case with its facts, the same fax twice is a copy, a broken one is said to be
# broken, what is no fax is refused; nothing is lost when the log takes nothing.
. "$(dirname "$0")/../lib.sh"

[ -x "$build/tests/unit/fax-page" ] || skip "fax-page was not built"
page() { "$build/tests/unit/fax-page" "$@"; }
new_instance
now=2026-03-02T09:00:00+07:00
page "$dir/faxes/one.tif" 2
cat >"$dir/faxes/one.json" <<'EOJ'
{"caller": "+84 24 3123456", "ident": "CTY A <x@y>", "called": "02439990000", "started": "2026-03-02T08:30:00+07:00",
 "ended": "2026-03-02T08:31:10+07:00", "pages": 2, "rate": 14400, "ecm": true, "result": "ok"}
EOJ
page "$dir/faxes/bare.tif" 1
page "$dir/faxes/cut.tif" 3
printf '{"pages": 4, "result": "interrupted", "caller": "0909"}' >"$dir/faxes/cut.tif.json"
head -c 20000 "$dir/faxes/cut.tif" >"$work/cut" && mv "$work/cut" "$dir/faxes/cut.tif"
printf 'II*\0\0\0\0\0' >"$dir/faxes/empty-tiff.tif"
echo "not a fax" >"$dir/faxes/note.tif"
once
cp "$dir/faxes/.taken/2026-03/one.tif" "$dir/faxes/again.tif"
cp "$dir/faxes/.taken/2026-03/one.tif" "$dir/faxes/other.tif" # the same pages from somebody else: a call of its own
echo '{"caller": "+84 24 5550000", "started": "2026-03-02T09:30:00+07:00", "pages": 2, "result": "ok"}' >"$dir/faxes/other.json"
now=2026-03-02T10:00:00+07:00
once
facts "faxes" <<'EOP'
ms = {m["source_file"]: m for m in messages}
eq("messages", ["bare.tif", "cut.tif", "empty-tiff.tif", "one.tif"], sorted(ms))
for m in messages:
    eq(m["source_file"] + " channel", ("fax", "in", "filed", "person"), (m["channel"], m["direction"], m["state"], m["class"]))
    ok(m["source_file"] + " opens a case", m["incident"] is not None)
one = ms["one.tif"]
eq("copies", ["again.tif", "other.tif"], sorted(c["source_file"] for c in one["copies"]))
eq("copies' channel", ["fax", "fax"], [c["channel"] for c in one["copies"]])
eq("who called with these pages", ["+84 24 3123456", "+84 24 5550000"], sorted(c["number"] for c in run("fax", "calls") if c["message"] == one["id"]))
ok("subject says the caller", "+84 24 3123456" in one["subject"])
problems = " ".join(ms["cut.tif"]["problems"])
ok("the broken one says so: " + problems, "interrupted" in problems and "damaged" in problems)
ok("pages that cannot be counted are said", "no page" in " ".join(ms["empty-tiff.tif"]["problems"]))
eq("incidents", 4, len(incidents))
EOP
[ -f "$dir/faxes/.taken/2026-03/one.json" ] || fail "the sidecar went along"
[ -f "$dir/faxes/.refused/note.tif.reason.txt" ] || fail "the refused one has a reason"
ctl --json read "$dir/faxes/.taken/2026-03/one.tif" "$dir/faxes/.taken/2026-03/bare.tif" >"$work/read.json"
python3 - "$work/read.json" <<'EOP' || fail "read"
import json, sys
one, bare = [json.loads(line) for line in open(sys.argv[1])]
f = one["fields"]
assert one["kind"] == bare["kind"] == "fax", (one["kind"], bare["kind"])
assert f["fax.caller"]["value"] == "+84 24 3123456" and f["fax.called"]["value"] == "02439990000" and f["fax.ident"]["value"] == "CTY A <x@y>"
assert f["fax.pages"]["value"] == "2" and f["fax.time"]["value"] == "2026-03-02T08:30:00+07:00" and f["fax.ident"]["confidence"] < f["fax.caller"]["confidence"]
assert not [k for k in bare["fields"] if k.startswith("fax.") and k != "fax.pages"], bare["fields"]
assert one["attachments"][0]["type"] == "image/tiff" and one["date"] == "2026-03-02T08:30:00+07:00"
EOP

# a party whose fax number it is gets its receipt by fax, drawn on a page; nobody else is called back
[ -x "$build/irgate-scribe" ] || exit 0
new_instance answered
now=2026-03-02T09:00:00+07:00
ctl --now "$now" party add "Cong ty A" --role reporter --fax "(024) 312.3456" >/dev/null || fail "party add"
for n in 1 2; do page "$dir/faxes/r$n.tif" $n; done
echo '{"caller": "+84243123456"}' >"$dir/faxes/r1.json"
echo '{"caller": "+84249999999"}' >"$dir/faxes/r2.json"
once
facts "receipts by fax" <<'EOP'
d = one(dispatches, letter="receipt")
eq("receipt", ("fax", "sent", "+84243123456", "Cong ty A"), (d["channel"], d["state"], d["address"], d["party_name"]))
ok("its page is there", os.path.exists(f"{folder}/outgoing-fax/{d['id']}.tif"))
ok("a person acknowledges the other", any("acknowledge by hand" in x["what"] and "no party's" in x["what"] for x in duties))
EOP
