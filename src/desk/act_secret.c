/* What a named person decides about secrecy: an exception for one party, its end. The machine never lifts secrecy (DESIGN promise 2; the
 * exception is the one for special incidents that concern many parties). Each is journalled with its reason. Sends nothing. */
#include <stdio.h>
#include <string.h>
#include "desk/room.h"
#include "store/books.h"

static int load(struct ig_desk *d, int64_t incident, int64_t party, struct ig_incident *i, struct ig_party *p, struct ig_why *why)
{
	int found = ig_store_incident_get(d->store, incident, d->arena, i);
	int known = found > 0 ? ig_store_party_get(d->store, party, d->arena, p) : found;
	if (found < 0 || known < 0)
		return -1;
	if (found && known)
		return 0;
	ig_why(why, "no such %s", found ? "party" : "incident");
	return IG_EX_DATA;
}

static int disclose(struct ig_desk *d, int64_t incident, int64_t party, bool identity, const char *actor, const char *reason, struct ig_why *why)
{
	struct ig_incident i;
	struct ig_party p;
	int code = load(d, incident, party, &i, &p, why);
	if (code)
		return code;
	if (i.secrecy_state) {
		ig_why(why, "%s bears a state-secret mark: there is no exception to that here", ig_desk_ref(&i, d->arena));
		return IG_EX_DATA;
	}
	if (!ig_decide_secret(&i)) {
		ig_why(why, "%s is not under secrecy: nothing has to be disclosed", ig_desk_ref(&i, d->arena));
		return IG_EX_DATA;
	}
	struct ig_disclosure x = {.incident = i.id, .party = p.id, .identity = identity, .at = ig_now(), .actor = actor, .reason = reason};
	if (ig_store_disclosure_end(d->store, i.id, p.id, ig_now()) < 0 || ig_store_disclosure_add(d->store, &x) < 0)
		return -1;
	return ig_desk_journal(d, actor, "incident disclose", ig_desk_ref(&i, d->arena),
		ig_arena_fmt(d->arena, "to %s%s: %s", p.name, identity ? ", with who reported it" : ", without who reported it", reason));
}

int ig_desk_disclose(struct ig_desk *d, int64_t incident, int64_t party, bool identity, const char *actor, const char *reason, struct ig_why *why)
{
	int code = ig_desk_act_begin(d, why);
	return code ? code : ig_desk_act_end(d, disclose(d, incident, party, identity, actor, reason, why), why);
}

static int undisclose(struct ig_desk *d, int64_t incident, int64_t party, const char *actor, const char *reason, struct ig_why *why)
{
	struct ig_incident i;
	struct ig_party p;
	int code = load(d, incident, party, &i, &p, why);
	if (code)
		return code;
	int ended = ig_store_disclosure_end(d->store, i.id, p.id, ig_now());
	if (ended < 0)
		return -1;
	if (!ended) {
		ig_why(why, "%s is not disclosed to %s", ig_desk_ref(&i, d->arena), p.name);
		return IG_EX_DATA;
	}
	return ig_desk_journal(d, actor, "incident undisclose", ig_desk_ref(&i, d->arena), ig_arena_fmt(d->arena, "to %s: %s", p.name, reason));
}

int ig_desk_undisclose(struct ig_desk *d, int64_t incident, int64_t party, const char *actor, const char *reason, struct ig_why *why)
{
	int code = ig_desk_act_begin(d, why);
	return code ? code : ig_desk_act_end(d, undisclose(d, incident, party, actor, reason, why), why);
}

/* ---- sealing by a person, and its undoing: a mark the machine did not see, or saw where none is */

static const struct ig_message *get_message(struct ig_desk *d, int64_t id, struct ig_message *m, int *code, struct ig_why *why)
{
	int found = ig_store_message_get(d->store, id, d->arena, m);
	*code = found < 0 ? -1 : found && !m->outgoing ? 0 : IG_EX_DATA;
	if (*code > 0)
		ig_why(why, found ? "message %lld is one of ours" : "there is no message %lld", (long long)id);
	return *code ? NULL : m;
}

