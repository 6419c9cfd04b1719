/* Messages: what arrived or left, with attachments, further copies and the ids they name.
 * Relies on the caller's transaction. Full text and the look-ups of match have files of their own. */
#include "config.h"
#include "store/store_int.h"

#define COLUMNS \
	"id, incident, outgoing, channel, state, frame, dispatch, message_id, from_name, from_address, subject, return_path, " \
	"received_at, date, class, matched_by, match_reason, match_rejected, source, source_file, recipient, problems, language, " \
	"identity, size, authenticated, fallback, imported, suggested, filter, category, category_confidence, auth, auth_words, waits, crypt, verified, signer"
#define FILTER \
	" AND id > ?2 AND (?3 IS NULL OR outgoing = ?3) AND (?4 IS NULL OR received_at >= ?4) AND (?5 IS NULL OR state = ?5) " \
	"ORDER BY id LIMIT ?6"
#define LIST(X) \
	X(ADD, \
		"INSERT INTO message (" COLUMNS \
		") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, " \
		"?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33, ?34, ?35, ?36, ?37, ?38)") \
	X(KEEP_HELD, \
		"INSERT INTO hold (message, at, actor, reason) SELECT ?1, at, actor, reason FROM hold WHERE ended_at IS NULL AND incident = (SELECT incident FROM message " \
		"WHERE id = ?1) AND incident IS NOT ?2") \
	X(SET_INCIDENT, "UPDATE message SET incident = ?2, matched_by = ?3, match_reason = ?4 WHERE id = ?1") \
	X(SET_SUGGESTION, "UPDATE message SET suggested = ?2 WHERE id = ?1") \
	X(SET_FINDINGS, "UPDATE message SET filter = coalesce(?2, filter), category = coalesce(?3, category), category_confidence = " \
		"iif(?3 IS NULL, category_confidence, ?4) WHERE id = ?1") \
	X(SET_STATE, "UPDATE message SET state = ?2 WHERE id = ?1") \
	X(AMEND, "UPDATE message SET problems = ?2, language = coalesce(language, ?3) WHERE id = ?1") \
	X(AGAIN, "UPDATE message SET state = 'filed', waits = ?2, problems = NULL WHERE id = ?1") \
	X(NO_FILES, "DELETE FROM attachment WHERE message = ?1") \
	X(SETTLE, \
		"UPDATE message SET incident = ?2, from_name = ?3, from_address = ?4, subject = ?5, date = ?6, class = ?7, matched_by = ?8, " \
		"match_reason = ?9, match_rejected = ?10, problems = ?11, language = ?12, fallback = ?13, suggested = ?14, " \
		"state = ?15, auth = ?16, auth_words = ?17, filter = ?18, category = ?19, category_confidence = ?20, crypt = ?21, verified = ?22, signer = ?23, " \
		"waits = 0 WHERE id = ?1") \
	X(SET_CRYPT, "UPDATE message SET crypt = ?2, verified = ?3, signer = ?4 WHERE id = ?1") \
	X(GET, "SELECT " COLUMNS " FROM message WHERE id = ?1") \
	X(BY_FRAME, "SELECT " COLUMNS " FROM message WHERE frame = ?1 ORDER BY id DESC LIMIT 1") \
	X(LIST_ALL, "SELECT " COLUMNS " FROM message WHERE ?1 IS NULL" FILTER) \
	X(LIST_OF, "SELECT " COLUMNS " FROM message WHERE incident = ?1" FILTER) \
	X(KEY_ADD, "INSERT OR IGNORE INTO message_key (hash, message) VALUES (?1, ?2)") \
	X(REFERENCE_ADD, "INSERT OR IGNORE INTO reference (hash, message, id) VALUES (?1, ?2, ?3)") \
	X(ATTACHMENT_ADD, \
		"INSERT INTO attachment (message, n, name, type, size, sha256, part, hazard) VALUES " \
		"(?1, (SELECT coalesce(max(n), 0) + 1 FROM attachment WHERE message = ?1), ?2, ?3, ?4, ?5, ?6, ?7)") \
	X(ATTACHMENT_SCANNED, "UPDATE attachment SET malware = ?3 WHERE message = ?1 AND part = ?2") \
	X(ATTACHMENT_HAZARD, "UPDATE attachment SET hazard = ?3 WHERE message = ?1 AND part = ?2 AND hazard IS NULL") \
	X(ATTACHMENTS, "SELECT name, type, size, sha256, part, hazard, malware FROM attachment WHERE message = ?1 ORDER BY n") \
	X(COPY_ADD, \
		"INSERT INTO copy (message, n, at, channel, recipient, source_file, frame) VALUES " \
		"(?1, (SELECT coalesce(max(n), 0) + 1 FROM copy WHERE message = ?1), ?2, ?3, ?4, ?5, ?6)") \
	X(COPIES, "SELECT at, channel, recipient, source_file, frame FROM copy WHERE message = ?1 ORDER BY n")
