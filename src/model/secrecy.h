/* What a message says about its own secrecy: three things that are never mapped to one another. The reporter's wish (words, or a TLP label that
 * amounts to it), the TLP label, and the mark of a state secret (MẬT, TỐI MẬT, TUYỆT MẬT), which is law and not a wish. */
#ifndef IG_MODEL_SECRECY_H
#define IG_MODEL_SECRECY_H
#include "model/report.h"

#define IG_SECRECY_LINES 4000      /* of one text are looked at for a mark */

/* Adds the fields "secrecy.requested" ("true"), "secrecy.tlp" ("red amber+strict amber green clear") and "secrecy.state" ("mat toi-mat
 * tuyet-mat") to the report, each at most once and with where it stood; nothing where the message says nothing. Looks at subject, text, and
 * names and texts of attachments. Calling it again changes nothing. */
void ig_secrecy_fields(struct ig_report *r, struct ig_arena *a);
/* Value of one of them, NULL none. */
const char *ig_secrecy_field(const struct ig_report *r, const char *name);
/* The stricter of two TLP labels, or of two marks; NULL is none. Words of the lists above, else the first. */
const char *ig_secrecy_tlp_stricter(const char *a, const char *b);
const char *ig_secrecy_state_stricter(const char *a, const char *b);
const char *ig_secrecy_state_text(const char *state); /* "TỐI MẬT" */
#endif
