/* Zones by the names that notices use. A reader has no tz database: the rules of summer time that matter are reckoned here (United States and
 * Canada since 2007, European Union since 1996, south-eastern Australia since 2008).
 * Does not know the history of zones, nor abbreviations that mean several things ("IST" is India's, "CST" the American one, "BST" the British). */
#include "config.h"
#include <ctype.h>
#include <string.h>
#include <strings.h>
#include "base/opt.h"
#include "filter/when.h"

static const struct {
	const char *name;
	int minutes;
	enum ig_summer summer;
} zones[] = {
	{"UTC", 0, IG_SUMMER_NONE}, {"GMT", 0, IG_SUMMER_NONE}, {"UT", 0, IG_SUMMER_NONE}, {"Zulu", 0, IG_SUMMER_NONE}, {"Z", 0, IG_SUMMER_NONE},
	{"WET", 0, IG_SUMMER_NONE}, {"WEST", 60, IG_SUMMER_NONE}, {"BST", 60, IG_SUMMER_NONE}, {"CET", 60, IG_SUMMER_NONE}, {"CEST", 120, IG_SUMMER_NONE},
	{"MEZ", 60, IG_SUMMER_NONE}, {"MESZ", 120, IG_SUMMER_NONE}, {"EET", 120, IG_SUMMER_NONE}, {"EEST", 180, IG_SUMMER_NONE}, {"MSK", 180, IG_SUMMER_NONE},
	{"TRT", 180, IG_SUMMER_NONE}, {"GST", 240, IG_SUMMER_NONE}, {"IST", 330, IG_SUMMER_NONE}, {"PKT", 300, IG_SUMMER_NONE}, {"ICT", 420, IG_SUMMER_NONE},
	{"WIB", 420, IG_SUMMER_NONE}, {"SGT", 480, IG_SUMMER_NONE}, {"HKT", 480, IG_SUMMER_NONE}, {"MYT", 480, IG_SUMMER_NONE}, {"PHT", 480, IG_SUMMER_NONE},
	{"AWST", 480, IG_SUMMER_NONE}, {"JST", 540, IG_SUMMER_NONE}, {"KST", 540, IG_SUMMER_NONE}, {"AEST", 600, IG_SUMMER_NONE}, {"AEDT", 660, IG_SUMMER_NONE},
	{"NZST", 720, IG_SUMMER_NONE}, {"NZDT", 780, IG_SUMMER_NONE}, {"EST", -300, IG_SUMMER_NONE}, {"EDT", -240, IG_SUMMER_NONE}, {"CST", -360, IG_SUMMER_NONE},
	{"CDT", -300, IG_SUMMER_NONE}, {"MST", -420, IG_SUMMER_NONE}, {"MDT", -360, IG_SUMMER_NONE}, {"PST", -480, IG_SUMMER_NONE}, {"PDT", -420, IG_SUMMER_NONE},
	{"AKST", -540, IG_SUMMER_NONE}, {"HST", -600, IG_SUMMER_NONE}, {"BRT", -180, IG_SUMMER_NONE}, {"ART", -180, IG_SUMMER_NONE}, {"COT", -300, IG_SUMMER_NONE},
	{"CLT", -240, IG_SUMMER_NONE}, {"SAST", 120, IG_SUMMER_NONE}, {"EAT", 180, IG_SUMMER_NONE}, {"WAT", 60, IG_SUMMER_NONE}, {"CAT", 120, IG_SUMMER_NONE},
	{"Coordinated Universal Time", 0, IG_SUMMER_NONE}, {"Greenwich Mean Time", 0, IG_SUMMER_NONE}, {"Greenwich", 0, IG_SUMMER_NONE},
	{"Central European Summer Time", 120, IG_SUMMER_NONE}, {"Central European Time", 60, IG_SUMMER_EU}, {"British Summer Time", 60, IG_SUMMER_NONE},
	{"Indian Standard Time", 330, IG_SUMMER_NONE}, {"Singapore Time", 480, IG_SUMMER_NONE}, {"Hong Kong Time", 480, IG_SUMMER_NONE},
	{"Indochina Time", 420, IG_SUMMER_NONE}, {"giờ Việt Nam", 420, IG_SUMMER_NONE}, {"gio Viet Nam", 420, IG_SUMMER_NONE}, {"Vietnam time", 420, IG_SUMMER_NONE},
	{"giờ Hà Nội", 420, IG_SUMMER_NONE}, {"Hanoi time", 420, IG_SUMMER_NONE},
	{"Eastern", -300, IG_SUMMER_US}, {"Central", -360, IG_SUMMER_US}, {"Mountain", -420, IG_SUMMER_US}, {"Pacific", -480, IG_SUMMER_US},
	{"US/Eastern", -300, IG_SUMMER_US}, {"US/Central", -360, IG_SUMMER_US}, {"US/Mountain", -420, IG_SUMMER_US}, {"US/Pacific", -480, IG_SUMMER_US},
	{"ET", -300, IG_SUMMER_US}, {"CT", -360, IG_SUMMER_US}, {"MT", -420, IG_SUMMER_US}, {"PT", -480, IG_SUMMER_US},
	{"America/New_York", -300, IG_SUMMER_US}, {"America/Toronto", -300, IG_SUMMER_US}, {"America/Detroit", -300, IG_SUMMER_US},
	{"America/Chicago", -360, IG_SUMMER_US}, {"America/Denver", -420, IG_SUMMER_US}, {"America/Phoenix", -420, IG_SUMMER_NONE},
	{"America/Los_Angeles", -480, IG_SUMMER_US}, {"America/Sao_Paulo", -180, IG_SUMMER_NONE}, {"America/Bogota", -300, IG_SUMMER_NONE},
	{"America/Argentina/Buenos_Aires", -180, IG_SUMMER_NONE}, {"Europe/London", 0, IG_SUMMER_EU}, {"Europe/Dublin", 0, IG_SUMMER_EU},
	{"Europe/Lisbon", 0, IG_SUMMER_EU}, {"Europe/Istanbul", 180, IG_SUMMER_NONE}, {"Europe/Moscow", 180, IG_SUMMER_NONE}, {"Europe/Athens", 120, IG_SUMMER_EU},
	{"Europe/Helsinki", 120, IG_SUMMER_EU}, {"Europe/Bucharest", 120, IG_SUMMER_EU}, {"Europe/Sofia", 120, IG_SUMMER_EU}, {"Europe/Kiev", 120, IG_SUMMER_EU},
	{"Europe/Kyiv", 120, IG_SUMMER_EU}, {"Asia/Ho_Chi_Minh", 420, IG_SUMMER_NONE}, {"Asia/Saigon", 420, IG_SUMMER_NONE}, {"Asia/Bangkok", 420, IG_SUMMER_NONE},
	{"Asia/Jakarta", 420, IG_SUMMER_NONE}, {"Asia/Singapore", 480, IG_SUMMER_NONE}, {"Asia/Hong_Kong", 480, IG_SUMMER_NONE}, {"Asia/Shanghai", 480, IG_SUMMER_NONE},
	{"Asia/Taipei", 480, IG_SUMMER_NONE}, {"Asia/Manila", 480, IG_SUMMER_NONE}, {"Asia/Kuala_Lumpur", 480, IG_SUMMER_NONE}, {"Asia/Tokyo", 540, IG_SUMMER_NONE},
	{"Asia/Seoul", 540, IG_SUMMER_NONE}, {"Asia/Kolkata", 330, IG_SUMMER_NONE}, {"Asia/Calcutta", 330, IG_SUMMER_NONE}, {"Asia/Dubai", 240, IG_SUMMER_NONE},
	{"Australia/Sydney", 600, IG_SUMMER_AU}, {"Australia/Melbourne", 600, IG_SUMMER_AU}, {"Australia/Perth", 480, IG_SUMMER_NONE},
	{"Australia/Brisbane", 600, IG_SUMMER_NONE}, {"Etc/UTC", 0, IG_SUMMER_NONE}, {"Etc/GMT", 0, IG_SUMMER_NONE},
	{"Pacific/Auckland", 720, IG_SUMMER_NONE}, {"America/Halifax", -240, IG_SUMMER_US}, {"America/Vancouver", -480, IG_SUMMER_US}, {"America/Mexico_City", -360, IG_SUMMER_NONE},
	{"America/Lima", -300, IG_SUMMER_NONE}, {"America/Santiago", -240, IG_SUMMER_NONE}, {"Asia/Karachi", 300, IG_SUMMER_NONE}, {"Asia/Riyadh", 180, IG_SUMMER_NONE},
	{"Asia/Dhaka", 360, IG_SUMMER_NONE}, {"Africa/Johannesburg", 120, IG_SUMMER_NONE}, {"Africa/Nairobi", 180, IG_SUMMER_NONE}, {"Africa/Lagos", 60, IG_SUMMER_NONE},
	{"AKDT", -480, IG_SUMMER_NONE}, {"ACST", 570, IG_SUMMER_NONE}, {"heure de Paris", 60, IG_SUMMER_EU}, {"heure locale de Paris", 60, IG_SUMMER_EU}, {"Paris time", 60, IG_SUMMER_EU},
	{"Berlin time", 60, IG_SUMMER_EU}, {"Amsterdam time", 60, IG_SUMMER_EU}, {"London time", 0, IG_SUMMER_EU}, {"UK time", 0, IG_SUMMER_EU}, {"Bangkok time", 420, IG_SUMMER_NONE},
	{"hora peninsular", 60, IG_SUMMER_EU}, {"ora italiana", 60, IG_SUMMER_EU},
	/* as Windows names them in calendars */
	{"W. Europe Standard Time", 60, IG_SUMMER_EU}, {"Romance Standard Time", 60, IG_SUMMER_EU}, {"Central Europe Standard Time", 60, IG_SUMMER_EU},
	{"Central European Standard Time", 60, IG_SUMMER_EU}, {"GMT Standard Time", 0, IG_SUMMER_EU}, {"FLE Standard Time", 120, IG_SUMMER_EU},
	{"GTB Standard Time", 120, IG_SUMMER_EU}, {"Turkey Standard Time", 180, IG_SUMMER_NONE}, {"Russian Standard Time", 180, IG_SUMMER_NONE},
	{"Arabian Standard Time", 240, IG_SUMMER_NONE}, {"India Standard Time", 330, IG_SUMMER_NONE}, {"SE Asia Standard Time", 420, IG_SUMMER_NONE},
	{"China Standard Time", 480, IG_SUMMER_NONE}, {"Singapore Standard Time", 480, IG_SUMMER_NONE}, {"Taipei Standard Time", 480, IG_SUMMER_NONE},
	{"Tokyo Standard Time", 540, IG_SUMMER_NONE}, {"Korea Standard Time", 540, IG_SUMMER_NONE}, {"AUS Eastern Standard Time", 600, IG_SUMMER_AU},
	{"E. Australia Standard Time", 600, IG_SUMMER_NONE}, {"W. Australia Standard Time", 480, IG_SUMMER_NONE},
};

