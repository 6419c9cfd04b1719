/* Inside of the IMAP driver: what its files share. */
#ifndef IG_INTAKE_IMAP_H
#define IG_INTAKE_IMAP_H
#include "intake/account.h"
#include "intake/imap_parse.h"
#include "intake/talk.h"

enum { IG_IMAP_CHUNK = 1 << 20, IG_IMAP_SKIPS_MAX = 100 };

/* How far the mailbox was read. Its text is "imap VALIDITY UID SINCE FIRST SKIPPED,..." (SKIPPED "-": none). */
struct ig_imap_mark {
	uint32_t validity; /* UIDVALIDITY these numbers are of; 0: never read */
	uint32_t uid;      /* what is new and not above it was taken, but for those in skips */
	uint32_t first;    /* UIDNEXT when it was first read: at or above it all is new; 0 not known */
	ig_time since;     /* what reached the server then or later is new too */
	uint32_t skips[IG_IMAP_SKIPS_MAX]; /* could not be read; tried again when a session begins */
	size_t skip_count;
};
int ig_imap_mark_parse(const char *text, struct ig_imap_mark *m_r);
void ig_imap_mark_print(const struct ig_imap_mark *m, struct ig_buf *out);

struct ig_imap_item {
	uint32_t uid;
};
struct ig_imap {
	struct ig_account *account;
	struct ig_talk *talk;
	unsigned tag;
	struct ig_buf line;       /* the response being read */
	struct ig_buf body;       /* the last literal that was a body */
	bool has_literal;
	bool idle, move, uidplus, auth_plain, auth_xoauth2, no_login, starttls; /* capabilities */
	bool bye, look;           /* said since: it ends; something came */
	char words[201];          /* of the last tagged answer */
	uint32_t validity, next;  /* of the mailbox */
	uint32_t from;            /* lowest UID a pass lists */
	struct ig_imap_mark mark;
	struct ig_imap_item *items; /* of a pass: to be taken, ascending */
	size_t count, cap;
	uint32_t *done;           /* taken and to be moved or flagged */
	size_t done_count, done_cap;
	uint32_t highest;         /* UID listed so far */
	bool broken, full;        /* of a list: something in it could not be understood; it was cut */
};
/* One command. each hears every untagged response. 0 OK, 1 NO or BAD (im->words), 2 a continuation is asked for, -1 with errno: broken. */
typedef void ig_imap_each_h(struct ig_imap *im, const char *line, void *arg);
int ig_imap_command(struct ig_imap *im, const char *command, ig_imap_each_h *each, void *arg);
/* Goes on with one that asked for more: 0, 1, 2 or -1 as before. */
int ig_imap_more(struct ig_imap *im, const char *line, ig_imap_each_h *each, void *arg);
/* Reads one response with its literals into im->line and im->body. 0 or -1. */
int ig_imap_response(struct ig_imap *im);
void ig_imap_quote(const char *s, struct ig_buf *out);
int ig_imap_broken(const struct ig_imap *im, struct ig_why *why, const char *when);

/* imap_pass.c */
int ig_imap_pass(void *session, struct ig_account_pass *p, struct ig_why *why);
/* imap_after.c: moves or flags what is in done. -1: the session is broken. */
int ig_imap_after(struct ig_imap *im, struct ig_why *why);
#endif
