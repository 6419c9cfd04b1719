/* What is done to texts: HTML to lines, format=flowed, quotes and signatures, uuencoded files. */
#include "config.h"
#include "check.h"
#include <stdlib.h>
#include <string.h>
#include "base/opt.h"
#include "base/utf8.h"
#include "parse/html.h"
#include "parse/text.h"

static void test_html(void **state)
{
	(void)state;
	static const struct {
		const char *html, *text;
	} cases[] = {
		{"<p>One</p><p>Two</p>", "One\n\nTwo\n"},
		{"a<br>b<br/><br>c", "a\nb\n\nc\n"},
		{"S&#7921; c&#x1ed1; &amp; m&atilde; &lt;x&gt; &nbsp;&eacute;&unknown; &copy", "Sự cố & mã <x> é&unknown; ©\n"},
		{"<html><head><title>t</title><style>p { color: red }</style><script>var a = '<p>';</script></head><body>b</body>", "b\n"},
		{"<!-- no --><![if !mso]>x<![endif]><?xml y?>", "x\n"},
		{"<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul><ol><li>d<li>e</ol>", "- a\n- b\n  - c\n\n1. d\n2. e\n"},
		{"<table><tr><td>Name</td><td>Value</td></tr><tr><td>IP</td><td>192.0.2.1</td></tr></table>", "Name\tValue\nIP\t192.0.2.1\n"},
		{"<a href=\"https://example.vn/x?a=1&amp;b=2\">here</a>", "here <https://example.vn/x?a=1&b=2>\n"},
		{"<a href='mailto:a@example.vn'>a@example.vn</a> <a href='https://example.vn/'>https://example.vn</a>", "a@example.vn https://example.vn\n"},
		{"<a href='javascript:x()'>c</a>", "c\n"},
		{"x<blockquote>quoted<blockquote>deeper</blockquote></blockquote>y", "x\n\n> quoted\n>\n> > deeper\n\ny\n"},
		{"<pre>a\n  b\n</pre>c", "a\n  b\n\nc\n"},
		{"a < b and <user@example.vn> c", "a < b and <user@example.vn> c\n"},
		{"<b>bold</b><i>er</i>  text\n\n over lines", "bolder text over lines\n"},
		{"<p title='a>b'>x</p><p title='never closed>y</p>", "x\n\ny\n"},
		{"<style>never closed", ""},
		{"<!-- never closed <p>x</p>", "x\n"},
		{"unfinished <a href=", "unfinished <a href=\n"},
		{"&#0;&#xd800;&#x110000;&#128;", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd€\n"},
		{"soft&shy;hyphen zero&#8203;width", "softhyphen zerowidth\n"},
		{"one<hr>two", "one\n--------------------------------\ntwo\n"},
		{"10<sup>6</sup> <sup>a</sup>b", "10^6 ab\n"},
		{"", ""},
	};
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		struct ig_buf out;
		ig_buf_init(&out, 100000);
		ig_html_text(cases[i].html, strlen(cases[i].html), &out);
		if (strcmp(out.data, cases[i].text))
			fail_msg("%s:\n%s\nwanted:\n%s", cases[i].html, out.data, cases[i].text);
		ig_buf_free(&out);
	}
}

static void test_html_ceiling_and_charset(void **state)
{
	(void)state;
	struct ig_buf out;
	char name[20];
	ig_buf_init(&out, 5);
	ig_html_text("<p>12345678</p>", 15, &out);
	assert_true(out.over);
	assert_int_equal(out.len, 5);
	ig_buf_free(&out);
	ig_html_charset("<meta http-equiv=x content=\"text/html; charset=windows-1258\">", 61, name, sizeof name);
	assert_string_equal(name, "windows-1258");
	ig_html_charset("<meta charset='utf-8'>", 22, name, sizeof name);
	assert_string_equal(name, "utf-8");
	ig_html_charset("<p>", 3, name, sizeof name);
	assert_string_equal(name, "");
	ig_buf_init(&out, 1000);
	ig_enriched_text("a <bold>b</bold> <<c<lt>d<param>red</param>", 43, &out);
	assert_string_equal(out.data, "a b <c<d");
	ig_buf_free(&out);
}

static void test_flowed(void **state)
{
	(void)state;
	static const struct {
		const char *text, *flat;
		bool delsp;
	} cases[] = {
		{"one \ntwo\nthree\n", "one two\nthree\n", false},
		{"one \ntwo\n", "onetwo\n", true},
		{"> quoted \n> on\nanswer\n", "> quoted on\nanswer\n", false},
		{"> quoted \nanswer\n", "> quoted \nanswer\n", false},
		{" stuffed\n From me\n", "stuffed\nFrom me\n", false},
		{"text \n-- \nname \nmore\n", "text \n-- \nname more\n", false},
		{"a\n\nb", "a\n\nb\n", false},
		{"", "", false},
	};
	struct ig_arena *a = ig_arena_new(0);
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		char *got = ig_text_flowed(a, cases[i].text, cases[i].delsp);
		if (strcmp(got, cases[i].flat))
			fail_msg("%s:\n%s\nwanted:\n%s", cases[i].text, got, cases[i].flat);
	}
	a = ig_arena_free(a);
}

