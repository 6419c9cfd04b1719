/* irgatectl confirm at a terminal: the uncertain fields one after the other, each with the place of the page that it was read from, and a person who
 * accepts, corrects or empties it. What was answered becomes one act of `confirm`, so that rights, journal and record are those of the verb; the
 * pictures are drawn by a confined worker from the bytes of the evidence. */
#include "config.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "base/fs.h"
#include "ctl/room.h"
#include "pages/pages.h"

#define RAW_MAX (256u << 20)
#define ANSWER_MAX 2000
enum { WORDS_MAX = 60 };
static const char head_of_page[] = "page 1, box 300 200 9700 2600"; /* where what nothing was read of would stand */

struct walk {
	struct ig_ctl *c;
	struct ig_conf *conf;
	const char *message;
	struct ig_ctl_reader *reader;
	int raw;                 /* bytes of the message; -1 none */
	const char *page;        /* "page 3," of the first field with a place: a letter need not begin on the first page of its file */
	const char *words[WORDS_MAX + 3];
	int count;
	const char *file;        /* the picture for a viewer */
};

static json_t *fields_of(struct walk *w, int *code_r)
{
	struct ig_buf text = IG_BUF_INIT(4u << 20);
	const char *const words[] = {"confirm", w->message, NULL};
	*code_r = ig_ctl_taken(w->c, words, true, &text);
	json_t *list = *code_r ? NULL : json_loadb(text.data ? text.data : "", text.len, 0, NULL);
	if (!*code_r && !json_is_array(list)) *code_r = ig_ctl_fail(w->c, IG_EX_SOFTWARE, "message %s: its fields cannot be read", w->message);
	ig_buf_free(&text);
	return list;
}

/* The bytes are looked at by the worker alone. */
static int raw_of(struct walk *w, const char *message)
{
	struct ig_buf bytes = IG_BUF_INIT(RAW_MAX);
	const char *const words[] = {"message", "raw", message, NULL};
	int fd = !ig_ctl_taken(w->c, words, false, &bytes) && bytes.len && !bytes.over ? ig_fs_memfd("message", bytes.data, bytes.len) : -1;
	ig_buf_free(&bytes);
	return fd;
}

static void raw_take(struct walk *w)
{
	w->raw = raw_of(w, w->message);
	w->conf = w->raw >= 0 ? ig_ctl_load_conf(ig_ctl_conf_file(), true) : NULL;
	if (w->conf) w->reader = ig_ctl_reader_new(w->conf, false);
}

/* ---- the picture */

static void to_file(struct walk *w, const struct ig_buf *png)
{
	const char *dir = getenv("TMPDIR");
	if (!w->file) {
		char *path = ig_arena_fmt(w->c->arena, "%s/irgate-confirm.XXXXXX.png", dir && *dir ? dir : "/tmp");
		int fd = mkstemps(path, 4);
		if (fd < 0) return;
		close(fd);
		w->file = path;
	}
	if (!ig_fs_replace(w->file, png->data, png->len, 0600)) ig_ctl_print(w->c, "    the place, to be opened: %s\n", w->file);
}

static void show(struct walk *w, const char *where)
{
	struct ig_buf png = IG_BUF_INIT(8u << 20), pgm = IG_BUF_INIT(IG_VIEW_WIDTH_MAX * IG_VIEW_HEIGHT_MAX + 100);
	const char *place = where && *where ? strstr(where, "page ") : NULL;
	struct ig_ctl_view v = {.place = place ? place : head_of_page, .png = &png, .pgm = &pgm};
	int raw = w->raw;
	if (place > where) v.file = ig_arena_strndup(w->c->arena, where, (size_t)(place - where) - 2); /* "NAME, page 1, box ..." */
	if (v.file && !strncmp(v.file, "message ", 8)) { /* of a joined letter: a page of that message's own document */
		raw = raw_of(w, v.file + 8);
		v.file = NULL;
	}
	if (!place && w->page) v.place = ig_arena_fmt(w->c->arena, "%s%s", w->page, strchr(head_of_page, ',') + 1);
	if (w->reader && (!where || place) && raw >= 0) ig_ctl_reader_view(w->reader, ig_arena_fmt(w->c->arena, "/proc/self/fd/%d", raw), &v, w->c->arena);
	if (raw >= 0 && raw != w->raw) close(raw);
	if (pgm.len && !ig_ctl_picture(&pgm) && png.len) to_file(w, &png);
	fflush(stdout);
	ig_buf_free(&png);
	ig_buf_free(&pgm);
}

