/* irgatectl rota and period, party revoke and proposals: who is on duty, when limits are shorter, who left, and what mails would change. */
#include "config.h"
#include <stdio.h>
#include <string.h>
#include "base/clock.h"
#include "ctl/room.h"
#include "desk/duty.h"
#include "model/nouns_json.h"

static int time_option(struct ig_ctl *c, const char *name, ig_time *t_r)
{
	const char *word = ig_ctl_option(c, name);
	*t_r = IG_NEVER;
	if (word && ig_time_parse(word, t_r)) return ig_ctl_fail(c, IG_EX_USAGE, "%s %s is not an RFC 3339 time", name, word);
	return IG_EX_OK;
}

static int ended(struct ig_ctl *c, int bad, const char *act, const char *object, const char *detail)
{
	if (!bad) return ig_ctl_commit(c, act, object, detail);
	int code = ig_ctl_store_failed(c);
	ig_store_rollback(c->store);
	return code == IG_EX_SOFTWARE ? IG_EX_DATA : code;
}

/* ---- rota */

static void rota_row(struct ig_ctl_list *l, const struct ig_rota *r)
{
	struct ig_ctl *c = ig_ctl_list_call(l);
	const char *name = ig_ctl_party_name(c, r->party);
	char id[24];
	snprintf(id, sizeof(id), "%lld", (long long)r->id);
	const char *const cells[] = {id, ig_ctl_time(c, r->from), ig_ctl_time(c, r->to), name, r->note ? r->note : ""};
	if (c->json)
		ig_ctl_list_json(l, json_pack("{s:s,s:I,s:s,s:o,s:o,s:s?}", "id", id, "party", (json_int_t)r->party, "name", name, "from", ig_time_json(r->from), "to",
			ig_time_json(r->to), "note", r->note));
	else
		ig_ctl_list_row(l, cells);
}

int ig_ctl_rota_list(struct ig_ctl *c)
{
	static const char *const headings[] = {"ID", "FROM", "TO", "WHO", "NOTE", NULL};
	struct ig_rota *list = NULL;
	size_t n = 0;
	bool all = ig_ctl_flag(c, "--all");
	if (ig_ctl_words(c, 0, 0)) return IG_EX_USAGE;
	if (ig_store_rotas(c->store, all ? IG_NEVER : ig_now(), IG_NEVER, c->arena, &list, &n) < 0) return ig_ctl_store_failed(c);
	struct ig_ctl_list *l = ig_ctl_list_begin(c, headings);
	for (size_t i = 0; i < n; i++) rota_row(l, &list[i]);
	return ig_ctl_list_end(l, "the rota is empty; who has on_duty_24x7 is told");
}

int ig_ctl_rota_add(struct ig_ctl *c)
{
	struct ig_rota r = {.note = ig_ctl_option(c, "--note")};
	struct ig_party p;
	if (time_option(c, "--from", &r.from) || time_option(c, "--to", &r.to) || ig_ctl_words(c, 1, 1)) return IG_EX_USAGE;
	int code = ig_ctl_party(c, c->argv[0], &p);
	if (!code && r.from != IG_NEVER && r.to != IG_NEVER && r.from >= r.to) code = ig_ctl_fail(c, IG_EX_USAGE, "--to is not after --from");
	if (!code && p.valid_to != IG_NEVER && p.valid_to <= ig_now()) code = ig_ctl_fail(c, IG_EX_DATA, "%s is no longer in force", p.name);
	if (!code) code = ig_ctl_begin(c);
	if (code) return code;
	r.party = p.id;
	code = ended(c, ig_store_rota_add(c->store, &r) < 0, "rota add", p.name, r.note);
	if (!code && c->json) ig_ctl_json(c, json_pack("{s:I}", "id", (json_int_t)r.id));
	else if (!code) ig_ctl_print(c, "rota %lld\n", (long long)r.id);
	return code;
}

int ig_ctl_rota_end(struct ig_ctl *c)
{
	int64_t id;
	if (ig_ctl_words(c, 1, 1) || ig_ctl_number(c, c->argv[0], 1, INT64_MAX, &id)) return IG_EX_USAGE;
	int code = ig_ctl_begin(c);
	return code ? code : ended(c, ig_store_rota_end(c->store, id, ig_now()) < 0, "rota end", ig_arena_fmt(c->arena, "rota %lld", (long long)id), NULL);
}

