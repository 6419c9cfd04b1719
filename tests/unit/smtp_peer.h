/* A real SMTP server on loopback that does what a test tells it: conversations as data, TLS with certificates made on the spot. */
#ifndef IG_TESTS_SMTP_PEER_H
#define IG_TESTS_SMTP_PEER_H
#include <stdbool.h>
#include <sys/types.h>
#include "base/buf.h"

enum peer_cert { PEER_CERT_RIGHT, PEER_CERT_WRONG_HOST, PEER_CERT_EXPIRED, PEER_CERT_SELF_SIGNED, PEER_CERT_FOR_CLIENTS };
struct peer_answer {
	const char *to;    /* beginning of a command; "greeting"; "." for the end of the mail */
	const char *reply; /* "" closes the connection, "hang" says nothing more, "flood" never ends a line */
	int after;         /* only from the nth such command of a connection on; 0: always */
};
struct peer {
	/* set before peer_start */
	const char *capabilities; /* of EHLO, divided by newlines; NULL none */
	struct peer_answer answers[6];
	enum { PEER_PLAIN, PEER_STARTTLS, PEER_TLS, PEER_TLS_OLD /* 1.1 at most */, PEER_INJECT /* text behind the answer to STARTTLS */ } tls;
	enum peer_cert cert;
	/* set by peer_start */
	int port;
	pid_t pid;
	char log[64], ca[64]; /* files: commands and mails as they came; the CA to trust */
};
void peer_start(struct peer *p);
void peer_stop(struct peer *p); /* the log stays readable until peer_forget */
void peer_log(const struct peer *p, struct ig_buf *out);
void peer_forget(struct peer *p);
#endif
