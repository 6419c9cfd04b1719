/* Any bytes as a mail: read, packed, unpacked by the clerk's checks, printed. Small limits, so that the cuts are reached. */
#include "config.h"
#include <stdlib.h>
#include <unistd.h>
#include "base/fs.h"
#include "parse/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct ig_parse_limits limits = {.text_max = 4096, .header_max = 2048, .parts_max = 20, .depth_max = 6, .headers_max = 40,
		.references_max = 8, .recipients_max = 8, .observables_max = 8};
	static const struct ig_envelope envelope = {.channel = IG_CHANNEL_MAIL, .sender = ""};
	struct ig_report back;
	struct ig_why why;
	struct ig_buf b;
	ig_parse_start();
	int fd = ig_fs_memfd("mail", data, size);
	if (fd < 0)
		return 0;
	struct ig_arena *a = ig_arena_new(0);
	struct ig_report *r = ig_parse_mail(fd, size, size % 2 ? &envelope : NULL, &limits, a);
	ig_buf_init(&b, 8u << 20);
	ig_report_pack(r, &b);
	/* What an honest reader packs must pass the clerk's checks: text that is not UTF-8, a NULL where none may be, is a fault of parse. */
	if (b.over || ig_report_unpack(b.data, b.len, a, &back, &why) < 0)
		abort();
	ig_buf_reset(&b);
	ig_report_print(&back, "f", &b);
	/* And the bytes themselves as a report of a reader that was taken over. */
	ig_report_unpack(data, size, a, &back, &why);
	ig_buf_free(&b);
	a = ig_arena_free(a);
	close(fd);
	return 0;
}
