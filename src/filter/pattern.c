/* Regular expressions of the rules: PCRE2, case-blind, lines at ^ and $, Unicode letters, only named groups capture. Compiled (and made machine
 * code where the machine allows it) before the reader confines itself. Bounded in steps and depth: what is too slow says so and is switched
 * off by its caller. Relies on texts being valid UTF-8. */
#include "config.h"
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>
#include "filter/room.h"

struct ig_pattern {
	pcre2_code *code;
	pcre2_match_data *data;
	pcre2_match_context *limits;
	PCRE2_SPTR names;
	uint32_t name_count, name_size;
};

struct ig_pattern *ig_pattern_compile(const char *text, struct ig_why *why)
{
	struct ig_pattern *p = ig_xmalloc(sizeof *p);
	unsigned char words[200];
	int error;
	size_t at;
	p->code = pcre2_compile((PCRE2_SPTR)text, strlen(text), PCRE2_UTF | PCRE2_CASELESS | PCRE2_MULTILINE | PCRE2_NO_AUTO_CAPTURE | PCRE2_NEVER_BACKSLASH_C |
		PCRE2_DUPNAMES, &error, &at, NULL);
	if (!p->code) {
		pcre2_get_error_message(error, words, sizeof words);
		ig_why(why, "%s, at character %zu of \"%.100s\"", (const char *)words, at + 1, text);
		return ig_pattern_free(p);
	}
	pcre2_jit_compile(p->code, PCRE2_JIT_COMPLETE); /* without it the interpreter does the same */
	p->data = pcre2_match_data_create_from_pattern(p->code, NULL);
	p->limits = pcre2_match_context_create(NULL);
	if (!p->data || !p->limits) {
		ig_why(why, "no memory");
		return ig_pattern_free(p);
	}
	pcre2_set_match_limit(p->limits, IG_FILTER_STEPS);
	pcre2_set_depth_limit(p->limits, IG_FILTER_DEPTH);
	pcre2_pattern_info(p->code, PCRE2_INFO_NAMECOUNT, &p->name_count);
	pcre2_pattern_info(p->code, PCRE2_INFO_NAMEENTRYSIZE, &p->name_size);
	pcre2_pattern_info(p->code, PCRE2_INFO_NAMETABLE, &p->names);
	return p;
}

struct ig_pattern *ig_pattern_free(struct ig_pattern *p)
{
	if (!p)
		return NULL;
	pcre2_match_context_free(p->limits);
	pcre2_match_data_free(p->data);
	pcre2_code_free(p->code);
	free(p);
	return NULL;
}

int ig_pattern_find(const struct ig_pattern *p, const char *s, size_t len, size_t from, size_t *to_r, struct ig_span *spans, size_t *count_r)
{
	int rc = pcre2_match(p->code, (PCRE2_SPTR)s, len, from, PCRE2_NO_UTF_CHECK, p->data, p->limits);
	if (count_r)
		*count_r = 0;
	if (rc == PCRE2_ERROR_NOMATCH)
		return 0;
	if (rc < 0)
		return -1;
	const size_t *v = pcre2_get_ovector_pointer(p->data);
	if (to_r)
		*to_r = v[1] > from ? v[1] : from + 1;
	for (uint32_t i = 0; spans && i < p->name_count && *count_r < IG_SPANS_MAX; i++) {
		const unsigned char *e = p->names + (size_t)i * p->name_size;
		size_t n = (size_t)e[0] << 8 | e[1];
		if (n < (size_t)rc && v[2 * n] != PCRE2_UNSET && v[2 * n + 1] >= v[2 * n])
			spans[(*count_r)++] = (struct ig_span){(const char *)e + 2, v[2 * n], v[2 * n + 1]};
	}
	return 1;
}

void ig_pattern_whole(const struct ig_pattern *p, size_t *from_r, size_t *to_r)
{
	const size_t *v = pcre2_get_ovector_pointer(p->data);
	*from_r = v[0];
	*to_r = v[1] < v[0] ? v[0] : v[1];
}
