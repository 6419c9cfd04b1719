/* The words of INTERFACE.md: one list each feeds enum, text and table. A word may be added, none renamed. */
#ifndef IG_MODEL_NAMES_H
#define IG_MODEL_NAMES_H
#include <stdbool.h>
#include "base/opt.h"

#define IG_CHANNELS(X) X(MAIL, "mail") X(FAX, "fax") X(LETTER, "letter") X(PHONE, "phone")
#define IG_CHANNEL_ITEM(v, w) IG_CHANNEL_##v,
IG_ENUM_DECLARE(ig_channel, IG_CHANNEL_ITEM, IG_CHANNELS)

#define IG_KINDS(X) X(MAIL, "mail") X(FAX, "fax") X(LETTER, "letter") X(EDXML, "edxml")
#define IG_KIND_ITEM(v, w) IG_KIND_##v,
IG_ENUM_DECLARE(ig_kind, IG_KIND_ITEM, IG_KINDS)

#define IG_CLASSES(X) X(PERSON, "person") X(LIST, "list") X(AUTO_REPLY, "auto-reply") X(OUT_OF_OFFICE, "out-of-office") \
	X(BOUNCE, "bounce") X(DELIVERY_REPORT, "delivery-report") X(READ_RECEIPT, "read-receipt") \
	X(TICKET_SYSTEM, "ticket-system") X(MACHINE_REPORT, "machine-report")
#define IG_CLASS_ITEM(v, w) IG_CLASS_##v,
IG_ENUM_DECLARE(ig_class, IG_CLASS_ITEM, IG_CLASSES)

/* Mail that somebody or something meant for us (INTERFACE: joining nothing, it opens an incident), not an answer made by a machine. */
bool ig_class_is_report(enum ig_class class);

/* NONE: no failure at all (delivered, relayed, expanded); printed as null. */
#define IG_BOUNCE_KINDS(X) X(HARD, "hard") X(SOFT, "soft") X(REFUSED, "refused") X(NONE, "none")
#define IG_BOUNCE_KIND_ITEM(v, w) IG_BOUNCE_KIND_##v,
IG_ENUM_DECLARE(ig_bounce_kind, IG_BOUNCE_KIND_ITEM, IG_BOUNCE_KINDS)

#define IG_VERIFIEDS(X) X(NONE, "none") X(GOOD, "good") X(BAD, "bad") X(UNKNOWN_KEY, "unknown-key")
#define IG_VERIFIED_ITEM(v, w) IG_VERIFIED_##v,
IG_ENUM_DECLARE(ig_verified, IG_VERIFIED_ITEM, IG_VERIFIEDS)

/* What is known of the sender: nothing was said by anybody we believe; it proved nothing; it is he; it is not. */
#define IG_AUTHS(X) X(NONE, "none") X(UNPROVEN, "unproven") X(PASS, "pass") X(FAIL, "fail")
#define IG_AUTH_ITEM(v, w) IG_AUTH_##v,
IG_ENUM_DECLARE(ig_auth, IG_AUTH_ITEM, IG_AUTHS)

/* What a mail to ourselves proves. */
#define IG_PROBES(X) X(ADDRESS, "address") X(PLUS, "plus form") X(BOUNCE, "bounce address")
#define IG_PROBE_ITEM(v, w) IG_PROBE_##v,
IG_ENUM_DECLARE(ig_probe, IG_PROBE_ITEM, IG_PROBES)

/* What stays for a time the profile says, each for its own: segments of the log; then, of messages taken in, those on pages (fax, scan), reports about
 * delivery, everything else that is in a case, automatic and list mail in none, and other mail in none. Journal and registers stay for ever. */
#define IG_RETENTIONS(X) X(EVIDENCE, "evidence") X(REPORT, "report") X(OTHER_MAIL, "other-mail") X(AUTOMATIC_MAIL, "automatic-mail") \
	X(DELIVERY_REPORT, "delivery-report") X(PAGES, "pages")
#define IG_RETENTION_ITEM(v, w) IG_RETENTION_##v,
IG_ENUM_DECLARE(ig_retention, IG_RETENTION_ITEM, IG_RETENTIONS)

/* What a follow-up does to a case that is not open. */
#define IG_FOLLOW_UPS(X) X(KEEP, "keep") X(REOPEN, "reopen") X(NEW, "new") X(ANSWER, "answer")
#define IG_FOLLOW_UP_ITEM(v, w) IG_FOLLOW_UP_##v,
IG_ENUM_DECLARE(ig_follow_up, IG_FOLLOW_UP_ITEM, IG_FOLLOW_UPS)

/* Whom automatic letters are charged to. */
#define IG_PEERS(X) X(ADDRESS, "address") X(DOMAIN, "domain") X(ALIKE, "alike")
#define IG_PEER_ITEM(v, w) IG_PEER_##v,
IG_ENUM_DECLARE(ig_peer, IG_PEER_ITEM, IG_PEERS)

#define IG_INCIDENT_STATUSES(X) X(NEW, "new") X(OPEN, "open") X(WAITING, "waiting") X(RESOLVED, "resolved") X(CLOSED, "closed")
#define IG_INCIDENT_STATUS_ITEM(v, w) IG_INCIDENT_STATUS_##v,
IG_ENUM_DECLARE(ig_incident_status, IG_INCIDENT_STATUS_ITEM, IG_INCIDENT_STATUSES)

