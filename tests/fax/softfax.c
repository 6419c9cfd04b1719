/* A fax machine made of software, for the demonstration, the stories and the bench: it telephones over SIP (UDP) and sends a TIFF, or is telephoned and
 * takes pages. Its SIP is its own and as little as a call needs; the fax is spandsp's. One process, any number of calls, in real time.
 *
 *   softfax call AT HOST:PORT NUMBER FILE [option...]     exit 0 when every page of every call was confirmed
 *   softfax answer AT FOLDER [option...]                  until --calls N have ended, or a signal; N.tif each
 *     AT: ADDRESS:PORT, port 0 any
 *     --calls N       so many at once (call), or in all (answer); default 1
 *     --seconds S     (call) places begin new calls until then
 *     --t38           (call) T.38 in the first INVITE; (answer) offers T.38 a second after it answered
 *     --t38-later     (call) offers T.38 itself half a second after the answer
 *     --no-t38        T.38 is refused with 488
 *     --nat           names a port for media that nobody has, as from behind a translator of addresses: its packets say where it is
 *     --standard      knows no fine resolution
 *     --no-ecm
 *     --from N        our number; --ident T: what our machine calls itself
 *     --status N      (answer) every INVITE is answered so
 * A line of JSON for each call that ended on standard output. */
#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>
#include "base/opt.h"
#include "softfax.h"

static struct options o = {.calls = 1, .from = "softfax", .ident = "+84 24 1111"};
static struct call *calls;
static int sock, places, ended, failed;
static volatile sig_atomic_t stopped;

/* ---- words of SIP */

/* The value of a header into out; "" when it is not there. */
static const char *header(const char *msg, const char *name, char *out, size_t room)
{
	size_t len = strlen(name);
	*out = '\0';
	for (const char *p = strstr(msg, "\r\n"); p && strncmp(p, "\r\n\r\n", 4); p = strstr(p + 2, "\r\n")) {
		if (strncasecmp(p + 2, name, len) || p[2 + len] != ':')
			continue;
		const char *v = p + 3 + len, *end = strstr(v, "\r\n");
		while (*v == ' ')
			v++;
		snprintf(out, room, "%.*s", (int)(end - v), v);
		return out;
	}
	return out;
}

/* Every Via, as it came. */
static void vias(const char *msg, char *out, size_t room)
{
	size_t n = 0;
	*out = '\0';
	for (const char *p = strstr(msg, "\r\n"); p && strncmp(p, "\r\n\r\n", 4); p = strstr(p + 2, "\r\n"))
		if (!strncasecmp(p + 2, "Via:", 4) || !strncasecmp(p + 2, "v:", 2)) {
			const char *end = strstr(p + 2, "\r\n");
			n += (size_t)snprintf(out + n, room - n, "%.*s\r\n", (int)(end - p - 2), p + 2);
			if (n >= room)
				return;
		}
}

static void uri_of(const char *value, char *out, size_t room)
{
	const char *a = strchr(value, '<'), *b = a ? strchr(a, '>') : NULL;
	if (b)
		snprintf(out, room, "%.*s", (int)(b - a - 1), a + 1);
	else
		snprintf(out, room, "%.*s", (int)strcspn(value, ";"), value);
}

static void send_text(const struct call *c, const char *text)
{
	(void)!sendto(sock, text, strlen(text), 0, (const struct sockaddr *)&c->far, sizeof c->far);
}

static const char *address_of(const struct sockaddr_in *a, char out[64])
{
	char host[32];
	inet_ntop(AF_INET, &a->sin_addr, host, sizeof host);
	snprintf(out, 64, "%s:%d", host, ntohs(a->sin_port));
	return out;
}

static void sdp_text(struct call *c, struct ig_sdp *s, char *out, size_t room)
{
	struct ig_buf b = IG_BUF_INIT(IG_SDP_MAX);
	s->session = 1 + (uint64_t)c->number;
	s->revision = ++c->cseq;
	ig_sdp_print(s, &b);
	snprintf(out, room, "%.*s", (int)b.len, b.data);
	ig_buf_free(&b);
}

