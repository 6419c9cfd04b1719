/* The bytes of a message before GMime sees them: one cheap pass that follows header blocks and declared boundaries, counts, and leaves out what
 * would cost more than it tells. What is left out is said; GMime then reads the rest.
 * Relies on limits; time is linear in size, memory is constant unless something must be left out or line ends repaired.
 * Does not decode anything. */
#include "config.h"
#include <string.h>
#include <strings.h>
#include "base/fs.h"
#include "parse/inner.h"

#define MEMORY_MAX (512u << 10)  /* up to this a message is read whole */
#define REWRITE_MAX (24u << 20)  /* a message that must be rewritten is kept up to this */
#define BLOCK (64u << 10)
#define LINE_HEAD 16384          /* of each line this much is looked at */
#define TYPE_MAX 32768           /* a Content-Type field may be this long */
#define CUTS 16
#define BOUNDARY_MAX 256

struct level {
	char boundary[BOUNDARY_MAX];
	size_t len;
	bool digest; /* its parts are messages by default */
	bool wild;   /* its boundary is written so that GMime may read another one than we: every line of two dashes counts */
};
struct cut {
	uint64_t from, to;
};
struct scan {
	struct ig_mail *m;
	struct level *levels;
	size_t level_count, level_max;
	int64_t depth; /* messages inside messages, and multiparts */
	bool in_head, in_type, field_type, long_type, encoded, many_types;
	char type[TYPE_MAX];
	size_t type_len;
	int64_t fields;
	uint64_t head_from;
	int64_t parts;
	struct cut cuts[CUTS];
	size_t cut_count;
	bool cutting; /* the last cut is open */
	uint64_t end; /* reading stops here */
	bool stopped;
	uint64_t at;  /* offset of the line */
	unsigned eol; /* bytes of the line end before it */
	int64_t nested;
	struct ig_range *ranges;
	size_t *range_level; /* boundaries that were open when it began */
	size_t range_count, range_room;
	char head[LINE_HEAD];
	size_t head_len;
	uint64_t line_len;
};

static void stop(struct scan *s, uint64_t where)
{
	s->end = where;
	s->stopped = true;
}

static void open_cut(struct scan *s, uint64_t from)
{
	if (s->cut_count == CUTS) {
		stop(s, from);
		return;
	}
	s->cuts[s->cut_count++] = (struct cut){from, from};
	s->cutting = true;
}

static void close_cut(struct scan *s, uint64_t to)
{
	if (s->cutting)
		s->cuts[s->cut_count - 1].to = to;
	s->cutting = false;
}

static void head_begins(struct scan *s, uint64_t at)
{
	s->in_head = true;
	s->in_type = s->field_type = s->long_type = s->encoded = s->many_types = false;
	s->type_len = 0;
	s->fields = 0;
	s->head_from = at;
}

