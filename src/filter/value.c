/* A value as it should be: times with their zone, numbers, addresses, words through a map. What does not fit is no value: nothing is invented.
 * Relies on when.c. */
#include "config.h"
#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "base/opt.h"
#include "base/utf8.h"
#include "filter/room.h"

#define ZONE_IN 6000 /* bytes of a mail, in which its zone stands beside a time */

/* Text in one line without marks of emphasis around it. */
static char *tidy(struct ig_arena *a, const char *s, size_t len, bool line)
{
	char *out, *to;
	bool blank = false;
	if (line && memchr(s, '\n', len))
		len = (size_t)((const char *)memchr(s, '\n', len) - s);
	len = ig_utf8_cut(s, len, IG_FILTER_VALUE_MAX);
	out = to = ig_arena_alloc(a, len + 1);
	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)s[i] <= ' ') {
			blank = to != out;
			continue;
		}
		if (s[i] == '*' && (i + 1 == len || to == out))
			continue;
		if (blank)
			*to++ = ' ';
		blank = false;
		*to++ = s[i];
	}
	*to = 0;
	/* brackets and quotes around the whole */
	size_t n = (size_t)(to - out);
	if (n > 1 && ((out[0] == '"' && out[n - 1] == '"') || (out[0] == '\'' && out[n - 1] == '\'') || (out[0] == '<' && out[n - 1] == '>') ||
			(out[0] == '[' && out[n - 1] == ']'))) {
		out[n - 1] = 0;
		out++;
	}
	return out;
}

const char *ig_map_find(const struct ig_map *m, struct ig_arena *a, const char *text, size_t len)
{
	const char *folded = ig_arena_fmt(a, " %s ", ig_utf8_fold(a, text, len));
	for (size_t i = 0; i < m->values_count; i++)
		for (const char *const *w = m->values[i].folded; *w; w++)
			if (!strcmp(*w, "*") || strstr(folded, *w))
				return m->values[i].to;
	return NULL;
}

const char *ig_address_type(const char *s, size_t len, char out[64])
{
	unsigned char raw[16];
	char plain[64];
	while (len && strchr(" \t[<(\"'", *s))
		s++, len--;
	while (len && strchr(" \t])>\"',.", s[len - 1]))
		len--;
	if (!len || len >= sizeof plain)
		return NULL;
	memcpy(plain, s, len);
	plain[len] = 0;
	char *slash = strchr(plain, '/');
	if (slash && (!strcmp(slash, "/32") || !strcmp(slash, "/128")))
		*slash = 0;
	if (!strncasecmp(plain, "ipv6:", 5))
		memmove(plain, plain + 5, strlen(plain + 5) + 1);
	if (inet_pton(AF_INET, plain, raw) == 1)
		return inet_ntop(AF_INET, raw, out, 64) ? "ipv4" : NULL;
	if (strchr(plain, ':') && inet_pton(AF_INET6, plain, raw) == 1)
		return inet_ntop(AF_INET6, raw, out, 64) ? "ipv6" : NULL;
	return NULL;
}

static struct ig_when_hint hint_of(struct ig_filtering *g, const struct ig_rule *rule, const struct ig_taken *t)
{
	struct ig_when_hint h = {.order = rule->order, .zone = rule->zone_value, .near = g->r->date};
	if (h.order == IG_ORDER_AUTO)
		h.order = g->mail_order;
	if (t->zone.known)
		h.zone = t->zone;
	else if (g->mail_zone.known)
		h.zone = g->mail_zone;
	return h;
}

static bool on_zone(void *arg, const char *value, size_t len, const char *label, size_t label_len, size_t line)
{
	struct ig_zone *z = arg;
	(void)label, (void)label_len, (void)line;
	return !ig_zone_at(value, len, z);
}

/* The zone that stands beside some of its times, where it is always the same one: the others are in it, too. */
static struct ig_zone zone_beside(struct ig_filtering *g, const char *text)
{
	struct ig_when list[IG_WHEN_MAX];
	struct ig_when_hint h = {.near = g->r->date};
	struct ig_zone z = {.known = false};
	size_t n = ig_when_find(text, strnlen(text, ZONE_IN), &h, list, IG_WHEN_MAX);
	for (size_t i = 0; i < n; i++) {
		if (!list[i].has_time || !list[i].zone.known)
			continue;
		if (z.known && (z.minutes != list[i].zone.minutes || z.summer != list[i].zone.summer))
			return (struct ig_zone){.known = false};
		z = list[i].zone;
	}
	return z;
}

