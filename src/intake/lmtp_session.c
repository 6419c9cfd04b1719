/* The LMTP dialogue. Each verb is one function; the states are few: before LHLO, idle, a sender given, receiving, waiting for `durable`.
 * Relies on lmtp_parse.c for lines and lmtp_data.c for the message. Every quantity the client controls has its limit here. */
#include "config.h"
#include "intake/lmtp_session.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/arena.h"
#include "base/fs.h"
#include "intake/lmtp_data.h"
#include "intake/lmtp_parse.h"

enum { PIECE = 64 * 1024, OUT_MAX = 4 << 20, BAD_COMMANDS_MAX = 20, KEEP_MAX = 64 * 1024 };

struct ig_lmtp_session {
	const struct ig_conf *conf;
	struct ig_lmtp_host host;
	struct ig_buf line, out, body;
	enum { BEFORE_LHLO, IDLE, MAIL, RECEIVING, WAITING, OVER } state;
	bool line_too_long;
	int64_t commands, bad;   /* since the last accepted message */
	struct ig_arena *arena;  /* of the transaction */
	const char *sender;
	const char **recipients; /* conf->lmtp_recipients + 1 */
	int64_t recipient_count;
	/* message being received */
	struct ig_lmtp_data data;
	int fd;
	uint64_t size;           /* bytes kept */
	int64_t reserved;
	const char *refuse;      /* reply for each recipient; the rest of the message is swallowed */
};

static void reply(struct ig_lmtp_session *s, const char *text)
{
	ig_buf_fmt(&s->out, "%s\r\n", text);
}

static void bad(struct ig_lmtp_session *s, const char *text)
{
	reply(s, text);
	if (++s->bad > BAD_COMMANDS_MAX)
		ig_lmtp_session_end(s, "421 4.7.0 Too many errors");
}

struct ig_lmtp_session *ig_lmtp_session_new(const struct ig_conf *c, const struct ig_lmtp_host *host)
{
	struct ig_lmtp_session *s = ig_xmalloc(sizeof *s);
	*s = (struct ig_lmtp_session){.conf = c, .host = *host, .fd = -1, .line = IG_BUF_INIT((size_t)c->lmtp_line_max), .out = IG_BUF_INIT(OUT_MAX)};
	ig_buf_init(&s->body, c->inline_max + 2 * PIECE + 16);
	s->arena = ig_arena_new(0);
	s->recipients = ig_xmalloc(((size_t)c->lmtp_recipients + 1) * sizeof *s->recipients);
	ig_buf_fmt(&s->out, "220 %s LMTP irgate\r\n", host->name);
	return s;
}

/* Forgets the message; keeps a small buffer for the next one. */
static void drop_message(struct ig_lmtp_session *s)
{
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
	if (s->reserved)
		s->host.reserve(s->host.arg, -s->reserved);
	s->reserved = 0;
	s->size = 0;
	s->refuse = NULL;
	if (s->body.cap > KEEP_MAX)
		ig_buf_free(&s->body);
	else
		ig_buf_reset(&s->body);
}

static void reset(struct ig_lmtp_session *s)
{
	drop_message(s);
	ig_arena_reset(s->arena);
	s->sender = NULL;
	s->recipient_count = 0;
	s->recipients[0] = NULL;
}

struct ig_lmtp_session *ig_lmtp_session_free(struct ig_lmtp_session *s)
{
	if (!s)
		return NULL;
	drop_message(s);
	ig_arena_free(s->arena);
	free(s->recipients);
	ig_buf_free(&s->line);
	ig_buf_free(&s->out);
	ig_buf_free(&s->body);
	free(s);
	return NULL;
}

/* ---- verbs */

static void on_lhlo(struct ig_lmtp_session *s, const char *rest)
{
	if (!*rest) {
		bad(s, "501 5.5.4 LHLO wants a name");
		return;
	}
	reset(s);
	s->state = IDLE;
	ig_buf_fmt(&s->out, "250-%s\r\n250-PIPELINING\r\n250-SIZE %llu\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 ENHANCEDSTATUSCODES\r\n", s->host.name,
		(unsigned long long)s->conf->message_max);
}

