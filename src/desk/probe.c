/* Mail to ourselves: a probe leaves by the usual way, goes through the outside and must come back; and sources from which nothing comes any more.
 * A probe proves the report address, its plus form or the bounce address. It is known again by its Message-ID, whose token nobody else has;
 * it is filed without a case, answered by nobody, and is no mail of a source.
 * Relies on timers: daily, and a while after each probe left. Looks at a source once an hour. */
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "desk/room.h"
#include "store/store_duty.h"

#define FEW 20              /* mails of a source before anything is learned from its pauses */
#define LEAST (IG_DAY)      /* a learned silence is never shorter */

static ig_time ms(int64_t n) { return n * 1000; }

/* ---- out */

static int compose(struct ig_desk *d, struct ig_dispatch *x, const char *kind)
{
	char printed[IG_DISPATCH_TEXT_MAX], date[IG_TIME_MAX];
	struct ig_buf b = IG_BUF_INIT(8192);
	x->message_id = ig_arena_fmt(d->arena, "%s.%s@%s", ig_dispatch_print(x->id, printed), x->token, d->conf->message_domain);
	x->subject = ig_arena_fmt(d->arena, "irgate probe %s of the %s", printed, kind);
	ig_buf_fmt(&b, "Date: %s\r\n", ig_time_rfc5322(x->created_at, date));
	ig_mail_header_address(&b, "From", d->conf->display_name, d->conf->address);
	ig_mail_header_address(&b, "To", NULL, x->address);
	ig_mail_header_text(&b, "Subject", x->subject);
	ig_buf_fmt(&b, "Message-ID: <%s>\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n"
		"The gateway writes to itself, to see whether mail leaves and comes back.\r\n", x->message_id);
	x->bytes = b.data;
	x->size = b.len;
	int bad = ig_store_dispatch_compose(d->store, x) < 0;
	ig_buf_free(&b);
	return bad ? -1 : 0;
}

static const char *address_for(struct ig_desk *d, const struct ig_dispatch *x, enum ig_probe kind)
{
	const char *own = d->conf->address, *at = strrchr(own, '@');
	switch (kind) {
	case IG_PROBE_PLUS:
		return ig_arena_fmt(d->arena, "%.*s+probe-%s%s", (int)(at - own), own, x->token, at);
	case IG_PROBE_BOUNCE:
		return ig_desk_envelope_sender(d, x, d->arena);
	case IG_PROBE_ADDRESS:
	case ig_probe_count:
		break;
	}
	return own;
}

static bool wanted(const struct ig_conf *c, enum ig_probe kind)
{
	return kind == IG_PROBE_ADDRESS || (kind == IG_PROBE_PLUS ? c->subaddress : c->bounce_address && c->bounce_form != IG_BOUNCE_FORM_NONE);
}

/* The bounce address carries the dispatch's own id: its address is known when the row is. */
static int send_one(struct ig_desk *d, enum ig_probe kind, int64_t *id_r)
{
	ig_time now = ig_now();
	struct ig_dispatch x = {.letter = "probe", .language = "en", .channel = IG_CHANNEL_MAIL, .address = d->conf->address, .lane = IG_LANE_NORMAL,
		.created_at = now, .not_before = now, .expires_at = now + IG_DAY, .token = ig_desk_token(d->arena)};
	struct ig_release v = {.state = IG_DISPATCH_STATE_QUEUED, .rule = "probe", .why = "a probe: mail to ourselves that must come back"};
	if (ig_desk_dispatch_put(d, &x, &v, "clerk", now))
		return -1;
	x.address = address_for(d, &x, kind);
	struct ig_store_probe p = {.dispatch = x.id, .kind = ig_probe_word(kind), .address = x.address, .sent_at = now,
		.back_at = IG_NEVER, .until = now + ms(d->conf->probe_wait)};
	*id_r = x.id;
	if (compose(d, &x, p.kind) || ig_store_dispatch_readdress(d->store, x.id, x.address) < 0 || ig_store_probe_add(d->store, &p) < 0)
		return -1;
	return ig_store_timer_set(d->store, IG_TIMER_PROBE, x.id, p.until);
}

static int send_all(struct ig_desk *d, int64_t ids[ig_probe_count], size_t *count_r)
{
	*count_r = 0;
	for (enum ig_probe kind = 0; kind < ig_probe_count; kind++)
		if (wanted(d->conf, kind) && send_one(d, kind, &ids[(*count_r)++]))
			return -1;
	return 0;
}

int ig_desk_probe(struct ig_desk *d, int64_t ids[ig_probe_count], size_t *count_r, const char *actor, struct ig_why *why)
{
	int code = ig_desk_act_begin(d, why);
	if (!code)
		code = ig_desk_act_end(d, send_all(d, ids, count_r) || ig_desk_journal(d, actor, "check mail", NULL, "probes were sent") ? -1 : 0, why);
	return code;
}

/* ---- and back */

