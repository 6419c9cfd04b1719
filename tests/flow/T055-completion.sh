#!/bin/bash
# The completion script loads in bash and completes nouns, verbs and files; the manual names every verb and option of the programs.
. "$(dirname "$0")/../lib.sh"

"$build/irgatectl" completion bash >"$work/completion" || fail "completion bash"
bash -n "$work/completion" || fail "it is no bash"
complete_it() { # WORD...: the last is being completed
	bash -c '. "$0"; COMP_WORDS=(irgatectl "$@"); COMP_CWORD=$#; _irgatectl; printf "%s\n" "${COMPREPLY[@]}"' "$work/completion" "$@" | sort | tr '\n' ' '
}
is "nouns with inc" "incident " "$(complete_it inc)"
is "verbs of incident with s" "severity show split status " "$(complete_it incident s)"
is "verbs behind a global option" "export " "$(complete_it -c /tmp/x evidence ex)"
cd "$work" || fail cd
touch report.eml
is "files behind read" "report.eml " "$(complete_it read rep)"
refused 64 'bash' "$build/irgatectl" completion csh

# help of every verb, and the manual against them
"$build/irgatectl" --help >"$work/help" || fail "--help"
man=$src/doc/man
command -v mandoc >/dev/null || skip "the rest wants mandoc"
plain() { mandoc -T ascii "$@" | sed 's/.\x08//g' | tr -s ' \n' '  '; }
plain "$man/irgatectl.1" >"$work/irgatectl.1"
sed -n 's/^  \([a-z][a-z ]*[a-z]\)  .*/\1/p' "$work/help" | grep -v '^irgatectl' >"$work/verbs"
[ "$(wc -l <"$work/verbs")" -ge 38 ] || fail "the help lists $(wc -l <"$work/verbs") verbs"
while read -r verb; do
	# shellcheck disable=SC2086
	"$build/irgatectl" $verb --help >"$work/verb" || fail "$verb --help"
	grep -q "^usage: irgatectl $verb" "$work/verb" || fail "help of $verb"
	grep -q "$verb" "$work/irgatectl.1" || fail "irgatectl.1 does not name '$verb'"
	for option in $(grep -o -- '--[a-z0-9-]*' "$work/verb" | sort -u); do
		grep -q -- "$option" "$work/irgatectl.1" || fail "irgatectl.1 does not name $option of '$verb'"
	done
done <"$work/verbs"
for program in irgated:8 irgate-deliver:1 irgatectl:1; do
	page=$(find "$man" -name "${program%:*}.[0-9]" | head -n 1)
	[ -n "$page" ] || fail "no page of ${program%:*}"
	plain "$page" >"$work/page"
	for option in $("$build/${program%:*}" --help | grep -o -- '--[a-z-]*' | sort -u); do
		grep -q -- "$option" "$work/page" || fail "$(basename "$page") does not name $option"
	done
done
mandoc -T lint -W warning "$man"/* >"$work/lint" || fail "mandoc: $(head -n 5 "$work/lint")"
