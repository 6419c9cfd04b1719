#!/bin/bash
# With users { } each role becomes its user before it opens anything, and the folders in var have one writer each.
. "$(dirname "$0")/../lib.sh"
[ "$(id -u)" = 0 ] || skip "only root can give roles their users"
for user in daemon mail games news nobody; do
	getent passwd "$user" >/dev/null || skip "no user $user"
done

# the sources may lie where only root can read
mkdir -p "$work/data/etc"
cp -r "$src/templates" "$work/data/"
cp -r "$src/etc/profiles" "$work/data/etc/"
chmod -R a+rX "$work/data"
export IRGATE_DATADIR=$work/data
new_instance
chmod 755 "$work" "$dir"
chmod 711 "$dir/var"
chown -R mail "$dir/incoming"
chown -R news "$dir/outgoing"
sed -i '/^users = {/a recorder = "daemon"; mailin = "mail"; clerk = "games"; sender = "news"; reader = "nobody";' "$conf"
for pass in 1 2; do # the second start finds what the first one made
	start
	mail "u$pass@x.example" "u$pass@x.example" "Su co $pass" | drop "u$pass"
	chown mail "$dir/incoming/new/u$pass" 2>/dev/null
	wait_for 20 "receipt $pass" sent_is "$pass"
	for pair in recorder:daemon mailin:mail clerk:games sender:news; do
		is "user of ${pair%:*}" "${pair#*:}" "$(stat -c %U "/proc/$(role_pid "${pair%:*}")")"
	done
	# a killed role keeps its user
	kill -KILL "$(role_pid clerk)"
	sleep 0.5
	stop
done
is "owner of the log" daemon "$(stat -c %U "$dir/var/evidence/00000001.log")"
is "owner of the store" games "$(stat -c %U "$dir/var/store/store.db")"
