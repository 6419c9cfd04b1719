/* The server of smtp_peer.h. One process listens, one more for each connection; GnuTLS as a server. */
#include "config.h"
#include <arpa/inet.h>
#include <ctype.h>
#include <fcntl.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "base/fs.h"
#include "smtp_peer.h"

#define DIE(ok) do { if (!(ok)) { perror("smtp_peer: " #ok); abort(); } } while (0)

/* ---- certificates */

static gnutls_x509_privkey_t key_new(void)
{
	gnutls_x509_privkey_t k;
	DIE(!gnutls_x509_privkey_init(&k));
	DIE(!gnutls_x509_privkey_generate(k, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0));
	return k;
}

static gnutls_x509_crt_t crt_new(gnutls_x509_privkey_t key, const char *name, bool ca, time_t end, const char *purpose)
{
	static unsigned char serial = 1;
	gnutls_x509_crt_t c;
	DIE(!gnutls_x509_crt_init(&c));
	DIE(!gnutls_x509_crt_set_version(c, 3));
	DIE(!gnutls_x509_crt_set_key(c, key));
	DIE(!gnutls_x509_crt_set_serial(c, &serial, 1));
	serial++;
	DIE(!gnutls_x509_crt_set_dn_by_oid(c, GNUTLS_OID_X520_COMMON_NAME, 0, name, (unsigned)strlen(name)));
	DIE(!gnutls_x509_crt_set_activation_time(c, end - 30 * 86400));
	DIE(!gnutls_x509_crt_set_expiration_time(c, end));
	DIE(!gnutls_x509_crt_set_basic_constraints(c, ca, -1));
	DIE(!gnutls_x509_crt_set_key_usage(c, ca ? GNUTLS_KEY_KEY_CERT_SIGN : GNUTLS_KEY_DIGITAL_SIGNATURE));
	if (!ca)
		DIE(!gnutls_x509_crt_set_subject_alt_name(c, GNUTLS_SAN_DNSNAME, name, (unsigned)strlen(name), GNUTLS_FSAN_SET));
	if (purpose)
		DIE(!gnutls_x509_crt_set_key_purpose_oid(c, purpose, 0));
	return c;
}

/* The server's credentials; the CA that should be trusted goes into p->ca. */
static gnutls_certificate_credentials_t credentials(struct peer *p)
{
	time_t end = time(NULL) + (p->cert == PEER_CERT_EXPIRED ? -86400 : 86400);
	gnutls_x509_privkey_t ca_key = key_new(), key = key_new();
	gnutls_x509_crt_t ca = crt_new(ca_key, "Test CA", true, time(NULL) + 86400, NULL);
	gnutls_x509_crt_t crt = crt_new(key, p->cert == PEER_CERT_WRONG_HOST ? "other.example.vn" : "localhost", false, end,
		p->cert == PEER_CERT_FOR_CLIENTS ? GNUTLS_KP_TLS_WWW_CLIENT : GNUTLS_KP_TLS_WWW_SERVER);
	gnutls_datum_t pem;
	gnutls_certificate_credentials_t cred;
	DIE(!gnutls_x509_crt_sign2(ca, ca, ca_key, GNUTLS_DIG_SHA256, 0));
	DIE(!gnutls_x509_crt_sign2(crt, p->cert == PEER_CERT_SELF_SIGNED ? crt : ca, p->cert == PEER_CERT_SELF_SIGNED ? key : ca_key, GNUTLS_DIG_SHA256, 0));
	DIE(!gnutls_x509_crt_export2(ca, GNUTLS_X509_FMT_PEM, &pem));
	int fd = mkstemp(p->ca);
	DIE(fd >= 0 && !ig_fs_write_all(fd, pem.data, pem.size));
	close(fd);
	DIE(!gnutls_certificate_allocate_credentials(&cred));
	DIE(!gnutls_certificate_set_x509_key(cred, &crt, 1, key));
	gnutls_free(pem.data);
	gnutls_x509_crt_deinit(ca);
	gnutls_x509_crt_deinit(crt);
	gnutls_x509_privkey_deinit(ca_key);
	gnutls_x509_privkey_deinit(key);
	return cred;
}

/* ---- one connection */

struct talk {
	const struct peer *p;
	gnutls_certificate_credentials_t cred;
	int fd, log;
	gnutls_session_t tls;
	char in[65536];
	size_t len;
	unsigned seen[6];
};

static void tls_begin(struct talk *t)
{
	DIE(!gnutls_init(&t->tls, GNUTLS_SERVER | GNUTLS_NO_SIGNAL));
	DIE(!gnutls_priority_set_direct(t->tls, t->p->tls == PEER_TLS_OLD ? "NORMAL:-VERS-ALL:+VERS-TLS1.1:%COMPAT" : "NORMAL", NULL));
	DIE(!gnutls_credentials_set(t->tls, GNUTLS_CRD_CERTIFICATE, t->cred));
	gnutls_transport_set_int(t->tls, t->fd);
	int n;
	while ((n = gnutls_handshake(t->tls)) < 0 && !gnutls_error_is_fatal(n))
		;
	if (n < 0)
		_exit(0);
	dprintf(t->log, "(tls)\n");
}

static void put(struct talk *t, const char *text)
{
	if (t->tls)
		gnutls_record_send(t->tls, text, strlen(text));
	else if (send(t->fd, text, strlen(text), MSG_NOSIGNAL) < 0)
		_exit(0);
}

