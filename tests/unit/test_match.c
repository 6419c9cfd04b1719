/* match by tables of cases over a small book of messages in memory: order of the attempts and every guard of doc/MATCHING.md. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers" /* a case says only what matters to it */
#include "config.h"
#include "check.h"
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "match/body.h"
#include "match/match.h"

struct known_message { const char *id, *from; int64_t message, incident; bool outgoing; };
/* What the store knows: incident 1 (reporter an@so.example.vn), 2 (binh@gmail.com), an auto-reply without incident. */
static const struct known_message book[] = {
	{"m1@so.example.vn", "an@so.example.vn", 1, 1, false},
	{"d1.t@irgate.example.vn", "ungcuu@example.vn", 2, 1, true},
	{"m3@gmail.com", "binh@gmail.com", 3, 2, false},
	{"auto@x.example", "robot@x.example", 4, 0, false},
};
/* Ids named by messages of the book that were never seen. */
static const struct known_message unseen[] = {
	{"root@so.example.vn", "an@so.example.vn", 1, 1, false},
	{"root@gmail.com", "binh@gmail.com", 3, 2, false},
};

static int64_t by_identity(void *arg, const uint8_t sum[IG_SHA256_LEN], const char *id, ig_time at)
{
	(void)arg, (void)id, (void)at;
	return sum[0] == 0xdd ? 1 : 0;
}
static size_t find(const struct known_message *list, size_t n, const char *id, struct ig_match_seen *out, size_t max)
{
	size_t count = 0;
	for (size_t i = 0; i < n && count < max; i++)
		if (!strcmp(list[i].id, id))
			out[count++] = (struct ig_match_seen){list[i].message, list[i].incident, list[i].outgoing, list[i].from, 0};
	return count;
}
static size_t by_message_id(void *arg, const char *id, struct ig_match_seen *out, size_t max, struct ig_arena *a)
{
	(void)arg, (void)a;
	return find(book, IG_COUNT(book), id, out, max);
}
static size_t by_unseen(void *arg, const char *id, struct ig_match_seen *out, size_t max, struct ig_arena *a)
{
	(void)arg, (void)a;
	return find(unseen, IG_COUNT(unseen), id, out, max);
}
static int64_t by_ref(void *arg, struct ig_ref ref)
{
	(void)arg;
	return ref.year == 2026 && (ref.number == 1 || ref.number == 2) ? ref.number : 0;
}
static int participant(void *arg, int64_t incident, const char *address)
{
	(void)arg;
	if (!strcasecmp(address, "both@so.example.vn"))
		return 2;
	return incident == 1 && !strcasecmp(address, "an@so.example.vn") ? 2 : incident == 2 && !strcasecmp(address, "binh@gmail.com") ? 2 : 0;
}
static bool own_domain(void *arg, const char *domain)
{
	(void)arg;
	return !strcasecmp(domain, "so.example.vn") || !strcasecmp(domain, "gmail.com"); /* a mistake in the directory must not open a shared host */
}

static const char *const ours[] = {"ungcuu@example.vn", NULL};
static const struct ig_match_lookup look = {.by_identity = by_identity, .by_message_id = by_message_id, .by_unseen_reference = by_unseen, .incident_by_ref = by_ref,
	.participant = participant, .own_domain = own_domain};

