/* Source text of a configuration: all files in one buffer, @include in place, each line of it traced to its file and line.
 * Relies on nothing but base. Does not know any key. It is our own because libconfig 1.5 wraps long integers without a word, cuts a
 * string at \x00, leaves the process when an @include names a folder, and has no bare yes and no. */
#include "config.h"
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/fs.h"
#include "base/utf8.h"
#include "conf/table.h"

#define FILE_MAX ((size_t)1 << 20) /* bytes of one file */
#define TEXT_MAX ((size_t)4 << 20) /* bytes of all files */
#define INCLUDE_MAX 8              /* files within files */
#define ERRORS_MAX 1000            /* errors that are said */
#define NEST_MAX 16                /* brackets within brackets: libconfig recurses */

void ig_conf_error(struct ig_conf_reading *r, struct ig_conf_line where, const char *fmt, ...)
{
	struct ig_buf b = IG_BUF_INIT(8192);
	va_list ap;

	if (++r->errors > ERRORS_MAX)
		return;
	if (where.line)
		ig_buf_fmt(&b, "%s:%u: ", where.file, where.line);
	else
		ig_buf_fmt(&b, "%s: ", where.file ? where.file : r->name);
	va_start(ap, fmt);
	ig_buf_vfmt(&b, fmt, ap);
	va_end(ap);
	if ((size_t)r->errors > r->said_cap) {
		r->said_cap = r->said_cap ? r->said_cap * 2 : 16;
		r->said = ig_xrealloc(r->said, r->said_cap * sizeof(*r->said));
	}
	r->said[r->errors - 1] = (struct ig_conf_said){where.order, (size_t)r->errors, ig_arena_strdup(r->arena, b.data)};
	ig_buf_free(&b);
}

static void line_push(struct ig_conf_reading *r, const char *file, unsigned line)
{
	if (r->line_count == r->line_cap) {
		r->line_cap = r->line_cap ? r->line_cap * 2 : 256;
		r->lines = ig_xrealloc(r->lines, r->line_cap * sizeof(*r->lines));
	}
	r->lines[r->line_count] = (struct ig_conf_line){file, line, r->line_count};
	r->line_count++;
}

/* One file on its way into the buffer. */
struct scan {
	struct ig_conf_reading *r;
	const char *file, *p, *end;
	unsigned line;
	int depth;
	char before; /* last character of code that was not white space */
};

static void source_add(struct ig_conf_reading *r, const char *file, const char *p, size_t len, int depth);

static struct ig_conf_line here(const struct scan *s)
{
	return (struct ig_conf_line){s->file, s->line, s->r->line_count - 1};
}

static void put(struct scan *s, const char *p, size_t len)
{
	ig_buf_add(&s->r->text, p, len);
}

/* Copies one character, counting lines. */
static void take(struct scan *s)
{
	char c = *s->p++;

	if (!c) {
		ig_conf_error(s->r, here(s), "a NUL byte");
		c = ' ';
	}
	if (c == '\r')
		c = ' ';
	put(s, &c, 1);
	if (c == '\n')
		line_push(s->r, s->file, ++s->line);
}

static void take_string(struct scan *s)
{
	struct ig_conf_line from = here(s);

	take(s);
	while (s->p < s->end && *s->p != '"') {
		if (*s->p == '\\' && s->end - s->p >= 2) {
			if (s->end - s->p >= 4 && !strncasecmp(s->p, "\\x00", 4)) {
				ig_conf_error(s->r, here(s), "\\x00 in a string");
				s->p += 4;
				continue;
			}
			take(s);
		}
		take(s);
	}
	if (s->p == s->end) {
		ig_conf_error(s->r, from, "the string that begins here has no end");
		put(s, "\"", 1);
	} else {
		take(s);
	}
	s->before = '"';
}

/* Comments are dropped, their lines kept. */
static void drop_comment(struct scan *s)
{
	struct ig_conf_line from = here(s);
	bool block = s->p[0] == '/' && s->p[1] == '*';

	for (; s->p < s->end; s->p++) {
		if (*s->p == '\n') {
			if (!block)
				return;
			put(s, "\n", 1);
			line_push(s->r, s->file, ++s->line);
		} else if (!*s->p) {
			ig_conf_error(s->r, here(s), "a NUL byte");
		} else if (block && s->p[0] == '*' && s->end - s->p >= 2 && s->p[1] == '/') {
			s->p += 2;
			put(s, " ", 1);
			return;
		}
	}
	if (block)
		ig_conf_error(s->r, from, "the comment that begins here has no end");
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("_-+.*", c));
}

