/* Lines and calls. Relies on libre for SIP itself (transactions, dialogs, digest) and on line_media.c for offers and answers.
 *
 *   incoming:  the gate (address, Require, method) → 200 with the answer → audio, or T.38 at once
 *              audio: after the caller's CNG was heard, or a second, T.38 is offered; a 488 leaves the call in audio
 *   outgoing:  audio is offered; the called side turns to T.38
 * A call has one owner, told once that it is over. libre does not tell of its own release of a session, nor of an error to a re-INVITE: both are
 * looked after here. */
#include "config.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/opt.h"
#include "fax/line_int.h"

enum { TRANSACTIONS = 64, REGISTER_S = 600, HEADER_MAX = 160 };

static void call_gone(void *arg)
{
	struct ig_line_call *c = arg;
	list_unlink(&c->le);
	tmr_cancel(&c->later);
	c->session = mem_deref(c->session);
	ig_line_media_close(c);
}

static struct ig_line_call *call_new(struct ig_line *l)
{
	struct ig_line_call *c = mem_zalloc(sizeof *c, call_gone);
	if (!c)
		return NULL;
	c->line = l;
	c->rtp_fd = c->udptl_fd = -1;
	c->session_id = (uint64_t)ig_mono_us();
	tmr_init(&c->later);
	list_append(&l->all->calls, &c->le, c);
	return c;
}

static void over(struct ig_line_call *c, const char *why, const char *text, int64_t wait_ms)
{
	c->line->all->hooks.over(c->line->all->hooks.arg, c, why, text, wait_ms);
	mem_deref(c);
}

/* ---- what every call hears from libre */

static int on_auth(char **user, char **password, const char *realm, void *arg)
{
	const struct ig_line *l = arg;
	(void)realm;
	if (!l->conf->user || !l->conf->password)
		return EACCES;
	int err = str_dup(user, l->conf->user);
	return err ? err : str_dup(password, l->conf->password);
}

static int on_offer(struct mbuf **body, const struct sip_msg *msg, void *arg)
{
	*body = ig_line_answer_to(arg, msg);
	return *body ? 0 : 488; /* the number becomes the status code */
}

static int on_answer(const struct sip_msg *msg, void *arg)
{
	struct ig_line_call *c = arg;
	c->answered = true;
	return ig_line_answered(c, msg);
}

static void on_established(const struct sip_msg *msg, void *arg)
{
	struct ig_line_call *c = arg;
	(void)msg;
	c->answered = true;
	if (c->outgoing)
		tmr_cancel(&c->later);
}

static void on_progress(const struct sip_msg *msg, void *arg)
{
	(void)msg;
	(void)arg;
}

/* A refusal, as the words that retry rules know. */
static const char *word_of(uint16_t status)
{
	switch (status) {
	case 486: case 600: case 603:
		return "busy";
	case 404: case 410: case 484: case 604: case 485: case 416:
		return "unreachable";
	case 408: case 480: case 487:
		return "no-answer";
	case 401: case 403: case 407: case 500: case 502: case 503: case 504:
		return "no-line";
	case 488: case 606: case 415:
		return "line";
	}
	return status >= 500 ? "no-line" : "line";
}

static int64_t retry_after(const struct sip_msg *msg)
{
	const struct sip_hdr *h = msg ? sip_msg_hdr(msg, SIP_HDR_RETRY_AFTER) : NULL;
	return h ? (int64_t)pl_u32(&h->val) * 1000 : 0;
}

static void on_close(int err, const struct sip_msg *msg, void *arg)
{
	struct ig_line_call *c = arg;
	char text[HEADER_MAX] = "";
	const char *why = NULL;
	if (!c->answered) {
		why = err == ETIMEDOUT ? "no-line" : msg ? word_of(msg->scode) : "no-line";
		if (msg)
			re_snprintf(text, sizeof text, "%u %r", msg->scode, &msg->reason);
		else
			snprintf(text, sizeof text, "%s", strerror(err));
	}
	over(c, why, text, retry_after(msg));
}

/* ---- T.38 offered by us */

static void offer_t38(void *arg)
{
	struct ig_line_call *c = arg;
	struct mbuf *body = c->t38 || c->asked ? NULL : ig_line_offer(c, true);
	c->asked = true;
	if (body && sipsess_modify(c->session, body))
		ig_log(IG_LOG_DEBUG, "T.38 could not be offered");
	mem_deref(body);
}