/* A line without its CRLF; ends the process at the end of the connection. */
static char *line_get(struct talk *t, char *line, size_t room)
{
	for (;;) {
		char *nl = memchr(t->in, '\n', t->len);
		if (nl) {
			size_t n = (size_t)(nl + 1 - t->in), keep = n < room ? n : room - 1;
			memcpy(line, t->in, keep);
			line[keep] = 0;
			line[strcspn(line, "\r\n")] = 0;
			memmove(t->in, nl + 1, t->len - n);
			t->len -= n;
			return line;
		}
		ssize_t n = t->tls ? gnutls_record_recv(t->tls, t->in + t->len, sizeof t->in - t->len) : read(t->fd, t->in + t->len, sizeof t->in - t->len);
		if (n <= 0)
			_exit(0);
		t->len += (size_t)n;
	}
}

/* The answer the test wants, else the usual one. */
static void say(struct talk *t, const char *command, const char *usual)
{
	for (size_t i = 0; i < 6 && t->p->answers[i].to; i++) {
		const struct peer_answer *a = &t->p->answers[i];
		if (strncasecmp(command, a->to, strlen(a->to)) || (int)++t->seen[i] < a->after)
			continue;
		usual = a->reply;
	}
	if (!*usual)
		_exit(0);
	if (!strcmp(usual, "hang"))
		for (;;)
			pause();
	while (!strcmp(usual, "flood"))
		put(t, "250-and so on, for ever and ever\r\n250-");
	put(t, usual);
	put(t, "\r\n");
}

static void ehlo(struct talk *t, const char *line)
{
	char reply[1024];
	int n = snprintf(reply, sizeof reply, "250-peer.example.vn\r\n");
	for (const char *c = t->p->capabilities ? t->p->capabilities : ""; *c; c += strcspn(c, "\n"), c += *c == '\n')
		n += snprintf(reply + n, sizeof reply - (size_t)n, "250-%.*s\r\n", (int)strcspn(c, "\n"), c);
	if ((t->p->tls == PEER_STARTTLS || t->p->tls == PEER_INJECT) && !t->tls)
		n += snprintf(reply + n, sizeof reply - (size_t)n, "250-STARTTLS\r\n");
	snprintf(reply + n, sizeof reply - (size_t)n, "250 8BITMIME");
	say(t, line, reply);
}

static void mail_take(struct talk *t)
{
	char line[2048];
	say(t, "DATA", "354 go on");
	while (strcmp(line_get(t, line, sizeof line), "."))
		dprintf(t->log, "| %s\n", line);
	say(t, ".", "250 2.0.0 taken");
}

static void converse(struct talk *t)
{
	char line[8192];
	if (t->p->tls == PEER_TLS || t->p->tls == PEER_TLS_OLD)
		tls_begin(t);
	dprintf(t->log, "(connected)\n");
	say(t, "greeting", "220 peer.example.vn ready");
	for (;;) {
		line_get(t, line, sizeof line);
		dprintf(t->log, "%s\n", line);
		if (!strncasecmp(line, "EHLO", 4)) {
			ehlo(t, line);
		} else if (!strcasecmp(line, "STARTTLS")) {
			say(t, line, t->p->tls == PEER_INJECT ? "220 go\r\n250 injected" : "220 go");
			tls_begin(t);
		} else if (!strncasecmp(line, "AUTH PLAIN", 10)) {
			say(t, line, "235 welcome");
		} else if (!strcasecmp(line, "AUTH LOGIN")) {
			say(t, line, "334 VXNlcm5hbWU6");
			dprintf(t->log, "%s\n", line_get(t, line, sizeof line));
			put(t, "334 UGFzc3dvcmQ6\r\n");
			dprintf(t->log, "%s\n", line_get(t, line, sizeof line));
			say(t, "password", "235 welcome");
		} else if (!strcasecmp(line, "DATA")) {
			mail_take(t);
		} else if (!strcasecmp(line, "QUIT")) {
			say(t, line, "221 bye");
			_exit(0);
		} else {
			say(t, line, "250 2.1.0 ok");
		}
	}
}

/* ---- start and stop */

void peer_start(struct peer *p)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof a;
	int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	snprintf(p->log, sizeof p->log, "/tmp/ig-peer-log-XXXXXX");
	snprintf(p->ca, sizeof p->ca, "/tmp/ig-peer-ca-XXXXXX");
	int log = mkostemp(p->log, O_APPEND | O_CLOEXEC);
	gnutls_certificate_credentials_t cred = credentials(p);
	DIE(log >= 0 && s >= 0 && !bind(s, (struct sockaddr *)&a, sizeof a) && !listen(s, 64) && !getsockname(s, (struct sockaddr *)&a, &len));
	p->port = ntohs(a.sin_port);
	p->pid = fork();
	DIE(p->pid >= 0);
	if (!p->pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		signal(SIGCHLD, SIG_IGN);
		setpgid(0, 0);
		for (;;) {
			int fd = accept(s, NULL, NULL);
			if (fd >= 0 && !fork()) {
				static struct talk t;
				prctl(PR_SET_PDEATHSIG, SIGKILL);
				t = (struct talk){.p = p, .cred = cred, .fd = fd, .log = log};
				converse(&t);
			}
			close(fd);
		}
	}
	setpgid(p->pid, p->pid);
	gnutls_certificate_free_credentials(cred);
	close(s);
	close(log);
}

void peer_stop(struct peer *p)
{
	if (p->pid > 0) {
		kill(-p->pid, SIGKILL);
		waitpid(p->pid, NULL, 0);
	}
	p->pid = 0;
}

void peer_log(const struct peer *p, struct ig_buf *out)
{
	ig_buf_reset(out);
	DIE(!ig_fs_read_file(p->log, out));
}

void peer_forget(struct peer *p)
{
	peer_stop(p);
	unlink(p->log);
	unlink(p->ca);
}
