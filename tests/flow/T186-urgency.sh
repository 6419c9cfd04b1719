#!/bin/bash
# Decree 30/2020, Annex I, box 10b: the stamp HỎA TỐC, THƯỢNG KHẨN or KHẨN as a person says it, in its frame on the page, and in the electronic document;
# a letter to several is one act: all of them are written to, or none.
. "$(dirname "$0")/../lib.sh"
[ -x "$build/irgate-scribe" ] || skip "irgate-scribe was not built"

new_instance
at() { ctl --now "$now" "$@"; }
mail u1@xa.example lan@xa.example "Su co trang tin" | drop u1
once
ref=$(field incident 0 ref)
at party add "Cơ quan điều phối" --role coordinator --letter "115 Đường Mẫu" >/dev/null || fail party
at party add "Công an tỉnh Mẫu" --role police --letter "02 Đường Mẫu" >/dev/null || fail party
at party add "Chưa có địa chỉ" --role isp --phone +842330000001 >/dev/null || fail party
before=$(count dispatch) notes=$(count journal)
refused 65 'Chưa có địa chỉ: the party has no channel' at letter send escalation "$ref" --to "Cơ quan điều phối" --to "Chưa có địa chỉ"
is "nothing is written to the first" "$before" "$(count dispatch)"
is "and nothing journalled" "$notes" "$(count journal)"
refused 64 'hoa-toc, thuong-khan or khan' at letter send escalation "$ref" --to "Công an tỉnh Mẫu" --urgency soon

n=10
for u in "hoa-toc|HỎA TỐC" "thượng khẩn|THƯỢNG KHẨN" "khan|KHẨN"; do
	at letter send escalation "$ref" --to "Cơ quan điều phối" --to "Công an tỉnh Mẫu" --urgency "${u%|*}" >"$work/sent" || fail "${u%|*}"
	is "both are written to" 2 "$(wc -l <"$work/sent")"
	id=$(head -n 1 "$work/sent" | cut -d' ' -f1)
	at letter number "$id" $((n += 1)) || fail number
	once
	[ -s "$dir/outgoing-letters/$id.pdf" ] || fail "no letter"
	grep -q '"lane": *"urgent"' <<<"$(ctl --json dispatch show "$id")" || fail "it is not urgent on its way"
	command -v pdftotext >/dev/null || continue
	pdftotext -layout -l 1 "$dir/outgoing-letters/$id.pdf" "$work/page"
	has "what we wrote was not received" "tài liệu đã tiếp nhận: 1" "$work/page"
	has_not "the number is no reason" "do thông báo: number" "$work/page"
	has "the stamp" "^ *${u#*|}\$\|^ *${u#*|}  " "$work/page"
done
