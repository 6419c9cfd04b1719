/* In what other writings somebody is known: his name as he is called and shortened, the local part of his address, his telephone number without the words
 * around it. For the second lock, which finds the value itself in any case, without marks, and split.
 *
 * Policy, so that a letter is not held for an ordinary word. Vietnamese given names are ordinary words ("An", "Hà", "Nam", "Bình", "Thông"): a name of one
 * short word is never looked for by itself. Of a full name are looked for: the whole, in any order of its parts; the last two words ("Ngọc Lan") and the
 * family name with the given one ("Trần Lan", "Lan Trần"), written with capitals as a name is, unless the two are an ordinary pair ("Việt Nam"); and the
 * initials with points, with the family name, or with the given one ("T.T.N.L", "Trần T.N.L", "T.T.N. Lan"), not as bare capitals, which are abbreviations
 * of offices. Of an address is looked for its local part, as one word, unless it is that of an office (RFC 2142, "vanthu"). */
#include <ctype.h>
#include <string.h>
#include "base/utf8.h"
#include "desk/room.h"
#include "gate/gate.h"

enum { WORDS_MAX = 6, LOCAL_MIN = 5, DIGITS_MIN = 8 };
#define GAP IG_GATE_GAP

struct name { const char *word[WORDS_MAX]; size_t count; };

/* Between words and around what is in brackets: other names of the same person. */
static bool parts_at(const char *p, size_t *len_r)
{
	static const char *const marks[] = {"(", ")", "[", "]", "\"", "'", ",", ";", "/", "|", " - ", " – ", "‘", "’", "“", "”"};
	for (size_t i = 0; i < IG_COUNT(marks); i++)
		if (!strncmp(p, marks[i], strlen(marks[i]))) {
			*len_r = strlen(marks[i]);
			return true;
		}
	return false;
}

static size_t first_letter(const char *word)
{
	size_t n = 1;
	while (((unsigned char)word[n] & 0xc0) == 0x80)
		n++;
	return n;
}

static void split(struct name *n, char *text)
{
	n->count = 0;
	for (char *p = text; (p = strstr(p, "\xc2\xa0"));) /* no-break spaces */
		*p++ = ' ', *p++ = ' ';
	for (char *at = text, *save = NULL, *w; (w = strtok_r(at, " \t.", &save)); at = NULL) {
		if (n->count == WORDS_MAX) { /* no name is so long: a sentence, or an office */
			n->count = 0;
			return;
		}
		n->word[n->count++] = w;
	}
}

/* Two words that stand together in ordinary letters, and are parts of names too. */
static bool is_ordinary(const char *pair, struct ig_arena *a)
{
	static const char *const pairs[] = {"viet nam", "ha noi", "ha nam", "quang nam", "quang ninh", "quang binh", "quang tri", "thai binh", "thai nguyen", "hai duong",
		"hai phong", "nam dinh", "ninh binh", "hoa binh", "an giang", "binh an", "binh duong", "an toan", "an ninh", "van ban", "thong tin", "cong an", "cong thong",
		"van hoa", "van minh", "thanh hoa", "thanh tra", "minh chung", "phuong an", "du an", "bao mat", "su co"};
	const char *folded = ig_utf8_fold(a, pair, strlen(pair));
	for (size_t i = 0; i < IG_COUNT(pairs); i++)
		if (!strcmp(folded, pairs[i]))
			return true;
	return false;
}

static void pair(struct ig_gate *g, struct ig_arena *a, const char *one, const char *two, const char *what)
{
	const char *text = ig_arena_fmt(a, "%s %s", one, two);
	if (!is_ordinary(text, a))
		ig_gate_secret_as(g, text, what);
}

static const char *initials(struct ig_arena *a, const struct name *n, size_t count, const char *between)
{
	const char *text = "";
	for (size_t i = 0; i < count; i++)
		text = ig_arena_fmt(a, "%s%s%.*s", text, i ? between : "", (int)first_letter(n->word[i]), n->word[i]);
	return text;
}

