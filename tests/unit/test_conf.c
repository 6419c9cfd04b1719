/* Configuration: good and bad texts with what is said of them, print and load again, choice of profile. */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/fs.h"
#include "conf/table.h"

static char dir[] = "/tmp/test-conf.XXXXXX";
static struct ig_buf said = IG_BUF_INIT(1 << 20);

static void say(const char *line, void *arg)
{
	(void)arg;
	ig_buf_fmt(&said, "%s\n", line);
}

static const char *write_file(const char *name, const char *text, size_t len)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	assert_int_equal(ig_fs_replace(path, text, len, 0600), 0);
	return path;
}

static struct ig_conf *load(const char *text, size_t len)
{
	ig_buf_reset(&said);
	return ig_conf_load(write_file("irgate.conf", text, len), say, NULL);
}

#define HEAD "mail = { address = \"ungcuu@example.vn\"; };\n"

static void good_defaults(void **state)
{
	struct ig_conf *c = load(HEAD, strlen(HEAD));
	char want[600];

	(void)state;
	if (!c)
		fail_msg("%s", said.data);
	assert_string_equal(c->addresses[0], "ungcuu@example.vn");
	assert_null(c->addresses[1]);
	assert_string_equal(c->message_domain, "example.vn");
	assert_false(c->subaddress);
	assert_int_equal(c->message_max, 50 << 20);
	assert_int_equal(c->reader_cpu, 5000);
	assert_int_equal(c->expire, 5 * 24 * 3600 * INT64_C(1000));
	assert_int_equal(c->smtp_tls, IG_TLS_STARTTLS);
	snprintf(want, sizeof(want), "%s/var", dir);
	assert_string_equal(c->var, want);
	assert_int_equal(c->profile_count, 5);
	ig_conf_free(c);
}

static void round_trip(void **state)
{
	static const char *const roles[] = {"mailin", "recorder", "clerk", "sender", "reader", "parent", "pages"};
	static const char text[] = "mail = { address = \"ungcuu@example.vn\"; display_name = \"Ứng cứu \\\"Mẫu\\\" \\\\\"; subaddress = yes; own_lists = [\"a.b\", \"c\"]; };\n"
		"intake = { maildir = ({ name = \"in\"; path = \"incoming\"; interval = \"90s\"; }); lmtp = ({ name = \"l\"; listen = \"unix:var/l.sock\"; });\n"
		"message_max = 1000000; };\n"
		"send = { transport = \"smtp\"; smtp_host = \"mx.example.vn\"; smtp_user = \"u\"; smtp_password = \"geheim\"; };\n";
	struct ig_conf *c = load(text, strlen(text)), *d;
	struct ig_buf a = IG_BUF_INIT(1 << 20), b = IG_BUF_INIT(1 << 20);

	(void)state;
	if (!c)
		fail_msg("%s", said.data);
	for (size_t i = 0; i < IG_COUNT(roles); i++) {
		ig_buf_reset(&a);
		ig_buf_reset(&b);
		ig_conf_print(c, roles[i], &a);
		assert_int_equal(strstr(a.data, "geheim") != NULL, !strcmp(roles[i], "sender") || !strcmp(roles[i], "parent"));
		d = ig_conf_from_text(a.data, say, NULL);
		if (!d)
			fail_msg("%s: %s%s", roles[i], said.data, a.data);
		assert_int_equal(d->profile_count, c->profile_count);
		assert_string_equal(ig_conf_profile_at(d, 0)->name, "vn-2011");
		ig_conf_print(d, roles[i], &b);
		assert_string_equal(a.data, b.data);
		ig_conf_free(d);
	}
	/* For a person: without the password, and it loads. */
	ig_buf_reset(&a);
	ig_buf_reset(&b);
	ig_conf_print(c, NULL, &a);
	assert_null(strstr(a.data, "geheim"));
	d = load(a.data, a.len);
	if (!d)
		fail_msg("%s%s", said.data, a.data);
	assert_string_equal(d->smtp_password, "***");
	ig_conf_print(d, NULL, &b);
	assert_string_equal(a.data, b.data);
	ig_conf_free(c);
	ig_conf_free(d);
	ig_buf_free(&a);
	ig_buf_free(&b);
}

static void profile_by_date(void **state)
{
	static const struct { const char *profile, *at, *want; } cases[] = {
		{"vn", "2005-01-01T00:00:00Z", "vn-2011"}, {"vn", "2011-11-14T23:59:59+07:00", "vn-2011"}, {"vn", "2017-10-31T23:59:59+07:00", "vn-2011"},
		{"vn", "2017-11-01T00:00:00+07:00", "vn-2017"}, {"vn", "2020-03-04T23:59:59+07:00", "vn-2017"}, {"vn", "2020-03-05T00:00:00+07:00", "vn-2020"},
		{"vn", "2025-02-28T23:59:59+07:00", "vn-2020"}, {"vn", "2025-03-01T00:00:00+07:00", "vn-2025"}, {"vn", "2040-01-01T00:00:00Z", "vn-2025"},
		{"vn-2017", "2026-01-01T00:00:00Z", "vn-2017"}, {"csirt", "2011-01-01T00:00:00Z", "csirt"},
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		char text[200];
		struct ig_conf *c;
		ig_time t;

		snprintf(text, sizeof(text), "profile = \"%s\";\n" HEAD, cases[i].profile);
		c = load(text, strlen(text));
		if (!c)
			fail_msg("%s", said.data);
		assert_int_equal(ig_time_parse(cases[i].at, &t), 0);
		assert_string_equal(ig_conf_profile_at(c, t)->name, cases[i].want);
		ig_conf_free(c);
	}
}

static int setup(void **state)
{
	(void)state;
	setenv("IRGATE_DATADIR", SRCDIR, 1);
	return mkdtemp(dir) ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_defaults), cmocka_unit_test(round_trip), cmocka_unit_test(profile_by_date),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
