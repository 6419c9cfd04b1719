/* What the files of the sender share. */
#ifndef IG_ROLE_SENDER_H
#define IG_ROLE_SENDER_H
#include <sys/types.h>
#include "deliver/deliver.h"
#include "model/names.h"
#include "role/role.h"

struct event;
#define IG_SENDER_SESSIONS 8

/* One mail on its way, in one piece of memory. */
struct ig_sender_mail {
	struct ig_sender_mail *next;
	enum ig_lane lane;
	struct ig_deliver_job job;
};
struct ig_sender_list {
	struct ig_sender_mail *first, **tail; /* tail NULL: empty and never used */
	size_t count;
};
void ig_sender_push(struct ig_sender_list *l, struct ig_sender_mail *m);
void ig_sender_push_front(struct ig_sender_list *l, struct ig_sender_mail *m);
struct ig_sender_mail *ig_sender_pop(struct ig_sender_list *l);
struct ig_sender_mail *ig_sender_mail_new(const void *note, size_t len, struct ig_arena *a); /* from a SEND note; NULL when it is bad */

/* A child with one connection. */
struct ig_sender_session {
	struct ig_sender *sender;
	struct ig_link *link; /* NULL: no child */
	int fd;               /* of link, to be closed in other children */
	pid_t pid;
	struct ig_sender_list given; /* handed to the child, the first is being sent */
	struct event *rest;          /* nothing to do for smtp_idle: the child goes */
};
struct ig_sender {
	struct ig_role *role;
	struct ig_arena *arena; /* of one note */
	struct ig_link *clerk;
	int clerk_fd;
	const struct ig_deliver_driver *driver;
	struct ig_sender_session sessions[IG_SENDER_SESSIONS];
	size_t session_count;   /* that may be open */
	struct ig_sender_list lanes[ig_lane_count];
	/* The circuit breaker of the one host that mail goes to. */
	unsigned failures;      /* in a row: out of reach */
	unsigned openings;
	int64_t closed_until;   /* monotonic ms: nothing is tried before; 0 */
	char last_words[IG_WHY_MAX];
	bool stopping;
};
void ig_sender_result(struct ig_sender *s, const struct ig_sender_mail *m, const struct ig_deliver_result *r); /* to the clerk */
/* sender_lanes.c: gives what may be given. */
void ig_sender_pump(struct ig_sender *s);
void ig_sender_reached(struct ig_sender *s, const struct ig_deliver_result *r); /* the breaker hears of each result */
/* sender_session.c */
int ig_sender_session_start(struct ig_sender_session *x); /* forks; -1 when it cannot */
void ig_sender_session_give(struct ig_sender_session *x, struct ig_sender_mail *m); /* takes over m; x has a child */
void ig_sender_session_end(struct ig_sender_session *x, const char *why); /* what it was sending is answered later, the rest goes back to its lane */
void ig_sender_session_rested(struct ig_sender_session *x); /* has nothing to do now */
/* sender_child.c: the life of a child; never returns. */
void ig_sender_child(const struct ig_conf *conf, const struct ig_deliver_driver *driver, int sock) __attribute__((noreturn));
#endif
