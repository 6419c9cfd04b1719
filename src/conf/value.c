/* Values of options: sizes, durations, dates, addresses and the like from text and back; the nearest word to a wrong one.
 * Relies on base. Does not know any key or file. */
#include "config.h"
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "conf/table.h"

struct unit { const char *word; int64_t of; };
static const struct unit sizes[] = {{"", 1}, {"K", 1 << 10}, {"M", 1 << 20}, {"G", 1 << 30}};
static const struct unit times[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}, {"d", 86400000}};

static int unit_parse(const char *s, const struct unit *units, size_t count, int64_t *v_r)
{
	char *end;
	long long n;

	if (*s < '0' || *s > '9')
		return -1;
	errno = 0;
	n = strtoll(s, &end, 10);
	if (errno)
		return -1;
	for (size_t i = 0; i < count; i++)
		if (!strcmp(end, units[i].word))
			return __builtin_mul_overflow((int64_t)n, units[i].of, v_r) ? -1 : 0;
	return -1;
}

static void unit_print(int64_t v, const struct unit *units, size_t count, struct ig_buf *out)
{
	size_t i = count - 1;

	while (i && (!v || v % units[i].of))
		i--;
	ig_buf_fmt(out, "%lld%s", (long long)(v / units[i].of), units[i].word);
}

int ig_conf_size_parse(const char *s, int64_t *v_r) { return unit_parse(s, sizes, IG_COUNT(sizes), v_r); }
int ig_conf_time_parse(const char *s, int64_t *ms_r) { return unit_parse(s, times, IG_COUNT(times), ms_r); }
void ig_conf_size_print(int64_t v, struct ig_buf *out) { unit_print(v, sizes, IG_COUNT(sizes), out); }

void ig_conf_time_print(int64_t ms, struct ig_buf *out)
{
	if (ms)
		unit_print(ms, times, IG_COUNT(times), out);
	else
		ig_buf_str(out, "0s");
}

/* A document belongs to the day its place has: Viet Nam keeps UTC+7 all year. */
#define PLACE "T00:00:00+07:00"

int ig_conf_date_parse(const char *s, ig_time *t_r)
{
	char b[40];
	int y, m, d;

	if (strlen(s) != 10 || strspn(s, "0123456789-") != 10 || s[4] != '-' || s[7] != '-')
		return -1;
	memcpy(b, s, 10);
	memcpy(b + 10, PLACE, sizeof(PLACE));
	if (ig_time_parse(b, t_r))
		return -1;
	y = (int)strtol(s, NULL, 10), m = (int)strtol(s + 5, NULL, 10), d = (int)strtol(s + 8, NULL, 10);
	if (y < 1900 || m < 1 || m > 12 || d < 1)
		return -1;
	return d <= (m == 2 ? 28 + (!(y % 4) && (y % 100 || !(y % 400))) : 30 + ((m + (m > 7)) & 1)) ? 0 : -1;
}

void ig_conf_date_print(ig_time t, struct ig_buf *out)
{
	int64_t days = (t + 7 * IG_HOUR) / IG_DAY, era, doe, yoe, doy, mp;

	/* Civil date from days since 1970, by 400-year eras that begin on 1 March. */
	days += 719468;
	era = days / 146097;
	doe = days - era * 146097;
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	mp = (5 * doy + 2) / 153;
	ig_buf_fmt(out, "%04d-%02d-%02d", (int)(yoe + era * 400 + (mp >= 10)), (int)(mp < 10 ? mp + 3 : mp - 9),
		(int)(doy - (153 * mp + 2) / 5 + 1));
}

