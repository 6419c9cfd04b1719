/* Documents, archives, packages and pages, whatever their bytes: the first byte chooses what the file calls itself. Tools are not run here: they are
 * children with limits, and execve is no fuzzing. Recognition of text is left out as slow: of a picture a place is
 * shown, or looked for where a stamp may go, which decodes it, turns it and sets it straight. */
#include "config.h"
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include "base/fs.h"
#include "base/arena.h"
#include "base/buf.h"
#include "pages/pages.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void file(void *arg, const char *name, const char *type, const void *p, size_t len)
{
	(void)arg, (void)name, (void)type, (void)p, (void)len;
}

static int is_picture(const uint8_t *p, size_t n)
{
	return n > 4 && (!memcmp(p, "II*\0", 4) || !memcmp(p, "MM\0*", 4) || !memcmp(p, "\x89PNG", 4) || !memcmp(p, "\xff\xd8\xff", 3));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = {"a.docx", "a.odt", "a.xlsx", "a.zip", "a.rtf", "a.edxml", "a.txt", "a.tar"};
	const char *result;
	if (size < 2)
		return 0;
	/* No picture of a page is recognised and no tool is started: what begins like one is skipped. */
	if (!memcmp(data + 1, "%P", size > 2 ? 2 : 1) || memmem(data + 1, size - 1 < 1024 ? size - 1 : 1024, "%PDF", 4) || (size > 5 && !memcmp(data + 1, "\xd0\xcf\x11\xe0", 4)))
		return 0;
	struct ig_arena *a = ig_arena_new(0);
	int fd = ig_fs_memfd("fuzz", data + 1, size - 1);
	struct ig_pages_job job = {.name = names[data[0] % 8], .type = "application/octet-stream", .passwords = "abc\n", .fd = fd, .size = size - 1,
		.limits = ig_pages_defaults, .file = file};
	if (is_picture(data + 1, size - 1))
		job.view = data[0] & 1 ? "page 1, box 100 200 9000 5000" : "page 1, free 500 350";
	job.limits.file_max = job.limits.unpacked_max = 1 << 20;
	job.limits.time_ms = 2000;
	struct ig_report *r = ig_pages_read(&job, a, &result);
	struct ig_buf out;
	ig_buf_init(&out, 8 << 20);
	ig_report_pack(r, &out);
	ig_buf_free(&out);
	close(fd);
	ig_arena_free(a);
	return 0;
}
