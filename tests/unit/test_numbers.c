/* Numbers of letters: no gap, no repeat, whatever is rolled back, given by hand before, or lent in blocks. */
#include "store_kit.h"

static int64_t letter(struct kit *k)
{
	struct ig_dispatch d = {.letter = "escalation", .channel = IG_CHANNEL_LETTER, .address = "115 Đường Mẫu", .state = IG_DISPATCH_STATE_QUEUED,
		.created_at = T0, .not_before = T0, .expires_at = T0 + IG_DAY};
	ok(ig_store_dispatch_add(k->s, &d));
	return d.id;
}

static int64_t give(struct kit *k, enum ig_store_number_from from, int year, int64_t wanted)
{
	struct ig_store_number n = {.from = from, .series = "letter", .sign = "STTTT-CNTT", .actor = "user:an", .year = year, .number = wanted, .at = T0};
	int64_t id = letter(k);
	int got = ig_store_letter_number(k->s, id, &n);
	if (got < 0)
		fail_msg("%s", ig_store_why(k->s));
	if (!got)
		return 0;
	struct ig_store_letter l;
	ok(ig_store_letter_get(k->s, id, k->a, &l));
	assert_true(l.number == n.number);
	assert_int_equal(l.year, year);
	assert_string_equal(l.sign, "STTTT-CNTT");
	return n.number;
}

static void own_numbers_have_no_gap(void **state)
{
	struct kit *k = *state;
	for (int64_t want = 1; want <= 3; want++) {
		ok(ig_store_begin(k->s));
		assert_true(give(k, IG_NUMBER_OWN, 2026, 0) == want);
		ig_store_rollback(k->s); /* the letter was refused, or the power went */
		ok(ig_store_begin(k->s));
		assert_true(give(k, IG_NUMBER_OWN, 2026, 0) == want);
		ok(ig_store_commit(k->s));
	}
	ok(ig_store_begin(k->s));
	assert_true(give(k, IG_NUMBER_OWN, 2027, 0) == 1); /* Article 15: from 01 each year */
	assert_true(give(k, IG_NUMBER_ASK, 2026, 4) == 4);
	assert_true(give(k, IG_NUMBER_ASK, 2026, 4) == 0); /* taken */
	assert_true(give(k, IG_NUMBER_OWN, 2026, 0) == 5); /* one that was given by hand is passed over */
	ok(ig_store_commit(k->s));
}

static int lend(struct kit *k, int64_t first, int64_t last)
{
	struct ig_store_number n = {.series = "letter", .year = 2026, .number = first, .actor = "user:an", .at = T0};
	int got = ig_store_number_block(k->s, &n, last);
	if (got < 0)
		fail_msg("%s", ig_store_why(k->s));
	return got;
}

static void blocks_are_used_up_in_order(void **state)
{
	struct kit *k = *state;
	ok(ig_store_begin(k->s));
	assert_true(give(k, IG_NUMBER_BLOCK, 2026, 0) == 0);
	assert_int_equal(lend(k, 41, 42), 1);
	assert_int_equal(lend(k, 42, 50), 0);
	assert_int_equal(lend(k, 1, 41), 0);
	assert_int_equal(lend(k, 11, 11), 1);
	assert_true(ig_store_numbers_left(k->s, "letter", 2026) == 3);
	ok(ig_store_commit(k->s));
	static const int64_t wanted[] = {11, 41, 42, 0};
	for (size_t i = 0; i < 4; i++) {
		ok(ig_store_begin(k->s));
		assert_true(give(k, IG_NUMBER_BLOCK, 2026, 0) == wanted[i]);
		ig_store_rollback(k->s);
		ok(ig_store_begin(k->s));
		assert_true(give(k, IG_NUMBER_BLOCK, 2026, 0) == wanted[i]);
		ok(ig_store_commit(k->s));
	}
	assert_true(ig_store_numbers_left(k->s, "letter", 2026) == 0);
	assert_true(give(k, IG_NUMBER_BLOCK, 2027, 0) == 0);
	assert_int_equal(lend(k, 40, 45), 0); /* over numbers that were given */
}

static void files_are_kept_and_wanted_is_first_in_first_out(void **state)
{
	struct kit *k = *state;
	int64_t a = letter(k), b = letter(k), ids[4];
	size_t count, size;
	const void *bytes;
	int pages;
	ok(ig_store_letter_add(k->s, b, "{\"x\":1}"));
	ok(ig_store_letter_page(k->s, b, "{}", "wanted", T0));
	ok(ig_store_letter_page(k->s, a, "{}", "wanted", T0));
	ok(ig_store_letters_wanted(k->s, ids, 4, &count));
	assert_int_equal(count, 2);
	assert_true(ids[0] == a && ids[1] == b);
	ig_time at;
	ok(ig_store_dispatch_next_due(k->s, &at));
	assert_true(at == IG_NEVER); /* what is not drawn is not due */
	ok(ig_store_letter_file_put(k->s, a, "pdf", 2, "%PDF\0x", 6));
	ok(ig_store_letter_drawing(k->s, a, "done", NULL));
	ok(ig_store_dispatch_next_due(k->s, &at));
	assert_true(at == T0);
	assert_int_equal(ig_store_letter_file(k->s, a, "pdf", k->a, &bytes, &size, &pages), 1);
	assert_int_equal(size, 6);
	assert_memory_equal(bytes, "%PDF\0x", 6);
	assert_int_equal(pages, 2);
	assert_int_equal(ig_store_letter_file(k->s, a, "tiff", k->a, &bytes, &size, &pages), 0);
	struct ig_store_letter l;
	ok(ig_store_letter_get(k->s, b, k->a, &l));
	assert_string_equal(l.fields, "{\"x\":1}");
	ok(ig_store_letters_wanted(k->s, ids, 1, &count));
	assert_true(count == 1 && ids[0] == b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(own_numbers_have_no_gap, kit_setup, kit_teardown),
		cmocka_unit_test_setup_teardown(blocks_are_used_up_in_order, kit_setup, kit_teardown),
		cmocka_unit_test_setup_teardown(files_are_kept_and_wanted_is_first_in_first_out, kit_setup, kit_teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