static const struct {
	const char *text, *reply; /* NULL: the whole text */
} replies[] = {
	{"No quote at all.\n", NULL},
	{"Yes.\n\nOn Mon, 2 Feb 2026 at 08:00, A <a@example.vn> wrote:\n> question\n", "Yes.\n"},
	{"Vâng.\n\nVào Th 2, 22 thg 11, 2026 vào lúc 09:15 Ngô Á <a@example.vn> đã viết:\n\n> câu hỏi\n", "Vâng.\n"},
	{"Vâng.\n\nVào 09:15 22/11/2026, Ngô Á <a@example.vn>\nđã viết:\n\nkhông có dấu\n", "Vâng.\n"},
	{"Tôi đã nhận.\n\n-----Thư gốc-----\nTừ: A\n", "Tôi đã nhận.\n"},
	{"Seen.\n\n-----Original Message-----\nFrom: A\n", "Seen.\n"},
	{"Seen.\n\n________________________________\nFrom: A <a@x.vn>\nSent: Monday\nTo: B\nSubject: S\n\nold\n", "Seen.\n"},
	{"Đã xem.\n\nTừ: A <a@x.vn>\nĐã gửi: Thứ hai\nĐến: B\nChủ đề: S\n\ncũ\n", "Đã xem.\n"},
	{"Oui.\n\nLe lun. 2 févr. 2026 à 08:00, A <a@x.fr> a écrit :\n> q\n", "Oui.\n"},
	{"Ja.\n\nAm 02.02.2026 um 08:00 schrieb A:\n> q\n", "Ja.\n"},
	{"Kyllä.\n\nMaija Meikäläinen kirjoitti 8.2.2016 kello 10.00:\n> q\n", "Kyllä.\n"},
	{"Tak.\n\nW dniu 2016-02-08 o 10:00, A pisze:\n> q\n", "Tak.\n"},
	{"Yes.\n\nman. 8. feb. 2016 kl. 10:00 skrev A <a@example.no>:\n\n> q\n", "Yes.\n"},
	{"Yes.\n\nA <a@example.cn>于2016年2月8日周一 下午10:00写道：\n> q\n", "Yes.\n"},
	{"Yes.\n\nQuoting A <a@example.org>:\n\n> q\n", "Yes.\n"},
	{"Done.\n\n##- Please type your reply above this line -##\n\nold\n", "Done.\n"},
	/* below the quote */
	{"On 2 Feb 2026 08:00, A wrote:\n> question\n\nMy answer.\n", "My answer.\n"},
	/* between the quotes: what is answered stays with the answers */
	{"On 2 Feb 2026 08:00, A wrote:\n> one?\nYes.\n> two?\nNo.\n", "> one?\nYes.\n> two?\nNo.\n"},
	{"Hello,\n\nOn 2 Feb 2026 08:00, A wrote:\n> one?\n\nYes, since Monday.\n", "Hello,\n\nYes, since Monday.\n"},
	/* signatures */
	{"Text.\n-- \nName\nPhone\n", "Text.\n"},
	{"Text.\n\nSent from my iPhone\n", "Text.\n"},
	{"Nội dung.\n\nGửi từ iPhone của tôi\n", "Nội dung.\n"},
	{"Nội dung.\n\nĐược gửi từ điện thoại Samsung\n", "Nội dung.\n"},
	/* not destroyed */
	{"> only a quote\n", NULL},
	{"Sent from my iPhone\n", NULL},
	{"-----Original Message-----\nFrom: A\n\nforwarded without a word\n", NULL},
	{"We wrote: nothing yet.\nPlease wait.\n", NULL},
	{"From: the router\nit came at 10:00\nTo: us\n", NULL},
	{"a\n--\nb\n", "a\n"},
	{"log:\n```\n> kept\n-- \nalso kept\n```\nend\n", NULL},
	{"", NULL},
};

static void test_reply(void **state)
{
	(void)state;
	struct ig_arena *a = ig_arena_new(0);
	for (size_t i = 0; i < IG_COUNT(replies); i++) {
		const char *got = ig_text_reply(a, replies[i].text), *want = replies[i].reply ? replies[i].reply : replies[i].text;
		if (strcmp(got, want))
			fail_msg("%s:\n%s\nwanted:\n%s", replies[i].text, got, want);
		assert_true(replies[i].reply || got == replies[i].text);
	}
	a = ig_arena_free(a);
}

static void test_uu(void **state)
{
	(void)state;
	static const char text[] = "before\nbegin 644 a b.txt\n%:&5L;&\\\n`\nend\nafter\n";
	struct ig_arena *a = ig_arena_new(0);
	struct ig_buf out;
	size_t from, to;
	char *name;
	ig_buf_init(&out, 1000);
	assert_true(ig_text_uu(a, text, strlen(text), &from, &to, &name, &out));
	assert_string_equal(name, "a b.txt");
	assert_int_equal(out.len, 5);
	assert_memory_equal(out.data, "hello", 5);
	assert_int_equal(from, 7);
	assert_string_equal(text + to, "after\n");
	ig_buf_reset(&out);
	assert_false(ig_text_uu(a, "begin 644 x\nnot a data line at all, this\n", 41, &from, &to, &name, &out));
	assert_false(ig_text_uu(a, "begin the work\nnow\n", 19, &from, &to, &name, &out));
	/* The end never comes: what was there is a file all the same. */
	assert_true(ig_text_uu(a, "begin 644 x\n%:&5L;&\\\n", 21, &from, &to, &name, &out));
	assert_int_equal(to, 21);
	ig_buf_free(&out);
	a = ig_arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_html),
		cmocka_unit_test(test_html_ceiling_and_charset),
		cmocka_unit_test(test_flowed),
		cmocka_unit_test(test_reply),
		cmocka_unit_test(test_uu),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
