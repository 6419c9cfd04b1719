/* How grave a case is by the tables that are shipped, with every fact yes, no and not known; who is told at once, and who comes next. */
#include "config.h"
#include "check.h"
#include <stdlib.h>
#include <string.h>
#include "decide/contact.h"
#include "decide/decide.h"
#include "decide/ladder.h"

static struct ig_conf *conf;
static struct ig_arena *a;

static const struct ig_profile *profile(const char *name)
{
	return ig_profile_at((const struct ig_profile *const *)conf->profiles, conf->profile_count, name, 0);
}

static const struct { const char *profile, *facts; enum ig_severity want; const char *why; } cases[] = {
	/* Decision 05/2017 Art 9: level 4, 5 or on the list, and one of five harms, and the owner cannot cope */
	{"vn-2017", "", IG_SEVERITY_UNKNOWN, "level-4|level-5|important-system"},
	{"vn-2017", "level=4 control-lost=yes owner-cannot-cope=yes", IG_SEVERITY_SERIOUS, "owner-cannot-cope"},
	{"vn-2017", "level=5 may-spread=yes owner-cannot-cope=yes", IG_SEVERITY_SERIOUS, NULL},
	{"vn-2017", "level=2 important-system=yes secret-leak=yes owner-cannot-cope=yes", IG_SEVERITY_SERIOUS, NULL},
	{"vn-2017", "level=4 control-lost=yes", IG_SEVERITY_UNKNOWN, "not known: owner-cannot-cope"},
	{"vn-2017", "level=4 control-lost=yes owner-cannot-cope=no", IG_SEVERITY_ORDINARY, NULL},
	{"vn-2017", "level=3", IG_SEVERITY_UNKNOWN, NULL}, /* it may still be on the list */
	{"vn-2017", "level=3 important-system=no", IG_SEVERITY_ORDINARY, "no row"},
	{"vn-2017", "level=3 important-system=no control-lost=yes owner-cannot-cope=yes", IG_SEVERITY_ORDINARY, NULL},
	{"vn-2017", "level=4 service-interrupted=no secret-leak=no integrity-lost=no control-lost=no may-spread=no", IG_SEVERITY_ORDINARY, NULL},
	{"vn-2017", "level=4 service-interrupted=no secret-leak=no integrity-lost=no control-lost=no", IG_SEVERITY_UNKNOWN, NULL},
	{"vn-2017", "level=4 service-interrupted=yes service-interrupted=unknown owner-cannot-cope=yes", IG_SEVERITY_UNKNOWN, NULL},
	{"vn-2017", "owner-cannot-cope=no", IG_SEVERITY_ORDINARY, NULL},
	{"vn-2017", "severity=serious owner-cannot-cope=no", IG_SEVERITY_SERIOUS, "a person"},
	{"vn-2017", "severity=ordinary level=4 control-lost=yes owner-cannot-cope=yes", IG_SEVERITY_ORDINARY, NULL},
	{"vn-2017", "severity=ordinary severity=auto level=4 control-lost=yes owner-cannot-cope=yes", IG_SEVERITY_SERIOUS, NULL},
	/* Circular 27/2011 Art 2(2): one or more of four */
	{"vn-2011", "may-spread=yes", IG_SEVERITY_SERIOUS, NULL},
	{"vn-2011", "big-resources=yes", IG_SEVERITY_SERIOUS, NULL},
	{"vn-2011", "level=5 control-lost=yes owner-cannot-cope=yes", IG_SEVERITY_UNKNOWN, NULL},
	{"vn-2011", "may-spread=no network-destroyed=no great-damage=no big-resources=no", IG_SEVERITY_ORDINARY, NULL},
	{"csirt", "widespread=yes", IG_SEVERITY_SERIOUS, NULL},
	{"csirt", "owner-cannot-cope=no widespread=no", IG_SEVERITY_ORDINARY, NULL},
};

static void facts_of(const char *text, struct ig_decide_facts *f)
{
	char *copy = strdup(text), *save = NULL;
	for (char *word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		char *is = strchr(word, '=');
		*is = 0;
		ig_decide_fact(f, word, is + 1);
	}
	free(copy);
}

static void severity(void **state)
{
	(void)state;
	int bad = 0;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		struct ig_decide_facts f = {.level = 0};
		const char *why = "";
		int row;
		facts_of(cases[i].facts, &f);
		enum ig_severity got = ig_decide_severity(profile(cases[i].profile), &f, &row, a, &why);
		if (got != cases[i].want || (cases[i].why && !strstr(why, cases[i].why)) || (got == IG_SEVERITY_SERIOUS && !f.said && row < 0)) {
			print_error("%s, %s: %s, %s\n", cases[i].profile, cases[i].facts, ig_severity_word(got), why);
			bad++;
		}
	}
	assert_int_equal(bad, 0);
}

static void values(void **state)
{
	static const struct { const char *name, *value; bool ok; } table[] = {{"level", "4", true}, {"level", "0", false}, {"level", "6", false},
		{"level", "44", false}, {"level", "unknown", true}, {"control-lost", "yes", true}, {"control-lost", "maybe", false}, {"control-lost", "unknown", true},
		{"king", "yes", false}, {"severity", "serious", false}, {"king", "unknown", false}, {"widespread", "no", true}, {"level", "", false}};
	(void)state;
	for (size_t i = 0; i < IG_COUNT(table); i++)
		if (ig_decide_fact_ok(table[i].name, table[i].value) != table[i].ok)
			fail_msg("%s=%s", table[i].name, table[i].value);
}

