/* irgatectl letter: send, number, block, file; and dispatch posted. */
#include "config.h"
#include <stdlib.h>
#include <string.h>
#include "base/utf8.h"
#include "ctl/room.h"

enum { NUMBER_MAX = 9999999 };

int ig_ctl_dispatch_posted(struct ig_ctl *c)
{
	struct ig_dispatch d;
	struct ig_why why = {""};
	const char *proof = ig_ctl_option(c, "--proof");
	int code = ig_ctl_words(c, 1, 1);
	if (!code && (!proof || !*proof)) code = ig_ctl_fail(c, IG_EX_USAGE, "a proof is needed: the number of the registered letter, or who took it when");
	if (!code) code = ig_ctl_dispatch(c, c->argv[0], false, &d);
	if (!code && (code = ig_desk_posted(c->desk, d.id, proof, c->actor, &why))) ig_ctl_say(c, "%s", why.text);
	return code;
}

int ig_ctl_letter_number(struct ig_ctl *c)
{
	struct ig_dispatch d;
	struct ig_why why = {""};
	int64_t n;
	if (ig_ctl_words(c, 2, 2) || ig_ctl_number(c, c->argv[1], 1, NUMBER_MAX, &n)) return IG_EX_USAGE;
	int code = ig_ctl_dispatch(c, c->argv[0], false, &d);
	if (!code) code = ig_desk_letter_number(c->desk, d.id, n, c->actor, &why);
	if (*why.text) ig_ctl_say(c, "%s", why.text);
	return code;
}

int ig_ctl_letter_block(struct ig_ctl *c)
{
	struct ig_why why = {""};
	const char *year_word = ig_ctl_option(c, "--year");
	int64_t first, last, year;
	int this_year;
	ig_time_civil(ig_now(), &this_year, NULL, NULL, NULL, NULL, NULL, NULL);
	year = this_year;
	if (ig_ctl_words(c, 2, 2) || ig_ctl_number(c, c->argv[0], 1, NUMBER_MAX, &first) || ig_ctl_number(c, c->argv[1], first, NUMBER_MAX, &last) ||
		(year_word && ig_ctl_number(c, year_word, 2000, 2999, &year)))
		return IG_EX_USAGE;
	int code = ig_desk_letter_block(c->desk, (int)year, first, last, c->actor, &why);
	if (code) ig_ctl_say(c, "%s", why.text);
	return code;
}

int ig_ctl_letter_file(struct ig_ctl *c)
{
	static const char *const kinds[] = {"pdf", "tiff"};
	struct ig_dispatch d;
	const void *bytes = NULL;
	size_t size = 0;
	int pages, found = 0;
	if (ig_ctl_words(c, 1, 1)) return IG_EX_USAGE;
	int code = ig_ctl_dispatch(c, c->argv[0], false, &d);
	if (code) return code;
	for (size_t i = 0; !found && i < IG_COUNT(kinds); i++) found = ig_store_letter_file(c->store, d.id, kinds[i], c->arena, &bytes, &size, &pages);
	if (found < 0) return ig_ctl_store_failed(c);
	if (!found) return ig_ctl_fail(c, IG_EX_DATA, "%s has no pages", c->argv[0]);
	c->out(c, bytes, size);
	return IG_EX_OK;
}

/* "system.name=Cổng": an object for each point; a list of texts grows by "questions=...". */
static int set_fact(struct ig_ctl *c, json_t *facts, const char *word)
{
	static const char *const lists[] = {"questions", "asks", "recommendations", "measures", "attachments"};
	const char *eq = strchr(word, '=');
	if (!eq || eq == word || !ig_utf8_valid(word, strlen(word))) return ig_ctl_fail(c, IG_EX_USAGE, "--set wants NAME=VALUE, not %s", word);
	char *name = ig_arena_strndup(c->arena, word, (size_t)(eq - word));
	json_t *value = json_string(ig_utf8_nfc(c->arena, eq + 1, strlen(eq + 1)));
	for (size_t i = 0; i < IG_COUNT(lists); i++) {
		if (strcmp(name, lists[i])) continue;
		if (!json_object_get(facts, name)) json_object_set_new(facts, name, json_array());
		json_array_append_new(json_object_get(facts, name), json_pack("{s:o}", "text", value));
		return IG_EX_OK;
	}
	char *dot = strchr(name, '.');
	if (!dot) {
		json_object_set_new(facts, name, !strcmp(eq + 1, "true") ? (json_decref(value), json_true()) : value);
		return IG_EX_OK;
	}
	*dot = 0;
	if (!json_is_object(json_object_get(facts, name))) json_object_set_new(facts, name, json_object());
	json_object_set_new(json_object_get(facts, name), dot + 1, value);
	return IG_EX_OK;
}