/* "All times are UTC", "Time zone: GMT". */
struct ig_zone ig_zone_of_mail(struct ig_filtering *g)
{
	static const char *const said[] = {"all times are", "all times in", "all time stamps", "all dates and times", "times are in", "time zone is", "timezone is",
		"time stamps are", "timestamps are", "times are", "timestamp (", "timestamps (", "time (", "date/time (", "times ("};
	static const char *const labels[] = {"time zone", "timezone", "tz", "múi giờ", NULL};
	uint32_t hashes[IG_COUNT(labels)] = {0};
	struct ig_zone z = {.known = false};
	const char *text = g->r->text, *at;
	if (!text)
		return z;
	for (size_t i = 0; i < IG_COUNT(said) && !z.known; i++)
		if ((at = strcasestr(text, said[i])))
			for (size_t n = 0; n < 60 && at[n] && at[n] != '\n' && at[n] != '.' && !z.known; n++)
				if (at[n] == ' ')
					ig_zone_at(at + n, strcspn(at + n, "\n"), &z);
	for (size_t i = 0; labels[i]; i++)
		hashes[i] = ig_label_hash(g->a, labels[i]);
	if (!z.known)
		ig_labels_find(g, hashes, false, text, strlen(text), on_zone, &z);
	if (!z.known)
		z = zone_beside(g, text);
	if (!z.known && g->r->language && !strcmp(g->r->language, "vi"))
		z = (struct ig_zone){.known = true, .minutes = 420}; /* who writes Vietnamese and names no zone means his own */
	return z;
}

/* The first mention with a date in text, or its time on the date that stands apart from it. */
static bool one_time(struct ig_filtering *g, const struct ig_rule *rule, const struct ig_taken *t, struct ig_when *w_r)
{
	struct ig_when list[4], date[1];
	struct ig_when_hint h = hint_of(g, rule, t);
	size_t n = ig_when_find(t->text, t->len, &h, list, 4);
	/* Two zones side by side ("05:31 IST (00:01 GMT)"): the one in UTC needs no reckoning. */
	for (size_t i = 0; i < n; i++) {
		if (!list[i].has_date && list[i].has_time && t->date && ig_when_find(t->date, t->date_len, &h, date, 1) == 1 && date[0].has_date) {
			list[i].year = date[0].year, list[i].month = date[0].month, list[i].day = date[0].day;
			list[i].has_date = true;
		}
		if (list[i].has_date && (list[i].has_time || !rule->name || strncmp(rule->name, "window.", 7))) {
			*w_r = list[i];
			return true;
		}
	}
	return false;
}

static const char *printed(struct ig_filtering *g, const struct ig_when *w)
{
	char out[IG_WHEN_TEXT];
	return ig_arena_strdup(g->a, ig_when_print(w, out));
}

static const char *epoch(struct ig_filtering *g, const char *s, size_t len)
{
	char *end, *text = ig_arena_strndup(g->a, s, len);
	long long v = strtoll(text, &end, 10);
	if (end == text || v < 0)
		return NULL;
	if (v > 100000000000LL) /* milliseconds */
		v /= 1000;
	if (v > 4102444800LL)
		return NULL;
	struct ig_when w = {.has_date = true, .has_time = true, .zone = {.known = true}};
	ig_when_set(&w, v);
	return printed(g, &w);
}

static const char *yes_no(struct ig_filtering *g, const char *s, size_t len)
{
	static const char *const yes[] = {"yes", "true", "1", "co", "x", "y", "khan", "on", "requested"}, *const no[] = {"no", "false", "0", "khong", "n", "off"};
	const char *folded = ig_utf8_fold(g->a, s, len);
	for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++)
		if (!strcmp(folded, yes[i]))
			return "true";
	for (size_t i = 0; i < sizeof no / sizeof no[0]; i++)
		if (!strcmp(folded, no[i]))
			return "false";
	return NULL;
}

static const char *phone(struct ig_arena *a, const char *s, size_t len)
{
	size_t digits = 0, n = 0;
	char *out = ig_arena_alloc(a, len + 1);
	for (size_t i = 0; i < len && n < 40; i++) {
		if (isdigit((unsigned char)s[i]))
			out[n++] = s[i], digits++;
		else if (s[i] == '+' && !n)
			out[n++] = s[i];
		else if (digits && !strchr(" -.()/\t", s[i]))
			break;
	}
	out[n] = 0;
	return digits >= 3 && digits <= 16 ? out : NULL;
}

/* The first word in which there is a digit: "TCL CHGP0123456", "1111 / 2222". */
static const char *id(struct ig_arena *a, char *s)
{
	while (*s) {
		size_t n = strcspn(s, " \t,;|"), from = 0;
		while (from < n && strchr("#*\"'([{<:", s[from]))
			from++;
		while (n > from && strchr("*\"')]}>.:!?", s[n - 1]))
			n--;
		for (size_t i = from; i < n; i++)
			if (isdigit((unsigned char)s[i]))
				return ig_arena_strndup(a, s + from, n - from);
		s += strcspn(s, " \t,;|");
		s += strspn(s, " \t,;|");
	}
	return NULL;
}

