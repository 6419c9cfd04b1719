/* What comes in, in the store: messages and look-ups, incidents and merging, participants, parties. */
#include "config.h"
#include "store_kit.h"

static int count_messages(const struct ig_message *m, void *arg)
{
	int64_t *ids = arg;
	ids[++ids[0]] = m->id;
	return 0;
}

/* ---- messages */

static void a_message_comes_back_as_it_was(void **state)
{
	struct kit *k = *state;
	struct ig_message m = {.incident = new_incident(k),
		.channel = IG_CHANNEL_FAX,
		.state = IG_MESSAGE_STATE_HELD,
		.frame = 9,
		.message_id = "a@b",
		.from_name = "Nguyễn",
		.from_address = "n@example.vn",
		.subject = "Sự cố",
		.return_path = "",
		.received_at = T0,
		.date = T0 - 1,
		.class = IG_CLASS_MACHINE_REPORT,
		.matched_by = IG_MATCHED_BY_THREAD,
		.match_reason = "why",
		.match_rejected = "one\ntwo",
		.source = "lmtp",
		.source_file = "x.eml",
		.recipient = "r@b",
		.problems = "p",
		.language = "vi",
		.identity = {1, 2, 3},
		.size = UINT64_C(1) << 40,
		.auth = IG_AUTH_PASS,
		.fallback = true,
		.imported = true},
					  r;
	ok(ig_store_message_add(k->s, &m));
	assert_int_equal(ig_store_message_get(k->s, m.id, k->a, &r), 1);
	assert_true(r.channel == m.channel && r.state == m.state && r.class == m.class && r.matched_by == m.matched_by && r.frame == 9);
	assert_string_equal(r.return_path, "");
	assert_string_equal(r.from_name, m.from_name);
	assert_string_equal(r.match_rejected, m.match_rejected);
	assert_memory_equal(r.identity, m.identity, IG_SHA256_LEN);
	assert_true(r.size == m.size && r.auth == IG_AUTH_PASS && r.fallback && r.imported && !r.outgoing && !r.dispatch && r.date == T0 - 1);
	struct ig_message bare = {.received_at = T0, .date = IG_NEVER};
	ok(ig_store_message_add(k->s, &bare));
	assert_int_equal(ig_store_message_get(k->s, bare.id, k->a, &r), 1);
	assert_true(r.date == IG_NEVER && !r.message_id && !r.incident && !r.suggested_incident);
	assert_int_equal(ig_store_message_get(k->s, 4711, k->a, &r), 0);
	ok(ig_store_message_set_incident(k->s, bare.id, m.incident, IG_MATCHED_BY_PERSON, "moved"));
	ok(ig_store_message_set_suggestion(k->s, bare.id, m.incident));
	ok(ig_store_message_set_state(k->s, bare.id, IG_MESSAGE_STATE_SEALED));
	assert_int_equal(ig_store_message_get(k->s, bare.id, k->a, &r), 1);
	assert_true(r.incident == m.incident && r.matched_by == IG_MATCHED_BY_PERSON && r.suggested_incident == m.incident &&
		r.state == IG_MESSAGE_STATE_SEALED);
}

static void attachments_and_copies_keep_their_order(void **state)
{
	struct kit *k = *state;
	int64_t id = new_message(k, 0, "a@b");
	struct ig_attachment *list;
	struct ig_copy *copies;
	size_t count;
	for (int i = 0; i < 20; i++) {
		char name[20];
		snprintf(name, sizeof name, "f%d", i);
		ok(ig_store_attachment_add(
			k->s, id, &(struct ig_attachment){.name = i == 3 ? NULL : name, .type = "text/plain", .size = (uint64_t)i}));
	}
	ok(ig_store_attachments(k->s, id, k->a, &list, &count));
	assert_int_equal(count, 20);
	assert_null(list[3].name);
	assert_string_equal(list[19].name, "f19");
	ok(ig_store_copy_add(k->s, id, &(struct ig_copy){.at = T0, .recipient = "x@y", .frame = 3}));
	ok(ig_store_copy_add(k->s, id, &(struct ig_copy){.at = T0, .channel = IG_CHANNEL_LETTER, .source_file = "f"}));
	ok(ig_store_copies(k->s, id, k->a, &copies, &count));
	assert_int_equal(count, 2);
	assert_true(copies[0].frame == 3 && copies[1].channel == IG_CHANNEL_LETTER && !copies[1].recipient);
}

