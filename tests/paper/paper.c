/* Makes letters as offices write them, and does to them what scanners and fax lines do, with the truth beside: own code, seeded, so that a page can be
 * made again. The names are nobody's.
 *
 *   paper page SEED KIND LEVEL OUT [ref=IR-...] [code=0] [number=] [in-reply=N/SIGN] [heads=wide] [turn=90|180|270]
 *       OUT.tif (fine, std) or OUT.jpg (scan), and OUT.json: what stands on it. KIND fine, std, scan; LEVEL 0 to 3.
 *   paper code SEED KIND LEVEL OUT  degrades one printed code and says what the payload is; OUT.tif
 *   paper codes strip|page KIND LEVEL FIRST COUNT   reads codes as the workers do, each from a degraded strip or two from a page: how many, how many wrong
 *   paper resend IN.tif KIND LEVEL SEED OUT.tif [cover] [ruin]   pages of ours as a fax machine sends them back, codes covered, unreadable
 *   paper sheet SEED CLASS KIND LEVEL OUT [page=N/M]   a page of that class: letter, continuation, blank, separator, cover, form, picture; OUT.tif or .jpg
 *   paper layer SEED CLASS OUT.pdf  a page of a PDF: text, stamp, bad-layer, scan
 *   paper join OUT.tif PAGE|blank...  one file of several pages
 *   paper form TEXT OUT.pdf         lines of a text as a PDF
 *   paper cer TRUTH.json TEXT       character error rate of the body within TEXT, ends free, in percent */
#include "config.h"
#include <cairo-pdf.h>
#include <cairo.h>
#include <jansson.h>
#include <leptonica/allheaders.h>
#include <math.h>
#include <pango/pangocairo.h>
#include <qrencode.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/arena.h"
#include "model/incident.h"
#include "paper.h"

#define DPI PAPER_DPI
#define WIDTH PAPER_WIDTH
#define HEIGHT PAPER_HEIGHT
#define MM PAPER_MM
#define ADDRESSEE "Đơn vị chuyên trách ứng cứu sự cố."

static uint64_t state;
static double uniform(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (double)(state >> 11) / 9007199254740992.0;
}
int paper_below(int n) { return (int)(uniform() * n); }
double paper_between(double a, double b) { return a + (b - a) * uniform(); }
static double gauss(void) { return sqrt(-2 * log(uniform() + 1e-12)) * cos(6.2831853 * uniform()); }
#define PICK(list) list[paper_below((int)(sizeof(list) / sizeof(list[0])))]

struct letter {
	char number[64], date_line[96], date[32], ref[32], ip[32], domain[64], phone[32], email[64], body[6000], answered[64];
	const char *parent, *issuer, *sign, *place, *subject, *party;
	bool code, open_number, wide_heads;
};

static const struct { const char *parent, *issuer, *sign, *place; } bodies[] = {
	{"ỦY BAN NHÂN DÂN TỈNH MẪU", "SỞ Y TẾ", "SYT-VP", "Mẫu"}, {"ỦY BAN NHÂN DÂN TỈNH MẪU", "SỞ GIÁO DỤC VÀ ĐÀO TẠO", "SGDĐT-VP", "Mẫu"},
	{"TỔNG CÔNG TY MẪU", "VIỄN THÔNG MẪU", "VTM-KT", "Mẫu"}, {"BỘ CÔNG AN", "CÔNG AN TỈNH MẪU", "CAT-PA05", "Mẫu"},
	{"ỦY BAN NHÂN DÂN TỈNH MẪU", "SỞ TÀI NGUYÊN VÀ MÔI TRƯỜNG", "STNMT-CNTT", "Mẫu"}, {"ỦY BAN NHÂN DÂN TỈNH MẪU", "SỞ THÔNG TIN VÀ TRUYỀN THÔNG", "STTTT-CNTT", "Mẫu"}};
