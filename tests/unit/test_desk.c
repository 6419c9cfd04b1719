/* The desk over a real store and the real templates: one frame after the other, and what rows each leaves. Each story has an instance of
 * its own; the report is made by hand, so that no reader is needed. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers" /* a case says only what matters to it */
#include "config.h"
#include "check.h"
#include "instance.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "desk/desk.h"
#include "desk/duty.h"

#define T0 (INT64_C(1780000000) * IG_SECOND)
#define AN "an@so.example.vn"
#define BINH "binh@khac.example.vn"

struct kit {
	char dir[64];
	struct ig_conf *conf;
	struct ig_store *store;
	struct ig_desk *desk;
	struct ig_arena *a;
	uint64_t seq;
	int64_t last; /* newest message taken */
	ig_time ahead; /* of the recorder's clock */
};

static int setup(void **state)
{
	struct kit *k = calloc(1, sizeof(*k));
	struct ig_why why = {""};
	k->conf = instance_make("desk", k->dir, sizeof(k->dir));
	k->a = ig_arena_new(0);
	k->store = ig_store_open(k->conf->var, IG_STORE_WRITE, &why);
	if (!k->store)
		fail_msg("%s", why.text);
	k->desk = ig_desk_new(k->store, k->conf, &why);
	if (!k->desk)
		fail_msg("%s", why.text);
	ig_clock_fix(T0);
	*state = k;
	return 0;
}

static int teardown(void **state)
{
	struct kit *k = *state;
	ig_desk_free(k->desk);
	ig_store_free(k->store);
	ig_conf_free(k->conf);
	ig_arena_free(k->a);
	instance_remove(k->dir);
	free(k);
	return 0;
}

struct mail {
	const char *id, *from, *subject, *text, *in_reply_to;
	enum ig_class class;
	bool imported, fallback;
	const char *to; /* envelope recipient */
};

static int newest(const struct ig_message *m, void *arg)
{
	struct kit *k = arg;
	k->last = m->outgoing ? k->last : m->id;
	return 0;
}

/* Takes one mail in a transaction of its own; its message row comes back. */
static struct ig_message take(struct kit *k, struct mail mail)
{
	const char *irt[] = {mail.in_reply_to, NULL}, *none[] = {NULL}, *to[] = {mail.to, NULL};
	struct ig_address from = {NULL, mail.from};
	struct ig_report r = {.class = mail.class, .message_id = mail.id, .from = mail.from ? &from : NULL, .subject = mail.subject, .text = mail.text,
		.reply_text = mail.text, .in_reply_to = irt, .references = none, .problems = none, .delivered_to = none, .language = "vi", .date = IG_NEVER,
		.fallback = mail.fallback, .folded = "bao cao su co"};
	struct ig_why why = {""};
	char name[32];
	snprintf(name, sizeof(name), "%llu.file", (unsigned long long)++k->seq);
	struct ig_evidence_frame f = {.seq = k->seq, .at = ig_now() + k->ahead, .size = 100};
	struct ig_envelope e = {.channel = IG_CHANNEL_MAIL, .source = "incoming", .source_file = name, .recipients = mail.to ? to : NULL, .imported = mail.imported};
	char all[512];
	int len = snprintf(all, sizeof(all), "%s|%s|%s|%s", mail.id ? mail.id : "", mail.from ? mail.from : "", mail.subject ? mail.subject : "", mail.text ? mail.text : "");
	ig_sha256_of(all, (size_t)len, r.identity);
	memcpy(f.payload_sum, r.identity, sizeof(f.payload_sum));
	assert_int_equal(ig_store_begin(k->store), 0);
	if (ig_desk_take(k->desk, &f, &e, &r, NULL, 0, &why))
		fail_msg("%s", why.text);
	assert_int_equal(ig_store_commit(k->store), 0);
	struct ig_message m;
	assert_true(ig_store_message_list(k->store, NULL, newest, k) >= 0);
	assert_int_equal(ig_store_message_get(k->store, k->last, k->a, &m), 1);
	return m;
}

