/* The configuration as typed structs, filled through option tables; every error is said with file:line and the nearest valid key.
 * Strings live as long as the ig_conf. Sizes ("25M") are bytes, durations ("30s", "5m", "2h", "7d") milliseconds. Paths are
 * absolute after loading (relative ones are below `dir`, the directory of the configuration file). */
#ifndef IG_CONF_CONF_H
#define IG_CONF_CONF_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/buf.h"
#include "model/profile.h"

#define IG_CONF_FILE "/etc/irgate/irgate.conf" /* without -c, wherever irgate was installed (INTERFACE "Programs") */

enum { IG_CONF_ACCOUNTS_MAX = 32 }; /* imap and pop3 together */
enum ig_tls { IG_TLS_NONE, IG_TLS_STARTTLS, IG_TLS_ALWAYS };
enum ig_transport { IG_TRANSPORT_MAILDIR, IG_TRANSPORT_SMTP };
enum ig_fax_transport { IG_FAX_NONE, IG_FAX_FOLDER, IG_FAX_LINE };
enum ig_line_transport { IG_LINE_UDP, IG_LINE_TCP, IG_LINE_TLS };
struct ig_conf_faxline { /* a telephone line over SIP */
	const char *name, *listen;        /* "ADDRESS:PORT" */
	enum ig_line_transport transport;
	const char *const *peers;         /* addresses that calls come from */
	const char *proxy, *domain;       /* where our calls go to; the domain of our name there, NULL: the proxy */
	const char *user, *password;
	bool do_register;
	const char *certificate, *ca;     /* TLS, PEM */
};
enum ig_fax_resolution { IG_FAX_RESOLUTION_FINE, IG_FAX_RESOLUTION_STANDARD };
enum ig_fax_receipts { IG_FAX_RECEIPTS_NONE, IG_FAX_RECEIPTS_PARTIES, IG_FAX_RECEIPTS_CALLERS };
enum ig_after { IG_AFTER_MOVE, IG_AFTER_FLAG, IG_AFTER_LEAVE };
enum ig_lf { IG_LF_REPAIR, IG_LF_REFUSE };
enum ig_unauthenticated { IG_UNAUTHENTICATED_HOLD, IG_UNAUTHENTICATED_MARK };
enum ig_bounce_form { IG_BOUNCE_FORM_NONE, IG_BOUNCE_FORM_PLUS, IG_BOUNCE_FORM_CATCH_ALL };

struct ig_conf_maildir { const char *name, *path; int64_t interval; };
struct ig_conf_account { /* a mailbox at a server: intake.imap and intake.pop3; each is read by a process of its own */
	const char *name, *host;
	int64_t port;                     /* 0: the usual one */
	enum ig_tls tls;
	const char *user, *password, *token_command; /* password or token_command */
	const char *ca, *pin;             /* PEM file, NULL system bundle; SHA-256 of the server's public key in hex, NULL any */
	int64_t interval;                 /* between two looks where the server does not push */
	/* IMAP */
	const char *mailbox, *processed_mailbox;
	ig_time since;                    /* IG_NEVER: the first start */
	enum ig_after after;
	/* POP3 */
	bool take_old;
	int64_t leave_for;                /* ms a message stays after it was taken */
};
struct ig_conf_lmtp { const char *name, *listen; /* "unix:PATH" or "ADDRESS:PORT" */ };