static int seal(struct ig_desk *d, int64_t message, const char *actor, const char *reason, struct ig_why *why)
{
	struct ig_message m;
	int code;
	if (!get_message(d, message, &m, &code, why))
		return code;
	if (m.state == IG_MESSAGE_STATE_SEALED && !m.crypto.sealed) {
		ig_why(why, "message %lld is sealed already", (long long)message);
		return IG_EX_DATA;
	}
	if (ig_desk_seal(d, &m, "mat", d->arena))
		return -1;
	return ig_desk_journal(d, actor, "message seal", ig_arena_fmt(d->arena, "message %lld", (long long)message), reason);
}

int ig_desk_message_seal(struct ig_desk *d, int64_t message, const char *actor, const char *reason, struct ig_why *why)
{
	int code = ig_desk_act_begin(d, why);
	return code ? code : ig_desk_act_end(d, seal(d, message, actor, reason, why), why);
}

static int other_sealed(const struct ig_message *m, void *arg)
{
	int64_t *sealed = arg;
	*sealed += m->state == IG_MESSAGE_STATE_SEALED && !m->crypto.sealed;
	return 0;
}

/* What the mark held goes on holding: the machine lifts no secrecy. A person is told that there is something to release. */
struct marked { struct ig_desk *d; int64_t count; bool bad; };

static int held_by_mark(const struct ig_dispatch *dispatch, void *arg)
{
	struct marked *m = arg;
	struct ig_verdict *list = NULL;
	struct ig_arena *a = ig_arena_new(0);
	size_t n = 0;
	m->bad = ig_store_verdicts(m->d->store, dispatch->id, a, &list, &n) < 0;
	m->count += !m->bad && n && !strcmp(list[n - 1].rule, "state-secret");
	ig_arena_free(a);
	return m->bad;
}

static int owe_release(struct ig_desk *d, const struct ig_incident *i)
{
	struct marked m = {.d = d};
	struct ig_dispatch_filter f = {.incident = i->id, .by_state = true, .state = IG_DISPATCH_STATE_HELD};
	if (ig_store_dispatch_list(d->store, &f, held_by_mark, &m) < 0 || m.bad)
		return -1;
	return m.count ? ig_desk_owe(d, i->id, ig_arena_fmt(d->arena, "release or cancel what a state-secret mark held, which is none: %lld letters", (long long)m.count), NULL,
		ig_now() + IG_DAY) : 0;
}

static int unseal(struct ig_desk *d, int64_t message, const char *actor, const char *reason, struct ig_why *why)
{
	struct ig_message m;
	struct ig_incident i;
	int64_t sealed = 0;
	ig_time now = ig_now();
	int code;
	if (!get_message(d, message, &m, &code, why))
		return code;
	if (m.state != IG_MESSAGE_STATE_SEALED || m.crypto.sealed) {
		ig_why(why, m.crypto.sealed ? "message %lld is sealed because it is encrypted: message reread, when its key is there" : "message %lld is not sealed",
			(long long)message);
		return IG_EX_DATA;
	}
	bool before = m.problems && strstr(m.problems, IG_DESK_SEALED_LATER);
	/* Its words were not kept: it is read once more, and filed, answered and followed up as it would have been, unless it was
	 * (amend.c, take.c). */
	struct ig_task again = {.message = m.id, .need = IG_DESK_UNSEAL, .part = "", .created_at = now, .done_at = IG_NEVER, .until = IG_NEVER};
	if (ig_store_message_again(d->store, m.id, !before) < 0 || ig_store_task_add(d->store, &again) < 0 ||
		ig_store_duty_done_as(d->store, m.id, ig_desk_sealed_duty(m.id, d->arena), now) < 0)
		return -1;
	struct ig_message_filter f = {.incident = m.incident, .since = IG_NEVER};
	if (m.incident && (ig_store_message_list(d->store, &f, other_sealed, &sealed) < 0 || ig_store_incident_get(d->store, m.incident, d->arena, &i) < 0))
		return -1;
	if (m.incident && !sealed) {
		i.secrecy_state = NULL;
		if (ig_store_incident_update(d->store, &i) < 0 || owe_release(d, &i))
			return -1;
	}
	return ig_desk_journal(d, actor, "message unseal", ig_arena_fmt(d->arena, "message %lld", (long long)message), reason);
}

