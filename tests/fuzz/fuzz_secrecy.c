/* Any text as a message that may ask for secrecy or bear a mark: subject up to the first end of line, text behind it. What is said of it is one of
 * the words there are, and saying it again changes nothing. */
#include "config.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "base/utf8.h"
#include "model/secrecy.h"

static void one_of(const char *value, const char *const *words)
{
	while (value && *words && strcmp(value, *words))
		words++;
	if (!*words)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const none[] = {NULL}, *const wishes[] = {"true", NULL}, *const labels[] = {"red", "amber+strict", "amber", "green", "clear", NULL},
		*const marks[] = {"mat", "toi-mat", "tuyet-mat", NULL};
	struct ig_arena *a = ig_arena_new(0);
	char *subject = ig_utf8_repair(a, (const char *)data, size), *text = strchr(subject, '\n');
	if (text)
		*text++ = 0;
	struct ig_report r = {.subject = subject, .text = text ? text : "", .reply_text = text ? text : "", .problems = none};
	ig_secrecy_fields(&r, a);
	size_t count = r.field_count;
	one_of(ig_secrecy_field(&r, "secrecy.requested"), wishes);
	one_of(ig_secrecy_field(&r, "secrecy.tlp"), labels);
	one_of(ig_secrecy_field(&r, "secrecy.state"), marks);
	ig_secrecy_fields(&r, a);
	if (r.field_count != count)
		abort();
	ig_arena_free(a);
	return 0;
}
