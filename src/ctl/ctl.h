/* The operator's verbs: a table of phrases, one file per noun. The same verbs run in irgatectl (no daemon: it takes the lock and does the
 * clerk's work itself) and behind the control socket (reading verbs in a forked child with a read-only store, acts in the clerk). */
#ifndef IG_CTL_CTL_H
#define IG_CTL_CTL_H
#include <stdbool.h>
#include "base/arena.h"
#include "base/buf.h"
#include "desk/desk.h"
#include "model/names.h"

struct ig_ctl { /* one call */
	struct ig_desk *desk;   /* NULL for verbs that need no store, or a read-only one (see store) */
	struct ig_store *store;
	struct ig_evidence_reader *log;
	const struct ig_conf *conf;
	struct ig_arena *arena;
	const char *actor;      /* "user:NAME" */
	enum ig_right right;
	bool json, colour, terminal;
	int width;
	int argc;
	char **argv;            /* words after the phrase; argv[argc] NULL */
	const char *input;      /* standard input, where the phrase wants it */
	size_t input_len;
	/* Output; flushed in pieces where it is long. */
	void (*out)(struct ig_ctl *c, const void *p, size_t len);
	void (*err)(struct ig_ctl *c, const char *fmt, ...);
	void *arg;
};
enum ig_ctl_needs { IG_CTL_NOTHING = 0, IG_CTL_CONF = 1, IG_CTL_STORE = 2, IG_CTL_WRITE = 4, IG_CTL_LOCAL = 8 /* always runs in irgatectl itself */ };
struct ig_ctl_phrase {
	const char *words;      /* "incident list" */
	const char *args;       /* "[--open] [--limit N]" */
	unsigned needs;
	enum ig_right right;    /* least right */
	const char *help;       /* one line */
	int (*run)(struct ig_ctl *c); /* exit code */
};
extern const struct ig_ctl_phrase ig_ctl_phrases[]; /* ends with words NULL */
const struct ig_ctl_phrase *ig_ctl_find(int argc, char **argv, int *used_r);
#endif
