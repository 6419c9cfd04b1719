/* POP3 as a way in (RFC 1939, STLS of RFC 2595): what has a new UIDL is fetched, and removed from the server some time after it was taken. A session
 * sees the mailbox as it was at its beginning, so each look has one of its own. Which UIDLs were taken is kept by the clerk, not in envelopes:
 * there may be many, and they have no order. Relies on talk for the verified connection and on lmtp_data for the end of a message. */
#include "config.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "base/arena.h"
#include "base/log.h"
#include "intake/draft.h"
#include "intake/lmtp_data.h"
#include "intake/talk.h"

enum { TALK_MS = 120000, TALK_BYTES = 64 << 20, RETR_MS = 1800000, LIST_MAX = 200000, UIDL_MAX = 70, MARK_MAX = 4 << 20, ASIDE_MAX = 100 };

struct item {
	char uidl[UIDL_MAX + 1];
	unsigned number;    /* in this session; 0: no longer there */
	uint64_t size;
	int64_t taken;      /* seconds since 1970; 0: was there before us and stays; -1: new */
};
struct pop3 {
	struct ig_account *account;
	struct ig_talk *talk; /* NULL: between two looks */
	struct ig_buf line;
	char words[201];
	struct item *known, *here; /* sorted by uidl; in the order of the server */
	size_t known_count, here_count;
	char aside[ASIDE_MAX][UIDL_MAX + 1]; /* what cannot be read and was told of */
	size_t aside_count;
	bool begun, changed;       /* read before; the mark is to be kept */
};

/* ---- the mark: "pop3 BEGUN", then one "UIDL TAKEN" a line */

static int by_uidl(const void *a, const void *b)
{
	return strcmp(((const struct item *)a)->uidl, ((const struct item *)b)->uidl);
}

static bool is_uidl(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (s[i] < 0x21 || s[i] > 0x7e) /* RFC 1939 section 7 */
			return false;
	return len > 0 && len <= UIDL_MAX;
}

static int mark_parse(struct pop3 *s, const char *text)
{
	size_t cap = 0;
	if (strncmp(text, "pop3 ", 5) || (text[5] != '0' && text[5] != '1'))
		return -1;
	s->begun = text[5] == '1';
	for (const char *p = strchr(text, '\n'); p && p[1]; p = strchr(p + 1, '\n')) {
		struct item it = {.number = 0};
		size_t n = strcspn(p + 1, " \n");
		if (!is_uidl(p + 1, n) || p[1 + n] != ' ')
			return -1;
		memcpy(it.uidl, p + 1, n);
		it.taken = strtoll(p + 2 + n, NULL, 10);
		if (s->known_count == cap) {
			cap = cap ? cap * 2 : 256;
			s->known = ig_xrealloc(s->known, cap * sizeof *s->known);
		}
		s->known[s->known_count++] = it;
	}
	if (s->known_count)
		qsort(s->known, s->known_count, sizeof *s->known, by_uidl);
	return 0;
}

/* What is here now and is not new is what is known from now on. */
static void mark_keep(struct pop3 *s)
{
	struct ig_buf b = IG_BUF_INIT(MARK_MAX);
	ig_buf_str(&b, "pop3 1");
	free(s->known);
	s->known = ig_xmalloc((s->here_count + 1) * sizeof *s->known);
	s->known_count = 0;
	for (size_t i = 0; i < s->here_count; i++) {
		if (s->here[i].taken < 0)
			continue;
		ig_buf_fmt(&b, "\n%s %lld", s->here[i].uidl, (long long)s->here[i].taken);
		s->known[s->known_count++] = s->here[i];
	}
	if (s->known_count)
		qsort(s->known, s->known_count, sizeof *s->known, by_uidl);
	if (b.over)
		ig_log(IG_LOG_ERR, "%s: too many messages on the server to keep in mind", s->account->a->name);
	else
		s->account->host->keep(s->account->host->arg, b.data);
	ig_buf_reset(&s->account->mark);
	ig_buf_str(&s->account->mark, b.data);
	ig_buf_free(&b);
	s->begun = true;
	s->changed = false;
}

