/* Property of the release gate: whatever the case, the letter and the party, no letter that may leave tells its reader what he may not be told.
 * 10,000 random ones (RELEASES in the environment: another number); half of them carry, in a field that every party may read, something that
 * this one may not, in one of many forms. What "may not be told" means is worked out here once more, from the rules and not from the code; the
 * finished letter is read here by a decoder of its own. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#include "config.h"
#include "check.h"
#include "instance.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/utf8.h"
#include "desk/desk.h"
#include "store/books.h"

static struct { struct ig_conf *conf; struct ig_store *store; struct ig_desk *desk; struct ig_arena *a; char dir[64]; } k;
static uint64_t seed = 20260302;

static unsigned rnd(unsigned n)
{
	seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
	return (unsigned)(seed >> 11) % n;
}

static const char *const family[] = {"Trần Quốc", "Nguyễn Thị Hồng", "Hồ Văn", "Phạm Đình", "Lê Thị Thanh", "Đặng Xuân", "Bùi Khánh", "Võ Hoàng"};
static const char *const given[] = {"Đạt", "Nhung", "Ưng", "Quyết", "Thủy", "Trường", "Khoa", "Lựu", "Phượng", "Nghĩa"};
static const char *const places[] = {"Hải Lăng", "Gio Linh", "Cam Lộ", "Đakrông", "Vĩnh Linh", "Triệu Phong", "Hướng Hóa"};
static const char *const kinds[] = {"escalation", "request", "forward", "closing", "receipt"};

/* A case: who reported it and what they wrote. */
struct person { int64_t message; char name[64], mail[64], phone[64], id[64], system[96], summary[160]; };
struct incident { struct ig_incident row; struct person people[3]; size_t count; };

static void make_person(struct person *p, unsigned n)
{
	/* no two of one name, so that what is found is whose it is thought to be */
	snprintf(p->name, sizeof p->name, "%s %s %c%c%c%c", family[rnd(8)], given[rnd(10)], 'A' + (int)(n / 17576 % 26), 'a' + (int)(n / 676 % 26), 'a' + (int)(n / 26 % 26), 'a' + (int)(n % 26));
	snprintf(p->mail, sizeof p->mail, "nguoi.%u.%u@xa%u.example", n, rnd(100000), rnd(50));
	snprintf(p->phone, sizeof p->phone, "02%02u.%03u.%03u", rnd(100), n / 1000 % 1000, n % 1000);
	snprintf(p->id, sizeof p->id, "%u.%08x@mail.xa%u.example", n, rnd(1u << 30), rnd(50));
	snprintf(p->system, sizeof p->system, "Hệ thống một cửa %s số %u", places[rnd(7)], n);
	snprintf(p->summary, sizeof p->summary, "Máy chủ %s bị mã hóa dữ liệu lúc %02u giờ, kẻ tấn công đòi %u đồng", places[rnd(7)], rnd(24), 100000 + n);
}

static void add_message(struct incident *i, struct person *p)
{
	static const char *const none[] = {NULL};
	struct ig_message m = {.incident = i->row.id, .channel = IG_CHANNEL_MAIL, .frame = 1, .message_id = p->id, .from_name = p->name, .from_address = p->mail,
		.subject = p->summary, .received_at = ig_now(), .date = IG_NEVER, .class = IG_CLASS_PERSON, .match_reason = "x", .source = "incoming"};
	struct ig_field f[] = {{"reporter.person", p->name, "text", "x", 1}, {"reporter.phone", p->phone, "text", "x", 1}, {"system.name", p->system, "text", "x", 1},
		{"incident.summary", p->summary, "text", "x", 1}};
	struct ig_report r = {.fields = f, .field_count = 4, .in_reply_to = none, .references = none, .problems = none};
	struct ig_participant who = {.incident = i->row.id, .address = p->mail, .admitted = p == i->people};
	assert_int_equal(ig_store_message_add(k.store, &m), 0);
	p->message = m.id;
	who.first_message = m.id;
	assert_int_equal(ig_store_findings_add(k.store, m.id, &r), 0);
	assert_int_equal(ig_store_participant_add(k.store, &who), 0);
}

