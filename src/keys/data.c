/* Bytes between us and GPGME. What comes out is counted: a few kilobytes of compressed packets may stand for gigabytes.
 * Relies on the ceiling of the buffer. */
#include "config.h"
#include "keys/inner.h"
#include <errno.h>

static ssize_t out(void *arg, const void *p, size_t len)
{
	struct ig_buf *b = arg;
	ig_buf_add(b, p, len);
	if (b->over) {
		errno = EFBIG;
		return -1;
	}
	return (ssize_t)len;
}

gpgme_data_t ig_keys_data_in(const void *p, size_t len)
{
	gpgme_data_t d = NULL;
	return gpgme_data_new_from_mem(&d, p ? p : "", len, 0) ? NULL : d;
}

gpgme_data_t ig_keys_data_out(struct ig_buf *b)
{
	static struct gpgme_data_cbs calls = {.write = out};
	gpgme_data_t d = NULL;
	return gpgme_data_new_from_cbs(&d, &calls, b) ? NULL : d;
}
