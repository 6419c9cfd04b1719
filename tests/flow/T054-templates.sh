#!/bin/bash
# Broken templates and settings are said with file and line before anything runs: exit 78, and the running instance is not touched.
. "$(dirname "$0")/../lib.sh"

mkdir "$work/data"
cp -r "$IRGATE_DATADIR/templates" "$work/data/"
mkdir "$work/data/profiles"
cp "$IRGATE_DATADIR"/etc/profiles/* "$work/data/profiles/" 2>/dev/null || cp "$IRGATE_DATADIR"/profiles/* "$work/data/profiles/" || fail "profiles"
chmod -R u+w "$work/data"
export IRGATE_DATADIR=$work/data
new_instance
irgated --check >"$work/good.log" 2>&1 || fail "--check with a copy of the data"
template=$(find "$work/data/templates/receipt" -name vi.txt | head -n 1)
cp "$template" "$work/template"
broken() { # WORDS TEXT
	cp "$work/template" "$template"
	printf '%s\n' "$2" >>"$template"
	refused 78 "$1" irgated --check
	has "the file is named" "$(basename "$template")" "$work/refused.log"
	refused 78 "$1" irgated --once
}
broken 'no_such_name' '{{no_such_name}}'
broken ':[0-9][0-9]*: ' '{{#office}}never closed'
broken ':[0-9][0-9]*: ' '{{/never_opened}}'
broken ':[0-9][0-9]*: ' 'tag {{never ends'
rm "$template"
refused 78 'receipt' irgated --check
cp "$work/template" "$template"
irgated --check >"$work/good.log" 2>&1 || fail "--check after the repair"
refused 78 'reeder_cpu.*reader_cpu' bash -c "sed 's/#reader_cpu = .*/reeder_cpu = \"5s\";/' '$conf' >'$dir/bad.conf' && '$build/irgatectl' -c '$dir/bad.conf' incident list"
has "line" 'bad.conf:[0-9][0-9]*: ' "$work/refused.log"
refused 78 'bad.conf:[0-9][0-9]*: .*subaddres' bash -c "sed 's/subaddress = yes/subaddres = yes/' '$conf' >'$dir/bad.conf' && '$build/irgatectl' -c '$dir/bad.conf' config check"
ctl config check >"$work/check.log" || fail "config check"
ctl config show >"$dir/shown.conf" || fail "config show"
"$build/irgatectl" -c "$dir/shown.conf" config check >"$work/check.log" || fail "what config show prints does not load"
refused 64 'there already' "$build/irgatectl" init "$dir"
refused 64 'no-such' "$build/irgatectl" init "$work/new" --profile no-such
[ ! -e "$work/new" ] || fail "a refused init left something behind"
for p in vn vn-2011 vn-2017 vn-2020 vn-2025 csirt; do
	"$build/irgatectl" init "$work/i-$p" --profile $p >/dev/null || fail "init --profile $p"
	"$build/irgated" -c "$work/i-$p/irgate.conf" --check >"$work/check.log" 2>&1 || fail "--check of profile $p"
done
