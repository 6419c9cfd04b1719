/* IMAP as a client (RFC 9051, RFC 3501, IDLE of RFC 2177): log-in, mailbox, waiting. Relies on talk for the verified connection and on imap_parse for
 * what the server says. libetpan's parser of the whole IMAP grammar has known memory errors in Debian 12; we ask for five items and read no more. */
#include "config.h"
#include "intake/imap.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "base/arena.h"
#include "base/base64.h"
#include "base/log.h"

enum { TALK_MS = 120000, TALK_BYTES = 4 << 20, IDLE_MS = 9 * 60000 /* RFC 2177: before 29 minutes; routers forget sooner */ };

int ig_imap_broken(const struct ig_imap *im, struct ig_why *why, const char *when)
{
	return ig_why(why, "%s: %s: %s", im->account->a->host, when, im->bye ? "the server says good-bye" : ig_talk_words());
}

/* A body may be long, any other literal is of no use to us. In the text each leaves one byte that no line may hold otherwise. */
int ig_imap_response(struct ig_imap *im)
{
	ig_buf_reset(&im->line);
	im->has_literal = false;
	for (;;) {
		uint64_t bytes;
		size_t begin = im->line.len, at;
		if (ig_talk_line(im->talk, &im->line))
			return -1;
		if (memchr(im->line.data + begin, IG_IMAP_LITERAL, im->line.len - begin)) {
			errno = EPROTO;
			return -1;
		}
		if (!ig_imap_literal(im->line.data, im->line.len, &bytes, &at))
			return 0;
		bool body = !im->has_literal && at > 2 && (im->line.data[at - 2] == ']' || im->line.data[at - 2] == '>');
		if (bytes > IG_IMAP_CHUNK) {
			errno = EMSGSIZE;
			return -1;
		}
		ig_buf_cut(&im->line, at);
		ig_buf_char(&im->line, IG_IMAP_LITERAL);
		im->has_literal |= body;
		if (body)
			ig_buf_reset(&im->body); /* it outlives the response: the tagged one follows */
		if (ig_talk_bytes(im->talk, bytes, body ? &im->body : NULL))
			return -1;
	}
}

static void untagged(struct ig_imap *im, const char *line)
{
	if (!strncasecmp(line, "* BYE", 5))
		im->bye = true;
	if (ig_imap_count(line, "EXISTS") || ig_imap_count(line, "RECENT"))
		im->look = true;
	if (!strncasecmp(line, "* CAPABILITY ", 13)) {
		im->idle = ig_imap_has_word(line, "IDLE");
		im->move = ig_imap_has_word(line, "MOVE");
		im->uidplus = ig_imap_has_word(line, "UIDPLUS");
		im->auth_plain = ig_imap_has_word(line, "AUTH=PLAIN");
		im->auth_xoauth2 = ig_imap_has_word(line, "AUTH=XOAUTH2");
		im->no_login = ig_imap_has_word(line, "LOGINDISABLED");
		im->starttls = ig_imap_has_word(line, "STARTTLS");
	}
}

/* Reads on to the tagged answer or the wish for more. */
static int answer(struct ig_imap *im, ig_imap_each_h *each, void *arg)
{
	char tag[24];
	int n = snprintf(tag, sizeof tag, "i%u ", im->tag);
	for (;;) {
		if (ig_imap_response(im))
			return -1;
		const char *line = im->line.data;
		if (line[0] == '+' && (line[1] == ' ' || !line[1]))
			return 2;
		if (!strncmp(line, "* ", 2)) {
			untagged(im, line);
			if (each)
				each(im, line, arg);
			continue;
		}
		if (strncmp(line, tag, (size_t)n)) {
			errno = EPROTO;
			return -1;
		}
		ig_talk_show(line + n, im->words);
		return strncasecmp(line + n, "OK", 2) ? 1 : 0;
	}
}

int ig_imap_more(struct ig_imap *im, const char *line, ig_imap_each_h *each, void *arg)
{
	return ig_talk_say(im->talk, line) ? -1 : answer(im, each, arg);
}

int ig_imap_command(struct ig_imap *im, const char *command, ig_imap_each_h *each, void *arg)
{
	struct ig_buf b = IG_BUF_INIT(1 << 20);
	int rc;
	ig_buf_fmt(&b, "i%u %s", ++im->tag, command);
	rc = b.over ? -1 : ig_imap_more(im, b.data, each, arg);
	if (b.len)
		explicit_bzero(b.data, b.len);
	ig_buf_free(&b);
	return rc;
}

void ig_imap_quote(const char *s, struct ig_buf *out)
{
	ig_buf_char(out, '"');
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			ig_buf_char(out, '\\');
		ig_buf_char(out, *s);
	}
	ig_buf_char(out, '"');
}

/* ---- the beginning */

static int refused(const struct ig_imap *im, int rc, struct ig_why *why, const char *what)
{
	return rc < 0 ? ig_imap_broken(im, why, what) : ig_why(why, "%s: %s was refused: %s", im->account->a->host, what, im->words);
}

