/* irgatectl dispatch: list, show, raw, release, cancel; and the life cycle itself. */
#include "config.h"
#include <string.h>
#include "ctl/books.h"
#include "ctl/room.h"
#include "model/dispatch_states.h"
#include "model/nouns_json.h"

static json_t *dispatch_json(struct ig_ctl *c, const struct ig_dispatch *d)
{
	struct ig_party p;
	const char *name = d->party && ig_store_party_get(c->store, d->party, c->arena, &p) == 1 ? p.name : NULL;
	return ig_dispatch_json(d, ig_ctl_ref_of(c, d->incident), name);
}

static int list_row(const struct ig_dispatch *row, void *arg)
{
	struct ig_ctl_list **l = arg;
	struct ig_ctl *c = ig_ctl_list_call(*l);
	struct ig_dispatch full = *row;
	char id[IG_DISPATCH_TEXT_MAX];
	if (c->json && ig_store_dispatch_get(c->store, row->id, false, c->arena, &full) != 1) /* with its attempts */
		full = *row;
	ig_ctl_mask_dispatch(c, &full);
	row = &full;
	if (c->json) {
		ig_ctl_list_json(*l, dispatch_json(c, row));
		return 0;
	}
	const char *ref = ig_ctl_ref_of(c, row->incident);
	const char *const cells[] = {ig_dispatch_print(row->id, id), ig_dispatch_state_word(row->state), row->letter, ref ? ref : "-", ig_ctl_time(c, row->created_at),
		row->address ? row->address : "-", row->why ? row->why : ""};
	ig_ctl_list_row(*l, cells);
	return 0;
}

int ig_ctl_dispatch_list(struct ig_ctl *c)
{
	static const char *const headings[] = {"ID", "STATE", "LETTER", "INCIDENT", "~MADE", "TO", "WHY", NULL};
	struct ig_dispatch_filter f = {0};
	const char *state = ig_ctl_option(c, "--state");
	if (state && ig_dispatch_state_parse(state, &f.state)) return ig_ctl_fail(c, IG_EX_USAGE, "%s is not a state of a dispatch; see irgatectl states", state);
	f.by_state = state;
	int code = ig_ctl_filter(c, &f.incident, &f.limit);
	if (code) return code;
	struct ig_ctl_list *l = ig_ctl_list_begin(c, headings);
	if (ig_store_dispatch_list(c->store, &f, list_row, &l) < 0) return ig_ctl_store_failed(c);
	return ig_ctl_list_end(l, "no dispatches");
}

int ig_ctl_dispatch_show(struct ig_ctl *c)
{
	struct ig_dispatch d;
	struct ig_verdict *verdicts;
	size_t n;
	char text[IG_DISPATCH_TEXT_MAX];
	if (ig_ctl_words(c, 1, 1)) return IG_EX_USAGE;
	int code = ig_ctl_dispatch(c, c->argv[0], false, &d);
	if (code) return code;
	if (c->json) {
		ig_ctl_json(c, dispatch_json(c, &d));
		return IG_EX_OK;
	}
	const char *ref = ig_ctl_ref_of(c, d.incident);
	ig_ctl_print(c, "%s%s%s  %s %s to %s by %s%s%s\n", ig_ctl_bold(c), ig_dispatch_print(d.id, text), ig_ctl_plain(c), d.letter, ig_dispatch_state_word(d.state),
		d.address ? d.address : "-", ig_channel_word(d.channel), d.why ? ": " : "", d.why ? d.why : "");
	ig_ctl_print(c, "  incident %s  made %s  not before %s\n  subject: %s\n  Message-ID: %s\n", ref ? ref : "none", ig_ctl_time(c, d.created_at),
		ig_ctl_time(c, d.not_before), d.subject ? d.subject : "-", d.message_id ? d.message_id : "-");
	if (!ig_store_verdicts(c->store, d.id, c->arena, &verdicts, &n))
		for (size_t k = 0; k < n; k++)
			ig_ctl_print(c, "  verdict %s %s by %s: %s%s%s\n", ig_ctl_time(c, verdicts[k].at), verdicts[k].state, verdicts[k].actor ? verdicts[k].actor : "-", verdicts[k].rule,
				verdicts[k].why ? ": " : "", verdicts[k].why ? verdicts[k].why : "");
	for (int k = 0; k < d.attempt_count && d.attempts; k++)
		ig_ctl_print(c, "  attempt %s %s %s %s\n", ig_ctl_time(c, d.attempts[k].at), ig_outcome_word(d.attempts[k].outcome), d.attempts[k].code, d.attempts[k].text);
	return IG_EX_OK;
}

int ig_ctl_dispatch_raw(struct ig_ctl *c)
{
	struct ig_dispatch d;
	if (ig_ctl_words(c, 1, 1)) return IG_EX_USAGE;
	int code = ig_ctl_dispatch(c, c->argv[0], true, &d);
	if (code) return code;
	if (!d.bytes) return ig_ctl_fail(c, IG_EX_DATA, "%s has no bytes yet", c->argv[0]);
	c->out(c, d.bytes, d.size);
	return IG_EX_OK;
}

typedef int act_of(struct ig_desk *d, int64_t dispatch, const char *actor, const char *reason, struct ig_why *why);

static int with_reason(struct ig_ctl *c, act_of *act)
{
	struct ig_dispatch d;
	struct ig_why why = {""};
	const char *reason = ig_ctl_option(c, "--reason");
	int code = ig_ctl_words(c, 1, 1);
	if (!code && !reason) code = ig_ctl_fail(c, IG_EX_USAGE, "a reason is needed");
	if (!code) code = ig_ctl_dispatch(c, c->argv[0], false, &d);
	if (!code && (code = act(c->desk, d.id, c->actor, reason, &why))) ig_ctl_say(c, "%s", why.text);
	return code;
}

int ig_ctl_dispatch_release(struct ig_ctl *c) { return with_reason(c, ig_desk_dispatch_release); }
int ig_ctl_dispatch_cancel(struct ig_ctl *c) { return with_reason(c, ig_desk_dispatch_cancel); }

int ig_ctl_states(struct ig_ctl *c)
{
	static const char *const headings[] = {"FROM", "TO", "WHEN", NULL};
	size_t n;
	const struct ig_dispatch_step *steps = ig_dispatch_steps(&n);
	struct ig_ctl_list *l = ig_ctl_list_begin(c, headings);
	for (size_t i = 0; i < n; i++) {
		const char *const cells[] = {ig_dispatch_state_word(steps[i].from), ig_dispatch_state_word(steps[i].to), steps[i].when};
		if (c->json) ig_ctl_list_json(l, json_pack("{s:s,s:s,s:s}", "from", cells[0], "to", cells[1], "when", cells[2]));
		else ig_ctl_list_row(l, cells);
	}
	return ig_ctl_list_end(l, "");
}
