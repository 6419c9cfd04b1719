/* The parent's own door between its files (parent*.c); nobody else includes it. The parent starts, watches and restarts the roles and parses no
 * received byte. It has no timer of its own but the back-off of a dead role, systemd's watchdog and the progress watch of --once. */
#ifndef IG_ROLE_PARENT_H
#define IG_ROLE_PARENT_H
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include "base/arena.h"
#include "base/clock.h"
#include "base/link.h"
#include "conf/conf.h"
#include "role/role.h"

struct event;
struct event_base;
struct ig_parent;
struct ig_parent_token;

/* Mailboxes at servers have a process each, behind these four (IG_AT_COUNT and on); they are stopped before all others.
 * In the order in which they are stopped: first no new mail, then nothing new in the log, then the outcomes of what is being sent come home,
 * and the clerk, who writes them down, goes last. */
enum ig_parent_at { IG_AT_MAILIN, IG_AT_RECORDER, IG_AT_SENDER, IG_AT_CLERK, IG_AT_COUNT };
enum { IG_PARENT_ROLES_MAX = IG_AT_COUNT + IG_CONF_ACCOUNTS_MAX + 1 /* the fax lines, when there are any: the last */ };
#define IG_AT_ALL UINT64_MAX

struct ig_parent_role {
	struct ig_parent *parent;
	const char *name;
	uint64_t index;       /* of the mailin as recorder and clerk count them: 0 listens and reads folders, the others have an account each */
	pid_t pid;            /* 0: not running */
	struct ig_link *link; /* NULL: not running */
	bool ready, stopping;
	int64_t born;         /* monotonic ms */
	unsigned failures;    /* deaths in a row: the back-off */
	struct event *again;  /* armed while it waits to be started again */
	uint64_t ponged;      /* newest PING it answered */
	int64_t silent_since; /* monotonic ms of the first PING without an answer; 0 none */
	struct ig_parent_token *token; /* its token command runs; NULL */
};

enum { IG_PARENT_LISTENERS_MAX = 18, IG_PARENT_READERS_MAX = 64, IG_PARENT_ALARMS_MAX = 32, IG_PARENT_SUSPECTS_MAX = 64, IG_PARENT_CHORES = 2 };

struct ig_parent_listener {
	const char *name; /* "control", "append", "lmtp" */
	char *spec;       /* own; "unix:PATH" or "ADDRESS:PORT" */
	int fd;
};
struct ig_parent_listeners {
	struct ig_parent_listener item[IG_PARENT_LISTENERS_MAX];
	size_t count;
};

/* Workers of the clerk, by the name of their program behind irgate-: readers, and those of slow reading. */
#define IG_POOLS(X) X(READER, "reader") X(PAGES, "pages") X(KEYS, "keys") X(SCRIBE, "scribe") X(SEALER, "sealer") X(CLAMD, "clamd")
#define IG_POOL_ITEM(v, w) IG_POOL_##v,
enum ig_pool { IG_POOLS(IG_POOL_ITEM) IG_POOL_COUNT };

enum ig_parent_stage { IG_PARENT_RUNNING, IG_PARENT_REPLACING, IG_PARENT_STOPPING };

struct ig_parent {
	const char *conf_file; /* absolute */
	bool once, verbose, systemd;
	ig_time now;           /* IG_NEVER: the clock runs */
	uint64_t frames;       /* that the store had taken at the start: the log may have lost them since */
	int lock;
	struct event_base *base;
	struct ig_conf *conf;
	struct ig_arena *arena; /* strings of one note */
	struct ig_parent_role role[IG_PARENT_ROLES_MAX];
	size_t role_count;      /* those that the configuration asks for */
	struct ig_parent_listeners listeners;
	enum ig_parent_stage stage;
	int code;               /* exit code once stopped */
	bool said_ready;
	struct event *kill_at;  /* what did not stop by then is killed */
	struct event *signals[5];

	int page_fd;            /* shared with the clerk */
	struct ig_role_page *page;
	struct { uint64_t frame, deaths; } suspects[IG_PARENT_SUSPECTS_MAX];
	size_t suspect_count;

	struct ig_parent_pool {
		struct ig_parent *parent;
		pid_t pids[IG_PARENT_READERS_MAX];
		size_t count, wanted;
		unsigned failures;   /* to start one, in a row */
		struct event *again;
		bool forgotten; /* its processes were ended by us */
} pools[IG_POOL_COUNT];

	struct { char *code, *text; } alarms[IG_PARENT_ALARMS_MAX]; /* for a clerk that is down */
	size_t alarm_count;

