/* Wrong configurations: what is said of each, with file and line. */
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

static char dir[] = "/tmp/test-conf-bad.XXXXXX";
static struct ig_buf said = IG_BUF_INIT(1 << 20);

static void say(const char *line, void *arg)
{
	(void)arg;
	ig_buf_fmt(&said, "%s\n", strncmp(line, dir, sizeof(dir) - 1) ? line : line + sizeof(dir));
}

static const char *write_file(const char *name, const void *text, size_t len)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	assert_int_equal(ig_fs_replace(path, text, len, 0600), 0);
	return path;
}

#define HEAD "mail = { address = \"ungcuu@example.vn\"; };\n"
#define M "irgate.conf:2: "
/* Each text is one file; `want` is everything that is said, a line an error. */
static const struct { const char *name, *text, *want; } cases[] = {
	{"empty", "", "irgate.conf:1: mail.address: missing\n"},
	{"unknown key", HEAD "profil = \"vn\";\n", M "profil: unknown key; did you mean profile?\n"},
	{"nothing near", HEAD "xyzzy_frob = 1;\n", M "xyzzy_frob: unknown key\n"},
	{"other section", HEAD "smtp_host = \"a\";\n", M "smtp_host: unknown here; it belongs in send { }\n"},
	{"internal key", HEAD "file = \"a\";\n", M "file: unknown key\n"},
	{"swapped letters", HEAD "decide = { reciepts = yes; };\n", M "reciepts: unknown key; did you mean receipts?\n"},
	{"all errors", "profil = \"vn\";\nmail = {\n\tadress = \"x\";\n\tsubaddress = 1;\n};\nsend = {\n\tsmtp_port = 70000;\n};\n",
		"irgate.conf:1: profil: unknown key; did you mean profile?\nirgate.conf:2: address: missing\n"
		"irgate.conf:3: adress: unknown key; did you mean address?\nirgate.conf:4: subaddress: needs yes or no\n"
		"irgate.conf:7: smtp_port: out of range: from 1 to 65535\n"},
	{"no bool from number", HEAD "decide = { receipts = 1; };\n", M "receipts: needs yes or no\n"},
	{"no bool from text", HEAD "decide = { receipts = \"yes\"; };\n", M "receipts: needs yes or no\n"},
	{"long number", HEAD "send = { smtp_port = 99999999999; };\n",
		M "the number 99999999999 is too long: at most 9 digits (sizes are written \"2G\", durations \"7d\")\n"
		M "smtp_port: out of range: from 1 to 65535\n"},
	{"long hex", HEAD "send = { smtp_port = 0x1FFFFFFFF; };\n",
		M "the number 0x1FFFFFFFF is too long: at most 9 digits (sizes are written \"2G\", durations \"7d\")\n"
		M "smtp_port: out of range: from 1 to 65535\n"},
	{"negative", HEAD "send = { smtp_port = -1; };\n", M "smtp_port: out of range: from 1 to 65535\n"},
	{"float", HEAD "send = { smtp_port = 25.0; };\n", M "smtp_port: needs a whole number\n"},
	{"size too small", HEAD "intake = { message_max = \"1K\"; };\n", M "message_max: out of range: from 64K to 2147483647\n"},
	{"size unit", HEAD "intake = { message_max = \"25MB\"; };\n", M "message_max: \"25MB\" is not a size, as \"25M\"\n"},
	{"size overflow", HEAD "intake = { message_max = \"9223372036854775807G\"; };\n",
		M "message_max: \"9223372036854775807G\" is not a size, as \"25M\"\n"},
	{"duration without unit", HEAD "reader = { reader_cpu = 5; };\n",
		M "reader_cpu: needs a duration in quotes, as \"30s\", \"5m\", \"2h\" or \"7d\"\n"},
	{"duration unit", HEAD "reader = { reader_cpu = \"5 s\"; };\n",
		M "reader_cpu: \"5 s\" is not a duration, as \"30s\", \"5m\", \"2h\" or \"7d\"\n"},
	{"duration range", HEAD "reader = { reader_cpu = \"1d\"; };\n", M "reader_cpu: out of range: from 100ms to 1h\n"},
	{"word", HEAD "send = { smtp_tls = \"startls\"; };\n",
		M "smtp_tls: \"startls\" is none of none, starttls, always; did you mean \"starttls\"?\n"},
	{"list of numbers", HEAD "access = { chiefs = [1]; };\n", M "chiefs: needs a list of texts, as [\"one\", \"two\"]\n"},
	{"group for text", HEAD "profile = { };\n", M "profile: needs a text in quotes\n"},
	{"text for group", HEAD "send = \"smtp\";\n", M "send: needs a group { ... }\n"},
	{"text for the group with lists", "mail = \"a@b.vn\";\n",
		"irgate.conf:1: mail.address: missing\nirgate.conf:1: mail: needs a group { ... }\n"},
	{"duplicate", HEAD "profile = \"vn\";\nprofile = \"csirt\";\n", "irgate.conf:3: duplicate setting name\n"},
	{"syntax", HEAD "profile = \"vn\n\n", M "the string that begins here has no end\n" M "profile: a control character in "
		"the text\n"},
	{"syntax 2", HEAD "\n\nprofile \"vn\";\n", "irgate.conf:4: syntax error\n"},
	{"open comment", HEAD "/* no end\n", M "the comment that begins here has no end\n"},
	{"not UTF-8", HEAD "profile = \"v\xff\";\n", M "not UTF-8\n" M "profile: not UTF-8\n"},
	{"escaped bytes", HEAD "profile = \"v\\xff\";\n", M "profile: not UTF-8\n"},
	{"escaped NUL", HEAD "profile = \"v\\x00n\";\n", M "\\x00 in a string\n"},
	{"line in a header", "mail = { address = \"ungcuu@example.vn\"; display_name = \"a\\nBcc: b\"; };\n",
		"irgate.conf:1: display_name: a control character in the text\n"},
	{"empty text", HEAD "send = { smtp_helo = \"\"; };\n", M "smtp_helo: empty; leave the key out to have none\n"},
	{"address", "mail = { address = \"ungcuu\"; };\n", "irgate.conf:1: address: not a mail address\n"},
	{"address 2", "mail = { address = \"a b@example.vn\"; };\n", "irgate.conf:1: address: not a mail address\n"},
	{"address 3", "mail = { address = \"a@-x.vn\"; };\n", "irgate.conf:1: address: not a mail address\n"},
	{"address in list", "mail = { address = \"a@x.vn\"; addresses = [\"b@x.vn\",\n\"c\"]; };\n",
		"irgate.conf:2: addresses: \"c\": not a mail address\n"},
	{"listen", HEAD "intake = { lmtp = ({ name = \"l\"; listen = \"lmtp.sock\"; }); };\n",
		M "listen: write unix:PATH or ADDRESS:PORT, as unix:var/lmtp.sock, 127.0.0.1:24 or [::1]:24\n"},
	{"listen port", HEAD "intake = { lmtp = ({ name = \"l\"; listen = \"127.0.0.1:99999\"; }); };\n",
		M "listen: write unix:PATH or ADDRESS:PORT, as unix:var/lmtp.sock, 127.0.0.1:24 or [::1]:24\n"},
	{"name missing in the second", HEAD "intake = { maildir = ({ name = \"a\"; path = \"a\"; },\n{ path = \"b\"; }); };\n",
		"irgate.conf:3: name: missing\n"},
	{"same name", HEAD "intake = { maildir = ({ name = \"a\"; path = \"a\"; },\n{ name = \"a\"; path = \"b\"; }); };\n",
		"irgate.conf:3: name: \"a\" twice; each source needs a name of its own\n"},
	{"own letters as reports", HEAD "intake = { maildir = ({ name = \"a\"; path = \"./outgoing\"; }); };\n",
		M "path: DIR/outgoing is also outgoing; our letters would come back as reports\n"},
	{"list of texts for groups", HEAD "intake = { maildir = (\"a\"); };\n", M "maildir: needs a list of groups ({ ... }, { "
		"... })\n"},
	{"smtp without host", HEAD "send = { transport = \"smtp\"; };\n", M "transport: smtp needs smtp_host\n"},
	{"password in clear", HEAD "send = { transport = \"smtp\"; smtp_host = \"a.vn\"; smtp_user = \"u\"; smtp_password = "
		"\"p\";\nsmtp_tls = \"none\"; };\n",
		"irgate.conf:3: smtp_tls: none would send the password in clear\n"},
	{"bounces to the mailbox", "mail = { address = \"a@x.vn\";\nbounce_address = \"A@x.vn\"; };\n",
		M "bounce_address: is also the report mailbox; reports there would be read as bounces\n"},
	{"no room for the dispatch", "mail = { address = \"a@x.vn\"; bounce_form = \"plus\";\n"
		"bounce_address = \"0123456789012345678901234567890123456789x@x.vn\"; };\n",
		M "bounce_address: more than 40 bytes before the @; the plus form has no room for the dispatch then\n"},
	{"retry", HEAD "send = { retry_first = \"2h\"; };\n", M "retry_first: longer than retry_max\n"},
	{"profile", HEAD "profile = \"vn-2016\";\n", M "profile: there is no \"vn-2016\"; did you mean \"vn-2011\"?\n"},
	{"user", HEAD "access = { officers = [\"nobody-here\"]; };\n", M "officers: there is no user nobody-here on this "
		"machine\n"},
	{"some users", HEAD "users = { clerk = \"root\"; };\n",
		M "users: name all five or none; a role without a user would keep the rights of the one that starts it\n"},
	{"include missing", HEAD "@include \"none.conf\"\n", M "@include \"DIR/none.conf\": No such file or directory\n"},
	{"include folder", HEAD "@include \".\"\n", M "@include \"DIR/.\": not a file\n"},
	{"include bare", HEAD "@include none\n", M "@include needs a file name in quotes\n"},
	{"include itself", HEAD "@include \"irgate.conf\"\n", NULL},
	{"error in include", HEAD "@include \"inc.conf\"\nprofil = 1;\n",
		"inc.conf:2: smtp_prot: unknown key; did you mean smtp_port?\nirgate.conf:3: profil: unknown key; did you mean "
			"profile?\n"},
	{"syntax in include", HEAD "@include \"inc2.conf\"\n", "inc2.conf:3: syntax error\n"},
	{"brackets", HEAD "a = ((((((((((((((((((((((((((((((((1))))))))))))))))))))))))))))))));\n", NULL},
};

