/* Room for a signature in a PDF, and filling it: PAdES B-B (ETSI EN 319 142-1), a CMS structure with the ESS certificate attribute over every
 * byte but its own place. The scribe makes the room; the key is held by another process, which never parses the PDF. The signature is the
 * last that is written. Relies on qpdf for the room and on OpenSSL for the CMS. */
#include "config.h"
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "draw/archive.h"

#define RANGE_ROOM "[ 0 9999999999 9999999999 9999999999 ]"
#define CERTIFICATES_MAX 16

static qpdf_oh signature_make(qpdf_data q, const struct ig_sign_facts *f)
{
	static char room[IG_SIGN_ROOM / 2];
	qpdf_oh s = qpdf_oh_new_dictionary(q), range = qpdf_oh_new_array(q);
	qpdf_oh_append_item(q, range, qpdf_oh_new_integer(q, 0));
	for (int i = 0; i < 3; i++)
		qpdf_oh_append_item(q, range, qpdf_oh_new_integer(q, 9999999999));
	qpdf_oh_replace_key(q, s, "/Type", ig_pdf_name(q, "/Sig"));
	qpdf_oh_replace_key(q, s, "/Filter", ig_pdf_name(q, "/Adobe.PPKLite"));
	qpdf_oh_replace_key(q, s, "/SubFilter", ig_pdf_name(q, "/ETSI.CAdES.detached"));
	qpdf_oh_replace_key(q, s, "/ByteRange", range);
	qpdf_oh_replace_key(q, s, "/Contents", qpdf_oh_new_binary_string(q, room, sizeof room));
	if (f->name)
		qpdf_oh_replace_key(q, s, "/Name", ig_pdf_text(q, f->name));
	if (f->reason)
		qpdf_oh_replace_key(q, s, "/Reason", ig_pdf_text(q, f->reason));
	if (f->place)
		qpdf_oh_replace_key(q, s, "/Location", ig_pdf_text(q, f->place));
	if (f->at)
		qpdf_oh_replace_key(q, s, "/M", qpdf_oh_new_string(q, f->at));
	return qpdf_make_indirect_object(q, s);
}

/* A field without a place on the page: what the reader sees of the signature is drawn with the letter. */
static void field_add(qpdf_data q, qpdf_oh signature)
{
	qpdf_oh field = qpdf_oh_new_dictionary(q), box = qpdf_oh_new_array(q), form = qpdf_oh_new_dictionary(q), list = qpdf_oh_new_array(q),
		annots = qpdf_oh_new_array(q), page = qpdf_get_page_n(q, 0);
	for (int i = 0; i < 4; i++)
		qpdf_oh_append_item(q, box, qpdf_oh_new_integer(q, 0));
	qpdf_oh_replace_key(q, field, "/Type", ig_pdf_name(q, "/Annot"));
	qpdf_oh_replace_key(q, field, "/Subtype", ig_pdf_name(q, "/Widget"));
	qpdf_oh_replace_key(q, field, "/FT", ig_pdf_name(q, "/Sig"));
	qpdf_oh_replace_key(q, field, "/T", ig_pdf_text(q, "Signature1"));
	qpdf_oh_replace_key(q, field, "/Rect", box);
	qpdf_oh_replace_key(q, field, "/F", qpdf_oh_new_integer(q, 132)); /* printed, locked: ISO 19005-2 6.3.2 */
	qpdf_oh_replace_key(q, field, "/P", page);
	qpdf_oh_replace_key(q, field, "/V", signature);
	field = qpdf_make_indirect_object(q, field);
	qpdf_oh_append_item(q, annots, field);
	qpdf_oh_replace_key(q, page, "/Annots", annots);
	qpdf_oh_append_item(q, list, field);
	qpdf_oh_replace_key(q, form, "/Fields", list);
	qpdf_oh_replace_key(q, form, "/SigFlags", qpdf_oh_new_integer(q, 3));
	qpdf_oh_replace_key(q, qpdf_get_root(q), "/AcroForm", form);
}

static const char *find(const struct ig_buf *b, const char *what)
{
	return memmem(b->data, b->len, what, strlen(what));
}

int ig_sign_room(struct ig_buf *pdf, const struct ig_sign_facts *f, size_t range[4], struct ig_why *why)
{
	char text[sizeof RANGE_ROOM + 40];
	qpdf_data q = ig_pdf_open(pdf->data, pdf->len, why);
	if (!q)
		return -1;
	field_add(q, signature_make(q, f));
	if (ig_pdf_write(q, pdf, false, why))
		return -1;
	const char *at = find(pdf, RANGE_ROOM), *contents = find(pdf, "/Contents <");
	if (!at || !contents || (size_t)(pdf->data + pdf->len - contents) < 12 + IG_SIGN_ROOM)
		return ig_why(why, "the PDF has no room for a signature");
	range[0] = 0;
	range[1] = (size_t)(contents + 10 - pdf->data); /* up to "<" */
	range[2] = range[1] + IG_SIGN_ROOM + 2;
	range[3] = pdf->len - range[2];
	int n = snprintf(text, sizeof text, "[0 %zu %zu %zu", range[1], range[2], range[3]);
	memset(text + n, ' ', sizeof RANGE_ROOM - 2 - (size_t)n);
	text[sizeof RANGE_ROOM - 2] = ']';
	memcpy(pdf->data + (at - pdf->data), text, sizeof RANGE_ROOM - 1);
	return 0;
}

