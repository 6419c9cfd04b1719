/* The option tables of irgate.conf: every key with its type, range, default, readers and manual sentence.
 * Relies on table.h. A new option is one row here and one field in conf.h; the sample file and the manual page follow. */
#include "config.h"
#include "conf/table.h"

#define AT(f) .key = #f, .at = offsetof(struct ig_conf, f)
#define KEY(k, f) .key = k, .at = offsetof(struct ig_conf, f)
#define TABLE(name, array) static const struct ig_conf_table name = {array, IG_COUNT(array)}
#define FOR(who) .roles = (who) | IG_CONF_PARENT
#define INT(lo, hi, d) .type = IG_CONF_INT, .min = (lo), .max = (hi), .def = d
#define SIZE(lo, hi, d) .type = IG_CONF_SIZE, .min = (lo), .max = (hi), .def = d
#define TIME(lo, hi, d) .type = IG_CONF_TIME, .min = (lo), .max = (hi), .def = d
#define KIB INT64_C(1024)
#define MIB (1024 * KIB)
#define GIB (1024 * MIB)
#define SEC INT64_C(1000)
#define HOUR (3600 * SEC)
#define DAY (24 * HOUR)

static const char *const bounce_forms[] = {"none", "plus", "catch-all", NULL};
static const char *const unauthenticateds[] = {"hold", "mark", NULL};
static const char *const bare_lfs[] = {"repair", "refuse", NULL};
static const char *const transports[] = {"maildir", "smtp", NULL};
static const char *const tlss[] = {"none", "starttls", "always", NULL};

static const struct ig_conf_option mail[] = {
	{AT(address), .type = IG_CONF_STR, .check = IG_CHECK_ADDRESS, FOR(IG_CONF_ALL), .flags = IG_CONF_NEED,
		.sample = "\"ungcuu@example.vn\"",
	 .say = "The report mailbox: what reporters write to and our letters come from."},
	{AT(display_name), .type = IG_CONF_STR, FOR(IG_CONF_CLERK),
	 .example = "\"Ứng cứu sự cố tỉnh Mẫu\"",
	 .say = "Name beside the address in From; without it the office of the profile."},
	{AT(addresses), .type = IG_CONF_STRS, .check = IG_CHECK_ADDRESS, FOR(IG_CONF_ALL),
	 .say = "Further addresses that are ours. Mail from one of them is never answered."},
	{AT(subaddress), .type = IG_CONF_BOOL, .def = "no", FOR(IG_CONF_ALL), .sample = "yes",
	 .say = "Plus-addresses (ungcuu+IR-2026-000123-0@...) reach the mailbox: letters invite answers there, and a reference "
		"in one is believed."},
	{AT(bounce_address), .type = IG_CONF_STR, .check = IG_CHECK_ADDRESS, FOR(IG_CONF_ALL),
		.sample = "\"ungcuu-bounce@example.vn\"",
	 .say = "Envelope sender of our letters. Mail arriving there is read only as a bounce and never answered. "
		"Without it <> is used and failures of delivery cannot be seen."},
	{AT(bounce_form), .type = IG_CONF_WORD, .words = bounce_forms, .def = "none", FOR(IG_CONF_ALL), .sample = "\"plus\"",
	 .say = "How the bounce address carries the dispatch: plus (local+D-000017-TOKEN@domain), catch-all "
		"(D-000017-TOKEN@domain), or none."},
	{AT(own_lists), .type = IG_CONF_STRS, FOR(IG_CONF_CLERK), .example = "[\"sothongtin.lists.example.vn\"]",
	 .say = "List-Ids of our own mailing lists: reports through them get a receipt all the same."},
	{AT(shared_hosts), .type = IG_CONF_STRS, .check = IG_CHECK_DOMAIN, FOR(IG_CONF_CLERK),
	 .say = "Mail domains that many organisations share, added to the built-in list: equal domains there prove nothing."},
	{AT(message_domain), .type = IG_CONF_STR, .check = IG_CHECK_DOMAIN, FOR(IG_CONF_CLERK),
	 .say = "Right side of our Message-IDs; without it the domain of address."},
};
TABLE(mail_table, mail);

static const struct ig_conf_option trust[] = {
	{AT(authserv_ids), .type = IG_CONF_STRS, .check = IG_CHECK_LINE, FOR(IG_CONF_CLERK), .example = "[\"mx.example.vn\"]",
	 .say = "Names (authserv-id, RFC 8601) under which our own mail server says in Authentication-Results what it found out about a sender. "
		"Without one no sender is authenticated and nothing is held for lack of it."},
	{AT(received_hops), INT(1, 20, "1"), FOR(IG_CONF_CLERK),
	 .say = "Received lines that our own servers put on top of each message: the last of them is the trusted one, and results below it are "
		"the sender's. 2 where a second server of ours (Dovecot's LMTP is one) hands the mail on."},
	{AT(received_by), .type = IG_CONF_STRS, .check = IG_CHECK_HOST, FOR(IG_CONF_CLERK),
	 .say = "Hosts that the trusted Received line may name behind `by`; without one those of authserv_ids."},
	{AT(strips_results), .type = IG_CONF_BOOL, .def = "no", FOR(IG_CONF_CLERK),
	 .say = "The mail server removes Authentication-Results in its own name from what it receives (RFC 8601 section 5). Then results directly "
		"below its Received line are believed too, where Postfix's milters and large providers put them."},
	{AT(unauthenticated), .type = IG_CONF_WORD, .words = unauthenticateds, .def = "hold", FOR(IG_CONF_CLERK),
	 .say = "Mail that claims to come from somebody known and is not authenticated: hold (a person decides; no case, no receipt) or mark."},
	{AT(spam_headers), .type = IG_CONF_STRS, .check = IG_CHECK_MARK, FOR(IG_CONF_CLERK | IG_CONF_READER),
	 .example = "[\"X-Spam-Flag: YES\", \"X-Spam-Level: ********\"]",
	 .say = "Header fields by which the mail server marks spam, each with the beginning of its value. Marked mail is suspect: kept, without "
		"incident number and receipt, until a person promotes it."},
};
TABLE(trust_table, trust);