void ig_line_heard(struct ig_line_call *c)
{
	if (!c->outgoing && !c->t38 && !c->asked && c->answered)
		tmr_start(&c->later, 0, offer_t38, c);
}

/* ---- calls that come */

static void user_of(const struct uri *u, char out[HEADER_MAX])
{
	pl_strcpy(&u->user, out, HEADER_MAX);
	for (char *p = out; *p; p++)
		if ((unsigned char)*p < ' ' || (unsigned char)*p >= 0x7f)
			*p = '?';
}

/* Number the trunk vouches for, else the one in From. */
static void caller_of(const struct sip_msg *msg, char out[HEADER_MAX])
{
	const struct sip_hdr *h = sip_msg_hdr(msg, SIP_HDR_P_ASSERTED_IDENTITY);
	struct sip_addr a;
	out[0] = '\0';
	user_of(h && !sip_addr_decode(&a, &h->val) ? &a.uri : &msg->from.uri, out);
}

static bool answer_call(struct ig_line_call *c, const struct sip_msg *msg)
{
	struct mbuf *body = mbuf_get_left(msg->mb) ? ig_line_answer_to(c, msg) : ig_line_offer(c, false);
	int err = body ? sipsess_accept(&c->session, c->line->sessions, msg, 200, "OK", "fax", "application/sdp", body, on_auth, c->line, false, on_offer, on_answer,
		on_established, NULL, NULL, on_close, c, "Allow: " IG_LINE_ALLOW "\r\n") : 0;
	if (!body)
		sip_treply(NULL, c->line->sip, msg, 488, "Not Acceptable Here");
	else if (err)
		sip_treply(NULL, c->line->sip, msg, 500, "Server Internal Error");
	c->answered = body && !err;
	mem_deref(body);
	return c->answered;
}

static void on_invite(const struct sip_msg *msg, void *arg)
{
	struct ig_line *l = arg;
	struct ig_lines *all = l->all;
	char caller[HEADER_MAX], called[HEADER_MAX];
	struct ig_line_call *c = list_count(&all->calls) < (uint32_t)all->conf->fax_calls ? call_new(l) : NULL;
	struct sa local = msg->dst;
	if (!c) {
		sip_treply(NULL, l->sip, msg, 486, "Busy Here");
		return;
	}
	caller_of(msg, caller);
	user_of(&msg->uri, called);
	if (sip_transp_laddr(l->sip, &local, msg->tp, &msg->src) || ig_line_media_open(c, &local, &msg->src) ||
		all->hooks.begin(all->hooks.arg, c, l->conf->name, caller, called)) {
		sip_treply(NULL, l->sip, msg, 486, "Busy Here");
		mem_deref(c);
		return;
	}
	ig_line_child_begin(c);
	if (!answer_call(c, msg)) {
		over(c, NULL, "", 0);
		return;
	}
	if (!c->t38)
		tmr_start(&c->later, IG_LINE_SWITCH_MS, offer_t38, c);
}

/* ---- the gate: everything that comes, before libre's own handlers */

static bool from_peer(const struct ig_line *l, const struct sip_msg *msg)
{
	char host[64];
	if (sa_ntop(&msg->src, host, sizeof host))
		return false;
	for (const char *const *p = l->conf->peers; p && *p; p++)
		if (!strcmp(*p, host))
			return true;
	return false;
}

static bool on_request(const struct sip_msg *msg, void *arg)
{
	static const char *const methods[] = {"INVITE", "ACK", "BYE", "CANCEL", "OPTIONS"};
	struct ig_line *l = arg;
	const struct sip_hdr *require = sip_msg_hdr(msg, SIP_HDR_REQUIRE);
	bool ack = !pl_strcasecmp(&msg->met, "ACK"), known = false;
	for (size_t i = 0; i < IG_COUNT(methods); i++)
		known |= !pl_strcasecmp(&msg->met, methods[i]);
	if (!from_peer(l, msg)) { /* strangers learn nothing */
		if (!ack)
			sip_reply(l->sip, msg, 403, "Forbidden");
		return true;
	}
	if (ack)
		return false;
	if (!known) {
		sip_replyf(l->sip, msg, 405, "Method Not Allowed", "Allow: " IG_LINE_ALLOW "\r\nContent-Length: 0\r\n\r\n");
		return true;
	}
	if (require && pl_strcasecmp(&msg->met, "CANCEL")) { /* RFC 3261 section 8.2.2.3 */
		sip_replyf(l->sip, msg, 420, "Bad Extension", "Unsupported: %r\r\nContent-Length: 0\r\n\r\n", &require->val);
		return true;
	}
	if (!pl_strcasecmp(&msg->met, "OPTIONS")) {
		sip_replyf(l->sip, msg, 200, "OK", "Allow: " IG_LINE_ALLOW "\r\nAccept: application/sdp\r\nContent-Length: 0\r\n\r\n");
		return true;
	}
	return false;
}

