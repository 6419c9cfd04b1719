/* The keys against the real GnuPG: two homes with an agent each, made and thrown away here. Skipped where gpg is not installed. */
#include "config.h"
#include "check.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/fs.h"
#include "base/log.h"
#include "keys/keys.h"

#define PLAIN_MAX 100000
static const char text[] = "Content-Type: text/plain\r\n\r\nM\xc3\xa1y ch\xe1\xbb\xa7 b\xe1\xbb\x8b x\xc3\xa2m nh\xe1\xba\xadp.\r\n";

static char top[64];
static struct ig_keys *ours, *theirs;
static struct ig_arena *a;
static const char *our_key, *their_key;

static struct ig_keys *open_home(const char *name, size_t plain_max)
{
	struct ig_why why = {""};
	char home[128];
	snprintf(home, sizeof home, "%s/%s", top, name);
	struct ig_keys_place place = {.home = home, .gpg = "/usr/bin/gpg", .gpgsm = "/usr/bin/gpgsm", .agent = "/usr/bin/gpg-agent", .plain_max = plain_max};
	struct ig_keys *k = ig_keys_open(&place, &why);
	if (!k)
		print_error("%s\n", why.text);
	return k;
}

/* The public key of one home into the other. */
static void hand_over(struct ig_keys *from, const char *key, struct ig_keys *to)
{
	struct ig_why why = {""};
	const char *const *taken;
	const void *p;
	size_t len;
	assert_int_equal(ig_keys_export(from, key, a, &p, &len, &why), 0);
	assert_int_equal(ig_keys_import(to, p, len, a, &taken, &why), 0);
	assert_string_equal(taken[0], key);
	assert_null(taken[1]);
}

static int set_up(void **state)
{
	(void)state;
	struct ig_why why = {""};
	if (access("/usr/bin/gpg", X_OK) || access("/usr/bin/gpg-agent", X_OK))
		return 0;
	ig_log_init("test_keys", IG_LOG_WARNING);
	strcpy(top, "/tmp/igk-XXXXXX");
	assert_non_null(mkdtemp(top));
	a = ig_arena_new(0);
	ours = open_home("o", PLAIN_MAX);
	theirs = open_home("t", PLAIN_MAX);
	assert_non_null(ours);
	assert_non_null(theirs);
	assert_int_equal(ig_keys_make(ours, "Office <ungcuu@example.vn>", a, &our_key, &why), 0);
	assert_int_equal(ig_keys_make(theirs, "Unit <unit@example.vn>", a, &their_key, &why), 0);
	hand_over(ours, our_key, theirs);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	char words[128];
	ours = ig_keys_close(ours);
	theirs = ig_keys_close(theirs);
	if (!a)
		return 0;
	ig_arena_free(a);
	snprintf(words, sizeof words, "rm -rf %s", top);
	return system(words);
}

static struct ig_crypt_found find(struct ig_keys *k, const void *p, size_t len, const void *sig, size_t sig_len)
{
	struct ig_crypt_ask ask = {.form = IG_CRYPT_FORM_OPENPGP, .from = "unit@example.vn", .data = p, .len = len, .signature = sig, .signature_len = sig_len};
	struct ig_crypt_found f;
	ig_keys_find(k, &ask, a, &f);
	return f;
}

static struct ig_crypt_sealed seal(const char *signer, const char *to, const void *p, size_t len)
{
	struct ig_why why = {""};
	const char *const list[] = {to, NULL};
	struct ig_crypt_seal s = {.form = IG_CRYPT_FORM_OPENPGP, .signer = signer, .recipients = to ? list : NULL, .data = p, .len = len};
	struct ig_crypt_sealed r = {NULL, 0, NULL};
	if (ig_keys_seal(theirs, &s, a, &r, &why))
		fail_msg("%s", why.text);
	return r;
}

#define NEED_GPG() do { if (!ours) skip(); } while (0)

