/* Charsets: what was declared, what is true, and Vietnamese eight-bit encodings that nobody declares.
 * Relies on glibc's iconv, whose converters are opened at the start, on vietnamese.c for what glibc has not, and on detect.c to tell Vietnamese
 * from noise, and on eastern.c for the other scripts.
 * Never guesses silently: whenever the declared charset was not followed, the problem is said. The original bytes stay in the evidence log. */
#include "config.h"
#include "parse/charset.h"
#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>
#include "base/buf.h"
#include "base/opt.h"
#include "base/utf8.h"
#include "parse/detect.h"
#include "parse/eastern.h"
#include "parse/vietnamese.h"

#define NAME_MAX_LEN 40
#define CONVERTERS 64

/* What mailers write, and the converter that reads it. A charset that others extend is read as the extension (RFC names first, then the habit
 * of browsers): text declared iso-8859-1 with bytes 0x80 to 0x9f was written in windows-1252. */
static const struct {
	const char *alias, *name;
} aliases[] = {
	{"us-ascii", "CP1252"}, {"ascii", "CP1252"}, {"ansi_x3.4-1968", "CP1252"}, {"iso-8859-1", "CP1252"}, {"iso8859-1", "CP1252"},
	{"iso_8859-1", "CP1252"}, {"latin1", "CP1252"}, {"latin-1", "CP1252"}, {"windows-1252", "CP1252"}, {"cp1252", "CP1252"},
	{"cp-1252", "CP1252"}, {"x-ansi", "CP1252"}, {"iso-8859-8-i", "ISO-8859-8"}, {"iso-8859-9", "CP1254"}, {"iso-8859-11", "CP874"},
	{"tis-620", "CP874"}, {"windows-874", "CP874"}, {"utf8", "UTF-8"}, {"utf-8", "UTF-8"}, {"utf-8mb4", "UTF-8"}, {"unicode-1-1-utf-8", "UTF-8"},
	{"unicode-1-1-utf-7", "UTF-7"}, {"utf7", "UTF-7"}, {"windows-1258", "CP1258"}, {"x-windows-1258", "CP1258"}, {"cp-1258", "CP1258"},
	{"tcvn", "TCVN5712-1"}, {"tcvn3", "TCVN3"}, {"x-tcvn3", "TCVN3"}, {"x-viet-tcvn3", "TCVN3"}, {"abc", "TCVN3"}, {"x-abc", "TCVN3"},
	{"x-tcvn", "TCVN5712-1"}, {"tcvn-5712", "TCVN5712-1"}, {"tcvn5712", "TCVN5712-1"}, {"x-viet-tcvn", "TCVN5712-1"},
	{"x-viet-tcvn5712", "TCVN5712-1"}, {"vps", "VPS"}, {"x-vps", "VPS"}, {"x-viet-vps", "VPS"}, {"vni", "VNI"}, {"x-vni", "VNI"},
	{"x-viet-vni", "VNI"}, {"vni-windows", "VNI"}, {"viqr", "VIQR"}, {"x-viqr", "VIQR"}, {"csviqr", "VIQR"},
	{"x-viscii", "VISCII"}, {"viscii1.1-1", "VISCII"}, {"csviscii", "VISCII"}, {"gb2312", "GB18030"},
	{"gb_2312-80", "GB18030"}, {"gbk", "GB18030"}, {"x-gbk", "GB18030"}, {"euc-cn", "GB18030"}, {"cp936", "GB18030"}, {"big5", "BIG5-HKSCS"},
	{"x-big5", "BIG5-HKSCS"}, {"cp950", "BIG5-HKSCS"}, {"ks_c_5601-1987", "CP949"}, {"ks_c_5601", "CP949"}, {"ksc5601", "CP949"},
	{"euc-kr", "CP949"}, {"shift_jis", "CP932"}, {"shift-jis", "CP932"}, {"sjis", "CP932"}, {"x-sjis", "CP932"}, {"windows-31j", "CP932"},
	{"iso-2022-jp-ms", "ISO-2022-JP-2"}, {"iso-2022-jp", "ISO-2022-JP-2"}, {"x-euc-jp", "EUC-JP"}, {"macintosh", "MACINTOSH"},
	{"x-mac-roman", "MACINTOSH"}, {"x-macroman", "MACINTOSH"}, {"mac", "MACINTOSH"}, {"x-mac-cyrillic", "MAC-CYRILLIC"}, {"cp-850", "CP850"},
	{"koi8", "KOI8-R"}, {"cp-1251", "CP1251"}, {"utf16", "UTF-16"}, {"unicode", "UTF-16"}, {"hz-gb-2312", "HZ"},
};
/* Words that declare nothing. */
static const char *const undeclared[] = {"unknown-8bit", "x-unknown", "unknown", "8bit", "7bit", "binary", "default", "default_charset", "x-user-defined",
	"none", "iso", "ansi", "charset", "_autodetect", "_autodetect_all", "_iso-2022-jp$esc"};