static const struct ig_conf_option probe[] = {
	{KEY("daily", probe_daily), .type = IG_CONF_BOOL, .def = "no", FOR(IG_CONF_CLERK),
	 .say = "Once a day a mail to the report address leaves and must come back through the outside."},
	{KEY("wait", probe_wait), TIME(SEC, 7 * DAY, "1h"), FOR(IG_CONF_CLERK),
	 .say = "A probe that is not back after so long raises an alarm."},
};
TABLE(probe_table, probe);

#define MAILDIR(k) .key = #k, .at = offsetof(struct ig_conf_maildir, k)
static const struct ig_conf_option maildir[] = {
	{MAILDIR(name), .type = IG_CONF_STR, .check = IG_CHECK_NAME, FOR(IG_CONF_MAILIN), .flags = IG_CONF_NEED,
	 .say = "Name of this source in envelopes and logs."},
	{MAILDIR(path), .type = IG_CONF_PATH, FOR(IG_CONF_MAILIN), .flags = IG_CONF_NEED,
	 .say = "The Maildir: new/ is read, what was taken moves to cur/."},
	{MAILDIR(interval), TIME(SEC, DAY, "1m"), FOR(IG_CONF_MAILIN),
	 .say = "Time between two full looks, beside the notices of the kernel."},
};
TABLE(maildir_table, maildir);

#define LMTP(k) .key = #k, .at = offsetof(struct ig_conf_lmtp, k)
static const struct ig_conf_option lmtp[] = {
	{LMTP(name), .type = IG_CONF_STR, .check = IG_CHECK_NAME, FOR(IG_CONF_MAILIN), .flags = IG_CONF_NEED,
	 .say = "Name of this source in envelopes and logs."},
	{LMTP(listen), .type = IG_CONF_STR, .check = IG_CHECK_LISTEN, FOR(IG_CONF_MAILIN), .flags = IG_CONF_NEED,
	 .say = "Where to listen: unix:PATH or ADDRESS:PORT. A TCP port is for the mail server on this machine or a network of "
		"its own: LMTP has no authentication."},
};
TABLE(lmtp_table, lmtp);

#define ACCOUNT(k) .key = #k, .at = offsetof(struct ig_conf_account, k)
#define ACCOUNT_COMMON(ports) \
	{ACCOUNT(name), .type = IG_CONF_STR, .check = IG_CHECK_NAME, FOR(IG_CONF_ACCOUNT), .flags = IG_CONF_NEED, \
	 .say = "Name of this source in envelopes and logs. How far it was read is kept under this name: do not change it."}, \
	{ACCOUNT(host), .type = IG_CONF_STR, .check = IG_CHECK_HOST, FOR(IG_CONF_ACCOUNT), .flags = IG_CONF_NEED, \
	 .say = "Mail server; its certificate must be made for this name."}, \
	{ACCOUNT(port), INT(0, 65535, "0"), FOR(IG_CONF_ACCOUNT), .say = "Its port; 0: " ports "."}, \
	{ACCOUNT(tls), .type = IG_CONF_WORD, .words = tlss, .def = "always", FOR(IG_CONF_ACCOUNT), \
	 .say = "always (TLS from the first byte) and starttls verify chain, host name and date before anything of ours is said, and " \
		"never fall back; none is for this machine only."}, \
	{ACCOUNT(user), .type = IG_CONF_STR, .check = IG_CHECK_LINE, FOR(IG_CONF_ACCOUNT), .flags = IG_CONF_NEED, .say = "User name for the log-in."}, \
	{ACCOUNT(password), .type = IG_CONF_STR, .check = IG_CHECK_LINE, FOR(IG_CONF_ACCOUNT), .flags = IG_CONF_SECRET, \
	 .say = "Password; keep it in a file of mode 0600 and @include that."}, \
	{ACCOUNT(ca), .type = IG_CONF_PATH, .example = "\"/etc/ssl/certs/noibo.pem\"", FOR(IG_CONF_ACCOUNT), \
	 .say = "Authorities to trust (PEM); without it those of the system."}, \
	{ACCOUNT(pin), .type = IG_CONF_STR, .check = IG_CHECK_PIN, FOR(IG_CONF_ACCOUNT), \
	 .say = "SHA-256 of the server's public key (SubjectPublicKeyInfo) in 64 hexadecimal digits; with it no other key is accepted, " \
		"whoever signed it."}, \
	{ACCOUNT(interval), TIME(SEC, DAY, "1m"), FOR(IG_CONF_ACCOUNT)

static const char *const afters[] = {"move", "flag", "leave", NULL};
static const struct ig_conf_option imap[] = {
	ACCOUNT_COMMON("993 with tls = always, else 143"),
	 .say = "Time between two looks where the server does not push (IDLE)."},
	{ACCOUNT(token_command), .type = IG_CONF_PATH, .example = "\"/usr/local/bin/lay-token\"", FOR(IG_CONF_PARENT),
	 .say = "Program whose first line of output is an OAuth 2.0 access token; it is used (XOAUTH2) instead of a password. Runs without "
		"arguments as the user of mailin, for at most 30 seconds, before each log-in."},
	{ACCOUNT(mailbox), .type = IG_CONF_STR, .check = IG_CHECK_LINE, .def = "INBOX", FOR(IG_CONF_ACCOUNT),
	 .say = "Mailbox that is read; a name outside ASCII in modified UTF-7."},
	{ACCOUNT(since), .type = IG_CONF_DATE, FOR(IG_CONF_ACCOUNT),
	 .say = "A mailbox read for the first time takes only mail that reached the server on this day or later; without it, after the first "
		"start. Older mail stays, is counted, and is taken in by import only. Changed later it has no effect."},
	{ACCOUNT(after), .type = IG_CONF_WORD, .words = afters, .def = "move", FOR(IG_CONF_ACCOUNT),
	 .say = "What becomes of a message once it is in the evidence log: move (to processed_mailbox), flag (\\Seen and $irgate), or leave."},
	{ACCOUNT(processed_mailbox), .type = IG_CONF_STR, .check = IG_CHECK_LINE, .def = "irgate-processed", FOR(IG_CONF_ACCOUNT),
	 .say = "Where it moves to; made when it is not there."},
};
TABLE(imap_table, imap);

