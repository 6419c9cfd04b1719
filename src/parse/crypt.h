/* What is encrypted or signed in a mail: found and cut out here, asked of the keys, and read on in its place. Inside parse only. */
#ifndef IG_PARSE_CRYPT_H
#define IG_PARSE_CRYPT_H
#include "model/crypt.h"
#include "parse/part.h"

#define IG_CRYPT_PIECES_MAX 48   /* of one mail; the rest is left as it stands and said */
#define IG_CRYPT_DEPTH_MAX 4     /* encrypted in signed in encrypted */
#define IG_CRYPT_BYTES_MAX (48u << 20) /* of one piece */

/* ---- crypt.c: the keys are asked */
/* What the keys found out about the piece named path, or NULL: not known; then it is asked for, where somebody could answer. */
const struct ig_crypt_found *ig_crypt_look(struct ig_mail *m, const char *path, const char *name, const struct ig_crypt_ask *ask);
/* A piece is met. false: it stays as it is, because it was met already or is past a limit, which is said. path is kept. */
bool ig_crypt_piece(struct ig_mail *m, const char *path);
bool ig_crypt_met(const struct ig_mail *m, const char *path);
/* Takes what was found into the state of the mail; found NULL: encrypted or signed as said, and nothing else is known. */
void ig_crypt_note(struct ig_mail *m, const char *path, const struct ig_crypt_found *found, bool encrypted);
/* A signature that was looked at covers part path; all: that is the whole mail. One in an attached message never speaks of the mail around it. */
void ig_crypt_covers(struct ig_mail *m, const struct ig_crypt_found *found, const char *path, bool all);
/* Address of the author, for the look at the names of a key; NULL none. */
const char *ig_crypt_author(struct ig_mail *m);
/* After the walk: fills r->crypto, and the subject that was protected. */
void ig_crypt_finish(struct ig_mail *m);

/* ---- crypt_part.c: parts */
/* A multipart at path. true: what is in it was walked. */
bool ig_crypt_multipart(struct ig_walk w, GMimeMultipart *mp, const char *type, const char *path);
/* A leaf. true: it was opened, and what was in it was walked or listed. */
bool ig_crypt_leaf(struct ig_walk w, GMimePart *part, const char *type, const char *name);
/* The same for a file that was found inside of another part, named path. */
bool ig_crypt_bytes(struct ig_walk w, const char *path, const char *type, const char *name, const void *p, size_t len);
/* Bytes that are a MIME entity, walked as the content of part path (no name of a part: one below it). false: they are none. */
bool ig_crypt_entity(struct ig_walk w, const char *path, const void *p, size_t len);

/* ---- crypt_text.c: armored pieces inside of a text (RFC 4880 sections 6.2 and 7) */
struct ig_armor {
	size_t from, to; /* whole lines */
	bool clear;      /* a text that is signed; else a message */
};
/* The next piece at or after at. Quoted ones ("> ") are none. */
bool ig_armor_next(const char *p, size_t len, size_t at, struct ig_armor *x_r);
/* Value of an armor header in a piece ("Charset"); NULL none. */
const char *ig_armor_header(struct ig_arena *a, const char *p, size_t len, const char *name);
/* A signed text without its armor, as it was before it was signed (RFC 4880 section 7.1). */
char *ig_armor_clear_text(struct ig_arena *a, const char *p, size_t len);
/* Words of a text that is shown, pieces opened. decode makes words of bytes; charset NULL: the one of the part. */
typedef char *ig_crypt_decode_h(void *arg, const char *p, size_t len, const char *charset);
char *ig_crypt_text(struct ig_mail *m, bool top, const char *path, const char *p, size_t len, ig_crypt_decode_h *decode, void *arg);
#endif
