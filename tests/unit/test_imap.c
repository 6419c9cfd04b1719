/* Responses of IMAP servers: what is understood, and what is refused without damage. */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "base/opt.h"
#include "intake/imap_parse.h"

static void fetches(void **state IG_UNUSED)
{
	struct ig_imap_fetch f;
	assert_int_equal(ig_imap_fetch_parse("* 12 FETCH (UID 5 FLAGS (\\seen $IRGATE other) INTERNALDATE \" 1-Mar-2026 09:00:00 +0700\" RFC822.SIZE 44)", &f), 1);
	assert_int_equal(f.uid, 5);
	assert_int_equal(f.size, 44);
	assert_true(f.seen && f.ours && !f.deleted && f.has_size && f.has_flags && !f.has_body);
	assert_int_equal(f.date, INT64_C(1772330400) * IG_SECOND);
	assert_int_equal(ig_imap_fetch_parse("* 1 FETCH (BODY[]<1048576> \001 UID 9)", &f), 1);
	assert_true(f.has_body && f.body_is == IG_IMAP_BODY_LITERAL && f.uid == 9 && f.origin == 1048576);
	assert_int_equal(ig_imap_fetch_parse("* 1 FETCH (UID 9 BODY[] \"a\\\"b\")", &f), 1);
	assert_true(f.body_is == IG_IMAP_BODY_STRING && f.body_len == 4 && !memcmp(f.body, "a\\\"b", 4));
	assert_int_equal(ig_imap_fetch_parse("* 1 FETCH (UID 9 BODY[] NIL)", &f), 1);
	assert_true(f.has_body && !f.body_len);
	assert_int_equal(ig_imap_fetch_parse("* 1 FETCH (MODSEQ (12) X-GM-LABELS (\"a b\" \001 (c)) BODY[HEADER.FIELDS (TO)] \001 UID 4294967295)", &f), 1);
	assert_true(f.uid == UINT32_MAX && !f.has_body);
}

static void refusals(void **state IG_UNUSED)
{
	static const char *const bad[] = {"* 1 FETCH ", "* 1 FETCH (", "* 1 FETCH (UID", "* 1 FETCH (UID 0)", "* 1 FETCH (UID 4294967296)",
		"* 1 FETCH (UID 99999999999999999999999)", "* 1 FETCH (UID 1 UID 2)", "* 1 FETCH (UID 1 BODY[]<x> \001)", "* 1 FETCH (UID 1 BODY[] \001 BODY[] \001)",
		"* 1 FETCH (FLAGS (a)", "* 1 FETCH (FLAGS (a", "* 1 FETCH (X \"a", "* 1 FETCH (X \"a\\", "* 1 FETCH (X ((((((((((((((((((((1))))))))))))))))))))",
		"* 1 FETCH (BODY[", "* 1 FETCH (BODY[] ", "* 1 FETCH (RFC822.SIZE -1)", "* 1 FETCH (RFC822.SIZE 99999999999999999999)", "* 1 FETCH (X )"};
	static const char *const other[] = {"", "*", "* ", "* 1 EXISTS", "i1 OK", "* x FETCH (UID 1)", "* 99999999999 FETCH (UID 1)"};
	struct ig_imap_fetch f;
	for (size_t i = 0; i < IG_COUNT(bad); i++)
		if (ig_imap_fetch_parse(bad[i], &f) >= (strlen(bad[i]) > 10 ? 0 : 1))
			fail_msg("taken: %s", bad[i]);
	for (size_t i = 0; i < IG_COUNT(other); i++)
		if (ig_imap_fetch_parse(other[i], &f))
			fail_msg("taken for a FETCH: %s", other[i]);
}

static void words(void **state IG_UNUSED)
{
	uint64_t bytes;
	uint32_t n;
	size_t at;
	assert_true(ig_imap_literal("x {12}", 6, &bytes, &at) && bytes == 12 && at == 2);
	assert_false(ig_imap_literal("x {}", 4, &bytes, &at));
	assert_false(ig_imap_literal("x {12", 5, &bytes, &at));
	assert_false(ig_imap_literal("x 12}", 5, &bytes, &at));
	assert_false(ig_imap_literal("{12345678901}", 13, &bytes, &at));
	assert_true(ig_imap_code("* OK [UIDVALIDITY 7] x", "UIDVALIDITY", &n) && n == 7);
	assert_false(ig_imap_code("* OK [UIDVALIDITY 7", "UIDVALIDITY", &n));
	assert_false(ig_imap_code("* OK [UIDVALIDITY]", "UIDVALIDITY", &n));
	assert_true(ig_imap_count("* 3 EXISTS", "EXISTS"));
	assert_false(ig_imap_count("* 3 EXISTSX", "EXISTS"));
	assert_true(ig_imap_has_word("* CAPABILITY IMAP4rev1 IDLE MOVE", "idle"));
	assert_false(ig_imap_has_word("* CAPABILITY IMAP4rev1 XIDLE IDLE2", "IDLE"));
	assert_true(ig_imap_date("31-Foo-2026 09:00:00 +0700", 26) == IG_NEVER);
	assert_true(ig_imap_date("99-Jan-2026 09:00:00 +0700", 26) == IG_NEVER);
	assert_true(ig_imap_date("", 0) == IG_NEVER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(fetches), cmocka_unit_test(refusals), cmocka_unit_test(words)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
