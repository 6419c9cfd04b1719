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
	static const char *const roles[] = {"mailin", "account", "recorder", "clerk", "sender", "reader", "parent", "pages"};
	static const char text[] = "mail = { address = \"ungcuu@example.vn\"; display_name = \"Ứng cứu \\\"Mẫu\\\" \\\\\"; "
		"subaddress = yes; own_lists = [\"a.b\", \"c\"]; };\n"
		"intake = { maildir = ({ name = \"in\"; path = \"incoming\"; interval = \"90s\"; }); lmtp = ({ name = \"l\"; "
			"listen = \"unix:var/l.sock\"; });\n"
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
		{"vn", "2005-01-01T00:00:00Z", "vn-2011"}, {"vn", "2011-11-14T23:59:59+07:00", "vn-2011"}, {"vn",
			"2017-10-31T23:59:59+07:00", "vn-2011"},
		{"vn", "2017-11-01T00:00:00+07:00", "vn-2017"}, {"vn", "2020-03-04T23:59:59+07:00", "vn-2017"}, {"vn",
			"2020-03-05T00:00:00+07:00", "vn-2020"},
		{"vn", "2025-02-28T23:59:59+07:00", "vn-2020"}, {"vn", "2025-03-01T00:00:00+07:00", "vn-2025"}, {"vn",
			"2040-01-01T00:00:00Z", "vn-2025"},
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

static void init_fresh(void **state)
{
	static const char *const want[] = {
		"incoming/new", "incoming/cur", "incoming/tmp", "scans", "faxes", "outgoing/new", "outgoing/cur",
			"outgoing/tmp", "outgoing-fax",
		"outgoing-letters", "var", "irgate.conf",
	};
	struct ig_why why = {""};
	char path[300], file[600];
	struct ig_conf *c;
	struct stat st;

	(void)state;
	snprintf(path, sizeof(path), "%s/deep/new", dir);
	assert_int_equal(ig_conf_init_instance(path, "vn-2019", &why), -1);
	assert_non_null(strstr(why.text, "did you mean \"vn-201"));
	assert_int_equal(lstat(path, &st), -1);
	if (ig_conf_init_instance(path, NULL, &why))
		fail_msg("%s", why.text);
	for (size_t i = 0; i < IG_COUNT(want); i++) {
		snprintf(file, sizeof(file), "%s/%s", path, want[i]);
		assert_int_equal(stat(file, &st), 0);
		if (S_ISDIR(st.st_mode))
			assert_int_equal(st.st_mode & 07777, strcmp(want[i], "var") ? 0700 : 0711); /* its sockets ask who calls */
	}
	assert_int_equal(ig_conf_init_instance(path, NULL, &why), -1);
	assert_non_null(strstr(why.text, "already"));
	ig_buf_reset(&said);
	snprintf(file, sizeof(file), "%s/irgate.conf", path);
	c = ig_conf_load(file, say, NULL);
	if (!c)
		fail_msg("%s", said.data);
	assert_string_equal(c->file, file);
	assert_string_equal(c->address, "ungcuu@example.vn");
	assert_true(c->subaddress);
	assert_string_equal(c->bounce_address, "ungcuu-bounce@example.vn");
	assert_int_equal(c->bounce_form, IG_BOUNCE_FORM_PLUS);
	assert_int_equal(c->maildir_count, 1);
	assert_int_equal(c->lmtp_count, 0);
	assert_null(c->user_clerk);
	assert_null(c->alarm_mail);
	snprintf(file, sizeof(file), "%s/incoming", path);
	assert_string_equal(c->maildirs[0].path, file);
	ig_conf_free(c);
}

/* Every key that stands in the sample as a comment may be uncommented: its example is a value that loads. */
static void sample_keys_load(void **state)
{
	struct ig_buf text = IG_BUF_INIT(1 << 20), all = IG_BUF_INIT(1 << 20);
	struct ig_conf *c;

	(void)state;
	ig_conf_sample("vn", &text);
	for (char *line = text.data, *next; *line; line = next) {
		char *hash = line + strspn(line, "\t");

		next = strchr(line, '\n') + 1;
		/* Users named there need not exist on this machine, nor folders. */
		if (*hash == '#' && hash[1] != ' ' && strncmp(hash, "#dir", 4) && !memmem(hash, (size_t)(next - hash),
			"\"irgate\"", 8) && strncmp(hash, "#datadir", 8)) {
			ig_buf_add(&all, line, (size_t)(hash - line));
			line = hash + 1;
		}
		if (!memchr(line, '#', (size_t)(next - line)))
			ig_buf_add(&all, line, (size_t)(next - line));
	}
	c = load(all.data, all.len);
	if (!c)
		fail_msg("%s%s", said.data, all.data);
	assert_string_equal(c->lmtps[0].name, "lmtp");
	ig_conf_free(c);
	ig_buf_free(&text);
	ig_buf_free(&all);
}

/* Generated from the tables; IG_WRITE=1 writes them anew. */
static void compare(const char *name, const struct ig_buf *want)
{
	struct ig_buf have = IG_BUF_INIT(1 << 20);
	char path[600];

	snprintf(path, sizeof(path), "%s/%s", SRCDIR, name);
	if (getenv("IG_WRITE"))
		assert_int_equal(ig_fs_replace(path, want->data, want->len, 0644), 0);
	assert_int_equal(ig_fs_read_file(path, &have), 0);
	if (strcmp(have.data, want->data))
		fail_msg("%s is not what the option tables say; run this test with IG_WRITE=1", name);
	ig_buf_free(&have);
}

static void every_option(const struct ig_conf_table *t)
{
	for (size_t i = 0; i < t->count; i++) {
		assert_non_null(t->options[i].say);
		assert_true(strlen(t->options[i].say) > 10 && t->options[i].roles);
		if (t->options[i].sub)
			every_option(t->options[i].sub);
	}
}

static void documented(void **state)
{
	struct ig_buf text = IG_BUF_INIT(1 << 20);

	(void)state;
	every_option(&ig_conf_top);
	every_option(&ig_conf_profile_table);
	ig_conf_sample("vn", &text);
	compare("etc/irgate.conf", &text);
	ig_buf_reset(&text);
	ig_conf_manual(&text);
	compare("doc/man/irgate.conf.5", &text);
	ig_buf_free(&text);
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
		cmocka_unit_test(init_fresh), cmocka_unit_test(sample_keys_load), cmocka_unit_test(documented),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
