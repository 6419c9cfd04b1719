/* One end of a fax call: T.30 over audio samples or over T.38 packets. The only door to libspandsp, whose types stop at t30.c. Time is told by the
 * caller in samples (8000 a second), so that a call can run as fast as the machine allows. One end belongs to one thread. What a peer sends may kill
 * the library (the guard in t30.c stops the one known way): run an end in a process whose death costs one call. */
#ifndef IG_FAX_T30_H
#define IG_FAX_T30_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IG_T30_RATE 8000      /* samples a second */
#define IG_T30_IDENT_MAX 20   /* T.30 5.3.6.2.4: digits, plus and space */
#define IG_T30_SILENT_S 60    /* no progress for so long ends a call, unless a block under way takes longer */
#define IG_T30_COPIES 3       /* indicators and control packets of T.38 are sent so often: the last packet of a signal has no later one to repair it */

/* What became of a call, in our words: how it is tried again follows from it (facts of the fax line; doc/man/irgate-fax.7). */
#define IG_T30_ENDS(X) \
	X(SENT, "sent") X(NO_FAX, "not-a-fax") X(LINE, "line") X(INCOMPATIBLE, "incompatible") X(LOCAL, "local") X(UNCERTAIN, "uncertain") \
	X(HUNG, "no-progress") X(TOO_LONG, "too-long") X(FULL, "pages-limit") X(DROPPED, "dropped")
#define IG_T30_END_ITEM(v, w) IG_T30_##v,
enum ig_t30_ending { IG_T30_ENDS(IG_T30_END_ITEM) IG_T30_ENDING_COUNT };
const char *ig_t30_ending_word(enum ig_t30_ending e);

struct ig_t30_hooks {
	void *arg;
	void (*ifp)(void *arg, const uint8_t *p, size_t len, int copies);  /* T.38: a packet to send, so often */
	int (*page)(void *arg, int pages); /* a page more is in the file and not yet confirmed: sync it. -1: it is not confirmed, the call ends */
};
struct ig_t30_setup {
	bool caller, t38;
	bool no_ecm;
	int rate_max;          /* bits a second: 14400, 9600 or 4800; 0: 14400 */
	const char *ident;     /* ours; NULL none */
	const char *send;      /* TIFF to send from page `first` (0 the first); NULL: nothing to send */
	int first;
	const char *receive;   /* TIFF to receive into; NULL: nothing is taken */
	int pages_max;         /* received; 0: no limit */
	int64_t seconds_max;   /* of the whole call; 0: no limit */
	bool t38_unpaced;      /* tests: as fast as it goes */
	bool standard;         /* tests: a machine that knows no fine resolution */
};
struct ig_t30_result {
	enum ig_t30_ending ending;
	int code;              /* of the library, for the log */
	const char *text;      /* words for it; constant */
	int pages;             /* received whole, or sent and confirmed */
	int rate;              /* bits a second of the last page; 0 none */
	bool ecm;
	char ident[IG_T30_IDENT_MAX + 1]; /* what the other end claims to be: untrusted, printable; "" none */
	int retries;           /* of ECM frames */
	bool talked;           /* the other end is a fax: a frame of it was understood */
};

struct ig_t30;
struct ig_t30 *ig_t30_new(const struct ig_t30_setup *s, const struct ig_t30_hooks *h); /* strings are copied; NULL: it cannot start */
struct ig_t30 *ig_t30_free(struct ig_t30 *t); /* ends what is under way */
/* Audio, any block size. Either keeps the clock of its direction; a lost packet is told as such, so that the clock goes on. */
void ig_t30_audio_in(struct ig_t30 *t, const int16_t *samples, size_t n);
void ig_t30_audio_lost(struct ig_t30 *t, size_t n);
void ig_t30_audio_out(struct ig_t30 *t, int16_t *samples, size_t n); /* silence where there is nothing to say */
/* T.38: a packet that came; time that went by, in audio too: drives the watchdogs. */
void ig_t30_ifp_in(struct ig_t30 *t, const uint8_t *p, size_t len, uint16_t seq);
void ig_t30_tick(struct ig_t30 *t, size_t samples);
bool ig_t30_over(const struct ig_t30 *t);
bool ig_t30_called(const struct ig_t30 *t); /* audio: the other end was heard calling (CNG), or answering (CED) */
void ig_t30_drop(struct ig_t30 *t);         /* the line went away */
void ig_t30_result(const struct ig_t30 *t, struct ig_t30_result *r_r); /* at any time */

/* G.711 (codec: payload type 0 or 8), one octet a sample. */
void ig_g711_decode(int codec, const uint8_t *in, size_t n, int16_t *out);
void ig_g711_encode(int codec, const int16_t *in, size_t n, uint8_t *out);
#endif
