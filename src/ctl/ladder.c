/* irgatectl incident fact, severity, escalate, ladder, answered, original, drill: how grave a case is, who was told of it, who answered. */
#include "config.h"
#include <string.h>
#include "base/clock.h"
#include "ctl/room.h"
#include "desk/duty.h"
#include "model/nouns_json.h"

static int done(struct ig_ctl *c, int code, const struct ig_why *why) { return code ? ig_ctl_fail(c, code, "%s", why->text) : IG_EX_OK; }

int ig_ctl_incident_fact(struct ig_ctl *c)
{
	struct ig_incident i;
	struct ig_why why = {""};
	const char *reason = ig_ctl_option(c, "--reason");
	int code = ig_ctl_words(c, 2, 64);
	if (!code) code = ig_ctl_incident(c, c->argv[0], &i);
	if (code) return code;
	struct ig_desk_fact *facts = ig_arena_calloc(c->arena, (size_t)c->argc, sizeof(*facts));
	for (int k = 1; k < c->argc; k++) {
		char *word = ig_arena_strdup(c->arena, c->argv[k]), *is = strchr(word, '=');
		if (!is || !strncmp(word, "severity", 8)) return ig_ctl_fail(c, IG_EX_USAGE, "%s: a fact is written NAME=VALUE, as level=4 or control-lost=yes", word);
		*is = 0;
		facts[k - 1] = (struct ig_desk_fact){word, is + 1};
	}
	code = done(c, ig_desk_facts_set(c->desk, i.id, facts, (size_t)c->argc - 1, c->actor, reason, &why), &why);
	if (code || ig_store_incident_get(c->store, i.id, c->arena, &i) != 1) return code;
	if (c->json) ig_ctl_json(c, json_pack("{s:s}", "severity", ig_severity_word(i.severity)));
	else ig_ctl_print(c, "severity %s\n", ig_severity_word(i.severity));
	return code;
}

int ig_ctl_incident_severity(struct ig_ctl *c)
{
	struct ig_incident i;
	enum ig_severity severity;
	struct ig_why why = {""};
	const char *reason = ig_ctl_option(c, "--reason");
	int code = ig_ctl_words(c, 2, 2);
	if (!code && (!reason || !*reason || (strcmp(c->argv[1], "auto") && ig_severity_parse(c->argv[1], &severity))))
		return ig_ctl_fail(c, IG_EX_USAGE, "a severity (unknown, ordinary, serious or auto) and a reason are needed");
	if (!code) code = ig_ctl_incident(c, c->argv[0], &i);
	if (code) return code;
	struct ig_desk_fact fact = {"severity", c->argv[1]};
	return done(c, ig_desk_facts_set(c->desk, i.id, &fact, 1, c->actor, reason, &why), &why);
}

int ig_ctl_incident_escalate(struct ig_ctl *c)
{
	struct ig_incident i;
	struct ig_party p = {0};
	struct ig_why why = {""};
	int64_t dispatch = 0;
	char text[IG_DISPATCH_TEXT_MAX];
	const char *to = ig_ctl_option(c, "--to"), *reason = ig_ctl_option(c, "--reason");
	int code = ig_ctl_words(c, 1, 1);
	if (!code) code = ig_ctl_incident(c, c->argv[0], &i);
	if (!code && to) code = ig_ctl_party(c, to, &p);
	if (!code) code = done(c, ig_desk_escalate(c->desk, i.id, p.id, c->actor, reason, &dispatch, &why), &why);
	if (!code && c->json) ig_ctl_json(c, json_pack("{s:s}", "dispatch", ig_dispatch_print(dispatch, text)));
	else if (!code) ig_ctl_print(c, "%s\n", ig_dispatch_print(dispatch, text));
	return code;
}

int ig_ctl_incident_answered(struct ig_ctl *c)
{
	struct ig_incident i;
	struct ig_party p;
	struct ig_message m = {.id = 0};
	struct ig_why why = {""};
	const char *message = ig_ctl_option(c, "--message"), *note = ig_ctl_option(c, "--note");
	int code = ig_ctl_words(c, 2, 2);
	if (!code) code = ig_ctl_incident(c, c->argv[0], &i);
	if (!code) code = ig_ctl_party(c, c->argv[1], &p);
	if (!code && message) code = ig_ctl_message(c, message, &m);
	if (!code && !message && !note) code = ig_ctl_fail(c, IG_EX_USAGE, "--message or --note says how they answered");
	return code ? code : done(c, ig_desk_answered(c->desk, i.id, p.id, m.id, c->actor, note, &why), &why);
}

