/* A received fax becomes a report: its pages are counted without an image library, its sidecar is believed as far as it can be. */
#include "check.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/fs.h"
#include "base/opt.h"
#include "fax_kit.h"
#include "parse/fax.h"
#include "parse/tiff.h"

static char path[64];

static int make(int pages)
{
	snprintf(path, sizeof path, "/tmp/irgate-faxread-XXXXXX");
	close(mkstemp(path));
	kit_tiff(path, pages, 60);
	int fd = open(path, O_RDWR | O_CLOEXEC);
	unlink(path);
	return fd;
}

static uint64_t size_of(int fd)
{
	struct stat st;
	assert_int_equal(fstat(fd, &st), 0);
	return (uint64_t)st.st_size;
}

static const char *field(const struct ig_report *r, const char *name)
{
	for (size_t i = 0; i < r->field_count; i++)
		if (!strcmp(r->fields[i].name, name))
			return r->fields[i].value;
	return NULL;
}

static bool said(const struct ig_report *r, const char *words)
{
	for (const char *const *p = r->problems; *p; p++)
		if (strstr(*p, words))
			return true;
	return false;
}

struct sidecar {
	const char *text, *problem;      /* words that must be said; NULL: none may */
	const char *caller, *pages, *time;
};
static const struct sidecar sidecars[] = {
	{NULL, NULL, NULL, "2", NULL},
	{"{}", NULL, NULL, "2", NULL},
	{"{\"caller\":\"+84 24 111\",\"pages\":2,\"started\":\"2026-03-02T08:30:00+07:00\",\"ecm\":true,\"result\":\"OK\",\"rate\":14400}", NULL, "+84 24 111",
		"2", "2026-03-02T08:30:00+07:00"},
	{"{\"caller\":84241,\"pages\":\"2\"}", NULL, "84241", "2", NULL},
	{"{\"caller\":null,\"unknown\":[1]}", NULL, NULL, "2", NULL},
	{"{\"pages\":4}", "4 pages were announced, the file has 2", NULL, "2", NULL},
	{"{\"result\":\"interrupted\"}", "did not end well (interrupted)", NULL, "2", NULL},
	{"{\"started\":\"yesterday\"}", "started of the fax is not a time", NULL, "2", "yesterday"},
	{"{\"caller\":[\"1\"]}", "caller of the fax is neither", NULL, "2", NULL},
	{"{\"caller\":\"a\\u0007\\nb\"}", NULL, "a  b", "2", NULL},
	{"not json", "not JSON", NULL, "2", NULL},
	{"[]", "not JSON", NULL, "2", NULL},
};

static void same(const char *what, const char *want, const char *got, size_t i)
{
	if ((want == NULL) != (got == NULL) || (want && strcmp(want, got)))
		fail_msg("sidecar %zu: %s is %s, wanted %s", i, what, got ? got : "nothing", want ? want : "nothing");
}

static void test_sidecars(void **state)
{
	(void)state;
	int fd = make(2);
	for (size_t i = 0; i < IG_COUNT(sidecars); i++) {
		const struct sidecar *s = &sidecars[i];
		struct ig_arena *a = ig_arena_new(0);
		struct ig_envelope e = {.channel = IG_CHANNEL_FAX, .source = "faxes", .source_file = "x.tif", .sidecar = s->text};
		struct ig_report *r = ig_parse_fax(fd, size_of(fd), &e, a);
		assert_int_equal(r->kind, IG_KIND_FAX);
		assert_int_equal(r->class, IG_CLASS_PERSON);
		assert_int_equal(r->attachment_count, 1);
		assert_string_equal(r->attachments[0].type, "image/tiff");
		same("caller", s->caller, field(r, "fax.caller"), i);
		same("pages", s->pages, field(r, "fax.pages"), i);
		same("time", s->time, field(r, "fax.time"), i);
		if (s->problem ? !said(r, s->problem) : r->problems[0] != NULL)
			fail_msg("sidecar %zu: %s", i, r->problems[0] ? r->problems[0] : "no problem said");
		ig_arena_free(a);
	}
	close(fd);
}

