#!/bin/bash
# What kills or stalls parsers gives one object each, and one record each while the daemon stays alive: within the reader's limits.
. "$(dirname "$0")/../lib.sh"

mkdir "$work/killers"
python3 "$src/tests/flow/killers.py" "$work/killers" || fail "killers.py"
count_files=$(files_in "$work/killers")
begun=$SECONDS
timeout 200 "$build/irgatectl" read "$work"/killers/* >"$work/out.jsonl" 2>"$work/read.log" || fail "read of the killers: exit $?"
is "objects" "$count_files" "$(wc -l <"$work/out.jsonl")"
python3 - "$work/out.jsonl" <<'EOP' || fail "objects (see above)"
import json, os, sys
bad = 0
rows = {os.path.basename(r["file"]): r for r in map(json.loads, open(sys.argv[1], encoding="utf-8"))}
for name, r in rows.items():
    if r["kind"] != "mail" or r["subject"] not in (name, "cr only") and not r["problems"]:
        bad = 1
        print(f"  {name}: subject {r['subject']!r}, problems {r['problems']}", file=sys.stderr)
for name, words in {"nested-100000": "", "parts-1000000": "", "headers-1000000": "", "long-header": ""}.items():
    if not rows[name]["problems"]:
        bad = 1
        print(f"  {name}: nothing is said of what was cut", file=sys.stderr)
if "line two" not in rows["cr-only"]["text"]:
    bad = 1
    print(f"  cr-only: {rows['cr-only']['text']!r}", file=sys.stderr)
sys.exit(bad)
EOP
say "read in $((SECONDS - begun)) s"

new_instance
start
for f in "$work"/killers/*; do cp "$f" "$dir/incoming/tmp/" && mv "$dir/incoming/tmp/${f##*/}" "$dir/incoming/new/"; done
mail last@xa.example lan@xa.example "con song" | drop zz-last
all() { [ "$(ctl --json evidence list | grep -c '"seq"')" = $((count_files + 1)) ] && [ "$(ctl --json status | python3 -c 'import json,sys; print(json.load(sys.stdin)["cursor"])')" = $((count_files + 1)) ]; }
wait_for 100 "every killer has its record" all
kill -0 "$daemon" || fail "the daemon died"
wait_for 20 "the receipt behind them" grep -rq 'lan@xa.example' "$dir/outgoing/new"
facts "records" <<EOP
eq("messages", {*os.listdir("$work/killers"), "zz-last"}, {m["source_file"] for m in messages if m["direction"] == "in"})
EOP
stop
