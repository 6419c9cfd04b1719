/* CSV records (RFC 4180), as spreadsheets write them: quoted fields may hold commas, line ends and doubled quotes. Relies on nothing. Does not
 * know what the columns mean. */
#include "config.h"
#include <string.h>
#include "base/csv.h"

/* A field at p into out; where it ends, or NULL when its quote is never closed or something stands behind the closing one. */
static const char *field(const char *p, const char *end, struct ig_buf *out)
{
	if (p < end && *p == '"') {
		for (p++; p < end && (*p != '"' || (p + 1 < end && p[1] == '"')); p++) {
			p += *p == '"';
			ig_buf_char(out, *p);
		}
		if (p++ >= end) return NULL;
		return p < end && *p != ',' && *p != '\n' && *p != '\r' ? NULL : p;
	}
	size_t len = 0;
	while (p + len < end && p[len] != ',' && p[len] != '\n' && p[len] != '\r') len++;
	ig_buf_add(out, p, len);
	return p + len;
}

int ig_csv_record(const char **at, const char *end, const char **fields, int max, struct ig_arena *a)
{
	const char *p = *at;
	int n = 0;
	if (end - p >= 3 && !memcmp(p, "\xef\xbb\xbf", 3)) p += 3; /* the mark that some spreadsheets begin a file with */
	while (p < end && (*p == '\r' || *p == '\n')) p++;
	if (p >= end) return 0;
	for (;; p++) {
		struct ig_buf out = IG_BUF_INIT(IG_CSV_FIELD_MAX);
		p = n < max ? field(p, end, &out) : NULL;
		bool bad = !p || out.over || memchr(out.data, 0, out.len);
		if (!bad) fields[n++] = ig_arena_strndup(a, out.data, out.len);
		ig_buf_free(&out);
		if (bad) return -1;
		if (p >= end || *p != ',') break;
	}
	for (int i = n; i < max; i++) fields[i] = "";
	*at = p;
	return n;
}

void ig_csv_put(struct ig_buf *out, const char *field, bool first)
{
	if (!first)
		ig_buf_char(out, ',');
	if (!field || !field[strcspn(field, ",\"\r\n")]) {
		ig_buf_str(out, field);
		return;
	}
	ig_buf_char(out, '"');
	for (; *field; field++) {
		if (*field == '"')
			ig_buf_char(out, '"');
		ig_buf_char(out, *field);
	}
	ig_buf_char(out, '"');
}
