/* What the reader cuts out of a mail for the keys, and what it makes of their answers. The keys are played here; test_keys has the real ones. */
#include "config.h"
#include "check.h"
#include <stdio.h>
#include "model/crypt.h"
#include "parse/crypt.h"
#include "parse_kit.h"

#define ASKS_MAX 64
#define HEAD "From: a@example.vn\nTo: ungcuu@example.vn\nSubject: outer\nMessage-ID: <1@example.vn>\nDate: Mon, 02 Feb 2026 08:00:00 +0700\n" \
	"MIME-Version: 1.0\n"
#define ARMOR "-----BEGIN PGP MESSAGE-----\n\nAAAA\n-----END PGP MESSAGE-----\n"

struct asked {
	char part[64];
	struct ig_crypt_ask ask;
};
static struct ig_arena *a;
static struct asked asks[ASKS_MAX];
static size_t ask_count;
static struct ig_parse_child children[ASKS_MAX];
static size_t child_count;

static int set_up(void **state)
{
	(void)state;
	a = ig_arena_new(0);
	ask_count = child_count = 0;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	for (size_t i = 0; i < child_count; i++)
		if (children[i].fd >= 0)
			close(children[i].fd);
	a = ig_arena_free(a);
	return 0;
}

static void need(void *arg, const struct ig_parse_need *n, int fd, uint64_t size)
{
	(void)arg;
	assert_true(fd >= 0);
	char *p = ig_arena_alloc(a, (size_t)size + 1);
	assert_int_equal(ig_fs_pread_all(fd, p, (size_t)size, 0), 0);
	close(fd);
	if (strcmp(n->kind, "keys") != 0)
		return;
	assert_true(ask_count < ASKS_MAX);
	struct asked *x = &asks[ask_count++];
	snprintf(x->part, sizeof x->part, "%s", n->part);
	assert_int_equal(ig_crypt_ask_unpack(&x->ask, p, (size_t)size, a), 0);
}

static struct ig_report *read_again(const char *mail)
{
	int fd = ig_fs_memfd("mail", mail, strlen(mail));
	struct ig_parse_second second = {.children = children, .child_count = child_count, .bytes = true, .need = need};
	ask_count = 0;
	struct ig_report *r = ig_parse_any(fd, strlen(mail), NULL, &ig_parse_defaults, &second, a);
	close(fd);
	return r;
}

static void answer_bytes(const char *part, const void *p, size_t len)
{
	children[child_count++] = (struct ig_parse_child){.part = ig_arena_strdup(a, part), .type = IG_CRYPT_FOUND_TYPE, .fd = ig_fs_memfd("c", p, len), .size = len};
}

static void answer(const char *part, struct ig_crypt_found f)
{
	struct ig_buf b = IG_BUF_INIT(1 << 20);
	if (f.plain && !f.plain_len)
		f.plain_len = strlen(f.plain);
	ig_crypt_found_pack(&f, &b);
	answer_bytes(part, b.data, b.len);
	ig_buf_free(&b);
}

static struct ig_crypt_found opened(const char *plain)
{
	return (struct ig_crypt_found){.encrypted = true, .decrypted = true, .plain = plain};
}

static struct ig_crypt_found good(const char *signer, const char *plain)
{
	return (struct ig_crypt_found){.is_signed = true, .verified = IG_VERIFIED_GOOD, .signer = signer, .plain = plain};
}

static void wants(size_t i, const char *part, const char *data, const char *signature)
{
	assert_true(i < ask_count);
	assert_string_equal(asks[i].part, part);
	assert_int_equal(asks[i].ask.len, strlen(data));
	assert_memory_equal(asks[i].ask.data, data, strlen(data));
	assert_string_equal(asks[i].ask.from, "a@example.vn");
	assert_true(!signature == !asks[i].ask.signature);
	if (signature) {
		assert_int_equal(asks[i].ask.signature_len, strlen(signature));
		assert_memory_equal(asks[i].ask.signature, signature, strlen(signature));
	}
}

#define ENCRYPTED HEAD "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=b\n\n--b\nContent-Type: application/pgp-encrypted\n\n" \
	"Version: 1\n\n--b\nContent-Type: application/octet-stream; name=encrypted.asc\n\n" ARMOR "\n--b--\n"