/* Before their key is handed over: what they sign is by an unknown key. */
static void test_unknown_then_known(void **state)
{
	(void)state;
	NEED_GPG();
	struct ig_crypt_sealed s = seal(their_key, NULL, text, sizeof text - 1);
	assert_non_null(strstr(s.micalg, "pgp-sha"));
	struct ig_crypt_found f = find(ours, text, sizeof text - 1, s.bytes, s.len);
	assert_true(f.is_signed);
	assert_int_equal(f.verified, IG_VERIFIED_UNKNOWN_KEY);
	assert_non_null(f.fingerprint);
	hand_over(theirs, their_key, ours);
	f = find(ours, text, sizeof text - 1, s.bytes, s.len);
	assert_int_equal(f.verified, IG_VERIFIED_GOOD);
	assert_string_equal(f.signer, "unit@example.vn");
	assert_string_equal(f.fingerprint, their_key);
	assert_false(f.encrypted);
	assert_null(f.plain);
	assert_null(f.problem);
	f = find(ours, text, sizeof text - 2, s.bytes, s.len); /* one byte is missing */
	assert_true(f.is_signed);
	assert_int_equal(f.verified, IG_VERIFIED_BAD);
	f = find(ours, text, sizeof text - 1, "rubbish", 7);
	assert_true(f.is_signed);
	assert_int_equal(f.verified, IG_VERIFIED_BAD);
	assert_non_null(f.problem);
}

static void test_encrypted(void **state)
{
	(void)state;
	NEED_GPG();
	struct ig_crypt_sealed s = seal(NULL, our_key, text, sizeof text - 1);
	struct ig_crypt_found f = find(ours, s.bytes, s.len, NULL, 0);
	assert_true(f.encrypted && f.decrypted && !f.is_signed);
	assert_int_equal(f.plain_len, sizeof text - 1);
	assert_memory_equal(f.plain, text, f.plain_len);
	s = seal(their_key, our_key, text, sizeof text - 1);
	f = find(ours, s.bytes, s.len, NULL, 0);
	assert_true(f.encrypted && f.decrypted && f.is_signed);
	assert_int_equal(f.verified, IG_VERIFIED_GOOD);
	assert_string_equal(f.signer, "unit@example.vn");
	((char *)(uintptr_t)s.bytes)[s.len / 2] ^= 1; /* changed on the way: nothing comes out */
	f = find(ours, s.bytes, s.len, NULL, 0);
	assert_true(f.encrypted && !f.decrypted);
	assert_null(f.plain);
	assert_non_null(f.problem);
}

static void test_not_ours(void **state)
{
	(void)state;
	NEED_GPG();
	struct ig_crypt_sealed s = seal(NULL, their_key, text, sizeof text - 1);
	struct ig_crypt_found f = find(ours, s.bytes, s.len, NULL, 0);
	assert_true(f.encrypted && !f.decrypted);
	assert_null(f.plain);
	assert_non_null(strstr(f.problem, "key that is not ours"));
}

/* A few hundred bytes that stand for more than the ceiling; exactly the ceiling passes. */
static void test_bomb(void **state)
{
	(void)state;
	NEED_GPG();
	char *big = ig_arena_alloc(a, PLAIN_MAX + 1);
	memset(big, 'x', PLAIN_MAX + 1);
	struct ig_crypt_sealed s = seal(NULL, our_key, big, PLAIN_MAX);
	assert_true(s.len < 5000);
	struct ig_crypt_found f = find(ours, s.bytes, s.len, NULL, 0);
	assert_true(f.decrypted);
	assert_int_equal(f.plain_len, PLAIN_MAX);
	s = seal(NULL, our_key, big, PLAIN_MAX + 1);
	f = find(ours, s.bytes, s.len, NULL, 0);
	assert_true(f.encrypted && !f.decrypted && !f.plain);
	assert_non_null(strstr(f.problem, "more than"));
}