static const struct ig_conf_option pop3[] = {
	ACCOUNT_COMMON("995 with tls = always, else 110"),
	 .say = "Time between two looks."},
	{ACCOUNT(take_old), .type = IG_CONF_BOOL, .def = "no", FOR(IG_CONF_ACCOUNT),
	 .say = "Take what lies in the mailbox when it is read for the first time. POP3 does not tell when a message came: without this, "
		"what is there at the first look stays, is counted, and is taken in by import only."},
	{ACCOUNT(leave_for), TIME(0, 3650 * DAY, "7d"), FOR(IG_CONF_ACCOUNT),
	 .say = "A message is removed from the server so long after it was taken; 0: at once."},
};
TABLE(pop3_table, pop3);

static const struct ig_conf_option intake[] = {
	{KEY("maildir", maildirs), .type = IG_CONF_GROUPS, .sub = &maildir_table,
	 .count_at = offsetof(struct ig_conf, maildir_count), .item = sizeof(struct ig_conf_maildir), FOR(IG_CONF_MAILIN),
	 .sample = "({ name = \"incoming\"; path = \"incoming\"; })",
	 .say = "Maildirs that are read."},
	{KEY("lmtp", lmtps), .type = IG_CONF_GROUPS, .sub = &lmtp_table, .count_at = offsetof(struct ig_conf, lmtp_count),
	 .item = sizeof(struct ig_conf_lmtp), FOR(IG_CONF_MAILIN),
	 .example = "({ name = \"lmtp\"; listen = \"unix:var/lmtp.sock\"; })",
	 .say = "LMTP listeners for the mail server. A new instance has none."},
	{KEY("imap", imaps), .type = IG_CONF_GROUPS, .sub = &imap_table, .count_at = offsetof(struct ig_conf, imap_count),
	 .item = sizeof(struct ig_conf_account), FOR(IG_CONF_ACCOUNT),
	 .example = "({ name = \"ungcuu\"; host = \"imap.example.vn\"; user = \"ungcuu@example.vn\"; password = \"...\"; })",
	 .say = "Mailboxes that are read over IMAP, each by a process of its own. A new instance has none."},
	{KEY("pop3", pop3s), .type = IG_CONF_GROUPS, .sub = &pop3_table, .count_at = offsetof(struct ig_conf, pop3_count),
	 .item = sizeof(struct ig_conf_account), FOR(IG_CONF_ACCOUNT),
	 .example = "({ name = \"cu\"; host = \"pop.example.vn\"; user = \"ungcuu\"; password = \"...\"; })",
	 .say = "Mailboxes that are read over POP3. A new instance has none."},
	{AT(faxes), .type = IG_CONF_PATH, FOR(IG_CONF_MAILIN), .sample = "\"faxes\"",
	 .say = "Folder into which a fax server drops what it received: TIFF or PDF, with NAME.json beside it (caller ident called started ended "
		"pages rate ecm result, each optional). What was taken moves to .taken in it."},
	{AT(scans), .type = IG_CONF_PATH, FOR(IG_CONF_MAILIN), .sample = "\"scans\"",
	 .say = "Folder into which scanned letters are dropped: PDF, TIFF, PNG, JPEG, or an edXML package. What was taken moves to .taken in it, what "
		"is none of these to .refused."},
	{AT(settle), TIME(0, HOUR, "10s"), FOR(IG_CONF_MAILIN),
	 .say = "A dropped file is taken once its size and time rested so long, at once when it was renamed into the folder after its NAME.json."},
	{AT(bare_lf), .type = IG_CONF_WORD, .words = bare_lfs, .def = "repair", FOR(IG_CONF_MAILIN),
	 .say = "A line feed without its carriage return in LMTP data: repair (and say so in the record) or refuse. Only "
		"CRLF.CRLF ends a message either way."},
	{AT(message_max), SIZE(64 * KIB, 2 * GIB - 1, "50M"), FOR(IG_CONF_ALL),
	 .say = "Largest message accepted; a larger one is refused for good."},
	{AT(inline_max), SIZE(4 * KIB, 8 * MIB, "256K"), FOR(IG_CONF_MAILIN | IG_CONF_ACCOUNT | IG_CONF_RECORDER),
	 .say = "A message is kept in memory up to this size, past it in an unnamed file in var."},
	{AT(unfinished_max), SIZE(MIB, 64 * GIB, "256M"), FOR(IG_CONF_MAILIN),
	 .say = "Bytes of unfinished messages over all connections; past it the answer is 452."},
	{AT(source_fails), TIME(0, 7 * DAY, "10m"), FOR(IG_CONF_ACCOUNT),
	 .say = "A mailbox at a server that cannot be read for so long raises an alarm."},
	{AT(source_silent), TIME(0, 365 * DAY, "0s"), FOR(IG_CONF_CLERK),
	 .say = "A source from which no mail came for so long raises an alarm. 0s: learned, for sources at servers: twice the longest pause of the "
		"last 30 days, and never less than a day."},
	{AT(lmtp_connections), INT(1, 1000, "100"), FOR(IG_CONF_MAILIN),
	 .say = "LMTP connections at one time; further ones get 421."},
	{AT(lmtp_recipients), INT(1, 10000, "100"), FOR(IG_CONF_MAILIN),
	 .say = "Recipients of one LMTP transaction; further ones get 452."},
	{AT(lmtp_line_max), INT(512, 65536, "4096"), FOR(IG_CONF_MAILIN),
	 .say = "Bytes of one LMTP command line; a longer one gets 500."},
	{AT(lmtp_commands), INT(10, 1000000, "1000"), FOR(IG_CONF_MAILIN),
	 .say = "LMTP commands between two accepted messages; past it the connection is closed with 421."},
	{AT(lmtp_timeout), TIME(SEC, HOUR, "5m"), FOR(IG_CONF_MAILIN),
	 .say = "A silent LMTP connection is closed after this time."},
	{AT(min_free), SIZE(0, 1024 * GIB, "64M"), FOR(IG_CONF_ALL),
	 .say = "Below this free space in var intake answers later (452, 75)."},
	{AT(reserve), SIZE(0, GIB, "8M"), FOR(IG_CONF_CLERK),
	 .say = "Size of var/store/reserve, a file that is given up when something fills the disk, so that what was begun is ended: letters, "
		"their outcomes, acts of persons. It is made again when there is room for it above min_free; 0: none."},
	{AT(segment_max), SIZE(MIB, 16 * GIB, "256M"), FOR(IG_CONF_RECORDER | IG_CONF_CLERK),
	 .say = "A segment of the evidence log is closed past this size."},
	{KEY("archive", archive_dir), .type = IG_CONF_PATH, .example = "\"/srv/irgate-archive\"", FOR(IG_CONF_CLERK),
	 .say = "Folder into which segments whose time is over, by the profile's retention, are packed and moved once a day; without it only by hand."},
};
TABLE(intake_table, intake);

