# shellcheck shell=bash
# A real Dovecot for stories, sourced behind lib.sh: the installed one, or the packages that bootstrap unpacks into the build tree, which then run in a
# mount namespace of their own (their paths are compiled in). Works as root and as anybody; with unprivileged=yes root runs it as a user without rights.
peers=$build/peers/dovecot
if command -v dovecot >/dev/null; then
	dovecot_root=
elif [ -x "$peers/usr/sbin/dovecot" ]; then
	dovecot_root=$peers
else
	skip "no Dovecot (packages dovecot-core, dovecot-imapd, dovecot-pop3d)"
fi
command -v openssl >/dev/null || skip "no openssl"

if [ "$(id -u)" = 0 ]; then mail_user=nobody mail_group=nogroup; else mail_user=$(id -un) mail_group=$(id -gn); fi

# inside COMMAND...: where /usr has the peers too; as the mail user when $unprivileged is set
inside() {
	[ -z "${unprivileged:-}" ] || [ "$(id -u)" != 0 ] || set -- setpriv --reuid="$mail_user" --regid="$mail_group" --clear-groups --no-new-privs -- "$@"
	if [ -z "$dovecot_root" ]; then
		"$@"
	elif [ "$(id -u)" = 0 ]; then
		unshare -m sh -c 'mount -t overlay overlay -o "lowerdir=$1/usr:/usr" /usr || exit 77; shift; exec "$@"' sh "$dovecot_root" "$@"
	else
		unshare -rm sh -c 'mount -t overlay overlay -o "lowerdir=$1/usr:/usr" /usr || exit 77; u=$2; g=$3; shift 3
			exec unshare -U --map-user="$u" --map-group="$g" "$@"' sh "$dovecot_root" "$(id -u)" "$(id -g)" "$@"
	fi
}
inside true 2>/dev/null || skip "Dovecot cannot be run unpacked: no mount namespace"

# certificate NAME SUBJECT [OPENSSL-X509-ARGUMENT...]: NAME.pem and NAME.key, signed by ca.pem
certificate() {
	local name=$1 subject=$2
	shift 2
	openssl req -newkey rsa:2048 -nodes -keyout "$work/$name.key" -out "$work/$name.csr" -subj "/CN=$subject" >/dev/null 2>&1 &&
		printf 'subjectAltName=DNS:%s\nextendedKeyUsage=serverAuth\n' "$subject" >"$work/$name.ext" &&
		openssl x509 -req -in "$work/$name.csr" -CA "$work/ca.pem" -CAkey "$work/ca.key" -CAcreateserial -extfile "$work/$name.ext" \
			-out "$work/$name.pem" "$@" >/dev/null 2>&1 || fail "certificate $name"
}
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/ca.key" -out "$work/ca.pem" -subj '/CN=test authority' -days 30 \
	-addext basicConstraints=critical,CA:TRUE >/dev/null 2>&1 || fail "the authority"
