/* Pieces of ctl that stand alone: arguments, CSV, mbox and folders, what reaches a terminal, tables. */
#include "check.h"
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/csv.h"
#include "ctl/room.h"
#include "ctl/sources.h"

struct said { struct ig_buf out, err; };

static void to_out(struct ig_ctl *c, const void *p, size_t len) { ig_buf_add(&((struct said *)c->arg)->out, p, len); }
static void to_err(struct ig_ctl *c, const void *p, size_t len) { ig_buf_add(&((struct said *)c->arg)->err, p, len); }

static char *words[16];
static struct ig_ctl call(struct said *said, struct ig_arena *a, const char *const *argv)
{
	struct ig_ctl c = {.arena = a, .out = to_out, .err = to_err, .arg = said, .argv = words};
	*said = (struct said){IG_BUF_INIT(1 << 20), IG_BUF_INIT(1 << 20)};
	for (; argv && argv[c.argc]; c.argc++) words[c.argc] = (char *)(uintptr_t)argv[c.argc];
	words[c.argc] = NULL;
	return c;
}

static void unsay(struct said *said)
{
	ig_buf_free(&said->out);
	ig_buf_free(&said->err);
}

static void test_args(void **state)
{
	(void)state;
	struct ig_arena *a = ig_arena_new(0);
	struct said said;
	int64_t n;
	struct ig_ctl c = call(&said, a, (const char *[]){"one", "--reason", "a b", "--open", "two", "--to=x", "--", "--open", NULL});
	assert_string_equal(ig_ctl_option(&c, "--reason"), "a b");
	assert_string_equal(ig_ctl_option(&c, "--to"), "x");
	assert_true(ig_ctl_flag(&c, "--open"));
	assert_false(ig_ctl_flag(&c, "--open")); /* the other one stands behind -- and is a word */
	assert_int_equal(ig_ctl_words(&c, 3, 3), IG_EX_OK);
	assert_string_equal(c.argv[2], "--open");
	assert_null(c.argv[3]);
	c = call(&said, a, (const char *[]){"--reason", NULL});
	assert_null(ig_ctl_option(&c, "--reason"));
	assert_int_equal(ig_ctl_words(&c, 0, 9), IG_EX_USAGE);
	assert_non_null(strstr(said.err.data, "--reason"));
	unsay(&said);
	c = call(&said, a, (const char *[]){"a", "b", NULL});
	assert_int_equal(ig_ctl_words(&c, 3, 3), IG_EX_USAGE);
	assert_int_equal(ig_ctl_words(&c, 1, 1), IG_EX_USAGE);
	assert_int_equal(ig_ctl_number(&c, "12", 1, 12, &n), 0);
	assert_int_equal(n, 12);
	static const char *const bad[] = {"", "x", "13", "0", "1x", "99999999999999999999", "1.5"};
	for (size_t i = 0; i < IG_COUNT(bad); i++)
		assert_int_equal(ig_ctl_number(&c, bad[i], 1, 12, &n), -1);
	unsay(&said);
	int used;
	assert_string_equal(ig_ctl_find(3, (char *[]){(char *)"incident", (char *)"list", (char *)"x", NULL}, &used)->words, "incident list");
	assert_int_equal(used, 2);
	assert_null(ig_ctl_find(1, (char *[]){(char *)"incident", NULL}, &used));
	ig_arena_free(a);
}