static const char *own_host(void)
{
	static char host[32];
	inet_ntop(AF_INET, &o.at.sin_addr, host, sizeof host);
	return host;
}

static void request(struct call *c, const char *method, unsigned cseq, const char *body, char out[MESSAGE_MAX])
{
	char us[64];
	address_of(&o.at, us);
	/* remote: the To (or From) of the other side, with its tag once it has one */
	snprintf(out, MESSAGE_MAX,
		"%s %s SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bK%s%u%d;rport\r\nMax-Forwards: 70\r\nFrom: <sip:%s@%s>;tag=%s\r\nTo: %s\r\nCall-ID: %s\r\n"
		"CSeq: %u %s\r\nContact: <sip:%s@%s>\r\nAllow: INVITE, ACK, BYE, CANCEL\r\n%sContent-Length: %zu\r\n\r\n%s",
		method, c->target, us, method, cseq, c->number, c->caller ? o.from : "softfax", us, c->local_tag, c->remote, c->id, cseq, method, o.from, us,
		*body ? "Content-Type: application/sdp\r\n" : "", strlen(body), body);
}

/* Until it is answered it is said again. */
static void ask(struct call *c, const char *method, const char *body)
{
	request(c, method, ++c->cseq, body, c->pending);
	c->wait_ms = T1_MS;
	c->again_ms = now_ms() + T1_MS;
	send_text(c, c->pending);
}

static void answer(struct call *c, const char *msg, int status, const char *reason, const char *body)
{
	char out[MESSAGE_MAX], via[2048], from[512], to[512], id[128], cseq[64], us[64];
	vias(msg, via, sizeof via);
	header(msg, "To", to, sizeof to);
	snprintf(out, sizeof out, "SIP/2.0 %d %s\r\n%sFrom: %s\r\nTo: %s%s%s\r\nCall-ID: %s\r\nCSeq: %s\r\nContact: <sip:%s@%s>\r\n%sContent-Length: %zu\r\n\r\n%s", status, reason,
		via, header(msg, "From", from, sizeof from), to, strstr(to, ";tag=") ? "" : ";tag=", strstr(to, ";tag=") ? "" : c->local_tag,
		header(msg, "Call-ID", id, sizeof id), header(msg, "CSeq", cseq, sizeof cseq), o.from, address_of(&o.at, us),
		*body ? "Content-Type: application/sdp\r\n" : "", strlen(body), body);
	send_text(c, out);
}

/* ---- a call */

static void say_ended(struct call *c)
{
	bool good = c->answered && c->result.ending == IG_T30_SENT;
	ended++;
	failed += !good;
	if (!o.quiet)
		printf("{\"call\":%d,\"status\":%d,\"kind\":\"%s\",\"result\":\"%s\",\"pages\":%d,\"rate\":%d,\"ecm\":%s,\"ident\":\"%s\",\"seconds\":%.1f}\n", c->number,
			c->answered ? 200 : c->status, c->kind == T38 ? "t38" : "audio", c->answered ? ig_t30_ending_word(c->result.ending) : "none", c->result.pages,
			c->result.rate, c->result.ecm ? "true" : "false", c->result.ident, (double)(now_ms() - c->began_ms) / 1000);
	fflush(stdout);
}

static void end(struct call *c)
{
	enum kind was = c->kind;
	media_close(c);
	c->kind = was;
	say_ended(c);
	c->kind = NOTHING;
	c->state = OVER;
	c->pending[0] = '\0';
}

static int begin(struct call *c)
{
	static int serial;
	*c = (struct call){.o = &o, .fd = -1, .number = serial++, .state = IDLE, .began_ms = now_ms(), .far = o.peer};
	snprintf(c->id, sizeof c->id, "%d-%d-%lld@softfax", (int)getpid(), c->number, (long long)c->began_ms);
	snprintf(c->local_tag, sizeof c->local_tag, "s%d%d", (int)getpid(), c->number);
	snprintf(c->file, sizeof c->file, "%s/%d.tif", o.folder ? o.folder : ".", c->number);
	return media_open(c);
}

