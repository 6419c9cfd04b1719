/* Telephone lines over SIP: who may call, what is offered and answered, when a call turns from audio to T.38. The only door to libre, whose types
 * stop at line*.c. A line offers what is there and nothing else: INVITE, ACK, BYE, CANCEL, OPTIONS; no session timers, no UPDATE, no PRACK. Runs on
 * libre's own loop. */
#ifndef IG_FAX_LINE_H
#define IG_FAX_LINE_H
#include <stdbool.h>
#include <stdint.h>
#include <jansson.h>
#include "base/buf.h"
#include "conf/conf.h"

struct ig_lines;
struct ig_line_call;
struct ig_line_hooks {
	void *arg;
	/* An incoming call passed the rules: ig_line_set() gives it its owner; -1: no more now (486). */
	int (*begin)(void *arg, struct ig_line_call *call, const char *line, const char *caller, const char *called);
	/* For the child of that call: fax/call.h; takes over fd. */
	void (*tell)(void *arg, struct ig_line_call *call, const char *what, const char *text, int fd);
	/* It is over, for us: nothing more is said to or heard from the other side. why: of an outgoing call that was never answered a word ("busy",
	 * "no-answer", "unreachable", "no-line", "line") with the other side's, and how long (ms) it wants us to wait; NULL: it was answered. */
	void (*over)(void *arg, struct ig_line_call *call, const char *why, const char *text, int64_t wait_ms);
};
/* Opens its sockets: before confinement. NULL with why. */
struct ig_lines *ig_lines_new(const struct ig_conf *c, const struct ig_line_hooks *h, struct ig_why *why);
void ig_lines_run(struct ig_lines *l);  /* registers where that is wanted */
/* Calls number over a line that is free. NULL with a word as in over. */
struct ig_line_call *ig_line_dial(struct ig_lines *l, const char *number, void *owner, const char **word_r, struct ig_why *why);
bool ig_lines_settling(const struct ig_lines *l); /* a registrar has still to answer for the first time */
/* The child's words: it heard a fax, and it is done. */
void ig_line_heard(struct ig_line_call *call);
void ig_line_hang_up(struct ig_line_call *call); /* BYE or CANCEL; the call is gone then */
void *ig_line_owner(const struct ig_line_call *call);
void ig_line_set(struct ig_line_call *call, void *owner); /* from begin */
const char *ig_line_name(const struct ig_line_call *call);
/* What works of the line of that name (NULL, "": of all): told once, within seconds, with a list of {name, listen, transport, register, registered,
 * registrar (its words), asked (whom, null nobody), answered, answer (their words), ms, calls, works}, which told takes over. -1: too many at once. */
int ig_lines_test(struct ig_lines *l, const char *name, void (*told)(void *arg, json_t *list), void *arg);
struct ig_lines *ig_lines_free(struct ig_lines *l); /* un-registers, hangs up */
#endif
