/* Windows of announced work: two times that stand for its begin and its end.
 * Relies on when.c. Where a window stands in several zones side by side, the one in UTC is taken: it needs no reckoning. */
#include "config.h"
#include <ctype.h>
#include <string.h>
#include <strings.h>
#include "base/opt.h"
#include "filter/room.h"

#define BETWEEN_MAX 40

/* Does text between two mentions join them as begin and end? */
static bool joins(const char *s, size_t len)
{
	static const char *const words[] = {"to", "until", "till", "til", "through", "thru", "and", "bis", "au", "al", "a", "ate", "hasta", "end", "ends", "den", "đến", "toi", "tới", "hết", "do",
		"jusqu", "finish", "stop", "dated", "fine", "fin", "ende", "e"};
	size_t letters = 0;
	if (len > BETWEEN_MAX)
		return false;
	for (size_t i = 0; i < len;) {
		unsigned char c = (unsigned char)s[i];
		if (!isalpha(c) && c < 0x80) {
			i++;
			continue;
		}
		if (c >= 0x80 && len - i >= 3 && (!memcmp(s + i, "\xe2\x80\x93", 3) || !memcmp(s + i, "\xe2\x80\x94", 3) || !memcmp(s + i, "\xe2\x86\x92", 3))) {
			i += 3; /* dashes and an arrow */
			continue;
		}
		size_t n = 0;
		bool known = false;
		while (i + n < len && (isalpha((unsigned char)s[i + n]) || (unsigned char)s[i + n] >= 0x80))
			n++;
		for (size_t k = 0; k < IG_COUNT(words) && !known; k++)
			known = strlen(words[k]) == n && !strncasecmp(words[k], s + i, n);
		/* days of the week, "date", "time" and "hrs" say nothing */
		static const char *const empty[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun", "hrs", "hours", "date", "time", "local", "ngày", "giờ", "lúc", "at", "on", "the", "pm", "am"};
		for (size_t k = 0; k < IG_COUNT(empty) && !known; k++)
			known = n >= strlen(empty[k]) && !strncasecmp(empty[k], s + i, strlen(empty[k]));
		if (!known)
			return false;
		letters += n;
		i += n;
	}
	return letters < 30;
}

static void past_midnight(const struct ig_when *from, struct ig_when *to)
{
	if (to->hour * 60 + to->minute > from->hour * 60 + from->minute)
		return;
	to->day++;
	if (!ig_when_valid(to->year, to->month, to->day)) {
		to->day = 1, to->month++;
		if (to->month > 12)
			to->month = 1, to->year++;
	}
}

static bool complete(struct ig_when *from, struct ig_when *to)
{
	if (!from->has_time || !to->has_time)
		return false;
	if (!from->has_date && to->has_date) {
		from->year = to->year, from->month = to->month, from->day = to->day, from->has_date = true;
		past_midnight(from, to); /* "22:00 - 06:00, 12 October": the day on which it begins */
	} else if (from->has_date && !to->has_date) {
		to->year = from->year, to->month = from->month, to->day = from->day, to->has_date = true;
		past_midnight(from, to);
	}
	if (!from->zone.known)
		from->zone = to->zone;
	if (!to->zone.known)
		to->zone = from->zone;
	return from->has_date && ig_when_seconds(to) > ig_when_seconds(from) && ig_when_seconds(to) - ig_when_seconds(from) < 400 * 86400;
}

static bool is_utc(const struct ig_zone *z)
{
	return z->known && !z->minutes && !z->summer;
}

bool ig_window_find(const char *text, size_t len, const struct ig_when_hint *hint, struct ig_when *from_r, struct ig_when *to_r)
{
	struct ig_when list[IG_WHEN_MAX];
	struct ig_when_hint bare = *hint;
	int best = 0;
	bare.zone.known = false; /* what a mention inherits from the one beside it comes first */
	size_t n = ig_when_find(text, len, &bare, list, IG_WHEN_MAX);
	for (size_t i = 0; i + 1 < n && best < 3; i++) {
		struct ig_when from = list[i], to = list[i + 1];
		if (!joins(text + from.to, to.from - from.to))
			continue;
		/* "10:00 - 12:00 on 5 May": the date may stand before, apart */
		if (!from.has_date && !to.has_date && i && list[i - 1].has_date && !list[i - 1].has_time && from.from - list[i - 1].to < 60) {
			from.year = list[i - 1].year, from.month = list[i - 1].month, from.day = list[i - 1].day, from.has_date = true;
		}
		if (!from.has_date && !to.has_date && i + 2 < n && list[i + 2].has_date && list[i + 2].from - to.to < 12)
			from.year = list[i + 2].year, from.month = list[i + 2].month, from.day = list[i + 2].day, from.has_date = true;
		if (!complete(&from, &to))
			continue;
		int worth = is_utc(&from.zone) ? 3 : from.zone.known ? 2 : 1;
		if (worth > best) {
			best = worth;
			if (!from.zone.known)
				from.zone = to.zone = hint->zone;
			*from_r = from, *to_r = to;
		}
		i++;
	}
	return best > 0;
}
