/* Descriptions of calls: what can be read is answered, and the answer can be read. */
#include <stdlib.h>
#include <string.h>
#include "fax/sdp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ig_sdp offer, answer = {.count = 0}, back;
	struct ig_why why;
	struct ig_buf b = IG_BUF_INIT(1 << 16);
	if (ig_sdp_parse((const char *)data, size, &offer, &why))
		return 0;
	const struct ig_sdp_media *use = ig_sdp_find(&offer, IG_SDP_T38);
	if (!use)
		use = ig_sdp_find(&offer, IG_SDP_AUDIO);
	ig_sdp_answer(&answer, &offer, use, "192.0.2.1", 4000, 400, 14400);
	ig_sdp_print(&answer, &b);
	if (ig_sdp_parse(b.data, b.len, &back, &why) || back.count != offer.count)
		abort();
	ig_buf_free(&b);
	return 0;
}
