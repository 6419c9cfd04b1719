/* Passwords that a mail states for its attachments ("mật khẩu giải nén: abc", "password is abc"): candidates for the worker that opens an
 * encrypted archive, tried in order. Relies on nothing; a wrong candidate costs one try. Keeps none of them. */
#include "config.h"
#include <ctype.h>
#include <string.h>
#include <strings.h>
#include "base/opt.h"
#include "parse/inner.h"

#define ONE_MAX 127

/* Length of a label that begins at p; 0 none. */
static size_t label(const char *p, size_t left)
{
	static const char *const labels[] = {"m\xe1\xba\xadt kh\xe1\xba\xa9u", "m\xe1\xba\xadt m\xc3\xa3", "M\xe1\xba\xacT KH\xe1\xba\xa8U", "mat khau", "password",
		"passphrase", "passwd", "passcode", "pass", "mk", "pwd"};
	for (size_t i = 0; i < IG_COUNT(labels); i++) {
		size_t n = strlen(labels[i]);
		if (left >= n && !strncasecmp(p, labels[i], n) && (left == n || !isalpha((unsigned char)p[n])))
			return n;
	}
	return 0;
}

static void candidate(struct ig_buf *out, const char *p, size_t len)
{
	if (len && len <= ONE_MAX)
		ig_buf_fmt(out, "%.*s\n", (int)len, p);
}

/* The whole rest, for passwords may hold spaces; then each word, without what closes a sentence too. */
static void candidates(struct ig_buf *out, const char *v, const char *end)
{
	static const char edge[] = " \t\r\"'`<>[]";
	while (v < end && strchr(edge, *v))
		v++;
	while (end > v && strchr(edge, end[-1]))
		end--;
	candidate(out, v, (size_t)(end - v));
	while (v < end) {
		size_t n = strcspn(v, " \t\r\n\"'`");
		n = n < (size_t)(end - v) ? n : (size_t)(end - v);
		candidate(out, v, n);
		if (n > 1 && strchr(".,;)", v[n - 1]))
			candidate(out, v, n - 1);
		v += n + 1;
	}
}

void ig_second_passwords(const char *text, struct ig_buf *out)
{
	for (const char *line = text; line && *line;) {
		size_t len = strcspn(line, "\n"), n = 0;
		const char *p = line, *end = line + len;
		for (; p < end && !n; p++)
			if (p == line || !isalpha((unsigned char)p[-1]))
				n = label(p, (size_t)(end - p));
		line = end + (*end == '\n');
		if (!n)
			continue;
		p += n - 1;
		const char *mark = memchr(p, ':', (size_t)(end - p));
		mark = mark ? mark : memchr(p, '=', (size_t)(end - p));
		const char *v = mark ? mark + 1 : p;
		if (mark && v + strspn(v, " \t\r") >= end) { /* it stands on the next line */
			v = line;
			end = line + strcspn(line, "\n");
		}
		candidates(out, v, end);
	}
}
