/* irgate-scribe: draws one letter after the other for the clerk, in a confined child of this process (the nurse), which only loads the pictures
 * of signature and seal. The child finds its fonts after it is confined, because pango does that in a thread, which would stay outside. It
 * has no network, no store and no key: where a letter is to be signed it leaves room. Relies on its parent for the socket (IG_ROLE_FD) and on
 * the room draw. `irgate-scribe check` says whether the font is fit, and nothing else.
 *
 * WORK: type application/json: a page model; name: what is wanted, of "pdf", "sign", "fax-fine", "fax-standard", with spaces between.
 *       type application/pdf: a received document for the stamp of arrival; words: its fields as JSON.
 * CHILD: what was drawn; part: how many pages; name: the four numbers of the room for the signature and the letter's time, or "". DID: result "" or why not. */
#include "config.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/fs.h"
#include "base/link.h"
#include "base/log.h"
#include "base/opt.h"
#include "draw/draw.h"
#include "model/notes.h"
#include "role/nurse.h"
#include "role/role.h"

enum { WORKER_FD = 3, LETTERS_A_CHILD = 32, CPU_MAX_S = 60 };
#define MEMORY (512u << 20)

struct scribe {
	const char *user, *font;
	struct ig_buf signature, seal; /* PNG; empty: none */
	struct ig_draw *draw;
	struct ig_arena *arena;
	struct ig_note_work work;
	bool broken, foreign; /* the clerk does not hear any more; bytes of others were seen */
};

static void picture_read(struct ig_buf *into, const char *path)
{
	ig_buf_init(into, IG_DRAW_PICTURE_MAX + 1);
	if (ig_fs_read_file(path, into))
		ig_die(IG_EX_CONFIG, "%s: %s", path, strerror(errno));
}

static void take_word(struct scribe *s, const char *word)
{
	if (!strncmp(word, "user=", 5))
		s->user = word + 5;
	else if (!strncmp(word, "font=", 5))
		s->font = word + 5;
	else if (!strncmp(word, "signature=", 10))
		picture_read(&s->signature, word + 10);
	else if (!strncmp(word, "seal=", 5))
		picture_read(&s->seal, word + 5);
	else
		ig_die(IG_EX_USAGE, "unknown word: %s", word);
}

static void confine(struct scribe *s)
{
	struct ig_conf conf = {.user_scribe = s->user};
	struct ig_sandbox box = {.memory_max = MEMORY, .cpu_max_s = CPU_MAX_S};
	struct ig_why why;
	ig_role_confine("scribe", &conf, &box, s->arena);
	if (ig_sandbox_apply(&box, &why) < 0)
		ig_die(IG_EX_CONFIG, "cannot confine itself: %s", why.text);
}

static void fonts_find(struct scribe *s)
{
	struct ig_draw_pictures pictures = {s->signature.len ? s->signature.data : NULL, s->seal.len ? s->seal.data : NULL, s->signature.len, s->seal.len};
	struct ig_why why = {""};
	s->draw = ig_draw_new(s->font, &pictures, &why);
	if (!s->draw)
		ig_die(IG_EX_CONFIG, "%s", why.text);
}

static void send_drawn(struct scribe *s, size_t pages, const char *name, const char *type, const struct ig_buf *b)
{
	char count[24];
	snprintf(count, sizeof count, "%zu", pages);
	struct ig_note_child n = {.seq = s->work.seq, .part = count, .name = name, .type = type, .size = b->len};
	int fd = ig_fs_memfd("drawn", b->data, b->len);
	if (fd < 0 || ig_note_child_write(WORKER_FD, &n, fd))
		s->broken = true;
	if (fd >= 0)
		close(fd);
}

/* "D:20261122083100+07'00'" of "2026-11-22T08:31:00+07:00". */
static void pdf_date(const char *text, char out[40])
{
	char digits[40];
	size_t n = 0;
	for (const char *p = text; *p && n < sizeof digits - 1 && p - text < 19; p++)
		if (*p >= '0' && *p <= '9')
			digits[n++] = *p;
	digits[n] = 0;
	const char *zone = strlen(text) == 25 ? text + 19 : "+00:00";
	snprintf(out, 40, "D:%.14s%.3s'%.2s'", digits, zone, zone + 4);
}

static int make_pdf(struct scribe *s, struct ig_drawing *g, json_t *page, bool sign, struct ig_why *why)
{
	struct ig_buf pdf = IG_BUF_INIT(IG_DRAW_PDF_MAX);
	char range_text[100] = "", at[40];
	size_t range[4];
	int rc = ig_drawing_pdf(g, &pdf, why);
	if (!rc && sign) {
		json_t *is = json_object_get(page, "signed");
		pdf_date(json_string_value(json_object_get(page, "date")) ? json_string_value(json_object_get(page, "date")) : "", at);
		struct ig_sign_facts facts = {.name = json_string_value(json_object_get(is, "by")), .reason = json_string_value(json_object_get(page, "title")), .at = at};
		rc = ig_sign_room(&pdf, &facts, range, why);
		ig_time signed_at = 0;
		if (json_string_value(json_object_get(page, "date")))
			ig_time_parse(json_string_value(json_object_get(page, "date")), &signed_at);
		snprintf(range_text, sizeof range_text, "%zu %zu %zu %zu %lld", range[0], range[1], range[2], range[3], (long long)(signed_at / IG_SECOND));
	}
	if (!rc)
		send_drawn(s, ig_drawing_pages(g), rc ? "" : sign ? range_text : "", "application/pdf", &pdf);
	ig_buf_free(&pdf);
	return rc;
}