static bool word_end(const char *s, size_t len, size_t n)
{
	return n >= len || !(isalnum((unsigned char)s[n]) || s[n] == '_' || (unsigned char)s[n] >= 0x80);
}

/* "+07:00", "-0500", "+07"; after a name of UTC "+7", " + 5.5" too. A range goes on with a number as well ("- 12-Feb", "-17:00"): what looks like
 * a date or a time of its own is no offset. Bytes used. */
static size_t offset_at(const char *s, size_t len, bool named, int *minutes_r)
{
	size_t n = 0, digits;
	int sign, h = 0, m = 0;
	if (len >= 3 && !memcmp(s, "\xe2\x88\x92", 3)) /* the minus sign proper */
		sign = -1, n = 3;
	else if (len && (*s == '+' || *s == '-'))
		sign = *s == '-' ? -1 : 1, n = 1;
	else
		return 0;
	if (named && n < len && s[n] == ' ' && sign > 0)
		n++;
	for (digits = 0; digits < 4 && n < len && isdigit((unsigned char)s[n]); digits++, n++)
		h = h * 10 + (s[n] - '0');
	if (!digits || (n < len && isdigit((unsigned char)s[n])) || (digits < 2 && !named) || digits == 3)
		return 0;
	if (digits == 4) {
		m = h % 100, h /= 100;
	} else if (n + 2 < len && s[n] == ':' && isdigit((unsigned char)s[n + 1]) && isdigit((unsigned char)s[n + 2])) {
		m = (s[n + 1] - '0') * 10 + (s[n + 2] - '0');
		n += 3;
	} else if (named && n + 1 < len && s[n] == '.' && s[n + 1] == '5') {
		m = 30, n += 2;
	}
	if (h > 14 || m > 59 || (n < len && (isalnum((unsigned char)s[n]) || s[n] == ':' || s[n] == '/' || s[n] == '-' || (s[n] == '.' && n + 1 < len && isdigit((unsigned char)s[n + 1])))))
		return 0;
	*minutes_r = sign * (h * 60 + m);
	return n;
}

