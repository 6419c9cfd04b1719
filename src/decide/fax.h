/* Rules of the fax: pure, as all of the room. */
#ifndef IG_DECIDE_FAX_H
#define IG_DECIDE_FAX_H
#include "decide/decide.h"

#define IG_FAX_NUMBER_MAX 40
/* After a call that ended as at->code says (a word of the fax room, or busy, no-answer, unreachable, no-line before it); times: calls for this
 * dispatch that ended so, this one included. State queued, sent, failed or uncertain, and when it may be tried again. */
void ig_decide_fax_retry(const struct ig_dispatch *d, const struct ig_attempt *at, int64_t times, const struct ig_conf *conf, ig_time now,
	enum ig_dispatch_state *state_r, ig_time *not_before_r);
bool ig_decide_fax_local(const struct ig_attempt *at); /* our own fault: somebody must look */
/* Digits with a plus before and blanks, dots, hyphens, brackets between; 3 to 15 of them. */
bool ig_decide_number_ok(const char *number);
void ig_decide_number_plain(const char *number, char out[IG_FAX_NUMBER_MAX + 1]); /* plus and digits only */
/* t, or the end of the quiet hours that it lies in; urgent letters know none. */
ig_time ig_decide_fax_time(const struct ig_conf *conf, enum ig_lane lane, ig_time t);
int ig_decide_quiet_parse(const char *s, int *from_r, int *to_r); /* "22:00-06:00" to minutes of the day; -1 */
#endif
