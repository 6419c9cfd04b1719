/* In what form a letter leaves: text in a mail, a mail with pages, pages by fax, pages on paper; with or without a number, signed by key, by hand or not
 * at all. The profile says it for each kind; paper is always numbered and signed by hand. Relies on compose for the page model, on the store for
 * numbers. Draws nothing. */
#include <stdlib.h>
#include <string.h>
#include "desk/room.h"

#define SERIES "letter"

static int hold(struct ig_why *why, const char *text)
{
	ig_why(why, "%s", text);
	return IG_DESK_NUMBER;
}

/* One letter to several addressees is one document: the others bear the number of the first. 0: it is none of them. */
static int64_t number_of(const struct ig_store_letter *l)
{
	json_t *o = l->fields ? json_loads(l->fields, 0, NULL) : NULL;
	int64_t id = json_integer_value(json_object_get(o, "number_of"));
	json_decref(o);
	return id;
}

static int number_share(struct ig_desk *d, int64_t id, int64_t of, struct ig_arena *a, int64_t *number_r, struct ig_why *why)
{
	struct ig_store_letter first;
	char text[IG_DISPATCH_TEXT_MAX];
	if (ig_store_letter_get(d->store, of, a, &first) < 0)
		return -1;
	if (!first.number)
		return hold(why, ig_arena_fmt(a, "it waits for the number of %s, which is the same letter", ig_dispatch_print(of, text)));
	*number_r = first.number;
	return ig_store_letter_number_share(d->store, id, &first);
}

/* The letter's number: the one it has, or the next of our series or of what was lent. One that is asked for holds the letter. It is taken in the
 * transaction of the letter, so that there is neither a gap nor a repeat. */
static int number_give(struct ig_desk *d, const struct ig_dispatch *dispatch, const struct ig_profile *p, ig_time now, struct ig_arena *a, int64_t *number_r,
	struct ig_why *why)
{
	struct ig_store_letter kept;
	char text[IG_DISPATCH_TEXT_MAX];
	struct ig_store_number n = {.series = SERIES, .sign = ig_compose_sign(d->templates, dispatch->letter, p, 0, a), .actor = "clerk", .at = now};
	ig_time_civil(now, &n.year, NULL, NULL, NULL, NULL, NULL, NULL);
	if (ig_store_letter_get(d->store, dispatch->id, a, &kept) < 0)
		return -1;
	*number_r = kept.number;
	if (kept.number)
		return 0;
	int64_t of = number_of(&kept);
	if (of)
		return number_share(d, dispatch->id, of, a, number_r, why);
	ig_dispatch_print(dispatch->id, text);
	switch (p->numbering) {
	case IG_NUMBERING_ASK:
		return hold(why, ig_arena_fmt(a, "it waits for its number: irgatectl letter number %s N", text));
	case IG_NUMBERING_OWN:
		n.from = IG_NUMBER_OWN;
		break;
	case IG_NUMBERING_BLOCK:
		n.from = IG_NUMBER_BLOCK;
		break;
	}
	int got = ig_store_letter_number(d->store, dispatch->id, &n);
	if (got == 0)
		return hold(why, ig_arena_fmt(a, "no number is left of those that were lent: irgatectl letter block FIRST LAST, then dispatch release %s", text));
	*number_r = n.number;
	return got < 0 ? -1 : 0;
}

int ig_desk_form(struct ig_desk *d, const struct ig_dispatch *dispatch, const struct ig_profile *p, bool annexes, ig_time now, struct ig_arena *a,
	struct ig_desk_form *f, struct ig_why *why)
{
	const struct ig_profile_letter *how = ig_profile_letter(p, dispatch->letter);
	bool paper = dispatch->channel == IG_CHANNEL_LETTER, mail = dispatch->channel == IG_CHANNEL_MAIL;
	*f = (struct ig_desk_form){0};
	f->by_key = how->leaves == IG_LEAVES_KEY && d->conf->sign_key && dispatch->channel != IG_CHANNEL_FAX;
	if (ig_desk_is_status(dispatch)) { /* it says what became of a document: no document of ours, no number */
		f->pages = f->only_pages = true;
		return d->conf->edxml_outgoing && p->organ_id && d->draws ? 0 : ig_why(why, "a status message needs letters.edxml_outgoing and the organ_id of the profile") + 2;
	}
	if (ig_desk_is_edxml(dispatch)) { /* Decision 28/2018: only what is digitally signed equals paper */
		f->by_key = f->pages = f->only_pages = true;
		if (!d->conf->edxml_outgoing || !d->conf->sign_key || !p->organ_id) {
			ig_why(why, "an electronic document needs letters.edxml_outgoing, letters.sign_key and the organ_id of the profile");
			return 1;
		}
		return d->draws ? number_give(d, dispatch, p, now, a, &f->number, why) : ig_why(why, "it cannot be drawn: irgate-scribe is not installed") + 2;
	}
	f->by_hand = paper || how->leaves == IG_LEAVES_HAND || (how->leaves == IG_LEAVES_KEY && !f->by_key);
	f->pages = !mail || how->pages || f->by_hand || f->by_key || annexes;
	f->only_pages = !mail || f->by_hand;
	if (f->pages && !d->draws) {
		if (f->only_pages || annexes) {
			ig_why(why, "it cannot be drawn: irgate-scribe is not installed");
			return 1;
		}
		f->pages = false;
	}
	return paper || how->number ? number_give(d, dispatch, p, now, a, &f->number, why) : 0;
}