static const struct ig_conf_option reader[] = {
	{AT(readers), INT(1, 64, "2"), FOR(IG_CONF_CLERK), .say = "Readers kept ready."},
	{AT(reader_max_messages), INT(1, 1000000, "64"), FOR(IG_CONF_CLERK),
	 .say = "A reader is replaced after so many messages; 1 gives each message a process of its own."},
	{AT(reader_cpu), TIME(100, HOUR, "5s"), FOR(IG_CONF_CLERK | IG_CONF_READER),
	 .say = "Processor time for one message; past it a record marked for a person is made from the envelope."},
	{AT(reader_memory), SIZE(64 * MIB, 16 * GIB, "256M"), FOR(IG_CONF_CLERK | IG_CONF_READER), .say = "Memory of one reader."},
	{AT(text_max), SIZE(4 * KIB, 4 * MIB, "1M"), FOR(IG_CONF_CLERK | IG_CONF_READER),
	 .say = "Text kept of one part and of a message; what was cut is said."},
	{AT(parts_max), INT(1, 100000, "1000"), FOR(IG_CONF_CLERK | IG_CONF_READER),
	 .say = "Parts of one message that are read; the rest is counted."},
	{AT(depth_max), INT(1, 100, "32"), FOR(IG_CONF_CLERK | IG_CONF_READER), .say = "Parts within parts that are read."},
	{AT(headers_max), INT(10, 1000000, "10000"), FOR(IG_CONF_CLERK | IG_CONF_READER),
	 .say = "Header fields of one part that are read."},
	{AT(references_max), INT(1, 10000, "200"), FOR(IG_CONF_CLERK | IG_CONF_READER),
	 .say = "Message-IDs of References and In-Reply-To that are kept, the newest."},
	{AT(recipients_max), INT(1, 100000, "1000"), FOR(IG_CONF_CLERK | IG_CONF_READER),
	 .say = "Addresses of To and of Cc that are kept."},
	{AT(observables_max), INT(1, 10000, "1000"), FOR(IG_CONF_CLERK | IG_CONF_READER),
	 .say = "Addresses, names and digests found in one message that are kept."},
	{AT(header_max), SIZE(16 * KIB, 64 * MIB, "1M"), FOR(IG_CONF_CLERK | IG_CONF_READER),
	 .say = "Bytes of a header block that are read."},
};
TABLE(reader_table, reader);

