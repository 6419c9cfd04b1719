#!/bin/bash
# Two offices with this gateway stand before each other: what one sends the other takes in, day after day. Their letters are automatic and say so; and
# where a relay between them strips every header that says it, the budgets end it (RFC 3834 section 2; 2 letters an address in 24 hours).
. "$(dirname "$0")/../lib.sh"

# carry FROM TO [STRIP]: what has left the one is delivered to the other, perhaps by a relay that keeps but the plainest headers
carry() {
	local f
	for f in "$1"/outgoing/new/*; do
		[ -e "$f" ] || return 0
		if [ "${3:-}" ]; then
			python3 - "$f" "$2/incoming/tmp/$((carried += 1))" <<-'EOP'
				import email, email.policy, sys
				m = email.message_from_bytes(open(sys.argv[1], "rb").read(), policy=email.policy.default)
				body = m.get_body(("plain",))
				keep = email.message.EmailMessage()
				for h in ("From", "To", "Subject", "Date"):
				    keep[h] = str(m[h])
				keep.set_content(body.get_content() if body else "x")
				open(sys.argv[2], "wb").write(keep.as_bytes())
			EOP
		else
			cp "$f" "$2/incoming/tmp/$((carried += 1))"
		fi
		mv "$2/incoming/tmp/$carried" "$2/incoming/new/$carried"
		mv "$f" "$1/carried"
	done
}
carried=0
# play NAME STRIP: how many letters the two exchange in sixteen rounds of an hour
play() {
	new_instance "$1-a" && a=$dir a_conf=$conf
	set_conf mail 'address = "ungcuu@a.example";'
	new_instance "$1-b" && b=$dir b_conf=$conf
	set_conf mail 'address = "ungcuu@b.example";'
	mkdir "$a/carried" "$b/carried"
	# somebody forged the other office's address in a report to the first
	dir=$a conf=$a_conf
	mail "start@$1.example" ungcuu@b.example "May chu bi tan cong" | sed 's/^To: .*/To: ungcuu@a.example\r/' | drop start
	for hour in $(seq 8 23); do
		now=$(printf '2026-03-02T%02d:00:00+07:00' "$hour")
		for side in a b; do
			conf=$a_conf
			[ $side = a ] || conf=$b_conf
			"$build/irgated" -c "$conf" --once --now "$now" >>"$work/$1-$side.log" 2>&1 || fail "$1: $side at $now"
		done
		carry "$a" "$b" "$2"
		carry "$b" "$a" "$2"
	done
	left_a=$(files_in "$a/carried") left_b=$(files_in "$b/carried")
}
play plain ""
is "the first confirms once; its letter is automatic and answered by nobody" "1 0" "$left_a $left_b"
play stripped yes
[ "$left_a" -ge 1 ] && [ "$left_a" -le 2 ] && [ "$left_b" -le 2 ] || fail "letters past the budget of an address: $left_a and $left_b"
[ "$left_b" -ge 1 ] || fail "the relay stripped nothing: the second office never took it for a report"
say "stripped: $left_a and $left_b letters in sixteen hours"