/* KHẨN and its like (Decree 30/2020, Annex I, box 10b), on pages only: as a person said, else what is urgent by its lane. */
static const char *urgency_of(const struct ig_dispatch *dispatch, const struct ig_desk_letter *l, struct ig_arena *a)
{
	const char *said = json_string_value(json_object_get(l->fields, "urgency"));
	if (said)
		return ig_arena_strdup(a, said);
	return dispatch->lane == IG_LANE_URGENT && strcmp(dispatch->letter, "receipt") != 0 ? "KHẨN" : NULL;
}

/* All addressees of the letter, as they were posted together; else the one it goes to. */
static const char *const *names_of(const struct ig_dispatch *dispatch, const struct ig_desk_letter *l, struct ig_arena *a)
{
	json_t *all = json_object_get(l->fields, "addressees");
	size_t count = json_array_size(all);
	const char **names = ig_arena_calloc(a, (count ? count : 1) + 1, sizeof *names);
	for (size_t i = 0; i < count; i++)
		names[i] = json_string_value(json_array_get(all, i)) ? ig_arena_strdup(a, json_string_value(json_array_get(all, i))) : "";
	if (!count)
		names[0] = l->to_name ? l->to_name : dispatch->address;
	return names;
}

/* Tables and plots, on pages after the letter's own, each with what it belongs to at its head; the gate reads them with the letter. */
static void annexes_set(struct ig_desk *d, json_t *page, const struct ig_letter *letter, const struct ig_desk_letter *l, const struct ig_desk_form *f, ig_time now,
	struct ig_arena *a)
{
	json_t *all = json_deep_copy(json_object_get(l->fields, "annexes")), *annex;
	size_t i;
	int y, m, day;
	ig_time_civil(now, &y, &m, &day, NULL, NULL, NULL, NULL);
	json_array_foreach(all, i, annex) {
		bool english = json_string_value(json_object_get(annex, "language")) && !strcmp(json_string_value(json_object_get(annex, "language")), "en");
		const char *number = f->number ? ig_compose_sign(d->templates, letter->kind, l->profile, f->number, a) : NULL;
		const char *words = ig_arena_fmt(a, english ? "Annex to our letter%s%s of %02d/%02d/%04d" : "Phụ lục kèm theo văn bản%s%s ngày %02d/%02d/%04d",
			number ? english ? " No. " : " số " : "", number ? number : "", day, m, y);
		if (!json_object_get(annex, "lead"))
			json_object_set_new(annex, "lead", json_array());
		json_array_insert_new(json_object_get(annex, "lead"), 0, json_string(words));
	}
	if (all)
		json_object_set_new(page, "annexes", all);
}

int ig_desk_page_model(struct ig_desk *d, struct ig_dispatch *dispatch, const struct ig_letter *letter, const struct ig_desk_letter *l,
	const struct ig_desk_form *f, ig_time now, struct ig_arena *a, const char **model_r, struct ig_why *why)
{
	const struct ig_page_head head = {.number = f->number, .date = now, .to = names_of(dispatch, l, a), .reference = l->incident ? ig_desk_ref(l->incident, a) : NULL,
		.urgency = urgency_of(dispatch, l, a), .by_key = f->by_key, .picture = f->by_key,
		.fax_to = dispatch->channel == IG_CHANNEL_FAX ? dispatch->address : NULL};
	json_t *page = NULL;
	if (ig_compose_page(d->templates, letter, &head, &page, why))
		return 1;
	if (f->by_hand)
		json_object_set_new(page, "by_hand", json_true());
	annexes_set(d, page, letter, l, f, now, a);
	char *text = json_dumps(page, JSON_COMPACT | JSON_SORT_KEYS);
	if (f->only_pages)
		dispatch->subject = ig_arena_strdup(a, json_string_value(json_object_get(page, "subject")) ? json_string_value(json_object_get(page, "subject")) : "");
	json_decref(page);
	*model_r = text ? ig_arena_strdup(a, text) : NULL;
	free(text);
	return *model_r ? 0 : 1;
}

/* ---- what a person says of numbers */

struct same { struct ig_desk *d; int64_t of, ids[64]; size_t count; };