/* Heads as they are written elsewhere, and what the directory calls the body. */
static const struct { const char *parent, *issuer, *sign, *place, *party; } wide[] = {
	{"UBND TỈNH MẪU", "SỞ TT&TT", "STTTT-CNTT", "Mẫu", "Sở Thông tin và Truyền thông tỉnh Mẫu"}, {"UBND TỈNH KHÁC", "SỞ Y TẾ", "SYT-VP", "Khác", "Sở Y tế tỉnh Khác"},
	{"ỦY BAN NHÂN DÂN\nTỈNH MẪU", "SỞ NÔNG NGHIỆP VÀ\nPHÁT TRIỂN NÔNG THÔN", "SNNPTNT-VP", "Mẫu", "Sở Nông nghiệp và Phát triển nông thôn tỉnh Mẫu"},
	{"UBND HUYỆN THỬ", "PHÒNG VĂN HÓA VÀ THÔNG TIN", "VHTT", "Thử", "Phòng Văn hóa và Thông tin huyện Thử"},
	{"SỞ Y TẾ MẪU", "TRUNG TÂM KIỂM SOÁT\nBỆNH TẬT TỈNH MẪU", "TTKSBT-KHNV", "Mẫu", "Trung tâm Kiểm soát bệnh tật tỉnh Mẫu"},
	{"", "ỦY BAN NHÂN DÂN\nTỈNH MẪU", "UBND-KGVX", "Mẫu", "Ủy ban nhân dân tỉnh Mẫu"}, {"", "UBND TP. VÍ DỤ", "UBND-VX", "Ví Dụ", "Ủy ban nhân dân thành phố Ví Dụ"},
	{"UBND TỈNH MẪU", "SỞ GD&ĐT", "SGDĐT-VP", "Mẫu", "Sở Giáo dục và Đào tạo tỉnh Mẫu"}, {"BỘ CÔNG AN", "CÔNG AN TỈNH KHÁC", "CAT-PA05", "Khác", "Công an tỉnh Khác"},
	{"TẬP ĐOÀN BƯU CHÍNH\nVIỄN THÔNG VÍ DỤ", "VIỄN THÔNG MẪU", "VTM-KT", "Mẫu", "Viễn thông Mẫu"}};
static const char *const subjects[] = {"báo cáo sự cố an toàn thông tin mạng", "đề nghị hỗ trợ xử lý mã độc trên máy chủ", "kết quả khắc phục lỗ hổng bảo mật",
	"thông báo trang thông tin điện tử bị tấn công"};
static const char *const sentences[] = {"Ngày phát hiện, hệ thống giám sát ghi nhận nhiều kết nối bất thường từ bên ngoài vào máy chủ của đơn vị.",
	"Đơn vị đã tiến hành cô lập máy chủ, sao lưu nhật ký và thay đổi toàn bộ mật khẩu quản trị.", "Qua rà soát, phát hiện mã độc được cài vào thư mục tải lên của cổng thông tin điện tử.",
	"Đến nay dịch vụ đã được khôi phục, tuy nhiên vẫn còn nguy cơ bị tấn công trở lại.", "Kính đề nghị quý cơ quan hỗ trợ kiểm tra, đánh giá và hướng dẫn các biện pháp khắc phục tiếp theo.",
	"Các tài khoản bị ảnh hưởng đã được thông báo và yêu cầu đổi mật khẩu ngay trong ngày.", "Đơn vị cam kết phối hợp chặt chẽ và cung cấp đầy đủ thông tin khi có yêu cầu.",
	"Việc kiểm tra cho thấy dữ liệu người dùng chưa bị lộ ra ngoài, nhưng cần tiếp tục theo dõi."};

