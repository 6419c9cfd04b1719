#!/bin/bash
# Decision 146/2017 Art. on backups (twice a week, able to restore, procedure to check them; by analogy): a backup that is two days old is restored on
# a machine that lost its store. Intake runs, nothing leaves until it is released, no number is given twice, nothing received is lost.
. "$(dirname "$0")/../lib.sh"

new_instance
at() { ctl --now "$now" "$@"; }
for n in 1 2 3; do mail "b$n@xa.example" "p$n@xa.example" "Su co $n" | drop "b$n"; done
once
refused 65 'no backup\|cannot be\|: No such' ctl verify "$work/nothing.tar"
now=2026-03-02T10:00:00+07:00
at party add "Dieu phoi" --role coordinator --mail dp@dp.example >/dev/null || fail "party add"
at backup --to "$work/one.tar" >"$work/backup.log" 2>&1 || fail "backup: $(cat "$work/backup.log")"
has "it says that nothing encrypts it" 'not encrypted' "$work/backup.log"
has "it was read back" 'read back and proved' "$work/backup.log"
ctl verify "$work/one.tar" >"$work/verify.log" || fail "verify"
has "what it holds" 'frames decided to 3, log to 3' "$work/verify.log"
refused 75 'there already' at backup --to "$work/one.tar"
is "in the book" 1 "$(ctl --json backup list | python3 -c 'import json,sys; print(len([b for b in json.load(sys.stdin) if b["verified"]]))')"
# two days go on: more mail, more answers
now=2026-03-04T10:00:00+07:00
for n in 4 5; do mail "b$n@xa.example" "p$n@xa.example" "Su co $n" | drop "b$n"; done
once
is "answered by then" 5 "$(sent)"
given=$(ctl --json incident list | python3 -c 'import json,sys; print(" ".join(i["ref"] for i in json.load(sys.stdin)))')
# a broken backup changes nothing
head -c 200000 "$work/one.tar" >"$work/cut.tar"
refused 65 'nothing was changed' at restore "$work/cut.tar"
python3 - "$work/one.tar" "$work/flipped.tar" <<'EOP'
import sys
b = bytearray(open(sys.argv[1], "rb").read())
i = b.find(b"Su co 2")
b[i] ^= 1
open(sys.argv[2], "wb").write(b)
EOP
refused 65 'not what was backed up\|log' at restore "$work/flipped.tar"
refused 65 'no backup of irgate' at restore "$conf"
is "still all there" 5 "$(count incident)"
# a daemon holds it
start
refused 75 "held by pid $daemon" ctl restore "$work/one.tar"
stop
# the store is lost, the log is not
rm -rf "$dir/var/store"
now=2026-03-04T11:00:00+07:00
at restore "$work/one.tar" --gap 50 >"$work/restore.log" || fail "restore: $(cat "$work/restore.log")"
has "the log stays" 'goes on behind' "$work/restore.log"
mail b6@xa.example p6@xa.example "Su co 6" | drop b6
once
is "nothing left" 5 "$(sent)"
facts "after the restore" <<EOP
given = set("$given".split())
refs = [i["ref"] for i in incidents]
eq("nothing received is lost", [f"b{n}" for n in range(1, 7)], sorted(m["source_file"] for m in messages if m["direction"] == "in"))
ok(f"no number is given twice: {refs}", len(set(refs)) == 6 and len(set(refs) - given) == 3)
eq("the gap", [54, 55, 56], sorted(int(r.split("-")[2]) for r in refs)[3:])
late = [d for d in dispatches if d["state"] == "held"]
eq("held", 3, len(late))
ok(f"why: {late}", all("restored" in d["why"] or "older than the log" in d["why"] for d in late))
ok("a duty for each", len([d for d in duties if d["what"].startswith("acknowledge by hand") and not d["done_at"]]) == 3)
EOP
ctl check >"$work/check.log" || fail "check: $(cat "$work/check.log")"
# what a person posts is held too; one is released
ref=$(field incident 0 ref)
at incident escalate "$ref" --to "Dieu phoi" >"$work/d" || fail "escalate"
once
is "nothing left" 5 "$(sent)"
at dispatch release "$(cat "$work/d")" --reason "the coordinator has not heard of it" || fail "release one"
once
is "that one left" 6 "$(sent)"
refused 64 'reason' at restore end
at restore end --reason "the outgoing books were compared" || fail "restore end"
refused 65 'not a restored one' at restore end --reason again
now=2026-03-04T12:00:00+07:00
mail b7@xa.example p7@xa.example "Su co 7" | drop b7
once
is "letters leave again, the held stay" 7 "$(sent)"
is "journalled" 2 "$(ctl --json journal list | python3 -c 'import json,sys; print(len([j for j in json.load(sys.stdin) if j["act"] in ("restore", "restore end")]))')"

# ---- encrypted to an operator's key, whose secret half is elsewhere
command -v gpg >/dev/null || exit 0
. "$src/tests/gpg.sh"
operator_key
now=2026-03-04T13:00:00+07:00
at --json backup >"$work/enc.json" 2>"$work/enc.log" || fail "encrypted backup: $(cat "$work/enc.log")"
file=$(python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))["file"])' "$work/enc.json")
grep -aq 'Su co' "$file" && fail "it is not encrypted"
refused 69 'secret key' ctl verify "$file" --home "$work/pub"
ctl verify "$file" --home "$op" >"$work/verify2.log" || fail "verify where the key is"
has "whole" 'is whole.*encrypted' "$work/verify2.log"
# a machine that lost everything: a fresh instance takes it
old=$conf
new_instance second
now=2026-03-05T09:00:00+07:00
ctl --now "$now" restore "$file" --home "$op" >"$work/restore2.log" || fail "restore into a fresh instance"
is "all cases" 7 "$(count incident)"
ctl evidence verify >/dev/null || fail "its log"
gpgconf --homedir "$op" --kill all 2>/dev/null
gpgconf --homedir "$work/pub" --kill all 2>/dev/null
: "$old"
