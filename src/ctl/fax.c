/* irgatectl fax: send, status, calls, lines; line test; and dispatch resolve, for a fax nobody can be sure of. */
#include "config.h"
#include <string.h>
#include <unistd.h>
#include "base/fs.h"
#include "ctl/room.h"
#include "base/link.h"
#include "decide/fax.h"
#include "model/notes.h"
#include "parse/tiff.h"
#include "store/store_fax.h"

enum { CALLS_DEFAULT = 50 };

/* ---- send */

/* Standard input as pages of a fax; their number, or 0 after saying what is wrong. */
static int pages_of(struct ig_ctl *c)
{
	struct ig_tiff t = {0};
	int fd = ig_fs_memfd("fax", c->input, c->input_len);
	int bad = fd < 0 || ig_tiff_look(fd, c->input_len, &t);
	if (fd >= 0) close(fd);
	if (bad) ig_ctl_say(c, "standard input is no TIFF: irgatectl fax send NUMBER < FILE.tif");
	else if (t.problem) ig_ctl_say(c, "the TIFF cannot be sent: %s", t.problem);
	else if (!t.fax) ig_ctl_say(c, "the TIFF cannot be sent: a fax page has one bit a point and is 1728 points wide (this: %u bits, %u points)", t.bits, t.width);
	return bad || t.problem || !t.fax ? 0 : t.pages;
}

int ig_ctl_fax_send(struct ig_ctl *c)
{
	struct ig_incident i = {0};
	struct ig_party p = {0};
	struct ig_why why = {""};
	struct ig_desk_fax f = {.actor = c->actor, .tiff = c->input, .size = c->input_len};
	const char *incident = ig_ctl_option(c, "--incident"), *party = ig_ctl_option(c, "--party");
	char text[IG_DISPATCH_TEXT_MAX];
	int64_t id;
	f.subject = ig_ctl_option(c, "--subject");
	f.urgent = ig_ctl_flag(c, "--urgent");
	int code = ig_ctl_words(c, party ? 0 : 1, 1);
	if (!code && incident) code = ig_ctl_incident(c, incident, &i);
	if (!code && party) code = ig_ctl_party(c, party, &p);
	if (code) return code;
	f.incident = i.id;
	f.party = p.id;
	f.number = c->argc ? c->argv[0] : NULL;
	for (size_t k = 0; !f.number && k < p.channel_count; k++)
		if (p.channels[k].channel == IG_CHANNEL_FAX && p.channels[k].state != IG_CHANNEL_STATE_REVOKED) f.number = p.channels[k].address;
	if (!f.number) return ig_ctl_fail(c, IG_EX_DATA, "%s has no fax", p.name);
	if (!ig_decide_number_ok(f.number)) return ig_ctl_fail(c, IG_EX_USAGE, "%s cannot be dialled: digits, with a plus before", f.number);
	f.pages = pages_of(c);
	if (!f.pages) return IG_EX_DATA;
	code = ig_desk_fax_send(c->desk, &f, &id, &why);
	if (code) return ig_ctl_fail(c, code, "%s", why.text);
	if (c->json) ig_ctl_json(c, json_pack("{s:s,s:s,s:i}", "id", ig_dispatch_print(id, text), "number", f.number, "pages", f.pages));
	else ig_ctl_print(c, "%s: %d page%s to %s\n", ig_dispatch_print(id, text), f.pages, f.pages == 1 ? "" : "s", f.number);
	return IG_EX_OK;
}

/* ---- status */

struct counts { int64_t queued, sending, held, uncertain, failed; };

static int count(const struct ig_dispatch *d, void *arg)
{
	struct counts *n = arg;
	if (d->channel != IG_CHANNEL_FAX) return 0;
	n->queued += d->state == IG_DISPATCH_STATE_QUEUED;
	n->sending += d->state == IG_DISPATCH_STATE_SENDING;
	n->held += d->state == IG_DISPATCH_STATE_HELD;
	n->uncertain += d->state == IG_DISPATCH_STATE_UNCERTAIN;
	n->failed += d->state == IG_DISPATCH_STATE_FAILED;
	return 0;
}

