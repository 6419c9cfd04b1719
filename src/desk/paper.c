/* Letters that a person signs and posts: their facts beside the PDF, the duty, and what is said when one was posted. Relies on the page model, which
 * says of a letter that it is signed by hand. Prints nothing. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include "desk/room.h"

static bool by_hand(const struct ig_store_letter *l)
{
	json_t *page = l->page ? json_loads(l->page, 0, NULL) : NULL;
	bool is = json_is_true(json_object_get(page, "by_hand"));
	json_decref(page);
	return is;
}

static json_t *facts_of(struct ig_desk *d, const struct ig_dispatch *dispatch, const struct ig_store_letter *l, int pages, struct ig_arena *a)
{
	struct ig_party party;
	struct ig_incident i;
	char text[IG_DISPATCH_TEXT_MAX], dated[IG_TIME_MAX];
	json_t *o = json_pack("{s:s, s:s, s:s, s:i, s:s?}", "dispatch", ig_dispatch_print(dispatch->id, text), "letter", dispatch->letter, "channel",
		ig_channel_word(dispatch->channel), "pages", pages, "address", dispatch->address);
	if (dispatch->party && ig_store_party_get(d->store, dispatch->party, a, &party) == 1)
		json_object_set_new(o, "party", json_string(party.name));
	if (dispatch->incident && ig_store_incident_get(d->store, dispatch->incident, a, &i) == 1)
		json_object_set_new(o, "incident", json_string(ig_desk_ref(&i, a)));
	if (dispatch->subject)
		json_object_set_new(o, "subject", json_string(dispatch->subject));
	if (l->number)
		json_object_set_new(o, "number", json_string(ig_arena_fmt(a, "%02lld/%s", (long long)l->number, l->sign ? l->sign : "")));
	if (l->dated != IG_NEVER)
		json_object_set_new(o, "date", json_string(ig_time_rfc3339(l->dated, dated)));
	return o;
}

int ig_desk_paper(struct ig_desk *d, int64_t id, int pages, struct ig_arena *a, struct ig_desk_paper *p)
{
	struct ig_store_letter l;
	struct ig_dispatch dispatch;
	char text[IG_DISPATCH_TEXT_MAX];
	int found = ig_store_letter_get(d->store, id, a, &l);
	int there = found > 0 ? ig_store_dispatch_get(d->store, id, false, a, &dispatch) : found;
	if (there <= 0 || dispatch.state != IG_DISPATCH_STATE_QUEUED || !by_hand(&l)) /* cancelled meanwhile: nothing is printed */
		return there < 0 ? -1 : 0;
	json_t *o = facts_of(d, &dispatch, &l, pages, a);
	char *facts = json_dumps(o, JSON_INDENT(1) | JSON_SORT_KEYS);
	json_decref(o);
	*p = (struct ig_desk_paper){.name = ig_arena_strdup(a, ig_dispatch_print(id, text)), .facts = facts ? ig_arena_strdup(a, facts) : "{}"};
	free(facts);
	return 1;
}

static const char *duty_words(int64_t id, struct ig_arena *a)
{
	char text[IG_DISPATCH_TEXT_MAX];
	return ig_arena_fmt(a, "sign and post %s, then: dispatch posted", ig_dispatch_print(id, text));
}

/* Decree 30/2020, Article 18: documents leave the day they are signed, at the latest the next working day; urgent ones at once. */
int ig_desk_printed(struct ig_desk *d, const struct ig_dispatch *dispatch)
{
	static const char why[] = "it is printed: sign, seal and post it, then: irgatectl dispatch posted";
	struct ig_store_letter l;
	ig_time now = ig_now();
	const struct ig_profile *p = ig_conf_profile_at(d->conf, now);
	if (ig_store_letter_get(d->store, dispatch->id, d->arena, &l) < 0)
		return -1;
	if (!by_hand(&l) || dispatch->state != IG_DISPATCH_STATE_QUEUED)
		return 0;
	struct ig_duty duty = {.incident = dispatch->incident, .what = duty_words(dispatch->id, d->arena), .owner = "officer",
		.basis = p->layout == IG_LAYOUT_2020 ? "Nghị định 30/2020/NĐ-CP, Điều 18" : "rule of the office",
		.due = dispatch->lane == IG_LANE_URGENT ? now : ig_calendar_add(p, now, 1, IG_UNIT_WORKING_DAY), .done_at = IG_NEVER, .created_at = now};
	if (ig_store_dispatch_set_state(d->store, dispatch->id, IG_DISPATCH_STATE_HELD, why, IG_NEVER) < 0 ||
		ig_store_verdict_add(d->store, dispatch->id, "post", ig_dispatch_state_word(IG_DISPATCH_STATE_HELD), why, now, "clerk") < 0)
		return -1;
	return ig_store_duty_add(d->store, &duty) < 0 ? -1 : 0;
}

struct finding { const char *what; int64_t duty; };

static int is_duty(const struct ig_duty *duty, void *arg)
{
	struct finding *f = arg;
	if (duty->what && !strcmp(duty->what, f->what))
		f->duty = duty->id;
	return f->duty != 0;
}

static int posted(struct ig_desk *d, int64_t id, const char *proof, const char *actor, struct ig_why *why)
{
	struct ig_dispatch dispatch;
	struct ig_store_letter l;
	char text[IG_DISPATCH_TEXT_MAX];
	ig_time now = ig_now();
	int found = ig_store_dispatch_get(d->store, id, false, d->arena, &dispatch);
	int kept = found > 0 ? ig_store_letter_get(d->store, id, d->arena, &l) : found;
	if (found < 0 || kept < 0)
		return -1;
	ig_dispatch_print(id, text);
	if (!found || !kept || !by_hand(&l) || !l.drawing || strcmp(l.drawing, "done") != 0 || dispatch.state != IG_DISPATCH_STATE_HELD) {
		ig_why(why, found ? "%s is no letter that was printed and waits to be posted" : "there is no dispatch %s", text);
		return IG_EX_DATA;
	}
	struct finding f = {.what = duty_words(id, d->arena)};
	struct ig_duty_filter open = {.open_only = true, .incident = dispatch.incident, .due_before = IG_NEVER};
	struct ig_attempt at = {.at = now, .outcome = IG_OK, .code = "posted", .text = proof};
	if (ig_store_duty_list(d->store, &open, is_duty, &f) < 0 || (f.duty && ig_store_duty_done(d->store, f.duty, now, actor) < 0) ||
		ig_store_attempt_add(d->store, id, &at) < 0 || ig_store_dispatch_set_state(d->store, id, IG_DISPATCH_STATE_SENT, NULL, IG_NEVER) < 0 ||
		ig_store_verdict_add(d->store, id, "posted", ig_dispatch_state_word(IG_DISPATCH_STATE_SENT), proof, now, actor) < 0 ||
		ig_desk_left(d, &dispatch, now))
		return -1;
	return ig_desk_journal(d, actor, "dispatch posted", text, proof);
}

int ig_desk_posted(struct ig_desk *d, int64_t dispatch, const char *proof, const char *actor, struct ig_why *why)
{
	int code = ig_desk_act_begin(d, why);
	return code ? code : ig_desk_act_end(d, posted(d, dispatch, proof, actor, why), why);
}
