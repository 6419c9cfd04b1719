/* What a template may name: the releasable fields by kind of letter and role of the party. Only for the compose room and its tests. */
#ifndef IG_COMPOSE_FIELDS_H
#define IG_COMPOSE_FIELDS_H
#include <stdbool.h>
#include <stddef.h>
#include <jansson.h>
#include "model/names.h"

enum ig_field_kind { IG_FIELD_RECEIPT = 1, IG_FIELD_ESCALATION = 2, IG_FIELD_ALL = 3 };
enum ig_field_by { IG_FIELD_BY_DESK, IG_FIELD_BY_COMPOSE };
/* Who may read it: everybody; those who act on the case; the authorities that an incident is reported to. */
enum ig_field_to { IG_FIELD_TO_ALL, IG_FIELD_TO_ACTING, IG_FIELD_TO_AUTHORITY };

struct ig_field {
	const char *name;       /* dotted; the items of a list follow it: "bases", "bases.number" */
	unsigned kinds;         /* of enum ig_field_kind */
	enum ig_field_by by;
	enum ig_field_to to;
	const char *sentence;
};
extern const struct ig_field ig_fields[];
extern const size_t ig_field_count;

/* 0 when no such kind. */
unsigned ig_field_kind_of(const char *kind);
/* NULL when the name is not declared for the kind. A name that is the object around declared ones ("office") counts as declared. */
const struct ig_field *ig_field_find(unsigned kind, const char *name);
bool ig_field_released(const struct ig_field *f, enum ig_party_role role);
/* A deep copy of given that holds only what the desk may give for this kind and a party of this role may read; dropped names are silent:
 * an absent field is empty in the template. */
json_t *ig_field_released_copy(unsigned kind, enum ig_party_role role, json_t *given);
#endif