int ig_ctl_rota_now(struct ig_ctl *c)
{
	static const char *const headings[] = {"NAME", "PHONE", "MAIL", NULL};
	int64_t ids[IG_DESK_OFFICERS_MAX];
	size_t n = 0;
	if (ig_ctl_words(c, 0, 0)) return IG_EX_USAGE;
	if (ig_desk_on_duty(c->store, ig_now(), c->arena, ids, &n)) return ig_ctl_store_failed(c);
	struct ig_ctl_list *l = ig_ctl_list_begin(c, headings);
	for (size_t i = 0; i < n; i++) {
		struct ig_party p;
		const char *by[2] = {NULL, NULL};
		if (ig_store_party_get(c->store, ids[i], c->arena, &p) != 1) continue;
		for (size_t k = 0; k < p.channel_count; k++)
			if (p.channels[k].state != IG_CHANNEL_STATE_REVOKED && (p.channels[k].channel == IG_CHANNEL_PHONE || p.channels[k].channel == IG_CHANNEL_MAIL))
				by[p.channels[k].channel == IG_CHANNEL_MAIL] = p.channels[k].address;
		const char *const cells[] = {p.name, by[0], by[1]};
		if (c->json) ig_ctl_list_json(l, json_pack("{s:s,s:s?,s:s?}", "name", p.name, "phone", by[0], "mail", by[1]));
		else ig_ctl_list_row(l, cells);
	}
	return ig_ctl_list_end(l, "nobody is on duty; irgatectl rota add PARTY --from T --to T, for parties with the role officer");
}

/* ---- heightened periods */

static const char *date_text(struct ig_ctl *c, ig_time t)
{
	char text[IG_TIME_MAX];
	return ig_arena_strndup(c->arena, ig_time_rfc3339(t, text), 10);
}

/* "YYYY-MM-DD" as profiles keep it: its first moment at UTC+7. */
static int date_option(struct ig_ctl *c, const char *name, ig_time *t_r)
{
	const char *word = ig_ctl_option(c, name);
	if (!word || strlen(word) != 10 || ig_time_parse(ig_arena_fmt(c->arena, "%sT00:00:00+07:00", word), t_r))
		return ig_ctl_fail(c, IG_EX_USAGE, "%s needs a day, as 2026-03-08", name);
	return IG_EX_OK;
}

static void period_row(struct ig_ctl_list *l, const struct ig_profile_period *p, const char *id)
{
	struct ig_ctl *c = ig_ctl_list_call(l);
	const char *const cells[] = {id, date_text(c, p->from), date_text(c, p->to), p->name, p->basis ? p->basis : ""};
	if (c->json)
		ig_ctl_list_json(l, json_pack("{s:s,s:s,s:s,s:s,s:s?}", "id", id, "from", cells[1], "to", cells[2], "name", p->name, "basis", p->basis));
	else
		ig_ctl_list_row(l, cells);
}

int ig_ctl_period_list(struct ig_ctl *c)
{
	static const char *const headings[] = {"ID", "FROM", "TO", "NAME", "BASIS", NULL};
	const struct ig_profile *profile = ig_conf_profile_at(c->conf, ig_now());
	struct ig_profile_period *list = NULL;
	int64_t *ids = NULL;
	size_t n = 0;
	if (ig_ctl_words(c, 0, 0)) return IG_EX_USAGE;
	if (ig_store_periods(c->store, c->arena, &list, &n) < 0 || ig_store_period_ids(c->store, c->arena, &ids, &n) < 0) return ig_ctl_store_failed(c);
	struct ig_ctl_list *l = ig_ctl_list_begin(c, headings);
	for (size_t i = 0; i < profile->period_count; i++) period_row(l, &profile->periods[i], "profile");
	for (size_t i = 0; i < n; i++) period_row(l, &list[i], ig_arena_fmt(c->arena, "%lld", (long long)ids[i]));
	return ig_ctl_list_end(l, "no heightened period");
}

