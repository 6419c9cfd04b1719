/* Letters on pages: what is drawn says exactly what the model says, the same bytes come out again, fax pages have their size, codes and printed
 * references are there, limits hold. The tools of poppler look at it where they are. IG_DRAW_OUT=DIR writes every letter there to be seen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include <tiffio.h>
#include "base/fs.h"
#include "base/opt.h"
#include "compose/compose.h"
#include "conf/conf.h"
#include "draw/draw.h"

#ifndef SRCDIR /* for tools that read this file alone */
#define SRCDIR "."
#endif

static struct ig_templates *templates;
static struct ig_draw *draw;
static struct ig_conf *conf;
static json_t *facts;
static char dir[] = "/tmp/ig-draw-XXXXXX";

static void say(const char *line, void *arg)
{
	(void)arg;
	print_error("%s\n", line);
}

static int setup(void **state)
{
	struct ig_why why = {""};
	(void)state;
	assert_int_equal(ig_clock_zone("+07:00"), 0);
	setenv("IRGATE_DATADIR", SRCDIR, 1);
	templates = ig_templates_load(SRCDIR "/templates", say, NULL);
	conf = ig_conf_default(say, NULL);
	facts = json_load_file(SRCDIR "/templates/sample.json", 0, NULL);
	draw = ig_draw_new(NULL, NULL, &why);
	if (!draw)
		print_error("%s\n", why.text);
	return templates && conf && facts && draw && mkdtemp(dir) ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	ig_draw_free(draw);
	json_decref(facts);
	ig_conf_free(conf);
	ig_templates_free(templates);
	rmdir(dir);
	return 0;
}

static const struct ig_profile *profile_of(const char *name)
{
	for (size_t i = 0; i < conf->profile_count; i++)
		if (!strcmp(conf->profiles[i]->name, name))
			return conf->profiles[i];
	fail_msg("no profile %s", name);
	return NULL;
}

static json_t *page_of(const char *kind, const char *language, const char *profile, struct ig_page_head *head)
{
	struct ig_why why = {""};
	json_t *page = NULL;
	struct ig_letter l = {.kind = kind, .language = language, .role = IG_PARTY_ROLE_COORDINATOR, .profile = profile_of(profile), .fields = facts};
	assert_int_equal(ig_time_parse("2026-11-22T08:31:00+07:00", &head->date), 0);
	if (ig_compose_page(templates, &l, head, &page, &why))
		fail_msg("%s: %s", kind, why.text);
	return page;
}

static struct ig_drawing *drawn(json_t *page)
{
	struct ig_why why = {""};
	struct ig_drawing *g = ig_draw(draw, page, &why);
	if (!g)
		fail_msg("%s", why.text);
	return g;
}

static void write_out(const char *name, const char *suffix, const struct ig_buf *b)
{
	char path[512];
	const char *to = getenv("IG_DRAW_OUT");
	if (!to)
		return;
	snprintf(path, sizeof path, "%s/%s.%s", to, name, suffix);
	assert_int_equal(ig_fs_replace(path, b->data, b->len, 0644), 0);
}

/* Output of a program on our bytes; false: it is not there. */
static bool seen_by(const char *program, const char *after, const struct ig_buf *in, struct ig_buf *out)
{
	char path[64], line[256];
	snprintf(path, sizeof path, "%s/in", dir);
	assert_int_equal(ig_fs_replace(path, in->data, in->len, 0644), 0);
	snprintf(line, sizeof line, "%s %s %s 2>/dev/null", program, path, after);
	FILE *f = popen(line, "r");
	assert_non_null(f);
	char got[4096];
	for (size_t n; (n = fread(got, 1, sizeof got, f)) > 0;)
		ig_buf_add(out, got, n);
	int status = pclose(f);
	unlink(path);
	return WIFEXITED(status) && WEXITSTATUS(status) != 127;
}

/* Words only: where lines end is the layout's matter. */
static char *words_of(const char *text)
{
	char *out = calloc(1, strlen(text) + 2), *to = out;
	for (const char *p = text; *p; p++) {
		bool space = *p == ' ' || *p == '\n' || *p == '\f';
		if (!space)
			*to++ = *p;
		else if (to > out && to[-1] != ' ')
			*to++ = ' ';
	}
	*to = 0;
	return out;
}

