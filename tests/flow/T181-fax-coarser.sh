#!/bin/bash
# One pass (--once) over a line: a letter is faxed to a machine that knows no fine resolution, drawn anew at standard resolution and sent in the same
# pass; each call leaves its report. What nobody answers waits for a later pass.
. "$(dirname "$0")/../lib.sh"

softfax=$build/tests/fax/softfax
[ -x "$softfax" ] || skip "softfax was not built"
[ -x "$build/irgate-faxline" ] && [ -x "$build/irgate-scribe" ] || skip "irgate-faxline or irgate-scribe was not built"
port=$(free_ports 3)
rows_are() { # rows_are FILE ROWS: of its first page, which is 1728 wide
	python3 - "$1" "$2" <<'EOP' || fail "$1: its page is another one"
import struct, sys
data = open(sys.argv[1], "rb").read()
order = "<" if data[:2] == b"II" else ">"
at, = struct.unpack_from(order + "I", data, 4)
count, = struct.unpack_from(order + "H", data, at)
tags = {}
for i in range(count):
    tag, kind, n, value = struct.unpack_from(order + "HHII", data, at + 2 + 12 * i)
    tags[tag] = value & 0xffff if kind == 3 and order == "<" else value
assert (tags[256], tags[257]) == (1728, int(sys.argv[2])), tags
EOP
}
new_instance
set_conf fax "line = ({ name = \"trunk\"; listen = \"127.0.0.1:$port\"; peers = [\"127.0.0.1\"]; proxy = \"127.0.0.1:$((port + 1))\"; user = \"0243\"; });"
set_conf fax 'transport = "line";'
now=2026-03-02T09:00:00+07:00
ctl --now "$now" party add "Trung tam Mau" --role coordinator --fax "024 3777 8888" >/dev/null || fail "party add"
mail c1@xa.example "lan@xa.example" "Su co 1" | drop c1
once
ref=$(field incident 0 ref)
now=2026-03-02T09:10:00+07:00
ctl --now "$now" incident escalate "$ref" --to "Trung tam Mau" >/dev/null || fail "escalate"
mkdir "$work/there"
"$softfax" answer "127.0.0.1:$((port + 1))" "$work/there" --calls 2 --standard --ident "+84 24 3777 8888" >"$work/there.json" 2>&1 &
there=$!
started+=("$there")
once
wait "$there"
facts "a machine without fine resolution" <<'EOP'
d, = [d for d in dispatches if d["channel"] == "fax"]
eq("state", "sent", d["state"])
eq("attempts", ["incompatible", "sent"], [a["code"] for a in d["attempts"]])
calls = run("fax", "calls")
eq("calls", [("sent", True), ("incompatible", True)], [(c["result"], c["report"]) for c in calls])
eq("other pages", 2, len({c["sha256"] for c in calls}))
eq("their machine", {"+84 24 3777 8888"}, {c["ident"] for c in calls})
EOP
id=$(ctl --json fax calls | python3 -c 'import json, sys; print(json.load(sys.stdin)[0]["dispatch"])')
rows_are "$work/there/1.tif" 1143
for n in 1 2; do
	ctl fax report "$id" --call $n >"$work/$n.pdf" || fail "report $n"
done
if command -v pdftotext >/dev/null; then
	pdftotext "$work/1.pdf" "$work/1.txt"
	has "the first report" 'KHÔNG GỬI ĐƯỢC: máy bên kia không tương thích' "$work/1.txt"
	pdftotext "$work/2.pdf" "$work/2.txt"
	has "the second report" 'ĐÃ GỬI: [12] trang' "$work/2.txt"
fi

# nobody there: one try in a pass
page=$work/page.tif
"$build/tests/unit/fax-page" "$page" 1 200
now=2026-03-02T09:20:00+07:00
ctl --now "$now" fax send 0243999999 <"$page" >/dev/null || fail "fax send"
"$softfax" answer "127.0.0.1:$((port + 1))" "$work/there" --calls 1 --status 404 >/dev/null 2>&1 &
started+=($!)
once
facts "no such number" <<'EOP'
d, = [d for d in dispatches if d["address"] == "0243999999"]
eq("state", ("failed", "unreachable"), (d["state"], d["attempts"][0]["code"]))
EOP

# on request all letters are coarse
new_instance coarse
set_conf fax 'resolution = "standard";'
now=2026-03-02T09:00:00+07:00
ctl --now "$now" party add "Trung tam Mau" --role coordinator --fax "024 3777 8888" >/dev/null || fail "party add"
mail c2@xa.example "lan@xa.example" "Su co 2" | drop c2
once
now=2026-03-02T09:10:00+07:00
ctl --now "$now" incident escalate "$(field incident 0 ref)" --to "Trung tam Mau" >/dev/null || fail "escalate"
once
rows_are "$(find "$dir/outgoing-fax" -name '*.tif' | head -n 1)" 1143