static bool is_alnum(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

static bool is_domain(const char *s, bool dot)
{
	size_t label = 0, dots = 0;

	if (strlen(s) > 253)
		return false;
	for (; *s; s++) {
		if (*s == '.') {
			if (!label || s[-1] == '-')
				return false;
			dots++;
			label = 0;
		} else if (is_alnum(*s) || (*s == '-' && label)) {
			if (++label > 63)
				return false;
		} else {
			return false;
		}
	}
	return label && s[-1] != '-' && (dots || !dot);
}

static bool is_ip(const char *s)
{
	unsigned char b[16];

	return inet_pton(AF_INET, s, b) == 1 || inet_pton(AF_INET6, s, b) == 1;
}

/* Dot-atom of RFC 5322 section 3.2.3, ASCII; our own addresses need no quoted local part. */
static bool is_address(const char *s)
{
	const char *at = strrchr(s, '@');
	size_t local = at ? (size_t)(at - s) : 0;

	if (!local || local > 64 || s[0] == '.' || at[-1] == '.')
		return false;
	for (size_t i = 0; i < local; i++)
		if (!is_alnum(s[i]) && (s[i] == '.' ? s[i + 1] == '.' : !strchr("!#$%&'*+-/=?^_`{|}~", s[i])))
			return false;
	return is_domain(at + 1, false);
}

static bool is_port(const char *s)
{
	size_t n = strspn(s, "0123456789");

	return n && n <= 5 && !s[n] && strtol(s, NULL, 10) >= 1 && strtol(s, NULL, 10) <= 65535;
}

/* unix:PATH, 127.0.0.1:24, [::1]:24 */
static bool is_listen(const char *s)
{
	const char *colon = strrchr(s, ':');
	char host[64];
	size_t len;

	if (!strncmp(s, "unix:", 5))
		return s[5] && strlen(s + 5) < 108; /* sun_path */
	if (!colon || !is_port(colon + 1))
		return false;
	len = (size_t)(colon - s);
	if (len >= 2 && s[0] == '[' && s[len - 1] == ']')
		s++, len -= 2;
	if (!len || len >= sizeof(host))
		return false;
	memcpy(host, s, len);
	host[len] = 0;
	return is_ip(host);
}

static bool is_word_of(const char *s, const char *chars, size_t max)
{
	return *s && strlen(s) <= max && strspn(s, chars) == strlen(s);
}

/* +07:00 */
static bool is_offset(const char *s)
{
	return strlen(s) == 6 && (s[0] == '+' || s[0] == '-') && s[3] == ':' && strspn(s + 1, "0123456789:") == 5 &&
		s[1] < '2' && s[4] < '6';
}

/* "MM-DD" of a leap year. */
static bool is_day(const char *s)
{
	char b[16];
	ig_time t;

	if (strlen(s) != 5)
		return false;
	memcpy(b, "2024-", 5);
	memcpy(b + 5, s, 6);
	return !ig_conf_date_parse(b, &t);
}

static bool is_days(const char *s)
{
	char first[6] = "";

	if (strlen(s) != 11 || s[5] != '/')
		return false;
	memcpy(first, s, 5);
	return is_day(first) && is_day(s + 6);
}

static bool is_weekday(const char *s)
{
	static const char *const names[] = {"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"};

	for (size_t i = 0; i < IG_COUNT(names); i++)
		if (!strcmp(s, names[i]))
			return true;
	return false;
}

#define LETTERS "abcdefghijklmnopqrstuvwxyz"

/* What goes to a server within a command: anything that could end it is refused here already. */
/* "Name: beginning of the value" (RFC 5322 section 2.2: a name is printable and holds no colon; a comma would end it on the way to the reader). */
static bool is_mark(const char *s)
{
	size_t n = strcspn(s, ":");

	for (size_t i = 0; i < n; i++)
		if (s[i] <= ' ' || s[i] > '~' || s[i] == ',')
			return false;
	return n && n <= 70 && s[n] && strlen(s) <= 200 && s[n + 1 + strspn(s + n + 1, " ")];
}

static bool is_line(const char *s)
{
	size_t n = strlen(s);

	for (size_t i = 0; i < n; i++)
		if ((unsigned char)s[i] < 0x20 || s[i] == 0x7f)
			return false;
	return n > 0 && n <= 1000;
}

int ig_conf_value_check(enum ig_conf_check check, const char *s, struct ig_why *why)
{
	switch (check) {
	case IG_CHECK_NONE:
		return 0;
	case IG_CHECK_NAME:
		return is_word_of(s, LETTERS "0123456789-_", 64) ? 0 : ig_why(why, "a name is of small letters, digits, - and _");
	case IG_CHECK_ADDRESS:
		return is_address(s) ? 0 : ig_why(why, "not a mail address");
	case IG_CHECK_DOMAIN:
		return is_domain(s, false) ? 0 : ig_why(why, "not a domain name");
	case IG_CHECK_HOST:
		return is_domain(s, false) || is_ip(s) ? 0 : ig_why(why, "not a host name or address");
	case IG_CHECK_LISTEN:
		return is_listen(s) ? 0 :
			ig_why(why, "write unix:PATH or ADDRESS:PORT, as unix:var/lmtp.sock, 127.0.0.1:24 or [::1]:24");
	case IG_CHECK_USER:
		return is_word_of(s, LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.", 32) ? 0 : ig_why(why, "not a user name");
	case IG_CHECK_OFFSET:
		return is_offset(s) ? 0 : ig_why(why, "an offset reads +07:00");
	case IG_CHECK_DAY:
		return is_day(s) ? 0 : ig_why(why, "a day of the year reads MM-DD");
	case IG_CHECK_DAYS:
		return is_days(s) ? 0 : ig_why(why, "two days of the year read MM-DD/MM-DD, as 12-15/06-14");
	case IG_CHECK_WEEKDAY:
		return is_weekday(s) ? 0 : ig_why(why, "a day of the week in English and small letters, as sunday");
	case IG_CHECK_PIN:
		return strlen(s) == 64 && strspn(s, "0123456789abcdefABCDEF") == 64 ? 0 : ig_why(why, "64 hexadecimal digits are wanted");
	case IG_CHECK_LINE:
		return is_line(s) ? 0 : ig_why(why, "one line without control characters, of 1 to 1000 bytes, is wanted");
	case IG_CHECK_MARK:
		return is_mark(s) ? 0 : ig_why(why, "the name of a header field, a colon and the beginning of its value are wanted (\"X-Spam-Flag: YES\")");
	}
	return 0;
}

void ig_conf_quote(const char *s, struct ig_buf *out)
{
	ig_buf_char(out, '"');
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			ig_buf_fmt(out, "\\%c", *s);
		else if (*s == '\n')
			ig_buf_str(out, "\\n");
		else if ((unsigned char)*s < 0x20 || *s == 0x7f)
			ig_buf_fmt(out, "\\x%02x", (unsigned)(unsigned char)*s);
		else
			ig_buf_char(out, *s);
	}
	ig_buf_char(out, '"');
}

#define NEAR_MAX 40

/* Optimal string alignment distance: a swap of two neighbours is one mistake. */
static size_t distance(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b), d[3][NEAR_MAX + 1] = {{0}};

	if (n > NEAR_MAX || m > NEAR_MAX)
		return SIZE_MAX;
	for (size_t j = 0; j <= m; j++)
		d[0][j] = j;
	for (size_t i = 1; i <= n; i++) {
		size_t *row = d[i % 3], *up = d[(i + 2) % 3], *upup = d[(i + 1) % 3];

		row[0] = i;
		for (size_t j = 1; j <= m; j++) {
			size_t v = up[j - 1] + (a[i - 1] != b[j - 1]);

			v = up[j] + 1 < v ? up[j] + 1 : v;
			v = row[j - 1] + 1 < v ? row[j - 1] + 1 : v;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && upup[j - 2] + 1 < v)
				v = upup[j - 2] + 1;
			row[j] = v;
		}
	}
	return d[n % 3][m];
}

const char *ig_conf_nearest(const char *s, const char *(*get)(size_t i, const void *arg), const void *arg, size_t count)
{
	size_t best = strlen(s) / 3 + 2; /* farther away it is another word, not a slip */
	const char *found = NULL;

	for (size_t i = 0; i < count; i++) {
		const char *w = get(i, arg);
		size_t d = w ? distance(s, w) : SIZE_MAX;

		if (d < best) {
			best = d;
			found = w;
		}
	}
	return found;
}
