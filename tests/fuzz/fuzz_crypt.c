/* A mail and what the keys might say of its pieces: the input is the mail, a zero byte, what every piece opens to. Read again with the answers as
 * often as a clerk would; then the answers' own bytes as packed words of a worker that was taken over. */
#include "config.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/fs.h"
#include "model/crypt.h"
#include "parse/parse.h"

enum { CHILDREN_MAX = 64, ROUNDS = 5 };

struct state {
	struct ig_arena *a;
	struct ig_parse_child children[CHILDREN_MAX];
	size_t count;
	const void *plain;
	size_t len;
};

static void need(void *arg, const struct ig_parse_need *n, int fd, uint64_t size)
{
	struct state *s = arg;
	struct ig_crypt_found f = {.encrypted = s->count % 2 == 0, .decrypted = s->count % 2 == 0, .is_signed = s->count % 3 == 0,
		.verified = s->count % 3 ? IG_VERIFIED_NONE : IG_VERIFIED_GOOD, .signer = "a@example.vn", .plain = s->plain, .plain_len = s->len};
	struct ig_buf b = IG_BUF_INIT(1 << 20);
	(void)size;
	close(fd);
	if (s->count == CHILDREN_MAX || strcmp(n->kind, "keys") != 0)
		return;
	ig_crypt_found_pack(&f, &b);
	s->children[s->count++] = (struct ig_parse_child){.part = ig_arena_strdup(s->a, n->part), .type = IG_CRYPT_FOUND_TYPE,
		.fd = ig_fs_memfd("c", b.data, b.len), .size = b.len};
	ig_buf_free(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct ig_parse_limits limits = {.text_max = 4096, .header_max = 2048, .parts_max = 20, .depth_max = 6, .headers_max = 40,
		.references_max = 8, .recipients_max = 8, .observables_max = 8};
	const uint8_t *zero = size ? memchr(data, 0, size) : NULL;
	size_t len = zero ? (size_t)(zero - data) : size;
	struct state s = {.a = ig_arena_new(0), .plain = zero ? zero + 1 : (const void *)"", .len = zero ? size - len - 1 : 0};
	struct ig_report back;
	struct ig_crypt_found found;
	struct ig_crypt_ask ask;
	struct ig_crypt_request request;
	struct ig_crypt_reply reply;
	struct ig_why why;
	ig_parse_start();
	int fd = ig_fs_memfd("mail", data, len);
	for (int round = 0; fd >= 0 && round < ROUNDS; round++) {
		size_t before = s.count;
		struct ig_buf b = IG_BUF_INIT(8u << 20);
		struct ig_parse_second second = {.children = s.children, .child_count = s.count, .bytes = true, .need = need, .arg = &s};
		struct ig_report *r = ig_parse_any(fd, len, NULL, &limits, &second, s.a);
		ig_report_pack(r, &b);
		if (b.over || ig_report_unpack(b.data, b.len, s.a, &back, &why) < 0)
			abort();
		ig_buf_free(&b);
		if (s.count == before)
			break;
	}
	ig_crypt_found_unpack(&found, data, size, s.a);
	ig_crypt_ask_unpack(&ask, data, size, s.a);
	ig_crypt_request_unpack(&request, data, size, s.a);
	ig_crypt_reply_unpack(&reply, data, size, s.a);
	for (size_t i = 0; i < s.count; i++)
		close(s.children[i].fd);
	if (fd >= 0)
		close(fd);
	ig_arena_free(s.a);
	return 0;
}