static void make(struct letter *l, const char *ref)
{
	int b = paper_below((int)(sizeof bodies / sizeof bodies[0])), day = 1 + paper_below(28), month = 1 + paper_below(12), n = 1 + paper_below(2800);
	l->parent = bodies[b].parent, l->issuer = bodies[b].issuer, l->sign = bodies[b].sign, l->place = bodies[b].place;
	if (l->wide_heads) {
		b = paper_below((int)(sizeof wide / sizeof wide[0]));
		l->parent = wide[b].parent, l->issuer = wide[b].issuer, l->sign = wide[b].sign, l->place = wide[b].place, l->party = wide[b].party;
	}
	l->subject = PICK(subjects);
	snprintf(l->number, sizeof l->number, n < 10 ? "0%d/%s" : "%d/%s", n, l->sign);
	snprintf(l->date, sizeof l->date, "2026-%02d-%02d", month % 100, day % 100);
	snprintf(l->date_line, sizeof l->date_line, month < 3 ? "%s, ngày %02d tháng %02d năm 2026" : "%s, ngày %02d tháng %d năm 2026", l->place, day, month);
	if (ref)
		snprintf(l->ref, sizeof l->ref, "%s", ref);
	else
		ig_ref_print((struct ig_ref){2026, 1 + paper_below(999998)}, l->ref);
	snprintf(l->ip, sizeof l->ip, "203.0.113.%d", 1 + paper_below(253));
	snprintf(l->domain, sizeof l->domain, "may%d.dichvu.example.vn", paper_below(900));
	snprintf(l->phone, sizeof l->phone, "02%d3.%03d.%04d", paper_below(10), 100 + paper_below(900), 1000 + paper_below(9000));
	snprintf(l->email, sizeof l->email, "vanthu%d@%.4s.example.vn", paper_below(90), "xyzt");
	char *p = l->body, *end = l->body + sizeof l->body;
	for (int i = 0; i < 5; i++)
		p += snprintf(p, (size_t)(end - p), "%s ", PICK(sentences));
	p += snprintf(p, (size_t)(end - p), "\nMã hồ sơ: %s\nĐịa chỉ IP: %s\nTên miền: %s\nĐiện thoại: %s\nThư điện tử: %s\n", l->ref, l->ip, l->domain, l->phone, l->email);
	for (int i = 0; i < 3; i++)
		p += snprintf(p, (size_t)(end - p), "%s ", PICK(sentences));
	snprintf(p, (size_t)(end - p), "./.");
}

/* ---- drawing at 300 dpi */

static PangoLayout *layout(cairo_t *cr, const char *family, double size, const char *style, double width, PangoAlignment align, const char *text)
{
	char font[96];
	PangoLayout *l = pango_cairo_create_layout(cr);
	snprintf(font, sizeof font, "%s %s %.1fpx", family, style, size * DPI / 72);
	PangoFontDescription *d = pango_font_description_from_string(font);
	pango_layout_set_font_description(l, d);
	pango_font_description_free(d);
	pango_layout_set_width(l, (int)(width * PANGO_SCALE));
	pango_layout_set_alignment(l, align);
	pango_layout_set_text(l, text, -1);
	return l;
}

double paper_put(cairo_t *cr, double x, double y, const char *family, double size, const char *style, double width, PangoAlignment align, const char *text)
{
	PangoLayout *l = layout(cr, family, size, style, width, align, text);
	int h;
	pango_layout_get_pixel_size(l, NULL, &h);
	cairo_move_to(cr, x, y);
	pango_cairo_show_layout(cr, l);
	g_object_unref(l);
	return y + h;
}

/* As letters print it: side is that of the code, the quiet zone lies around it. */
void paper_code(cairo_t *cr, const char *text, double x, double y, double side)
{
	QRcode *q = QRcode_encodeString8bit(text, 1, QR_ECLEVEL_Q);
	QRinput *in = QRinput_new2(0, QR_ECLEVEL_Q);
	QRinput_append(in, QR_MODE_AN, (int)strlen(text), (const unsigned char *)text);
	QRcode *better = QRcode_encodeInput(in);
	QRinput_free(in);
	if (better) {
		QRcode_free(q);
		q = better;
	}
	double m = side / q->width;
	cairo_set_source_rgb(cr, 1, 1, 1);
	cairo_rectangle(cr, x - 4 * m, y - 4 * m, side + 8 * m, side + 8 * m);
	cairo_fill(cr);
	cairo_set_source_rgb(cr, 0, 0, 0);
	cairo_set_antialias(cr, CAIRO_ANTIALIAS_NONE);
	for (int j = 0; j < q->width; j++)
		for (int i = 0; i < q->width; i++)
			if (q->data[j * q->width + i] & 1)
				cairo_rectangle(cr, x + i * m, y + j * m, m + 0.5, m + 0.5);
	cairo_fill(cr);
	cairo_set_antialias(cr, CAIRO_ANTIALIAS_DEFAULT);
	QRcode_free(q);
}