static void on_mail(struct ig_lmtp_session *s, const char *rest)
{
	struct ig_lmtp_path p;
	const char *wrong;
	if (s->state != IDLE) {
		bad(s, s->state == BEFORE_LHLO ? "503 5.5.1 Say LHLO first" : "503 5.5.1 A sender was given already");
		return;
	}
	wrong = ig_lmtp_parse_path(rest, true, &p);
	if (wrong) {
		bad(s, wrong);
	} else if (p.has_size && p.size > s->conf->message_max) {
		reply(s, "552 5.3.4 The message is too large"); /* RFC 1870 section 6.1 */
	} else if (p.utf8 && !p.smtputf8) {
		bad(s, "553 5.6.7 Such an address needs SMTPUTF8");
	} else {
		s->sender = ig_arena_strdup(s->arena, p.address);
		s->state = MAIL;
		reply(s, "250 2.1.0 Sender ok");
	}
}

static void on_rcpt(struct ig_lmtp_session *s, const char *rest)
{
	struct ig_lmtp_path p;
	const char *wrong;
	if (s->state != MAIL) {
		bad(s, "503 5.5.1 Say MAIL first");
		return;
	}
	wrong = ig_lmtp_parse_path(rest, false, &p);
	if (wrong) {
		bad(s, wrong);
	} else if (s->recipient_count >= s->conf->lmtp_recipients) {
		reply(s, "452 4.5.3 Too many recipients"); /* RFC 5321 section 4.5.3.1.10: the client sends the rest again */
	} else {
		s->recipients[s->recipient_count++] = ig_arena_strdup(s->arena, p.address);
		s->recipients[s->recipient_count] = NULL;
		reply(s, "250 2.1.5 Recipient ok");
	}
}

static void on_data(struct ig_lmtp_session *s, const char *rest)
{
	if (*rest) {
		bad(s, "501 5.5.4 DATA takes no words");
	} else if (s->state != MAIL || !s->recipient_count) {
		/* RFC 2033 section 4.2: without a recipient DATA must fail with 503. */
		bad(s, s->state == MAIL ? "503 5.5.1 No recipient" : "503 5.5.1 Say MAIL first");
	} else {
		s->state = RECEIVING;
		ig_lmtp_data_start(&s->data);
		reply(s, "354 Send the message, end with a dot");
	}
}

static void command(struct ig_lmtp_session *s, const char *line)
{
	struct ig_lmtp_command c;
	ig_lmtp_parse_line(line, &c);
	if (++s->commands > s->conf->lmtp_commands && c.verb != IG_LMTP_QUIT) {
		ig_lmtp_session_end(s, "421 4.7.0 Too many commands");
		return;
	}
	switch (c.verb) {
	case IG_LMTP_LHLO: on_lhlo(s, c.rest); break;
	case IG_LMTP_MAIL: on_mail(s, c.rest); break;
	case IG_LMTP_RCPT: on_rcpt(s, c.rest); break;
	case IG_LMTP_DATA: on_data(s, c.rest); break;
	case IG_LMTP_RSET:
		reset(s);
		if (s->state == MAIL)
			s->state = IDLE;
		reply(s, "250 2.0.0 Ok");
		break;
	case IG_LMTP_NOOP: reply(s, "250 2.0.0 Ok"); break;
	case IG_LMTP_VRFY: reply(s, "252 2.5.2 Send some mail, it will be kept"); break;
	case IG_LMTP_QUIT: ig_lmtp_session_end(s, "221 2.0.0 Bye"); break;
	case IG_LMTP_HELO:
	case IG_LMTP_EHLO: bad(s, "500 5.5.1 This is LMTP: say LHLO"); break; /* RFC 2033 section 4.1 */
	case IG_LMTP_EXPN:
	case IG_LMTP_HELP: bad(s, "502 5.5.1 Not offered"); break;
	case IG_LMTP_UNKNOWN: bad(s, "500 5.5.2 Command not known"); break;
	}
}

/* ---- lines */

/* One line or the beginning of one. */
static size_t feed_line(struct ig_lmtp_session *s, const char *p, size_t len)
{
	const char *lf = memchr(p, '\n', len);
	size_t n = lf ? (size_t)(lf - p) : len;
	if (s->line.len + n >= s->line.max)
		s->line_too_long = true;
	if (!s->line_too_long)
		ig_buf_add(&s->line, p, n);
	if (!lf)
		return n;
	if (s->line.len && s->line.data[s->line.len - 1] == '\r')
		ig_buf_cut(&s->line, s->line.len - 1);
	if (s->line_too_long)
		bad(s, "500 5.5.2 The line is too long");
	else if (memchr(s->line.data, '\0', s->line.len) || memchr(s->line.data, '\r', s->line.len))
		bad(s, "500 5.5.2 A control character");
	else
		command(s, s->line.data);
	s->line_too_long = false;
	ig_buf_reset(&s->line);
	return n + 1;
}