static void make_incident(struct incident *i, unsigned n)
{
	static const char *const tlps[] = {NULL, NULL, NULL, "amber", "red", "amber+strict", "green"};
	*i = (struct incident){.row = {.status = IG_INCIDENT_STATUS_OPEN, .severity = (enum ig_severity)rnd(3), .widespread = (enum ig_widespread)rnd(3),
		.profile = "vn-2025", .acknowledged_at = IG_NEVER, .closed_at = IG_NEVER, .secrecy_requested = !rnd(5), .tlp = tlps[rnd(7)],
		.secrecy_state = rnd(40) ? NULL : "mat", .language = rnd(2) ? "vi" : "en"}};
	assert_int_equal(ig_store_incident_open(k.store, &i->row, ig_now()), 0);
	i->count = 1 + rnd(3);
	for (size_t p = 0; p < i->count; p++) {
		make_person(&i->people[p], n * 4 + (unsigned)p);
		add_message(i, &i->people[p]);
	}
}

/* ---- forms in which an officer's words may carry it */

static const char *base64_of(const char *s)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char *out = ig_arena_alloc(k.a, strlen(s) * 2 + 8), *o = out;
	size_t len = strlen(s);
	for (size_t i = 0; i < len; i += 3) {
		unsigned v = (unsigned)(unsigned char)s[i] << 16 | (i + 1 < len ? (unsigned)(unsigned char)s[i + 1] << 8 : 0) | (i + 2 < len ? (unsigned char)s[i + 2] : 0);
		*o++ = digits[v >> 18], *o++ = digits[v >> 12 & 63], *o++ = i + 1 < len ? digits[v >> 6 & 63] : '=', *o++ = i + 2 < len ? digits[v & 63] : '=';
	}
	return out;
}

static const char *form_of(const char *s, unsigned form)
{
	struct ig_buf b = IG_BUF_INIT(65536);
	switch (form) {
	case 0: ig_buf_str(&b, s); break;
	case 1: ig_buf_str(&b, ig_utf8_fold(k.a, s, strlen(s))); break;
	case 2: ig_buf_str(&b, base64_of(s)); break;
	case 3: ig_buf_fmt(&b, "=?UTF-8?B?%s?=", base64_of(s)); break;
	case 4: for (const char *p = s; *p; p++) ig_buf_fmt(&b, "%%%02X", (unsigned char)*p); break;
	case 5: for (const char *p = s; *p; p++) ig_buf_fmt(&b, "=%02X", (unsigned char)*p); break;
	case 6: for (const char *p = s; *p; p++) ig_buf_fmt(&b, (unsigned char)*p < 0x80 ? "&#%u;" : "%c", (unsigned char)*p); break;
	case 7: for (const char *p = s; *p; p++) ig_buf_fmt(&b, *p == ' ' || *p == '.' ? "\n" : "%c", *p); break;
	default: ig_buf_fmt(&b, "<b>%.*s</b>%s", (int)ig_utf8_cut(s, strlen(s), strlen(s) / 2), s, s + ig_utf8_cut(s, strlen(s), strlen(s) / 2)); break;
	}
	const char *out = ig_arena_strdup(k.a, b.data);
	ig_buf_free(&b);
	return out;
}

/* ---- the rules once more */

enum value { NAME, MAIL, PHONE, ID, SYSTEM, SUMMARY, VALUES };
static const char *value_of(const struct person *p, enum value v)
{
	const char *const all[VALUES] = {p->name, p->mail, p->phone, p->id, p->system, p->summary};
	return all[v];
}

