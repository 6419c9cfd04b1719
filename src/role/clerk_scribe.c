/* Letters to be drawn, and reports of fax calls: one at a time goes to the scribe, then to the sealer where it is to be signed; what comes back is committed with whatever else
 * is, and only then the letter is due. Relies on the desk for which and what becomes of it. A scribe that dies over a letter twice, or does not
 * come back, costs that letter, which then waits for a person. */
#include "config.h"
#include "role/clerk.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/log.h"
#include "deliver/deliver.h"
#include "model/notes.h"

enum { TRIES_MAX = 2, PATIENCE_S = 120 };
#define DRAWN_MAX (64u << 20)

struct ig_clerk_worker {
	struct ig_clerk *clerk;
	const char *kind;
	struct ig_link *link;
	uint64_t index;
	bool asked;
};
struct ig_clerk_drawing {
	struct ig_clerk_worker scribe, sealer, *busy; /* busy: who has it; NULL nobody */
	int64_t dispatch, report;  /* 0: nothing under way; call whose report it is, 0: the letter itself */
	char *model, *wanted;
	int tries, pages;
	struct ig_buf got;
	char kind[8], range[120];  /* "pdf", "tiff"; of the signature */
	bool done, in_commit;
	char *error;
	struct event *patience;
};

static void go(struct ig_clerk *c);

static void forget(struct ig_clerk_drawing *g)
{
	free(g->model);
	free(g->wanted);
	free(g->error);
	g->model = g->wanted = g->error = NULL;
	g->dispatch = g->report = 0;
	g->tries = 0;
	g->done = g->in_commit = false;
	g->busy = NULL;
	*g->range = 0;
	ig_buf_free(&g->got);
	ig_buf_init(&g->got, DRAWN_MAX);
	evtimer_del(g->patience);
}

static void finished(struct ig_clerk *c, const char *error)
{
	struct ig_clerk_drawing *g = c->drawing;
	g->done = true;
	g->busy = NULL;
	g->error = error ? ig_xstrdup(error) : NULL;
	evtimer_del(g->patience);
	ig_clerk_beat(c);
	ig_pump_poke(c->pump);
}

/* What it was given to is gone or hangs: once more, then never. */
static void lost(struct ig_clerk *c, const char *words)
{
	struct ig_clerk_drawing *g = c->drawing;
	g->busy = NULL;
	evtimer_del(g->patience);
	if (++g->tries >= TRIES_MAX) {
		finished(c, words);
		return;
	}
	*g->range = 0;
	ig_buf_reset(&g->got);
	go(c);
}

static void out_of_patience(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	struct ig_clerk *c = arg;
	struct ig_clerk_worker *w = c->drawing->busy;
	if (!w)
		return;
	struct ig_note_unwant n = {.reader = w->index};
	ig_note_unwant_send(c->role->parent, &n, -1);
	w->link = ig_link_free(w->link);
	lost(c, "it took too long");
}

static void give(struct ig_clerk *c, struct ig_clerk_worker *w, const char *type, const char *words, const void *p, size_t len)
{
	struct ig_clerk_drawing *g = c->drawing;
	struct timeval patience = {PATIENCE_S, 0};
	if (!w->link) {
		struct ig_note_want n = {.role = w->kind};
		if (!w->asked)
			ig_note_want_send(c->role->parent, &n, -1);
		w->asked = true;
		return;
	}
	struct ig_note_work n = {.seq = (uint64_t)g->dispatch, .part = "", .name = g->wanted, .type = type, .words = words, .size = len};
	int fd = ig_fs_memfd("letter", p, len);
	g->busy = w;
	evtimer_add(g->patience, &patience);
	if (fd < 0 || ig_note_work_send(w->link, &n, fd)) {
		w->link = ig_link_free(w->link);
		lost(c, "it could not be handed to the scribe");
	}
}

static void go(struct ig_clerk *c)
{
	struct ig_clerk_drawing *g = c->drawing;
	if (g->busy || g->done || !g->dispatch)
		return;
	if (*g->range)
		give(c, &g->sealer, "application/pdf", g->range, g->got.data, g->got.len);
	else
		give(c, &g->scribe, "application/json", "", g->model, strlen(g->model));
}

static void look(struct ig_clerk *c)
{
	struct ig_clerk_drawing *g = c->drawing;
	struct ig_desk_drawing next;
	if (g->dispatch || c->stopping || c->done)
		return;
	ig_arena_reset(c->arena);
	int found = ig_desk_draw_next(c->desk, c->arena, &next);
	if (found <= 0)
		return;
	g->dispatch = next.dispatch;
	g->report = next.report;
	g->model = ig_xstrdup(next.model);
	g->wanted = ig_xstrdup(next.wanted);
	go(c);
}

static int on_child(struct ig_clerk *c, const void *body, size_t len, int fd)
{
	struct ig_clerk_drawing *g = c->drawing;
	struct ig_note_child n;
	if (ig_note_child_unpack(&n, body, len, c->arena) || (int64_t)n.seq != g->dispatch || !n.type || !n.name || !n.part)
		return -1;
	ig_buf_reset(&g->got);
	if (fd < 0 || ig_fs_read_fd(fd, &g->got) || g->got.over)
		return -1;
	if (g->busy == &g->scribe) {
		g->pages = (int)strtol(n.part, NULL, 10);
		snprintf(g->kind, sizeof g->kind, "%s", strcmp(n.type, "image/tiff") ? "pdf" : "tiff");
		snprintf(g->range, sizeof g->range, "%s", n.name);
	}
	return 0;
}

