/* The beginning of an SMTP session (RFC 5321, 3207, 4954). EHLO and AUTH are written here: libetpan takes the host's own name and cuts commands
 * at 512 bytes, which tokens and long passwords pass. Relies on wire for time-outs and TLS. Gives no mail: smtp.c does. */
#include "config.h"
#include "deliver/smtp_talk.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define CONNECT_MS 30000        /* for one address: a host that drops packets would cost smtp_timeout for each */
#define TALK_BYTES (256u << 10) /* what a server may say until we are through */

static int later(struct ig_smtp *s, struct ig_deliver_result *r, bool ours, const char *code, const char *what, const char *words)
{
	ig_deliver_say(r, IG_LATER, code, "%s%s%s", what, words && *words ? ": " : "", words ? words : "");
	r->unreachable = true;
	r->ours = ours;
	ig_smtp_down(s, false);
	return -1;
}

static int lost(struct ig_smtp *s, struct ig_deliver_result *r, const char *when)
{
	int error = errno;
	return later(s, r, false, "4.4.2", when, error == ETIMEDOUT ? "no answer in time" : error ? strerror(error) : "the connection was closed");
}

/* A reply that is not what we hoped for, to something that is about us and not about a mail: 5xx is our matter, not the mail's. */
static int refused(struct ig_smtp *s, struct ig_deliver_result *r, int code, const char *what, const char *words)
{
	char number[16];
	if (!code)
		return lost(s, r, what);
	snprintf(number, sizeof number, "%d", code);
	return later(s, r, code >= 500, number, what, words);
}

int ig_smtp_command(struct ig_smtp *s, const char *line, void (*each)(struct ig_smtp *s, const char *text))
{
	mailstream *st = s->smtp->stream;
	size_t used = 0;
	s->words[0] = 0;
	errno = 0;
	if (mailstream_write(st, line, strlen(line)) < 0 || mailstream_write(st, "\r\n", 2) < 0 || mailstream_flush(st) < 0)
		return 0;
	for (;;) {
		const char *p = mailstream_read_line_remove_eol(st, s->smtp->line_buffer);
		if (!p)
			return 0;
		if (strspn(p, "0123456789") != 3 || (p[3] && p[3] != ' ' && p[3] != '-')) {
			snprintf(s->words, sizeof s->words, "not a reply: %.200s", p);
			errno = EPROTO;
			return 0;
		}
		if (p[3] && each)
			each(s, p + 4);
		if (used < sizeof s->words - 2)
			used += (size_t)snprintf(s->words + used, sizeof s->words - used, "%s%s", used ? " " : "", p[3] ? p + 4 : "");
		if (p[3] != '-')
			return (p[0] - '0') * 100 + (p[1] - '0') * 10 + (p[2] - '0');
	}
}

static void capability(struct ig_smtp *s, const char *text)
{
	size_t word = strcspn(text, " =");
	const char *rest = text + word + strspn(text + word, " =");
	if (word == 8 && !strncasecmp(text, "STARTTLS", 8))
		s->starttls = true;
	else if (word == 3 && !strncasecmp(text, "DSN", 3))
		s->dsn = true;
	else if (word == 4 && !strncasecmp(text, "SIZE", 4)) {
		s->has_size = true;
		s->size_max = strtoull(rest, NULL, 10); /* 0 or nothing: no fixed maximum (RFC 1870 section 4) */
	} else if (word == 4 && !strncasecmp(text, "AUTH", 4)) {
		while (*rest) {
			size_t n = strcspn(rest, " ");
			s->auth_plain = s->auth_plain || (n == 5 && !strncasecmp(rest, "PLAIN", 5));
			s->auth_login = s->auth_login || (n == 5 && !strncasecmp(rest, "LOGIN", 5));
			rest += n;
			rest += strspn(rest, " ");
		}
	}
}