int ig_ctl_period_add(struct ig_ctl *c)
{
	struct ig_profile_period p = {.basis = ig_ctl_option(c, "--basis")};
	int64_t id = 0;
	if (date_option(c, "--from", &p.from) || date_option(c, "--to", &p.to) || ig_ctl_words(c, 1, 1)) return IG_EX_USAGE;
	if (p.to < p.from) return ig_ctl_fail(c, IG_EX_USAGE, "--to is before --from");
	p.name = c->argv[0];
	int code = ig_ctl_begin(c);
	if (code) return code;
	code = ended(c, ig_store_period_add(c->store, &p, c->actor, ig_now(), &id) < 0, "period add", p.name,
		ig_arena_fmt(c->arena, "%s to %s%s%s", date_text(c, p.from), date_text(c, p.to), p.basis ? ": " : "", p.basis ? p.basis : ""));
	if (!code) ig_ctl_print(c, c->json ? "{\"id\":%lld}\n" : "period %lld\n", (long long)id);
	return code;
}

int ig_ctl_period_end(struct ig_ctl *c)
{
	int64_t id;
	const char *reason = ig_ctl_option(c, "--reason");
	if (ig_ctl_words(c, 1, 1) || ig_ctl_number(c, c->argv[0], 1, INT64_MAX, &id)) return IG_EX_USAGE;
	if (!reason) return ig_ctl_fail(c, IG_EX_USAGE, "a reason is needed");
	int code = ig_ctl_begin(c);
	return code ? code : ended(c, ig_store_period_delete(c->store, id) < 0, "period end", ig_arena_fmt(c->arena, "period %lld", (long long)id), reason);
}

/* ---- who left */

static int revoke_channels(struct ig_ctl *c, const struct ig_party *p, const char *reason)
{
	for (size_t i = 0; i < p->channel_count; i++)
		if (ig_store_channel_set_state(c->store, p->channels[i].id, IG_CHANNEL_STATE_REVOKED) < 0 ||
			ig_store_revoke(c->store, p->channels[i].channel, p->channels[i].address, p->id, ig_now(), c->actor, reason) < 0)
			return -1;
	struct ig_rota *rota = NULL;
	size_t n = 0;
	if (ig_store_rotas(c->store, ig_now(), IG_NEVER, c->arena, &rota, &n) < 0) return -1;
	for (size_t i = 0; i < n; i++)
		if (rota[i].party == p->id && ig_store_rota_end(c->store, rota[i].id, ig_now()) < 0) return -1;
	return 0;
}

int ig_ctl_party_revoke(struct ig_ctl *c)
{
	struct ig_party p;
	const char *reason = ig_ctl_option(c, "--reason");
	int code = ig_ctl_words(c, 1, 1);
	if (!code && !reason) code = ig_ctl_fail(c, IG_EX_USAGE, "a reason is needed");
	if (!code) code = ig_ctl_party(c, c->argv[0], &p);
	if (!code) code = ig_ctl_begin(c);
	if (code) return code;
	p.valid_to = ig_now();
	return ended(c, ig_store_party_save(c->store, &p) < 0 || revoke_channels(c, &p, reason) < 0, "party revoke", p.name, reason);
}

/* ---- contacts that mails send in */

int ig_ctl_party_proposals(struct ig_ctl *c)
{
	static const char *const headings[] = {"ID", "MESSAGE", "UNIT", "NAME", "PHONE", "MAIL", "STATE", NULL};
	struct ig_proposal *list = NULL;
	size_t n = 0;
	bool all = ig_ctl_flag(c, "--all");
	if (ig_ctl_words(c, 0, 0)) return IG_EX_USAGE;
	if (ig_store_proposals(c->store, !all, c->arena, &list, &n) < 0) return ig_ctl_store_failed(c);
	struct ig_ctl_list *l = ig_ctl_list_begin(c, headings);
	for (size_t i = 0; i < n; i++) {
		const struct ig_proposal *p = &list[i];
		const char *state = p->decided_at == IG_NEVER ? "open" : p->accepted ? "accepted" : "refused", *id = ig_arena_fmt(c->arena, "%lld", (long long)p->id);
		const char *const cells[] = {id, ig_arena_fmt(c->arena, "%lld", (long long)p->message), p->unit, p->name, p->phone, p->mail, state};
		if (c->json)
			ig_ctl_list_json(l, json_pack("{s:s,s:I,s:s?,s:s?,s:s?,s:s?,s:s?,s:s,s:s?}", "id", id, "message", (json_int_t)p->message, "unit", p->unit, "name", p->name,
				"phone", p->phone, "mail", p->mail, "fax", p->fax, "state", state, "by", p->decided_by));
		else
			ig_ctl_list_row(l, cells);
	}
	return ig_ctl_list_end(l, "no contact waits to be accepted");
}

