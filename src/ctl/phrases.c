/* The table of phrases: what irgatectl and the control socket understand. The manual page and the completion are checked against it. */
#include "config.h"
#include <string.h>
#include "ctl/books.h"
#include "ctl/room.h"

#define R_AUDITOR IG_RIGHT_AUDITOR
#define R_OFFICER IG_RIGHT_OFFICER
#define R_CHIEF IG_RIGHT_CHIEF
#define READS (IG_CTL_CONF | IG_CTL_STORE)
#define DRAWS (READS | IG_CTL_DRAWS)
#define BOOK "[--year Y|--from D --to D] [--volume N] [--with-secret] [--csv|--pdf FILE]"
#define FIGURES "[--as-of T] [--lang vi|en] [--csv|--pdf FILE]"
#define NOTED (READS | IG_CTL_NOTED)
#define ACTS (IG_CTL_CONF | IG_CTL_STORE | IG_CTL_WRITE)

const struct ig_ctl_phrase ig_ctl_phrases[] = {
	{"init", "DIR [--profile NAME]", IG_CTL_LOCAL, R_AUDITOR, "make a complete, runnable instance in DIR", ig_ctl_init},
	{"read", "[--keys DIR] FILE...", IG_CTL_LOCAL, R_AUDITOR, "read files as if they had arrived; one JSON object a line, nothing stored", ig_ctl_read},
	{"import", "[--live] PATH...", IG_CTL_CONF | IG_CTL_LOCAL, R_CHIEF, "take in Maildirs, mbox files and mails; sends nothing without --live", ig_ctl_import},
	{"incident list", "[--open] [--limit N]", READS, R_AUDITOR, "the cases, oldest first", ig_ctl_incident_list},
	{"incident show", "REF", NOTED, R_AUDITOR, "one case with its messages, duties and dispatches", ig_ctl_incident_show},
	{"incident merge", "REF INTO [--reason T]", ACTS, R_OFFICER, "file everything of REF into INTO", ig_ctl_incident_merge},
	{"incident unlink", "REF OTHER [--reason T]", ACTS, R_OFFICER, "undo the link between two cases", ig_ctl_incident_unlink},
	{"incident split", "REF MESSAGE... [--reason T]", ACTS, R_OFFICER, "make a case of its own of these messages", ig_ctl_incident_split},
	{"incident escalate", "REF [--to PARTY] [--reason T]", ACTS, R_OFFICER, "tell the next rung of the ladder, or a party, of a case", ig_ctl_incident_escalate},
	{"incident fact", "REF NAME=VALUE... [--reason T]", ACTS, R_OFFICER, "keep facts that say how grave a case is; it is classified by them", ig_ctl_incident_fact},
	{"incident ladder", "REF", READS, R_AUDITOR, "who was told of a case: channel, letter number, sent, proof, acknowledged", ig_ctl_incident_ladder},
	{"incident answered", "REF PARTY [--message ID] [--note T]", ACTS, R_OFFICER, "a party answered, by a message or by telephone", ig_ctl_incident_answered},
	{"incident original", "REF [--message ID] [--number N] [--note T]", ACTS, R_OFFICER, "the signed original of a notice is here", ig_ctl_incident_original},
	{"incident drill", "REF yes|no --reason T", ACTS, R_OFFICER, "mark a case as of a drill: in no statistics, never told to real authorities", ig_ctl_incident_drill},
	{"incident severity", "REF unknown|ordinary|serious|auto --reason T", ACTS, R_OFFICER, "say how grave a case is, whatever its facts; auto: by its facts again", ig_ctl_incident_severity},
	{"incident status", "REF new|open|waiting|resolved|closed [--reason T]", ACTS, R_OFFICER, "set where a case stands", ig_ctl_incident_status},
	{"incident admit", "REF ADDRESS", ACTS, R_OFFICER, "let a participant into a case: he may be written to about it", ig_ctl_incident_admit},
	{"incident disclose", "REF --to PARTY --reason T [--with-reporter]", ACTS, R_CHIEF, "let one party know of a case under secrecy", ig_ctl_incident_disclose},
	{"incident undisclose", "REF --to PARTY --reason T", ACTS, R_CHIEF, "end such an exception", ig_ctl_incident_undisclose},
	{"message list", "[--incident REF] [--in|--out] [--state S] [--limit N]", READS | IG_CTL_LISTED, R_AUDITOR, "every distinct message taken in or sent", ig_ctl_message_list},
	{"message show", "ID", NOTED, R_AUDITOR, "one message: why it was filed where it is, copies, attachments, suggestion", ig_ctl_message_show},
	{"message raw", "ID", NOTED, R_OFFICER, "the bytes as they arrived or left", ig_ctl_message_raw},
	{"message seal", "ID --reason T", ACTS, R_OFFICER, "seal a message that bears a state-secret mark", ig_ctl_message_seal},
	{"message unseal", "ID --reason T", ACTS, R_CHIEF, "end a sealing made by mistake", ig_ctl_message_unseal},
	{"message frame", "SEQ [--wait]", READS, R_AUDITOR, "the message that a frame of the log became", ig_ctl_message_frame},
	{"phone log", "[--from NAME] [--number N] [--subject T] [--incident REF] [--at T] [--text T]", IG_CTL_CONF | IG_CTL_LOCAL, R_OFFICER,
	 "write a call down as a full message; the text is --text or standard input", ig_ctl_phone_log},
	{"letter log", "[--from NAME] [--number N] [--date DAY] [--subject T] [--incident REF] [--at T] [--signed] [--text T]", IG_CTL_CONF | IG_CTL_LOCAL, R_OFFICER,
	 "write down a paper that was never scanned", ig_ctl_letter_log},
	{"message reread", "ID", ACTS, R_OFFICER, "open, or read by slow workers, once more what could not be read", ig_ctl_message_reread},
	{"message move", "ID REF|new [--reason T]", ACTS, R_OFFICER, "file a message into another case, or a new one", ig_ctl_message_move},
	{"confirm", "MESSAGE [NAME|NAME=VALUE|NAME=]...", ACTS | IG_CTL_WALKS, R_OFFICER, "what was read from a page and is not sure; accept, correct or empty it", ig_ctl_confirm},
	{"scan separator", "", IG_CTL_LOCAL, R_AUDITOR, "a PDF to print: laid between two letters it parts them in one scan", ig_ctl_scan_separator},
	{"scan join", "MESSAGE MESSAGE... [--reason T]", ACTS, R_OFFICER, "a letter that was torn apart: the first message reads the pages of all as one letter", ig_ctl_scan_join},
	{"scan split", "MESSAGE [--reason T]", ACTS, R_OFFICER, "undo that: each is a letter of its own again", ig_ctl_scan_split},
	{"message promote", "ID... [--into REF] [--reason T]", ACTS, R_OFFICER, "file what is held or suspect: number, receipt and duties as for any other", ig_ctl_message_promote},
	{"attachment send", "MESSAGE N --to PARTY --reason T", IG_CTL_CONF | IG_CTL_LOCAL, R_OFFICER,
	 "send a received file to a party, zipped with a password that is shown once; message show numbers the attachments", ig_ctl_attachment_send},
	{"attachment enclose", "MESSAGE N --to PARTY --reason T < FILE", ACTS | IG_CTL_INPUT, R_OFFICER, "the same, with the bytes of the file (attachment send does it)",
	 ig_ctl_attachment_enclose},
	{"dispatch list", "[--incident REF] [--state S] [--limit N]", READS | IG_CTL_LISTED, R_AUDITOR, "the letters that are to leave or left", ig_ctl_dispatch_list},
	{"dispatch show", "ID", NOTED, R_AUDITOR, "one dispatch with its verdicts and attempts", ig_ctl_dispatch_show},
	{"dispatch raw", "ID", NOTED, R_OFFICER, "the mail as it leaves", ig_ctl_dispatch_raw},
	{"dispatch release", "ID --reason T", ACTS, R_OFFICER, "let a held dispatch go, if the gate agrees", ig_ctl_dispatch_release},
	{"dispatch cancel", "ID --reason T", ACTS, R_OFFICER, "stop a dispatch that has not left", ig_ctl_dispatch_cancel},
	{"dispatch resolve", "ID sent|delivered|failed|again --reason T", ACTS, R_OFFICER, "say what became of a fax that is uncertain", ig_ctl_dispatch_resolve},
	{"fax send", "NUMBER|--party P [--incident REF] [--subject T] [--urgent] < FILE.tif", ACTS | IG_CTL_INPUT, R_OFFICER, "fax pages that are there already", ig_ctl_fax_send},
	{"fax status", "", READS, R_AUDITOR, "how faxes leave, and what waits", ig_ctl_fax_status},
	{"fax lines", "", READS, R_AUDITOR, "the telephone lines and the last call on each", ig_ctl_fax_lines},
	{"fax calls", "[--dispatch ID] [--limit N]", READS, R_AUDITOR, "calls of the fax, newest first: number, ident, pages, rate, result", ig_ctl_fax_calls},
	{"fax report", "DISPATCH [--call N]", READS, R_OFFICER, "the report of a call for a letter (PDF), the last one or the Nth, on standard output", ig_ctl_fax_report},
	{"line test", "[NAME]", IG_CTL_CONF | IG_CTL_LINE, R_OFFICER, "try each telephone line: is it registered, does the other side answer; exit 69 when one fails",
	 ig_ctl_line_test},
	{"party list", "", READS, R_AUDITOR, "persons, units, providers and authorities", ig_ctl_party_list},
	{"party show", "ID|NAME|ADDRESS", READS, R_AUDITOR, "one party with its channels", ig_ctl_party_show},
	{"party add", "NAME --role ROLE [--mail A] [--fax N] [--phone N] [--letter T] [--domain D] [--language vi|en] [--from T] [--to T] [--24x7] [--level N] [--unit P] [--drill] [--note T]",
	 ACTS, R_OFFICER, "add a party, or change the one of that name", ig_ctl_party_add},
	{"party import", "< FILE.csv", ACTS | IG_CTL_INPUT, R_OFFICER, "add or change parties from CSV, with a heading as party export writes it", ig_ctl_party_import},
	{"party export", "", READS, R_OFFICER, "the directory as CSV that import takes again", ig_ctl_party_export},
	{"party revoke", "PARTY --reason T", ACTS, R_OFFICER, "a person or body left: out of force, its channels are never used again", ig_ctl_party_revoke},
	{"party proposals", "[--all]", READS, R_AUDITOR, "contacts that mails sent in, for a person to accept", ig_ctl_party_proposals},
	{"party accept", "ID [--name N] [--role R]", ACTS, R_OFFICER, "take a proposed contact into the directory", ig_ctl_party_accept},
	{"party refuse", "ID --reason T", ACTS, R_OFFICER, "leave the directory as it is", ig_ctl_party_refuse},
	{"rota list", "[--all]", READS, R_AUDITOR, "who is on duty when", ig_ctl_rota_list},
	{"rota add", "PARTY --from T --to T [--note T]", ACTS, R_OFFICER, "put a person or body on the rota", ig_ctl_rota_add},
	{"rota end", "ID", ACTS, R_OFFICER, "end an entry of the rota now", ig_ctl_rota_end},
	{"rota now", "", READS, R_AUDITOR, "who is on duty now, with telephone", ig_ctl_rota_now},
	{"period list", "", READS, R_AUDITOR, "the heightened periods, of the profile and added", ig_ctl_period_list},
	{"period add", "NAME --from DATE --to DATE [--basis T]", ACTS, R_OFFICER, "a heightened period (an election): shorter limits hold in it", ig_ctl_period_add},
	{"period end", "ID --reason T", ACTS, R_OFFICER, "take an added period away", ig_ctl_period_end},
	{"address", "[--compare FILE|-]", IG_CTL_CONF | IG_CTL_LOCAL, R_AUDITOR, "the published address block, compared with what is listened on and with a page", ig_ctl_address},
	{"probe list", "", READS, R_AUDITOR, "mails to ourselves, and whether they came back", ig_ctl_probe_list},
	{"probe send", "", ACTS, R_OFFICER, "send one to the report address, its plus form and the bounce address", ig_ctl_probe_send},
	{"check mail", "[--wait SECONDS]", IG_CTL_CONF | IG_CTL_LOCAL, R_OFFICER, "prove address, plus form and bounce address by a round trip; exit 69 when one is not back", ig_ctl_check_mail},
	{"peer list", "[--all]", READS, R_AUDITOR, "who gets no automatic letters, for a budget was reached", ig_ctl_peer_list},
	{"peer resume", "ADDRESS|DOMAIN|CLASS [--release] [--reason T]", ACTS, R_OFFICER, "answer a suspended peer again; with --release, what was kept back goes, too", ig_ctl_peer_resume},
	{"receipt list", "", READS, R_AUDITOR, "receipts kept back by budgets, in batches", ig_ctl_receipt_list},
	{"receipt release", "BATCH|--all [--reason T]", ACTS, R_OFFICER, "let the receipts of a batch go", ig_ctl_receipt_release},
	{"key list", "", IG_CTL_CONF | IG_CTL_LOCAL, R_CHIEF, "the keys: ours, and those that were taken in", ig_ctl_key_list},
	{"key make", "\"NAME <ADDRESS>\"", IG_CTL_CONF | IG_CTL_LOCAL, R_CHIEF, "make a new OpenPGP key of ours", ig_ctl_key_make},
	{"key import", "FILE", IG_CTL_CONF | IG_CTL_LOCAL, R_CHIEF, "take keys or certificates in: from then on their signatures count", ig_ctl_key_import},
	{"key export", "FINGERPRINT", IG_CTL_CONF | IG_CTL_LOCAL, R_CHIEF, "print a public key, to be given to others", ig_ctl_key_export},
	{"key remove", "FINGERPRINT", IG_CTL_CONF | IG_CTL_LOCAL, R_CHIEF, "throw a key of somebody else away", ig_ctl_key_remove},
	{"key accept", "PARTY [FINGERPRINT] [--sign] [--encrypt] [--form openpgp|cms]", ACTS, R_CHIEF, "sign mail to a party, or encrypt it to a key of his, or both", ig_ctl_key_accept},
	{"key forget", "PARTY", ACTS, R_CHIEF, "write to a party in the clear again", ig_ctl_key_forget},
	{"key uses", "", READS, R_AUDITOR, "which parties are written to signed or encrypted", ig_ctl_key_uses},
	{"key noted", "ACT FINGERPRINT", ACTS, R_CHIEF, "journal what was done with a key (key import and its like do it themselves)", ig_ctl_key_noted},
	{"duty list", "[--all] [--incident REF] [--limit N]", READS, R_AUDITOR, "what is owed, soonest first", ig_ctl_duty_list},
	{"duty show", "ID", READS, R_AUDITOR, "one duty with its basis", ig_ctl_duty_show},
	{"duty done", "ID", ACTS, R_OFFICER, "mark a duty as done", ig_ctl_duty_done},
	{"order list", "", READS, R_AUDITOR, "the coordinator's orders to us", ig_ctl_order_list},
	{"order show", "ID", READS, R_AUDITOR, "one order: to whom it was relayed, who answered", ig_ctl_order_show},
	{"order add", "REF --from PARTY [--number N] [--message ID] [--due T] [--text T]", ACTS, R_OFFICER, "a case is under a coordination order", ig_ctl_order_add},
	{"order relay", "ID --to PARTY...", ACTS, R_OFFICER, "relay an order to those who carry it out", ig_ctl_order_relay},
	{"order report", "ID [--text T]", ACTS, R_OFFICER, "report the execution of an order to who gave it", ig_ctl_order_report},
	{"obligation list", "[--open] [--party P|office] [--what W] [--year Y]", READS, R_AUDITOR, "what is owed again and again, by the office and each unit", ig_ctl_obligation_list},
	{"obligation done", "ID | PARTY|office WHAT  [--message ID] [--note T]", ACTS, R_OFFICER, "what is owed was done; the message or note is the evidence", ig_ctl_obligation_done},
	{"obligation table", "[--csv|--pdf FILE] [--year Y] [--party P]", DRAWS, R_AUDITOR, "who complied with what, as CSV or PDF", ig_ctl_obligation_table},
	{"today", "", READS, R_AUDITOR, "one screen: what came, what waits for a person, what is due, what failed", ig_ctl_today},
	{"alarm list", "[--all]", READS, R_AUDITOR, "what needs a person now", ig_ctl_alarm_list},
	{"alarm ack", "ID", ACTS, R_OFFICER, "say that an alarm was seen", ig_ctl_alarm_ack},
	{"dispatch posted", "ID --proof T", ACTS, R_OFFICER, "say that a printed letter was signed and posted", ig_ctl_dispatch_posted},
	{"letter send", "KIND REF|none --to PARTY ...|--address A [--lang vi|en] [--urgency hoa-toc|thuong-khan|khan] [--form] [--set NAME=VALUE ...] [--facts FILE]", ACTS, R_OFFICER,
	 "write a letter of any kind", ig_ctl_letter_send},
	{"letter number", "ID N", ACTS, R_OFFICER, "give a held letter its number", ig_ctl_letter_number},
	{"letter block", "FIRST LAST [--year Y]", ACTS, R_OFFICER, "numbers that the office's clerk lends us", ig_ctl_letter_block},
	{"letter file", "ID", READS, R_OFFICER, "the pages of a letter as they were drawn, PDF or TIFF", ig_ctl_letter_file},
	{"letter stamp", "MESSAGE|FILE --out FILE [--number N] [--date D] [--to T] [--file F]", IG_CTL_LOCAL, R_AUDITOR,
	 "the stamp of arrival onto a copy of a received PDF, TIFF, PNG or JPEG", ig_ctl_letter_stamp},
	{"template list", "", IG_CTL_LOCAL, R_AUDITOR, "the kinds of letters", ig_ctl_template_list},
	{"template check", "[DIR]", IG_CTL_LOCAL, R_AUDITOR, "every mistake in the templates", ig_ctl_template_check},
	{"template preview", "KIND [--lang vi|en] [--profile NAME] [--facts FILE] [--pdf FILE] [--fax FILE] [--open]", IG_CTL_LOCAL, R_AUDITOR,
	 "a letter with made-up facts: as a mail, or on pages", ig_ctl_template_preview},
	{"search", "WORD... [--limit N]", READS | IG_CTL_LISTED, R_AUDITOR, "full text, without regard to marks: duong finds đường", ig_ctl_search},
	{"explain", "MESSAGE|INCIDENT|DISPATCH", NOTED, R_AUDITOR, "which rule decided, on what facts, and what was rejected", ig_ctl_explain},
	{"status", "", READS, R_AUDITOR, "one screen; exit 1 while an alarm is open", ig_ctl_status},
	{"check", "", READS, R_AUDITOR, "integrity of store, journal and evidence log", ig_ctl_check},
	{"evidence list", "[--after SEQ] [--limit N]", READS, R_AUDITOR, "the frames of the evidence log", ig_ctl_evidence_list},
	{"evidence export", "SEQ", NOTED, R_CHIEF, "the bytes of one frame", ig_ctl_evidence_export},
	{"evidence archive", "--to DIR --reason T [--before T]", IG_CTL_CONF | IG_CTL_LOCAL, R_CHIEF, "pack old segments of the log and move them out", ig_ctl_evidence_archive},
	{"journal note", "TEXT", ACTS, R_OFFICER, "write a remark into the journal", ig_ctl_journal_note},
	{"evidence redact", "MESSAGE --reason T", ACTS, R_CHIEF, "remove by order what a message held; the proof stays whole", ig_ctl_evidence_redact},
	{"retention list", "[--until D] [--kind K] [--limit N]", READS, R_AUDITOR, "messages whose time is over by the profile, or will be; what stays nevertheless, and why", ig_ctl_retention_list},
	{"retention run", "[--kind K] --reason T", ACTS, R_CHIEF, "remove those whose time is over", ig_ctl_retention_run},
	{"retention hold", "MESSAGE|REF --reason T", ACTS, R_OFFICER, "a message, or all of a case, stays whatever its age", ig_ctl_retention_hold},
	{"retention free", "MESSAGE|REF --reason T", ACTS, R_CHIEF, "end that", ig_ctl_retention_free},
	{"retention holds", "", READS, R_AUDITOR, "what is held, by whom and why", ig_ctl_retention_holds},
	{"evidence verify", "", READS, R_AUDITOR, "prove the log against its chain and the store's anchors", ig_ctl_evidence_verify},
	{"journal list", "[--object O] [--limit N]", READS, R_AUDITOR, "who did what, when", ig_ctl_journal_list},
	{"profile list", "", IG_CTL_CONF | IG_CTL_LOCAL, R_AUDITOR, "the profiles and the version in force", ig_ctl_profile_list},
	{"profile show", "[NAME]", IG_CTL_CONF | IG_CTL_LOCAL, R_AUDITOR, "all that a profile decides; without a name the one in force", ig_ctl_profile_show},
	{"profile diff", "NAME NAME", IG_CTL_CONF | IG_CTL_LOCAL, R_AUDITOR, "what one profile says otherwise than another", ig_ctl_profile_diff},
	{"profile check", "[NAME]", IG_CTL_CONF | IG_CTL_LOCAL, R_AUDITOR, "what a profile leaves empty; one line each", ig_ctl_profile_check},
	{"register arrivals", BOOK, DRAWS | IG_CTL_LISTED, R_AUDITOR, "the register of incoming documents, with all columns of the model book", ig_ctl_register_arrivals},
	{"register departures", BOOK, DRAWS | IG_CTL_LISTED, R_AUDITOR, "the register of outgoing documents", ig_ctl_register_departures},
	{"register follow-up", BOOK, DRAWS | IG_CTL_LISTED, R_AUDITOR, "what became of incoming documents: unit, deadline, progress, reply", ig_ctl_register_follow_up},
	{"digest half-year", "[--year Y] [--half 1|2] | [--from D --to D] " FIGURES, DRAWS, R_AUDITOR, "the half-year report with figures and plots", ig_ctl_digest_half},
	{"digest year", "[--year Y] | [--from D --to D] " FIGURES, DRAWS, R_AUDITOR, "the report of a year", ig_ctl_digest_year},
	{"digest ad-hoc", "--from D --to D " FIGURES, DRAWS, R_AUDITOR, "the same over any days", ig_ctl_digest_ad_hoc},
	{"digest access", "[--year Y] [--quarter 1..4] | [--from D --to D] " FIGURES, DRAWS, R_AUDITOR, "the quarterly report of access: who did what, how often", ig_ctl_digest_access},
	{"digest send", "half-year|year|ad-hoc|access|arrivals|departures|follow-up|obligations [OPTION...] --addressee PARTY ... [--lang vi|en] [--urgency U] [--reason T]", ACTS, R_OFFICER,
	 "the same, or an extract of a register, as an official letter with an annex", ig_ctl_digest_send},
	{"audit", "[--year Y|--from D --to D]", READS, R_AUDITOR, "who did what, reads of secret cases, exceptions, removals, rights; exit 65 when the journal is broken", ig_ctl_audit},
	{"maintenance announce", "--from T --to T --reason T [--service S] [--emergency]", ACTS, R_OFFICER, "tell everybody of a stop, and hold intake meanwhile",
	 ig_ctl_maintenance_announce},
	{"maintenance cancel", "--reason T", ACTS, R_OFFICER, "take a stop back, or end it early", ig_ctl_maintenance_cancel},
	{"top", "[--every SECONDS] [--count N]", IG_CTL_CONF | IG_CTL_LOCAL, R_AUDITOR, "the screen of today, live", ig_ctl_top},
	{"backup", "[--to FILE] [--key FINGERPRINT|--plain]", IG_CTL_CONF | IG_CTL_LOCAL, R_CHIEF, "back up store, log, configuration and keys, and read it back", ig_ctl_backup},
	{"backup list", "", READS, R_AUDITOR, "the backups that were made", ig_ctl_backup_list},
	{"backup note", "PATH SHA256 KEY|- AT CURSOR HEAD SIZE OPENED", ACTS, R_CHIEF, "write a backup into the book of backups (irgatectl backup does)", ig_ctl_backup_note},
	{"verify", "FILE [--home DIR]", IG_CTL_CONF | IG_CTL_LOCAL, R_CHIEF, "prove that a backup is whole", ig_ctl_verify},
	{"restore", "FILE [--home DIR] [--gap N]", IG_CTL_CONF | IG_CTL_LOCAL, R_CHIEF, "put a backup in place of store and log; nothing leaves until it is released", ig_ctl_restore},
	{"restore end", "--reason T", ACTS, R_CHIEF, "letters leave again by themselves; what is held stays held", ig_ctl_restore_end},
	{"event list", "[--party P [--xarf]] [--since T] [--until T]", READS, R_AUDITOR, "events of feeds nobody was told of: a sum a party, or one party's as CSV or XARF 4", ig_ctl_event_list},
	{"event send", "--party P|--all [--since T] [--until T]", ACTS, R_OFFICER, "send each party one letter with its events as CSV and XARF 4; they are told then", ig_ctl_event_send},
	{"event told", "--party P [--since T] [--until T]", ACTS, R_OFFICER, "mark the events of a party as told", ig_ctl_event_told},
	{"network import", "< FILE.csv", ACTS | IG_CTL_INPUT, R_OFFICER, "who answers for networks and autonomous systems, from CSV: network,asn,party; replaces the table", ig_ctl_network_import},
	{"network list", "", READS, R_AUDITOR, "the networks and who answers for them", ig_ctl_network_list},
	{"filter list", "", IG_CTL_LOCAL, R_AUDITOR, "the filters in the order in which they are tried", ig_ctl_filter_list},
	{"filter check", "", IG_CTL_LOCAL, R_AUDITOR, "every mistake in the filters", ig_ctl_filter_check},
	{"filter try", "FILE...", IG_CTL_LOCAL, R_AUDITOR, "what the filters take from files, for a person to read", ig_ctl_filter_try},
	{"filter explain", "FILE", IG_CTL_LOCAL, R_AUDITOR, "which filter takes a file and what each rule finds in it", ig_ctl_filter_explain},
	{"filter test", "[NAME...]", IG_CTL_LOCAL, R_AUDITOR, "read the samples of filters and compare with what is wanted of them", ig_ctl_filter_test},
	{"filter new", "NAME SAMPLE...", IG_CTL_LOCAL, R_OFFICER, "make the folder of a new filter from samples", ig_ctl_filter_new},
	{"config show", "", IG_CTL_CONF | IG_CTL_LOCAL, R_AUDITOR, "the configuration as understood", ig_ctl_config_show},
	{"config check", "", IG_CTL_LOCAL, R_AUDITOR, "every mistake in the configuration", ig_ctl_config_check},
	{"states", "", IG_CTL_LOCAL, R_AUDITOR, "the life cycle of a dispatch", ig_ctl_states},
	{"completion", "bash", IG_CTL_LOCAL, R_AUDITOR, "print the shell's completion script", ig_ctl_completion},
	{0},
};

/* Number of words of a phrase that argv begins with, 0 when it does not. */
static int matches(const char *words, int argc, char *const *argv)
{
	int n = 0;
	while (*words) {
		size_t len = strcspn(words, " ");
		if (n >= argc || strlen(argv[n]) != len || strncmp(words, argv[n], len)) return 0;
		n++;
		words += len + (words[len] == ' ');
	}
	return n;
}

const struct ig_ctl_phrase *ig_ctl_find(int argc, char *const *argv, int *used_r)
{
	const struct ig_ctl_phrase *best = NULL;
	*used_r = 0;
	for (const struct ig_ctl_phrase *p = ig_ctl_phrases; p->words; p++) {
		int n = matches(p->words, argc, argv);
		if (n > *used_r) {
			*used_r = n;
			best = p;
		}
	}
	return best;
}

int ig_ctl_run(struct ig_ctl *c, const struct ig_ctl_phrase *p)
{
	int code = p->run(c);
	if (code == IG_EX_USAGE) ig_ctl_say(c, "usage: irgatectl %s %s", p->words, p->args);
	return code;
}
