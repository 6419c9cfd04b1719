/* Pages of every class that comes through a scanner or a fax, with what they are known: what reading takes them for is compared with it. Also pages of PDFs
 * whose text layer is text, a signature's stamp, bad, or not there. */
#include "config.h"
#include <cairo-pdf.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "paper.h"

#define WIDTH PAPER_WIDTH
#define HEIGHT PAPER_HEIGHT
#define MM PAPER_MM
#define LEFT (32 * MM)
#define TEXT_WIDTH (WIDTH - LEFT - 17 * MM)

static const char *family(void)
{
	static const char *const families[] = {"Liberation Serif", "Tinos", "FreeSerif", "TeX Gyre Termes"};
	return families[paper_below(4)];
}

static cairo_surface_t *empty(cairo_t **cr_r)
{
	cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_RGB24, WIDTH, HEIGHT);
	cairo_t *cr = *cr_r = cairo_create(s);
	cairo_set_source_rgb(cr, 1, 1, 1);
	cairo_paint(cr);
	cairo_set_source_rgb(cr, 0, 0, 0);
	return s;
}

static double paragraphs(cairo_t *cr, double y, const char *f, int count)
{
	for (int i = 0; i < count; i++) {
		char text[2000] = "";
		for (int k = 0, n = 3 + paper_below(3); k < n; k++) {
			strcat(text, paper_sentence());
			strcat(text, " ");
		}
		y = paper_put(cr, LEFT, y, f, 13.5, "", TEXT_WIDTH, PANGO_ALIGN_LEFT, text) + 40;
	}
	return y;
}

static double table(cairo_t *cr, double y, const char *f, int rows)
{
	static const double columns[] = {0, 0.08, 0.45, 0.7, 1};
	double height = 22 * PAPER_DPI / 72.0, top = y;
	cairo_set_line_width(cr, 4);
	for (int i = 0; i <= rows; i++) {
		char n[4][40];
		snprintf(n[0], sizeof n[0], i ? "%d" : "TT", i);
		snprintf(n[1], sizeof n[1], i ? "may%d.example.vn" : "Hệ thống", paper_below(900));
		snprintf(n[2], sizeof n[2], i ? "203.0.113.%d" : "Địa chỉ IP", 1 + paper_below(250));
		snprintf(n[3], sizeof n[3], i ? "đã xử lý %02d/%02d/2026" : "Kết quả", 1 + paper_below(28), 1 + paper_below(12));
		for (int k = 0; k < 4; k++)
			paper_put(cr, LEFT + columns[k] * TEXT_WIDTH + 12, y + 12, f, 12, i ? "" : "Bold", TEXT_WIDTH * (columns[k + 1] - columns[k]) - 24, PANGO_ALIGN_LEFT, n[k]);
		cairo_move_to(cr, LEFT, y);
		cairo_line_to(cr, LEFT + TEXT_WIDTH, y);
		y += height;
	}
	cairo_move_to(cr, LEFT, y);
	cairo_line_to(cr, LEFT + TEXT_WIDTH, y);
	for (int k = 0; k < 5; k++) {
		cairo_move_to(cr, LEFT + columns[k] * TEXT_WIDTH, top);
		cairo_line_to(cr, LEFT + columns[k] * TEXT_WIDTH, y);
	}
	cairo_stroke(cr);
	return y + 60;
}

