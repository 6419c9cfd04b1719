/* winmail.dat: files, names, text and damage. The samples are built here, record by record. */
#include "config.h"
#include "check.h"
#include <string.h>
#include "base/buf.h"
#include "parse/text.h"

static void put16(struct ig_buf *b, unsigned v)
{
	ig_buf_char(b, (char)v);
	ig_buf_char(b, (char)(v >> 8));
}

static void put32(struct ig_buf *b, unsigned v)
{
	put16(b, v & 0xffff);
	put16(b, v >> 16);
}

static void record(struct ig_buf *b, int level, unsigned id, const void *p, size_t len)
{
	ig_buf_char(b, (char)level);
	put16(b, id);
	put16(b, 0);
	put32(b, (unsigned)len);
	ig_buf_add(b, p, len);
	put16(b, 0);
}

static void prop(struct ig_buf *b, unsigned type, unsigned id, const void *p, size_t len)
{
	put16(b, type);
	put16(b, id);
	put32(b, 1);
	put32(b, (unsigned)len);
	ig_buf_add(b, p, len);
	for (; len % 4; len++)
		ig_buf_char(b, 0);
}

static void begin(struct ig_buf *b)
{
	ig_buf_init(b, 1u << 20);
	put32(b, 0x223e9f78);
	put16(b, 1);
}

static void test_files(void **state)
{
	(void)state;
	struct ig_buf b, p;
	struct ig_tnef t;
	struct ig_arena *a = ig_arena_new(0);
	begin(&b);
	record(&b, 1, 0x9007, "\xea\x04\0\0\0\0\0\0", 8); /* code page 1258 */
	record(&b, 2, 0x9002, "\0\0", 2);
	record(&b, 2, 0x8010, "REPORT~1.TXT", 13);
	record(&b, 2, 0x800f, "hello", 5);
	ig_buf_init(&p, 1000);
	put32(&p, 3);
	put16(&p, 3); /* a long, to be skipped */
	put16(&p, 0x3705);
	put32(&p, 1);
	prop(&p, 31, 0x3707, "b\0\xe1\0o\0.\0t\0x\0t\0\0\0", 16);
	prop(&p, 30, 0x370e, "text/plain", 11);
	record(&b, 2, 0x9005, p.data, p.len);
	record(&b, 2, 0x9002, "\0\0", 2);
	record(&b, 2, 0x8010, "second.bin", 11);
	record(&b, 2, 0x800f, "", 0);
	ig_buf_reset(&p);
	put32(&p, 1);
	prop(&p, 30, 0x1000, "Vi\xea\xf2t", 6);
	record(&b, 1, 0x9003, p.data, p.len);
	assert_int_equal(ig_tnef_read(a, b.data, b.len, 10, &t), 0);
	assert_false(t.cut);
	assert_int_equal(t.count, 2);
	assert_string_equal(t.files[0].name, "báo.txt");
	assert_string_equal(t.files[0].type, "text/plain");
	assert_int_equal(t.files[0].len, 5);
	assert_string_equal(t.files[1].name, "second.bin");
	assert_string_equal(t.text, "Việt");
	/* At the limit of files, and one past it. */
	assert_int_equal(ig_tnef_read(a, b.data, b.len, 2, &t), 0);
	assert_false(t.cut);
	assert_int_equal(ig_tnef_read(a, b.data, b.len, 1, &t), 0);
	assert_true(t.cut);
	assert_int_equal(t.count, 1);
	/* Cut or changed at every byte: never a crash. */
	for (size_t n = 0; n < b.len; n++) {
		ig_tnef_read(a, b.data, n, 10, &t);
		char was = b.data[n];
		b.data[n] = (char)0xff;
		ig_tnef_read(a, b.data, b.len, 10, &t);
		b.data[n] = was;
	}
	assert_int_equal(ig_tnef_read(a, "PK\3\4aaaa", 8, 10, &t), -1);
	ig_buf_free(&b);
	ig_buf_free(&p);
	a = ig_arena_free(a);
}

/* A body that exists only as (here uncompressed) RTF. */
static void test_rtf(void **state)
{
	(void)state;
	static const char rtf[] = "{\\rtf1\\ansi{\\fonttbl{\\f0 Arial;}}\\uc1 S\\u7921? c\\u7889?\\par two \\{x\\} \\'e9{\\*\\generator none}}";
	struct ig_buf b, p, c;
	struct ig_tnef t;
	struct ig_arena *a = ig_arena_new(0);
	ig_buf_init(&c, 1000);
	put32(&c, sizeof rtf - 1 + 12);
	put32(&c, sizeof rtf - 1);
	put32(&c, 0x414c454d);
	put32(&c, 0);
	ig_buf_add(&c, rtf, sizeof rtf - 1);
	ig_buf_init(&p, 2000);
	put32(&p, 1);
	prop(&p, 258, 0x1009, c.data, c.len);
	begin(&b);
	record(&b, 1, 0x9003, p.data, p.len);
	assert_int_equal(ig_tnef_read(a, b.data, b.len, 10, &t), 0);
	assert_string_equal(t.text, "Sự cố\ntwo {x} é");
	ig_buf_free(&b);
	ig_buf_free(&p);
	ig_buf_free(&c);
	a = ig_arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_files), cmocka_unit_test(test_rtf)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
