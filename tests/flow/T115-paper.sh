#!/bin/bash
# Six pages of the campaign (make check-paper runs all of it), and one of each class. So few catch what breaks and prove no rate: twice the target is let pass. References and
# addresses hold theirs, and nothing that is shown as verified is wrong. Then broken files of every kind: one record each, no reader and no worker that hangs. BROKEN=2000 makes the whole corpus.
. "$(dirname "$0")/../lib.sh"

[ -x "$build/irgate-pages" ] && [ -x "$build/tests/paper/paper" ] || skip "pages are not read or not made in this build"
(cd "$build" && python3 "$src/tests/paper/table.py" --letters 2 --cells fine2,scan2,std1 --targets --slack 2 --classes 1 --class-cells fine2 --no-turns) >"$work/table" || fail "$(cat "$work/table")"
cat "$work/table"

mkdir "$work/good" "$work/broken"
python3 "$src/tests/pages/documents.py" "$work/good" 2>/dev/null
printf 'BAO CAO\tx\n%.0s' {1..40} >"$work/form.txt"
"$build/tests/paper/paper" form "$work/form.txt" "$work/good/form.pdf"
"$build/tests/paper/paper" page 5 std 0 "$work/good/page" && rm -f "$work/good/page.json" "$work/good/"*.txt
python3 - "$src" "$work/good" <<'EOP'
import os, sys
sys.path.insert(0, sys.argv[1] + "/tests/pages")
import documents
os.remove(sys.argv[2] + "/bomb.eml")
EOP
count=${BROKEN:-20}
python3 "$src/tests/pages/broken.py" "$work/broken" 7 "$count" "$work"/good/*
timeout -k 5 "$((count * 12 + 60))" "$build/irgatectl" read "$work"/broken/* >"$work/records" 2>"$work/read.log" || fail "read of broken files"
is "one record a file" "$count" "$(wc -l <"$work/records")"
has_not "no worker died" 'ended while reading' "$work/records"