static bool authority(enum ig_party_role r)
{
	return r == IG_PARTY_ROLE_COORDINATOR || r == IG_PARTY_ROLE_POLICE || r == IG_PARTY_ROLE_MILITARY || r == IG_PARTY_ROLE_STANDING_BODY || r == IG_PARTY_ROLE_OFFICER;
}
static bool acting(enum ig_party_role r)
{
	return authority(r) || r == IG_PARTY_ROLE_UNIT || r == IG_PARTY_ROLE_ISP || r == IG_PARTY_ROLE_OWNER || r == IG_PARTY_ROLE_OPERATOR;
}
static bool is_secret(const struct ig_incident *i)
{
	return i->secrecy_requested || i->secrecy_state || (i->tlp && (!strcmp(i->tlp, "red") || !strcmp(i->tlp, "amber+strict")));
}
static bool may_know(const struct incident *i, bool other_case, enum value v, enum ig_party_role role, bool identity)
{
	if (v == ID || (other_case && (is_secret(&i->row) || !authority(role))))
		return false;
	if (v == SYSTEM || v == SUMMARY)
		return acting(role);
	return authority(role) && (!is_secret(&i->row) || identity);
}

/* ---- a reader of our own for what left: quoted-printable and encoded words undone, then only letters */

static const char *read_mail(const char *p, size_t len)
{
	struct ig_buf b = IG_BUF_INIT(4u << 20);
	for (size_t i = 0; i < len; i++) {
		unsigned v;
		if (p[i] == '=' && i + 2 < len && p[i + 1] == '\r') i += 2;
		else if (p[i] == '=' && i + 2 < len && sscanf(p + i + 1, "%2X", &v) == 1 && strspn(p + i + 1, "0123456789ABCDEF") >= 2) ig_buf_char(&b, (char)v), i += 2;
		else ig_buf_char(&b, p[i]);
	}
	const char *text = ig_utf8_repair(k.a, b.data, b.len);
	ig_buf_free(&b);
	return text;
}

static const char *letters(const char *text)
{
	char *f = ig_utf8_fold(k.a, text, strlen(text)), *o = f;
	for (const char *p = f; *p; p++)
		if (*p != ' ') *o++ = *p;
	*o = 0;
	return f;
}

static size_t queued, held, held_gate, leaks, needless;

static void one(unsigned n)
{
	struct incident i, other;
	struct ig_party p = {.role = (enum ig_party_role)rnd(ig_party_role_count), .language = rnd(2) ? "vi" : "en", .valid_from = IG_NEVER, .valid_to = IG_NEVER};
	struct ig_party_channel c = {.channel = IG_CHANNEL_MAIL};
	struct ig_why why = {""};
	int64_t id = 0;
	ig_arena_reset(k.a);
	make_incident(&i, n * 2);
	make_incident(&other, n * 2 + 1);
	bool related = rnd(2), disclosed = !rnd(2), identity = !rnd(3);
	if (related)
		assert_int_equal(ig_store_relate(k.store, i.row.id, other.row.id, "x"), 0);
	p.name = ig_arena_fmt(k.a, "Bên nhận %u", n);
	c.address = ig_arena_fmt(k.a, "ben%u@nhan.example", n);
	p.channels = &c, p.channel_count = 1;
	assert_int_equal(ig_store_party_save(k.store, &p), 0);
	if (disclosed && !i.row.secrecy_state) {
		struct ig_disclosure x = {.incident = i.row.id, .party = p.id, .identity = identity, .at = ig_now(), .actor = "user:a", .reason = "r"};
		assert_int_equal(ig_store_disclosure_add(k.store, &x), 0);
	}
	/* What is put into it, and whether its reader may know that. */
	bool from_other = related && !rnd(3), carries = rnd(2);
	const struct incident *of = from_other ? &other : &i;
	enum value v = (enum value)rnd(VALUES);
	const char *what = value_of(&of->people[rnd((unsigned)of->count)], v), *form = carries ? form_of(what, rnd(9)) : "Vượt khả năng xử lý tại chỗ";
	bool allowed = !carries || may_know(of, from_other, v, p.role, disclosed && identity);
	struct ig_desk_post post = {.kind = kinds[rnd(4)], .incident = i.row.id, .party = p.id, .lane = IG_LANE_NORMAL, .actor = "user:an",
		.fields = json_pack("{s:s, s:s}", "reason", form, "summary", i.people[0].summary)};
	int code = ig_desk_post(k.desk, &post, &id, &why);
	if (code)
		fail_msg("%u: %d %s", n, code, why.text);
	struct ig_dispatch d;
	assert_int_equal(ig_store_dispatch_get(k.store, id, true, k.a, &d), 1);
	if (d.state != IG_DISPATCH_STATE_QUEUED) {
		held++;
		bool gate = d.why && strstr(d.why, "release gate");
		held_gate += gate;
		needless += gate && allowed;
		if (gate && allowed)
			print_error("needless: %s: value %d in %s to %s\n", d.why, v, form, ig_party_role_word(p.role));
		return;
	}
	queued++;
	const char *text = letters(read_mail(d.bytes, d.size)), *inserted = letters(form);
	bool leak = is_secret(&i.row) && (!disclosed || i.row.secrecy_state);
	leak |= carries && !allowed && strstr(text, inserted);
	for (size_t q = 0; q < i.count + other.count; q++)
		for (int w = 0; w < VALUES; w++) {
			bool second = q >= i.count;
			const struct incident *x = second ? &other : &i;
			if (second && !related)
				continue;
			const char *value = letters(value_of(&x->people[second ? q - i.count : q], (enum value)w));
			leak |= strlen(value) >= 8 && strstr(text, value) && !may_know(x, second, (enum value)w, p.role, disclosed && identity);
		}
	leaks += leak;
	if (leak)
		print_error("LEAK %u: %s (%s) to %s\n%.*s\n", n, what, form, ig_party_role_word(p.role), (int)d.size, (const char *)d.bytes);
}

