#!/bin/bash
# Circular 20/2017/TT-BTTTT form 5 (before 20/06 and 15/12), Directive 18/CT-TTg (hunt and scan every six months, plans, a drill a year from level 3),
# Decision 146/QĐ-BTTTT by analogy (quarterly risk review, two backups a week): a year of virtual time with all of it, units urged, evidence kept.
. "$(dirname "$0")/../lib.sh"

new_instance
at() { ctl --now "$now" "$@"; }
days() { now=$(date -u -d "2026-01-05 +$1 days" +%Y-%m-%dT09:00:00+07:00); }
set_conf alarm 'officer_mail = yes;'
days 0
at party add "Trực ban" --role officer --mail truc@example.vn --24x7 >/dev/null || fail "party"
at party add "UBND xã A" --role unit --mail a@xa.example --language vi --level 3 >/dev/null || fail "party"
at party add "Sở B" --role unit --mail b@so.example --language vi --level 2 >/dev/null || fail "party"
at party add "Thôi việc" --role unit --mail c@so.example --to 2025-12-31T00:00:00+07:00 >/dev/null || fail "party"
own=$dir/profiles
mkdir -p "$own" && sed '/what = "periodic-report"; title/,/basis/ s/again = 7;/again = 7; alarm = yes;/' "$IRGATE_DATADIR/etc/profiles/vn-2025.conf" >"$own/vn-2025.conf" &&
	cp "$IRGATE_DATADIR/etc/profiles/vn-calendar.inc" "$own" || fail "the office's own profile"
