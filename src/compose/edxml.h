/* Electronic documents for the exchange between state bodies: the packet of QCVN 102:2016/BTTTT (edXML), as text. Pure. */
#ifndef IG_COMPOSE_EDXML_H
#define IG_COMPOSE_EDXML_H
#include <stdint.h>
#include "base/buf.h"
#include "base/clock.h"

#define IG_EDXML_MAX (96u << 20)
struct ig_edxml_organ { const char *id, *in_charge, *name, *address, *email, *phone, *fax, *web; }; /* in any form of code, old or new */
struct ig_edxml_of { const char *organ, *number, *date; }; /* the document that is answered: its sender's code, number and sign, yyyy-mm-dd */
struct ig_edxml {
	struct ig_edxml_organ from;
	const struct ig_edxml_organ *to;
	size_t to_count;
	int64_t number;
	const char *sign, *place;     /* "STTTT-CNTT" */
	ig_time date;
	const char *type_name;        /* "Công văn", "Báo cáo" */
	const char *subject, *content;
	const char *signer_prefix, *signer_post, *signer_name;
	int priority;                 /* 0 ordinary, 1 KHẨN, 2 THƯỢNG KHẨN, 3 HỎA TỐC */
	int pages;
	const struct ig_edxml_of *answers; /* NULL none */
	const char *file_name, *file_type; /* the document itself */
	const void *file;
	size_t file_size;
};
/* The packet; same input, same bytes. -1 with why: a code or a name is missing, or it is too large. */
int ig_compose_edxml(const struct ig_edxml *e, struct ig_buf *out, struct ig_why *why);
/* The message that says what became of a document of theirs: 01 arrived, 02 refused, 03 received, 04 assigned, 05 being handled, 06 done. */
struct ig_edxml_status { struct ig_edxml_organ from, to; struct ig_edxml_of of; const char *code, *words; ig_time at; };
int ig_compose_edxml_status(const struct ig_edxml_status *s, struct ig_buf *out, struct ig_why *why);
#endif
