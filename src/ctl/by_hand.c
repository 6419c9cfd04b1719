/* irgatectl phone log and letter log: a call, or a paper that was never scanned, becomes a full message: bytes in the evidence log, read and filed
 * like any other. What an officer typed goes through the same reader as what a stranger sent. */
#include "config.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/fs.h"
#include "base/utf8.h"
#include "compose/compose.h"
#include "ctl/room.h"
#include "desk/duty.h"
#include "model/envelope.h"
#include "model/nouns_json.h"

#define TEXT_MAX (1u << 20)
enum { WAIT_MS = 15000, LOOK_MS = 50 };

struct noted { /* what the officer says of it */
	enum ig_channel channel;
	const char *from, *number, *subject, *incident, *text, *day;
	ig_time at;
	bool is_signed;
};

/* One line of a header: no line ends, whatever was typed. */
static const char *line(struct ig_ctl *c, const char *text)
{
	char *copy = ig_arena_strdup(c->arena, ig_utf8_repair(c->arena, text, strlen(text)));
	for (char *p = copy; *p; p++)
		if ((unsigned char)*p < ' ') *p = ' ';
	return copy;
}

/* The number stands where a mail has its address: digits, + and punctuation only, so that it is one word. */
static const char *number_word(struct ig_ctl *c, const char *number)
{
	char *out = ig_arena_strdup(c->arena, number ? number : ""), *to = out;
	for (const char *p = out; *p; p++)
		if ((*p >= '0' && *p <= '9') || *p == '+' || *p == '.') *to++ = *p;
	*to = 0;
	return out;
}

static void bytes(struct ig_ctl *c, const struct noted *n, struct ig_buf *out)
{
	uint64_t random[2] = {0};
	char date[IG_TIME_MAX];
	const char *number = n->channel == IG_CHANNEL_PHONE ? number_word(c, n->number) : "";
	if (getrandom(random, sizeof(random), 0) != sizeof(random)) random[0] = (uint64_t)ig_mono_us();
	ig_buf_fmt(out, "Message-ID: <%s.%016llx%016llx@%s>\r\nDate: %s\r\n", ig_channel_word(n->channel), (unsigned long long)random[0], (unsigned long long)random[1],
		c->conf->message_domain, ig_time_rfc5322(n->at, date));
	struct ig_buf name = IG_BUF_INIT(4096);
	ig_mail_header_text(&name, "From", n->from ? line(c, n->from) : "Không rõ");
	ig_buf_cut(&name, name.len - 2);
	ig_buf_fmt(out, "%s%s%s%s\r\n", name.data, *number ? " <" : "", number, *number ? ">" : "");
	ig_buf_free(&name);
	ig_mail_header_text(out, "Subject", line(c, n->incident ? ig_arena_fmt(c->arena, "[%s] %s", n->incident, n->subject) : n->subject));
	ig_buf_str(out, "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n");
	if (n->channel == IG_CHANNEL_LETTER && n->number) ig_buf_fmt(out, "Số: %s\r\n", line(c, n->number));
	if (n->channel == IG_CHANNEL_LETTER && n->day) ig_buf_fmt(out, "Ngày: %s\r\n", line(c, n->day));
	if (n->channel == IG_CHANNEL_PHONE && n->number) ig_buf_fmt(out, "Số máy: %s\r\n", line(c, n->number));
	const char *text = ig_utf8_repair(c->arena, n->text, strlen(n->text));
	for (; *text; text++) {
		if (*text == '\n') ig_buf_str(out, "\r\n");
		else if (*text != '\r') ig_buf_char(out, *text);
	}
	ig_buf_str(out, "\r\n");
}

static void show(struct ig_ctl *c, const struct ig_message *m)
{
	const char *ref = ig_ctl_ref_of(c, m->incident);
	if (c->json) ig_ctl_json(c, ig_message_json(m, ref, NULL, NULL, 0));
	else ig_ctl_print(c, "message %lld  %s\n", (long long)m->id, ref ? ref : "(no incident)");
}

/* Behind the socket this runs in a child: waiting keeps nobody. */
int ig_ctl_message_frame(struct ig_ctl *c)
{
	struct ig_message m;
	int64_t seq;
	bool wait = ig_ctl_flag(c, "--wait");
	if (ig_ctl_words(c, 1, 1) || ig_ctl_number(c, c->argv[0], 1, INT64_MAX, &seq)) return IG_EX_USAGE;
	int64_t until = ig_mono_ms() + WAIT_MS;
	int found = ig_store_message_by_frame(c->store, seq, c->arena, &m);
	while (!found && wait && ig_mono_ms() < until) {
		usleep(LOOK_MS * 1000);
		found = ig_store_message_by_frame(c->store, seq, c->arena, &m);
	}
	if (found < 0) return ig_ctl_store_failed(c);
	if (!found) return ig_ctl_fail(c, IG_EX_DATA, "frame %s is no message, or not yet", c->argv[0]);
	show(c, &m);
	return IG_EX_OK;
}