static void rungs(void **state)
{
	const struct ig_profile *p = profile("vn-2020"), *c = profile("csirt");
	const struct ig_profile_step *coordinator = ig_profile_step(p, "coordinator"), *police = ig_profile_step(p, "police");
	static const char *const told[] = {"provider", "coordinator", "standing-body"};
	(void)state;
	assert_true(ig_decide_at_once(coordinator, IG_SEVERITY_SERIOUS, IG_WIDESPREAD_NO) && coordinator->alone);
	assert_true(ig_decide_at_once(coordinator, IG_SEVERITY_ORDINARY, IG_WIDESPREAD_CONFIRMED));
	assert_true(ig_decide_at_once(coordinator, IG_SEVERITY_ORDINARY, IG_WIDESPREAD_SUSPECTED));
	assert_false(ig_decide_at_once(coordinator, IG_SEVERITY_ORDINARY, IG_WIDESPREAD_NO));
	assert_false(ig_decide_at_once(police, IG_SEVERITY_ORDINARY, IG_WIDESPREAD_SUSPECTED));
	assert_true(ig_decide_at_once(police, IG_SEVERITY_SERIOUS, IG_WIDESPREAD_NO) && !police->alone);
	assert_false(ig_decide_at_once(police, IG_SEVERITY_ORDINARY, IG_WIDESPREAD_CONFIRMED));
	assert_false(ig_decide_at_once(ig_profile_step(c, "coordinator"), IG_SEVERITY_SERIOUS, IG_WIDESPREAD_CONFIRMED));
	assert_string_equal(ig_decide_next_step(p, NULL, 0)->name, "coordinator");
	assert_string_equal(ig_decide_next_step(p, told, 1)->name, "coordinator");
	assert_string_equal(ig_decide_next_step(p, told, 2)->name, "standing-body");
	assert_null(ig_decide_next_step(p, told, 3));
	assert_string_equal(ig_decide_step_of(p, IG_PARTY_ROLE_ISP)->name, "provider");
	assert_null(ig_decide_step_of(p, IG_PARTY_ROLE_OTHER));
}

static void whole(void **state)
{
	const struct ig_profile *p = profile("vn-2020");
	struct ig_decide_owed owed[] = {{.deadline = ig_profile_deadline(p, "notice"), .from = 0, .done_at = IG_NEVER},
		{.deadline = ig_profile_deadline(p, "acknowledge"), .from = 0, .done_at = 0}, {.deadline = NULL, .from = 0, .done_at = IG_NEVER}};
	struct ig_decide_case c = {.owed = owed, .owed_count = IG_COUNT(owed), .facts = {.said = true, .severity = IG_SEVERITY_SERIOUS}};
	static const char *const told[] = {"coordinator"};
	(void)state;
	ig_decide_case(p, &c, 5 * IG_DAY);
	assert_true(c.severity == IG_SEVERITY_SERIOUS && c.tell && !strcmp(c.tell->name, "coordinator") && !c.overdue && c.next == 5 * IG_DAY);
	c.told = told, c.told_count = 1;
	ig_decide_case(p, &c, 5 * IG_DAY + 1);
	assert_true(!c.tell && c.overdue == 1 && owed[0].overdue && !owed[1].overdue && owed[2].due == IG_NEVER);
}

static void contacts(void **state)
{
	static const struct { const char *subject, *text, *name, *phone, *mail; } table[] = {
		{"Cử cán bộ đầu mối trực 24/7", "Kính gửi Sở,\n1. Họ và tên: Trần Thị B\n2. Điện thoại: 0262.859.9699\n3. Email: b@xa.example hoặc c@xa.example\n", "Trần Thị B",
			"0262.859.9699", "b@xa.example"},
		{"Re: 290", "Đầu mối: Nguyễn Văn A\nDi động: (0233) 3 852 111 (ngoài giờ)\n", "Nguyễn Văn A", "(0233) 3 852 111", NULL},
		{"Duty contact", "- Name: An Other\n- Tel: +84 233 000 0001\n- Mail: <an@x.example>\n", "An Other", "+84 233 000 0001", "an@x.example"},
		{"Sự cố", "Họ và tên: Lê C\nĐiện thoại: 0233.000.0001\n", NULL, NULL, NULL}, /* a report, not a contact on duty */
		{"Đầu mối trực", "Chúng tôi sẽ gửi sau.\n", NULL, NULL, NULL},
		{"Đầu mối trực", "Họ và tên: x@y.example\nĐiện thoại: 12\n", NULL, NULL, NULL},
		{NULL, NULL, NULL, NULL, NULL},
	};
	(void)state;
	for (size_t i = 0; i < IG_COUNT(table); i++) {
		struct ig_contact c;
		bool found = ig_decide_contact(table[i].subject, table[i].text, a, &c);
		if (found != (table[i].name != NULL))
			fail_msg("%s: %s", table[i].subject, found ? c.name : "none");
		if (!found)
			continue;
		assert_string_equal(c.name, table[i].name);
		assert_string_equal(c.phone, table[i].phone);
		assert_true(table[i].mail ? c.mail && !strcmp(c.mail, table[i].mail) : !c.mail);
	}
}

static void say(const char *line, void *arg)
{
	(void)arg;
	print_error("%s\n", line);
}

int main(void)
{
	setenv("IRGATE_DATADIR", SRCDIR, 1);
	a = ig_arena_new(0);
	conf = ig_conf_default(say, NULL);
	if (!conf)
		return 1;
	const struct CMUnitTest tests[] = {cmocka_unit_test(severity), cmocka_unit_test(values), cmocka_unit_test(rungs), cmocka_unit_test(whole), cmocka_unit_test(contacts)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
