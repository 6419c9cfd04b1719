/* Every rule of the Mustache specification (core modules) as a case of our own: data, template, partials, wanted output. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "base/opt.h"
#include "compose/compose.h"

struct example {
	const char *name, *data, *text, *want, *parts; /* parts: JSON object of name to text */
};
static const struct example examples[] = {
	/* variables */
	{"text without tags stays", "{}", "Xin chào\n", "Xin chào\n", NULL},
	{"a name is filled in", "{\"place\":\"Huế\"}", "From {{place}}!", "From Huế!", NULL},
	{"escaped", "{\"c\":\"& \\\" < >\"}", "{{c}}", "&amp; &quot; &lt; &gt;", NULL},
	{"three braces do not escape", "{\"c\":\"& \\\" < >\"}", "{{{c}}}", "& \" < >", NULL},
	{"ampersand does not escape", "{\"c\":\"& \\\" < >\"}", "{{&c}}", "& \" < >", NULL},
	{"integer", "{\"n\":85}", "{{n}} {{{n}}} {{&n}}", "85 85 85", NULL},
	{"decimal", "{\"n\":1.21}", "{{n}} {{{n}}} {{&n}}", "1.21 1.21 1.21", NULL},
	{"null is empty", "{\"n\":null}", "({{n}})({{{n}}})({{&n}})", "()()()", NULL},
	{"what is missing is empty", "{}", "({{n}})({{{n}}})({{&n}})", "()()()", NULL},
	{"dotted name", "{\"a\":{\"b\":\"x\"}}", "{{a.b}} {{{a.b}}} {{&a.b}}", "x x x", NULL},
	{"dotted name five deep", "{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":{\"n\":\"Lan\"}}}}}}", "{{a.b.c.d.e.n}}", "Lan", NULL},
	{"broken chain is empty", "{\"a\":{}}", "({{a.b.c}})", "()", NULL},
	{"broken chain does not look outwards", "{\"a\":{\"b\":{}},\"c\":{\"n\":\"Lan\"}}", "({{a.b.c.n}})", "()", NULL},
	{"first part from outside, rest inside it", "{\"a\":{\"b\":{\"n\":\"x\"}},\"b\":{\"n\":\"no\"}}", "{{#a}}{{b.n}}{{/a}}", "x", NULL},
	{"a found first part is not left again", "{\"a\":{\"b\":{}},\"b\":{\"c\":\"no\"}}", "{{#a}}({{b.c}}){{/a}}", "()", NULL},
	{"a key with a dot is no dotted name", "{\"a.b\":\"no\",\"a\":{\"b\":\"yes\"}}", "{{a.b}}", "yes", NULL},
	{"dot is the value itself", "\"đây\"", "{{.}} {{{.}}} {{&.}}", "đây đây đây", NULL},
	{"dot escapes too", "\"<\"", "{{.}}{{{.}}}", "&lt;<", NULL},
	{"dot of a number", "1.5", "{{.}}", "1.5", NULL},
	{"space around a tag stays", "{\"s\":\"-\"}", "| {{s}} | {{{s}}} | {{&s}} |", "| - | - | - |", NULL},
	{"a variable alone on its line keeps the line", "{\"s\":\"-\"}", "  {{s}}\n  {{{s}}}\n", "  -\n  -\n", NULL},
	{"space inside a tag", "{\"s\":\"-\"}", "|{{ s }}|{{{ s }}}|{{& s }}|", "|-|-|-|", NULL},
	/* sections */
	{"true renders", "{\"b\":true}", "{{#b}}yes{{/b}}", "yes", NULL},
	{"false does not", "{\"b\":false}", "({{#b}}no{{/b}})", "()", NULL},
	{"null is false", "{\"b\":null}", "({{#b}}no{{/b}})", "()", NULL},
	{"missing is false", "{}", "({{#b}}no{{/b}})", "()", NULL},
	{"empty text is false", "{\"b\":\"\"}", "({{#b}}no{{/b}})", "()", NULL},
	{"an object becomes the context", "{\"c\":{\"n\":\"Tú\"}}", "{{#c}}Hi {{n}}{{/c}}", "Hi Tú", NULL},
	{"outer contexts are searched", "{\"a\":\"1\",\"b\":\"2\",\"s\":{\"c\":\"3\",\"b\":\"4\"}}", "{{#s}}{{a}}{{b}}{{c}}{{/s}}", "143", NULL},
	{"a text as section", "{\"a\":\"x\"}", "{{#a}}{{a}}{{.}}{{/a}}", "xx", NULL},
	{"contexts four deep", "{\"a\":{\"one\":1},\"b\":{\"two\":2},\"c\":{\"three\":3,\"d\":{\"four\":4}}}",
		"{{#a}}{{one}}{{#b}}{{one}}{{two}}{{one}}{{#c}}{{three}}{{#d}}{{four}}{{three}}{{/d}}{{/c}}{{/b}}{{/a}}", "1121343", NULL},
	{"a list repeats", "{\"l\":[{\"n\":1},{\"n\":2},{\"n\":3}]}", "{{#l}}{{n}}{{/l}}", "123", NULL},
	{"an empty list is false", "{\"l\":[]}", "({{#l}}no{{/l}})", "()", NULL},
	{"same section twice", "{\"b\":true,\"t\":\"2\"}", "{{#b}}\n* 1\n{{/b}}\n* {{t}}\n{{#b}}\n* 3\n{{/b}}\n", "* 1\n* 2\n* 3\n", NULL},
	{"same name inside itself, true", "{\"b\":true}", "A {{#b}}B {{#b}}C{{/b}} D{{/b}} E", "A B C D E", NULL},
	{"same name inside itself, false", "{\"b\":false}", "A {{#b}}B {{#b}}C{{/b}} D{{/b}} E", "A  E", NULL},
	{"missing inside a section", "{}", "[{{#no}}found{{/no}}]", "[]", NULL},
	{"dot in a list of texts", "{\"l\":[\"a\",\"b\"]}", "{{#l}}({{.}}){{/l}}", "(a)(b)", NULL},
	{"dot in a list of numbers", "{\"l\":[1,2.5]}", "{{#l}}({{.}}){{/l}}", "(1)(2.5)", NULL},
	{"lists in lists", "{\"l\":[[1,2],[\"x\"]]}", "{{#l}}({{#.}}{{.}}{{/.}}){{/l}}", "(12)(x)", NULL},
	{"dot escapes in a list", "{\"l\":[\"<\"]}", "{{#l}}{{.}}{{{.}}}{{&.}}{{/l}}", "&lt;<<", NULL},
	{"the root may be a list", "[{\"v\":\"a\"},{\"v\":\"b\"}]", "{{#.}}({{v}}){{/.}}", "(a)(b)", NULL},
	{"dotted section", "{\"a\":{\"b\":{\"c\":true}}}", "{{#a.b.c}}yes{{/a.b.c}}", "yes", NULL},
	{"dotted section, broken", "{\"a\":{}}", "({{#a.b.c}}no{{/a.b.c}})", "()", NULL},
	{"inline tags keep their space", "{\"b\":true}", " | {{#b}}\t|\t{{/b}} | \n", " | \t|\t | \n", NULL},
	{"inside space is kept, comments too", "{\"b\":true}", " | {{#b}} {{! x\n }}\n {{/b}} | \n", " |  \n  | \n", NULL},
	{"two sections on lines of their own text", "{\"b\":true}", " {{#b}}YES{{/b}}\n {{#b}}GOOD{{/b}}\n", " YES\n GOOD\n", NULL},
	{"a tag alone takes its line away", "{\"b\":true}", "| This Is\n{{#b}}\n|\n{{/b}}\n| A Line\n", "| This Is\n|\n| A Line\n", NULL},
	{"indented too", "{\"b\":true}", "| This Is\n  {{#b}}\n|\n  {{/b}}\n| A Line\n", "| This Is\n|\n| A Line\n", NULL},
	{"with CR LF", "{\"b\":true}", "|\r\n{{#b}}\r\n{{/b}}\r\n|", "|\r\n|", NULL},
	{"on the first line", "{\"b\":true}", "  {{#b}}\n#{{/b}}\n/", "#\n/", NULL},
	{"on the last line", "{\"b\":true}", "#{{#b}}\n/\n  {{/b}}", "#\n/\n", NULL},
	{"space inside section tags", "{\"b\":true}", "|{{# b }}={{/ b }}|", "|=|", NULL},
	/* inverted */
	{"inverted: false renders", "{\"b\":false}", "{{^b}}yes{{/b}}", "yes", NULL},
	{"inverted: true does not", "{\"b\":true}", "({{^b}}no{{/b}})", "()", NULL},
	{"inverted: null renders", "{\"b\":null}", "{{^b}}yes{{/b}}", "yes", NULL},
	{"inverted: missing renders", "{}", "{{^b}}yes{{/b}}", "yes", NULL},
	{"inverted: object does not", "{\"b\":{\"n\":\"x\"}}", "({{^b}}no{{n}}{{/b}})", "()", NULL},
	{"inverted: list does not", "{\"l\":[{\"n\":1}]}", "({{^l}}no{{/l}})", "()", NULL},
	{"inverted: empty list renders", "{\"l\":[]}", "{{^l}}yes{{/l}}", "yes", NULL},
	{"inverted twice", "{\"b\":false,\"t\":\"2\"}", "{{^b}}\n* 1\n{{/b}}\n* {{t}}\n{{^b}}\n* 3\n{{/b}}\n", "* 1\n* 2\n* 3\n", NULL},
	{"inverted in itself", "{\"b\":false}", "A {{^b}}B {{^b}}C{{/b}} D{{/b}} E", "A B C D E", NULL},
	{"inverted dotted", "{\"a\":{\"b\":{\"c\":false}}}", "({{^a.b.c}}yes{{/a.b.c}}{{^a.b.x}}yes{{/a.b.x}})", "(yesyes)", NULL},
	{"inverted alone on its line", "{\"b\":false}", "|\n  {{^b}}\n-\n  {{/b}}\n|\n", "|\n-\n|\n", NULL},
	{"inverted with CR LF", "{\"b\":false}", "|\r\n{{^b}}\r\n{{/b}}\r\n|", "|\r\n|", NULL},
	{"inverted on first and last line", "{\"b\":false}", "  {{^b}}\n^{{/b}}\n/\n{{^b}}\n/\n  {{/b}}", "^\n/\n/\n", NULL},
	/* comments */
	{"comment inline", "{}", "12345{{! a comment }}67890", "1234567890", NULL},
	{"comment of many lines", "{}", "12345{{!\n  a\n  comment\n}}67890\n", "1234567890\n", NULL},
	{"comment alone", "{}", "Begin.\n{{! c }}\nEnd.\n", "Begin.\nEnd.\n", NULL},
	{"comment alone, indented", "{}", "Begin.\n  {{! c }}\nEnd.\n", "Begin.\nEnd.\n", NULL},
	{"comment alone, CR LF", "{}", "|\r\n{{! c }}\r\n|", "|\r\n|", NULL},
	{"comment alone on the first line", "{}", "  {{! c }}\n!", "!", NULL},
	{"comment alone on the last line", "{}", "!\n  {{! c }}", "!\n", NULL},
	{"comment of many lines, alone", "{}", "Begin.\n{{!\nsomething\n}}\nEnd.\n", "Begin.\nEnd.\n", NULL},
	{"comment of many lines, alone, indented", "{}", "Begin.\n  {{!\n    something\n  }}\nEnd.\n", "Begin.\nEnd.\n", NULL},
	{"comment inline at the end", "{}", "  12 {{! 34 }}\n", "  12 \n", NULL},
	{"comment leaves space around", "{}", "12345 {{! c }} 67890", "12345  67890", NULL},
	{"comment is no variable", "{\"! c\":1,\"c\":2}", "({{!c}})", "()", NULL},
	/* delimiters */
	{"a pair of others", "{\"t\":\"Hey!\"}", "{{=<% %>=}}(<%t%>)", "(Hey!)", NULL},
	{"one special character", "{\"t\":\"It worked!\"}", "({{=[ ]=}}[t])", "(It worked!)", NULL},
	{"others in sections", "{\"s\":true,\"d\":\"got\"}", "[{{#s}}{{d}}|d|{{/s}}{{= | | =}}|#s|{{d}}|d||/s|]", "[got|d|{{d}}got]", NULL},
	{"others in inverted sections", "{\"s\":false,\"d\":\"got\"}", "[{{^s}}{{d}}{{/s}}{{= | | =}}|^s||d||/s|]", "[gotgot]", NULL},
	{"a partial starts with the usual ones", "{\"v\":\"yes\"}", "[ {{>inc}} ]\n{{= | | =}}\n[ |>inc| ]\n", "[ .yes. ]\n[ .yes. ]\n",
		"{\"inc\":\".{{v}}.\"}"},
	{"those of a partial end with it", "{\"v\":\"yes\"}", "[ {{>inc}} ]\n[ .{{v}}.  .|v|. ]\n", "[ .yes.  .yes. ]\n[ .yes.  .|v|. ]\n",
		"{\"inc\":\".{{v}}. {{= | | =}} .|v|.\"}"},
	{"delimiters inline keep space", "{}", "| {{=@ @=}} |", "|  |", NULL},
	{"delimiters at the end of a line", "{}", " | {{=@ @=}}\n", " | \n", NULL},
	{"delimiters alone", "{}", "Begin.\n{{=@ @=}}\nEnd.\n", "Begin.\nEnd.\n", NULL},
	{"delimiters alone, indented", "{}", "Begin.\n  {{=@ @=}}\nEnd.\n", "Begin.\nEnd.\n", NULL},
	{"delimiters alone, CR LF", "{}", "|\r\n{{= @ @ =}}\r\n|", "|\r\n|", NULL},
	{"delimiters first and last", "{}", "  {{=@ @=}}\n=\n  @=[ ]=@", "=\n", NULL},
	{"space around delimiters", "{}", "|{{= @   @ =}}|", "||", NULL},
	{"raw by ampersand with others", "{\"c\":\"<\"}", "{{=<% %>=}}<%&c%><%c%>", "<&lt;", NULL},
	/* partials */
	{"partial", "{}", "\"{{>t}}\"", "\"from partial\"", "{\"t\":\"from partial\"}"},
	{"a missing partial is empty", "{}", "\"{{>t}}\"", "\"\"", NULL},
	{"a partial sees the context", "{\"t\":\"content\"}", "\"{{>p}}\"", "\"*content*\"", "{\"p\":\"*{{t}}*\"}"},
	{"a partial may call itself", "{\"c\":\"X\",\"n\":[{\"c\":\"Y\",\"n\":[]}]}", "{{>node}}", "X<Y<>>", "{\"node\":\"{{c}}<{{#n}}{{>node}}{{/n}}>\"}"},
	{"partials in partials", "{\"a\":\"hello\",\"b\":\"world\"}", "{{>outer}}", "*hello world!*",
		"{\"outer\":\"*{{a}} {{>inner}}*\",\"inner\":\"{{b}}!\"}"},
	{"space around a partial stays", "{}", "| {{>p}} |", "| \t|\t |", "{\"p\":\"\\t|\\t\"}"},
	{"inline partial is not indented", "{\"d\":\"|\"}", "  {{d}}  {{> p}}\n", "  |  >\n>\n", "{\"p\":\">\\n>\"}"},
	{"partial alone, CR LF", "{}", "|\r\n{{>p}}\r\n|", "|\r\n>|", "{\"p\":\">\"}"},
	{"partial alone on the first line", "{}", "  {{>p}}\n>", "  >\n  >>", "{\"p\":\">\\n>\"}"},
	{"partial alone on the last line", "{}", ">\n  {{>p}}", ">\n  >\n  >", "{\"p\":\">\\n>\"}"},
	{"every line of a partial is indented, values are not", "{\"c\":\"<\\n->\"}", "\\\n {{>p}}\n/\n", "\\\n |\n <\n->\n |\n/\n",
		"{\"p\":\"|\\n{{{c}}}\\n|\\n\"}"},
	{"indentation adds up", "{}", " {{>a}}\n", " 1\n   2\n 3\n", "{\"a\":\"1\\n  {{>b}}\\n3\\n\",\"b\":\"2\\n\"}"},
	{"a section that begins an indented line", "{\"s\":true}", "  {{>a}}\n", "  x\n", "{\"a\":\"{{#s}}x{{/s}}\\n\"}"},
	{"space inside a partial tag", "{\"b\":true}", "|{{> p }}|", "|[]|", "{\"p\":\"[]\"}"},
};

static const char *part_text(void *arg, const char *name)
{
	return json_string_value(json_object_get(arg, name));
}

static void test_examples(void **state)
{
	(void)state;
	for (size_t i = 0; i < IG_COUNT(examples); i++) {
		const struct example *e = &examples[i];
		struct ig_why why = {""};
		struct ig_buf out = IG_BUF_INIT(4096);
		json_t *data = json_loads(e->data, JSON_DECODE_ANY, NULL), *parts = e->parts ? json_loads(e->parts, 0, NULL) : NULL;
		assert_non_null(data);
		struct ig_mustache *m = ig_mustache_compile(e->name, e->text, IG_MUSTACHE_HTML, part_text, parts, &why);
		if (!m || ig_mustache_render(m, data, &out, &why))
			fail_msg("%s: %s", e->name, why.text);
		if (strcmp(out.data, e->want))
			fail_msg("%s: got \"%s\", want \"%s\"", e->name, out.data, e->want);
		ig_mustache_free(m);
		ig_buf_free(&out);
		json_decref(data);
		json_decref(parts);
	}
}

static void test_no_escaping_in_letters(void **state)
{
	(void)state;
	struct ig_buf out = IG_BUF_INIT(64);
	json_t *data = json_pack("{s:s}", "n", "A & B <x>");
	struct ig_mustache *m = ig_mustache_compile("t", "{{n}}", IG_MUSTACHE_NONE, NULL, NULL, NULL);
	assert_int_equal(ig_mustache_render(m, data, &out, NULL), 0);
	assert_string_equal(out.data, "A & B <x>");
	ig_mustache_free(m);
	ig_buf_free(&out);
	json_decref(data);
}

static const struct { const char *text, *why; } bad[] = {
	{"a\n{{x", "t:2: the tag is not closed"},
	{"{{#a}}\n{{/b}}", "t:2: {{/b}} closes no section"},
	{"{{/b}}", "t:1: {{/b}} closes no section"},
	{"\n\n{{#a}}", "t:3: {{#a}} is never closed"},
	{"{{}}", "t:1: a tag without a name"},
	{"{{#}}x{{/}}", "t:1: a tag without a name"},
	{"{{a b}}", "t:1: a name with white space: a b"},
	{"{{a..b}}", "t:1: a dot with nothing beside it: a..b"},
	{"{{.a}}", "t:1: a dot with nothing beside it: .a"},
	{"{{=x=}}", "t:1: two delimiters, divided by white space and without an equal sign, are wanted"},
	{"{{<a}}{{/a}}", "t:1: inheritance is not supported"},
	{"{{{a}}", "t:1: the tag is not closed"},
	{"{{{", "t:1: the tag is not closed"},
	{"{{", "t:1: the tag is not closed"},
	{"{{=", "t:1: the tag is not closed"},
};

static void test_bad(void **state)
{
	(void)state;
	for (size_t i = 0; i < IG_COUNT(bad); i++) {
		struct ig_why why = {""};
		assert_null(ig_mustache_compile("t", bad[i].text, IG_MUSTACHE_HTML, NULL, NULL, &why));
		assert_string_equal(why.text, bad[i].why);
	}
}

static void test_limits(void **state)
{
	(void)state;
	struct ig_why why = {""};
	struct ig_buf out = IG_BUF_INIT(10), text = IG_BUF_INIT(1u << 21);
	json_t *parts = json_loads("{\"p\":\"{{>p}}x\",\"q\":\"{{#l}}{{#l}}{{#l}}{{#l}}{{#l}}{{#l}}{{#l}}x{{/l}}{{/l}}{{/l}}{{/l}}{{/l}}{{/l}}{{/l}}\"}", 0, NULL);
	json_t *data = json_loads("{\"l\":[0,1,2,3,4,5,6,7,8,9,0,1,2,3,4,5]}", 0, NULL);
	struct ig_mustache *m = ig_mustache_compile("t", "{{>p}}", IG_MUSTACHE_NONE, part_text, parts, &why);
	assert_int_equal(ig_mustache_render(m, data, &out, &why), -1);
	assert_non_null(strstr(why.text, "too deep"));
	ig_mustache_free(m);
	ig_buf_reset(&out);
	m = ig_mustache_compile("t", "0123456789{{l}}0", IG_MUSTACHE_NONE, NULL, NULL, &why);
	assert_int_equal(ig_mustache_render(m, data, &out, &why), -1);
	assert_non_null(strstr(why.text, "grows past 10 bytes"));
	ig_mustache_free(m);
	ig_buf_free(&out);
	ig_buf_init(&out, 1u << 30);
	m = ig_mustache_compile("t", "{{>q}}", IG_MUSTACHE_NONE, part_text, parts, &why);
	assert_int_equal(ig_mustache_render(m, data, &out, &why), -1);
	assert_non_null(strstr(why.text, "steps"));
	ig_mustache_free(m);
	for (int n = 64; n <= 65; n++) {
		ig_buf_reset(&text);
		for (int i = 0; i < n; i++)
			ig_buf_str(&text, "{{#a}}");
		for (int i = 0; i < n; i++)
			ig_buf_str(&text, "{{/a}}");
		m = ig_mustache_compile("t", text.data, IG_MUSTACHE_NONE, NULL, NULL, &why);
		assert_int_equal(m != NULL, n == 64);
		ig_mustache_free(m);
	}
	ig_buf_free(&text);
	ig_buf_free(&out);
	json_decref(data);
	json_decref(parts);
}

static void name_note(const char *name, const char *scope, const char *file, int line, void *arg)
{
	ig_buf_fmt(arg, "%s(%s)%s:%d ", name, scope, file, line);
}

static void test_names(void **state)
{
	(void)state;
	struct ig_buf out = IG_BUF_INIT(4096);
	json_t *parts = json_loads("{\"p\":\"\\n{{q}}\"}", 0, NULL);
	struct ig_mustache *m = ig_mustache_compile("t", "{{a}}\n{{#b}}{{c.d}}{{^e}}{{>p}}{{/e}}{{#f}}{{.}}{{g}}{{/f}}{{/b}}{{h}}", IG_MUSTACHE_NONE, part_text, parts, NULL);
	ig_mustache_names(m, name_note, &out);
	assert_string_equal(out.data, "a()t:1 b()t:2 c.d(b)t:2 e(b)t:2 q(b)p:2 f(b)t:2 g(b f)t:2 h()t:2 ");
	ig_mustache_free(m);
	ig_buf_free(&out);
	json_decref(parts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_examples), cmocka_unit_test(test_no_escaping_in_letters), cmocka_unit_test(test_bad), cmocka_unit_test(test_limits),
		cmocka_unit_test(test_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
