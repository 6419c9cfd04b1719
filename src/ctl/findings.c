/* What filters and slow reading took from messages, as the officer sees it: fields with where each stood, tickets, observables.
 * Relies on the store; of several fields of one name in a case the surest one counts, of equal ones the newest. */
#include "config.h"
#include <string.h>
#include "ctl/room.h"
#include "model/nouns_json.h"

#define SHOWN_OBSERVABLES 20

static int load(struct ig_ctl *c, int64_t message, struct ig_findings *f_r)
{
	struct ig_field *fields;
	struct ig_observable *observables;
	struct ig_ticket *tickets;
	*f_r = (struct ig_findings){.field_count = 0};
	if (ig_store_fields(c->store, message, c->arena, &fields, &f_r->field_count) < 0 ||
		ig_store_observables(c->store, message, c->arena, &observables, &f_r->observable_count) < 0 ||
		ig_store_tickets(c->store, message, c->arena, &tickets, &f_r->ticket_count) < 0)
		return -1;
	f_r->fields = fields, f_r->observables = observables, f_r->tickets = tickets;
	return 0;
}

static void print(struct ig_ctl *c, const struct ig_findings *f)
{
	for (size_t i = 0; i < f->ticket_count; i++)
		ig_ctl_print(c, "  their ticket %s %s%s%s\n", f->tickets[i].system, f->tickets[i].id ? f->tickets[i].id : "(no number)",
			f->tickets[i].status ? ", " : "", f->tickets[i].status ? f->tickets[i].status : "");
	for (size_t i = 0; i < f->field_count; i++) {
		const struct ig_field *x = &f->fields[i];
		ig_ctl_print(c, "  %s: %s  (%.2f%s%s%s%s)\n", x->name, x->value, x->confidence, x->where ? ", " : "", x->where ? x->where : "",
			x->rule ? ", rule " : "", x->rule ? x->rule : "");
	}
	for (size_t i = 0; i < f->observable_count && i < SHOWN_OBSERVABLES; i++)
		ig_ctl_print(c, "  names %s %s\n", f->observables[i].type, f->observables[i].value);
	if (f->observable_count > SHOWN_OBSERVABLES)
		ig_ctl_print(c, "  names %zu more (--json lists them)\n", f->observable_count - SHOWN_OBSERVABLES);
}

void ig_ctl_findings(struct ig_ctl *c, int64_t message)
{
	struct ig_findings f;
	if (!load(c, message, &f)) print(c, &f);
}

void ig_ctl_findings_json(struct ig_ctl *c, int64_t message, json_t *o)
{
	struct ig_findings f;
	if (!load(c, message, &f)) ig_findings_json(o, &f);
}

/* ---- of a case: all its messages together */

struct sum {
	struct ig_field *fields;
	struct ig_observable *observables;
	struct ig_ticket *tickets;
	size_t fields_n, observables_n, tickets_n, fields_cap, observables_cap, tickets_cap;
};

static void *room(struct ig_arena *a, void *list, size_t count, size_t *cap, size_t size)
{
	if (count < *cap) return list;
	*cap = *cap ? *cap * 2 : 16;
	void *more = ig_arena_calloc(a, *cap, size);
	if (count) memcpy(more, list, count * size);
	return more;
}

static void add(struct ig_ctl *c, struct sum *s, const struct ig_findings *f)
{
	for (size_t i = 0; i < f->field_count; i++) {
		size_t k = 0;
		while (k < s->fields_n && strcmp(s->fields[k].name, f->fields[i].name)) k++;
		if (k < s->fields_n && s->fields[k].confidence > f->fields[i].confidence) continue;
		s->fields = room(c->arena, s->fields, s->fields_n, &s->fields_cap, sizeof(*s->fields));
		s->fields[k] = f->fields[i];
		s->fields_n += k == s->fields_n;
	}
	for (size_t i = 0; i < f->observable_count && s->observables_n < IG_FINDINGS_MAX; i++) {
		size_t k = 0;
		while (k < s->observables_n && strcmp(s->observables[k].value, f->observables[i].value)) k++;
		if (k < s->observables_n) continue;
		s->observables = room(c->arena, s->observables, s->observables_n, &s->observables_cap, sizeof(*s->observables));
		s->observables[s->observables_n++] = f->observables[i];
	}
	for (size_t i = 0; i < f->ticket_count; i++) {
		size_t k = 0;
		while (k < s->tickets_n && (strcmp(s->tickets[k].system, f->tickets[i].system) || strcmp(s->tickets[k].id ? s->tickets[k].id : "", f->tickets[i].id ? f->tickets[i].id : ""))) k++;
		s->tickets = room(c->arena, s->tickets, s->tickets_n, &s->tickets_cap, sizeof(*s->tickets));
		s->tickets[k] = f->tickets[i];
		s->tickets_n += k == s->tickets_n;
	}
}

static int load_incident(struct ig_ctl *c, int64_t incident, struct ig_findings *f_r)
{
	struct sum s = {.fields = NULL};
	struct ig_findings one;
	int64_t *ids;
	size_t n = 0;
	if (ig_store_incident_members(c->store, incident, IG_MEMBERS_MESSAGES, c->arena, &ids, &n)) return -1;
	for (size_t k = 0; k < n; k++) {
		if (load(c, ids[k], &one)) return -1;
		add(c, &s, &one);
	}
	*f_r = (struct ig_findings){.fields = s.fields, .observables = s.observables, .tickets = s.tickets, .field_count = s.fields_n,
		.observable_count = s.observables_n, .ticket_count = s.tickets_n};
	return 0;
}

void ig_ctl_incident_findings(struct ig_ctl *c, int64_t incident)
{
	struct ig_findings f;
	if (!load_incident(c, incident, &f)) print(c, &f);
}

void ig_ctl_incident_findings_json(struct ig_ctl *c, int64_t incident, json_t *o)
{
	struct ig_findings f;
	if (!load_incident(c, incident, &f)) ig_findings_json(o, &f);
}