static void lists_are_filtered(void **state)
{
	struct kit *k = *state;
	int64_t i = new_incident(k), first = new_message(k, i, "1@x"), second = new_message(k, 0, "2@x");
	struct ig_message out = {
		.incident = i, .outgoing = true, .received_at = T0 + IG_HOUR, .date = IG_NEVER, .state = IG_MESSAGE_STATE_HELD};
	ok(ig_store_message_add(k->s, &out));
	struct { struct ig_message_filter f; int count; int64_t first;
	} cases[] = {
		{{0}, 3, first},
		{{.incident = i}, 2, first},
		{{.only_in = true}, 2, first},
		{{.only_out = true}, 1, out.id},
		{{.limit = 1}, 1, first},
		{{.after_id = first}, 2, second},
		{{.since = T0 + 1}, 1, out.id},
		{{.since = IG_NEVER}, 3, first},
		{{.by_state = true, .state = IG_MESSAGE_STATE_HELD}, 1, out.id},
		{{.incident = i, .only_out = true, .after_id = second}, 1, out.id},
	};
	for (size_t n = 0; n < sizeof cases / sizeof cases[0]; n++) {
		int64_t ids[8] = {0};
		ok(ig_store_message_list(k->s, &cases[n].f, count_messages, ids));
		if (ids[0] != cases[n].count || ids[1] != cases[n].first)
			fail_msg("case %zu: %d rows, first %d", n, (int)ids[0], (int)ids[1]);
	}
}

static void match_finds_what_it_asks_for(void **state)
{
	struct kit *k = *state;
	struct ig_match_lookup look;
	struct ig_match_seen seen[4];
	ig_store_lookup(k->s, &look);
	int64_t i = new_incident(k), m = new_message(k, i, "known@x");
	struct ig_message row, bare = {.identity = {9, 9}, .received_at = T0, .date = IG_NEVER};
	ok(ig_store_message_add(k->s, &bare));
	assert_int_equal(ig_store_message_get(k->s, m, k->a, &row), 1);
	/* the digest, with the id and without; without only within seven days */
	assert_true(look.by_identity(look.arg, row.identity, "known@x", T0 + 400 * IG_DAY) == m);
	assert_true(look.by_identity(look.arg, bare.identity, "known@x", T0) == 0);
	assert_true(look.by_identity(look.arg, bare.identity, NULL, T0 + 7 * IG_DAY) == bare.id);
	assert_true(look.by_identity(look.arg, bare.identity, NULL, T0 + 7 * IG_DAY + 1) == 0);
	assert_int_equal(look.by_message_id(look.arg, "known@x", seen, 4, k->a), 1);
	assert_true(seen[0].message == m && seen[0].incident == i && !seen[0].outgoing && seen[0].at == T0);
	assert_int_equal(look.by_message_id(look.arg, "other@x", seen, 4, k->a), 0);
	new_message(k, i, "known@x");
	assert_int_equal(look.by_message_id(look.arg, "known@x", seen, 4, k->a), 2);
	assert_int_equal(look.by_message_id(look.arg, "known@x", seen, 1, k->a), 1);
	ok(ig_store_reference_add(k->s, m, "never-seen@x"));
	ok(ig_store_reference_add(k->s, m, "never-seen@x"));
	assert_int_equal(look.by_unseen_reference(look.arg, "never-seen@x", seen, 4, k->a), 1);
	assert_int_equal(look.by_unseen_reference(look.arg, "nobody-named@x", seen, 4, k->a), 0);
	assert_true(look.incident_by_ref(look.arg, (struct ig_ref){2026, 1}) == i);
	assert_true(look.incident_by_ref(look.arg, (struct ig_ref){2026, 2}) == 0);
}

/* A key that collides must not join: the text decides. The collision is made by hand. */
static void a_key_alone_proves_nothing(void **state)
{
	struct kit *k = *state;
	struct ig_match_lookup look;
	struct ig_match_seen seen[4];
	ig_store_lookup(k->s, &look);
	struct ig_message bare = {.received_at = T0, .date = IG_NEVER};
	int64_t hash = ig_hash64("wanted@x", 8);
	memcpy(bare.identity, &hash, sizeof hash); /* same key as "wanted@x", no id at all */
	ok(ig_store_message_add(k->s, &bare));
	assert_int_equal(look.by_message_id(look.arg, "wanted@x", seen, 4, k->a), 0);
}

