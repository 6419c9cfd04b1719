/* A duty contact that a unit sends in by mail: what the labels of its lines say. Pure; a proposal only, a person decides. */
#ifndef IG_DECIDE_CONTACT_H
#define IG_DECIDE_CONTACT_H
#include <stdbool.h>
#include "base/arena.h"

struct ig_contact { const char *name, *mail, *phone, *fax; };
/* True when the text speaks of a contact on duty and names a person with a telephone number or mail address. */
bool ig_decide_contact(const char *subject, const char *text, struct ig_arena *a, struct ig_contact *c_r);
#endif
