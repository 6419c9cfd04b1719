/* Inside of the match room: what its files share. Not for other rooms. */
#ifndef IG_MATCH_ROOM_H
#define IG_MATCH_ROOM_H
#include "base/buf.h"
#include "match/match.h"

#define IG_MATCH_REJECTED_MAX 8192 /* bytes of rejected candidates kept with a message */
#define IG_MATCH_IDS_MAX 256       /* ids of one message that are looked up, nearest first */
#define IG_MATCH_SEEN_MAX 8        /* messages looked at for one id, oldest first */

struct ig_matching { /* one decision under way */
	const struct ig_report *r;
	const struct ig_envelope *e;
	ig_time at;
	const struct ig_match_self *self;
	const struct ig_match_lookup *look;
	struct ig_arena *a;
	struct ig_match *m;
	struct ig_buf rejected;
};

/* match.c: writes down a candidate that was looked at and not taken. */
void ig_matching_reject(struct ig_matching *g, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void ig_matching_join(struct ig_matching *g, int64_t incident, enum ig_matched_by by, const char *reason);
/* 0 not known, 1 waits for a person, 2 admitted; 0 where the mail has no From. */
int ig_matching_known(const struct ig_matching *g, int64_t incident);

/* reference.c: true when a reference joined. strong: subject and recipient; weak: body and attachment names. */
bool ig_matching_by_hand(struct ig_matching *g); /* what an officer wrote down */
bool ig_matching_reference_strong(struct ig_matching *g);
bool ig_matching_reference_weak(struct ig_matching *g);

/* letter.c: what a page says (a code, a printed reference, the letter it answers); true when it joined. */
bool ig_matching_letter(struct ig_matching *g);
/* thread.c */
bool ig_matching_same_message(struct ig_matching *g);
bool ig_matching_thread(struct ig_matching *g);
bool ig_matching_ancestor(struct ig_matching *g);

/* ticket.c */
bool ig_matching_ticket(struct ig_matching *g);

/* self.c */
const char *ig_matching_domain(const char *address);             /* past the last @, or NULL */
bool ig_matching_address_eq(const char *a, const char *b);       /* case-blind; NULL equals nothing */
/* Does address reach one of ours? detail_r: text after '+' of a plus-address (only where subaddress is on), else NULL. */
bool ig_matching_is_ours(const struct ig_match_self *self, const char *address, struct ig_arena *a, const char **detail_r);
#endif