struct found {
	struct ig_arena *a;
	struct ig_dispatch d[8];
	struct ig_duty duty[16];
	size_t count;
};
static int keep_dispatch(const struct ig_dispatch *d, void *arg)
{
	struct found *f = arg;
	assert_true(f->count < IG_COUNT(f->d));
	f->d[f->count] = *d;
	f->d[f->count].address = ig_arena_strdup(f->a, d->address);
	f->d[f->count].why = ig_arena_strdup(f->a, d->why);
	f->d[f->count].letter = ig_arena_strdup(f->a, d->letter);
	f->count++;
	return 0;
}
static struct found dispatches(struct kit *k, int64_t incident)
{
	struct found f = {.a = k->a};
	struct ig_dispatch_filter of = {.incident = incident};
	assert_true(ig_store_dispatch_list(k->store, &of, keep_dispatch, &f) >= 0);
	return f;
}
static int keep_duty(const struct ig_duty *d, void *arg)
{
	struct found *f = arg;
	assert_true(f->count < IG_COUNT(f->duty));
	f->duty[f->count] = *d;
	f->duty[f->count].what = ig_arena_strdup(f->a, d->what);
	f->duty[f->count].basis = ig_arena_strdup(f->a, d->basis);
	f->count++;
	return 0;
}
static struct found duties(struct kit *k, int64_t incident)
{
	struct found f = {.a = k->a};
	struct ig_duty_filter of = {.incident = incident, .due_before = IG_NEVER};
	assert_true(ig_store_duty_list(k->store, &of, keep_duty, &f) >= 0);
	return f;
}
static struct ig_dispatch with_bytes(struct kit *k, int64_t id)
{
	struct ig_dispatch d;
	assert_int_equal(ig_store_dispatch_get(k->store, id, true, k->a, &d), 1);
	return d;
}
static bool has(const struct ig_dispatch *d, const char *text)
{
	return d->bytes && memmem(d->bytes, d->size, text, strlen(text));
}
static void sent(struct kit *k, int64_t dispatch, enum ig_outcome outcome)
{
	struct ig_attempt at = {.at = ig_now(), .outcome = outcome, .code = "250", .text = "fine"};
	struct ig_why why = {""};
	assert_int_equal(ig_store_begin(k->store), 0);
	assert_true(ig_store_dispatch_set_state(k->store, dispatch, IG_DISPATCH_STATE_SENDING, NULL, ig_now()) >= 0);
	if (ig_desk_sent(k->desk, dispatch, &at, &why))
		fail_msg("%s", why.text);
	assert_int_equal(ig_store_commit(k->store), 0);
}

static void a_report_opens_a_case_and_is_receipted_once(void **state)
{
	struct kit *k = *state;
	struct ig_message m = take(k, (struct mail){"m1@so", AN, "Báo cáo sự cố TUYET-MAT", "Hệ thống hỏng"});
	assert_true(m.incident > 0);
	struct ig_incident i;
	assert_int_equal(ig_store_incident_get(k->store, m.incident, k->a, &i), 1);
	char ref[IG_REF_MAX];
	ig_ref_print(i.ref, ref);
	struct found f = dispatches(k, m.incident);
	assert_int_equal(f.count, 1);
	assert_int_equal(f.d[0].state, IG_DISPATCH_STATE_QUEUED);
	assert_string_equal(f.d[0].address, AN);
	struct ig_dispatch d = with_bytes(k, f.d[0].id);
	assert_true(has(&d, ref) && has(&d, "In-Reply-To: <m1@so>") && has(&d, "Auto-Submitted: auto-replied") && !has(&d, "TUYET-MAT"));
	assert_true(has(&d, d.message_id) && d.token && strlen(d.token) == 10 && d.message > 0);
	assert_true(strstr(ig_desk_envelope_sender(k->desk, &d, k->a), d.token) || !k->conf->bounce_address);
	f = duties(k, m.incident);
	assert_int_equal(f.count, 1);
	assert_string_equal(f.duty[0].what, "acknowledge");
	assert_true(f.duty[0].due == T0 && f.duty[0].done_at == IG_NEVER && strstr(f.duty[0].basis, "05/2017"));
	ig_clock_fix(T0 + IG_SECOND);
	sent(k, d.id, IG_OK);
	assert_int_equal(ig_store_incident_get(k->store, m.incident, k->a, &i), 1);
	assert_true(i.acknowledged_at == T0 + IG_SECOND);
	assert_true(duties(k, m.incident).duty[0].done_at == T0 + IG_SECOND);
	uint64_t cursor;
	assert_int_equal(ig_store_cursor(k->store, &cursor), 0);
	assert_int_equal(cursor, 1);
}

