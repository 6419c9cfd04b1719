/* Questions of the clerk's own to a worker, beside slow reading: one request, one reply, at most one at a time with each worker. Relies on
 * pump_work.c for the workers. Nothing of it is kept over a restart. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "base/fs.h"
#include "desk/pump.h"
#include "model/crypt.h"
#include "model/notes.h"

static void end(struct ig_pump_call *x, const void *reply, size_t len, const char *problem)
{
	ig_pump_called_h *done = x->done;
	void *arg = x->arg;
	if (x->fd >= 0)
		close(x->fd);
	free(x);
	done(arg, reply, len, problem);
}

void ig_pump_call(struct ig_pump *p, const char *kind, const void *bytes, size_t len, ig_pump_called_h *done, void *arg)
{
	struct ig_pump_call *x = ig_xmalloc(sizeof(*x)), **last = &p->calls;
	*x = (struct ig_pump_call){.kind = kind, .fd = ig_fs_memfd("call", bytes, len), .size = len, .reply = -1, .done = done, .arg = arg};
	if (!p->hooks.want_worker || !ig_desk_has_worker(p->desk, kind)) {
		end(x, NULL, 0, IG_DESK_NO_WORKER);
	} else if (x->fd < 0) {
		end(x, NULL, 0, strerror(errno));
	} else {
		while (*last)
			last = &(*last)->next;
		*last = x;
		ig_pump_wake(p);
	}
}

/* Hands out what waits, as far as workers are idle. */
void ig_pump_calls(struct ig_pump *p)
{
	for (struct ig_pump_call *x = p->calls; x; x = p->calls) {
		size_t have;
		struct ig_pump_worker *w = ig_pump_idle_worker(p, x->kind, &have);
		if (!w) {
			ig_pump_want_worker(p, x->kind, have);
			return;
		}
		struct ig_note_work n = {.seq = 0, .part = "", .type = IG_CRYPT_CALL_TYPE, .size = x->size};
		int64_t ms = p->desk->conf->keys_time * 2;
		struct timeval wait = {ms / 1000, ms % 1000 * 1000};
		int fd = x->fd;
		x->fd = -1;
		p->calls = x->next;
		w->call = x;
		evtimer_add(w->timeout, &wait);
		if (ig_note_work_send(w->link, &n, fd))
			ig_pump_drop_worker(w, "it cannot be handed to a worker");
	}
}

static void answered(struct ig_pump_worker *w)
{
	struct ig_pump_call *x = w->call;
	void *p = x->reply >= 0 && x->reply_size ? mmap(NULL, (size_t)x->reply_size, PROT_READ, MAP_PRIVATE, x->reply, 0) : MAP_FAILED;
	size_t len = (size_t)x->reply_size;
	int fd = x->reply;
	w->call = NULL;
	evtimer_del(w->timeout);
	end(x, p == MAP_FAILED ? NULL : p, len, p == MAP_FAILED ? "the worker gave no answer" : NULL);
	if (p != MAP_FAILED)
		munmap(p, len);
	if (fd >= 0)
		close(fd);
}

int ig_pump_call_note(struct ig_pump_worker *w, uint16_t kind, const void *body, size_t len, int fd)
{
	struct ig_arena *a = ig_arena_new(0);
	struct ig_note_child child;
	struct ig_note_did did;
	int bad = -1;
	if (kind == IG_NOTE_CHILD && fd >= 0 && w->call->reply < 0 && !ig_note_child_unpack(&child, body, len, a) && !child.seq) {
		w->call->reply = fd;
		w->call->reply_size = child.size;
		fd = -1;
		bad = 0;
	} else if (kind == IG_NOTE_DID && fd < 0 && !ig_note_did_unpack(&did, body, len, a) && !did.seq) {
		answered(w);
		ig_pump_wake(w->pump);
		bad = 0;
	}
	if (fd >= 0)
		close(fd);
	ig_arena_free(a);
	return bad;
}

void ig_pump_call_lost(struct ig_pump_worker *w, const char *problem)
{
	struct ig_pump_call *x = w->call;
	w->call = NULL;
	if (x->reply >= 0)
		close(x->reply);
	end(x, NULL, 0, problem);
}

void ig_pump_calls_free(struct ig_pump *p)
{
	while (p->calls) {
		struct ig_pump_call *x = p->calls;
		p->calls = x->next;
		if (x->fd >= 0)
			close(x->fd);
		free(x);
	}
}