/* libconfig 1.5 gives 99999999999 as 1215752191 and 0xFFFFFFFF as -1: no number may be longer than what it holds. */
static bool number_fits(const char *w, size_t len)
{
	bool hex, wide = false;

	if (len && (*w == '-' || *w == '+'))
		w++, len--;
	while (len && (w[len - 1] == 'L' || w[len - 1] == 'l'))
		wide = true, len--;
	hex = len > 2 && w[0] == '0' && (w[1] == 'x' || w[1] == 'X');
	if (hex)
		return len - 2 <= (wide ? 15u : 7u);
	for (size_t i = 0; i < len; i++)
		if (w[i] < '0' || w[i] > '9')
			return true; /* a float or a mistake: libconfig says */
	return len <= (wide ? 18u : 9u);
}

static void take_word(struct scan *s)
{
	const char *w = s->p;
	size_t len;

	while (s->p < s->end && is_word(*s->p))
		s->p++;
	len = (size_t)(s->p - w);
	if (s->before && strchr("=:[(,", s->before)) {
		if ((len == 3 && !strncasecmp(w, "yes", 3)) || (len == 2 && !strncasecmp(w, "on", 2))) {
			w = "true", len = 4;
		} else if ((len == 2 && !strncasecmp(w, "no", 2)) || (len == 3 && !strncasecmp(w, "off", 3))) {
			w = "false", len = 5;
		} else if ((*w == '-' || *w == '+' || (*w >= '0' && *w <= '9')) && !number_fits(w, len)) {
			ig_conf_error(s->r, here(s), "the number %.*s is too long: at most 9 digits (sizes are written \"2G\", "
				"durations \"7d\")", (int)(len > 40 ? 40 : len), w);
			w = "0", len = 1;
		}
	}
	put(s, w, len);
	s->before = 'w';
}

/* @include "FILE" alone on its line; FILE is below the folder of the file that names it. */
static void take_include(struct scan *s)
{
	const char *q = s->p + strlen("@include"), *from, *slash;
	struct ig_buf path = IG_BUF_INIT(4096), b = IG_BUF_INIT(FILE_MAX);
	struct stat st;
	int fd = -1;

	while (q < s->end && (*q == ' ' || *q == '\t'))
		q++;
	from = ++q; /* past the quote */
	while (q < s->end && *q != '"' && *q != '\n')
		q++;
	if (from > s->end || from[-1] != '"' || q >= s->end || *q != '"' || q == from || memchr(from, 0, (size_t)(q - from))) {
		ig_conf_error(s->r, here(s), "@include needs a file name in quotes");
		while (s->p < s->end && *s->p != '\n')
			s->p++; /* the rest of the line would only give a second error */
		goto out;
	}
	slash = strrchr(s->file, '/');
	if (*from != '/' && slash)
		ig_buf_add(&path, s->file, (size_t)(slash + 1 - s->file));
	ig_buf_add(&path, from, (size_t)(q - from));
	s->p = q + 1;
	if (s->depth >= INCLUDE_MAX) {
		ig_conf_error(s->r, here(s), "@include \"%s\": more than %d files within files", path.data, INCLUDE_MAX);
		goto out;
	}
	fd = open(path.data, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &st)) {
		ig_conf_error(s->r, here(s), "@include \"%s\": %s", path.data, strerror(errno));
	} else if (!S_ISREG(st.st_mode)) {
		ig_conf_error(s->r, here(s), "@include \"%s\": not a file", path.data);
	} else if (ig_fs_read_fd(fd, &b)) {
		ig_conf_error(s->r, here(s), "@include \"%s\": %s", path.data, strerror(errno));
	} else {
		const char *name = ig_arena_strdup(s->r->arena, path.data);

		s->r->lines[s->r->line_count - 1] = (struct ig_conf_line){name, 1, s->r->line_count - 1};
		source_add(s->r, name, b.data, b.len, s->depth + 1);
		put(s, "\n", 1);
		line_push(s->r, s->file, s->line);
	}
	s->before = 0;
out:
	if (fd >= 0)
		close(fd);
	ig_buf_free(&b);
	ig_buf_free(&path);
}