static void the_same_again_is_a_copy(void **state)
{
	struct kit *k = *state;
	struct mail one = {"m1@so", AN, "Báo cáo", "x"};
	struct ig_message m = take(k, one), again = take(k, one);
	assert_true(again.id == m.id);
	struct ig_copy *copies;
	size_t count;
	assert_true(ig_store_copies(k->store, m.id, k->a, &copies, &count) >= 0);
	assert_int_equal(count, 1);
	assert_string_equal(copies[0].source_file, "2.file");
	assert_int_equal(dispatches(k, m.incident).count, 1);
	one.text = "y"; /* the same id and sender with other bytes: joins without a receipt */
	struct ig_message other = take(k, one);
	assert_true(other.id != m.id && other.incident == m.incident && other.matched_by == IG_MATCHED_BY_SAME_MESSAGE);
	assert_int_equal(dispatches(k, m.incident).count, 1);
}

static void replies_join_and_newcomers_are_receipted_without_content(void **state)
{
	struct kit *k = *state;
	struct ig_message m = take(k, (struct mail){"m1@so", AN, "Báo cáo", "x"});
	struct ig_dispatch receipt = with_bytes(k, dispatches(k, m.incident).d[0].id);
	struct ig_message r = take(k, (struct mail){"m2@so", AN, "Re: khác", "y", receipt.message_id});
	assert_true(r.incident == m.incident && r.matched_by == IG_MATCHED_BY_THREAD && strstr(r.match_reason, "not authenticated"));
	assert_int_equal(dispatches(k, m.incident).count, 1);
	r = take(k, (struct mail){"b1@khac", BINH, "Re: Báo cáo", "z", "m1@so"});
	assert_true(r.incident == m.incident);
	struct found f = dispatches(k, m.incident);
	assert_int_equal(f.count, 2);
	assert_string_equal(f.d[1].address, BINH);
	struct ig_dispatch d = with_bytes(k, f.d[1].id);
	assert_false(has(&d, "m1@so.example.vn") || has(&d, AN));
	struct ig_participant p;
	assert_int_equal(ig_store_participant_get(k->store, m.incident, BINH, k->a, &p), 1);
	assert_false(p.admitted);
	take(k, (struct mail){"b2@khac", BINH, "Re: Báo cáo", "zz", "m1@so"});
	assert_int_equal(dispatches(k, m.incident).count, 2);
	struct ig_why why = {""};
	assert_int_equal(ig_desk_admit(k->desk, m.incident, BINH, "user:truc", &why), 0);
	assert_int_equal(ig_store_participant_get(k->store, m.incident, BINH, k->a, &p), 1);
	assert_true(p.admitted);
}

