/* UDPTL: what is built can be taken, what was lost is mended in each form, and nothing malformed gets in. */
#include "check.h"
#include <string.h>
#include "base/opt.h"
#include "fax/udptl.h"

struct got {
	uint16_t seq[400];
	uint8_t first[400];
	size_t count;
};

static void note(const uint8_t *p, size_t len, uint16_t seq, void *arg)
{
	struct got *g = arg;
	assert_true(len >= 1 && g->count < IG_COUNT(g->seq));
	g->seq[g->count] = seq;
	g->first[g->count++] = p[len - 1];
}

/* A data packet of T.38 version 0 with one field; its last octet is the number. */
static size_t packet(unsigned n, uint8_t out[32])
{
	size_t size = 4 + n % 9;
	memset(out, 0, 32);
	out[0] = 0xc0;
	out[1] = 1;
	out[2] = 0x80;
	out[3] = 0;
	out[4] = (uint8_t)(size - 1);
	memset(out + 5, 0x55, size - 1);
	out[5 + size - 1] = (uint8_t)(n ? n : 255);
	return 5 + size;
}

struct trial {
	const char *name;
	enum ig_udptl_ec ec;
	int gap, every; /* so many in a row are lost after every so many */
	bool all;       /* are all mended? */
};
static const struct trial trials[] = {
	{"nothing lost", IG_UDPTL_EC_NONE, 0, 10, true},
	{"one lost, nothing to mend it", IG_UDPTL_EC_NONE, 1, 10, false},
	{"redundancy, one lost", IG_UDPTL_EC_REDUNDANCY, 1, 5, true},
	{"redundancy, three lost", IG_UDPTL_EC_REDUNDANCY, 3, 10, true},
	{"redundancy, four lost", IG_UDPTL_EC_REDUNDANCY, 4, 10, false},
	{"FEC, one lost", IG_UDPTL_EC_FEC, 1, 12, true},
	{"FEC, three lost", IG_UDPTL_EC_FEC, 3, 20, true},
	{"FEC, four lost", IG_UDPTL_EC_FEC, 4, 20, false},
};

static void test_mending(void **state)
{
	(void)state;
	for (size_t k = 0; k < IG_COUNT(trials); k++) {
		const struct trial *t = &trials[k];
		static struct ig_udptl out, in;
		struct got g = {.count = 0};
		uint8_t ifp[32], d[IG_UDPTL_DATAGRAM_MAX];
		ig_udptl_init(&out, t->ec, 0);
		ig_udptl_init(&in, IG_UDPTL_EC_NONE, 0);
		for (unsigned n = 0; n < 240; n++) {
			size_t len = packet(n, ifp), size = ig_udptl_build(&out, ifp, len, d, sizeof d);
			assert_true(size > 0);
			bool gone = n > 15 && n < 220 && (int)(n % (unsigned)t->every) < t->gap;
			if (!gone && ig_udptl_take(&in, d, size, note, &g))
				fail_msg("%s: own datagram %u refused", t->name, n);
		}
		if (t->all != (g.count == 240))
			fail_msg("%s: %zu of 240 came", t->name, g.count);
		for (size_t i = 0; i < g.count; i++) {
			unsigned n = g.seq[i];
			if (g.first[i] != (uint8_t)(n ? n : 255) || (i && g.seq[i] <= g.seq[i - 1]))
				fail_msg("%s: packet %u is not what was sent, or out of order", t->name, n);
		}
		if (t->all)
			assert_int_equal(in.lost, 0);
	}
}

/* Numbers wrap, come late, come twice, and begin anew. */
static void test_order(void **state)
{
	(void)state;
	static struct ig_udptl out, in;
	struct got g = {.count = 0};
	uint8_t ifp[32], a[3][IG_UDPTL_DATAGRAM_MAX];
	size_t size[3];
	ig_udptl_init(&out, IG_UDPTL_EC_REDUNDANCY, 0);
	ig_udptl_init(&in, IG_UDPTL_EC_NONE, 0);
	out.next_out = 65534;
	for (unsigned n = 0; n < 3; n++)
		size[n] = ig_udptl_build(&out, ifp, packet(n, ifp), a[n], sizeof a[n]);
	ig_udptl_take(&in, a[0], size[0], note, &g);
	ig_udptl_take(&in, a[2], size[2], note, &g); /* brings 1 along */
	ig_udptl_take(&in, a[1], size[1], note, &g);
	ig_udptl_take(&in, a[2], size[2], note, &g);
	assert_int_equal(g.count, 3);
	assert_int_equal(g.seq[1], 65535);
	assert_int_equal(g.seq[2], 0);
	ig_udptl_init(&out, IG_UDPTL_EC_NONE, 0);
	out.next_out = 40000; /* behind by more than half the circle: a peer that began anew is believed after a while */
	for (unsigned n = 0; n < 20; n++) {
		size_t s = ig_udptl_build(&out, ifp, packet(n, ifp), a[0], sizeof a[0]);
		ig_udptl_take(&in, a[0], s, note, &g);
	}
	assert_true(g.count > 3 && g.count <= 3 + 6);
}