static void test_csv(void **state)
{
	(void)state;
	struct ig_arena *a = ig_arena_new(1 << 20);
	const char *f[4], *text = "\xef\xbb\xbf" "a,\"b \"\"x\"\", y\",,\r\n\n\"two\nlines\",\xc4\x91\nlast", *at = text, *end = text + strlen(text);
	assert_int_equal(ig_csv_record(&at, end, f, 4, a), 4);
	assert_string_equal(f[0], "a");
	assert_string_equal(f[1], "b \"x\", y");
	assert_string_equal(f[3], "");
	assert_int_equal(ig_csv_record(&at, end, f, 4, a), 2);
	assert_string_equal(f[0], "two\nlines");
	assert_string_equal(f[1], "\xc4\x91");
	assert_string_equal(f[2], "");
	assert_int_equal(ig_csv_record(&at, end, f, 4, a), 1);
	assert_int_equal(ig_csv_record(&at, end, f, 4, a), 0);
	static const char *const bad[] = {"\"open", "a,b,c,d,e", "\"a\"b,c", "\""};
	for (size_t i = 0; i < IG_COUNT(bad); i++) {
		at = bad[i];
		assert_int_equal(ig_csv_record(&at, at + strlen(at), f, 4, a), -1);
	}
	at = "a\0b";
	assert_int_equal(ig_csv_record(&at, at + 3, f, 4, a), -1);
	/* many small records cost what they hold, not what is left of the file */
	struct ig_buf many = IG_BUF_INIT(4 << 20);
	for (int i = 0; i < 5000; i++) ig_buf_str(&many, "a,b,c,d\n");
	at = many.data;
	int n = 0;
	while (ig_csv_record(&at, many.data + many.len, f, 4, a) == 4) n++;
	assert_int_equal(n, 5000);
	ig_buf_free(&many);
	ig_arena_free(a);
}

struct seen { int count, large; char names[8][64], texts[8][256]; };

static int see(const char *name, const void *p, int fd, uint64_t size, void *arg)
{
	struct seen *s = arg;
	if (!p && fd < 0) {
		s->large++;
		return 0;
	}
	snprintf(s->names[s->count], sizeof s->names[0], "%s", name);
	snprintf(s->texts[s->count++], sizeof s->texts[0], "%.*s", (int)size, (const char *)p);
	return 0;
}

static struct seen walk(const char *path, const char *text, uint64_t message_max)
{
	struct seen s = {.count = 0};
	struct ig_source_file f = {path, strlen(text)};
	struct ig_why why = {""};
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_true(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
	assert_int_equal(ig_sources_messages(&f, message_max, see, &s, &why), 0);
	unlink(path);
	return s;
}

static void test_mbox(void **state)
{
	(void)state;
	char dir[] = "/tmp/ig-ctl-XXXXXX", path[64];
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/old:2,S", dir);
	struct seen s = walk(path, "From a@b Mon\nSubject: 1\n\nbody\nFrom here it is text\n>From quoted\n>>From twice\n\nFrom c@d Tue\nSubject: 2\n\nx\n", 1000);
	assert_int_equal(s.count, 2);
	assert_string_equal(s.names[0], "old#1");
	assert_string_equal(s.texts[0], "Subject: 1\n\nbody\nFrom here it is text\nFrom quoted\n>From twice\n");
	assert_string_equal(s.texts[1], "Subject: 2\n\nx\n");
	s = walk(path, "From a@b\r\nSubject: 1\r\n\r\nbody\r\n\r\nFrom c@d\r\nSubject: 2\r\n\r\nx\r\n", 1000);
	assert_string_equal(s.texts[0], "Subject: 1\r\n\r\nbody\r\n");
	/* one that is too large is left out, the others are not */
	s = walk(path, "From a\nSubject: 1\n\nxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n\nFrom b\nSubject: 2\n\n\nFrom c\n\nFrom d\nend\n", 24);
	assert_int_equal(s.count, 2);
	assert_int_equal(s.large, 1);
	assert_string_equal(s.texts[0], "Subject: 2\n\n");
	assert_string_equal(s.names[1], "old#4");
	s = walk(path, "Subject: no mbox\n\nFrom the start\n", 1000);
	assert_int_equal(s.count, 1);
	assert_string_equal(s.names[0], "old");
	s = walk(path, "Subject: no mbox\n\nFrom the start\n", 10);
	assert_int_equal(s.large, 1);
	rmdir(dir);
}

static void test_clean(void **state)
{
	(void)state;
	static const struct { const char *in, *out, *lines, *json; } cases[] = {
		{"plain đường", "plain đường", "plain đường", "plain đường"},
		{"a\033[2Jb", "a\xef\xbf\xbd[2Jb", "a\xef\xbf\xbd[2Jb", "a\\u001b[2Jb"},
		{"a\nb\tc", "a b c", "a\nb\tc", "a\nb\\u0009c"},
		{"\xc2\x9b" "31m", "\xef\xbf\xbd" "31m", "\xef\xbf\xbd" "31m", "\\u009b31m"},
		{"x\x7f", "x\xef\xbf\xbd", "x\xef\xbf\xbd", "x\\u007f"},
		{"\xe2\x80\xae" "abc\xe2\x81\xa9", "\xef\xbf\xbd" "abc\xef\xbf\xbd", "\xef\xbf\xbd" "abc\xef\xbf\xbd", "\\u202eabc\\u2069"},
		{"\xe2\x80\xa6", "\xe2\x80\xa6", "\xe2\x80\xa6", "\xe2\x80\xa6"},
		{"\xff" "bx" "\xff" "p", "\033[1mx\033[0m", "\033[1mx\033[0m", NULL},
		{"\xff", "", "", NULL},
	};
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		struct ig_buf b = IG_BUF_INIT(4096);
		ig_ctl_clean(&b, cases[i].in, strlen(cases[i].in), false);
		assert_string_equal(b.data, cases[i].out);
		ig_buf_reset(&b);
		ig_ctl_clean(&b, cases[i].in, strlen(cases[i].in), true);
		assert_string_equal(b.data, cases[i].lines);
		ig_buf_reset(&b);
		ig_ctl_clean_json(&b, cases[i].in, strlen(cases[i].in));
		if (cases[i].json) assert_string_equal(b.data, cases[i].json);
		ig_buf_free(&b);
	}
}

