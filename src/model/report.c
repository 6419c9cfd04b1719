/* The record of last resort: for a message that no reader survived.
 * Relies on nothing but the first bytes as they came.
 * Does not guess: no sender, no Message-ID, no thread; a person reads it. */
#include "model/report.h"
#include <string.h>
#include "base/utf8.h"

#define FALLBACK_TEXT_MAX 4096

static const char *const no_strings[] = {NULL};

struct ig_report *ig_report_fallback(struct ig_arena *a, const void *head, size_t len, const char *problem)
{
	struct ig_report *r = IG_NEW(a, struct ig_report);
	if (len > FALLBACK_TEXT_MAX)
		len = FALLBACK_TEXT_MAX;
	r->kind = IG_KIND_MAIL;
	r->class = IG_CLASS_PERSON;
	r->class_reason = "the message could not be read";
	r->date = IG_NEVER;
	char *text = ig_utf8_repair(a, head ? head : "", len);
	r->text = r->reply_text = ig_utf8_nfc(a, text, strlen(text));
	r->in_reply_to = r->references = r->delivered_to = no_strings;
	const char **problems = ig_arena_calloc(a, 2, sizeof *problems);
	problems[0] = ig_arena_strdup(a, problem ? problem : "the message could not be read");
	r->problems = problems;
	/* Its own bytes are all that is known of it; the caller may know more of them and overwrite this. */
	ig_sha256_of(head ? head : "", len, r->identity);
	r->fallback = true;
	r->no_auto_reply = true; /* nobody is answered by guess */
	r->folded = ig_utf8_fold(a, r->text, strlen(r->text));
	return r;
}
