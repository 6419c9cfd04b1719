/* Letters by fax: when the pages may go, what a call meant, what a person says of a call nobody can be sure of, a fax that a person sends, and to
 * whom the receipt for a fax goes by fax. Relies on decide/fax.c for the rules. Draws and dials nothing. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include "decide/fax.h"
#include "desk/room.h"
#include "store/store_fax.h"

enum { PAUSE_MINUTES = 60 };

/* ---- before a call */

/* What earlier calls for it teach: where to go on, and how carefully. */
static const char *options_of(struct ig_desk *d, const struct ig_dispatch *dispatch, int pages, struct ig_arena *a)
{
	int64_t confirmed = ig_store_fax_confirmed(d->store, dispatch->id), bad = ig_store_fax_results(d->store, dispatch->id, "line");
	if (confirmed < 0 || bad < 0)
		return NULL;
	if (confirmed >= pages)
		confirmed = 0;
	return ig_arena_fmt(a, "{\"pages\":%d,\"first\":%lld,\"rate_max\":%d,\"attempt\":%d}", pages, (long long)confirmed, bad >= 2 ? 4800 : bad ? 9600 : 14400,
		(int)dispatch->attempt_count);
}

int ig_desk_fax_ready(struct ig_desk *d, const struct ig_dispatch *dispatch, struct ig_arena *a, const void **bytes_r, size_t *size_r,
	const char **options_r, ig_time *later_r)
{
	ig_time now = ig_now();
	int pages = 0;
	*later_r = ig_decide_fax_time(d->conf, dispatch->lane, now);
	if (*later_r > now)
		return 0;
	if (d->conf->fax_minutes_day > 0) {
		int64_t used = ig_store_fax_minutes(d->store, now - IG_DAY);
		if (used < 0)
			return -1;
		if (used >= d->conf->fax_minutes_day) {
			if (d->alarm)
				d->alarm(d->alarm_arg, "fax-minutes", "faxes wait: the minutes of a day (fax.minutes_day) are used up");
			*later_r = now + PAUSE_MINUTES * IG_MINUTE;
			return 0;
		}
	}
	int found = ig_store_letter_file(d->store, dispatch->id, "tiff", a, bytes_r, size_r, &pages);
	if (found <= 0) {
		*later_r = now + IG_MINUTE;
		return found;
	}
	*options_r = options_of(d, dispatch, pages, a);
	return *options_r ? 1 : -1;
}

/* ---- after a call */