static void test_table(void **state)
{
	(void)state;
	static const char *const headings[] = {"ID", "~MAYBE", "NAME", "LAST", NULL};
	struct ig_arena *a = ig_arena_new(0);
	struct said said;
	struct ig_ctl c = call(&said, a, NULL);
	struct ig_ctl_list *l = ig_ctl_list_begin(&c, headings);
	ig_ctl_list_row(l, (const char *[]){"1", "m", "Nguyễn Thị Bé", "x"});
	ig_ctl_list_row(l, (const char *[]){"22", NULL, "ab\033", "dòng\nhai"});
	assert_int_equal(ig_ctl_list_end(l, "none"), IG_EX_OK);
	assert_string_equal(said.out.data, "ID  MAYBE  NAME           LAST\n1   m      Nguyễn Thị Bé  x\n22  -      ab\xef\xbf\xbd            dòng hai\n");
	unsay(&said);
	c = call(&said, a, NULL);
	c.terminal = true;
	c.width = 30;
	l = ig_ctl_list_begin(&c, headings);
	ig_ctl_list_row(l, (const char *[]){"1", "m", "Nguyễn Thị Bé Bỏng", "một dòng rất dài không vừa"});
	assert_int_equal(ig_ctl_list_end(l, "none"), IG_EX_OK);
	assert_string_equal(said.out.data, "ID  NAME          LAST\n1   Nguyễn Thị …  một dòng rấ…\n");
	unsay(&said);
	c = call(&said, a, NULL);
	l = ig_ctl_list_begin(&c, headings);
	ig_ctl_list_end(l, "none");
	assert_string_equal(said.out.data, "none\n");
	unsay(&said);
	c = call(&said, a, NULL);
	c.json = true;
	l = ig_ctl_list_begin(&c, headings);
	ig_ctl_list_end(l, "none");
	assert_string_equal(said.out.data, "[]\n");
	unsay(&said);
	ig_arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_args), cmocka_unit_test(test_csv), cmocka_unit_test(test_mbox), cmocka_unit_test(test_clean),
		cmocka_unit_test(test_table)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