/* Value of boundary= in the Content-Type field; quoted or not. */
static size_t boundary_of(const char *type, size_t len, char out[BOUNDARY_MAX])
{
	for (size_t i = 0; i + 9 < len; i++) {
		if (strncasecmp(type + i, "boundary", 8))
			continue;
		const char *p = type + i + 8, *end = type + len;
		while (p < end && (*p == ' ' || *p == '\t'))
			p++;
		if (p >= end || *p != '=')
			continue;
		p++;
		while (p < end && (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n'))
			p++;
		bool quoted = p < end && *p == '"';
		size_t n = 0;
		for (p += quoted; p < end && n < BOUNDARY_MAX - 1; p++) {
			if (quoted ? *p == '"' : strchr("; \t\r\n", *p) != NULL)
				break;
			if (quoted && *p == '\\' && p + 1 < end)
				p++;
			if (*p == '\r' || *p == '\n')
				continue;
			out[n++] = *p;
		}
		while (n && out[n - 1] == ' ')
			n--;
		return n;
	}
	return 0;
}

/* More than one field or parameter of the name, RFC 2231 or 2047 forms, comments: legal or not, two readers may disagree. */
static bool odd_type(const struct scan *s, const char *type, size_t len)
{
	unsigned names = 0;
	for (size_t i = 0; i + 8 < len; i++)
		names += (type[i] | 32) == 'b' && !strncasecmp(type + i, "boundary", 8);
	return s->many_types || names > 1 || memchr(type, '*', len) || memchr(type, '(', len) || memmem(type, len, "=?", 2);
}

static bool says_multipart(const char *type, size_t len)
{
	for (size_t i = 0; i + 9 <= len; i++)
		if ((type[i] | 32) == 'm' && !strncasecmp(type + i, "multipart", 9))
			return true;
	return false;
}

static const char *skip_blank(const char *s, size_t *len)
{
	while (*len && (*s == ' ' || *s == '\t' || *s == '\r' || *s == '\n')) {
		s++;
		--*len;
	}
	return s;
}

static void open_range(struct scan *s, uint64_t from)
{
	if (s->range_count == s->range_room) {
		s->range_room = s->range_room ? s->range_room * 2 : 8;
		struct ig_range *more = ig_arena_calloc(s->m->a, s->range_room, sizeof *more);
		size_t *levels = ig_arena_calloc(s->m->a, s->range_room, sizeof *levels);
		if (s->range_count) {
			memcpy(more, s->ranges, s->range_count * sizeof *more);
			memcpy(levels, s->range_level, s->range_count * sizeof *levels);
		}
		s->ranges = more;
		s->range_level = levels;
	}
	s->range_level[s->range_count] = s->level_count;
	s->ranges[s->range_count++] = (struct ig_range){from, UINT64_MAX};
}

/* Messages that began inside level i or deeper end here. */
static void close_ranges(struct scan *s, size_t level, uint64_t to)
{
	for (size_t i = s->range_count; i-- > 0 && s->range_level[i] >= level;)
		if (s->ranges[i].to == UINT64_MAX)
			s->ranges[i].to = to > s->ranges[i].from ? to : s->ranges[i].from;
}

/* A header block ended with the empty line; what follows it? */
static void head_ends(struct scan *s, uint64_t next)
{
	size_t len = s->type_len;
	const char *type = skip_blank(s->type, &len);
	bool digest = s->level_count && s->levels[s->level_count - 1].digest;
	close_cut(s, s->at);
	s->in_head = false;
	/* A boundary hidden at the end of an endless field would not be counted. */
	if (s->long_type) {
		ig_mail_problem(s->m, "a Content-Type field is longer than %d bytes; what follows it was not read", LINE_HEAD);
		stop(s, next);
		return;
	}
	bool odd = len && odd_type(s, type, len);
	if (says_multipart(type, odd ? len : len < 10 ? len : 10)) {
		if (s->depth >= s->m->limits->depth_max || s->level_count == s->level_max) {
			ig_mail_problem(s->m, "parts are nested deeper than %lld levels; what is deeper was not read", (long long)s->m->limits->depth_max);
			stop(s, s->head_from);
			return;
		}
		struct level *l = &s->levels[s->level_count];
		l->len = boundary_of(type, len, l->boundary);
		l->digest = len > 16 && !strncasecmp(type + 10, "digest", 6);
		odd = odd || l->len == BOUNDARY_MAX - 1;
		l->wild = odd;
		if (l->len || odd) {
			s->level_count++;
			s->depth++;
		}
	} else if ((len > 8 && (!strncasecmp(type, "message/rfc822", 14) || !strncasecmp(type, "message/news", 12) || !strncasecmp(type, "message/global", 14))) ||
		   (!len && digest)) {
		if (s->encoded)
			return;
		if (s->depth + s->nested >= s->m->limits->depth_max) {
			ig_mail_problem(s->m, "messages are nested deeper than %lld levels; what is deeper was not read", (long long)s->m->limits->depth_max);
			stop(s, s->head_from);
			return;
		}
		s->nested++;
		open_range(s, next);
		head_begins(s, next);
	}
}

static void head_line(struct scan *s, uint64_t next)
{
	const char *line = s->head;
	size_t len = s->head_len;
	bool folded = len && (*line == ' ' || *line == '\t');
	if (!len) {
		head_ends(s, next);
		return;
	}
	if (s->cutting)
		return;
	size_t type_head = 12;
	if (!folded) {
		s->fields += memchr(line, ':', len) != NULL;
		while (type_head < len && (line[type_head] == ' ' || line[type_head] == '\t'))
			type_head++;
		if (len > 26 && !strncasecmp(line, "content-transfer-encoding:", 26))
			s->encoded = memmem(line, len, "64", 2) || memmem(line, len, "uoted", 5) || memmem(line, len, "uu", 2);
		s->in_type = type_head < len && line[type_head] == ':' && !strncasecmp(line, "content-type", 12);
		s->many_types = s->many_types || (s->in_type && s->field_type);
		s->field_type = s->field_type || s->in_type;
	}
	if (s->in_type) {
		size_t skip = folded ? 0 : type_head + 1, n = len - skip;
		n = n < TYPE_MAX - s->type_len ? n : TYPE_MAX - s->type_len;
		memcpy(s->type + s->type_len, line + skip, n);
		s->type_len += n;
		s->long_type = s->line_len > LINE_HEAD || s->type_len == TYPE_MAX;
	}
	if (s->fields > s->m->limits->headers_max) {
		ig_mail_problem(s->m, "more than %lld header fields; the rest of them was not read", (long long)s->m->limits->headers_max);
		open_cut(s, s->at);
	} else if (next - s->head_from > s->m->limits->header_max) {
		ig_mail_problem(s->m, "header longer than %llu bytes; the rest of it was not read", (unsigned long long)s->m->limits->header_max);
		open_cut(s, s->at);
	}
}

/* A line of a declared boundary, innermost first. */
static bool boundary_line(struct scan *s, uint64_t next)
{
	for (size_t i = s->level_count; i-- > 0;) {
		struct level *l = &s->levels[i];
		if (!l->wild && (s->head_len < l->len + 2 || memcmp(s->head + 2, l->boundary, l->len)))
			continue;
		size_t rest = l->wild ? 0 : s->head_len - 2 - l->len;
		const char *tail = s->head + s->head_len - rest;
		bool closing = rest >= 2 && tail[0] == '-' && tail[1] == '-';
		if (rest && !closing && *tail != ' ' && *tail != '\t')
			continue;
		s->depth -= (int64_t)(s->level_count - i - 1);
		s->level_count = i + 1;
		s->nested = 0;
		/* The line end before a boundary belongs to the boundary (RFC 2046 section 5.1.1). */
		close_ranges(s, i + 1, s->at - s->eol);
		close_cut(s, s->at);
		s->in_head = false;
		if (closing) {
			s->level_count = i;
			s->depth--;
			return true;
		}
		if (++s->parts > s->m->limits->parts_max) {
			ig_mail_problem(s->m, "more than %lld parts; the rest was not read", (long long)s->m->limits->parts_max);
			stop(s, s->at);
			return true;
		}
		head_begins(s, next);
		return true;
	}
	return false;
}

static void line_ends(struct scan *s)
{
	uint64_t next = s->at + s->line_len;
	unsigned eol = s->head_len > 1 && s->head[s->head_len - 2] == '\r' ? 2 : 1;
	while (s->head_len && (s->head[s->head_len - 1] == '\n' || s->head[s->head_len - 1] == '\r'))
		s->head_len--;
	if (s->head_len < 2 || s->head[0] != '-' || s->head[1] != '-' || !boundary_line(s, next))
		if (s->in_head)
			head_line(s, next);
	s->at = next;
	s->eol = eol;
	s->line_len = 0;
	s->head_len = 0;
}

static void feed(struct scan *s, const char *p, size_t len)
{
	const char *end = p + len;
	while (p < end && !s->stopped) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		size_t n = nl ? (size_t)(nl + 1 - p) : (size_t)(end - p);
		/* Body lines matter only when they could be a boundary. */
		if (nl && !s->line_len && !s->in_head && (*p != '-' || n < 3 || p[1] != '-')) {
			s->at += n;
			s->eol = n > 1 && nl[-1] == '\r' ? 2 : 1;
			p += n;
			continue;
		}
		size_t room = LINE_HEAD - s->head_len, take = n < room ? n : room;
		memcpy(s->head + s->head_len, p, take);
		s->head_len += take;
		s->line_len += n;
		p += n;
		if (nl)
			line_ends(s);
	}
}

static void scan_init(struct scan *s, struct ig_mail *m, uint64_t from, uint64_t to)
{
	memset(s, 0, sizeof *s);
	s->m = m;
	s->level_max = (size_t)(m->limits->depth_max > 0 && m->limits->depth_max < 1000 ? m->limits->depth_max : 1000);
	s->levels = ig_arena_calloc(m->a, s->level_max, sizeof *s->levels);
	s->end = to;
	s->at = from;
	head_begins(s, from);
}

static void scan_end(struct scan *s)
{
	if (!s->stopped && s->line_len)
		line_ends(s);
	close_cut(s, s->end);
	close_ranges(s, 0, s->end);
}

/* Does a header field begin here? */
static bool field_at(const char *p, const char *end)
{
	const char *s = p;
	while (s < end && ((*s | 32) >= 'a' ? (*s | 32) <= 'z' : *s == '-' || (*s >= '0' && *s <= '9')))
		s++;
	return s > p + 1 && s < end && *s == ':';
}

/* A line of some program's own before the first field ("---- Original message ----"): GMime would find no header at all. */
static size_t stray_lines(struct ig_mail *m, const char *p, size_t len)
{
	const char *end = p + len, *s = p;
	for (int i = 0; i < 3 && s < end; i++) {
		if (field_at(s, end)) {
			if (i)
				ig_mail_problem(m, "%d line(s) before the header were left out", i);
			return (size_t)(s - p);
		}
		const char *nl = memchr(s, '\n', (size_t)(end - s));
		if (!nl || nl == s || memchr(s, ':', (size_t)(nl - s)))
			break;
		s = nl + 1;
	}
	return 0;
}

/* A "From " line of an mbox, a byte order mark and empty lines before the first field are no part of the message. */
static size_t preamble(struct ig_mail *m, const char *p, size_t len)
{
	size_t from = 0;
	if (len >= 3 && !memcmp(p, "\xef\xbb\xbf", 3))
		from = 3;
	while (from < len && (p[from] == '\r' || p[from] == '\n'))
		from++;
	if (from && from < len && !memchr(p + from, ':', len - from < 80 ? len - from : 80))
		return 0;
	if ((len - from > 5 && !memcmp(p + from, "From ", 5)) || (len - from > 6 && !memcmp(p + from, ">From ", 6))) {
		const char *nl = memchr(p + from, '\n', len - from);
		if (nl) {
			ig_mail_problem(m, "began with the From line of a mailbox file");
			from = (size_t)(nl + 1 - p);
		}
	}
	from += stray_lines(m, p + from, len - from);
	return from;
}

/* A file of an old Mac: no line feed at all. */
static bool cr_only(const char *p, size_t len)
{
	return len && !memchr(p, '\n', len) && memchr(p, '\r', len);
}

/* The kept pieces of the message in memory. */
static void rewrite(struct ig_mail *m, int fd, const struct scan *s, uint64_t from, bool cr, struct ig_source *out)
{
	uint64_t at = from, total = s->end - from;
	size_t room = total < REWRITE_MAX ? (size_t)total : REWRITE_MAX, n = 0;
	char *mem = ig_arena_alloc(m->a, room + 1);
	for (size_t i = 0; i <= s->cut_count && n < room; i++) {
		uint64_t to = i < s->cut_count ? s->cuts[i].from : s->end;
		size_t want = to > at ? (to - at < room - n ? (size_t)(to - at) : room - n) : 0;
		if (want && ig_fs_pread_all(fd, mem + n, want, (off_t)at) < 0) {
			ig_mail_problem(m, "the message could not be read to its end");
			break;
		}
		n += want;
		at = i < s->cut_count ? s->cuts[i].to : to;
	}
	if (cr)
		for (char *p = mem; (p = memchr(p, '\r', (size_t)(mem + n - p))); p++)
			*p = '\n';
	if (total > REWRITE_MAX)
		ig_mail_problem(m, "only the first %u MiB were read", REWRITE_MAX >> 20);
	out->mem = mem;
	out->len = n;
}

static void scan_file(struct scan *s, struct ig_mail *m, int fd, uint64_t from, uint64_t to)
{
	char *block = ig_arena_alloc(m->a, BLOCK);
	for (uint64_t at = from; at < to && !s->stopped;) {
		size_t want = to - at < BLOCK ? (size_t)(to - at) : BLOCK;
		if (ig_fs_pread_all(fd, block, want, (off_t)at) < 0) {
			ig_mail_problem(m, "the message could not be read to its end");
			stop(s, at);
			return;
		}
		feed(s, block, want);
		at += want;
	}
}

void ig_source_open(struct ig_mail *m, int fd, uint64_t size, struct ig_source *out)
{
	size_t first = size < MEMORY_MAX ? (size_t)size : BLOCK;
	char *mem = ig_arena_alloc(m->a, first + 1);
	struct scan *s = ig_arena_alloc(m->a, sizeof *s);
	*out = (struct ig_source){.mem = NULL, .fd = fd};
	if (first && ig_fs_pread_all(fd, mem, first, 0) < 0) {
		ig_mail_problem(m, "the message could not be read");
		out->mem = mem;
		return;
	}
	uint64_t from = preamble(m, mem, first);
	bool cr = cr_only(mem + from, first - from);
	scan_init(s, m, from, size);
	if (cr) {
		/* Line ends are repaired first, then what came of it is looked at. */
		ig_mail_problem(m, "lines end with carriage returns only; read as line feeds");
		rewrite(m, fd, s, from, true, out);
		struct ig_source fixed = *out;
		scan_init(s, m, 0, fixed.len);
		feed(s, fixed.mem, fixed.len);
		scan_end(s);
		out->len = (size_t)(s->cut_count ? s->cuts[0].from : s->end);
		out->base = out->mem;
		out->nested = s->ranges;
		out->nested_count = s->range_count;
		return;
	}
	bool whole = first == size;
	if (whole)
		feed(s, mem + from, first - (size_t)from);
	else
		scan_file(s, m, fd, from, size);
	scan_end(s);
	out->nested = s->ranges;
	out->nested_count = s->range_count;
	out->base = whole ? mem : NULL;
	if (s->cut_count) {
		rewrite(m, fd, s, from, false, out);
	} else if (whole) {
		out->mem = mem + from;
		out->len = (size_t)(s->end - from);
	} else {
		out->from = from;
		out->to = s->end;
	}
}
