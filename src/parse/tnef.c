/* TNEF (MS-OXTNEF): the files and the text of a winmail.dat.
 * Relies on whole bytes in memory. Every length is checked against what is left; a damaged stream gives what stood before the damage.
 * Does not follow messages embedded as objects (they are listed as files) and reads RTF bodies only as plain words (rtf.c). */
#include "config.h"
#include <string.h>
#include <strings.h>
#include "base/utf8.h"
#include "parse/charset.h"
#include "parse/html.h"
#include "parse/rtf.h"
#include "parse/text.h"

#define SIGNATURE 0x223e9f78u
#define TEXT_MAX (2u << 20)

enum { ATT_SUBJECT = 0x8004, ATT_BODY = 0x800c, ATT_DATA = 0x800f, ATT_TITLE = 0x8010, ATT_REND = 0x9002, ATT_PROPS = 0x9003, ATT_ATTACHMENT = 0x9005, ATT_CODEPAGE = 0x9007 };
enum { PR_BODY = 0x1000, PR_RTF = 0x1009, PR_HTML = 0x1013, PR_DATA = 0x3701, PR_FILENAME = 0x3704, PR_LONG_FILENAME = 0x3707, PR_MIME = 0x370e };
enum { PT_SHORT = 2, PT_LONG = 3, PT_FLOAT = 4, PT_ERROR = 10, PT_BOOL = 11, PT_OBJECT = 13, PT_STRING8 = 30, PT_UNICODE = 31, PT_CLSID = 72, PT_BINARY = 258 };

struct tnef {
	struct ig_arena *a;
	const uint8_t *p, *end;
	size_t max, room;
	char codepage[16];
	struct ig_tnef *out;
	struct ig_tnef_file *file; /* being read */
	bool long_name;
	const uint8_t *html, *rtf;
	size_t html_len, rtf_len;
};

static uint32_t get32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static unsigned get16(const uint8_t *p)
{
	return (unsigned)p[0] | (unsigned)p[1] << 8;
}

static char *text8(struct tnef *t, const uint8_t *p, size_t len)
{
	len = len < TEXT_MAX ? len : TEXT_MAX;
	return ig_charset_decode(t->a, t->codepage[0] ? t->codepage : NULL, p, strnlen((const char *)p, len), NULL);
}

static char *text16(struct tnef *t, const uint8_t *p, size_t len)
{
	len = (len < TEXT_MAX ? len : TEXT_MAX) & ~(size_t)1;
	while (len >= 2 && !p[len - 1] && !p[len - 2])
		len -= 2;
	return ig_charset_decode(t->a, "UTF-16LE", p, len, NULL);
}

static void new_file(struct tnef *t)
{
	t->file = NULL;
	t->long_name = false;
	if (t->out->count >= t->max) {
		t->out->cut = true;
		return;
	}
	if (t->out->count == t->room) {
		t->room = t->room ? t->room * 2 : 8;
		struct ig_tnef_file *more = ig_arena_calloc(t->a, t->room, sizeof *more);
		if (t->out->count)
			memcpy(more, t->out->files, t->out->count * sizeof *more);
		t->out->files = more;
	}
	t->file = &t->out->files[t->out->count++];
	t->file->p = "";
}

static void take_value(struct tnef *t, bool attachment, unsigned type, unsigned id, const uint8_t *p, size_t len)
{
	bool wide = type == PT_UNICODE;
	if (!attachment) {
		if (id == PR_BODY && (wide || type == PT_STRING8) && !t->out->text)
			t->out->text = wide ? text16(t, p, len) : text8(t, p, len);
		else if (id == PR_HTML && type == PT_BINARY) {
			t->html = p;
			t->html_len = len;
		} else if (id == PR_RTF && type == PT_BINARY) {
			t->rtf = p;
			t->rtf_len = len;
		}
		return;
	}
	if (!t->file)
		return;
	if ((id == PR_LONG_FILENAME || (id == PR_FILENAME && !t->long_name && !t->file->name)) && (wide || type == PT_STRING8)) {
		t->file->name = wide ? text16(t, p, len) : text8(t, p, len);
		t->long_name = id == PR_LONG_FILENAME;
	} else if (id == PR_MIME && (wide || type == PT_STRING8)) {
		t->file->type = wide ? text16(t, p, len) : text8(t, p, len);
	} else if (id == PR_DATA && (type == PT_BINARY || type == PT_OBJECT) && !t->file->len) {
		size_t skip = type == PT_OBJECT && len > 16 ? 16 : 0; /* the object's interface id */
		t->file->p = p + skip;
		t->file->len = len - skip;
		if (skip && t->file->len > 4 && get32(t->file->p) == SIGNATURE)
			t->file->type = (char *)(uintptr_t)"application/ms-tnef";
	}
}

static bool variable(unsigned type)
{
	return type == PT_OBJECT || type == PT_STRING8 || type == PT_UNICODE || type == PT_BINARY;
}