void paper_scribble(cairo_t *cr, double x, double y, double w, double h, double r, double g, double b)
{
	cairo_set_source_rgb(cr, r, g, b);
	cairo_set_line_width(cr, 5);
	cairo_move_to(cr, x, y + h / 2);
	for (int i = 0; i < 5; i++)
		cairo_curve_to(cr, x + w * uniform(), y + h * uniform(), x + w * uniform(), y + h * uniform(), x + w * (i + 1) / 5, y + h * uniform());
	cairo_stroke(cr);
}

static void seal(cairo_t *cr, double x, double y)
{
	cairo_set_source_rgba(cr, 0.85, 0.1, 0.15, 0.85);
	cairo_set_line_width(cr, 9);
	cairo_arc(cr, x, y, 17 * MM, 0, 6.2831853);
	cairo_stroke(cr);
	cairo_arc(cr, x, y, 12 * MM, 0, 6.2831853);
	cairo_stroke(cr);
}

static cairo_surface_t *draw(const struct letter *l, int level)
{
	static const char *const families[] = {"Liberation Serif", "Tinos", "FreeSerif", "TeX Gyre Termes"};
	const char *f = PICK(families);
	cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_RGB24, WIDTH, HEIGHT);
	cairo_t *cr = cairo_create(s);
	double left = 32 * MM, width = WIDTH - left - 17 * MM, y, second;
	char text[256];
	cairo_set_source_rgb(cr, 1, 1, 1);
	cairo_paint(cr);
	cairo_set_source_rgb(cr, 0, 0, 0);
	y = *l->parent ? paper_put(cr, left, 22 * MM, f, 12, "", width * 0.42, PANGO_ALIGN_CENTER, l->parent) : 22 * MM;
	second = paper_put(cr, left, y, f, 12.5, "Bold", width * 0.42, PANGO_ALIGN_CENTER, l->issuer);
	y = paper_put(cr, left + width * 0.42, 22 * MM, f, 12, "Bold", width * 0.58, PANGO_ALIGN_CENTER, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM");
	y = paper_put(cr, left + width * 0.42, y, f, 13.5, "Bold", width * 0.58, PANGO_ALIGN_CENTER, "Độc lập - Tự do - Hạnh phúc");
	cairo_rectangle(cr, left + width * 0.56, y + 6, width * 0.3, 3);
	cairo_rectangle(cr, left + width * 0.15, second + 6, width * 0.13, 3);
	cairo_fill(cr);
	y = (y > second ? y : second) + 30;
	snprintf(text, sizeof text, l->open_number ? "Số:          /%s" : "Số: %s", l->open_number ? l->sign : l->number);
	second = paper_put(cr, left, y, f, 13, "", width * 0.42, PANGO_ALIGN_CENTER, text);
	paper_put(cr, left + width * 0.42, y, f, 13.5, "Italic", width * 0.58, PANGO_ALIGN_CENTER, l->date_line);
	if (l->open_number)
		paper_scribble(cr, left + width * 0.16, y - 10, 120, 70, 0.05, 0.05, 0.5);
	snprintf(text, sizeof text, "V/v %s", l->subject);
	y = paper_put(cr, left, second + 6, f, 12.5, "", width * 0.42, PANGO_ALIGN_CENTER, text);
	y = paper_put(cr, left, y + 60, f, 14, "", width, PANGO_ALIGN_CENTER, "Kính gửi: " ADDRESSEE) + 40;
	if (l->code && y < 47 * MM + 120 + 30 * MM) /* nothing is printed over a code */
		y = 47 * MM + 120 + 30 * MM;
	if (l->answered[0]) {
		snprintf(text, sizeof text, "Trả lời công văn số %s ngày 02 tháng 3 năm 2026, đơn vị báo cáo như sau:", l->answered);
		y = paper_put(cr, left, y, f, 14, "", width, PANGO_ALIGN_LEFT, text) + 10;
	}
	PangoLayout *body = layout(cr, f, 13.5 + 0.5 * paper_below(2), "", width, PANGO_ALIGN_LEFT, l->body);
	int h;
	pango_layout_set_justify(body, TRUE);
	pango_layout_set_line_spacing(body, 1.15f);
	pango_layout_get_pixel_size(body, NULL, &h);
	cairo_move_to(cr, left, y);
	pango_cairo_show_layout(cr, body);
	g_object_unref(body);
	y += h + 60;
	paper_put(cr, left + width * 0.5, y, f, 13.5, "Bold", width * 0.5, PANGO_ALIGN_CENTER, "GIÁM ĐỐC");
	if (l->code) {
		paper_code(cr, l->ref, WIDTH - 45 * MM, 47 * MM + 120, 25 * MM);
		paper_code(cr, l->ref, left, HEIGHT - 50 * MM, 25 * MM);
	}
	if (level >= 1) {
		paper_scribble(cr, left + width * 0.6, y + 100, 420, 160, 0.1, 0.15, 0.6);
		seal(cr, left + width * 0.58, y + 200);
	}
	if (level >= 3) {
		cairo_set_source_rgba(cr, 0.8, 0.1, 0.1, 0.8);
		cairo_set_line_width(cr, 6);
		cairo_rectangle(cr, left + 30, 70 * MM + 400, 50 * MM, 18 * MM);
		cairo_stroke(cr);
		paper_put(cr, left + 60, 70 * MM + 430, f, 14, "Bold", 45 * MM, PANGO_ALIGN_LEFT, "ĐẾN");
		paper_scribble(cr, left + width * 0.3, 26 * MM, 500, 120, 0.1, 0.1, 0.5);
	}
	cairo_destroy(cr);
	cairo_surface_flush(s);
	return s;
}

