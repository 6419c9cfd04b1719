/* Dispatches: one letter to one party by one channel, as an intent committed with its incident, then along its life cycle.
 *
 *            ┌──────────────┐ a person, the gate, a rule
 *   (new) → held ⇄ queued → sending → sent → delivered
 *     │      │ ↘     ↑ ↖ later ┘ │ ↘      ↘     ↓
 *     │      │  sent │           │  uncertain  failed   (failed: a person may queue it again)
 *     └──────┴→ cancelled
 *
 * Which step is allowed stands in model/dispatch_states.c, as a table; every other is refused here with the reason. The bytes sent
 * lie in a table of their own, so that a change of state does not write them again. Relies on the caller's transaction. */
#include "config.h"
#include "model/dispatch_states.h"
#include "store/store_int.h"

#define COLUMNS \
	"id, incident, message, answers, party, letter, language, channel, address, state, why, lane, message_id, token, subject, size, " \
	"created_at, not_before, expires_at, attempts"
/* A fax goes when its pages are drawn, and so does every letter that has some. */
#define DRAWN " AND (channel <> 'fax' OR EXISTS (SELECT 1 FROM letter_file f WHERE f.dispatch = dispatch.id AND f.kind = 'tiff'))" \
	" AND NOT EXISTS (SELECT 1 FROM letter l WHERE l.dispatch = dispatch.id AND l.drawing = 'wanted')"
#define LIST(X) \
	X(ADD, \
		"INSERT INTO dispatch (" COLUMNS \
		") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, 0)") \
	X(COMPOSE, "UPDATE dispatch SET message_id = ?2, token = ?3, subject = ?4, message = ?5, size = ?6 WHERE id = ?1") \
	X(READDRESS, "UPDATE dispatch SET address = ?2 WHERE id = ?1 AND attempts = 0") \
	X(BYTES_SET, \
		"INSERT INTO dispatch_bytes (dispatch, bytes) VALUES (?1, ?2) ON CONFLICT (dispatch) DO UPDATE SET bytes = " \
		"excluded.bytes") \
	X(BYTES_GET, "SELECT bytes FROM dispatch_bytes WHERE dispatch = ?1") \
	X(STATE_GET, "SELECT state FROM dispatch WHERE id = ?1") \
	X(SET_STATE, "UPDATE dispatch SET state = ?2, why = ?3, not_before = coalesce(?4, not_before) WHERE id = ?1") \
	X(VERDICT_ADD, \
		"INSERT INTO verdict (dispatch, n, at, rule, state, why, actor) VALUES " \
		"(?1, (SELECT coalesce(max(n), 0) + 1 FROM verdict WHERE dispatch = ?1), ?2, ?3, ?4, ?5, ?6)") \
	X(VERDICTS, "SELECT at, rule, state, why, actor FROM verdict WHERE dispatch = ?1 ORDER BY n") \
	X(ATTEMPT_ADD, \
		"INSERT INTO attempt (dispatch, n, at, outcome, code, text) VALUES " \
		"(?1, (SELECT coalesce(max(n), 0) + 1 FROM attempt WHERE dispatch = ?1), ?2, ?3, ?4, ?5)") \
	X(ATTEMPT_COUNT, "UPDATE dispatch SET attempts = attempts + 1 WHERE id = ?1") \
	X(ATTEMPTS, "SELECT at, outcome, code, text FROM attempt WHERE dispatch = ?1 ORDER BY n") \
	X(GET, "SELECT " COLUMNS " FROM dispatch WHERE id = ?1") \
	X(BY_MESSAGE, \
		"SELECT dispatch FROM message_key k JOIN message m ON m.id = k.message WHERE k.hash = ?1 AND m.message_id = ?2 " \
		"AND m.dispatch IS NOT NULL ORDER BY k.message LIMIT 1") \
	X(LIST_ALL, \
		"SELECT " COLUMNS " FROM dispatch WHERE ?1 IS NULL AND id > ?2 AND (?3 IS NULL OR state = ?3) ORDER BY id LIMIT ?4") \
	X(LIST_OF, \
		"SELECT " COLUMNS " FROM dispatch WHERE incident = ?1 AND id > ?2 AND (?3 IS NULL OR state = ?3) ORDER BY id LIMIT ?4") \
	X(DUE, \
		"SELECT " COLUMNS \
		" FROM dispatch WHERE state = 'queued' AND lane = ?1 AND not_before <= ?2" DRAWN " ORDER BY not_before, id LIMIT ?3") \
	X(NEXT_DUE, "SELECT (SELECT not_before FROM dispatch WHERE state = 'queued' AND lane = ?1" DRAWN " ORDER BY not_before LIMIT 1)") \
	X(REQUEUE, "UPDATE dispatch SET state = 'queued' WHERE state = 'sending'")
