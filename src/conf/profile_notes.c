/* What a profile leaves empty: unknown law is said, never guessed. Relies on a checked profile. Its notices are no errors. */
#include "config.h"
#include <stdarg.h>
#include "conf/table.h"

void ig_conf_notice(ig_conf_say_h *say, void *arg, const char *where, const char *fmt, ...)
{
	struct ig_buf b = IG_BUF_INIT(4096);
	va_list ap;

	ig_buf_fmt(&b, "%s: notice: ", where);
	va_start(ap, fmt);
	ig_buf_vfmt(&b, fmt, ap);
	va_end(ap);
	say(b.data, arg);
	ig_buf_free(&b);
}

struct notes {
	const struct ig_profile *p;
	const char *where;
	ig_conf_say_h *say;
	void *arg;
};
#define SAY(n, fmt, ...) ig_conf_notice((n)->say, (n)->arg, (n)->where, "profile %s: " fmt, (n)->p->name, ##__VA_ARGS__)

static void deadlines(struct notes *n)
{
	static const char *const wanted[] = {"acknowledge", "forward", "notice", "initial-report", "final-report"};

	for (size_t i = 0; i < IG_COUNT(wanted); i++) {
		const struct ig_profile_deadline *d = ig_profile_deadline(n->p, wanted[i]);

		if (!d)
			SAY(n, "the law for \"%s\" is not known; nothing is owed by itself", wanted[i]);
		else if (!d->basis)
			SAY(n, "\"%s\" is an aim of the office, without a legal basis", wanted[i]);
	}
}

static void obligations(struct notes *n)
{
	static const char *const wanted[] = {"periodic-report", "hunt", "plan", "drill", "risk-review", "backup"};

	for (size_t i = 0; i < IG_COUNT(wanted); i++) {
		const struct ig_profile_obligation *o = ig_profile_obligation(n->p, wanted[i]);

		if (!o)
			SAY(n, "the law for \"%s\" is not known; nothing is owed by itself", wanted[i]);
		else if (!o->basis)
			SAY(n, "\"%s\" is an aim of the office, without a legal basis", wanted[i]);
	}
}

/* The years in force from `at` on: this one, and the next when it is near. */
static void calendar(struct notes *n, ig_time at)
{
	int year, mon;

	if (!n->p->rest_days || !*n->p->rest_days)
		SAY(n, "no rest_days: every day is counted as a working day");
	if (n->p->valid_to != IG_NEVER && n->p->valid_to <= at)
		at = n->p->valid_to - IG_DAY;
	if (n->p->valid_from != IG_NEVER && n->p->valid_from > at)
		at = n->p->valid_from;
	ig_day_civil(ig_time_day(at), &year, &mon, NULL);
	for (int y = year; y <= year + (mon >= 10); y++)
		if (!ig_calendar_knows(n->p, y))
			SAY(n, "no holidays of %d: feasts of the lunar calendar are not known for it, working days may be counted wrong", y);
}

/* What is kept for ever because nobody said how long. */
static void retention(struct notes *n)
{
	struct ig_buf kinds = IG_BUF_INIT(256);

	for (int k = 0; k < ig_retention_count; k++)
		if (!ig_profile_retention(n->p, (enum ig_retention)k))
			ig_buf_fmt(&kinds, "%s%s", kinds.len ? ", " : "", ig_retention_word((enum ig_retention)k));
	if (kinds.len)
		SAY(n, "how long these stay is not known, and so they stay for ever: %s", kinds.data);
	ig_buf_free(&kinds);
}

void ig_conf_profile_notices(const struct ig_profile *p, const char *where, ig_time at, ig_conf_say_h *say, void *arg)
{
	struct notes n = {p, where, say, arg};

	if (!p->basis_count)
		SAY(&n, "it names no legal basis");
	deadlines(&n);
	obligations(&n);
	retention(&n);
	if (!p->serious_count)
		SAY(&n, "what makes a case serious is not known; a person says it");
	if (!p->step_count)
		SAY(&n, "no step: nobody is told by itself, and there is no next rung");
	for (size_t i = 0; i < p->form_count; i++)
		if (!p->forms[i].number)
			SAY(&n, "the form of \"%s\" and its number are not known", p->forms[i].what);
	const struct ig_profile_form *periodic = ig_profile_form(p, "periodic-report");
	if (periodic && !(periodic->halves && *periodic->halves))
		SAY(&n, "which days the periodic report covers is not known: calendar half-years and years are taken, unless --from and --to say others");
	if (!p->form_count)
		SAY(&n, "its forms are not known");
	calendar(&n, at);
}