certificate server localhost -days 30
chmod 755 "$work"

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# dovecot_new: folder $mx with a configuration; users a, b, c ... with the password geheim; sets $imap $imaps $pop3 $pop3s $lmtp
# (ports); LMTP where it is there, to a recipient USER@ANYTHING
dovecot_new() {
	mx=$work/mx
	imap=$(free_port) imaps=$(free_port) pop3=$(free_port) pop3s=$(free_port) lmtp=$(free_port)
	mkdir -p "$mx/run" "$mx/state" "$mx/mail"
	ln -sfn "$mx/dovecot.log" "$work/dovecot.log" # shown when a story fails
	[ "$(id -u)" != 0 ] || chown -R "$mail_user:$mail_group" "$mx/mail"
	printf '%s:{PLAIN}geheim\n' a b c d "user with \"quotes\"" >"$mx/users"
	cat >"$mx/dovecot.conf" <<-CONF
		base_dir = $mx/run
		state_dir = $mx/state
		log_path = $mx/dovecot.log
		protocols = imap pop3
		listen = 127.0.0.1
		ssl = yes
		ssl_cert = <$work/server.pem
		ssl_key = <$work/server.key
		disable_plaintext_auth = no
		mail_location = maildir:$mx/mail/%n
		first_valid_uid = 1
		mail_max_userip_connections = 50
		passdb {
		  driver = passwd-file
		  args = $mx/users
		}
		userdb {
		  driver = static
		  args = uid=$mail_user gid=$mail_group home=$mx/mail/%n
		}
		namespace inbox {
		  inbox = yes
		}
		service imap-login {
		  inet_listener imap {
		    port = $imap
		  }
		  inet_listener imaps {
		    port = $imaps
		    ssl = yes
		  }
		}
		service pop3-login {
		  inet_listener pop3 {
		    port = $pop3
		  }
		  inet_listener pop3s {
		    port = $pop3s
		    ssl = yes
		  }
		}
	CONF
	if [ -x "${dovecot_root}/usr/lib/dovecot/lmtp" ]; then
		cat >>"$mx/dovecot.conf" <<-CONF
			protocols = imap pop3 lmtp
			auth_username_format = %n
			service lmtp {
			  inet_listener lmtp {
			    port = $lmtp
			  }
			}
		CONF
	fi
	if [ "$(id -u)" != 0 ] || [ -n "${unprivileged:-}" ]; then
		cat >>"$mx/dovecot.conf" <<-CONF
			default_internal_user = $mail_user
			default_internal_group = $mail_group
			default_login_user = $mail_user
			service imap-login {
			  chroot =
			}
			service pop3-login {
			  chroot =
			}
			service anvil {
			  chroot =
			}
			service stats {
			  chroot =
			}
			service lmtp {
			  user = $mail_user
			}
		CONF
	else
		cat >>"$mx/dovecot.conf" <<-CONF
			default_internal_user = $mail_user
			default_internal_group = $mail_group
			default_login_user = daemon
		CONF
	fi
	[ -z "${unprivileged:-}" ] || [ "$(id -u)" != 0 ] || chown -R "$mail_user:$mail_group" "$mx" "$work/server.key"
}
dovecot_answers() { (exec 3<>"/dev/tcp/127.0.0.1/$imap" && read -t 5 -r line <&3 && [[ $line == '* OK'* ]]) 2>/dev/null; }
dovecot_start() {
	inside /usr/sbin/dovecot -F -c "$mx/dovecot.conf" >"$work/dovecot-start.log" 2>&1 </dev/null &
	dovecot=$!
	wait_for 20 "Dovecot answers" dovecot_answers
	started+=("$(cat "$mx/run/master.pid")")
}
dovecot_stop() { # [SIGNAL]: the master, which its shell then reaps; with KILL its sessions too, which would live on
	local pid sessions=
	pid=$(cat "$mx/run/master.pid")
	if [ "${1:-}" = KILL ]; then # it is held first: it would start another one meanwhile
		kill -STOP "$pid"
		sessions=$(pgrep -P "$pid")
	fi
	# shellcheck disable=SC2086
	kill "-${1:-TERM}" "$pid" $sessions 2>/dev/null
	wait "$dovecot" 2>/dev/null
	return 0
}
# deliver USER NAME [EPOCH] <MAIL: as a delivery agent does; INTERNALDATE is the time of the file
deliver() {
	local box=$mx/mail/$1
	mkdir -p "$box/tmp" "$box/new" "$box/cur"
	cat >"$box/tmp/$2"
	[ -z "${3:-}" ] || touch -d "@$3" "$box/tmp/$2"
	[ "$(id -u)" != 0 ] || chown -R "$mail_user:$mail_group" "$box"
	mv "$box/tmp/$2" "$box/new/$2"
}
# held USER [FOLDER]: messages in a mailbox
held() { find "$mx/mail/$1/${2:+.$2/}"{new,cur} -type f 2>/dev/null | wc -l; }
held_is() { [ "$(held "$1" "${2:-}")" = "${3:-0}" ]; }