static void a_strangers_number_is_a_suggestion_only(void **state)
{
	struct kit *k = *state;
	struct ig_message m = take(k, (struct mail){"m1@so", AN, "Báo cáo", "x"});
	struct ig_incident i;
	char ref[IG_REF_MAX];
	assert_int_equal(ig_store_incident_get(k->store, m.incident, k->a, &i), 1);
	ig_ref_print(i.ref, ref);
	struct ig_message s = take(k, (struct mail){"b1@khac", BINH, ref, "x"});
	assert_true(s.incident && s.incident != m.incident && s.suggested_incident == m.incident && s.state == IG_MESSAGE_STATE_FILED);
	struct found f = dispatches(k, s.incident);
	assert_int_equal(f.count, 1);
	struct ig_dispatch d = with_bytes(k, f.d[0].id);
	assert_false(has(&d, ref));
	f = duties(k, s.incident);
	assert_int_equal(f.count, 2);
	assert_non_null(strstr(f.duty[0].what, "merge") ? f.duty[0].what : strstr(f.duty[1].what, "merge"));
	struct ig_why why = {""};
	if (ig_desk_incident_merge(k->desk, s.incident, m.incident, "user:truc", "một việc", &why))
		fail_msg("%s", why.text);
	assert_int_equal(ig_store_message_get(k->store, s.id, k->a, &s), 1);
	assert_true(s.incident == m.incident);
	assert_int_equal(ig_desk_incident_merge(k->desk, s.incident, m.incident, "user:truc", "x", &why), IG_EX_USAGE);
	struct ig_ref fresh;
	assert_int_equal(ig_desk_incident_split(k->desk, m.incident, &s.id, 1, "user:truc", "nhầm", &fresh, &why), 0);
	assert_int_equal(ig_store_message_get(k->store, s.id, k->a, &s), 1);
	assert_true(s.incident != m.incident && s.matched_by == IG_MATCHED_BY_PERSON);
	assert_int_equal(ig_desk_message_move(k->desk, s.id, m.incident, "user:truc", "lại", &why), 0);
	assert_int_equal(ig_desk_message_move(k->desk, s.id, m.incident, "user:truc", "lại", &why), IG_EX_DATA);
	assert_int_equal(ig_desk_message_move(k->desk, 999, m.incident, "user:truc", "lại", &why), IG_EX_DATA);
}

static void automatic_and_imported_mail_is_not_answered(void **state)
{
	struct kit *k = *state;
	struct ig_message m = take(k, (struct mail){"l1@x", "list@x.example", "x", "x", .class = IG_CLASS_LIST});
	assert_true(m.incident > 0 && strstr(m.match_reason, "no receipt"));
	assert_int_equal(dispatches(k, m.incident).count, 0);
	m = take(k, (struct mail){"a1@x", "away@x.example", "x", "x", .class = IG_CLASS_OUT_OF_OFFICE});
	assert_int_equal(m.incident, 0);
	m = take(k, (struct mail){"i1@x", AN, "x", "x", .imported = true});
	struct found f = dispatches(k, m.incident);
	assert_int_equal(f.count, 1);
	assert_int_equal(f.d[0].state, IG_DISPATCH_STATE_CANCELLED);
	assert_string_equal(f.d[0].why, "imported");
	assert_int_equal(duties(k, m.incident).count, 0);
}

static void budget_and_unreadable_mail_leave_a_duty(void **state)
{
	struct kit *k = *state;
	char id[16];
	struct ig_message m = {.id = 0};
	for (int n = 1; n <= 3; n++) {
		snprintf(id, sizeof(id), "m%d@so", n);
		m = take(k, (struct mail){id, AN, "x", id});
	}
	struct found f = dispatches(k, m.incident);
	assert_int_equal(f.count, 1);
	assert_int_equal(f.d[0].state, IG_DISPATCH_STATE_HELD);
	assert_non_null(strstr(f.d[0].why, "budget"));
	f = duties(k, m.incident);
	assert_int_equal(f.count, 1);
	assert_true(strstr(f.duty[0].what, "acknowledge by hand") && f.duty[0].due != IG_NEVER);
	m = take(k, (struct mail){.fallback = true, .text = "?"});
	assert_true(m.fallback && m.incident && m.state == IG_MESSAGE_STATE_FILED);
	f = duties(k, m.incident);
	assert_int_equal(f.count, 1);
	assert_non_null(strstr(f.duty[0].what, "read by hand"));
	assert_true(take(k, (struct mail){.fallback = true, .text = "?"}).id == m.id);
}

