/* Slow reading in the pump: open tasks of the store become jobs, their parts go to workers, and what was found is read together with the
 * message and committed as an amendment. Relies on the notes PART, WORK, CHILD, DID and on the reader for every look into bytes. A
 * worker's word is not trusted: it is only carried to a reader. A worker that crashes or hangs costs the part it had. */
#include <string.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/log.h"
#include "desk/pump.h"
#include "model/notes.h"

enum { SCAN_GRACE_MS = 5000 }; /* it says itself that it had to wait too long */

_Static_assert(IG_CHILDREN_MAX == IG_COUNT(((struct ig_job *)0)->children), "a reader takes as many as a job keeps");

static void moved(struct ig_pump *p)
{
	if (p->hooks.moved)
		p->hooks.moved(p->hooks.arg);
	ig_pump_wake(p);
}

static void drop_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* ---- jobs */

static void end_job(struct ig_pump *p, struct ig_job **j)
{
	for (size_t i = 0; i < (*j)->part_count; i++)
		drop_fd(&(*j)->parts[i].fd);
	for (size_t i = 0; i < (*j)->child_count; i++)
		drop_fd(&(*j)->children[i].fd);
	ig_arena_free((*j)->arena);
	free(*j);
	*j = NULL;
	p->tasks_changed = true;
}

static bool under_way(const struct ig_pump *p, int64_t message)
{
	for (size_t i = 0; i < IG_PUMP_SCAN; i++)
		if (p->jobs[i] && p->jobs[i]->message == message)
			return true;
	return false;
}

static struct ig_job *begin_job(struct ig_pump *p, int64_t message, bool scan)
{
	struct ig_job *j = ig_xmalloc(sizeof(*j));
	struct ig_message m;
	struct ig_why why = {"its row is gone"};
	j->arena = ig_arena_new(0);
	j->message = message;
	j->scan = scan;
	j->state = IG_JOB_TO_READ;
	int found = ig_store_message_get(p->desk->store, message, j->arena, &m);
	if (found == 1)
		found = ig_evidence_read_frame(p->log, (uint64_t)m.frame, j->arena, &j->frame, &why);
	if (found == 1 && ig_desk_pieces(p->desk, message, j->arena, &j->pieces, &j->piece_count))
		found = ig_why(&why, "%s", ig_store_why(p->desk->store));
	if (found != 1 || j->frame.redacted) {
		j->problem = ig_arena_fmt(j->arena, "the message cannot be read again: %s", found == 1 ? "it was redacted" : why.text);
		j->state = IG_JOB_DONE;
	}
	return j;
}

static void begin_jobs(struct ig_pump *p, const struct ig_task *list, size_t count)
{
	for (size_t i = 0, k = 0; i < count && k < IG_PUMP_JOBS; i++) {
		if (under_way(p, list[i].message) || !ig_desk_has_worker(p->desk, list[i].need))
			continue;
		while (k < IG_PUMP_JOBS && p->jobs[k])
			k++;
		if (k < IG_PUMP_JOBS)
			p->jobs[k] = begin_job(p, list[i].message, false);
	}
}

/* Open tasks, those first that are given up first; then those that were given up while they waited for a worker. */
static void look(struct ig_pump *p)
{
	struct ig_arena *a = ig_arena_new(0);
	struct ig_task *list = NULL;
	size_t count = 0;
	p->tasks_changed = false;
	if (!ig_store_tasks(p->desk->store, IG_PUMP_JOBS * IG_JOB_PARTS, a, &list, &count))
		begin_jobs(p, list, count);
	if (!ig_store_tasks_late(p->desk->store, IG_PUMP_JOBS * IG_JOB_PARTS, a, &list, &count))
		begin_jobs(p, list, count);
	if (!p->jobs[IG_PUMP_SCAN] && ig_desk_has_worker(p->desk, IG_SCAN_KIND) && !ig_store_scans(p->desk->store, 1, a, &list, &count) && count)
		p->jobs[IG_PUMP_SCAN] = begin_job(p, list[0].message, true);
	ig_arena_free(a);
}

static bool all_done(const struct ig_job *j)
{
	for (size_t i = 0; i < j->part_count; i++)
		if (j->parts[i].state != IG_PART_DONE)
			return false;
	return true;
}