/* Europe/Berlin and its like: places of the European Union without a line of their own are in its middle. */
static size_t place_at(const char *s, size_t len, struct ig_zone *z)
{
	size_t n = 7;
	if (len < 10 || strncasecmp(s, "Europe/", 7) || !isalpha((unsigned char)s[7]))
		return 0;
	while (n < len && (isalpha((unsigned char)s[n]) || s[n] == '_'))
		n++;
	*z = (struct ig_zone){true, 60, IG_SUMMER_EU};
	return n;
}

/* The longest name that stands here. */
static size_t name_at(const char *s, size_t len, struct ig_zone *z)
{
	size_t best = 0;
	for (size_t i = 0; i < IG_COUNT(zones); i++) {
		size_t n = strlen(zones[i].name);
		/* Words of two letters and less are zones in capitals only, and so is every abbreviation that is a word. */
		bool exact = n <= 4 && isupper((unsigned char)zones[i].name[0]);
		if (n <= best || n > len || !word_end(s, len, n) || (exact ? strncmp(s, zones[i].name, n) : strncasecmp(s, zones[i].name, n)))
			continue;
		best = n;
		*z = (struct ig_zone){true, zones[i].minutes, zones[i].summer};
	}
	if (!best)
		best = place_at(s, len, z);
	/* "Eastern Time", "Pacific Standard Time" */
	static const char *const tails[] = {" Standard Time", " Daylight Time", " Time"};
	for (size_t i = 0; best && i < IG_COUNT(tails); i++) {
		size_t n = strlen(tails[i]);
		if (best + n <= len && !strncasecmp(s + best, tails[i], n) && word_end(s, len, best + n)) {
			if (i < 2 && z->summer == IG_SUMMER_US)
				*z = (struct ig_zone){true, z->minutes + (i == 1 ? 60 : 0), IG_SUMMER_NONE};
			return best + n;
		}
	}
	return best;
}

