/* irgatectl event send: one letter a party with the events of its networks. Relies on the desk for the letter; here are its words only. */
#include "config.h"
#include <stdlib.h>
#include "ctl/room.h"

static int to_party(struct ig_ctl *c, const struct ig_party *p, ig_time since, ig_time until)
{
	struct ig_desk_tell t = {.party = p->id, .since = since, .until = until, .actor = c->actor};
	struct ig_why why = {""};
	struct ig_dispatch made;
	char text[IG_DISPATCH_TEXT_MAX];
	int64_t dispatch = 0;
	size_t count = 0;
	int code = ig_desk_tell_events(c->desk, &t, &dispatch, &count, &why);
	if (code) return ig_ctl_fail(c, code, "%s", why.text);
	if (!count) {
		ig_ctl_print(c, "no events that %s was not told of\n", p->name);
		return IG_EX_OK;
	}
	if (ig_store_dispatch_get(c->store, dispatch, false, c->arena, &made) != 1) return ig_ctl_store_failed(c);
	ig_ctl_print(c, "%s %s: %zu events to %s%s%s\n", ig_dispatch_print(dispatch, text), ig_dispatch_state_word(made.state), count, p->name, made.why ? ": " : "",
		made.why ? made.why : "");
	return IG_EX_OK;
}

/* One transaction each: a party that cannot be written to keeps nobody else from his letter. */
static int to_all(struct ig_ctl *c, ig_time since, ig_time until)
{
	int64_t *ids = NULL;
	size_t count = 0;
	int code = ig_desk_tell_parties(c->desk, since, until, &ids, &count) ? ig_ctl_store_failed(c) : IG_EX_OK, worst = code;
	for (size_t i = 0; !code && i < count; i++) {
		struct ig_party p;
		if (ig_store_party_get(c->store, ids[i], c->arena, &p) != 1) code = ig_ctl_store_failed(c);
		else code = to_party(c, &p, since, until);
		worst = code ? code : worst;
		if (code == IG_EX_DATA) code = IG_EX_OK;
	}
	if (!worst && !count) ig_ctl_print(c, "no events that nobody was told of\n");
	free(ids);
	return code ? code : worst;
}

int ig_ctl_event_send(struct ig_ctl *c)
{
	const char *party = ig_ctl_option(c, "--party");
	bool all = ig_ctl_flag(c, "--all");
	ig_time since, until;
	struct ig_party p;
	int code = ig_ctl_event_period(c, &since, &until);
	if (!code) code = ig_ctl_words(c, 0, 0);
	if (!code && !party == !all) code = ig_ctl_fail(c, IG_EX_USAGE, "say --party P or --all");
	if (!code && party && !(code = ig_ctl_party(c, party, &p))) return to_party(c, &p, since, until);
	return code ? code : to_all(c, since, until);
}
