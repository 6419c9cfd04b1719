/* irgate-reader: reads one message after the other for the clerk, confined. The process that is started (the nurse) loads the libraries and
 * opens the character sets once, then only starts the reader proper, a copy of itself, and another one when that has read its share: so a
 * reader that is replaced after every message still costs a fork and no more. The nurse never touches a byte of a message.
 * Relies on its parent for the socket (descriptor IG_ROLE_FD) and the limits (words of the command line, role.h), on parse for the reading.
 * Does not decide and keeps nothing: a message that kills it costs that message. The caller sees the end of the socket and asks for another. */
#include "config.h"
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>
#include "base/link.h"
#include "base/log.h"
#include "base/opt.h"
#include "base/sandbox.h"
#include "model/notes.h"
#include "filter/filter.h"
#include "model/secrecy.h"
#include "parse/fax.h"
#include "parse/parse.h"
#include "role/nurse.h"

#define READER_FD 3
#define SECOND_MS 1000
#define CHILDREN_MAX IG_CHILDREN_MAX

struct reader {
	struct ig_parse_limits limits;
	int64_t cpu_ms, max_messages;
	uint64_t memory;
	const char *user, *own_filters, *filters_dir;
	struct ig_filters *filters;
	bool clamd;   /* files are shown to a scanner */
	bool explain; /* how filters went is said in problems */
	struct ig_arena *arena;
	struct ig_buf report;
	uint64_t seq;
	struct ig_parse_child children[CHILDREN_MAX]; /* of the message under way */
	size_t child_count;
	bool broken; /* the clerk does not hear any more */
};

/* "name=number" words; an unknown one is a fault of ours, said and ended. */
static void take_word(struct reader *r, const char *word)
{
	int64_t text_max = (int64_t)r->limits.text_max, header_max = (int64_t)r->limits.header_max, memory = (int64_t)r->memory;
	const struct {
		const char *name;
		int64_t *value;
	} words[] = {{"cpu_ms", &r->cpu_ms}, {"memory", &memory}, {"max_messages", &r->max_messages}, {"text_max", &text_max}, {"header_max", &header_max},
		{"parts_max", &r->limits.parts_max}, {"depth_max", &r->limits.depth_max}, {"headers_max", &r->limits.headers_max},
		{"references_max", &r->limits.references_max}, {"recipients_max", &r->limits.recipients_max},
		{"observables_max", &r->limits.observables_max}};
	if (!strncmp(word, "marks=", 6)) {
		r->limits.marks = word + 6;
		return;
	}
	if (!strncmp(word, "filters=", 8) || !strncmp(word, "own_filters=", 12)) {
		*(*word == 'f' ? &r->filters_dir : &r->own_filters) = strchr(word, '=') + 1;
		return;
	}
	if (!strcmp(word, "clamd=1")) {
		r->clamd = true;
		return;
	}
	if (!strcmp(word, "explain=1")) {
		r->explain = true;
		return;
	}
	if (!strncmp(word, "user=", 5)) {
		r->user = word + 5;
		return;
	}
	for (size_t i = 0; i < IG_COUNT(words); i++) {
		size_t n = strlen(words[i].name);
		if (strncmp(word, words[i].name, n) || word[n] != '=')
			continue;
		if (ig_whole_number(word + n + 1, words[i].value) < 0)
			break;
		r->limits.text_max = (uint64_t)text_max;
		r->limits.header_max = (uint64_t)header_max;
		r->memory = (uint64_t)memory;
		return;
	}
	ig_die(IG_EX_USAGE, "unknown limit: %s", word);
}

static void confine(const struct reader *r)
{
	static const struct ig_sandbox_path none[] = {{NULL, 0}};
	struct ig_why why;
	struct ig_sandbox s = {.role = "reader", .may = IG_MAY_PASSFD, .paths = none, .user = r->user, .memory_max = r->memory};
	if (ig_sandbox_apply(&s, &why) < 0)
		ig_die(IG_EX_CONFIG, "cannot confine itself: %s", why.text); /* not 70, which a message may cause: the parent waits before the next */
}

/* CPU time of one message; past it the signal ends the process, which is what the clerk counts on. */
static void arm(int64_t ms)
{
	struct itimerval t = {.it_value = {.tv_sec = ms / SECOND_MS, .tv_usec = (ms % SECOND_MS) * 1000}};
	setitimer(ITIMER_PROF, &t, NULL);
}

static void tell_need(void *arg, const struct ig_parse_need *n, int fd, uint64_t size)
{
	struct reader *r = arg;
	struct ig_note_need need = {.seq = r->seq, .kind = n->kind, .part = n->part};
	struct ig_note_part part = {.seq = r->seq, .kind = n->kind, .part = n->part, .name = n->name, .type = n->type, .words = n->words, .size = size};
	if (fd < 0 ? ig_note_need_write(READER_FD, &need, -1) : ig_note_part_write(READER_FD, &part, fd))
		r->broken = true;
	if (fd >= 0)
		close(fd);
}

