#!/bin/sh
# Our own reader (GMime) and Python's mail package read the shipped letters alike: two parsers that are not ours agree on what we wrote.
command -v python3 >/dev/null || { echo "no python3"; exit 77; }
[ -x ./irgatectl ] && [ -x ./irgate-reader ] || { echo "irgatectl or irgate-reader is not built"; exit 77; }
top=$(cd "${srcdir:-.}" && pwd)
IRGATE_DATADIR=$top; export IRGATE_DATADIR
./irgatectl read "$top"/templates/*/want/*.eml | python3 -c '
import email, email.policy, json, sys
count = bad = 0
for line in sys.stdin:
    o = json.loads(line)
    with open(o["file"], "rb") as f:
        m = email.message_from_bytes(f.read(), policy=email.policy.default)
    count += 1
    pairs = [(o["subject"], str(m["subject"])), (o["text"].strip(), m.get_content().replace("\r\n", "\n").strip()), (o["problems"], []),
             (o["message_id"], m["message-id"].strip("<>")), (o["to"][0]["address"], "lan@example.org"), (m.defects, [])]
    for got, want in pairs:
        if got != want:
            print(o["file"], repr(got), "is not", repr(want))
            bad += 1
print(count, "letters,", bad, "differences")
sys.exit(bad != 0 or count == 0)'