/* ---- incidents */

static void incidents_and_their_numbers(void **state)
{
	struct kit *k = *state;
	struct ig_incident a = {.acknowledged_at = IG_NEVER, .closed_at = IG_NEVER, .tlp = "amber+strict", .secrecy_requested = true}, r;
	ok(ig_store_incident_open(k->s, &a, T0));
	ok(ig_store_incident_open(k->s, &a, T0 + 400 * IG_DAY));
	assert_true(a.ref.year == 2027 && a.ref.number == 1);
	ok(ig_store_incident_open(k->s, &a, T0 + IG_DAY));
	assert_true(a.ref.year == 2026 && a.ref.number == 2 && a.opened_at == T0 + IG_DAY);
	a.status = IG_INCIDENT_STATUS_WAITING, a.severity = IG_SEVERITY_SERIOUS, a.acknowledged_at = T0 + IG_HOUR,
	a.category = "fraud/phishing";
	ok(ig_store_incident_update(k->s, &a));
	assert_int_equal(ig_store_incident_by_ref(k->s, a.ref, k->a, &r), 1);
	assert_true(r.id == a.id && r.status == a.status && r.severity == a.severity && r.secrecy_requested &&
		r.acknowledged_at == T0 + IG_HOUR);
	assert_string_equal(r.tlp, "amber+strict");
	assert_string_equal(r.category, "fraud/phishing");
	assert_int_equal(ig_store_incident_by_ref(k->s, (struct ig_ref){2026, 3}, k->a, &r), 0);
}

static void past_999999_numbers_go_on(void **state)
{
	struct kit *k = *state;
	struct ig_incident i = {.acknowledged_at = IG_NEVER, .closed_at = IG_NEVER};
	ok(ig_store_incident_open(k->s, &i, T0));
	kit_raw(k, "UPDATE series SET last = 999998");
	ok(ig_store_incident_open(k->s, &i, T0));
	assert_int_equal(i.ref.number, 999999);
	ok(ig_store_incident_open(k->s, &i, T0));
	assert_int_equal(i.ref.number, 1000000);
}

static void merging_moves_everything_and_leaves_a_pointer(void **state)
{
	struct kit *k = *state;
	struct ig_match_lookup look;
	struct ig_incident r;
	ig_store_lookup(k->s, &look);
	int64_t a = new_incident(k), b = new_incident(k), c = new_incident(k), into = 0, *list;
	size_t count;
	int64_t m = new_message(k, a, "m@x"), d = new_dispatch(k, a, m, "p@x", IG_DISPATCH_STATE_HELD);
	struct ig_duty duty = {.incident = a, .what = "forward", .due = T0, .done_at = IG_NEVER, .created_at = T0};
	ok(ig_store_duty_add(k->s, &duty));
	ok(ig_store_participant_add(
		k->s, &(struct ig_participant){.incident = a, .address = "both@x", .admitted = true, .first_message = m}));
	ok(ig_store_participant_add(k->s, &(struct ig_participant){.incident = b, .address = "Both@x", .first_message = m}));
	ok(ig_store_relate(k->s, a, b, "shared ancestor"));
	ok(ig_store_relate(k->s, a, c, "shared ancestor"));
	ok(ig_store_relate(k->s, c, a, "again"));
	assert_int_equal(ig_store_incident_merged_into(k->s, a, &into), 0);
	assert_int_equal(ig_store_incident_merge(k->s, a, a), -1);
	assert_int_equal(ig_store_incident_merge(k->s, a, 4711), -1);
	ok(ig_store_incident_merge(k->s, a, b));
	assert_int_equal(ig_store_incident_merged_into(k->s, a, &into), 1);
	assert_true(into == b);
	assert_true(look.incident_by_ref(look.arg, (struct ig_ref){2026, 1}) == b);
	assert_int_equal(ig_store_incident_get(k->s, a, k->a, &r), 1);
	assert_true(r.status == IG_INCIDENT_STATUS_CLOSED && r.closed_at != IG_NEVER);
	const int64_t want[] = {[IG_MEMBERS_MESSAGES] = m, [IG_MEMBERS_DUTIES] = duty.id, [IG_MEMBERS_DISPATCHES] = d};
	for (int w = 0; w < 3; w++) {
		ok(ig_store_incident_members(k->s, a, (enum ig_store_members)w, k->a, &list, &count));
		assert_int_equal(count, 0);
		ok(ig_store_incident_members(k->s, b, (enum ig_store_members)w, k->a, &list, &count));
		assert_int_equal(count, 1);
		assert_true(list[0] == want[w]);
	}
	struct ig_participant *people;
	ok(ig_store_participants(k->s, b, k->a, &people, &count));
	assert_int_equal(count, 1);
	assert_true(people[0].admitted);
	ok(ig_store_related(k->s, b, k->a, &list, &count));
	assert_int_equal(count, 1);
	assert_true(list[0] == c);
	ok(ig_store_related(k->s, a, k->a, &list, &count));
	assert_int_equal(count, 0);
	assert_int_equal(ig_store_incident_merge(k->s, a, c), -1);
	assert_int_equal(ig_store_incident_merge(k->s, c, a), -1);
	ok(ig_store_incident_merge(k->s, b, c));
	assert_true(look.incident_by_ref(look.arg, (struct ig_ref){2026, 1}) == c);
	ok(ig_store_unrelate(k->s, b, c));
}