SQL_DEFINE(message, LIST)
#define Q(n) ig_store_q(s, SET_message, SQL_##n)

static bool is_zero(const uint8_t sum[IG_SHA256_LEN])
{
	static const uint8_t zero[IG_SHA256_LEN];
	return !memcmp(sum, zero, IG_SHA256_LEN);
}

static void read_message(struct q *q, struct ig_arena *a, struct ig_message *m)
{
	m->id = r_int(q), m->incident = r_int(q), m->outgoing = r_bool(q);
	r_word(q, ig_channel, &m->channel);
	r_word(q, ig_message_state, &m->state);
	m->frame = r_int(q), m->dispatch = r_int(q);
	m->message_id = r_text(q, a), m->from_name = r_text(q, a), m->from_address = r_text(q, a), m->subject = r_text(q, a);
	m->return_path = r_text(q, a);
	m->received_at = r_time(q), m->date = r_time(q);
	r_word(q, ig_class, &m->class);
	r_word(q, ig_matched_by, &m->matched_by);
	m->match_reason = r_text(q, a), m->match_rejected = r_text(q, a);
	m->source = r_text(q, a), m->source_file = r_text(q, a), m->recipient = r_text(q, a);
	m->problems = r_text(q, a), m->language = r_text(q, a);
	r_sum(q, m->identity);
	m->size = (uint64_t)r_int(q);
	(void)r_bool(q); /* authenticated: what auth says, kept for older programs */
	m->fallback = r_bool(q), m->imported = r_bool(q);
	m->suggested_incident = r_int(q);
	m->filter = r_text(q, a), m->category = r_text(q, a), m->category_confidence = r_real(q);
	r_word(q, ig_auth, &m->auth);
	m->auth_words = r_text(q, a);
	m->waits = r_bool(q);
	int64_t crypt = r_int(q);
	m->crypto.encrypted = crypt & 1, m->crypto.decrypted = crypt & 2, m->crypto.is_signed = crypt & 4, m->crypto.sealed = crypt & 8;
	r_word(q, ig_verified, &m->crypto.verified);
	m->crypto.signer = r_text(q, a);
}

/* The key under which match finds it again: its Message-ID's, else its digest's. */
static int key_add(struct ig_store *s, const struct ig_message *m)
{
	int64_t hash;
	if (m->message_id)
		hash = ig_hash64(m->message_id, strlen(m->message_id));
	else if (!is_zero(m->identity))
		memcpy(&hash, m->identity, sizeof hash);
	else
		return 0;
	struct q q = Q(KEY_ADD);
	q_int(&q, hash), q_int(&q, m->id);
	return ig_store_q_run(&q);
}

static void q_crypt(struct q *q, const struct ig_message *m)
{
	q_int(q, (m->crypto.encrypted ? 1 : 0) | (m->crypto.decrypted ? 2 : 0) | (m->crypto.is_signed ? 4 : 0) | (m->crypto.sealed ? 8 : 0));
	q_text(q, ig_verified_word(m->crypto.verified)), q_text(q, m->crypto.signer);
}

int ig_store_message_add(struct ig_store *s, struct ig_message *m)
{
	struct q q = Q(ADD);
	q_id(&q, m->id), q_id(&q, m->incident), q_int(&q, m->outgoing);
	q_text(&q, ig_channel_word(m->channel)), q_text(&q, ig_message_state_word(m->state));
	q_id(&q, m->frame), q_id(&q, m->dispatch);
	q_text(&q, m->message_id), q_text(&q, m->from_name), q_text(&q, m->from_address), q_text(&q, m->subject),
		q_text(&q, m->return_path);
	q_time(&q, m->received_at), q_time(&q, m->date);
	q_text(&q, ig_class_word(m->class)), q_text(&q, ig_matched_by_word(m->matched_by));
	q_text(&q, m->match_reason), q_text(&q, m->match_rejected);
	q_text(&q, m->source), q_text(&q, m->source_file), q_text(&q, m->recipient), q_text(&q, m->problems), q_text(&q, m->language);
	if (is_zero(m->identity))
		q_null(&q);
	else
		q_blob(&q, m->identity, IG_SHA256_LEN);
	q_int(&q, (int64_t)m->size), q_int(&q, m->auth == IG_AUTH_PASS), q_int(&q, m->fallback), q_int(&q, m->imported);
	q_id(&q, m->suggested_incident);
	q_text(&q, m->filter), q_text(&q, m->category), q_real(&q, m->category ? m->category_confidence : -1);
	q_text(&q, ig_auth_word(m->auth)), q_text(&q, m->auth_words), q_int(&q, m->waits);
	q_crypt(&q, m);
	if (ig_store_q_run(&q) < 0)
		return -1;
	m->id = ig_store_last_id(s);
	return key_add(s, m);
}

