/* One table of the books in the form asked for: lines for a terminal, CSV (RFC 4180, UTF-8 with a byte order mark, as spreadsheets want it),
 * JSON, or the page model of irgate-scribe (--page; with --pdf FILE irgatectl has it drawn). */
#ifndef IG_CTL_SHEET_H
#define IG_CTL_SHEET_H
#include "ctl/room.h"

struct ig_sheet_column { const char *key, *vi, *en; double width; /* share of the page */ };
struct ig_sheet {
	struct ig_ctl *c;
	const struct ig_sheet_column *columns;
	size_t count;
	const char *name;                 /* in JSON */
	const char *heading;              /* of the page */
	const char *lead[8];
	bool english, csv, page, landscape;
	bool outside;                     /* of a letter (digest send): nothing of a case under secrecy but its number in the book */
	const char *language;             /* as said by --lang; NULL */
	json_t *rows, *meta;              /* meta: further keys of the JSON object; taken over */
	struct ig_ctl_list *list;
	size_t row_count;
};
/* Takes --csv, --page, --lang and --outside out of the arguments. */
void ig_sheet_options(struct ig_sheet *s);
bool ig_sheet_english(const struct ig_sheet *s, const struct ig_profile *p); /* as said, else in the language of the profile */
void ig_sheet_begin(struct ig_sheet *s);
void ig_sheet_row(struct ig_sheet *s, const char *const *cells);
int ig_sheet_end(struct ig_sheet *s, const char *none);
void ig_ctl_csv_row(struct ig_ctl *c, const char *const *cells, size_t count);
/* "2026", or --from and --to as days: the span [from, to) in the zone of the office; first and last day as texts. Exit code. */
struct ig_ctl_span { ig_time from, to; int year; const char *first, *last; bool said, year_said; /* by --from or --to; by --year */ };
int ig_ctl_span(struct ig_ctl *c, struct ig_ctl_span *s);
const char *ig_ctl_day(struct ig_ctl *c, ig_time t); /* "22/11/2026", "" for none */
const char *ig_ctl_date(struct ig_ctl *c, ig_time t); /* "2026-11-22" */
int ig_ctl_day_start(const char *day, ig_time *t_r); /* YYYY-MM-DD to its first moment */
/* A page model on standard output of a verb becomes a PDF: irgatectl's own end of --pdf. */
int ig_ctl_draw(struct ig_ctl *c, const char *model, size_t len, const char *file);
#endif