	pid_t chores[IG_PARENT_CHORES]; /* an irgatectl each that is at it; 0 none */
	pid_t check_pid;        /* the throw-away child that reads a new configuration */
	int check_fd;
	struct event *check_said;
	char check_words[IG_WHY_MAX];
	bool reload_wanted;     /* another SIGHUP came meanwhile */

	struct event *watch;
	uint64_t watchdog_us, ping, moved_mark;
	int64_t moved_at;
};

/* parent_roles.c */
void ig_parent_roles_init(struct ig_parent *p);
void ig_parent_roles_count(struct ig_parent *p); /* of the configuration; none may run */
void ig_parent_roles_start(struct ig_parent *p, uint64_t set); /* bit i: role i */
void ig_parent_role_died(struct ig_parent *p, struct ig_parent_role *r, int status);
/* Ends all roles in order; ig_parent_all_stopped is called when the last is gone. */
void ig_parent_roles_stop(struct ig_parent *p, enum ig_parent_stage stage);
bool ig_parent_all_ready(const struct ig_parent *p);

/* parent_notes.c */
int ig_parent_note(struct ig_link *l, uint16_t kind, const void *body, size_t len, int fd, void *arg); /* an ig_link_h; arg is the role */
void ig_parent_alarm(struct ig_parent *p, const char *code, const char *text);
void ig_parent_alarms_flush(struct ig_parent *p);

/* parent_suspects.c */
int ig_parent_page_init(struct ig_parent *p, struct ig_why *why);
void ig_parent_clerk_died(struct ig_parent *p);    /* counts the death at the frame on the page */
void ig_parent_suspects_tell(struct ig_parent *p); /* to a fresh clerk, before GO */

/* parent_readers.c */
int ig_parent_reader_wanted(struct ig_parent *p, const char *kind); /* -1: there is no such pool */
void ig_parent_reader_unwanted(struct ig_parent *p, uint64_t pid);      /* as given in its PEER; another number is no reader */
bool ig_parent_reader_died(struct ig_parent *p, pid_t pid, int status); /* false: not a reader */
void ig_parent_readers_forget(struct ig_parent *p);                     /* the clerk that wanted them is gone */
void ig_parent_readers_end(struct ig_parent *p);                        /* the gateway stops */
void ig_parent_readers_free(struct ig_parent *p);

/* parent_backup.c: starts "backup" or "archive"; 0, or 1: no such chore */
int ig_parent_chore(struct ig_parent *p, const char *name);
bool ig_parent_chore_died(struct ig_parent *p, pid_t pid, int status); /* false: not that child */

/* parent_token.c: an account asks for a token. 0, or -1 when that role has no business with one */
int ig_parent_token(struct ig_parent_role *r);
void ig_parent_token_drop(struct ig_parent_role *r);

/* parent_listen.c: opens what conf asks for, keeping sockets of old that have the same address (they move). 0, or -1 with why, nothing moved. */
int ig_parent_listen(const struct ig_conf *conf, struct ig_parent_listeners *old, struct ig_parent_listeners *new_r, struct ig_why *why);
void ig_parent_listeners_close(struct ig_parent_listeners *l, bool unlink_too);

/* parent_reload.c: SIGHUP */
void ig_parent_reload(struct ig_parent *p);
bool ig_parent_check_died(struct ig_parent *p, pid_t pid, int status); /* false: not that child */
void ig_parent_check_drop(struct ig_parent *p);

/* parent_watch.c: what systemd is told, the watchdog, the progress of --once */
void ig_parent_watch_init(struct ig_parent *p);
void ig_parent_watch_free(struct ig_parent *p);
void ig_parent_tell(struct ig_parent *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* parent_check.c */
int ig_parent_filters_broken(const struct ig_conf *c, void (*say)(const char *line, void *arg), void *arg); /* how many; each mistake is said */
int ig_parent_templates_sound(const struct ig_conf *c); /* 0, or -1 and every mistake was said on standard error */
int ig_parent_users_exist(const struct ig_conf *c, struct ig_why *why);
/* var/evidence, var/store, var/tmp: each has one writer, to whom it is given when the configuration names users and we are root. */
int ig_parent_make_folders(const struct ig_conf *c, struct ig_why *why);
/* In a child of its own, so that the parent never maps the store: is now not before the newest arrival or act? IG_EX_OK, IG_EX_USAGE, ... */
uint64_t ig_parent_frames_taken(const struct ig_conf *c); /* by the store; 0 where there is none */
int ig_parent_now_allowed(const struct ig_conf *c, ig_time now);

/* parent.c */
void ig_parent_end(struct ig_parent *p, int code); /* stop all, then exit with code */
void ig_parent_all_stopped(struct ig_parent *p);
#endif