static void participants_only_rise(void **state)
{
	struct kit *k = *state;
	struct ig_match_lookup look;
	struct ig_participant p = {.incident = new_incident(k), .address = "Ann@example.vn"}, r;
	ig_store_lookup(k->s, &look);
	assert_int_equal(look.participant(look.arg, p.incident, p.address), 0);
	ok(ig_store_participant_add(k->s, &p));
	assert_int_equal(look.participant(look.arg, p.incident, "ann@EXAMPLE.vn"), 1);
	p.admitted = true;
	ok(ig_store_participant_add(k->s, &p));
	p.admitted = false, p.address = "ann@example.vn";
	ok(ig_store_participant_add(k->s, &p));
	assert_int_equal(ig_store_participant_get(k->s, p.incident, "ANN@example.vn", k->a, &r), 1);
	assert_true(r.admitted);
	assert_string_equal(r.address, "Ann@example.vn");
	assert_int_equal(look.participant(look.arg, p.incident, "ann@example.vn"), 2);
}

/* ---- parties */

static void parties_keep_the_state_of_their_channels(void **state)
{
	struct kit *k = *state;
	struct ig_match_lookup look;
	ig_store_lookup(k->s, &look);
	struct ig_party_channel ch[] = {
		{.channel = IG_CHANNEL_MAIL, .address = "soc@unit.vn"}, {.channel = IG_CHANNEL_FAX, .address = "+842412345"}};
	struct ig_party p = {.name = "Đơn vị A",
		.role = IG_PARTY_ROLE_UNIT,
		.domain = "unit.vn",
		.channels = ch,
		.channel_count = 2,
		.valid_from = T0,
		.valid_to = T0 + IG_DAY,
		.on_duty_24x7 = true},
					r;
	ok(ig_store_party_save(k->s, &p));
	assert_int_equal(ig_store_party_by_address(k->s, IG_CHANNEL_MAIL, "SOC@unit.vn", T0, k->a, &r), 1);
	assert_true(r.id == p.id && r.channel_count == 2 && r.on_duty_24x7 && r.valid_from == T0);
	ok(ig_store_channel_set_state(k->s, r.channels[0].id, IG_CHANNEL_STATE_FAILING));
	int64_t kept = r.channels[0].id;
	assert_int_equal(ig_store_party_by_address(k->s, IG_CHANNEL_MAIL, "soc@unit.vn", T0 + IG_DAY, k->a, &r), 0);
	assert_int_equal(ig_store_party_by_address(k->s, IG_CHANNEL_MAIL, "soc@unit.vn", T0 - 1, k->a, &r), 0);
	assert_int_equal(ig_store_party_by_address(k->s, IG_CHANNEL_FAX, "soc@unit.vn", T0, k->a, &r), 0);
	struct ig_party_channel other[] = {
		{.channel = IG_CHANNEL_MAIL, .address = "Soc@unit.vn"}, {.channel = IG_CHANNEL_PHONE, .address = "113"}};
	p.channels = other;
	ok(ig_store_party_save(k->s, &p));
	assert_int_equal(ig_store_party_by_name(k->s, "Đơn vị A", k->a, &r), 1);
	assert_int_equal(r.channel_count, 2);
	assert_true(
		r.channels[0].id == kept && r.channels[0].state == IG_CHANNEL_STATE_FAILING && r.channels[1].channel == IG_CHANNEL_PHONE);
	ok(ig_store_channel_set_state(k->s, kept, IG_CHANNEL_STATE_REVOKED));
	assert_int_equal(ig_store_party_by_address(k->s, IG_CHANNEL_MAIL, "soc@unit.vn", T0, k->a, &r), 0);
	assert_true(look.own_domain(look.arg, "UNIT.vn"));
	assert_false(look.own_domain(look.arg, "example.com"));
	/* a party that was written to about a case belongs to it */
	int64_t i = new_incident(k);
	struct ig_dispatch d = {.incident = i,
		.party = p.id,
		.letter = "escalation",
		.address = "soc@unit.vn",
		.created_at = T0,
		.not_before = T0,
		.expires_at = IG_NEVER};
	ok(ig_store_dispatch_add(k->s, &d));
	assert_int_equal(look.participant(look.arg, i, "soc@unit.vn"), 0);
	ok(ig_store_dispatch_set_state(k->s, d.id, IG_DISPATCH_STATE_SENDING, NULL, IG_NEVER));
	assert_int_equal(look.participant(look.arg, i, "SOC@unit.vn"), 2);
}