int ig_ctl_fax_status(struct ig_ctl *c)
{
	static const char *const words[] = {"none", "folder", "line"};
	const struct ig_conf *conf = c->conf;
	const char *transport = words[conf->fax_transport];
	struct counts n = {0};
	if (ig_ctl_words(c, 0, 0)) return IG_EX_USAGE;
	int64_t minutes = ig_store_fax_minutes(c->store, ig_now() - IG_DAY);
	if (minutes < 0 || ig_store_dispatch_list(c->store, NULL, count, &n) < 0) return ig_ctl_store_failed(c);
	if (c->json) {
		ig_ctl_json(c, json_pack("{s:s,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:s?}", "transport", transport, "queued", (json_int_t)n.queued, "sending",
			(json_int_t)n.sending, "held", (json_int_t)n.held, "uncertain", (json_int_t)n.uncertain, "failed", (json_int_t)n.failed, "minutes_24h",
			(json_int_t)minutes, "minutes_day", (json_int_t)conf->fax_minutes_day, "quiet", conf->fax_quiet));
		return IG_EX_OK;
	}
	ig_ctl_print(c, "faxes leave by: %s%s%s\n", transport, conf->fax_quiet ? ", quiet " : "", conf->fax_quiet ? conf->fax_quiet : "");
	ig_ctl_print(c, "queued %lld, sending %lld, held %lld, failed %lld%s, uncertain %lld%s\n", (long long)n.queued, (long long)n.sending, (long long)n.held,
		(long long)n.failed, n.uncertain ? ig_ctl_red(c) : "", (long long)n.uncertain, ig_ctl_plain(c));
	if (conf->fax_minutes_day) ig_ctl_print(c, "minutes of our calls in 24 hours: %lld of %lld\n", (long long)minutes, (long long)conf->fax_minutes_day);
	else ig_ctl_print(c, "minutes of our calls in 24 hours: %lld, no limit\n", (long long)minutes);
	return IG_EX_OK;
}

/* ---- calls */

static json_t *call_json(struct ig_ctl *c, const struct ig_store_fax_call *x)
{
	char started[IG_TIME_MAX], ended[IG_TIME_MAX], text[IG_DISPATCH_TEXT_MAX];
	const char *dispatch = x->dispatch ? ig_dispatch_print(x->dispatch, text) : NULL, *message = x->message ? ig_arena_fmt(c->arena, "%lld", (long long)x->message) : NULL;
	return json_pack("{s:s,s:s?,s:s?,s:s?,s:s?,s:s?,s:s?,s:s?,s:i,s:i,s:i,s:b,s:s,s:s?,s:s?,s:b}", "direction", x->dispatch ? "out" : "in", "dispatch", dispatch, "message",
		message, "line", x->line, "number", x->number, "ident", x->ident, "started", x->started != IG_NEVER ? ig_time_rfc3339(x->started, started) : NULL, "ended",
		x->ended != IG_NEVER ? ig_time_rfc3339(x->ended, ended) : NULL, "pages", x->pages, "total", x->total, "rate", x->rate, "ecm", x->ecm, "result", x->result,
		"text", x->text, "sha256", x->sha256, "report", x->reported);
}

int ig_ctl_fax_calls(struct ig_ctl *c)
{
	static const char *const headings[] = {"STARTED", "", "NUMBER", "~IDENT", "PAGES", "~RATE", "RESULT", NULL};
	const char *word = ig_ctl_option(c, "--dispatch"), *limit = ig_ctl_option(c, "--limit");
	struct ig_store_fax_call *list;
	struct ig_dispatch d = {0};
	int64_t max = CALLS_DEFAULT;
	size_t n;
	if (limit && ig_ctl_number(c, limit, 1, INT32_MAX, &max)) return IG_EX_USAGE;
	int code = ig_ctl_words(c, 0, 0);
	if (!code && word) code = ig_ctl_dispatch(c, word, false, &d);
	if (code) return code;
	struct ig_arena *a = ig_arena_new(0); /* the rows' own is emptied row by row */
	if (ig_store_fax_calls(c->store, d.id, max, a, &list, &n) < 0) {
		ig_arena_free(a);
		return ig_ctl_store_failed(c);
	}
	struct ig_ctl_list *l = ig_ctl_list_begin(c, headings);
	for (size_t i = 0; i < n; i++) {
		const struct ig_store_fax_call *x = &list[i];
		if (c->json) {
			ig_ctl_list_json(l, call_json(c, x));
			continue;
		}
		const char *const cells[] = {ig_ctl_time(c, x->started), x->dispatch ? "out" : "in", x->number ? x->number : "-", x->ident ? x->ident : "-",
			ig_arena_fmt(c->arena, "%d/%d", x->pages, x->total), ig_arena_fmt(c->arena, "%d%s", x->rate, x->ecm ? " ECM" : ""), x->result};
		ig_ctl_list_row(l, cells);
	}
	ig_arena_free(a);
	return ig_ctl_list_end(l, "no calls");
}