PIX *paper_to_pix(cairo_surface_t *s)
{
	int w = cairo_image_surface_get_width(s), h = cairo_image_surface_get_height(s), stride = cairo_image_surface_get_stride(s);
	const unsigned char *p = cairo_image_surface_get_data(s);
	PIX *pix = pixCreate(w, h, 32);
	for (int y = 0; y < h; y++)
		for (int x = 0; x < w; x++) {
			uint32_t v;
			memcpy(&v, p + (size_t)y * (size_t)stride + (size_t)x * 4, 4);
			pixSetRGBPixel(pix, x, y, v >> 16 & 255, v >> 8 & 255, v & 255);
		}
	return pix;
}

/* ---- what machines do to it */

static const double skews[4][2] = {{0, 0}, {0.2, 0.8}, {0.5, 1.3}, {1.0, 2.0}};
static const double noise[4] = {0, 9, 18, 26}, specks[4] = {0, 0.00005, 0.0005, 0.002};

static PIX *turn(PIX *pix, int level)
{
	double a = paper_between(skews[level][0], skews[level][1]) * (paper_below(2) ? 1 : -1);
	PIX *out = level ? pixRotate(pix, (float)(a * 3.14159265 / 180), L_ROTATE_AREA_MAP, L_BRING_IN_WHITE, 0, 0) : pixClone(pix);
	pixDestroy(&pix);
	return out;
}

/* share: this is so small a part of a page (5: a fifth), and so many of a page's lines are lost on it. */
static void drop_lines(PIX *bits, int level, int share)
{
	static const int drops[4][2] = {{0, 0}, {0, 2}, {4, 12}, {15, 35}};
	int n = (drops[level][0] + paper_below(drops[level][1] - drops[level][0] + 1) + (share > 1 ? paper_below(share) : 0)) / share, w = pixGetWidth(bits), h = pixGetHeight(bits);
	for (int i = 0; i < n; i++) {
		int y = paper_below(h), from = paper_below(w), len = w / 4 + paper_below(w);
		for (int x = from; x < w && x < from + len; x++)
			pixSetPixel(bits, x, y, 0);
	}
}

static PIX *threshold(PIX *grey, int level)
{
	PIX *bits = pixCreate(pixGetWidth(grey), pixGetHeight(grey), 1);
	for (int y = 0; y < pixGetHeight(grey); y++)
		for (int x = 0; x < pixGetWidth(grey); x++) {
			l_uint32 v;
			pixGetPixel(grey, x, y, &v);
			int black = v + (level ? noise[level] * gauss() : 0) < 175;
			if (specks[level] > 0 && uniform() < specks[level])
				black = !black;
			if (black)
				pixSetPixel(bits, x, y, 1);
		}
	return bits;
}

