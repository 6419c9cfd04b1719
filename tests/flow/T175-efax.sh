#!/bin/bash
# efax, which has a T.30 engine of its own, telephones our line: in audio by either law, in audio that we or it turn into T.38, and in T.38 from the
# beginning; and it answers when we call. Every page is the same bit by bit but for efax's own margin.
. "$(dirname "$0")/../lib.sh"
. "$src/tests/interop/interop.sh"

efax=$(peer_file efax usr/bin/efax) || skip "there is no efax; ./bootstrap peers $build/peers unpacks it"
line_port=$(free_port)
new_instance
modem answers 0900
line_at "$line_port" "$modem_port"
start_line
fax_page --g3 "$work/short.tif" 1 400
fax_page --g3 "$work/full.tif" 1 2292
fax_page "$work/two.tif" 2 400


ways=() # name, file, rate and T.38 of each
efax_sends() { # efax_sends NAME FILE RATE T38 [MODEM-ARGUMENT...]
	local name=$1 file=$2 rate=$3 t38=$4
	local -A code=([14400]=5 [9600]=3 [4800]=1)
	shift 4
	next_number "$name"
	ways+=("$name $file $rate $t38")
	modem "$name" "${number_of[$name]}" --t38 "$t38" "$@"
	# fine, the rate, A4 wide, any length, one-dimensional, no ECM, no files, no least time a line
	begin "$name" timeout -k 2 240 "${first[@]}" "$efax" -d "$work/$name.tty" -o1 -c "1,${code[$rate]},0,2,0,0,0,0" -l "${number_of[$name]}" -h " " -t 12345 "$work/$file"
}
efax_sends a-law short.tif 14400 refuse
efax_sends mu-law short.tif 14400 refuse --law u
efax_sends we-turn short.tif 14400 accept
efax_sends it-turns short.tif 14400 offer
efax_sends t38-first short.tif 14400 first
if [ "$interop" = all ]; then
	for t38 in refuse accept first; do
		efax_sends "full-$t38" full.tif 14400 $t38
		efax_sends "v29-$t38" short.tif 9600 $t38
		efax_sends "v27ter-$t38" short.tif 4800 $t38
	done
fi

ctl fax send 0900 --urgent <"$work/two.tif" >"$work/send.log" || fail "fax send"
wait_for 20 "our call to ring" modem_said answers '^ring'
begin answers timeout -k 2 240 "${first[@]}" "$efax" -d "$work/answers.tty" -o1 -l "+84 24 333" -r "$work/answered"
calls_over 240

for way in "${ways[@]}"; do
	read -r name file rate t38 <<<"$way"
	ended "$name" 0
	went "$name" "$t38"
	came "$name" 1 "$rate" plain --body "$work/$file"
done

number_of[answers]=0900
ended answers 0
told() { is_known answers && [ "$(cut -d ' ' -f 1 "$work/answers.known")" = sent ]; }
wait_for 10 "our call to be sent" told
is "what we sent, and to whom" "sent 2 14400 plain +8424333" "$(sed 's/ *$//' "$work/answers.known")"
for n in 1 2; do
	is "page $n as efax has it" 1 "$(fax_page --nth $n "$work/two.tif" "$work/answered.00$n")"
done
