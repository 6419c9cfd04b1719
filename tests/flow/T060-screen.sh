#!/bin/bash
# The operator's screen: nothing a stranger wrote commands the terminal, columns stand under their headings with Vietnamese text, a narrow screen
# cuts rather than wraps, and colour is for terminals that want it.
. "$(dirname "$0")/../lib.sh"

new_instance
esc=$(printf '\033]0;owned\007\033[2J\033[31mred' | base64 -w0)
c1=$(printf '\302\23331mC1 \342\200\256turned\342\201\246' | base64 -w0)
mail s1@xa.example "=?utf-8?B?$esc?= <lan@xa.example>" "=?utf-8?B?$c1?=" | drop s1
mail s2@xa.example "an@xa.example" "=?utf-8?B?$esc?=" | drop s2
mail s3@xa.example "binh.nguyen.thi.thanh.hoa@mot-ten-mien-rat-dai.so-thong-tin.example" \
	"=?utf-8?B?$(printf 'Sự cố nghiêm trọng tại trụ sở: đường truyền bị gián đoạn, máy chủ thư không truy cập được từ đêm qua' | base64 -w0)?=" | drop s3
mail s4@xa.example "x@xa.example" "plain" | sed '/^MIME-Version/,$d' >"$work/s4"
printf 'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b\r\nContent-Type: application/x-a; name="=?utf-8?B?%s?="\r\n\r\nx\r\n--b--\r\n' "$esc" >>"$work/s4"
drop "$(printf 's4\033[31m')" <"$work/s4"
once
ref=$(field incident 0 ref)
for verb in "incident list" "incident show $ref" "message list" "message show 1" "message show 3" "message show 7" "dispatch list" "dispatch show D-000001" "duty list --all" \
	"search red" "explain 1" "explain $ref" "evidence list" "journal list" "status" "--json message list" "--json incident show $ref" "--json explain $ref" "read $work/s4"; do
	# shellcheck disable=SC2086
	ctl $verb >"$work/out" 2>&1 || fail "$verb"
	python3 - "$work/out" "$verb" <<-'EOP' || fail "$verb lets a control character through"
		import sys, unicodedata
		text = open(sys.argv[1], encoding="utf-8").read()
		found = {c for c in text if (unicodedata.category(c) == "Cc" and c not in "\n\t") or c in "\u202e\u2066\u200e\u2028"}
		sys.exit(bool(found) and not print(f"  {found}", file=sys.stderr))
	EOP
done

# on terminals of several widths
cat >"$work/screen.py" <<'EOP'
import fcntl, os, pty, re, struct, sys, termios, unicodedata
columns, words = int(sys.argv[1]), sys.argv[2:]
pid, fd = pty.fork()
if pid == 0:
    os.execv(words[0], words)
fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
out = b""
while True:
    try:
        piece = os.read(fd, 65536)
    except OSError:
        break
    if not piece:
        break
    out += piece
os.waitpid(pid, 0)
text = out.decode().replace("\r\n", "\n")
plain = re.sub("\033\\[[0-9]*m", "", text)
def width(s):
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in s)
bad = [l for l in plain.splitlines() if width(l) > columns]
if bad:
    sys.exit(f"wider than {columns}: {bad[0]!r}")
if "\033" in plain:
    sys.exit("an escape that is none of ours")
lines = plain.splitlines()
if lines and lines[0].startswith(("ID", "REFERENCE")):
    starts = [m.start() for m in re.finditer(r"(?<=  )\S|^\S", lines[0])]
    for l in lines[1:]:
        for s in starts[1:-1]:
            at = 0
            for i, c in enumerate(l):
                if at >= s:
                    break
                at += width(c)
            if at == s and i and l[i - 1] != " ":
                sys.exit(f"column {s} of {l!r} does not stand under its heading {lines[0]!r}")
print(text, end="")
EOP
screen() { # COLUMNS WORDS...: sleeps are not needed, the width is asked for when the table ends
	local columns=$1
	shift
	COLUMNS='' python3 "$work/screen.py" "$columns" /bin/sh -c "sleep 0.2; exec \"\$@\"" sh "$build/irgatectl" -c "$conf" "$@"
}
for columns in 80 100 132; do
	for verb in "incident list" "message list" "dispatch list"; do
		# shellcheck disable=SC2086
		TERM=xterm screen $columns $verb >"$work/screen" || fail "$verb in $columns columns"
		has "bold headings" $'\033\\[1m' "$work/screen"
		has "the subject or address is there in part" 'lan@xa\|SUBJECT' "$work/screen"
	done
done
NO_COLOR=1 TERM=xterm screen 100 incident list >"$work/screen" || fail "NO_COLOR"
has_not "NO_COLOR" $'\033' "$work/screen"
start
NO_COLOR=1 TERM=xterm screen 100 incident list >"$work/screen" || fail "NO_COLOR over the socket"
has_not "NO_COLOR over the socket" $'\033' "$work/screen"
TERM=xterm screen 80 message list >"$work/screen" || fail "80 columns over the socket"
stop