struct one {
	const char *name;
	const char *from, *subject, *text, *id, *in_reply_to, *reference[4], *to, *attachment;
	enum ig_class class;
	/* wanted */
	int64_t incident;
	enum ig_matched_by by;
	bool fresh;
	int64_t suggested, related;
	bool bare; /* no plus-addresses */
};
static char R1[IG_REF_MAX], R2[IG_REF_MAX], R9[IG_REF_MAX], BAD[IG_REF_MAX], PLUS[64], BOTH[64];
#define AN "an@so.example.vn"
#define BINH "binh@gmail.com"
#define CUONG "cuong@khac.example"
static const struct one cases[] = {
	{"nothing named", CUONG, "Hỏi", "x", "a@b", .by = IG_MATCHED_BY_NONE},
	{"same subject only", CUONG, "Re: Báo cáo", "x", "a@b", .by = IG_MATCHED_BY_NONE},
	{"reporter names his case in the subject", AN, R1, "x", "a@b", .incident = 1, .by = IG_MATCHED_BY_REFERENCE},
	{"reporter names his case in the text", AN, "x", R1, "a@b", .incident = 1, .by = IG_MATCHED_BY_REFERENCE},
	{"reporter names his case in an attachment name", AN, "x", "y", "a@b", .attachment = R1, .incident = 1, .by = IG_MATCHED_BY_REFERENCE},
	{"reporter writes to the plus address", AN, "x", "y", "a@b", .to = PLUS, .incident = 1, .by = IG_MATCHED_BY_REFERENCE},
	{"plus address where subaddress is off", AN, "x", "y", "a@b", .to = PLUS, .by = IG_MATCHED_BY_NONE, .bare = true},
	{"stranger names a case in the subject", CUONG, R1, "x", "a@b", .by = IG_MATCHED_BY_NONE, .suggested = 1},
	{"stranger names a case in the text", CUONG, "x", R2, "a@b", .by = IG_MATCHED_BY_NONE, .suggested = 2},
	{"stranger writes to the plus address", CUONG, "x", "y", "a@b", .to = PLUS, .by = IG_MATCHED_BY_NONE, .suggested = 1},
	{"automatic mail of a stranger names a case", CUONG, R1, "x", "a@b", .class = IG_CLASS_AUTO_REPLY, .by = IG_MATCHED_BY_NONE},
	{"wrong check character", AN, BAD, "x", "a@b", .by = IG_MATCHED_BY_NONE},
	{"a case that is not there", AN, R9, "x", "a@b", .by = IG_MATCHED_BY_NONE},
	{"known to one of two cases in the subject", AN, BOTH, "x", "a@b", .incident = 1, .by = IG_MATCHED_BY_REFERENCE},
	{"known to both cases he names", "both@so.example.vn", BOTH, "x", "a@b", .by = IG_MATCHED_BY_NONE, .suggested = 1},
	{"reply to a received mail by the reporter", AN, "Re: x", "y", "a@b", "m1@so.example.vn", .incident = 1, .by = IG_MATCHED_BY_THREAD},
	{"reply to our receipt by the reporter", AN, "Re: x", "y", "a@b", "d1.t@irgate.example.vn", .incident = 1, .by = IG_MATCHED_BY_THREAD},
	{"reply by somebody new", CUONG, "Re: x", "y", "a@b", "m1@so.example.vn", .incident = 1, .by = IG_MATCHED_BY_THREAD, .fresh = true},
	{"auto-reply to our receipt", CUONG, "Re: x", "y", "a@b", "d1.t@irgate.example.vn", .class = IG_CLASS_AUTO_REPLY, .incident = 1, .by = IG_MATCHED_BY_THREAD},
	{"our own mail in the thread", "ungcuu@example.vn", "x", "y", "a@b", "m1@so.example.vn", .incident = 1, .by = IG_MATCHED_BY_THREAD},
	{"no From at all, in the thread", NULL, "x", "y", "a@b", "m1@so.example.vn", .incident = 1, .by = IG_MATCHED_BY_THREAD},
	{"references, nearest last", CUONG, "x", "y", "a@b", NULL, {"m1@so.example.vn", "m3@gmail.com"}, .incident = 2, .by = IG_MATCHED_BY_THREAD, .fresh = true, .related = 1},
	{"In-Reply-To before References", CUONG, "x", "y", "a@b", "m1@so.example.vn", {"m1@so.example.vn", "m3@gmail.com"}, .incident = 1, .by = IG_MATCHED_BY_THREAD, .fresh = true, .related = 2},
	{"unseen In-Reply-To, seen reference", AN, "x", "y", "a@b", "never@x", {"m1@so.example.vn"}, .incident = 1, .by = IG_MATCHED_BY_THREAD},
	{"reply to a mail without incident", CUONG, "x", "y", "a@b", "auto@x.example", .by = IG_MATCHED_BY_NONE},
	{"subject of a known case wins over the thread", AN, R1, "y", "a@b", "m3@gmail.com", .incident = 1, .by = IG_MATCHED_BY_REFERENCE},
	{"the thread wins over the text", AN, "x", R1, "a@b", "m3@gmail.com", .incident = 2, .by = IG_MATCHED_BY_THREAD, .fresh = true},
	{"the thread, and a stranger's number in the subject", CUONG, R2, "x", "a@b", "m1@so.example.vn", .incident = 1, .by = IG_MATCHED_BY_THREAD, .fresh = true, .suggested = 2},
	{"the thread, and the same number", CUONG, R1, "x", "a@b", "m1@so.example.vn", .incident = 1, .by = IG_MATCHED_BY_THREAD, .fresh = true},
	{"same id, same sender, other bytes", AN, "x", "y", "m1@so.example.vn", .incident = 1, .by = IG_MATCHED_BY_SAME_MESSAGE},
	{"same id, sender in other case", "AN@SO.example.vn", "x", "y", "m1@so.example.vn", .incident = 1, .by = IG_MATCHED_BY_SAME_MESSAGE},
	{"same id, other sender", CUONG, "x", "y", "m1@so.example.vn", .by = IG_MATCHED_BY_NONE},
	{"same id, other sender, but a reply", CUONG, "x", "y", "m1@so.example.vn", "m3@gmail.com", .incident = 2, .by = IG_MATCHED_BY_THREAD, .fresh = true},
	{"names itself only", CUONG, "x", "y", "a@b", "a@b", {"a@b", "a@b"}, .by = IG_MATCHED_BY_NONE},
	{"unseen ancestor, same sender", AN, "x", "y", "a@b", "root@so.example.vn", .incident = 1, .by = IG_MATCHED_BY_THREAD},
	{"unseen ancestor, own domain", "khac@so.example.vn", "x", "y", "a@b", "root@so.example.vn", .incident = 1, .by = IG_MATCHED_BY_THREAD, .fresh = true},
	{"unseen ancestor, stranger", CUONG, "x", "y", "a@b", "root@so.example.vn", .by = IG_MATCHED_BY_NONE, .related = 1},
	{"unseen ancestor, shared mail host", "khac@gmail.com", "x", "y", "a@b", "root@gmail.com", .by = IG_MATCHED_BY_NONE, .related = 2},
	{"the ancestor itself, same sender", AN, "x", "y", "root@so.example.vn", .incident = 1, .by = IG_MATCHED_BY_THREAD},
	{"the ancestor itself, stranger", CUONG, "x", "y", "root@so.example.vn", .by = IG_MATCHED_BY_NONE, .related = 1},
	{"a mail address for an id", AN, "x", "y", "a@b", "an@so.example.vn", .by = IG_MATCHED_BY_NONE},
};