static const struct ig_conf_option pages[] = {
	{AT(pages_workers), INT(1, 8, "2"), FOR(IG_CONF_CLERK), .say = "Workers at most that read documents and scanned pages at the same time."},
	{AT(pages_time), TIME(10 * SEC, 24 * HOUR, "10m"), FOR(IG_CONF_CLERK),
	 .say = "Real time for one document or scan; past it a person is told to read it."},
	{AT(pages_memory), SIZE(256 * MIB, 16 * GIB, "640M"), FOR(IG_CONF_CLERK), .say = "Memory of one such worker, and of each tool that it starts."},
};
TABLE(pages_table, pages);

static const struct ig_conf_option clamd[] = {
	{KEY("socket", clamd_socket), .type = IG_CONF_PATH, .example = "\"/run/clamav/clamd.ctl\"", FOR(IG_CONF_CLERK | IG_CONF_READER),
	 .say = "Unix socket of a clamd, which is shown every file that comes in by mail, fax or scan; what it says is kept with the file. Without it none is asked."},
	{AT(clamd_time), TIME(SEC, HOUR, "30s"), FOR(IG_CONF_CLERK),
	 .say = "Real time for one file; past it the file is not scanned, and clamd is left alone for a minute. Nothing else waits for it."},
	{AT(clamd_size_max), SIZE(KIB, 2 * 1024 * MIB, "25M"), FOR(IG_CONF_CLERK),
	 .say = "A larger file is not scanned. Not more than StreamMaxLength of clamd.conf."},
};
TABLE(clamd_table, clamd);

static const struct ig_conf_option keys[] = {
	{KEY("home", keys_home), .type = IG_CONF_PATH, .example = "\"/var/lib/irgate-keys\"", FOR(IG_CONF_CLERK),
	 .say = "GnuPG home with our keys and those an officer accepted; without it the folder keys below var. Its path should be short."},
	{KEY("gpg", keys_gpg), .type = IG_CONF_PATH, .def = "/usr/bin/gpg", FOR(IG_CONF_CLERK), .say = "The program for OpenPGP."},
	{KEY("gpgsm", keys_gpgsm), .type = IG_CONF_PATH, .def = "/usr/bin/gpgsm", FOR(IG_CONF_CLERK),
	 .say = "The program for S/MIME; where it is missing S/MIME is neither opened nor verified."},
	{KEY("agent", keys_agent), .type = IG_CONF_PATH, .def = "/usr/bin/gpg-agent", FOR(IG_CONF_CLERK), .say = "The program that holds the private keys."},
	{KEY("passphrase_file", keys_passphrase_file), .type = IG_CONF_PATH, .example = "\"/etc/irgate/keys.pass\"", FOR(IG_CONF_CLERK),
	 .say = "File of mode 0600 with the passphrase of our keys in its first line; without it they must have none."},
	{AT(keys_time), TIME(SEC, HOUR, "1m"), FOR(IG_CONF_CLERK), .say = "Real time to open or verify one piece; past it a person is told to do it."},
	{AT(keys_memory), SIZE(128 * MIB, 16 * GIB, "1G"), FOR(IG_CONF_CLERK), .say = "Memory of irgate-keys, and of each program it starts."},
	{AT(keys_plain_max), SIZE(MIB, 512 * MIB, "64M"), FOR(IG_CONF_CLERK),
	 .say = "More than this never comes out of an encrypted or signed piece (a small one may stand for gigabytes)."},
};
TABLE(keys_table, keys);

static const struct ig_conf_option backup[] = {
	{KEY("folder", backup_dir), .type = IG_CONF_PATH, .def = "backup", FOR(IG_CONF_CLERK), .say = "Where backups are kept; better on another disk."},
	{KEY("key", backup_key), .type = IG_CONF_STR, .check = IG_CHECK_LINE, .example = "\"0123456789ABCDEF0123456789ABCDEF01234567\"", FOR(IG_CONF_CLERK),
	 .say = "Fingerprint of the operator's OpenPGP key that backups are encrypted to; his secret key is not kept here. With it they are made by "
		"themselves; without it only by hand, and not encrypted, which is said each time."},
	{KEY("keyring", backup_home), .type = IG_CONF_PATH, .example = "\"/etc/irgate/operator\"", FOR(IG_CONF_CLERK),
	 .say = "GnuPG home that holds his public key; without it that of keys."},
	{KEY("every", backup_every), TIME(HOUR, 366 * DAY, "84h"), FOR(IG_CONF_CLERK), .say = "Time between two backups made by themselves: twice a week."},
	{KEY("copies", backup_copies), INT(0, 100000, "16"), FOR(IG_CONF_CLERK), .say = "Backups kept in the folder; older ones are removed after a new one. 0: all."},
};
TABLE(backup_table, backup);