/* A person's name has capitals throughout, and does not begin as a body's does ("Phòng CNTT", "Sở Y tế", "CERT Team"). */
static bool is_person(const struct name *n, struct ig_arena *a)
{
	/* With their marks: "Vũ", "Trương" and "Tô" are names of families, "Vụ", "Trường" and "Tổ" are bodies. */
	static const char *const bodies[] = {"sở", "phòng", "ban", "ubnd", "hđnd", "hdnd", "công", "trung", "đội", "cục", "viện", "trường", "bệnh", "tổ", "hội", "quỹ", "ngân",
		"tập", "tổng", "huyện", "xã", "phường", "tỉnh", "quận", "vụ", "bộ", "tòa", "toà", "nhà", "đài", "báo", "so", "phong", "cuc", "cert", "csirt", "team", "vnpt",
		"viettel"};
	for (size_t i = 0; i < n->count; i++) {
		char first[8] = "";
		size_t len = first_letter(n->word[i]);
		memcpy(first, n->word[i], len < sizeof first ? len : sizeof first - 1);
		const char *lower = ig_utf8_cased(a, first, strlen(first), false);
		if (!strcmp(lower, first))
			return false;
	}
	const char *first = ig_utf8_cased(a, n->word[0], strlen(n->word[0]), false);
	for (size_t i = 0; i < IG_COUNT(bodies); i++)
		if (!strcmp(first, bodies[i]))
			return false;
	return true;
}

static void one_name(struct ig_gate *g, struct ig_arena *a, const struct name *n, const char *what)
{
	const char *given = n->word[n->count - 1], *family = n->word[0], *rest = "";
	for (size_t i = 0; i + 1 < n->count; i++)
		rest = ig_arena_fmt(a, "%s %s", rest, n->word[i]);
	ig_gate_secret(g, ig_arena_fmt(a, "%s%s", given, rest), what);
	pair(g, a, given, family, what);
	ig_gate_secret_as(g, ig_arena_fmt(a, "%s" GAP "%s", initials(a, n, n->count - 1, GAP), given), what);
	if (n->count < 3)
		return;
	pair(g, a, family, given, what);
	pair(g, a, n->word[n->count - 2], given, what);
	struct name after = *n;
	memmove(after.word, after.word + 1, --after.count * sizeof(*after.word));
	ig_gate_secret_as(g, ig_arena_fmt(a, "%s %s", family, initials(a, &after, after.count, "." GAP)), what);
	ig_gate_secret_as(g, initials(a, n, n->count, "." GAP), what);
}

void ig_desk_gate_name(struct ig_gate *g, struct ig_arena *a, const char *value, const char *what)
{
	char *text = ig_utf8_nfc(a, value, strlen(value));
	size_t len = 0;
	for (char *from = text, *p = text;; p++) {
		bool end = !*p, mark = !end && parts_at(p, &len);
		if (!end && !mark)
			continue;
		struct name n;
		*p = 0;
		const char *whole = ig_arena_strdup(a, from + strspn(from, " "));
		split(&n, from);
		if (n.count > 1 && whole != value && strcmp(whole, value))
			ig_gate_secret(g, whole, what);
		if (n.count > 1 && is_person(&n, a))
			one_name(g, a, &n, what);
		if (end)
			return;
		p += len - 1;
		from = p + 1;
	}
}

/* Of an office, not of a person: RFC 2142, and those of Vietnamese ones. */
static bool is_office(const char *local)
{
	static const char *const words[] = {"abuse", "noc", "security", "postmaster", "hostmaster", "webmaster", "info", "support", "admin", "administrator", "contact", "office",
		"marketing", "sales", "mailer-daemon", "noreply", "no-reply", "helpdesk", "report", "reports", "alert", "alerts", "monitor", "incident", "service", "services",
		"vanthu", "vanphong", "tonghop", "banbientap", "bbt", "hanhchinh", "lienhe", "thongtin", "hotro", "ungcuu", "trucban", "toasoan", "phongcntt", "cntt", "email",
		"mail", "system", "server", "website", "network", "internet", "baocao", "thongbao", "antoan", "bantin"};
	for (size_t i = 0; i < IG_COUNT(words); i++)
		if (!strcasecmp(local, words[i]))
			return true;
	return false;
}

void ig_desk_gate_address(struct ig_gate *g, struct ig_arena *a, const char *value, const char *what)
{
	const char *at = strrchr(value, '@');
	size_t len = at ? strcspn(value, "+@") : 0;
	char *local = ig_arena_strndup(a, value, len);
	if (len < LOCAL_MIN || is_office(local) || !strspn(local, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"))
		return;
	ig_gate_secret_word(g, local, what);
}

/* "ĐT: 0233.000.0009 hoặc +84 (0)905 111 222": each number by itself; the gate knows its other writings. */
void ig_desk_gate_numbers(struct ig_gate *g, struct ig_arena *a, const char *value, const char *what)
{
	for (const char *p = value; *p;) {
		p += strcspn(p, "+0123456789(");
		size_t n = strspn(p, "+0123456789 .-()"), digits = 0;
		for (size_t i = 0; i < n; i++)
			digits += isdigit((unsigned char)p[i]) != 0;
		if (digits >= DIGITS_MIN)
			ig_gate_secret(g, ig_arena_strndup(a, p, n), what);
		p += n ? n : *p != 0;
	}
}
