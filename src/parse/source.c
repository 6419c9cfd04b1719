/* The bytes of a message before GMime sees them: what stands before the header is taken off, line ends of old Macs are repaired, and what scan.c
 * found would cost more than it tells is left out and said. GMime then reads the rest.
 * Relies on scan.c; memory is constant unless something must be left out or repaired.
 * Does not decode anything. */
#include "config.h"
#include <string.h>
#include "base/fs.h"
#include "parse/scan.h"

#define MEMORY_MAX (512u << 10)  /* up to this a message is read whole */
#define REWRITE_MAX (24u << 20)  /* a message that must be rewritten is kept up to this */
#define BLOCK (64u << 10)

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
static void rewrite(struct ig_mail *m, int fd, const struct ig_scan *s, uint64_t from, bool cr, struct ig_source *out)
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

static void scan_file(struct ig_scan *s, struct ig_mail *m, int fd, uint64_t from, uint64_t to)
{
	char *block = ig_arena_alloc(m->a, BLOCK);
	for (uint64_t at = from; at < to && !s->stopped;) {
		size_t want = to - at < BLOCK ? (size_t)(to - at) : BLOCK;
		if (ig_fs_pread_all(fd, block, want, (off_t)at) < 0) {
			ig_mail_problem(m, "the message could not be read to its end");
			ig_scan_stop(s, at);
			return;
		}
		ig_scan_feed(s, block, want);
		at += want;
	}
}

void ig_source_open(struct ig_mail *m, int fd, uint64_t size, struct ig_source *out)
{
	size_t first = size < MEMORY_MAX ? (size_t)size : BLOCK;
	char *mem = ig_arena_alloc(m->a, first + 1);
	struct ig_scan *s = ig_arena_alloc(m->a, sizeof *s);
	*out = (struct ig_source){.mem = NULL, .fd = fd};
	if (first && ig_fs_pread_all(fd, mem, first, 0) < 0) {
		ig_mail_problem(m, "the message could not be read");
		out->mem = mem;
		return;
	}
	uint64_t from = preamble(m, mem, first);
	bool cr = cr_only(mem + from, first - from);
	ig_scan_begin(s, m, from, size);
	if (cr) {
		/* Line ends are repaired first, then what came of it is looked at. */
		ig_mail_problem(m, "lines end with carriage returns only; read as line feeds");
		rewrite(m, fd, s, from, true, out);
		struct ig_source fixed = *out;
		ig_scan_begin(s, m, 0, fixed.len);
		ig_scan_feed(s, fixed.mem, fixed.len);
		ig_scan_end(s);
		out->len = (size_t)(s->cut_count ? s->cuts[0].from : s->end);
		out->base = out->mem;
		out->nested = s->ranges;
		out->nested_count = s->range_count;
		return;
	}
	bool whole = first == size;
	size_t mended_len;
	char *mended = whole ? ig_boundary_restore(m, mem + from, first - (size_t)from, &mended_len) : NULL;
	if (mended) {
		mem = mended, first = mended_len, size = mended_len, from = 0;
		ig_scan_begin(s, m, 0, size);
	}
	s->mem = whole ? mem : NULL;
	if (whole)
		ig_scan_feed(s, mem + from, first - (size_t)from);
	else
		scan_file(s, m, fd, from, size);
	ig_scan_end(s);
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
