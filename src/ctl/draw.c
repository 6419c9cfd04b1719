/* irgatectl's own end of --pdf: a page model goes to an irgate-scribe of its own, as the clerk's letters do, and its PDF into a file. */
#include "config.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/fs.h"
#include "base/link.h"
#include "ctl/sheet.h"
#include "model/notes.h"
#include "role/role.h"

#define PDF_MAX (64u << 20)
#define WAIT_MS 120000

/* Until DID; what was drawn is put into file. */
static int take(struct ig_ctl *c, int sock, const char *file)
{
	struct ig_buf body = IG_BUF_INIT(IG_LINK_MAX), pdf = IG_BUF_INIT(PDF_MAX);
	struct ig_note_child child;
	struct ig_note_did did;
	uint16_t kind;
	int fd = -1, code = -1;
	while (code < 0) {
		if (ig_link_read(sock, &kind, &body, &fd, WAIT_MS) <= 0) {
			code = ig_ctl_fail(c, IG_EX_UNAVAILABLE, "irgate-scribe did not survive it");
		} else if (kind == IG_NOTE_CHILD && fd >= 0 && !ig_note_child_unpack(&child, body.data, body.len, c->arena)) {
			ig_buf_reset(&pdf);
			if (lseek(fd, 0, SEEK_SET) < 0 || ig_fs_read_fd(fd, &pdf)) code = ig_ctl_fail(c, IG_EX_UNAVAILABLE, "the drawing: %s", strerror(errno));
		} else if (kind == IG_NOTE_DID && !ig_note_did_unpack(&did, body.data, body.len, c->arena)) {
			if (did.result && *did.result) code = ig_ctl_fail(c, IG_EX_DATA, "%s", did.result);
			else if (!pdf.len) code = ig_ctl_fail(c, IG_EX_DATA, "nothing was drawn");
			else if (ig_fs_replace(file, pdf.data, pdf.len, 0600)) code = ig_ctl_fail(c, IG_EX_UNAVAILABLE, "%s: %s", file, strerror(errno));
			else code = IG_EX_OK;
		}
		if (fd >= 0) close(fd);
		fd = -1;
	}
	ig_buf_free(&body);
	ig_buf_free(&pdf);
	return code;
}

int ig_ctl_draw(struct ig_ctl *c, const char *model, size_t len, const char *file)
{
	struct ig_why why = {""};
	struct ig_note_work work = {.seq = 1, .part = "", .name = "pdf", .type = "application/json", .words = "", .size = len};
	pid_t pid;
	int sock = ig_worker_spawn(c->conf, "scribe", &pid, &why);
	if (sock < 0) return ig_ctl_fail(c, IG_EX_UNAVAILABLE, "irgate-scribe: %s", why.text);
	int fd = ig_fs_memfd("page", model, len);
	int code = fd < 0 || ig_note_work_write(sock, &work, fd) ? ig_ctl_fail(c, IG_EX_UNAVAILABLE, "irgate-scribe: %s", strerror(errno)) : take(c, sock, file);
	if (fd >= 0) close(fd);
	close(sock);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	return code;
}