/* Opened at the start, Vietnamese first; the rest in the order in which mail uses them. HZ is not known to glibc. */
static const char *const early[] = {"CP1252", "CP1258", "TCVN5712-1", "VISCII", "ISO-8859-2", "ISO-8859-15", "CP1250", "CP1251", "CP1253", "CP1254",
	"CP1255", "CP1256", "CP1257", "CP874", "KOI8-R", "KOI8-U", "ISO-8859-3", "ISO-8859-4", "ISO-8859-5", "ISO-8859-6", "ISO-8859-7", "ISO-8859-8",
	"ISO-8859-10", "ISO-8859-13", "ISO-8859-14", "ISO-8859-16", "GB18030", "BIG5-HKSCS", "CP949", "CP932", "EUC-JP", "EUC-TW", "ISO-2022-JP-2",
	"ISO-2022-KR", "UTF-7", "UTF-16", "UTF-16LE", "UTF-16BE", "MACINTOSH", "MAC-CYRILLIC", "CP437", "CP850", "CP852", "CP866"};

static struct converter {
	char name[NAME_MAX_LEN];
	iconv_t cd;
} converters[CONVERTERS];
static size_t converter_count;

static iconv_t converter_get(const char *name)
{
	for (size_t i = 0; i < converter_count; i++)
		if (!strcasecmp(converters[i].name, name))
			return converters[i].cd;
	iconv_t cd = iconv_open("UTF-8", name);
	/* Failures are remembered too, so that a mail full of nonsense charsets costs one look each. */
	if (converter_count < CONVERTERS) {
		struct converter *c = &converters[converter_count++];
		size_t len = strlen(name);
		memcpy(c->name, name, len < NAME_MAX_LEN ? len + 1 : 0);
		c->name[NAME_MAX_LEN - 1] = 0;
		c->cd = cd;
	} else if (cd != (iconv_t)-1) {
		iconv_close(cd);
		cd = (iconv_t)-1;
	}
	return cd;
}

void ig_charset_start(void)
{
	for (size_t i = 0; i < IG_COUNT(early); i++)
		converter_get(early[i]);
}

size_t ig_charset_whole(const struct ig_buf *b)
{
	return b->over && b->len ? ig_utf8_cut(b->data, b->len, b->len - 1) : b->len;
}

bool ig_charset_ascii(const void *p, size_t len)
{
	const unsigned char *s = p;
	uint64_t word;
	while (len >= sizeof word) {
		memcpy(&word, s, sizeof word);
		if (word & UINT64_C(0x8080808080808080))
			return false;
		s += sizeof word;
		len -= sizeof word;
	}
	for (; len; len--, s++)
		if (*s & 0x80)
			return false;
	return true;
}

/* Name of the converter for what was declared; NULL when nothing (usable) was. */
static const char *canonical(const char *declared, char out[NAME_MAX_LEN])
{
	size_t n = 0;
	if (!declared)
		return NULL;
	for (const char *s = declared; *s && n < NAME_MAX_LEN - 1; s++) {
		unsigned char c = (unsigned char)*s;
		/* RFC 2231 section 5: the language tag after an asterisk; and quotes that mailers forget to remove. */
		if (c == '*')
			break;
		if (c <= ' ' || c == '"' || c == '\'' || c == ';' || c >= 0x7f)
			continue;
		/* A slash would reach iconv's own options (//IGNORE). */
		if (c == '/')
			break;
		out[n++] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
	}
	out[n] = 0;
	if (!n)
		return NULL;
	for (size_t i = 0; i < IG_COUNT(undeclared); i++)
		if (!strcmp(out, undeclared[i]))
			return NULL;
	for (size_t i = 0; i < IG_COUNT(aliases); i++)
		if (!strcmp(out, aliases[i].alias))
			return aliases[i].name;
	return out;
}

