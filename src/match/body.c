/* Names of bodies. A head has the name in two lines, a directory in one; heads abbreviate; recognition loses marks and letters. So names lose their marks
 * and abbreviations first, the place is compared apart from the name, since all provinces have departments of the same names, and what is left
 * is counted in edits. Relies on utf8 for the folding. */
#include "config.h"
#include "match/body.h"
#include <string.h>
#include "base/buf.h"
#include "base/opt.h"
#include "base/utf8.h"

#define NO_PLACE 0.05 /* only one of the names has its place */

/* Folded text to folded text, by whole words; the longest first. */
static const struct { const char *shorter, *longer; } abbreviations[] = {
	{"ubmttq", "uy ban mat tran to quoc"}, {"ubnd", "uy ban nhan dan"}, {"hdnd", "hoi dong nhan dan"}, {"stttt", "so thong tin va truyen thong"},
	{"nn ptnt", "nong nghiep va phat trien nong thon"}, {"nn va ptnt", "nong nghiep va phat trien nong thon"}, {"ld tb xh", "lao dong thuong binh va xa hoi"},
	{"ldtb xh", "lao dong thuong binh va xa hoi"}, {"ldtbxh", "lao dong thuong binh va xa hoi"}, {"vh tt dl", "van hoa the thao va du lich"},
	{"vhtt dl", "van hoa the thao va du lich"}, {"vhttdl", "van hoa the thao va du lich"}, {"vh tt", "van hoa va thong tin"}, {"vhtt", "van hoa va thong tin"},
	{"tt tt", "thong tin va truyen thong"}, {"tttt", "thong tin va truyen thong"}, {"gd dt", "giao duc va dao tao"}, {"gddt", "giao duc va dao tao"},
	{"tn mt", "tai nguyen va moi truong"}, {"tnmt", "tai nguyen va moi truong"}, {"kh cn", "khoa hoc va cong nghe"}, {"khcn", "khoa hoc va cong nghe"},
	{"kh dt", "ke hoach va dau tu"}, {"khdt", "ke hoach va dau tu"}, {"gtvt", "giao thong van tai"}, {"cntt", "cong nghe thong tin"}, {"attt", "an toan thong tin"},
	{"bhxh", "bao hiem xa hoi"}, {"vp", "van phong"}, {"tnhh", "trach nhiem huu han"}, {"cp", "co phan"}, {"tp", "thanh pho"}, {"tx", "thi xa"},
	{"benh vien dk", "benh vien da khoa"}};

static bool word_at(const char *at, const char *begin, const char *word)
{
	size_t n = strlen(word);
	return (at == begin || at[-1] == ' ') && !strncmp(at, word, n) && (!at[n] || at[n] == ' ');
}

static const char *written_out(struct ig_arena *a, const char *folded)
{
	struct ig_buf b;
	ig_buf_init(&b, 4 * IG_BODY_MAX);
	for (const char *p = folded; *p && !b.over;) {
		size_t k = 0;
		while (k < IG_COUNT(abbreviations) && !word_at(p, folded, abbreviations[k].shorter))
			k++;
		bool glued = (p == folded || p[-1] == ' ') && !strncmp(p, "tinh", 4) && p[4] && p[4] != ' '; /* no syllable is longer than that */
		if (glued) {
			ig_buf_str(&b, "tinh ");
			p += 4;
		} else if (k < IG_COUNT(abbreviations)) {
			ig_buf_str(&b, abbreviations[k].longer);
			p += strlen(abbreviations[k].shorter);
		} else {
			ig_buf_char(&b, *p++);
		}
	}
	const char *out = ig_arena_strndup(a, b.data ? b.data : "", b.len < IG_BODY_MAX ? b.len : IG_BODY_MAX);
	ig_buf_free(&b);
	return out;
}

/* Where the place begins; "co quan", "quan su", "xa hoi" are no places. */
static const char *place_in(const char *plain)
{
	static const char *const kinds[] = {"tinh", "thanh pho", "huyen", "thi xa", "thi tran"};
	for (const char *p = plain; *p; p++)
		for (size_t k = 0; k < IG_COUNT(kinds); k++)
			if (word_at(p, plain, kinds[k]) && p[strlen(kinds[k])] == ' ' && p != plain)
				return p;
	return NULL;
}

void ig_body_of(struct ig_arena *a, const char *name, const char *above, struct ig_body *b)
{
	const char *plain = written_out(a, ig_utf8_fold(a, name, strlen(name))), *place = place_in(plain);
	const char *over = above && *above ? written_out(a, ig_utf8_fold(a, above, strlen(above))) : NULL;
	b->base = place ? ig_arena_strndup(a, plain, (size_t)(place - plain) - 1) : plain;
	b->place = place ? ig_arena_strdup(a, place) : over && place_in(over) ? place_in(over) : NULL;
	/* "huyen y tinh x": the nearest one is what tells it from others */
	const char *second = b->place ? place_in(b->place) : NULL;
	if (second)
		b->place = ig_arena_strndup(a, b->place, (size_t)(second - b->place) - 1);
}

static double apart(const char *s, const char *t)
{
	size_t row[IG_BODY_MAX + 1], n = strlen(s), m = strlen(t), longer = n > m ? n : m;
	if (!n || !m)
		return 1;
	for (size_t k = 0; k <= m; k++)
		row[k] = k;
	for (size_t i = 1; i <= n; i++) {
		size_t corner = row[0];
		row[0] = i;
		for (size_t k = 1; k <= m; k++) {
			size_t change = corner + (s[i - 1] != t[k - 1]);
			corner = row[k];
			row[k] = row[k] < row[k - 1] ? row[k] + 1 : row[k - 1] + 1;
			row[k] = change < row[k] ? change : row[k];
		}
	}
	return (double)row[m] / (double)longer;
}

double ig_body_distance(const struct ig_body *a, const struct ig_body *b)
{
	double far = apart(a->base, b->base);
	if (a->place && b->place)
		return far + apart(a->place, b->place);
	return far + (a->place || b->place ? NO_PLACE : 0);
}

bool ig_body_signs(struct ig_arena *a, const struct ig_body *b, const char *sign)
{
	char first[64];
	size_t n = 0, given = 0;
	const char *words = ig_arena_fmt(a, "%s %s", b->base, b->place ? b->place : ""), *folded = ig_utf8_fold(a, sign, strlen(sign));
	for (const char *p = words; *p && n < sizeof first - 1; p++)
		if (*p != ' ' && (p == words || p[-1] == ' ') && !word_at(p, words, "va"))
			first[n++] = *p;
	first[n] = 0;
	given = strcspn(folded, " ");
	return given >= 2 && given <= n && !strncmp(first, folded, given);
}
