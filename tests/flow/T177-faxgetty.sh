#!/bin/bash
# HylaFAX receives: our line telephones its faxgetty, which hands the pages to its faxrcvd, which sources our FaxDispatch: two pages with error correction,
# the same bit by bit in its queue, and a message with the facts of the call in our folder, without a mail beside it. What was never received leaves
# nothing in the folder, and FaxMaster hears of it.
. "$(dirname "$0")/../lib.sh"
. "$src/tests/interop/interop.sh"

hylafax_here
[ -x "$hylafax/usr/sbin/faxgetty" ] || skip "there is no faxgetty"
bin=$hylafax/usr/lib/hylafax/bin
line_port=$(free_port)
number_of[getty]=0900
new_instance
modem getty 0900
spool getty
at=$work/getty
cp -r "$hylafax/var/spool/hylafax/bin" "$at/bin"
cp -r "$hylafax/etc/hylafax/templates" "$at/etc/templates"
sed "s,/var/lib/irgate/faxes,$dir/faxes," "${IRGATE_DATADIR}/etc/FaxDispatch.irgate" >"$at/etc/FaxDispatch"
printf '#!/bin/sh\ncat >>"%s/mail"\n' "$at" >"$at/sendmail"
chmod 755 "$at/sendmail" "$dir"
# what faxsetup(8) finds out about a machine, as far as faxrcvd asks for it
printf '%s\n' SED=sed AWK=awk "SBIN=$bin" "SENDMAIL=$at/sendmail" ENCODING=base64 >"$at/etc/setup.cache"
echo 'RingsBeforeAnswer: 1' >>"$at/etc/config.$device"
chown uucp:root "$dir/faxes" && chmod 2770 "$dir/faxes" || fail "the folder" # as irgate-fax(7) has it; our daemon is root here
chown -R uucp "$at"
idle() { grep -qs idle "$at/status/$device"; }

line_at "$line_port" "$modem_port"
set_conf intake 'settle = "1s";'
start_line
export LD_LIBRARY_PATH=$hylafax/usr/lib/hylafax
(cd "$at" && exec "${first[@]}" setsid "$hylafax/usr/sbin/faxgetty" -q "$at" "/dev/${device//_//}" >"$work/faxgetty.log" 2>&1) &
started+=($!)
unset LD_LIBRARY_PATH
wait_for 60 "faxgetty to be ready" idle
fax_page "$work/two.tif" 2 300
ctl fax send 0900 --urgent <"$work/two.tif" >"$work/send.log" || fail "fax send"
told() { is_known getty && read -r result _ <"$work/getty.known" && [ "$result" != None ]; }
wait_for 120 "our call to end" told
is "what we sent, and to whom" "sent 2 14400 ecm 0900" "$(sed 's/ *$//' "$work/getty.known")"
is "pages as HylaFAX has them" 2 "$(fax_page --same "$work/two.tif" "$at/recvq/fax000000001.tif")"

came_back() { ctl --json message list | grep -q '"source_file":"fax000000001.tif"'; }
wait_for 30 "the message from HylaFAX" came_back
facts "what HylaFAX's script said" <<'EOP'
m = one(messages, source_file="fax000000001.tif")
eq("message", ("fax", "in", []), (m["channel"], m["direction"], m["problems"]))
c = one(run("fax", "calls"), message=m["id"])
eq("call", ("in", "0243", "+84 24 111", 2, 14400, True, "ok"), tuple(c[k] for k in ("direction", "number", "ident", "pages", "rate", "ecm", "result")))
ok("it says when: " + str(m["date"]), m["date"])
EOP
[ ! -e "$at/mail" ] || fail "a mail went beside it: $(head -n 20 "$at/mail")"
taken=$(find "$dir/faxes/.taken" -name fax000000001.tif)
is "mode and group" "660 root" "$(stat -c '%a %G' "$taken")"

(cd "$at" && LD_LIBRARY_PATH=$hylafax/usr/lib/hylafax setpriv --reuid uucp --regid uucp --clear-groups bin/faxrcvd recvq/fax000000009.tif "$device" 000000009 \
	"No answer from the sender" 0911 >"$work/faxrcvd.log" 2>&1)
is "files of a fax that never came" 0 "$(find "$dir/faxes" -maxdepth 1 -type f | wc -l)"
has "FaxMaster heard of it" 'No answer from the sender' "$at/mail"