int ig_desk_message_unseal(struct ig_desk *d, int64_t message, const char *actor, const char *reason, struct ig_why *why)
{
	int code = ig_desk_act_begin(d, why);
	return code ? code : ig_desk_act_end(d, unseal(d, message, actor, reason, why), why);
}

/* ---- lawful removal */

static int order(struct ig_desk *d, const struct ig_message *m, uint64_t frame, const char *actor, const char *reason)
{
	struct ig_redaction r = {.frame = frame, .message = m->id, .at = ig_now(), .actor = actor, .reason = reason};
	return frame ? ig_store_redaction_add(d->store, &r) : 0;
}

int ig_desk_order_removal(struct ig_desk *d, const struct ig_message *m, bool shared, const char *actor, const char *reason)
{
	struct ig_copy *copies = NULL;
	size_t count = 0;
	char at[IG_TIME_MAX], text[32];
	if (ig_store_copies(d->store, m->id, d->arena, &copies, &count) < 0 || (!shared && order(d, m, (uint64_t)m->frame, actor, reason)))
		return -1;
	for (size_t i = 0; i < count; i++)
		if (order(d, m, (uint64_t)copies[i].frame, actor, reason))
			return -1;
	const char *words = ig_arena_fmt(d->arena, "removed by order of %s at %s", actor, ig_time_rfc3339(ig_now(), at));
	if (ig_store_message_removed(d->store, m->id, ig_now()) < 0 || ig_store_message_amend(d->store, m->id, words, NULL) < 0)
		return -1;
	snprintf(text, sizeof text, "message %lld", (long long)m->id);
	return ig_desk_journal(d, actor, "evidence redact", text,
		ig_arena_fmt(d->arena, "frame %lld%s and %zu copies: %s", (long long)m->frame, shared ? " (which stays for other letters in it)" : "", count, reason));
}

static int redact(struct ig_desk *d, int64_t message, const char *actor, const char *reason, struct ig_why *why)
{
	struct ig_message m;
	int code;
	if (!get_message(d, message, &m, &code, why))
		return code;
	return ig_store_message_redact(d->store, m.id) < 0 ? -1 : ig_desk_order_removal(d, &m, false, actor, reason);
}

int ig_desk_redact(struct ig_desk *d, int64_t message, const char *actor, const char *reason, struct ig_why *why)
{
	int code = ig_desk_act_begin(d, why);
	code = code ? code : ig_desk_act_end(d, redact(d, message, actor, reason, why), why);
	if (!code && ig_store_scrub(d->store) < 0) { /* the order stands; words that stay in free pages are written over in time */
		ig_desk_fail(d, why);
		return IG_EX_TEMPFAIL;
	}
	return code;
}

/* ---- a restored store */

int ig_desk_restored_end(struct ig_desk *d, const char *actor, const char *reason, struct ig_why *why)
{
	if (!d->restored) {
		ig_why(why, "the store is not a restored one, or that was ended");
		return IG_EX_DATA;
	}
	int code = ig_desk_act_begin(d, why);
	if (code)
		return code;
	code = ig_store_set_setting(d->store, IG_STORE_RESTORED, NULL) || ig_desk_journal(d, actor, "restore end", "store", reason) ? -1 : 0;
	code = ig_desk_act_end(d, code, why);
	d->restored = code != 0;
	return code;
}