/* Whole, or in two where a page ends in it. */
static bool says(const char *seen, char *words)
{
	if (strstr(seen, words))
		return true;
	for (char *p = words; (p = strchr(p, ' ')); *p++ = ' ') {
		*p = 0;
		if (strstr(seen, words) && strstr(seen, p + 1))
			return true;
	}
	return false;
}

static void assert_says(const char *name, const char *seen, const char *text)
{
	char *plain = strdup(text), *rest = plain;
	for (char *line; (line = strtok_r(rest, "\n", &rest));) {
		char *words = words_of(line);
		size_t len = strlen(words);
		while (len && strchr(" .,;", words[len - 1])) /* the last paragraph ends with a sign of its own */
			words[--len] = 0;
		if (!strchr("|#^", *line) && !strchr(line, '\\') && !says(seen, words))
			fail_msg("%s does not say: %s\nbut\n%s", name, words, seen);
		free(words);
	}
	free(plain);
}

static void test_kinds(void **state)
{
	(void)state;
	const char *const to[] = {"Cơ quan điều phối quốc gia về ứng cứu sự cố", NULL};
	for (size_t k = 0; ig_letter_kind(k); k++) {
		for (int english = 0; english < 2; english++) {
			char name[64];
			struct ig_why why = {""};
			struct ig_page_head head = {.number = 5, .to = to, .reference = "IR-2026-000123-0"};
			json_t *page = page_of(ig_letter_kind(k), english ? "en" : "vi", "vn-2020", &head);
			struct ig_drawing *g = drawn(page);
			struct ig_buf pdf = IG_BUF_INIT(IG_DRAW_PDF_MAX), again = IG_BUF_INIT(IG_DRAW_PDF_MAX), text = IG_BUF_INIT(1u << 20);
			snprintf(name, sizeof name, "%s-%s", ig_letter_kind(k), english ? "en" : "vi");
			assert_int_equal(ig_drawing_pdf(g, &pdf, &why), 0);
			ig_drawing_free(g);
			g = drawn(page);
			assert_int_equal(ig_drawing_pdf(g, &again, &why), 0);
			assert_int_equal(pdf.len, again.len);
			assert_memory_equal(pdf.data, again.data, pdf.len);
			if (ig_drawing_pages(g) == 1 && pdf.len > 120000)
				fail_msg("%s: %zu bytes", name, pdf.len);
			if (seen_by("pdftotext -raw", "-", &pdf, &text) && text.len) {
				char *words = words_of(text.data);
				assert_says(name, words, json_string_value(json_object_get(page, "body")));
				size_t references = 0;
				for (const char *p = words; (p = strstr(p, "IR-2026-000123-0")); p++)
					references++;
				assert_true(references >= 3);
				free(words);
			}
			write_out(name, "pdf", &pdf);
			ig_drawing_free(g);
			json_decref(page);
			ig_buf_free(&pdf);
			ig_buf_free(&again);
			ig_buf_free(&text);
		}
	}
}