static void on_did(struct ig_clerk *c, const char *result)
{
	struct ig_clerk_drawing *g = c->drawing;
	bool drawn = g->busy == &g->scribe;
	g->busy = NULL;
	evtimer_del(g->patience);
	if (*result)
		finished(c, result);
	else if (!g->got.len)
		finished(c, "nothing came of it");
	else if (drawn && *g->range)
		go(c); /* to the sealer */
	else
		finished(c, NULL);
}

static int on_worker(struct ig_link *l, uint16_t kind, const void *body, size_t len, int fd, void *arg)
{
	(void)l;
	struct ig_clerk_worker *w = arg;
	struct ig_clerk *c = w->clerk;
	struct ig_note_did did;
	int rc = -1;
	ig_arena_reset(c->arena);
	if (c->drawing->busy == w && kind == IG_NOTE_CHILD)
		rc = on_child(c, body, len, fd);
	if (fd >= 0)
		close(fd);
	if (c->drawing->busy == w && kind == IG_NOTE_DID && !ig_note_did_unpack(&did, body, len, c->arena)) {
		on_did(c, did.result ? did.result : "");
		rc = 0;
	}
	return rc;
}

static void worker_gone(struct ig_link *l, void *arg)
{
	(void)l;
	struct ig_clerk_worker *w = arg;
	w->link = ig_link_free(w->link);
	w->asked = false;
	if (w->clerk->drawing->busy == w)
		lost(w->clerk, "the scribe died over it");
	else
		go(w->clerk);
}

void ig_clerk_scribe(struct ig_clerk *c, const char *kind, int fd, uint64_t index)
{
	struct ig_clerk_worker *w = !strcmp(kind, "sealer") ? &c->drawing->sealer : &c->drawing->scribe;
	w->link = ig_link_free(w->link);
	w->asked = false;
	w->index = index;
	w->link = ig_link_new(c->role->base, fd, kind, on_worker, worker_gone, w);
	if (c->drawing->busy == w)
		c->drawing->busy = NULL;
	go(c);
}

/* Before confinement, which leaves out what is not there. A folder that cannot be made is told when a letter is put there. */
static void folder_make(const char *path)
{
	if (path && ig_fs_mkdirs(path, 0700))
		ig_log(IG_LOG_WARNING, "%s: %s", path, strerror(errno));
}

void ig_clerk_scribe_start(struct ig_clerk *c)
{
	folder_make(c->role->conf->letter_outgoing);
	folder_make(c->role->conf->edxml_outgoing);
	struct ig_clerk_drawing *g = ig_xmalloc(sizeof *g);
	g->scribe = (struct ig_clerk_worker){.clerk = c, .kind = "scribe"};
	g->sealer = (struct ig_clerk_worker){.clerk = c, .kind = "sealer"};
	g->patience = evtimer_new(c->role->base, out_of_patience, c);
	ig_buf_init(&g->got, DRAWN_MAX);
	c->drawing = g;
}

/* Into the folder of letters to print, before the commit that says so: a crash between them finds the same file there again. */
static int put_on_paper(struct ig_clerk *c)
{
	struct ig_clerk_drawing *g = c->drawing;
	struct ig_desk_paper p;
	struct ig_why why = {""};
	ig_arena_reset(c->arena);
	struct ig_buf packet = IG_BUF_INIT(96u << 20);
	int electronic = ig_desk_edxml(c->desk, g->dispatch, g->pages, g->got.data, g->got.len, c->arena, &packet, &why);
	if (electronic == -2 || (electronic == 1 && ig_deliver_edxml(c->role->conf->edxml_outgoing, g->dispatch, packet.data, packet.len, &why)))
		g->error = ig_xstrdup(why.text);
	ig_buf_free(&packet);
	if (electronic)
		return electronic == -1 ? -1 : 0;
	int paper = ig_desk_paper(c->desk, g->dispatch, g->pages, c->arena, &p);
	if (paper > 0 && ig_deliver_paper(c->role->conf->letter_outgoing, p.name, p.facts, g->got.data, g->got.len, &why))
		g->error = ig_xstrdup(why.text);
	return paper;
}

int ig_clerk_scribe_prepare(struct ig_clerk *c)
{
	struct ig_clerk_drawing *g = c->drawing;
	g->in_commit = false;
	if (!g->done)
		return 0;
	if (!g->report && !g->error && put_on_paper(c) < 0)
		return -1;
	int rc = g->report ? ig_desk_fax_reported(c->desk, g->report, g->got.data, g->got.len, g->error) :
		ig_desk_drawn(c->desk, g->dispatch, g->kind, g->pages, g->got.data, g->got.len, g->error);
	if (rc < 0) {
		ig_log(IG_LOG_ERR, "pages of dispatch %lld: %s", (long long)g->dispatch, ig_store_why(c->store));
		return -1;
	}
	g->in_commit = true;
	return 0;
}

void ig_clerk_scribe_committed(struct ig_clerk *c)
{
	if (c->drawing->in_commit)
		forget(c->drawing);
	look(c);
}

bool ig_clerk_scribe_quiet(struct ig_clerk *c)
{
	return !c->drawing->dispatch;
}

void ig_clerk_scribe_rest(struct ig_clerk *c)
{
	struct ig_clerk_drawing *g = c->drawing;
	if (g->dispatch)
		return;
	g->scribe.link = ig_link_free(g->scribe.link);
	g->sealer.link = ig_link_free(g->sealer.link);
}
