/* SDP, read and written. Relies on base/buf. A name where an address belongs is refused: media go only where the signalling says in numbers. */
#include "fax/sdp.h"
#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

struct text { /* a piece of the description, not ended by NUL */
	const char *p;
	size_t len;
};

static bool take_line(struct text *all, struct text *line_r)
{
	if (!all->len)
		return false;
	const char *nl = memchr(all->p, '\n', all->len);
	size_t n = nl ? (size_t)(nl - all->p) : all->len;
	*line_r = (struct text){all->p, n && all->p[n - 1] == '\r' ? n - 1 : n};
	all->p += nl ? n + 1 : n;
	all->len -= nl ? n + 1 : n;
	return true;
}

/* The next word up to a blank. False at the end. */
static bool take_word(struct text *line, struct text *word_r)
{
	while (line->len && (*line->p == ' ' || *line->p == '\t')) {
		line->p++;
		line->len--;
	}
	size_t n = 0;
	while (n < line->len && line->p[n] != ' ' && line->p[n] != '\t')
		n++;
	*word_r = (struct text){line->p, n};
	line->p += n;
	line->len -= n;
	return n > 0;
}

static bool is(struct text t, const char *word)
{
	return t.len == strlen(word) && !strncasecmp(t.p, word, t.len);
}

/* Printable ASCII that fits. */
static int copy(struct text t, char out[IG_SDP_WORD_MAX])
{
	if (!t.len || t.len >= IG_SDP_WORD_MAX)
		return -1;
	for (size_t i = 0; i < t.len; i++)
		if (t.p[i] <= ' ' || t.p[i] >= 0x7f)
			return -1;
	memcpy(out, t.p, t.len);
	out[t.len] = '\0';
	return 0;
}

static int number(struct text t, unsigned max, int *v_r)
{
	unsigned v = 0;
	if (!t.len || t.len > 9)
		return -1;
	for (size_t i = 0; i < t.len; i++) {
		if (t.p[i] < '0' || t.p[i] > '9')
			return -1;
		v = v * 10 + (unsigned)(t.p[i] - '0');
	}
	if (v > max)
		return -1;
	*v_r = (int)v;
	return 0;
}

/* ---- reading */

static int read_address(struct text line, char out[IG_SDP_WORD_MAX], struct ig_why *why)
{
	struct text net, type, address;
	unsigned char bytes[sizeof(struct in6_addr)];
	if (!take_word(&line, &net) || !take_word(&line, &type) || !take_word(&line, &address) || !is(net, "IN"))
		return ig_why(why, "c= line is none");
	const char *slash = memchr(address.p, '/', address.len); /* time to live of multicast */
	if (slash)
		return ig_why(why, "c= line names a group");
	if (copy(address, out) || inet_pton(is(type, "IP6") ? AF_INET6 : AF_INET, out, bytes) != 1)
		return ig_why(why, "c= line has no numeric address");
	return 0;
}

static enum ig_sdp_kind kind_of(const struct ig_sdp_media *m)
{
	if (!strcasecmp(m->media, "audio") && (!strcasecmp(m->proto, "RTP/AVP")))
		return IG_SDP_AUDIO;
	if (!strcasecmp(m->media, "image") && !strcasecmp(m->proto, "udptl") && !strcasecmp(m->format, "t38"))
		return IG_SDP_T38;
	return IG_SDP_OTHER;
}

static int read_media(struct ig_sdp *s, struct text line, const char *address, struct ig_why *why)
{
	struct text word;
	int v;
	if (s->count == IG_SDP_MEDIA_MAX)
		return ig_why(why, "more than %d m= lines", IG_SDP_MEDIA_MAX);
	struct ig_sdp_media *m = &s->media[s->count];
	*m = (struct ig_sdp_media){.codec = IG_SDP_NO_CODEC, .may_send = true, .may_receive = true};
	memcpy(m->address, address, IG_SDP_WORD_MAX);
	if (!take_word(&line, &word) || copy(word, m->media) || !take_word(&line, &word))
		return ig_why(why, "m= line is none");
	const char *slash = memchr(word.p, '/', word.len);
	if (slash)
		word.len = (size_t)(slash - word.p);
	if (number(word, 65535, &v))
		return ig_why(why, "m= line has no port");
	m->port = (uint16_t)v;
	if (!take_word(&line, &word) || copy(word, m->proto) || !take_word(&line, &word) || copy(word, m->format))
		return ig_why(why, "m= line has no format");
	m->kind = kind_of(m);
	for (int i = 0; m->kind == IG_SDP_AUDIO && i < IG_SDP_FORMATS_MAX; i++) {
		if (m->codec == IG_SDP_NO_CODEC && (is(word, "0") || is(word, "8")))
			m->codec = is(word, "8") ? IG_SDP_PCMA : IG_SDP_PCMU;
		if (!take_word(&line, &word))
			break;
	}
	s->count++;
	return 0;
}

