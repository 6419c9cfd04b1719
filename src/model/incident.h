/* The nouns as the store keeps them and INTERFACE.md prints them. Plain structs; strings live in the arena they were read into. */
#ifndef IG_MODEL_INCIDENT_H
#define IG_MODEL_INCIDENT_H
#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/clock.h"
#include "base/sha256.h"
#include "model/names.h"

/* ---- Incident reference: IR-YYYY-NNNNNN-C, C the ISO 7064 MOD 37,36 check character over IRYYYYNNNNNN (seven digits past 999999). */
#define IG_REF_MAX 24
struct ig_ref {
	int year;
	int64_t number;
};
char *ig_ref_print(struct ig_ref ref, char out[IG_REF_MAX]);
/* The whole of s (len bytes), letters in either case; -1 when the form or the check character is wrong. */
int ig_ref_parse(const char *s, size_t len, struct ig_ref *ref_r);
/* Next reference at or after *at in text; NULL when none, else pointer past it with *ref_r set and *at_r where it began.
 * Accepts any case and a hyphen, en dash or space between the groups; the check character must be right. */
const char *ig_ref_find(const char *text, struct ig_ref *ref_r, const char **at_r);

struct ig_incident {
	int64_t id; /* store's key */
	struct ig_ref ref;
	enum ig_incident_status status;
	enum ig_severity severity;
	enum ig_widespread widespread;
	const char *category, *profile;
	ig_time opened_at, acknowledged_at, closed_at; /* IG_NEVER */
	bool secrecy_requested;
	const char *tlp, *secrecy_state;
	const char *subject; /* of the first message, for lists */
	const char *language;
	bool drill; /* of an exercise: in no statistics, and never told to the real coordinator */
};

struct ig_message {
	int64_t id;       /* time ordered; printed as a number */
	int64_t incident; /* 0 none */
	bool outgoing;
	enum ig_channel channel;
	enum ig_message_state state;
	int64_t frame;    /* sequence in the evidence log; 0 for outgoing */
	int64_t dispatch; /* of an outgoing message; 0 none */
	const char *message_id, *from_name, *from_address, *subject, *return_path;
	ig_time received_at, date;
	enum ig_class class;
	enum ig_matched_by matched_by;
	const char *match_reason, *match_rejected; /* words; rejected: one candidate a line */
	const char *source, *source_file, *recipient;
	const char *problems; /* one a line */
	const char *language;
	uint8_t identity[IG_SHA256_LEN];
	uint64_t size;
	enum ig_auth auth;
	const char *auth_words; /* why */
	bool fallback, imported;
	int64_t suggested_incident; /* merge suggestion; 0 none */
	const char *filter, *category; /* filter that claimed it; code of the taxonomy; NULL none */
	double category_confidence;
	struct {
		bool encrypted, decrypted, is_signed, sealed; /* sealed: nothing of it could be read */
		enum ig_verified verified;
		const char *signer;
	} crypto;
	bool waits;       /* for slow reading: neither matched nor answered yet */
};

struct ig_copy {
	ig_time at;
	enum ig_channel channel;
	const char *recipient, *source_file;
	int64_t frame;
};

struct ig_participant { /* who may be written to about a case, and who waits for a person's word */
	int64_t incident;
	const char *address; /* lower-case domain, local part as first seen; compared case-blind */
	bool admitted;       /* reporter and persons let in; others get their one receipt and nothing else */
	int64_t first_message;
};

struct ig_party_channel {
	int64_t id;
	enum ig_channel channel;
	const char *address;
	enum ig_channel_state state;
};
struct ig_party {
	int64_t id;
	const char *name;
	enum ig_party_role role;
	const char *language; /* "vi", "en" or NULL */
	const char *domain;   /* an organisation's own mail domain, for the shared-ancestor guard; never a shared mail host */
	struct ig_party_channel *channels;
	size_t channel_count;
	ig_time valid_from, valid_to; /* IG_NEVER open */
	bool on_duty_24x7;
	const char *note;
	int64_t unit;  /* party this one belongs to: a person of a unit; 0 none */
	int64_t level; /* of its highest system (Decree 85/2016/NĐ-CP), 1 to 5; 0 not known */
	bool drill;    /* stands in for a real one in drills, and only there */
};

struct ig_attempt {
	ig_time at;
	enum ig_outcome outcome;
	const char *code, *text; /* the server's words kept */
	/* Of a fax, when the attempt was just made: what the line says of the call (JSON), and how long the other side wants us to wait. Not stored here. */
	const char *detail;
	int64_t wait_ms;
};
struct ig_dispatch {
	int64_t id;
	int64_t incident; /* 0 none */
	int64_t message;  /* its row in message list (direction out), 0 until composed */
	int64_t answers;  /* message it answers, 0 none */
	int64_t party;    /* 0: an address without a party (a reporter) */
	const char *letter; /* kind: "receipt", "escalation" */
	const char *language;
	enum ig_channel channel;
	const char *address;
	enum ig_dispatch_state state;
	const char *why; /* of held, cancelled, failed */
	enum ig_lane lane;
	const char *message_id; /* fixed when the intent is committed */
	const char *token;      /* random part of the bounce address and Message-ID */
	const char *subject;
	const void *bytes;      /* the mail, CRLF; NULL when not loaded or not composed */
	size_t size;
	ig_time created_at, not_before, expires_at;
	int attempt_count;
	struct ig_attempt *attempts; /* when loaded by show */
};
#define IG_DISPATCH_TEXT_MAX 40
/* "D-000123": the id as printed, used in file names, ENVID and bounce addresses (there with the token). */
char *ig_dispatch_print(int64_t id, char out[IG_DISPATCH_TEXT_MAX]);
int ig_dispatch_parse(const char *s, int64_t *id_r); /* D-000123, d123 or 123 */

struct ig_duty {
	int64_t id;
	int64_t incident; /* 0 none */
	int64_t message;  /* what it is about, 0 none */
	const char *what, *owner, *basis;
	ig_time due, done_at, created_at; /* IG_NEVER: no deadline, not done */
	const char *done_by;
	bool quiet;      /* when added: no alarm is raised when it is overdue (somebody is reminded instead) */
	int64_t party;   /* who owes it; 0: the office, or as owner says */
	ig_time told_at; /* when it was found overdue and an alarm was raised; IG_NEVER or, in a new one, 0 */
};
/* What is owed at once needs a moment: it is told of as overdue when it is so old. */
#define IG_DUTY_AT_ONCE (5 * IG_MINUTE)
static inline ig_time ig_duty_tell_at(const struct ig_duty *d)
{
	return d->due == IG_NEVER || d->due > d->created_at + IG_DUTY_AT_ONCE ? d->due : d->created_at + IG_DUTY_AT_ONCE;
}

struct ig_alarm {
	int64_t id;
	const char *code, *text;
	int64_t count;
	ig_time first_at, last_at, acked_at;
	const char *acked_by;
};

/* Slow reading: a row a part, committed with the message, ended by an amendment (DESIGN "Reading has two steps"). */
struct ig_task {
	int64_t id, message;
	const char *need, *part; /* need: "pages", "keys" */
	ig_time created_at, done_at, until; /* until: given up then */
	const char *result; /* words */
};

struct ig_journal_row {
	int64_t id;
	ig_time at;
	const char *actor, *act, *object, *detail;
	uint8_t chain[IG_SHA256_LEN];
};
#endif