/* The second page of a letter, an annex to it, or one that quotes the heads of others. */
static void continuation(cairo_t *cr, const char *number)
{
	const char *f = family(), *of = strchr(number, '/');
	char text[160];
	double y = 24 * MM;
	if (of && paper_below(2))
		paper_put(cr, LEFT, HEIGHT - 14 * MM, f, 13, "", TEXT_WIDTH, PANGO_ALIGN_RIGHT, number);
	else if (of)
		paper_put(cr, LEFT, 10 * MM, f, 13, "", TEXT_WIDTH, PANGO_ALIGN_CENTER, number);
	else
		paper_put(cr, LEFT, 10 * MM, f, 13, "", TEXT_WIDTH, PANGO_ALIGN_CENTER, "2");
	switch (paper_below(4)) {
	case 0: /* an annex */
		y = paper_put(cr, LEFT, y, f, 14, "Bold", TEXT_WIDTH, PANGO_ALIGN_CENTER, "PHỤ LỤC");
		snprintf(text, sizeof text, "(Kèm theo Công văn số %d/SYT-VP ngày 05 tháng 3 năm 2026 của Sở Y tế)", 10 + paper_below(900));
		y = paper_put(cr, LEFT, y, f, 13, "Italic", TEXT_WIDTH, PANGO_ALIGN_CENTER, text) + 40;
		y = table(cr, y, f, 8 + paper_below(10));
		break;
	case 1: /* it quotes */
		snprintf(text, sizeof text, "Căn cứ Công văn số %d/STTTT-CNTT ngày 12 tháng 3 năm 2026 của Sở Thông tin và Truyền thông;", 10 + paper_below(900));
		y = paper_put(cr, LEFT, y, f, 13.5, "", TEXT_WIDTH, PANGO_ALIGN_LEFT, text) + 30;
		y = paragraphs(cr, y, f, 3);
		break;
	case 2:
		y = table(cr, paragraphs(cr, y, f, 2), f, 5);
		break;
	default:
		y = paragraphs(cr, y, f, 2 + paper_below(4));
	}
	if (paper_below(2)) {
		paper_put(cr, LEFT, y, f, 12, "Bold Italic", TEXT_WIDTH * 0.4, PANGO_ALIGN_LEFT, "Nơi nhận:");
		paper_put(cr, LEFT, y + 70, f, 11, "", TEXT_WIDTH * 0.4, PANGO_ALIGN_LEFT, "- Như trên;\n- Lãnh đạo Sở (để b/c);\n- Lưu: VT, VP.");
		paper_put(cr, LEFT + TEXT_WIDTH * 0.5, y, f, 13.5, "Bold", TEXT_WIDTH * 0.5, PANGO_ALIGN_CENTER, "KT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC");
		paper_scribble(cr, LEFT + TEXT_WIDTH * 0.6, y + 180, 420, 160, 0.1, 0.15, 0.6);
	}
}

/* Nothing but what machines print on top, and the shade of an edge. */
static void blank(cairo_t *cr)
{
	if (paper_below(2))
		paper_put(cr, 20 * MM, 2 * MM, "Liberation Sans", 9, "", WIDTH - 40 * MM, PANGO_ALIGN_LEFT, "15/03/2026 09:12   FROM 02433123456   TO 02433999999   P.02/03");
	if (paper_below(2)) {
		cairo_rectangle(cr, 0, 0, 2 * MM + paper_below(30), HEIGHT);
		cairo_fill(cr);
	}
}

static void separator(cairo_t *cr)
{
	double side = 44 * MM;
	paper_code(cr, "IRGATE-SEPARATOR", 21 * MM, 22 * MM, side);
	paper_code(cr, "IRGATE-SEPARATOR", WIDTH - 65 * MM, 22 * MM, side);
	paper_code(cr, "IRGATE-SEPARATOR", 21 * MM, HEIGHT - 68 * MM, side);
	paper_code(cr, "IRGATE-SEPARATOR", WIDTH - 65 * MM, HEIGHT - 68 * MM, side);
	paper_put(cr, LEFT, HEIGHT / 2, "Liberation Sans", 24, "Bold", TEXT_WIDTH, PANGO_ALIGN_CENTER, "IRGATE SEPARATOR");
}

static void lines_of(cairo_t *cr, double y, const char *f, const char *const list[][2], size_t n, double gap)
{
	for (size_t i = 0; i < n; i++) {
		double below = paper_put(cr, LEFT, y, f, 13, "Bold", TEXT_WIDTH * 0.32, PANGO_ALIGN_LEFT, list[i][0]);
		double value = paper_put(cr, LEFT + TEXT_WIDTH * 0.34, y, f, 13, "", TEXT_WIDTH * 0.64, PANGO_ALIGN_LEFT, list[i][1]);
		y = (below > value ? below : value) + gap;
	}
}

