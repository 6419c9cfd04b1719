/* Mail by SMTP with libetpan's low calls, one recipient a mail, many mails a connection. What is handed to libetpan is checked before: it puts
 * addresses into 512-byte commands as they are. Relies on smtp_talk.c for a connection that may be used. Does not retry: the store does. */
#include "config.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/arena.h"
#include "deliver/smtp_talk.h"
#include "model/address.h"

#define MAILS_PER_CONNECTION 500
#define REPLY_BYTES (64u << 10)
#define SLOWEST 10000 /* bytes a second that a connection must carry beside its time-outs */
#define ORCPT_MAX 180 /* libetpan's command buffer holds 512 bytes: two addresses of that length and the words between */

enum stage { AT_MAIL, AT_RCPT, AT_DATA, AT_BODY };

static void *smtp_open(const struct ig_conf *conf)
{
	struct ig_smtp *s = ig_xmalloc(sizeof *s);
	s->conf = conf;
	return s;
}

static void smtp_idle(void *session)
{
	ig_smtp_down(session, true);
}

static void smtp_close(void *session)
{
	struct ig_smtp *s = session;
	ig_smtp_down(s, true);
	s->trust = ig_wire_trust_free(s->trust);
	free(s);
}

/* RFC 3461 section 4: xtext may stand as it is when it holds no "+", "=" or anything unprintable. */
static bool xtext_plain(const char *s)
{
	for (; *s; s++)
		if (*s <= ' ' || *s > '~' || *s == '+' || *s == '=')
			return false;
	return true;
}

/* The three outcomes of a reply about a mail (RFC 5321 section 4.2.1). */
static void reply_judge(struct ig_smtp *s, enum stage at, struct ig_deliver_result *r)
{
	static const char *const stages[] = {"MAIL", "RCPT", "DATA", "the mail"};
	int code = s->smtp->response_code;
	const char *words = s->smtp->response ? s->smtp->response : "";
	char number[16];
	snprintf(number, sizeof number, "%d", code);
	if (at == AT_BODY && code >= 200 && code < 300) {
		ig_deliver_say(r, IG_OK, number, "%s", words);
	} else if (code == 530 || code == 534 || code == 535 || code == 538) { /* RFC 4954 section 6: it is the log-in, not the mail */
		ig_deliver_say(r, IG_LATER, number, "%s: %s", stages[at], words);
		r->unreachable = r->ours = true;
	} else if (code >= 500 && code < 600) {
		ig_deliver_say(r, IG_NEVER_AGAIN, number, "%s: %s", stages[at], words);
	} else if (code >= 400 && code < 500) {
		ig_deliver_say(r, IG_LATER, number, "%s: %s", stages[at], words);
		r->unreachable = code == 421; /* the service is closing */
	} else {
		ig_deliver_say(r, IG_LATER, number, "%s: an answer out of place: %s", stages[at], words);
		r->unreachable = true;
	}
}

static void lost(struct ig_deliver_result *r, enum stage at)
{
	const char *why = errno == ETIMEDOUT ? "no answer in time" : errno ? strerror(errno) : "the connection was closed";
	if (at == AT_BODY) /* sent again with the same Message-ID: once too often is better than never */
		ig_deliver_say(r, IG_LATER, "4.4.2", "no answer after the mail was handed over, it may have arrived: %s", why);
	else
		ig_deliver_say(r, IG_LATER, "4.4.2", "the connection broke: %s", why);
	r->unreachable = true;
}

/* The commands of one mail. True when the connection is good for the next one; at_r says how far it came. */
static bool transaction(struct ig_smtp *s, const struct ig_deliver_job *job, struct ig_deliver_result *r, enum stage *at_r)
{
	char orcpt[ORCPT_MAX + 16];
	const char *envid = s->dsn && job->dsn && job->envid && strlen(job->envid) <= 100 && xtext_plain(job->envid) ? job->envid : NULL;
	/* libetpan puts a line end before the final dot, whatever stood there: the mail's own last one is left to it */
	const char *bytes = job->bytes;
	size_t size = job->size >= 2 && !memcmp(bytes + job->size - 2, "\r\n", 2) ? job->size - 2 : job->size;
	int notify = s->dsn && job->dsn ? MAILSMTP_DSN_NOTIFY_FAILURE | MAILSMTP_DSN_NOTIFY_DELAY : 0, n = 0;
	bool original = notify && strlen(job->recipient) <= ORCPT_MAX && xtext_plain(job->recipient);
	snprintf(orcpt, sizeof orcpt, "rfc822;%.*s", ORCPT_MAX, job->recipient);
	s->smtp->esmtp = MAILSMTP_ESMTP | (envid || notify ? MAILSMTP_ESMTP_DSN : 0) | (s->has_size ? MAILSMTP_ESMTP_SIZE : 0);
	for (enum stage at = AT_MAIL; at <= AT_BODY; at++) {
		*at_r = at;
		errno = 0;
		s->smtp->response_code = 0;
		switch (at) {
		case AT_MAIL:
			n = mailesmtp_mail_size(s->smtp, job->sender, 0, envid, job->size);
			break;
		case AT_RCPT:
			n = mailesmtp_rcpt(s->smtp, job->recipient, notify, original ? orcpt : NULL);
			break;
		case AT_DATA:
			n = mailsmtp_data(s->smtp);
			break;
		case AT_BODY:
			n = mailsmtp_data_message(s->smtp, bytes, size);
			break;
		}
		if (n == MAILSMTP_ERROR_STREAM || !s->smtp->response_code) {
			lost(r, at);
			return false;
		}
		if (n != MAILSMTP_NO_ERROR) {
			reply_judge(s, at, r);
			return s->smtp->response_code != 421 && !r->ours && ig_smtp_command(s, "RSET", NULL) == 250;
		}
	}
	reply_judge(s, AT_BODY, r);
	return true;
}

static void smtp_attempt(void *session, const struct ig_deliver_job *job, struct ig_deliver_result *r)
{
	struct ig_smtp *s = session;
	*r = (struct ig_deliver_result){.outcome = IG_LATER};
	if (!ig_mail_address_ok(job->recipient) || (*job->sender && !ig_mail_address_ok(job->sender))) {
		ig_deliver_say(r, IG_NEVER_AGAIN, "5.1.3", "not an address that mail can be sent to or from");
		return;
	}
	int64_t ms = s->conf->smtp_timeout > 0 && s->conf->smtp_timeout < INT32_MAX ? s->conf->smtp_timeout : 60000;
	for (;;) {
		bool fresh = !s->smtp;
		enum stage at;
		if (ig_smtp_up(s, r))
			return;
		if (s->has_size && s->size_max && job->size > s->size_max) {
			ig_deliver_say(r, IG_NEVER_AGAIN, "5.3.4", "the mail has %zu bytes, the server takes %llu", job->size, (unsigned long long)s->size_max);
			return;
		}
		ig_wire_limit(s->wire, (int)ms, 4 * ms + (int64_t)(job->size / SLOWEST) * 1000, REPLY_BYTES);
		bool good = transaction(s, job, r, &at);
		if (!good || ++s->used >= MAILS_PER_CONNECTION)
			ig_smtp_down(s, good);
		/* A server may have closed a connection that rested: one more try on a new one, before anything of the mail was given. */
		if (good || fresh || at != AT_MAIL || !r->unreachable || r->ours)
			return;
		*r = (struct ig_deliver_result){.outcome = IG_LATER};
	}
}

const struct ig_deliver_driver ig_deliver_smtp = {.name = "smtp", .open = smtp_open, .attempt = smtp_attempt, .idle = smtp_idle, .close = smtp_close};
