/* irgatectl message: list, show, raw, move. */
#include "config.h"
#include <stdio.h>
#include <string.h>
#include "base/utf8.h"
#include "ctl/books.h"
#include "ctl/room.h"
#include "model/nouns_json.h"
#include "store/books.h"

#define PAYLOAD_MAX (UINT32_MAX)

static json_t *message_json(struct ig_ctl *c, const struct ig_message *m)
{
	struct ig_copy *copies = NULL;
	size_t n = 0;
	ig_store_copies(c->store, m->id, c->arena, &copies, &n);
	return ig_message_json(m, ig_ctl_ref_of(c, m->incident), ig_ctl_ref_of(c, m->suggested_incident), copies, n);
}

static int list_row(const struct ig_message *m, void *arg)
{
	struct ig_ctl_list **l = arg;
	struct ig_ctl *c = ig_ctl_list_call(*l);
	struct ig_message row = *m;
	ig_ctl_mask(c, &row);
	m = &row;
	if (c->json) {
		ig_ctl_list_json(*l, message_json(c, m));
		return 0;
	}
	char id[24];
	snprintf(id, sizeof(id), "%lld", (long long)m->id);
	const char *ref = ig_ctl_ref_of(c, m->incident);
	const char *const cells[] = {id, m->outgoing ? "out" : "in", ig_ctl_time(c, m->received_at), ref ? ref : "-", ig_class_word(m->class),
		ig_matched_by_word(m->matched_by), m->from_address ? m->from_address : "-", m->subject ? m->subject : ""};
	ig_ctl_list_row(*l, cells);
	return 0;
}

static const char *const headings[] = {"ID", "~DIR", "RECEIVED", "INCIDENT", "~CLASS", "~MATCHED BY", "FROM", "SUBJECT", NULL};

int ig_ctl_message_list(struct ig_ctl *c)
{
	struct ig_message_filter f = {.since = IG_NEVER, .only_in = ig_ctl_flag(c, "--in"), .only_out = ig_ctl_flag(c, "--out")};
	const char *state = ig_ctl_option(c, "--state");
	if (state && ig_message_state_parse(state, &f.state)) return ig_ctl_fail(c, IG_EX_USAGE, "%s is not a state of a message", state);
	f.by_state = state;
	int code = ig_ctl_filter(c, &f.incident, &f.limit);
	if (code) return code;
	struct ig_ctl_list *l = ig_ctl_list_begin(c, headings);
	if (ig_store_message_list(c->store, &f, list_row, &l) < 0) return ig_ctl_store_failed(c);
	return ig_ctl_list_end(l, "no messages");
}

int ig_ctl_search(struct ig_ctl *c)
{
	const char *limit = ig_ctl_option(c, "--limit");
	struct ig_buf words = IG_BUF_INIT(64 << 10);
	int64_t n = 50;
	if (limit && ig_ctl_number(c, limit, 1, 100000, &n)) return IG_EX_USAGE;
	if (ig_ctl_words(c, 1, 1000)) return IG_EX_USAGE;
	for (int i = 0; i < c->argc; i++) ig_buf_fmt(&words, "%s%s", i ? " " : "", c->argv[i]);
	const char *text = ig_utf8_repair(c->arena, words.data, words.len);
	const char *folded = ig_utf8_fold(c->arena, text, strlen(text));
	ig_buf_free(&words);
	if (!*folded) return ig_ctl_fail(c, IG_EX_USAGE, "no letter or digit to search for");
	struct ig_ctl_list *l = ig_ctl_list_begin(c, headings);
	if (ig_store_search(c->store, folded, n, list_row, &l) < 0) return ig_ctl_store_failed(c);
	int64_t waiting = ig_store_text_waiting(c->store);
	if (waiting > 0) ig_ctl_say(c, "the words of %lld messages that have just come are not in the index yet", (long long)waiting);
	return ig_ctl_list_end(l, "nothing found");
}