static void test_no_leak(void **state)
{
	const char *want = getenv("RELEASES");
	unsigned count = want ? (unsigned)strtoul(want, NULL, 10) : 10000;
	(void)state;
	for (unsigned n = 0; n < count; n++) {
		if (n % 500 == 0) {
			if (n)
				assert_int_equal(ig_store_commit(k.store), 0);
			assert_int_equal(ig_store_begin(k.store), 0);
		}
		one(n);
	}
	assert_int_equal(ig_store_commit(k.store), 0);
	print_message("%u letters: %zu may leave, %zu held (%zu by the second lock), %zu leaks, %zu held needlessly\n", count, queued, held, held_gate, leaks, needless);
	assert_int_equal(leaks, 0);
	assert_int_equal(needless, 0);
	assert_true(queued > count / 5 && held_gate > count / 50);
}

/* ---- who is known by other writings than his name and address, and the other way round: ordinary letters of people with ordinary names */

struct known { const char *name, *mail, *phone; };

static int64_t case_of(const struct known *who, unsigned n)
{
	struct incident i = {.row = {.status = IG_INCIDENT_STATUS_OPEN, .profile = "vn-2025", .acknowledged_at = IG_NEVER, .closed_at = IG_NEVER, .secrecy_requested = true,
		.language = "vi"}};
	assert_int_equal(ig_store_incident_open(k.store, &i.row, ig_now()), 0);
	make_person(&i.people[0], 900000 + n);
	snprintf(i.people[0].name, sizeof i.people[0].name, "%s", who->name);
	snprintf(i.people[0].mail, sizeof i.people[0].mail, "%s", who->mail);
	snprintf(i.people[0].phone, sizeof i.people[0].phone, "%s", who->phone);
	add_message(&i, &i.people[0]);
	return i.row.id;
}