static void test_rubbish(void **state)
{
	(void)state;
	NEED_GPG();
	static const char *const bad[] = {"", "-----BEGIN PGP MESSAGE-----\n\nAAAA\n-----END PGP MESSAGE-----\n", "-----BEGIN PGP MESSAGE-----\n",
		"\xff\xff\xff\xff\xff\xff", "hello"};
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		for (int form = 0; form < (int)ig_crypt_form_count; form++) {
			struct ig_crypt_ask ask = {.form = (enum ig_crypt_form)form, .data = bad[i], .len = strlen(bad[i])};
			struct ig_crypt_found f;
			ig_keys_find(ours, &ask, a, &f);
			assert_false(f.decrypted);
			assert_int_equal(f.verified, IG_VERIFIED_NONE);
			assert_non_null(f.problem);
		}
	}
}

static void test_ring(void **state)
{
	(void)state;
	NEED_GPG();
	struct ig_why why = {""};
	struct ig_crypt_key *list;
	size_t count;
	const char *const *taken;
	assert_int_equal(ig_keys_list(ours, a, &list, &count, &why), 0);
	assert_int_equal(count, 2);
	for (size_t i = 0; i < count; i++) {
		bool mine = !strcmp(list[i].fingerprint, our_key);
		assert_int_equal(list[i].secret, mine);
		assert_true(list[i].can_encrypt);
		assert_string_equal(list[i].addresses[0], mine ? "ungcuu@example.vn" : "unit@example.vn");
	}
	assert_int_equal(ig_keys_import(ours, "no keys here", 12, a, &taken, &why), -1);
	assert_int_equal(ig_keys_remove(ours, our_key, &why), -1); /* one of ours is not thrown away by a word */
	assert_int_equal(ig_keys_remove(ours, their_key, &why), 0);
	assert_int_equal(ig_keys_list(ours, a, &list, &count, &why), 0);
	assert_int_equal(count, 1);
	struct ig_crypt_seal s = {.form = IG_CRYPT_FORM_OPENPGP, .recipients = (const char *const[]){their_key, NULL}, .data = "x", .len = 1};
	struct ig_crypt_sealed r;
	assert_int_equal(ig_keys_seal(ours, &s, a, &r, &why), -1); /* never to fewer than were named */
}

static void test_pack(void **state)
{
	(void)state;
	struct ig_arena *m = ig_arena_new(0);
	struct ig_buf b = IG_BUF_INIT(1000);
	struct ig_crypt_ask ask = {.form = IG_CRYPT_FORM_CMS, .from = "x@example.vn", .data = "abc", .len = 3, .signature = "", .signature_len = 0}, got;
	ig_crypt_ask_pack(&ask, &b);
	assert_int_equal(ig_crypt_ask_unpack(&got, b.data, b.len, m), 0);
	assert_int_equal(got.form, IG_CRYPT_FORM_CMS);
	assert_non_null(got.signature); /* an empty signature is one */
	assert_int_equal(got.len, 3);
	for (size_t i = 0; i < b.len; i++)
		assert_int_equal(ig_crypt_ask_unpack(&got, b.data, i, m), -1);
	ig_buf_reset(&b);
	struct ig_crypt_found f = {.encrypted = true, .decrypted = true, .verified = IG_VERIFIED_BAD, .plain = "", .signer = "s"}, back;
	ig_crypt_found_pack(&f, &b);
	assert_int_equal(ig_crypt_found_unpack(&back, b.data, b.len, m), 0);
	assert_true(back.decrypted && back.plain && !back.is_signed);
	assert_int_equal(back.verified, IG_VERIFIED_BAD);
	for (size_t i = 0; i < b.len; i++)
		assert_int_equal(ig_crypt_found_unpack(&back, b.data, i, m), -1);
	b.data[8] = 100; /* no such word */
	assert_int_equal(ig_crypt_found_unpack(&back, b.data, b.len, m), -1);
	ig_buf_free(&b);
	ig_arena_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_pack), cmocka_unit_test(test_unknown_then_known), cmocka_unit_test(test_encrypted),
		cmocka_unit_test(test_not_ours), cmocka_unit_test(test_bomb), cmocka_unit_test(test_rubbish), cmocka_unit_test(test_ring)};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
