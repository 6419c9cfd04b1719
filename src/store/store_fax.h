/* The store's part for the fax: calls, and letters that went by another way. Inside the caller's transaction; contract as in store.h. */
#ifndef IG_STORE_STORE_FAX_H
#define IG_STORE_STORE_FAX_H
#include "store/store.h"

struct ig_store_fax_call {
	int64_t id;
	int64_t dispatch, message;         /* of an outgoing, an incoming one; 0 */
	const char *line, *number, *ident; /* number: dialled, or that the network gave; ident: claimed */
	ig_time started, ended;
	int pages, total, rate;            /* pages confirmed or received */
	bool ecm;
	bool reported;                     /* there is a report of it */
	const char *result, *text, *sha256; /* result: a word of the fax room, or of the call before it ("busy"); sha256 of the pages sent */
};
int ig_store_fax_call_add(struct ig_store *s, struct ig_store_fax_call *c); /* sets its id */
int ig_store_fax_call_get(struct ig_store *s, int64_t id, struct ig_arena *a, struct ig_store_fax_call *c_r); /* 1, 0 none, -1 */
int ig_store_fax_calls(struct ig_store *s, int64_t dispatch /* 0 all */, int64_t limit, struct ig_arena *a, struct ig_store_fax_call **list_r,
	size_t *count_r); /* newest first */
int64_t ig_store_fax_minutes(struct ig_store *s, ig_time since); /* begun minutes of our calls; -1 */
int64_t ig_store_fax_results(struct ig_store *s, int64_t dispatch, const char *result); /* how often it ended so; -1 */
int64_t ig_store_fax_empty(struct ig_store *s, ig_time since); /* calls to us that brought no page; -1 */
int64_t ig_store_fax_known(struct ig_store *s, const struct ig_store_fax_call *c); /* is such a one there: same message, line, caller and begin; -1 */
int64_t ig_store_fax_requeue(struct ig_store *s); /* what was `sending` by fax is queued again; count, -1 */
int64_t ig_store_fax_receipts(struct ig_store *s, const char *number, ig_time since); /* automatic letters to it; -1 */
int64_t ig_store_fax_confirmed(struct ig_store *s, int64_t dispatch); /* pages confirmed so far; -1 */

/* Reports of calls (PDF): wanted once, then there, or not with why. */
int ig_store_fax_report_want(struct ig_store *s, int64_t call);
int ig_store_fax_report_wanted(struct ig_store *s, int64_t *call_r); /* the oldest: 1, 0 none, -1 */
int ig_store_fax_report_put(struct ig_store *s, int64_t call, const void *pdf, size_t size);
int ig_store_fax_report_failed(struct ig_store *s, int64_t call, const char *why);
int ig_store_fax_report(struct ig_store *s, int64_t call, struct ig_arena *a, const void **pdf_r, size_t *size_r); /* 1, 0 not there, -1 */
int64_t ig_store_fax_attempt(struct ig_store *s, int64_t call); /* which of the calls for its dispatch, from 1; -1 */

/* dispatch 0: nothing could go instead, a person was told. */
int ig_store_instead_add(struct ig_store *s, int64_t dispatch, int64_t of, const char *why);
int64_t ig_store_instead_of(struct ig_store *s, int64_t dispatch); /* 0 none; -1 */
int ig_store_instead_by(struct ig_store *s, int64_t of, int64_t *dispatch_r); /* 1, with 0 where a person was told; 0 nothing was done yet; -1 */
/* Mails tried and still not accepted, made at that time or before, for which nothing went instead. */
int ig_store_mail_waiting(struct ig_store *s, ig_time created_before, int64_t *ids, size_t max, size_t *count_r);
#endif