struct ig_conf {
	const char *file, *dir;
	const char *var; /* DIR/var; below it one folder a writer: evidence (recorder), store (clerk), tmp (mailin) */
	const char *profile;          /* family or fixed version */
	const char *profile_dir;      /* the office's own profiles; one replaces the packaged one of its name; may be missing */
	const char *filter_dir;       /* the office's own filters, likewise; the packaged ones are in datadir/filters */
	const char *libexec, *datadir; /* where irgate-reader, templates and profiles are */
	/* mail { } */
	const char *address, *display_name; /* report mailbox and the name beside it */
	const char *const *addresses;       /* all addresses that are ours, the first is `address`; NULL-terminated */
	bool subaddress;
	const char *bounce_address;         /* NULL: MAIL FROM:<>, failures cannot be seen */
	enum ig_bounce_form bounce_form;
	const char *const *own_lists;       /* List-Ids that are ours: answered all the same */
	const char *const *shared_hosts;    /* mail hosts many organisations share; added to the built-in list */
	const char *message_domain;         /* right side of our Message-IDs; default: domain of address */
	/* trust { } */
	const char *const *authserv_ids;    /* whose Authentication-Results are believed; empty: nobody's */
	const char *const *received_by;     /* host of the trusted Received line; empty: authserv_ids */
	int64_t received_hops;              /* it is the Nth from the top */
	bool strips_results;
	enum ig_unauthenticated unauthenticated;
	const char *const *spam_headers;    /* "Name: beginning of the value" */
	/* probe { } */
	bool probe_daily;
	int64_t probe_wait;
	/* intake { } */
	struct ig_conf_maildir *maildirs;
	size_t maildir_count;
	struct ig_conf_lmtp *lmtps;
	size_t lmtp_count;
	struct ig_conf_account *imaps, *pop3s;
	size_t imap_count, pop3_count;
	const char *scans;       /* folder of scanned letters; NULL none */
	const char *faxes;       /* folder of an outside fax server; NULL none */
	int64_t settle;          /* ms a file in it must rest, 10s */
	const char *const *server_sources, *const *folder_sources; /* names of all of them */
	int64_t source_fails, source_silent; /* ms: before an alarm is raised; source_silent 0: learned */
	enum ig_lf bare_lf;
	uint64_t message_max;    /* bytes of one message, 50M */
	uint64_t inline_max;     /* kept in memory up to this, 256K */
	uint64_t unfinished_max; /* bytes of unfinished messages over all connections, 256M; past it 452 */
	int64_t lmtp_connections, lmtp_recipients;
	int64_t lmtp_line_max;   /* bytes of one command line; lines of the message have no limit but its size */
	int64_t lmtp_commands;   /* between two accepted messages */
	int64_t lmtp_timeout;
	uint64_t min_free;       /* below this free space intake answers later, 64M */
	uint64_t reserve;        /* given up when the disk is full, 8M; 0 none */
	uint64_t segment_max;    /* evidence segment is closed past this, 256M */
	/* reader { } */
	int64_t readers;         /* pool size, 2 */
	int64_t reader_max_messages; /* 64; recycled after */
	int64_t reader_cpu;      /* ms of CPU a message, 5000 */
	uint64_t reader_memory;  /* 256M */
	uint64_t text_max;       /* bytes of text kept a part and of `text`, 1M */
	int64_t parts_max, depth_max, headers_max, references_max, recipients_max, observables_max;
	uint64_t header_max;     /* bytes of the header block read, 1M */
	/* pages { } */
	int64_t pages_workers;   /* pool of irgate-pages, 2 */
	int64_t pages_time;      /* ms of real time for one document, 10m */
	uint64_t pages_memory;   /* of one worker, and of each tool it starts, 640M */
	/* clamd { } */
	const char *clamd_socket; /* NULL: no file is shown to a scanner */
	int64_t clamd_time;      /* ms of real time for one file, 30s */
	uint64_t clamd_size_max; /* 25M */
	/* backup { } */
	const char *archive_dir; /* for segments whose time is over; NULL: moved by hand */
	const char *backup_dir, *backup_key, *backup_home;
	int64_t backup_every, backup_copies;
	/* keys { } */
	const char *keys_home;   /* GnuPG home; NULL: keys below var */
	const char *keys_scratch; /* no option: folder that irgate-keys made for itself */
	const char *keys_gpg, *keys_gpgsm, *keys_agent, *keys_passphrase_file;
	int64_t keys_time;       /* ms of real time for one piece, 1m */
	uint64_t keys_memory, keys_plain_max;
	/* send { } */
	enum ig_transport transport;
	const char *outgoing;    /* Maildir of the embedded default */
	const char *smtp_host;
	int64_t smtp_port;
	enum ig_tls smtp_tls;
	const char *smtp_user, *smtp_password, *smtp_ca, *smtp_helo; /* ca: PEM file, NULL system bundle */
	int64_t smtp_sessions, smtp_sessions_per_host, smtp_timeout, smtp_idle;
	int64_t enclosed_zip, enclosed_max;       /* lists a letter encloses: zipped above, refused above */
	int64_t retry_first, retry_max, expire; /* back-off between attempts; when a dispatch is given up */
	/* letters { } */
	const char *letter_font, *letter_signature, *letter_seal; /* family; PNG files */
	const char *sign_key, *sign_password_file; /* PEM: key and certificates of PAdES signatures; NULL none */
	const char *letter_outgoing; /* letters to print, sign and post */
	const char *edxml_outgoing;  /* electronic documents for the exchange; NULL none */
	/* fax { } */
	enum ig_fax_transport fax_transport;
	const char *fax_outgoing;    /* folder that stands in for the line */
	const char *fax_quiet;       /* "22:00-06:00"; NULL none */
	int64_t fax_minutes_day;     /* 0: no limit */
	enum ig_fax_receipts fax_receipts;
	struct ig_conf_faxline *lines;
	size_t line_count;
	int64_t fax_calls;           /* at one time, in and out, over all lines */
	int64_t fax_pages_max, fax_call_max; /* of one received fax; ms of one call */
	int64_t fax_port_first, fax_port_last; /* UDP ports of media; 0 any */
	enum ig_fax_resolution fax_resolution; /* of what we draw */
	const char *fax_ident;       /* number we claim (T.30 TSI, CSI) */
	bool fallback;
	int64_t fallback_after;      /* ms */
	/* decide { } */
	bool receipts;           /* off: none are made (dispatch `cancelled`, why `receipts are off`) */
	int64_t budget_letters;  /* automatic letters to one address in budget_period; 2, 0 no budget of any kind */
	int64_t budget_domain, budget_party_domain, budget_alike; /* the same for a registrable domain, one of the party directory, alike mail */
	int64_t budget_period;   /* 24h */
	int64_t suspended_for;   /* ms without mail after which a suspended peer is answered again, 30d */
	int64_t receipts_max;    /* receipts in budget_period, to whomever; 0 no limit */
	/* who may do what over the socket: system user names; root and the owner of dir are chief */
	const char *const *chiefs, *const *officers, *const *auditors;
	const char *const *deliver_users; /* who may append through irgate-deliver; empty: everybody */
	/* users { } : NULL keeps the uid */
	const char *user_recorder, *user_mailin, *user_clerk, *user_sender, *user_reader, *user_pages, *user_faxline, *user_keys, *user_scribe, *user_sealer, *user_clamd;
	const char *alarm_command, *alarm_mail;
	bool officer_mail;       /* the officer on duty is told by mail */
	const char *officer_command; /* and by this program, as notify-send */
	int64_t alarm_timeout;   /* of the command, 1m */
	struct ig_profile **profiles; /* every profile that was found, checked */
	size_t profile_count;
	struct ig_arena *arena; /* own: everything above lives in it */
};