/* ---- calls that go */

static void rung_too_long(void *arg)
{
	over(arg, "no-answer", "nobody answered", 0);
}

static struct ig_line *free_line(struct ig_lines *l)
{
	for (size_t i = 0; i < l->count; i++)
		if (l->lines[i].conf->proxy && (!l->lines[i].conf->do_register || l->lines[i].registered))
			return &l->lines[i];
	return NULL;
}

const char *ig_line_scheme_end(const struct ig_line *l)
{
	return l->transport == SIP_TRANSP_TCP ? ";transport=tcp" : l->transport == SIP_TRANSP_TLS ? ";transport=tls" : "";
}

struct ig_line_call *ig_line_dial(struct ig_lines *all, const char *number, void *owner, const char **word_r, struct ig_why *why)
{
	struct ig_line *l = free_line(all);
	struct ig_line_call *c = l && list_count(&all->calls) < (uint32_t)all->conf->fax_calls ? call_new(l) : NULL;
	char to[256], from[256];
	struct sa local, peer;
	struct mbuf *body = NULL;
	*word_r = "no-line";
	if (!c) {
		ig_why(why, l ? "all lines are busy" : "no line is registered");
		return NULL;
	}
	c->outgoing = true;
	c->owner = owner;
	re_snprintf(to, sizeof to, "sip:%s@%s%s", number, l->conf->proxy, ig_line_scheme_end(l));
	re_snprintf(from, sizeof from, "sip:%s@%s", l->conf->user ? l->conf->user : "fax", l->conf->domain ? l->conf->domain : l->conf->proxy);
	if (sa_decode(&peer, l->conf->proxy, strlen(l->conf->proxy)) && sa_set_str(&peer, l->conf->proxy, 5060) &&
		(!l->conf->peers || !l->conf->peers[0] || sa_set_str(&peer, l->conf->peers[0], 5060))) {
		ig_why(why, "the trunk's address is not known");
	} else if (sip_transp_laddr(l->sip, &local, l->transport, &peer) || ig_line_media_open(c, &local, &peer)) {
		ig_why(why, "no socket for media");
	} else if (!(body = ig_line_offer(c, false)) || sipsess_connect(&c->session, l->sessions, to, NULL, from, "fax", NULL, 0, "application/sdp", body, on_auth, l, false,
			   on_offer, on_answer, on_progress, on_established, NULL, NULL, on_close, c, "Allow: " IG_LINE_ALLOW "\r\n")) {
		ig_why(why, "the call could not be begun");
	} else {
		ig_line_child_begin(c);
		tmr_start(&c->later, IG_LINE_RING_MS, rung_too_long, c);
		mem_deref(body);
		return c;
	}
	mem_deref(body);
	mem_deref(c);
	return NULL;
}

void ig_line_hang_up(struct ig_line_call *c)
{
	mem_deref(c); /* releases the session: BYE, or CANCEL */
}

void *ig_line_owner(const struct ig_line_call *c)
{
	return c->owner;
}

void ig_line_set(struct ig_line_call *c, void *owner)
{
	c->owner = owner;
}

const char *ig_line_name(const struct ig_line_call *c)
{
	return c->line->conf->name;
}

/* ---- lines */

static void on_registered(int err, const struct sip_msg *msg, void *arg)
{
	struct ig_line *l = arg;
	bool was = l->registered;
	char before[sizeof l->words];
	memcpy(before, l->words, sizeof before);
	l->registered = !err && msg && msg->scode < 300;
	if (msg)
		re_snprintf(l->words, sizeof l->words, "%u %r", msg->scode, &msg->reason);
	else
		snprintf(l->words, sizeof l->words, "%s", strerror(err));
	if (was != l->registered || strcmp(before, l->words)) /* a refusal of the first try is news as well; the same one again is not */
		ig_log(l->registered ? IG_LOG_NOTICE : IG_LOG_WARNING, "line %s is %sregistered: %s", l->conf->name, l->registered ? "" : "not ", l->words);
	l->registering = false;
	ig_line_tests_look(l->all);
}

