/* Templates as loaded, for the files of the compose room. */
#ifndef IG_COMPOSE_TEMPLATES_H
#define IG_COMPOSE_TEMPLATES_H
#include "compose/compose.h"
#include "compose/words.h"

struct ig_template {
	struct ig_mustache *subject, *about, *body; /* about: what stands after "V/v" or below the name of the document; NULL none */
	const char *type, *type_name; /* "BC", "BÁO CÁO"; NULL: an official letter, which has no name of its kind */
};
/* NULL when kind is unknown. */
const struct ig_template *ig_template_of(const struct ig_templates *t, const char *kind, enum ig_words_language l);
/* The fields of a letter in one language: what the desk gave and the role may read, and what compose adds. The caller decrefs. */
json_t *ig_letter_fields(const struct ig_letter *letter, enum ig_words_language l, ig_time date);
/* Rendered text as lines: \n, no controls, no white space at the ends of lines, lines past the width broken at spaces. */
void ig_letter_wrap(const char *text, size_t len, struct ig_buf *out);
#endif