/* "NAME" or "NAME:VALUE". True when it is NAME. */
static bool attribute(struct text line, const char *name, struct text *value_r)
{
	size_t n = strlen(name);
	if (line.len < n || strncasecmp(line.p, name, n) || (line.len > n && line.p[n] != ':'))
		return false;
	*value_r = line.len > n ? (struct text){line.p + n + 1, line.len - n - 1} : (struct text){line.p + n, 0};
	while (value_r->len && *value_r->p == ' ') {
		value_r->p++;
		value_r->len--;
	}
	return true;
}

/* A number that cannot be read leaves what was not said; a hostile one is cut by the limits where it is used. */
static void read_attribute(struct ig_sdp_media *m, struct text line)
{
	struct text v;
	if (attribute(line, "T38FaxVersion", &v)) {
		number(v, 9, &m->version);
	} else if (attribute(line, "T38MaxBitRate", &v)) {
		number(v, 1000000, &m->rate_max);
	} else if (attribute(line, "T38FaxMaxDatagram", &v)) {
		number(v, 65535, &m->datagram_max);
	} else if (attribute(line, "T38FaxMaxBuffer", &v)) {
		number(v, 1000000, &m->buffer_max);
	} else if (attribute(line, "T38FaxRateManagement", &v)) {
		m->local_tcf = is(v, "localTCF");
	} else if (attribute(line, "T38FaxUdpEC", &v)) {
		m->ec = is(v, "t38UDPFEC") ? IG_UDPTL_EC_FEC : is(v, "t38UDPRedundancy") ? IG_UDPTL_EC_REDUNDANCY : IG_UDPTL_EC_NONE;
	} else if (attribute(line, "sendonly", &v)) {
		m->may_receive = false;
	} else if (attribute(line, "recvonly", &v)) {
		m->may_send = false;
	} else if (attribute(line, "inactive", &v)) {
		m->may_send = m->may_receive = false;
	}
}

int ig_sdp_parse(const char *text, size_t len, struct ig_sdp *s_r, struct ig_why *why)
{
	struct text all = {text, len}, line;
	struct ig_sdp s = {.count = 0};
	char address[IG_SDP_WORD_MAX] = "";
	if (len > IG_SDP_MAX)
		return ig_why(why, "longer than %d octets", IG_SDP_MAX);
	if (!take_line(&all, &line) || !is(line, "v=0"))
		return ig_why(why, "does not begin with v=0");
	while (take_line(&all, &line)) {
		if (!line.len)
			continue;
		if (line.len < 2 || line.p[1] != '=')
			return ig_why(why, "a line is no TYPE=VALUE");
		struct text value = {line.p + 2, line.len - 2};
		struct ig_sdp_media *m = s.count ? &s.media[s.count - 1] : NULL;
		if (*line.p == 'm') {
			if (read_media(&s, value, address, why))
				return -1;
		} else if (*line.p == 'c') {
			if (read_address(value, m ? m->address : address, why))
				return -1;
		} else if (*line.p == 'a' && m) {
			read_attribute(m, value);
		}
	}
	for (size_t i = 0; i < s.count; i++)
		if (s.media[i].port && s.media[i].kind != IG_SDP_OTHER && !s.media[i].address[0])
			return ig_why(why, "no c= line");
	if (!s.count)
		return ig_why(why, "no m= line");
	*s_r = s;
	return 0;
}

const struct ig_sdp_media *ig_sdp_find(const struct ig_sdp *s, enum ig_sdp_kind kind)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->media[i].kind == kind && s->media[i].port && (kind != IG_SDP_AUDIO || s->media[i].codec != IG_SDP_NO_CODEC))
			return &s->media[i];
	return NULL;
}

/* ---- writing */

static void word(char out[IG_SDP_WORD_MAX], const char *s)
{
	size_t n = strlen(s);
	n = n < IG_SDP_WORD_MAX ? n : IG_SDP_WORD_MAX - 1;
	memcpy(out, s, n);
	out[n] = '\0';
}

static struct ig_sdp_media *slot(struct ig_sdp *s, enum ig_sdp_kind kind, const char *address, uint16_t port)
{
	struct ig_sdp_media *m = &s->media[s->count++];
	*m = (struct ig_sdp_media){.kind = kind, .port = port, .codec = IG_SDP_NO_CODEC, .may_send = true, .may_receive = true};
	word(m->media, kind == IG_SDP_AUDIO ? "audio" : "image");
	word(m->proto, kind == IG_SDP_AUDIO ? "RTP/AVP" : "udptl");
	word(m->format, kind == IG_SDP_AUDIO ? "8" : "t38");
	word(m->address, address);
	return m;
}

