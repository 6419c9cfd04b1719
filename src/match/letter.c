/* Pages: a letter of ours that comes back bears a code; an answer names our reference, or the number of our letter. What several readings of the page
 * agreed on, or a code, joins; one reading alone is a suggestion and a duty. Relies on fields with how sure they are. */
#include <string.h>
#include "match/room.h"

#define VERIFIED 0.95

static const struct ig_field *field(const struct ig_report *r, const char *name)
{
	for (size_t i = 0; i < r->field_count; i++)
		if (!strcmp(r->fields[i].name, name) && r->fields[i].value && *r->fields[i].value)
			return &r->fields[i];
	return NULL;
}

static bool by_reference(struct ig_matching *g, const struct ig_field *f)
{
	struct ig_ref ref;
	int64_t incident = ig_ref_parse(f->value, strlen(f->value), &ref) ? 0 : g->look->incident_by_ref(g->look->arg, ref);
	bool code = f->rule && !strcmp(f->rule, "qr");
	if (!incident) {
		ig_matching_reject(g, "%s %s is on a page, and no case of ours", code ? "a code with" : "reference", f->value);
		return false;
	}
	if (f->confidence < VERIFIED) {
		ig_matching_reject(g, "reference %s was read on a page by %s: not sure enough to join by itself", f->value, f->rule ? f->rule : "one reading");
		g->m->suggested = incident;
		return false;
	}
	ig_matching_join(g, incident, code ? IG_MATCHED_BY_CODE : IG_MATCHED_BY_REFERENCE,
		ig_arena_fmt(g->a, "%s %s on %s", code ? "code" : "reference", f->value, f->where ? f->where : "a page"));
	return true;
}

bool ig_matching_letter(struct ig_matching *g)
{
	const struct ig_field *ref, *answered;
	if (g->r->kind == IG_KIND_MAIL)
		return false;
	ref = field(g->r, "reference");
	answered = field(g->r, "letter.in_reply_to");
	if (ref && by_reference(g, ref))
		return true;
	int64_t incident = answered && g->look->incident_by_letter ? g->look->incident_by_letter(g->look->arg, answered->value) : 0;
	if (!incident)
		return false;
	if (answered->confidence < VERIFIED) {
		ig_matching_reject(g, "answers letter %s by one reading of the page: not sure enough to join by itself", answered->value);
		g->m->suggested = incident;
		return false;
	}
	ig_matching_join(g, incident, IG_MATCHED_BY_LETTER_NUMBER, ig_arena_fmt(g->a, "answers our letter %s (%s)", answered->value,
		answered->where ? answered->where : "a page"));
	return true;
}
