/* irgatectl incident: list, show, and what a person does to a case. */
#include "config.h"
#include <string.h>
#include "ctl/room.h"
#include "model/nouns_json.h"

static json_t *incident_json(struct ig_ctl *c, const struct ig_incident *i)
{
	struct ig_incident_links l = {0};
	struct ig_incident other;
	struct ig_ref into_ref;
	int64_t *ids, *related, into = 0;
	size_t n;
	if (!ig_store_incident_members(c->store, i->id, IG_MEMBERS_MESSAGES, c->arena, &ids, &n)) l.messages = ids, l.message_count = n;
	if (!ig_store_incident_members(c->store, i->id, IG_MEMBERS_DUTIES, c->arena, &ids, &n)) l.duties = ids, l.duty_count = n;
	if (!ig_store_incident_members(c->store, i->id, IG_MEMBERS_DISPATCHES, c->arena, &ids, &n)) l.dispatches = ids, l.dispatch_count = n;
	if (!ig_store_related(c->store, i->id, c->arena, &related, &n) && n) {
		struct ig_ref *refs = ig_arena_calloc(c->arena, n, sizeof(*refs));
		for (size_t k = 0; k < n; k++)
			if (ig_store_incident_get(c->store, related[k], c->arena, &other) == 1) refs[l.related_count++] = other.ref;
		l.related = refs;
	}
	if (ig_store_incident_merged_into(c->store, i->id, &into) > 0 && ig_store_incident_get(c->store, into, c->arena, &other) == 1) {
		into_ref = other.ref;
		l.merged_into = &into_ref;
	}
	return ig_incident_json(i, &l);
}

static int list_row(const struct ig_incident *i, void *arg)
{
	struct ig_ctl_list **l = arg;
	struct ig_ctl *c = ig_ctl_list_call(*l);
	char ref[IG_REF_MAX];
	if (c->json) {
		ig_ctl_list_json(*l, incident_json(c, i));
		return 0;
	}
	const char *const cells[] = {ig_ref_print(i->ref, ref), ig_incident_status_word(i->status), ig_severity_word(i->severity), ig_ctl_time(c, i->opened_at),
		ig_ctl_time(c, i->acknowledged_at), i->secrecy_requested ? "secret" : "", i->secrecy_requested ? "(kept secret)" : i->subject ? i->subject : ""};
	ig_ctl_list_row(*l, cells);
	return 0;
}

int ig_ctl_incident_list(struct ig_ctl *c)
{
	static const char *const headings[] = {"REFERENCE", "STATUS", "SEVERITY", "OPENED", "~ACKNOWLEDGED", "~SECRECY", "SUBJECT", NULL};
	struct ig_incident_filter f = {.open_only = ig_ctl_flag(c, "--open"), .since = IG_NEVER};
	const char *limit = ig_ctl_option(c, "--limit");
	if (limit && ig_ctl_number(c, limit, 1, INT64_MAX, &f.limit)) return IG_EX_USAGE;
	if (ig_ctl_words(c, 0, 0)) return IG_EX_USAGE;
	struct ig_ctl_list *l = ig_ctl_list_begin(c, headings);
	if (ig_store_incident_list(c->store, &f, list_row, &l) < 0) return ig_ctl_store_failed(c);
	return ig_ctl_list_end(l, "no incidents");
}

static void show_members(struct ig_ctl *c, const struct ig_incident *i)
{
	int64_t *ids;
	size_t n;
	struct ig_message m;
	struct ig_dispatch d;
	struct ig_duty duty;
	struct ig_participant *people;
	char text[IG_DISPATCH_TEXT_MAX];
	if (!ig_store_incident_members(c->store, i->id, IG_MEMBERS_MESSAGES, c->arena, &ids, &n))
		for (size_t k = 0; k < n; k++)
			if (ig_store_message_get(c->store, ids[k], c->arena, &m) == 1)
				ig_ctl_print(c, "  message %-6lld %s %s %-13s %s  %s\n", (long long)m.id, m.outgoing ? "out" : "in ", ig_ctl_time(c, m.received_at),
					ig_matched_by_word(m.matched_by), m.from_address ? m.from_address : "-", m.subject ? m.subject : "");
	if (!ig_store_incident_members(c->store, i->id, IG_MEMBERS_DISPATCHES, c->arena, &ids, &n))
		for (size_t k = 0; k < n; k++)
			if (ig_store_dispatch_get(c->store, ids[k], false, c->arena, &d) == 1)
				ig_ctl_print(c, "  %s %-10s %-9s to %s %s\n", ig_dispatch_print(d.id, text), d.letter, ig_dispatch_state_word(d.state),
					d.address ? d.address : "-", d.why ? d.why : "");
	if (!ig_store_incident_members(c->store, i->id, IG_MEMBERS_DUTIES, c->arena, &ids, &n))
		for (size_t k = 0; k < n; k++)
			if (ig_store_duty_get(c->store, ids[k], c->arena, &duty) == 1)
				ig_ctl_print(c, "  duty %-6lld due %s %s  %s%s%s\n", (long long)duty.id, ig_ctl_time(c, duty.due), duty.done_at != IG_NEVER ? "done" : "open",
					duty.what, duty.basis ? "  basis: " : "", duty.basis ? duty.basis : "");
	if (!ig_store_participants(c->store, i->id, c->arena, &people, &n))
		for (size_t k = 0; k < n; k++)
			ig_ctl_print(c, "  participant %s%s\n", people[k].address, people[k].admitted ? "" : "  (waits to be admitted)");
}