/* A case that holds nothing else from outside is merged, so that no empty one stays behind; one message of several is moved. */
static void suggest(struct ig_ctl *c, const struct ig_message *m)
{
	const char *ref = ig_ctl_ref_of(c, m->suggested_incident), *own = ig_ctl_ref_of(c, m->incident);
	int64_t *ids;
	size_t n = 0, others = 0;
	struct ig_message other;
	if (!m->incident || ig_store_incident_members(c->store, m->incident, IG_MEMBERS_MESSAGES, c->arena, &ids, &n)) n = 0;
	for (size_t k = 0; k < n; k++) others += ids[k] != m->id && ig_store_message_get(c->store, ids[k], c->arena, &other) == 1 && !other.outgoing;
	ig_ctl_print(c, "  %snames %s%s: if it belongs there: ", ig_ctl_bold(c), ref, ig_ctl_plain(c));
	if (own && !others) ig_ctl_print(c, "irgatectl incident merge %s %s\n", own, ref);
	else ig_ctl_print(c, "irgatectl message move %lld %s\n", (long long)m->id, ref);
}

static void show_rest(struct ig_ctl *c, const struct ig_message *m)
{
	struct ig_attachment *att;
	struct ig_copy *copies;
	size_t n;
	if (!ig_store_attachments(c->store, m->id, c->arena, &att, &n))
		for (size_t k = 0; k < n; k++)
			ig_ctl_print(c, "  attachment %zu %s  %s  %llu bytes%s%s%s%s%s\n", k + 1, att[k].name ? att[k].name : "(no name)", att[k].type ? att[k].type : "-",
				(unsigned long long)att[k].size, att[k].hazard ? "  " : "", att[k].hazard ? att[k].hazard : "", att[k].malware ? "  (" : "",
				att[k].malware ? att[k].malware : "", att[k].malware ? ")" : "");
	if (!ig_store_copies(c->store, m->id, c->arena, &copies, &n))
		for (size_t k = 0; k < n; k++)
			ig_ctl_print(c, "  arrived again %s  %s\n", ig_ctl_time(c, copies[k].at), copies[k].recipient ? copies[k].recipient : copies[k].source_file ? copies[k].source_file : "");
	if (m->suggested_incident) suggest(c, m);
	ig_ctl_findings(c, m->id);
}

static json_t *attachments_json(struct ig_ctl *c, int64_t message)
{
	struct ig_attachment *list;
	size_t count = 0;
	char hex[IG_SHA256_HEX];
	json_t *o = json_array();
	if (ig_store_attachments(c->store, message, c->arena, &list, &count)) return o;
	for (size_t i = 0; i < count; i++)
		json_array_append_new(o, json_pack("{s:s?,s:s?,s:I,s:s,s:s?,s:s?,s:s?}", "name", list[i].name, "type", list[i].type, "size", (json_int_t)list[i].size, "sha256",
			ig_sha256_hex(list[i].sha256, hex), "part", list[i].part, "hazard", list[i].hazard, "malware", list[i].malware));
	return o;
}

int ig_ctl_message_show(struct ig_ctl *c)
{
	struct ig_message m;
	int64_t arrival = 0;
	if (ig_ctl_words(c, 1, 1)) return IG_EX_USAGE;
	int code = ig_ctl_message(c, c->argv[0], &m);
	if (!code && ig_store_arrival_of(c->store, m.id, &arrival)) code = ig_ctl_store_failed(c);
	if (code) return code;
	if (c->json) {
		json_t *o = message_json(c, &m);
		ig_ctl_findings_json(c, m.id, o);
		json_object_set_new(o, "attachments", attachments_json(c, m.id));
		if (arrival) json_object_set_new(o, "arrival_number", json_integer(arrival));
		ig_ctl_joined_json(c, m.id, o);
		ig_ctl_json(c, o);
		return IG_EX_OK;
	}
	const char *ref = ig_ctl_ref_of(c, m.incident);
	ig_ctl_print(c, "%smessage %lld%s  %s by %s, %s, %s\n", ig_ctl_bold(c), (long long)m.id, ig_ctl_plain(c), m.outgoing ? "out" : "in", ig_channel_word(m.channel),
		ig_class_word(m.class), ig_message_state_word(m.state));
	ig_ctl_print(c, "  incident %s  (%s%s%s)\n", ref ? ref : "none", ig_matched_by_word(m.matched_by), m.match_reason ? ": " : "", m.match_reason ? m.match_reason : "");
	ig_ctl_print(c, "  received %s  from %s%s%s\n", ig_ctl_time(c, m.received_at), m.from_name ? m.from_name : "", m.from_name ? " " : "", m.from_address ? m.from_address : "(nobody)");
	if (arrival) ig_ctl_print(c, "  number %04lld in the register of arrivals\n", (long long)arrival);
	ig_ctl_joined_print(c, m.id);
	if (m.filter) ig_ctl_print(c, "  filter %s\n", m.filter);
	if (m.category) ig_ctl_print(c, "  category %s, confidence %.2f\n", m.category, m.category_confidence);
	ig_ctl_print(c, "  subject: %s\n  Message-ID: %s\n", m.subject ? m.subject : "(none)", m.message_id ? m.message_id : "(none)");
	if (m.frame) ig_ctl_print(c, "  evidence frame %lld, %llu bytes, %s%s%s\n", (long long)m.frame, (unsigned long long)m.size, m.source ? m.source : "",
		m.source_file ? " " : "", m.source_file ? m.source_file : "");
	ig_ctl_lines(c, "problem: ", m.problems);
	show_rest(c, &m);
	return IG_EX_OK;
}