/* ---- dialogue */

static int broken(struct pop3 *s, struct ig_why *why, const char *when)
{
	ig_why(why, "%s: %s: %s", s->account->a->host, when, ig_talk_words());
	s->talk = ig_talk_free(s->talk);
	return -1;
}

static int line(struct pop3 *s)
{
	ig_buf_reset(&s->line);
	return ig_talk_line(s->talk, &s->line);
}

/* 0 +OK, 1 -ERR (words), -1 broken. command NULL: only listens. */
static int command(struct pop3 *s, const char *text)
{
	if ((text && ig_talk_say(s->talk, text)) || line(s))
		return -1;
	ig_talk_show(s->line.data, s->words);
	if (!strncmp(s->line.data, "+OK", 3))
		return 0;
	if (!strncmp(s->line.data, "-ERR", 4))
		return 1;
	errno = EPROTO;
	return -1;
}

static int need(struct pop3 *s, const char *text, struct ig_why *why, const char *what)
{
	int rc = command(s, text);
	if (rc < 0)
		return broken(s, why, what);
	if (rc)
		s->talk = ig_talk_free(s->talk);
	return rc ? ig_why(why, "%s: %s was refused: %s", s->account->a->host, what, s->words) : 0;
}

static int login(struct pop3 *s, struct ig_why *why)
{
	const struct ig_conf_account *a = s->account->a;
	char text[1100];
	int rc;
	if (!ig_talk_private(s->talk)) {
		s->talk = ig_talk_free(s->talk);
		return ig_why(why, "%s: the connection is not encrypted: nothing secret is said", a->host);
	}
	snprintf(text, sizeof text, "USER %s", a->user);
	rc = need(s, text, why, "the user");
	snprintf(text, sizeof text, "PASS %s", a->password ? a->password : "");
	if (!rc)
		rc = need(s, text, why, "the log-in");
	explicit_bzero(text, sizeof text);
	return rc;
}

static int begin(struct pop3 *s, struct ig_why *why)
{
	s->talk = ig_talk_open(s->account, 110, 995, why);
	if (!s->talk)
		return -1;
	ig_talk_limit(s->talk, TALK_MS, TALK_BYTES);
	if (need(s, NULL, why, "the greeting"))
		return -1;
	if (s->account->a->tls == IG_TLS_STARTTLS) {
		if (need(s, "STLS", why, "STLS, which the configuration demands,"))
			return -1;
		if (ig_talk_tls(s->talk, s->account, why)) {
			s->talk = ig_talk_free(s->talk);
			return -1;
		}
	}
	return login(s, why);
}

/* ---- what is there */

static int list_uidl(struct pop3 *s, struct ig_why *why)
{
	size_t cap = 0;
	free(s->here);
	s->here = NULL;
	s->here_count = 0;
	if (need(s, "UIDL", why, "UIDL"))
		return -1;
	for (;;) {
		struct item it = {.taken = -1};
		char *end;
		if (line(s))
			return broken(s, why, "UIDL");
		if (!strcmp(s->line.data, "."))
			return 0;
		unsigned long n = strtoul(s->line.data, &end, 10);
		size_t len = *end == ' ' ? strlen(end + 1) : 0;
		if (!n || n > LIST_MAX || s->here_count >= LIST_MAX || !is_uidl(end + 1, len)) {
			errno = EPROTO;
			return broken(s, why, "UIDL");
		}
		it.number = (unsigned)n;
		memcpy(it.uidl, end + 1, len);
		const struct item *known = s->known_count ? bsearch(&it, s->known, s->known_count, sizeof it, by_uidl) : NULL;
		if (known)
			it.taken = known->taken;
		if (s->here_count == cap) {
			cap = cap ? cap * 2 : 256;
			s->here = ig_xrealloc(s->here, cap * sizeof *s->here);
		}
		s->here[s->here_count++] = it;
	}
}