/* ---- report */

int ig_ctl_fax_report(struct ig_ctl *c)
{
	const char *word = ig_ctl_option(c, "--call");
	struct ig_store_fax_call *list;
	struct ig_dispatch d;
	const void *pdf = NULL;
	size_t n, size = 0;
	int64_t which = 0;
	if (word && ig_ctl_number(c, word, 1, INT32_MAX, &which)) return IG_EX_USAGE;
	if (ig_ctl_words(c, 1, 1)) return IG_EX_USAGE;
	int code = ig_ctl_dispatch(c, c->argv[0], false, &d), found = 0;
	if (code) return code;
	if (ig_store_fax_calls(c->store, d.id, 0, c->arena, &list, &n) < 0) return ig_ctl_store_failed(c);
	/* newest first; the call counts from the oldest */
	if (n && which <= (int64_t)n) found = ig_store_fax_report(c->store, list[which ? n - (size_t)which : 0].id, c->arena, &pdf, &size);
	if (found < 0) return ig_ctl_store_failed(c);
	if (!found) return ig_ctl_fail(c, IG_EX_DATA, "there is no report of %s of %s", which ? ig_arena_fmt(c->arena, "call %lld", (long long)which) : "the last call", c->argv[0]);
	c->out(c, pdf, size);
	return IG_EX_OK;
}

/* ---- lines */

int ig_ctl_fax_lines(struct ig_ctl *c)
{
	static const char *const headings[] = {"LINE", "LISTENS", "LAST CALL", "RESULT", NULL};
	struct ig_store_fax_call *list;
	size_t n;
	if (ig_ctl_words(c, 0, 0)) return IG_EX_USAGE;
	struct ig_arena *a = ig_arena_new(0);
	if (ig_store_fax_calls(c->store, 0, CALLS_DEFAULT * 10, a, &list, &n) < 0) {
		ig_arena_free(a);
		return ig_ctl_store_failed(c);
	}
	struct ig_ctl_list *l = ig_ctl_list_begin(c, headings);
	for (size_t i = 0; i < c->conf->line_count; i++) {
		const struct ig_conf_faxline *line = &c->conf->lines[i];
		const struct ig_store_fax_call *last = NULL;
		char text[IG_TIME_MAX];
		for (size_t k = 0; k < n && !last; k++)
			if (list[k].line && !strcmp(list[k].line, line->name)) last = &list[k];
		const char *const cells[] = {line->name, line->listen, last ? ig_ctl_time(c, last->started) : "-", last ? last->result : "-"};
		if (c->json)
			ig_ctl_list_json(l, json_pack("{s:s,s:s,s:s?,s:s?}", "name", line->name, "listen", line->listen, "last_call",
				last && last->started != IG_NEVER ? ig_time_rfc3339(last->started, text) : NULL, "last_result", last ? last->result : NULL));
		else
			ig_ctl_list_row(l, cells);
	}
	ig_arena_free(a);
	return ig_ctl_list_end(l, "no lines");
}

/* ---- resolve */

int ig_ctl_dispatch_resolve(struct ig_ctl *c)
{
	static const struct { const char *word; enum ig_dispatch_state state; } outcomes[] = {{"sent", IG_DISPATCH_STATE_SENT},
		{"delivered", IG_DISPATCH_STATE_DELIVERED}, {"failed", IG_DISPATCH_STATE_FAILED}, {"again", IG_DISPATCH_STATE_QUEUED}};
	struct ig_dispatch d;
	struct ig_why why = {""};
	const char *reason = ig_ctl_option(c, "--reason");
	int code = ig_ctl_words(c, 2, 2);
	if (!code && !reason) code = ig_ctl_fail(c, IG_EX_USAGE, "a reason is needed");
	if (!code) code = ig_ctl_dispatch(c, c->argv[0], false, &d);
	for (size_t i = 0; !code && i < IG_COUNT(outcomes); i++) {
		if (strcmp(outcomes[i].word, c->argv[1])) continue;
		code = ig_desk_dispatch_resolve(c->desk, d.id, outcomes[i].state, c->actor, reason, &why);
		if (code) ig_ctl_say(c, "%s", why.text);
		return code;
	}
	return code ? code : ig_ctl_fail(c, IG_EX_USAGE, "%s is none of sent, delivered, failed, again", c->argv[1]);
}