/* Reads file with its profiles. NULL after saying every error through say (one call an error, "FILE:LINE: text"). */
typedef void ig_conf_say_h(const char *line, void *arg);
struct ig_conf *ig_conf_load(const char *file, ig_conf_say_h *say, void *arg);
/* The same without profiles and the checks that concern more than one key: for irgate-deliver, which only wants to know where the instance is
 * and its limits, many times a second. */
struct ig_conf *ig_conf_load_light(const char *file, ig_conf_say_h *say, void *arg);
/* Built-in defaults and profiles without any file (irgatectl read). */
struct ig_conf *ig_conf_default(ig_conf_say_h *say, void *arg);
/* From text as ig_conf_print made it: how a role gets its section. */
struct ig_conf *ig_conf_from_text(const char *text, ig_conf_say_h *say, void *arg);
struct ig_conf *ig_conf_free(struct ig_conf *c);
/* The configuration as understood, defaults included, as a file that loads again. role NULL: all but passwords; "sender": with
 * the passwords that role needs; other roles: without keys that are not theirs. */
void ig_conf_print(const struct ig_conf *c, const char *role, struct ig_buf *out);
/* The commented file and folders of a new instance (irgatectl init). 0, or -1 with why; refuses an existing irgate.conf. */
int ig_conf_init_instance(const char *dir, const char *profile, struct ig_why *why);
/* What is no error and yet worth a line under --check: law that the profiles in use leave empty, failures that cannot be seen. */
void ig_conf_notices(const struct ig_conf *c, ig_conf_say_h *say, void *arg);
/* The same of one profile: what it leaves empty, one notice each. where: the file they are said of;
 * at: from when on its calendar is wanted. */
void ig_conf_profile_notices(const struct ig_profile *p, const char *where, ig_time at, ig_conf_say_h *say, void *arg);
/* Profile in force at t for this configuration; never NULL. */
const struct ig_profile *ig_conf_profile_at(const struct ig_conf *c, ig_time t);
/* Prints times in the zone of the profile in force at t from here on; its fixed offset where the machine has no tz database. */
/* One profile as a file that loads again; with a comment for each key it leaves empty. */
void ig_conf_profile_print(const struct ig_profile *p, struct ig_buf *out);
/* Each key of a profile with its value as written in a file, NULL where it is empty; the text is gone after the call. */
void ig_conf_profile_keys(
	const struct ig_profile *p, void (*each)(const char *key, const char *value, void *arg), void *arg);
void ig_conf_set_zone(const struct ig_conf *c, ig_time t);
#endif