static int is_same(const struct ig_dispatch *dispatch, void *arg)
{
	struct same *s = arg;
	struct ig_store_letter l;
	struct ig_arena *a = ig_arena_new(0);
	int found = ig_store_letter_get(s->d->store, dispatch->id, a, &l);
	if (found > 0 && number_of(&l) == s->of && s->count < IG_COUNT(s->ids))
		s->ids[s->count++] = dispatch->id;
	ig_arena_free(a);
	return found < 0;
}

/* The same letter to its other addressees goes on too. */
static int others(struct ig_desk *d, int64_t of, int64_t incident, const char *actor, const char *words)
{
	struct same s = {.d = d, .of = of};
	struct ig_dispatch_filter held = {.incident = incident, .by_state = true, .state = IG_DISPATCH_STATE_HELD};
	struct ig_why ignored; /* what is held for another reason stays held, and says it */
	if (ig_store_dispatch_list(d->store, &held, is_same, &s) < 0)
		return -1;
	for (size_t i = 0; i < s.count; i++)
		if (ig_desk_numbered(d, s.ids[i], actor, words, &ignored) < 0)
			return -1;
	return 0;
}

static int number(struct ig_desk *d, int64_t id, int64_t wanted, const char *actor, struct ig_why *why)
{
	struct ig_desk_held h;
	struct ig_store_letter kept;
	struct ig_verdict *verdicts = NULL;
	size_t count = 0;
	char text[IG_DISPATCH_TEXT_MAX];
	ig_time now = ig_now();
	int code = ig_desk_held_load(d, id, &h, why);
	if (code)
		return code;
	ig_dispatch_print(id, text);
	if (ig_store_letter_get(d->store, id, d->arena, &kept) < 0 || ig_store_verdicts(d->store, id, d->arena, &verdicts, &count) < 0)
		return -1;
	if (h.dispatch.state != IG_DISPATCH_STATE_HELD || kept.number) {
		if (kept.number)
			ig_why(why, "%s has a number already: %lld/%s", text, (long long)kept.number, kept.sign ? kept.sign : "");
		else
			ig_why(why, "%s is %s: only a letter that is held can be numbered", text, ig_dispatch_state_word(h.dispatch.state));
		return IG_EX_DATA;
	}
	const struct ig_profile *p = ig_conf_profile_at(d->conf, now);
	struct ig_store_number n = {.from = IG_NUMBER_ASK, .series = SERIES, .number = wanted, .actor = actor, .at = now,
		.sign = ig_compose_sign(d->templates, h.dispatch.letter, p, 0, d->arena)};
	ig_time_civil(now, &n.year, NULL, NULL, NULL, NULL, NULL, NULL);
	int got = ig_store_letter_number(d->store, id, &n);
	if (got <= 0) {
		if (!got)
			ig_why(why, "number %lld of %d was given before", (long long)wanted, n.year);
		return got < 0 ? -1 : IG_EX_DATA;
	}
	const char *words = ig_arena_fmt(d->arena, "number %s", ig_compose_sign(d->templates, h.dispatch.letter, p, wanted, d->arena));
	if (ig_desk_journal(d, actor, "letter number", text, words))
		return -1;
	/* what was held for something else too stays held */
	if (!count || strcmp(verdicts[count - 1].rule, "number") != 0)
		return 0;
	code = ig_desk_numbered(d, id, actor, words, why);
	if (code)
		return code == IG_EX_DATA ? 0 : code;
	return others(d, id, h.dispatch.incident, actor, words);
}

int ig_desk_letter_number(struct ig_desk *d, int64_t dispatch, int64_t n, const char *actor, struct ig_why *why)
{
	int code = ig_desk_act_begin(d, why);
	return code ? code : ig_desk_act_end(d, number(d, dispatch, n, actor, why), why);
}

static int block(struct ig_desk *d, int year, int64_t first, int64_t last, const char *actor, struct ig_why *why)
{
	struct ig_store_number n = {.series = SERIES, .year = year, .number = first, .actor = actor, .at = ig_now()};
	int got = ig_store_number_block(d->store, &n, last);
	if (got < 0)
		return -1;
	if (!got) {
		ig_why(why, "of the numbers %lld to %lld of %d some are known already", (long long)first, (long long)last, year);
		return IG_EX_DATA;
	}
	return ig_desk_journal(d, actor, "letter block", ig_arena_fmt(d->arena, "%d", year), ig_arena_fmt(d->arena, "%lld to %lld", (long long)first, (long long)last));
}

int ig_desk_letter_block(struct ig_desk *d, int year, int64_t first, int64_t last, const char *actor, struct ig_why *why)
{
	int code = ig_desk_act_begin(d, why);
	return code ? code : ig_desk_act_end(d, block(d, year, first, last, actor, why), why);
}
