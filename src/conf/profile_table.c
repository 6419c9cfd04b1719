/* The option tables of a profile: every key with its type, range, default and manual sentence. A new value that a regulation decides is one
 * row here and one field in model/profile.h. Relies on table.h. */
#include "config.h"
#include "conf/table.h"

static const char *const follow_ups[] = {"keep", "reopen", "new", "answer", NULL};
static const char *const units[] = {"minute", "hour", "day", "working-day", "month", NULL};
static const char *const retentions[] = {IG_RETENTIONS(IG_ENUM_WORD) NULL};
static const char *const places[] = {"below", "self", "above", "side", NULL};

#define AT(n, k) .key = #k, .at = offsetof(struct n, k), .roles = IG_CONF_ALL
#define AMOUNT .type = IG_CONF_INT, .max = 1000, .def = "0"
#define MANY(n, k, f, t, item_type) .key = #k, .at = offsetof(struct n, f), .type = IG_CONF_GROUPS, .sub = &(t), \
	.roles = IG_CONF_ALL, .item = sizeof(struct item_type), .count_at = offsetof(struct n, k##_count)
#define TABLE(name) static const struct ig_conf_table name##_table = {name, IG_COUNT(name)}

#define BASIS(k) AT(ig_profile_basis, k)
static const struct ig_conf_option basis[] = {
	{BASIS(number), .type = IG_CONF_STR, .flags = IG_CONF_NEED, .say = "Number and sign of the document."},
	{BASIS(title), .type = IG_CONF_STR, .flags = IG_CONF_NEED, .say = "What it is about."},
};
TABLE(basis);

#define OWED(k) AT(ig_profile_deadline, k)
static const struct ig_conf_option deadline[] = {
	{OWED(what), .type = IG_CONF_STR, .check = IG_CHECK_NAME, .flags = IG_CONF_NEED,
	 .say = "What is owed: acknowledge, forward, notice, initial-report, progress-report (again and again while a "
		"serious case lasts), supplement and final-report (from its end on) and others."},
	{OWED(basis), .type = IG_CONF_STR, .say = "The legal basis; without it the deadline is an aim of the office."},
	{OWED(owner), .type = IG_CONF_STR, .say = "Who owes it: office, operator, member."},
	{OWED(amount), AMOUNT, .say = "Within how many units; 0 is at once."},
	{OWED(unit), .type = IG_CONF_WORD, .words = units, .def = "day", .say = "minute, hour, day, working-day or month."},
	{OWED(alert_amount), .type = IG_CONF_INT, .min = -1, .max = 1000, .def = "-1",
	 .say = "The same within a heightened period; -1: no other than ever."},
	{OWED(alert_unit), .type = IG_CONF_WORD, .words = units, .def = "hour", .say = "Unit of alert_amount."},
};
TABLE(deadline);

#define FEAST(k) AT(ig_profile_holiday, k)
static const struct ig_conf_option holiday[] = {
	{FEAST(name), .type = IG_CONF_STR, .say = "What is celebrated."},
	{FEAST(from), .type = IG_CONF_DATE, .flags = IG_CONF_NEED, .say = "The day, or the first of several."},
	{FEAST(to), .type = IG_CONF_DATE, .say = "The last day."},
};
TABLE(holiday);

#define WORK(k) AT(ig_profile_work_day, k)
static const struct ig_conf_option work_day[] = {
	{WORK(name), .type = IG_CONF_STR, .say = "What it makes up for."},
	{WORK(day), .type = IG_CONF_DATE, .flags = IG_CONF_NEED, .say = "The day of rest on which is worked."},
};
TABLE(work_day);

#define PERIOD(k) AT(ig_profile_period, k)
static const struct ig_conf_option period[] = {
	{PERIOD(name), .type = IG_CONF_STR, .flags = IG_CONF_NEED, .say = "What makes it a heightened period, as an election."},
	{PERIOD(basis), .type = IG_CONF_STR, .say = "The letter or law that asks for it."},
	{PERIOD(from), .type = IG_CONF_DATE, .flags = IG_CONF_NEED, .say = "Its first day."},
	{PERIOD(to), .type = IG_CONF_DATE, .flags = IG_CONF_NEED, .say = "Its last day."},
};
TABLE(period);

#define SERIOUS(k) AT(ig_profile_serious, k)
static const struct ig_conf_option serious[] = {
	{SERIOUS(when), .type = IG_CONF_STRS,
	 .say = "Facts that must all hold; with | between facts one of them is enough, as \"level-4|level-5\"."},
	{SERIOUS(basis), .type = IG_CONF_STR, .say = "The legal basis of this row."},
};
TABLE(serious);

#define STEP(k) AT(ig_profile_step, k)
static const struct ig_conf_option step[] = {
	{STEP(name), .type = IG_CONF_STR, .check = IG_CHECK_NAME, .flags = IG_CONF_NEED, .say = "Name of the rung."},
	{STEP(roles), .type = IG_CONF_STRS, .check = IG_CHECK_NAME, .say = "Roles of the parties that stand there."},
	{STEP(place), .type = IG_CONF_WORD, .words = places, .def = "above",
	 .say = "Below the office, the office itself (self), above it, or at its side: told as well."},
	{STEP(at_once), .type = IG_CONF_STRS, .check = IG_CHECK_NAME,
	 .say = "serious, widespread, suspected (of being wide-spread): a case goes there as soon as it is that."},
	{STEP(alone), .type = IG_CONF_BOOL, .def = "no",
	 .say = "May the machine send the notice by itself; else it is prepared and held for a person."},
	{STEP(report), .type = IG_CONF_STR, .check = IG_CHECK_NAME,
	 .say = "Kind of the signed report that follows the notice, held until it is signed."},
	{STEP(answer), .type = IG_CONF_STR, .check = IG_CHECK_NAME, .say = "The deadline (its what) by which they answer."},
	{STEP(reminders), .type = IG_CONF_INT, .max = 10, .def = "1",
	 .say = "Reminders after a deadline without an answer, before the next rung is told."},
	{STEP(basis), .type = IG_CONF_STR, .say = "The legal basis."},
};
TABLE(step);

#define AGAIN(k) AT(ig_profile_obligation, k)
static const struct ig_conf_option obligation[] = {
	{AGAIN(what), .type = IG_CONF_STR, .check = IG_CHECK_NAME, .flags = IG_CONF_NEED,
	 .say = "What is owed again and again: periodic-report, hunt, drill, plan, risk-review, backup and others."},
	{AGAIN(title), .type = IG_CONF_TEXT, .say = "The same in words."},
	{AGAIN(basis), .type = IG_CONF_STR, .say = "The legal basis; without it the obligation is an aim of the office."},
	{AGAIN(who), .type = IG_CONF_STRS, .check = IG_CHECK_NAME, .say = "Who owes it: office, or roles of parties, as unit."},
	{AGAIN(level), .type = IG_CONF_INT, .max = 5, .def = "0", .say = "Only parties with a system of this level or above; 0 all."},
	{AGAIN(amount), AMOUNT, .say = "At least once in so many units; without it before the days of by."},
	{AGAIN(unit), .type = IG_CONF_WORD, .words = units, .def = "month", .say = "Unit of amount."},
	{AGAIN(by), .type = IG_CONF_STRS, .check = IG_CHECK_DAY, .say = "Before these days of each year (MM-DD)."},
	{AGAIN(starts), .type = IG_CONF_DATE, .say = "Not owed before that day."},
	{AGAIN(ahead), .type = IG_CONF_INT, .max = 365, .def = "30",
	 .say = "Days before it is due from which the office's own stands among its duties and on the screen of today; 0: from the first reminder."},
	{AGAIN(remind), .type = IG_CONF_INT, .max = 365, .def = "0", .say = "Days before it is due at which a reminder is sent; 0 none."},
	{AGAIN(again), .type = IG_CONF_INT, .max = 365, .def = "0", .say = "Days between the reminders of what is overdue; 0 none."},
	{AGAIN(alarm), .type = IG_CONF_BOOL, .def = "no", .say = "Is an alarm raised when the office itself is late."},
};
TABLE(obligation);

#define STAY(k) AT(ig_profile_retention, k)
static const struct ig_conf_option retention[] = {
	{STAY(kind), .type = IG_CONF_WORD, .words = retentions, .flags = IG_CONF_NEED,
	 .say = "What stays: evidence (segments of the log, moved out by irgatectl evidence archive); and messages taken in, whose words and payloads are "
		"removed: pages (faxes and scans), delivery-report (bounces, delivery reports, read receipts), report (whatever else is in a case), "
		"automatic-mail (lists, auto-replies) and other-mail, both in no case. The journal and the registers stay for ever."},
	{STAY(amount), .type = IG_CONF_INT, .min = 1, .max = 1000, .flags = IG_CONF_NEED,
	 .say = "So many units after it came; after its case was closed, where it is in one. A kind without a group stays for ever."},
	{STAY(unit), .type = IG_CONF_WORD, .words = units, .def = "month", .say = "Unit of amount."},
	{STAY(basis), .type = IG_CONF_STR, .say = "The legal basis."},
	{STAY(alone), .type = IG_CONF_BOOL, .def = "no",
	 .say = "Are messages removed by the machine when their time is over; else the chief is told by a duty (irgatectl retention list, retention run). "
		"Not within three days after the clock went on by more than a week at once."},
};
TABLE(retention);

#define FORM(k) AT(ig_profile_form, k)
static const struct ig_conf_option form[] = {
	{FORM(number), .type = IG_CONF_STR, .say = "Its number in the annex; left out where it is not known."},
	{FORM(what), .type = IG_CONF_STR, .check = IG_CHECK_NAME, .flags = IG_CONF_NEED, .say = "What it serves, as periodic-report."},
	{FORM(title), .type = IG_CONF_TEXT, .say = "The title of the form."},
	{FORM(basis), .type = IG_CONF_STR, .say = "The legal basis."},
	{FORM(is_signed), .type = IG_CONF_BOOL, .def = "no",
	 .say = "A report, which needs signature and seal or a digital signature; a notice does not."},
	{FORM(halves), .type = IG_CONF_STRS, .check = IG_CHECK_DAYS,
	 .say = "What the form covers, a half of the year each: first and last day as \"12-15/06-14\"; a first day after the last one is of the year "
		"before. Without it the half-year report takes calendar half-years, and says that the period is not known."},
	{FORM(whole), .type = IG_CONF_STR, .check = IG_CHECK_DAYS, .say = "The same for the report of a year."},
	{FORM(cut), .type = IG_CONF_STR, .say = "On what basis it covers these days."},
};
TABLE(form);

static const char *const layouts[] = {"2020", "2011", "plain", NULL};
static const char *const numberings[] = {"ask", "own", "block", NULL};
static const char *const document_receipts[] = {"none", "exchange", "known", NULL};
static const char *const leaves[] = {"at-once", "key", "hand", NULL};

#define LETTER(k) AT(ig_profile_letter, k)
static const struct ig_conf_option letter[] = {
	{LETTER(kinds), .type = IG_CONF_STRS, .check = IG_CHECK_NAME, .flags = IG_CONF_NEED,
	 .say = "Kinds of letters: receipt, request, forward, escalation, order, reminder, closing, final-report, ad-hoc-report, maintenance, "
		"digest, misdirected, document-receipt, periodic-report, extract."},
	{LETTER(number), .type = IG_CONF_BOOL, .def = "no", .say = "They bear a number of the register of departures."},
	{LETTER(pages), .type = IG_CONF_BOOL, .def = "no", .say = "A mail carries them as PDF too."},
	{LETTER(leaves), .type = IG_CONF_WORD, .words = leaves, .def = "at-once",
	 .say = "at-once: unsigned; key: signed with the office's key, held where there is none; hand: held until a person has signed and sent them."},
};
TABLE(letter);

#define P(k) AT(ig_profile, k)
#define LIST(k, f, n) MANY(ig_profile, k, f, k##_table, n)
static const struct ig_conf_option profile[] = {
	{P(name), .type = IG_CONF_STR, .check = IG_CHECK_NAME, .flags = IG_CONF_NEED,
	 .say = "Name of this version, as its file is called."},
	{P(family), .type = IG_CONF_STR, .check = IG_CHECK_NAME, .flags = IG_CONF_NEED,
	 .say = "Name of the family it is a version of."},
	{P(title), .type = IG_CONF_TEXT, .say = "What it follows, in words."},
	{P(valid_from), .type = IG_CONF_DATE, .say = "First day it holds."},
	{P(valid_to), .type = IG_CONF_DATE, .say = "First day it holds no more; without it it still holds."},
	{P(time_zone), .type = IG_CONF_STR, .def = "Asia/Ho_Chi_Minh", .say = "Zone of times in letters and lists."},
	{P(time_offset), .type = IG_CONF_STR, .check = IG_CHECK_OFFSET, .def = "+07:00",
	 .say = "Its offset from UTC, used where the machine has no tz database."},
	{P(language), .type = IG_CONF_STR, .check = IG_CHECK_NAME, .def = "vi",
	 .say = "Language of letters where the reporter's is not known (vi or en)."},
	{P(parent_body), .type = IG_CONF_TEXT, .say = "Body above the office, first line of a letter."},
	{P(office), .type = IG_CONF_TEXT, .say = "The office that receives reports."},
	{P(next_steps), .type = IG_CONF_TEXT, .say = "What happens next, said in a receipt."},
	{P(call_whom), .type = IG_CONF_TEXT, .say = "Whom to call, said in a receipt."},
	{P(phone), .type = IG_CONF_STR, .say = "Telephone of the office."},
	{P(fax), .type = IG_CONF_STR, .say = "Its fax number."},
	{P(email), .type = IG_CONF_STR, .check = IG_CHECK_ADDRESS, .say = "Its published mail address."},
	{P(web), .type = IG_CONF_STR, .say = "Its web page."},
	{P(address), .type = IG_CONF_STR, .say = "Its postal address."},
	{P(place), .type = IG_CONF_STR, .say = "Place in the date line of letters."},
	{LIST(basis, bases, ig_profile_basis), .say = "Legal bases: groups of number and title."},
	{LIST(deadline, deadlines, ig_profile_deadline),
	 .say = "What is owed once, within how long: groups of what, amount, unit, alert_amount, alert_unit, owner, basis."},
	{P(rest_days), .type = IG_CONF_STRS, .check = IG_CHECK_WEEKDAY, .say = "Days of the week without work, as saturday and sunday."},
	{P(holidays_on), .type = IG_CONF_STRS, .check = IG_CHECK_DAY, .say = "Days of each year without work (MM-DD)."},
	{LIST(holiday, holidays, ig_profile_holiday),
	 .say = "Days without work of one year, as announced: groups of name, from, to. Feasts of the lunar calendar stand here."},
	{LIST(work_day, work_days, ig_profile_work_day), .say = "Days of rest on which is worked: groups of name and day."},
	{LIST(period, periods, ig_profile_period), .say = "Heightened periods: groups of name, from, to, basis."},
	{LIST(serious, serious, ig_profile_serious), .say = "A case is serious when one of these rows holds: groups of when and basis."},
	{LIST(step, steps, ig_profile_step),
	 .say = "The ladder, from below to above, and those at its side: groups of name, roles, place, at_once, alone, report, answer, "
		"reminders, basis."},
	{LIST(obligation, obligations, ig_profile_obligation),
	 .say = "What is owed again and again: groups of what, who, level, amount, unit, by, starts, ahead, remind, again, alarm, title, basis."},
	{LIST(retention, retentions, ig_profile_retention), .say = "How long things stay: groups of kind, amount, unit, alone, basis. Without a group they stay for ever."},
	{LIST(form, forms, ig_profile_form), .say = "Forms of the annexes: groups of number, what, title, is_signed, basis, halves, whole, cut."},
	{P(layout), .type = IG_CONF_WORD, .words = layouts, .def = "2020",
	 .say = "Layout of letters: 2020 (Decree 30/2020/NĐ-CP), 2011 (Circular 01/2011/TT-BNV), plain (no national name)."},
	{P(numbering), .type = IG_CONF_WORD, .words = numberings, .def = "ask",
	 .say = "Who gives a letter its number: ask (held until letter number), own (a series of our own), block (numbers lent by the office's "
		"clerk: letter block)."},
	{P(body_sign), .type = IG_CONF_STR, .say = "Letters of the office in the sign of a document, as STTTT."},
	{P(unit_sign), .type = IG_CONF_STR, .say = "Letters of the drafting unit, as CNTT."},
	{P(signer_prefix), .type = IG_CONF_TEXT, .say = "Before the post of who signs, as KT. GIÁM ĐỐC."},
	{P(signer_post), .type = IG_CONF_TEXT, .say = "Post of who signs letters."},
	{P(signer_name), .type = IG_CONF_STR, .say = "Name of who signs letters, without titles."},
	{P(drafter), .type = IG_CONF_STR, .say = "Sign of who drafts, below the list of who gets a letter."},
	{P(copies), .type = IG_CONF_STRS, .say = "Who else gets each letter, a line each."},
	{LIST(letter, letters, ig_profile_letter), .say = "How letters leave: groups of kinds, number, pages, leaves."},
	{P(organ_id), .type = IG_CONF_STR, .say = "Code of the office in electronic documents (QCVN 102), as H37.02."},
	{P(organ_in_charge), .type = IG_CONF_STR, .say = "Code of the body above it."},
	{P(order_words), .type = IG_CONF_STRS, .say = "A coordinator's letter with one of these in its subject is a coordination order."},
	{P(drill_words), .type = IG_CONF_STRS, .say = "One of these in brackets in a subject marks a drill."},
	{P(signed_report), .type = IG_CONF_BOOL, .def = "no",
	 .say = "A serious case needs a report with signature and seal: an unsigned mail or fax is a notice, and the original is waited for."},
	{P(on_waiting), .type = IG_CONF_WORD, .words = follow_ups, .def = "reopen",
	 .say = "A person writes to a case that waits: keep (nothing changes, a person hears of it), reopen (it is open again), new (a case of its "
		"own, linked), answer (nothing changes; who wrote is told that it was closed)."},
	{P(on_resolved), .type = IG_CONF_WORD, .words = follow_ups, .def = "reopen", .say = "The same for a case that is resolved."},
	{P(on_closed), .type = IG_CONF_WORD, .words = follow_ups, .def = "reopen", .say = "The same for a case that is closed."},
	{P(reopen_within), .type = IG_CONF_TIME, .max = INT64_C(3650) * 86400000, .def = "0s",
	 .say = "With on_closed = reopen: a case is opened again so long after it was closed, later follow-ups are cases of their own; 0s: always."},
	{P(same_event_window), .type = IG_CONF_TIME, .min = 60000, .max = INT64_C(400) * 86400000, .def = "3d",
	 .say = "Reports that name the same address, page, file or system within it are linked as related."},
	{P(same_event_links), .type = IG_CONF_INT, .max = 1000, .def = "8", .say = "A new case is linked to that many others at most; 0 looks for none."},
	{P(widespread_window), .type = IG_CONF_TIME, .min = 60000, .max = INT64_C(400) * 86400000, .def = "1d",
	 .say = "Within it different reporters of the same thing are counted."},
	{P(widespread_reporters), .type = IG_CONF_INT, .max = 1000, .def = "5",
	 .say = "That many different reporters, authenticated or in the directory, make a case suspected of being wide-spread; 0 never."},
	{P(digest_every), .type = IG_CONF_TIME, .max = INT64_C(400) * 86400000, .def = "0s",
	 .say = "Time between digests: one letter to each party with the events of its networks that it was not told of; 0s: by a person only (event send)."},
	{P(digest_alone), .type = IG_CONF_BOOL, .def = "no", .say = "May the machine send digests by itself; else they are prepared and held for a person."},
	{P(task_wait), .type = IG_CONF_TIME, .min = 1000, .max = 7 * 86400000, .def = "15m",
	 .say = "Letters to others wait so long for slow reading (documents, pictures, decryption); then it is given up and a "
		"person reads; what is read later is added all the same."},
	{P(document_receipts), .type = IG_CONF_WORD, .words = document_receipts, .def = "none",
	 .say = "Documents that are confirmed to who sent them at once, by the machine: none; exchange (packages of the document exchange, from a "
		"party of that code, by a status message); known (these, and scanned or faxed letters of a party whose name and number several "
		"readings agree on, by its mail or fax)."},
	{P(receipt), .type = IG_CONF_BOOL, .def = "yes", .say = "Are receipts sent under it: owed by its law, or its practice."},
};
const struct ig_conf_table ig_conf_profile_table = {profile, IG_COUNT(profile)};
