/* UDPTL: datagrams one after the other (each with its length before it) into one receiver. */
#include <stdlib.h>
#include <string.h>
#include "fax/udptl.h"

static uint16_t newest;
static int any;

static void packet(const uint8_t *ifp, size_t len, uint16_t seq, void *arg)
{
	volatile uint8_t sum = 0;
	(void)arg;
	for (size_t i = 0; i < len; i++)
		sum = (uint8_t)(sum ^ ifp[i]);
	(void)sum;
	ig_udptl_ifp_size(ifp, len);
	newest = seq;
	any = 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct ig_udptl u;
	ig_udptl_init(&u, IG_UDPTL_EC_REDUNDANCY, 0);
	while (size > 1) {
		size_t n = data[0] < size - 1 ? data[0] : size - 1;
		uint8_t *copy = malloc(n + !n);
		memcpy(copy, data + 1, n);
		ig_udptl_take(&u, copy, n, packet, NULL);
		free(copy);
		data += n + 1;
		size -= n + 1;
	}
	return 0;
}