/* The folder's name stands as DIR in what is wanted. */
static char *short_dir(const char *text)
{
	struct ig_buf b = IG_BUF_INIT(1 << 20);

	for (const char *p; (p = strstr(text, dir)); text = p + strlen(dir)) {
		ig_buf_add(&b, text, (size_t)(p - text));
		ig_buf_str(&b, "DIR");
	}
	ig_buf_str(&b, text);
	return b.data;
}

static void bad(void **state)
{
	int wrong = 0;

	(void)state;
	write_file("inc.conf", "send = {\nsmtp_prot = 25;\n};", 27);
	write_file("inc2.conf", "\n\n}\n", 4);
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		struct ig_conf *c;
		char *got;

		ig_buf_reset(&said);
		c = ig_conf_load(write_file("irgate.conf", cases[i].text, strlen(cases[i].text)), say, NULL);
		got = short_dir(said.data);
		if (c || !said.len || (cases[i].want && strcmp(got, cases[i].want)))
			wrong++, print_error("%s: wanted\n%sgot\n%s", cases[i].name, cases[i].want, got);
		free(got);
		ig_conf_free(c);
	}
	assert_int_equal(wrong, 0);
}

static void good(void **state)
{
	static const char *const texts[] = {
		HEAD "decide = { receipts = on; };", HEAD "decide = { receipts = FALSE; };", "\xef\xbb\xbf" HEAD,
			HEAD "# \"open\n// 'x\n/* { \" */\n",
		"mail = { address = \"ungcuu@example.vn\"; };\r\nprofile = \"csirt\";\r\n",
			HEAD "intake = { message_max = 1000000; };",
		HEAD "intake = { lmtp = ({ name = \"a\"; listen = \"[::1]:24\"; }, { name = \"b\"; listen = \"127.0.0.1:2424\"; "
			"}); };",
		HEAD "access = { chiefs = \"root\"; officers = (\"root\"); auditors = []; };",
			HEAD "@include \"good.conf\"\nprofile = \"vn\";\n",
		HEAD "send = { smtp_port = 0x19; };", "mail : { address : \"a\" \"@b.vn\" }\n",
		HEAD "send = { transport = \"smtp\"; smtp_host = \"::1\"; smtp_user = \"u\"; smtp_password = \"p\"; smtp_tls = "
			"\"none\"; };",
	};

	(void)state;
	write_file("good.conf", "send = { smtp_port = 26; };", 27);
	for (size_t i = 0; i < IG_COUNT(texts); i++) {
		struct ig_conf *c;

		ig_buf_reset(&said);
		c = ig_conf_load(write_file("irgate.conf", texts[i], strlen(texts[i])), say, NULL);
		if (!c)
			fail_msg("%s: %s", texts[i], said.data);
		ig_conf_free(c);
	}
}