static void filter(struct reader *r, struct ig_report *report)
{
	const char *words;
	if (!r->explain) {
		ig_filter_report(r->filters, report, r->arena);
		return;
	}
	ig_filter_explain(r->filters, report, r->arena, &words);
	const char **list = ig_arena_calloc(r->arena, 2, sizeof *list);
	list[0] = words;
	report->problems = list;
}

static void read_one(struct reader *r, const struct ig_note_read *note, int fd)
{
	struct ig_envelope e, *envelope = NULL;
	struct ig_parse_second second = {.children = r->children, .child_count = r->child_count, .bytes = note->parts & IG_READ_PARTS,
		.scan = r->clamd || note->parts & IG_READ_FILES, .scan_bytes = note->parts & IG_READ_FILES, .need = tell_need, .arg = r};
	arm(r->cpu_ms);
	r->seq = note->seq;
	if (note->envelope && !ig_envelope_parse(note->envelope, strlen(note->envelope), r->arena, &e, NULL))
		envelope = &e;
	struct ig_report *report = ig_parse_any(fd, note->size, envelope, &r->limits, &second, r->arena);
	ig_secrecy_fields(report, r->arena);
	ig_filters_off(r->filters, note->off);
	filter(r, report);
	ig_buf_reset(&r->report);
	ig_report_pack(report, &r->report);
	if (r->report.over) {
		/* The ceilings of parse keep a report below a frame; should they ever not, a person gets the head of it. */
		ig_buf_reset(&r->report);
		report = ig_report_fallback(r->arena, report->text, report->text ? strlen(report->text) : 0, "what was read is too large for one report");
		ig_report_pack(report, &r->report);
	}
	arm(0);
}

/* What came of a part of the message that follows. */
static bool take_child(struct reader *r, const struct ig_buf *body, int fd)
{
	struct ig_note_child n;
	if (r->child_count == CHILDREN_MAX || ig_note_child_unpack(&n, body->data, body->len, r->arena) || !n.part || !n.type)
		return false;
	r->children[r->child_count++] = (struct ig_parse_child){.part = n.part, .name = n.name, .type = n.type, .fd = fd, .size = n.size};
	return true;
}

/* false: the clerk is gone, or speaks nonsense. */
static bool serve(struct reader *r, struct ig_buf *body)
{
	struct ig_note_read note;
	uint16_t kind;
	int fd = -1, rc;
	r->child_count = 0;
	while ((rc = ig_link_read(READER_FD, &kind, body, &fd, -1)) == 1 && kind == IG_NOTE_CHILD)
		if (!take_child(r, body, fd))
			return false;
	if (rc <= 0)
		return false;
	bool good = kind == IG_NOTE_READ && fd >= 0 && !ig_note_read_unpack(&note, body->data, body->len, r->arena);
	if (good) {
		read_one(r, &note, fd);
		struct ig_note_report answer = {.seq = note.seq, .report = {.p = r->report.data, .len = r->report.len}};
		good = !r->broken && ig_note_report_write(READER_FD, &answer, -1) == 0;
	}
	if (fd >= 0)
		close(fd);
	for (size_t i = 0; i < r->child_count; i++)
		if (r->children[i].fd >= 0)
			close(r->children[i].fd);
	return good;
}

/* The reader itself: a fresh, confined process for the next messages. */
static void read_some(void *arg) __attribute__((noreturn));
static void read_some(void *arg)
{
	struct reader *r = arg;
	struct ig_buf body;
	int64_t n = 0;
	ig_buf_init(&r->report, IG_LINK_MAX - 64);
	ig_buf_init(&body, IG_LINK_MAX);
	r->arena = ig_arena_new((size_t)(r->memory - r->memory / 4));
	confine(r);
	for (; n < r->max_messages && serve(r, &body); n++)
		ig_arena_reset(r->arena);
	/* Nothing is freed: the process ends here. */
	_exit(n == r->max_messages ? IG_NURSE_DUE : 0);
}

/* A filter with a mistake is left out; the alarm is the parent's, who checks them at start. */
static void say_filter(const char *line, void *arg IG_UNUSED)
{
	ig_log(IG_LOG_WARNING, "filter left out: %s", line);
}

int main(int argc, char **argv)
{
	static const struct rlimit no_core = {0, 0};
	struct reader r = {.limits = ig_parse_defaults, .cpu_ms = 5000, .max_messages = 64, .memory = 256u << 20};
	struct ig_why why;
	ig_log_init("reader", IG_LOG_WARNING);
	for (int i = 1; i < argc; i++)
		take_word(&r, argv[i]);
	setrlimit(RLIMIT_CORE, &no_core);
	if (r.user && ig_sandbox_become(r.user, &why) < 0)
		ig_die(IG_EX_SOFTWARE, "%s", why.text);
	ig_parse_start();
	r.filters = ig_filters_load(r.own_filters, r.filters_dir, say_filter, NULL, NULL);
	int code = ig_nurse("reader", read_some, &r);
	ig_filters_free(r.filters);
	return code;
}
