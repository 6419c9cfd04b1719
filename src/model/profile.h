/* Profile: all that a regulation decides, as data (etc/profiles/NAME.conf). Unknown law stays NULL and says so at --check.
 * A family ("vn") is configured; the version follows the date of the document. */
#ifndef IG_MODEL_PROFILE_H
#define IG_MODEL_PROFILE_H
#include <stdbool.h>
#include <stddef.h>
#include "base/clock.h"
#include "model/names.h"

struct ig_profile_text { /* one text in the languages people read; either may be NULL */
	const char *vi, *en;
};
struct ig_profile_basis { /* a legal basis, for the "Căn cứ" lines and the duties */
	const char *number, *title;
};
enum ig_unit { IG_UNIT_MINUTE, IG_UNIT_HOUR, IG_UNIT_DAY, IG_UNIT_WORKING_DAY, IG_UNIT_MONTH };
struct ig_profile_deadline { /* something owed once: what, within how long, on what basis */
	const char *what, *basis, *owner;
	int64_t amount;       /* 0: at once */
	enum ig_unit unit;    /* of amount */
	int64_t alert_amount; /* within a heightened period; -1: the same as ever */
	enum ig_unit alert_unit;
};
struct ig_profile_holiday { const char *name; ig_time from, to; /* first moments of the first and last day, UTC+7; to IG_NEVER: one day */ };
struct ig_profile_work_day { const char *name; ig_time day; /* a day of rest on which is worked */ };
struct ig_profile_period { /* heightened: an election, a summit; from the first to the last day */
	const char *name, *basis;
	ig_time from, to;
};
struct ig_profile_serious { /* serious when each of `when` holds; each names facts with | between them, one of which is enough */
	const char *const *when;
	const char *basis;
};
enum ig_place { IG_PLACE_BELOW, IG_PLACE_SELF, IG_PLACE_ABOVE, IG_PLACE_SIDE };
struct ig_profile_step { /* a rung of the ladder, from below to above, or a side recipient */
	const char *name;
	const char *const *roles;   /* of the parties that stand there */
	enum ig_place place;
	const char *const *at_once; /* "serious", "widespread", "suspected": the case goes there as soon as it is that */
	bool alone;                 /* the machine may send the notice by itself; else it prepares it for a person */
	const char *report;         /* kind of the signed report that follows held; NULL none */
	const char *answer;         /* deadline by which they answer; NULL: no answer is waited for */
	int64_t reminders;          /* sent before the next rung is told */
	const char *basis;
};
struct ig_profile_obligation { /* owed again and again */
	const char *what, *basis;
	struct ig_profile_text title;
	const char *const *who;     /* "office", or roles of parties */
	int64_t level;              /* only who has a system of this level or above; 0 all */
	int64_t amount;             /* at least once in so many units; 0: by */
	enum ig_unit unit;
	const char *const *by;      /* "MM-DD": before these days of each year */
	ig_time starts;             /* not owed before; IG_NEVER */
	int64_t ahead;              /* days before it is due from which the office's own stands among its duties; 0: from the first reminder */
	int64_t remind;             /* days before it is due; 0 none */
	int64_t again;              /* days between reminders when it is overdue; 0 none */
	bool alarm;                 /* the office's own: told by an alarm when overdue */
};
struct ig_profile_form { /* of the annexes: number, title, what it serves */
	const char *number, *what, *basis;
	struct ig_profile_text title;
	bool is_signed;             /* a report: signature and seal, or the competent person's digital signature */
	/* what it covers, as "MM-DD/MM-DD", first and last day (a first day after the last one is of the year before); none: not known */
	const char *const *halves;  /* of the year */
	const char *whole;          /* the report of a year */
	const char *cut;            /* on what basis */
};
struct ig_profile_retention { /* how long things of a kind stay; without one they stay for ever */
	enum ig_retention kind;
	const char *basis;
	int64_t amount;
	enum ig_unit unit;
	bool alone;                 /* removed by the machine when their time is over; else a person is told, and does it */
};
enum ig_layout { IG_LAYOUT_2020, IG_LAYOUT_2011, IG_LAYOUT_PLAIN };
enum ig_document_receipts { IG_DOCUMENT_RECEIPTS_NONE, IG_DOCUMENT_RECEIPTS_EXCHANGE, IG_DOCUMENT_RECEIPTS_KNOWN };
enum ig_numbering { IG_NUMBERING_ASK, IG_NUMBERING_OWN, IG_NUMBERING_BLOCK };
enum ig_leaves { IG_LEAVES_AT_ONCE, IG_LEAVES_KEY, IG_LEAVES_HAND };
struct ig_profile_letter { /* how these kinds of letters leave by mail; on paper every letter is numbered, drawn and signed by hand */
	const char *const *kinds;
	bool number;           /* bears a number of the register of departures */
	bool pages;            /* the mail carries it as PDF too */
	enum ig_leaves leaves; /* unsigned at once; signed with the office's key, without one as by hand; held for a person's signature */
};
struct ig_profile {
	const char *name, *family;     /* "vn-2017", "vn" */
	struct ig_profile_text title;
	ig_time valid_from, valid_to;  /* IG_NEVER open */
	const char *time_zone;         /* "Asia/Ho_Chi_Minh" */
	const char *time_offset;       /* "+07:00": used where the machine has no tz database; NULL none */
	const char *language;          /* of letters where the reporter's is unknown */
	struct ig_profile_text parent_body, office, next_steps, call_whom; /* next_steps: what happens next, said in a receipt */
	const char *phone, *fax, *email, *web, *address, *place;
	struct ig_profile_basis *bases;
	size_t basis_count;
	struct ig_profile_deadline *deadlines; /* looked up by `what`: "acknowledge", "forward", ... */
	size_t deadline_count;
	/* the calendar: working days */
	const char *const *rest_days;   /* "saturday", "sunday" */
	const char *const *holidays_on; /* "MM-DD": each year */
	struct ig_profile_holiday *holidays;
	size_t holiday_count;
	struct ig_profile_work_day *work_days;
	size_t work_day_count;
	struct ig_profile_period *periods;
	size_t period_count;
	/* what is serious, who is told, what is owed again and again */
	struct ig_profile_serious *serious;
	size_t serious_count;
	struct ig_profile_step *steps;
	size_t step_count;
	struct ig_profile_retention *retentions;
	size_t retention_count;
	struct ig_profile_obligation *obligations;
	size_t obligation_count;
	struct ig_profile_form *forms;
	size_t form_count;
	/* letters as documents */
	enum ig_layout layout;
	enum ig_numbering numbering;    /* who gives a letter its number: the clerk who is asked, we ourselves, or a block he lent us */
	const char *body_sign, *unit_sign; /* "STTTT", "CNTT": of "05/STTTT-CNTT" */
	struct ig_profile_text signer_prefix, signer_post; /* "KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC" */
	const char *signer_name, *drafter;
	const char *const *copies;      /* lines of "Nơi nhận" between "Như trên" and "Lưu" */
	struct ig_profile_letter *letters;
	size_t letter_count;
	const char *organ_id, *organ_in_charge; /* codes of the office and the body above it in edXML */
	const char *const *order_words; /* in the subject of a coordinator's letter: it is a coordination order */
	const char *const *drill_words; /* in brackets in a subject: it is a drill */
	bool signed_report;             /* a report of a serious case must come signed: the original is waited for */
	enum ig_follow_up on_waiting, on_resolved, on_closed;
	int64_t reopen_within; /* ms after it was closed; 0: always */
	int64_t same_event_window, widespread_window; /* ms: reports that name the same thing within it are linked; are counted */
	int64_t same_event_links;     /* cases linked to a new one at most; 0: none are looked for */
	int64_t widespread_reporters; /* that many different ones make it suspected; 0: never */
	int64_t digest_every; /* ms between the digests of events to those who answer for networks; 0: by a person only */
	bool digest_alone;    /* may the machine send them by itself; else they are held for a person */
	int64_t task_wait; /* ms: slow reading that is not done by then is given up, and letters to others go on without it */
	enum ig_document_receipts document_receipts; /* which documents are confirmed to who sent them, by the machine */
	bool receipt; /* are receipts sent under it: owed by its law, or its practice */
};
/* The version of a family in force at t (a fixed name gives itself; before the first version: the first). NULL when unknown. */
const struct ig_profile *ig_profile_at(const struct ig_profile *const *all, size_t count, const char *name, ig_time t);
const struct ig_profile_deadline *ig_profile_deadline(const struct ig_profile *p, const char *what);
/* How a kind of letter leaves; where no group names it: without number and pages, at once. Never NULL. */
const struct ig_profile_letter *ig_profile_letter(const struct ig_profile *p, const char *kind);
const struct ig_profile_step *ig_profile_step(const struct ig_profile *p, const char *name);
const struct ig_profile_obligation *ig_profile_obligation(const struct ig_profile *p, const char *what);
const struct ig_profile_form *ig_profile_form(const struct ig_profile *p, const char *what); /* NULL none */
/* How long that kind stays; NULL: for ever. */
const struct ig_profile_retention *ig_profile_retention(const struct ig_profile *p, enum ig_retention kind);
/* Is the word in this NULL-terminated list (NULL: empty)? */
bool ig_words_have(const char *const *words, const char *word);

/* ---- the calendar (calendar.c). Days are counted from 1970-01-01 in the zone of base/clock.h. */
bool ig_calendar_works(const struct ig_profile *p, int64_t day);
/* Is there any dated holiday in that year? Without one the movable feasts of the year are not known. */
bool ig_calendar_knows(const struct ig_profile *p, int year);
/* amount units after t. Working days: the amount-th day on which is worked after t's own, at the same time of day. Months: the same day of that
 * month, or its last. */
ig_time ig_calendar_add(const struct ig_profile *p, ig_time t, int64_t amount, enum ig_unit unit);
/* The latest moment that lies amount units before t. */
ig_time ig_calendar_before(const struct ig_profile *p, ig_time t, int64_t amount, enum ig_unit unit);
/* First moment of the next MM-DD after t. */
ig_time ig_calendar_next(ig_time t, const char *month_day);
/* [from, to) of "MM-DD/MM-DD" (ig_profile_form) for a year. */
void ig_calendar_span(const char *days, int year, ig_time *from_r, ig_time *to_r);
/* The heightened period t lies in, NULL none. */
const struct ig_profile_period *ig_calendar_period(const struct ig_profile *p, ig_time t);
#endif