#define IG_SEVERITIES(X) X(UNKNOWN, "unknown") X(ORDINARY, "ordinary") X(SERIOUS, "serious")
#define IG_SEVERITY_ITEM(v, w) IG_SEVERITY_##v,
IG_ENUM_DECLARE(ig_severity, IG_SEVERITY_ITEM, IG_SEVERITIES)

#define IG_WIDESPREADS(X) X(NO, "no") X(SUSPECTED, "suspected") X(CONFIRMED, "confirmed")
#define IG_WIDESPREAD_ITEM(v, w) IG_WIDESPREAD_##v,
IG_ENUM_DECLARE(ig_widespread, IG_WIDESPREAD_ITEM, IG_WIDESPREADS)

#define IG_MESSAGE_STATES(X) X(FILED, "filed") X(HELD, "held") X(SUSPECT, "suspect") X(SEALED, "sealed") X(QUARANTINED, "quarantined")
#define IG_MESSAGE_STATE_ITEM(v, w) IG_MESSAGE_STATE_##v,
IG_ENUM_DECLARE(ig_message_state, IG_MESSAGE_STATE_ITEM, IG_MESSAGE_STATES)

#define IG_MATCHED_BYS(X) X(REFERENCE, "reference") X(THREAD, "thread") X(FOREIGN_TICKET, "foreign-ticket") X(LETTER_NUMBER, "letter-number") \
	X(CODE, "code") X(SAME_MESSAGE, "same-message") X(PERSON, "person") X(NONE, "none")
#define IG_MATCHED_BY_ITEM(v, w) IG_MATCHED_BY_##v,
IG_ENUM_DECLARE(ig_matched_by, IG_MATCHED_BY_ITEM, IG_MATCHED_BYS)

#define IG_DISPATCH_STATES(X) X(QUEUED, "queued") X(SENDING, "sending") X(SENT, "sent") X(DELIVERED, "delivered") X(FAILED, "failed") \
	X(CANCELLED, "cancelled") X(HELD, "held") X(UNCERTAIN, "uncertain")
#define IG_DISPATCH_STATE_ITEM(v, w) IG_DISPATCH_STATE_##v,
IG_ENUM_DECLARE(ig_dispatch_state, IG_DISPATCH_STATE_ITEM, IG_DISPATCH_STATES)

#define IG_CHANNEL_STATES(X) X(OK, "ok") X(FAILING, "failing") X(REVOKED, "revoked")
#define IG_CHANNEL_STATE_ITEM(v, w) IG_CHANNEL_STATE_##v,
IG_ENUM_DECLARE(ig_channel_state, IG_CHANNEL_STATE_ITEM, IG_CHANNEL_STATES)

#define IG_PARTY_ROLES(X) X(REPORTER, "reporter") X(UNIT, "unit") X(ISP, "isp") X(OWNER, "owner") X(OPERATOR, "operator") \
	X(COORDINATOR, "coordinator") X(POLICE, "police") X(MILITARY, "military") X(STANDING_BODY, "standing-body") X(OFFICER, "officer") X(OTHER, "other")
#define IG_PARTY_ROLE_ITEM(v, w) IG_PARTY_ROLE_##v,
IG_ENUM_DECLARE(ig_party_role, IG_PARTY_ROLE_ITEM, IG_PARTY_ROLES)

/* Facts by which a case is classified, besides the level of the system (level-1 to level-5): Decision 05/2017/QĐ-TTg Art 9, Circular 27/2011
 * Art 2(2). Each is yes, no or not known. */
#define IG_FACTS(X) X(IMPORTANT_SYSTEM, "important-system") X(SERVICE_INTERRUPTED, "service-interrupted") X(SECRET_LEAK, "secret-leak") \
	X(INTEGRITY_LOST, "integrity-lost") X(CONTROL_LOST, "control-lost") X(MAY_SPREAD, "may-spread") X(NETWORK_DESTROYED, "network-destroyed") \
	X(GREAT_DAMAGE, "great-damage") X(BIG_RESOURCES, "big-resources") X(OWNER_CANNOT_COPE, "owner-cannot-cope") X(WIDESPREAD, "widespread") \
	X(CONTROL_WEAKNESS, "control-weakness")
#define IG_FACT_ITEM(v, w) IG_FACT_##v,
IG_ENUM_DECLARE(ig_fact, IG_FACT_ITEM, IG_FACTS)
#define IG_FACT_WORD_ITEM(v, w) w,
#define IG_FACT_WORDS IG_FACTS(IG_FACT_WORD_ITEM)
#define IG_FACT_LIST_ITEM(v, w) w " "
#define IG_FACTS_LIST IG_FACTS(IG_FACT_LIST_ITEM)

/* Lanes of the sender: urgent never waits, receipts go last. */
#define IG_LANES(X) X(URGENT, "urgent") X(NORMAL, "normal") X(RECEIPTS, "receipts")
#define IG_LANE_ITEM(v, w) IG_LANE_##v,
IG_ENUM_DECLARE(ig_lane, IG_LANE_ITEM, IG_LANES)

/* Who acts in the journal and what the control socket allows. */
#define IG_RIGHTS(X) X(AUDITOR, "auditor") X(OFFICER, "officer") X(CHIEF, "chief")
#define IG_RIGHT_ITEM(v, w) IG_RIGHT_##v,
IG_ENUM_DECLARE(ig_right, IG_RIGHT_ITEM, IG_RIGHTS)

#define IG_OUTCOMES(X) X(OK, "ok") X(LATER, "later") X(NEVER, "never")
const char *ig_outcome_word(enum ig_outcome o);
#endif
