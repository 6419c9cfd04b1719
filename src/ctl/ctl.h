/* The operator's verbs: a table of phrases, one file per noun. The same verbs run in irgatectl (no daemon: it takes the lock and does the
 * clerk's work itself) and behind the control socket (reading verbs in a forked child with a read-only store, acts in the clerk). */
#ifndef IG_CTL_CTL_H
#define IG_CTL_CTL_H
#include <stdbool.h>
#include <sys/types.h>
#include "base/arena.h"
#include "base/buf.h"
#include "desk/desk.h"
#include "model/names.h"

enum { IG_CTL_NOPERM = 77 }; /* sysexits.h EX_NOPERM: the caller has not the right */

struct ig_ctl { /* one call */
	struct ig_desk *desk;   /* NULL for verbs that need no store, and for reading ones behind the socket */
	struct ig_store *store; /* NULL for verbs that need none */
	struct ig_evidence_reader *log;
	const struct ig_conf *conf;
	struct ig_arena *arena;
	const char *actor;      /* "user:NAME" */
	enum ig_right right;
	bool json, colour, terminal, offline; /* offline: this process holds the instance */
	bool again;             /* a verb out of a verb that runs here (ig_ctl_again) */
	int width;              /* columns of the terminal; 0 unknown */
	int argc;               /* words after the phrase; argv[argc] is NULL */
	char **argv;
	const char *input;      /* standard input, where the phrase wants it (IG_CTL_INPUT); a local verb may set it for the one it calls */
	size_t input_len;
	/* Takes output and what is said about it; called as often as needed, so that long lists stream. */
	void (*out)(struct ig_ctl *c, const void *p, size_t len);
	void (*err)(struct ig_ctl *c, const void *p, size_t len);
	void *arg;
	int line;               /* IG_CTL_LINE behind the socket: a socket where the faxline answers; 0: there is none */
};
enum ig_ctl_needs {
	IG_CTL_CONF = 1,   /* the configuration */
	IG_CTL_STORE = 2,  /* a store, reading at least */
	IG_CTL_WRITE = 4,  /* the desk: an act of a person */
	IG_CTL_LOCAL = 8,  /* runs in irgatectl itself, daemon or not */
	IG_CTL_INPUT = 16, /* reads standard input */
	IG_CTL_DRAWS = 64, /* --pdf FILE: irgatectl has its --page drawn */
	IG_CTL_WALKS = 128, /* with a terminal at both ends and its least words, irgatectl asks point by point (walk) */
	IG_CTL_LINE = 256, /* asks the faxline; needs a daemon */
	IG_CTL_NOTED = 32, /* reading a secret case by it is journalled */
	IG_CTL_LISTED = 512 /* so is a list that shows officers what is in secret cases */
};
struct ig_ctl_phrase {
	const char *words;      /* "incident list" */
	const char *args;       /* "[--open] [--limit N]" */
	unsigned needs;
	enum ig_right right;    /* least right */
	const char *help;       /* one line */
	int (*run)(struct ig_ctl *c); /* exit code of enum ig_exit */
};
extern const struct ig_ctl_phrase ig_ctl_phrases[]; /* ends with words NULL */
/* Longest phrase that the words begin with; *used_r how many words it took. NULL none. */
const struct ig_ctl_phrase *ig_ctl_find(int argc, char *const *argv, int *used_r);
/* Right of a system user: root and the owner of conf->dir are chief, others by the access lists. -1: none. */
int ig_ctl_right_of(const struct ig_conf *conf, uid_t uid, enum ig_right *right_r);
/* "user:NAME", or "uid:N" without a name; in a. */
const char *ig_ctl_actor(uid_t uid, struct ig_arena *a);
/* Runs a phrase whose rights and needs are met; says usage on exit 64. */
int ig_ctl_run(struct ig_ctl *c, const struct ig_ctl_phrase *p);
/* Before a reading verb is answered, with a store that writes and no transaction open: journals reads of secret cases. */
void ig_ctl_note_read(struct ig_ctl *c, const struct ig_ctl_phrase *p);
/* irgatectl. */
int ig_ctl_main(int argc, char **argv);
#endif