/* "2 hours", "6 Hours 30 minutes", "8 Days 23 Hours": so long after window.start. */
static const char *duration(struct ig_filtering *g, const struct ig_taken *t)
{
	const char *start = ig_filtering_value(g, "window.start"), *end = t->text + t->len;
	struct ig_when w[1];
	struct ig_when_hint h = {.near = IG_NEVER};
	int64_t minutes = 0;
	if (!start || ig_when_find(start, strlen(start), &h, w, 1) != 1 || !w[0].has_time)
		return NULL;
	for (const char *s = t->text; s < end; s++) {
		if (!isdigit((unsigned char)*s))
			continue;
		char *unit;
		long v = strtol(s, &unit, 10);
		while (unit < end && *unit == ' ')
			unit++;
		int each = unit >= end ? 0 : (*unit | 32) == 'd' || !strncmp(unit, "ngày", 4) ? 1440 : (*unit | 32) == 'h' || !strncmp(unit, "giờ", 4) ? 60 :
			(*unit | 32) == 'm' || !strncmp(unit, "phút", 4) ? 1 : 0;
		if (v < 0 || v > 100000)
			return NULL;
		minutes += v * each;
		s = unit - 1 > s ? unit - 1 : s;
	}
	if (minutes <= 0 || minutes > 400 * 1440)
		return NULL;
	int64_t at = ig_when_seconds(&w[0]) + minutes * 60;
	int zone = ig_zone_minutes(&w[0].zone, w[0].year, w[0].month, w[0].day, w[0].hour);
	w[0].zone = (struct ig_zone){w[0].zone.known, zone, IG_SUMMER_NONE};
	ig_when_set(&w[0], at + zone * 60);
	return printed(g, &w[0]);
}

static const char *typed(struct ig_filtering *g, const struct ig_rule *rule, const struct ig_taken *t, const char **second_r)
{
	struct ig_when w, to;
	char address[64];
	char *text;
	size_t n = 0;
	switch (rule->as) {
	case IG_AS_TIME:
	case IG_AS_DATE:
		if (!one_time(g, rule, t, &w))
			return NULL;
		if (rule->as == IG_AS_DATE)
			w.has_time = false;
		return printed(g, &w);
	case IG_AS_WINDOW:
		if (!ig_window_find(t->text, t->len, &(struct ig_when_hint){hint_of(g, rule, t).order, hint_of(g, rule, t).zone, g->r->date}, &w, &to))
			return NULL;
		*second_r = printed(g, &to);
		return printed(g, &w);
	case IG_AS_EPOCH:
		return epoch(g, t->text, t->len);
	case IG_AS_ADDRESS:
		for (size_t i = 0; i < t->len; i = n + 1) { /* the first word that is one */
			n = i;
			while (n < t->len && !isspace((unsigned char)t->text[n]) && !strchr(",;()<>[]\"'", t->text[n]))
				n++;
			if (n > i && ig_address_type(t->text + i, n - i, address))
				return ig_arena_strdup(g->a, address);
		}
		return NULL;
	case IG_AS_NUMBER:
		while (n < t->len && !isdigit((unsigned char)t->text[n]))
			n++;
		for (text = ig_arena_strndup(g->a, t->text + n, t->len - n), n = 0; isdigit((unsigned char)text[n]) || (text[n] == ',' && isdigit((unsigned char)text[n + 1])); n++)
			;
		text[n] = 0;
		return *text ? text : NULL;
	case IG_AS_ID:
		return id(g->a, tidy(g->a, t->text, t->len, true));
	case IG_AS_DURATION:
		return duration(g, t);
	case IG_AS_PHONE:
		return phone(g->a, t->text, t->len);
	case IG_AS_BOOL:
		return yes_no(g, t->text, t->len);
	case IG_AS_WORD:
		text = tidy(g->a, t->text, t->len, true);
		text[strcspn(text, " \t,;")] = 0;
		return text;
	case IG_AS_LOWER:
		text = tidy(g->a, t->text, t->len, true);
		for (char *s = text; *s; s++)
			*s = (char)tolower((unsigned char)*s);
		return text;
	case IG_AS_LINE:
	case IG_AS_TEXT:
		return tidy(g->a, t->text, t->len, rule->as == IG_AS_LINE);
	}
	return NULL;
}

const char *ig_value_of(struct ig_filtering *g, const struct ig_rule *rule, const struct ig_taken *t, const char **second_r)
{
	const char *v;
	*second_r = NULL;
	if (rule->value) {
		v = rule->value;
	} else if (rule->mapping) {
		v = ig_map_find(rule->mapping, g->a, t->text, t->len);
	} else {
		v = typed(g, rule, t, second_r);
	}
	if (!v || !*v)
		return NULL;
	if (rule->only_p && !rule->mapping && ig_pattern_find(rule->only_p, v, strlen(v), 0, NULL, NULL, NULL) != 1)
		return NULL;
	return v;
}
