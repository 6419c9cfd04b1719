#!/bin/bash
# doc/REQUIREMENTS.md against the programs: each row of the list of requirements stands there once, with a command that irgatectl knows and a story that is
# among the tests. A row without proof, or a story that nobody runs, fails.
set -u
src=$(cd "${srcdir:-$(dirname "$0")/../..}" && pwd)
build=${builddir:-$PWD}
[ -x "$build/irgatectl" ] || { echo "skipped: irgatectl was not built"; exit 77; }
"$build/irgatectl" --help >help.$$ 2>&1
python3 - "$src" help.$$ <<'EOP'
import glob, os, re, sys
src, help_file = sys.argv[1:3]
text = open(f"{src}/doc/REQUIREMENTS.md", encoding="utf-8").read()
known = open(help_file, encoding="utf-8").read()
listed = "".join(open(p, encoding="utf-8").read() for p in glob.glob(f"{src}/tests/flow/*.am"))
bad = []
rows = re.findall(r"^\| (R\d\.\d+) \| (.+?) \| (.+?) \| (.+?) \|$", text, re.M)
want = [f"R{s}.{n}" for s, count in enumerate((10, 6, 7, 5, 8)) for n in range(1, count + 1)]
if [r[0] for r in rows] != want:
    bad.append(f"rows: {sorted(set(want) ^ {r[0] for r in rows})} missing, doubled or out of order")
for row, asked, commands, stories in rows:
    found = re.findall(r"`irgatectl ([a-z -]+)`", commands)
    if not found:
        bad.append(f"{row}: no command")
    for command in found:
        if not re.search(r"^\s+" + re.escape(command) + r"(\s|$)", known, re.M):
            bad.append(f"{row}: irgatectl {command} is no command")
    for story in stories.split(", "):
        if not os.path.exists(f"{src}/tests/flow/{story}") or story not in listed:
            bad.append(f"{row}: {story} is no story that runs")
print("\n".join(bad) or f"{len(rows)} rows")
sys.exit(1 if bad else 0)
EOP
code=$?
rm -f help.$$
exit $code
