#!/bin/bash
# Decision 146/2017 (by analogy): notice at least five working days before a stop, to everybody in force; while it lasts intake answers "later" and
# nothing is lost; a second notice moves it, and it can be taken back.
. "$(dirname "$0")/../lib.sh"

new_instance
at() { ctl --now "$now" "$@"; }
now=2026-03-02T09:00:00+07:00 # a Monday
at party add "Don vi A" --role unit --mail a@a.example --language vi >/dev/null || fail "party add"
at party add "Mang B" --role isp --mail b@b.example --language en >/dev/null || fail "party add"
at party add "Het han" --role unit --mail old@o.example --to 2026-01-01T00:00:00+07:00 >/dev/null || fail "party add"
at party add "Can bo" --role officer --mail cb@example.vn >/dev/null || fail "party add"
stop=(--from 2026-03-10T20:00:00+07:00 --to 2026-03-10T23:00:00+07:00)
refused 64 'reason' at maintenance announce "${stop[@]}"
refused 64 'ends after it begins' at maintenance announce --from 2026-03-10T23:00:00+07:00 --to 2026-03-10T20:00:00+07:00 --reason x
refused 65 "five working days' notice" at maintenance announce --from 2026-03-06T20:00:00+07:00 --to 2026-03-06T23:00:00+07:00 --reason "thay o dia"
at maintenance announce "${stop[@]}" --reason "thay o dia" --service "Tiep nhan su co" >"$work/announce.log" || fail "announce: $(cat "$work/refused.log")"
has "who is told" '2 parties' "$work/announce.log"
once
facts "the notices" <<'EOP'
told = {str(m["To"]): m for m in outgoing.values()}
eq("to those in force", 2, len(told))
text = next(m for t, m in told.items() if "a@a.example" in t).get_body(("plain",)).get_content()
ok(f"when and why: {text}", "thay o dia" in text and "20 giờ 00" in text and "Tiep nhan su co" in text)
ok("journalled", [j for j in journal if j["act"] == "maintenance announce"])
EOP
# before the stop mail is taken, during it stays where it is, after it is taken
now=2026-03-10T19:59:00+07:00
mail m1@xa.example lan@xa.example "Truoc" | drop m1
once
is "before" 1 "$(count incident)"
now=2026-03-10T20:30:00+07:00
mail m2@xa.example an@xa.example "Trong luc" | drop m2
code=0
timeout 120 "$build/irgated" -c "$conf" --once --now "$now" >>"$work/once.log" 2>&1 || code=$?
case $code in 0|69|75) ;; *) fail "exit $code of a run within the stop" ;; esac
is "during it nothing is taken" 1 "$(count incident)"
is "and nothing is moved" 1 "$(files_in "$dir/incoming/new")"
now=2026-03-10T23:00:00+07:00
once
is "afterwards" 2 "$(count incident)"
# moved, then taken back
at maintenance announce --from 2026-03-20T20:00:00+07:00 --to 2026-03-20T21:00:00+07:00 --reason lai || fail "announce again"
at maintenance announce --from 2026-03-21T20:00:00+07:00 --to 2026-03-21T21:00:00+07:00 --reason doi || fail "move"
at maintenance cancel --reason "khong can nua" >"$work/cancel.log" || fail "cancel"
has "told of it" '2 parties' "$work/cancel.log"
refused 65 'no stop' at maintenance cancel --reason x
now=2026-03-21T20:30:00+07:00
mail m3@xa.example binh@xa.example "Binh thuong" | drop m3
once
is "no stop any more" 3 "$(count incident)"
# the screen that stays
at top --count 1 >"$work/top.log" || fail "top"
has "its head" 'irgate  2026-03-21' "$work/top.log"