/* ---- message */

static void refuse(struct ig_lmtp_session *s, const char *why)
{
	if (!s->refuse)
		s->refuse = why;
}

/* Bytes that were unstuffed into body: counted, limited, moved to the file when there are many. */
static void keep(struct ig_lmtp_session *s, size_t before)
{
	uint64_t more = s->body.len - before;
	if (s->conf->bare_lf == IG_LF_REFUSE && (s->data.bare_lf || s->data.bare_cr))
		refuse(s, "554 5.6.0 Lines must end in CR LF");
	if (s->size + more > s->conf->message_max)
		refuse(s, "552 5.3.4 The message is too large");
	if (!s->refuse && more && !s->host.reserve(s->host.arg, (int64_t)more))
		refuse(s, "452 4.3.1 Too much mail at once");
	else if (!s->refuse)
		s->reserved += (int64_t)more;
	if (!s->refuse && s->fd < 0 && s->body.len > s->conf->inline_max && (s->fd = s->host.file(s->host.arg)) < 0)
		refuse(s, "452 4.3.1 No room for the message");
	if (!s->refuse && s->fd >= 0 && ig_fs_write_all(s->fd, s->body.data, s->body.len))
		refuse(s, "452 4.3.1 No room for the message");
	if (s->refuse || s->fd >= 0)
		ig_buf_reset(&s->body);
	s->size += more;
}

static void reply_each(struct ig_lmtp_session *s, const char *text)
{
	for (int64_t i = 0; i < s->recipient_count; i++)
		reply(s, text);
}

static void message_over(struct ig_lmtp_session *s)
{
	struct ig_envelope e = {.channel = IG_CHANNEL_MAIL, .source = s->host.source, .sender = s->sender, .recipients = s->recipients,
		.defect = s->data.bare_lf};
	int fd = s->fd;
	if (s->refuse) {
		reply_each(s, s->refuse);
		reset(s);
		s->state = IDLE;
		return;
	}
	s->state = WAITING;
	s->fd = -1;
	s->host.message(s->host.arg, s, &e, fd < 0 ? s->body.data : NULL, fd, s->size);
}

static size_t feed_data(struct ig_lmtp_session *s, const char *p, size_t len)
{
	size_t before = s->body.len, n;
	bool end;
	/* Unstuffing adds at most one byte to each (LF to CR LF), so a piece fits behind inline_max. */
	n = ig_lmtp_data_feed(&s->data, p, len < PIECE ? len : PIECE, &s->body, &end);
	keep(s, before);
	if (end)
		message_over(s);
	return n;
}

size_t ig_lmtp_session_feed(struct ig_lmtp_session *s, const void *p, size_t len)
{
	const char *at = p;
	size_t done = 0;
	while (done < len && s->state != WAITING && s->state != OVER)
		done += s->state == RECEIVING ? feed_data(s, at + done, len - done) : feed_line(s, at + done, len - done);
	return done;
}

void ig_lmtp_session_done(struct ig_lmtp_session *s, bool durable, const char *why)
{
	char text[400];
	if (durable) {
		snprintf(text, sizeof text, "250 2.0.0 Kept");
		s->commands = s->bad = 0;
	} else {
		snprintf(text, sizeof text, "452 4.3.1 Try again later: %.300s", why);
		for (char *c = text; *c; c++)
			if ((unsigned char)*c < 32 || (unsigned char)*c > 126)
				*c = '?';
	}
	reply_each(s, text);
	reset(s);
	s->state = IDLE;
}

void ig_lmtp_session_end(struct ig_lmtp_session *s, const char *text)
{
	reply(s, text);
	drop_message(s);
	s->state = OVER;
}

struct ig_buf *ig_lmtp_session_out(struct ig_lmtp_session *s) { return &s->out; }

bool ig_lmtp_session_waits(const struct ig_lmtp_session *s) { return s->state == WAITING; }

bool ig_lmtp_session_over(const struct ig_lmtp_session *s) { return s->state == OVER; }

bool ig_lmtp_session_busy(const struct ig_lmtp_session *s) { return s->state == MAIL || s->state == RECEIVING || s->state == WAITING; }
