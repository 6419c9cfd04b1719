/* Letters: due dispatches are marked `sending` in the commit before they go to the sender, outcomes come back into a later one,
 * many in each. Relies on the desk for what an outcome means. Knows no transport. */
#include "config.h"
#include "role/clerk.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "model/notes.h"
#include "store/store_fax.h"

bool ig_clerk_send_quiet(const struct ig_clerk *c)
{
	return !c->sending && !c->result_count && !c->outbox_count && !c->requeue && !ig_clerk_seals_wait(c);
}

bool ig_clerk_send_waits(const struct ig_clerk *c)
{
	return c->sending > c->result_count;
}

/* A pass makes its calls too: it waits until there is somebody to make them. */
bool ig_clerk_faxline_awaited(const struct ig_clerk *c)
{
	const struct ig_conf *conf = c->role->conf;
	return c->role->once && conf->fax_transport == IG_FAX_LINE && conf->line_count && !c->faxline_came;
}

static int write_results(struct ig_clerk *c)
{
	struct ig_why why = {""};
	for (size_t i = 0; i < c->result_count; i++)
		if (!c->results[i].dispatch ? ig_desk_fax_empty(c->desk, &c->results[i].attempt, &why) : ig_desk_sent(c->desk, c->results[i].dispatch, &c->results[i].attempt, &why)) {
			ig_log(IG_LOG_ERR, "outcome of dispatch %lld: %s", (long long)c->results[i].dispatch, why.text);
			return -1;
		}
	c->results_in_commit = c->result_count;
	return 0;
}

enum { LOOK_AGAIN_MS = 10000 };
#define OUTBOX_SOFT (2u << 20) /* bytes of one commit: past it the rest waits for the next */

struct picking {
	struct ig_clerk *c;
	size_t room;
	int64_t ids[IG_CLERK_SENDS + IG_CLERK_URGENT];
	size_t count;
	bool failed;
	struct { int64_t id; ig_time at; } later[64]; /* faxes that may not be called yet */
	size_t later_count;
};

/* One packed SEND note into the outbox; it leaves only when the commit that says `sending` is through. */
static int pick(const struct ig_dispatch *d, void *arg)
{
	struct picking *p = arg;
	struct ig_clerk *c = p->c;
	char name[IG_DISPATCH_TEXT_MAX];
	if ((d->lane != IG_LANE_URGENT && (p->count >= p->room || c->outbox.len > OUTBOX_SOFT)) || p->count == IG_COUNT(p->ids))
		return 1;
	ig_arena_reset(c->arena);
	struct ig_note_blob sealed = {d->bytes, d->size};
	int how = ig_clerk_seal(c, d, &sealed);
	p->failed |= how < 0;
	if (how < 0 || how == 2)
		return p->failed;
	ig_dispatch_print(d->id, name);
	const char *sender = ig_desk_envelope_sender(c->desk, d, c->arena);
	const void *bytes = sealed.p;
	const char *options = NULL;
	size_t size = sealed.len;
	if (d->channel == IG_CHANNEL_FAX) {
		ig_time later = ig_now() + IG_MINUTE;
		int got = c->role->conf->fax_transport == IG_FAX_LINE && !c->faxline ? 0 : ig_desk_fax_ready(c->desk, d, c->arena, &bytes, &size, &options, &later);
		p->failed |= got < 0;
		if (!got && p->later_count < IG_COUNT(p->later)) {
			p->later[p->later_count].id = d->id;
			p->later[p->later_count++].at = later;
		}
		if (got != 1)
			return p->failed;
	}
	struct ig_note_send n = {.dispatch = (uint64_t)d->id,
		.name = name,
		.lane = d->lane,
		.sender = sender,
		.recipient = d->address,
		.envid = d->token ? ig_arena_fmt(c->arena, "%s-%s", name, d->token) : name, /* the token proves a report that names it */
		.dsn = *sender != 0 && d->channel == IG_CHANNEL_MAIL,
		.bytes = {bytes, size},
		.channel = d->channel,
		.options = options};
	struct ig_buf body = IG_BUF_INIT(IG_LINK_MAX - 64);
	ig_note_send_pack(&n, &body);
	uint64_t len = body.len, by_line = d->channel == IG_CHANNEL_FAX && c->role->conf->fax_transport == IG_FAX_LINE;
	size_t before = c->outbox.len;
	ig_buf_add(&c->outbox, &len, sizeof(len));
	ig_buf_add(&c->outbox, &by_line, sizeof(by_line));
	ig_buf_add(&c->outbox, body.data, body.len);
	bool over = body.over || c->outbox.over;
	ig_buf_free(&body);
	if (over) { /* no room in this commit: it waits for the next */
		ig_buf_cut(&c->outbox, before);
		c->outbox.over = false;
		return 1;
	}
	ig_clerk_seal_gone(c, d->id);
	p->ids[p->count++] = d->id;
	c->outbox_count++;
	return 0;
}

