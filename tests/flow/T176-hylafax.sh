#!/bin/bash
# HylaFAX, which has a T.30 engine of its own, telephones our line: three pages with error correction in MMR, and without correction in MR and MH, in
# audio, in audio that turns into T.38, and in T.38 from the beginning. Every page is the same bit by bit. Its faxsend runs from the unpacked package with
# a spool of the story; no daemon of it does. (With error correction over T.38 the software modem fails, not our line: a class 1 program hands it bits,
# and libspandsp's T.31 does not find the frames in them again.)
. "$(dirname "$0")/../lib.sh"
. "$src/tests/interop/interop.sh"

hylafax_here
line_port=$(free_port)
new_instance
line_at "$line_port"
start_line

job() { # job PAGES CORRECTION FORMAT RATE: sendq(5); 21 is a fine page of A4 and any length
	local handling=
	handling=$(printf '21S%.0s' $(seq 2 "$1"))
	[ "$1" = 1 ] && handling=
	printf '%s\n' tts:0 "killtime:$(($(date +%s) + 3600))" retrytime:0 state:6 npages:0 "totpages:$1" ntries:0 ndials:0 totdials:0 maxdials:1 tottries:0 maxtries:1 \
		pagewidth:215 resolution:196 pagelength:297 priority:127 schedpri:127 minbr:0 "desiredbr:$4" desiredst:0 "desiredec:$2" "desireddf:$3" desiredtl:0 \
		useccover:0 usexvres:1 jobtype:facsimile number:12345 external:12345 sender:story mailaddr:nobody jobid:1 groupid:1 owner:root modem:any client:localhost \
		notify:none "pagehandling:${handling}21P" pagechop:none chopthreshold:3 doneop:remove fax:0::docq/doc.tif
}
send() { # send NAME DEVICE
	cd "$work/$1" || return 1
	LD_LIBRARY_PATH=$hylafax/usr/lib/hylafax timeout -k 2 300 "${first[@]}" "$hylafax/usr/lib/hylafax/bin/faxsend" -p -l -m "$2" sendq/q1
}
ways=()
# hylafax_sends NAME PAGES ROWS CORRECTION FORMAT RATE T38 [MODEM-ARGUMENT...]: CORRECTION 0 none, 1 frames of 64 octets, 2 of 256; FORMAT 0 MH, 1 MR, 4 MMR
hylafax_sends() {
	local name=$1 pages=$2 rows=$3 correction=$4 format=$5 rate=$6 t38=$7
	local -A code=([14400]=5 [9600]=3 [4800]=1)
	shift 7
	next_number "$name"
	ways+=("$name $pages $correction $rate $t38")
	modem "$name" "${number_of[$name]}" --t38 "$t38" "$@"
	spool "$name"
	fax_page "$work/$name/docq/doc.tif" "$pages" "$rows"
	job "$pages" "$correction" "$format" "${code[$rate]}" >"$work/$name/sendq/q1"
	chown -R uucp "$work/$name"
	begin "$name" send "$name" "$device"
}
hylafax_sends ecm-mmr 3 300 2 4 14400 refuse
hylafax_sends plain-mr 1 400 0 1 14400 refuse --law u
hylafax_sends we-turn 1 400 0 1 14400 accept
hylafax_sends t38-first 1 400 0 0 14400 first
if [ "$interop" = all ]; then
	hylafax_sends full-ecm-mmr 3 2292 2 4 14400 refuse
	hylafax_sends full-plain-mr 2 2292 0 1 14400 accept
	hylafax_sends ecm-mh 1 400 2 0 14400 refuse
	hylafax_sends ecm-mr 1 400 2 1 14400 refuse
	hylafax_sends ecm-64 2 400 1 4 14400 refuse
	hylafax_sends ecm-v29 1 400 2 4 9600 refuse
	hylafax_sends ecm-v27ter 1 400 2 4 4800 refuse
	hylafax_sends it-turns 1 400 0 1 9600 offer
fi
calls_over 300

for way in "${ways[@]}"; do
	read -r name pages correction rate t38 <<<"$way"
	cat "$work/$name"/log/c0* >"$work/$name.said" 2>/dev/null
	ended "$name" 2 # a job that is done; 1 has failed
	went "$name" "$t38"
	came "$name" "$pages" "$rate" "$([ "$correction" = 0 ] && echo plain || echo ecm)" --same "$work/$name/docq/doc.tif"
done