/* The exception lets the case be known to the party, without who reported it. */
static struct ig_dispatch letter_of(int64_t incident, unsigned n, const char *words, enum ig_party_role role)
{
	struct ig_party_channel c = {.channel = IG_CHANNEL_MAIL, .address = ig_arena_fmt(k.a, "ben.%u@nhan2.example", n)};
	struct ig_party p = {.role = role, .language = "vi", .valid_from = IG_NEVER, .valid_to = IG_NEVER, .name = ig_arena_fmt(k.a, "Cơ quan nhận %u", n), .channels = &c,
		.channel_count = 1};
	struct ig_dispatch d;
	struct ig_why why = {""};
	int64_t id = 0;
	assert_int_equal(ig_store_party_save(k.store, &p), 0);
	struct ig_disclosure x = {.incident = incident, .party = p.id, .at = ig_now(), .actor = "user:a", .reason = "r"};
	assert_int_equal(ig_store_disclosure_add(k.store, &x), 0);
	struct ig_desk_post post = {.kind = kinds[n % 3] /* each says the reason */, .incident = incident, .party = p.id, .lane = IG_LANE_NORMAL, .actor = "user:an", .fields = json_pack("{s:s}", "reason", words)};
	assert_int_equal(ig_desk_post(k.desk, &post, &id, &why), 0);
	assert_int_equal(ig_store_dispatch_get(k.store, id, true, k.a, &d), 1);
	return d;
}

static void test_other_writings(void **state)
{
	static const struct known lan = {"Trần Thị Ngọc Lan (Bé Bống Bang)", "tranlan85@xa-mau.example", "ĐT: 0233.000.0009 hoặc 0905 111 222"}, an = {"Lê An", "le.an@xa-mau.example", "0914000111"},
		vu = {"Vũ Trường Giang", "vutg77@xb-mau.example", "0914000333"}, bare = {"Tran Thi Ngoc Lan", "lan@xb-mau.example", "0914000222"};
	static const struct { const struct known *who; const char *words; } cases[] = {
		{&lan, "Chị Ngọc Lan đã gọi."}, {&lan, "chi Ngoc Lan da goi"}, {&lan, "Bà Trần Lan"}, {&lan, "Ms Lan Tran"}, {&lan, "Lan Tran Thi Ngoc"}, {&lan, "bà T.T.N. Lan"},
		{&lan, "TTN Lan"}, {&lan, "Trần T.N.L"}, {&lan, "Tran T. N. L."}, {&lan, "ký: T.T.N.L"}, {&lan, "TRẦN THỊ NGỌC LAN"}, {&lan, "tran thi ngoc lan"},
		{&lan, "Trần Thị\nNgọc Lan"}, {&lan, "Trần-Thị-Ngọc-Lan"}, {&lan, "bí danh Bé Bống Bang"}, {&lan, "be bong bang"}, {&lan, "tài khoản tranlan85"},
		{&lan, "tài khoản TranLan85 trên diễn đàn"}, {&lan, "TRANLAN85"}, {&lan, "+84 233 000 0009"}, {&lan, "0084-233-000-0009"}, {&lan, "84.233.000.0009"},
		{&lan, "(0233) 000 0009"}, {&lan, "+84905111222"}, {&lan, "0905.111.222"}, {&lan, "Ngọc\xc2\xa0Lan"},
		{&bare, "Chị Ngọc Lan đã gọi."}, {&vu, "anh Trường Giang"}, {&vu, "Vu Giang"}, {&bare, "Trần Lan"}, {&bare, "bà T.T.N. Lan"}, {&bare, "Trần Thị Ngọc Lan"},
		{&an, "ông Lê An"}, {&an, "le an"}, {&an, "LE AN"}, {&an, "An Lê"}, {&an, "L. An"}, {&an, "L.An"}, {&an, "Lê\n An"}, {&an, "hộp thư le.an"}, {&an, "+84 914 000 111"}};
	size_t got_out = 0;
	(void)state;
	assert_int_equal(ig_store_begin(k.store), 0);
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		ig_arena_reset(k.a);
		struct ig_dispatch d = letter_of(case_of(cases[i].who, (unsigned)i), (unsigned)i, cases[i].words, IG_PARTY_ROLE_COORDINATOR);
		if (d.state != IG_DISPATCH_STATE_HELD || !strstr(d.why, "release gate")) {
			got_out++;
			print_error("LEAK: %s: %s (%s)\n", cases[i].words, ig_dispatch_state_word(d.state), d.why ? d.why : "");
		}
	}
	assert_int_equal(ig_store_commit(k.store), 0);
	assert_int_equal(got_out, 0);
}