static int capability(struct ig_imap *im, struct ig_why *why)
{
	int rc = ig_imap_command(im, "CAPABILITY", NULL, NULL);
	return rc ? refused(im, rc, why, "CAPABILITY") : 0;
}

static int greeting(struct ig_imap *im, struct ig_why *why)
{
	char words[201];
	int rc;
	if (ig_imap_response(im))
		return ig_imap_broken(im, why, "no greeting");
	/* PREAUTH in the clear would let somebody between us skip the encryption (RFC 9051 section 11.1) */
	if (strncasecmp(im->line.data, "* OK", 4)) {
		ig_talk_show(im->line.data, words);
		return ig_why(why, "%s does not greet us: %s", im->account->a->host, words);
	}
	if (capability(im, why))
		return -1;
	if (im->account->a->tls != IG_TLS_STARTTLS)
		return 0;
	if (!im->starttls)
		return ig_why(why, "%s offers no STARTTLS, which the configuration demands", im->account->a->host);
	rc = ig_imap_command(im, "STARTTLS", NULL, NULL);
	if (rc)
		return refused(im, rc, why, "STARTTLS");
	return ig_talk_tls(im->talk, im->account, why) ? -1 : capability(im, why); /* what was said in the clear is forgotten */
}

static int sasl(struct ig_imap *im, const char *mechanism, const void *secret, size_t len, struct ig_why *why)
{
	struct ig_buf b = IG_BUF_INIT(64 << 10), code = IG_BUF_INIT(64 << 10);
	int rc;
	ig_buf_fmt(&b, "AUTHENTICATE %s", mechanism);
	ig_base64(&code, secret, len);
	rc = code.over ? 1 : ig_imap_command(im, b.data, NULL, NULL);
	if (rc == 2)
		rc = ig_imap_more(im, code.data, NULL, NULL);
	if (rc == 2) /* XOAUTH2 says why it refuses, and wants an empty line for it */
		rc = ig_imap_more(im, "", NULL, NULL);
	if (rc == 2)
		errno = EPROTO, rc = -1;
	if (code.len)
		explicit_bzero(code.data, code.len);
	ig_buf_free(&code);
	ig_buf_free(&b);
	return rc ? refused(im, rc, why, "the log-in") : 0;
}

static int login_token(struct ig_imap *im, struct ig_why *why)
{
	const struct ig_account *a = im->account;
	struct ig_buf token = IG_BUF_INIT(16 << 10), secret = IG_BUF_INIT(20 << 10);
	int rc = -1;
	if (!im->auth_xoauth2)
		ig_why(why, "%s does not offer XOAUTH2", a->a->host);
	else if (!a->host->token(a->host->arg, &token, why)) {
		ig_buf_fmt(&secret, "user=%s%cauth=Bearer %s%c%c", a->a->user, 1, token.data, 1, 1);
		rc = sasl(im, "XOAUTH2", secret.data, secret.len, why);
	}
	if (secret.len)
		explicit_bzero(secret.data, secret.len);
	if (token.len)
		explicit_bzero(token.data, token.len);
	ig_buf_free(&secret);
	ig_buf_free(&token);
	return rc;
}

static int login(struct ig_imap *im, struct ig_why *why)
{
	const struct ig_conf_account *a = im->account->a;
	struct ig_buf b = IG_BUF_INIT(8192);
	int rc;
	if (!ig_talk_private(im->talk))
		return ig_why(why, "%s: the connection is not encrypted: nothing secret is said", a->host);
	if (!a->password)
		return login_token(im, why);
	if (im->auth_plain) { /* RFC 4616: authorization identity, NUL, user, NUL, password */
		ig_buf_char(&b, 0);
		ig_buf_str(&b, a->user);
		ig_buf_char(&b, 0);
		ig_buf_str(&b, a->password);
		rc = sasl(im, "PLAIN", b.data, b.len, why);
	} else if (im->no_login) {
		rc = ig_why(why, "%s offers neither AUTH=PLAIN nor LOGIN", a->host);
	} else {
		ig_buf_str(&b, "LOGIN ");
		ig_imap_quote(a->user, &b);
		ig_buf_char(&b, ' ');
		ig_imap_quote(a->password, &b);
		rc = ig_imap_command(im, b.data, NULL, NULL);
		if (rc == 2)
			errno = EPROTO, rc = -1;
		rc = rc ? refused(im, rc, why, "the log-in") : 0;
	}
	if (b.len)
		explicit_bzero(b.data, b.len);
	ig_buf_free(&b);
	return rc ? -1 : capability(im, why);
}

static void selected(struct ig_imap *im, const char *line, void *arg)
{
	(void)arg;
	ig_imap_code(line, "UIDVALIDITY", &im->validity);
	ig_imap_code(line, "UIDNEXT", &im->next);
}