/* Converts all of it; bad bytes become U+FFFD and are counted. NULL when there is no such converter. */
static char *convert(struct ig_arena *a, const char *name, const char *p, size_t len, size_t *bad_r)
{
	char chunk[8192];
	struct ig_buf out;
	*bad_r = 0;
	if (ig_vietnamese_knows(name)) {
		ig_buf_init(&out, len * 6 + 64);
		*bad_r = ig_vietnamese_decode(name, p, len, &out);
		char *known = ig_utf8_repair(a, out.data, out.len);
		ig_buf_free(&out);
		return known;
	}
	iconv_t cd = converter_get(name);
	if (cd == (iconv_t)-1)
		return NULL;
	ig_buf_init(&out, len * 6 + 64);
	iconv(cd, NULL, NULL, NULL, NULL);
	char *in = (char *)(uintptr_t)p;
	size_t left = len;
	bool flushed = false;
	while (!flushed) {
		char *to = chunk;
		size_t room = sizeof chunk;
		flushed = left == 0;
		size_t rc = flushed ? iconv(cd, NULL, NULL, &to, &room) : iconv(cd, &in, &left, &to, &room);
		int err = errno;
		ig_buf_add(&out, chunk, sizeof chunk - room);
		if (rc != (size_t)-1 || err == E2BIG) {
			flushed = flushed && rc != (size_t)-1;
			continue;
		}
		if (flushed)
			break;
		ig_buf_str(&out, "\xef\xbf\xbd");
		++*bad_r;
		size_t skip = err == EINVAL ? left : 1;
		in += skip;
		left -= skip;
	}
	char *text = ig_utf8_repair(a, out.data, out.len);
	ig_buf_free(&out);
	return text;
}

static char *finish(struct ig_arena *a, char *text)
{
	return ig_utf8_nfc(a, text, strlen(text));
}

char *ig_charset_convert(struct ig_arena *a, const char *name, const char *p, size_t len, size_t *bad_r)
{
	return convert(a, name, p, len, bad_r);
}

/* What other text of this mail turned out to be in: its header fields are short, and their own evidence is small. */
static const char *found;

/* Eight-bit text that is not UTF-8 and not truly declared: Vietnamese of one of five encodings, when the syllables say so. name_r: the words for
 * it; doubt_r: words for what else it may be, "" nothing. */
static char *vietnamese(struct ig_arena *a, const char *p, size_t len, const char **name_r, const char **doubt_r)
{
	struct ig_detected d = ig_detect(a, p, len, found);
	size_t bad;
	*doubt_r = d.maybe ? ig_arena_fmt(a, "; it may be Vietnamese in %s, a person should look", ig_detect_spoken(d.maybe)) : "";
	char *text = d.name ? convert(a, d.name, p, len, &bad) : NULL;
	if (!text)
		return NULL;
	*name_r = ig_detect_spoken(d.name);
	found = d.name;
	return finish(a, text);
}

/* The same for text of other scripts. */
static char *eastern(struct ig_arena *a, const char *p, size_t len, const char **name_r)
{
	size_t bad;
	const char *name = ig_eastern_detect(a, p, len, found);
	char *text = name ? convert(a, name, p, len, &bad) : NULL;
	if (!text || bad > len / 8)
		return NULL;
	*name_r = ig_eastern_spoken(name);
	found = name;
	return finish(a, text);
}

static void say(const char **problem_r, const char *words)
{
	if (problem_r)
		*problem_r = words;
}

/* How far text is UTF-8: counts of whole multi-byte characters and of bytes that fit nowhere. */
static void utf8_count(const char *p, size_t len, size_t *good_r, size_t *bad_r)
{
	const unsigned char *s = (const unsigned char *)p, *end = s + len;
	*good_r = *bad_r = 0;
	while (s < end) {
		unsigned n = *s < 0x80 ? 1 : *s >= 0xc2 && *s < 0xe0 ? 2 : *s >= 0xe0 && *s < 0xf0 ? 3 : *s >= 0xf0 && *s < 0xf5 ? 4 : 0;
		if (n && (size_t)(end - s) >= n && ig_utf8_valid((const char *)s, n)) {
			*good_r += n > 1;
			s += n;
		} else {
			++*bad_r;
			s++;
		}
	}
}