static void test_fax(void **state)
{
	(void)state;
	const char *const to[] = {"Công ty Viễn thông Mẫu", "Trung tâm Mẫu", NULL};
	struct ig_page_head head = {.to = to, .reference = "IR-2026-000123-0", .fax_to = "+84 233 000 0042", .urgency = "HỎA TỐC"};
	json_t *page = page_of("forward", "vi", "vn-2020", &head);
	struct ig_drawing *g = drawn(page);
	for (int fine = 0; fine < 2; fine++) {
		struct ig_buf tiff = IG_BUF_INIT(IG_DRAW_PDF_MAX);
		struct ig_why why;
		char path[64];
		uint32_t width = 0, length = 0;
		uint16_t compression = 0;
		float y = 0;
		assert_int_equal(ig_drawing_fax(g, fine, &tiff, &why), 0);
		snprintf(path, sizeof path, "%s/fax.tiff", dir);
		assert_int_equal(ig_fs_replace(path, tiff.data, tiff.len, 0644), 0);
		TIFF *t = TIFFOpen(path, "r");
		assert_non_null(t);
		assert_int_equal(TIFFNumberOfDirectories(t), ig_drawing_pages(g));
		TIFFGetField(t, TIFFTAG_IMAGEWIDTH, &width);
		TIFFGetField(t, TIFFTAG_IMAGELENGTH, &length);
		TIFFGetField(t, TIFFTAG_COMPRESSION, &compression);
		TIFFGetField(t, TIFFTAG_YRESOLUTION, &y);
		assert_int_equal(width, IG_FAX_WIDTH);
		assert_int_equal(length, fine ? IG_FAX_FINE : IG_FAX_STANDARD);
		assert_int_equal(compression, COMPRESSION_CCITTFAX4);
		assert_true(fine ? y > 190 && y < 200 : y > 95 && y < 100);
		unsigned char line[IG_FAX_WIDTH / 8];
		size_t black = 0, header = 0;
		for (uint32_t row = 0; row < length; row++) {
			assert_int_equal(TIFFReadScanline(t, line, row, 0), 1);
			for (size_t i = 0; i < sizeof line; i++)
				for (unsigned v = line[i]; v; v &= v - 1) {
					black++;
					header += row < IG_FAX_HEADER;
				}
		}
		assert_true(header > 100);
		assert_true(black > length * 20 && black < length * 200); /* text, neither empty nor a smear */
		TIFFClose(t);
		unlink(path);
		write_out(fine ? "fax-fine" : "fax-standard", "tiff", &tiff);
		ig_buf_free(&tiff);
	}
	ig_drawing_free(g);
	json_decref(page);
}

/* A key and a certificate of one hour, made by the openssl program; NULL without one. */
static struct ig_signer *signer_make(void)
{
	char key[64], certificate[64], line[400];
	struct ig_buf pem = IG_BUF_INIT(65536);
	struct ig_why why = {""};
	snprintf(key, sizeof key, "%s/key.pem", dir);
	snprintf(certificate, sizeof certificate, "%s/cert.pem", dir);
	snprintf(line, sizeof line, "openssl req -x509 -newkey rsa:2048 -nodes -keyout %s -out %s -days 2 -subj '/CN=Van thu tinh Mau' 2>/dev/null", key, certificate);
	if (system(line) || ig_fs_read_file(key, &pem))
		return NULL;
	struct ig_buf more = IG_BUF_INIT(65536);
	assert_int_equal(ig_fs_read_file(certificate, &more), 0);
	ig_buf_add(&pem, more.data, more.len);
	struct ig_signer *s = ig_signer_new(pem.data, pem.len, NULL, &why);
	if (!s)
		fail_msg("%s", why.text);
	assert_null(ig_signer_new(more.data, more.len, NULL, &why));
	unlink(key);
	unlink(certificate);
	ig_buf_free(&pem);
	ig_buf_free(&more);
	return s;
}

static void test_signature(void **state)
{
	(void)state;
	const char *const to[] = {"Cơ quan điều phối quốc gia", NULL};
	struct ig_page_head head = {.number = 12, .to = to, .reference = "IR-2026-000123-0", .by_key = true, .signed_by = "Văn thư tỉnh Mẫu"};
	struct ig_buf pdf = IG_BUF_INIT(IG_DRAW_PDF_MAX), seen = IG_BUF_INIT(1u << 20);
	struct ig_sign_facts said = {.name = "Văn thư tỉnh Mẫu", .reason = "báo cáo", .at = "D:20261122083100+07'00'"};
	struct ig_why why = {""};
	size_t range[4];
	struct ig_signer *signer = signer_make();
	if (!signer)
		skip();
	json_t *page = page_of("final-report", "vi", "vn-2020", &head);
	struct ig_drawing *g = drawn(page);
	assert_int_equal(ig_drawing_pdf(g, &pdf, &why), 0);
	size_t before = pdf.len;
	if (ig_sign_room(&pdf, &said, range, &why))
		fail_msg("%s", why.text);
	assert_int_equal(range[2] + range[3], pdf.len);
	assert_int_equal(pdf.data[range[1]], '<');
	assert_int_equal(pdf.data[range[2] - 1], '>');
	if (ig_signer_fill(signer, &pdf, range, 1795570260, &why))
		fail_msg("%s", why.text);
	assert_true(pdf.len < before + 24000);
	assert_string_equal(ig_signer_name(signer), "Van thu tinh Mau");
	if (seen_by("pdfsig -nocert", "", &pdf, &seen) && seen.len) {
		assert_non_null(strstr(seen.data, "Signature is Valid"));
		assert_non_null(strstr(seen.data, "Total document signed"));
		assert_non_null(strstr(seen.data, "ETSI.CAdES.detached"));
		assert_non_null(strstr(seen.data, "Nov 2"));
		pdf.data[range[1] / 2] ^= 1; /* one bit elsewhere, and it is not valid any more */
		ig_buf_reset(&seen);
		seen_by("pdfsig -nocert", "", &pdf, &seen);
		assert_null(strstr(seen.data, "Signature is Valid"));
		pdf.data[range[1] / 2] ^= 1;
	}
	write_out("signed", "pdf", &pdf);
	range[3]++; /* a room that is none */
	assert_int_equal(ig_signer_fill(signer, &pdf, range, 0, &why), -1);
	ig_signer_free(signer);
	ig_drawing_free(g);
	json_decref(page);
	ig_buf_free(&pdf);
	ig_buf_free(&seen);
}

