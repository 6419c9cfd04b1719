#!/bin/bash
# A letter that the scanner tore apart, in one file and over two: a person joins it, its pages are read again as one letter, the originals stay, the number
# of the second part is cancelled in the register and never given again; and all of it can be undone.
. "$(dirname "$0")/../lib.sh"

[ -x "$build/irgate-pages" ] && [ -x "$build/tests/paper/paper" ] || skip "pages are not read or not made in this build"
paper() { "$build/tests/paper/paper" "$@" || fail "paper"; }
new_instance
minute=0
pass() { # an act of a person is dated now, too: each pass a minute later
	minute=$((minute + 1))
	now=2026-03-02T10:$(printf %02d "$minute"):00+07:00
	once
}
ctl() { "$build/irgatectl" -c "$conf" --now "2026-03-02T10:$(printf %02d "$minute"):30+07:00" "$@"; }
paper page 31 fine 1 "$work/first" code=0
paper sheet 32 continuation fine 1 "$work/second" page=2/3
paper sheet 33 continuation fine 1 "$work/third" page=3/3
paper sheet 34 separator fine 0 "$work/separator"
paper page 35 fine 1 "$work/other" code=0
# Somebody laid the separator between the second and the third page, and another letter behind them.
paper join "$work/torn.tif" "$work/first.tif" "$work/second.tif" "$work/separator.tif" "$work/third.tif" "$work/other.tif"
cp "$work/torn.tif" "$dir/scans/"
pass
id_of() { ctl --json message list | python3 -c 'import json,sys; print([m["id"] for m in json.load(sys.stdin) if m["source_file"]==sys.argv[1]][int(sys.argv[2])])' "$1" "$2"; }
show() { ctl --json message show "$1" | python3 -c 'import json,sys; m=json.load(sys.stdin); print(eval(sys.argv[1]))' "$2"; }
whole=$(id_of torn.tif 0) part=$(id_of torn.tif 1) other=$(id_of torn.tif 2)
is "its pages are known" "1-2" "$(show "$whole" '[f["value"] for f in m["fields"]["letter.pages"]] if isinstance(m["fields"]["letter.pages"], list) else m["fields"]["letter.pages"]["value"]')"
ctl message show "$whole" >"$work/show.log"
has "a page is missed" 'page 3 of 3 is missing' "$work/show.log"
number=$(show "$whole" 'm["arrival_number"]') cancelled=$(show "$part" 'm["arrival_number"]') case=$(show "$whole" 'm["incident"]') was=$(show "$part" 'm["incident"]')
[ "$case" != "$was" ] || fail "the parts are of two cases before they are joined"
ctl message raw "$whole" | sha256sum >"$work/before.sum"

