/* Letters that enclose files. Files are lists of our own making; nothing of a report is ever enclosed but what a person sends on, zipped with a password
 * (sample.c), and what could be executed has no type here. Relies on post.c for the letter and on compose for the mail's form. */
#include <string.h>
#include "desk/room.h"

#define MAIL_MAX (64u << 20)

static const char *type_of(const char *name)
{
	static const struct { const char *end, *type; } known[] = {{".csv", "text/csv; charset=utf-8"}, {".json", "application/json"}, {".zip", "application/zip"}};
	const char *end = strrchr(name, '.');
	for (size_t i = 0; end && i < IG_COUNT(known); i++)
		if (!strcmp(end, known[i].end))
			return known[i].type;
	return NULL;
}

static bool is_sealed(const char *name)
{
	size_t n = strlen(name), end = strlen(IG_DESK_SEALED);
	return n > end && !strcmp(name + n - end, IG_DESK_SEALED);
}

int ig_desk_enclose(struct ig_desk *d, const struct ig_dispatch *dispatch, bool sealed, struct ig_arena *a, struct ig_buf *mail, struct ig_why *why)
{
	struct ig_letter_file *files = NULL;
	size_t count = 0;
	if (ig_store_letter_enclosed(d->store, dispatch->id, a, &files, &count) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		if (is_sealed(files[i].name) != sealed)
			continue;
		struct ig_buf out = IG_BUF_INIT(MAIL_MAX);
		struct ig_mail_file f = {.name = files[i].name, .type = type_of(files[i].name), .bytes = files[i].bytes, .size = files[i].size};
		int bad = f.type ? ig_compose_attach(mail->data, mail->len, &f, &out, why) : ig_why(why, "a file of this kind is not sent: %s", files[i].name);
		if (bad) {
			ig_buf_free(&out);
			return 1;
		}
		ig_buf_free(mail);
		*mail = out;
	}
	return 0;
}
