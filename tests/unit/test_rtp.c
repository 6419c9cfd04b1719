/* The stream of a call as it comes: in order, late as a whole, with holes, out of order, and begun anew. */
#include "check.h"
#include <string.h>
#include "fax/rtp.h"

enum { FRAME = IG_RTP_FRAME };

struct side { struct ig_rtp out, in; uint8_t packet[512][IG_RTP_HEAD + FRAME]; size_t len; int sent; };

static void set_up(struct side *s, int frames)
{
	uint8_t octets[FRAME];
	memset(s, 0, sizeof *s);
	ig_rtp_init(&s->out, 8);
	ig_rtp_init(&s->in, 8);
	for (int i = 0; i < frames; i++) {
		memset(octets, i & 0xff, sizeof octets);
		s->len = ig_rtp_build(&s->out, octets, FRAME, s->packet[i]);
	}
}

static void come(struct side *s, int from, int to)
{
	for (int i = from; i < to; i++)
		ig_rtp_take(&s->in, s->packet[i], s->len);
}

/* So many frames follow, from that one on. */
static void follow(struct side *s, int from, int count)
{
	uint8_t octets[FRAME];
	for (int i = 0; i < count; i++) {
		assert_int_equal(ig_rtp_next(&s->in, octets, FRAME), IG_RTP_HERE);
		assert_int_equal(octets[0], (from + i) & 0xff);
	}
}

static void expect(struct side *s, enum ig_rtp_next what, int count)
{
	uint8_t octets[FRAME];
	for (int i = 0; i < count; i++)
		assert_int_equal(ig_rtp_next(&s->in, octets, FRAME), what);
}

static struct side s;

/* A machine that stands still makes all of it late, and nothing is lost, up to the patience; past it the clock goes on. */
static void test_stalls(void **state)
{
	(void)state;
	set_up(&s, 300);
	expect(&s, IG_RTP_WAIT, 3);
	come(&s, 0, 10);
	follow(&s, 0, 10);
	expect(&s, IG_RTP_WAIT, 15);
	come(&s, 10, 30);
	follow(&s, 10, 20);
	expect(&s, IG_RTP_WAIT, IG_RTP_PATIENCE - 15); /* the limit, over the call */
	expect(&s, IG_RTP_LOST, 1);
	come(&s, 30, 60);
	follow(&s, 31, 29); /* the thirtieth came after it was given up */
	assert_int_equal(s.in.late, 1);
	expect(&s, IG_RTP_LOST, 5);
}

static void test_holes(void **state)
{
	(void)state;
	set_up(&s, 300);
	come(&s, 0, 5);
	follow(&s, 0, 5);
	come(&s, 6, 9); /* the fifth is lost: it was overtaken */
	expect(&s, IG_RTP_LOST, 1);
	follow(&s, 6, 3);
	come(&s, 10, 12);
	come(&s, 9, 10); /* out of order, in time */
	follow(&s, 9, 3);
	assert_int_equal(s.in.waited, 0);
}

/* As far behind as it can be, all that is waited for fits into the buffer. */
static void test_behind(void **state)
{
	(void)state;
	set_up(&s, 300);
	come(&s, 0, 3);
	follow(&s, 0, 3);
	expect(&s, IG_RTP_WAIT, IG_RTP_PATIENCE);
	come(&s, 3, 3 + IG_RTP_PATIENCE + IG_RTP_DEPTH);
	for (int i = 3; i < 200; i++) {
		follow(&s, i, 1);
		come(&s, i + IG_RTP_PATIENCE + IG_RTP_DEPTH, i + IG_RTP_PATIENCE + IG_RTP_DEPTH + 1);
	}
	assert_int_equal(s.in.late, 0);
}

static void test_jump(void **state)
{
	(void)state;
	set_up(&s, 300);
	come(&s, 0, 5);
	follow(&s, 0, 5);
	come(&s, 5 + IG_RTP_KEPT, 15 + IG_RTP_KEPT); /* its clock jumped */
	follow(&s, 5 + IG_RTP_KEPT, 10);
	ig_rtp_take(&s.in, (const uint8_t *)"nonsense", 8);
	assert_int_equal(s.in.refused, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_stalls), cmocka_unit_test(test_holes), cmocka_unit_test(test_behind), cmocka_unit_test(test_jump)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
