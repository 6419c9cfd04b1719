/* TLS of a line. libre takes any certificate of whom it calls, so that a line would tell its password, and whom it faxes, to whoever stands between: here
 * the other side's chain and name are checked as elsewhere in this house. Of whom calls us the address is known (peers); no certificate is asked of
 * them. Relies on OpenSSL, which libre is built on. */
#include "config.h"
#include <stdio.h>
#include <string.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#define USE_OPENSSL 1 /* libre's header shows its context then */
#include "fax/line_int.h"

static int verified(int ok, X509_STORE_CTX *store)
{
	const SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
	return ssl && SSL_is_server(ssl) ? 1 : ok;
}

/* HOST, HOST:PORT, [V6]:PORT: the host. */
static void host_of(const char *proxy, char *out, size_t room)
{
	const char *from = *proxy == '[' ? proxy + 1 : proxy, *colon = strchr(from, ':');
	size_t len = *proxy == '[' ? strcspn(from, "]") : colon && !strchr(colon + 1, ':') ? (size_t)(colon - from) : strlen(from);
	snprintf(out, room, "%.*s", (int)len, from);
}

static bool expects(SSL_CTX *ctx, const char *proxy)
{
	X509_VERIFY_PARAM *p = SSL_CTX_get0_param(ctx);
	char host[256];
	if (!proxy) /* it calls nobody */
		return true;
	host_of(proxy, host, sizeof host);
	X509_VERIFY_PARAM_set_hostflags(p, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	return X509_VERIFY_PARAM_set1_ip_asc(p, host) || X509_VERIFY_PARAM_set1_host(p, host, 0);
}

struct tls *ig_line_tls(const struct ig_conf_faxline *conf, struct ig_why *why)
{
	struct tls *tls = NULL;
	if (tls_alloc(&tls, TLS_METHOD_SSLV23, conf->certificate, NULL) || (conf->ca && tls_add_ca(tls, conf->ca))) {
		ig_why(why, "line %s: its certificate or its authorities cannot be read", conf->name);
		return mem_deref(tls);
	}
	SSL_CTX *ctx = tls_openssl_context(tls);
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, verified);
	SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
	if ((!conf->ca && !SSL_CTX_set_default_verify_paths(ctx)) || !expects(ctx, conf->proxy)) {
		ig_why(why, "line %s: the other side could not be verified", conf->name);
		return mem_deref(tls);
	}
	return tls;
}