static void test_pgp_mime(void **state)
{
	(void)state;
	struct ig_report *r = read_again(ENCRYPTED);
	assert_int_equal(ask_count, 1);
	wants(0, "2", ARMOR, NULL);
	assert_true(r->crypto.encrypted && !r->crypto.decrypted && r->crypto.sealed);
	answer("2", opened("Content-Type: multipart/mixed; boundary=i; protected-headers=\"v1\"\nSubject: =?utf-8?q?m=E1=BA=ADt?=\n\n--i\nContent-Type: text/plain\n\n"
		"Hello\n--i\nContent-Type: application/octet-stream; name=x.bin\n\nabc\n--i--\n"));
	r = read_again(ENCRYPTED);
	assert_int_equal(ask_count, 0);
	assert_string_equal(r->text, "Hello");
	assert_int_equal(r->attachment_count, 1); /* neither the control part nor the ciphertext */
	assert_string_equal(r->attachments[0].name, "x.bin");
	assert_true(r->crypto.encrypted && r->crypto.decrypted && !r->crypto.sealed && !r->crypto.is_signed);
	assert_string_equal(r->subject, "m\xe1\xba\xadt");
	assert_string_equal(r->crypto.outer_subject, "outer"); /* what may go out in the clear */
	assert_null(*r->problems);
}

/* RFC 3156 section 3 and Exchange, which makes a multipart/mixed of it with an empty text before. */
static void test_mangled(void **state)
{
	(void)state;
	static const char mail[] = HEAD "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\n\n--b\nContent-Type: application/pgp-encrypted\n\n"
		"Version: 1\n\n--b\nContent-Type: application/octet-stream\n\n" ARMOR "\n--b--\n";
	read_again(mail);
	assert_int_equal(ask_count, 1);
	assert_string_equal(asks[0].part, "3");
	answer("3", opened("Content-Type: text/plain\n\nHello\n"));
	struct ig_report *r = read_again(mail);
	assert_non_null(strstr(r->text, "Hello"));
	assert_true(r->crypto.decrypted);
}

/* Exactly the bytes between the boundary lines, with CRLF (RFC 3156 section 5), whatever stands around them. */
static void test_signed(void **state)
{
	(void)state;
	static const char mail[] = HEAD "Content-Type: multipart/signed; micalg=pgp-sha256; protocol=\"application/pgp-signature\"; boundary=\"=_b\"\n\nThis is --=_b nothing\n"
		"--=_b2\n--=_b  \nContent-Type:  text/plain\n\nHello \n\n--=_b\nContent-Type: application/pgp-signature\n\nSIG\n--=_b--\nfooter\n";
	read_again(mail);
	assert_int_equal(ask_count, 1);
	wants(0, "2", "Content-Type:  text/plain\r\n\r\nHello \r\n", "SIG");
	answer("2", good("a@example.vn", NULL));
	struct ig_report *r = read_again(mail);
	assert_true(r->crypto.is_signed && !r->crypto.encrypted);
	assert_int_equal(r->crypto.verified, IG_VERIFIED_GOOD);
	assert_string_equal(r->crypto.signer, "a@example.vn");
	assert_string_equal(r->text, "Hello \n");
	assert_null(*r->problems);
}

static void test_other_signer(void **state)
{
	(void)state;
	static const char mail[] = HEAD "\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nHello\n- -- \n- From\n-----BEGIN PGP SIGNATURE-----\n\nAA\n-----END PGP SIGNATURE-----\n";
	struct ig_report *r = read_again(mail);
	assert_int_equal(ask_count, 1);
	assert_string_equal(asks[0].part, "1/1");
	assert_string_equal(r->text, "Hello\n-- \nFrom\n"); /* without any keys */
	assert_true(r->crypto.is_signed && !r->crypto.sealed);
	answer("1/1", good("other@example.vn", "Hello\n-- \nFrom\n"));
	r = read_again(mail);
	assert_int_equal(r->crypto.verified, IG_VERIFIED_GOOD);
	assert_true(kit_said(r, "signed by other@example.vn, who is not the sender a@example.vn"));
}

