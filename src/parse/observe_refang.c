/* Addresses written so that no program follows them ("hxxp", "[.]", "(dot)"), back in plain letters; the scheme itself is read in observe_token.c.
 * Each dot that was disguised is marked by 0x01 before it: whoever disguises a name means one.
 * Does not know what is an address. */
#include "config.h"
#include <ctype.h>
#include <string.h>
#include <strings.h>
#include "base/opt.h"
#include "parse/observe.h"

/* Ways to write a sign so that no program follows it. */
static const struct {
	const char *as, *plain;
} fangs[] = {
	{"[.]", "."}, {"(.)", "."}, {"{.}", "."}, {"[dot]", "."}, {"(dot)", "."}, {"{dot}", "."}, {"[punkt]", "."}, {"[:]", ":"}, {"(:)", ":"}, {"[://]", "://"},
	{"[/]", "/"}, {"[@]", "@"}, {"(@)", "@"}, {"{@}", "@"}, {"[at]", "@"}, {"(at)", "@"}, {"{at}", "@"},
};

static size_t fang(const char *s, size_t len, const char **plain_r)
{
	for (size_t i = 0; i < IG_COUNT(fangs); i++) {
		size_t n = strlen(fangs[i].as);
		if (n <= len && !strncasecmp(s, fangs[i].as, n)) {
			*plain_r = fangs[i].plain;
			return n;
		}
	}
	return 0;
}

/* "john.doe at example.com": only where the first word looks like a mailbox, since people meet at places. */
static bool spoken_at(const char *text, const char *s, const char *end)
{
	const char *from = s;
	bool mailbox = false;
	if (end - s < 7 || strncasecmp(s, " at ", 4) || !isalnum((unsigned char)s[4]))
		return false;
	for (; from > text && (isalnum((unsigned char)from[-1]) || strchr("._+-", from[-1])) && s - from < 64; from--)
		mailbox = mailbox || strchr("._+", from[-1]) || isdigit((unsigned char)from[-1]);
	if (!mailbox || from == s || strchr("._+-", s[-1]) || !isalpha((unsigned char)*from))
		return false;
	const char *p = s + 4;
	while (p < end && (isalnum((unsigned char)*p) || *p == '-'))
		p++;
	const char *plain;
	return p + 2 < end && ((*p == '.' && isalpha((unsigned char)p[1])) || fang(p, (size_t)(end - p), &plain));
}

const char *ig_observe_refang(struct ig_arena *a, const char *text, size_t len)
{
	const char *end = text + len, *copied = text;
	struct ig_buf out;
	ig_buf_init(&out, len * 2 + 16);
	for (const char *s = text; s < end; s++) {
		const char *plain = NULL, *from = s;
		size_t n = *s == '[' || *s == '(' || *s == '{' ? fang(s, (size_t)(end - s), &plain) : 0;
		if (!n && *s == ' ' && (s[1] | 32) == 'a' && spoken_at(text, s, end)) {
			n = 4;
			plain = "@";
		}
		if (!n)
			continue;
		/* "example [.] com" */
		if (from > copied && from[-1] == ' ' && s + n < end && s[n] == ' ') {
			from--;
			n++;
		}
		ig_buf_add(&out, copied, (size_t)(from - copied));
		if (*plain == '.')
			ig_buf_char(&out, '\x01');
		ig_buf_str(&out, plain);
		copied = s + n;
		s += n - 1;
	}
	if (copied != text) {
		ig_buf_add(&out, copied, (size_t)(end - copied));
		text = ig_arena_strndup(a, out.data, out.len);
	}
	ig_buf_free(&out);
	return text;
}
