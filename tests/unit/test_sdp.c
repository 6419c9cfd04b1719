/* SDP: what peers write is understood, what cannot be used is refused with words, and our answers keep to the offer. */
#include "check.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/opt.h"
#include "fax/sdp.h"

#define HEAD "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"

static int parse(const char *text, struct ig_sdp *s, struct ig_why *why)
{
	size_t len = strlen(text);
	char *copy = malloc(len + !len); /* no NUL behind it */
	memcpy(copy, text, len);
	int rc = ig_sdp_parse(copy, len, s, why);
	free(copy);
	return rc;
}

struct good {
	const char *name, *text;
	bool audio, t38;
	const char *address;
	unsigned port;
	enum ig_sdp_codec codec;
	enum ig_udptl_ec ec;
	int version, datagram;
};
static const struct good goods[] = {
	{"both laws", HEAD "m=audio 4000 RTP/AVP 0 8 101\r\na=rtpmap:101 telephone-event/8000\r\n", true, false, "192.0.2.1", 4000, IG_SDP_PCMU, 0, 0, 0},
	{"A-law first", HEAD "m=audio 4000 RTP/AVP 18 8 0\r\n", true, false, "192.0.2.1", 4000, IG_SDP_PCMA, 0, 0, 0},
	{"bare line feeds", "v=0\nc=IN IP4 192.0.2.9\nm=audio 6 RTP/AVP 0\n", true, false, "192.0.2.9", 6, IG_SDP_PCMU, 0, 0, 0},
	{"address of the slot", HEAD "m=audio 4000 RTP/AVP 0\r\nc=IN IP4 192.0.2.7\r\n", true, false, "192.0.2.7", 4000, IG_SDP_PCMU, 0, 0, 0},
	{"IPv6", "v=0\r\nc=IN IP6 2001:db8::1\r\nm=audio 4000 RTP/AVP 8\r\n", true, false, "2001:db8::1", 4000, IG_SDP_PCMA, 0, 0, 0},
	{"no codec of ours", HEAD "m=audio 4000 RTP/AVP 18 96\r\n", false, false, NULL, 0, 0, 0, 0, 0},
	{"encrypted only", HEAD "m=audio 4000 RTP/SAVP 0 8\r\n", false, false, NULL, 0, 0, 0, 0, 0},
	{"T.38 alone", HEAD "m=image 5000 udptl t38\r\na=T38FaxVersion:3\r\na=T38FaxMaxDatagram:238\r\na=T38FaxUdpEC:t38UDPRedundancy\r\n", false, true,
		"192.0.2.1", 5000, 0, IG_UDPTL_EC_REDUNDANCY, 3, 238},
	{"audio off, T.38 beside it", HEAD "m=audio 0 RTP/AVP 8\r\nm=image 5000 UDPTL t38\r\na=T38FaxVersion: 0\r\na=T38FaxUdpEC:t38UDPFEC\r\n", false, true,
		"192.0.2.1", 5000, 0, IG_UDPTL_EC_FEC, 0, 0},
	{"boolean attributes in three forms", HEAD "m=image 5000 udptl t38\r\na=T38FaxFillBitRemoval\r\na=T38FaxTranscodingMMR:0\r\na=T38FaxTranscodingJBIG:1\r\n",
		false, true, "192.0.2.1", 5000, 0, IG_UDPTL_EC_NONE, 0, 0},
	{"numbers that are none", HEAD "m=image 5000 udptl t38\r\na=T38FaxVersion:x\r\na=T38FaxMaxDatagram:99999999999999\r\na=T38MaxBitRate:\r\n", false, true,
		"192.0.2.1", 5000, 0, IG_UDPTL_EC_NONE, 0, 0},
	{"T.38 over TCP", HEAD "m=image 5000 tcp t38\r\n", false, false, NULL, 0, 0, 0, 0, 0},
};

