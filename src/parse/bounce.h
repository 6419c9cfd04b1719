/* Bounces and delivery reports, as the bounce*.c files share them. Inside parse only. */
#ifndef IG_PARSE_BOUNCE_H
#define IG_PARSE_BOUNCE_H
#include "parse/inner.h"

#define IG_BOUNCES_MAX 200     /* recipients of one report; the rest is said in problems */
#define IG_BOUNCE_WORDS_MAX 1000

struct ig_bouncing { /* one report under way */
	struct ig_mail *m;
	struct ig_bounce *list;
	size_t count, room;
	const char *notice;   /* the text before the returned message, line ends LF; never NULL */
	const char *returned; /* what follows it in the same text; "" nothing */
	bool delayed;         /* the notice says that it is still being tried */
};

/* A new entry, or NULL past the limit. */
struct ig_bounce *ig_bounce_add(struct ig_bouncing *b);
/* Entry of this recipient, case ignored; NULL none. */
struct ig_bounce *ig_bounce_find(struct ig_bouncing *b, const char *recipient);

/* ---- bounce_status.c: the fields of RFC 3464 and RFC 8098, in a part of their own or inside a text */
void ig_bounce_fields(struct ig_bouncing *b, const char *text);
void ig_receipt_fields(struct ig_mail *m, const char *text);

/* ---- bounce_text.c: notices for people */
/* Parts the text at the mark where the returned message begins. */
void ig_bounce_split(struct ig_bouncing *b, const char *text);
/* Failed addresses and what was said of each. */
void ig_bounce_scan(struct ig_bouncing *b);
/* Length of the address that begins at s; 0 none. */
size_t ig_bounce_address(const char *s);
/* Value of the first header field of that name in s, unfolded; NULL none. */
const char *ig_bounce_header(struct ig_arena *a, const char *s, const char *name);

/* ---- bounce_forms.c: the words by which notices are known */
bool ig_bounce_subject(const char *subject);
/* The opening or another sentence that only a mail system writes. */
bool ig_bounce_opening(const char *notice);
/* This line ends the notice: the returned message follows. */
bool ig_bounce_mark(const char *line, size_t len);
/* Offset behind words after which the failed address stands in the same line; 0 none. */
size_t ig_bounce_lead(const char *line, size_t len);
bool ig_bounce_delayed(const char *subject, const char *notice);

/* ---- bounce_words.c: reply codes, enhanced status and phrases */
int ig_bounce_reply(const char *words);
/* Enhanced status in the words, "" none; success codes are not taken. true: it stands behind a reply code of its class. */
bool ig_bounce_enhanced(const char *words, char status_r[16]);
/* Does any known phrase or code stand there? */
bool ig_bounce_telling(struct ig_arena *a, const char *words);
/* Fills status where the report gave none that means anything, and kind. words may be NULL. */
void ig_bounce_judge(struct ig_arena *a, struct ig_bounce *x, const char *words, bool delayed);

/* ---- bounce_json.c: notifications of mail services in JSON. false: it is none. */
bool ig_bounce_json(struct ig_bouncing *b, const char *text, bool *delivered_r);

/* ---- bounce.c */
/* A notice by its words, for mail that no header shows to be one: the reason, or NULL. mailer: sent by a mail system or postmaster;
 * null: with an empty return path. */
const char *ig_bounce_notice(struct ig_mail *m, bool mailer, bool null);
/* Fills bounces and what the report is about; may turn the class from bounce to delivery-report. */
void ig_bounce_read(struct ig_mail *m);
#endif