/* A look at letters that are not accepted costs a walk over what is queued: it is made when an attempt failed, and seldom. */
static bool letters_wait(struct ig_clerk *c)
{
	int64_t now = ig_mono_ms();
	for (size_t i = 0; i < c->result_count; i++)
		if (c->results[i].attempt.outcome == IG_LATER && (c->role->once || !c->waiting_looked || now - c->waiting_looked >= LOOK_AGAIN_MS)) {
			c->waiting_looked = now;
			return true;
		}
	return false;
}

int ig_clerk_send_prepare(struct ig_clerk *c)
{
	ig_buf_reset(&c->outbox);
	c->outbox_count = c->results_in_commit = 0;
	struct ig_why why = {""};
	if (write_results(c) || ig_clerk_seal_prepare(c))
		return -1;
	if (!c->stopping && letters_wait(c) && ig_desk_instead_due(c->desk, ig_now(), &why) < 0) {
		ig_log(IG_LOG_ERR, "letters that wait: %s", why.text);
		return -1;
	}
	if (c->requeue && ig_store_dispatch_requeue_sending(c->store) < 0)
		return -1;
	if (c->requeue_fax) {
		int64_t back = ig_store_fax_requeue(c->store);
		if (back < 0)
			return -1;
		c->requeue_fax = false;
		c->sending = c->sending > (size_t)back ? c->sending - (size_t)back : 0;
	}
	if (!c->sender || c->done || c->stopping || ig_clerk_faxline_awaited(c))
		return 0;
	size_t busy = c->sending > c->result_count ? c->sending - c->result_count : 0;
	struct picking p = {.c = c, .room = busy < IG_CLERK_SENDS ? IG_CLERK_SENDS - busy : 0};
	int64_t limit = p.room ? (int64_t)p.room : busy < IG_CLERK_SENDS + IG_CLERK_URGENT ? IG_CLERK_URGENT : 0;
	if (limit && (ig_store_dispatch_due(c->store, ig_now(), limit, pick, &p) < 0 || p.failed))
		return -1;
	for (size_t i = 0; i < p.later_count; i++)
		if (ig_store_dispatch_set_state(c->store, p.later[i].id, IG_DISPATCH_STATE_QUEUED, NULL, p.later[i].at) < 0)
			return -1;
	for (size_t i = 0; i < p.count; i++)
		if (ig_store_dispatch_set_state(c->store, p.ids[i], IG_DISPATCH_STATE_SENDING, NULL, ig_now()) < 0)
			return -1;
	return 0;
}

static void forget_results(struct ig_clerk *c)
{
	size_t n = c->results_in_commit;
	for (size_t i = 0; i < n; i++) {
		const char *detail = c->results[i].attempt.detail;
		struct ig_note_sent done = {.dispatch = (uint64_t)c->results[i].dispatch, .code = "", .text = "", .detail = c->results[i].dispatch || !detail ? "" : detail};
		if (c->results[i].by_line && c->faxline)
			ig_note_sent_send(c->faxline, &done, -1);
		free((char *)c->results[i].attempt.code);
		free((char *)c->results[i].attempt.text);
		free((char *)c->results[i].attempt.detail);
	}
	memmove(c->results, c->results + n, (c->result_count - n) * sizeof(c->results[0]));
	c->result_count -= n;
	c->sending = c->sending > n ? c->sending - n : 0;
	c->results_in_commit = 0;
}

static void sender_lost(struct ig_clerk *c)
{
	c->sender = ig_link_free(c->sender);
	c->requeue = true;
	ig_pump_poke(c->pump);
}