begun=$SECONDS
for ((day = 0; day <= 364; day += 14)); do
	days $day
	once
	# xã A does what it owes in the fortnight before it is due; Sở B never does; the office makes backups and half of its reports
	for what in $(ctl --json obligation list --party "UBND xã A" --open | python3 -c '
import datetime, json, sys
soon = datetime.datetime.fromisoformat(sys.argv[1]) + datetime.timedelta(days=15)
print(*[o["what"] for o in json.load(sys.stdin) if datetime.datetime.fromisoformat(o["due"]) < soon])' "$now"); do
		at obligation done "UBND xã A" "$what" --note "biên bản $day" || fail "done $what"
	done
	at obligation done office backup --note "bản $day" || fail "backup"
	if [ $day = 154 ]; then at obligation done office periodic-report --note "đã gửi" || fail "periodic"; fi
done
say "a year in $((SECONDS - begun)) s"
[ $((SECONDS - begun)) -lt 120 ] || fail "a year of virtual time took $((SECONDS - begun)) s"
ctl --json --now "$now" obligation list >"$work/all.json" || fail "list"
facts "a year" <<'EOP'
rows = run("--now", "2027-01-04T09:00:00+07:00", "obligation", "list")
def mail_subject(d): return str(outgoing[next(n for n in outgoing if n.startswith(d["id"]))]["Subject"])
def of(owner, what): return sorted((r for r in rows if r["owner"] == owner and r["what"] == what), key=lambda r: r["due"])
a, b, office = "UBND xã A", "Sở B", "office"
eq("periodic reports by their days", ["2026-06-20T00:00:00+07:00", "2026-12-15T00:00:00+07:00"], [r["due"] for r in of(office, "periodic-report")][:2])
june, december = of(office, "periodic-report")[:2]
ok("June in time, with who and when", june["state"] == "done" and june["done_by"].startswith("user:") and june["note"] == "đã gửi")
ok("basis", "20/2017" in june["basis"])
eq("December missed", "OVERDUE", december["state"])
eq("a hunt every six months, from the last one", [True, True], [r["state"] == "done" for r in of(a, "hunt")][:2])
ok("its dates", 170 <= (int(of(a, "hunt")[1]["due"][5:7]) - int(of(a, "hunt")[0]["done_at"][5:7])) * 30 <= 190)
ok("the yearly drill of level 3", len(of(a, "drill")) >= 1 and of(a, "drill")[0]["basis"].startswith("Chỉ thị 18"))
eq("no drill is owed below level 3", [], of(b, "drill"))
eq("nobody owes who is out of force", [], [r for r in rows if r["owner"] == "Thôi việc"])
hunt = of(b, "hunt")[0]
ok(f"Sở B was urged before and again: {hunt['reminders']}", hunt["state"] == "OVERDUE" and hunt["reminders"] >= 6)
eq("Sở B: one period stays open", 1, len(of(b, "hunt")))
eq("xã A was reminded once of its first", 1, of(a, "hunt")[0]["reminders"])
urged = [d for d in dispatches if d["letter"] == "reminder"]
ok("by letters that left by themselves", urged and all(d["state"] == "sent" for d in urged))
eq("to the units only", {"a@xa.example", "b@so.example"}, {d["address"] for d in urged})
text = outgoing[next(n for n in outgoing if n.startswith(by(urged, address="b@so.example")[-1]["id"]))].get_body(("plain",)).get_content()
ok(f"with the basis and the number of times: {text}", "Chỉ thị 18/CT-TTg" in text.replace("\n", " ") and "lần" in mail_subject(by(urged, address="b@so.example")[-1]))
own = by(duties, what="periodic-report")
ok("the office's own are duties", own and all(d["incident"] is None and "20/2017" in d["basis"] for d in own))
ok("an alarm for the missed report, which this office wants", one(alarms, code="obligation-overdue"))
told = [d for d in dispatches if d["letter"] == "officer"]
ok("the officer hears of the office's own", told and all(d["address"] == "truc@example.vn" for d in told))
mail = outgoing[next(n for n in outgoing if n.startswith(told[0]["id"]))]
ok(f"with a deadline and no more: {mail['Subject']}", mail["Subject"].startswith("office duty, due 2026-") and mail.get_content().strip() == mail["Subject"])
ok("a backup a fortnight is not two a week", len([r for r in of(office, "backup") if r["state"] == "done late"]) >= 20)
quarters = of(office, "risk-review")
procedures = of(office, "procedures")
ok(f"written procedures once a year: {procedures}", len(procedures) == 1 and procedures[0]["due"].startswith("2027-01-05") and "146" in procedures[0]["basis"])
ok("a risk review each quarter", quarters and quarters[0]["due"].startswith("2026-04-05"))
EOP
ctl --now "$now" obligation table --year 2026 >"$work/table.csv" || fail "table"
python3 - "$work/table.csv" <<'EOP' || fail "the table"
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1], encoding="utf-8")))
by = {r["owner"]: r for r in rows}
assert set(by) == {"office", "UBND xã A", "Sở B"}, by.keys()
assert by["Sở B"]["hunt"].startswith("OVERDUE"), by["Sở B"]
assert by["Sở B"]["drill"] == "" and "done" in by["UBND xã A"]["hunt"], by
EOP
if command -v pdftotext >/dev/null && [ -x "$build/irgate-scribe" ]; then
	ctl --now "$now" obligation table --year 2026 --pdf "$work/table.pdf" >>"$work/ctl.log" 2>&1 || fail "the table as a document: $(cat "$work/ctl.log")"
	pdftotext -raw "$work/table.pdf" - | tr '\n' ' ' >"$work/table.txt"
	for words in 'BẢNG THEO DÕI THỰC HIỆN NGHĨA VỤ ĐỊNH KỲ' 'Đến hạn trong năm 2026' 'Chỉ thị 18/CT-TTg' 'UBND xã A' 'Sở B' 'QUÁ HẠN' 'Diễn tập thực chiến' 'Tổng cộng'; do
		has "the document" "$words" "$work/table.txt"
	done
	has_not "nobody who is out of force" 'Thôi việc' "$work/table.txt"
fi
refused 65 'owes no' at obligation done "Sở B" drill --note x
refused 64 'evidence' at obligation done "Sở B" hunt
refused 65 'done already' at obligation done 1 --note x
ctl --now "$now" today >"$work/today.log" || fail "today"
has "what is due" 'LATE' "$work/today.log"
has "who is on duty" 'Trực ban' "$work/today.log"
ctl check >"$work/check.log" || fail "check"
