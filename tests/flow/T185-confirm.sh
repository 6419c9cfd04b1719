#!/bin/bash
# A person confirms what was read from a page: at a terminal field by field, with the place of the page before the eyes (as sixels, by kitty's protocol, or as a
# file), accepting, correcting and emptying; the evidence stays as it is, the directory gains a proposal, never a contact by itself.
. "$(dirname "$0")/../lib.sh"

[ -x "$build/irgate-pages" ] && [ -x "$build/tests/paper/paper" ] || skip "pages are not read or not made in this build"
new_instance
"$build/tests/paper/paper" page 23 fine 1 "$work/c" code=0 number= || fail paper
mv "$work/c.tif" "$dir/scans/"
ctl --now "$now" party add "Sở Y tế" --role unit --mail vt@syt.example >"$work/party.log" || fail "party add"
once
id=$(ctl --json message list | python3 -c 'import json,sys; print([m["id"] for m in json.load(sys.stdin) if m["direction"]=="in"][0])')
ctl message raw "$id" | sha256sum >"$work/before"

# walk ANSWERS [DA1] [NAME=VALUE of the environment...]: the verb at a terminal; each question gets the next answer, "what are you?" gets DA1
walk() {
	python3 - "$build/irgatectl" "$conf" "$id" "$@" <<'EOP'
import os, pty, select, sys, time
ctl, conf, message, answers, da1 = sys.argv[1:6]
answers = answers.split("|")
env = {k: v for k, v in os.environ.items() if k not in ("KITTY_WINDOW_ID", "TERM_PROGRAM")} | {"TERM": "xterm"} | dict(x.split("=", 1) for x in sys.argv[6:])
pid, fd = pty.fork()
if not pid:
    os.execve(ctl, [ctl, "-c", conf, "--now", "2026-03-02T10:00:00+07:00", "confirm", message], env)
seen, at, end = b"", 0, time.time() + 60
while time.time() < end:
    if select.select([fd], [], [], 0.2)[0]:
        try:
            more = os.read(fd, 65536)
        except OSError:
            break
        if not more:
            break
        seen += more
    if b"\x1b[c" in seen[at:]:
        at = seen.index(b"\x1b[c", at) + 3
        if da1:
            os.write(fd, da1.encode().replace(b"E", b"\x1b"))
    if seen[at:].rstrip(b" ").endswith(b"what it is:"):
        at = len(seen)
        os.write(fd, (answers.pop(0) if answers else "q").encode() + b"\r")
code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
sys.stdout.buffer.write(seen.replace(b"\r\n", b"\n"))
sys.exit(code)
EOP
}

# nothing said, nothing changed; a terminal that shows no pictures gets a file, gone at the end
walk "q" "E[?62;22c" >"$work/file.log" || fail "walk with a file"
has "a file is named" 'to be opened: .*irgate-confirm.*\.png' "$work/file.log"
has "nothing happened" 'nothing was changed' "$work/file.log"
is "and is gone" 0 "$(find "${TMPDIR:-/tmp}" -maxdepth 1 -name 'irgate-confirm.*' -newer "$work/before" | wc -l)"
walk "q" "E[?62;4;22c" >"$work/sixel.log" || fail "walk with sixels"
has "sixels" $'\033Pq"1;1;' "$work/sixel.log"
walk "q" "" KITTY_WINDOW_ID=1 >"$work/kitty.log" || fail "walk in kitty"
has "kitty" $'\033_Ga=T,f=24' "$work/kitty.log"
python3 - "$work/sixel.log" "$work/kitty.log" <<'EOP' || fail "what the pictures show"
import base64, re, sys
s = open(sys.argv[1], "rb").read()
w, h, body = re.search(rb'\x1bPq"1;1;(\d+);(\d+)(.*?)\x1b\\', s, re.S).groups()
assert 100 < int(w) <= 900 and 10 < int(h) <= 700, (w, h)
assert not set(body) - set(b"#;!$-0123456789" + bytes(range(63, 127))), "no byte that a terminal would take for something else"
dark = sum(len(x) for x in re.findall(rb"#0([?-~!0-9]*)\$", body))
assert dark > 50 and body.count(b"-") == (int(h) + 5) // 6, (dark, h)
k = open(sys.argv[2], "rb").read()
head = re.search(rb"\x1b_Ga=T,f=24,q=2,s=(\d+),v=(\d+),m=", k)
points = base64.b64decode(b"".join(re.findall(rb"\x1b_G[^;]*;([^\x1b]*)\x1b", k[head.start():k.index(b"what it is", head.start())])))
assert len(points) == 3 * int(head[1]) * int(head[2]), (len(points), head.groups())
assert points.count(b"\0\0\0") > 50 and points.count(b"\xff\xff\xff") > len(points) // 6, "letters on paper"
EOP

