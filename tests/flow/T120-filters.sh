#!/bin/bash
# The rules in filters/: every sample is read as wanted, a mistake is said with file and line and costs that filter only, a slow expression is
# switched off, and a new source needs no program.
. "$(dirname "$0")/../lib.sh"
ctl() { "$build/irgatectl" -c "$work/i/irgate.conf" "$@"; }
"$build/irgatectl" init "$work/i" >/dev/null || fail "no instance"

say "1: all samples of all filters"
ctl filter test >"$work/test.log" || fail "a sample is read otherwise"
has "samples were read" " samples of " "$work/test.log"
if [ -x "$src/tools/list-filters" ] && [ -w "$src" ]; then
	"$src/tools/list-filters" "$work/filters.am"
	[ "$(<"$work/filters.am")" = "$(<"$src/filters/filters.am")" ] || fail "filters/filters.am is old: run tools/list-filters"
fi

say "2: a filter from a sample, with no program"
printf 'From: monitor@noc.example\nTo: ungcuu@example.vn\nSubject: ALERT 4711 web server down\nMessage-ID: <1@noc.example>\n\nHost: www.tinh.example.vn\nAddress: 192.0.2.10\nSince: 2026-03-02 08:15 (UTC+7)\n' >"$work/alert.eml"
ctl filter new noc "$work/alert.eml" >/dev/null || fail "filter new"
ctl filter try "$work/alert.eml" >"$work/try.log"
has "the skeleton claims it" "noc, class machine-report" "$work/try.log"
cat >"$work/i/filters/noc/filter.conf" <<'RULES'
title = "alerts of our monitoring";
order = 500;
class = "machine-report";
system = "noc";
category = "availability/outage";
want = ["ticket.id"];
recognise = ( { from = ["noc.example"]; subject = "^ALERT"; } );
fields = (
	{ in = ["subject"]; regex = "ALERT (?<ticket_id>\\d+)"; },
	{ name = "system.name"; labels = ["Host"]; as = "line"; },
	{ name = "incident.source"; labels = ["Address"]; observable = "address"; },
	{ name = "incident.found_at"; labels = ["Since"]; }
);
RULES
printf '{"filter": "noc", "ticket": {"id": "4711"}, "category": "availability/outage", "fields": {"incident.found_at": "2026-03-02T08:15:00+07:00", "incident.source": "192.0.2.10"}}\n' >"$work/i/filters/noc/want/1.json"
ctl filter test noc >"$work/noc.log" || fail "the sample of the new filter"
ctl filter explain "$work/alert.eml" >"$work/explain.log"
has "explain says which rule" "ticket.id = 4711" "$work/explain.log"

say "3: what differs is said, and is exit 65"
printf '{"ticket": {"id": "4712"}}\n' >"$work/i/filters/noc/want/1.json"
ctl filter test noc >"$work/differs.log" && fail "a difference was not found"
has "the difference" 'ticket.id: wanted "4712", got "4711"' "$work/differs.log"

say "4: mistakes are said with file and line; the others go on"
mkdir "$work/i/filters/broken"
printf 'title = "x";\norder = 1;\nrecognise = ( { subject = "(" ; } );\nfields = ( { name = "ticket.ident"; regex = "x"; }, { name = "ticket.id"; labels = ["a"]; colour = "red"; } );\n' >"$work/i/filters/broken/filter.conf"
ctl filter check >/dev/null 2>"$work/check.log"; is "exit of filter check" 78 $?
has "the expression" 'broken/filter.conf:3: subject: ' "$work/check.log"
has "the field" 'broken/filter.conf:4: name: "ticket.ident" is no field; did you mean "ticket.id' "$work/check.log"
has "the key" 'colour: unknown key' "$work/check.log"
"$build/irgated" -c "$work/i/irgate.conf" --check >/dev/null 2>&1; is "exit of --check" 78 $?
cp "$work/alert.eml" "$work/i/incoming/new/"
"$build/irgated" -c "$work/i/irgate.conf" --once >"$work/once.log" 2>&1 || fail "--once with a broken filter"
ctl --json message list >"$work/list.json"
has "the mail was read by its filter" '"filter":"noc"' "$work/list.json"
ctl --json alarm list >"$work/alarms.json"
has "an alarm tells of the broken one" '"code":"filter"' "$work/alarms.json"
rm -r "$work/i/filters/broken"

say "5: an expression that takes too many steps is switched off with an alarm"
mkdir "$work/i/filters/slow"
printf 'title = "slow";\norder = 1;\nrecognise = ( { from = ["slow.example"]; } );\nfields = ( { name = "incident.summary"; regex = "(x+x+)+[yz]"; }, { name = "ticket.id"; labels = ["Id"]; } );\n' >"$work/i/filters/slow/filter.conf"
printf 'From: a@slow.example\nTo: ungcuu@example.vn\nSubject: s\nMessage-ID: <2@slow.example>\n\nId: 5\n%s\n' "$(printf 'x%.0s' {1..3000})" >"$work/slow.eml"
cp "$work/slow.eml" "$work/i/incoming/new/"
"$build/irgated" -c "$work/i/irgate.conf" --once >"$work/once2.log" 2>&1 || fail "--once with a slow filter"
ctl --json message show 2 >"$work/slow.json"
has "the other rule still works" '"id":"5"' "$work/slow.json"
ctl --json alarm list >"$work/alarms.json"
has "the alarm names the rule" 'slow rule 1: too many steps' "$work/alarms.json"
say "6: free text has a category when it is clear enough, and none when it is not"
printf 'From: lan@coquan.example\nTo: ungcuu@example.vn\nSubject: Máy chủ bị mã hoá\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\nToàn bộ máy chủ của chúng tôi bị mã độc tống tiền mã hoá dữ liệu, kẻ tấn công đòi tiền chuộc.\n' >"$work/ransom.eml"
printf 'From: lan@coquan.example\nTo: ungcuu@example.vn\nSubject: Lịch họp\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\nKính mời anh dự họp sáng thứ hai.\n' >"$work/meeting.eml"
ctl read "$work/ransom.eml" >"$work/ransom.json" || fail "read of free text"
ctl read "$work/meeting.eml" >"$work/meeting.json" || fail "read of free text"
has "ransom is malware" '"category":{"code":"malicious-code/infected-system"' "$work/ransom.json"
has "an invitation has none" '"category":null' "$work/meeting.json"
say "done"