int ig_ctl_incident_original(struct ig_ctl *c)
{
	struct ig_incident i;
	struct ig_message m = {.id = 0};
	struct ig_why why = {""};
	struct ig_original o = {.number = ig_ctl_option(c, "--number"), .note = ig_ctl_option(c, "--note")};
	const char *message = ig_ctl_option(c, "--message");
	int code = ig_ctl_words(c, 1, 1);
	if (!code) code = ig_ctl_incident(c, c->argv[0], &i);
	if (!code && message) code = ig_ctl_message(c, message, &m);
	if (!code && message && m.incident != i.id) code = ig_ctl_fail(c, IG_EX_DATA, "message %s is not in %s", message, c->argv[0]);
	if (!code && !message && !o.number && !o.note) code = ig_ctl_fail(c, IG_EX_USAGE, "--message, --number or --note says what it is");
	o.incident = i.id, o.received = m.id;
	return code ? code : done(c, ig_desk_original_received(c->desk, &o, c->actor, &why), &why);
}

int ig_ctl_incident_drill(struct ig_ctl *c)
{
	struct ig_incident i;
	struct ig_why why = {""};
	const char *reason = ig_ctl_option(c, "--reason");
	int code = ig_ctl_words(c, 2, 2);
	if (!code && (!reason || (strcmp(c->argv[1], "yes") && strcmp(c->argv[1], "no")))) return ig_ctl_fail(c, IG_EX_USAGE, "yes or no, and a reason, are needed");
	if (!code) code = ig_ctl_incident(c, c->argv[0], &i);
	return code ? code : done(c, ig_desk_drill_set(c->desk, i.id, !strcmp(c->argv[1], "yes"), c->actor, reason, &why), &why);
}

/* ---- showing */

struct told { /* a step with what its letter says */
	const char *party, *channel, *address, *state, *number, *proof;
	ig_time sent;
};

static const char *printed_number(struct ig_ctl *c, int64_t dispatch)
{
	struct ig_store_letter l;
	if (!dispatch || ig_store_letter_get(c->store, dispatch, c->arena, &l) != 1 || !l.number) return NULL;
	return ig_arena_fmt(c->arena, "%02lld%s%s", (long long)l.number, l.sign ? "/" : "", l.sign ? l.sign : "");
}

static struct told told(struct ig_ctl *c, const struct ig_step *s)
{
	struct told t = {.sent = IG_NEVER};
	struct ig_party p;
	struct ig_dispatch d;
	if (s->party && ig_store_party_get(c->store, s->party, c->arena, &p) == 1) t.party = p.name;
	if (!s->dispatch || ig_store_dispatch_get(c->store, s->dispatch, false, c->arena, &d) != 1) return t;
	t.channel = ig_channel_word(d.channel), t.address = d.address, t.state = ig_dispatch_state_word(d.state);
	for (int i = 0; d.attempts && i < d.attempt_count; i++)
		if (d.attempts[i].outcome == IG_OK) {
			t.sent = d.attempts[i].at;
			t.proof = ig_arena_fmt(c->arena, "%s%s%s", d.attempts[i].code ? d.attempts[i].code : "", d.attempts[i].code && *d.attempts[i].code ? " " : "",
				d.attempts[i].text ? d.attempts[i].text : "");
		}
	t.number = printed_number(c, s->dispatch);
	if (!t.number) t.number = printed_number(c, s->report);
	return t;
}

static json_t *step_json(struct ig_ctl *c, const struct ig_step *s)
{
	struct told t = told(c, s);
	char dispatch[IG_DISPATCH_TEXT_MAX], report[IG_DISPATCH_TEXT_MAX], reminder[IG_DISPATCH_TEXT_MAX];
	return json_pack("{s:I,s:s,s:s?,s:s?,s:s?,s:s?,s:s?,s:s?,s:s?,s:s?,s:o,s:o,s:s?,s:o,s:I,s:o,s:s?,s:o,s:s?}", "id", (json_int_t)s->id, "rung", s->rung, "party",
		t.party, "channel", t.channel, "address", t.address, "state", t.state, "dispatch", s->dispatch ? ig_dispatch_print(s->dispatch, dispatch) : NULL, "report",
		s->report ? ig_dispatch_print(s->report, report) : NULL, "reminder", s->reminder ? ig_dispatch_print(s->reminder, reminder) : NULL, "letter_number", t.number,
		"created_at", ig_time_json(s->created_at), "sent_at", ig_time_json(t.sent), "proof", t.proof, "due", ig_time_json(s->due), "reminders",
		(json_int_t)s->reminders, "acknowledged_at", ig_time_json(s->acknowledged_at), "acknowledged_by", s->acknowledged_by, "passed_at",
		ig_time_json(s->passed_at), "reason", s->reason);
}

