/* Commands by signed mail: an officer of the directory, known by a good signature of his own address, acknowledges, assigns, grades or closes the
 * case that his mail belongs to, and gets a transcript of what was done. One command a line, from the first line on; the first line that is none
 * ends them. Relies on the reader and the keys for who signed. A mail is obeyed once, however often it comes, and never when it is a day old. */
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "base/utf8.h"
#include "desk/duty.h"
#include "desk/room.h"
#include "store/books.h"

#define COMMANDS_MAX 20
#define AGE_MAX IG_DAY
#define KIND "transcript"

struct commanding {
	struct ig_desk *d;
	const struct ig_message *m;
	const char *actor;
	struct ig_buf *out; /* the transcript: ASCII lines with CRLF */
	size_t count;
};

static bool one_word(const char **p, char *out, size_t max)
{
	size_t n = strcspn(*p, " \t");
	if (!n || n >= max)
		return false;
	memcpy(out, *p, n);
	out[n] = 0;
	*p += n + strspn(*p + n, " \t");
	return true;
}

static void ascii(struct ig_buf *out, const char *text)
{
	for (; *text; text++)
		if (*text >= ' ' && *text < 127)
			ig_buf_char(out, *text);
		else if ((*text & 0xc0) != 0x80)
			ig_buf_char(out, '?');
}

static int done_duty(const struct ig_duty *duty, void *arg)
{
	int64_t *ids = arg;
	if (strncmp(duty->what, "acknowledge", 11) || ids[0] == 15)
		return 0;
	ids[++ids[0]] = duty->id;
	return 0;
}

static int acknowledge(struct commanding *k, struct ig_why *why)
{
	struct ig_incident i;
	struct ig_desk *d = k->d;
	int64_t ids[16] = {0};
	struct ig_duty_filter open = {.open_only = true, .incident = k->m->incident, .due_before = IG_NEVER};
	if (ig_store_incident_get(d->store, k->m->incident, d->arena, &i) <= 0 || ig_store_duty_list(d->store, &open, done_duty, ids) < 0)
		return -1;
	for (int64_t n = 1; n <= ids[0]; n++)
		if (ig_store_duty_done(d->store, ids[n], ig_now(), k->actor) < 0)
			return -1;
	if (i.acknowledged_at == IG_NEVER)
		i.acknowledged_at = ig_now();
	if (i.status == IG_INCIDENT_STATUS_NEW)
		i.status = IG_INCIDENT_STATUS_OPEN;
	(void)why;
	return ig_store_incident_update(d->store, &i) < 0 || ig_desk_journal(d, k->actor, "incident acknowledge", ig_desk_ref(&i, d->arena), "by signed mail") ? -1 : 0;
}

static int assign(struct commanding *k, const char *to, struct ig_why *why)
{
	struct ig_incident i;
	if (!*to) {
		ig_why(why, "to whom?");
		return IG_EX_USAGE;
	}
	int n = ig_store_duties_assign(k->d->store, k->m->incident, to);
	if (n < 0 || ig_store_incident_get(k->d->store, k->m->incident, k->d->arena, &i) <= 0)
		return -1;
	return ig_desk_journal(k->d, k->actor, "incident assign", ig_desk_ref(&i, k->d->arena), ig_arena_fmt(k->d->arena, "to %.200s, %d duties", to, n));
}

/* 0 done; IG_EX_USAGE no command, or one that says too little; IG_EX_DATA refused; -1 the store failed. */
static int obey(struct commanding *k, const char *line, bool *known_r, struct ig_why *why)
{
	char word[32], level[32];
	enum ig_severity severity;
	const char *p = line;
	*known_r = true;
	p += *p == '!';
	if (!one_word(&p, word, sizeof word))
		*known_r = false;
	else if (!strcasecmp(word, "acknowledge") || !strcasecmp(word, "ack"))
		return acknowledge(k, why);
	else if (!strcasecmp(word, "assign"))
		return assign(k, p, why);
	else if (!strcasecmp(word, "severity")) {
		if (!one_word(&p, level, sizeof level) || ig_severity_parse(level, &severity) || !*p) {
			ig_why(why, "severity unknown|ordinary|serious REASON");
			return IG_EX_USAGE;
		}
		struct ig_desk_fact fact = {"severity", ig_severity_word(severity)};
		return ig_desk_facts_in(k->d, k->m->incident, &fact, 1, k->actor, ig_arena_strdup(k->d->arena, p), why);
	} else if (!strcasecmp(word, "close")) {
		if (!*p) {
			ig_why(why, "close REASON");
			return IG_EX_USAGE;
		}
		return ig_desk_status_in(k->d, k->m->incident, IG_INCIDENT_STATUS_CLOSED, k->actor, ig_arena_strdup(k->d->arena, p), why);
	} else
		*known_r = false;
	return IG_EX_USAGE;
}

static int obey_all(struct commanding *k, const char *text, const char *refused)
{
	struct ig_arena *a = k->d->arena;
	for (const char *p = text; *p && k->count < COMMANDS_MAX;) {
		size_t n = strcspn(p, "\n"), from = strspn(p, " \t\r");
		size_t end = n;
		while (end > from && strchr(" \t\r", p[end - 1]))
			end--;
		const char *line = end > from ? ig_arena_strndup(a, p + from, end - from) : "";
		p += n + (p[n] == '\n');
		if (!*line && !k->count)
			continue; /* empty lines before the first */
		struct ig_why why = {""};
		bool known = false;
		int code = *line ? obey(k, line, &known, &why) : IG_EX_USAGE;
		if (!known)
			return 0;
		if (code < 0)
			return -1;
		k->count++;
		ig_buf_str(k->out, "> ");
		ascii(k->out, line);
		ig_buf_fmt(k->out, "\r\n  %s", code ? "refused: " : "done");
		ascii(k->out, code ? why.text : "");
		ig_buf_str(k->out, "\r\n");
	}
	(void)refused;
	return 0;
}