static void test_inline(void **state)
{
	(void)state;
	static const char mail[] = HEAD "\nbefore\n" ARMOR "after\n> " ARMOR "\n" ARMOR;
	struct ig_report *r = read_again(mail);
	assert_int_equal(ask_count, 2); /* the quoted one is none */
	wants(0, "1/1", ARMOR, NULL);
	assert_string_equal(asks[1].part, "1/2");
	assert_false(r->crypto.sealed);
	answer("1/1", opened("one"));
	answer("1/2", (struct ig_crypt_found){.encrypted = true, .problem = "it is encrypted to a key that is not ours"});
	r = read_again(mail);
	assert_memory_equal(r->text, "before\none\nafter\n> -----BEGIN", 29);
	assert_true(r->crypto.encrypted && !r->crypto.decrypted); /* not all of it */
	assert_true(kit_said(r, "key that is not ours"));
	/* Nothing but ciphertext. */
	tear_down(NULL);
	set_up(NULL);
	assert_true(read_again(HEAD "\n" ARMOR "\n")->crypto.sealed);
}

static void test_partly_signed(void **state)
{
	(void)state;
	static const char mail[] = HEAD "\nPay at once.\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nHello\n-----BEGIN PGP SIGNATURE-----\n\nAA\n-----END PGP SIGNATURE-----\n";
	answer("1/1", good("a@example.vn", "Hello\n"));
	struct ig_report *r = read_again(mail);
	assert_string_equal(r->text, "Pay at once.\nHello\n");
	assert_true(kit_said(r, "a part of the text is not signed"));
}

static void test_files(void **state)
{
	(void)state;
	static const char mail[] = HEAD "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nsee\n--b\nContent-Type: application/octet-stream; name=log.txt.gpg\n"
		"Content-Transfer-Encoding: base64\n\nhQEMA0000000000\n--b\nContent-Type: text/plain; name=key.asc\n\n-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n"
		"--b\nContent-Type: text/csv; name=a.csv\n\n1,2\n--b\nContent-Type: application/pgp-signature; name=a.csv.sig\n\nSIG\n--b--\n";
	read_again(mail);
	assert_int_equal(ask_count, 2);
	wants(0, "5", "1,2", "SIG"); /* the signature beside a file, and the file */
	assert_string_equal(asks[1].part, "2");
	answer("2", opened("line one\r\nline two\r\n"));
	answer("5", (struct ig_crypt_found){.is_signed = true, .verified = IG_VERIFIED_UNKNOWN_KEY, .signer = "ABCD", .problem = "the key ABCD that signed is not known here"});
	struct ig_report *r = read_again(mail);
	assert_string_equal(r->attachments[0].name, "log.txt");
	assert_string_equal(r->attachments[0].text, "line one\nline two\n");
	assert_int_equal(r->attachments[0].size, 20);
	assert_true(r->crypto.decrypted);
	assert_int_equal(r->crypto.verified, IG_VERIFIED_UNKNOWN_KEY);
	assert_string_equal(r->attachments[1].name, "key.asc"); /* a key is a file like any other: nobody takes it in */
}

#define DER_ENVELOPED "MIAGCSqGSIb3DQEHA6CAMIACAQAxAA=="
#define DER_SIGNED "MIAGCSqGSIb3DQEHAqCAMIACAQExAA=="

/* Enveloped, in it signed, as Outlook writes it: three layers, each named below the other. */
static void test_smime(void **state)
{
	(void)state;
	static const char mail[] = HEAD "Content-Type: application/x-pkcs7-mime; name=smime.p7m\nContent-Transfer-Encoding: base64\n\n" DER_ENVELOPED "\n";
	struct ig_report *r = read_again(mail);
	assert_int_equal(ask_count, 1);
	assert_string_equal(asks[0].part, "1");
	assert_int_equal(asks[0].ask.form, IG_CRYPT_FORM_CMS);
	assert_true(r->crypto.encrypted && r->crypto.sealed);
	answer("1", opened("Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\nContent-Transfer-Encoding: base64\n\n" DER_SIGNED "\n"));
	read_again(mail);
	assert_int_equal(ask_count, 1);
	assert_string_equal(asks[0].part, "1/1.1");
	answer("1/1.1", good("a@example.vn", "Content-Type: text/plain; charset=utf-8\r\n\r\nHello\r\n"));
	r = read_again(mail);
	assert_int_equal(ask_count, 0);
	assert_string_equal(r->text, "Hello\n");
	assert_true(r->crypto.encrypted && r->crypto.decrypted && r->crypto.is_signed);
	assert_int_equal(r->crypto.verified, IG_VERIFIED_GOOD);
	assert_int_equal(r->attachment_count, 0);
}