/* A declaration as it may be shown: printable ASCII, not long. */
static char *spoken(struct ig_arena *a, const char *declared)
{
	char *out = ig_arena_alloc(a, NAME_MAX_LEN + 1);
	size_t n = 0;
	for (const char *s = declared; *s && n < NAME_MAX_LEN; s++)
		if (*s > ' ' && *s < 0x7f)
			out[n++] = *s;
	return out;
}

static const char *hint;

void ig_charset_hint(const char *declared)
{
	hint = declared;
	if (!declared)
		found = NULL;
}

static bool stateful(const char *name);

static char *by_hint(struct ig_arena *a, const char *p, size_t len)
{
	char buf[NAME_MAX_LEN];
	const char *name = canonical(hint, buf);
	size_t bad;
	if (!name || !strcmp(name, "UTF-8") || !strcmp(name, "CP1252") || stateful(name))
		return NULL;
	char *text = convert(a, name, p, len, &bad);
	return text && !bad ? finish(a, text) : NULL;
}

static char *guess(struct ig_arena *a, const char *declared, const char *p, size_t len, const char **problem_r)
{
	const char *name = NULL, *doubt = "";
	size_t good, bad;
	utf8_count(p, len, &good, &bad);
	if (good > bad * 4) { /* cut or damaged here and there, but UTF-8 */
		say(problem_r, ig_arena_fmt(a, "%zu byte(s) were not valid UTF-8 and were replaced", bad));
		return finish(a, ig_utf8_repair(a, p, len));
	}
	char *text = declared ? NULL : by_hint(a, p, len);
	name = text ? spoken(a, hint) : NULL;
	if (!text)
		text = vietnamese(a, p, len, &name, &doubt);
	if (!text)
		text = eastern(a, p, len, &name);
	if (!text) {
		name = "windows-1252";
		if (!*doubt && ig_eastern_strange(p, len))
			doubt = ", though it is hardly that: a person should look";
		text = convert(a, "CP1252", p, len, &bad);
		text = text ? finish(a, text) : NULL;
	}
	if (!text)
		text = finish(a, ig_utf8_repair(a, p, len));
	if (declared)
		say(problem_r, ig_arena_fmt(a, "text was declared %s but is not; read as %s%s", spoken(a, declared), name, doubt));
	else
		say(problem_r, ig_arena_fmt(a, "text has no declared charset; read as %s%s", name, doubt));
	return text;
}

static bool stateful(const char *name)
{
	return name && (!strncasecmp(name, "ISO-2022", 8) || !strcasecmp(name, "UTF-7") || !strncasecmp(name, "UTF-16", 6) || !strncasecmp(name, "UTF-32", 6) ||
		!strncasecmp(name, "ucs-", 4) || !strcasecmp(name, "HZ"));
}

/* Encodings of one byte a letter, in which UTF-8 would be nonsense: valid UTF-8 wins over them. */
static bool single_byte(const char *name)
{
	return !strncasecmp(name, "CP125", 5) || !strncasecmp(name, "ISO-8859", 8) || !strncasecmp(name, "KOI8", 4) || !strcasecmp(name, "TCVN5712-1") ||
		!strcasecmp(name, "VISCII") || (ig_vietnamese_knows(name) && strcmp(name, "VIQR")) ||
		!strncasecmp(name, "MAC", 3) || !strcasecmp(name, "CP437") || !strncasecmp(name, "CP85", 4) ||
		!strcasecmp(name, "CP866") || !strcasecmp(name, "CP874");
}

/* A latin charset that an old Vietnamese mailer put on TCVN3 or VISCII bytes. */
static bool latin(const char *name)
{
	return !strcmp(name, "CP1252") || !strcasecmp(name, "iso-8859-15");
}