static void files(void **state)
{
	char path[300];

	(void)state;
	ig_buf_reset(&said);
	snprintf(path, sizeof(path), "%s/none/irgate.conf", dir);
	assert_null(ig_conf_load(path, say, NULL));
	assert_string_equal(said.data, "none/irgate.conf: No such file or directory\n");
	ig_buf_reset(&said);
	assert_null(ig_conf_load(dir, say, NULL));
	assert_non_null(strstr(said.data, "not a file"));
	ig_buf_reset(&said);
	assert_null(ig_conf_load(write_file("irgate.conf", "a\0b", 3), say, NULL));
	assert_non_null(strstr(said.data, "irgate.conf:1: a NUL byte\n"));
	snprintf(path, sizeof(path), "%s/fifo", dir);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_null(ig_conf_load(path, say, NULL));
	/* No one listens: errors are errors all the same. */
	assert_null(ig_conf_load(path, NULL, NULL));
	assert_null(ig_conf_from_text("profile = 1;", NULL, NULL));
}

/* The office's own profile replaces the packaged one; its mistakes name its own file. */
static void own_profile(void **state)
{
	static const char own[] = "name = \"csirt\"; family = \"csirt\"; office = { vi = \"Đội của tôi\"; };\n";
	static const char text[] = HEAD "profile = \"csirt\";\n";
	static const char wrong[] = "name = \"csirt\";\nfamly = \"csirt\";\nvalid_from = \"2017-02-29\";\ntitle = { fr = \"x\"; "
		"};\n"
		"deadline = ({ what = \"forward\"; unit = \"hours\"; }); basis = ({ number = \"1\"; });\nlanguage = "
			"\"fr\";\ntime_offset = \"7\";\n";
	char path[300], *got;
	struct ig_conf *c;

	(void)state;
	snprintf(path, sizeof(path), "%s/profiles", dir);
	mkdir(path, 0700);
	write_file("profiles/csirt.conf", own, sizeof(own) - 1);
	c = ig_conf_load(write_file("irgate.conf", text, sizeof(text) - 1), say, NULL);
	assert_non_null(c);
	assert_string_equal(ig_conf_profile_at(c, 0)->office.vi, "Đội của tôi");
	assert_int_equal(c->profile_count, 5);
	ig_buf_reset(&said);
	ig_conf_notices(c, say, NULL);
	assert_non_null(strstr(said.data, "the law for \"forward\" is not known"));
	ig_conf_free(c);
	ig_buf_reset(&said);
	write_file("profiles/csirt.conf", wrong, sizeof(wrong) - 1);
	assert_null(ig_conf_load(write_file("irgate.conf", text, sizeof(text) - 1), say, NULL));
	got = short_dir(said.data);
	assert_string_equal(got,
		"profiles/csirt.conf:1: family: missing\n"
		"profiles/csirt.conf:2: famly: unknown key; did you mean family?\n"
		"profiles/csirt.conf:3: valid_from: \"2017-02-29\" is not a date, as \"2017-11-01\"\n"
		"profiles/csirt.conf:4: title: unknown language fr; vi and en are known\n"
		"profiles/csirt.conf:5: title: missing\n"
		"profiles/csirt.conf:5: unit: \"hours\" is none of minute, hour, day, working-day, month; did you mean \"hour\"?\n"
		"profiles/csirt.conf:6: language: vi and en are known\n"
		"profiles/csirt.conf:7: time_offset: an offset reads +07:00\n");
	free(got);
	unlink(write_file("profiles/csirt.conf", "", 0));
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
		cmocka_unit_test(bad), cmocka_unit_test(good), cmocka_unit_test(files), cmocka_unit_test(own_profile),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