/* In a transaction of its own. False: the store failed, later again. */
static bool commit_job(struct ig_pump *p, struct ig_job *j)
{
	struct ig_desk_result results[IG_JOB_PARTS];
	struct ig_why why = {""};
	size_t n = 0;
	for (size_t i = 0; i < j->part_count; i++)
		results[n++] = (struct ig_desk_result){.kind = j->parts[i].kind, .part = j->parts[i].part,
			.words = j->report || !j->problem ? j->parts[i].result : j->problem, .nothing = j->parts[i].nothing};
	if (!n && j->problem) /* not even its parts are known */
		ig_log(IG_LOG_WARNING, "message %lld: %s", (long long)j->message, j->problem);
	if (ig_pump_commit(p))
		return false;
	int code = j->scan ? ig_desk_scanned(p->desk, j->message, results, n, j->problem ? j->problem : "it is not handed over by the reader", &why) :
		ig_desk_amend_message(p->desk, j->message, j->report, results, n, j->problem ? j->problem : "it was not read", &why);
	if (code == IG_EX_TEMPFAIL) {
		ig_pump_alarm(p, "store", why.text);
		return false;
	}
	ig_pump_poke(p);
	return true;
}

/* ---- a reader's answers */

static int add_part(struct ig_pump *p, struct ig_job *j, const void *body, size_t len, int fd)
{
	struct ig_note_part n;
	if (fd < 0 || ig_note_part_unpack(&n, body, len, j->arena) || n.seq != j->frame.seq || !n.kind || !n.part) {
		drop_fd(&fd);
		return -1;
	}
	if (j->part_count == IG_JOB_PARTS || !strcmp(n.kind, IG_SCAN_KIND) != j->scan) { /* of the other kind of job */
		drop_fd(&fd);
		return 0;
	}
	struct ig_job_part *part = &j->parts[j->part_count++];
	*part = (struct ig_job_part){.kind = n.kind, .part = n.part, .name = n.name, .type = n.type, .words = n.words, .fd = fd, .size = n.size};
	if (!ig_desk_has_worker(p->desk, n.kind)) { /* of a message that is read anew as a whole */
		part->state = IG_PART_DONE, part->result = IG_DESK_NO_WORKER, part->nothing = true;
		drop_fd(&part->fd);
	}
	return 0;
}

static int add_report(struct ig_job *j, const void *body, size_t len)
{
	struct ig_note_report n;
	struct ig_why why = {""};
	struct ig_report *r = IG_NEW(j->arena, struct ig_report);
	if (ig_note_report_unpack(&n, body, len, j->arena) || n.seq != j->frame.seq)
		return -1;
	if (ig_report_unpack(n.report.p, n.report.len, j->arena, r, &why)) {
		ig_log(IG_LOG_WARNING, "message %lld: bad report: %s", (long long)j->message, why.text);
		return -1;
	}
	j->report = r;
	return 0;
}

int ig_job_note(struct ig_pump_reader *r, uint16_t kind, const void *body, size_t len, int fd)
{
	struct ig_job *j = r->job;
	if (kind == IG_NOTE_PART)
		return add_part(r->pump, j, body, len, fd);
	if (fd >= 0)
		close(fd);
	if (kind == IG_NOTE_NEED) /* past the last round: not asked again */
		return 0;
	if (fd >= 0 || kind != IG_NOTE_REPORT || add_report(j, body, len))
		return -1;
	ig_pump_rules_off(r->pump, j->report);
	r->job = NULL;
	j->state = all_done(j) ? IG_JOB_DONE : IG_JOB_WORKING;
	moved(r->pump);
	return 0;
}

void ig_job_reader_gone(struct ig_pump_reader *r, const char *problem)
{
	struct ig_job *j = r->job;
	j->problem = problem;
	j->report = NULL;
	j->state = IG_JOB_DONE;
	r->job = NULL;
	ig_log(IG_LOG_WARNING, "message %lld, slow reading: %s", (long long)j->message, problem);
	moved(r->pump);
}

/* ---- workers */

static void add_child(struct ig_job *j, const char *part, const char *name, const char *type, int fd, uint64_t size)
{
	if (j->child_count == IG_CHILDREN_MAX) {
		drop_fd(&fd);
		return;
	}
	j->children[j->child_count++] = (struct ig_job_child){.part = part, .name = name, .type = type, .fd = fd, .size = size};
}

static void part_ended(struct ig_pump *p, struct ig_job *j, struct ig_job_part *part, const char *result, bool nothing)
{
	part->state = IG_PART_DONE;
	part->result = ig_arena_strdup(j->arena, result);
	part->nothing = nothing;
	drop_fd(&part->fd);
	if ((nothing || !part->found) && !j->scan)
		add_child(j, part->part, part->result, IG_CHILD_NONE, -1, 0);
	if (all_done(j)) {
		j->rounds++;
		j->state = j->scan ? IG_JOB_DONE : IG_JOB_TO_READ;
	}
	moved(p);
}