static void run(const struct one *c, struct ig_arena *a, struct ig_match *m)
{
	struct ig_address from = {NULL, c->from}, to = {NULL, c->to};
	struct ig_attachment att = {.name = c->attachment};
	const char *irt[] = {c->in_reply_to, NULL}, *none[] = {NULL};
	struct ig_report r = {.class = c->class, .message_id = c->id, .from = c->from ? &from : NULL, .to = &to, .to_count = c->to ? 1 : 0, .subject = c->subject,
		.text = c->text, .reply_text = c->text, .in_reply_to = irt, .references = c->reference, .problems = none, .delivered_to = none,
		.attachments = &att, .attachment_count = c->attachment ? 1 : 0};
	struct ig_envelope e = {.channel = IG_CHANNEL_MAIL};
	struct ig_match_self self = {ours, !c->bare, "ungcuu@example.vn", NULL};
	ig_match_report(&r, &e, 0, &self, &look, a, m);
}

static void every_case(void **state)
{
	(void)state;
	struct ig_arena *a = ig_arena_new(0);
	int bad = 0;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		const struct one *c = &cases[i];
		struct ig_match m;
		run(c, a, &m);
		bool fine = m.incident == c->incident && m.by == c->by && m.new_participant == c->fresh && m.suggested == c->suggested &&
			m.related == c->related && m.reason && m.no_receipt == (c->by == IG_MATCHED_BY_SAME_MESSAGE);
		if (!fine) {
			bad++;
			print_error("%s: incident %d by %s new %d suggested %d related %d: %s | %s\n", c->name, (int)m.incident, ig_matched_by_word(m.by),
				m.new_participant, (int)m.suggested, (int)m.related, m.reason, m.rejected ? m.rejected : "");
		}
	}
	ig_arena_free(a);
	assert_int_equal(bad, 0);
}

static void what_was_rejected_is_written_down(void **state)
{
	(void)state;
	struct ig_arena *a = ig_arena_new(0);
	struct ig_match m;
	run(&(struct one){"", CUONG, R1, "x", "m1@so.example.vn", NULL, {NULL}}, a, &m);
	assert_non_null(m.rejected);
	assert_non_null(strstr(m.rejected, "from another sender"));
	assert_non_null(strstr(m.rejected, "not known to that case"));
	ig_arena_free(a);
}