static void findings_come_back_and_an_amendment_adds_what_is_new(void **state)
{
	struct kit *k = *state;
	int64_t id = new_message(k, new_incident(k), "f@b");
	struct ig_field fields[] = {{"window.start", "2026-01-02T00:00:00Z", "text, line 4", "carrier: label", 0.9}, {"system.name", "cổng", NULL, NULL, 0.5}};
	struct ig_observable seen[] = {{"ipv4", "192.0.2.1"}, {"domain", "a.example"}, {"url", "x"}};
	struct ig_report r = {.fields = fields, .field_count = 2, .observables = seen, .observable_count = 2, .ticket = {"rt", "17", "open"}};
	struct ig_field *f;
	struct ig_observable *o;
	struct ig_ticket *t;
	struct ig_message m;
	size_t n;
	ok(ig_store_findings_add(k->s, id, &r));
	r.observable_count = 3;
	fields[1].value = "cổng tỉnh";
	ok(ig_store_findings_add(k->s, id, &r));
	ok(ig_store_message_set_findings(k->s, id, "tickets", "test/test", 0.75));
	ok(ig_store_fields(k->s, id, k->a, &f, &n));
	assert_int_equal(n, 3);
	assert_string_equal(f[0].name, "window.start");
	assert_string_equal(f[0].where, "text, line 4");
	assert_true(f[0].confidence > 0.89 && f[0].confidence < 0.91);
	assert_string_equal(f[2].value, "cổng tỉnh");
	assert_null(f[2].where);
	ok(ig_store_observables(k->s, id, k->a, &o, &n));
	assert_int_equal(n, 3);
	assert_string_equal(o[2].type, "url");
	ok(ig_store_tickets(k->s, id, k->a, &t, &n));
	assert_int_equal(n, 1);
	assert_string_equal(t[0].status, "open");
	assert_int_equal(ig_store_message_get(k->s, id, k->a, &m), 1);
	assert_string_equal(m.filter, "tickets");
	assert_string_equal(m.category, "test/test");
	ok(ig_store_message_set_findings(k->s, id, NULL, NULL, 0));
	assert_int_equal(ig_store_message_get(k->s, id, k->a, &m), 1);
	assert_true(m.category_confidence > 0.74);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, kit_setup, kit_teardown)
	const struct CMUnitTest tests[] = {
		CASE(findings_come_back_and_an_amendment_adds_what_is_new), CASE(a_message_comes_back_as_it_was), CASE(attachments_and_copies_keep_their_order), CASE(lists_are_filtered),
		CASE(match_finds_what_it_asks_for), CASE(a_key_alone_proves_nothing), CASE(incidents_and_their_numbers),
		CASE(past_999999_numbers_go_on), CASE(merging_moves_everything_and_leaves_a_pointer), CASE(participants_only_rise),
		CASE(parties_keep_the_state_of_their_channels),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