int ig_store_message_set_incident(struct ig_store *s, int64_t message, int64_t incident, enum ig_matched_by by, const char *reason)
{
	struct q q = Q(KEEP_HELD); /* what is held with its case is held by itself when it leaves the case */
	q_int(&q, message), q_id(&q, incident);
	if (ig_store_q_run(&q) < 0)
		return -1;
	q = Q(SET_INCIDENT);
	q_int(&q, message), q_id(&q, incident), q_text(&q, ig_matched_by_word(by)), q_text(&q, reason);
	return ig_store_q_run(&q);
}

int ig_store_message_settle(struct ig_store *s, const struct ig_message *m)
{
	struct q q = Q(SETTLE);
	q_int(&q, m->id), q_id(&q, m->incident), q_text(&q, m->from_name), q_text(&q, m->from_address), q_text(&q, m->subject), q_time(&q, m->date);
	q_text(&q, ig_class_word(m->class)), q_text(&q, ig_matched_by_word(m->matched_by)), q_text(&q, m->match_reason), q_text(&q, m->match_rejected);
	q_text(&q, m->problems), q_text(&q, m->language), q_int(&q, m->fallback), q_id(&q, m->suggested_incident);
	q_text(&q, ig_message_state_word(m->state)), q_text(&q, ig_auth_word(m->auth)), q_text(&q, m->auth_words);
	q_text(&q, m->filter), q_text(&q, m->category), q_real(&q, m->category ? m->category_confidence : -1);
	q_crypt(&q, m);
	return ig_store_q_run(&q);
}

int ig_store_message_set_crypto(struct ig_store *s, const struct ig_message *m)
{
	struct q q = Q(SET_CRYPT);
	q_int(&q, m->id);
	q_crypt(&q, m);
	return ig_store_q_run(&q);
}

int ig_store_message_again(struct ig_store *s, int64_t message, bool waits)
{
	struct q q = Q(AGAIN);
	q_int(&q, message), q_int(&q, waits);
	if (ig_store_q_run(&q) < 0)
		return -1;
	q = Q(NO_FILES);
	q_int(&q, message);
	return ig_store_q_run(&q);
}

int ig_store_message_amend(struct ig_store *s, int64_t message, const char *problems, const char *language)
{
	struct q q = Q(AMEND);
	q_int(&q, message), q_text(&q, problems), q_text(&q, language);
	return ig_store_q_run(&q);
}

int ig_store_message_set_suggestion(struct ig_store *s, int64_t message, int64_t incident)
{
	struct q q = Q(SET_SUGGESTION);
	q_int(&q, message), q_id(&q, incident);
	return ig_store_q_run(&q);
}

int ig_store_message_set_state(struct ig_store *s, int64_t message, enum ig_message_state state)
{
	struct q q = Q(SET_STATE);
	q_int(&q, message), q_text(&q, ig_message_state_word(state));
	return ig_store_q_run(&q);
}

int ig_store_message_set_findings(struct ig_store *s, int64_t message, const char *filter, const char *category, double confidence)
{
	struct q q = Q(SET_FINDINGS);
	q_int(&q, message), q_text(&q, filter), q_text(&q, category), q_real(&q, confidence);
	return ig_store_q_run(&q);
}

int ig_store_message_get(struct ig_store *s, int64_t id, struct ig_arena *a, struct ig_message *m_r)
{
	struct q q = Q(GET);
	q_int(&q, id);
	int rc = ig_store_q_row(&q);
	if (rc == 1)
		read_message(&q, a, m_r);
	ig_store_q_end(&q);
	return rc;
}

int ig_store_message_by_frame(struct ig_store *s, int64_t frame, struct ig_arena *a, struct ig_message *m_r)
{
	struct q q = Q(BY_FRAME);
	q_int(&q, frame);
	int rc = ig_store_q_row(&q);
	if (rc == 1)
		read_message(&q, a, m_r);
	ig_store_q_end(&q);
	return rc;
}

