/* What a machine runs is recognised by content, name and what a container holds; what people send every day is not. */
#include "config.h"
#include "check.h"
#include <string.h>
#include "base/opt.h"
#include "parse/hazard.h"

struct one { const char *name, *type, *p; size_t len; const char *words; };
#define BYTES(s) s, sizeof(s) - 1
#define MZ "MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff\0\0\xb8\0\0\0\0\0\0\0@\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x80\0\0\0"
static const struct one cases[] = {
	{"a.dat", NULL, BYTES(MZ), "a Windows or DOS program"}, {"invoice.pdf.exe", NULL, BYTES(MZ), "a Windows or DOS program under a name that hides it"},
	{"a", NULL, BYTES("\x7f" "ELF\2\1\1"), "a Linux program (ELF)"}, {"a", NULL, BYTES("\xcf\xfa\xed\xfe\7\0\0\1"), "a macOS program"},
	{"a.class", NULL, BYTES("\xca\xfe\xba\xbe\0\0\0\x34"), "a macOS program or Java class"}, {"x.txt", NULL, BYTES("#!/bin/sh\nrm -rf /\n"), "a script"},
	{"x", NULL, BYTES("L\0\0\0\1\x14\2\0\0\0\0\0\xc0"), "a Windows shortcut"}, {"run.js", NULL, BYTES("alert(1)"), "a script"},
	{"photo.jpg        .scr", NULL, BYTES("x"), "a Windows program under a name that hides it"}, {"a.exe. .", NULL, BYTES("x"), "a Windows program"},
	{"\xe2\x80\xae" "fdp.exe", NULL, BYTES("x"), "a Windows program under a name that hides it"}, {"x.HTA", NULL, BYTES("<html>"), "a script"},
	{"b.jar", NULL, BYTES("PK\3\4\x14\0\0\0\0\0META-INF/MANIFEST.MF"), "a Java program"}, {"b.zip", NULL, BYTES("PK\3\4 META-INF/MANIFEST.MF"), "a Java program"},
	{"b.docx", NULL, BYTES("PK\3\4 word/document.xml PK\3\4 word/vbaProject.bin"), "an Office document with macros"},
	{"b.doc", NULL, BYTES("\xd0\xcf\x11\xe0 _\0V\0B\0A\0_\0P\0R\0O\0J\0E\0C\0T\0"), "an Office document with macros"},
	{"b.xlsm", NULL, BYTES("PK\3\4"), "an Office document with macros"}, {"b.rtf", NULL, BYTES("{\\rtf1 {\\object\\objdata 01}}"), "a document with an embedded file"},
	{"b.pdf", NULL, BYTES("%PDF-1.4 /OpenAction << /S /JavaScript"), "a PDF that runs a script"}, {"b.html", NULL, BYTES("<html><script>x</script>"), "a page that runs a script"},
	{"b.iso", NULL, BYTES("x"), "a disk image"}, {NULL, "application/x-msdownload", BYTES("x"), "a program, by its type"}, {"b.url", NULL, BYTES("[InternetShortcut]"), "a Windows shortcut"},
	/* every day's */
	{"report.pdf", "application/pdf", BYTES("%PDF-1.4\n1 0 obj"), NULL}, {"b.docx", NULL, BYTES("PK\3\4 word/document.xml"), NULL}, {"MZ.txt", NULL, BYTES("MZ is how it begins"), NULL},
	{"b.odt", NULL, BYTES("PK\3\4mimetypeapplication/vnd.oasis META-INF/manifest.xml"), NULL}, {"b.doc", NULL, BYTES("\xd0\xcf\x11\xe0 W\0o\0r\0d\0"), NULL},
	{"scan.tif", "image/tiff", BYTES("II*\0"), NULL}, {"log.csv", "text/csv", BYTES("a,b\n"), NULL}, {"exe", NULL, BYTES("x"), NULL}, {".exe", NULL, BYTES("x"), NULL},
	{"example.com report.txt", NULL, BYTES("x"), NULL}, {NULL, NULL, BYTES("x"), NULL}, {"", "", BYTES(""), NULL}};

static void test_cases(void **state)
{
	(void)state;
	struct ig_arena *a = ig_arena_new(0);
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		const char *got = ig_hazard_of(cases[i].p, cases[i].len, cases[i].name, cases[i].type, a);
		if (strcmp(got ? got : "-", cases[i].words ? cases[i].words : "-"))
			fail_msg("%zu %s: %s, wanted %s", i, cases[i].name ? cases[i].name : "", got ? got : "-", cases[i].words ? cases[i].words : "-");
	}
	ig_arena_free(a);
}

/* What is found does not hang on how the bytes come. */
static void test_blocks(void **state)
{
	(void)state;
	struct ig_arena *a = ig_arena_new(0);
	static const size_t steps[] = {1, 2, 3, 7, 13, 31, 32, 33, 64, 65};
	for (size_t i = 0; i < IG_COUNT(cases); i++)
		for (size_t k = 0; k < IG_COUNT(steps); k++) {
			struct ig_hazard h;
			ig_hazard_begin(&h);
			for (size_t at = 0; at < cases[i].len; at += steps[k])
				ig_hazard_add(&h, cases[i].p + at, cases[i].len - at < steps[k] ? cases[i].len - at : steps[k]);
			const char *got = ig_hazard_words(&h, cases[i].name, cases[i].type, a);
			if (strcmp(got ? got : "-", cases[i].words ? cases[i].words : "-"))
				fail_msg("%zu in blocks of %zu: %s", i, steps[k], got ? got : "-");
		}
	ig_arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases), cmocka_unit_test(test_blocks)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