static int over_socket(struct ig_ctl *c, char **words, int count)
{
	struct ig_ctl call = *c;
	call.argc = count;
	call.argv = words;
	return ig_ctl_over_socket(&call, false);
}

static int filed(struct ig_ctl *c, uint64_t seq, void *arg)
{
	const struct noted *n = arg;
	char *number = ig_arena_fmt(c->arena, "%llu", (unsigned long long)seq);
	char *frame[] = {(char *)"message", (char *)"frame", number, (char *)"--wait", NULL};
	if (!c->store) {
		int code = over_socket(c, frame, 4);
		char *original[] = {(char *)"incident", (char *)"original", (char *)(uintptr_t)n->incident, (char *)"--note", (char *)"letter log", NULL};
		return code || !n->is_signed || !n->incident ? code : over_socket(c, original, 5);
	}
	struct ig_message m;
	struct ig_why why = {""};
	if (ig_store_message_by_frame(c->store, (int64_t)seq, c->arena, &m) != 1) return ig_ctl_fail(c, IG_EX_SOFTWARE, "frame %s became no message", number);
	show(c, &m);
	if (!n->is_signed || !m.incident) return IG_EX_OK;
	struct ig_original o = {.incident = m.incident, .received = m.id, .number = n->number, .note = "letter log"};
	int code = ig_desk_original_received(c->desk, &o, c->actor, &why);
	return code ? ig_ctl_fail(c, code, "%s", why.text) : IG_EX_OK;
}

static int note(struct ig_ctl *c, struct noted *n)
{
	struct ig_buf input = IG_BUF_INIT(TEXT_MAX), env = IG_BUF_INIT(65536), out = IG_BUF_INIT(TEXT_MAX * 2);
	struct ig_envelope e = {.channel = n->channel, .source = IG_ENVELOPE_BY_HAND};
	struct ig_ref ref;
	const char *at = ig_ctl_option(c, "--at");
	n->from = ig_ctl_option(c, "--from"), n->number = ig_ctl_option(c, "--number"), n->subject = ig_ctl_option(c, "--subject");
	n->incident = ig_ctl_option(c, "--incident"), n->text = ig_ctl_option(c, "--text"), n->at = ig_now();
	if (ig_ctl_words(c, 0, 0)) return IG_EX_USAGE;
	if (at && ig_time_parse(at, &n->at)) return ig_ctl_fail(c, IG_EX_USAGE, "--at %s is not an RFC 3339 time", at);
	if (n->incident && ig_ref_parse(n->incident, strlen(n->incident), &ref)) return ig_ctl_fail(c, IG_EX_USAGE, "%s is not a reference", n->incident);
	if (!n->text && ig_fs_read_fd(STDIN_FILENO, &input)) return ig_ctl_fail(c, IG_EX_DATA, "standard input: %s", strerror(errno));
	if (!n->text) n->text = ig_arena_strdup(c->arena, input.data);
	if (!n->subject) n->subject = n->channel == IG_CHANNEL_PHONE ? "Cuộc gọi" : "Văn bản giấy";
	ig_buf_free(&input);
	if (!n->text[strspn(n->text, " \t\r\n")]) return ig_ctl_fail(c, IG_EX_USAGE, "what was said? --text, or standard input");
	ig_envelope_print(&e, &env);
	bytes(c, n, &out);
	int code = out.over ? ig_ctl_fail(c, IG_EX_DATA, "the text is too long") : ig_ctl_take_in(c, env.data, out.data, out.len, filed, n);
	ig_buf_free(&env);
	ig_buf_free(&out);
	return code;
}

int ig_ctl_phone_log(struct ig_ctl *c)
{
	struct noted n = {.channel = IG_CHANNEL_PHONE};
	return note(c, &n);
}

int ig_ctl_letter_log(struct ig_ctl *c)
{
	struct noted n = {.channel = IG_CHANNEL_LETTER, .is_signed = ig_ctl_flag(c, "--signed"), .day = ig_ctl_option(c, "--date")};
	return note(c, &n);
}