static int ehlo(struct ig_smtp *s, struct ig_deliver_result *r)
{
	char line[320], name[256] = "localhost";
	if (s->conf->smtp_helo)
		snprintf(name, sizeof name, "%s", s->conf->smtp_helo);
	else if (gethostname(name, sizeof name - 1) || !name[0])
		snprintf(name, sizeof name, "localhost");
	if (name[strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-:[]")])
		snprintf(name, sizeof name, "localhost");
	snprintf(line, sizeof line, "EHLO %s", name);
	s->starttls = s->auth_plain = s->auth_login = s->dsn = s->has_size = false; /* RFC 3207 section 4.2: what was said in the clear is forgotten */
	s->size_max = 0;
	int code = ig_smtp_command(s, line, capability);
	return code == 250 ? 0 : refused(s, r, code, "EHLO was refused", s->words);
}

static int tls(struct ig_smtp *s, struct ig_deliver_result *r)
{
	struct ig_why why = {""};
	if (!s->trust && !(s->trust = ig_wire_trust_load(s->conf->smtp_ca, &why)))
		return later(s, r, true, "tls", why.text, NULL);
	if (ig_wire_tls(s->wire, s->trust, s->conf->smtp_host, &why))
		return later(s, r, true, "tls", why.text, NULL);
	return 0;
}

static int starttls(struct ig_smtp *s, struct ig_deliver_result *r)
{
	if (!s->starttls)
		return later(s, r, true, "tls", "the server offers no STARTTLS, which the configuration demands", NULL);
	errno = 0;
	s->smtp->esmtp |= MAILSMTP_ESMTP_STARTTLS; /* libetpan asks its own list before it says the word */
	int n = mailesmtp_starttls(s->smtp);
	if (n != MAILSMTP_NO_ERROR && s->smtp->response_code != 220)
		return refused(s, r, n == MAILSMTP_ERROR_STREAM ? 0 : s->smtp->response_code, "STARTTLS was refused", s->smtp->response);
	if (n != MAILSMTP_NO_ERROR || s->smtp->stream->read_buffer_len) /* somebody put answers before the encryption (CVE-2020-15953) */
		return later(s, r, true, "tls", "the server said more before the encryption began", NULL);
	return tls(s, r);
}

static void base64(char *out, const char *in, size_t len)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *p = (const unsigned char *)in;
	for (size_t i = 0; i < len; i += 3) {
		unsigned v = (unsigned)p[i] << 16 | (i + 1 < len ? (unsigned)p[i + 1] << 8 : 0) | (i + 2 < len ? p[i + 2] : 0);
		*out++ = digits[v >> 18];
		*out++ = digits[v >> 12 & 63];
		*out++ = i + 1 < len ? digits[v >> 6 & 63] : '=';
		*out++ = i + 2 < len ? digits[v & 63] : '=';
	}
	*out = 0;
}

static int auth(struct ig_smtp *s, struct ig_deliver_result *r)
{
	const char *user = s->conf->smtp_user, *password = s->conf->smtp_password ? s->conf->smtp_password : "";
	size_t ulen = strlen(user), plen = strlen(password), len = 0;
	char raw[2052], line[4096];
	if (!ig_wire_secure(s->wire) && !ig_wire_loopback(s->wire))
		return later(s, r, true, "auth", "the connection is not encrypted: the password is not sent", NULL);
	if (!s->auth_plain && !s->auth_login)
		return later(s, r, true, "auth", "the server offers neither AUTH PLAIN nor LOGIN", NULL);
	if (ulen > 1000 || plen > 1000)
		return later(s, r, true, "auth", "user or password is longer than 1000 bytes", NULL);
	int code;
	if (s->auth_plain) { /* RFC 4616: authorization identity, NUL, user, NUL, password */
		raw[len++] = 0;
		memcpy(raw + len, user, ulen);
		raw[len += ulen] = 0;
		len++;
		memcpy(raw + len, password, plen);
		memcpy(line, "AUTH PLAIN ", 11);
		base64(line + 11, raw, len + plen);
		code = ig_smtp_command(s, line, NULL);
	} else {
		code = ig_smtp_command(s, "AUTH LOGIN", NULL);
		base64(line, user, ulen);
		if (code == 334)
			code = ig_smtp_command(s, line, NULL);
		base64(line, password, plen);
		if (code == 334)
			code = ig_smtp_command(s, line, NULL);
	}
	explicit_bzero(raw, sizeof raw);
	explicit_bzero(line, sizeof line);
	return code == 235 ? 0 : refused(s, r, code, "the log-in was refused", s->words);
}

static int greeting(struct ig_smtp *s, struct ig_deliver_result *r)
{
	mailstream_low *low = ig_wire_low(s->wire);
	mailstream *st = low ? mailstream_new(low, 8192) : NULL;
	s->smtp = st ? mailsmtp_new(0, NULL) : NULL;
	if (!s->smtp) {
		if (st)
			mailstream_close(st);
		else if (low)
			mailstream_low_free(low);
		return later(s, r, false, "4.3.0", "no memory", NULL);
	}
	errno = 0;
	s->smtp->response_code = 0;
	if (mailsmtp_connect(s->smtp, st) == MAILSMTP_NO_ERROR) /* otherwise it has closed the stream and forgotten it */
		return 0;
	return refused(s, r, s->smtp->response_code, "the server does not greet us", s->smtp->response);
}

int ig_smtp_up(struct ig_smtp *s, struct ig_deliver_result *r)
{
	const struct ig_conf *c = s->conf;
	struct ig_why why = {""};
	int ms = c->smtp_timeout > 0 && c->smtp_timeout < INT32_MAX ? (int)c->smtp_timeout : 60000;
	if (s->smtp)
		return 0;
	s->used = 0;
	if (!c->smtp_host || !(s->wire = ig_wire_connect(c->smtp_host, (int)c->smtp_port, ms < CONNECT_MS ? ms : CONNECT_MS, &why)))
		return later(s, r, false, "4.4.1", c->smtp_host ? why.text : "no SMTP server is configured", NULL);
	ig_wire_limit(s->wire, ms, 3 * (int64_t)ms, TALK_BYTES);
	if (c->smtp_tls == IG_TLS_ALWAYS && tls(s, r))
		return -1;
	if (greeting(s, r) || ehlo(s, r))
		return -1;
	if (c->smtp_tls == IG_TLS_STARTTLS && (starttls(s, r) || ehlo(s, r)))
		return -1;
	return c->smtp_user && auth(s, r) ? -1 : 0;
}

void ig_smtp_down(struct ig_smtp *s, bool politely)
{
	if (s->smtp) {
		if (politely) {
			ig_wire_limit(s->wire, 2000, 2000, 4096);
			ig_smtp_command(s, "QUIT", NULL);
		}
		if (s->smtp->stream)
			mailstream_close(s->smtp->stream);
		s->smtp->stream = NULL; /* else it would say QUIT by itself */
		mailsmtp_free(s->smtp);
	}
	s->smtp = NULL;
	s->wire = ig_wire_free(s->wire);
}