static void cover(cairo_t *cr)
{
	static const char *const vi[][2] = {{"Kính gửi:", "Đơn vị chuyên trách ứng cứu sự cố"}, {"Số fax:", "024.3312.3456"}, {"Người gửi:", "Văn phòng Sở Y tế"},
		{"Điện thoại:", "0233.456.7890"}, {"Ngày:", "15/03/2026"}, {"Số trang:", "3 (kể cả trang này)"}, {"Nội dung:", "báo cáo sự cố an toàn thông tin"}};
	static const char *const en[][2] = {{"To:", "Incident response office"}, {"Fax:", "+84 24 3312 3456"}, {"From:", "Example Hosting, abuse desk"}, {"Phone:", "+84 233 456 7890"},
		{"Date:", "15 March 2026"}, {"Pages:", "3 including this cover sheet"}, {"Re:", "compromised host"}};
	bool english = paper_below(2);
	const char *f = english ? "Liberation Sans" : family();
	double y = paper_put(cr, LEFT, 30 * MM, f, 14, "Bold", TEXT_WIDTH, PANGO_ALIGN_CENTER, english ? "EXAMPLE HOSTING" : "SỞ Y TẾ TỈNH MẪU") + 60;
	y = paper_put(cr, LEFT, y, f, 24, "Bold", TEXT_WIDTH, PANGO_ALIGN_CENTER, english ? (paper_below(2) ? "FAX" : "FACSIMILE COVER SHEET") : paper_below(2) ? "BẢN FAX" : "PHIẾU GỬI FAX") + 100;
	lines_of(cr, y, f, english ? en : vi, 7, 40);
	if (paper_below(2))
		paper_put(cr, LEFT, y + 110 * MM, f, 12, "", TEXT_WIDTH, PANGO_ALIGN_LEFT, english ? "Please find the report on the following pages." : "Xin gửi báo cáo ở các trang sau.");
}

static void form(cairo_t *cr)
{
	static const char *const rows[][2] = {{"1. Tên đơn vị báo cáo:", "Sở Y tế ........................................"}, {"2. Người liên hệ:", "................................................."},
		{"3. Điện thoại:", "0233.456.7890"}, {"4. Thư điện tử:", "vanthu@syt.example.vn"}, {"5. Thời gian phát hiện:", "15/03/2026 08:30"},
		{"6. Hệ thống bị sự cố:", "cổng thông tin điện tử"}, {"7. Mô tả sơ bộ sự cố:", "phát hiện mã độc trong thư mục tải lên của cổng"},
		{"8. Cách thức phát hiện:", "□ Qua hệ thống giám sát   ■ Người dùng báo"}, {"9. Kiến nghị, đề xuất:", "................................................."}};
	const char *f = family();
	double y = 25 * MM;
	if (paper_below(2))
		y = paper_put(cr, LEFT, y, f, 12, "Italic", TEXT_WIDTH, PANGO_ALIGN_RIGHT, "Mẫu số 03") + 20;
	y = paper_put(cr, LEFT, y, f, 14, "Bold", TEXT_WIDTH, PANGO_ALIGN_CENTER, paper_below(2) ? "BÁO CÁO BAN ĐẦU SỰ CỐ MẠNG" : "PHIẾU BÁO CÁO SỰ CỐ AN TOÀN THÔNG TIN") + 80;
	lines_of(cr, y, f, rows, 9, 50);
}

/* No writing: a photograph, a drawing, a screen seen through a lens. */
static void picture(cairo_t *cr)
{
	int what = paper_below(3);
	if (what == 0) {
		for (int i = 0; i < 60; i++) {
			double r = paper_between(20, 500), x = paper_between(0, WIDTH), y = paper_between(0, HEIGHT), g = paper_between(0, 1);
			cairo_pattern_t *p = cairo_pattern_create_radial(x, y, 0, x, y, r);
			cairo_pattern_add_color_stop_rgba(p, 0, g, g, g, 0.9);
			cairo_pattern_add_color_stop_rgba(p, 1, g / 2, g / 2, g / 2, 0);
			cairo_set_source(cr, p);
			cairo_paint(cr);
			cairo_pattern_destroy(p);
		}
	} else if (what == 1) { /* a drawing of a net */
		double x[12], y[12];
		cairo_set_line_width(cr, 6);
		for (int i = 0; i < 12; i++) {
			x[i] = paper_between(300, WIDTH - 300), y[i] = paper_between(400, HEIGHT - 400);
			cairo_rectangle(cr, x[i] - 90, y[i] - 60, 180, 120);
			cairo_move_to(cr, x[i], y[i]);
			cairo_line_to(cr, x[i / 2], y[i / 2]);
		}
		cairo_stroke(cr);
	} else { /* only a hand's lines */
		for (int i = 0; i < 9; i++)
			paper_scribble(cr, LEFT, 40 * MM + i * 22 * MM, TEXT_WIDTH * paper_between(0.4, 0.9), 12 * MM, 0.1, 0.1, 0.4);
	}
}

