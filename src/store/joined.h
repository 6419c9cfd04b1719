/* Parts of one letter that came as several messages, because a scan was torn apart. Inside the caller's transaction; contract as in store.h. */
#ifndef IG_STORE_JOINED_H
#define IG_STORE_JOINED_H
#include "store/store.h"

struct ig_joined {
	int64_t message, whole; /* whole: the message that reads all of them */
	int64_t was;            /* the case it was filed in before; 0 none */
	ig_time at;
};
int ig_store_join(struct ig_store *s, const struct ig_joined *j);                  /* the last of its parts; also once more after its end */
int ig_store_join_end(struct ig_store *s, int64_t message, ig_time at);
int ig_store_joined(struct ig_store *s, int64_t message, struct ig_joined *j_r);   /* is it part of another? 1, 0 no, -1 */
/* Of a whole, in their order. */
int ig_store_joined_parts(struct ig_store *s, int64_t whole, struct ig_arena *a, struct ig_joined **list_r, size_t *count_r);
int ig_store_joined_ever(struct ig_store *s, int64_t whole);                       /* 1: it had parts once, 0, -1 */
/* What was read of it, so that it can be read anew: all fields that no person set (but which pages are its own), all observables. */
int ig_store_findings_forget(struct ig_store *s, int64_t message);
/* Its open duties are done, by that one. */
int ig_store_duties_done_of(struct ig_store *s, int64_t message, ig_time at, const char *by);
/* Receipts for it that have not left. */
int ig_store_answers_waiting(struct ig_store *s, int64_t message, struct ig_arena *a, int64_t **ids_r, size_t *count_r);
#endif
