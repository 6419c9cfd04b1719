/* What a named person decides about secrecy: an exception for one party, its end. The machine never lifts secrecy (DESIGN promise 2; the
 * exception is the one for special incidents that concern many parties). Each is journalled with its reason. Sends nothing. */
#include <string.h>
#include "desk/room.h"
#include "store/books.h"

static int load(struct ig_desk *d, int64_t incident, int64_t party, struct ig_incident *i, struct ig_party *p, struct ig_why *why)
{
	int found = ig_store_incident_get(d->store, incident, d->arena, i);
	int known = found > 0 ? ig_store_party_get(d->store, party, d->arena, p) : found;
	if (found < 0 || known < 0)
		return -1;
	if (found && known)
		return 0;
	ig_why(why, "no such %s", found ? "party" : "incident");
	return IG_EX_DATA;
}

static int disclose(struct ig_desk *d, int64_t incident, int64_t party, bool identity, const char *actor, const char *reason, struct ig_why *why)
{
	struct ig_incident i;
	struct ig_party p;
	int code = load(d, incident, party, &i, &p, why);
	if (code)
		return code;
	if (i.secrecy_state) {
		ig_why(why, "%s bears a state-secret mark: there is no exception to that here", ig_desk_ref(&i, d->arena));
		return IG_EX_DATA;
	}
	if (!ig_decide_secret(&i)) {
		ig_why(why, "%s is not under secrecy: nothing has to be disclosed", ig_desk_ref(&i, d->arena));
		return IG_EX_DATA;
	}
	struct ig_disclosure x = {.incident = i.id, .party = p.id, .identity = identity, .at = ig_now(), .actor = actor, .reason = reason};
	if (ig_store_disclosure_end(d->store, i.id, p.id, ig_now()) < 0 || ig_store_disclosure_add(d->store, &x) < 0)
		return -1;
	return ig_desk_journal(d, actor, "incident disclose", ig_desk_ref(&i, d->arena),
		ig_arena_fmt(d->arena, "to %s%s: %s", p.name, identity ? ", with who reported it" : ", without who reported it", reason));
}

int ig_desk_disclose(struct ig_desk *d, int64_t incident, int64_t party, bool identity, const char *actor, const char *reason, struct ig_why *why)
{
	int code = ig_desk_act_begin(d, why);
	return code ? code : ig_desk_act_end(d, disclose(d, incident, party, identity, actor, reason, why), why);
}

static int undisclose(struct ig_desk *d, int64_t incident, int64_t party, const char *actor, const char *reason, struct ig_why *why)
{
	struct ig_incident i;
	struct ig_party p;
	int code = load(d, incident, party, &i, &p, why);
	if (code)
		return code;
	int ended = ig_store_disclosure_end(d->store, i.id, p.id, ig_now());
	if (ended < 0)
		return -1;
	if (!ended) {
		ig_why(why, "%s is not disclosed to %s", ig_desk_ref(&i, d->arena), p.name);
		return IG_EX_DATA;
	}
	return ig_desk_journal(d, actor, "incident undisclose", ig_desk_ref(&i, d->arena), ig_arena_fmt(d->arena, "to %s: %s", p.name, reason));
}

int ig_desk_undisclose(struct ig_desk *d, int64_t incident, int64_t party, const char *actor, const char *reason, struct ig_why *why)
{
	int code = ig_desk_act_begin(d, why);
	return code ? code : ig_desk_act_end(d, undisclose(d, incident, party, actor, reason, why), why);
}
