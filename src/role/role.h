/* One thin file per process; every role file has the same order: hooks, configuration, peers, sandbox, loop.
 * A role is irgated re-executed as `irgated --role NAME` with its control socket to the parent as descriptor 3. */
#ifndef IG_ROLE_ROLE_H
#define IG_ROLE_ROLE_H
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include "base/link.h"
#include "base/sandbox.h"
#include "conf/conf.h"

#define IG_ROLE_FD 3 /* socket to the parent */

struct event_base;
/* What ig_role_main does for every role, in this order:
 *   CONF  -> conf, clock, log, base and shared_fd are set, then start()
 *   PEER, LISTEN, other notes -> peer(), listen(), note(): before GO and again at any time after it
 *   GO    -> confine(), the sandbox, run(), READY to the parent, the loop
 *   PING  -> PONG, by itself: a role that does not come back to its loop is killed and started again
 *   STOP (or SIGTERM) -> stop(); end of the parent -> exit at once, as if killed: nothing may rely on a good end.
 * Any member but name may be NULL. */
struct ig_role;
struct ig_role_ops {
	const char *name;
	/* Before confinement: open what it may hold. -1 with why: exit 70 (the parent tries again, with back-off). */
	int (*start)(struct ig_role *r, struct ig_why *why);
	/* What it may do; s holds the role's table line (may, paths) already empty and its name. */
	void (*confine)(struct ig_role *r, struct ig_sandbox *s);
	/* After confinement, before the loop. */
	int (*run)(struct ig_role *r, struct ig_why *why);
	/* A peer (again: the old socket of that peer and index is dead then), a listening socket, any other note of the parent. fd is owned by
	 * the callee. Listening sockets named "lmtp" come in the order of conf->lmtps. */
	void (*peer)(struct ig_role *r, const char *role, uint64_t index, int fd);
	void (*listen)(struct ig_role *r, const char *name, int fd);
	void (*note)(struct ig_role *r, uint16_t kind, const void *body, size_t len, int fd);
	/* A loop of its own, which also serves r->base; NULL: event_base_dispatch. */
	void (*loop)(struct ig_role *r);
	void (*stop)(struct ig_role *r); /* finish what is begun, then ig_role_exit(0) */
};
struct ig_role {
	const struct ig_role_ops *ops;
	struct event_base *base;
	struct ig_conf *conf;
	struct ig_link *parent;
	bool once, verbose, systemd;
	uint64_t frames; /* taken by the store when irgated started */
	int shared_fd; /* clerk: the page shared with the parent; else -1 */
	void *state;   /* the role's own */
};
int ig_role_main(const char *name); /* from main of irgated (roles.c) */
int ig_role_run(const struct ig_role_ops *ops); /* from main of a role with a program of its own */
void ig_role_exit(struct ig_role *r, int code); /* leaves the loop */
void ig_role_alarm(struct ig_role *r, const char *code, const char *text); /* to the clerk by way of the parent */

/* Fills role, may, paths and user from the one table in confine.c (doc/SANDBOX.md); limits are left alone. Strings live in a or in c.
 * For mailin c holds the folders of that one mailin; NULL will do for reader, which has no path at all. */
struct ig_arena;
void ig_role_confine(const char *role, const struct ig_conf *c, struct ig_sandbox *s, struct ig_arena *a);

extern const struct ig_role_ops ig_role_recorder, ig_role_mailin, ig_role_clerk, ig_role_sender, ig_role_account;

/* Page shared by parent and clerk. frame_at: which frame the clerk is about to decide upon, 0 for none. beats: raised by the clerk whenever
 * work goes on (a frame, SENT, SCANNED); under --once the parent ends a run (70) that does not move for a long time. */
struct ig_role_page {
	_Atomic uint64_t frame_at, beats;
};

/* irgated without --role: exit code. now is IG_NEVER without --now. (role/parent.c) */
int ig_parent_main(const char *conf_file, bool once, bool verbose, ig_time now);
/* What --check does: configuration, templates, named users; every error on standard error. 0 or 78. */
int ig_parent_check(const char *conf_file);

/* Takes the instance's lock (var/lock; var is made when missing). The descriptor is not close-on-exec; -1 with why ("held by pid N") when another
 * process owns the instance. Waits a little for the last roles of an owner that was killed. */
int ig_instance_lock(const struct ig_conf *c, struct ig_why *why);

/* Starts irgate-reader with its socket as descriptor IG_ROLE_FD; used by parent, and by irgatectl offline. Socket (close-on-exec) or -1; *pid_r.
 * Limits go as words of its command line, "name=number" (user=NAME a string, left out when none):
 *   user cpu_ms memory max_messages text_max header_max parts_max depth_max headers_max references_max recipients_max
 *   observables_max marks (names of fields with commas between) */
int ig_reader_spawn(const struct ig_conf *c, pid_t *pid_r, struct ig_why *why);
int ig_reader_spawn_explaining(const struct ig_conf *c, pid_t *pid_r, struct ig_why *why); /* its problems begin with how filters went */
/* The same for the program irgate-KIND: "reader", "pages", "keys", each with words of its own (spawn.c). */
int ig_worker_spawn(const struct ig_conf *c, const char *kind, pid_t *pid_r, struct ig_why *why);
/* drawing.c: an irgate-scribe of its own draws one thing (type, wanted and words as in scribe.c; "sign" in wanted: signed by an irgate-sealer too), the
 * first of what was wanted into out. Blocking. -1 with why. */
int ig_drawing_call(const struct ig_conf *conf, const char *type, const char *wanted, const char *words, const void *p, size_t len, struct ig_buf *out,
	struct ig_why *why);
/* A program with standard streams, sock as IG_ROLE_FD, keep (if not -1) as the next descriptor, and nothing else open. 0 or an errno. */
int ig_spawn(const char *path, char *const argv[], int sock, int keep, pid_t *pid_r);
#endif
