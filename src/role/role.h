/* One thin file per process; every role file has the same order: hooks, configuration, peers, sandbox, loop.
 * A role is irgated re-executed as `irgated --role NAME` with its control socket to the parent as descriptor 3. */
#ifndef IG_ROLE_ROLE_H
#define IG_ROLE_ROLE_H
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include "base/link.h"
#include "base/sandbox.h"
#include "conf/conf.h"

#define IG_ROLE_FD 3 /* socket to the parent */

struct event_base;
/* What role_main does for every role: reads CONF, PEER, LISTEN notes until GO, confines, answers READY, runs the loop, ends on STOP or when the
 * parent is gone. */
struct ig_role;
struct ig_role_peer { const char *role; uint64_t index; int fd; };
struct ig_role_ops {
	const char *name;
	/* Before confinement: open what it may hold. -1 with why: exit 70. */
	int (*start)(struct ig_role *r, struct ig_why *why);
	/* What it may do; filled in by the role from its configuration. */
	void (*confine)(struct ig_role *r, struct ig_sandbox *s);
	/* After confinement, before the loop. */
	int (*run)(struct ig_role *r, struct ig_why *why);
	/* A peer (again), a listening socket, a note of the parent. fd is owned by the callee. */
	void (*peer)(struct ig_role *r, const char *role, uint64_t index, int fd);
	void (*listen)(struct ig_role *r, const char *name, int fd);
	void (*note)(struct ig_role *r, uint16_t kind, const void *body, size_t len, int fd);
	void (*stop)(struct ig_role *r); /* finish what is begun, then ig_role_exit(0) */
};
struct ig_role {
	const struct ig_role_ops *ops;
	struct event_base *base;
	struct ig_conf *conf;
	struct ig_link *parent;
	bool once, verbose, systemd;
	int shared_fd; /* clerk: the page shared with the parent; else -1 */
	void *state;   /* the role's own */
};
int ig_role_main(const char *name); /* from main of irgated */
void ig_role_exit(struct ig_role *r, int code); /* leaves the loop */
void ig_role_alarm(struct ig_role *r, const char *code, const char *text); /* to the clerk by way of the parent */

extern const struct ig_role_ops ig_role_recorder, ig_role_mailin, ig_role_clerk, ig_role_sender;

/* Page shared by parent and clerk: which frame the clerk is about to decide upon. */
struct ig_role_page { _Atomic uint64_t frame_at; };

int ig_parent_main(const char *conf_file, bool once, ig_time now); /* role/parent.c */

/* Starts irgate-reader with its socket; used by parent, and by irgatectl offline. Socket or -1; *pid_r. */
int ig_reader_spawn(const struct ig_conf *c, pid_t *pid_r, struct ig_why *why);
#endif