static void part_done(struct ig_pump_worker *w, const char *result, bool nothing)
{
	struct ig_job *j = w->job;
	struct ig_job_part *part = w->part;
	w->job = NULL;
	w->part = NULL;
	evtimer_del(w->timeout);
	part_ended(w->pump, j, part, result, nothing);
}

void ig_pump_drop_worker(struct ig_pump_worker *w, const char *problem)
{
	struct ig_pump *p = w->pump;
	if (w->call)
		ig_pump_call_lost(w, problem);
	if (w->job) {
		ig_log(IG_LOG_WARNING, "message %lld, part %s: %s", (long long)w->job->message, w->part->part, problem);
		part_done(w, problem, true);
	}
	for (size_t i = 0; i < IG_PUMP_WORKERS; i++)
		if (p->workers[i] == w)
			p->workers[i] = NULL;
	ig_link_free(w->link);
	event_free(w->timeout);
	free(w);
	ig_pump_wake(p);
}

static void end(struct ig_pump_worker *w)
{
	if (w->pump->hooks.end_reader)
		w->pump->hooks.end_reader(w->pump->hooks.arg, w->id);
}

static void closed(struct ig_link *l, void *arg)
{
	(void)l;
	end(arg);
	ig_pump_drop_worker(arg, "the worker ended while reading it");
}

static void timed_out(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what;
	end(arg);
	ig_pump_drop_worker(arg, "reading it took too long");
}

static int take_child(struct ig_pump_worker *w, const void *body, size_t len, int fd)
{
	struct ig_note_child n;
	if (!w->job || fd < 0 || ig_note_child_unpack(&n, body, len, w->job->arena) || n.seq != w->job->frame.seq || !n.type || !*n.type) {
		drop_fd(&fd);
		return -1;
	}
	w->part->found++;
	add_child(w->job, w->part->part, n.name, n.type, fd, n.size);
	return 0;
}

static int handle(struct ig_link *l, uint16_t kind, const void *body, size_t len, int fd, void *arg)
{
	(void)l;
	struct ig_pump_worker *w = arg;
	struct ig_note_did did;
	if (w->call)
		return ig_pump_call_note(w, kind, body, len, fd);
	if (kind == IG_NOTE_CHILD)
		return take_child(w, body, len, fd);
	if (fd >= 0)
		close(fd);
	if (fd >= 0 || kind != IG_NOTE_DID || !w->job || ig_note_did_unpack(&did, body, len, w->job->arena) || did.seq != w->job->frame.seq || !did.result)
		return -1;
	part_done(w, did.result, !strncmp(did.result, IG_DID_LOCKED, strlen(IG_DID_LOCKED)));
	return 0;
}

void ig_pump_worker(struct ig_pump *p, const char *kind, int sock, uint64_t id)
{
	size_t i = 0, k = 0;
	while (k < IG_COUNT(p->wants) && (!p->wants[k].kind || strcmp(p->wants[k].kind, kind)))
		k++;
	while (i < IG_PUMP_WORKERS && p->workers[i])
		i++;
	if (i == IG_PUMP_WORKERS || k == IG_COUNT(p->wants)) {
		close(sock);
		return;
	}
	if (p->wants[k].wanted)
		p->wants[k].wanted--;
	struct ig_pump_worker *w = ig_xmalloc(sizeof(*w));
	w->pump = p;
	w->kind = p->wants[k].kind;
	w->id = id;
	w->timeout = evtimer_new(p->base, timed_out, w);
	w->link = ig_link_new(p->base, sock, w->kind, handle, closed, w);
	p->workers[i] = w;
	ig_pump_wake(p);
}

struct ig_pump_worker *ig_pump_idle_worker(struct ig_pump *p, const char *kind, size_t *have_r)
{
	struct ig_pump_worker *idle = NULL;
	*have_r = 0;
	for (size_t i = 0; i < IG_PUMP_WORKERS; i++) {
		if (!p->workers[i] || strcmp(p->workers[i]->kind, kind))
			continue;
		++*have_r;
		idle = p->workers[i]->job || p->workers[i]->call ? idle : p->workers[i];
	}
	return idle;
}

