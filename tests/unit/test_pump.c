/* The pump over a real log and a real store: log order over several readers, readers that die or lie, a store that fails.
 * The readers are children of this test that answer each message with a small report. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers" /* a case says only what matters to it */
#include "config.h"
#include "check.h"
#include "instance.h"
#include <event2/event.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/fs.h"
#include "base/link.h"
#include "desk/desk.h"
#include "model/notes.h"

#define T0 (INT64_C(1780000000) * IG_SECOND)

struct kit {
	char dir[64], log_dir[96];
	struct ig_conf *conf;
	struct ig_store *store;
	struct ig_desk *desk;
	struct ig_evidence *writer;
	struct ig_evidence_reader *log;
	struct event_base *base;
	struct ig_pump *pump;
	struct ig_arena *a;
	int commits, readers, ended, alarms, idles;
	uint64_t suspect, head;
};

/* ---- the reader child: "die" ends it, "lie" answers for another frame, "junk" sends no report, anything else is a subject. */
static void child(int sock)
{
	struct ig_buf body = IG_BUF_INIT(IG_LINK_MAX);
	uint16_t kind;
	int fd;
	while (ig_link_read(sock, &kind, &body, &fd, -1) == 1) {
		struct ig_arena *a = ig_arena_new(0);
		struct ig_note_read n;
		struct ig_buf text = IG_BUF_INIT(4096), packed = IG_BUF_INIT(1 << 20);
		if (kind != IG_NOTE_READ || ig_note_read_unpack(&n, body.data, body.len, a) || ig_fs_read_fd(fd, &text))
			_exit(1);
		close(fd);
		if (!strncmp(text.data, "die", 3))
			_exit(1);
		const char *none[] = {NULL};
		struct ig_address from = {NULL, "an@so.example.vn"};
		struct ig_report r = {.class = IG_CLASS_LIST, .message_id = text.data, .from = &from, .subject = text.data, .text = text.data, .reply_text = text.data,
			.in_reply_to = none, .references = none, .problems = none, .delivered_to = none, .date = IG_NEVER};
		ig_sha256_of(text.data, text.len, r.identity);
		ig_report_pack(&r, &packed);
		struct ig_note_report out = {.seq = strncmp(text.data, "lie", 3) ? n.seq : n.seq + 7, .report = {packed.data, packed.len}};
		if (!strncmp(text.data, "junk", 4))
			out.report = (struct ig_note_blob){"junk", 4};
		if (ig_note_report_write(sock, &out, -1))
			_exit(1);
		ig_buf_free(&text);
		ig_buf_free(&packed);
		ig_arena_free(a);
	}
	_exit(0);
}

static void want_reader(void *arg)
{
	struct kit *k = arg;
	int pair[2];
	assert_int_equal(ig_link_pair(pair), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		close(pair[0]);
		signal(SIGPIPE, SIG_IGN);
		/* The pump's ends of other readers' sockets must not stay open here, or nobody would see their end. */
		for (int fd = 3; fd < 256; fd++)
			if (fd != pair[1])
				close(fd);
		child(pair[1]);
	}
	close(pair[1]);
	k->readers++;
	ig_pump_reader(k->pump, pair[0], (uint64_t)pid);
}
static void end_reader(void *arg, uint64_t id)
{
	struct kit *k = arg;
	assert_true(id > 1);
	kill((pid_t)id, SIGKILL);
	k->ended++;
}
static void committed(void *arg)
{
	struct kit *k = arg;
	k->commits++;
}
static void idle(void *arg)
{
	struct kit *k = arg;
	uint64_t cursor = 0;
	ig_store_cursor(k->store, &cursor);
	k->idles++;
	if (cursor == k->head)
		event_base_loopbreak(k->base);
}
static void alarm_raised(void *arg, const char *code, const char *text)
{
	(void)code, (void)text;
	struct kit *k = arg;
	k->alarms++;
}
static bool is_suspect(void *arg, uint64_t seq)
{
	struct kit *k = arg;
	return seq == k->suspect;
}