static void dial(struct call *c)
{
	struct ig_sdp s = {.count = 0};
	char body[IG_SDP_MAX], them[64];
	if (begin(c)) {
		perror("softfax: socket");
		exit(1);
	}
	c->caller = true;
	c->state = CALLING;
	snprintf(c->target, sizeof c->target, "sip:%s@%s", o.to, address_of(&o.peer, them));
	snprintf(c->remote, sizeof c->remote, "<sip:%s@%s>", o.to, them);
	if (o.t38_first)
		ig_sdp_offer_t38(&s, own_host(), c->port, IG_UDPTL_EC_REDUNDANCY, 400, 14400);
	else
		ig_sdp_offer_audio(&s, own_host(), c->port, IG_SDP_PCMA);
	sdp_text(c, &s, body, sizeof body);
	ask(c, "INVITE", body);
}

static void hang_up(struct call *c)
{
	c->state = ENDING;
	ask(c, "BYE", "");
}

/* An offer of theirs: the answer's body, or -1. */
static int accept_offer(struct call *c, const char *msg, char *body, size_t room)
{
	struct ig_sdp offer, s = {.count = 0};
	struct ig_why why;
	const char *text = strstr(msg, "\r\n\r\n") + 4;
	if (ig_sdp_parse(text, strlen(text), &offer, &why))
		return -1;
	const struct ig_sdp_media *use = o.no_t38 ? NULL : ig_sdp_find(&offer, IG_SDP_T38);
	if (!use)
		use = c->kind == T38 ? NULL : ig_sdp_find(&offer, IG_SDP_AUDIO);
	if (!use)
		return -1;
	ig_sdp_answer(&s, &offer, use, own_host(), c->port, 400, 14400);
	sdp_text(c, &s, body, room);
	media_begin(c, use);
	return 0;
}

static void on_invite(struct call *c, const char *msg)
{
	char body[IG_SDP_MAX] = "", value[512];
	if (o.status && c->state == IDLE) {
		c->status = o.status;
		answer(c, msg, o.status, "No", "");
		end(c);
		return;
	}
	if (c->state == IDLE) {
		header(msg, "From", c->remote, sizeof c->remote);
		uri_of(header(msg, "Contact", value, sizeof value), c->target, sizeof c->target);
	}
	if (accept_offer(c, msg, body, sizeof body)) {
		answer(c, msg, 488, "Not Acceptable Here", "");
		return;
	}
	c->answered = true;
	c->state = TALKING;
	answer(c, msg, 200, "OK", body);
}

static void on_response(struct call *c, const char *msg)
{
	char cseq[64], to[512], value[512], ack[MESSAGE_MAX];
	int status = (int)strtol(msg + 8, NULL, 10);
	unsigned n = (unsigned)strtoul(header(msg, "CSeq", cseq, sizeof cseq), NULL, 10);
	bool invite = strstr(cseq, "INVITE");
	if (status < 200) {
		c->again_ms = INT64_MAX;
		return;
	}
	if (!strcmp(c->remote, "") || !strstr(c->remote, ";tag="))
		snprintf(c->remote, sizeof c->remote, "%s", header(msg, "To", to, sizeof to));
	if (invite && status < 300 && *header(msg, "Contact", value, sizeof value))
		uri_of(value, c->target, sizeof c->target);
	if (invite) {
		request(c, "ACK", n, "", ack);
		send_text(c, ack);
	}
	if (!c->pending[0])
		return; /* said again: its ACK was lost */
	c->pending[0] = '\0';
	if (!invite) {
		end(c);
	} else if (status >= 300 && c->state == CALLING) {
		c->status = status;
		end(c);
	} else if (status < 300) {
		struct ig_sdp s;
		struct ig_why why;
		const char *text = strstr(msg, "\r\n\r\n") + 4;
		const struct ig_sdp_media *m = NULL;
		if (!ig_sdp_parse(text, strlen(text), &s, &why) && !(m = ig_sdp_find(&s, IG_SDP_T38)))
			m = ig_sdp_find(&s, IG_SDP_AUDIO);
		c->answered = true;
		c->state = TALKING;
		if (m)
			media_begin(c, m);
	}
}