static int make_fax(struct scribe *s, struct ig_drawing *g, bool fine, struct ig_why *why)
{
	struct ig_buf tiff = IG_BUF_INIT(IG_DRAW_PDF_MAX);
	int rc = ig_drawing_fax(g, fine, &tiff, why);
	if (!rc)
		send_drawn(s, ig_drawing_pages(g), "", "image/tiff", &tiff);
	ig_buf_free(&tiff);
	return rc;
}

static int draw_page(struct scribe *s, const void *p, size_t len, struct ig_why *why)
{
	json_error_t error;
	const char *wanted = s->work.name ? s->work.name : "";
	json_t *page = json_loadb(p, len, 0, &error);
	if (!page)
		return ig_why(why, "the page model is no JSON: %.100s", error.text);
	s->foreign = json_is_string(json_object_get(page, "image"));
	struct ig_drawing *g = ig_draw(s->draw, page, why);
	int rc = g ? 0 : -1;
	if (!rc && strstr(wanted, "pdf"))
		rc = make_pdf(s, g, page, strstr(wanted, "sign"), why);
	if (!rc && strstr(wanted, "fax-fine"))
		rc = make_fax(s, g, true, why);
	if (!rc && strstr(wanted, "fax-standard"))
		rc = make_fax(s, g, false, why);
	ig_drawing_free(g);
	json_decref(page);
	return rc;
}

static int draw_stamp(struct scribe *s, const void *p, size_t len, struct ig_why *why)
{
	json_t *o = s->work.words ? json_loads(s->work.words, 0, NULL) : NULL;
	struct ig_buf out = IG_BUF_INIT(IG_DRAW_PDF_MAX);
#define FIELD(k) .k = json_string_value(json_object_get(o, #k))
	struct ig_stamp stamp = {FIELD(office), FIELD(title), FIELD(number), FIELD(date), FIELD(to), FIELD(file),
		.layout_2011 = json_is_true(json_object_get(o, "layout_2011")), .placed = json_is_number(json_object_get(o, "x")),
		.x = json_number_value(json_object_get(o, "x")), .y = json_number_value(json_object_get(o, "y"))};
	s->foreign = true;
	int rc = o ? ig_draw_stamp(s->draw, &stamp, p, len, &out, why) : ig_why(why, "the fields of the stamp are no JSON");
	if (!rc)
		send_drawn(s, 0, "", "application/pdf", &out);
	ig_buf_free(&out);
	json_decref(o);
	return rc;
}

static void work(struct scribe *s, int fd)
{
	struct ig_why why = {""};
	int rc = -1;
	void *p = s->work.size ? mmap(NULL, s->work.size, PROT_READ, MAP_PRIVATE, fd, 0) : MAP_FAILED;
	if (p == MAP_FAILED)
		ig_why(&why, "there is nothing to draw");
	else if (s->work.type && !strcmp(s->work.type, "application/pdf"))
		rc = draw_stamp(s, p, s->work.size, &why);
	else
		rc = draw_page(s, p, s->work.size, &why);
	if (p != MAP_FAILED)
		munmap(p, s->work.size);
	struct ig_note_did n = {.seq = s->work.seq, .result = rc ? why.text : ""};
	if (ig_note_did_write(WORKER_FD, &n, -1))
		s->broken = true;
}

static void draw_some(void *arg) __attribute__((noreturn));
static void draw_some(void *arg)
{
	struct scribe *s = arg;
	struct ig_buf body = IG_BUF_INIT(IG_LINK_MAX);
	s->arena = ig_arena_new(16u << 20);
	confine(s);
	fonts_find(s);
	for (int n = 0; n < LETTERS_A_CHILD && !s->broken && !s->foreign; n++) {
		uint16_t kind;
		int fd = -1;
		ig_arena_reset(s->arena);
		if (ig_link_read(WORKER_FD, &kind, &body, &fd, -1) <= 0)
			_exit(0);
		if (kind != IG_NOTE_WORK || fd < 0 || ig_note_work_unpack(&s->work, body.data, body.len, s->arena))
			_exit(0);
		work(s, fd);
		close(fd);
	}
	_exit(s->broken ? 0 : IG_NURSE_DUE);
}

int main(int argc, char **argv)
{
	static const struct rlimit no_core = {0, 0};
	struct scribe s = {0};
	struct ig_why why;
	bool check = argc > 1 && !strcmp(argv[1], "check");
	ig_log_init("scribe", IG_LOG_WARNING);
	for (int i = 1 + check; i < argc; i++)
		take_word(&s, argv[i]);
	setrlimit(RLIMIT_CORE, &no_core);
	if (check) {
		fonts_find(&s);
		return IG_EX_OK;
	}
	if (s.user && ig_sandbox_become(s.user, &why) < 0)
		ig_die(IG_EX_SOFTWARE, "%s", why.text);
	return ig_nurse("scribe", draw_some, &s);
}