int ig_store_message_list(
	struct ig_store *s, const struct ig_message_filter *f, int (*each)(const struct ig_message *m, void *arg), void *arg)
{
	static const struct ig_message_filter all = {.since = IG_NEVER};
	if (!f)
		f = &all;
	struct q q = f->incident ? Q(LIST_OF) : Q(LIST_ALL);
	q_id(&q, f->incident), q_int(&q, f->after_id);
	if (f->only_in != f->only_out)
		q_int(&q, f->only_out);
	else
		q_null(&q);
	q_id(&q, f->since == IG_NEVER ? 0 : f->since); /* 0 is what a zeroed filter holds */
	q_text(&q, f->by_state ? ig_message_state_word(f->state) : NULL);
	q_int(&q, f->limit > 0 ? f->limit : -1);
	struct ig_arena *a = ig_arena_new(0);
	int rc;
	while ((rc = ig_store_q_row(&q)) == 1) {
		struct ig_message m;
		ig_arena_reset(a);
		read_message(&q, a, &m);
		if (each(&m, arg))
			break;
	}
	ig_store_q_end(&q);
	ig_arena_free(a);
	return rc < 0 ? -1 : 0;
}

int ig_store_reference_add(struct ig_store *s, int64_t message, const char *id)
{
	struct q q = Q(REFERENCE_ADD);
	q_int(&q, ig_hash64(id, strlen(id))), q_int(&q, message), q_text(&q, id);
	return ig_store_q_run(&q);
}

int ig_store_attachment_add(struct ig_store *s, int64_t message, const struct ig_attachment *att)
{
	struct q q = Q(ATTACHMENT_ADD);
	q_int(&q, message), q_text(&q, att->name), q_text(&q, att->type), q_int(&q, (int64_t)att->size);
	q_blob(&q, att->sha256, IG_SHA256_LEN);
	q_text(&q, att->part), q_text(&q, att->hazard);
	return ig_store_q_run(&q);
}

int ig_store_attachment_scanned(struct ig_store *s, int64_t message, const char *part, const char *words)
{
	struct q q = Q(ATTACHMENT_SCANNED);
	q_int(&q, message), q_text(&q, part), q_text(&q, words);
	return ig_store_q_run(&q);
}

int ig_store_attachment_hazard(struct ig_store *s, int64_t message, const char *part, const char *words)
{
	struct q q = Q(ATTACHMENT_HAZARD);
	q_int(&q, message), q_text(&q, part), q_text(&q, words);
	return ig_store_q_run(&q);
}

int ig_store_attachments(struct ig_store *s, int64_t message, struct ig_arena *a, struct ig_attachment **list_r, size_t *count_r)
{
	struct ig_attachment *list = NULL;
	size_t count = 0, cap = 0;
	struct q q = Q(ATTACHMENTS);
	int rc;
	q_int(&q, message);
	while ((rc = ig_store_q_row(&q)) == 1) {
		list = ig_store_grow(a, list, count, &cap, sizeof *list);
		struct ig_attachment *t = &list[count++];
		t->name = r_text(&q, a), t->type = r_text(&q, a), t->size = (uint64_t)r_int(&q);
		r_sum(&q, t->sha256);
		t->part = r_text(&q, a), t->hazard = r_text(&q, a), t->malware = r_text(&q, a);
	}
	*list_r = list, *count_r = count;
	return rc;
}

int ig_store_copy_add(struct ig_store *s, int64_t message, const struct ig_copy *c)
{
	struct q q = Q(COPY_ADD);
	q_int(&q, message), q_time(&q, c->at), q_text(&q, ig_channel_word(c->channel)), q_text(&q, c->recipient),
		q_text(&q, c->source_file);
	q_id(&q, c->frame);
	return ig_store_q_run(&q);
}

int ig_store_copies(struct ig_store *s, int64_t message, struct ig_arena *a, struct ig_copy **list_r, size_t *count_r)
{
	struct ig_copy *list = NULL;
	size_t count = 0, cap = 0;
	struct q q = Q(COPIES);
	int rc;
	q_int(&q, message);
	while ((rc = ig_store_q_row(&q)) == 1) {
		list = ig_store_grow(a, list, count, &cap, sizeof *list);
		struct ig_copy *c = &list[count++];
		c->at = r_time(&q);
		r_word(&q, ig_channel, &c->channel);
		c->recipient = r_text(&q, a), c->source_file = r_text(&q, a), c->frame = r_int(&q);
	}
	*list_r = list, *count_r = count;
	return rc;
}