/* ---- question and answer */

static const char *text_of(json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));
	return s ? s : "";
}

/* What was typed without blanks around it; NULL: the end. */
static const char *answer(struct walk *w)
{
	char line[ANSWER_MAX];
	fflush(stdout);
	if (!fgets(line, sizeof line, stdin)) return NULL;
	char *from = line + strspn(line, " \t"), *end = from + strlen(from);
	while (end > from && strchr(" \t\r\n", end[-1])) end--;
	return ig_arena_strndup(w->c->arena, from, (size_t)(end - from));
}

/* false: no more questions. */
static bool ask(struct walk *w, json_t *f, size_t at, size_t of)
{
	const char *name = text_of(f, "name"), *value = text_of(f, "value"), *where = text_of(f, "where"), *said;
	struct ig_buf clean = IG_BUF_INIT(8000);
	ig_ctl_clean(&clean, value, strlen(value), false);
	if (*value) ig_ctl_print(w->c, "%s[%zu/%zu] %s: %s%s\n    %.0f %% sure; %s; %s\n", ig_ctl_bold(w->c), at, of, name, clean.data ? clean.data : "", ig_ctl_plain(w->c),
		json_number_value(json_object_get(f, "confidence")) * 100, *where ? where : "no place", text_of(f, "rule"));
	else ig_ctl_print(w->c, "%s[%zu/%zu] %s: nothing was read%s; it may be written by hand\n", ig_ctl_bold(w->c), at, of, name, ig_ctl_plain(w->c));
	ig_buf_free(&clean);
	show(w, *value ? where : NULL);
	ig_ctl_print(w->c, *value ? "    Enter accepts, - empties, s leaves it, q ends, or what it is: " : "    Enter leaves it, q ends, or what it is: ");
	said = answer(w);
	if (!said || !strcmp(said, "q")) return false;
	if (!strcmp(said, "s") || (!*said && !*value)) return true;
	w->words[2 + w->count++] = !*said ? ig_arena_strdup(w->c->arena, name) : !strcmp(said, "-") ? ig_arena_fmt(w->c->arena, "%s=", name) :
		ig_arena_fmt(w->c->arena, "%s=%s", name, said);
	return w->count < WORDS_MAX;
}

static const char *first_page(json_t *list, struct ig_arena *a)
{
	size_t i;
	json_t *f;
	json_array_foreach(list, i, f) {
		const char *at = strstr(text_of(f, "where"), "page ");
		if (at && strchr(at, ',')) return ig_arena_strndup(a, at, (size_t)(strchr(at, ',') - at) + 1);
	}
	return NULL;
}

int ig_ctl_confirm_walk(struct ig_ctl *c)
{
	struct walk w = {.c = c, .message = c->argv[c->argc - 1], .raw = -1, .words = {"confirm"}};
	int code;
	w.words[1] = w.message;
	json_t *list = fields_of(&w, &code), *f;
	size_t i;
	if (code) return code;
	if (!json_array_size(list)) ig_ctl_print(c, "message %s: nothing is uncertain\n", w.message);
	else raw_take(&w);
	w.page = first_page(list, c->arena);
	json_array_foreach(list, i, f)
		if (!ask(&w, f, i + 1, json_array_size(list))) break;
	ig_ctl_reader_free(w.reader);
	ig_conf_free(w.conf);
	if (w.raw >= 0) close(w.raw);
	if (w.file) unlink(w.file);
	if (w.count) code = ig_ctl_again(c, w.words);
	else if (json_array_size(list)) ig_ctl_print(c, "nothing was changed\n");
	json_decref(list);
	return code;
}
