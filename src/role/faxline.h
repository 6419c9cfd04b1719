/* What the files of the faxline share. */
#ifndef IG_ROLE_FAXLINE_H
#define IG_ROLE_FAXLINE_H
#include <jansson.h>
#include "base/arena.h"
#include "fax/call.h"
#include "fax/line.h"
#include "role/role.h"

#define IG_FAXLINE_FACTS "facts.json" /* in a call's folder: what is known of it, written anew with each page */

struct ig_faxline;
struct ig_faxline_call {
	struct ig_faxline *of;
	struct ig_line_call *line;   /* NULL: hung up */
	struct ig_link *child;       /* NULL: done */
	struct event *again;         /* no line yet: dials once more */
	int dials;
	struct event *drop;          /* the other side hung up: the child may still hear its last words */
	char *folder, *name;         /* path; last part of it */
	json_t *facts;               /* as in a sidecar (INTERFACE "faxes"), and of ours: line */
	int64_t dispatch;            /* of an outgoing one; 0 */
	int first, total;
	json_int_t attempt;          /* which of its dispatch: asked twice for one, there is one call */
	uint64_t request;            /* to the recorder; 0 none */
	bool talking, finished, empty; /* empty: it came and brought no page; the clerk writes it down */
	struct ig_faxline_call *next;
};
struct ig_faxline {
	struct ig_role *role;
	struct ig_arena *arena;      /* of one note */
	struct ig_link *recorder, *clerk;
	struct ig_lines *lines;
	struct ig_faxline_call *calls;
	char *in, *out;              /* folders below var/fax */
	int nurse, loop_fd;
	uint64_t next_request, serial;
	bool stopping;
};
extern int ig_faxline_nurse; /* forked by main before anything else */

/* faxline_call.c */
extern const struct ig_line_hooks ig_faxline_hooks;
struct ig_faxline_call *ig_faxline_call_new(struct ig_faxline *f, const char *parent, const char *name); /* with its folder; NULL */
void ig_faxline_call_free(struct ig_faxline_call *c);
void ig_faxline_is(struct ig_faxline *f); /* the one of this process, for the hooks */
void ig_faxline_send(struct ig_faxline *f, const void *note, size_t len); /* SEND of the clerk */
/* faxline_folder.c */
int ig_faxline_keep(struct ig_faxline_call *c);     /* facts.json, synced. 0 or -1 */
void ig_faxline_append(struct ig_faxline_call *c);  /* its pages become a frame; without a page the folder goes */
void ig_faxline_appended(struct ig_faxline *f, uint64_t request, bool durable, const char *why);
void ig_faxline_again(struct ig_faxline *f);        /* what was not taken before */
void ig_faxline_left_over(struct ig_faxline *f);    /* folders of calls that a crash cut */
void ig_faxline_remove(const char *folder);
json_t *ig_faxline_facts(const char *folder); /* an object, empty when there is none */
/* faxline_kept.c: what came of outgoing calls, until the clerk has committed it */
enum ig_faxline_asked { IG_FAXLINE_FRESH, IG_FAXLINE_CUT /* while talking */, IG_FAXLINE_TOLD };
/* Was it asked to send these pages in this attempt before? Unless fresh, the facts of c are those that were kept. */
enum ig_faxline_asked ig_faxline_asked_before(struct ig_faxline_call *c, const char *sha256);
void ig_faxline_tell_sent(struct ig_faxline_call *c); /* its facts have the result; c is gone */
void ig_faxline_tell_empty(struct ig_faxline_call *c); /* a call that brought no page; again when a clerk comes */
void ig_faxline_committed(struct ig_faxline *f, const void *note, size_t len); /* SENT that the clerk gave back */
void ig_faxline_drop_old(struct ig_faxline *f); /* at start */
#endif