static struct call *call_of(const char *id)
{
	for (int i = 0; i < places; i++)
		if (calls[i].state != OVER && calls[i].id[0] && !strcmp(calls[i].id, id))
			return &calls[i];
	return NULL;
}

static struct call *new_call(const char *id, const struct sockaddr_in *from)
{
	for (int i = 0; i < places; i++) {
		if (calls[i].state != OVER && calls[i].id[0])
			continue;
		if (begin(&calls[i]))
			return NULL;
		snprintf(calls[i].id, sizeof calls[i].id, "%s", id);
		calls[i].far = *from;
		return &calls[i];
	}
	return NULL;
}

static void on_message(const char *msg, const struct sockaddr_in *from)
{
	char id[128];
	if (!strstr(msg, "\r\n\r\n") || !*header(msg, "Call-ID", id, sizeof id))
		return;
	struct call *c = call_of(id), stranger = {.far = *from, .local_tag = "x"};
	if (!strncmp(msg, "SIP/2.0 ", 8)) {
		if (c)
			on_response(c, msg);
	} else if (!strncmp(msg, "OPTIONS ", 8)) {
		answer(&stranger, msg, 200, "OK", "");
	} else if (!strncmp(msg, "INVITE ", 7)) {
		if (!c && o.answers)
			c = new_call(id, from);
		if (c)
			on_invite(c, msg);
		else
			answer(&stranger, msg, 486, "Busy Here", "");
	} else if (!strncmp(msg, "BYE ", 4)) {
		answer(c ? c : &stranger, msg, c ? 200 : 481, c ? "OK" : "No Such Call", "");
		if (!c)
			return;
		media_read(c); /* their last words */
		if (c->t30)
			ig_t30_drop(c->t30);
		end(c);
	} else if (strncmp(msg, "ACK ", 4)) {
		answer(&stranger, msg, 405, "Method Not Allowed", "");
	}
}

/* ---- time */

static void offer_t38(struct call *c)
{
	struct ig_sdp s = {.count = 0};
	char body[IG_SDP_MAX];
	c->offered = true;
	ig_sdp_offer_t38(&s, own_host(), c->port, IG_UDPTL_EC_REDUNDANCY, 400, 14400);
	sdp_text(c, &s, body, sizeof body);
	ask(c, "INVITE", body);
}

static void tick(struct call *c, int64_t now)
{
	if (c->pending[0] && now >= c->again_ms) {
		if (c->wait_ms > GIVE_UP_MS / 2) {
			c->status = 408;
			end(c);
			return;
		}
		send_text(c, c->pending);
		c->wait_ms *= 2;
		c->again_ms = now + c->wait_ms;
	}
	if (c->state != TALKING)
		return;
	media_read(c);
	media_steps(c, now);
	bool offers = o.answers ? o.t38_first && now - c->began_ms > 1000 : o.t38_later && now - c->began_ms > 500;
	if (offers && !c->offered && c->kind == AUDIO)
		offer_t38(c);
	if (!c->t30 || !ig_t30_over(c->t30))
		return;
	if (!c->last_ms)
		c->last_ms = now + LAST_MS;
	else if (now >= c->last_ms && c->caller)
		hang_up(c);
	else if (now >= c->last_ms + 5000) /* the caller should have */
		hang_up(c);
}

static void round_of(int64_t end_ms)
{
	int64_t now = now_ms();
	for (int i = 0; i < places; i++) {
		if (calls[i].id[0] && calls[i].state != OVER)
			tick(&calls[i], now);
		if (!o.answers && calls[i].state == OVER && o.seconds && now < end_ms)
			dial(&calls[i]);
	}
}

static bool done(void)
{
	if (stopped)
		return true;
	if (o.answers)
		return ended >= o.calls;
	for (int i = 0; i < places; i++)
		if (calls[i].state != OVER)
			return false;
	return true;
}

