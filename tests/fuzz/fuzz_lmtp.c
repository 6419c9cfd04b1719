/* The LMTP dialogue: whatever a client says, no damage, and what is kept never holds the line that ends a message. The first byte chooses
 * the size of the pieces, the option for bare LF, and whether the log takes anything. */
#include "config.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "intake/lmtp_session.h"

static bool reserve(void *arg, int64_t bytes)
{
	int64_t *sum = arg;
	if (bytes > 0 && *sum + bytes > 8000)
		return false;
	*sum += bytes;
	return true;
}

static int file(void *arg)
{
	(void)arg;
	return -1; /* no room: inline_max is the limit here */
}

static void message(void *arg, struct ig_lmtp_session *s, const struct ig_envelope *e, const void *p, int fd, uint64_t size)
{
	(void)arg;
	(void)s;
	if (!e->recipients || !e->recipients[0] || fd >= 0 || (size && !p))
		abort();
	for (uint64_t i = 0; i < size; i++) /* every line feed has its carriage return */
		if (((const char *)p)[i] == '\n' && (!i || ((const char *)p)[i - 1] != '\r'))
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ig_conf c = {.message_max = 4000, .inline_max = 2000, .lmtp_recipients = 5, .lmtp_line_max = 200, .lmtp_commands = 50};
	int64_t sum = 0;
	struct ig_lmtp_host host = {.arg = &sum, .name = "h", .source = "fuzz", .reserve = reserve, .file = file, .message = message};
	struct ig_lmtp_session *s;
	size_t piece;
	if (!size)
		return 0;
	piece = (size_t)(data[0] & 63) + 1;
	c.bare_lf = data[0] & 64 ? IG_LF_REFUSE : IG_LF_REPAIR;
	s = ig_lmtp_session_new(&c, &host);
	for (size_t at = 1; at < size && !ig_lmtp_session_over(s);) {
		at += ig_lmtp_session_feed(s, data + at, size - at < piece ? size - at : piece);
		if (ig_lmtp_session_waits(s))
			ig_lmtp_session_done(s, !(data[0] & 128), "no");
	}
	ig_lmtp_session_free(s);
	if (sum)
		abort();
	return 0;
}