static void test_ordinary_words(void **state)
{
	static const struct known people[] = {{"An", "an@xa.example", "0914000001"}, {"Hà", "ha@xa.example", "0914000002"}, {"Nam", "nam@xa.example", "0914000003"},
		{"Nguyễn Văn An", "vanthu@xa.example", "0914000004"}, {"Lê Việt Nam", "vanphong@xa.example", "0914000005"}, {"Phạm Văn Bản", "info@xa.example", "0914000006"},
		{"Trần An Toàn", "antoan@xa.example", "0914000007"}, {"Đỗ Hà Nội", "hanoi@xa.example", "0914000008"}, {"Bùi Công Thông", "congthong@xa.example", "0914000009"},
		{"Hoàng Thanh Tra", "thanhtra@xa.example", "0914000010"}, {"Phòng CNTT", "cntt@xa.example", "0233000011"},
		{"Phòng Giáo dục Hải Lăng", "phonggd@xa.example", "0233000013"}, {"Sở Y tế", "soyte@xa.example", "0233000014"}, {"UBND xã Gio Linh", "ubnd@xa.example", "0233000015"}, {"Tin", "thongtin@xa.example", "0914000012"}};
	static const char *const letters_of[] = {"Đề nghị bảo đảm an toàn thông tin cho tỉnh Hà Nam và phía nam Hà Nội.", "An toàn thông tin mạng Việt Nam: văn bản số 05/TTTT, Văn bản hướng dẫn.",
		"Thanh tra tỉnh và Công an tỉnh phối hợp; cổng thông tin ở phía Nam bị tấn công.", "Minh bạch, công khai; phòng, chống; tin tức hằng ngày trên Cổng thông tin.",
		"Cổng thông tin huyện Hải Lăng và xã Gio Linh bị tấn công; Bộ Y tế đã được báo.", "Văn phòng Ủy ban nhân dân tỉnh đã nhận; vanthu và văn thư lưu hồ sơ."};
	size_t needless_here = 0, count = 0;
	(void)state;
	assert_int_equal(ig_store_begin(k.store), 0);
	for (size_t i = 0; i < IG_COUNT(people); i++)
		for (size_t w = 0; w < IG_COUNT(letters_of); w++) {
			ig_arena_reset(k.a);
			unsigned n = (unsigned)(1000 + i * 10 + w);
			struct ig_dispatch d = letter_of(case_of(&people[i], n), n, letters_of[w], w % 2 ? IG_PARTY_ROLE_COORDINATOR : IG_PARTY_ROLE_UNIT);
			count++;
			if (d.state == IG_DISPATCH_STATE_HELD && strstr(d.why, "release gate")) {
				needless_here++;
				print_error("needless: %s: %s: %s\n", people[i].name, letters_of[w], d.why);
			}
		}
	assert_int_equal(ig_store_commit(k.store), 0);
	print_message("%zu ordinary letters of people with ordinary names, %zu held\n", count, needless_here);
	assert_int_equal(needless_here, 0);
}

static int setup(void **state)
{
	struct ig_why why = {""};
	(void)state;
	k.conf = instance_make("release", k.dir, sizeof k.dir);
	k.a = ig_arena_new(0);
	k.store = ig_store_open(k.conf->var, IG_STORE_WRITE, &why);
	k.desk = k.store ? ig_desk_new(k.store, k.conf, &why) : NULL;
	if (!k.desk)
		fail_msg("%s", why.text);
	ig_clock_fix(INT64_C(1780000000) * IG_SECOND);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	ig_desk_free(k.desk);
	ig_store_free(k.store);
	ig_conf_free(k.conf);
	ig_arena_free(k.a);
	instance_remove(k.dir);
	return 0;
}

int main(void)
{
	setenv("IRGATE_DATADIR", SRCDIR, 1);
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_other_writings), cmocka_unit_test(test_ordinary_words), cmocka_unit_test(test_no_leak)};
	return cmocka_run_group_tests(tests, setup, teardown);
}