static void test_refused(void **state)
{
	(void)state;
	struct ig_why why = {""};
	json_t *page = json_pack("{s:s}", "kind", "poster");
	assert_null(ig_draw(draw, page, &why));
	assert_non_null(strstr(why.text, "poster"));
	json_decref(page);
	assert_null(ig_draw(draw, NULL, &why));
	assert_null(ig_draw_new("No Such Font", NULL, &why));
	struct ig_draw_pictures bad = {.seal = "no picture", .seal_len = 10};
	assert_null(ig_draw_new(NULL, &bad, &why));
	/* at the limit of pages and past it */
	for (int more = 0; more < 2; more++) {
		struct ig_buf body = IG_BUF_INIT(1u << 20);
		for (int i = 1; i < IG_DRAW_PAGES_MAX + more; i++)
			ig_buf_str(&body, "một trang\n^\n");
		ig_buf_str(&body, "trang cuối\n");
		page = json_pack("{s:s, s:s}", "body", body.data, "language", "vi");
		struct ig_drawing *g = ig_draw(draw, page, &why);
		assert_int_equal(g == NULL, more);
		assert_true(!g || ig_drawing_pages(g) == IG_DRAW_PAGES_MAX);
		ig_drawing_free(g);
		json_decref(page);
		ig_buf_free(&body);
	}
}

/* A word without end, a cell of a hundred lines, signs where none is meant: it is drawn, whatever it looks like. */
static void test_strange(void **state)
{
	(void)state;
	struct ig_why why = {""};
	struct ig_buf body = IG_BUF_INIT(1u << 20), pdf = IG_BUF_INIT(IG_DRAW_PDF_MAX);
	for (int i = 0; i < 3000; i++)
		ig_buf_char(&body, 'x');
	ig_buf_str(&body, "\n|nhãn|");
	for (int i = 0; i < 200; i++)
		ig_buf_fmt(&body, "dòng %d\\n", i);
	ig_buf_str(&body, "|\n|||||||||||||||||||||||\n# \n#\n^\n^\n\\\n\\\\# không phải tiêu đề\n- \n");
	json_t *page = json_pack("{s:s, s:s, s:[s,s], s:s}", "body", body.data, "reference", "không phải mã", "to", "", "một\ndòng", "about",
		"rất dài rất dài rất dài rất dài rất dài rất dài rất dài rất dài rất dài rất dài rất dài rất dài rất dài rất dài rất dài");
	struct ig_drawing *g = ig_draw(draw, page, &why);
	assert_non_null(g);
	assert_true(ig_drawing_pages(g) >= 5);
	assert_int_equal(ig_drawing_pdf(g, &pdf, &why), 0);
	write_out("strange", "pdf", &pdf);
	ig_drawing_free(g);
	json_decref(page);
	ig_buf_free(&body);
	ig_buf_free(&pdf);
}

