/* Reads of cases under secrecy go into the journal before they are answered (regulations R0.2, R4.6: who saw it, when). Stamped, but no act: it
 * does not move the instance's clock. */
#include "config.h"
#include <string.h>
#include "ctl/books.h"
#include "ctl/room.h"
#include "decide/decide.h"

static const char *first_word(const struct ig_ctl *c)
{
	for (int i = 0; i < c->argc; i++)
		if (strncmp(c->argv[i], "--", 2)) return c->argv[i];
	return NULL;
}

static bool digits(const char *w) { return *w && strspn(w, "0123456789") == strlen(w); }

/* The case that a word of this verb leads to; 0 none, or not secret. A sealed message is secret with or without one. */
static bool secret(struct ig_ctl *c, const struct ig_ctl_phrase *p, const char *word)
{
	struct ig_incident i = {.id = 0};
	struct ig_dispatch d;
	struct ig_message m;
	struct ig_ref ref;
	int64_t id = 0, incident = 0;
	if (!ig_ref_parse(word, strlen(word), &ref)) {
		if (ig_store_incident_by_ref(c->store, ref, c->arena, &i) != 1) return false;
		return ig_decide_secret(&i);
	}
	bool dispatch = !strncmp(p->words, "dispatch", 8) || *word == 'D' || *word == 'd';
	if (dispatch && !ig_dispatch_parse(word, &id) && ig_store_dispatch_get(c->store, id, false, c->arena, &d) == 1) incident = d.incident;
	else if (!dispatch && digits(word) && strlen(word) < 18) {
		for (const char *q = word; *q; q++) id = id * 10 + (*q - '0');
		if (ig_store_message_get(c->store, id, c->arena, &m) == 1) {
			if (m.state == IG_MESSAGE_STATE_SEALED) return true;
			incident = m.incident;
		}
	}
	return incident && ig_store_incident_get(c->store, incident, c->arena, &i) == 1 && ig_decide_secret(&i);
}

static const char *value_of(const struct ig_ctl *c, const char *option)
{
	for (int i = 0; i + 1 < c->argc; i++)
		if (!strcmp(c->argv[i], option)) return c->argv[i + 1];
	return NULL;
}

/* A list is noted before it is made, by a process that may write: what is among its rows is said by the case where one was named, else by how many
 * there are. NULL: nothing secret can be among them; auditors are shown nothing of it, and the books are only by --with-secret. */
static const char *listed(struct ig_ctl *c, const struct ig_ctl_phrase *p)
{
	const char *incident = value_of(c, "--incident");
	bool book = !strncmp(p->words, "register", 8), whole = false;
	int64_t *ids = NULL;
	size_t n = 0;
	for (int i = 0; i < c->argc; i++) whole |= !strcmp(c->argv[i], "--with-secret");
	if (c->right < IG_RIGHT_OFFICER || (book && !whole)) return NULL;
	if (incident) return secret(c, p, incident) ? incident : NULL;
	if (ig_store_secret_cases(c->store, c->arena, &ids, &n) < 0 || !n) return NULL;
	return ig_arena_fmt(c->arena, "a list with %zu case%s under secrecy", n, n == 1 ? "" : "s");
}

void ig_ctl_note_read(struct ig_ctl *c, const struct ig_ctl_phrase *p)
{
	const char *word = first_word(c), *list = p->needs & IG_CTL_LISTED ? listed(c, p) : NULL;
	bool frame = !strcmp(p->words, "evidence export");
	if (!list && (!(p->needs & IG_CTL_NOTED) || !word || (!frame && !secret(c, p, word)))) return;
	const char *object = list ? list : frame ? ig_arena_fmt(c->arena, "frame %s", word) : digits(word) ? ig_arena_fmt(c->arena, "message %s", word) : word;
	if (ig_store_begin(c->store)) return;
	if (ig_store_journal_add(c->store, ig_now(), c->actor, "read", object, p->words) || ig_store_commit(c->store)) ig_store_rollback(c->store);
}

void ig_ctl_mask(const struct ig_ctl *c, struct ig_message *m)
{
	struct ig_incident i;
	bool hide = m->state == IG_MESSAGE_STATE_SEALED && !m->crypto.sealed ? c->right < IG_RIGHT_CHIEF : c->right < IG_RIGHT_OFFICER && m->incident &&
		ig_store_incident_get(c->store, m->incident, c->arena, &i) == 1 && ig_decide_secret(&i);
	if (hide) m->subject = m->from_name = m->from_address = m->return_path = m->source_file = m->problems = m->message_id = NULL;
}

void ig_ctl_mask_dispatch(const struct ig_ctl *c, struct ig_dispatch *d)
{
	struct ig_incident i;
	if (c->right >= IG_RIGHT_OFFICER || !d->incident || ig_store_incident_get(c->store, d->incident, c->arena, &i) != 1 || !ig_decide_secret(&i)) return;
	d->address = d->subject = NULL;
	d->attempt_count = 0; /* answers of servers name the address */
}