SQL_DEFINE(dispatch, LIST)
#define Q(n) ig_store_q(s, SET_dispatch, SQL_##n)

static void read_dispatch(struct q *q, struct ig_arena *a, struct ig_dispatch *d)
{
	memset(d, 0, sizeof *d);
	d->id = r_int(q), d->incident = r_int(q), d->message = r_int(q), d->answers = r_int(q), d->party = r_int(q);
	d->letter = r_text(q, a), d->language = r_text(q, a);
	r_word(q, ig_channel, &d->channel);
	d->address = r_text(q, a);
	r_word(q, ig_dispatch_state, &d->state);
	d->why = r_text(q, a);
	int64_t lane = r_int(q);
	d->lane = lane >= 0 && lane < ig_lane_count ? (enum ig_lane)lane : IG_LANE_NORMAL;
	d->message_id = r_text(q, a), d->token = r_text(q, a), d->subject = r_text(q, a);
	d->size = (size_t)r_int(q);
	d->created_at = r_time(q), d->not_before = r_time(q), d->expires_at = r_time(q);
	d->attempt_count = (int)r_int(q);
}

static int bytes_set(struct ig_store *s, const struct ig_dispatch *d)
{
	if (!d->bytes)
		return 0;
	struct q q = Q(BYTES_SET);
	q_int(&q, d->id), q_blob(&q, d->bytes, d->size);
	return ig_store_q_run(&q);
}

static int bytes_get(struct ig_store *s, struct ig_arena *a, struct ig_dispatch *d)
{
	struct q q = Q(BYTES_GET);
	q_int(&q, d->id);
	int rc = ig_store_q_row(&q);
	if (rc == 1) {
		const void *p = sqlite3_column_blob(q.st, 0);
		d->size = (size_t)sqlite3_column_bytes(q.st, 0);
		d->bytes = ig_arena_strndup(a, p ? p : "", d->size);
	}
	ig_store_q_end(&q);
	return rc < 0 ? -1 : 0;
}

int ig_store_dispatch_add(struct ig_store *s, struct ig_dispatch *d)
{
	if (!ig_dispatch_may_begin(d->state))
		return ig_why(&s->why, "a dispatch does not begin as %s", ig_dispatch_state_word(d->state));
	struct q q = Q(ADD);
	q_id(&q, d->id), q_id(&q, d->incident), q_id(&q, d->message), q_id(&q, d->answers), q_id(&q, d->party);
	q_text(&q, d->letter), q_text(&q, d->language), q_text(&q, ig_channel_word(d->channel)), q_text(&q, d->address);
	q_text(&q, ig_dispatch_state_word(d->state)), q_text(&q, d->why), q_int(&q, d->lane);
	q_text(&q, d->message_id), q_text(&q, d->token), q_text(&q, d->subject), q_int(&q, (int64_t)d->size);
	q_int(&q, d->created_at), q_int(&q, d->not_before == IG_NEVER ? d->created_at : d->not_before), q_time(&q, d->expires_at);
	if (ig_store_q_run(&q) < 0)
		return -1;
	d->id = ig_store_last_id(s);
	return bytes_set(s, d);
}

int ig_store_dispatch_readdress(struct ig_store *s, int64_t id, const char *address)
{
	struct q q = Q(READDRESS);
	q_int(&q, id), q_text(&q, address);
	return ig_store_q_run(&q);
}

int ig_store_dispatch_compose(struct ig_store *s, const struct ig_dispatch *d)
{
	struct q q = Q(COMPOSE);
	q_int(&q, d->id), q_text(&q, d->message_id), q_text(&q, d->token), q_text(&q, d->subject), q_id(&q, d->message);
	q_int(&q, (int64_t)d->size);
	return ig_store_q_run(&q) < 0 ? -1 : bytes_set(s, d);
}