static void the_same_content_is_a_copy(void **state)
{
	(void)state;
	struct ig_arena *a = ig_arena_new(0);
	const char *none[] = {NULL};
	struct ig_report r = {.message_id = "m1@so.example.vn", .in_reply_to = none, .references = none, .problems = none, .delivered_to = none};
	struct ig_envelope e = {.channel = IG_CHANNEL_MAIL};
	struct ig_match_self self = {ours, true, NULL, NULL};
	struct ig_match m;
	r.identity[0] = 0xdd;
	ig_match_report(&r, &e, 0, &self, &look, a, &m);
	assert_int_equal(m.duplicate_of, 1);
	assert_int_equal(m.incident, 0);
	ig_arena_free(a);
}

static void bounce_addresses(void **state)
{
	(void)state;
	static const struct { const char *bounce, *to; bool is; int64_t dispatch; const char *token; } table[] = {
		{"ungcuu@example.vn", "ungcuu+D-000017-abcd@example.vn", true, 17, "abcd"},
		{"ungcuu@example.vn", "UNGCUU+d-000017-ABCD@EXAMPLE.vn", true, 17, "ABCD"},
		{"ungcuu@example.vn", "ungcuu@example.vn", false, 0, ""}, /* reports come there */
		{"bounce@example.vn", "bounce@example.vn", true, 0, ""},
		{"bounce@example.vn", "D-000017-abcd@example.vn", true, 17, "abcd"},
		{"bounce@example.vn", "bounce+D-000017@example.vn", false, 0, ""},
		{"bounce@example.vn", "bounce+D-000017-@example.vn", false, 0, ""},
		{"bounce@example.vn", "bounce+D-000017-abcd@other.vn", false, 0, ""},
		{"bounce@example.vn", "D-1-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@example.vn", false, 0, ""},
		{NULL, "ungcuu+D-000017-abcd@example.vn", false, 0, ""},
	};
	const char *none[] = {NULL};
	for (size_t i = 0; i < IG_COUNT(table); i++) {
		const char *to[] = {table[i].to, NULL};
		struct ig_report r = {.delivered_to = none};
		struct ig_envelope e = {.channel = IG_CHANNEL_MAIL, .recipients = to};
		struct ig_match_self self = {ours, true, table[i].bounce, NULL};
		char token[IG_MATCH_TOKEN_MAX];
		int64_t dispatch = -1;
		if (ig_match_to_bounce_address(&r, &e, &self, &dispatch, token) != table[i].is || (table[i].is && dispatch != table[i].dispatch) ||
			(table[i].is && strcmp(token, table[i].token)))
			fail_msg("%s at %s: dispatch %d token %s", table[i].to, table[i].bounce, (int)dispatch, token);
	}
}

static void shared_hosts(void **state)
{
	(void)state;
	static const char *const more[] = {"chung.example.vn", NULL};
	assert_true(ig_match_shared_host("GMail.com", NULL));
	assert_true(ig_match_shared_host("chung.example.vn", more));
	assert_false(ig_match_shared_host("so.example.vn", more));
	assert_true(ig_match_shared_host("", NULL));
}