static void run(void)
{
	static char msg[MESSAGE_MAX * 2];
	int64_t end_ms = now_ms() + o.seconds * 1000;
	if (!o.answers)
		for (int i = 0; i < places; i++)
			dial(&calls[i]);
	while (!done()) {
		struct pollfd p = {.fd = sock, .events = POLLIN};
		poll(&p, 1, 5);
		for (int k = 0; k < 256; k++) {
			struct sockaddr_in from;
			socklen_t len = sizeof from;
			ssize_t n = recvfrom(sock, msg, sizeof msg - 1, MSG_DONTWAIT, (struct sockaddr *)&from, &len);
			if (n < 0)
				break;
			msg[n] = '\0';
			on_message(msg, &from);
		}
		round_of(end_ms);
	}
}

/* ---- the command line */

static int address(const char *text, struct sockaddr_in *a)
{
	char host[64];
	const char *colon = strrchr(text, ':');
	if (!colon || (size_t)(colon - text) >= sizeof host)
		return -1;
	snprintf(host, sizeof host, "%.*s", (int)(colon - text), text);
	*a = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(colon + 1))};
	return inet_pton(AF_INET, host, &a->sin_addr) == 1 ? 0 : -1;
}

static int usage(void)
{
	fputs("usage: softfax call AT HOST:PORT NUMBER FILE [option...] | softfax answer AT FOLDER [option...]\n", stderr);
	return 64;
}

static bool take(int argc, char **argv, int *i)
{
	const char *word = argv[*i], *value = *i + 1 < argc ? argv[*i + 1] : NULL;
	struct { const char *word; bool *is; } flags[] = {{"--t38", &o.t38_first}, {"--no-t38", &o.no_t38}, {"--t38-later", &o.t38_later}, {"--nat", &o.nat}, {"--standard", &o.standard}, {"--no-ecm", &o.no_ecm},
		{"--quiet", &o.quiet}};
	struct { const char *word; const char **is; } words[] = {{"--from", &o.from}, {"--ident", &o.ident}};
	struct { const char *word; int *is; } numbers[] = {{"--calls", &o.calls}, {"--seconds", &o.seconds}, {"--status", &o.status}};
	for (size_t k = 0; k < IG_COUNT(flags); k++)
		if (!strcmp(word, flags[k].word))
			return *flags[k].is = true;
	for (size_t k = 0; value && k < IG_COUNT(words); k++)
		if (!strcmp(word, words[k].word))
			return (*i)++, *words[k].is = value, true;
	for (size_t k = 0; value && k < IG_COUNT(numbers); k++)
		if (!strcmp(word, numbers[k].word))
			return (*i)++, *numbers[k].is = atoi(value), true;
	return false;
}

static void on_signal(int s)
{
	(void)s;
	stopped = 1;
}

int main(int argc, char **argv)
{
	int first = 6, big = 4 << 20;
	socklen_t len = sizeof o.at;
	if (argc >= 4 && !strcmp(argv[1], "answer")) {
		o.answers = true;
		o.folder = argv[3];
		first = 4;
	} else if (argc < 6 || strcmp(argv[1], "call") || address(argv[3], &o.peer)) {
		return usage();
	} else {
		o.to = argv[4];
		o.file = argv[5];
	}
	if (address(argv[2], &o.at))
		return usage();
	for (int i = first; i < argc; i++)
		if (!take(argc, argv, &i))
			return usage();
	signal(SIGTERM, on_signal);
	signal(SIGINT, on_signal);
	sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	setsockopt(sock, SOL_SOCKET, SO_RCVBUF, &big, sizeof big);
	if (sock < 0 || bind(sock, (struct sockaddr *)&o.at, sizeof o.at) || getsockname(sock, (struct sockaddr *)&o.at, &len)) {
		perror("softfax");
		return 1;
	}
	places = o.answers && o.calls < 16 ? 16 : o.calls;
	calls = calloc((size_t)places, sizeof *calls);
	run();
	if (o.quiet)
		printf("{\"ended\":%d,\"failed\":%d}\n", ended, failed);
	return failed ? 1 : 0;
}