/* Would any line be a command? Nobody who merely signs his mail gets an answer about commands. */
static bool begins_with_command(const char *text)
{
	static const char *const words[] = {"acknowledge", "ack", "assign", "severity", "close"};
	text += strspn(text, " \t\r\n");
	text += *text == '!';
	for (size_t i = 0; i < IG_COUNT(words); i++) {
		size_t n = strlen(words[i]);
		if (!strncasecmp(text, words[i], n) && (!text[n] || strchr(" \t\r\n", text[n])))
			return true;
	}
	return false;
}

struct twice { int64_t message; bool found; };

static int answered(const struct ig_dispatch *d, void *arg)
{
	struct twice *t = arg;
	t->found |= d->answers == t->message && !strcmp(d->letter, KIND);
	return t->found;
}

static const char *why_not(const struct ig_message *m)
{
	if (!m->incident || (m->matched_by == IG_MATCHED_BY_NONE && !m->suggested_incident))
		return "this mail belongs to no case: answer a mail about it, or name its reference in the subject";
	if (m->date == IG_NEVER || m->received_at - m->date > AGE_MAX || m->date - m->received_at > AGE_MAX)
		return "this mail was written more than a day before it came";
	return NULL;
}

static int merge_duty(const struct ig_duty *duty, void *arg)
{
	int64_t *find = arg; /* message, duty */
	if (duty->message != find[0] || strncmp(duty->what, "decide on a merge", 17))
		return 0;
	find[1] = duty->id;
	return 1;
}

/* A stranger's mail that names a case opens one of its own; an officer's, whose signature is good, belongs to the case it names. */
static int file_where_named(struct ig_desk *d, struct ig_message *m, const char *actor)
{
	int64_t *ids = NULL, find[2] = {m->id, 0}, into = m->suggested_incident;
	size_t count = 0, others = 0;
	struct ig_duty_filter open = {.open_only = true, .incident = m->incident, .due_before = IG_NEVER};
	if (m->matched_by != IG_MATCHED_BY_NONE || !into || into == m->incident)
		return 0;
	if (ig_store_incident_members(d->store, m->incident, IG_MEMBERS_MESSAGES, d->arena, &ids, &count) < 0 ||
		ig_store_duty_list(d->store, &open, merge_duty, find) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		struct ig_message other;
		if (ig_store_message_get(d->store, ids[i], d->arena, &other) <= 0)
			return -1;
		others += other.id != m->id && !other.outgoing;
	}
	if (find[1] && ig_store_duty_done(d->store, find[1], ig_now(), actor) < 0)
		return -1;
	if (!others && ig_store_incident_merge(d->store, m->incident, into) < 0)
		return -1;
	if (ig_store_message_set_incident(d->store, m->id, into, IG_MATCHED_BY_PERSON, "an officer's signed mail names this case") < 0 ||
		ig_store_message_set_suggestion(d->store, m->id, 0) < 0)
		return -1;
	m->incident = into;
	return 0;
}

int ig_desk_commands(struct ig_desk *d, const struct ig_message *from, const struct ig_report *r)
{
	struct ig_message filed = *from, *m = &filed;
	struct ig_party p;
	struct ig_buf out = IG_BUF_INIT(16384);
	const char *text = r->reply_text && *r->reply_text ? r->reply_text : r->text ? r->text : "", *refused = why_not(m);
	if (m->outgoing || m->imported || r->crypto.verified != IG_VERIFIED_GOOD || !r->crypto.signer || !m->from_address ||
		strcasecmp(r->crypto.signer, m->from_address) || !begins_with_command(text))
		return 0;
	int found = ig_store_party_by_address(d->store, IG_CHANNEL_MAIL, m->from_address, m->received_at, d->arena, &p);
	if (found <= 0 || p.role != IG_PARTY_ROLE_OFFICER)
		return found < 0 ? -1 : 0;
	struct twice t = {.message = m->id};
	struct ig_dispatch_filter f = {.incident = m->incident};
	if (m->incident && ig_store_dispatch_list(d->store, &f, answered, &t) < 0)
		return -1;
	if (t.found)
		return 0;
	struct commanding k = {.d = d, .m = m, .actor = ig_arena_fmt(d->arena, "user:%s", m->from_address), .out = &out};
	int bad = 0;
	if (!refused && file_where_named(d, m, k.actor))
		bad = -1;
	else if (refused)
		ig_buf_fmt(&out, "Nothing was done: %s.\r\n", refused);
	else
		bad = obey_all(&k, text, refused);
	struct ig_incident i;
	const char *ref = m->incident && ig_store_incident_get(d->store, m->incident, d->arena, &i) > 0 ? ig_desk_ref(&i, d->arena) : "no case";
	if (!bad)
		bad = ig_desk_own_mail(d, KIND, m->from_address, ig_arena_fmt(d->arena, "[%s] transcript", ref), out.data, m->incident, p.id, m->id, d->arena);
	ig_buf_free(&out);
	return bad;
}
