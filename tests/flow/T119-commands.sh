#!/bin/bash
# Commands by signed mail (access by duty, R4.6): an officer known by his signature acknowledges, assigns, grades and closes a case, and gets a
# transcript; without a good signature, from somebody else, old, or seen before, nothing is done.
. "$(dirname "$0")/../lib.sh"

[ -x "$build/irgate-keys" ] || skip "irgate-keys was not built"
for program in gpg gpg-agent gpgconf; do command -v $program >/dev/null || skip "$program is not installed"; done
homes=$(mktemp -d /tmp/igc.XXXXXX)
put_away() { for home in "$homes"/* "$dir/var/keys"; do [ -d "$home" ] && gpgconf --homedir "$home" --kill all 2>/dev/null; done; rm -rf "$homes"; }
trap 'code=$?; put_away; (exit $code); finish' EXIT
mkdir -m 700 "$homes"/{us,officer}
g() { local home=$1; shift; gpg --homedir "$homes/$home" --batch --quiet --no-tty --trust-model always --pinentry-mode loopback --passphrase '' "$@" 2>>"$work/gpg.log"; }
g us --quick-gen-key 'Office <ungcuu@example.vn>' future-default default never || fail "gpg makes no key"
g officer --quick-gen-key 'Officer <truc@example.vn>' future-default default never || fail "gpg makes no key"
g officer --export truc@example.vn >"$work/officer.pub"
new_instance
cp -r "$homes/us" "$dir/var/keys" && rm -f "$dir"/var/keys/S.* || fail "keys of the instance"
gpg --homedir "$dir/var/keys" --batch --quiet --import "$work/officer.pub" 2>>"$work/gpg.log"
gpgconf --homedir "$dir/var/keys" --kill all
at() { ctl --now "$now" "$@"; }
signed() { g officer --clearsign -u truc@example.vn; }
mail o1@xa.example lan@xa.example "Su co" | drop o1
mail o2@xa.example binh@xa.example "Su co khac" | drop o2
once
of() { ctl --json message list | python3 -c 'import json,sys; print([m["incident"] for m in json.load(sys.stdin) if m["source_file"] == sys.argv[1]][0])' "$1"; }
ref=$(of o1) other=$(of o2)
at party add "Can bo truc" --role officer --mail truc@example.vn >/dev/null || fail "party add"
now=2026-03-02T09:30:00+07:00
BODY=$(printf 'acknowledge\nseverity serious lan rong\nassign Nguyen Van An\nseverity terrible\nfrobnicate\nclose x\n' | signed) mail c1@example.vn truc@example.vn "Re: [$ref] Su co" | drop c1
BODY=$(printf 'close not signed\n') mail c2@example.vn truc@example.vn "Re: [$other] Su co" | drop c2
BODY=$(printf 'close from somebody else\n' | signed) mail c3@example.vn khac@example.vn "Re: [$other] Su co" | drop c3
once
facts "what was obeyed" <<EOP
a, b = one(incidents, ref="$ref"), one(incidents, ref="$other")
eq("graded, not closed: what is no command ends them", ("serious", "open"), (a["severity"], a["status"]))
eq("the mail is in the case", "$ref", one(messages, source_file="c1")["incident"])
eq("the other case is untouched", ("unknown", "new"), (b["severity"], b["status"]))
mine = [d for d in duties if d["incident"] == "$ref" and not d["done_at"]]
ok(f"assigned: {mine}", not mine or any(d["owner"] == "Nguyen Van An" for d in mine))
t = [m for m in outgoing.values() if str(m["Subject"]).endswith("transcript")]
eq("one transcript", 1, len(t))
text = t[0].get_content()
ok(f"it says what was done: {text}", "> acknowledge\n  done" in text.replace("\r", "") and "> severity terrible\n  refused" in text.replace("\r", ""))
eq("to the officer", "truc@example.vn", str(t[0]["To"]))
acts = {j["act"] for j in journal if j["actor"] == "user:truc@example.vn"}
ok(f"journalled: {acts}", {"incident acknowledge", "incident assign", "incident fact"} <= acts)
EOP
now=2026-03-05T09:00:00+07:00
BODY=$(printf 'close late\n' | signed) mail c4@example.vn truc@example.vn "Re: [$other] Su co" | drop c4
BODY=$(printf 'close nothing\n' | signed) mail c5@example.vn truc@example.vn "Viec gi do" | drop c5
cp "$dir/incoming/cur/$(basename "$(find "$dir/incoming/cur" -name 'c1*' | head -1)")" "$work/again" && drop c6 <"$work/again"
once
facts "what was not" <<EOP
eq("an old mail closes nothing", "new", one(incidents, ref="$other")["status"])
t = [m.get_content() for m in outgoing.values() if str(m["Subject"]).endswith("transcript")]
ok(f"it is told why: {t}", sum("Nothing was done" in x for x in t) == 2)
eq("seen again, done once", 3, len(t))
EOP