static int select_mailbox(struct ig_imap *im, struct ig_why *why)
{
	struct ig_buf b = IG_BUF_INIT(4096), mark = IG_BUF_INIT(4096);
	int rc;
	ig_buf_str(&b, "SELECT ");
	ig_imap_quote(im->account->a->mailbox, &b);
	rc = ig_imap_command(im, b.data, selected, NULL);
	ig_buf_free(&b);
	if (rc == 2)
		errno = EPROTO, rc = -1;
	if (rc)
		return refused(im, rc, why, "the mailbox");
	if (!im->validity)
		return ig_why(why, "%s gives no UIDVALIDITY", im->account->a->host);
	if (im->mark.validity == im->validity)
		return 0;
	if (im->mark.validity)
		ig_log(IG_LOG_NOTICE, "%s: the server numbered the mailbox anew; what was taken before is recognised by its content", im->account->a->name);
	/* first only where it was never read: numbers of another life say nothing */
	im->mark = (struct ig_imap_mark){.validity = im->validity, .since = im->mark.since, .first = im->mark.validity ? 0 : im->next};
	ig_imap_mark_print(&im->mark, &mark);
	im->account->host->keep(im->account->host->arg, mark.data);
	ig_buf_reset(&im->account->mark);
	ig_buf_str(&im->account->mark, mark.data);
	ig_buf_free(&mark);
	return 0;
}

static void imap_close(void *session)
{
	struct ig_imap *im = session;
	if (!im)
		return;
	if (im->talk && !im->bye) {
		ig_talk_limit(im->talk, 500, 65536);
		ig_imap_command(im, "LOGOUT", NULL, NULL);
	}
	ig_talk_free(im->talk);
	ig_buf_free(&im->line);
	ig_buf_free(&im->body);
	free(im->items);
	free(im->done);
	free(im);
}

static void *imap_open(struct ig_account *a, struct ig_why *why)
{
	struct ig_imap *im = ig_xmalloc(sizeof *im);
	im->account = a;
	ig_buf_init(&im->line, IG_TALK_LINE_MAX);
	ig_buf_init(&im->body, IG_IMAP_CHUNK + 1);
	if (ig_imap_mark_parse(a->mark.data, &im->mark))
		ig_why(why, "%s: its progress \"%.100s\" is none", a->a->name, a->mark.data);
	else if ((im->talk = ig_talk_open(a, 143, 993, why))) {
		ig_talk_limit(im->talk, TALK_MS, TALK_BYTES);
		if (!greeting(im, why) && !login(im, why) && !select_mailbox(im, why)) {
			im->from = a->a->after == IG_AFTER_LEAVE && im->mark.uid ? im->mark.uid + 1 : 1;
			for (size_t i = 0; i < im->mark.skip_count; i++)
				im->from = im->mark.skips[i] < im->from ? im->mark.skips[i] : im->from;
			return im;
		}
		im->bye = true;
	}
	imap_close(im);
	return NULL;
}

/* ---- waiting */

/* Until something came, we are called, or it is time. 0, -1 broken. */
static int idle(struct ig_imap *im, struct ig_why *why)
{
	const struct ig_account_host *host = im->account->host;
	int rc = ig_imap_command(im, "IDLE", NULL, NULL);
	if (rc < 2)
		return rc < 0 ? ig_imap_broken(im, why, "IDLE") : (im->idle = false, 0);
	while (!im->look && !im->bye) {
		if (!ig_talk_waiting(im->talk) && host->wait(host->arg, ig_wire_fd(im->talk->wire), IDLE_MS) != IG_ACCOUNT_DATA)
			break;
		if (ig_imap_response(im))
			return ig_imap_broken(im, why, "while it idled");
		if (strncmp(im->line.data, "* ", 2)) {
			errno = EPROTO;
			return ig_imap_broken(im, why, "while it idled");
		}
		untagged(im, im->line.data);
	}
	ig_talk_limit(im->talk, TALK_MS, TALK_BYTES);
	rc = im->bye ? -1 : ig_imap_more(im, "DONE", NULL, NULL);
	if (rc == 2)
		errno = EPROTO;
	return rc < 0 || rc == 2 ? ig_imap_broken(im, why, "the end of IDLE") : 0;
}

static int imap_wait(void *session, struct ig_why *why)
{
	struct ig_imap *im = session;
	const struct ig_account_host *host = im->account->host;
	if (im->look) /* said while we worked */
		return im->look = false, 0;
	ig_talk_limit(im->talk, IDLE_MS + TALK_MS, TALK_BYTES);
	if (im->idle && idle(im, why))
		return -1;
	if (!im->idle)
		host->wait(host->arg, -1, (int)im->account->a->interval);
	im->look = false;
	return 0;
}

static void fresh(const struct ig_conf_account *a, struct ig_buf *mark)
{
	struct ig_imap_mark m = {.since = a->since != IG_NEVER ? a->since : ig_now()};
	ig_imap_mark_print(&m, mark);
}

const struct ig_account_driver ig_account_imap = {fresh, imap_open, ig_imap_pass, imap_wait, imap_close};
