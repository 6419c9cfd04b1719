/* Inside of the gate room. A view is one reading of some bytes; each decoder adds views of what it makes of them. */
#ifndef IG_GATE_ROOM_H
#define IG_GATE_ROOM_H
#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/opt.h"
#include "gate/gate.h"

#define IG_GATE_OUT (16u << 20)    /* bytes of one view */
#define IG_GATE_HOW 96             /* words of the way to a view */
#define IG_GATE_RUN 24             /* letters in a row that are text among packed bytes */
#define IG_GATE_SEEN 4096          /* views told apart in one search */

#define IG_GATE_SPELLINGS 5
struct ig_gate_needle {
	char *value, *what;
	char *folded;     /* squeezed: letters and digits only; own */
	char *digits;     /* of a number: its national part; own, NULL */
	bool whole;       /* short: whole words, as written */
	char *spellings[IG_GATE_SPELLINGS]; /* of a short one of several words: in other case, without marks; own, NULL */
	bool unmarked;    /* whole, without any mark: found with marks too */
	bool any_case;    /* whole, in any case of ASCII letters: value is in small ones */
	bool dropped;     /* public */
};
#define IG_GATE_BITS_MIN 8   /* of the table of secrets; it grows with their number to IG_GATE_BITS_MAX */
#define IG_GATE_BITS_MAX 16
struct ig_gate_slot { const char *folded; size_t len, needle; unsigned next; }; /* next: 1 and on; 0 none */
struct ig_gate {
	struct ig_gate_needle *needles;
	size_t count, cap, left;
	uint64_t *known;            /* digests of values that were added: a table of known_size, a power of two */
	size_t known_size, known_count;
	unsigned *buckets;          /* 1 << bits */
	int bits;
	struct ig_gate_slot *slots;
	size_t slot_count;
	bool too_many, any_case, unmarked; /* there are such needles */
	uint8_t (*own)[IG_SHA256_LEN];
	size_t own_count;
	/* one search */
	uint64_t seen[IG_GATE_SEEN];
	size_t seen_count, looked;
	bool found, blind;          /* a hit; something could not be looked at */
	char verdict[IG_WHY_MAX];
};

/* fold.c: letters and digits only, lower case, without marks, đ as d, full-width as ASCII. bytes that are no UTF-8 are read as Windows-1258
 * (tones: a byte after the vowel) or, latin1, as ISO 8859-1. False: the bytes are UTF-8, the second reading is the same. */
bool ig_gate_fold(const char *p, size_t len, bool latin1, struct ig_buf *out);
bool ig_gate_word_in(const char *p, size_t len, const char *word); /* between non-letters, as written; a space or gap as ig_gate_secret_as has it */
size_t ig_gate_bare(const char *p, size_t len, char *out); /* without marks, capitals as they are; out: len bytes. How many */

/* gate.c */
void ig_gate_compare(struct ig_gate *g, const char *p, size_t len, const char *how);
/* views.c */
void ig_gate_look(struct ig_gate *g, const char *p, size_t len, int depth, const char *how);
void ig_gate_blind(struct ig_gate *g, const char *how, const char *why);
/* A view of a view: looks at b with "how, form" and frees it. */
void ig_gate_deeper(struct ig_gate *g, struct ig_buf *b, int depth, const char *how, const char *form);

/* decode.c: each adds what it makes of p to out; nothing where its form does not occur. */
void ig_gate_quoted_printable(const char *p, size_t len, struct ig_buf *out);
void ig_gate_words(const char *p, size_t len, struct ig_buf *out);      /* RFC 2047 */
void ig_gate_percent(const char *p, size_t len, struct ig_buf *out);    /* RFC 2231, URLs */
void ig_gate_entities(const char *p, size_t len, struct ig_buf *out);
void ig_gate_untag(const char *p, size_t len, struct ig_buf *out);
void ig_gate_utf16(const char *p, size_t len, bool big, struct ig_buf *out);
/* out[k]: from the k-th digit of each run on. */
void ig_gate_base64(const char *p, size_t len, struct ig_buf out[4]);
void ig_gate_base64_one(const char *p, size_t len, struct ig_buf *out); /* the whole of p */

/* packed.c */
void ig_gate_zip(struct ig_gate *g, const char *p, size_t len, int depth, const char *how);
void ig_gate_gzip(struct ig_gate *g, const char *p, size_t len, int depth, const char *how);
enum ig_gate_wrap { IG_GATE_RAW = -15, IG_GATE_ZLIB = 15, IG_GATE_GZIP = 31 };
/* 0, or -1: it is none, or is cut off; what came out is in out. used_r: bytes of p. */
int ig_gate_inflate(const char *p, size_t len, enum ig_gate_wrap wrap, struct ig_buf *out, size_t *used_r);

/* pdf.c: true: it has letters that can be searched. */
bool ig_gate_pdf(struct ig_gate *g, const char *p, size_t len, int depth, const char *how);
/* pdf_text.c */
struct ig_gate_cmap;
struct ig_gate_cmap *ig_gate_cmap_read(const char *p, size_t len);
struct ig_gate_cmap *ig_gate_cmap_free(struct ig_gate_cmap *m);
/* The strings of a stream one behind the other as UTF-8: through m, or as they are (NULL). */
void ig_gate_pdf_strings(const char *p, size_t len, const struct ig_gate_cmap *m, struct ig_buf *out);
#endif