static int list_sizes(struct pop3 *s, struct ig_why *why)
{
	size_t at = 0;
	if (need(s, "LIST", why, "LIST"))
		return -1;
	for (;;) {
		unsigned number;
		unsigned long long size;
		if (line(s))
			return broken(s, why, "LIST");
		if (!strcmp(s->line.data, "."))
			return 0;
		if (sscanf(s->line.data, "%9u %18llu", &number, &size) != 2)
			continue;
		for (size_t tries = 0; tries < 2; tries++, at = 0) { /* both lists have one order, by all experience */
			while (at < s->here_count && s->here[at].number != number)
				at++;
			if (at < s->here_count) {
				s->here[at++].size = size;
				break;
			}
		}
	}
}

/* ---- one message */

enum retr_result { RETR_OK, RETR_BAD, RETR_LATER, RETR_BROKEN };

/* The bytes up to the line with one dot; all of them are read even when they are not wanted any more. */
static enum retr_result body(struct pop3 *s, struct ig_draft *d, bool *defect, struct ig_why *why)
{
	struct ig_lmtp_data data;
	struct ig_buf out = IG_BUF_INIT(64 << 10);
	enum retr_result rc = RETR_OK;
	bool end = false;
	ig_lmtp_data_start(&data);
	while (!end) {
		const char *p;
		ssize_t n = ig_talk_peek(s->talk, &p);
		if (n < 0) {
			rc = RETR_BROKEN;
			break;
		}
		ig_buf_reset(&out);
		s->talk->at += ig_lmtp_data_feed(&data, p, (size_t)n, &out, &end);
		if (rc == RETR_OK && d->size + out.len > s->account->conf->message_max) {
			ig_why(why, "it is larger than message_max");
			rc = RETR_BAD;
		}
		if (rc == RETR_OK && ig_draft_add(d, s->account->conf, out.data, out.len, why))
			rc = RETR_LATER;
	}
	*defect = data.bare_lf || data.bare_cr;
	ig_buf_free(&out);
	return rc;
}

static enum retr_result retr(struct pop3 *s, const struct item *it, struct ig_draft *d, bool *defect, struct ig_why *why)
{
	uint64_t most = s->account->conf->message_max;
	char text[32];
	int rc;
	if (it->size > most)
		return ig_why(why, "it is larger than message_max"), RETR_BAD;
	snprintf(text, sizeof text, "RETR %u", it->number);
	ig_talk_limit(s->talk, RETR_MS, 2 * most + TALK_BYTES);
	rc = command(s, text);
	if (rc > 0)
		return ig_why(why, "the server does not give it: %s", s->words), RETR_BAD;
	return rc < 0 ? RETR_BROKEN : body(s, d, defect, why);
}

static int dele(struct pop3 *s, const struct item *it)
{
	char text[32];
	snprintf(text, sizeof text, "DELE %u", it->number);
	ig_talk_limit(s->talk, TALK_MS, TALK_BYTES);
	return command(s, text) < 0 ? -1 : 0;
}

static void put_aside(struct pop3 *s, const struct item *it, const struct ig_why *reason, struct ig_account_pass *p)
{
	char text[IG_WHY_MAX];
	p->waiting++;
	for (size_t i = 0; i < s->aside_count; i++)
		if (!strcmp(s->aside[i], it->uidl))
			return;
	ig_why(&p->why, "message %s stays in the mailbox: %.300s", it->uidl, reason->text);
	snprintf(text, sizeof text, "%s: %.400s", s->account->a->name, p->why.text);
	if (s->aside_count == ASIDE_MAX)
		return;
	memcpy(s->aside[s->aside_count++], it->uidl, sizeof it->uidl);
	s->account->host->alarm(s->account->host->arg, "mail-unread", text);
}