size_t ig_zone_at(const char *s, size_t len, struct ig_zone *z_r)
{
	size_t n = 0, k;
	int minutes;
	bool bracket;
	struct ig_zone z = {.known = false};
	while (n < len && n < 3 && (s[n] == ' ' || s[n] == '\t'))
		n++;
	bracket = n < len && (s[n] == '(' || s[n] == '[');
	n += bracket;
	while (n < len && s[n] == ' ')
		n++;
	if ((k = offset_at(s + n, len - n, false, &minutes))) {
		z = (struct ig_zone){true, minutes, IG_SUMMER_NONE};
	} else if ((k = name_at(s + n, len - n, &z))) {
		/* "GMT+7", "UTC +01:00": the offset counts from it. */
		size_t gap = n + k < len && s[n + k] == ' ', more = 0;
		if (!z.minutes && !z.summer && n + k + gap < len)
			more = offset_at(s + n + k + gap, len - n - k - gap, true, &minutes);
		if (more) {
			z.minutes = minutes;
			k += gap + more;
		}
	} else {
		return 0;
	}
	n += k;
	if (bracket) {
		while (n < len && s[n] == ' ')
			n++;
		if (n < len && (s[n] == ')' || s[n] == ']'))
			n++;
	}
	*z_r = z;
	return n;
}

static int weekday(int64_t days) /* 0 Sunday */
{
	return (int)(((days + 4) % 7 + 7) % 7);
}

/* Day of the month on which the nth Sunday falls; n 0: the last one. */
static int sunday(int year, int month, int n)
{
	static const int length[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	if (n) {
		int first = weekday(ig_when_days(year, month, 1));
		return 1 + (7 - first) % 7 + 7 * (n - 1);
	}
	return length[month - 1] - weekday(ig_when_days(year, month, length[month - 1]));
}

int ig_zone_minutes(const struct ig_zone *z, int year, int month, int day, int hour)
{
	int at = (month * 100 + day) * 100 + hour, from, to;
	switch (z->summer) {
	case IG_SUMMER_US:
		from = (300 + sunday(year, 3, 2)) * 100 + 2, to = (1100 + sunday(year, 11, 1)) * 100 + 2;
		return z->minutes + (at >= from && at < to ? 60 : 0);
	case IG_SUMMER_EU:
		from = (300 + sunday(year, 3, 0)) * 100 + 1 + z->minutes / 60, to = (1000 + sunday(year, 10, 0)) * 100 + 2 + z->minutes / 60;
		return z->minutes + (at >= from && at < to ? 60 : 0);
	case IG_SUMMER_AU:
		from = (1000 + sunday(year, 10, 1)) * 100 + 2, to = (400 + sunday(year, 4, 1)) * 100 + 3;
		return z->minutes + (at >= from || at < to ? 60 : 0);
	case IG_SUMMER_NONE:
		break;
	}
	return z->minutes;
}