void ig_line_register(struct ig_line *l)
{
	char uri[256], own[256];
	l->registration = mem_deref(l->registration);
	l->registering = false;
	if (!l->conf->do_register || !l->conf->proxy || !l->conf->user)
		return;
	re_snprintf(uri, sizeof uri, "sip:%s%s", l->conf->proxy, ig_line_scheme_end(l));
	re_snprintf(own, sizeof own, "sip:%s@%s", l->conf->user, l->conf->domain ? l->conf->domain : l->conf->proxy);
	l->registering = !sipreg_register(&l->registration, l->sip, uri, own, NULL, own, REGISTER_S, l->conf->user, NULL, 0, 0, on_auth, l, false, on_registered, l,
		NULL, NULL);
	if (!l->registering)
		ig_log(IG_LOG_ERR, "line %s cannot register", l->conf->name);
}

bool ig_lines_settling(const struct ig_lines *all)
{
	bool any = false;
	for (size_t i = 0; i < all->count; i++)
		any |= all->lines[i].registering;
	return any;
}

void ig_lines_run(struct ig_lines *all)
{
	for (size_t i = 0; i < all->count; i++)
		ig_line_register(&all->lines[i]);
}

static int line_open(struct ig_line *l, struct ig_why *why)
{
	struct sa at;
	struct tls *tls = NULL;
	l->transport = l->conf->transport == IG_LINE_TCP ? SIP_TRANSP_TCP : l->conf->transport == IG_LINE_TLS ? SIP_TRANSP_TLS : SIP_TRANSP_UDP;
	if (sa_decode(&at, l->conf->listen, strlen(l->conf->listen)))
		return ig_why(why, "line %s: %s is not ADDRESS:PORT", l->conf->name, l->conf->listen);
	if (l->transport == SIP_TRANSP_TLS && !(tls = ig_line_tls(l->conf, why)))
		return -1;
	int err = sip_alloc(&l->sip, l->all->dns, TRANSACTIONS, TRANSACTIONS, TRANSACTIONS, "irgate", NULL, NULL);
	if (!err)
		err = sip_transp_add(l->sip, l->transport, &at, tls);
	if (!err)
		err = sip_listen(&l->gate, l->sip, true, on_request, l);
	if (!err)
		err = sipsess_listen(&l->sessions, l->sip, TRANSACTIONS, on_invite, l);
	mem_deref(tls);
	return err ? ig_why(why, "line %s: %s cannot be opened: %s", l->conf->name, l->conf->listen, strerror(err)) : 0;
}

/* What libre says by itself: errors of a connection, a line each. */
static void on_words(int level, const char *p, size_t len, void *arg IG_UNUSED)
{
	while (len && (p[len - 1] == '\n' || p[len - 1] == '\r'))
		len--;
	ig_log(level <= DBG_ERR ? IG_LOG_WARNING : IG_LOG_INFO, "SIP: %.*s", (int)(len < HEADER_MAX ? len : HEADER_MAX), p);
}

struct ig_lines *ig_lines_new(const struct ig_conf *c, const struct ig_line_hooks *h, struct ig_why *why)
{
	struct sa servers[4];
	uint32_t n = IG_COUNT(servers);
	struct ig_lines *l = ig_xmalloc(sizeof *l);
	l->conf = c;
	l->hooks = *h;
	l->lines = ig_xmalloc((c->line_count + 1) * sizeof *l->lines);
	dbg_init(DBG_WARNING, DBG_NONE);
	dbg_handler_set(on_words, NULL);
	if (libre_init()) {
		ig_why(why, "libre does not start");
		return ig_lines_free(l);
	}
	if (dns_srv_get(NULL, 0, servers, &n))
		n = 0;
	dnsc_alloc(&l->dns, NULL, servers, n);
	for (; l->count < c->line_count; l->count++) {
		l->lines[l->count].all = l;
		l->lines[l->count].conf = &c->lines[l->count];
		if (line_open(&l->lines[l->count], why)) {
			l->count++;
			return ig_lines_free(l);
		}
	}
	return l;
}

struct ig_lines *ig_lines_free(struct ig_lines *l)
{
	if (!l)
		return NULL;
	list_flush(&l->tests);
	list_flush(&l->calls);
	for (size_t i = 0; i < l->count; i++) {
		struct ig_line *x = &l->lines[i];
		mem_deref(x->registration);
		mem_deref(x->sessions);
		mem_deref(x->gate);
		if (x->sip)
			sip_close(x->sip, true);
		mem_deref(x->sip);
	}
	mem_deref(l->dns);
	free(l->lines);
	free(l);
	return NULL;
}
