/* Letter to pages to bytes. Same input, same bytes. */
#ifndef IG_COMPOSE_COMPOSE_H
#define IG_COMPOSE_COMPOSE_H
#include <stdbool.h>
#include <jansson.h>
#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "model/address.h"
#include "model/profile.h"

/* ---- Mustache (mustache.c): the whole specification except lambdas; text output is not HTML-escaped by default (escape decides). */
struct ig_mustache;
enum ig_mustache_escape { IG_MUSTACHE_NONE, IG_MUSTACHE_HTML };
/* partial: text of {{>name}}, NULL unknown. -1 style: NULL with why ("NAME:LINE: ..."). */
struct ig_mustache *ig_mustache_compile(const char *name, const char *text, enum ig_mustache_escape escape,
	const char *(*partial)(void *arg, const char *name), void *arg, struct ig_why *why);
struct ig_mustache *ig_mustache_free(struct ig_mustache *m);
/* Every use of a name (dotted), for the check against what may be used. scope: names of the sections around it, outermost first, with a
 * space between them, "" at the top. file: template or partial it stands in. "." is not reported. */
typedef void ig_mustache_name_h(const char *name, const char *scope, const char *file, int line, void *arg);
void ig_mustache_names(const struct ig_mustache *m, ig_mustache_name_h *each, void *arg);
int ig_mustache_render(const struct ig_mustache *m, json_t *data, struct ig_buf *out, struct ig_why *why);

/* ---- Templates (templates/KIND/{vi,en}.txt: first block "Subject: ..." headers, then an empty line, then the body) */
struct ig_templates;
/* Loads and checks all kinds below dir; every error through say ("FILE:LINE: text"); NULL when any. */
struct ig_templates *ig_templates_load(const char *dir, void (*say)(const char *line, void *arg), void *arg);
struct ig_templates *ig_templates_free(struct ig_templates *t);

/* ---- The release levels of facts: everybody; those who act on the case; the authorities that an incident is reported to. */
enum ig_field_to { IG_FIELD_TO_ALL, IG_FIELD_TO_ACTING, IG_FIELD_TO_AUTHORITY };
bool ig_field_readable(enum ig_field_to to, enum ig_party_role role);

/* ---- Letter: what is said, before it has a form */
struct ig_letter {
	const char *kind;              /* one of ig_letter_kind() */
	const char *language;          /* "vi", "en"; NULL: the profile's language, English below */
	enum ig_party_role role;       /* of the reader: fields that he may not read are left out (doc/TEMPLATES.md); the least for reporter */
	const struct ig_profile *profile;
	json_t *fields;                /* releasable fields by name: reference, received_at, office..., see doc/TEMPLATES.md */
	const char *number;            /* "05/STTTT-CNTT"; NULL none */
	bool on_page;                  /* drawn on pages: head, addressee and signature have places of their own there */
	bool is_signed;                /* those pages are signed with the office's key */
	bool with_pages;               /* a mail that carries the letter as PDF too */
	bool drill;                    /* of an exercise: said first in subject and text, so that nobody takes it for real */
};
/* Kinds of letters by number from 0; NULL past the last. */
const char *ig_letter_kind(size_t i);
const char *ig_letter_kind_says(size_t i); /* what it is, in a few words */
struct ig_mail_head {
	const char *from_address, *from_name, *to_address, *to_name;
	const char *message_id;            /* without brackets */
	const char *in_reply_to;           /* without brackets; NULL none. Only in letters to the reporter */
	const char *const *references;     /* NULL-terminated or NULL */
	ig_time date;
	const char *auto_submitted;        /* "auto-replied", "auto-generated", NULL none */
	const char *reference;             /* our reference, put in X-Irgate-Reference; NULL none */
};
/* Subject and body by the template, then the mail in CRLF form, 7-bit clean, lines at most 998 (78 where possible); RFC 2047, 2231.
 * subject_r: as text, in a. -1 with why. */
int ig_compose_mail(const struct ig_templates *t, const struct ig_letter *letter, const struct ig_mail_head *head, struct ig_arena *a,
	struct ig_buf *out, const char **subject_r, struct ig_why *why);
struct ig_mail_file { const char *name, *type; const void *bytes; size_t size; };
/* A mail as ig_compose_mail makes it, or one that has files already, with a file beside its text. -1 with why: no such mail, or too large. */
int ig_compose_attach(const void *mail, size_t len, const struct ig_mail_file *f, struct ig_buf *out, struct ig_why *why);

/* ---- Mail that leaves signed or encrypted. The fields that say what the content is go inside with it, the others stay outside. */
/* -1 with why: it is not a mail as ig_compose_mail makes it. */
int ig_seal_split(const void *mail, size_t len, struct ig_buf *head, struct ig_buf *entity, struct ig_why *why);
/* RFC 3156 section 5, RFC 8551 section 3.5.3: entity and a signature of it (armored, or DER for cms). */
void ig_seal_signed(const char *entity, size_t len, bool cms, const void *signature, size_t signature_len, const char *micalg, struct ig_buf *out);
/* RFC 3156 section 4, RFC 8551 section 3.3. */
void ig_seal_encrypted(bool cms, const void *cipher, size_t len, struct ig_buf *out);

/* ---- Pages: the model that src/draw lays out (the keys stand in draw/draw.h). Pure; draws nothing. */
struct ig_page_head {
	int64_t number;             /* 0: room is left for it */
	ig_time date;               /* of the letter */
	const char *const *to;      /* names, NULL-terminated: the addressees */
	const char *reference;      /* NULL: no codes */
	const char *urgency;        /* "HỎA TỐC", "THƯỢNG KHẨN", "KHẨN"; NULL none */
	bool picture;               /* pictures of signature and seal are put into their place */
	bool by_key;                /* is signed with a key: says by whom and when */
	const char *signed_by;
	const char *fax_to;         /* number it is faxed to: the header line of fax pages; NULL none */
};
/* The letter in its language as a page model, a new reference. -1 with why. */
int ig_compose_page(const struct ig_templates *t, const struct ig_letter *letter, const struct ig_page_head *head, json_t **page_r,
	struct ig_why *why);
/* "05/STTTT-CNTT", "05/BC-STTTT": number (0: without it, the sign alone) and sign of a letter under a profile. In a. */
const char *ig_compose_sign(const struct ig_templates *t, const char *kind, const struct ig_profile *p, int64_t number, struct ig_arena *a);
/* One attempt to fax a letter, as the report of it says; what is NULL or 0 is left out. A new reference. */
#define IG_FAX_REPORT_IMAGE_MAX (8u << 20)
struct ig_fax_report {
	const char *office, *language;                     /* language NULL: vi */
	const char *dispatch, *subject, *reference, *to;
	const char *number, *ident, *ours, *line;          /* ident: as the other machine claims */
	const char *result, *text, *sha256;                /* a code of the call; words of it; of the TIFF */
	ig_time started, ended;                            /* IG_NEVER: not known */
	int attempt, pages, total, rate;
	bool ecm;
	const void *tiff;                                  /* what was to be sent: its first page is shown */
	size_t tiff_len;
};
json_t *ig_compose_fax_report(const struct ig_fax_report *r);
/* Serialiser pieces, for tests and later letters. */
void ig_mail_header_text(struct ig_buf *out, const char *name, const char *text);       /* unstructured, RFC 2047 where due, folded */
void ig_mail_header_address(struct ig_buf *out, const char *name, const char *display, const char *address);
void ig_mail_header_param(struct ig_buf *out, const char *name, const char *value);     /* ";\r\n name*0*=..." RFC 2231 */
#endif