/* SEED CLASS KIND LEVEL OUT [page=N/M] */
int paper_sheet(int argc, char **argv)
{
	const char *class = argv[1], *number = argc > 5 && !strncmp(argv[5], "page=", 5) ? argv[5] + 5 : "2";
	int level = atoi(argv[3]);
	cairo_surface_t *s;
	cairo_t *cr;
	paper_seed(strtoull(argv[0], NULL, 10) + 7000);
	if (!strcmp(class, "letter"))
		return paper_write(paper_machine(paper_letter(level), argv[2], level), argv[2], argv[4]);
	s = empty(&cr);
	if (!strcmp(class, "continuation"))
		continuation(cr, number);
	else if (!strcmp(class, "blank"))
		blank(cr);
	else if (!strcmp(class, "separator"))
		separator(cr);
	else if (!strcmp(class, "cover"))
		cover(cr);
	else if (!strcmp(class, "form"))
		form(cr);
	else if (!strcmp(class, "picture"))
		picture(cr);
	else
		return 64;
	cairo_destroy(cr);
	cairo_surface_flush(s);
	return paper_write(paper_machine(s, argv[2], level), argv[2], argv[4]);
}

/* ---- pages of PDFs */

static void words(cairo_t *cr, double y, double size, const char *text, double width)
{
	PangoLayout *l = pango_cairo_create_layout(cr);
	char font[40];
	snprintf(font, sizeof font, "Liberation Serif %.1fpx", size);
	PangoFontDescription *d = pango_font_description_from_string(font);
	pango_layout_set_font_description(l, d);
	pango_font_description_free(d);
	pango_layout_set_width(l, (int)(width * PANGO_SCALE));
	pango_layout_set_text(l, text, -1);
	cairo_move_to(cr, 60, y);
	pango_cairo_show_layout(cr, l);
	g_object_unref(l);
}

/* What an old program recognised of Vietnamese: about half of the words are none. */
static void spoil(char *text)
{
	for (char *p = text; *p; p++)
		if (*p > ' ' && (unsigned char)*p < 0x80 && paper_below(5) == 0)
			*p = "~^#qwzj0|"[paper_below(9)];
}

/* SEED CLASS OUT.pdf */
int paper_layer(char **argv)
{
	const char *class = argv[1];
	paper_seed(strtoull(argv[0], NULL, 10) + 9000);
	cairo_surface_t *pdf = cairo_pdf_surface_create(argv[2], 595, 842), *picture = paper_letter(1);
	cairo_t *cr = cairo_create(pdf);
	char text[4000] = "";
	for (int i = 0; i < 14; i++) {
		strcat(text, paper_sentence());
		strcat(text, " ");
	}
	if (strcmp(class, "text")) {
		cairo_save(cr);
		cairo_scale(cr, 595.0 / WIDTH, 842.0 / HEIGHT);
		cairo_set_source_surface(cr, picture, 0, 0);
		cairo_paint(cr);
		cairo_restore(cr);
	}
	cairo_set_source_rgba(cr, 0, 0, 0, strcmp(class, "bad-layer") ? 1 : 0.004); /* a layer is not seen */
	if (!strcmp(class, "bad-layer"))
		spoil(text);
	if (!strcmp(class, "text") || !strcmp(class, "bad-layer"))
		words(cr, 80, 12, text, 475);
	else if (!strcmp(class, "stamp"))
		words(cr, 8, 8, "Ký bởi: Sở Mẫu\nNgày ký: 15/03/2026 09:12:33 +07:00", 200);
	cairo_destroy(cr);
	cairo_surface_destroy(pdf);
	cairo_surface_destroy(picture);
	return 0;
}