static PIX *fax(PIX *colour, int level, bool fine)
{
	PIX *page = turn(colour, level), *grey = pixConvertRGBToLuminance(page), *small;
	int w = 1728, h = fine ? 2287 : 1143;
	small = pixScaleAreaMap(grey, (float)w / (float)pixGetWidth(grey), (float)h / (float)pixGetHeight(grey));
	pixDestroy(&page);
	pixDestroy(&grey);
	PIX *bits = threshold(small, level);
	pixDestroy(&small);
	drop_lines(bits, level, 1);
	pixSetResolution(bits, 204, fine ? 196 : 98);
	return bits;
}

static PIX *scan(PIX *colour, int level)
{
	PIX *page = turn(colour, level), *small = pixScaleAreaMap(page, 200.0f / DPI, 200.0f / DPI);
	pixDestroy(&page);
	for (int y = 0; y < pixGetHeight(small); y++)
		for (int x = 0; x < pixGetWidth(small); x++) {
			l_int32 c[3];
			double n = level ? noise[level] * gauss() : 0;
			bool speck = specks[level] > 0 && uniform() < specks[level];
			pixGetRGBPixel(small, x, y, &c[0], &c[1], &c[2]);
			for (int k = 0; k < 3; k++) {
				c[k] = speck ? 255 - c[k] : (int)(c[k] * 0.9 + 12 + n);
				c[k] = c[k] < 0 ? 0 : c[k] > 255 ? 255 : c[k];
			}
			pixSetRGBPixel(small, x, y, c[0], c[1], c[2]);
		}
	pixSetResolution(small, 200, 200);
	return small;
}

/* ---- commands */

static void write_truth(const struct letter *l, const char *out)
{
	char path[1024];
	snprintf(path, sizeof path, "%s.json", out);
	json_t *o = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:b}", "number", l->open_number ? "" : l->number, "date", l->date, "issuer", l->issuer,
		"subject", l->subject, "reference", l->ref, "ip", l->ip, "domain", l->domain, "phone", l->phone, "email", l->email, "body", l->body, "code", l->code);
	json_object_set_new(o, "in_reply_to", json_string(l->answered));
	json_object_set_new(o, "recipients", json_string(ADDRESSEE));
	if (l->party)
		json_object_set_new(o, "party", json_string(l->party));
	json_dump_file(o, path, 0);
	json_decref(o);
}

void paper_seed(uint64_t n)
{
	state = n * 2654435761u + 88172645463325252ull;
	for (int i = 0; i < 20; i++)
		uniform();
}

PIX *paper_machine(cairo_surface_t *s, const char *kind, int level)
{
	PIX *colour = paper_to_pix(s);
	cairo_surface_destroy(s);
	return !strcmp(kind, "scan") ? scan(colour, level) : fax(colour, level, !strcmp(kind, "fine"));
}

int paper_write(PIX *pix, const char *kind, const char *out)
{
	char path[1024];
	bool is_scan = !strcmp(kind, "scan");
	snprintf(path, sizeof path, "%s.%s", out, is_scan ? "jpg" : "tif");
	int bad = is_scan ? pixWriteJpeg(path, pix, 82, 0) : pixWriteTiff(path, pix, IFF_TIFF_G4, "w");
	pixDestroy(&pix);
	return bad;
}

cairo_surface_t *paper_letter(int level)
{
	struct letter l = {.code = false};
	make(&l, NULL);
	return draw(&l, level);
}

const char *paper_sentence(void) { return PICK(sentences); }
const char *paper_subject(void) { return PICK(subjects); }

PIX *paper_page(uint64_t n, const char *kind, int level, char *ref)
{
	struct letter l = {.code = true};
	paper_seed(n);
	make(&l, NULL);
	strcpy(ref, l.ref);
	return paper_machine(draw(&l, level), kind, level);
}

PIX *paper_fax(PIX *colour, uint64_t n, const char *kind, int level)
{
	paper_seed(n);
	return fax(colour, level, !strcmp(kind, "fine"));
}