static size_t fixed(unsigned type)
{
	switch (type) {
	case PT_SHORT: case PT_LONG: case PT_FLOAT: case PT_ERROR: case PT_BOOL: return 4;
	case PT_CLSID: return 16;
	case 5: case 6: case 7: case 20: case 64: return 8;
	default: return 0;
	}
}

/* Name of a named property: skipped. */
static const uint8_t *skip_name(const uint8_t *p, const uint8_t *end)
{
	if (end - p < 24)
		return NULL;
	uint32_t kind = get32(p + 16), len = get32(p + 20);
	p += 24;
	if (!kind)
		return p;
	if (len > (size_t)(end - p) || ((len + 3) & ~3u) > (size_t)(end - p))
		return NULL;
	return p + ((len + 3) & ~3u);
}

/* MAPI properties; false when they are damaged. */
static bool take_props(struct tnef *t, bool attachment, const uint8_t *p, size_t size)
{
	const uint8_t *end = p + size;
	if (size < 4)
		return false;
	uint32_t count = get32(p);
	for (p += 4; count--;) {
		if (end - p < 4)
			return false;
		unsigned type = get16(p), id = get16(p + 2);
		p += 4;
		if (id >= 0x8000 && !(p = skip_name(p, end)))
			return false;
		bool many = type & 0x1000;
		type &= ~0x1000u;
		uint32_t values = 1;
		if (many || variable(type)) {
			if (end - p < 4)
				return false;
			values = get32(p);
			p += 4;
		}
		for (uint32_t i = 0; i < values; i++) {
			size_t len = fixed(type), pad;
			if (many && type == PT_SHORT)
				len = 2;
			if (variable(type)) {
				if (end - p < 4)
					return false;
				len = get32(p);
				p += 4;
			}
			pad = variable(type) ? (len + 3) & ~(size_t)3 : len;
			if (!pad && !variable(type))
				return false;
			if (len > (size_t)(end - p))
				return false;
			if (i == 0)
				take_value(t, attachment, type, id, p, len);
			p += pad < (size_t)(end - p) ? pad : (size_t)(end - p);
			if (p == end && i + 1 < values)
				return false;
		}
		if (many && type == PT_SHORT && values & 1 && end - p >= 2)
			p += 2;
	}
	return true;
}

static bool take_attribute(struct tnef *t, unsigned id, const uint8_t *p, size_t len)
{
	switch (id) {
	case ATT_CODEPAGE:
		if (len >= 4 && get32(p) && get32(p) < 100000) {
			char *name = get32(p) == 65001 ? ig_arena_strdup(t->a, "UTF-8") : ig_arena_fmt(t->a, "CP%u", (unsigned)get32(p));
			memcpy(t->codepage, name, strlen(name) + 1);
		}
		break;
	case ATT_SUBJECT: t->out->subject = text8(t, p, len); break;
	case ATT_BODY:
		if (!t->out->text && len)
			t->out->text = text8(t, p, len);
		break;
	case ATT_REND: new_file(t); break;
	case ATT_TITLE:
		if (t->file && !t->long_name)
			t->file->name = text8(t, p, len);
		break;
	case ATT_DATA:
		if (t->file) {
			t->file->p = p;
			t->file->len = len;
		}
		break;
	case ATT_PROPS: return take_props(t, false, p, len);
	case ATT_ATTACHMENT: return take_props(t, true, p, len);
	default: break;
	}
	return true;
}

/* The best form of the body that is there. */
static void choose_text(struct tnef *t)
{
	struct ig_buf b;
	if (t->out->text && *t->out->text)
		return;
	ig_buf_init(&b, TEXT_MAX);
	if (t->html_len) {
		char *html = text8(t, t->html, t->html_len);
		ig_html_text(html, strlen(html), &b);
	} else if (t->rtf_len) {
		ig_rtf_text(t->a, t->rtf, t->rtf_len, t->codepage, &b);
	}
	t->out->text = b.len ? ig_utf8_repair(t->a, b.data, b.len) : NULL;
	ig_buf_free(&b);
}

int ig_tnef_read(struct ig_arena *a, const void *bytes, size_t len, size_t max, struct ig_tnef *t_r)
{
	struct tnef t = {.a = a, .p = bytes, .end = (const uint8_t *)bytes + len, .max = max, .out = t_r};
	memset(t_r, 0, sizeof *t_r);
	if (len < 6 || get32(t.p) != SIGNATURE)
		return -1;
	t.p += 6;
	while (t.end - t.p >= 11) {
		unsigned id = get16(t.p + 1);
		size_t size = get32(t.p + 5);
		t.p += 9;
		if (size > (size_t)(t.end - t.p)) {
			t_r->cut = true;
			/* A file cut off by the end is still a file. */
			if (id == ATT_DATA)
				take_attribute(&t, id, t.p, (size_t)(t.end - t.p));
			break;
		}
		if (!take_attribute(&t, id, t.p, size))
			t_r->cut = true;
		t.p += size;
		t.p += t.end - t.p >= 2 ? 2 : t.end - t.p; /* checksum */
	}
	choose_text(&t);
	return 0;
}
