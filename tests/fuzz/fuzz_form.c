/* Text of a mail or a document as a form, and dates in it. */
#include <stdint.h>
#include <string.h>
#include "base/arena.h"
#include "base/utf8.h"
#include "parse/form.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ig_arena *a = ig_arena_new(0);
	struct ig_report r = {.kind = IG_KIND_MAIL};
	struct ig_mail m = {.a = a, .limits = &ig_parse_defaults, .r = &r};
	const char *text = ig_utf8_repair(a, (const char *)data, size);
	ig_form_read(&m, text, NULL);
	struct ig_buf words;
	ig_buf_init(&words, IG_PASSWORDS_MAX);
	ig_second_passwords(text, &words);
	ig_buf_free(&words);
	ig_arena_free(a);
	return 0;
}