static void test_goods(void **state)
{
	(void)state;
	for (size_t i = 0; i < IG_COUNT(goods); i++) {
		const struct good *g = &goods[i];
		struct ig_sdp s;
		struct ig_why why = {""};
		if (parse(g->text, &s, &why))
			fail_msg("%s: %s", g->name, why.text);
		const struct ig_sdp_media *a = ig_sdp_find(&s, IG_SDP_AUDIO), *t = ig_sdp_find(&s, IG_SDP_T38), *m = g->t38 ? t : a;
		if (g->audio != !!a || g->t38 != !!t)
			fail_msg("%s: slots are not those", g->name);
		if (!m)
			continue;
		assert_string_equal(m->address, g->address);
		assert_int_equal(m->port, g->port);
		if (a && g->audio)
			assert_int_equal(a->codec, g->codec);
		if (t) {
			assert_int_equal(t->ec, g->ec);
			assert_int_equal(t->version, g->version);
			assert_int_equal(t->datagram_max, g->datagram);
		}
	}
}

static const struct { const char *name, *text, *want; } bads[] = {
	{"nothing", "", "v=0"},
	{"no version", "o=- 1 1 IN IP4 192.0.2.1\r\n", "v=0"},
	{"version one", "v=1\r\nm=audio 1 RTP/AVP 0\r\n", "v=0"},
	{"no media", HEAD, "no m= line"},
	{"not a line", HEAD "m=audio 1 RTP/AVP 0\r\nhello\r\n", "TYPE=VALUE"},
	{"port too high", HEAD "m=audio 65536 RTP/AVP 0\r\n", "no port"},
	{"port no number", HEAD "m=audio x RTP/AVP 0\r\n", "no port"},
	{"no format", HEAD "m=audio 4000 RTP/AVP\r\n", "no format"},
	{"a name for an address", "v=0\r\nc=IN IP4 fax.example.vn\r\nm=audio 4000 RTP/AVP 0\r\n", "numeric"},
	{"a group", "v=0\r\nc=IN IP4 224.2.1.1/127\r\nm=audio 4000 RTP/AVP 0\r\n", "group"},
	{"no address", "v=0\r\nm=audio 4000 RTP/AVP 0\r\n", "no c= line"},
	{"address of the wrong kind", "v=0\r\nc=IN IP6 192.0.2.1\r\nm=audio 4000 RTP/AVP 0\r\n", "numeric"},
	{"control character in a word", HEAD "m=au\001dio 4000 RTP/AVP 0\r\n", "m= line"},
};

static void test_bads(void **state)
{
	(void)state;
	for (size_t i = 0; i < IG_COUNT(bads); i++) {
		struct ig_sdp s;
		struct ig_why why = {""};
		if (!parse(bads[i].text, &s, &why) || !strstr(why.text, bads[i].want))
			fail_msg("%s: %s", bads[i].name, why.text);
	}
}

static void test_limits(void **state)
{
	(void)state;
	struct ig_buf b = IG_BUF_INIT(1 << 16);
	struct ig_sdp s;
	struct ig_why why = {""};
	ig_buf_str(&b, HEAD);
	for (int i = 0; i < IG_SDP_MEDIA_MAX; i++)
		ig_buf_str(&b, "m=audio 4000 RTP/AVP 0\r\n");
	assert_int_equal(ig_sdp_parse(b.data, b.len, &s, &why), 0);
	ig_buf_str(&b, "m=audio 4000 RTP/AVP 0\r\n");
	assert_int_equal(ig_sdp_parse(b.data, b.len, &s, &why), -1);
	ig_buf_reset(&b);
	ig_buf_str(&b, HEAD "m=audio 4000 RTP/AVP 0\r\ni=");
	while (b.len < IG_SDP_MAX)
		ig_buf_char(&b, 'x');
	assert_int_equal(ig_sdp_parse(b.data, b.len, &s, &why), 0);
	assert_int_equal(ig_sdp_parse(b.data, b.len + 1, &s, &why), -1);
	ig_buf_reset(&b);
	ig_buf_str(&b, HEAD "m=audio 4000 RTP/AVP");
	for (int i = 0; i < IG_SDP_FORMATS_MAX; i++)
		ig_buf_str(&b, i < IG_SDP_FORMATS_MAX - 1 ? " 96" : " 8");
	assert_int_equal(ig_sdp_parse(b.data, b.len, &s, &why), 0);
	assert_non_null(ig_sdp_find(&s, IG_SDP_AUDIO));
	ig_buf_reset(&b);
	ig_buf_str(&b, HEAD "m=audio 4000 RTP/AVP");
	for (int i = 0; i < IG_SDP_FORMATS_MAX + 1; i++)
		ig_buf_str(&b, i < IG_SDP_FORMATS_MAX ? " 96" : " 8");
	assert_int_equal(ig_sdp_parse(b.data, b.len, &s, &why), 0);
	assert_null(ig_sdp_find(&s, IG_SDP_AUDIO));
	ig_buf_free(&b);
}