static void test_opaque(void **state)
{
	(void)state;
	static const char mail[] = HEAD "Content-Type: application/octet-stream; name=smime.p7m\nContent-Transfer-Encoding: base64\n\n" DER_SIGNED "\n";
	struct ig_report *r = read_again(mail);
	assert_true(r->crypto.is_signed && !r->crypto.encrypted); /* by its bytes */
	answer("1", (struct ig_crypt_found){.is_signed = true, .verified = IG_VERIFIED_BAD, .signer = "a@example.vn", .problem = "the signature does not fit the text",
		.plain = "Content-Type: text/plain\n\nHello\n"});
	r = read_again(mail);
	assert_string_equal(r->text, "Hello\n");
	assert_int_equal(r->crypto.verified, IG_VERIFIED_BAD);
	assert_true(kit_said(r, "does not fit"));
}

/* An answer that is none, an answer that says nothing came of it: the mail is still read. */
static void test_bad_answers(void **state)
{
	(void)state;
	answer_bytes("2", "rubbish", 7);
	struct ig_report *r = read_again(ENCRYPTED);
	assert_true(r->crypto.encrypted && !r->crypto.decrypted);
	assert_true(kit_said(r, "malformed"));
	tear_down(NULL);
	set_up(NULL);
	children[child_count++] = (struct ig_parse_child){.part = "2", .name = "reading it took too long", .type = "", .fd = -1};
	r = read_again(ENCRYPTED);
	assert_true(kit_said(r, "part 2 was not opened: reading it took too long"));
	assert_int_equal(ask_count, 0);
}

/* Worst of all: bad before unknown before good, in any order. */
static void test_worst(void **state)
{
	(void)state;
#define CLEAR "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nx\n-----BEGIN PGP SIGNATURE-----\n\nAA\n-----END PGP SIGNATURE-----\n"
	static const char mail[] = HEAD "\n" CLEAR CLEAR CLEAR;
	answer("1/1", good("a@example.vn", "x\n"));
	answer("1/2", (struct ig_crypt_found){.is_signed = true, .verified = IG_VERIFIED_BAD, .signer = "b@example.vn"});
	answer("1/3", (struct ig_crypt_found){.is_signed = true, .verified = IG_VERIFIED_UNKNOWN_KEY, .signer = "CD"});
	struct ig_report *r = read_again(mail);
	assert_int_equal(r->crypto.verified, IG_VERIFIED_BAD);
	assert_string_equal(r->crypto.signer, "b@example.vn");
}

static void test_limits(void **state)
{
	(void)state;
	struct ig_buf b = IG_BUF_INIT(1 << 20);
	ig_buf_str(&b, HEAD "\n");
	for (int i = 0; i < IG_CRYPT_PIECES_MAX; i++)
		ig_buf_str(&b, ARMOR);
	struct ig_report *r = read_again(b.data);
	assert_int_equal(ask_count, IG_CRYPT_PIECES_MAX);
	assert_null(*r->problems);
	ig_buf_str(&b, ARMOR);
	r = read_again(b.data);
	assert_int_equal(ask_count, IG_CRYPT_PIECES_MAX);
	ig_buf_free(&b);
	/* Each opens to another one. */
	const char *part = "1/1";
	for (int depth = 1; depth <= IG_CRYPT_DEPTH_MAX; depth++) {
		r = read_again(HEAD "\n" ARMOR);
		assert_int_equal(ask_count, 1);
		assert_string_equal(asks[0].part, part);
		answer(part, opened(ARMOR));
		part = ig_arena_fmt(a, "%s/1", part);
	}
	r = read_again(HEAD "\n" ARMOR);
	assert_int_equal(ask_count, 0);
	assert_true(kit_said(r, "more than 4 times"));
}

/* A text of beginnings without an end takes no time to speak of. */
static void test_beginnings(void **state)
{
	(void)state;
	struct ig_buf b = IG_BUF_INIT(2 << 20);
	struct ig_armor x;
	while (b.len < 1 << 20)
		ig_buf_str(&b, b.len % 3 ? "-----BEGIN PGP MESSAGE-----\n" : "-----BEGIN PGP SIGNED MESSAGE-----\n");
	assert_false(ig_armor_next(b.data, b.len, 0, &x));
	ig_buf_free(&b);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {T(test_pgp_mime), T(test_mangled), T(test_signed), T(test_other_signer), T(test_inline), T(test_partly_signed), T(test_files),
		T(test_smime), T(test_opaque), T(test_bad_answers), T(test_worst), T(test_limits), T(test_beginnings)};
	ig_parse_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