/* 0 go on, 1 the recorder takes nothing now, -1 broken. */
static int take(struct pop3 *s, struct item *it, struct ig_account_pass *p)
{
	const struct ig_account *a = s->account;
	struct ig_why reason = {""};
	struct ig_draft d = IG_DRAFT_INIT(a->conf);
	struct ig_envelope e = {.channel = IG_CHANNEL_MAIL, .source = a->a->name};
	int rc = 0;
	switch (retr(s, it, &d, &e.defect, &reason)) {
	case RETR_OK:
		rc = a->host->append(a->host->arg, &e, d.bytes.data, d.fd, d.size, &p->why);
		d.fd = -1;
		if (!rc) {
			it->taken = ig_now() / IG_SECOND;
			s->changed = true;
			p->taken++;
		}
		break;
	case RETR_BAD:
		put_aside(s, it, &reason, p);
		break;
	case RETR_LATER:
		p->why = reason;
		rc = 1;
		break;
	case RETR_BROKEN:
		rc = -1;
		break;
	}
	ig_draft_end(&d);
	return rc;
}

static bool is_due(const struct pop3 *s, const struct item *it)
{
	return it->taken > 0 && (ig_now() / IG_SECOND - it->taken) * 1000 >= s->account->a->leave_for;
}

/* 0, or -1 broken. */
static int take_all(struct pop3 *s, struct ig_account_pass *p)
{
	const struct ig_account_host *host = s->account->host;
	int rc = 0;
	for (size_t i = 0; i < s->here_count; i++) {
		struct item *it = &s->here[i];
		p->old += it->taken == 0;
		if (it->taken < 0 && (rc || host->ending(host->arg)))
			p->waiting++;
		else if (it->taken < 0)
			rc = take(s, it, p);
		if (rc < 0 || (is_due(s, it) && dele(s, it)))
			return -1;
	}
	return 0;
}

static int pop3_pass(void *session, struct ig_account_pass *p, struct ig_why *why)
{
	struct pop3 *s = session;
	int rc;
	if ((!s->talk && begin(s, why)) || list_uidl(s, why) || list_sizes(s, why))
		return -1;
	if (!s->begun) {
		for (size_t i = 0; i < s->here_count && !s->account->a->take_old; i++)
			s->here[i].taken = 0;
		s->changed = true;
	}
	s->changed |= s->here_count < s->known_count;
	rc = take_all(s, p);
	if (s->changed) /* also when it broke: what is in the log need not come again */
		mark_keep(s);
	if (rc)
		return broken(s, why, "in the middle of a message");
	ig_talk_limit(s->talk, TALK_MS, TALK_BYTES);
	rc = command(s, "QUIT"); /* only now does the server remove anything (RFC 1939 section 6) */
	s->talk = ig_talk_free(s->talk);
	return rc < 0 ? ig_why(why, "%s: the end of the session: %s", s->account->a->host, ig_talk_words()) : 0;
}

static int pop3_wait(void *session, struct ig_why *why)
{
	struct pop3 *s = session;
	(void)why;
	s->account->host->wait(s->account->host->arg, -1, (int)s->account->a->interval);
	return 0;
}

static void pop3_close(void *session)
{
	struct pop3 *s = session;
	if (!s)
		return;
	ig_talk_free(s->talk);
	ig_buf_free(&s->line);
	free(s->known);
	free(s->here);
	free(s);
}

static void *pop3_open(struct ig_account *a, struct ig_why *why)
{
	struct pop3 *s = ig_xmalloc(sizeof *s);
	s->account = a;
	ig_buf_init(&s->line, IG_TALK_LINE_MAX);
	if (mark_parse(s, a->mark.data))
		ig_why(why, "%s: its progress is none", a->a->name);
	else if (!begin(s, why))
		return s;
	pop3_close(s);
	return NULL;
}

static void fresh(const struct ig_conf_account *a, struct ig_buf *mark)
{
	(void)a;
	ig_buf_str(mark, "pop3 0");
}

const struct ig_account_driver ig_account_pop3 = {fresh, pop3_open, pop3_pass, pop3_wait, pop3_close};
