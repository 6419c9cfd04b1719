/* A template and its data: the text up to the first NUL is the template (and every partial), the rest JSON. */
#include "config.h"
#include <stdlib.h>
#include <string.h>
#include "compose/compose.h"

static const char *same(void *arg, const char *name)
{
	(void)name;
	return arg;
}

static void seen(const char *name, const char *scope, const char *file, int line, void *arg)
{
	if (!name || !scope || !file || line < 1 || arg)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ig_buf out = IG_BUF_INIT(1 << 20);
	struct ig_why why = {""};
	char *text = ig_xmalloc(size + 1);

	memcpy(text, data, size);
	size_t len = strlen(text);
	json_t *json = len < size ? json_loadb(text + len + 1, size - len - 1, JSON_DECODE_ANY, NULL) : NULL;
	if (!json)
		json = json_pack("{s:[{s:s},{s:i}],s:s,s:b}", "l", "a", "x", "a", 1, "a", "<y>", "b", 1);
	struct ig_mustache *m = ig_mustache_compile("t", text, IG_MUSTACHE_HTML, same, text, &why);
	if (m) {
		ig_mustache_names(m, seen, NULL);
		ig_mustache_render(m, json, &out, &why);
	}
	ig_mustache_free(m);
	json_decref(json);
	ig_buf_free(&out);
	free(text);
	return 0;
}
