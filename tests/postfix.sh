# shellcheck shell=bash
# A real Postfix for stories, sourced behind lib.sh: the packages that bootstrap unpacks into the build tree, run by its master in a mount namespace of
# its own (its paths are compiled in), with users of its own. Needs root, as Postfix does; nothing is installed.
pf_root=$build/peers/postfix
[ -x "$pf_root/usr/lib/postfix/sbin/master" ] || skip "no Postfix (package postfix)"
[ "$(id -u)" = 0 ] || skip "Postfix needs root"
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
chmod 755 "$work"
pf=$work/postfix
mkdir -p "$pf/etc" "$pf/queue" "$pf/data"
# users of its own: nobody on this machine owns these numbers
sed '/^postfix:/d' /etc/passwd >"$pf/passwd"
sed '/^postfix:/d; /^postdrop:/d' /etc/group >"$pf/group"
echo 'postfix:x:64123:64123::/nonexistent:/usr/sbin/nologin' >>"$pf/passwd"
printf 'postfix:x:64123:\npostdrop:x:64124:\n' >>"$pf/group"

# with_postfix COMMAND...: where /usr has Postfix and /etc its users
in_postfix=(unshare -m sh -c 'mount -t overlay overlay -o "lowerdir=$1/usr:/usr" /usr && mount --bind "$2/passwd" /etc/passwd && mount --bind "$2/group" /etc/group || exit 77
	shift 2; exec "$@"' sh "$pf_root" "$pf")
with_postfix() { "${in_postfix[@]}" "$@"; }
with_postfix true 2>/dev/null || skip "Postfix cannot be run unpacked: no mount namespace"

# postfix_new MAIN-LINE...: $smtp is its port; ungcuu@example.vn (and plus forms) go to the LMTP port $lmtp, ungcuu@pipe.example to irgate-deliver,
# reporter.example to the sink at port $sink
postfix_new() {
	smtp=$(free_port)
	local q
	for q in active bounce corrupt defer deferred flush hold incoming private saved trace maildrop public pid; do mkdir -p "$pf/queue/$q"; done
	chown 64123 "$pf/queue"/{active,bounce,corrupt,defer,deferred,flush,hold,incoming,private,saved,trace} "$pf/data"
	chown 64123:64124 "$pf/queue/maildrop" "$pf/queue/public"
	chmod 700 "$pf/queue"/{active,bounce,corrupt,defer,deferred,flush,hold,incoming,private,saved,trace}
	chmod 730 "$pf/queue/maildrop"
	chmod 710 "$pf/queue/public"
	cat >"$pf/etc/main.cf" <<-CONF
		compatibility_level = 3.6
		queue_directory = $pf/queue
		data_directory = $pf/data
		mail_owner = postfix
		setgid_group = postdrop
		daemon_directory = /usr/lib/postfix/sbin
		command_directory = /usr/sbin
		shlib_directory = /usr/lib/postfix
		meta_directory = $pf/etc
		inet_interfaces = 127.0.0.1
		inet_protocols = ipv4
		myhostname = mx.example.vn
		mydestination =
		local_recipient_maps =
		alias_maps =
		mynetworks = 127.0.0.0/8
		smtpd_peername_lookup = no
		disable_dns_lookups = yes
		smtp_host_lookup = native
		biff = no
		recipient_delimiter = +
		virtual_mailbox_domains = example.vn
		virtual_mailbox_maps = inline:{ungcuu@example.vn=x, ungcuu-bounce@example.vn=x}
		virtual_transport = lmtp:inet:127.0.0.1:$lmtp
		transport_maps = inline:{pipe.example=irgate:, reporter.example=smtp:[127.0.0.1]:$sink}
		default_transport = error:no such way in this test
		relay_domains = pipe.example reporter.example
		minimal_backoff_time = 1s
		service_throttle_time = 1s
		maximal_backoff_time = 2s
		queue_run_delay = 1s
		message_size_limit = 60000000
		maillog_file = $pf/mail.log
		maillog_file_prefixes = $pf
		$(printf '%s\n' "$@")
	CONF
	cat >"$pf/etc/master.cf" <<-CONF
		127.0.0.1:$smtp inet n - n - - smtpd
		pickup unix n - n 60 1 pickup
		cleanup unix n - n - 0 cleanup
		qmgr unix n - n 300 1 qmgr
		rewrite unix - - n - - trivial-rewrite
		bounce unix - - n - 0 bounce
		defer unix - - n - 0 bounce
		trace unix - - n - 0 bounce
		verify unix - - n - 1 verify
		flush unix n - n 1000? 0 flush
		proxymap unix - - n - - proxymap
		smtp unix - - n - - smtp
		relay unix - - n - - smtp
		showq unix n - n - - showq
		error unix - - n - - error
		retry unix - - n - - error
		discard unix - - n - - discard
		lmtp unix - - n - - lmtp
		anvil unix - - n - 1 anvil
		scache unix - - n - 1 scache
		postlog unix-dgram n - n - 1 postlogd
		irgate unix - n n - - pipe flags=R user=nobody argv=$build/irgate-deliver -c $conf --recipient \${recipient} --sender \${sender}
	CONF
}
postfix_answers() { (exec 3<>"/dev/tcp/127.0.0.1/$smtp" && read -t 5 -r line <&3 && [[ $line == 220* ]]) 2>/dev/null; }
postfix_start() {
	# no function: its shell would stand between us and the master, which stays when that is killed
	MAIL_CONFIG=$pf/etc "${in_postfix[@]}" /usr/lib/postfix/sbin/master -d -c "$pf/etc" >"$work/postfix-start.log" 2>&1 </dev/null &
	postfix=$!
	started+=("$postfix")
	wait_for 20 "Postfix answers" postfix_answers
}
postfix_stop() { # [SIGNAL]
	kill "-${1:-TERM}" "$postfix" 2>/dev/null
	wait "$postfix" 2>/dev/null
	return 0
}
# post RECIPIENT SENDER <MAIL: over SMTP into Postfix
post() {
	python3 -c 'import smtplib, sys
s = smtplib.SMTP("127.0.0.1", int(sys.argv[1]), timeout=60)
s.sendmail(sys.argv[3], [sys.argv[2]], sys.stdin.buffer.read().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
s.quit()' "$smtp" "$1" "$2"
}