/* Slot by slot, refused ones in the offer's own words, and what we print we can read. */
static void test_answer(void **state)
{
	(void)state;
	const char *offer_text = HEAD "m=video 9 RTP/AVP 31\r\nm=audio 4000 RTP/AVP 8 0\r\na=sendonly\r\nm=image 5000 udptl t38\r\na=T38FaxUdpEC:t38UDPFEC\r\na=T38MaxBitRate:9600\r\n";
	struct ig_sdp offer, answer = {.session = 7, .revision = 2}, back;
	struct ig_why why = {""};
	struct ig_buf b = IG_BUF_INIT(4096);
	assert_int_equal(parse(offer_text, &offer, &why), 0);
	ig_sdp_answer(&answer, &offer, ig_sdp_find(&offer, IG_SDP_T38), "198.51.100.5", 7000, 400, 14400);
	ig_sdp_print(&answer, &b);
	assert_non_null(strstr(b.data, "m=video 0 RTP/AVP 31\r\nm=audio 0 RTP/AVP 8\r\nm=image 7000 udptl t38\r\na=T38FaxVersion:0\r\na=T38MaxBitRate:9600\r\n"));
	assert_non_null(strstr(b.data, "t38UDPFEC"));
	assert_non_null(strstr(b.data, "o=irgate 7 2 IN IP4 198.51.100.5\r\n"));
	assert_int_equal(ig_sdp_parse(b.data, b.len, &back, &why), 0);
	assert_int_equal(back.count, 3);
	ig_buf_reset(&b);
	ig_sdp_answer(&answer, &offer, ig_sdp_find(&offer, IG_SDP_AUDIO), "198.51.100.5", 7002, 400, 14400);
	ig_sdp_print(&answer, &b);
	assert_non_null(strstr(b.data, "m=audio 7002 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\na=ptime:20\r\na=recvonly\r\nm=image 0 udptl t38\r\n"));
	ig_buf_reset(&b);
	ig_sdp_offer_t38(&answer, "2001:db8::5", 7004, IG_UDPTL_EC_REDUNDANCY, 400, 14400);
	ig_sdp_print(&answer, &b);
	assert_int_equal(ig_sdp_parse(b.data, b.len, &back, &why), 0);
	assert_non_null(ig_sdp_find(&back, IG_SDP_T38));
	assert_string_equal(ig_sdp_find(&back, IG_SDP_T38)->address, "2001:db8::5");
	ig_buf_reset(&b);
	ig_sdp_offer_audio(&answer, "198.51.100.5", 7006, IG_SDP_PCMU);
	ig_sdp_print(&answer, &b);
	assert_non_null(strstr(b.data, "m=audio 7006 RTP/AVP 0 8\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n"));
	ig_buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_goods), cmocka_unit_test(test_bads), cmocka_unit_test(test_limits), cmocka_unit_test(test_answer)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