/* A register of two hundred rows, and the stamp on a page of ours. */
static void test_sheets(void **state)
{
	(void)state;
	struct ig_why why = {""};
	struct ig_buf pdf = IG_BUF_INIT(IG_DRAW_PDF_MAX), stamped = IG_BUF_INIT(IG_DRAW_PDF_MAX), text = IG_BUF_INIT(1u << 20);
	json_t *rows = json_array(), *page = json_pack("{s:s, s:s, s:[s,s], s:b, s:s, s:[{s:s,s:f},{s:s,s:f},{s:s,s:f},{s:s,s:f}]}", "kind", "table", "heading",
		"SỔ ĐĂNG KÝ VĂN BẢN ĐẾN", "lead", "Năm: 2026", "Từ ngày 01/01/2026 đến ngày 22/11/2026", "landscape", true, "foot", "Sổ số 1, trang", "columns", "title",
		"Ngày đến", "width", 1.2, "title", "Số đến", "width", 0.8, "title", "Tên loại và trích yếu nội dung", "width", 5.0, "title", "Ghi chú", "width", 1.5);
	for (int i = 1; i <= 200; i++) {
		char number[16];
		snprintf(number, sizeof number, "%04d", i);
		json_array_append_new(rows, json_pack("[s,s,s,s]", "22/11/2026", number, i % 7 ? "Báo cáo sự cố" : "Báo cáo sự cố an toàn thông tin mạng rất dài, "
			"có nhiều chữ đến mức phải xuống dòng thêm một lần nữa trong ô của nó", ""));
	}
	json_object_set_new(page, "rows", rows);
	struct ig_drawing *g = drawn(page);
	assert_true(ig_drawing_pages(g) > 4);
	assert_int_equal(ig_drawing_pdf(g, &pdf, &why), 0);
	if (seen_by("pdftotext -layout", "-", &pdf, &text) && text.len) {
		assert_non_null(strstr(text.data, "0001"));
		assert_non_null(strstr(text.data, "0200"));
		size_t heads = 0;
		for (const char *p = text.data; (p = strstr(p, "Số đến")); p++)
			heads++;
		assert_int_equal(heads, ig_drawing_pages(g)); /* the head stands on every page */
	}
	write_out("register", "pdf", &pdf);
	ig_drawing_free(g);
	json_decref(page);
	struct ig_stamp stamp = {.office = "SỞ THÔNG TIN VÀ TRUYỀN THÔNG", .number = "0041", .date = "22/11/2026", .to = "Phòng CNTT"};
	if (ig_draw_stamp(draw, &stamp, pdf.data, pdf.len, &stamped, &why))
		fail_msg("%s", why.text);
	ig_buf_reset(&text);
	if (seen_by("pdftotext", "-", &stamped, &text) && text.len) {
		assert_non_null(strstr(text.data, "ĐẾN"));
		assert_non_null(strstr(text.data, "0041"));
		assert_non_null(strstr(text.data, "0200"));
	}
	write_out("stamped", "pdf", &stamped);
	assert_int_equal(ig_draw_stamp(draw, &stamp, "%PDF-1.4 nothing", 16, &stamped, &why), -1);
	assert_int_equal(ig_draw_stamp(draw, &stamp, "nothing at all", 14, &stamped, &why), -1);
	/* a TIFF that claims 60000 x 60000 costs nothing */
	static const unsigned char huge[] = {'I', 'I', '*', 0, 8, 0, 0, 0, 2, 0, 0, 1, 4, 0, 1, 0, 0, 0, 0x60, 0xea, 0, 0, 1, 1, 4, 0, 1, 0, 0, 0, 0x60, 0xea, 0, 0, 0, 0, 0, 0};
	assert_int_equal(ig_draw_stamp(draw, &stamp, huge, sizeof huge, &stamped, &why), -1);
	{ /* a fax of ours, received */
		struct ig_buf tiff = IG_BUF_INIT(IG_DRAW_PDF_MAX);
		json_t *fax = json_pack("{s:s, s:s}", "body", "Nội dung\n^\nTrang hai", "language", "vi");
		g = drawn(fax);
		assert_int_equal(ig_drawing_fax(g, false, &tiff, &why), 0);
		ig_buf_reset(&stamped);
		if (ig_draw_stamp(draw, &stamp, tiff.data, tiff.len, &stamped, &why))
			fail_msg("%s", why.text);
		ig_buf_reset(&text);
		if (seen_by("pdftotext", "-", &stamped, &text) && text.len)
			assert_non_null(strstr(text.data, "0041"));
		ig_buf_reset(&text);
		if (seen_by("pdfinfo", "", &stamped, &text) && text.len) {
			assert_non_null(strstr(text.data, "Pages:           2"));
			assert_non_null(strstr(text.data, " x 84")); /* unequal resolutions, and still as high as the page it was */
		}
		write_out("stamped-fax", "pdf", &stamped);
		ig_drawing_free(g);
		json_decref(fax);
		ig_buf_free(&tiff);
	}
	ig_buf_free(&pdf);
	ig_buf_free(&stamped);
	ig_buf_free(&text);
}

