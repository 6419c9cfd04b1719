/* Does a line work? Each is asked at once: one that should be registered and is not tries again, and the other side is asked for OPTIONS. Any answer
 * proves that packets go there and come back, even one that says no. Relies on line.c for registering. A registration that stands is left alone: to
 * take it back for a test would keep calls out meanwhile. */
#include "config.h"
#include <stdio.h>
#include <string.h>
#include "base/arena.h"
#include "base/clock.h"
#include "fax/line_int.h"

struct probe {
	struct test *of;
	struct ig_line *line;
	struct sip_dialog *dialog;
	struct sip_request *request;
	int64_t asked_at, ms;        /* monotonic; until the answer */
	bool asked, done, answered;
	char whom[128], words[128];
};
struct test {
	struct le le;
	struct ig_lines *all;
	struct tmr limit;
	void (*told)(void *arg, json_t *list);
	void *arg;
	size_t count;
	struct probe *probes;
};

static void test_gone(void *arg)
{
	struct test *t = arg;
	list_unlink(&t->le);
	tmr_cancel(&t->limit);
	for (size_t i = 0; i < t->count; i++) {
		sip_request_cancel(t->probes[i].request);
		mem_deref(t->probes[i].request);
		mem_deref(t->probes[i].dialog);
	}
	mem_deref(t->probes);
}

static bool works(const struct probe *p)
{
	return (!p->line->conf->do_register || p->line->registered) && (!p->asked || p->answered);
}

static json_t *finding(const struct probe *p)
{
	const struct ig_line *l = p->line;
	static const char *const ways[] = {"udp", "tcp", "tls"};
	size_t calls = 0;
	for (struct le *le = l->all->calls.head; le; le = le->next)
		calls += ((const struct ig_line_call *)le->data)->line == l;
	return json_pack("{s:s,s:s,s:s,s:b,s:b,s:s,s:s?,s:b,s:s,s:I,s:i,s:b}", "name", l->conf->name, "listen", l->conf->listen, "transport", ways[l->conf->transport], "register",
		l->conf->do_register, "registered", l->registered, "registrar", l->words, "asked", p->asked ? p->whom : NULL, "answered", p->answered, "answer", p->words, "ms",
		(json_int_t)p->ms, "calls", (int)calls, "works", works(p));
}

static void tell(struct test *t)
{
	json_t *list = json_array();
	for (size_t i = 0; i < t->count; i++)
		json_array_append_new(list, finding(&t->probes[i]));
	t->told(t->arg, list);
	mem_deref(t);
}

static void look(struct test *t)
{
	for (size_t i = 0; i < t->count; i++)
		if (!t->probes[i].done || t->probes[i].line->registering)
			return;
	tell(t);
}

void ig_line_tests_look(struct ig_lines *all)
{
	for (struct le *le = all->tests.head, *next; le; le = next) {
		next = le->next;
		look(le->data);
	}
}

static void out_of_time(void *arg)
{
	struct test *t = arg;
	for (size_t i = 0; i < t->count; i++)
		if (!t->probes[i].done)
			snprintf(t->probes[i].words, sizeof t->probes[i].words, "no answer within %d s", IG_LINE_TEST_MS / 1000);
	tell(t);
}

static void on_answer(int err, const struct sip_msg *msg, void *arg)
{
	struct probe *p = arg;
	if (msg && msg->scode < 200)
		return;
	p->done = true;
	p->answered = !err && msg;
	p->ms = ig_mono_ms() - p->asked_at;
	if (p->answered)
		re_snprintf(p->words, sizeof p->words, "%u %r", msg->scode, &msg->reason);
	else
		snprintf(p->words, sizeof p->words, "%s", strerror(err));
	look(p->of);
}

static int on_send(enum sip_transp tp, const struct sa *src, const struct sa *dst, struct mbuf *mb, void *arg)
{
	const struct probe *p = arg;
	struct sip_contact contact;
	(void)dst;
	sip_contact_set(&contact, p->line->conf->user ? p->line->conf->user : "fax", src, tp);
	return mbuf_printf(mb, "%H", sip_contact_print, &contact);
}

/* The trunk, or whoever may call where there is none. */
static void ask(struct probe *p)
{
	const struct ig_line *l = p->line;
	const char *whom = l->conf->proxy ? l->conf->proxy : l->conf->peers && l->conf->peers[0] ? l->conf->peers[0] : NULL;
	char uri[256], own[256];
	p->done = !whom;
	if (!whom)
		return;
	p->asked = true;
	p->asked_at = ig_mono_ms();
	snprintf(p->whom, sizeof p->whom, "%s", whom);
	re_snprintf(uri, sizeof uri, "sip:%s%s", whom, ig_line_scheme_end(l));
	re_snprintf(own, sizeof own, "sip:%s@%s", l->conf->user ? l->conf->user : "fax", l->conf->domain ? l->conf->domain : whom);
	int err = sip_dialog_alloc(&p->dialog, uri, uri, NULL, own, NULL, 0);
	if (!err)
		err = sip_drequestf(&p->request, l->sip, true, "OPTIONS", p->dialog, 0, NULL, on_send, on_answer, p, "Accept: application/sdp\r\nContent-Length: 0\r\n\r\n");
	if (err) {
		p->done = true;
		snprintf(p->words, sizeof p->words, "%s", strerror(err));
	}
}

int ig_lines_test(struct ig_lines *all, const char *name, void (*told)(void *arg, json_t *list), void *arg)
{
	struct test *t = list_count(&all->tests) < IG_LINE_TESTS_MAX ? mem_zalloc(sizeof *t, test_gone) : NULL;
	if (!t)
		return -1;
	*t = (struct test){.all = all, .told = told, .arg = arg, .probes = mem_zalloc((all->count + 1) * sizeof *t->probes, NULL)};
	tmr_init(&t->limit);
	list_append(&all->tests, &t->le, t);
	for (size_t i = 0; i < all->count; i++) {
		struct ig_line *l = &all->lines[i];
		if (name && *name && strcmp(name, l->conf->name) != 0)
			continue;
		t->probes[t->count] = (struct probe){.of = t, .line = l};
		if (l->conf->do_register && !l->registered)
			ig_line_register(l);
		ask(&t->probes[t->count++]);
	}
	/* always later: the caller is still speaking */
	tmr_start(&t->limit, IG_LINE_TEST_MS, out_of_time, t);
	for (size_t i = 0; i < t->count; i++)
		if (!t->probes[i].done || t->probes[i].line->registering)
			return 0;
	tmr_start(&t->limit, 0, out_of_time, t);
	return 0;
}
