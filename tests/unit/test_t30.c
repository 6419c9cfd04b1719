/* T.30 in memory, faster than real time: pages come over exact, whatever the network does to them; every call ends. */
#include "check.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <spandsp.h>
#include "base/opt.h"
#include "fax_kit.h"

static char dir[64], one[96], three[96], in[96];
enum { ROWS = 1100 };

static int set_up(void **state)
{
	(void)state;
	snprintf(dir, sizeof dir, "/tmp/irgate-t30-XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	snprintf(one, sizeof one, "%s/one.tif", dir);
	snprintf(three, sizeof three, "%s/three.tif", dir);
	snprintf(in, sizeof in, "%s/in.tif", dir);
	kit_tiff(one, 1, ROWS);
	kit_tiff(three, 3, 400);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	unlink(one);
	unlink(three);
	unlink(in);
	return rmdir(dir);
}

static struct kit_run run_of(const char *send)
{
	unlink(in);
	return (struct kit_run){.ec = IG_UDPTL_EC_REDUNDANCY, .codec = 8, .net = {.burst = 1},
		.caller = {.send = send, .ident = "+84 24 111"}, .called = {.receive = in, .ident = "+84 24 222"}};
}

static void want_sent(const char *name, const struct kit_run *r, const char *send, int pages)
{
	int same = kit_same_pages(send, in);
	if (!r->ended || r->sent.ending != IG_T30_SENT || r->received.ending != IG_T30_SENT || same != pages || r->sent.pages != pages || r->received.pages != pages)
		fail_msg("%s: sent %s (%s, %d pages), received %s (%s, %d pages), %d same, after %.1f s", name, ig_t30_ending_word(r->sent.ending), r->sent.text,
			r->sent.pages, ig_t30_ending_word(r->received.ending), r->received.text, r->received.pages, same, r->seconds);
}

struct way {
	const char *name;
	bool audio, no_ecm;
	int rate, codec, pages, want_rate;
	enum ig_udptl_ec ec;
};
static const struct way ways[] = {
	{"T.38, redundancy", false, false, 0, 8, 1, 14400, IG_UDPTL_EC_REDUNDANCY},
	{"T.38, parities", false, false, 0, 8, 1, 14400, IG_UDPTL_EC_FEC},
	{"T.38, no correction, no ECM", false, true, 0, 8, 3, 14400, IG_UDPTL_EC_NONE},
	{"T.38, 9600", false, false, 9600, 8, 1, 9600, IG_UDPTL_EC_REDUNDANCY},
	{"T.38, three pages", false, false, 0, 8, 3, 14400, IG_UDPTL_EC_REDUNDANCY},
	{"audio, A-law", true, false, 0, 8, 1, 14400, 0},
	{"audio, mu-law, three pages", true, false, 0, 0, 3, 14400, 0},
	{"audio, 9600", true, false, 9600, 8, 1, 9600, 0},
	{"audio, 4800", true, false, 4800, 8, 1, 4800, 0},
	{"audio, no ECM", true, true, 0, 8, 3, 14400, 0},
};

/* Noise upon what the called side hears, a share of the signal of the moment: what companding, echo and bad cables leave. (Noise that goes on in the
 * pauses would be a carrier that never ends.) A sum of four: near enough to a bell. */
struct hiss {
	struct kit_chance chance;
	double share, level; /* of the noise in the signal; the signal's, smoothed */
};

static void hiss(void *arg, int to_caller, uint8_t *p, size_t *len)
{
	static const double slow = 0.99, sum_of_four = 1.73; /* the second makes it 1 RMS */
	struct hiss *h = arg;
	for (size_t i = 0; !to_caller && i < *len; i++) {
		double noise = 0, v = alaw_to_linear(p[i]);
		for (int k = 0; k < 4; k++)
			noise += kit_random(&h->chance) - 0.5;
		h->level = slow * h->level + (1 - slow) * (v < 0 ? -v : v);
		v += noise * sum_of_four * h->level * h->share;
		p[i] = linear_to_alaw((int)(v > INT16_MAX ? INT16_MAX : v < INT16_MIN ? INT16_MIN : v));
	}
}

/* A line too noisy for 14400: training fails (FTT), the next lower rate is tried (T.30 5.3.6.1.3), and the pages come over exact at what the line bears.
 * Where nothing of the training is recognised there is no answer to it either: that call ends, and the next one begins lower (desk/fax.c). */
static void test_rate_falls(void **state)
{
	static const struct { double share; int limit, rate_min, rate_max; } lines[] = {{0.03, 0, 14400, 14400}, {0.1, 0, 9600, 12000}, {0.18, 0, 7200, 9600},
		{0.25, 0, 4800, 7200}, {0.28, 4800, 2400, 4800}};
	(void)state;
	for (size_t i = 0; i < IG_COUNT(lines); i++) {
		struct hiss h = {.chance = {7}, .share = lines[i].share};
		struct kit_run r = run_of(one);
		r.caller.rate_max = lines[i].limit;
		r.mangle = hiss;
		r.mangle_arg = &h;
		kit_audio(&r);
		want_sent("a noisy line", &r, one, 1);
		print_message("noise of %.0f %%: %d bits a second, %.0f s\n", lines[i].share * 100, r.sent.rate, r.seconds);
		assert_in_range(r.sent.rate, lines[i].rate_min, lines[i].rate_max);
		assert_int_equal(r.sent.rate, r.received.rate);
	}
}

static void test_ways(void **state)
{
	(void)state;
	for (size_t i = 0; i < IG_COUNT(ways); i++) {
		const struct way *w = &ways[i];
		const char *send = w->pages == 1 ? one : three;
		struct kit_run r = run_of(send);
		r.ec = w->ec;
		r.codec = w->codec;
		r.caller.no_ecm = w->no_ecm;
		r.caller.rate_max = w->rate;
		(w->audio ? kit_audio : kit_t38)(&r);
		want_sent(w->name, &r, send, w->pages);
		assert_int_equal(r.sent.rate, w->want_rate);
		assert_int_equal(r.received.ecm, !w->no_ecm);
		assert_string_equal(r.received.ident, "+84 24 111");
		assert_string_equal(r.sent.ident, "+84 24 222");
	}
}

struct weather {
	const char *name;
	double loss;
	int burst, delay, jitter, count, want;
	double longer; /* than on a clean line, at most */
	enum ig_udptl_ec ec;
};
static const struct weather weathers[] = {
	{"10 % lost", 0.10, 1, 30, 0, 300, 300, 1.1, IG_UDPTL_EC_REDUNDANCY},
	{"10 % lost, parities", 0.10, 1, 30, 0, 20, 20, 1.1, IG_UDPTL_EC_FEC},
	{"bursts of four, 5 %", 0.0125, 4, 30, 0, 20, 20, 1.5 /* the fourth has no copy: ECM asks for it again */, IG_UDPTL_EC_REDUNDANCY},
	{"jitter and wrong order", 0.01, 1, 20, 100, 20, 20, 1.1, IG_UDPTL_EC_REDUNDANCY},
	{"one second one way", 0.0, 1, 1000, 0, 10, 10, 1.1, IG_UDPTL_EC_REDUNDANCY},
};

/* Exact pages, and calls hardly longer than on a clean line of the same delay. */
static void test_weather(void **state)
{
	(void)state;
	for (size_t i = 0; i < IG_COUNT(weathers); i++) {
		const struct weather *w = &weathers[i];
		struct kit_run clean = run_of(one);
		double seconds = 0;
		int exact = 0;
		clean.net.delay_ms = w->delay;
		clean.ec = w->ec;
		kit_t38(&clean);
		for (int n = 0; n < w->count; n++) {
			struct kit_run r = run_of(one);
			r.net = (struct kit_net){.chance = {(uint64_t)n * 977 + i}, .loss = w->loss, .burst = w->burst, .delay_ms = w->delay, .jitter_ms = w->jitter};
			r.ec = w->ec;
			kit_t38(&r);
			exact += r.ended && r.sent.ending == IG_T30_SENT && r.received.ending == IG_T30_SENT && kit_same_pages(one, in) == 1;
			seconds += r.seconds / w->count;
		}
		print_message("%s: %d of %d pages exact, %.1f s a call, %.1f s on a clean line\n", w->name, exact, w->count, seconds, clean.seconds);
		if (exact < w->want || seconds > clean.seconds * w->longer)
			fail_msg("%s: %d of %d exact, %.1f s against %.1f s", w->name, exact, w->count, seconds, clean.seconds);
	}
}

/* Audio bears no loss to speak of; a tenth of a percent of the packets is the limit that is promised. */
static void test_audio_loss(void **state)
{
	(void)state;
	int exact = 0, count = 20;
	for (int n = 0; n < count; n++) {
		struct kit_run r = run_of(one);
		r.net = (struct kit_net){.chance = {(uint64_t)n + 5}, .loss = 0.001, .burst = 1, .delay_ms = 40};
		kit_audio(&r);
		assert_true(r.ended);
		exact += r.sent.ending == IG_T30_SENT && kit_same_pages(one, in) == 1;
	}
	print_message("audio, 0.1 %% lost: %d of %d pages exact\n", exact, count);
	assert_true(exact >= 18);
}

/* Every packet of either side is lost once, alone, without anything to mend it: each call ends, and the pages that were confirmed are there. */
static void test_each_message_lost(void **state)
{
	(void)state;
	struct kit_run clean = run_of(one);
	clean.ec = IG_UDPTL_EC_NONE;
	kit_t38(&clean);
	int whole = 0, tried = 0;
	for (int side = 0; side < 2; side++) {
		long packets = side ? clean.packets_back : clean.packets;
		/* the long middle of the caller's is image data, all alike */
		for (long n = 1; n <= packets; n += side || n < 120 || n > packets - 60 ? 3 : 97) {
			struct kit_run r = run_of(one);
			r.ec = IG_UDPTL_EC_NONE;
			*(side ? &r.eat_back : &r.eat) = (int)n;
			kit_t38(&r);
			assert_true(r.ended);
			tried++;
			whole += r.sent.ending == IG_T30_SENT && kit_same_pages(one, in) == 1;
			if (r.sent.pages > kit_same_pages(one, in))
				fail_msg("packet %ld of side %d lost: a page was confirmed that is not there", n, side);
		}
	}
	print_message("one packet lost: %d of %d calls brought the page\n", whole, tried);
	assert_true(whole * 100 >= tried * 95);
}

/* Image data of the first page that are none; the check of the line before it stays whole. */
static void garble(void *arg, int to_caller, uint8_t *p, size_t *len)
{
	enum { BIG = 40, HEAD = 10, TAIL = 4, APART = 9, FROM = 70, TO = 200 };
	int *big = arg;
	if (to_caller || *len < BIG || ++*big < FROM || *big > TO)
		return;
	for (size_t i = HEAD; i + TAIL < *len; i += APART)
		p[i] = (uint8_t)(p[i] * 31 + i + (size_t)*big);
}

/* A page that came too badly without error correction is wanted once more (RTN): it counts once, as it is in the file. */
static void test_bad_copy(void **state)
{
	(void)state;
	int big = 0;
	struct kit_run r = run_of(three);
	r.caller.no_ecm = true;
	r.ec = IG_UDPTL_EC_NONE;
	r.mangle = garble;
	r.mangle_arg = &big;
	kit_t38(&r);
	want_sent("a bad copy", &r, three, 3);
}

/* Signals in V.21 of one side, counted; one of them is lost, whole. */
struct muffled {
	int of_called, lost, count;
	bool within, preamble;
};

static void muffle(void *arg, int to_caller, uint8_t *p, size_t *len)
{
	enum { SEQUENCE_AND_LENGTH = 3, DATA = 0xc0, V21_PREAMBLE = 3 << 1 };
	struct muffled *m = arg;
	if (to_caller != m->of_called || *len <= SEQUENCE_AND_LENGTH)
		return;
	bool preamble = p[SEQUENCE_AND_LENGTH] == V21_PREAMBLE, indicator = !(p[SEQUENCE_AND_LENGTH] & DATA);
	if (preamble && !m->preamble)
		m->count++;
	if (indicator)
		m->within = preamble;
	m->preamble = preamble;
	if (m->within && m->count == m->lost)
		*len = 0;
}

/* Every signal of either side is lost once: it is asked for or said again, and the pages come over, and both know it. As HylaFAX found: with error
 * correction the caller who did not hear the last confirmation asked again, was hung up on, and would have sent all of it once more (T.30 5.3.6.1.7). */
static void test_each_signal_lost(void **state)
{
	char name[80];
	(void)state;
	for (int kind = 0; kind < 4; kind++) {
		const char *send = kind & 1 ? three : one;
		for (int side = 0; side < 2; side++) {
			int count = 1;
			for (int lost = 0; lost <= count; lost++) {
				struct muffled m = {.of_called = side, .lost = lost ? lost : -1};
				struct kit_run r = run_of(send);
				r.ec = IG_UDPTL_EC_NONE;
				r.caller.no_ecm = kind & 2;
				r.mangle = muffle;
				r.mangle_arg = &m;
				kit_t38(&r);
				if (!lost)
					count = m.count;
				snprintf(name, sizeof name, "%s, signal %d of %d of the %s lost", kind & 2 ? "no ECM" : "ECM", lost, count, side ? "called side" : "caller");
				want_sent(name, &r, send, kind & 1 ? 3 : 1);
			}
		}
	}
}

struct hole {
	int direction, from, to, at; /* in packets of 20 ms */
};

static void make_hole(void *arg, int to_caller, uint8_t *p, size_t *len)
{
	struct hole *h = arg;
	(void)p;
	if (to_caller == h->direction && ++h->at > h->from && h->at <= h->to)
		*len = 0;
}

/* In audio a message is where the clock says: a hole of a second and a half wanders through the call, of either side. No page is confirmed that is not
 * there; nearly all are sent, for a hole in a page costs blocks, and one in a message its repetition. */
static void test_each_second_lost(void **state)
{
	(void)state;
	struct kit_run clean = run_of(one);
	int tried = 0, whole = 0;
	kit_audio(&clean);
	for (int side = 0; side < 2; side++) {
		for (int s = 0; s < (int)clean.seconds; s++) {
			struct kit_run r = run_of(one);
			struct hole h = {.direction = side, .from = s * 50, .to = s * 50 + 75};
			r.mangle = make_hole;
			r.mangle_arg = &h;
			kit_audio(&r);
			assert_true(r.ended);
			tried++;
			whole += r.sent.ending == IG_T30_SENT && kit_same_pages(one, in) == 1;
			if (r.sent.pages > kit_same_pages(one, in))
				fail_msg("second %d of side %d lost: a page was confirmed that is not there", s, side);
		}
	}
	print_message("a second and a half of audio lost: %d of %d calls brought the page\n", whole, tried);
	assert_true(whole * 100 >= tried * 90);
}

/* The line goes at every phase of a call: both ends end, and know what they have. */
static void test_drop(void **state)
{
	(void)state;
	for (int audio = 0; audio < 2; audio++) {
		for (int s = 1; s < 75; s += 4) {
			struct kit_run r = run_of(three);
			r.drop_at_s = s;
			(audio ? kit_audio : kit_t38)(&r);
			assert_true(r.ended);
			int same = r.received.pages ? kit_same_pages(three, in) : 0;
			if (r.sent.pages > r.received.pages || same < r.received.pages)
				fail_msg("dropped after %d s: %d confirmed, %d received, %d in the file", s, r.sent.pages, r.received.pages, same);
			if (r.received.ending != IG_T30_SENT)
				assert_int_equal(r.received.ending, IG_T30_DROPPED);
		}
	}
}

struct silent { int direction, after; };

static void silence(void *arg, int to_caller, uint8_t *p, size_t *len)
{
	struct silent *s = arg;
	if (to_caller == s->direction && --s->after < 0)
		*len = 0;
	(void)p;
}

/* A far end that falls silent without a word, and one that never speaks: of either side, at every phase. */
static void test_silent(void **state)
{
	(void)state;
	for (int n = 0; n < 60; n += 6) {
		for (int side = 0; side < 2; side++) {
			struct kit_run r = run_of(one);
			struct silent z = {.direction = side, .after = side ? n : n * 40};
			r.mangle = silence;
			r.mangle_arg = &z;
			r.limit_s = 600;
			kit_t38(&r);
			assert_true(r.ended);
			if (r.sent.pages > r.received.pages)
				fail_msg("silent after %d of side %d: a page was confirmed that is not there", z.after, side);
			if (side)
				assert_int_not_equal(r.sent.ending, IG_T30_SENT);
		}
	}
}

static int refuse(void *arg, int pages)
{
	(void)arg;
	return pages == 2 ? -1 : 0;
}

/* A page that cannot be synced is never confirmed. */
static void test_sync_fails(void **state)
{
	(void)state;
	for (int audio = 0; audio < 2; audio++) {
		struct kit_run r = run_of(three);
		r.page = refuse;
		r.limit_s = 900;
		(audio ? kit_audio : kit_t38)(&r);
		assert_true(r.ended);
		assert_int_equal(r.received.ending, IG_T30_LOCAL);
		assert_int_equal(r.received.pages, 1);
		assert_true(r.sent.pages <= 1);
		assert_int_not_equal(r.sent.ending, IG_T30_SENT);
	}
}

static void test_limits(void **state)
{
	(void)state;
	struct kit_run r = run_of(three);
	r.called.pages_max = 3; /* at the limit */
	kit_t38(&r);
	want_sent("three pages, three allowed", &r, three, 3);
	for (int no_ecm = 0; no_ecm < 2; no_ecm++) {
		r = run_of(three);
		r.called.pages_max = 2; /* one past it */
		r.caller.no_ecm = no_ecm;
		kit_t38(&r);
		assert_true(r.ended);
		assert_int_equal(r.received.ending, IG_T30_FULL);
		assert_int_equal(r.received.pages, 2);
		assert_true(kit_same_pages(three, in) >= 2);
	}
	r = run_of(three);
	r.called.seconds_max = 30;
	kit_t38(&r);
	assert_true(r.ended);
	assert_int_equal(r.received.ending, IG_T30_TOO_LONG);
}

/* Sending goes on at the first page that was not confirmed. */
static void test_resume(void **state)
{
	(void)state;
	struct kit_run r = run_of(three);
	r.caller.first = 2;
	kit_t38(&r);
	assert_int_equal(r.sent.ending, IG_T30_SENT);
	assert_int_equal(r.received.pages, 1);
	assert_int_equal(kit_same_pages(three, in), 0); /* it is the third */
	r = run_of("/nonexistent.tif");
	kit_t38(&r);
	assert_true(r.ended);
	assert_int_equal(r.sent.ending, IG_T30_LOCAL);
}

/* A machine that knows no fine resolution says so before a page is sent, and takes standard pages. */
static void test_standard(void **state)
{
	(void)state;
	char coarse[96];
	snprintf(coarse, sizeof coarse, "%s/coarse.tif", dir);
	kit_tiff_at(coarse, 2, 550, 98.0);
	for (int audio = 0; audio < 2; audio++) {
		struct kit_run r = run_of(one);
		r.called.standard = true;
		(audio ? kit_audio : kit_t38)(&r);
		assert_true(r.ended);
		assert_int_equal(r.sent.ending, IG_T30_INCOMPATIBLE);
		assert_int_equal(r.received.pages, 0);
		r = run_of(coarse);
		r.called.standard = true;
		(audio ? kit_audio : kit_t38)(&r);
		want_sent("standard pages", &r, coarse, 2);
	}
	unlink(coarse);
}

/* Octets of an HDLC frame as T.38 carries them (each with its bits the other way round), in the place of the caller's data of one kind. */
struct injection {
	uint8_t kind; /* version 0: data of V.21 c0, of V.17 at 14400 d0 */
	int after;
	bool done, alone;
	const uint8_t *frame;
	uint8_t len;
};

static void inject(void *arg, int to_caller, uint8_t *p, size_t *len)
{
	enum { DATA = 0x80, FCS_OK_END = 0x40, AT = 3, HEAD = 5 };
	struct injection *i = arg;
	if (to_caller || *len < 4 || !(p[AT] & DATA))
		return;
	if ((p[AT] & 0xfe) != i->kind)
		i->alone = false;
	else if (i->alone) /* what it took the place of */
		*len = 0;
	if ((p[AT] & 0xfe) != i->kind || *len < 8 || --i->after >= 0 || i->done)
		return;
	const uint8_t head[HEAD] = {i->kind, 2, 0x80, 0, (uint8_t)(i->len - 1)};
	size_t at = AT;
	memcpy(p + at, head, HEAD);
	memcpy(p + (at += HEAD), i->frame, i->len);
	p[at += i->len] = FCS_OK_END;
	p[2] = (uint8_t)(at + 1 - AT);
	p[at + 1] = p[at + 2] = 0;
	*len = at + 3;
	i->done = i->alone = true;
}

static struct ig_t30_result injected(struct injection *i)
{
	struct kit_run r = run_of(one);
	r.ec = IG_UDPTL_EC_NONE;
	r.mangle = inject;
	r.mangle_arg = i;
	kit_t38(&r);
	assert_true(r.ended && i->done);
	return r.received;
}

/* The library copies -1 octets there; an in-process guard must end the call before. */
static void test_short_frame(void **state)
{
	(void)state;
	int ended = 0;
	for (int n = 0; n < 12; n++) {
		const uint8_t frame[] = {0xff, 0xc0, n % 2 ? 0x60 : 0xe0};
		struct injection i = {.kind = 0xd0, .after = n * 5, .frame = frame, .len = sizeof frame};
		ended += injected(&i).ending == IG_T30_LINE;
	}
	assert_true(ended > 0); /* it came where it hurts at least once */
}

/* A command that gives no width of the page: bits 17 and 18 both set are invalid (T.30 table 2). The library takes memory for none and writes to it. */
static void test_no_width(void **state)
{
	static const uint8_t frame[] = {0xff, 0xc8, 0xc1, 0x00, 0x56, 0xf5, 0x22};
	(void)state;
	struct injection i = {.kind = 0xc0, .frame = frame, .len = sizeof frame};
	assert_int_equal(injected(&i).ending, IG_T30_LINE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_ways), cmocka_unit_test(test_rate_falls), cmocka_unit_test(test_weather), cmocka_unit_test(test_audio_loss),
		cmocka_unit_test(test_each_message_lost), cmocka_unit_test(test_drop), cmocka_unit_test(test_silent), cmocka_unit_test(test_sync_fails),
		cmocka_unit_test(test_bad_copy), cmocka_unit_test(test_each_signal_lost), cmocka_unit_test(test_each_second_lost), cmocka_unit_test(test_limits), cmocka_unit_test(test_resume),
		cmocka_unit_test(test_standard),
		cmocka_unit_test(test_short_frame), cmocka_unit_test(test_no_width)};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
