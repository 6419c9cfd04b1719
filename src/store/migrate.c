/* The schema, as steps. The array is append-only and never edited: version N is the state after step N. A store of a newer irgate
 * is refused; each step is one transaction and leaves a row that says when and by which build. Nothing but migrations stands here.
 *
 * Shape: keys are small integers in order of arrival, so that growth touches the right-hand edge of each tree; the only trees in
 * random order are the keys of Message-IDs and of ids never seen (64 bits of SHA-256; the text is compared on a hit). Partial
 * indexes hold only what is open, so that bulk import pays nothing for them. Words are kept as words: the order of our enums may
 * change, a file may not. */
#include "config.h"
#include <stdlib.h>
#include "store/store_int.h"

static const char *const steps[] = {
	/* 1: the nouns of DESIGN "Vocabulary" */
	"CREATE TABLE cursor (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL, chain BLOB, at INTEGER, newest_act "
	"INTEGER) STRICT;"
	"INSERT INTO cursor (one, seq) VALUES (1, 0);"
	"CREATE TABLE anchor (seq INTEGER PRIMARY KEY, chain BLOB NOT NULL, at INTEGER NOT NULL) STRICT;"
	"CREATE TABLE progress (source TEXT PRIMARY KEY, mark TEXT) STRICT, WITHOUT ROWID;"
	"CREATE TABLE series (name TEXT NOT NULL, year INTEGER NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (name, year)) STRICT, "
	"WITHOUT ROWID;"

	"CREATE TABLE incident (id INTEGER PRIMARY KEY, year INTEGER NOT NULL, number INTEGER NOT NULL, status TEXT NOT NULL,"
	" severity TEXT NOT NULL, widespread TEXT NOT NULL, category TEXT, profile TEXT, opened_at INTEGER NOT NULL, acknowledged_at "
	"INTEGER,"
	" closed_at INTEGER, secrecy_requested INTEGER NOT NULL, tlp TEXT, secrecy_state TEXT, subject TEXT, language TEXT,"
	" merged_into INTEGER REFERENCES incident, UNIQUE (year, number)) STRICT;"
	"CREATE TABLE relation (a INTEGER NOT NULL REFERENCES incident, b INTEGER NOT NULL REFERENCES incident, why TEXT,"
	" PRIMARY KEY (a, b)) STRICT, WITHOUT ROWID;" /* both directions are kept */

	"CREATE TABLE message (id INTEGER PRIMARY KEY, incident INTEGER REFERENCES incident, outgoing INTEGER NOT NULL, channel TEXT "
	"NOT NULL,"
	" state TEXT NOT NULL, frame INTEGER, dispatch INTEGER REFERENCES dispatch DEFERRABLE INITIALLY DEFERRED, message_id TEXT,"
	" from_name TEXT, from_address TEXT, subject TEXT, return_path TEXT, received_at INTEGER NOT NULL, date INTEGER, class TEXT "
	"NOT NULL,"
	" matched_by TEXT NOT NULL, match_reason TEXT, match_rejected TEXT, source TEXT, source_file TEXT, recipient TEXT, problems "
	"TEXT,"
	" language TEXT, identity BLOB, size INTEGER NOT NULL, authenticated INTEGER NOT NULL, fallback INTEGER NOT NULL,"
	" imported INTEGER NOT NULL, suggested INTEGER REFERENCES incident) STRICT;"
	"CREATE INDEX message_incident ON message (incident) WHERE incident IS NOT NULL;"
	/* hash: of the Message-ID, or the first eight bytes of the digest where there is none */
	"CREATE TABLE message_key (hash INTEGER NOT NULL, message INTEGER NOT NULL REFERENCES message, PRIMARY KEY (hash, message)) "
	"STRICT, WITHOUT ROWID;"
	"CREATE TABLE reference (hash INTEGER NOT NULL, message INTEGER NOT NULL REFERENCES message, id TEXT NOT NULL,"
	" PRIMARY KEY (hash, message)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE attachment (message INTEGER NOT NULL REFERENCES message, n INTEGER NOT NULL, name TEXT, type TEXT, size INTEGER "
	"NOT NULL,"
	" sha256 BLOB NOT NULL, PRIMARY KEY (message, n)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE copy (message INTEGER NOT NULL REFERENCES message, n INTEGER NOT NULL, at INTEGER NOT NULL, channel TEXT NOT "
	"NULL,"
	" recipient TEXT, source_file TEXT, frame INTEGER, PRIMARY KEY (message, n)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE participant (incident INTEGER NOT NULL REFERENCES incident, address TEXT NOT NULL COLLATE NOCASE, admitted "
	"INTEGER NOT NULL,"
	" first_message INTEGER REFERENCES message, PRIMARY KEY (incident, address)) STRICT, WITHOUT ROWID;"

	"CREATE TABLE party (id INTEGER PRIMARY KEY, name TEXT NOT NULL COLLATE NOCASE, role TEXT NOT NULL, language TEXT,"
	" domain TEXT COLLATE NOCASE, valid_from INTEGER, valid_to INTEGER, on_duty_24x7 INTEGER NOT NULL, note TEXT) STRICT;"
	"CREATE INDEX party_name ON party (name);"
	"CREATE INDEX party_domain ON party (domain) WHERE domain IS NOT NULL;"
	"CREATE TABLE party_channel (id INTEGER PRIMARY KEY, party INTEGER NOT NULL REFERENCES party, channel TEXT NOT NULL,"
	" address TEXT NOT NULL COLLATE NOCASE, state TEXT NOT NULL) STRICT;"
	"CREATE UNIQUE INDEX party_channel_party ON party_channel (party, channel, address);"
	"CREATE INDEX party_channel_address ON party_channel (address);"

	"CREATE TABLE dispatch (id INTEGER PRIMARY KEY, incident INTEGER REFERENCES incident,"
	" message INTEGER REFERENCES message DEFERRABLE INITIALLY DEFERRED, answers INTEGER REFERENCES message, party INTEGER "
	"REFERENCES party,"
	" letter TEXT NOT NULL, language TEXT, channel TEXT NOT NULL, address TEXT NOT NULL COLLATE NOCASE, state TEXT NOT NULL, why "
	"TEXT,"
	" lane INTEGER NOT NULL, message_id TEXT, token TEXT, subject TEXT, size INTEGER NOT NULL, created_at INTEGER NOT NULL,"
	" not_before INTEGER NOT NULL, expires_at INTEGER, attempts INTEGER NOT NULL) STRICT;"
	"CREATE INDEX dispatch_incident ON dispatch (incident) WHERE incident IS NOT NULL;"
	"CREATE INDEX dispatch_due ON dispatch (lane, not_before) WHERE state = 'queued';"
	"CREATE INDEX dispatch_person ON dispatch (state) WHERE state IN ('held', 'failed', 'uncertain');"
	"CREATE INDEX dispatch_sending ON dispatch (id) WHERE state = 'sending';"
	/* reply budget */
	"CREATE INDEX dispatch_answer ON dispatch (address, created_at) WHERE answers IS NOT NULL AND state <> 'cancelled';"
	"CREATE TABLE dispatch_bytes (dispatch INTEGER PRIMARY KEY REFERENCES dispatch, bytes BLOB NOT NULL) STRICT;"
	"CREATE TABLE verdict (dispatch INTEGER NOT NULL REFERENCES dispatch, n INTEGER NOT NULL, at INTEGER NOT NULL, rule TEXT NOT "
	"NULL,"
	" state TEXT NOT NULL, why TEXT, actor TEXT, PRIMARY KEY (dispatch, n)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE attempt (dispatch INTEGER NOT NULL REFERENCES dispatch, n INTEGER NOT NULL, at INTEGER NOT NULL, outcome TEXT "
	"NOT NULL,"
	" code TEXT, text TEXT, PRIMARY KEY (dispatch, n)) STRICT, WITHOUT ROWID;"

	"CREATE TABLE duty (id INTEGER PRIMARY KEY, incident INTEGER REFERENCES incident, message INTEGER REFERENCES message, what "
	"TEXT NOT NULL,"
	" owner TEXT, basis TEXT, due INTEGER, done_at INTEGER, created_at INTEGER NOT NULL, done_by TEXT) STRICT;"
	"CREATE INDEX duty_incident ON duty (incident) WHERE incident IS NOT NULL;"
	"CREATE INDEX duty_due ON duty (due) WHERE done_at IS NULL;"
	"CREATE TABLE task (id INTEGER PRIMARY KEY, message INTEGER NOT NULL REFERENCES message, need TEXT NOT NULL, part TEXT,"
	" created_at INTEGER NOT NULL, done_at INTEGER, result TEXT) STRICT;"
	"CREATE INDEX task_open ON task (message) WHERE done_at IS NULL;"

	"CREATE TABLE alarm (id INTEGER PRIMARY KEY, code TEXT NOT NULL, text TEXT, count INTEGER NOT NULL, first_at INTEGER NOT NULL,"
	" last_at INTEGER NOT NULL, said_at INTEGER NOT NULL, acked_at INTEGER, acked_by TEXT) STRICT;"
	"CREATE UNIQUE INDEX alarm_open ON alarm (code) WHERE acked_at IS NULL;"
	"CREATE TABLE journal (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, actor TEXT NOT NULL, act TEXT NOT NULL, object TEXT, "
	"detail TEXT,"
	" chain BLOB NOT NULL) STRICT;"

	/* Words of a message, folded before they come here; nothing but the index is kept (contentless). Positions are kept (detail
	 * full): a Vietnamese word is two or three syllables, an address four numbers, and only a phrase finds them; without positions
	 * writing costs a sixth less. Leaves of 16 kB and eight runs a level: measured, a tenth less CPU and written bytes than FTS5's
	 * own figures. */
	"CREATE VIRTUAL TABLE message_text USING fts5 (words, content = '', columnsize = 0, detail = 'full', tokenize = 'ascii');"
	"INSERT INTO message_text (message_text, rank) VALUES ('automerge', 8);"
	"INSERT INTO message_text (message_text, rank) VALUES ('crisismerge', 32);"
	"INSERT INTO message_text (message_text, rank) VALUES ('pgsz', 16000);",

	/* 2: duties are told of when overdue, once; tasks end by themselves; words that slow reading adds later. Times are microseconds:
	 * five minutes for what is owed at once (model/incident.h), a quarter of an hour for tasks begun before. */
	"ALTER TABLE duty ADD COLUMN tell_at INTEGER;"
	"ALTER TABLE duty ADD COLUMN told_at INTEGER;"
	"UPDATE duty SET tell_at = max(due, created_at + 300000000) WHERE due IS NOT NULL;"
	"CREATE INDEX duty_tell ON duty (tell_at) WHERE done_at IS NULL AND told_at IS NULL AND tell_at IS NOT NULL;"
	"ALTER TABLE task ADD COLUMN until INTEGER;"
	"UPDATE task SET until = created_at + 900000000;"
	"CREATE INDEX task_until ON task (until) WHERE done_at IS NULL;"
	/* A contentless index takes a row once and for good: what comes later is a row of its own, under the negative of this id. */
	"CREATE TABLE text_more (id INTEGER PRIMARY KEY, message INTEGER NOT NULL REFERENCES message) STRICT;"
	"CREATE INDEX text_more_message ON text_more (message);",

	/* 3: sixteen runs a level before FTS5 merges them: measured in batches of 128 with 4 KB of words, a fifth less time of the processor
	 * a message than with eight. */
	("INSERT INTO message_text (message_text, rank) VALUES ('automerge', 16);"
	 "INSERT INTO message_text (message_text, rank) VALUES ('crisismerge', 64);"),

	/* 4: what filters take from a message: the fields with where each stood, the sender's own ticket, observables, category. `trace` is by
	 * what reports are found again that speak of the same thing (a foreign ticket, an address, a system): 64 bits of SHA-256, the text is
	 * compared on a hit. */
	("CREATE TABLE field (message INTEGER NOT NULL REFERENCES message, n INTEGER NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,"
	 " confidence REAL NOT NULL, place TEXT, rule TEXT, PRIMARY KEY (message, n)) STRICT, WITHOUT ROWID;"
	 "CREATE TABLE ticket (message INTEGER NOT NULL REFERENCES message, n INTEGER NOT NULL, system TEXT NOT NULL, id TEXT, status TEXT,"
	 " PRIMARY KEY (message, n)) STRICT, WITHOUT ROWID;"
	 "CREATE TABLE observable (message INTEGER NOT NULL REFERENCES message, n INTEGER NOT NULL, type TEXT NOT NULL, value TEXT NOT NULL,"
	 " PRIMARY KEY (message, n)) STRICT, WITHOUT ROWID;"
	 "CREATE TABLE trace (hash INTEGER NOT NULL, message INTEGER NOT NULL REFERENCES message, text TEXT NOT NULL,"
	 " PRIMARY KEY (hash, message)) STRICT, WITHOUT ROWID;"
	 "ALTER TABLE message ADD COLUMN filter TEXT;"
	 "ALTER TABLE message ADD COLUMN category TEXT;"
	 "ALTER TABLE message ADD COLUMN category_confidence REAL;"),

	/* 5: letters: the facts one was posted with, its number, the page model and what was drawn of it. A number is unique in its series and
	 * year; a block is what the office's clerk lent us of the series. */
	("CREATE TABLE letter (dispatch INTEGER PRIMARY KEY REFERENCES dispatch, fields TEXT NOT NULL, number INTEGER, year INTEGER, sign TEXT,"
	 " dated INTEGER, page TEXT, drawing TEXT, why TEXT) STRICT;"
	 "CREATE INDEX letter_wanted ON letter (dispatch) WHERE drawing = 'wanted';"
	 "CREATE TABLE letter_number (series TEXT NOT NULL, year INTEGER NOT NULL, number INTEGER NOT NULL, dispatch INTEGER NOT NULL REFERENCES"
	 " dispatch, at INTEGER NOT NULL, actor TEXT, PRIMARY KEY (series, year, number)) STRICT, WITHOUT ROWID;"
	 "CREATE TABLE number_block (id INTEGER PRIMARY KEY, series TEXT NOT NULL, year INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT"
	 " NULL, next INTEGER NOT NULL, at INTEGER NOT NULL, actor TEXT) STRICT;"
	 "CREATE TABLE letter_file (dispatch INTEGER NOT NULL REFERENCES dispatch, kind TEXT NOT NULL, pages INTEGER NOT NULL, bytes BLOB NOT NULL,"
	 " PRIMARY KEY (dispatch, kind)) STRICT;"),
	/* 6: the circular's clock: facts with who set them, the ladder, timers, obligations, coordination orders, signed originals, rota, revoked
	 * addresses, contacts that mails send in. A drill is marked; a duty may be a party's; a party may belong to a unit and has the level of
	 * its highest system. */
	("ALTER TABLE incident ADD COLUMN drill INTEGER NOT NULL DEFAULT 0;"
	 "ALTER TABLE duty ADD COLUMN party INTEGER REFERENCES party;"
	 "ALTER TABLE party ADD COLUMN unit INTEGER REFERENCES party;"
	 "ALTER TABLE party ADD COLUMN level INTEGER NOT NULL DEFAULT 0;"
	 "ALTER TABLE party ADD COLUMN drill INTEGER NOT NULL DEFAULT 0;"
	 "CREATE TABLE fact (id INTEGER PRIMARY KEY, incident INTEGER NOT NULL REFERENCES incident, name TEXT NOT NULL, value TEXT NOT NULL,"
	 " actor TEXT NOT NULL, reason TEXT, at INTEGER NOT NULL) STRICT;"
	 "CREATE INDEX fact_incident ON fact (incident, name);"
	 "CREATE TABLE original (incident INTEGER PRIMARY KEY REFERENCES incident, message INTEGER REFERENCES message, wanted_at INTEGER,"
	 " received_at INTEGER, received INTEGER REFERENCES message, number TEXT, note TEXT, by TEXT) STRICT;"
	 "CREATE TABLE step (id INTEGER PRIMARY KEY, incident INTEGER NOT NULL REFERENCES incident, rung TEXT NOT NULL, party INTEGER"
	 " REFERENCES party, dispatch INTEGER REFERENCES dispatch, report INTEGER REFERENCES dispatch, reminder INTEGER REFERENCES dispatch,"
	 " created_at INTEGER NOT NULL, due INTEGER, reminders INTEGER NOT NULL, acknowledged_at INTEGER, answer INTEGER REFERENCES message,"
	 " acknowledged_by TEXT, note TEXT, passed_at INTEGER, actor TEXT, reason TEXT) STRICT;"
	 "CREATE INDEX step_incident ON step (incident);"
	 "CREATE TABLE timer (what TEXT NOT NULL, subject INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (what, subject)) STRICT,"
	 " WITHOUT ROWID;"
	 "CREATE INDEX timer_at ON timer (at);"
	 "CREATE TABLE obligation (id INTEGER PRIMARY KEY, party INTEGER REFERENCES party, what TEXT NOT NULL, due INTEGER NOT NULL,"
	 " done_at INTEGER, created_at INTEGER NOT NULL, evidence INTEGER REFERENCES message, note TEXT, done_by TEXT, reminders INTEGER NOT NULL,"
	 " reminder INTEGER REFERENCES dispatch, reminded_at INTEGER, duty INTEGER REFERENCES duty) STRICT;"
	 "CREATE UNIQUE INDEX obligation_owed ON obligation (coalesce(party, 0), what, due);"
	 "CREATE INDEX obligation_open ON obligation (due) WHERE done_at IS NULL;"
	 "CREATE TABLE coordination (id INTEGER PRIMARY KEY, incident INTEGER REFERENCES incident, message INTEGER REFERENCES message,"
	 " party INTEGER REFERENCES party, number TEXT, what TEXT, actor TEXT, due INTEGER, created_at INTEGER NOT NULL, done_at INTEGER,"
	 " duty INTEGER REFERENCES duty, report INTEGER REFERENCES dispatch) STRICT;"
	 "CREATE INDEX coordination_incident ON coordination (incident) WHERE incident IS NOT NULL;"
	 "CREATE TABLE coordination_to (coordination INTEGER NOT NULL REFERENCES coordination, party INTEGER NOT NULL REFERENCES party,"
	 " dispatch INTEGER REFERENCES dispatch, message INTEGER REFERENCES message, answered_at INTEGER, note TEXT, by TEXT,"
	 " PRIMARY KEY (coordination, party)) STRICT, WITHOUT ROWID;"
	 "CREATE TABLE rota (id INTEGER PRIMARY KEY, party INTEGER NOT NULL REFERENCES party, \"from\" INTEGER, \"to\" INTEGER, note TEXT) STRICT;"
	 "CREATE INDEX rota_party ON rota (party);"
	 "CREATE TABLE revoked (channel TEXT NOT NULL, address TEXT NOT NULL COLLATE NOCASE, party INTEGER, at INTEGER NOT NULL, actor TEXT,"
	 " why TEXT, PRIMARY KEY (channel, address)) STRICT, WITHOUT ROWID;"
	 "CREATE TABLE proposal (id INTEGER PRIMARY KEY, message INTEGER REFERENCES message, party INTEGER REFERENCES party, unit TEXT, name TEXT,"
	 " mail TEXT, phone TEXT, fax TEXT, created_at INTEGER NOT NULL, decided_at INTEGER, decided_by TEXT, accepted INTEGER NOT NULL) STRICT;"
	 "CREATE TABLE period (id INTEGER PRIMARY KEY, name TEXT NOT NULL, basis TEXT, \"from\" INTEGER NOT NULL, \"to\" INTEGER NOT NULL,"
	 " actor TEXT, at INTEGER NOT NULL) STRICT;"),
	/* 7: who is believed (message.auth), what waits for a person's word before it is filed, with all that was read of it, and the one duty a
	 * day that counts what is suspect. */
	("ALTER TABLE message ADD COLUMN auth TEXT;"
	 "ALTER TABLE message ADD COLUMN auth_words TEXT;"
	 "CREATE INDEX message_unfiled ON message (state) WHERE state <> 'filed';"
	 "CREATE TABLE unfiled (message INTEGER PRIMARY KEY REFERENCES message, envelope TEXT NOT NULL, report BLOB NOT NULL) STRICT;"
	 "CREATE TABLE suspect_day (day TEXT PRIMARY KEY, duty INTEGER NOT NULL REFERENCES duty, count INTEGER NOT NULL) STRICT, WITHOUT ROWID;"),

	/* 8: the books. gap: numbers of a series left out on purpose. event: what changed on a case, when. arrival: number in the year's register
	 * of arrivals. */
	("CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;"
	 "CREATE TABLE disclosure (id INTEGER PRIMARY KEY, incident INTEGER NOT NULL REFERENCES incident, party INTEGER NOT NULL REFERENCES party,"
	 " identity INTEGER NOT NULL, at INTEGER NOT NULL, actor TEXT NOT NULL, reason TEXT NOT NULL, ended_at INTEGER) STRICT;"
	 "CREATE INDEX disclosure_incident ON disclosure (incident, party);"
	 "CREATE TABLE redaction (frame INTEGER PRIMARY KEY, message INTEGER REFERENCES message, at INTEGER NOT NULL, actor TEXT NOT NULL,"
	 " reason TEXT NOT NULL, done_at INTEGER) STRICT;"
	 "CREATE TABLE backup (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, path TEXT NOT NULL, sha256 TEXT, recipient TEXT, cursor INTEGER NOT NULL,"
	 " head INTEGER NOT NULL, size INTEGER NOT NULL, verified INTEGER NOT NULL) STRICT;"
	 "CREATE TABLE gap (name TEXT NOT NULL, year INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, at INTEGER NOT NULL, why TEXT,"
	 " PRIMARY KEY (name, year, first)) STRICT, WITHOUT ROWID;"
	 "CREATE TABLE event (id INTEGER PRIMARY KEY, incident INTEGER NOT NULL REFERENCES incident, at INTEGER NOT NULL, what TEXT NOT NULL,"
	 " value TEXT) STRICT;"
	 "CREATE INDEX event_incident ON event (incident, at);"
	 "ALTER TABLE message ADD COLUMN arrival INTEGER;"),
	/* 9: words of a burst wait here, in the commit of their message, for a quiet moment (text_db.c). id as in the word index. */
	("CREATE TABLE text_waiting (n INTEGER PRIMARY KEY, id INTEGER NOT NULL, words TEXT NOT NULL) STRICT;"),

	/* 10: a message that is matched, numbered and receipted only when its slow reading has ended (a fax, a scan, a wholly encrypted mail). */
	"ALTER TABLE message ADD COLUMN waits INTEGER NOT NULL DEFAULT 0;",
	/* 11: budgets: whom each automatic letter was charged to (64 bits of a hash each), who is suspended, which receipts are kept back by what. A
	 * registrable domain is looked for in the party directory. */
	("CREATE TABLE letter_charge (dispatch INTEGER PRIMARY KEY REFERENCES dispatch, at INTEGER NOT NULL, peers BLOB NOT NULL) STRICT;"
	 "CREATE TABLE peer (kind TEXT NOT NULL, key TEXT NOT NULL, suspended_at INTEGER, last_at INTEGER, resumed_at INTEGER, resumed_by TEXT,"
	 " PRIMARY KEY (kind, key)) STRICT, WITHOUT ROWID;"
	 "CREATE TABLE receipt_held (dispatch INTEGER PRIMARY KEY REFERENCES dispatch, kind TEXT NOT NULL, key TEXT NOT NULL) STRICT;"),
	/* 12: what is encrypted or signed in a message (bits: 1 encrypted, 2 decrypted, 4 signed, 8 nothing of it could be read), and by whom. */
	("ALTER TABLE message ADD COLUMN crypt INTEGER NOT NULL DEFAULT 0;"
	 "ALTER TABLE message ADD COLUMN verified TEXT NOT NULL DEFAULT 'none';"
	 "ALTER TABLE message ADD COLUMN signer TEXT;"),
	/* 13: how mail to a party is signed and encrypted. */
	("CREATE TABLE party_key (party INTEGER PRIMARY KEY REFERENCES party, form TEXT NOT NULL, fingerprint TEXT, sign INTEGER NOT NULL,"
	 " encrypt INTEGER NOT NULL, at INTEGER NOT NULL, actor TEXT) STRICT;"),

	/* 14: calls of the fax line; instead: the letter that went by another way (NULL: none could) when `of` did not get there. */
	("CREATE TABLE fax_call (id INTEGER PRIMARY KEY, dispatch INTEGER REFERENCES dispatch, message INTEGER REFERENCES message, line TEXT, number TEXT,"
	 " ident TEXT, started INTEGER, ended INTEGER, pages INTEGER NOT NULL, total INTEGER NOT NULL, rate INTEGER NOT NULL, ecm INTEGER NOT NULL,"
	 " result TEXT NOT NULL, text TEXT, sha256 TEXT) STRICT;"
	 "CREATE INDEX fax_call_dispatch ON fax_call (dispatch);"
	 "CREATE TABLE instead (of INTEGER PRIMARY KEY REFERENCES dispatch, dispatch INTEGER REFERENCES dispatch, why TEXT NOT NULL) STRICT;"
	 "CREATE INDEX instead_dispatch ON instead (dispatch);"),
	/* 15: which filter last took something from a sender, so that one that falls silent is seen. */
	("CREATE TABLE yield (sender TEXT PRIMARY KEY COLLATE NOCASE, filter TEXT NOT NULL) STRICT, WITHOUT ROWID;"),

	/* 16: letters that come twice are found by their number. */
	"CREATE INDEX field_letter ON field (value) WHERE name = 'letter.number';",
	/* 17: the events of feeds, and the networks of those they concern. */
	("CREATE TABLE feed_event (message INTEGER NOT NULL REFERENCES message, n INTEGER NOT NULL, address TEXT, key BLOB, at TEXT, domain TEXT,"
	 " category TEXT, kind TEXT, detail TEXT, port INTEGER NOT NULL, told_at INTEGER, PRIMARY KEY (message, n)) STRICT, WITHOUT ROWID;"
	 "CREATE TABLE network (id INTEGER PRIMARY KEY, low BLOB NOT NULL, high BLOB NOT NULL, bits INTEGER NOT NULL, prefix TEXT NOT NULL, asn INTEGER,"
	 " party INTEGER NOT NULL REFERENCES party) STRICT;"
	 "CREATE INDEX network_low ON network (low);"),


	/* 18: probes: mail to ourselves that must come back. source: when mail last came from each, and its longest pause of late. */
	("CREATE TABLE probe (dispatch INTEGER PRIMARY KEY REFERENCES dispatch, kind TEXT NOT NULL, address TEXT NOT NULL, sent_at INTEGER NOT NULL,"
	 " back_at INTEGER, until INTEGER) STRICT;"
	 "CREATE TABLE source (name TEXT PRIMARY KEY, last_at INTEGER NOT NULL, gap INTEGER NOT NULL, gap_at INTEGER NOT NULL, count INTEGER NOT NULL,"
	 " told_at INTEGER) STRICT, WITHOUT ROWID;"),
	/* 19: what was given up before it was read is read later (IG_TASK_GIVEN_UP). */
	"CREATE INDEX task_late ON task (until) WHERE result = 'given up, it took too long';",
	/* 20: which letter told of an event: where that fails, nobody was told. */
	("ALTER TABLE feed_event ADD COLUMN told_by INTEGER REFERENCES dispatch;"
	 "CREATE INDEX feed_event_told_by ON feed_event (told_by) WHERE told_by IS NOT NULL;"
	 "CREATE INDEX feed_event_untold ON feed_event (message, n) WHERE told_at IS NULL;"),
	/* 21: the report of each call that was made for a letter. */
	("CREATE TABLE fax_report (call INTEGER PRIMARY KEY REFERENCES fax_call, state TEXT NOT NULL, why TEXT, pdf BLOB) STRICT;"
	 "CREATE INDEX fax_report_wanted ON fax_report (call) WHERE state = 'wanted';"),
	/* 22: files that never leave as they are: which part each is, what is known of it, what a scanner said. */
	("ALTER TABLE attachment ADD COLUMN part TEXT;"
	 "ALTER TABLE attachment ADD COLUMN hazard TEXT;"
	 "ALTER TABLE attachment ADD COLUMN malware TEXT;"),
	/* 23: retention: whose words are gone, and what stays by a person's word. Letters of one scan share a frame, which goes with the last of them. */
	("ALTER TABLE message ADD COLUMN removed_at INTEGER;"
	 "UPDATE message SET removed_at = (SELECT min(at) FROM redaction r WHERE r.message = message.id) WHERE id IN (SELECT message FROM redaction);"
	 "CREATE INDEX message_kept ON message (received_at) WHERE outgoing = 0 AND removed_at IS NULL;"
	 "CREATE INDEX message_pages ON message (frame) WHERE channel IN ('fax', 'letter') AND outgoing = 0;"
	 "CREATE TABLE hold (id INTEGER PRIMARY KEY, message INTEGER REFERENCES message, incident INTEGER REFERENCES incident, at INTEGER NOT NULL,"
	 " actor TEXT NOT NULL, reason TEXT NOT NULL, ended_at INTEGER) STRICT;"
	 "CREATE INDEX hold_message ON hold (message) WHERE ended_at IS NULL;"
	 "CREATE INDEX hold_incident ON hold (incident) WHERE ended_at IS NULL;"),
	/* 24: who answers for an autonomous system as a whole, where its networks are not in the table. */
	("ALTER TABLE feed_event ADD COLUMN asn INTEGER;"
	 "CREATE TABLE autonomous (asn INTEGER PRIMARY KEY, party INTEGER NOT NULL REFERENCES party) STRICT;"),
	/* 25: messages that are parts of one letter, which was torn apart on the scanner: whole reads all of them. was: the case it was filed in. */
	("CREATE TABLE joined (message INTEGER PRIMARY KEY REFERENCES message, whole INTEGER NOT NULL REFERENCES message, n INTEGER NOT NULL,"
	 " was INTEGER REFERENCES incident, at INTEGER NOT NULL, ended_at INTEGER) STRICT;"
	 "CREATE INDEX joined_whole ON joined (whole, n);"),
};

