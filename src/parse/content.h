/* Decoded content of one leaf part. Inside parse only. */
#ifndef IG_PARSE_CONTENT_H
#define IG_PARSE_CONTENT_H
#include <gmime/gmime.h>
#include "parse/hazard.h"
#include "parse/inner.h"

struct ig_content {
	uint64_t size;                 /* decoded bytes */
	uint8_t sha256[IG_SHA256_LEN]; /* of them */
	struct ig_hazard hazard;       /* of them; nothing of a message inside the mail */
	struct ig_buf bytes;           /* the first of them, at most `keep`; to be freed */
};
/* Streams the part through SHA-256; keeps its first `keep` bytes. Also feeds the identity of the mail. */
void ig_content_read(struct ig_mail *m, GMimePart *part, size_t keep, struct ig_content *c);
/* What a fax server says of the pages is compared with the file (filter): the directories of a TIFF are counted, no picture is decoded. */
void ig_content_pages(struct ig_mail *m, GMimePart *part, struct ig_attachment *x);
int ig_content_fd(GMimePart *part); /* all of its bytes in a sealed memory file at offset 0; -1 errno */
/* The same for a message inside the mail whose place in the source is known: its bytes as they stand there. */
void ig_content_range(struct ig_mail *m, const struct ig_source *s, const struct ig_range *r, size_t keep, struct ig_content *c);
/* Where its place is not known: size and hash of what GMime writes for it. */
void ig_content_message(struct ig_mail *m, GMimeMessage *message, struct ig_content *c);
#endif
