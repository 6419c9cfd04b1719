/* The text of a configuration: whatever it is, an answer and no damage; what is understood prints and loads again as the same. */
#include "config.h"
#include <stdlib.h>
#include <string.h>
#include "conf/conf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ig_buf a = IG_BUF_INIT(8 << 20), b = IG_BUF_INIT(8 << 20);
	struct ig_conf *c, *again;
	char *text;

	if (memmem(data, size, "@include", 8)) /* would read files of this machine */
		return 0;
	text = ig_xmalloc(size + 1);
	memcpy(text, data, size);
	if ((c = ig_conf_from_text(text, NULL, NULL))) {
		ig_conf_print(c, "parent", &a);
		again = ig_conf_from_text(a.data, NULL, NULL);
		if (!again)
			abort();
		ig_conf_print(again, "parent", &b);
		if (strcmp(a.data, b.data))
			abort();
		ig_conf_free(again);
	}
	ig_conf_free(c);
	ig_buf_free(&a);
	ig_buf_free(&b);
	free(text);
	return 0;
}