void ig_pump_want_worker(struct ig_pump *p, const char *kind, size_t have)
{
	size_t k = 0, most = !strcmp(kind, "pages") ? (size_t)p->desk->conf->pages_workers : 1;
	while (k < IG_COUNT(p->wants) && p->wants[k].kind && strcmp(p->wants[k].kind, kind))
		k++;
	if (k == IG_COUNT(p->wants) || !p->hooks.want_worker)
		return;
	p->wants[k].kind = !strcmp(kind, "pages") ? "pages" : !strcmp(kind, IG_SCAN_KIND) ? IG_SCAN_KIND : "keys";
	if (p->wants[k].wanted && ig_mono_us() > p->wants[k].at + IG_PUMP_WANTS * IG_SECOND)
		p->wants[k].wanted = 0; /* those never came */
	if (have + p->wants[k].wanted >= most)
		return;
	p->wants[k].wanted++;
	p->wants[k].at = ig_mono_us();
	p->hooks.want_worker(p->hooks.arg, p->wants[k].kind);
}

static void give(struct ig_pump *p, struct ig_job *j, struct ig_job_part *part)
{
	struct ig_why why = {""};
	size_t have;
	struct ig_pump_worker *w = ig_pump_idle_worker(p, part->kind, &have);
	if (!w) {
		ig_pump_want_worker(p, part->kind, have);
		return;
	}
	if (j->piece_count && !part->letter && !strcmp(part->kind, "pages") && ig_pump_gather(p, j, part, &why)) {
		part_ended(p, j, part, why.text, true);
		return;
	}
	struct ig_note_work n = {.seq = j->frame.seq, .part = part->part, .name = part->name, .type = part->type, .words = part->words, .size = part->size, .letter = part->letter};
	int64_t ms = j->scan ? p->desk->conf->clamd_time + SCAN_GRACE_MS : p->desk->conf->pages_time;
	struct timeval wait = {ms / 1000, ms % 1000 * 1000};
	int fd = part->fd;
	part->fd = -1;
	w->job = j;
	w->part = part;
	part->state = IG_PART_WORKING;
	evtimer_add(w->timeout, &wait);
	if (ig_note_work_send(w->link, &n, fd)) {
		end(w);
		ig_pump_drop_worker(w, "it cannot be handed to a worker");
	}
}

static void go_on(struct ig_pump *p, struct ig_job **j)
{
	static const struct timeval again = {2, 0};
	switch ((*j)->state) {
	case IG_JOB_FREE:
	case IG_JOB_READING:
		break;
	case IG_JOB_TO_READ:
		if (!ig_pump_reader_job(p, *j) && !evtimer_pending(p->work_again, NULL))
			evtimer_add(p->work_again, &again);
		break;
	case IG_JOB_WORKING:
		for (size_t i = 0; i < (*j)->part_count; i++)
			if ((*j)->parts[i].state == IG_PART_WAITING)
				give(p, *j, &(*j)->parts[i]);
		if (!evtimer_pending(p->work_again, NULL))
			evtimer_add(p->work_again, &again);
		break;
	case IG_JOB_DONE:
		if (commit_job(p, *j))
			end_job(p, j);
		else if (!evtimer_pending(p->work_again, NULL))
			evtimer_add(p->work_again, &again);
		break;
	}
}

void ig_pump_work(struct ig_pump *p)
{
	if (!p->hooks.want_worker || p->failing)
		return;
	ig_pump_calls(p);
	if (p->tasks_changed)
		look(p);
	for (size_t i = 0; i < IG_COUNT(p->jobs) && !p->failing; i++)
		if (p->jobs[i])
			go_on(p, &p->jobs[i]);
	if (p->tasks_changed)
		ig_pump_wake(p);
}

bool ig_pump_working(const struct ig_pump *p)
{
	for (size_t i = 0; i < IG_COUNT(p->jobs); i++)
		if (p->jobs[i])
			return true;
	return false;
}

void ig_pump_work_rest(struct ig_pump *p)
{
	for (size_t i = 0; i < IG_PUMP_WORKERS; i++)
		if (p->workers[i] && !p->workers[i]->job && !p->workers[i]->call)
			ig_pump_drop_worker(p->workers[i], "");
}

void ig_pump_work_free(struct ig_pump *p)
{
	ig_pump_calls_free(p);
	for (size_t i = 0; i < IG_PUMP_WORKERS; i++)
		if (p->workers[i])
			ig_pump_drop_worker(p->workers[i], "the gateway stops");
	for (size_t i = 0; i < IG_PUMP_READERS; i++)
		if (p->readers[i])
			p->readers[i]->job = NULL;
	for (size_t i = 0; i < IG_COUNT(p->jobs); i++)
		if (p->jobs[i])
			end_job(p, &p->jobs[i]);
}