static int facts_take(struct ig_ctl *c, json_t **facts_r)
{
	json_error_t error;
	const char *file = ig_ctl_option(c, "--facts"), *word;
	*facts_r = file ? json_load_file(file, 0, &error) : json_object();
	if (!*facts_r) return ig_ctl_fail(c, IG_EX_DATA, "%s:%d: %s", file, error.line > 0 ? error.line : 1, error.text);
	int code = IG_EX_OK;
	while (!code && (word = ig_ctl_option(c, "--set"))) code = set_fact(c, *facts_r, word);
	return code;
}

enum { ADDRESSEES_MAX = 32 };

void ig_ctl_letter_made(struct ig_ctl *c, int64_t dispatch)
{
	struct ig_dispatch d;
	char text[IG_DISPATCH_TEXT_MAX];
	if (ig_store_dispatch_get(c->store, dispatch, false, c->arena, &d) == 1)
		ig_ctl_print(c, "%s %s%s%s\n", ig_dispatch_print(dispatch, text), ig_dispatch_state_word(d.state), d.why ? ": " : "", d.why ? d.why : "");
}

static int post(struct ig_ctl *c, struct ig_desk_post *p, const struct ig_party *to, size_t count)
{
	struct ig_why why = {""};
	int64_t ids[ADDRESSEES_MAX] = {0};
	int code;
	if (count) {
		code = ig_desk_post_each(c->desk, p, to, count, ids, &why);
	} else {
		code = ig_desk_post_act(c->desk, p, ids, &why);
		p->fields = NULL; /* taken over */
	}
	if (code) return ig_ctl_fail(c, code, "%s", why.text);
	for (size_t i = 0; i < (count ? count : 1); i++) ig_ctl_letter_made(c, ids[i]);
	return IG_EX_OK;
}

/* --urgency as it is typed, with or without marks, in either language; NULL: no such stamp. */
const char *ig_ctl_urgency(struct ig_ctl *c, const char *word)
{
	static const struct { const char *plain, *english, *stamp; } all[] = {{"hoatoc", "express", "HỎA TỐC"}, {"thuongkhan", "veryurgent", "THƯỢNG KHẨN"}, {"khan", "urgent", "KHẨN"}};
	char *plain = ig_utf8_fold(c->arena, word, strlen(word)), *to = plain;
	for (const char *p = plain; *p; p++)
		if (*p >= 'a' && *p <= 'z') *to++ = *p;
	*to = 0;
	for (size_t i = 0; i < IG_COUNT(all); i++)
		if (!strcmp(plain, all[i].plain) || !strcmp(plain, all[i].english)) return all[i].stamp;
	return NULL;
}

int ig_ctl_letter_send(struct ig_ctl *c)
{
	struct ig_desk_post p = {.actor = c->actor, .channel = IG_CHANNEL_MAIL, .lane = IG_LANE_NORMAL};
	const char *names[ADDRESSEES_MAX + 1];
	struct ig_party to[ADDRESSEES_MAX];
	struct ig_incident i;
	size_t count = 0;
	while (count <= ADDRESSEES_MAX && (names[count] = ig_ctl_option(c, "--to"))) count++;
	p.address = ig_ctl_option(c, "--address");
	p.language = ig_ctl_option(c, "--lang");
	p.form = ig_ctl_flag(c, "--form") ? "initial-report" : NULL;
	const char *hurry = ig_ctl_option(c, "--urgency"), *stamp = hurry ? ig_ctl_urgency(c, hurry) : NULL;
	int code = facts_take(c, &p.fields);
	if (!code && hurry && !stamp) code = ig_ctl_fail(c, IG_EX_USAGE, "--urgency is hoa-toc, thuong-khan or khan, not %s", hurry);
	if (stamp && !code) {
		json_object_set_new(p.fields, "urgency", json_string(stamp));
		p.lane = IG_LANE_URGENT;
	}
	if (!code) code = ig_ctl_words(c, 2, 2);
	if (!code && (!count == !p.address || count > ADDRESSEES_MAX))
		code = ig_ctl_fail(c, IG_EX_USAGE, "say --to PARTY (at most %d times) or --address ADDRESS", ADDRESSEES_MAX);
	if (!code) p.kind = c->argv[0];
	if (!code && strcmp(c->argv[1], "none") && !(code = ig_ctl_incident(c, c->argv[1], &i))) p.incident = i.id;
	for (size_t k = 0; !code && k < count; k++) code = ig_ctl_party(c, names[k], &to[k]);
	if (!code) code = post(c, &p, to, count);
	json_decref(p.fields);
	return code;
}