int ig_store_dispatch_set_state(struct ig_store *s, int64_t id, enum ig_dispatch_state state, const char *why, ig_time not_before)
{
	enum ig_dispatch_state from = IG_DISPATCH_STATE_QUEUED;
	struct q q = Q(STATE_GET);
	q_int(&q, id);
	int rc = ig_store_q_row(&q);
	if (rc == 1) {
		r_word(&q, ig_dispatch_state, &from);
		ig_store_q_end(&q);
	}
	if (rc <= 0)
		return rc < 0 ? -1 : ig_why(&s->why, "there is no dispatch %lld", (long long)id);
	if (!ig_dispatch_may(from, state))
		return ig_why(&s->why, "a dispatch that is %s does not become %s", ig_dispatch_state_word(from), ig_dispatch_state_word(state));
	q = Q(SET_STATE);
	q_int(&q, id), q_text(&q, ig_dispatch_state_word(state)), q_text(&q, why), q_time(&q, not_before);
	if (ig_store_q_run(&q) < 0)
		return -1;
	bool lost = state == IG_DISPATCH_STATE_FAILED || state == IG_DISPATCH_STATE_CANCELLED;
	return lost && ig_store_feed_untold(s, id) < 0 ? -1 : 0;
}

int ig_store_verdict_add(
	struct ig_store *s, int64_t dispatch, const char *rule, const char *state, const char *why, ig_time at, const char *actor)
{
	struct q q = Q(VERDICT_ADD);
	q_int(&q, dispatch), q_int(&q, at), q_text(&q, rule), q_text(&q, state), q_text(&q, why), q_text(&q, actor);
	return ig_store_q_run(&q);
}

int ig_store_verdicts(struct ig_store *s, int64_t dispatch, struct ig_arena *a, struct ig_verdict **list_r, size_t *count_r)
{
	struct ig_verdict *list = NULL;
	size_t count = 0, cap = 0;
	struct q q = Q(VERDICTS);
	int rc;
	q_int(&q, dispatch);
	while ((rc = ig_store_q_row(&q)) == 1) {
		list = ig_store_grow(a, list, count, &cap, sizeof *list);
		struct ig_verdict *v = &list[count++];
		v->at = r_time(&q), v->rule = r_text(&q, a), v->state = r_text(&q, a), v->why = r_text(&q, a), v->actor = r_text(&q, a);
	}
	*list_r = list, *count_r = count;
	return rc;
}

int ig_store_attempt_add(struct ig_store *s, int64_t dispatch, const struct ig_attempt *at)
{
	struct q q = Q(ATTEMPT_ADD);
	q_int(&q, dispatch), q_int(&q, at->at), q_text(&q, ig_outcome_word(at->outcome)), q_text(&q, at->code), q_text(&q, at->text);
	if (ig_store_q_run(&q) < 0)
		return -1;
	q = Q(ATTEMPT_COUNT);
	q_int(&q, dispatch);
	return ig_store_q_run(&q);
}

static int attempts(struct ig_store *s, struct ig_arena *a, struct ig_dispatch *d)
{
	size_t count = 0, cap = 0;
	struct q q = Q(ATTEMPTS);
	int rc;
	q_int(&q, d->id);
	while ((rc = ig_store_q_row(&q)) == 1) {
		d->attempts = ig_store_grow(a, d->attempts, count, &cap, sizeof *d->attempts);
		struct ig_attempt *t = &d->attempts[count++];
		t->at = r_time(&q);
		const char *word = r_text(&q, a);
		t->outcome = !word || !strcmp(word, "later") ? IG_LATER : !strcmp(word, "ok") ? IG_OK : IG_NEVER_AGAIN;
		t->code = r_text(&q, a), t->text = r_text(&q, a);
	}
	d->attempt_count = (int)count;
	return rc;
}

int ig_store_dispatch_get(struct ig_store *s, int64_t id, bool with_bytes, struct ig_arena *a, struct ig_dispatch *d_r)
{
	struct q q = Q(GET);
	q_int(&q, id);
	int rc = ig_store_q_row(&q);
	if (rc == 1)
		read_dispatch(&q, a, d_r);
	ig_store_q_end(&q);
	if (rc == 1 && (attempts(s, a, d_r) < 0 || (with_bytes && bytes_get(s, a, d_r) < 0)))
		return -1;
	return rc;
}

