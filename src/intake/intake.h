/* Ways in, one file each. A driver collects messages and hands each to the recorder; only after `durable` does it tell its source (LMTP 250,
 * Maildir rename to cur/). Nothing is parsed here. */
#ifndef IG_INTAKE_INTAKE_H
#define IG_INTAKE_INTAKE_H
#include <stdbool.h>
#include <stdint.h>
#include "conf/conf.h"
#include "model/envelope.h"

struct event_base;

/* How a driver gives a message away. Takes over fd; p is copied. done is called once, later: durable, or words why not. */
typedef void ig_intake_done_h(bool durable, const char *why, void *arg);
struct ig_intake_sink {
	void *arg;
	void (*append)(void *arg, const struct ig_envelope *e, const void *p, int fd, uint64_t size, ig_intake_done_h *done, void *done_arg);
};

struct ig_maildir;
/* Takes what lies in path/new in the order of the names (bytes), at most 256 messages under way; after `durable` each is renamed to
 * cur/NAME:2,S. What cannot be read, is no regular file, or is still open for writing stays and is counted as waiting. Files whose name
 * begins with a dot are not messages. Opens the folders: before confinement. */
struct ig_maildir *ig_maildir_new(struct event_base *base, const struct ig_conf *c, const struct ig_conf_maildir *m, const struct ig_intake_sink *sink);
/* From now on looks by itself: by inotify and every m->interval. */
void ig_maildir_watch(struct ig_maildir *m);
/* One pass over what lies there now, then scanned is called (never from within this call): how many were taken durably, how many were left,
 * and words when the folder is out of reach or the log takes nothing. One scan at a time. */
typedef void ig_intake_scanned_h(uint64_t taken, uint64_t waiting, const char *failed, void *arg);
void ig_maildir_scan(struct ig_maildir *m, ig_intake_scanned_h *scanned, void *arg);
struct ig_maildir *ig_maildir_free(struct ig_maildir *m);

struct ig_spool;
/* A folder into which another program, or a person, drops whole files: faxes of an outside fax server, scanned letters. A file is taken when it was
 * renamed into the folder with its sidecar there already, or when size and time of it rested for `settle` of real time (0: at once). What stands
 * in NAME.json, or in FILE.json, goes along unread in the envelope. After `durable` both move to .taken/YYYY-MM/; what is no page of any kind we
 * know, by its first bytes, moves to .refused/ with FILE.reason.txt beside it. Names that begin with a dot or end in .tmp, .part, .json or ~ are no
 * files to take. The folder is made when missing: before confinement. */
struct ig_spool_settings {
	const char *name, *path;
	enum ig_channel channel;
	bool sidecar;            /* wait for one, take it along */
	int64_t settle, interval; /* ms */
};
#define IG_SPOOL_SIDECAR_MAX 16384 /* bytes; a larger one is left out and said */
struct ig_spool *ig_spool_new(struct event_base *base, const struct ig_conf *c, const struct ig_spool_settings *s, const struct ig_intake_sink *sink);
void ig_spool_watch(struct ig_spool *p);
void ig_spool_scan(struct ig_spool *p, ig_intake_scanned_h *scanned, void *arg); /* as ig_maildir_scan */
struct ig_spool *ig_spool_free(struct ig_spool *p);

struct ig_lmtp;
/* Serves a listening socket (opened by parent). RFC 2033, 1870, 2920, 2034, 6152. */
struct ig_lmtp *ig_lmtp_new(struct event_base *base, const struct ig_conf *c, const struct ig_conf_lmtp *l, int listening, const struct ig_intake_sink *sink);
struct ig_lmtp *ig_lmtp_free(struct ig_lmtp *l);
/* Opens "unix:PATH" or "ADDRESS:PORT" for listening; -1 with why. */
int ig_intake_listen(const char *spec, struct ig_why *why);
#endif
