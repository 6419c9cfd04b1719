/* The second lock of the release gate: the finished bytes of a letter are searched for what its reader may not be told (DESIGN promise 2).
 * The first lock is the table of releasable fields (compose/fields.c); this one holds whatever slipped through it: a name an officer typed
 * into a reason, a quoted mail, the title of a PDF. Pure: bytes and secrets in, a verdict out. A secret is found
 *   - in every header, body, file name, document property and text, as written or in base64, quoted-printable, RFC 2047 and RFC 2231 form,
 *     percent signs, HTML entities, between tags, in UTF-16, Windows-1258 or Latin-1, and inside ZIP, office documents, gzip and PDF,
 *     one within the other to IG_GATE_DEPTH;
 *   - in any case, with marks decomposed, left out or added, with other white space and punctuation, split across lines.
 * Secrets shorter than IG_GATE_WHOLE letters and digits are found as whole words in the case and with the marks they have: "Lan" is not in
 * "một lần"; one of several words ("Lê An") in upper and lower case and without any marks besides, whatever white space and dashes are between them.
 * What cannot be searched (a picture, an encrypted document, a PDF without text, more than IG_GATE_BYTES of it) is no clean letter. */
#ifndef IG_GATE_GATE_H
#define IG_GATE_GATE_H
#include <stdint.h>
#include "base/buf.h"
#include "base/sha256.h"

#define IG_GATE_DEPTH 8
#define IG_GATE_WHOLE 8
#define IG_GATE_BYTES (96u << 20)   /* looked at in all, every decoded form counted */
#define IG_GATE_SECRETS 20000
#define IG_GATE_PARTS 1000          /* of one mail; past it it cannot be searched */

struct ig_gate;
struct ig_gate *ig_gate_new(void);
struct ig_gate *ig_gate_free(struct ig_gate *g);
/* A value that may not be told, and what it is in words ("the reporter's address"); NULL and "" add nothing. Past IG_GATE_SECRETS every search
 * ends with "cannot be searched". */
void ig_gate_secret(struct ig_gate *g, const char *value, const char *what);
/* One that is looked for as it is written alone, with its marks or without them (one that has none: with any), but between other letters never: short forms of names. A space in it stands for
 * any white space and dashes between words; IG_GATE_GAP for those, points or nothing ("T" GAP "Lan": "T. Lan", "T.Lan"). */
#define IG_GATE_GAP "\001"
void ig_gate_secret_as(struct ig_gate *g, const char *value, const char *what);
/* The same in small and capital letters of ASCII, as a name in the net. */
void ig_gate_secret_word(struct ig_gate *g, const char *value, const char *what);
/* Words that stand in every letter of the office, and what the reader knows of himself: a secret that stands in them is none. After the secrets. */
void ig_gate_public(struct ig_gate *g, const char *text);
/* A part that we drew ourselves (QR code, emblem, seal, signature, a page whose text is searched beside it), by the digest of its decoded
 * bytes: it need not have text. It is searched all the same. */
void ig_gate_own(struct ig_gate *g, const uint8_t sha256[IG_SHA256_LEN]);
size_t ig_gate_count(const struct ig_gate *g); /* secrets that are left */

enum ig_gate_verdict { IG_GATE_CLEAN, IG_GATE_HIT, IG_GATE_UNSEARCHABLE };
/* where: what the bytes are ("the mail", "the envelope"). Not clean: why says what was found and in which form, never the secret itself. */
enum ig_gate_verdict ig_gate_search(struct ig_gate *g, const void *bytes, size_t len, const char *where, struct ig_why *why);
/* The same for a mail, whose parts must have a text besides. */
enum ig_gate_verdict ig_gate_mail(struct ig_gate *g, const void *mail, size_t len, struct ig_why *why);
#endif