ctl scan join "$whole" "$part" --reason "torn by the feeder" >"$work/join.log" 2>&1 || fail "join: $(cat "$work/join.log")"
has "the number is cancelled" "number $(printf %04d "$cancelled") in the register of arrivals is cancelled" "$work/join.log"
pass
ctl message show "$whole" >"$work/show.log"
has_not "nothing is missing any more" 'is missing' "$work/show.log"
has "it says what it reads" "reads the pages of message $part too" "$work/show.log"
ctl message show "$part" >"$work/part.log"
has "and the part whose it is" "part of message $whole" "$work/part.log"
is "one case" "$case" "$(show "$part" 'm["incident"]')"
python3 - "$dir" "$whole" "$work/first.json" <<'EOP' || fail "read as one letter"
import json, sqlite3, sys
folder, whole, truth = sys.argv[1], int(sys.argv[2]), json.load(open(sys.argv[3]))
db = sqlite3.connect(f"file:{folder}/var/store/store.db?mode=ro", uri=True)
f = dict(db.execute("SELECT name, value FROM field WHERE message = ?", (whole,)))
assert f["letter.number"] == truth["number"] and f["letter.date"] == truth["date"], f
assert "1 letter/scan; 2-3 continuation/scan" == f["pages.classes"], f["pages.classes"]
where = [w for n, w in db.execute("SELECT name, place FROM field WHERE message = ?", (whole,)) if n == "letter.number"]
assert where[0].startswith("message %d, page 1, box" % whole), where
EOP
ctl message raw "$whole" | sha256sum | cmp -s - "$work/before.sum" || fail "the original changed"
ctl evidence verify >"$work/verify.log" 2>&1 || fail "evidence"
ctl journal list >"$work/journal.log"
has "it is journalled" 'scan join' "$work/journal.log"
year=2026
ctl register arrivals --year $year --csv >"$work/register.csv" || fail "register"
has "with a remark" "hủy: là một phần của văn bản số đến $number" "$work/register.csv"
ctl letter stamp "$part" --out "$work/stamped.pdf" >"$work/stamp.log" 2>&1 && fail "a cancelled number was stamped"
has "why not" "part of message $whole" "$work/stamp.log"
# The next that comes gets a new number.
paper page 36 scan 1 "$work/next" code=0
cp "$work/next.jpg" "$dir/scans/"
pass
last=$(show "$(id_of next.jpg 0)" 'm["arrival_number"]')
[ "$last" -gt "$cancelled" ] && [ "$last" -gt "$(show "$other" 'm["arrival_number"]')" ] || fail "a number was given again: $last"

# What cannot be joined says why, and nothing changes.
mail reporter@unit.example so@stttt.example "Bao cao" | drop mail
pass
refused() {
	local want=$1 code=0
	shift
	ctl scan "$@" >"$work/refused.log" 2>&1 || code=$?
	is "refused: $*" 65 "$code"
	has "its reason" "$want" "$work/refused.log"
}
refused 'no scan and no fax' join "$whole" "$(ctl --json message list | python3 -c 'import json,sys; print([m["id"] for m in json.load(sys.stdin) if m["channel"]=="mail" and m["direction"]=="in"][0])')"
refused 'joined with itself' join "$other" "$other"
refused "part of message $whole already" join "$other" "$part"
refused 'joined of several itself' join "$other" "$whole"
refused 'was not joined of several' split "$other"

# Undone: each is a letter of its own again.
ctl scan split "$part" --reason "they were two" >"$work/split.log" 2>&1 || fail "split: $(cat "$work/split.log")"
pass
ctl message show "$whole" >"$work/show.log"
has "the page is missing again" 'page 3 of 3 is missing' "$work/show.log"
[ "$(show "$part" 'm["incident"]')" != "$case" ] || fail "the part has a case of its own again"
ctl register arrivals --year $year --csv >"$work/register.csv" || fail "register"
has_not "its number stands again" 'hủy' "$work/register.csv"
ctl duty list >"$work/duty.log"
has "somebody looks what is owed" "message $part is a letter of its own again" "$work/duty.log"

# Over two files, the second a scan in colour; a further letter of a file may be the first.
paper sheet 37 continuation scan 1 "$work/rest"
cp "$work/rest.jpg" "$dir/scans/"
pass
rest=$(id_of rest.jpg 0)
ctl scan join "$other" "$rest" >"$work/join.log" 2>&1 || fail "join of two files: $(cat "$work/join.log")"
pass
python3 - "$dir" "$other" "$rest" "$work/other.json" <<'EOP' || fail "two files as one letter"
import json, sqlite3, sys
folder, whole, rest, truth = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), json.load(open(sys.argv[4]))
db = sqlite3.connect(f"file:{folder}/var/store/store.db?mode=ro", uri=True)
f = dict(db.execute("SELECT name, value FROM field WHERE message = ?", (whole,)))
assert f["letter.number"] == truth["number"] and f["pages.classes"] == "1 letter/scan; 2 continuation/scan", f
assert f["letter.pages"] == "5-5", f
assert db.execute("SELECT whole FROM joined WHERE message = ?", (rest,)).fetchall() == [(whole,)]
EOP
ctl check >"$work/check.log" 2>&1 || fail "check: $(cat "$work/check.log")"