/* ---- line test */

static json_t *lines_answer(struct ig_ctl *c)
{
	enum { PATIENCE_MS = 15000 };
	struct ig_note_fax n;
	struct ig_buf body = IG_BUF_INIT(IG_LINK_MAX);
	uint16_t kind;
	int fd = -1;
	bool got = ig_link_read(c->line, &kind, &body, &fd, PATIENCE_MS) == 1 && kind == IG_NOTE_FAX && !ig_note_fax_unpack(&n, body.data, body.len, c->arena) && n.text;
	json_t *list = got ? json_loads(n.text, 0, NULL) : NULL;
	if (fd >= 0) close(fd);
	ig_buf_free(&body);
	return list;
}

static const char *json_text(json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));
	return s ? s : "";
}

static void line_row(struct ig_ctl_list *l, json_t *o)
{
	struct ig_ctl *c = ig_ctl_list_call(l);
	bool wanted = json_is_true(json_object_get(o, "register")), asked = json_is_string(json_object_get(o, "asked"));
	const char *words = json_text(o, "registrar"), *whom = json_text(o, "asked"), *answer = json_text(o, "answer");
	const char *registered = !wanted ? "not wanted" : ig_arena_fmt(c->arena, "%s%s%s", json_is_true(json_object_get(o, "registered")) ? "yes" : "NO", *words ? ": " : "", words);
	const char *answered = !asked ? "nobody to ask" : json_is_true(json_object_get(o, "answered")) ?
		ig_arena_fmt(c->arena, "%s: %s, %lld ms", whom, answer, (long long)json_integer_value(json_object_get(o, "ms"))) :
		ig_arena_fmt(c->arena, "%s: NO: %s", whom, answer);
	const char *const cells[] = {json_text(o, "name"), json_is_true(json_object_get(o, "works")) ? "works" : "FAILS",
		ig_arena_fmt(c->arena, "%s %s", json_text(o, "transport"), json_text(o, "listen")), registered, answered,
		ig_arena_fmt(c->arena, "%lld", (long long)json_integer_value(json_object_get(o, "calls")))};
	ig_ctl_list_row(l, cells);
}

int ig_ctl_line_test(struct ig_ctl *c)
{
	static const char *const headings[] = {"LINE", "", "LISTENS", "REGISTERED", "OTHER SIDE", "CALLS", NULL};
	size_t failing = 0;
	if (ig_ctl_words(c, 0, 1)) return IG_EX_USAGE;
	if (c->conf->fax_transport != IG_FAX_LINE && !c->conf->line_count) return ig_ctl_fail(c, IG_EX_CONFIG, "no telephone line is configured (fax.line)");
	json_t *list = c->line ? lines_answer(c) : NULL;
	if (!list) return ig_ctl_fail(c, IG_EX_UNAVAILABLE, c->line ? "the fax line did not answer; its log says why" : "no fax line runs: lines are open only while the daemon runs");
	if (c->argc && !json_array_size(list)) {
		json_decref(list);
		return ig_ctl_fail(c, IG_EX_DATA, "there is no line %s", c->argv[0]);
	}
	for (size_t i = 0; i < json_array_size(list); i++) failing += !json_is_true(json_object_get(json_array_get(list, i), "works"));
	if (c->json) {
		ig_ctl_json(c, list);
		return failing ? IG_EX_UNAVAILABLE : IG_EX_OK;
	}
	struct ig_ctl_list *l = ig_ctl_list_begin(c, headings);
	for (size_t i = 0; i < json_array_size(list); i++) line_row(l, json_array_get(list, i));
	json_decref(list);
	int code = ig_ctl_list_end(l, "no lines");
	return code ? code : failing ? IG_EX_UNAVAILABLE : IG_EX_OK;
}
