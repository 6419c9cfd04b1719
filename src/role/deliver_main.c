/* irgate-deliver: what an MTA pipes one message into. Hands it to the recorder over var/append.sock and waits until it is durable; without a
 * daemon it takes the instance's lock and appends the frame itself. Anything in doubt is exit 75, so that the MTA keeps the message.
 * Does not look into the message: its bytes are kept as they were piped. */
#include "config.h"
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>
#include "base/fs.h"
#include "base/log.h"
#include "base/opt.h"
#include "base/utf8.h"
#include "evidence/evidence.h"
#include "model/envelope.h"
#include "model/notes.h"
#include "role/role.h"

enum { PIECE = 64 * 1024, RECIPIENTS_MAX = 1000, ANSWER_MS = 120000, FROM_LINE_MAX = 4096, ENVELOPE_MAX = 1 << 20, NOTE_MAX = 64 * 1024 };

static const char usage_text[] =
	"Usage: irgate-deliver [-c FILE] [--recipient ADDRESS] [--sender ADDRESS] < message\n"
	"Hands one message to the gateway; done (0) only when it is on disk.\n"
	"\n"
	"  -c, --config FILE        configuration (default /etc/irgate/irgate.conf)\n"
	"  -r, --recipient ADDRESS  envelope recipient; may be given several times\n"
	"  -f, --sender ADDRESS     envelope sender; <> for none\n"
	"  -h, --help               this text\n"
	"      --version            name and version\n"
	"\n"
	"Exit codes: 0 kept, 64 bad usage, 65 no message, 75 try again later (nothing was lost), 78 wrong configuration.\n";

static const struct option options[] = {
	{"config", required_argument, NULL, 'c'},
	{"recipient", required_argument, NULL, 'r'},
	{"sender", required_argument, NULL, 'f'},
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{NULL, 0, NULL, 0}};

struct command {
	const char *conf_file, *sender;
	const char *recipients[RECIPIENTS_MAX + 1];
	size_t recipient_count;
};

struct message {
	struct ig_buf bytes; /* all of it, or what was read before it went to fd */
	int fd;              /* sealed memory file of a large message, or -1 */
	uint64_t size;
	char *sender;        /* from the "From " line; NULL unknown */
};

static void __attribute__((noreturn)) bad_usage(const char *what, const char *word)
{
	fprintf(stderr, "irgate-deliver: %s%s%s\nTry irgate-deliver --help.\n", what, word ? ": " : "", word ? word : "");
	exit(IG_EX_USAGE);
}

/* An address as MTAs write it, with or without brackets; never something that could break a line. */
static const char *address(char *word)
{
	size_t len = strlen(word);
	if (len >= 2 && word[0] == '<' && word[len - 1] == '>') {
		word[len - 1] = '\0';
		word++;
	}
	if (!ig_utf8_valid(word, strlen(word)))
		bad_usage("the address is no valid UTF-8", NULL);
	for (const char *c = word; *c; c++)
		if ((unsigned char)*c < 32 || *c == 127)
			bad_usage("the address has a control character", NULL);
	return word;
}

static void read_command(int argc, char **argv, struct command *cmd)
{
	int opt;
	while ((opt = getopt_long(argc, argv, "c:r:f:h", options, NULL)) != -1) {
		switch (opt) {
		case 'c': cmd->conf_file = optarg; break;
		case 'f': cmd->sender = address(optarg); break;
		case 'r':
			if (cmd->recipient_count == RECIPIENTS_MAX)
				bad_usage("too many recipients", NULL);
			cmd->recipients[cmd->recipient_count++] = address(optarg);
			break;
		case 'h': exit(fputs(usage_text, stdout) < 0 || fflush(stdout) ? IG_EX_TEMPFAIL : IG_EX_OK);
		case 'V': exit(puts("irgate-deliver " PACKAGE_VERSION) < 0 || fflush(stdout) ? IG_EX_TEMPFAIL : IG_EX_OK);
		default: bad_usage("an option was not understood", NULL);
		}
	}
	if (optind < argc)
		bad_usage("no argument is wanted", argv[optind]);
}

static void say_on_stderr(const char *line, void *arg IG_UNUSED)
{
	fprintf(stderr, "%s\n", line);
}

/* The mbox line that Postfix's pipe puts first with flags=F: not part of the message. */
static void cut_from_line(struct message *m)
{
	const char *p = m->bytes.data, *lf = memchr(p, '\n', m->bytes.len < FROM_LINE_MAX ? m->bytes.len : FROM_LINE_MAX), *end;
	if (m->bytes.len < 5 || memcmp(p, "From ", 5) || !lf)
		return;
	end = p + 5 + strcspn(p + 5, " \t\r\n");
	if (end > p + 5 && ig_utf8_valid(p + 5, (size_t)(end - (p + 5)))) {
		m->sender = ig_xstrdup(p + 5);
		m->sender[end - (p + 5)] = '\0';
		if (!strcasecmp(m->sender, "MAILER-DAEMON") || !strcmp(m->sender, "<>"))
			m->sender[0] = '\0';
	}
	ig_buf_eat(&m->bytes, (size_t)(lf + 1 - p));
}