int ig_taking_probe(struct ig_taking *t)
{
	struct ig_store_probe p;
	const char *id = t->r.message_id;
	if (!id || strncasecmp(id, "D-", 2))
		return 0;
	int found = ig_store_dispatch_by_message_id(t->d->store, id, t->a, &t->about);
	if (found <= 0 || strcmp(t->about.letter, "probe")) {
		t->about.id = 0;
		return found < 0 ? -1 : 0;
	}
	found = ig_store_probe_get(t->d->store, t->about.id, t->a, &p);
	if (found < 0 || ig_store_probe_back(t->d->store, t->about.id, t->f->at) < 0 ||
		ig_store_timer_set(t->d->store, IG_TIMER_PROBE, t->about.id, IG_NEVER) < 0)
		return -1;
	bool sent = t->about.state == IG_DISPATCH_STATE_SENT;
	if (sent && ig_store_dispatch_set_state(t->d->store, t->about.id, IG_DISPATCH_STATE_DELIVERED, NULL, IG_NEVER) < 0)
		return -1;
	t->r.class = IG_CLASS_AUTO_REPLY;
	t->m = (struct ig_match){.by = IG_MATCHED_BY_NONE, .reason = ig_arena_fmt(t->a, "our own probe of the %s came back after %lld seconds",
		found ? p.kind : "address", found ? (long long)((t->f->at - p.sent_at) / IG_SECOND) : 0)};
	return 1;
}

/* ---- what is due */

static int missing(struct ig_desk *d, int64_t dispatch)
{
	struct ig_store_probe p;
	char printed[IG_DISPATCH_TEXT_MAX];
	int found = ig_store_probe_get(d->store, dispatch, d->arena, &p);
	if (found < 0 || ig_store_timer_set(d->store, IG_TIMER_PROBE, dispatch, IG_NEVER) < 0)
		return -1;
	if (!found || p.back_at != IG_NEVER)
		return 0;
	return ig_desk_raise(d, "probe", ig_arena_fmt(d->arena, "probe %s to %s (%s) did not come back in time: mail does not leave, or does not come",
		ig_dispatch_print(dispatch, printed), p.address, p.kind));
}

int ig_desk_probe_due(struct ig_desk *d, int64_t subject)
{
	int64_t id;
	if (subject)
		return missing(d, subject);
	if (!d->conf->probe_daily)
		return ig_store_timer_set(d->store, IG_TIMER_PROBE, 0, IG_NEVER);
	return send_one(d, IG_PROBE_ADDRESS, &id) ? -1 : ig_store_timer_set(d->store, IG_TIMER_PROBE, 0, ig_now() + IG_DAY);
}

/* ---- silence */

static int look(struct ig_desk *d, const char *name, bool server)
{
	struct ig_store_source s;
	ig_time now = ig_now(), most = ms(d->conf->source_silent);
	if (!most && !server)
		return 0;
	if (ig_store_source_get(d->store, name, now, &s) < 0)
		return -1;
	if (!most && s.count < FEW)
		return 0;
	if (!most)
		most = 2 * s.gap > LEAST ? 2 * s.gap : LEAST;
	if (now - s.last_at <= most || s.told_at != IG_NEVER)
		return 0;
	if (ig_store_source_told(d->store, name, now) < 0)
		return -1;
	return ig_desk_raise(d, "source-silent", ig_arena_fmt(d->arena, "%s: no mail for %lld hours, which is unusually long", name,
		(long long)((now - s.last_at) / IG_HOUR)));
}

int ig_desk_sources_due(struct ig_desk *d)
{
	const struct ig_conf *c = d->conf;
	int bad = 0;
	for (const char *const *name = c->server_sources; !bad && name && *name; name++)
		bad = look(d, *name, true);
	for (const char *const *name = c->folder_sources; !bad && name && *name; name++)
		bad = look(d, *name, false);
	return bad ? -1 : ig_store_timer_set(d->store, IG_TIMER_SOURCES, 0, ig_now() + IG_HOUR);
}

int ig_taking_source(struct ig_taking *t)
{
	if (!t->e->source || t->e->imported)
		return 0;
	if (t->f->at - t->d->source_at < IG_MINUTE && t->d->source_at <= t->f->at && !strcmp(t->d->source, t->e->source))
		return 0; /* a row a minute is enough */
	snprintf(t->d->source, sizeof(t->d->source), "%s", t->e->source);
	t->d->source_at = t->f->at;
	return ig_store_source_seen(t->d->store, t->e->source, t->f->at) < 0 ? -1 : 0;
}

int ig_desk_probes_start(struct ig_desk *d)
{
	const struct ig_conf *c = d->conf;
	bool looks = c->source_silent || (c->server_sources && *c->server_sources);
	ig_time next;
	if (ig_store_timer_get(d->store, IG_TIMER_PROBE, 0, &next) < 0 ||
		(c->probe_daily && next == IG_NEVER && ig_store_timer_set(d->store, IG_TIMER_PROBE, 0, ig_now()) < 0))
		return -1;
	if (ig_store_timer_get(d->store, IG_TIMER_SOURCES, 0, &next) < 0)
		return -1;
	return looks && next == IG_NEVER ? ig_store_timer_set(d->store, IG_TIMER_SOURCES, 0, ig_now()) : 0;
}