static void a_bounce_finds_its_case_by_its_address(void **state)
{
	struct kit *k = *state;
	struct ig_message m = take(k, (struct mail){"m1@so", AN, "x", "x"});
	struct ig_dispatch d = with_bytes(k, dispatches(k, m.incident).d[0].id);
	const char *bounce = ig_desk_envelope_sender(k->desk, &d, k->a);
	if (!*bounce)
		skip();
	struct ig_message b = take(k, (struct mail){"b1@mx", "x@mx.example", "Undelivered", "x", .to = bounce});
	assert_int_equal(b.class, IG_CLASS_BOUNCE);
	assert_true(b.incident == m.incident);
	assert_int_equal(dispatches(k, m.incident).count, 1);
	b = take(k, (struct mail){"b3@khac", BINH, "Re: x", "x", "m1@so", .to = bounce}); /* a person who answers there: filed, not let in */
	struct ig_participant p;
	assert_true(b.incident == m.incident && b.class == IG_CLASS_BOUNCE);
	assert_int_equal(ig_store_participant_get(k->store, m.incident, BINH, k->a, &p), 0);
	assert_int_equal(dispatches(k, m.incident).count, 1);
	char wrong[128];
	snprintf(wrong, sizeof(wrong), "%s", bounce);
	char *token = strstr(wrong, d.token);
	token[0] = token[0] == 'a' ? 'b' : 'a';
	b = take(k, (struct mail){"b2@mx", "x@mx.example", "Undelivered", "x", .to = wrong});
	assert_true(b.class == IG_CLASS_BOUNCE && !b.incident);
}

static void a_person_hands_a_case_on(void **state)
{
	struct kit *k = *state;
	struct ig_message m = take(k, (struct mail){"m1@so", AN, "BI-MAT", "x"});
	struct ig_party_channel channel = {.channel = IG_CHANNEL_MAIL, .address = "truc@vncert.example", .state = IG_CHANNEL_STATE_OK};
	struct ig_party party = {.name = "VNCERT", .role = IG_PARTY_ROLE_COORDINATOR, .language = "en", .channels = &channel, .channel_count = 1,
		.valid_from = IG_NEVER, .valid_to = IG_NEVER};
	struct ig_why why = {""};
	int64_t id = 0;
	assert_true(ig_store_party_save(k->store, &party) >= 0);
	if (ig_desk_escalate(k->desk, m.incident, party.id, "user:truc", "as he asked", &id, &why))
		fail_msg("%s", why.text);
	struct ig_dispatch d = with_bytes(k, id);
	assert_int_equal(d.state, IG_DISPATCH_STATE_QUEUED);
	assert_false(has(&d, "m1@so>") || has(&d, "BI-MAT") || has(&d, "In-Reply-To"));
	assert_int_equal(ig_desk_dispatch_cancel(k->desk, id, "user:truc", "nhầm", &why), 0);
	assert_int_equal(ig_desk_dispatch_cancel(k->desk, id, "user:truc", "nhầm", &why), IG_EX_DATA);
	assert_int_equal(ig_desk_dispatch_release(k->desk, id, "user:truc", "x", &why), IG_EX_DATA);
	assert_int_equal(ig_desk_set_severity(k->desk, m.incident, IG_SEVERITY_SERIOUS, "user:truc", "lan rộng", &why), 0);
	assert_int_equal(ig_desk_set_status(k->desk, m.incident, IG_INCIDENT_STATUS_CLOSED, "user:truc", "xong", &why), 0);
	struct ig_incident i;
	assert_int_equal(ig_store_incident_get(k->store, m.incident, k->a, &i), 1);
	assert_true(i.severity == IG_SEVERITY_SERIOUS && i.closed_at != IG_NEVER);
	struct ig_message late = take(k, (struct mail){"m2@so", AN, "Re: x", "còn nữa", "m1@so"});
	assert_true(late.incident == m.incident);
	assert_int_equal(ig_store_incident_get(k->store, m.incident, k->a, &i), 1);
	assert_true(i.status == IG_INCIDENT_STATUS_OPEN && i.closed_at == IG_NEVER); /* opened again, and a person hears of it */
	struct found f = duties(k, m.incident);
	bool heard = false;
	for (size_t n = 0; n < f.count; n++)
		heard |= strstr(f.duty[n].what, "look at the case again") != NULL;
	assert_true(heard);
	party.valid_to = T0 - IG_DAY;
	assert_true(ig_store_party_save(k->store, &party) >= 0);
	assert_int_equal(ig_desk_escalate(k->desk, m.incident, party.id, "user:truc", "as he asked", &id, &why), 0);
	d = with_bytes(k, id);
	assert_int_equal(d.state, IG_DISPATCH_STATE_HELD);
	assert_int_equal(ig_desk_dispatch_release(k->desk, id, "user:truc", "x", &why), IG_EX_DATA);
	party.valid_to = IG_NEVER;
	assert_true(ig_store_party_save(k->store, &party) >= 0);
	if (ig_desk_dispatch_release(k->desk, id, "user:truc", "nay được", &why))
		fail_msg("%s", why.text);
	d = with_bytes(k, id);
	assert_true(d.state == IG_DISPATCH_STATE_QUEUED && d.bytes);
	assert_int_equal(ig_desk_escalate(k->desk, m.incident, 999, "user:truc", "as he asked", &id, &why), IG_EX_DATA);
}

