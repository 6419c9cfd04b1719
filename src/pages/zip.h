/* Files of an archive one by one. Inside pages only. */
#ifndef IG_PAGES_ZIP_H
#define IG_PAGES_ZIP_H
#include "pages/inner.h"

struct ig_zip_file {
	const char *path; /* as the archive has it */
	const char *p;
	size_t len;
	bool raw;         /* a packed file, no archive: it has no name of its own */
	bool cut;         /* p holds only the beginning */
	const char *why;  /* why it is cut, or NULL */
};
/* ask: is it wanted? Then it comes again with its bytes, which live until the callback returns. */
typedef bool ig_zip_h(void *arg, const struct ig_zip_file *f, bool ask);
/* 0, or -1: it is no archive that can be read. Limits and what they cut are said as problems. */
int ig_zip_walk(struct ig_doc *d, const struct ig_blob *b, ig_zip_h *each, void *arg);
/* seven.c: is it a 7z that only a password opens? Its files, as ig_zip_walk; -1 with *why_r for a person: it stays shut. */
bool ig_seven_locked(const struct ig_blob *b);
int ig_seven_walk(struct ig_doc *d, const struct ig_blob *b, ig_zip_h *each, void *arg, const char **why_r);
#endif
