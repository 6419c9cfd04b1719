/* Lines and counted bytes to and from a mail server, over a wire that is verified before anything of ours is said. For IMAP and POP3. */
#ifndef IG_INTAKE_TALK_H
#define IG_INTAKE_TALK_H
#include "intake/account.h"

#define IG_TALK_LINE_MAX (64u << 10)

struct ig_talk {
	struct ig_wire *wire;
	size_t at, len;
	char in[16384];
};
/* Connects; with tls = always in TLS from the first byte. NULL with why. */
struct ig_talk *ig_talk_open(const struct ig_account *a, int port, int tls_port, struct ig_why *why);
struct ig_talk *ig_talk_free(struct ig_talk *t);
/* From here on: bytes the server may say, within so many ms. */
void ig_talk_limit(struct ig_talk *t, int64_t total_ms, uint64_t bytes);
/* After STARTTLS or STLS was granted. Refuses bytes that came before the encryption began (CVE-2020-15953). */
int ig_talk_tls(struct ig_talk *t, const struct ig_account *a, struct ig_why *why);
bool ig_talk_private(const struct ig_talk *t); /* a password may be said: encrypted, or this machine */
bool ig_talk_waiting(const struct ig_talk *t); /* bytes are here that poll on the descriptor does not show */
/* One line without its end, added to out. 0, or -1 with errno (EMSGSIZE past out's ceiling, ECONNRESET at the end, EPROTO with a NUL in it). */
int ig_talk_line(struct ig_talk *t, struct ig_buf *out);
/* Exactly len bytes; out NULL: thrown away. */
int ig_talk_bytes(struct ig_talk *t, uint64_t len, struct ig_buf *out);
/* What is here now, waiting for it if need be: *p_r, the number of bytes, or -1 with errno. Taken by moving t->at. */
ssize_t ig_talk_peek(struct ig_talk *t, const char **p_r);
/* Line and its end. 0 or -1 with errno. */
int ig_talk_say(struct ig_talk *t, const char *line);
const char *ig_talk_words(void); /* of errno, for a connection that broke */
/* Shows what a server said in a log: printable ASCII, at most 200 bytes. */
void ig_talk_show(const char *said, char out[201]);
#endif