/* Heads as offices write them and as recognition spoils them, against a directory: the nearest is meant, and clearly nearer than any other. */
static void heads_find_their_body(void **state)
{
	static const char *const directory[] = {"Sở Y tế tỉnh Mẫu", "Sở Y tế tỉnh Khác", "Sở Thông tin và Truyền thông tỉnh Mẫu", "Sở Giáo dục và Đào tạo tỉnh Mẫu",
		"Sở Nông nghiệp và Phát triển nông thôn tỉnh Mẫu", "Ủy ban nhân dân tỉnh Mẫu", "Ủy ban nhân dân thành phố Ví Dụ", "Ủy ban nhân dân huyện Thử, tỉnh Mẫu",
		"Phòng Văn hóa và Thông tin huyện Thử", "Công an tỉnh Mẫu", "Trung tâm Công nghệ thông tin và Truyền thông tỉnh Mẫu", "Viễn thông Mẫu"};
	static const struct { const char *head, *above, *sign; int want; } heads[] = {
		{"SỞ Y TẾ", "UBND TỈNH MẪU", NULL, 0}, {"SỞ Y TẾ", "ỦY BAN NHÂN DÂN TỈNH KHÁC", NULL, 1}, {"SO Y TE", "UY BAN NHAN DAN TỈNH MÂU", NULL, 0}, {"SỞ Y TẾ", "UBND TỈNHMẪU", NULL, 0},
		{"SỞ TT&TT", "UBND TỈNH MẪU", "STTTT-CNTT", 2}, {"SỞ THÔNG TIN VÀ TRUYỀN THÔNG", "UBND TỈNH MẪU", NULL, 2}, {"SỞ GD&ĐT", "UBND TỈNH MẪU", NULL, 3},
		{"SỞ NN&PTNT", "UBND TỈNH MẪU", NULL, 4}, {"UBND TỈNH MẪU", NULL, NULL, 5}, {"UBND TP. VÍ DỤ", NULL, NULL, 6}, {"UBND HUYỆN THỬ", "TỈNH MẪU", NULL, 7},
		{"PHÒNG VHTT", "UBND HUYỆN THỬ", NULL, 8}, {"CÔNG AN TỈNH MẪU", "BỘ CÔNG AN", "CAT-PA05", 9}, {"TRUNG TAM CÔNG NGHE THONG TIN VA TRUYÊN THONG", "UBND TỈNH MẪU", NULL, 10},
		{"VIẺN THÔNG MẪU", "TẬP ĐOÀN MẪU", "VTM-KT", 11}};
	struct ig_arena *a = ig_arena_new(0);
	(void)state;
	for (size_t i = 0; i < IG_COUNT(heads); i++) {
		struct ig_body head, body;
		double best = 9, second = 9;
		int found = -1;
		ig_body_of(a, heads[i].head, heads[i].above, &head);
		for (size_t k = 0; k < IG_COUNT(directory); k++) {
			ig_body_of(a, directory[k], NULL, &body);
			double far = ig_body_distance(&head, &body);
			if (heads[i].sign && (int)k == heads[i].want)
				assert_true(ig_body_signs(a, &body, heads[i].sign));
			if (far < best)
				second = best, best = far, found = (int)k;
			else if (far < second)
				second = far;
		}
		if (found != heads[i].want || best >= 0.35 || second - best < 0.1)
			fail_msg("%s (%s): %s, %.2f, the next %.2f", heads[i].head, heads[i].above ? heads[i].above : "", directory[found], best, second);
	}
	ig_arena_free(a);
}

/* Without its place a head may be of any province: nearer to none than to the others. */
static void a_head_without_place_is_nobodys(void **state)
{
	struct ig_arena *a = ig_arena_new(0);
	struct ig_body head, one, other;
	(void)state;
	ig_body_of(a, "SỞ Y TẾ", NULL, &head);
	ig_body_of(a, "Sở Y tế tỉnh Mẫu", NULL, &one);
	ig_body_of(a, "Sở Y tế tỉnh Khác", NULL, &other);
	assert_true(ig_body_distance(&head, &one) == ig_body_distance(&head, &other));
	assert_false(ig_body_signs(a, &one, "STTTT-CNTT"));
	assert_false(ig_body_signs(a, &one, ""));
	ig_body_of(a, "", NULL, &head);
	assert_true(ig_body_distance(&head, &one) >= 1);
	ig_arena_free(a);
}

int main(void)
{
	ig_ref_print((struct ig_ref){2026, 1}, R1);
	ig_ref_print((struct ig_ref){2026, 2}, R2);
	ig_ref_print((struct ig_ref){2026, 9}, R9);
	memcpy(BAD, R1, sizeof(BAD));
	BAD[strlen(BAD) - 1] = BAD[strlen(BAD) - 1] == 'A' ? 'B' : 'A';
	snprintf(BOTH, sizeof(BOTH), "%s, %s", R1, R2);
	snprintf(PLUS, sizeof(PLUS), "ungcuu+%s@example.vn", R1);
	const struct CMUnitTest tests[] = {cmocka_unit_test(every_case), cmocka_unit_test(what_was_rejected_is_written_down),
		cmocka_unit_test(the_same_content_is_a_copy), cmocka_unit_test(bounce_addresses), cmocka_unit_test(shared_hosts), cmocka_unit_test(heads_find_their_body),
		cmocka_unit_test(a_head_without_place_is_nobodys)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
