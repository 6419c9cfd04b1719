/* irgate-sealer: holds the office's signing key and puts signatures into the room that the scribe left in a PDF. It hashes bytes and writes hex
 * digits: it never looks at what a PDF means. Relies on its parent for the socket (IG_ROLE_FD) and on draw/sign.c for the CMS. Confined before
 * the first letter: no file, no network; who takes it over has the key's use, and that only.
 *
 * WORK: fd: the PDF; words: the four numbers of the room and the time of signing. CHILD: the signed PDF. DID: result "" or why not. `irgate-sealer name key=FILE` prints
 * the name of the certificate. */
#include "config.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>
#include "base/fs.h"
#include "base/link.h"
#include "base/log.h"
#include "base/opt.h"
#include "draw/draw.h"
#include "model/notes.h"
#include "role/role.h"

enum { WORKER_FD = 3, KEY_MAX = 256 << 10, PASSWORD_MAX = 1024 };

struct sealer {
	const char *user, *key, *password;
	struct ig_signer *signer;
};

static void take_word(struct sealer *s, const char *word)
{
	if (!strncmp(word, "user=", 5))
		s->user = word + 5;
	else if (!strncmp(word, "key=", 4))
		s->key = word + 4;
	else if (!strncmp(word, "password_file=", 14))
		s->password = word + 14;
	else
		ig_die(IG_EX_USAGE, "unknown word: %s", word);
}

static void file_read(struct ig_buf *into, const char *path)
{
	if (ig_fs_read_file(path, into) || into->over)
		ig_die(IG_EX_CONFIG, "%s: %s", path, into->over ? "too large" : strerror(errno));
}

static void key_load(struct sealer *s)
{
	struct ig_buf pem = IG_BUF_INIT(KEY_MAX), password = IG_BUF_INIT(PASSWORD_MAX);
	struct ig_why why = {""};
	if (!s->key)
		ig_die(IG_EX_CONFIG, "no signing key is configured (letters.sign_key)");
	file_read(&pem, s->key);
	if (s->password) {
		file_read(&password, s->password);
		password.data[strcspn(password.data, "\r\n")] = 0;
	}
	s->signer = ig_signer_new(pem.data, pem.len, s->password ? password.data : NULL, &why);
	if (!s->signer)
		ig_die(IG_EX_CONFIG, "%s: %s", s->key, why.text);
	explicit_bzero(pem.data, pem.len);
	if (password.data)
		explicit_bzero(password.data, password.len);
	ig_buf_free(&pem);
	ig_buf_free(&password);
}

static int seal(struct sealer *s, const struct ig_note_work *w, int fd, struct ig_buf *pdf, struct ig_why *why)
{
	size_t range[4];
	long long at;
	if (!w->words || sscanf(w->words, "%zu %zu %zu %zu %lld", &range[0], &range[1], &range[2], &range[3], &at) != 5)
		return ig_why(why, "the room for the signature is not said");
	void *p = w->size ? mmap(NULL, w->size, PROT_READ, MAP_PRIVATE, fd, 0) : MAP_FAILED;
	if (p == MAP_FAILED)
		return ig_why(why, "there is nothing to sign");
	ig_buf_add(pdf, p, w->size);
	munmap(p, w->size);
	return pdf->over ? ig_why(why, "it is too large") : ig_signer_fill(s->signer, pdf, range, at, why);
}

/* False: the clerk is gone, or speaks nonsense. */
static bool serve(struct sealer *s, struct ig_buf *body, struct ig_arena *a)
{
	struct ig_note_work w;
	struct ig_why why = {""};
	struct ig_buf pdf = IG_BUF_INIT(IG_DRAW_PDF_MAX);
	uint16_t kind;
	int fd = -1, out = -1;
	if (ig_link_read(WORKER_FD, &kind, body, &fd, -1) <= 0 || kind != IG_NOTE_WORK || fd < 0 || ig_note_work_unpack(&w, body->data, body->len, a))
		return false;
	int rc = seal(s, &w, fd, &pdf, &why);
	close(fd);
	bool good = true;
	if (!rc) {
		struct ig_note_child n = {.seq = w.seq, .part = w.part, .name = "", .type = "application/pdf", .size = pdf.len};
		out = ig_fs_memfd("signed", pdf.data, pdf.len);
		good = out >= 0 && !ig_note_child_write(WORKER_FD, &n, out);
	}
	if (out >= 0)
		close(out);
	ig_buf_free(&pdf);
	struct ig_note_did did = {.seq = w.seq, .result = rc ? why.text : ""};
	return good && !ig_note_did_write(WORKER_FD, &did, -1);
}

int main(int argc, char **argv)
{
	static const struct rlimit no_core = {0, 0};
	struct sealer s = {0};
	struct ig_why why;
	bool name = argc > 1 && !strcmp(argv[1], "name");
	ig_log_init("sealer", IG_LOG_WARNING);
	for (int i = 1 + name; i < argc; i++)
		take_word(&s, argv[i]);
	setrlimit(RLIMIT_CORE, &no_core);
	if (!name && s.user && ig_sandbox_become(s.user, &why) < 0)
		ig_die(IG_EX_SOFTWARE, "%s", why.text);
	key_load(&s);
	if (name) {
		puts(ig_signer_name(s.signer));
		return IG_EX_OK;
	}
	struct ig_arena *a = ig_arena_new(1u << 20);
	struct ig_buf body = IG_BUF_INIT(IG_LINK_MAX);
	struct ig_conf conf = {.user_sealer = s.user};
	struct ig_sandbox box = {.memory_max = 512u << 20};
	ig_role_confine("sealer", &conf, &box, a);
	if (ig_sandbox_apply(&box, &why) < 0)
		ig_die(IG_EX_CONFIG, "cannot confine itself: %s", why.text);
	do
		ig_arena_reset(a);
	while (serve(&s, &body, a));
	return IG_EX_OK;
}