static const struct ig_conf_option send_[] = {
	{AT(transport), .type = IG_CONF_WORD, .words = transports, .def = "maildir", FOR(IG_CONF_SENDER | IG_CONF_CLERK),
	 .say = "maildir: one file per mail in outgoing, named by dispatch. smtp: to the host below."},
	{AT(outgoing), .type = IG_CONF_PATH, .def = "outgoing", FOR(IG_CONF_SENDER | IG_CONF_CLERK),
	 .say = "The Maildir that stands in for the mail server."},
	{AT(smtp_host), .type = IG_CONF_STR, .check = IG_CHECK_HOST, FOR(IG_CONF_SENDER | IG_CONF_CLERK),
	 .say = "Mail server that takes all our mail (smarthost)."},
	{AT(smtp_port), INT(1, 65535, "25"), FOR(IG_CONF_SENDER),
	 .say = "Its port: 25, 587 (submission) or 465 (with smtp_tls = \"always\")."},
	{AT(smtp_tls), .type = IG_CONF_WORD, .words = tlss, .def = "starttls", FOR(IG_CONF_SENDER),
	 .say = "starttls and always verify chain and host name and never fall back; none sends in clear."},
	{AT(smtp_user), .type = IG_CONF_STR, .example = "\"ungcuu\"", FOR(IG_CONF_SENDER), .say = "User name for AUTH."},
	{AT(smtp_password), .type = IG_CONF_STR, FOR(IG_CONF_SENDER), .flags = IG_CONF_SECRET,
	 .say = "Password for AUTH; keep it in a file of mode 0600 and @include that."},
	{AT(smtp_ca), .type = IG_CONF_PATH, .example = "\"/etc/ssl/certs/noibo.pem\"", FOR(IG_CONF_SENDER),
	 .say = "Authorities to trust (PEM); without it those of the system."},
	{AT(smtp_helo), .type = IG_CONF_STR, .check = IG_CHECK_HOST, FOR(IG_CONF_SENDER),
	 .say = "Name said in EHLO; without it this machine's."},
	{AT(smtp_sessions), INT(1, 64, "8"), FOR(IG_CONF_SENDER), .say = "SMTP sessions at one time."},
	{AT(smtp_sessions_per_host), INT(1, 64, "2"), FOR(IG_CONF_SENDER), .say = "SMTP sessions to one host."},
	{AT(smtp_timeout), TIME(SEC, HOUR, "5m"), FOR(IG_CONF_SENDER),
	 .say = "Time to wait for a reply (RFC 5321 section 4.5.3.2)."},
	{AT(smtp_idle), TIME(0, HOUR, "10s"), FOR(IG_CONF_SENDER),
	 .say = "An idle session is kept open so long for the next mail."},
	{AT(retry_first), TIME(SEC, DAY, "1m"), FOR(IG_CONF_CLERK),
	 .say = "Wait after the first attempt that failed for now; each further wait is twice as long."},
	{AT(retry_max), TIME(SEC, 7 * DAY, "1h"), FOR(IG_CONF_CLERK), .say = "Longest wait between two attempts."},
	{AT(expire), TIME(60 * SEC, 60 * DAY, "5d"), FOR(IG_CONF_CLERK),
	 .say = "A dispatch that could not be handed over in this time has failed; a person is told."},
};
TABLE(send_table, send_);

static const struct ig_conf_option letters[] = {
	{AT(enclosed_zip), SIZE(0, 64 * MIB, "256K"), FOR(IG_CONF_CLERK),
	 .say = "Lists that a letter encloses (event send) are put into one zip file when they are larger together."},
	{AT(enclosed_max), SIZE(100, 20 * MIB, "5M"), FOR(IG_CONF_CLERK), .say = "A letter whose lists are larger, zipped, is refused: a shorter time is chosen."},
	{KEY("font", letter_font), .type = IG_CONF_STR, .def = "Liberation Serif", FOR(IG_CONF_CLERK),
	 .say = "Font family of letters on pages. It must have all Vietnamese letters: with another one irgated does not start (Debian's "
		"fonts-liberation2 is fit, fonts-liberation is not)."},
	{KEY("signature", letter_signature), .type = IG_CONF_PATH, .example = "\"chu-ky.png\"", FOR(IG_CONF_CLERK),
	 .say = "Picture (PNG) of the signature, put into letters that are signed with the key."},
	{KEY("seal", letter_seal), .type = IG_CONF_PATH, .example = "\"con-dau.png\"", FOR(IG_CONF_CLERK),
	 .say = "Picture (PNG, transparent, red) of the seal, in real size over a third of the signature."},
	{AT(sign_key), .type = IG_CONF_PATH, .example = "\"ky-so.pem\"", FOR(IG_CONF_CLERK),
	 .say = "Private key and certificates (PEM) with which letters are signed (PAdES B-B); only irgate-sealer reads it."},
	{AT(sign_password_file), .type = IG_CONF_PATH, .example = "\"ky-so.pass\"", FOR(IG_CONF_CLERK),
	 .say = "File whose first line is the password of that key."},
	{KEY("outgoing", letter_outgoing), .type = IG_CONF_PATH, .def = "outgoing-letters", FOR(IG_CONF_SENDER | IG_CONF_CLERK),
	 .say = "Folder of letters to print, sign and post: NAME.pdf and NAME.json; each is held until irgatectl dispatch posted."},
	{AT(edxml_outgoing), .type = IG_CONF_PATH, .example = "\"edxml/out\"", FOR(IG_CONF_SENDER | IG_CONF_CLERK),
	 .say = "Outbox folder of electronic documents (edXML, QCVN 102) for the exchange; without it none are written."},
};
TABLE(letters_table, letters);
static const struct ig_conf_option decide[] = {
	{AT(receipts), .type = IG_CONF_BOOL, .def = "yes", FOR(IG_CONF_CLERK),
	 .say = "Acknowledge reports. Off: each receipt is recorded as cancelled, with the reason."},
	{AT(budget_letters), INT(0, 1000000, "2"), FOR(IG_CONF_CLERK),
	 .say = "Automatic letters to one address within budget_period. Who would get one more is suspended: no letter leaves for it by itself until "
		"peer resume, or until it was silent for suspended_for. 0: no budget of any kind."},
	{AT(budget_domain), INT(0, 1000000, "5"), FOR(IG_CONF_CLERK),
	 .say = "The same for all addresses below one registrable domain; shared mail hosts (shared_hosts) are exempt. 0: no such budget."},
	{AT(budget_party_domain), INT(0, 1000000, "50"), FOR(IG_CONF_CLERK),
	 .say = "The same for a domain of the party directory."},
	{AT(budget_alike), INT(0, 1000000, "20"), FOR(IG_CONF_CLERK),
	 .say = "The same for answers to mail that says alike, numbers and addresses apart, whoever sent it. 0: no such budget."},
	{AT(budget_period), TIME(60 * SEC, 60 * DAY, "24h"), FOR(IG_CONF_CLERK), .say = "See budget_letters."},
	{AT(suspended_for), TIME(60 * SEC, 3650 * DAY, "30d"), FOR(IG_CONF_CLERK),
	 .say = "A suspended peer from which no mail came for so long is answered again."},
	{AT(receipts_max), INT(0, 10000000, "10000"), FOR(IG_CONF_CLERK),
	 .say = "Receipts within budget_period, to whomever: past it they are held. Other letters and alarms do not count and are never held by it. "
		"0: no limit."},
};
TABLE(decide_table, decide);

