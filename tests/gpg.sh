# shellcheck shell=bash
# GnuPG for stories, sourced behind lib.sh.
# key_homes: $homes is a folder for GnuPG homes (their sockets want a short path); it goes, with its agents, when the story ends
key_homes() {
	[ -x "$build/irgate-keys" ] || skip "irgate-keys was not built"
	local program
	for program in gpg gpg-agent gpgconf; do command -v $program >/dev/null || skip "$program is not installed"; done
	homes=$(mktemp -d /tmp/igk.XXXXXX)
	trap 'code=$?; put_away; (exit $code); finish' EXIT
}
put_away() { for home in "$homes"/*; do gpgconf --homedir "$home" --kill all 2>/dev/null; done; rm -rf "$homes"; }
# operator_key: backups are encrypted to the key $fpr, whose secret half is in $op alone
operator_key() {
	op=$work/op
	mkdir -m 700 "$op" "$work/pub"
	gpg --homedir "$op" --batch --quiet --passphrase '' --quick-generate-key 'Operator <op@example.vn>' default default never 2>>"$work/gpg.log" || skip "gpg makes no key"
	gpg --homedir "$op" --batch --armor --export op@example.vn | gpg --homedir "$work/pub" --batch --quiet --import 2>>"$work/gpg.log"
	fpr=$(gpg --homedir "$op" --batch --with-colons --list-keys | awk -F: '/^fpr/ {print $10; exit}')
	set_conf backup "key = \"$fpr\";"
	set_conf backup "keyring = \"$work/pub\";"
}
