#!/bin/bash
# Mail that a real Dovecot takes by LMTP into its mailbox and irgate fetches from there, with Dovecot run by root and by a user without rights; and the server
# killed while it appends, with what it did not acknowledge offered again as its MTA does: every report is exactly one incident.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../dovecot.sh"

[ -x "$dovecot_root/usr/lib/dovecot/lmtp" ] || skip "no LMTP of Dovecot (package dovecot-lmtpd)"
unprivileged=yes
inside true 2>/dev/null || skip "Dovecot cannot be run without rights here"
accounts() { # of USER
	set_conf intake "imap = ({ name = \"truc\"; host = \"localhost\"; port = $imaps; user = \"$1\"; password = \"geheim\"; ca = \"$work/ca.pem\"; since = \"2026-03-01\"; });"
}
# offer LOST USER NAME...: each report by LMTP over one of four connections, as an MTA does: what is answered with 250 stands in $work/kept, the rest is
# still to be delivered; the connection of LOST breaks when it is kept there and the answer has not been taken
offer() {
	python3 - "$lmtp" "$work" "$@" <<-'EOP'
		import smtplib, sys, threading
		port, work, lost, user, names = int(sys.argv[1]), *sys.argv[2:5], sys.argv[5:]
		lock, kept = threading.Lock(), open(f"{work}/kept", "a")
		body = "\r\n".join(["The mail server of the office was broken into."] + ["x" * 70] * 4000)

		def text(name):
		    return (f"From: {name}@{name}.example\r\nTo: {user}@example.vn\r\nSubject: Su co {name}\r\nDate: Mon, 02 Mar 2026 08:00:00 +0700\r\n"
		            f"Message-ID: <{name}@{name}.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{name}: {body}\r\n").encode()

		def take():
		    with lock:
		        return names.pop(0) if names else None

		def work_off():
		    server = None
		    while (name := take()) is not None:
		        try:
		            server = server or smtplib.LMTP("127.0.0.1", port, timeout=10)
		            server.mail(f"{name}@{name}.example")
		            if server.rcpt(f"{user}@example.vn")[0] != 250:
		                raise smtplib.SMTPException("RCPT")
		            if name == lost:
		                server.putcmd("data")
		                server.getreply()
		                server.send(text(name) + b".\r\n")
		                server.sock.recv(1)
		                raise smtplib.SMTPServerDisconnected("lost")
		            if server.data(text(name))[0] == 250:
		                with lock:
		                    print(name, file=kept, flush=True)
		        except (OSError, smtplib.SMTPException):
		            if server:
		                server.close()
		            server = None

		threads = [threading.Thread(target=work_off) for _ in range(4)]
		[t.start() for t in threads]
		[t.join() for t in threads]
	EOP
}
kept_soon() { # COUNT: looked at closely, for the burst is short
	local end=$((SECONDS + 20))
	until [ "$(wc -l <"$work/kept")" -ge "$1" ]; do
		[ $SECONDS -lt $end ] || fail "$1 are not kept in time"
		sleep 0.01
	done
}
lmtps() { pgrep -P "$(cat "$mx/run/master.pid")" -x lmtp; }
appending() { compgen -G "$mx/mail/b/tmp/*" >/dev/null; } # a file there is a message that is being written
# stop_in_append: the LMTP processes stand still with a message half written
stop_in_append() {
	local end=$((SECONDS + 20)) pids
	mapfile -t pids < <(lmtps)
	while [ $SECONDS -lt $end ]; do
		appending || continue
		kill -STOP "${pids[@]}"
		appending && return 0
		kill -CONT "${pids[@]}"
	done 2>/dev/null
	fail "never in the middle of an append"
}

# in by LMTP, out by IMAP, whoever runs it
for rights in yes ''; do
	unprivileged=$rights
	[ -n "$rights" ] || [ "$(id -u)" = 0 ] || continue
	rm -rf "$work/mx"
	: >"$work/kept"
	dovecot_new
	dovecot_start
	is "who runs it" "$([ -n "$rights" ] && id -u "$mail_user" || echo 0)" "$(stat -c %u "/proc/$(cat "$mx/run/master.pid")")"
	new_instance "by${rights:-root}"
	accounts a
	offer "" a "one$rights" "two$rights"
	is "kept by Dovecot" 2 "$(wc -l <"$work/kept")"
	is "in its mailbox" 2 "$(held a)"
	once 0
	is "moved when it was fetched" 2 "$(held a irgate-processed)"
	facts "by LMTP and IMAP" <<-EOP
		for name in "one$rights", "two$rights":
		    m = reading(f"{name}@{name}.example")
		    eq(f"{name}: source, sender, envelope", ["truc", f"{name}@{name}.example", f"{name}@{name}.example"], [m["source"], m["from"]["address"], m["return_path"]])
		eq("cases", 2, len(incidents))
	EOP
	dovecot_stop KILL # an orderly end takes two seconds
done

# killed while it appends
unprivileged=yes
rm -rf "$work/mx"
: >"$work/kept"
dovecot_new
dovecot_start
new_instance burst
set_conf decide 'budget_letters = 0;'
accounts b
start
mapfile -t names < <(printf 'r%s\n' {1..60} | sort)
offer r1 b "${names[@]}" &
burst=$!
kept_soon 10
# shellcheck disable=SC2046
kill -KILL $(lmtps) $(pgrep -P "$(cat "$mx/run/master.pid")" -x imap) # the master lives on
kept_soon 20
stop_in_append
dovecot_stop KILL
locks=$(find "$mx/mail" -name '*.lock' -print -delete | wc -l) # of the dead: one that bears no number yet would hold IMAP up for two minutes
wait "$burst"
mapfile -t again < <(comm -23 <(printf '%s\n' "${names[@]}") <(sort "$work/kept"))
say "killed with $(wc -l <"$work/kept") kept, ${#again[@]} to offer again, $(files_in "$mx/mail/b/tmp") half written, $locks locks left"
[[ " ${again[*]} " == *" r1 "* ]] || fail "r1 was answered"
dovecot_start
offer "" b "${again[@]}"
is "kept in the end, each once" "${names[*]}" "$(sort "$work/kept" | xargs)"
wait_for 40 "all are fetched" count_is incident 60
wait_for 20 "the mailbox is worked off" held_is b
stop
now=$(date -d '+1 minute' -Is)
once 0
facts "every report is exactly one incident" <<'EOP'
came = [m for m in messages if m["direction"] == "in"]
for name in (f"r{i}" for i in range(1, 61)):
    eq(f"cases of {name}", 1, len({m["incident"] for m in came if m["message_id"] == f"{name}@{name}.example"}))
eq("cases", 60, len(incidents))
eq("cases that a message names", 60, len({m["incident"] for m in came}))
EOP
say "$(held b irgate-processed) copies were in the mailbox"
[ "$(held b irgate-processed)" -gt 60 ] || fail "no report was delivered twice"
