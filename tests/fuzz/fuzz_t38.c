/* A T.38 session as the called side hears it: packets (their length before each), 20 ms apart, into the guarded library. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "fax/t30.h"

static int page(void *arg, int pages)
{
	(void)arg;
	(void)pages;
	return 0;
}

static void ifp(void *arg, const uint8_t *p, size_t len, int copies)
{
	(void)arg;
	(void)p;
	(void)len;
	(void)copies;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char file[64];
	const struct ig_t30_hooks hooks = {.ifp = ifp, .page = page};
	struct ig_t30_result r;
	uint16_t seq = 0;
	if (!file[0])
		snprintf(file, sizeof file, "/tmp/irgate-fuzz-%d.tif", (int)getpid());
	const struct ig_t30_setup setup = {.t38 = true, .receive = file, .seconds_max = 600, .pages_max = 10};
	struct ig_t30 *t = ig_t30_new(&setup, &hooks);
	while (size > 1 && !ig_t30_over(t)) {
		size_t n = data[0] < size - 1 ? data[0] : size - 1;
		uint8_t *copy = malloc(n + !n);
		memcpy(copy, data + 1, n);
		ig_t30_ifp_in(t, copy, n, seq++);
		free(copy);
		ig_t30_tick(t, 160);
		data += n + 1;
		size -= n + 1;
	}
	for (int i = 0; i < 200000 && !ig_t30_over(t); i++)
		ig_t30_tick(t, 160);
	if (!ig_t30_over(t))
		abort(); /* every call ends */
	ig_t30_result(t, &r);
	ig_t30_free(t);
	unlink(file);
	return 0;
}