static void test_long_fact(void **state)
{
	(void)state;
	int fd = make(1);
	for (int over = 0; over < 2; over++) {
		struct ig_arena *a = ig_arena_new(0);
		char text[400];
		snprintf(text, sizeof text, "{\"ident\":\"%0*d\"}", IG_FAX_FACT_MAX + over, 7);
		struct ig_envelope e = {.channel = IG_CHANNEL_FAX, .sidecar = text};
		struct ig_report *r = ig_parse_fax(fd, size_of(fd), &e, a);
		assert_int_equal(strlen(field(r, "fax.ident")), IG_FAX_FACT_MAX);
		assert_int_equal(said(r, "was cut"), over);
		ig_arena_free(a);
	}
	close(fd);
}

/* Whatever is cut or overwritten, the reader of directories ends and says so. */
static void test_damaged(void **state)
{
	(void)state;
	int fd = make(3);
	uint64_t size = size_of(fd);
	struct ig_tiff t;
	uint8_t *all = malloc(size);
	assert_int_equal(ig_fs_pread_all(fd, all, size, 0), 0);
	assert_int_equal(ig_tiff_look(fd, size, &t), 0);
	assert_int_equal(t.pages, 3);
	assert_true(t.fax && !t.problem);
	for (uint64_t cut = 0; cut < size; cut += 7) {
		int rc = ig_tiff_look(fd, cut, &t);
		assert_true(rc == (cut < 8 ? -1 : 0));
		if (!rc && t.pages == 3 && !t.problem)
			fail_msg("cut to %llu: nothing said", (unsigned long long)cut);
	}
	for (uint64_t at = 4; at < size; at++) {
		uint8_t was = all[at], v[] = {0, 0xff, (uint8_t)(was + 1)};
		for (size_t k = 0; k < sizeof v; k++) {
			assert_int_equal(pwrite(fd, &v[k], 1, (off_t)at), 1);
			ig_tiff_look(fd, size, &t);
			assert_true(t.pages >= 0 && t.pages <= 3);
		}
		assert_int_equal(pwrite(fd, &was, 1, (off_t)at), 1);
	}
	free(all);
	close(fd);
}

/* A directory that names itself as the next one, and one page more than are counted. */
static void test_limits(void **state)
{
	(void)state;
	struct ig_tiff t;
	uint8_t loop[] = {'I', 'I', '*', 0, 8, 0, 0, 0, 3, 0, 0, 1, 4, 0, 1, 0, 0, 0, 0xc0, 6, 0, 0, 1, 1, 4, 0, 1, 0, 0, 0, 9, 0, 0, 0, 17, 1, 4, 0, 1, 0, 0, 0, 8, 0, 0, 0,
		8, 0, 0, 0};
	int fd = ig_fs_memfd("loop", loop, sizeof loop);
	assert_int_equal(ig_tiff_look(fd, sizeof loop, &t), 0);
	assert_int_equal(t.pages, 1);
	assert_non_null(strstr(t.problem, "circle"));
	close(fd);
	for (int over = 0; over < 2; over++) {
		size_t one = 42, count = IG_TIFF_PAGES_MAX + (size_t)over;
		uint8_t *many = calloc(1, 8 + one * count);
		memcpy(many, loop, 8);
		for (size_t i = 0; i < count; i++) {
			uint8_t *d = many + 8 + i * one;
			uint32_t next = i + 1 < count ? (uint32_t)(8 + (i + 1) * one) : 0;
			memcpy(d, loop + 8, one - 4);
			memcpy(d + one - 4, &next, 4);
		}
		fd = ig_fs_memfd("many", many, 8 + one * count);
		assert_int_equal(ig_tiff_look(fd, 8 + one * count, &t), 0);
		assert_int_equal(t.pages, IG_TIFF_PAGES_MAX);
		assert_int_equal(t.problem != NULL, over);
		close(fd);
		free(many);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_sidecars), cmocka_unit_test(test_long_fact), cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_limits)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
