/* irgatectl letter stamp: the stamp of arrival on a copy of a received document. Of a message the number and the day are those of the register of arrivals,
 * and the document is what the evidence has; of a file they are typed. A confined worker says where the page is free of writing; what was received
 * stays as it is. */
#include "config.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/fs.h"
#include "ctl/room.h"
#include "role/role.h"

#define DOCUMENT_MAX (64u << 20)

struct stamping {
	struct ig_ctl *c;
	struct ig_conf *conf;
	struct ig_buf in, out;
	const char *number, *date;
};

static int taken(struct stamping *s, const char *verb, bool json, struct ig_buf *out)
{
	const char *const words[] = {"message", verb, s->c->argv[0], NULL};
	return ig_ctl_taken(s->c, words, json, out);
}

/* "2026-03-02T09:00:00+07:00" is in the office's time: "02/03/2026". */
static const char *day_of(struct ig_ctl *c, const char *at)
{
	return at && strlen(at) > 10 ? ig_arena_fmt(c->arena, "%.2s/%.2s/%.4s", at + 8, at + 5, at) : NULL;
}

static int of_message(struct stamping *s)
{
	struct ig_buf text = IG_BUF_INIT(16u << 20);
	int code = taken(s, "show", true, &text);
	json_t *m = code ? NULL : json_loadb(text.data ? text.data : "", text.len, 0, NULL);
	json_int_t arrival = json_integer_value(json_object_get(m, "arrival_number"));
	json_int_t whole = json_integer_value(json_object_get(m, "part_of"));
	if (!code && whole) code = ig_ctl_fail(s->c, IG_EX_DATA, "message %s is part of message %lld, whose number it bears: stamp that one", s->c->argv[0], (long long)whole);
	if (!code && !arrival && !s->number) code = ig_ctl_fail(s->c, IG_EX_DATA, "message %s has no number in the register of arrivals", s->c->argv[0]);
	if (!code && !s->number) s->number = ig_arena_fmt(s->c->arena, "%04lld", (long long)arrival);
	if (!code && !s->date) s->date = day_of(s->c, json_string_value(json_object_get(m, "received_at")));
	if (!code) code = taken(s, "raw", false, &s->in);
	json_decref(m);
	ig_buf_free(&text);
	return code;
}

/* Where it covers nothing; no answer: where the model has it. */
static void place(struct stamping *s, bool layout_2011, json_t *words)
{
	struct ig_buf spot = IG_BUF_INIT(100);
	struct ig_ctl_view v = {.place = layout_2011 ? "page 1, free 500 300" : "page 1, free 500 350", .spot = &spot};
	int x, y, fd = ig_fs_memfd("document", s->in.data, s->in.len);
	if (fd < 0) return;
	struct ig_ctl_reader *r = ig_ctl_reader_new(s->conf, false);
	ig_ctl_reader_view(r, ig_arena_fmt(s->c->arena, "/proc/self/fd/%d", fd), &v, s->c->arena);
	if (spot.len && sscanf(spot.data, "%d %d", &x, &y) == 2) {
		json_object_set_new(words, "x", json_real(x / 10000.0));
		json_object_set_new(words, "y", json_real(y / 10000.0));
	}
	ig_ctl_reader_free(r);
	close(fd);
	ig_buf_free(&spot);
}

static int draw(struct stamping *s, const char *to, const char *file, const char *path)
{
	struct ig_why why = {""};
	const struct ig_profile *p = ig_conf_profile_at(s->conf, ig_now());
	bool old = p->layout == IG_LAYOUT_2011;
	json_t *o = json_pack("{s:s, s:s?, s:s?, s:s?, s:s?, s:b}", "number", s->number, "office", p->office.vi, "date", s->date, "to", to, "file", file, "layout_2011", old);
	if (o) place(s, old, o);
	char *words = o ? json_dumps(o, JSON_COMPACT) : NULL;
	int code = IG_EX_OK;
	if (!words || ig_drawing_call(s->conf, "application/pdf", "", words, s->in.data, s->in.len, &s->out, &why))
		code = ig_ctl_fail(s->c, IG_EX_DATA, "%s: %s", s->c->argv[0], why.text);
	else if (ig_fs_replace(path, s->out.data, s->out.len, 0644))
		code = ig_ctl_fail(s->c, IG_EX_SOFTWARE, "%s: %s", path, strerror(errno));
	free(words);
	json_decref(o);
	return code;
}

int ig_ctl_letter_stamp(struct ig_ctl *c)
{
	struct stamping s = {.c = c, .in = IG_BUF_INIT(DOCUMENT_MAX), .out = IG_BUF_INIT(DOCUMENT_MAX), .number = ig_ctl_option(c, "--number"),
		.date = ig_ctl_option(c, "--date")};
	const char *to = ig_ctl_option(c, "--to"), *file = ig_ctl_option(c, "--file"), *path = ig_ctl_option(c, "--out");
	if (ig_ctl_words(c, 1, 1)) return IG_EX_USAGE;
	const char *what = c->argv[0];
	bool message = what[strspn(what, "0123456789")] == 0 && access(what, F_OK);
	if ((!s.number && !message) || !path) return ig_ctl_fail(c, IG_EX_USAGE, "%s", path ? "--number is needed for a file" : "--out is needed");
	if (!strcmp(path, what)) return ig_ctl_fail(c, IG_EX_USAGE, "the received file is not written over");
	s.conf = ig_ctl_load_conf(ig_ctl_conf_file(), true);
	if (!s.conf) return IG_EX_CONFIG;
	int code = message ? of_message(&s) : ig_fs_read_file(what, &s.in) ? ig_ctl_fail(c, IG_EX_DATA, "%s: %s", what, strerror(errno)) : IG_EX_OK;
	if (!code) code = draw(&s, to, file, path);
	ig_buf_free(&s.in);
	ig_buf_free(&s.out);
	ig_conf_free(s.conf);
	return code;
}