static const struct ig_conf_option access_[] = {
	{AT(chiefs), .type = IG_CONF_STRS, .check = IG_CHECK_USER, FOR(IG_CONF_CLERK | IG_CONF_RECORDER),
	 .say = "System users who may do everything over the socket, beside root and the owner of dir."},
	{AT(officers), .type = IG_CONF_STRS, .check = IG_CHECK_USER, FOR(IG_CONF_CLERK | IG_CONF_RECORDER), .say = "System users who work on cases."},
	{AT(auditors), .type = IG_CONF_STRS, .check = IG_CHECK_USER, FOR(IG_CONF_CLERK),
	 .say = "System users who may read all and change nothing."},
	{AT(deliver_users), .type = IG_CONF_STRS, .check = IG_CHECK_USER, FOR(IG_CONF_RECORDER),
	 .say = "System users who may hand in mail with irgate-deliver; empty: every user of this machine."},
};
TABLE(access_table, access_);

static const struct ig_conf_option users[] = {
	{KEY("recorder", user_recorder), .type = IG_CONF_STR, .check = IG_CHECK_USER, FOR(IG_CONF_RECORDER),
	 .say = "User of the role that writes the evidence log; without one it keeps the user irgated was started as."},
	{KEY("mailin", user_mailin), .type = IG_CONF_STR, .check = IG_CHECK_USER, FOR(IG_CONF_MAILIN | IG_CONF_ACCOUNT),
	 .say = "User of the roles that take mail in."},
	{KEY("clerk", user_clerk), .type = IG_CONF_STR, .check = IG_CHECK_USER, FOR(IG_CONF_CLERK),
	 .say = "User of the role that owns the store."},
	{KEY("sender", user_sender), .type = IG_CONF_STR, .check = IG_CHECK_USER, FOR(IG_CONF_SENDER), .say = "User of the role that sends."},
	{KEY("reader", user_reader), .type = IG_CONF_STR, .check = IG_CHECK_USER, FOR(IG_CONF_READER), .say = "User of the readers."},
	{KEY("pages", user_pages), .type = IG_CONF_STR, .check = IG_CHECK_USER, FOR(IG_CONF_READER),
	 .say = "User of the workers that read documents and pages; without it that of the readers."},
	{KEY("keys", user_keys), .type = IG_CONF_STR, .check = IG_CHECK_USER, FOR(IG_CONF_CLERK),
	 .say = "User of the worker that holds the keys; without it that of the clerk. Name one of its own where the kernel has no Landlock."},
	{KEY("scribe", user_scribe), .type = IG_CONF_STR, .check = IG_CHECK_USER, FOR(IG_CONF_READER),
	 .say = "User of the workers that draw letters; without it that of the readers."},
	{KEY("sealer", user_sealer), .type = IG_CONF_STR, .check = IG_CHECK_USER, FOR(IG_CONF_READER),
	 .say = "User of the worker that signs letters, who may read letters.sign_key and nobody else should."},
	{KEY("clamd", user_clamd), .type = IG_CONF_STR, .check = IG_CHECK_USER, FOR(IG_CONF_READER),
	 .say = "User of the worker that asks clamd, who must be allowed to open clamd.socket; without it that of the readers."},
	{KEY("faxline", user_faxline), .type = IG_CONF_STR, .check = IG_CHECK_USER, FOR(IG_CONF_FAXLINE), .say = "User of the fax lines and their calls; without it that of mailin."},
};
TABLE(users_table, users);