static int setup(void **state)
{
	struct kit *k = calloc(1, sizeof(*k));
	struct ig_why why = {""};
	k->conf = instance_make("pump", k->dir, sizeof(k->dir));
	snprintf(k->log_dir, sizeof(k->log_dir), "%s/evidence", k->conf->var);
	ig_fs_mkdirs(k->log_dir, 0700);
	k->store = ig_store_open(k->conf->var, IG_STORE_WRITE, &why);
	k->desk = k->store ? ig_desk_new(k->store, k->conf, &why) : NULL;
	struct ig_evidence_limits limits = {.segment_max = 1 << 20, .min_free = 0};
	struct ig_buf damage = IG_BUF_INIT(1000);
	k->writer = ig_evidence_open(k->log_dir, &limits, &damage, &why);
	k->log = k->writer ? ig_evidence_read_open(k->log_dir, &why) : NULL;
	if (!k->desk || !k->log)
		fail_msg("%s", why.text);
	k->a = ig_arena_new(0);
	k->base = event_base_new();
	*state = k;
	return 0;
}

static void start(struct kit *k)
{
	struct ig_pump_hooks h = {.arg = k, .want_reader = want_reader, .end_reader = end_reader, .committed = committed, .idle = idle, .alarm = alarm_raised, .suspect = is_suspect};
	k->pump = ig_pump_new(k->base, k->desk, k->log, &h);
	assert_non_null(k->pump);
}

static int teardown(void **state)
{
	struct kit *k = *state;
	ig_pump_free(k->pump);
	ig_desk_free(k->desk);
	ig_store_free(k->store);
	ig_evidence_read_free(k->log);
	ig_evidence_free(k->writer);
	ig_conf_free(k->conf);
	ig_arena_free(k->a);
	event_base_free(k->base);
	instance_remove(k->dir);
	while (waitpid(-1, NULL, 0) > 0)
		;
	free(k);
	return 0;
}

static void append(struct kit *k, const char *text)
{
	struct ig_envelope e = {.channel = IG_CHANNEL_MAIL, .source = "incoming", .source_file = text};
	struct ig_buf line = IG_BUF_INIT(4096);
	struct ig_why why = {""};
	ig_envelope_print(&e, &line);
	if (ig_evidence_append(k->writer, T0, line.data, text, -1, strlen(text), &k->head, &why))
		fail_msg("%s", why.text);
	ig_buf_free(&line);
}

static void run(struct kit *k)
{
	struct ig_why why = {""};
	struct timeval patience = {20, 0};
	uint64_t cursor = 0;
	assert_int_equal(ig_evidence_sync(k->writer, &why), 0);
	ig_pump_head(k->pump, k->head);
	event_base_loopexit(k->base, &patience);
	event_base_dispatch(k->base);
	assert_int_equal(ig_store_cursor(k->store, &cursor), 0);
	assert_int_equal(cursor, k->head);
	assert_true(ig_pump_idle(k->pump));
}

struct seen {
	uint64_t frame;
	int count, fallback;
	char names[32][32];
};
static int look(const struct ig_message *m, void *arg)
{
	struct seen *s = arg;
	assert_true((uint64_t)m->frame > s->frame); /* ids follow the log */
	s->frame = (uint64_t)m->frame;
	if (m->fallback && s->fallback < 32)
		snprintf(s->names[s->fallback++], sizeof(s->names[0]), "%s", m->source_file);
	s->count++;
	return 0;
}
static struct seen list(struct kit *k)
{
	struct seen s = {0};
	assert_true(ig_store_message_list(k->store, NULL, look, &s) >= 0);
	return s;
}

static void many_frames_in_log_order_and_few_commits(void **state)
{
	struct kit *k = *state;
	char text[32];
	for (int i = 0; i < 500; i++) {
		snprintf(text, sizeof(text), "message %d", i);
		append(k, text);
	}
	start(k);
	run(k);
	struct seen s = list(k);
	assert_int_equal(s.count, 500);
	assert_int_equal(s.fallback, 0);
	assert_true(k->commits < 250);
	assert_int_equal(k->alarms, 0);
	append(k, "one more");
	run(k);
	assert_int_equal(list(k).count, 501);
}

