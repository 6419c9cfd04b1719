/* The desk itself: what it holds, and the frame around a person's act. Relies on store, templates and configuration.
 * Does not decide anything; see take.c (a frame), act_*.c (a person) and sent.c (an attempt). */
#include "desk/desk.h"
#include <stdlib.h>
#include <unistd.h>
#include "base/log.h"
#include "desk/budget.h"
#include "store/books.h"

struct says {
	struct ig_why *why;
	int count;
};

static void say_template(const char *line, void *arg)
{
	struct says *s = arg;
	if (!s->count++)
		ig_why(s->why, "%s", line);
}

struct ig_desk *ig_desk_new(struct ig_store *s, const struct ig_conf *c, struct ig_why *why)
{
	struct ig_desk *d = ig_xmalloc(sizeof(*d));
	d->arena = ig_arena_new(0);
	d->decided_fd = -1;
	d->store = s;
	d->conf = c;
	char *dir = ig_arena_fmt(d->arena, "%s/templates", c->datadir);
	struct says says = {.why = why};
	d->templates = ig_templates_load(dir, say_template, &says);
	if (!d->templates) {
		if (!says.count)
			ig_why(why, "no templates in %s", dir);
		return ig_desk_free(d);
	}
	d->self = (struct ig_match_self){.addresses = c->addresses, .subaddress = c->subaddress, .bounce_address = c->bounce_address,
		.shared_hosts = c->shared_hosts};
	ig_store_lookup(s, &d->look);
	d->draws = c->libexec && !access(ig_arena_fmt(d->arena, "%s/irgate-scribe", c->libexec), X_OK);
	const char *restored = NULL;
	if (ig_store_setting(s, "restored", d->arena, &restored) < 0) {
		ig_desk_fail(d, why);
		return ig_desk_free(d);
	}
	d->restored = restored != NULL;
	ig_desk_decided_open(d);
	return d;
}

struct ig_desk *ig_desk_free(struct ig_desk *d)
{
	if (!d)
		return NULL;
	ig_desk_decided_close(d);
	ig_budget_free(&d->budget);
	d->templates = ig_templates_free(d->templates);
	d->arena = ig_arena_free(d->arena);
	free(d);
	return NULL;
}

struct ig_store *ig_desk_store(struct ig_desk *d)
{
	return d->store;
}

const struct ig_conf *ig_desk_conf(const struct ig_desk *d)
{
	return d->conf;
}

int ig_desk_fail(struct ig_desk *d, struct ig_why *why)
{
	return ig_why(why, "%s", ig_store_why(d->store));
}

const char *ig_desk_ref(const struct ig_incident *i, struct ig_arena *a)
{
	char text[IG_REF_MAX];
	return ig_arena_strdup(a, ig_ref_print(i->ref, text));
}

int ig_desk_act_begin(struct ig_desk *d, struct ig_why *why)
{
	ig_arena_reset(d->arena);
	if (!ig_store_begin(d->store))
		return 0;
	ig_desk_fail(d, why);
	return IG_EX_TEMPFAIL;
}

int ig_desk_act_end(struct ig_desk *d, int code, struct ig_why *why)
{
	if (code) {
		if (code < 0)
			ig_desk_fail(d, why);
		ig_desk_forget(d);
		ig_store_rollback(d->store);
		return code < 0 ? IG_EX_TEMPFAIL : code;
	}
	if (!ig_store_set_newest_act(d->store, ig_now()) && !ig_store_commit(d->store))
		return 0;
	ig_desk_fail(d, why);
	ig_desk_forget(d);
	ig_store_rollback(d->store);
	return IG_EX_TEMPFAIL;
}

void ig_desk_on_alarm(struct ig_desk *d, ig_desk_alarm_h *alarm, void *arg)
{
	d->alarm = alarm;
	d->alarm_arg = arg;
}

int ig_desk_raise(struct ig_desk *d, const char *code, const char *text)
{
	bool fresh;
	if (d->alarm) {
		d->alarm(d->alarm_arg, code, text);
		return 0;
	}
	ig_log(IG_LOG_ERR, "alarm %s: %s", code, text);
	return ig_store_alarm_raise(d->store, code, text, ig_now(), &fresh) < 0 ? -1 : 0;
}

int ig_desk_incident_open(struct ig_desk *d, struct ig_incident *i, ig_time at)
{
	static const char code[] = "reference-numbers", text[] = "The year's incident references have gone past 999999 and have seven digits now.";
	if (ig_store_incident_open(d->store, i, at) < 0)
		return -1;
	if (i->ref.number != 1000000) /* INTERFACE "Lists": seven digits, with an alarm */
		return 0;
	return ig_desk_raise(d, code, text);
}

int ig_desk_journal(struct ig_desk *d, const char *actor, const char *act, const char *object, const char *detail)
{
	return ig_store_journal_add(d->store, ig_now(), actor, act, object, detail) < 0 ? -1 : 0;
}
