/* What the files of this room share: arguments, output, finding things by what a person types. */
#ifndef IG_CTL_ROOM_H
#define IG_CTL_ROOM_H
#include <jansson.h>
#include "ctl/ctl.h"

/* ---- saying */
void ig_ctl_print(struct ig_ctl *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void ig_ctl_say(struct ig_ctl *c, const char *fmt, ...) __attribute__((format(printf, 2, 3))); /* to err, "irgatectl: ...\n" */
/* Says it and gives the code back: return ig_ctl_fail(c, IG_EX_DATA, "..."). */
int ig_ctl_fail(struct ig_ctl *c, int code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
int ig_ctl_store_failed(struct ig_ctl *c); /* says ig_store_why, IG_EX_SOFTWARE */
void ig_ctl_json(struct ig_ctl *c, json_t *value); /* one value and a newline; frees it */
/* Text for a terminal: control characters and direction marks are replaced, newline and tab too unless lines. */
void ig_ctl_clean(struct ig_buf *out, const char *text, size_t len, bool lines);
void ig_ctl_clean_json(struct ig_buf *out, const char *text, size_t len); /* the same for printed JSON: they become escapes */
const char *ig_ctl_bold(const struct ig_ctl *c);   /* escape sequences, "" without colour */
const char *ig_ctl_dim(const struct ig_ctl *c);
const char *ig_ctl_red(const struct ig_ctl *c);
const char *ig_ctl_plain(const struct ig_ctl *c);
const char *ig_ctl_time(struct ig_ctl *c, ig_time t); /* for people: "2026-11-22 08:30"; "-" for none; in the arena */

void ig_ctl_lines(struct ig_ctl *c, const char *label, const char *text); /* each line of it with the label; NULL none */

/* ---- a list: rows of a JSON array, or a table with aligned columns */
struct ig_ctl_list;
/* From begin to end c->arena is the rows': what a row took from it is gone when the row was handed over, so that a list of any length fits. */
/* headings: NULL-terminated; the last column takes the rest of the line and is cut at the terminal's width. "~NAME": the column may be left
 * out on a narrow terminal. */
struct ig_ctl_list *ig_ctl_list_begin(struct ig_ctl *c, const char *const *headings);
struct ig_ctl *ig_ctl_list_call(const struct ig_ctl_list *l);
void ig_ctl_list_json(struct ig_ctl_list *l, json_t *row);               /* when c->json; frees row */
void ig_ctl_list_row(struct ig_ctl_list *l, const char *const *cells);   /* when not; as many as headings */
int ig_ctl_list_end(struct ig_ctl_list *l, const char *none);            /* none: said when empty; IG_EX_OK */

/* ---- arguments: options taken out of argv, the rest stay in order */
bool ig_ctl_flag(struct ig_ctl *c, const char *name);                     /* "--open" */
const char *ig_ctl_option(struct ig_ctl *c, const char *name);            /* "--reason T", "--reason=T"; NULL when absent */
/* After all options were taken: exactly min to max words are left and none begins with "--". */
int ig_ctl_words(struct ig_ctl *c, int min, int max);
int ig_ctl_number(struct ig_ctl *c, const char *word, int64_t min, int64_t max, int64_t *n_r); /* says why; 0 or -1 */

/* ---- finding; each says why and returns the exit code, IG_EX_OK found */
int ig_ctl_incident(struct ig_ctl *c, const char *word, struct ig_incident *i_r);
int ig_ctl_message(struct ig_ctl *c, const char *word, struct ig_message *m_r);
int ig_ctl_dispatch(struct ig_ctl *c, const char *word, bool bytes, struct ig_dispatch *d_r);
int ig_ctl_party(struct ig_ctl *c, const char *word, struct ig_party *p_r); /* id, name or address */
/* What lists share: --incident REF and --limit N; after all other options of the verb were taken. Exit code. */
int ig_ctl_filter(struct ig_ctl *c, int64_t *incident_r, int64_t *limit_r);
const char *ig_ctl_party_name(struct ig_ctl *c, int64_t id);                 /* "-" for none; in the arena */
const char *ig_ctl_ref_of(struct ig_ctl *c, int64_t incident);              /* printed reference, NULL for 0; in the arena */

/* ladder.c: adds facts, ladder and signed_original to the object of an incident; prints the same for people. */
void ig_ctl_ladder_json(struct ig_ctl *c, int64_t incident, json_t *o);
void ig_ctl_ladder_print(struct ig_ctl *c, int64_t incident);

/* join.c: is it part of another message, or joined of several? For show. */
void ig_ctl_joined_json(struct ig_ctl *c, int64_t message, json_t *o);
void ig_ctl_joined_print(struct ig_ctl *c, int64_t message);

/* import.c: one message into the log, with or without a daemon; then is called while the store is open here (c->store, c->desk), or with a daemon
 * (c->store NULL). Exit code. */
int ig_ctl_take_in(struct ig_ctl *c, const char *envelope, const void *p, size_t len, int (*then)(struct ig_ctl *c, uint64_t seq, void *arg), void *arg);

void ig_ctl_letter_made(struct ig_ctl *c, int64_t dispatch); /* letter.c: says its number and state */
const char *ig_ctl_urgency(struct ig_ctl *c, const char *word); /* --urgency as it is typed; NULL: no such stamp */

/* ---- a writing verb that is not an act of the desk: begin, journal, commit */
int ig_ctl_begin(struct ig_ctl *c);
int ig_ctl_commit(struct ig_ctl *c, const char *act, const char *object, const char *detail);

/* events.c: since and until as options. */
int ig_ctl_event_period(struct ig_ctl *c, ig_time *since_r, ig_time *until_r);

/* ---- the verbs, one file per noun */
#define VERB(name) int name(struct ig_ctl *c);
VERB(ig_ctl_init) VERB(ig_ctl_read) VERB(ig_ctl_import) VERB(ig_ctl_completion)
VERB(ig_ctl_config_show) VERB(ig_ctl_config_check)
VERB(ig_ctl_incident_unlink) VERB(ig_ctl_event_list) VERB(ig_ctl_event_told) VERB(ig_ctl_event_send) VERB(ig_ctl_network_import) VERB(ig_ctl_network_list)
VERB(ig_ctl_filter_list) VERB(ig_ctl_filter_check) VERB(ig_ctl_filter_try) VERB(ig_ctl_filter_explain) VERB(ig_ctl_filter_test) VERB(ig_ctl_filter_new)
VERB(ig_ctl_incident_list) VERB(ig_ctl_incident_show) VERB(ig_ctl_incident_merge) VERB(ig_ctl_incident_split) VERB(ig_ctl_incident_escalate)
VERB(ig_ctl_incident_severity) VERB(ig_ctl_incident_status) VERB(ig_ctl_incident_admit)
VERB(ig_ctl_message_list) VERB(ig_ctl_message_show) VERB(ig_ctl_message_move) VERB(ig_ctl_message_promote) VERB(ig_ctl_message_raw)
VERB(ig_ctl_dispatch_list) VERB(ig_ctl_dispatch_show) VERB(ig_ctl_dispatch_raw) VERB(ig_ctl_dispatch_release) VERB(ig_ctl_dispatch_cancel)
VERB(ig_ctl_fax_send) VERB(ig_ctl_fax_status) VERB(ig_ctl_fax_calls) VERB(ig_ctl_fax_lines) VERB(ig_ctl_line_test) VERB(ig_ctl_fax_report) VERB(ig_ctl_dispatch_resolve)
VERB(ig_ctl_party_list) VERB(ig_ctl_party_show) VERB(ig_ctl_party_add) VERB(ig_ctl_party_import)
VERB(ig_ctl_probe_list) VERB(ig_ctl_probe_send) VERB(ig_ctl_check_mail)
VERB(ig_ctl_peer_list) VERB(ig_ctl_peer_resume) VERB(ig_ctl_receipt_list) VERB(ig_ctl_receipt_release)
VERB(ig_ctl_duty_list) VERB(ig_ctl_duty_show) VERB(ig_ctl_duty_done)
VERB(ig_ctl_alarm_list) VERB(ig_ctl_alarm_ack)
VERB(ig_ctl_letter_number) VERB(ig_ctl_letter_block) VERB(ig_ctl_letter_file) VERB(ig_ctl_letter_send) VERB(ig_ctl_letter_stamp) VERB(ig_ctl_dispatch_posted)
VERB(ig_ctl_template_list) VERB(ig_ctl_template_check) VERB(ig_ctl_template_preview)
VERB(ig_ctl_message_reread) VERB(ig_ctl_key_list) VERB(ig_ctl_key_import) VERB(ig_ctl_key_export) VERB(ig_ctl_key_make) VERB(ig_ctl_key_remove) VERB(ig_ctl_key_accept)
VERB(ig_ctl_key_forget) VERB(ig_ctl_key_uses) VERB(ig_ctl_key_noted)
VERB(ig_ctl_attachment_send) VERB(ig_ctl_attachment_enclose)
VERB(ig_ctl_search) VERB(ig_ctl_explain) VERB(ig_ctl_status) VERB(ig_ctl_check) VERB(ig_ctl_states)
VERB(ig_ctl_evidence_list) VERB(ig_ctl_evidence_export) VERB(ig_ctl_evidence_verify)
VERB(ig_ctl_journal_list)
VERB(ig_ctl_order_list) VERB(ig_ctl_order_show) VERB(ig_ctl_order_add) VERB(ig_ctl_order_relay) VERB(ig_ctl_order_report)
VERB(ig_ctl_phone_log) VERB(ig_ctl_letter_log) VERB(ig_ctl_message_frame)
VERB(ig_ctl_party_export) VERB(ig_ctl_party_revoke) VERB(ig_ctl_party_proposals) VERB(ig_ctl_party_accept) VERB(ig_ctl_party_refuse)
VERB(ig_ctl_rota_list) VERB(ig_ctl_rota_add) VERB(ig_ctl_rota_end) VERB(ig_ctl_rota_now) VERB(ig_ctl_period_list) VERB(ig_ctl_period_add) VERB(ig_ctl_period_end)
VERB(ig_ctl_address)
VERB(ig_ctl_obligation_list) VERB(ig_ctl_obligation_done) VERB(ig_ctl_obligation_table) VERB(ig_ctl_today)
VERB(ig_ctl_incident_fact) VERB(ig_ctl_incident_ladder) VERB(ig_ctl_incident_answered) VERB(ig_ctl_incident_original) VERB(ig_ctl_incident_drill)
VERB(ig_ctl_confirm) VERB(ig_ctl_scan_separator) VERB(ig_ctl_scan_join) VERB(ig_ctl_scan_split)
VERB(ig_ctl_profile_list) VERB(ig_ctl_profile_show) VERB(ig_ctl_profile_diff) VERB(ig_ctl_profile_check)
#undef VERB

/* ---- irgatectl's own */
int ig_ctl_again(struct ig_ctl *c, const char *const *words); /* a verb out of a local one: runs where it belongs, as if typed */
int ig_ctl_taken(struct ig_ctl *c, const char *const *words, bool json, struct ig_buf *out); /* the same, what it says added to out */
int ig_ctl_over_socket(struct ig_ctl *c, bool wants_input); /* client.c */
void ig_ctl_terminal(struct ig_ctl *c);                     /* colour, width: of standard output */
int ig_ctl_offline(const struct ig_conf *conf, struct ig_ctl *c, const struct ig_ctl_phrase *p, bool fixed_now); /* offline.c */
bool ig_ctl_held(const struct ig_conf *conf, pid_t *pid_r); /* does a daemon hold the instance? */
struct ig_conf *ig_ctl_load_conf(const char *file, bool need); /* says errors; NULL: exit 78 */
const char *ig_ctl_conf_file(void); /* -c */
/* ---- findings.c: what was taken from a message, or from all messages of a case; printed, or set into o */
void ig_ctl_findings(struct ig_ctl *c, int64_t message);
void ig_ctl_findings_json(struct ig_ctl *c, int64_t message, json_t *o);
void ig_ctl_incident_findings(struct ig_ctl *c, int64_t incident);
void ig_ctl_incident_findings_json(struct ig_ctl *c, int64_t incident, json_t *o);
/* ---- read.c: files through a confined reader, for verbs other than `read`. explain: problems of the report say how filters went. */
struct ig_ctl_reader;
struct ig_ctl_reader *ig_ctl_reader_new(const struct ig_conf *conf, bool explain);
struct ig_report *ig_ctl_reader_read(struct ig_ctl_reader *x, const char *path, struct ig_arena *a);
/* A place of a page as pictures (src/pages/view.c): of the message in path, or of its attachment of that name. Empty when it could not be shown. */
struct ig_ctl_view { const char *file, *place; struct ig_buf *png, *pgm, *spot; }; /* spot: what "free" gives; any may be NULL */
void ig_ctl_reader_view(struct ig_ctl_reader *x, const char *path, const struct ig_ctl_view *view, struct ig_arena *a);
/* The file that is this part of the message in path, added to out; nothing where there is none, or it is larger than out may be. */
void ig_ctl_reader_file(struct ig_ctl_reader *x, const char *path, const char *part, struct ig_buf *out, struct ig_arena *a);
struct ig_note_child;
void ig_ctl_view_take(const struct ig_ctl_view *v, const struct ig_note_child *n, int fd); /* picture.c: a file that came from the worker */
/* picture.c: a PGM on this terminal as sixels or by kitty's protocol; false: it knows neither, or this is no such picture. */
bool ig_ctl_picture(const struct ig_buf *pgm);
/* confirm_walk.c: field by field, with a person who answers. */
int ig_ctl_confirm_walk(struct ig_ctl *c);
struct ig_ctl_reader *ig_ctl_reader_free(struct ig_ctl_reader *x);
#endif
