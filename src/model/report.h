/* Report: what one message claims, as the reader understood it. Every string is valid UTF-8 in NFC without NUL and lives in the
 * arena of the report; a pointer is NULL where the message says nothing. Keys and meanings: INTERFACE.md, `irgatectl read`. */
#ifndef IG_MODEL_REPORT_H
#define IG_MODEL_REPORT_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/sha256.h"
#include "model/names.h"

struct ig_address {
	const char *name;    /* display name decoded; NULL none */
	const char *address; /* as written, without brackets; never NULL in a list */
};
struct ig_header { /* of the message itself; value raw, as it stood between the colon and the end of the field */
	const char *name, *value;
};
#define IG_SCAN_KIND "clamd" /* the worker that a scanner for malware is asked by; nothing waits for it */
struct ig_attachment {
	const char *name, *type; /* file name decoded (base name) or NULL; "application/pdf" in lower case */
	uint64_t size;           /* of the decoded bytes */
	uint8_t sha256[IG_SHA256_LEN];
	const char *part;   /* of the message, as parse.h names it; NULL: found inside of another file */
	const char *malware; /* what a scanner said: "clean", "infected: NAME", "not scanned: WHY"; of the store only; NULL: none was asked */
	const char *hazard; /* why it never leaves as it is: "a Windows program" (parse/hazard.h); NULL: nothing known */
	const char *text; /* NULL where it is not text or past the limit */
	const void *bytes; /* of small archives, for filters in the reader; not packed */
	size_t byte_count;
	int pages; /* of a TIFF or PDF, for filters in the reader; not packed; 0 not counted */
};
struct ig_bounce {
	const char *recipient, *action, *status, *original_message_id;
	const char *words; /* what the server or the notice said; NULL nothing */
	enum ig_bounce_kind kind;
};
struct ig_field {
	const char *name, *value, *where, *rule;
	double confidence;
};
struct ig_event { /* one of the many that a feed reports; NULL where it says nothing */
	const char *address, *at, *domain, *category, *kind, *detail;
	int port; /* 0 none */
	int64_t asn; /* of the autonomous system that the feed says it is in; 0 none */
};
struct ig_ticket { /* the sender's own number for it */
	const char *system, *id, *status;
};
struct ig_observable {
	const char *type, *value;
};

/* One result of one Authentication-Results field (RFC 8601), as it stands there: who believes it decides (decide/trust.c). */
struct ig_auth_result {
	const char *by;               /* authserv-id; never NULL */
	uint64_t hop;                 /* Received fields that stand above it */
	const char *method, *result;  /* lower case; never NULL */
	const char *property, *value; /* "header.from", "example.vn": what was tested; NULL not said */
};
struct ig_mark { /* a field that the configuration asks for, as a filter in front of us sets it */
	const char *name, *value; /* never NULL */
};

struct ig_report {
	enum ig_kind kind;
	enum ig_class class;
	const char *class_reason; /* which header or structure decided the class */
	const char *message_id;   /* without brackets */
	ig_time date;             /* IG_NEVER none */
	int date_zone;            /* minutes east of UTC as written */
	const struct ig_address *from, *reply_to, *sender; /* single or NULL */
	const struct ig_address *to, *cc;
	size_t to_count, cc_count;
	const char *subject, *text, *reply_text;
	const struct ig_attachment *attachments;
	size_t attachment_count;
	const char *const *in_reply_to, *const *references; /* ids without brackets, oldest first, NULL-terminated, never NULL */
	const struct ig_bounce *bounces;
	size_t bounce_count;
	struct {
		bool encrypted, decrypted, is_signed;
		bool sealed; /* nothing of it can be read without the key */
		bool whole;  /* what is signed is all of the mail but its header */
		enum ig_verified verified;
		const char *signer;
		const char *our_key; /* fingerprint to which it should have been encrypted; NULL: none is known, or it was opened */
		const char *outer_subject; /* of a mail that was opened: the subject that everybody on the way could read; may leave in the clear again */
	} crypto;
	const char *filter;
	struct ig_ticket ticket;
	const struct ig_field *fields;
	size_t field_count;
	const struct ig_observable *observables;
	size_t observable_count;
	const struct ig_event *events;      /* the first ones */
	size_t event_count, event_total;
	const char *category;
	double category_confidence;
	const char *language;            /* "vi", "en", NULL */
	const char *const *problems;     /* NULL-terminated, never NULL */

	struct ig_report *letters;       /* further letters of the same scan, in their order; they have none themselves */
	size_t letter_count;

	/* For deciding whether, where and how to answer; not printed by `read`. */
	/* Of a delivery report or read receipt: Original-Envelope-Id (RFC 3464 2.2.1) and the Message-ID of what it is about. */
	const char *about_envelope, *about_message;
	const char *return_path;   /* header; "" for <>; NULL none */
	const char *list_id;       /* content of the angle brackets */
	const char *const *delivered_to; /* Delivered-To, X-Original-To, Envelope-To; NULL-terminated, never NULL */
	const struct ig_auth_result *auth; /* in the order of the header */
	size_t auth_count;
	const char *const *received_by;    /* host of the `by` clause of each Received field from the top, "" where there is none */
	const struct ig_mark *marks;
	size_t mark_count;
	bool from_unsure;          /* more than one From field, or more than one address in it: whom a result is about is not sure */
	bool no_auto_reply;        /* X-Auto-Response-Suppress, Precedence, List-* and their like: RFC 3834 says do not answer */
	bool by_hand;              /* the class comes from what it says alone: a person may have written it and wait for a word */
	/* For recognising the same message again: SHA-256 over Message-ID, From, Date, Subject and decoded part digests, trace headers
	 * excluded. Without a Message-ID the caller bounds it in time. */
	uint8_t identity[IG_SHA256_LEN];
	const struct ig_header *headers; /* for filters in the reader; not packed */
	size_t header_count;
	const char *const *slow; /* rules of filters that took too many steps for this message, by name: switched off from here on, in every reader */
	size_t slow_count;
	int pages;         /* of the document that a worker read (a PDF); 0 not counted */
	bool filter_empty; /* the filter that claimed it found nothing of what such mail always holds */
	bool fallback; /* made because the message could not be read: envelope and first 4 KiB only */
	const char *folded; /* search text: ig_utf8_fold of subject, names, addresses, text and attachment names and texts; may be NULL */
};

/* Between reader and clerk. The reader's bytes are not trusted: unpack checks every length, count and word. Ceiling IG_LINK_MAX. */
void ig_report_pack(const struct ig_report *r, struct ig_buf *out);
int ig_report_unpack(const void *p, size_t len, struct ig_arena *a, struct ig_report *r_r, struct ig_why *why);

/* The JSON object of `irgatectl read`, on one line, with "file" first when file is not NULL. */
void ig_report_print(const struct ig_report *r, const char *file, struct ig_buf *out);

/* Record marked for a person, for a message no reader survived: envelope facts only, class person, `problem` said. head: the first bytes
 * (at most 4 KiB are used, repaired to UTF-8). From and Message-ID stay NULL: nothing is guessed. */
struct ig_report *ig_report_fallback(struct ig_arena *a, const void *head, size_t len, const char *problem);
#endif