void ig_sdp_offer_audio(struct ig_sdp *s, const char *address, uint16_t port, enum ig_sdp_codec first)
{
	s->count = 0;
	word(s->address, address);
	slot(s, IG_SDP_AUDIO, address, port)->codec = first;
}

void ig_sdp_offer_t38(struct ig_sdp *s, const char *address, uint16_t port, enum ig_udptl_ec ec, int datagram_max, int rate_max)
{
	s->count = 0;
	word(s->address, address);
	struct ig_sdp_media *m = slot(s, IG_SDP_T38, address, port);
	m->ec = ec;
	m->datagram_max = datagram_max;
	m->rate_max = rate_max;
}

void ig_sdp_answer(struct ig_sdp *s, const struct ig_sdp *offer, const struct ig_sdp_media *use, const char *address, uint16_t port, int datagram_max,
	int rate_max)
{
	s->count = 0;
	word(s->address, address);
	for (size_t i = 0; i < offer->count; i++) {
		const struct ig_sdp_media *o = &offer->media[i];
		if (o != use) {
			struct ig_sdp_media *no = &s->media[s->count++];
			*no = *o;
			no->kind = IG_SDP_OTHER;
			no->port = 0;
			continue;
		}
		struct ig_sdp_media *m = slot(s, o->kind, address, port);
		m->codec = o->codec;
		m->answer = true;
		m->ec = o->ec; /* T.38 D.2.3.5: the answer takes the offered way of correction */
		m->datagram_max = datagram_max;
		m->rate_max = o->rate_max && o->rate_max < rate_max ? o->rate_max : rate_max;
		/* RFC 3264 section 6.1: sendonly is answered by recvonly and the other way round */
		m->may_send = o->may_receive;
		m->may_receive = o->may_send;
	}
}

static void print_audio(const struct ig_sdp_media *m, bool answer_one, struct ig_buf *out)
{
	int first = m->codec == IG_SDP_PCMU ? 0 : 8;
	if (answer_one)
		ig_buf_fmt(out, "m=audio %u RTP/AVP %d\r\n", m->port, first);
	else
		ig_buf_fmt(out, "m=audio %u RTP/AVP %d %d\r\n", m->port, first, 8 - first);
	ig_buf_fmt(out, "a=rtpmap:%d %s/8000\r\n", first, first ? "PCMA" : "PCMU");
	if (!answer_one)
		ig_buf_fmt(out, "a=rtpmap:%d %s/8000\r\n", 8 - first, first ? "PCMU" : "PCMA");
	ig_buf_str(out, "a=ptime:20\r\n");
	if (!m->may_send || !m->may_receive)
		ig_buf_fmt(out, "a=%s\r\n", m->may_send ? "sendonly" : m->may_receive ? "recvonly" : "inactive");
	else
		ig_buf_str(out, "a=sendrecv\r\n");
}

static void print_t38(const struct ig_sdp_media *m, struct ig_buf *out)
{
	static const char *const ec[] = {NULL, "t38UDPRedundancy", "t38UDPFEC"};
	ig_buf_fmt(out, "m=image %u udptl t38\r\na=T38FaxVersion:0\r\na=T38MaxBitRate:%d\r\na=T38FaxRateManagement:transferredTCF\r\n", m->port, m->rate_max);
	ig_buf_fmt(out, "a=T38FaxMaxBuffer:2000\r\na=T38FaxMaxDatagram:%d\r\n", m->datagram_max);
	if (ec[m->ec])
		ig_buf_fmt(out, "a=T38FaxUdpEC:%s\r\n", ec[m->ec]);
}

void ig_sdp_print(const struct ig_sdp *s, struct ig_buf *out)
{
	const char *type = strchr(s->address, ':') ? "IP6" : "IP4";
	ig_buf_fmt(out, "v=0\r\no=irgate %llu %llu IN %s %s\r\ns=fax\r\nc=IN %s %s\r\nt=0 0\r\n", (unsigned long long)s->session,
		(unsigned long long)s->revision, type, s->address, type, s->address);
	for (size_t i = 0; i < s->count; i++) {
		const struct ig_sdp_media *m = &s->media[i];
		if (m->kind == IG_SDP_AUDIO)
			print_audio(m, m->answer, out);
		else if (m->kind == IG_SDP_T38)
			print_t38(m, out);
		else
			ig_buf_fmt(out, "m=%s 0 %s %s\r\n", m->media, m->proto, m->format);
	}
}