static int find_proposal(struct ig_ctl *c, struct ig_proposal *p)
{
	int64_t id;
	if (ig_ctl_words(c, 1, 1) || ig_ctl_number(c, c->argv[0], 1, INT64_MAX, &id)) return IG_EX_USAGE;
	int found = ig_store_proposal_get(c->store, id, c->arena, p);
	if (found < 0) return ig_ctl_store_failed(c);
	if (!found || p->decided_at != IG_NEVER) return ig_ctl_fail(c, IG_EX_DATA, found ? "proposal %s is decided" : "there is no proposal %s", c->argv[0]);
	p->decided_at = ig_now();
	p->decided_by = c->actor;
	return IG_EX_OK;
}

/* Whom the proposal would make or change. Contacts of a body itself (confirmed on its letter) join those it has; a person of a body is one of its own. */
static int proposed(struct ig_ctl *c, const struct ig_proposal *p, const char *name, struct ig_party *fresh)
{
	const struct { enum ig_channel channel; const char *address; } given[] = {{IG_CHANNEL_MAIL, p->mail}, {IG_CHANNEL_PHONE, p->phone}, {IG_CHANNEL_FAX, p->fax}};
	struct ig_party old = {0};
	bool own = p->name && !name && (!p->party || (p->unit && !strcmp(p->unit, p->name)));
	*fresh = (struct ig_party){.role = IG_PARTY_ROLE_OTHER, .valid_from = ig_now(), .valid_to = IG_NEVER, .name = name ? name : p->name};
	int found = ig_store_party_by_name(c->store, fresh->name, c->arena, &old);
	if (found < 0) return ig_ctl_store_failed(c);
	if (own && found) *fresh = old;
	else {
		fresh->unit = own ? 0 : p->party;
		fresh->on_duty_24x7 = !own;
		fresh->note = ig_arena_fmt(c->arena, "sent in by message %lld", (long long)p->message);
		if (found) fresh->id = old.id, fresh->role = old.role;
	}
	size_t kept = own ? old.channel_count : 0;
	fresh->channels = ig_arena_calloc(c->arena, kept + IG_COUNT(given), sizeof *fresh->channels);
	if (kept) memcpy(fresh->channels, old.channels, kept * sizeof *fresh->channels);
	fresh->channel_count = kept;
	for (size_t i = 0; i < IG_COUNT(given); i++) {
		if (!given[i].address) continue;
		if (ig_store_is_revoked(c->store, given[i].channel, given[i].address) > 0) return ig_ctl_fail(c, IG_EX_DATA, "%s was revoked and is never used again", given[i].address);
		fresh->channels[fresh->channel_count++] = (struct ig_party_channel){.channel = given[i].channel, .address = given[i].address};
	}
	return IG_EX_OK;
}

int ig_ctl_party_accept(struct ig_ctl *c)
{
	struct ig_proposal p;
	struct ig_party fresh;
	const char *name = ig_ctl_option(c, "--name"), *role = ig_ctl_option(c, "--role");
	int code = find_proposal(c, &p);
	if (!code) code = proposed(c, &p, name, &fresh);
	if (!code && role && ig_party_role_parse(role, &fresh.role)) code = ig_ctl_fail(c, IG_EX_USAGE, "%s is not a role of a party", role);
	if (code) return code;
	p.accepted = true;
	if ((code = ig_ctl_begin(c))) return code;
	code = ended(c, ig_store_party_save(c->store, &fresh) < 0 || ig_store_proposal_save(c->store, &p) < 0, "party accept", fresh.name,
		ig_arena_fmt(c->arena, "sent in by message %lld", (long long)p.message));
	if (!code) ig_ctl_print(c, c->json ? "{\"id\":%lld}\n" : "party %lld\n", (long long)fresh.id);
	return code;
}

int ig_ctl_party_refuse(struct ig_ctl *c)
{
	struct ig_proposal p;
	const char *reason = ig_ctl_option(c, "--reason");
	int code = find_proposal(c, &p);
	if (!code && !reason) code = ig_ctl_fail(c, IG_EX_USAGE, "a reason is needed");
	if (!code) code = ig_ctl_begin(c);
	return code ? code : ended(c, ig_store_proposal_save(c->store, &p) < 0, "party refuse", ig_arena_fmt(c->arena, "proposal %lld", (long long)p.id), reason);
}