void ig_clerk_send_committed(struct ig_clerk *c)
{
	size_t at = 0;
	forget_results(c);
	if (c->requeue) {
		c->requeue = false;
		c->sending = 0;
	}
	while (at < c->outbox.len) {
		uint64_t len, by_line;
		memcpy(&len, c->outbox.data + at, sizeof(len));
		memcpy(&by_line, c->outbox.data + at + sizeof(len), sizeof(by_line));
		at += sizeof(len) + sizeof(by_line);
		if (by_line) {
			if (!c->faxline || ig_link_send(c->faxline, IG_NOTE_SEND, c->outbox.data + at, len, -1))
				c->requeue_fax = true;
		} else if (c->sender && ig_link_send(c->sender, IG_NOTE_SEND, c->outbox.data + at, len, -1)) {
			sender_lost(c);
			break;
		}
		at += len;
		c->sending++;
	}
	ig_buf_reset(&c->outbox);
	c->outbox_count = 0;
	if (c->sender && c->result_count < IG_CLERK_RESULTS / 2)
		ig_link_pause(c->sender, false);
}

static int on_sent(struct ig_clerk *c, const struct ig_link *from, const void *body, size_t len)
{
	struct ig_note_sent n;
	if (ig_note_sent_unpack(&n, body, len, c->arena) || n.outcome > IG_NEVER_AGAIN || c->result_count == IG_CLERK_RESULTS)
		return -1;
	if (n.unreachable)
		c->unreachable = true;
	if (!n.dispatch && from == c->faxline) /* a call that came and brought nothing: nobody waits for it */
		c->sending++;
	c->results[c->result_count++] = (struct ig_clerk_result){.dispatch = (int64_t)n.dispatch,
		.by_line = from == c->faxline,
		.attempt = {.at = ig_now(),
			.outcome = (enum ig_outcome)n.outcome,
			.code = ig_xstrdup(n.code ? n.code : ""),
			.text = ig_xstrdup(n.text ? n.text : ""),
			.detail = n.detail && *n.detail ? ig_xstrdup(n.detail) : NULL,
			.wait_ms = n.wait < INT64_C(7) * 86400000 ? (int64_t)n.wait : 0}};
	if (c->result_count == IG_CLERK_RESULTS)
		ig_link_pause(c->sender, true);
	ig_clerk_beat(c);
	ig_pump_poke(c->pump);
	return 0;
}

static int on_sender(struct ig_link *l, uint16_t kind, const void *body, size_t len, int fd, void *arg)
{
	struct ig_clerk *c = arg;
	struct ig_note_alarm alarm;
	if (fd >= 0)
		close(fd);
	ig_arena_reset(c->arena);
	if (kind == IG_NOTE_SENT)
		return on_sent(c, l, body, len);
	if (kind != IG_NOTE_ALARM || ig_note_alarm_unpack(&alarm, body, len, c->arena) || !alarm.code || !alarm.text)
		return -1;
	ig_clerk_alarm(c, alarm.code, alarm.text);
	return 0;
}

static void sender_gone(struct ig_link *l, void *arg)
{
	(void)l;
	struct ig_clerk *c = arg;
	if (!c->stopping) {
		sender_lost(c);
		return;
	}
	c->sender = ig_link_free(c->sender);
	c->requeue = true; /* what it had not begun is no letter in doubt */
	ig_clerk_end(c);
}

void ig_clerk_sender(struct ig_clerk *c, int fd)
{
	if (c->sender) {
		c->sender = ig_link_free(c->sender);
		c->requeue = true; /* a fresh sender knows nothing of what the old one had */
	}
	c->sender = ig_link_new(c->role->base, fd, "sender", on_sender, sender_gone, c);
	ig_pump_poke(c->pump);
}

static int on_faxline(struct ig_link *l, uint16_t kind, const void *body, size_t len, int fd, void *arg)
{
	return on_sender(l, kind, body, len, fd, arg);
}

static void faxline_gone(struct ig_link *l, void *arg)
{
	(void)l;
	struct ig_clerk *c = arg;
	c->faxline = ig_link_free(c->faxline);
	c->requeue_fax = true; /* asked again, it knows what became of each */
	if (!c->stopping)
		ig_pump_poke(c->pump);
}

void ig_clerk_faxline(struct ig_clerk *c, int fd)
{
	if (c->faxline) {
		c->faxline = ig_link_free(c->faxline);
		c->requeue_fax = true;
	}
	c->faxline = ig_link_new(c->role->base, fd, "faxline", on_faxline, faxline_gone, c);
	c->faxline_came = true;
	ig_pump_poke(c->pump);
}
