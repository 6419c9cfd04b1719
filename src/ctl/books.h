/* Verbs of the books: secrecy, removal, audit, registers, reports, backup. Included by the table of phrases. */
#ifndef IG_CTL_BOOKS_H
#define IG_CTL_BOOKS_H
#include "ctl/room.h"

#define VERB(name) int name(struct ig_ctl *c);
VERB(ig_ctl_incident_disclose) VERB(ig_ctl_incident_undisclose)
VERB(ig_ctl_message_seal) VERB(ig_ctl_message_unseal) VERB(ig_ctl_evidence_redact)
VERB(ig_ctl_backup) VERB(ig_ctl_backup_list) VERB(ig_ctl_backup_note) VERB(ig_ctl_verify) VERB(ig_ctl_restore) VERB(ig_ctl_restore_end)
VERB(ig_ctl_register_arrivals) VERB(ig_ctl_register_departures) VERB(ig_ctl_register_follow_up)
VERB(ig_ctl_digest_half) VERB(ig_ctl_digest_year) VERB(ig_ctl_digest_ad_hoc) VERB(ig_ctl_digest_access) VERB(ig_ctl_audit) VERB(ig_ctl_top)
VERB(ig_ctl_maintenance_announce) VERB(ig_ctl_maintenance_cancel)
VERB(ig_ctl_evidence_archive) VERB(ig_ctl_journal_note)
VERB(ig_ctl_digest_send) VERB(ig_ctl_retention_list) VERB(ig_ctl_retention_run) VERB(ig_ctl_retention_hold) VERB(ig_ctl_retention_free) VERB(ig_ctl_retention_holds)
#undef VERB

/* Without a daemon this process is the log's writer for the time: carries out the orders to remove payloads. Exit code. */
int ig_ctl_overwrite(struct ig_ctl *c);

int ig_ctl_last_backup(struct ig_ctl *c, ig_time *at_r); /* IG_NEVER: none. 0 or -1 */
/* What the caller may not see of a message in a list is taken out of m: sealed ones for all but the chief, those of secret cases for auditors. */
void ig_ctl_mask(const struct ig_ctl *c, struct ig_message *m);
/* The same of a letter: whom a secret case is written to is who reported it. */
void ig_ctl_mask_dispatch(const struct ig_ctl *c, struct ig_dispatch *d);
#endif