# an answer for each: the missing number is typed, others accepted, emptied, left
ctl --json confirm "$id" >"$work/fields.json"
script=$(python3 - "$work/fields.json" <<'EOP'
import json, sys
say = {"letter.number": "15/SYT-VP", "letter.issuer": "Sở Y tế", "reporter.phone": "0213 555 0101", "letter.subject": ""}
print("|".join(say.get(f["name"], "s") for f in json.load(open(sys.argv[1]))))
EOP
)
walk "$script" "" >"$work/walk.log" || fail "walk"
has "what was said is an act" 'letter.number is 15/SYT-VP\|letter.number: is 15/SYT-VP' "$work/walk.log"
ctl --json message show "$id" >"$work/message.json"
has "it stands in the record" '15/SYT-VP' "$work/message.json"

# by words, as from a script: the issuing body by its right name, a contact that the directory lacks
ctl --now 2026-03-02T10:01:00+07:00 confirm "$id" "letter.issuer=Sở Y tế" "reporter.phone=02135550101" "reporter.email=" >"$work/words.log" || fail "confirm"
has "a proposal" 'irgatectl party accept 1' "$work/words.log"
ctl --json message show "$id" >"$work/message.json"
python3 - "$work/message.json" <<'EOP' || fail "who wrote it"
import json, sys
f = json.load(open(sys.argv[1]))["fields"]
assert f["letter.issuer_party"]["value"] == "Sở Y tế" and f["letter.issuer_party"]["confidence"] == 1, f
assert f["letter.number"]["rule"].startswith("person ") and "reporter.email" not in f, f
EOP
ctl --json party show "Sở Y tế" >"$work/party.json"
has_not "the directory is as it was" '02135550101' "$work/party.json"
ctl --now 2026-03-02T10:02:00+07:00 party accept 1 >"$work/accept.log" || fail accept
ctl --json party show "Sở Y tế" >"$work/party.json"
has "now it has it" '02135550101' "$work/party.json"
has "and what it had" 'vt@syt.example' "$work/party.json"
has "a body, no person" '"role": *"unit"' "$work/party.json"
# a body that the directory does not know
ctl --now 2026-03-02T10:03:00+07:00 confirm "$id" "letter.issuer=Nhà máy Nước Mẫu" "reporter.phone=02135550199" >"$work/words.log" || fail "confirm"
has "a new party" 'The directory lacks a contact of Nhà máy Nước Mẫu: irgatectl party accept 2' "$work/words.log"
ctl --now 2026-03-02T10:04:00+07:00 party accept 2 --role unit >"$work/accept.log" || fail accept
ctl --json party show "Nhà máy Nước Mẫu" >"$work/party.json"
has "it is there" '02135550199' "$work/party.json"

ctl message raw "$id" | sha256sum | cmp - "$work/before" || fail "the evidence changed"
ctl evidence verify >"$work/verify.log" || fail "verify"
refused 64 'UTF-8' ctl --now 2026-03-02T10:05:00+07:00 confirm "$id" $'letter.number=\xff'
