/* One document in, text and files out: what a mail carries that is neither mail nor plain text, and pages that were scanned or faxed. Runs in
 * irgate-pages, confined, one document a process; a document that kills it costs that document. Bytes are untrusted to the last. */
#ifndef IG_PAGES_PAGES_H
#define IG_PAGES_PAGES_H
#include <stdint.h>
#include "base/arena.h"
#include "model/report.h"

#define IG_VIEW_WIDTH_MAX 900   /* points of a place of a page that is shown */
#define IG_VIEW_HEIGHT_MAX 700
#define IG_VIEW_PLACE "text/x-place"    /* "X Y", of the left upper corner, in parts of 10,000 */
#define IG_VIEW_PGM "image/x-portable-graymap"

struct ig_pages_limits {
	uint64_t text_max;      /* bytes of text of one file */
	uint64_t file_max;      /* bytes of one file of an archive, and of one part of an office document */
	uint64_t unpacked_max;  /* of all files of an archive, with those of archives inside */
	int64_t entries_max;    /* files of an archive, with those of archives inside */
	int64_t depth_max;      /* archives in archives */
	int64_t time_ms;        /* of real time for the whole */
};
extern const struct ig_pages_limits ig_pages_defaults;

struct ig_pages_job {
	const char *name, *type;  /* as the message calls it, or NULL; a frame that is nothing but pages has the kind's word as type: "fax", "letter" */
	const char *passwords;    /* candidates, one a line; NULL none */
	const char *view;         /* NULL: it is read. "page 2, box 100 200 300 400": that place of it comes as files instead, a PNG and a PGM (8 bit);
	                           "page 1, free 500 350": where so many tenths of a millimetre are free of writing, or nearest to it */
	const char *letter;       /* NULL: it parts into letters as its pages say. Else one letter, by a person's word, whose pages lie in several documents: their
	                           bytes follow one another, and this names them, "7 182734 1-2;9 5555 *": message, bytes, pages of it */
	int fd;                   /* seekable, read from its start */
	uint64_t size;
	struct ig_pages_limits limits;
	/* A file found inside that a reader is to read (mail, text, markup): copied by the callee. */
	void (*file)(void *arg, const char *name, const char *type, const void *p, size_t len);
	void *arg;
};

/* Before confinement: opens converters and whatever else is opened late otherwise. */
void ig_pages_start(void);
/* What the document says of itself: text, attachments (files inside, with their texts), fields, problems. Never fails. A few words on what was done
 * in *result_r. All lives in a. */
struct ig_report *ig_pages_read(const struct ig_pages_job *job, struct ig_arena *a, const char **result_r);
#endif
