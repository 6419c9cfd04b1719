/* The circular's forms (notice, initial and final report of an incident) as people fill them in: labels reordered, marks left out, dates in any order
 * of signs, several phones, ticked boxes, in text, in a table of HTML, or in a document's text with tabs between cells. Inside parse only. */
#ifndef IG_PARSE_FORM_H
#define IG_PARSE_FORM_H
#include "parse/inner.h"

/* Adds the fields of a form to m, when the text is one; place: name of the file, NULL the mail's own text. How many fields. */
size_t ig_form_read(struct ig_mail *m, const char *text, const char *place);
/* ---- form_label.c: which field a line begins with. Length in characters of label and all behind it up to the value; 0 none. */
struct ig_plain;
size_t ig_form_label(const struct ig_plain *p, size_t at, size_t end, const char **field_r);
/* ---- form_value.c: text of a value to what the field holds, in the arena; NULL: it is empty. */
const char *ig_form_value(struct ig_arena *a, const char *field, const char *raw);
#endif