static int page(int argc, char **argv)
{
	struct letter l = {.code = true};
	const char *kind = argv[1], *ref = NULL;
	int level = atoi(argv[2]), turn = 0;
	paper_seed(strtoull(argv[0], NULL, 10));
	for (int i = 4; i < argc; i++) {
		if (!strncmp(argv[i], "ref=", 4))
			ref = argv[i] + 4;
		else if (!strcmp(argv[i], "code=0"))
			l.code = false;
		else if (!strncmp(argv[i], "turn=", 5))
			turn = atoi(argv[i] + 5) / 90;
		else if (!strcmp(argv[i], "heads=wide"))
			l.wide_heads = true;
		else if (!strcmp(argv[i], "number="))
			l.open_number = true;
		else if (!strncmp(argv[i], "in-reply=", 9))
			snprintf(l.answered, sizeof l.answered, "%s", argv[i] + 9);
	}
	make(&l, ref);
	write_truth(&l, argv[3]);
	PIX *pix = paper_machine(draw(&l, level), kind, level), *turned = turn ? pixRotateOrth(pix, turn) : pixClone(pix); /* laid in wrongly */
	pixDestroy(&pix);
	return paper_write(turned, kind, argv[3]);
}

/* One code on a strip of paper, with noise, drop-outs and skew. */
PIX *paper_strip(uint64_t n, const char *kind, int level, char *ref)
{
	paper_seed(n);
	ig_ref_print((struct ig_ref){2026, 1 + paper_below(999998)}, ref);
	cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_RGB24, 600, 600);
	cairo_t *cr = cairo_create(s);
	cairo_set_source_rgb(cr, 1, 1, 1);
	cairo_paint(cr);
	paper_code(cr, ref, 150, 150, 25 * MM);
	cairo_destroy(cr);
	cairo_surface_flush(s);
	PIX *colour = paper_to_pix(s), *strip = pixCreate(WIDTH, HEIGHT / 5, 32);
	cairo_surface_destroy(s);
	pixSetAll(strip);
	pixRasterop(strip, 300, 40, 600, 600, PIX_SRC, colour, 0, 0);
	pixDestroy(&colour);
	PIX *turned = turn(strip, level), *grey = pixConvertRGBToLuminance(turned);
	bool fine = !strcmp(kind, "fine");
	PIX *small = pixScaleAreaMap(grey, 1728.0f / WIDTH, (fine ? 2287.0f : 1143.0f) / HEIGHT), *bits = threshold(small, level);
	pixDestroy(&turned);
	pixDestroy(&grey);
	pixDestroy(&small);
	drop_lines(bits, level, 5);
	pixSetResolution(bits, 204, fine ? 196 : 98);
	return bits;
}

static int one_code(char **argv)
{
	char ref[IG_REF_MAX], path[1024];
	PIX *bits = paper_strip(strtoull(argv[0], NULL, 10), argv[1], atoi(argv[2]), ref);
	snprintf(path, sizeof path, "%s.tif", argv[3]);
	printf("%s\n", ref);
	return pixWriteTiff(path, bits, IFF_TIFF_G4, "w");
}

/* Points of code of a text without blanks: line ends and spaces of a page say nothing. */
static size_t letters(const char *s, uint32_t *out, size_t max)
{
	size_t n = 0;
	for (const unsigned char *p = (const unsigned char *)s; *p && n < max;) {
		uint32_t c = *p;
		int k = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
		c = k == 1 ? c : k == 2 ? (c & 31) << 6 | (p[1] & 63) : k == 3 ? (c & 15) << 12 | (p[1] & 63u) << 6 | (p[2] & 63) : '?';
		p += k;
		if (c > ' ' && c != 0xa0)
			out[n++] = c;
	}
	return n;
}

static int cer(char **argv)
{
	static uint32_t a[20000], b[60000];
	static int row[60001];
	json_t *o = json_load_file(argv[0], 0, NULL);
	size_t n = letters(json_string_value(json_object_get(o, "body")), a, 20000), m = letters(argv[1], b, 60000);
	for (size_t j = 0; j <= m; j++)
		row[j] = 0; /* it may begin anywhere */
	for (size_t i = 1; i <= n; i++) {
		int before = row[0];
		row[0] = (int)i;
		for (size_t j = 1; j <= m; j++) {
			int cost = before + (a[i - 1] != b[j - 1]), up = row[j] + 1, left = row[j - 1] + 1;
			before = row[j];
			row[j] = cost < up ? (cost < left ? cost : left) : (up < left ? up : left);
		}
	}
	int best = (int)n;
	for (size_t j = 0; j <= m; j++)
		best = row[j] < best ? row[j] : best;
	printf("%d %zu\n", best, n);
	return 0;
}

