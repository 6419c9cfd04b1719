/* Registrable domains by the public suffix list that libpsl carries. Relies on that list alone: nothing is resolved and no file is read. */
#include "config.h"
#include <ctype.h>
#include <libpsl.h>
#include <string.h>
#include "decide/decide.h"

const char *ig_decide_registrable(const char *domain, struct ig_arena *a)
{
	char *lower = ig_arena_strdup(a, domain ? domain : "");
	size_t len = strlen(lower);
	for (char *p = lower; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	if (len && lower[len - 1] == '.')
		lower[len - 1] = 0;
	const psl_ctx_t *list = psl_builtin();
	const char *found = list ? psl_registrable_domain(list, lower) : NULL;
	return found ? found : lower;
}
