/* irgatectl audit: the journal proved, and what an auditor asks first. */
#include "config.h"
#include <string.h>
#include "ctl/books.h"
#include "ctl/sheet.h"
#include "store/books.h"

struct audit {
	struct ig_ctl *c;
	struct ig_ctl_span span;
	json_t *acts, *reads, *refused, *findings, *secrecy;
	int broken;
};

static void finding(const char *text, void *arg)
{
	struct audit *a = arg;
	if (strncmp(text, "journal", 7)) return;
	a->broken++;
	json_array_append_new(a->findings, json_string(text));
}

static int row(const struct ig_journal_row *r, void *arg)
{
	static const char *const about_secrecy[] = {"incident disclose", "incident undisclose", "message seal", "message unseal", "evidence redact", "restore", "restore end"};
	struct audit *a = arg;
	char at[IG_TIME_MAX];
	if (r->at < a->span.from || r->at >= a->span.to) return 0;
	json_t *one = json_pack("{s:s,s:s?,s:s?,s:s?,s:s?}", "at", ig_time_rfc3339(r->at, at), "actor", r->actor, "act", r->act, "object", r->object, "detail", r->detail);
	json_t *who = json_object_get(a->acts, r->actor);
	if (!who) json_object_set_new(a->acts, r->actor, who = json_object());
	json_object_set_new(who, r->act, json_integer(json_integer_value(json_object_get(who, r->act)) + 1));
	if (!strcmp(r->act, "read")) json_array_append(a->reads, one);
	for (size_t i = 0; i < IG_COUNT(about_secrecy); i++)
		if (!strcmp(r->act, about_secrecy[i])) json_array_append(a->secrecy, one);
	json_decref(one);
	return 0;
}

static json_t *list_of(const char *const *names)
{
	json_t *o = json_array();
	for (; names && *names; names++) json_array_append_new(o, json_string(*names));
	return o;
}

static void print_rows(struct ig_ctl *c, const char *title, json_t *rows)
{
	ig_ctl_print(c, "%s%s%s: %zu\n", ig_ctl_bold(c), title, ig_ctl_plain(c), json_array_size(rows));
	for (size_t i = 0; i < json_array_size(rows); i++) {
		json_t *r = json_array_get(rows, i);
#define TEXT(k) (json_string_value(json_object_get(r, k)) ? json_string_value(json_object_get(r, k)) : "-")
		ig_ctl_print(c, "  %s  %s  %s  %s  %s\n", TEXT("at"), TEXT("actor"), TEXT("act"), TEXT("object"), TEXT("detail"));
	}
}

static void print_all(struct ig_ctl *c, struct audit *a)
{
	const char *who, *act;
	json_t *acts, *n;
	ig_ctl_print(c, "%sJournal%s %s to %s: %s\n", ig_ctl_bold(c), ig_ctl_plain(c), a->span.first, a->span.last, a->broken ? "BROKEN" : "whole, every row chained");
	for (size_t i = 0; i < json_array_size(a->findings); i++) ig_ctl_print(c, "  %s%s%s\n", ig_ctl_red(c), json_string_value(json_array_get(a->findings, i)), ig_ctl_plain(c));
	json_object_foreach(a->acts, who, acts) {
		ig_ctl_print(c, "%s\n", who);
		json_object_foreach(acts, act, n) ig_ctl_print(c, "  %6lld  %s\n", (long long)json_integer_value(n), act);
	}
	print_rows(c, "Reads of secret cases", a->reads);
	print_rows(c, "Exceptions, sealing, removals, restores", a->secrecy);
}

int ig_ctl_audit(struct ig_ctl *c)
{
	struct audit a = {.c = c, .acts = json_object(), .reads = json_array(), .findings = json_array(), .secrecy = json_array()};
	int code = ig_ctl_span(c, &a.span);
	if (!code) code = ig_ctl_words(c, 0, 0);
	if (!code && (ig_store_check(c->store, finding, &a) < 0 || ig_store_journal_list(c->store, NULL, 0, row, &a) < 0)) code = ig_ctl_store_failed(c);
	if (!code && c->json)
		ig_ctl_json(c, json_pack("{s:s,s:s,s:b,s:O,s:O,s:O,s:O,s:{s:o,s:o,s:o}}", "from", a.span.first, "to", a.span.last, "whole", !a.broken, "findings", a.findings, "actors",
			a.acts, "reads", a.reads, "secrecy", a.secrecy, "rights", "chiefs", list_of(c->conf->chiefs), "officers", list_of(c->conf->officers), "auditors",
			list_of(c->conf->auditors)));
	else if (!code)
		print_all(c, &a);
	json_decref(a.acts);
	json_decref(a.reads);
	json_decref(a.findings);
	json_decref(a.secrecy);
	return code ? code : a.broken ? IG_EX_DATA : IG_EX_OK;
}