static const struct ig_conf_option alarm_[] = {
	{AT(alarm_command), .type = IG_CONF_PATH, .example = "\"/usr/local/bin/bao-dong\"", FOR(IG_CONF_CLERK),
	 .say = "Program run with code and words of an alarm as its arguments, at most once per code and hour."},
	{AT(alarm_timeout), TIME(SEC, HOUR, "1m"), FOR(IG_CONF_CLERK),
	 .say = "The alarm command and what it started are ended after so long."},
	{AT(alarm_mail), .type = IG_CONF_STR, .check = IG_CHECK_ADDRESS, FOR(IG_CONF_CLERK),
	 .say = "Address that alarms are mailed to, at most one per code and hour, without case content."},
	{AT(officer_mail), .type = IG_CONF_BOOL, .def = "no", FOR(IG_CONF_CLERK),
	 .say = "Mail to the officer on duty by the rota: of a case that becomes serious, of what is overdue; reference, severity and deadline only."},
	{AT(officer_command), .type = IG_CONF_PATH, .example = "\"/usr/local/bin/nhac-viec\"", FOR(IG_CONF_CLERK),
	 .say = "Program run with \"officer\" and the same words as its arguments, to show them on a desktop."},
};
TABLE(alarm_table, alarm_);

#define SECTION(k, t, words_) {.key = k, .type = IG_CONF_GROUP, .sub = &t, .roles = IG_CONF_ALL, .say = words_}
static const struct ig_conf_option top[] = {
	{AT(file), .type = IG_CONF_STR, FOR(IG_CONF_ALL), .flags = IG_CONF_INTERNAL, .say = "Where this configuration came from."},
	{AT(dir), .type = IG_CONF_PATH, .def = ".", FOR(IG_CONF_ALL),
	 .say = "Folder that relative paths are below; without it that of this file. Its owner is chief."},
	{AT(var), .type = IG_CONF_PATH, .def = "var", FOR(IG_CONF_ALL),
	 .say = "Store, evidence log, sockets: everything that must survive."},
	{AT(profile), .type = IG_CONF_STR, .check = IG_CHECK_NAME, .def = "vn", FOR(IG_CONF_ALL), .sample = "\"vn\"",
	 .say = "The regulation followed: a family (vn), whose version follows the date of the document, or a fixed version "
		"(vn-2011, vn-2017, vn-2020, vn-2025, csirt)."},
	{AT(profile_dir), .type = IG_CONF_PATH, .def = "profiles", FOR(IG_CONF_CLERK),
	 .say = "Folder of the office's own profiles (NAME.conf); one replaces the packaged profile of its name. May be missing."},
	{AT(filter_dir), .type = IG_CONF_PATH, .def = "filters", FOR(IG_CONF_CLERK),
	 .say = "Folder of the office's own filters (NAME/filter.conf, see irgate-filter(5)); one replaces the packaged filter of its name. May be missing."},
	{AT(libexec), .type = IG_CONF_PATH, .example = "\"/usr/libexec/irgate\"", FOR(IG_CONF_ALL),
	 .say = "Folder of irgate-reader and its like; without it where irgate was installed."},
	{AT(datadir), .type = IG_CONF_PATH, .example = "\"/usr/share/irgate\"", FOR(IG_CONF_ALL),
	 .say = "Folder of templates, profiles and filters; without it where irgate was installed."},
	SECTION("mail", mail_table, "Our addresses."),
	SECTION("trust", trust_table, "Who is believed to be who he says."),
	SECTION("probe", probe_table, "Mail to ourselves, to see whether mail leaves and comes back."),
	SECTION("intake", intake_table, "Ways in and their limits."),
	SECTION("reader", reader_table, "Reading of messages and its limits."),
	SECTION("pages", pages_table, "Slow reading: documents, archives, scanned pages."),
	SECTION("clamd", clamd_table, "A scanner for malware, if there is one."),
	SECTION("keys", keys_table, "OpenPGP and S/MIME."),
	SECTION("send", send_table, "The way out."),
	SECTION("letters", letters_table, "Letters on pages."),
	SECTION("fax", ig_conf_fax_table, "Fax, and what goes by it when mail fails."),
	SECTION("decide", decide_table, "Automatic letters."),
	SECTION("backup", backup_table, "Backups of the whole instance."),
	SECTION("access", access_table, "Who may do what over the control socket."),
	SECTION("users", users_table, "Users the roles change to. Name all or none."),
	SECTION("alarm", alarm_table, "Who hears of alarms."),
	{.key = "server_sources", .at = offsetof(struct ig_conf, server_sources), .type = IG_CONF_STRS, FOR(IG_CONF_CLERK), .flags = IG_CONF_INTERNAL, .say = "Names of the ways in at servers."},
	{.key = "folder_sources", .at = offsetof(struct ig_conf, folder_sources), .type = IG_CONF_STRS, FOR(IG_CONF_CLERK), .flags = IG_CONF_INTERNAL, .say = "Names of the folders read."},
	{.key = "profile_list", .type = IG_CONF_SKIP, FOR(IG_CONF_ALL), .flags = IG_CONF_INTERNAL,
	 .say = "The profiles as the parent read them."},
};
const struct ig_conf_table ig_conf_top = {top, IG_COUNT(top)};
