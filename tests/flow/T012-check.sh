#!/bin/bash
# --check says every error with file and line; --print-config prints what loads again.
. "$(dirname "$0")/../lib.sh"

new_instance
irgated --check >"$work/check.log" 2>&1 || fail "--check of a new instance"
irgated --print-config >"$dir/printed.conf" 2>"$work/print.log" || fail "--print-config"
"$build/irgated" -c "$dir/printed.conf" --check >"$work/check2.log" 2>&1 || fail "the printed configuration does not load"
"$build/irgated" -c "$dir/printed.conf" --print-config >"$work/again.conf" || fail "--print-config of what was printed"
sed -i '/^#/d' "$dir/printed.conf" "$work/again.conf" # the head names the file
cmp -s "$dir/printed.conf" "$work/again.conf" || fail "printed twice, the configuration differs"

cp "$conf" "$work/good.conf"
set_conf reader 'reeder_cpu = "5s";'
code=0
irgated --check >"$work/bad.log" 2>&1 || code=$?
is "exit code of --check" 78 "$code"
has "file and line" 'irgate\.conf:[0-9][0-9]*: ' "$work/bad.log"
has "the nearest key" 'reader_cpu\|cpu' "$work/bad.log"
code=0
irgated --once >"$work/bad-once.log" 2>&1 || code=$?
is "exit code of a start with it" 78 "$code"

cp "$work/good.conf" "$conf"
set_conf users 'clerk = "no-such-user-of-irgate";'
code=0
irgated --check >"$work/users.log" 2>&1 || code=$?
is "exit code for an unknown user" 78 "$code"
has "its words" 'no-such-user-of-irgate' "$work/users.log"
code=0
irgated --once >>"$work/users.log" 2>&1 || code=$?
is "exit code of a start for an unknown user" 78 "$code"

code=0
"$build/irgated" -c "$work/nowhere.conf" --check >"$work/nowhere.log" 2>&1 || code=$?
is "exit code without a file" 78 "$code"
has "its words" 'nowhere.conf' "$work/nowhere.log"

for bad in --frobnicate "--now=yesterday" extra; do
	code=0
	irgated "$bad" >"$work/usage.log" 2>&1 || code=$?
	is "exit code of $bad" 64 "$code"
done
irgated --help | grep -q -- --print-config || fail "--help"
irgated --version | grep -q '^irgated [0-9]' || fail "--version"
