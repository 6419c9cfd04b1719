/* A received fax: the first octet says how much of the input is the sidecar, the rest is the file. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/fs.h"
#include "base/utf8.h"
#include "parse/fax.h"
#include "parse/tiff.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ig_buf packed = IG_BUF_INIT(8 << 20);
	struct ig_tiff t;
	if (!size)
		return 0;
	size_t n = data[0] < size - 1 ? data[0] : size - 1;
	struct ig_arena *a = ig_arena_new(64 << 20);
	struct ig_envelope e = {.channel = IG_CHANNEL_FAX, .source = "faxes", .source_file = "x.tif", .sidecar = n ? ig_utf8_repair(a, (const char *)data + 1, n) : NULL};
	int fd = ig_fs_memfd("fax", data + 1 + n, size - 1 - n);
	ig_tiff_look(fd, size - 1 - n, &t);
	struct ig_report *r = ig_parse_fax(fd, size - 1 - n, &e, a), *back = IG_NEW(a, struct ig_report);
	struct ig_why why;
	ig_report_pack(r, &packed);
	if (packed.over || ig_report_unpack(packed.data, packed.len, a, back, &why))
		abort();
	close(fd);
	ig_buf_free(&packed);
	ig_arena_free(a);
	return 0;
}