static bool line_begins(const struct scan *s, const char *start)
{
	const char *p = s->p;

	while (p > start && (p[-1] == ' ' || p[-1] == '\t'))
		p--;
	return p == start || p[-1] == '\n';
}

static void check_utf8(struct ig_conf_reading *r, const char *file, const char *p, size_t len)
{
	const char *nl;

	for (unsigned line = 1; len; line++) {
		size_t n = (nl = memchr(p, '\n', len)) ? (size_t)(nl + 1 - p) : len;

		if (!ig_utf8_valid(p, n) && !memchr(p, 0, n))
			ig_conf_error(r, (struct ig_conf_line){file, line, r->line_count + line - 2}, "not UTF-8");
		p += n;
		len -= n;
	}
}

static void take_code(struct scan *s)
{
	char c = *s->p;

	if (c == '{' || c == '(' || c == '[') {
		if (++s->r->depth > NEST_MAX) {
			ig_conf_error(s->r, here(s), "more than %d brackets within brackets", NEST_MAX);
			s->p = s->end;
			return;
		}
	} else if ((c == '}' || c == ')' || c == ']') && s->r->depth > 0) {
		s->r->depth--;
	}
	if (!strchr(" \t\r\n\f", c))
		s->before = c;
	take(s);
}

static void source_add(struct ig_conf_reading *r, const char *file, const char *p, size_t len, int depth)
{
	struct scan s = {.r = r, .file = file, .p = p, .end = p + len, .line = 1, .depth = depth};

	check_utf8(r, file, p, len);
	if (len >= 3 && !memcmp(p, "\xef\xbb\xbf", 3))
		s.p += 3;
	while (s.p < s.end && !r->text.over) {
		size_t left = (size_t)(s.end - s.p);

		if (*s.p == '"')
			take_string(&s);
		else if (*s.p == '#' || (left >= 2 && s.p[0] == '/' && (s.p[1] == '/' || s.p[1] == '*')))
			drop_comment(&s);
		else if (*s.p == '@' && left > 8 && !memcmp(s.p, "@include", 8) && line_begins(&s, p))
			take_include(&s);
		else if (is_word(*s.p))
			take_word(&s);
		else
			take_code(&s);
	}
	if (r->text.over)
		ig_conf_error(r, here(&s), "the configuration is larger than %zu bytes", TEXT_MAX);
}

void ig_conf_source_text(struct ig_conf_reading *r, const char *name, const char *text, size_t len)
{
	r->name = name;
	ig_buf_init(&r->text, TEXT_MAX);
	line_push(r, name, 1);
	source_add(r, name, text, len, 0);
}

void ig_conf_source_file(struct ig_conf_reading *r, const char *file)
{
	struct ig_buf b = IG_BUF_INIT(FILE_MAX);
	struct stat st;
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	r->name = file;
	if (fd < 0 || fstat(fd, &st))
		ig_conf_error(r, (struct ig_conf_line){.file = file}, "%s", strerror(errno));
	else if (!S_ISREG(st.st_mode))
		ig_conf_error(r, (struct ig_conf_line){.file = file}, "not a file");
	else if (ig_fs_read_fd(fd, &b))
		ig_conf_error(r, (struct ig_conf_line){.file = file}, "%s", strerror(errno));
	else
		ig_conf_source_text(r, file, b.data, b.len);
	if (fd >= 0)
		close(fd);
	ig_buf_free(&b);
}

static int by_order(const void *a, const void *b)
{
	const struct ig_conf_said *x = a, *y = b;

	return x->order != y->order ? (x->order < y->order ? -1 : 1) : (x->seq < y->seq ? -1 : 1);
}

void ig_conf_reading_end(struct ig_conf_reading *r)
{
	int count = r->errors > ERRORS_MAX ? ERRORS_MAX : r->errors;

	if (r->said)
		qsort(r->said, (size_t)count, sizeof(*r->said), by_order);
	for (int i = 0; r->say && r->said && i < count; i++)
		r->say(r->said[i].text, r->arg);
	free(r->said);
	r->said = NULL;
	r->said_cap = 0;
	ig_buf_free(&r->text);
	free(r->lines);
	free(r->marks);
	r->lines = NULL;
	r->marks = NULL;
	r->line_count = r->line_cap = r->mark_count = r->mark_cap = 0;
	r->depth = 0;
}