void ig_ctl_ladder_json(struct ig_ctl *c, int64_t incident, json_t *o)
{
	struct ig_step *steps = NULL;
	struct ig_fact_row *facts = NULL;
	struct ig_original original;
	size_t n = 0;
	json_t *list = json_array();
	if (!ig_store_facts(c->store, incident, false, c->arena, &facts, &n))
		for (size_t i = 0; i < n; i++)
			json_array_append_new(list, json_pack("{s:s,s:s,s:s,s:s?,s:o}", "name", facts[i].name, "value", facts[i].value, "by", facts[i].actor, "reason",
				facts[i].reason, "at", ig_time_json(facts[i].at)));
	json_object_set_new(o, "facts", list);
	list = json_array();
	if (!ig_store_steps(c->store, incident, c->arena, &steps, &n))
		for (size_t i = 0; i < n; i++) json_array_append_new(list, step_json(c, &steps[i]));
	json_object_set_new(o, "ladder", list);
	if (ig_store_original_get(c->store, incident, c->arena, &original) != 1) {
		json_object_set_new(o, "signed_original", json_null());
		return;
	}
	json_object_set_new(o, "signed_original", json_pack("{s:o,s:o,s:o,s:o,s:s?,s:s?,s:s?}", "wanted_at", ig_time_json(original.wanted_at), "received_at",
		ig_time_json(original.received_at), "notice", original.message ? json_integer(original.message) : json_null(), "message",
		original.received ? json_integer(original.received) : json_null(), "number", original.number, "note", original.note, "by", original.by));
}

static void step_print(struct ig_ctl *c, const struct ig_step *s)
{
	struct told t = told(c, s);
	char text[IG_DISPATCH_TEXT_MAX];
	ig_ctl_print(c, "  told %-13s %s by %s, %s %s%s%s", s->rung, t.party ? t.party : "-", t.channel ? t.channel : "-",
		s->dispatch ? ig_dispatch_print(s->dispatch, text) : "-", t.state ? t.state : "-", t.number ? ", letter " : "", t.number ? t.number : "");
	if (t.sent != IG_NEVER) ig_ctl_print(c, " %s", ig_ctl_time(c, t.sent));
	if (s->acknowledged_at != IG_NEVER) ig_ctl_print(c, "; acknowledged %s by %s", ig_ctl_time(c, s->acknowledged_at), s->acknowledged_by ? s->acknowledged_by : "-");
	else if (s->passed_at != IG_NEVER) ig_ctl_print(c, "; silent, passed on %s", ig_ctl_time(c, s->passed_at));
	else if (s->due != IG_NEVER) ig_ctl_print(c, "; answer due %s, reminders %lld", ig_ctl_time(c, s->due), (long long)s->reminders);
	ig_ctl_print(c, "\n");
	if (t.proof) ig_ctl_print(c, "       proof: %s\n", t.proof);
	if (s->report) ig_ctl_print(c, "       signed report: %s\n", ig_dispatch_print(s->report, text));
}

void ig_ctl_ladder_print(struct ig_ctl *c, int64_t incident)
{
	struct ig_step *steps = NULL;
	struct ig_fact_row *facts = NULL;
	struct ig_original o;
	size_t n = 0;
	if (!ig_store_facts(c->store, incident, true, c->arena, &facts, &n))
		for (size_t i = 0; i < n; i++)
			ig_ctl_print(c, "  fact %s=%s  %s %s%s%s\n", facts[i].name, facts[i].value, ig_ctl_time(c, facts[i].at), facts[i].actor, facts[i].reason ? ": " : "",
				facts[i].reason ? facts[i].reason : "");
	if (!ig_store_steps(c->store, incident, c->arena, &steps, &n))
		for (size_t i = 0; i < n; i++) step_print(c, &steps[i]);
	if (ig_store_original_get(c->store, incident, c->arena, &o) == 1)
		ig_ctl_print(c, "  signed original: %s%s%s%s\n", o.received_at == IG_NEVER ? "waited for since " : "received ",
			ig_ctl_time(c, o.received_at == IG_NEVER ? o.wanted_at : o.received_at), o.number ? ", number " : "", o.number ? o.number : "");
}

int ig_ctl_incident_ladder(struct ig_ctl *c)
{
	struct ig_incident i;
	int code = ig_ctl_words(c, 1, 1);
	if (!code) code = ig_ctl_incident(c, c->argv[0], &i);
	if (code) return code;
	if (c->json) {
		json_t *o = json_pack("{s:s}", "ref", ig_ctl_ref_of(c, i.id));
		ig_ctl_ladder_json(c, i.id, o);
		ig_ctl_json(c, o);
		return IG_EX_OK;
	}
	ig_ctl_ladder_print(c, i.id);
	return IG_EX_OK;
}
