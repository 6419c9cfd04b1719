# shellcheck shell=bash
# A real clamd for stories, sourced behind lib.sh: the installed one, or the packages that bootstrap unpacks. Its one database is ours: a digest and a
# few words, so that no test carries or fetches malware. clamd_start makes $work/clamd.sock; clamd_pid is its process.
clamd_root=
clamd_program=$(peer_file clamav usr/sbin/clamd) || skip "no clamd (packages clamav-daemon, libclamav12)"
case $clamd_program in "$build"/*) clamd_root=$build/peers/clamav ;; esac
clamd_words='this-is-the-malware-of-our-tests'
printf '%s' "$clamd_words in a file of its own" >"$work/virus.bin"
clamd_start() {
	mkdir -p "$work/clamd" || return 1
	# NAME:TYPE:OFFSET:HEX and MD5:SIZE:NAME (clamav(5) of signatures)
	printf 'IrgateTest.Words:0:*:%s\n' "$(printf '%s' "$clamd_words" | od -An -tx1 | tr -d ' \n')" >"$work/clamd/own.ndb"
	printf '%s:%s:IrgateTest.Digest\n' "$(printf 'digest only' | md5sum | cut -d' ' -f1)" "$(printf 'digest only' | wc -c)" >"$work/clamd/own.hdb"
	cat >"$work/clamd.conf" <<-CONF
		LocalSocket $work/clamd.sock
		DatabaseDirectory $work/clamd
		TemporaryDirectory $work
		LogFile $work/clamd.own.log
		Foreground yes
		MaxThreads 2
		StreamMaxLength 2M
		ConcurrentDatabaseReload no
	CONF
	LD_LIBRARY_PATH=$(find "$clamd_root/usr/lib" -name 'libclamav.so*' -printf '%h\n' 2>/dev/null | head -1)${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH} \
		"$clamd_program" -c "$work/clamd.conf" >"$work/clamd.log" 2>&1 &
	clamd_pid=$!
	started+=("$clamd_pid")
	wait_for 60 "clamd" test -S "$work/clamd.sock"
}
