/* irgatectl letter: send, number, block, file; and dispatch posted. */
#include "config.h"
#include <errno.h>
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

static int send_it(struct ig_ctl *c, struct ig_desk_post *p, const char *to)
{
	struct ig_incident i;
	struct ig_party party;
	struct ig_why why = {""};
	int64_t dispatch = 0;
	char text[IG_DISPATCH_TEXT_MAX];
	int code = ig_ctl_words(c, 2, 2);
	if (!code && !to == !p->address) code = ig_ctl_fail(c, IG_EX_USAGE, "say --to PARTY or --address ADDRESS");
	if (!code) p->kind = c->argv[0];
	if (!code && strcmp(c->argv[1], "none") && !(code = ig_ctl_incident(c, c->argv[1], &i))) p->incident = i.id;
	if (!code && to && !(code = ig_ctl_party(c, to, &party))) p->party = party.id;
	if (code) {
		json_decref(p->fields);
		return code;
	}
	code = ig_desk_post_act(c->desk, p, &dispatch, &why);
	if (code) return ig_ctl_fail(c, code, "%s", why.text);
	struct ig_dispatch d;
	if (ig_store_dispatch_get(c->store, dispatch, false, c->arena, &d) == 1)
		ig_ctl_print(c, "%s %s%s%s\n", ig_dispatch_print(dispatch, text), ig_dispatch_state_word(d.state), d.why ? ": " : "", d.why ? d.why : "");
	return IG_EX_OK;
}

int ig_ctl_letter_send(struct ig_ctl *c)
{
	struct ig_desk_post p = {.actor = c->actor, .channel = IG_CHANNEL_MAIL, .lane = IG_LANE_NORMAL};
	const char *to = ig_ctl_option(c, "--to");
	p.address = ig_ctl_option(c, "--address");
	p.language = ig_ctl_option(c, "--lang");
	int code = facts_take(c, &p.fields);
	if (code) {
		json_decref(p.fields);
		return code;
	}
	return send_it(c, &p, to);
}