/* What was read so far becomes the beginning of a memory file: a message has no size that our memory could be built for. */
static int to_file(struct message *m)
{
	if (m->fd < 0) {
		cut_from_line(m);
		m->fd = memfd_create("message", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	}
	if (m->fd < 0 || ig_fs_write_all(m->fd, m->bytes.data, m->bytes.len))
		return -1;
	m->size += m->bytes.len;
	ig_buf_reset(&m->bytes);
	return 0;
}

/* Standard input to its end. 0 or an exit code. */
static int read_message(const struct ig_conf *c, struct message *m)
{
	char piece[PIECE];
	ssize_t n;
	for (;;) {
		n = read(STDIN_FILENO, piece, sizeof piece);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		ig_buf_add(&m->bytes, piece, (size_t)n);
		if (m->size + m->bytes.len > c->message_max) {
			fprintf(stderr, "irgate-deliver: the message is larger than message_max\n");
			return IG_EX_DATA;
		}
		if (m->bytes.len > c->inline_max && to_file(m))
			n = -1;
		if (n < 0)
			break;
	}
	if (!n && m->fd >= 0 && (to_file(m) || fcntl(m->fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)))
		n = -1;
	if (n < 0) {
		fprintf(stderr, "irgate-deliver: the message cannot be read: %s\n", strerror(errno));
		return IG_EX_TEMPFAIL;
	}
	if (m->fd < 0) {
		cut_from_line(m);
		m->size = m->bytes.len;
	}
	if (!m->size) {
		fprintf(stderr, "irgate-deliver: there is no message on standard input\n");
		return IG_EX_DATA;
	}
	return 0;
}

static int later(const char *why)
{
	fprintf(stderr, "irgate-deliver: not taken, try again later: %s\n", why);
	return IG_EX_TEMPFAIL;
}

/* 0 only for an answer that says so. */
static int by_recorder(int sock, const char *envelope, const struct message *m)
{
	struct ig_note_append n = {.request = 1, .envelope = envelope, .size = m->size};
	struct ig_note_durable yes;
	struct ig_note_later no;
	struct ig_buf body = IG_BUF_INIT(NOTE_MAX);
	struct ig_arena *a = ig_arena_new(0);
	uint16_t kind = 0;
	int fd = -1, code;
	if (m->fd < 0)
		n.payload = (struct ig_note_blob){.p = m->bytes.data, .len = m->bytes.len};
	if (ig_note_append_write(sock, &n, m->fd) || ig_link_read(sock, &kind, &body, &fd, ANSWER_MS) <= 0)
		code = later("the recorder did not answer");
	else if (kind == IG_NOTE_DURABLE && !ig_note_durable_unpack(&yes, body.data, body.len, a) && yes.request == 1)
		code = IG_EX_OK;
	else if (kind == IG_NOTE_LATER && !ig_note_later_unpack(&no, body.data, body.len, a))
		code = later(no.why ? no.why : "no reason given");
	else
		code = later("the recorder's answer was not understood");
	ig_buf_free(&body);
	ig_arena_free(a);
	return code;
}

/* No daemon: we are the recorder for one frame. */
static int by_ourselves(const struct ig_conf *c, const char *envelope, const struct message *m)
{
	struct ig_evidence_limits limits = {.segment_max = c->segment_max, .min_free = c->min_free};
	struct ig_buf dir = IG_BUF_INIT(8192), damage = IG_BUF_INIT(4096);
	struct ig_why why = {""};
	struct ig_evidence *e;
	uint64_t seq;
	int code = IG_EX_OK;
	if (ig_instance_lock(c, &why) < 0)
		return later(why.text);
	ig_buf_fmt(&dir, "%s/evidence", c->var);
	e = ig_evidence_open(dir.data, &limits, &damage, &why);
	if (damage.len)
		ig_log(IG_LOG_ERR, "%s", damage.data);
	if (!e || ig_evidence_append(e, ig_now(), envelope, m->fd < 0 ? m->bytes.data : NULL, m->fd, m->size, &seq, &why) || ig_evidence_sync(e, &why))
		code = later(why.text);
	ig_evidence_free(e);
	ig_buf_free(&dir);
	ig_buf_free(&damage);
	return code;
}

static int hand_over(const struct ig_conf *c, const struct command *cmd, const struct message *m)
{
	struct ig_envelope e = {.channel = IG_CHANNEL_MAIL, .source = "deliver", .sender = cmd->sender ? cmd->sender : m->sender,
		.recipients = cmd->recipient_count ? cmd->recipients : NULL};
	struct ig_buf line = IG_BUF_INIT(ENVELOPE_MAX);
	int sock, code;
	ig_envelope_print(&e, &line);
	if (line.over)
		bad_usage("the addresses are too long", NULL);
	sock = ig_fs_connect(c->var, "append.sock");
	if (sock >= 0)
		code = by_recorder(sock, line.data, m);
	else if (errno == ENOENT || errno == ECONNREFUSED)
		code = by_ourselves(c, line.data, m);
	else
		code = later(strerror(errno));
	ig_buf_free(&line);
	return code;
}

int main(int argc, char **argv)
{
	struct command cmd = {.conf_file = IG_CONF_FILE};
	/* The system frees both faster than we could; static, so that leak checkers see them to the end. */
	static struct message m = {.fd = -1};
	static struct ig_conf *c;
	int code;
	ig_log_init("irgate-deliver", IG_LOG_WARNING);
	signal(SIGPIPE, SIG_IGN);
	read_command(argc, argv, &cmd);
	c = ig_conf_load_light(cmd.conf_file, say_on_stderr, NULL);
	if (!c)
		return IG_EX_CONFIG;
	ig_buf_init(&m.bytes, c->inline_max + PIECE + 1);
	code = read_message(c, &m);
	if (!code)
		code = hand_over(c, &cmd, &m);
	return code;
}
