/* The store's door, second half: facts, the ladder, timers, obligations, coordination orders, rota. The same contract as store.h. */
#ifndef IG_STORE_STORE_DUTY_H
#define IG_STORE_STORE_DUTY_H
#include "model/duty.h"
#include "model/profile.h"
#include "store/store.h"

/* ---- facts: append-only. facts: the newest of each name when newest, else all, oldest first. */
int ig_store_fact_add(struct ig_store *s, const struct ig_fact_row *f);
int ig_store_facts(struct ig_store *s, int64_t incident, bool newest, struct ig_arena *a, struct ig_fact_row **list_r, size_t *count_r);

/* ---- notice and report */
int ig_store_original_save(struct ig_store *s, const struct ig_original *o);
int ig_store_original_get(struct ig_store *s, int64_t incident, struct ig_arena *a, struct ig_original *o_r); /* 1, 0 none */

/* ---- the ladder */
int ig_store_step_save(struct ig_store *s, struct ig_step *st); /* id 0: new, fills it */
int ig_store_step_get(struct ig_store *s, int64_t id, struct ig_arena *a, struct ig_step *st_r);
int ig_store_step_by_dispatch(struct ig_store *s, int64_t dispatch, struct ig_arena *a, struct ig_step *st_r); /* notice or report: 1, 0 */
int ig_store_steps(struct ig_store *s, int64_t incident, struct ig_arena *a, struct ig_step **list_r, size_t *count_r); /* oldest first */

/* ---- timers. at IG_NEVER: none any more. */
int ig_store_timer_set(struct ig_store *s, enum ig_timer what, int64_t subject, ig_time at);
int ig_store_timer_get(struct ig_store *s, enum ig_timer what, int64_t subject, ig_time *at_r); /* IG_NEVER none */
int ig_store_timer_next(struct ig_store *s, ig_time *at_r); /* IG_NEVER none */
int ig_store_timers_due(struct ig_store *s, ig_time now, size_t limit, struct ig_arena *a, struct ig_timer_row **list_r, size_t *count_r);

/* ---- obligations */
int ig_store_obligation_save(struct ig_store *s, struct ig_obligation *o);
int ig_store_obligation_get(struct ig_store *s, int64_t id, struct ig_arena *a, struct ig_obligation *o_r);
int ig_store_obligation_by_duty(struct ig_store *s, int64_t duty, struct ig_arena *a, struct ig_obligation *o_r);
/* The newest of a party and what (by due), done or not: 1, 0 none. */
int ig_store_obligation_last(struct ig_store *s, int64_t party, const char *what, struct ig_arena *a, struct ig_obligation *o_r);
struct ig_obligation_filter { bool open_only, by_party; int64_t party; const char *what; ig_time due_from, due_to; /* IG_NEVER open */ };
int ig_store_obligations(struct ig_store *s, const struct ig_obligation_filter *f, int (*each)(const struct ig_obligation *o, void *arg), void *arg);

/* ---- coordination orders */
int ig_store_coordination_save(struct ig_store *s, struct ig_coordination *c);
int ig_store_coordination_get(struct ig_store *s, int64_t id, struct ig_arena *a, struct ig_coordination *c_r);
int ig_store_coordinations(struct ig_store *s, int64_t incident /* 0 all */, struct ig_arena *a, struct ig_coordination **list_r, size_t *count_r);
int ig_store_coordination_to_save(struct ig_store *s, const struct ig_coordination_to *t);
int ig_store_coordination_tos(
	struct ig_store *s, int64_t coordination, struct ig_arena *a, struct ig_coordination_to **list_r, size_t *count_r);

/* ---- rota, revoked channels, proposals */
int ig_store_rota_add(struct ig_store *s, struct ig_rota *r);
int ig_store_rota_end(struct ig_store *s, int64_t id, ig_time at); /* ends at that time; one that has not begun goes */
/* Those whose time touches from to to; IG_NEVER open. */
int ig_store_rotas(struct ig_store *s, ig_time from, ig_time to, struct ig_arena *a, struct ig_rota **list_r, size_t *count_r);
/* An address that is never used again, whoever names it. */
int ig_store_revoke(struct ig_store *s, enum ig_channel channel, const char *address, int64_t party, ig_time at, const char *actor, const char *why);
int ig_store_is_revoked(struct ig_store *s, enum ig_channel channel, const char *address); /* 1, 0, -1 */
int ig_store_proposal_save(struct ig_store *s, struct ig_proposal *p);
int ig_store_proposal_get(struct ig_store *s, int64_t id, struct ig_arena *a, struct ig_proposal *p_r);
int ig_store_proposals(struct ig_store *s, bool open_only, struct ig_arena *a, struct ig_proposal **list_r, size_t *count_r);
/* Heightened periods that persons have added to those of the profiles; times as a profile's dates. */
int ig_store_period_add(struct ig_store *s, const struct ig_profile_period *p, const char *actor, ig_time at, int64_t *id_r);
int ig_store_period_delete(struct ig_store *s, int64_t id);
int ig_store_periods(struct ig_store *s, struct ig_arena *a, struct ig_profile_period **list_r, size_t *count_r);
int ig_store_period_ids(struct ig_store *s, struct ig_arena *a, int64_t **ids_r, size_t *count_r); /* in the same order */
#endif