static void test_limits(void **state)
{
	(void)state;
	static struct ig_udptl out, in;
	static uint8_t big[IG_UDPTL_IFP_MAX + 1], d[IG_UDPTL_DATAGRAM_MAX + 1];
	struct got g = {.count = 0};
	ig_udptl_init(&out, IG_UDPTL_EC_REDUNDANCY, 0);
	ig_udptl_init(&in, IG_UDPTL_EC_NONE, 0);
	big[0] = 0x02;
	assert_true(ig_udptl_build(&out, big, IG_UDPTL_IFP_MAX, d, sizeof d) > IG_UDPTL_IFP_MAX);
	assert_int_equal(ig_udptl_build(&out, big, IG_UDPTL_IFP_MAX + 1, d, sizeof d), 0);
	assert_int_equal(ig_udptl_build(&out, big, 0, d, sizeof d), 0);
	memset(d, 0, sizeof d);
	d[2] = 1;
	assert_int_equal(ig_udptl_take(&in, d, IG_UDPTL_DATAGRAM_MAX, note, &g), 0);
	assert_int_equal(ig_udptl_take(&in, d, IG_UDPTL_DATAGRAM_MAX + 1, note, &g), -1);
	/* a peer that takes little gets fewer copies, never a datagram it cannot take */
	ig_udptl_init(&out, IG_UDPTL_EC_REDUNDANCY, 60);
	for (unsigned n = 0; n < 10; n++) {
		size_t s = ig_udptl_build(&out, big, 20, d, sizeof d);
		assert_true(s > 20 && s <= 60);
	}
	ig_udptl_init(&out, IG_UDPTL_EC_FEC, 60);
	for (unsigned n = 0; n < 20; n++)
		assert_true(ig_udptl_build(&out, big, 20, d, sizeof d) <= 60);
}

struct bad {
	const char *name;
	uint8_t d[24];
	size_t len;
};
static const struct bad bads[] = {
	{"nothing", {0}, 0},
	{"half a number", {0}, 1},
	{"no packet", {0, 1}, 2},
	{"empty packet", {0, 1, 0, 0, 0}, 5},
	{"packet longer than the datagram", {0, 1, 5, 6}, 4},
	{"packet in pieces", {0, 1, 0xc1, 6, 0, 0}, 6},
	{"one copy announced, none there", {0, 1, 1, 6, 0, 1}, 6},
	{"127 copies announced", {0, 1, 1, 6, 0, 127, 1, 6}, 8},
	{"copy longer than the datagram", {0, 1, 1, 6, 0, 1, 9, 6}, 8},
	{"parities without a span", {0, 1, 1, 6, 0x80, 1, 0, 1, 1, 6}, 10},
	{"span of no octets", {0, 1, 1, 6, 0x80, 0, 1, 1, 6}, 9},
	{"span in three octets", {0, 1, 1, 6, 0x80, 3, 0, 0, 1, 1, 1, 6}, 12},
	{"no parity", {0, 1, 1, 6, 0x80, 1, 1, 0}, 8},
	{"parities reach back too far", {0, 1, 1, 6, 0x80, 1, 64, 1, 1, 6}, 10},
	{"parity cut", {0, 1, 1, 6, 0x80, 1, 1, 2, 1, 6}, 10},
};

static void test_malformed(void **state)
{
	(void)state;
	for (size_t i = 0; i < IG_COUNT(bads); i++) {
		static struct ig_udptl in;
		struct got g = {.count = 0};
		ig_udptl_init(&in, IG_UDPTL_EC_NONE, 0);
		uint8_t *copy = test_malloc(bads[i].len + !bads[i].len);
		memcpy(copy, bads[i].d, bads[i].len);
		if (!ig_udptl_take(&in, copy, bads[i].len, note, &g))
			fail_msg("%s: taken", bads[i].name);
		assert_int_equal(g.count, 0);
		assert_int_equal(in.refused, 1);
		test_free(copy);
	}
}

static void test_ifp_size(void **state)
{
	(void)state;
	static const struct { uint8_t p[12]; size_t len, want; } sizes[] = {
		{{0x06, 0, 0}, 3, 1}, {{0x26, 0, 0}, 3, 2}, {{0x26}, 1, 0}, {{0xc0, 1, 0x80, 0, 1, 7, 7, 0, 0}, 9, 7}, {{0xc0, 1, 0x80, 0, 9, 7}, 6, 0},
		{{0xc0, 1, 0x20, 0, 0}, 5, 3}, {{0xc0}, 1, 0}, {{0}, 0, 0}};
	for (size_t i = 0; i < IG_COUNT(sizes); i++)
		assert_int_equal(ig_udptl_ifp_size(sizes[i].p, sizes[i].len), sizes[i].want);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_mending), cmocka_unit_test(test_order), cmocka_unit_test(test_limits),
		cmocka_unit_test(test_malformed), cmocka_unit_test(test_ifp_size)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