static void a_bad_reader_costs_one_message(void **state)
{
	struct kit *k = *state;
	static const char *const texts[] = {"a", "die", "b", "c", "lie", "d", "junk", "e", "die again", "f", "g", "suspect", "h"};
	for (size_t i = 0; i < IG_COUNT(texts); i++) {
		append(k, texts[i]);
		if (!strcmp(texts[i], "suspect"))
			k->suspect = k->head;
	}
	start(k);
	run(k);
	struct seen s = list(k);
	assert_int_equal(s.count, IG_COUNT(texts));
	assert_int_equal(s.fallback, 5);
	assert_int_equal(k->ended, 4); /* whatever the process does now, it may not keep a place */
	assert_string_equal(s.names[0], "die");
	assert_string_equal(s.names[1], "lie");
	assert_string_equal(s.names[2], "junk");
	assert_string_equal(s.names[3], "die again");
	assert_string_equal(s.names[4], "suspect");
}

static void it_goes_on_where_it_was(void **state)
{
	struct kit *k = *state;
	append(k, "a");
	append(k, "b");
	start(k);
	run(k);
	k->pump = ig_pump_free(k->pump);
	append(k, "a"); /* seen before: a copy */
	append(k, "c");
	start(k);
	run(k);
	assert_int_equal(list(k).count, 3);
}

static void damaged_bytes_get_a_record_and_an_alarm(void **state)
{
	struct kit *k = *state;
	struct ig_evidence_frame f;
	struct ig_why why = {""};
	char path[160];
	append(k, "a");
	append(k, "to be damaged");
	append(k, "b");
	assert_int_equal(ig_evidence_sync(k->writer, &why), 0);
	assert_int_equal(ig_evidence_read_frame(k->log, 2, k->a, &f, &why), 1);
	snprintf(path, sizeof(path), "%s/%08u.log", k->log_dir, f.segment);
	FILE *file = fopen(path, "r+");
	assert_non_null(file);
	assert_int_equal(fseek(file, (long)f.payload_offset, SEEK_SET), 0);
	fputc('X', file);
	fclose(file);
	start(k);
	run(k);
	struct seen s = list(k);
	assert_int_equal(s.count, 3);
	assert_int_equal(s.fallback, 1);
	assert_string_equal(s.names[0], "to be damaged");
	assert_int_equal(k->alarms, 1);
}

static void alarm_of_a_failing_store(void *arg, const char *code, const char *text)
{
	struct kit *k = arg;
	assert_string_equal(code, "store");
	assert_non_null(text);
	k->alarms++;
	event_base_loopbreak(k->base);
}

static int refuse_once(void *arg)
{
	struct kit *k = arg;
	return k->alarms ? 0 : -1;
}

static void a_failed_commit_is_repeated_whole(void **state)
{
	struct kit *k = *state;
	struct ig_pump_hooks h = {.arg = k, .want_reader = want_reader, .end_reader = end_reader, .committed = committed, .before_commit = refuse_once, .idle = idle,
		.alarm = alarm_of_a_failing_store, .suspect = is_suspect};
	struct ig_why why = {""};
	uint64_t cursor = 9;
	for (int i = 0; i < 5; i++) {
		char text[16];
		snprintf(text, sizeof(text), "m%d", i);
		append(k, text);
	}
	k->pump = ig_pump_new(k->base, k->desk, k->log, &h);
	assert_int_equal(ig_evidence_sync(k->writer, &why), 0);
	ig_pump_head(k->pump, k->head);
	event_base_dispatch(k->base);
	assert_int_equal(k->alarms, 1);
	assert_int_equal(ig_store_cursor(k->store, &cursor), 0);
	assert_int_equal(cursor, 0);
	assert_int_equal(list(k).count, 0);
	run(k);
	assert_int_equal(list(k).count, 5);
	assert_int_equal(list(k).fallback, 0);
}

#define STORY(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void)
{
	setenv("IRGATE_DATADIR", SRCDIR, 1);
	signal(SIGPIPE, SIG_IGN);
	const struct CMUnitTest tests[] = {STORY(many_frames_in_log_order_and_few_commits), STORY(a_bad_reader_costs_one_message), STORY(it_goes_on_where_it_was),
		STORY(damaged_bytes_get_a_record_and_an_alarm), STORY(a_failed_commit_is_repeated_whole)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
