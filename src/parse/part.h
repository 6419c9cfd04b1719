/* The walk over GMime's tree, shared by mime.c (containers) and leaf.c (leaves). Inside parse only. */
#ifndef IG_PARSE_PART_H
#define IG_PARSE_PART_H
#include "parse/content.h"

struct ig_walk {
	struct ig_mail *m;
	GMimeObject *root;    /* of the tree that was read from the source itself; NULL inside an encoded message */
	struct ig_body *body; /* where text goes; NULL: text parts are not wanted */
	bool top;             /* the only part of its message */
	bool resource;        /* belongs to what is shown before it: a file, whatever its type */
	int depth;
	const char *path;     /* of the container: "" or "2.1"; parse.h says how parts are named */
	int index;            /* among the parts of its multipart, from 1; 0: it is no part of one */
};
/* Name of the part that is walked. */
const char *ig_part_path(const struct ig_walk *w);
/* Attachment number `at` of the mail, part `path`: what slow reading found in it, or the wish that it be read. part NULL: bytes hold all of it. */
void ig_part_second(struct ig_walk w, GMimePart *part, const struct ig_buf *bytes, const char *path, size_t at);
/* A file that was found inside of part path, listed and read as if it had been attached itself. */
void ig_part_file(struct ig_walk w, const char *name, const char *type, const void *p, size_t len, const char *path);
/* winmail.c: what is in a winmail.dat; false: it is none, and is a file like any other. */
bool ig_winmail_unpack(struct ig_walk w, const struct ig_buf *bytes, const char *path);
struct ig_part_tree { /* GMime's, of one source */
	GMimeStream *stream;
	GMimeParser *parser;
	GMimeObject *root;
};
GMimeObject *ig_part_parse(const struct ig_source *s, struct ig_part_tree *t_r); /* its root, or NULL; t is ended in both cases */
void ig_part_parse_end(struct ig_part_tree *t);
extern GMimeParserOptions *ig_part_options;
void ig_part_walk(struct ig_walk w, GMimeObject *o);
void ig_part_leaf(struct ig_walk w, GMimePart *part);

char *ig_part_lower(struct ig_arena *a, const char *s);
char *ig_part_type(struct ig_mail *m, GMimeObject *o); /* "text/plain", lower case */
bool ig_part_is_attachment(GMimeObject *o);
char *ig_part_name(struct ig_mail *m, GMimeObject *o); /* file name or NULL */
char *ig_part_base_name(struct ig_mail *m, const char *raw);
/* From, To, Date and Subject of an inner message as lines of its text; its subject, if it has one, in *subject_r. */
void ig_part_inner_fields(struct ig_mail *m, GMimeObject *msg, struct ig_buf *out, char **subject_r);
void ig_part_lines(char *s); /* CRLF and CR to LF, in place */
void ig_part_add_text(struct ig_mail *m, struct ig_body *body, const char *text);
#endif