/* ---- the key */

struct ig_signer {
	EVP_PKEY *key;
	X509 *certificate;
	STACK_OF(X509) *chain;
	char name[200];
};

static int password_give(char *to, int size, int writing, void *arg)
{
	const char *password = arg;
	(void)writing;
	size_t len = password ? strlen(password) : 0;
	if (!len || len > (size_t)size)
		return -1;
	memcpy(to, password, len);
	return (int)len;
}

struct ig_signer *ig_signer_free(struct ig_signer *s)
{
	if (!s)
		return NULL;
	EVP_PKEY_free(s->key);
	X509_free(s->certificate);
	sk_X509_pop_free(s->chain, X509_free);
	free(s);
	return NULL;
}

/* The certificate of the key; all others of the file go along as its chain. */
static void certificates_take(struct ig_signer *s, BIO *in)
{
	X509 *c;
	for (int n = 0; n < CERTIFICATES_MAX && (c = PEM_read_bio_X509(in, NULL, NULL, NULL)); n++) {
		if (!s->certificate && X509_check_private_key(c, s->key))
			s->certificate = c;
		else if (!sk_X509_push(s->chain, c))
			X509_free(c);
	}
	ERR_clear_error();
}

struct ig_signer *ig_signer_new(const char *pem, size_t len, const char *password, struct ig_why *why)
{
	struct ig_signer *s = ig_xmalloc(sizeof *s);
	BIO *in = BIO_new_mem_buf(pem, (int)len), *again = BIO_new_mem_buf(pem, (int)len);
	char *secret = ig_xstrdup(password);
	s->chain = sk_X509_new_null();
	s->key = in ? PEM_read_bio_PrivateKey(in, NULL, password_give, secret) : NULL;
	ERR_clear_error();
	if (s->key && again && s->chain)
		certificates_take(s, again);
	BIO_free(in);
	BIO_free(again);
	free(secret);
	if (!s->key)
		ig_why(why, "there is no private key in it, or its password is another");
	else if (!s->certificate)
		ig_why(why, "there is no certificate for the private key in it");
	if (!s->key || !s->certificate)
		return ig_signer_free(s);
	X509_NAME_get_text_by_NID(X509_get_subject_name(s->certificate), NID_commonName, s->name, sizeof s->name);
	return s;
}

const char *ig_signer_name(const struct ig_signer *s)
{
	return s->name;
}

/* Signed attributes first, the signature over them last. OpenSSL would put in the time of its own clock. */
static CMS_ContentInfo *cms_sign(struct ig_signer *s, BIO *in, int64_t at)
{
	const unsigned flags = CMS_DETACHED | CMS_BINARY | CMS_CADES | CMS_NOSMIMECAP | CMS_PARTIAL;
	ASN1_TIME *time = ASN1_TIME_set(NULL, (time_t)at);
	CMS_ContentInfo *cms = CMS_sign(NULL, NULL, s->chain, in, flags);
	CMS_SignerInfo *signer = cms ? CMS_add1_signer(cms, s->certificate, s->key, EVP_sha256(), flags) : NULL;
	bool good = time && signer && CMS_signed_add1_attr_by_NID(signer, NID_pkcs9_signingTime, time->type, time, -1) && CMS_final(cms, in, NULL, flags);
	ASN1_TIME_free(time);
	if (!good) {
		CMS_ContentInfo_free(cms);
		return NULL;
	}
	return cms;
}

static unsigned char *cms_make(struct ig_signer *s, const struct ig_buf *pdf, const size_t range[4], int64_t at, int *len_r)
{
	BIO *in = BIO_new(BIO_s_mem());
	unsigned char *der = NULL;
	*len_r = -1;
	if (in && BIO_write(in, pdf->data + range[0], (int)range[1]) == (int)range[1] && BIO_write(in, pdf->data + range[2], (int)range[3]) == (int)range[3]) {
		CMS_ContentInfo *cms = cms_sign(s, in, at);
		if (cms)
			*len_r = i2d_CMS_ContentInfo(cms, &der);
		CMS_ContentInfo_free(cms);
	}
	BIO_free(in);
	return der;
}

int ig_signer_fill(struct ig_signer *s, struct ig_buf *pdf, const size_t range[4], int64_t at, struct ig_why *why)
{
	static const char hex[] = "0123456789ABCDEF";
	int len;
	if (range[0] || range[1] > pdf->len || range[2] < range[1] + 2 || range[2] > pdf->len || range[3] != pdf->len - range[2] ||
		range[2] - range[1] != IG_SIGN_ROOM + 2 || pdf->len > INT32_MAX)
		return ig_why(why, "the room for the signature is not where it should be");
	unsigned char *der = cms_make(s, pdf, range, at, &len);
	if (len <= 0 || len > IG_SIGN_ROOM / 2) {
		unsigned long e = ERR_get_error();
		ERR_clear_error();
		OPENSSL_free(der);
		return ig_why(why, "the signature could not be made: %s", len > 0 ? "it is too large" : e ? ERR_reason_error_string(e) : "no reason is known");
	}
	char *to = pdf->data + range[1] + 1;
	for (int i = 0; i < len; i++) {
		*to++ = hex[der[i] >> 4];
		*to++ = hex[der[i] & 15];
	}
	OPENSSL_free(der);
	return 0;
}