/* The report of a transmission: one page whatever became of the call, with the first page of the letter, and without it where there is none. */
static void test_fax_report(void **state)
{
	(void)state;
	static const char *const sum = "77149599206275230feb5a143ed7248769a10f3f5e5fb10a2ade39ea3795d1b3";
	struct ig_page_head head = {.number = 18, .to = (const char *const[]){"Trung tâm Mẫu", NULL}, .fax_to = "+84 24 37778888"};
	struct ig_why why = {""};
	json_t *letter = page_of("escalation", "vi", "vn-2020", &head);
	struct ig_drawing *g = drawn(letter);
	struct ig_buf tiff = IG_BUF_INIT(4 << 20), pdf = IG_BUF_INIT(4 << 20), text = IG_BUF_INIT(1 << 20);
	assert_int_equal(ig_drawing_fax(g, true, &tiff, &why), 0);
	ig_drawing_free(g);
	json_decref(letter);
	struct ig_fax_report r = {.office = "ĐƠN VỊ ỨNG CỨU SỰ CỐ TỈNH MẪU", .dispatch = "D-000018", .subject = "V/v báo cáo sự cố an toàn thông tin mạng nghiêm trọng",
		.reference = "IR-2026-000018-7", .to = "Trung tâm Mẫu", .number = "+84 24 37778888", .ident = "+84 24 3777 8888", .ours = "+84 24 39990000", .line = "trunk",
		.result = "sent", .sha256 = sum, .started = head.date, .ended = head.date + 83 * IG_SECOND, .attempt = 2, .pages = 2, .total = 2, .rate = 14400, .ecm = true,
		.tiff = tiff.data, .tiff_len = tiff.len};
	for (int n = 0; n < 4; n++) {
		json_t *page = ig_compose_fax_report(&r);
		g = drawn(page);
		assert_int_equal(ig_drawing_pages(g), 1);
		ig_buf_reset(&pdf);
		assert_int_equal(ig_drawing_pdf(g, &pdf, &why), 0);
		assert_true(pdf.len < 200000);
		write_out(n == 0 ? "fax-report" : n == 1 ? "fax-report-en" : n == 2 ? "fax-report-bad" : "fax-report-bare", "pdf", &pdf);
		ig_drawing_free(g);
		json_decref(page);
		ig_buf_reset(&text);
		if (seen_by("pdftotext", "-", &pdf, &text) && text.len) {
			static const char *const wants[] = {"ĐÃ GỬI: 2 trang", "SENT: 2 pages", "máy bận", "máy bận"};
			assert_non_null(strstr(text.data, wants[n]));
			assert_true(n == 3 || strstr(text.data, n == 1 ? "1 min 23 s" : "1 phút 23 giây"));
		}
		r.language = n == 0 ? "en" : "vi";
		if (n == 1)
			r.result = "busy", r.text = "486 Busy Here", r.pages = 0, r.rate = 0, r.ecm = false;
		if (n == 2) /* nothing but that it was tried; and bytes that are no picture */
			r = (struct ig_fax_report){.dispatch = "D-000018", .number = "1", .result = "busy", .attempt = 1, .started = IG_NEVER, .ended = IG_NEVER,
				.tiff = "II*\0nonsense", .tiff_len = 12};
	}
	ig_buf_free(&tiff);
	ig_buf_free(&pdf);
	ig_buf_free(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_kinds), cmocka_unit_test(test_fax), cmocka_unit_test(test_signature),
		cmocka_unit_test(test_refused), cmocka_unit_test(test_strange), cmocka_unit_test(test_sheets), cmocka_unit_test(test_fax_report)};
	return cmocka_run_group_tests(tests, setup, teardown);
}