int ig_store_schema_version(void) { return (int)IG_COUNT(steps); }
const char *ig_store_schema_step(int version) { return steps[version - 1]; }

static int version_of(struct ig_store *s, int64_t *version_r)
{
	sqlite3_stmt *st = NULL;
	*version_r = 0;
	if (sqlite3_prepare_v2(s->db, "SELECT count(*) FROM sqlite_schema WHERE name = 'schema_step'", -1, &st, NULL) != SQLITE_OK)
		return ig_store_fail(s, "open");
	int rc = sqlite3_step(st);
	bool there = rc == SQLITE_ROW && sqlite3_column_int(st, 0) > 0;
	sqlite3_finalize(st);
	if (rc != SQLITE_ROW)
		return ig_store_fail(s, "open");
	if (!there)
		return 0;
	if (sqlite3_prepare_v2(s->db, "SELECT coalesce(max(version), 0) FROM schema_step", -1, &st, NULL) != SQLITE_OK)
		return ig_store_fail(s, "open");
	rc = sqlite3_step(st);
	if (rc == SQLITE_ROW)
		*version_r = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return rc == SQLITE_ROW ? 0 : ig_store_fail(s, "open");
}

static int record(struct ig_store *s, int64_t version)
{
	sqlite3_stmt *st = NULL;
	if (sqlite3_prepare_v2(s->db, "INSERT INTO schema_step (version, at, who) VALUES (?1, ?2, ?3)", -1, &st, NULL) != SQLITE_OK)
		return ig_store_fail(s, "migrate");
	sqlite3_bind_int64(st, 1, version);
	sqlite3_bind_int64(st, 2, ig_now());
	sqlite3_bind_text(st, 3, PACKAGE_STRING, -1, SQLITE_STATIC);
	int rc = sqlite3_step(st);
	sqlite3_finalize(st);
	return rc == SQLITE_DONE ? 0 : ig_store_fail(s, "migrate");
}

static int step_up(struct ig_store *s, int64_t from)
{
	if (ig_store_exec(s, "BEGIN IMMEDIATE") < 0)
		return -1;
	if ((from == 0 &&
			ig_store_exec(
				s, "CREATE TABLE schema_step (version INTEGER PRIMARY KEY, at INTEGER NOT NULL, who TEXT NOT NULL) STRICT") < 0) ||
		ig_store_exec(s, steps[from]) < 0 || record(s, from + 1) < 0 || ig_store_exec(s, "COMMIT") < 0) {
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL); /* why was said by what failed */
		return -1;
	}
	return 0;
}

int ig_store_migrate(struct ig_store *s)
{
	int64_t version, newest = ig_store_schema_version();
	if (version_of(s, &version) < 0)
		return -1;
	if (version > newest)
		return ig_why(
			&s->why, "store: version %lld was made by a newer irgate; this one knows %lld", (long long)version, (long long)newest);
	if (s->reading && version < newest)
		return ig_why(&s->why, "store: version %lld must first be brought to %lld by irgated", (long long)version, (long long)newest);
	while (version < newest)
		if (step_up(s, version++) < 0)
			return -1;
	return 0;
}