/* UTF-8 whose letters are all of Latin-1 may be bytes of TCVN3 or VNI that a program took for Latin-1: those bytes, or NULL. */
static char *latin_bytes(struct ig_arena *a, const char *text, size_t *len_r)
{
	static const struct {
		char utf8[4], byte;
	} windows[] = {{"\xe2\x80\x9c", '\x93'}, {"\xe2\x80\x9d", '\x94'}, {"\xe2\x80\x98", '\x91'}, {"\xe2\x80\x99", '\x92'}, {"\xe2\x80\x93", '\x96'}, {"\xe2\x80\x94", '\x97'},
		{"\xe2\x80\xa6", '\x85'}};
	size_t n = 0, len = strlen(text);
	char *out = ig_arena_alloc(a, len + 1);
	for (const char *s = text; *s;) {
		unsigned char c = (unsigned char)*s;
		size_t k = 0;
		if (c < 0x80) {
			out[n++] = *s++;
		} else if (c == 0xc2 || c == 0xc3) {
			out[n++] = (char)(c << 6 | (s[1] & 0x3f));
			s += 2;
		} else {
			while (k < IG_COUNT(windows) && strncmp(s, windows[k].utf8, 3))
				k++;
			if (k == IG_COUNT(windows))
				return NULL;
			out[n++] = windows[k].byte;
			s += 3;
		}
	}
	*len_r = n;
	return out;
}

static char *mistaken(struct ig_arena *a, char *text, const char **problem_r)
{
	const char *name, *doubt;
	size_t len;
	/* Most UTF-8 has another letter soon, and is looked at no further than there. */
	char *bytes = ig_charset_ascii(text, strlen(text)) ? NULL : latin_bytes(a, text, &len), *better = bytes ? vietnamese(a, bytes, len, &name, &doubt) : NULL;
	if (!better)
		return text;
	say(problem_r, ig_arena_fmt(a, "text is UTF-8 but its words are Vietnamese in %s%s", name, doubt));
	return better;
}

char *ig_charset_decode(struct ig_arena *a, const char *declared, const void *bytes, size_t len, const char **problem_r)
{
	const char *p = bytes, *other = NULL, *doubt = "";
	char buf[NAME_MAX_LEN], *text;
	size_t bad;
	const char *name = canonical(declared, buf);
	bool ascii = ig_charset_ascii(p, len);
	if (len >= 3 && !memcmp(p, "\xef\xbb\xbf", 3) && ig_utf8_valid(p, len))
		return finish(a, ig_utf8_repair(a, p + 3, len - 3));
	if (len >= 2 && (!memcmp(p, "\xff\xfe", 2) || !memcmp(p, "\xfe\xff", 2)) && (text = convert(a, "UTF-16", p, len, &bad)) && !bad)
		return finish(a, text);
	if (!name && memmem(p, len, "\033$", 2))
		name = "ISO-2022-JP-2"; /* only that family has this escape */
	if (ascii && !stateful(name) && !(name && !strcmp(name, "VIQR")))
		return ig_utf8_repair(a, p, len);
	if (!name || !strcmp(name, "UTF-8") || single_byte(name)) {
		if (ig_utf8_valid(p, len)) {
			if (name && strcmp(name, "UTF-8") && strcasecmp(declared, "us-ascii"))
				say(problem_r, ig_arena_fmt(a, "text was declared %s but is UTF-8", name));
			return mistaken(a, finish(a, ig_utf8_repair(a, p, len)), problem_r);
		}
		if (!name || !strcmp(name, "UTF-8") || !strcasecmp(declared, "us-ascii"))
			return guess(a, name ? declared : NULL, p, len, problem_r);
	}
	if (latin(name) && (text = vietnamese(a, p, len, &other, &doubt))) {
		say(problem_r, ig_arena_fmt(a, "text was declared %s but its words are Vietnamese in %s%s", name, other, doubt));
		return text;
	}
	if (latin(name) && (text = eastern(a, p, len, &other))) {
		say(problem_r, ig_arena_fmt(a, "text was declared %s but its letters are %s", name, other));
		return text;
	}
	if (*doubt)
		say(problem_r, ig_arena_fmt(a, "text was declared %s%s", name, doubt));
	text = convert(a, name, p, len, &bad);
	if (!text || bad > len / 8) {
		if (ig_utf8_valid(p, len)) {
			say(problem_r, ig_arena_fmt(a, "text was declared %s but is UTF-8", name));
			return finish(a, ig_utf8_repair(a, p, len));
		}
		return text && bad * 3 < len ? finish(a, text) : guess(a, declared, p, len, problem_r);
	}
	if (bad)
		say(problem_r, ig_arena_fmt(a, "%zu byte(s) were not valid %s and were replaced", bad, name));
	return finish(a, text);
}