int ig_ctl_message_raw(struct ig_ctl *c)
{
	struct ig_message m;
	struct ig_dispatch d;
	struct ig_evidence_frame f;
	struct ig_why why = {""};
	struct ig_buf bytes = IG_BUF_INIT(PAYLOAD_MAX);
	if (ig_ctl_words(c, 1, 1)) return IG_EX_USAGE;
	int code = ig_ctl_message(c, c->argv[0], &m);
	if (code) return code;
	if (m.outgoing) {
		if (ig_store_dispatch_get(c->store, m.dispatch, true, c->arena, &d) != 1 || !d.bytes) return ig_ctl_fail(c, IG_EX_DATA, "its bytes are not kept");
		c->out(c, d.bytes, d.size);
		return IG_EX_OK;
	}
	if (ig_evidence_read_frame(c->log, (uint64_t)m.frame, c->arena, &f, &why) != 1 || ig_evidence_payload(c->log, &f, &bytes, &why))
		return ig_ctl_fail(c, IG_EX_DATA, "frame %lld: %s", (long long)m.frame, why.text);
	c->out(c, bytes.data, bytes.len);
	ig_buf_free(&bytes);
	return IG_EX_OK;
}

int ig_ctl_message_move(struct ig_ctl *c)
{
	struct ig_message m;
	struct ig_incident i = {0};
	struct ig_why why = {""};
	const char *reason = ig_ctl_option(c, "--reason");
	int code = ig_ctl_words(c, 2, 2);
	if (!code) code = ig_ctl_message(c, c->argv[0], &m);
	if (!code && strcmp(c->argv[1], "new")) code = ig_ctl_incident(c, c->argv[1], &i);
	if (!code && (code = ig_desk_message_move(c->desk, m.id, i.id, c->actor, reason, &why))) ig_ctl_say(c, "%s", why.text);
	return code;
}

int ig_ctl_message_promote(struct ig_ctl *c)
{
	struct ig_incident i = {0};
	struct ig_why why = {""};
	const char *into = ig_ctl_option(c, "--into"), *reason = ig_ctl_option(c, "--reason");
	int code = ig_ctl_words(c, 1, 1000);
	if (!code && into) code = ig_ctl_incident(c, into, &i);
	for (int k = 0; !code && k < c->argc; k++) {
		struct ig_message m;
		code = ig_ctl_message(c, c->argv[k], &m);
		if (code) break;
		code = ig_desk_promote(c->desk, m.id, i.id, c->actor, reason, &why);
		if (code) ig_ctl_say(c, "%s", why.text);
		else if (ig_store_message_get(c->store, m.id, c->arena, &m) == 1 && !c->json)
			ig_ctl_print(c, "message %lld: filed to %s\n", (long long)m.id, m.incident ? ig_ctl_ref_of(c, m.incident) : "no incident");
	}
	return code;
}