/* Our Message-IDs begin with the dispatch's id (<D-000017.TOKEN@domain>), but only the whole id, compared, is proof. */
int ig_store_dispatch_by_message_id(struct ig_store *s, const char *message_id, struct ig_arena *a, struct ig_dispatch *d_r)
{
	char head[IG_DISPATCH_TEXT_MAX];
	size_t len = strcspn(message_id, ".@");
	int64_t id;
	if (len < sizeof head) {
		memcpy(head, message_id, len);
		head[len] = 0;
		if (ig_dispatch_parse(head, &id) == 0) {
			int rc = ig_store_dispatch_get(s, id, false, a, d_r);
			if (rc < 0 || (rc == 1 && d_r->message_id && !strcmp(d_r->message_id, message_id)))
				return rc;
		}
	}
	struct q q = Q(BY_MESSAGE);
	q_int(&q, ig_hash64(message_id, strlen(message_id))), q_text(&q, message_id);
	int rc = ig_store_q_one(&q, &id);
	return rc == 1 ? ig_store_dispatch_get(s, id, false, a, d_r) : rc;
}

struct walk {
	int (*each)(const struct ig_dispatch *d, void *arg);
	void *arg;
	int64_t left;
	bool with_bytes, stopped;
};

static int walk(struct ig_store *s, struct q *q, struct walk *w)
{
	struct ig_arena *a = ig_arena_new(0);
	int rc;
	while ((rc = ig_store_q_row(q)) == 1) {
		struct ig_dispatch d;
		ig_arena_reset(a);
		read_dispatch(q, a, &d);
		if (w->with_bytes ? bytes_get(s, a, &d) < 0 : attempts(s, a, &d) < 0) {
			rc = -1;
			break;
		}
		w->left--;
		w->stopped = w->each(&d, w->arg) != 0;
		if (w->stopped)
			break;
	}
	ig_store_q_end(q);
	ig_arena_free(a);
	return rc < 0 ? -1 : 0;
}

int ig_store_dispatch_list(
	struct ig_store *s, const struct ig_dispatch_filter *f, int (*each)(const struct ig_dispatch *d, void *arg), void *arg)
{
	static const struct ig_dispatch_filter all;
	struct walk w = {.each = each, .arg = arg};
	if (!f)
		f = &all;
	struct q q = f->incident ? Q(LIST_OF) : Q(LIST_ALL);
	q_id(&q, f->incident), q_int(&q, f->after_id), q_text(&q, f->by_state ? ig_dispatch_state_word(f->state) : NULL);
	q_int(&q, f->limit > 0 ? f->limit : -1);
	return walk(s, &q, &w);
}

int ig_store_dispatch_due(
	struct ig_store *s, ig_time now, int64_t limit, int (*each)(const struct ig_dispatch *d, void *arg), void *arg)
{
	struct walk w = {.each = each, .arg = arg, .left = limit > 0 ? limit : INT64_MAX, .with_bytes = true};
	for (int lane = 0; lane < ig_lane_count && w.left > 0 && !w.stopped; lane++) {
		struct q q = Q(DUE);
		q_int(&q, lane), q_int(&q, now), q_int(&q, w.left);
		if (walk(s, &q, &w) < 0)
			return -1;
	}
	return 0;
}

int ig_store_dispatch_next_due(struct ig_store *s, ig_time *at_r)
{
	*at_r = IG_NEVER;
	for (int lane = 0; lane < ig_lane_count; lane++) {
		struct q q = Q(NEXT_DUE);
		q_int(&q, lane);
		if (ig_store_q_row(&q) != 1)
			return -1;
		ig_time at = r_time(&q);
		ig_store_q_end(&q);
		if (at != IG_NEVER && (*at_r == IG_NEVER || at < *at_r))
			*at_r = at;
	}
	return 0;
}

int ig_store_dispatch_requeue_sending(struct ig_store *s)
{
	struct q q = Q(REQUEUE);
	return ig_store_q_run(&q) < 0 ? -1 : sqlite3_changes(s->db);
}
