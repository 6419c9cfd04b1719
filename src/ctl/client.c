/* Client of the control socket: one CALL with the words, then OUT and ERR until END. */
#include "config.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <unistd.h>
#include "base/fs.h"
#include "base/link.h"
#include "ctl/room.h"
#include "model/notes.h"

#define INPUT_MAX (7u << 20) /* leaves room in one frame (IG_LINK_MAX) for the words */
#define WORDS_MAX (1u << 20)

bool ig_ctl_held(const struct ig_conf *conf, pid_t *pid_r)
{
	struct ig_buf path = IG_BUF_INIT(4096), text = IG_BUF_INIT(64);
	ig_buf_fmt(&path, "%s/lock", conf->var);
	int fd = open(path.data, O_RDONLY | O_CLOEXEC);
	bool held = fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) && errno == EWOULDBLOCK;
	if (fd < 0 && errno == EACCES) { /* not our instance: the lock is closed to us, the daemon's socket says whether it runs */
		ig_buf_reset(&path);
		ig_buf_fmt(&path, "%s/control.sock", conf->var);
		held = !access(path.data, F_OK);
	}
	if (held && pid_r && !ig_fs_read_fd(fd, &text)) sscanf(text.data, "%d", pid_r);
	if (fd >= 0) close(fd);
	ig_buf_free(&path);
	ig_buf_free(&text);
	return held;
}

static int connect_to(const struct ig_conf *conf)
{
	int fd = ig_fs_connect(conf->var, "control.sock");

	if (fd < 0)
		fprintf(stderr, "irgatectl: %s/control.sock: %s\n", conf->var, strerror(errno));
	return fd;
}

static int send_call(int sock, const struct ig_ctl *c, bool wants_input)
{
	struct ig_buf words = IG_BUF_INIT(WORDS_MAX), input = IG_BUF_INIT(INPUT_MAX);
	struct ig_note_call call = {0};
	for (int i = 0; i < c->argc; i++) ig_buf_add(&words, c->argv[i], strlen(c->argv[i]) + 1);
	int bad = wants_input && !c->input && ig_fs_read_fd(STDIN_FILENO, &input);
	call.words = (struct ig_note_blob){words.data, words.len};
	call.input = c->input ? (struct ig_note_blob){c->input, c->input_len} : (struct ig_note_blob){input.data, input.len};
	call.flags = (c->json ? IG_CALL_JSON : 0u) | (c->terminal ? IG_CALL_TERMINAL : 0u) | (c->colour ? IG_CALL_COLOUR : 0u);
	call.width = (uint64_t)c->width;
	if (!bad && !words.over) bad = ig_note_call_write(sock, &call, -1);
	if (bad || words.over) fprintf(stderr, "irgatectl: the call cannot be made: %s\n", words.over ? "too long" : strerror(errno));
	ig_buf_free(&words);
	ig_buf_free(&input);
	return bad || words.over ? -1 : 0;
}

/* 1: go on, 0: *code_r is the end, -1: not a note of this protocol. */
static int take_note(struct ig_ctl *c, uint16_t kind, const struct ig_buf *body, struct ig_arena *a, int *code_r)
{
	struct ig_note_out out;
	struct ig_note_err err;
	struct ig_note_end end;
	if (kind == IG_NOTE_OUT && !ig_note_out_unpack(&out, body->data, body->len, a)) return c->out(c, out.bytes.p, out.bytes.len), 1;
	if (kind == IG_NOTE_ERR && !ig_note_err_unpack(&err, body->data, body->len, a)) {
		fflush(stdout);
		return fwrite(err.bytes.p, 1, err.bytes.len, stderr), 1;
	}
	if (kind != IG_NOTE_END || ig_note_end_unpack(&end, body->data, body->len, a)) return -1;
	*code_r = (int)end.code;
	return 0;
}

int ig_ctl_over_socket(struct ig_ctl *c, bool wants_input)
{
	int sock = connect_to(c->conf), code = IG_EX_UNAVAILABLE, fd = -1, more = 1;
	uint16_t kind;
	struct ig_buf body = IG_BUF_INIT(IG_LINK_MAX);
	struct ig_arena *a = ig_arena_new(0);
	if (sock >= 0 && !send_call(sock, c, wants_input)) {
		while (more == 1 && ig_link_read(sock, &kind, &body, &fd, -1) == 1) {
			if (fd >= 0) close(fd);
			more = take_note(c, kind, &body, a, &code);
			ig_arena_reset(a);
		}
		if (more) fprintf(stderr, "irgatectl: the daemon went away before it had answered\n");
	}
	if (sock >= 0) close(sock);
	ig_buf_free(&body);
	ig_arena_free(a);
	return code;
}
