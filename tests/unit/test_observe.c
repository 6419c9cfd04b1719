/* Observables: what is found, what is not, and whose is left out. */
#include "config.h"
#include "check.h"
#include "parse_kit.h"
#include <stdio.h>

static const struct {
	const char *text, *found; /* "type value" by lines */
} cases[] = {
	{"Attack from 192.0.2.15 and 198.51.100.7:22, range 203.0.113.0/24.", "ipv4 192.0.2.15\nipv4 198.51.100.7\nipv4 203.0.113.0\n"},
	{"192[.]0[.]2[.]15 and 192.0.2(.)16 and 192 [.] 0 [.] 2 [.] 17", "ipv4 192.0.2.15\nipv4 192.0.2.16\nipv4 192.0.2.17\n"},
	{"version 1.2.3.4, v1.2.3.4, phiên bản 10.0.0.1, Chrome/96.0.4.110, build 2.0.1.9 and 1.2.3.4.5 and 1.2.3", ""},
	{"1.2.3.4 Scope of this section\n256.1.1.1 and 01.2.3.4 and 22.11.2011 and 9:51:39 and 12:34:56", ""},
	{"127.0.0.1 and 0.0.0.0 and 255.255.255.0 and ::1", ""},
	{"2001:DB8::1 and [2001:db8:1300:9:3949:9d93:bd2:9da5]:80, 2001[:]db8[:][:]5", "ipv6 2001:db8::1\nipv6 2001:db8:1300:9:3949:9d93:bd2:9da5\nipv6 2001:db8::5\n"},
	{"std::cafe add:: 00:1b:44:11:3a:b7 at 10:20:30", ""},
	{"See hxxp://bad[.]example/a?b=c, hXXps://x.example/(y). And http://192.0.2.9:8080/z", "url http://bad.example/a?b=c\nurl https://x.example/(y)\nurl http://192.0.2.9:8080/z\nipv4 192.0.2.9\n"},
	{"<https://a.example/>, \"http://b.example/q\" (http://c.example/d) hxxp[:]//d[.]example http[://]e.example", "url https://a.example/\nurl http://b.example/q\nurl http://c.example/d\nurl http://d.example\nurl http://e.example\n"},
	{"{\"url\":\"https:\\/\\/j.example\\/k\"} http: //m.example/n", "url https://j.example/k\nurl http://m.example/n\n"},
	{"evil[.]example and bad(dot)site.example, sub.evil.co.uk, evil.vn", "domain evil.example\ndomain bad.site.example\ndomain sub.evil.co.uk\ndomain evil.vn\n"},
	{"open setup.exe, index.php, a.html, note.txt, x.png, run.sh, main.py, a.patch, smtp.helo=x, v.v. e.g. i.e. TP.HCM Mr.Smith done.Then", ""},
	{"Sự cố.Chúng tôi báo.Xin cam on.toi se bao lai. java.lang.String com.android.phone foo.bar() C:\\a\\b.com", ""},
	{"mail from crook@evil.example or crook[@]evil[.]net, crook2(at)evil.org, crook.three at evil.com; meet at example.com",
		"email crook@evil.example\nemail crook@evil.net\nemail crook2@evil.org\nemail crook.three@evil.com\ndomain example.com\n"},
	{"md5 d41d8cd98f00b204e9800998ecf8427e SHA1: DA39A3EE5E6B4B0D3255BFEF95601890AFD80709 "
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 and 12345678901234567890123456789012",
		"md5 d41d8cd98f00b204e9800998ecf8427e\nsha1 da39a3ee5e6b4b0d3255bfef95601890afd80709\nsha256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n"},
	{"Fingerprint: A4E317B6DC6494DCC9616366A75AB34CDD0CE552 and 1234abcd-d41d8cd98f00b204e9800998ecf8427e", ""},
	{"cve-2021-44228, CVE-2024-3094. CVE-20-1", "cve CVE-2021-44228\ncve CVE-2024-3094\n"},
	{"AS64496 and ASN: 64497, ASN AS64498, AS2, AS400, WAS64496, AS99999999999", "asn AS64496\nasn AS64497\nasn AS64498\n"},
	{"192.0.2.1 192.0.2.2 192.0.2.1", "ipv4 192.0.2.1\nipv4 192.0.2.2\n"},
	{"From office.example: me@office.example, us@csirt.example, www.csirt.example but http://csirt.example/x", "url http://csirt.example/x\n"},
	{"text 192.0.2.1\n-- \nMe, me2@other.example, http://other.example, 192.0.2.8\n", "ipv4 192.0.2.1\n"},
	{"On Monday A <a@quoted.example> wrote:\n> seen 192.0.2.77\n", "ipv4 192.0.2.77\n"},
	{"Message-ID: <1@evil.example>\n", ""},
	{"<a xmlns:x=\"http://www.w3.org/2001/X\" xsi:schemaLocation=\"http://a.example/x http://b.example/x.xsd\" href=\"http://c.example/\">", "url http://c.example/\n"},
	{"địa chỉ http://a.example/đường và máy chủ c2.example, 192.0.2.3.", "url http://a.example/đường\ndomain c2.example\nipv4 192.0.2.3\n"},
};

static void join(const struct ig_report *r, struct ig_buf *out)
{
	ig_buf_reset(out);
	for (size_t i = 0; i < r->observable_count; i++)
		ig_buf_fmt(out, "%s %s\n", r->observables[i].type, r->observables[i].value);
}

#define HEAD "From: me@office.example\nTo: us@csirt.example\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n"

static void test_found(void **state)
{
	(void)state;
	struct ig_arena *a = ig_arena_new(0);
	struct ig_buf out;
	int bad = 0;
	ig_buf_init(&out, 20000);
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		join(kit_read(a, ig_arena_fmt(a, HEAD "%s", cases[i].text)), &out);
		if (strcmp(out.data, cases[i].found)) {
			print_message("%s\n%swanted:\n%s", cases[i].text, out.data, cases[i].found);
			bad++;
		}
	}
	assert_int_equal(bad, 0);
	ig_buf_free(&out);
	a = ig_arena_free(a);
}

static void test_attachment(void **state)
{
	(void)state;
	struct ig_arena *a = ig_arena_new(0);
	struct ig_buf out;
	ig_buf_init(&out, 2000);
	join(kit_read(a, "From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nsee list, 192.0.2.1\n--x\nContent-Type: text/csv; name=l.csv\n\n"
		"ip,url\n192.0.2.2,http://c.example/d,192.0.2.3\n--x--\n"), &out);
	assert_string_equal(out.data, "ipv4 192.0.2.1\nipv4 192.0.2.2\nurl http://c.example/d\nipv4 192.0.2.3\n");
	ig_buf_free(&out);
	a = ig_arena_free(a);
}

static void test_bounded(void **state)
{
	(void)state;
	struct ig_arena *a = ig_arena_new(0);
	struct ig_buf b;
	ig_buf_init(&b, 1u << 20);
	ig_buf_str(&b, HEAD);
	for (int i = 0; i < 3000; i++)
		ig_buf_fmt(&b, "10.1.%d.%d ", i / 250, i % 250);
	struct ig_report *r = kit_read_with(a, b.data, b.len, &ig_parse_defaults, NULL);
	assert_int_equal(r->observable_count, 1000);
	assert_true(kit_said(r, "observables"));
	ig_buf_free(&b);
	a = ig_arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_found), cmocka_unit_test(test_attachment), cmocka_unit_test(test_bounded)};
	ig_parse_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
