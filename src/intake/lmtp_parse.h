/* Command lines of LMTP (RFC 5321 section 4.1.1 as RFC 2033 changes it): text in, verb and parameters out. */
#ifndef IG_INTAKE_LMTP_PARSE_H
#define IG_INTAKE_LMTP_PARSE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IG_LMTP_VERBS(X) X(LHLO, "LHLO") X(MAIL, "MAIL") X(RCPT, "RCPT") X(DATA, "DATA") X(RSET, "RSET") X(NOOP, "NOOP") X(QUIT, "QUIT") \
	X(VRFY, "VRFY") X(HELO, "HELO") X(EHLO, "EHLO") X(EXPN, "EXPN") X(HELP, "HELP")
#define IG_LMTP_VERB_ITEM(v, w) IG_LMTP_##v,
enum ig_lmtp_verb { IG_LMTP_VERBS(IG_LMTP_VERB_ITEM) IG_LMTP_UNKNOWN };

#define IG_LMTP_PATH_MAX 1000 /* bytes of an address; RFC 5321 4.5.3.1.3 asks for 256 at least */

struct ig_lmtp_command {
	enum ig_lmtp_verb verb;
	const char *rest; /* behind the verb and its blanks */
};
/* line without its end, NUL-terminated. */
void ig_lmtp_parse_line(const char *line, struct ig_lmtp_command *c_r);

struct ig_lmtp_path {
	char address[IG_LMTP_PATH_MAX + 1]; /* without brackets and source route; "" for <> */
	bool utf8;        /* has bytes above 127 */
	bool has_size, smtputf8, eight_bit;
	uint64_t size;    /* SIZE= */
};
/* "FROM:<path> [params]" (mail) or "TO:<path> [params]". 0, or the reply to give. */
const char *ig_lmtp_parse_path(const char *rest, bool mail, struct ig_lmtp_path *p_r);
#endif