int ig_ctl_incident_show(struct ig_ctl *c)
{
	struct ig_incident i;
	char ref[IG_REF_MAX];
	if (ig_ctl_words(c, 1, 1)) return IG_EX_USAGE;
	int code = ig_ctl_incident(c, c->argv[0], &i);
	if (code) return code;
	if (c->json) {
		json_t *o = incident_json(c, &i);
		ig_ctl_incident_findings_json(c, i.id, o);
		ig_ctl_ladder_json(c, i.id, o);
		ig_ctl_json(c, o);
		return IG_EX_OK;
	}
	ig_ctl_print(c, "%s%s%s%s  %s, severity %s, wide-spread %s%s\n", ig_ctl_bold(c), ig_ref_print(i.ref, ref), ig_ctl_plain(c),
		i.drill ? "  DRILL" : "", ig_incident_status_word(i.status), ig_severity_word(i.severity), ig_widespread_word(i.widespread), i.secrecy_requested ? ", SECRECY REQUESTED" : "");
	ig_ctl_print(c, "  opened %s  acknowledged %s  closed %s  profile %s\n", ig_ctl_time(c, i.opened_at), ig_ctl_time(c, i.acknowledged_at),
		ig_ctl_time(c, i.closed_at), i.profile ? i.profile : "-");
	if (i.subject) ig_ctl_print(c, "  subject: %s\n", i.subject);
	if (i.category) ig_ctl_print(c, "  category %s\n", i.category);
	show_members(c, &i);
	ig_ctl_incident_findings(c, i.id);
	ig_ctl_ladder_print(c, i.id);
	return IG_EX_OK;
}

/* ---- acts */

static int refused(struct ig_ctl *c, int code, const struct ig_why *why)
{
	return code ? ig_ctl_fail(c, code, "%s", why->text) : IG_EX_OK;
}

int ig_ctl_incident_merge(struct ig_ctl *c)
{
	struct ig_incident from, into;
	struct ig_why why = {""};
	const char *reason = ig_ctl_option(c, "--reason");
	int code = ig_ctl_words(c, 2, 2);
	if (!code) code = ig_ctl_incident(c, c->argv[0], &from);
	if (!code) code = ig_ctl_incident(c, c->argv[1], &into);
	return code ? code : refused(c, ig_desk_incident_merge(c->desk, from.id, into.id, c->actor, reason, &why), &why);
}

int ig_ctl_incident_split(struct ig_ctl *c)
{
	struct ig_incident from;
	struct ig_message m;
	struct ig_ref made;
	struct ig_why why = {""};
	char text[IG_REF_MAX];
	const char *reason = ig_ctl_option(c, "--reason");
	int code = ig_ctl_words(c, 2, 1000);
	if (!code) code = ig_ctl_incident(c, c->argv[0], &from);
	int64_t *ids = ig_arena_calloc(c->arena, (size_t)c->argc, sizeof(*ids));
	for (int i = 1; !code && i < c->argc; i++) {
		code = ig_ctl_message(c, c->argv[i], &m);
		ids[i - 1] = m.id;
	}
	if (!code) code = refused(c, ig_desk_incident_split(c->desk, from.id, ids, (size_t)c->argc - 1, c->actor, reason, &made, &why), &why);
	if (!code && c->json) ig_ctl_json(c, json_pack("{s:s}", "ref", ig_ref_print(made, text)));
	else if (!code) ig_ctl_print(c, "%s\n", ig_ref_print(made, text));
	return code;
}

int ig_ctl_incident_status(struct ig_ctl *c)
{
	struct ig_incident i;
	enum ig_incident_status status;
	struct ig_why why = {""};
	const char *reason = ig_ctl_option(c, "--reason");
	int code = ig_ctl_words(c, 2, 2);
	if (!code && ig_incident_status_parse(c->argv[1], &status)) return ig_ctl_fail(c, IG_EX_USAGE, "%s is not a status", c->argv[1]);
	if (!code) code = ig_ctl_incident(c, c->argv[0], &i);
	return code ? code : refused(c, ig_desk_set_status(c->desk, i.id, status, c->actor, reason, &why), &why);
}

int ig_ctl_incident_admit(struct ig_ctl *c)
{
	struct ig_incident i;
	struct ig_why why = {""};
	int code = ig_ctl_words(c, 2, 2);
	if (!code) code = ig_ctl_incident(c, c->argv[0], &i);
	return code ? code : refused(c, ig_desk_admit(c->desk, i.id, c->argv[1], c->actor, &why), &why);
}
