/* Any bytes as the fields that servers on the way wrote (Authentication-Results, Received, a mark of a filter), one a line, and what is believed of them:
 * no field that lacks our server's name may prove or disprove anybody. */
#define _GNU_SOURCE
#include "config.h"
#include <stdlib.h>
#include <string.h>
#include "base/utf8.h"
#include "decide/decide.h"
#include "parse/inner.h"

/* First byte of a line: which field it is. */
static void one_field(struct ig_mail *m, char *line, bool *named)
{
	switch (*line) {
	case 'A':
		*named = *named || strcasestr(line, "mx.example.vn") || strchr(line, '\\');
		ig_trace_field(m, "Authentication-Results", line + 1, IG_HEAD_AUTHENTICATION_RESULTS);
		break;
	case 'R': ig_trace_field(m, "Received", line + 1, IG_HEAD_RECEIVED); break;
	case 'S': ig_trace_field(m, "X-Spam-Flag", line + 1, -1); break;
	default: break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const ids[] = {"mx.example.vn", NULL};
	struct ig_arena *a = ig_arena_new(0);
	struct ig_parse_limits limits = ig_parse_defaults;
	struct ig_address from = {NULL, "unit@so.example.vn"};
	struct ig_report r = {.class = IG_CLASS_PERSON, .from = &from};
	struct ig_conf conf = {.authserv_ids = ids, .received_by = ids, .received_hops = 1};
	struct ig_mail m = {.a = a, .limits = &limits, .r = &r};
	struct ig_decide_trust t = {0};
	bool named = false;
	char *text = ig_arena_strndup(a, (const char *)data, size), *save = NULL;
	limits.marks = "X-Spam-Flag";
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		one_field(&m, line, &named);
	ig_trace_end(&m);
	for (size_t i = 0; i < r.auth_count; i++)
		if (!r.auth[i].by || !r.auth[i].method || !r.auth[i].result || !ig_utf8_valid(r.auth[i].by, strlen(r.auth[i].by)) ||
			(r.auth[i].value && !ig_utf8_valid(r.auth[i].value, strlen(r.auth[i].value))))
			abort();
	ig_decide_trust(&r, &conf, a, &t);
	if (!named && (t.auth == IG_AUTH_PASS || t.auth == IG_AUTH_FAIL))
		abort();
	a = ig_arena_free(a);
	return 0;
}
