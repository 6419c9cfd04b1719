#!/bin/bash
# Scanned letters from the folder: one that bears our code joins its case by it, one that prints our reference joins by that, one that has neither opens
# its own; a claim of 60000 x 60000 points costs nothing; what is no page is refused with a reason.
. "$(dirname "$0")/../lib.sh"

[ -x "$build/irgate-pages" ] && [ -x "$build/tests/paper/paper" ] || skip "pages are not read or not made in this build"
paper() { "$build/tests/paper/paper" page "$@" || fail "paper"; }
new_instance
mail first@stttt.example so@stttt.example "Bao cao su co" | drop first
once
ref=$(ctl --json incident list | python3 -c 'import json,sys; print(json.load(sys.stdin)[0]["ref"])')

# The directory has their names with marks, the place in it, and one that is only like another.
body=0
for p in "Sở Y tế" "Sở Giáo dục và Đào tạo" "Sở Tài nguyên và Môi trường tỉnh Mẫu" "Sở Thông tin và Truyền thông tỉnh Mẫu" "Viễn thông Mẫu" "Công an tỉnh Mẫu" "Sở Xây dựng"; do
	ctl --now 2026-03-02T09:00:00+07:00 party add "$p" --role unit --mail "m$((body += 1))@directory.example" >"$work/party.log" 2>&1 || fail "party add $p: $(cat "$work/party.log")"
done
paper 1 scan 1 "$work/by-code" ref="$ref"
paper 2 fine 1 "$work/by-text" ref="$ref" code=0
paper 3 std 2 "$work/by-none" code=0
mv "$work/by-code.jpg" "$work/by-text.tif" "$work/by-none.tif" "$dir/scans/"
# 60000 x 60000 points in 182 bytes: one directory, no strip.
python3 - "$dir/scans/huge.tif" <<'EOP'
import struct, sys
tags = [(256, 4, 1, 60000), (257, 4, 1, 60000), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1), (273, 4, 1, 150), (277, 3, 1, 1), (278, 4, 1, 60000), (279, 4, 1, 32)]
b = b"II*\0" + struct.pack("<IH", 8, len(tags)) + b"".join(struct.pack("<HHII", *t) for t in tags) + struct.pack("<I", 0)
open(sys.argv[1], "wb").write(b.ljust(182, b"\0"))
EOP
echo "no page" >"$dir/scans/note.pdf"
once
ctl --json message list >"$work/list.json"
python3 - "$work/list.json" "$ref" <<'EOP' || fail "where they went"
import json, sys
ms = {m["source_file"]: m for m in json.load(open(sys.argv[1])) if m["direction"] == "in"}
assert ms["by-code.jpg"]["incident"] == sys.argv[2] and ms["by-code.jpg"]["matched_by"] == "code", ms["by-code.jpg"]
assert ms["by-text.tif"]["incident"] == sys.argv[2] and ms["by-text.tif"]["matched_by"] == "reference", ms["by-text.tif"]
assert ms["by-none.tif"]["incident"] not in (None, sys.argv[2]) and ms["by-none.tif"]["matched_by"] == "none", ms["by-none.tif"]
assert ms["huge.tif"]["incident"], ms["huge.tif"]
assert all(m["channel"] == "letter" for f, m in ms.items() if f != "first"), ms
EOP
[ -f "$dir/scans/.taken/2026-03/by-code.jpg" ] || fail "it was not put away"
[ -f "$dir/scans/.refused/note.pdf.reason.txt" ] || fail "no reason beside what was refused"
ctl --json read "$dir/scans/.taken/2026-03/huge.tif" >"$work/huge.json"
has "its claim is said" '60000 x 60000' "$work/huge.json"

# Who wrote a letter is found in the directory although the page was read with faults.
python3 - "$work" "$dir" <<'EOP' || fail "the issuing bodies"
import json, sqlite3, sys, unicodedata
work, folder = sys.argv[1:]
db = sqlite3.connect(f"file:{folder}/var/store/store.db?mode=ro", uri=True)
plain = lambda s: "".join(c for c in unicodedata.normalize("NFD", s.lower().replace("đ", "d")) if not unicodedata.combining(c))
for name, kind in (("by-code", "jpg"), ("by-text", "tif"), ("by-none", "tif")):
    want = plain(json.load(open(f"{work}/{name}.json"))["issuer"])
    rows = db.execute("SELECT f.value, f.confidence FROM field f JOIN message m ON m.id = f.message WHERE f.name = 'letter.issuer_party' AND m.source_file = ?",
        (f"{name}.{kind}",)).fetchall()
    assert len(rows) == 1 and plain(rows[0][0]).split(" tinh ")[0] == want.split(" tinh ")[0] and 0.6 < rows[0][1] <= 1, (name, want, rows)
assert not db.execute("SELECT count(*) FROM field WHERE name = 'letter.issuer_party' AND value = 'Sở Xây dựng'").fetchone()[0]
EOP
