/* The facts of a fax. Relies on tiff.c for the pages. The sidecar comes from a program of the office, yet its words come from a stranger's machine:
 * each is checked, cut and kept as what it is, a claim. */
#include "config.h"
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "base/fs.h"
#include "base/opt.h"
#include "base/utf8.h"
#include "parse/fax.h"
#include "parse/tiff.h"

enum { FIELDS_MAX = 8, PROBLEMS_MAX = 16, BLOCK = 65536, TEXT_MAX = 4096 };

struct fax {
	struct ig_arena *a;
	struct ig_report *r;
	struct ig_field *fields;
	size_t field_count;
	const char **problems;
	size_t problem_count;
	struct ig_buf text;
	json_t *facts;
	const char *caller, *ident, *called, *started, *ended, *pages, *rate, *ecm, *result;
};

static void problem(struct fax *f, const char *words)
{
	if (f->problem_count < PROBLEMS_MAX)
		f->problems[f->problem_count++] = words;
}

/* One line of clean text: control characters become blanks, long ones are cut. NULL for nothing. */
static const char *clean(struct fax *f, const char *s, const char *key)
{
	char *t = ig_utf8_nfc(f->a, s, strlen(s));
	size_t len = strlen(t), keep = ig_utf8_cut(t, len, IG_FAX_FACT_MAX), from = 0;
	if (keep < len)
		problem(f, ig_arena_fmt(f->a, "%s of the fax was cut to %d octets", key, IG_FAX_FACT_MAX));
	t[keep] = '\0';
	for (char *p = t; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			*p = ' ';
	while (t[from] == ' ')
		from++;
	for (len = strlen(t); len > from && t[len - 1] == ' ';)
		t[--len] = '\0';
	return t[from] ? t + from : NULL;
}

/* A text, number or truth of the sidecar as words; NULL when it is not there. */
static const char *fact(struct fax *f, const char *key)
{
	json_t *v = json_object_get(f->facts, key);
	if (json_is_string(v))
		return clean(f, json_string_value(v), key);
	if (json_is_integer(v))
		return ig_arena_fmt(f->a, "%lld", (long long)json_integer_value(v));
	if (json_is_real(v))
		return ig_arena_fmt(f->a, "%.0f", json_real_value(v));
	if (json_is_boolean(v))
		return json_is_true(v) ? "yes" : "no";
	if (v && !json_is_null(v))
		problem(f, ig_arena_fmt(f->a, "%s of the fax is neither text nor number", key));
	return NULL;
}

static const char *fact_time(struct fax *f, const char *key, ig_time *t_r)
{
	const char *s = fact(f, key);
	*t_r = IG_NEVER;
	size_t n = s ? strlen(s) : 0;
	int hours, minutes;
	char sign;
	if (n > 6 && t_r == &f->r->date && sscanf(s + n - 6, "%c%2d:%2d", &sign, &hours, &minutes) == 3 && (sign == '+' || sign == '-'))
		f->r->date_zone = (hours * 60 + minutes) * (sign == '-' ? -1 : 1);
	if (s && ig_time_parse(s, t_r))
		problem(f, ig_arena_fmt(f->a, "%s of the fax is not a time: %s", key, s));
	return s;
}

static void read_sidecar(struct fax *f, const char *sidecar)
{
	json_error_t error;
	if (!sidecar)
		return;
	f->facts = json_loads(sidecar, 0, &error);
	if (!json_is_object(f->facts)) {
		problem(f, "what was said of the fax is not JSON; only its pages are known");
		return;
	}
	f->caller = fact(f, "caller");
	f->ident = fact(f, "ident");
	f->called = fact(f, "called");
	f->rate = fact(f, "rate");
	f->ecm = fact(f, "ecm");
	f->result = fact(f, "result");
	f->pages = fact(f, "pages");
}

static void field(struct fax *f, const char *name, const char *v, const char *where, double confidence)
{
	if (v && f->field_count < FIELDS_MAX)
		f->fields[f->field_count++] = (struct ig_field){.name = name, .value = v, .where = where, .rule = "fax", .confidence = confidence};
}

/* "ok" in any of the words of fax programs, or nothing said. */
static bool went_well(const char *result)
{
	static const char *const good[] = {"ok", "sent", "received", "success", "done", "0"};
	for (size_t i = 0; result && i < IG_COUNT(good); i++)
		if (!strcasecmp(result, good[i]))
			return true;
	return !result;
}

/* A file that a person shows us is a fax when a line said so, or when it looks as only faxes do. */
static enum ig_kind kind_of(const struct fax *f, const struct ig_envelope *e, const struct ig_tiff *t)
{
	bool shown = e && e->source && !strcmp(e->source, "read");
	return !shown || f->facts || t->fax || !t->pages ? IG_KIND_FAX : IG_KIND_LETTER;
}

static void look_at_pages(struct fax *f, const struct ig_envelope *e, int fd, uint64_t size, struct ig_attachment *x)
{
	struct ig_tiff t;
	char head[5] = "";
	if (ig_tiff_look(fd, size, &t)) {
		bool pdf = size >= sizeof head && !ig_fs_pread_all(fd, head, sizeof head, 0) && !memcmp(head, "%PDF-", 5);
		x->type = pdf ? "application/pdf" : "application/octet-stream";
		if (!pdf)
			problem(f, "the fax is neither TIFF nor PDF");
		field(f, "fax.pages", f->pages, "call", 0.5);
		return;
	}
	x->type = "image/tiff";
	f->r->kind = kind_of(f, e, &t);
	if (t.problem)
		problem(f, ig_arena_fmt(f->a, "the pages of the fax are damaged: %s", t.problem));
	const char *count = ig_arena_fmt(f->a, "%d", t.pages);
	if (f->pages && strcmp(f->pages, count))
		problem(f, ig_arena_fmt(f->a, "%s pages were announced, the file has %s", f->pages, count));
	f->pages = count;
	field(f, "fax.pages", count, "file", 1.0);
}

static void sum(struct fax *f, int fd, uint64_t size, struct ig_attachment *x)
{
	struct ig_sha256 h;
	char *block = ig_arena_alloc(f->a, BLOCK);
	ig_sha256_init(&h);
	for (uint64_t at = 0; at < size;) {
		size_t n = size - at < BLOCK ? (size_t)(size - at) : BLOCK;
		if (ig_fs_pread_all(fd, block, n, (off_t)at)) {
			problem(f, "the fax could not be read to its end");
			break;
		}
		ig_sha256_add(&h, block, n);
		at += n;
	}
	ig_sha256_end(&h, x->sha256);
	memcpy(f->r->identity, x->sha256, IG_SHA256_LEN); /* DESIGN: scans and faxes are known by their bytes */
	x->size = size;
}

static void line(struct fax *f, const char *what, const char *v)
{
	if (v)
		ig_buf_fmt(&f->text, "%s: %s\n", what, v);
}

static void write_text(struct fax *f)
{
	line(f, "Fax từ số (caller)", f->caller);
	line(f, "Máy gửi tự xưng (claims to be)", f->ident);
	line(f, "Gọi đến số (called)", f->called);
	line(f, "Bắt đầu (started)", f->started);
	line(f, "Kết thúc (ended)", f->ended);
	line(f, "Số trang (pages)", f->pages);
	line(f, "Tốc độ (rate)", f->rate);
	line(f, "ECM", f->ecm);
	line(f, "Kết quả (result)", f->result);
	f->r->text = f->r->reply_text = ig_arena_strdup(f->a, f->text.len ? f->text.data : "");
	f->r->folded = ig_utf8_fold(f->a, f->r->text, strlen(f->r->text));
}

struct ig_report *ig_parse_fax(int fd, uint64_t size, const struct ig_envelope *e, struct ig_arena *a)
{
	static const char *const none[] = {NULL};
	struct fax f = {.a = a, .r = IG_NEW(a, struct ig_report), .text = IG_BUF_INIT(TEXT_MAX)};
	struct ig_attachment *x = IG_NEW(a, struct ig_attachment);
	x->part = "1";
	struct ig_report *r = f.r;
	ig_time ended;
	f.fields = ig_arena_calloc(a, FIELDS_MAX, sizeof *f.fields);
	f.problems = ig_arena_calloc(a, PROBLEMS_MAX + 1, sizeof *f.problems);
	*r = (struct ig_report){.kind = IG_KIND_FAX, .class = IG_CLASS_PERSON, .class_reason = "a fax", .date = IG_NEVER, .in_reply_to = none,
		.references = none, .delivered_to = none};
	read_sidecar(&f, e ? e->sidecar : NULL);
	if (f.facts) {
		f.started = fact_time(&f, "started", &r->date);
		f.ended = fact_time(&f, "ended", &ended);
	}
	sum(&f, fd, size, x);
	look_at_pages(&f, e, fd, size, x);
	x->name = e && e->source_file ? clean(&f, e->source_file, "the name") : NULL;
	field(&f, "fax.caller", f.caller, "call", 0.9);  /* the network's word, as far as the server passed it on */
	field(&f, "fax.ident", f.ident, "call", 0.3);    /* what the far machine claims: anybody can set it */
	field(&f, "fax.called", f.called, "call", 0.9);
	field(&f, "fax.time", f.started ? f.started : f.ended, "call", 0.9);
	if (!went_well(f.result))
		problem(&f, ig_arena_fmt(a, "the call did not end well (%s): pages may be missing", f.result));
	r->subject = ig_arena_fmt(a, "Fax%s%s%s%s%s", f.caller || f.ident ? " từ " : "", f.caller ? f.caller : f.ident ? f.ident : "", f.pages ? ", " : "",
		f.pages ? f.pages : "", f.pages ? " trang" : "");
	write_text(&f);
	r->attachments = x;
	r->attachment_count = 1;
	r->fields = f.fields;
	r->field_count = f.field_count;
	r->problems = f.problems;
	ig_buf_free(&f.text);
	json_decref(f.facts);
	return r;
}

bool ig_parse_is_fax(int fd, uint64_t size)
{
	struct ig_tiff t;
	return !ig_tiff_look(fd, size, &t) && t.fax;
}