/* Lines of a text file as a PDF; a tab begins a second column. */
static int form(char **argv)
{
	char line[2000];
	FILE *f = fopen(argv[0], "r");
	cairo_surface_t *s = cairo_pdf_surface_create(argv[1], 595, 842);
	cairo_t *cr = cairo_create(s);
	double y = 60;
	while (f && fgets(line, sizeof line, f)) {
		char *tab = strchr(line, '\t');
		line[strcspn(line, "\n")] = 0;
		if (tab)
			*tab = 0;
		for (int k = 0; k < (tab ? 2 : 1); k++) {
			PangoLayout *l = pango_cairo_create_layout(cr);
			PangoFontDescription *d = pango_font_description_from_string("Liberation Serif 12px");
			int h;
			pango_layout_set_font_description(l, d);
			pango_font_description_free(d);
			pango_layout_set_width(l, (tab ? 235 : 475) * PANGO_SCALE);
			pango_layout_set_text(l, k ? tab + 1 : line, -1);
			pango_layout_get_pixel_size(l, NULL, &h);
			cairo_move_to(cr, 60 + 245 * k, y);
			pango_cairo_show_layout(cr, l);
			g_object_unref(l);
			y += k == (tab ? 1 : 0) ? h + 4 : 0;
		}
		if (y > 780) {
			cairo_show_page(cr);
			y = 60;
		}
	}
	if (f)
		fclose(f);
	cairo_destroy(cr);
	cairo_surface_destroy(s);
	return 0;
}

/* Pages of several files as one TIFF; "blank" is an empty page with some dust. */
static int join(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		PIX *pix = strcmp(argv[i], "blank") ? pixRead(argv[i]) : pixCreate(1728, 2287, 1), *bits = pix ? pixConvertTo1(pix, 150) : NULL;
		if (!bits)
			return 1;
		for (int k = 0; !strcmp(argv[i], "blank") && k < 200; k++)
			pixSetPixel(bits, (k * 7919) % 1728, (k * 104729) % 2287, 1);
		if (pixGetWidth(bits) == 1728)
			pixSetResolution(bits, 204, pix && pixGetYRes(pix) > 0 ? pixGetYRes(pix) : 196);
		if (pixWriteTiff(argv[0], bits, IFF_TIFF_G4, i == 1 ? "w" : "a"))
			return 1;
		pixDestroy(&pix);
		pixDestroy(&bits);
	}
	return 0;
}

int main(int argc, char **argv)
{
	if (argc >= 4 && !strcmp(argv[1], "join"))
		return join(argc - 2, argv + 2);
	if (argc == 4 && !strcmp(argv[1], "form"))
		return form(argv + 2);
	if (argc >= 6 && !strcmp(argv[1], "page"))
		return page(argc - 2, argv + 2);
	if (argc >= 6 && !strcmp(argv[1], "code"))
		return one_code(argv + 2);
	if (argc >= 7 && !strcmp(argv[1], "sheet"))
		return paper_sheet(argc - 2, argv + 2);
	if (argc == 5 && !strcmp(argv[1], "layer"))
		return paper_layer(argv + 2);
	if (argc >= 7 && !strcmp(argv[1], "resend"))
		return paper_resend(argc - 2, argv + 2);
	if (argc >= 7 && !strcmp(argv[1], "codes"))
		return paper_codes(argv + 2);
	if (argc == 4 && !strcmp(argv[1], "cer"))
		return cer(argv + 2);
	fprintf(stderr, "usage: paper page SEED KIND LEVEL OUT [ref=R] [code=0] [number=] [in-reply=N/SIGN] | code SEED KIND LEVEL OUT | codes strip|page KIND LEVEL FIRST COUNT | cer TRUTH.json TEXT\n");
	return 64;
}
