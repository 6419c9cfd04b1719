/* TLS with GnuTLS, verified in the handshake: before it ends nothing of ours is sent, so that no credential reaches a wrong server. Relies on
 * the trust loaded before. libetpan's own TLS verifies nothing and is not used. */
#include "config.h"
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <arpa/inet.h>
#include <gnutls/x509.h>
#include "base/arena.h"
#include "wire/wire_inner.h"

#define PRIORITY "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"

struct ig_wire_trust *ig_wire_trust_load(const char *file, struct ig_why *why)
{
	struct ig_wire_trust *t = ig_xmalloc(sizeof *t);
	int n = gnutls_certificate_allocate_credentials(&t->cred);
	if (n == GNUTLS_E_SUCCESS)
		n = file ? gnutls_certificate_set_x509_trust_file(t->cred, file, GNUTLS_X509_FMT_PEM) : gnutls_certificate_set_x509_system_trust(t->cred);
	if (n > 0)
		return t;
	ig_why(why, "no certificate to trust in %.200s: %s", file ? file : "the system's bundle", n < 0 ? gnutls_strerror(n) : "it is empty");
	return ig_wire_trust_free(t);
}

struct ig_wire_trust *ig_wire_trust_free(struct ig_wire_trust *t)
{
	if (t && t->cred)
		gnutls_certificate_free_credentials(t->cred);
	free(t);
	return NULL;
}

static bool is_address(const char *host)
{
	unsigned char bin[16];
	return inet_pton(AF_INET, host, bin) == 1 || inet_pton(AF_INET6, host, bin) == 1;
}

/* What was wrong with the certificate, in GnuTLS's words. */
static void certificate_why(gnutls_session_t s, const char *host, struct ig_why *why)
{
	unsigned status = gnutls_session_get_verify_cert_status(s);
	gnutls_datum_t words = {0};
	if (status && !gnutls_certificate_verification_status_print(status, GNUTLS_CRT_X509, &words, 0))
		ig_why(why, "the certificate of %.200s is refused: %.250s", host, (const char *)words.data);
	else
		ig_why(why, "the certificate of %.200s is refused", host);
	gnutls_free(words.data);
}

static int handshake(struct ig_wire *w)
{
	for (;;) {
		int n = gnutls_handshake(w->tls);
		if (n == GNUTLS_E_SUCCESS)
			return n;
		if (n == GNUTLS_E_AGAIN) {
			if (ig_wire_wait(w, gnutls_record_get_direction(w->tls) ? POLLOUT : POLLIN))
				return GNUTLS_E_TIMEDOUT;
		} else if (gnutls_error_is_fatal(n)) {
			return n;
		}
	}
}

int ig_wire_tls(struct ig_wire *w, const struct ig_wire_trust *trust, const char *host, struct ig_why *why)
{
	/* RFC 6125 and RFC 5280 section 4.2.1.12: the name we meant to reach, in a certificate made for servers */
	gnutls_typed_vdata_st wanted[] = {{GNUTLS_DT_DNS_HOSTNAME, (unsigned char *)(uintptr_t)host, 0},
		{GNUTLS_DT_KEY_PURPOSE_OID, (unsigned char *)(uintptr_t)GNUTLS_KP_TLS_WWW_SERVER, 0}};
	int n = gnutls_init(&w->tls, GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL);
	if (n != GNUTLS_E_SUCCESS) {
		w->tls = NULL;
		return ig_why(why, "TLS: %s", gnutls_strerror(n));
	}
	n = gnutls_priority_set_direct(w->tls, PRIORITY, NULL);
	if (n == GNUTLS_E_SUCCESS)
		n = gnutls_credentials_set(w->tls, GNUTLS_CRD_CERTIFICATE, trust->cred);
	if (n == GNUTLS_E_SUCCESS && !is_address(host))
		n = gnutls_server_name_set(w->tls, GNUTLS_NAME_DNS, host, strlen(host));
	if (n == GNUTLS_E_SUCCESS) {
		gnutls_session_set_verify_cert2(w->tls, wanted, 2, 0);
		gnutls_transport_set_int(w->tls, w->fd);
		n = handshake(w);
	}
	if (n == GNUTLS_E_SUCCESS)
		return 0;
	if (n == GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR)
		certificate_why(w->tls, host, why);
	else if (n == GNUTLS_E_FATAL_ALERT_RECEIVED)
		ig_why(why, "TLS with %.200s: the server says: %s", host, gnutls_alert_get_name(gnutls_alert_get(w->tls)));
	else
		ig_why(why, "TLS with %.200s: %s", host, gnutls_strerror(n));
	gnutls_deinit(w->tls);
	w->tls = NULL;
	return -1;
}

int ig_wire_pinned(const struct ig_wire *w, const char *pin, struct ig_why *why)
{
	unsigned count = 0;
	unsigned char id[32];
	size_t len = sizeof id;
	char hex[2 * sizeof id + 1] = "";
	gnutls_x509_crt_t crt = NULL;
	const gnutls_datum_t *chain = w->tls ? gnutls_certificate_get_peers(w->tls, &count) : NULL;
	int n = chain && count ? gnutls_x509_crt_init(&crt) : GNUTLS_E_NO_CERTIFICATE_FOUND;
	if (n == GNUTLS_E_SUCCESS)
		n = gnutls_x509_crt_import(crt, &chain[0], GNUTLS_X509_FMT_DER);
	if (n == GNUTLS_E_SUCCESS)
		n = gnutls_x509_crt_get_key_id(crt, GNUTLS_KEYID_USE_SHA256, id, &len);
	if (crt)
		gnutls_x509_crt_deinit(crt);
	if (n != GNUTLS_E_SUCCESS)
		return ig_why(why, "the key of the server cannot be compared: %s", gnutls_strerror(n));
	for (size_t i = 0; i < len; i++) {
		hex[2 * i] = "0123456789abcdef"[id[i] >> 4];
		hex[2 * i + 1] = "0123456789abcdef"[id[i] & 15];
	}
	return strcasecmp(hex, pin) ? ig_why(why, "the server has another key than the one pinned: %s", hex) : 0;
}
