/* Arguments of a verb: options are taken out of argv where they stand, words stay in order. A word after "--" is never an option. */
#include "config.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "ctl/room.h"

static void take_out(struct ig_ctl *c, int at, int count)
{
	memmove(c->argv + at, c->argv + at + count, sizeof(*c->argv) * (size_t)(c->argc - at - count + 1));
	c->argc -= count;
}

bool ig_ctl_flag(struct ig_ctl *c, const char *name)
{
	for (int i = 0; i < c->argc && strcmp(c->argv[i], "--"); i++)
		if (!strcmp(c->argv[i], name)) {
			take_out(c, i, 1);
			return true;
		}
	return false;
}

const char *ig_ctl_option(struct ig_ctl *c, const char *name)
{
	size_t len = strlen(name);
	for (int i = 0; i < c->argc && strcmp(c->argv[i], "--"); i++) {
		if (!strncmp(c->argv[i], name, len) && c->argv[i][len] == '=') {
			const char *value = c->argv[i] + len + 1;
			take_out(c, i, 1);
			return value;
		}
		if (!strcmp(c->argv[i], name) && i + 1 < c->argc) {
			const char *value = c->argv[i + 1];
			take_out(c, i, 2);
			return value;
		}
	}
	return NULL;
}

int ig_ctl_words(struct ig_ctl *c, int min, int max)
{
	for (int i = 0; i < c->argc; i++) {
		if (!strcmp(c->argv[i], "--")) {
			take_out(c, i, 1);
			break;
		}
		if (!strncmp(c->argv[i], "--", 2)) return ig_ctl_fail(c, IG_EX_USAGE, "unknown or incomplete option %s", c->argv[i]);
	}
	if (c->argc < min) return ig_ctl_fail(c, IG_EX_USAGE, "something is missing");
	if (c->argc > max) return ig_ctl_fail(c, IG_EX_USAGE, "too many words: %s", c->argv[max]);
	return IG_EX_OK;
}

int ig_ctl_number(struct ig_ctl *c, const char *word, int64_t min, int64_t max, int64_t *n_r)
{
	char *end = NULL;
	errno = 0;
	long long n = strtoll(word, &end, 10);
	if (errno || end == word || *end || n < min || n > max) {
		ig_ctl_say(c, "%s is not a number from %lld to %lld", word, (long long)min, (long long)max);
		return -1;
	}
	*n_r = n;
	return 0;
}
