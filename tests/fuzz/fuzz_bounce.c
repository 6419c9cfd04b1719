/* Any text as the fields of a delivery report, as a read receipt, as JSON and as a notice for people: the grammars of bounce*.c without MIME
 * around them, so that the fuzzer gets to them at once. */
#include "config.h"
#include <stdlib.h>
#include <string.h>
#include "base/utf8.h"
#include "parse/bounce.h"
#include "parse/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ig_arena *a = ig_arena_new(0);
	const char *text = ig_utf8_repair(a, (const char *)data, size);
	static const char *const none[] = {NULL};
	for (int how = 0; how < 2; how++) {
		struct ig_report r = {.class = IG_CLASS_BOUNCE, .text = how ? text : "", .subject = "failure notice", .in_reply_to = none};
		struct ig_mail m = {.a = a, .limits = &ig_parse_defaults, .r = &r, .status_text = how ? NULL : text, .receipt_text = text};
		ig_bounce_read(&m);
		if (r.bounce_count > IG_BOUNCES_MAX)
			abort();
		for (size_t i = 0; i < r.bounce_count; i++) {
			const struct ig_bounce *x = &r.bounces[i];
			if (!x->action || !x->status || (x->recipient && !ig_utf8_valid(x->recipient, strlen(x->recipient))) ||
				(x->words && (strlen(x->words) > IG_BOUNCE_WORDS_MAX || !ig_utf8_valid(x->words, strlen(x->words)))))
				abort();
		}
		ig_bounce_notice(&m, how, true);
		ig_receipt_fields(&m, text);
	}
	a = ig_arena_free(a);
	return 0;
}
