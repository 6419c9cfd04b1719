/* Option tables: the one place where a key of a configuration file is named, typed, bounded, defaulted and explained. Reading,
 * printing, the sample file and the manual page all follow from them (options.c for irgate.conf, profiles.c for profiles).
 * Private to the room. */
#ifndef IG_CONF_TABLE_H
#define IG_CONF_TABLE_H
#include <libconfig.h>
#include "base/opt.h"
#include "conf/conf.h"

enum ig_conf_type {
	IG_CONF_STR, IG_CONF_PATH, IG_CONF_BOOL, IG_CONF_INT, IG_CONF_SIZE, IG_CONF_TIME, IG_CONF_WORD,
	IG_CONF_STRS,   /* list of texts */
	IG_CONF_TEXT,   /* struct ig_profile_text: a group with vi and en */
	IG_CONF_DATE,   /* YYYY-MM-DD, its first moment at UTC+7 */
	IG_CONF_GROUP,  /* a section: sub is its table, on the same struct */
	IG_CONF_GROUPS, /* a list of groups: sub is the table of one, item its size */
	IG_CONF_SKIP,   /* read by hand elsewhere */
};
enum ig_conf_check {
	IG_CHECK_NONE, IG_CHECK_NAME, IG_CHECK_ADDRESS, IG_CHECK_DOMAIN, IG_CHECK_HOST, IG_CHECK_LISTEN, IG_CHECK_USER,
	IG_CHECK_OFFSET, IG_CHECK_DAY, IG_CHECK_DAYS, IG_CHECK_WEEKDAY, IG_CHECK_PIN, IG_CHECK_LINE, IG_CHECK_MARK,
};
/* Roles that are given the key; passwords are shown to no one else. */
enum {
	IG_CONF_MAILIN = 1, IG_CONF_RECORDER = 2, IG_CONF_CLERK = 4, IG_CONF_SENDER = 8, IG_CONF_READER = 16, IG_CONF_PARENT = 32,
	IG_CONF_OTHER = 64, IG_CONF_ACCOUNT = 128, IG_CONF_FAXLINE = 256, IG_CONF_ALL = 511,
};
enum { IG_CONF_NEED = 1, IG_CONF_SECRET = 2, IG_CONF_INTERNAL = 4 /* only between our processes */ };

struct ig_conf_table;
struct ig_conf_option {
	const char *key;
	enum ig_conf_type type;
	size_t at;
	const char *def;       /* as written in a file, without quotes; NULL none */
	int64_t min, max;      /* of INT, SIZE (bytes) and TIME (ms) */
	enum ig_conf_check check;
	unsigned roles, flags;
	const char *const *words; /* of WORD, in the order of the enum; NULL-terminated */
	const struct ig_conf_table *sub;
	size_t count_at, item; /* of GROUPS */
	const char *sample;    /* value that a new instance has, as written; NULL: the default, as a comment */
	const char *example;   /* value shown where there is no default, as written */
	const char *say;       /* the manual sentence */
};
struct ig_conf_table {
	const struct ig_conf_option *options;
	size_t count;
};
extern const struct ig_conf_table ig_conf_fax_table, ig_conf_top, ig_conf_profile_table;

/* Reading in progress. */
struct ig_conf_line {
	const char *file;
	unsigned line;
	size_t order; /* place in the whole text: errors are said in this order */
};
struct ig_conf_reading {
	struct ig_arena *arena;
	ig_conf_say_h *say;
	void *arg;
	int errors;
	struct ig_conf_said { size_t order, seq; const char *text; } *said; /* kept until the end of the reading */
	size_t said_cap;
	int others;              /* errors of other files, said by their own readings */
	bool internal;           /* text of ig_conf_print(c, role): internal keys are allowed, users are not looked up */
	bool light;              /* neither profiles nor what concerns several keys */
	const char *dir;         /* relative paths are below it */
	const char *name;        /* file to name where no line is known */
	struct ig_buf text;      /* all files, includes in place */
	struct ig_conf_line *lines; /* of text */
	size_t line_count, line_cap;
	int depth;               /* brackets that are open */
	struct ig_conf_mark { const void *at; struct ig_conf_line where; } *marks; /* where each value was set */
	size_t mark_count, mark_cap;
};

/* "FILE:LINE: text", counted; said in the order of the lines when the reading ends. */
void ig_conf_error(struct ig_conf_reading *r, struct ig_conf_line where, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
struct ig_conf_line ig_conf_where(const struct ig_conf_reading *r, const config_setting_t *s);
/* Where the value at this address was set; the first line where it has its default. */
struct ig_conf_line ig_conf_set_at(const struct ig_conf_reading *r, const void *at);

/* source.c: fills r->text from a file or from text with everything libconfig would get silently wrong said. */
void ig_conf_source_file(struct ig_conf_reading *r, const char *file);
void ig_conf_source_text(struct ig_conf_reading *r, const char *name, const char *text, size_t len);
void ig_conf_reading_end(struct ig_conf_reading *r);

/* load.c: text whose relative paths are below dir. */
struct ig_conf *ig_conf_load_text(struct ig_conf_reading *r, const char *name, const char *dir, const char *text);

/* fill.c: one group into the struct at base. s NULL: defaults only. */
void ig_conf_fill(struct ig_conf_reading *r, const struct ig_conf_table *t, const config_setting_t *s, void *base);
/* check.c: what concerns more than one key; users that must exist. */
void ig_conf_check_all(struct ig_conf_reading *r, struct ig_conf *c);
/* profiles.c */
void ig_conf_profiles_read(struct ig_conf_reading *r, struct ig_conf *c, const config_setting_t *list);
const struct ig_profile *ig_conf_profile_builtin(void);
/* profile_check.c: what concerns more than one key of a profile; base: the name its file has, NULL none. */
void ig_conf_profile_check(struct ig_conf_reading *r, const struct ig_profile *p, const char *base);

/* profile_notes.c: what a profile leaves empty, one notice each; at: the years whose feasts it must know are counted from there. */
void ig_conf_notice(ig_conf_say_h *say, void *arg, const char *where, const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* value.c: text to value and back; 0, or -1 with why. */
int ig_conf_size_parse(const char *s, int64_t *v_r);
int ig_conf_time_parse(const char *s, int64_t *ms_r);
void ig_conf_size_print(int64_t v, struct ig_buf *out);
void ig_conf_time_print(int64_t ms, struct ig_buf *out);
int ig_conf_date_parse(const char *s, ig_time *t_r);
void ig_conf_date_print(ig_time t, struct ig_buf *out);
int ig_conf_value_check(enum ig_conf_check check, const char *s, struct ig_why *why);
void ig_conf_quote(const char *s, struct ig_buf *out);
/* The word nearest to s among count words (get gives the i-th), NULL when none is near. */
const char *ig_conf_nearest(const char *s, const char *(*get)(size_t i, const void *arg), const void *arg, size_t count);

/* sample.c, manual.c: texts made from the tables. */
void ig_conf_sample(const char *profile, struct ig_buf *out);
void ig_conf_manual(struct ig_buf *out);
void ig_conf_example(const struct ig_conf_option *o, struct ig_buf *out); /* default or example, as written */
/* print.c: one group as text, for role bits (0: for a person, with secrets hidden). */
void ig_conf_print_group(const struct ig_conf_table *t, const void *base, unsigned role, int depth, struct ig_buf *out);
#endif