static const char *text_of(json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

static ig_time time_of(json_t *o, const char *key, ig_time otherwise)
{
	ig_time t;
	const char *s = text_of(o, key);
	return s && !ig_time_parse(s, &t) ? t : otherwise;
}

static int number_of(json_t *o, const char *key)
{
	json_int_t v = json_integer_value(json_object_get(o, key));
	return v > 0 && v < 1000000 ? (int)v : 0;
}

static int keep_call(struct ig_desk *d, const struct ig_dispatch *dispatch, const struct ig_attempt *at)
{
	json_t *o = at->detail ? json_loads(at->detail, 0, NULL) : NULL;
	struct ig_store_fax_call call = {.dispatch = dispatch->id, .line = text_of(o, "line"), .number = dispatch->address, .ident = text_of(o, "ident"),
		.started = time_of(o, "started", at->at), .ended = time_of(o, "ended", at->at), .pages = number_of(o, "pages"), .total = number_of(o, "total"),
		.rate = number_of(o, "rate"), .ecm = json_is_true(json_object_get(o, "ecm")), .result = at->code ? at->code : "later", .text = at->text,
		.sha256 = text_of(o, "sha256")};
	int rc = ig_store_fax_call_add(d->store, &call) || ig_desk_fax_report_want(d, &call) ? -1 : 0;
	json_decref(o);
	return rc;
}

int ig_desk_fax_called(struct ig_desk *d, const struct ig_dispatch *dispatch, const struct ig_attempt *at, enum ig_dispatch_state *state_r,
	ig_time *not_before_r)
{
	char text[IG_DISPATCH_TEXT_MAX];
	if (keep_call(d, dispatch, at))
		return -1;
	int64_t times = ig_store_fax_results(d->store, dispatch->id, at->code ? at->code : "later");
	if (times < 0)
		return -1;
	ig_decide_fax_retry(dispatch, at, times, d->conf, at->at, state_r, not_before_r);
	if (*state_r == IG_DISPATCH_STATE_QUEUED && at->code && !strcmp(at->code, "incompatible")) {
		int coarser = ig_desk_fax_coarser(d, dispatch->id);
		if (coarser < 0)
			return -1;
		if (coarser) /* nothing over there has to change first */
			*not_before_r = ig_decide_fax_time(d->conf, dispatch->lane, at->at);
	}
	if (ig_decide_fax_local(at) && d->alarm)
		d->alarm(d->alarm_arg, "fax-local", ig_arena_fmt(d->arena, "%s could not be faxed by a fault of our own: %s", ig_dispatch_print(dispatch->id, text),
			at->text ? at->text : ""));
	return 0;
}

int ig_desk_fax_uncertain(struct ig_desk *d, const struct ig_dispatch *dispatch, const struct ig_attempt *at)
{
	char text[IG_DISPATCH_TEXT_MAX];
	ig_dispatch_print(dispatch->id, text);
	struct ig_duty duty = {.incident = dispatch->incident,
		.what = ig_arena_fmt(d->arena, "ask %s whether the fax %s arrived (its last confirmation is missing), then: dispatch resolve %s",
			dispatch->address, text, text),
		.owner = "officer", .basis = "rule of the office", .due = at->at, .done_at = IG_NEVER, .created_at = at->at};
	if (ig_desk_journal(d, "clerk", "dispatch uncertain", text, at->text))
		return -1;
	return ig_store_duty_add(d->store, &duty) < 0 ? -1 : 0;
}

static int resolve(struct ig_desk *d, int64_t id, enum ig_dispatch_state state, const char *actor, const char *reason, struct ig_why *why)
{
	struct ig_dispatch dispatch;
	char text[IG_DISPATCH_TEXT_MAX];
	ig_time now = ig_now();
	int found = ig_store_dispatch_get(d->store, id, false, d->arena, &dispatch);
	if (found < 0)
		return -1;
	ig_dispatch_print(id, text);
	if (!found || dispatch.state != IG_DISPATCH_STATE_UNCERTAIN) {
		ig_why(why, "%s is %s, not uncertain", text, found ? ig_dispatch_state_word(dispatch.state) : "unknown");
		return IG_EX_DATA;
	}
	if (ig_store_dispatch_set_state(d->store, id, state, state == IG_DISPATCH_STATE_FAILED ? reason : NULL, now) < 0 ||
		ig_store_verdict_add(d->store, id, "resolve", ig_dispatch_state_word(state), reason, now, actor) < 0)
		return -1;
	return ig_desk_journal(d, actor, "dispatch resolve", text, ig_arena_fmt(d->arena, "%s: %s", ig_dispatch_state_word(state), reason));
}

int ig_desk_dispatch_resolve(struct ig_desk *d, int64_t id, enum ig_dispatch_state state, const char *actor, const char *reason, struct ig_why *why)
{
	int code = ig_desk_act_begin(d, why);
	return code ? code : ig_desk_act_end(d, resolve(d, id, state, actor, reason, why), why);
}

/* ---- a fax that a person sends: pages that are there already */

static int send_pages(struct ig_desk *d, const struct ig_desk_fax *f, int64_t *dispatch_r, struct ig_why *why)
{
	struct ig_desk_held h = {0};
	struct ig_release v;
	ig_time now = ig_now();
	char text[IG_DISPATCH_TEXT_MAX];
	int found = f->incident ? ig_store_incident_get(d->store, f->incident, d->arena, &h.incident) : 1;
	int known = found > 0 && f->party ? ig_store_party_get(d->store, f->party, d->arena, &h.party) : found;
	if (found < 0 || known < 0)
		return -1;
	if (!found || !known) {
		ig_why(why, "%s", found ? "no such party" : "no such incident");
		return IG_EX_DATA;
	}
	struct ig_dispatch *to = &h.dispatch;
	*to = (struct ig_dispatch){.incident = f->incident, .party = f->party, .letter = "pages", .channel = IG_CHANNEL_FAX, .address = f->number,
		.lane = f->urgent ? IG_LANE_URGENT : IG_LANE_NORMAL, .created_at = now, .not_before = now, .expires_at = now + d->conf->expire * 1000,
		.subject = f->subject, .bytes = f->tiff, .size = f->size};
	h.facts = (struct ig_decide_release_facts){.dispatch = to, .by_person = true, .incident = f->incident ? &h.incident : NULL,
		.party = f->party ? &h.party : NULL,
		.channel_state = f->party ? ig_desk_channel_state(&h.party, IG_CHANNEL_FAX, f->number) : IG_CHANNEL_STATE_OK};
	if (ig_desk_release(d, &h.facts, now, d->arena, &v))
		return -1;
	if (v.state != IG_DISPATCH_STATE_QUEUED) { /* a person stands there and hears why */
		ig_why(why, "it may not go: %s", v.why);
		return IG_EX_DATA;
	}
	to->bytes = NULL; /* the pages are kept once */
	if (ig_desk_dispatch_put(d, to, &v, f->actor, now) || ig_store_letter_add(d->store, to->id, "{}") < 0 ||
		ig_store_letter_file_put(d->store, to->id, "tiff", f->pages, f->tiff, f->size) < 0)
		return -1;
	to->bytes = f->tiff;
	if (ig_desk_outgoing_row(d, to, now, false))
		return -1;
	*dispatch_r = to->id;
	return ig_desk_journal(d, f->actor, "fax send", ig_dispatch_print(to->id, text), f->number);
}

int ig_desk_fax_send(struct ig_desk *d, const struct ig_desk_fax *f, int64_t *dispatch_r, struct ig_why *why)
{
	int code = ig_desk_act_begin(d, why);
	return code ? code : ig_desk_act_end(d, send_pages(d, f, dispatch_r, why), why);
}

/* ---- whose number is it */

/* "+84 24 3123456", "84243123456" and "(024) 312.3456" are one number: the country's code and the trunk's zero are left out. */
static const char *significant(const char *number, char out[IG_FAX_NUMBER_MAX + 1])
{
	ig_decide_number_plain(number, out);
	const char *p = out;
	if (*p == '+')
		p++;
	if (!strncmp(p, "0084", 4))
		p += 4;
	else if (!strncmp(p, "84", 2) && strlen(p) >= 10)
		p += 2;
	else if (*p == '0' && p[1] != '0')
		p++;
	return p;
}

bool ig_desk_same_number(const char *one, const char *other)
{
	char a[IG_FAX_NUMBER_MAX + 1], b[IG_FAX_NUMBER_MAX + 1];
	const char *x = significant(one, a), *y = significant(other, b);
	return strlen(x) >= 6 && !strcmp(x, y);
}

struct owner {
	const char *number;
	int64_t party;
	const char *name;
	struct ig_arena *a;
	size_t count; /* parties that have it: of several none is taken */
	ig_time now;
};

static int has_number(const struct ig_party *p, void *arg)
{
	struct owner *o = arg;
	for (size_t i = 0; i < p->channel_count; i++) {
		const struct ig_party_channel *c = &p->channels[i];
		if (c->channel != IG_CHANNEL_FAX || c->state != IG_CHANNEL_STATE_OK || !ig_desk_same_number(c->address, o->number) ||
			(p->valid_to != IG_NEVER && o->now > p->valid_to))
			continue;
		o->party = p->id;
		o->name = ig_arena_strdup(o->a, p->name);
		o->count++;
		break;
	}
	return 0;
}

static const char *caller(const struct ig_report *r)
{
	for (size_t i = 0; i < r->field_count; i++)
		if (!strcmp(r->fields[i].name, "fax.caller"))
			return r->fields[i].value;
	return NULL;
}

/* The number that the network gave, never the one a machine claims; nobody is called back by guess. */
int ig_taking_fax_receipt(struct ig_taking *t)
{
	struct ig_decide_receipt *x = &t->receipt;
	const char *number = t->e->channel == IG_CHANNEL_FAX && x->owe_duty && !x->to ? caller(&t->r) : NULL;
	struct owner o = {.number = number, .now = t->now, .a = t->a};
	const struct ig_conf *conf = t->d->conf;
	if (!number || conf->fax_receipts == IG_FAX_RECEIPTS_NONE || conf->fax_transport == IG_FAX_NONE || !ig_decide_number_ok(number) ||
		!ig_conf_profile_at(conf, t->now)->receipt)
		return 0;
	if (ig_store_party_list(t->d->store, has_number, &o) < 0)
		return -1;
	if (o.count != 1 && conf->fax_receipts == IG_FAX_RECEIPTS_PARTIES) {
		x->why = o.count ? "several parties have the number it came from" : "the number it came from is no party's";
		return 0;
	}
	int64_t sent = ig_store_fax_receipts(t->d->store, number, t->now - conf->budget_period * 1000);
	if (sent < 0)
		return -1;
	x->due = true;
	x->to = number;
	x->channel = IG_CHANNEL_FAX;
	x->party = o.count == 1 ? o.party : 0;
	x->to_name = o.count == 1 ? o.name : NULL;
	x->owe_duty = !conf->receipts || (conf->budget_letters > 0 && sent >= conf->budget_letters);
	x->send = !x->owe_duty;
	x->why = x->send ? "new report by fax: one receipt by fax" : conf->receipts ? "budget: enough automatic letters to this number" : "receipts are off";
	return 0;
}

/* When a call began, to be told from others: two within one second are two, parted by the number of their folder; one told twice is one. */
static ig_time began(ig_time second, const char *folder)
{
	const char *serial = folder && !strncmp(folder, "F-", 2) ? strrchr(folder, '-') : NULL;
	return second + (serial ? strtol(serial + 1, NULL, 10) % IG_SECOND : 0);
}

/* The call that brought it, beside our own. The same pages may come by another call, of somebody else even: a copy of the message, and a call that was.
 * A copy that nothing is known of is a file that was put there again; a call that is there already was only taken twice. */
int ig_taking_fax_call(struct ig_taking *t)
{
	bool copy = t->m.duplicate_of;
	if (t->e->channel != IG_CHANNEL_FAX || (copy && !t->e->sidecar))
		return 0;
	json_t *o = t->e->sidecar ? json_loads(t->e->sidecar, 0, NULL) : NULL;
	struct ig_store_fax_call call = {.message = copy ? t->m.duplicate_of : t->message.id, .line = t->e->source, .number = caller(&t->r), .ident = text_of(o, "ident"),
		.started = time_of(o, "started", t->f->at), .ended = time_of(o, "ended", t->f->at), .rate = number_of(o, "rate"),
		.ecm = json_is_true(json_object_get(o, "ecm")), .result = text_of(o, "result") ? text_of(o, "result") : "received"};
	call.started = began(call.started, t->e->source_file);
	for (size_t i = 0; i < t->r.field_count; i++)
		if (!strcmp(t->r.fields[i].name, "fax.pages"))
			call.pages = call.total = (int)strtol(t->r.fields[i].value, NULL, 10);
	int64_t known = copy ? ig_store_fax_known(t->d->store, &call) : 0;
	int rc = known ? 0 : ig_store_fax_call_add(t->d->store, &call);
	json_decref(o);
	return known < 0 ? -1 : rc;
}

enum { EMPTY_DAY_MAX = 1000 }; /* calls without a page that are written down within 24 hours: anybody can ring */

int ig_desk_fax_empty(struct ig_desk *d, const struct ig_attempt *at, struct ig_why *why)
{
	ig_arena_reset(d->arena);
	json_t *o = at->detail ? json_loads(at->detail, 0, NULL) : NULL;
	struct ig_store_fax_call call = {.line = text_of(o, "line"), .number = text_of(o, "caller"), .ident = text_of(o, "ident"), .started = time_of(o, "started", at->at),
		.ended = time_of(o, "ended", at->at), .rate = number_of(o, "rate"), .ecm = json_is_true(json_object_get(o, "ecm")), .result = text_of(o, "result"),
		.text = text_of(o, "text")};
	call.started = began(call.started, text_of(o, "folder"));
	int64_t today = ig_store_fax_empty(d->store, at->at - IG_DAY), again = ig_store_fax_known(d->store, &call);
	int bad = today < 0 || again < 0;
	if (!call.result)
		call.result = "dropped";
	if (!bad && !again && today < EMPTY_DAY_MAX)
		bad = ig_store_fax_call_add(d->store, &call);
	json_decref(o);
	return bad ? ig_desk_fail(d, why) : 0;
}
