/* One cheap pass over a message: follows header blocks and declared boundaries, counts, marks what is to be left out, notes where inner messages stand.
 * Relies on limits; time is linear in size, memory is constant but for one entry an inner message.
 * Does not decode anything, and is more suspicious than GMime: where two readers may disagree about a boundary, every line of two dashes counts. */
#include "config.h"
#include <string.h>
#include <strings.h>
#include "parse/scan.h"

void ig_scan_stop(struct ig_scan *s, uint64_t where)
{
	s->end = where;
	s->stopped = true;
}

static void open_cut(struct ig_scan *s, uint64_t from)
{
	if (s->cut_count == IG_SCAN_CUTS) {
		ig_scan_stop(s, from);
		return;
	}
	s->cuts[s->cut_count++] = (struct ig_scan_cut){from, from};
	s->cutting = true;
}

static void close_cut(struct ig_scan *s, uint64_t to)
{
	if (s->cutting)
		s->cuts[s->cut_count - 1].to = to;
	s->cutting = false;
}

static void head_begins(struct ig_scan *s, uint64_t at)
{
	s->in_head = true;
	s->in_type = s->field_type = s->long_type = s->encoded = s->many_types = false;
	s->type_len = 0;
	s->fields = 0;
	s->head_from = at;
}

/* Value of boundary= in the Content-Type field; quoted or not. */
static size_t boundary_of(const char *type, size_t len, char out[IG_SCAN_BOUNDARY_MAX])
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
		for (p += quoted; p < end && n < IG_SCAN_BOUNDARY_MAX - 1; p++) {
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
static bool odd_type(const struct ig_scan *s, const char *type, size_t len)
{
	unsigned names = 0;
	for (size_t i = 0; i + 8 < len; i++) {
		if ((type[i] | 32) != 'b' || strncasecmp(type + i, "boundary", 8))
			continue;
		size_t at = i + 8;
		while (at < len && (type[at] == ' ' || type[at] == '\t'))
			at++;
		names += at < len && type[at] == '=';
	}
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

static void open_range(struct ig_scan *s, uint64_t from)
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
static void close_ranges(struct ig_scan *s, size_t level, uint64_t to)
{
	for (size_t i = s->range_count; i-- > 0 && s->range_level[i] >= level;)
		if (s->ranges[i].to == UINT64_MAX)
			s->ranges[i].to = to > s->ranges[i].from ? to : s->ranges[i].from;
}

/* A header block ended with the empty line; what follows it? */
static void head_ends(struct ig_scan *s, uint64_t next)
{
	size_t len = s->type_len;
	const char *type = skip_blank(s->type, &len);
	bool digest = s->level_count && s->levels[s->level_count - 1].digest;
	close_cut(s, s->at);
	s->in_head = false;
	/* A boundary hidden at the end of an endless field would not be counted. */
	if (s->long_type) {
		ig_mail_problem(s->m, "a Content-Type field is longer than %d bytes; what follows it was not read", IG_SCAN_HEAD);
		ig_scan_stop(s, next);
		return;
	}
	bool odd = len && odd_type(s, type, len);
	if (says_multipart(type, odd ? len : len < 10 ? len : 10)) {
		if (s->depth >= s->m->limits->depth_max || s->level_count == s->level_max) {
			ig_mail_problem(s->m, "parts are nested deeper than %lld levels; what is deeper was not read", (long long)s->m->limits->depth_max);
			ig_scan_stop(s, s->head_from);
			return;
		}
		struct ig_scan_level *l = &s->levels[s->level_count];
		l->len = boundary_of(type, len, l->boundary);
		l->digest = len > 16 && !strncasecmp(type + 10, "digest", 6);
		odd = odd || l->len == IG_SCAN_BOUNDARY_MAX - 1;
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
			ig_scan_stop(s, s->head_from);
			return;
		}
		s->nested++;
		open_range(s, next);
		head_begins(s, next);
	}
}

/* "Content-Type: multipart/mixed" and a folded "boundary=..." without the semicolon between: GMime would find no parts. The line end makes room for it. */
static void mend_type(struct ig_scan *s, const char *line, size_t len)
{
	size_t n = s->type_len;
	line = skip_blank(line, &len);
	if (!s->mem || len < 9 || strncasecmp(line, "boundary", 8) || s->at <= s->mem_from + 1)
		return;
	while (n && strchr(" \t", s->type[n - 1]))
		n--;
	if (!n || s->type[n - 1] == ';')
		return;
	s->mem[s->at - s->mem_from - 1] = ';';
	if (s->eol == 2)
		s->mem[s->at - s->mem_from - 2] = ' ';
	ig_mail_problem(s->m, "a boundary without a semicolon before it was accepted");
}

/* RFC 2046 section 5.1.1: a line that begins with the boundary is one, whatever follows. GMime wants nothing but blanks after it. */
static void mend_boundary(struct ig_scan *s, size_t keep, uint64_t next)
{
	if (!s->mem)
		return;
	for (uint64_t at = s->at + keep; at < next; at++) {
		char *c = &s->mem[at - s->mem_from];
		if (*c != '\r' && *c != '\n')
			*c = ' ';
	}
}

static void head_line(struct ig_scan *s, uint64_t next)
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
	if (s->in_type && folded)
		mend_type(s, line, len);
	if (s->in_type) {
		size_t skip = folded ? 0 : type_head + 1, n = len - skip;
		n = n < IG_SCAN_TYPE_MAX - s->type_len ? n : IG_SCAN_TYPE_MAX - s->type_len;
		memcpy(s->type + s->type_len, line + skip, n);
		s->type_len += n;
		s->long_type = s->line_len > IG_SCAN_HEAD || s->type_len == IG_SCAN_TYPE_MAX;
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
static bool boundary_line(struct ig_scan *s, uint64_t next)
{
	for (size_t i = s->level_count; i-- > 0;) {
		struct ig_scan_level *l = &s->levels[i];
		if (!l->wild && (s->head_len < l->len + 2 || memcmp(s->head + 2, l->boundary, l->len)))
			continue;
		size_t rest = l->wild ? 0 : s->head_len - 2 - l->len;
		const char *tail = s->head + s->head_len - rest;
		bool closing = rest >= 2 && tail[0] == '-' && tail[1] == '-';
		if (rest && !closing && *tail != ' ' && *tail != '\t')
			continue;
		if (rest)
			mend_boundary(s, s->head_len - rest + (closing ? 2 : 0), next);
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
			ig_scan_stop(s, s->at);
			return true;
		}
		head_begins(s, next);
		return true;
	}
	return false;
}

static void line_ends(struct ig_scan *s)
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

void ig_scan_feed(struct ig_scan *s, const char *p, size_t len)
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
		size_t room = IG_SCAN_HEAD - s->head_len, take = n < room ? n : room;
		memcpy(s->head + s->head_len, p, take);
		s->head_len += take;
		s->line_len += n;
		p += n;
		if (nl)
			line_ends(s);
	}
}

void ig_scan_begin(struct ig_scan *s, struct ig_mail *m, uint64_t from, uint64_t to)
{
	memset(s, 0, sizeof *s);
	s->m = m;
	s->level_max = (size_t)(m->limits->depth_max > 0 && m->limits->depth_max < 1000 ? m->limits->depth_max : 1000);
	s->levels = ig_arena_calloc(m->a, s->level_max, sizeof *s->levels);
	s->end = to;
	s->at = from;
	head_begins(s, from);
}

void ig_scan_end(struct ig_scan *s)
{
	if (!s->stopped && s->line_len)
		line_ends(s);
	close_cut(s, s->end);
	close_ranges(s, 0, s->end);
}