/* Arrivals never go back in time: after a clock that ran ahead they are all dated there, and the answers must leave all the same. */
static void a_clock_that_ran_ahead_keeps_no_answer(void **state)
{
	struct kit *k = *state;
	ig_time due;
	k->ahead = 365 * IG_DAY;
	struct ig_message m = take(k, (struct mail){"m1@so", AN, "Báo cáo", "Hệ thống hỏng"});
	assert_true(m.received_at == T0 + 365 * IG_DAY);
	assert_int_equal(dispatches(k, m.incident).count, 1);
	assert_true(ig_store_dispatch_next_due(k->store, &due) >= 0);
	assert_true(due == T0);
	/* a moment is no reason to date an answer before the arrival */
	k->ahead = IG_SECOND;
	m = take(k, (struct mail){"m2@so", BINH, "Báo cáo", "Hệ thống khác"});
	assert_true(dispatches(k, m.incident).d[0].not_before == T0 + IG_SECOND);
}

/* An outcome of what does not exist is no reason to stop: everything else is in the same commit, and would be at every further try. */
static void an_outcome_of_nothing_stops_nothing(void **state)
{
	struct kit *k = *state;
	struct ig_attempt at = {.at = ig_now(), .outcome = IG_OK, .code = "250", .text = "fine"};
	struct ig_why why = {""};
	struct ig_message m = take(k, (struct mail){"m1@so", AN, "Báo cáo", "Hệ thống hỏng"});
	assert_int_equal(ig_store_begin(k->store), 0);
	assert_int_equal(ig_desk_sent(k->desk, 4711, &at, &why), 0);
	assert_int_equal(ig_desk_sent(k->desk, -1, &at, &why), 0);
	assert_int_equal(ig_store_commit(k->store), 0);
	struct ig_dispatch d = dispatches(k, m.incident).d[0];
	sent(k, d.id, IG_LATER);
	d = with_bytes(k, d.id);
	assert_int_equal(d.attempt_count, 1);
	assert_true(d.not_before == T0 + k->conf->retry_first * 1000);
}

#define STORY(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void)
{
	setenv("IRGATE_DATADIR", SRCDIR, 1);
	const struct CMUnitTest tests[] = {STORY(a_report_opens_a_case_and_is_receipted_once), STORY(the_same_again_is_a_copy),
		STORY(replies_join_and_newcomers_are_receipted_without_content), STORY(a_strangers_number_is_a_suggestion_only),
		STORY(automatic_and_imported_mail_is_not_answered), STORY(budget_and_unreadable_mail_leave_a_duty),
		STORY(a_bounce_finds_its_case_by_its_address), STORY(a_person_hands_a_case_on),
		STORY(a_clock_that_ran_ahead_keeps_no_answer), STORY(an_outcome_of_nothing_stops_nothing)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
