/* The document being read, as the files of pages share it. Inside pages only. */
#ifndef IG_PAGES_INNER_H
#define IG_PAGES_INNER_H
#include <stdbool.h>
#include <stddef.h>
#include "base/buf.h"
#include "pages/pages.h"

#define IG_PAGES_PROBLEMS_MAX 48
#define IG_PAGES_FIELDS_MAX 200

enum ig_pages_kind { /* by the first bytes; the name decides where they say nothing */
	IG_PAGES_UNKNOWN, IG_PAGES_PDF, IG_PAGES_TIFF, IG_PAGES_PNG, IG_PAGES_JPEG, IG_PAGES_ZIP, IG_PAGES_7Z, IG_PAGES_RAR, IG_PAGES_TAR, IG_PAGES_PACKED,
	IG_PAGES_OLE, IG_PAGES_RTF, IG_PAGES_XML, IG_PAGES_EDXML, IG_PAGES_TEXT
};

struct ig_doc {
	const struct ig_pages_job *job;
	struct ig_arena *a;
	struct ig_report *r;
	int64_t deadline;        /* monotonic ms */
	struct ig_attachment *attachments;
	size_t attachment_count, attachment_room;
	struct ig_field *fields;
	size_t field_count;
	const char *problems[IG_PAGES_PROBLEMS_MAX + 1];
	size_t problem_count;
	uint64_t unpacked;       /* bytes taken out of archives so far */
	int64_t entries;
	const char *result;
	const char *inside;      /* name of the file in an archive that is being read; NULL the document itself */
};

/* Bytes of one file, the document itself or one found in it. */
struct ig_blob {
	const char *name, *type; /* type may be NULL */
	const uint8_t *p;
	size_t len;
	int depth;               /* archives around it */
};

/* ---- pages.c */
void ig_doc_problem(struct ig_doc *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void ig_doc_field(struct ig_doc *d, const struct ig_field *f);
bool ig_doc_late(struct ig_doc *d);                 /* its time is over: said once */
enum ig_pages_kind ig_pages_kind_of(const struct ig_blob *b);
const char *ig_pages_type_of(const struct ig_blob *b); /* media type by bytes and name */
/* Text of the file in d->a, NFC, or NULL; adds what is inside of it as attachments. */
const char *ig_doc_read(struct ig_doc *d, const struct ig_blob *b);
/* Bytes in an unknown charset to text, cut to the limit. */
const char *ig_doc_text(struct ig_doc *d, const void *p, size_t len, const char *charset);

/* ---- view.c: a place of a page as pictures, for a person's eye. */
void ig_doc_view(struct ig_doc *d, const struct ig_blob *b);

/* ---- joined.c: one letter whose pages lie in several documents. */
const char *ig_doc_joined(struct ig_doc *d, const struct ig_blob *b);

/* ---- archive.c */
/* It is encrypted and stays shut: a problem, and where it is the document itself a person owes its reading. */
void ig_doc_locked(struct ig_doc *d, const struct ig_blob *b, const char *why);
bool ig_doc_archive(struct ig_doc *d, const struct ig_blob *b);  /* false: it is none that can be read */
/* A file that was found in the document: text and mail go to a reader, others are read here and listed. type NULL: by its bytes and name. */
void ig_doc_file(struct ig_doc *d, const char *name, const char *type, const void *p, size_t len);
/* ---- edxml.c */
const char *ig_doc_edxml(struct ig_doc *d, const struct ig_blob *b);
/* ---- office.c: text of an office document in a zip, or NULL: it is none. */
const char *ig_doc_office(struct ig_doc *d, const struct ig_blob *b);
/* ---- text.c */
const char *ig_doc_word_97(struct ig_doc *d, const struct ig_blob *b);
const char *ig_doc_scan(struct ig_doc *d, const struct ig_blob *b); /* scan.c: pages of a TIFF, PNG, JPEG */
void ig_ocr_start(void); /* ocr.c */
/* ---- pdf.c: text of its pages, read or recognised. */
bool ig_pdf_trusted(const char *text, size_t len); /* is this text layer text? */
const char *ig_doc_pdf(struct ig_doc *d, const struct ig_blob *b);
/* ---- tool.c: runs one of the few tools with the bytes in a file or on its standard input. */
struct ig_tool {
	const char *const *argv;  /* argv[0] an absolute path; "@" stands for the path of the bytes */
	const void *p;
	size_t len;
	bool on_stdin;
	const char *says;         /* on its standard input instead, as typed; NULL: nothing stands there */
	int64_t time_ms;
};
/* 0: it ended well and out has all it said (past its ceiling out->over); -1 with why. */
int ig_tool_run(struct ig_doc *d, const struct ig_tool *t, struct ig_buf *out, struct ig_why *why);
#endif
