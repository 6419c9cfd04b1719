/* The words of INTERFACE.md and their values; both come from the lists in names.h. */
#include "config.h"
#include "model/duty.h"
#include "model/names.h"

IG_ENUM_DEFINE(ig_channel, IG_CHANNELS)
IG_ENUM_DEFINE(ig_kind, IG_KINDS)
IG_ENUM_DEFINE(ig_class, IG_CLASSES)
IG_ENUM_DEFINE(ig_bounce_kind, IG_BOUNCE_KINDS)
IG_ENUM_DEFINE(ig_verified, IG_VERIFIEDS)
IG_ENUM_DEFINE(ig_auth, IG_AUTHS)
IG_ENUM_DEFINE(ig_probe, IG_PROBES)
IG_ENUM_DEFINE(ig_retention, IG_RETENTIONS)
IG_ENUM_DEFINE(ig_follow_up, IG_FOLLOW_UPS)
IG_ENUM_DEFINE(ig_peer, IG_PEERS)
IG_ENUM_DEFINE(ig_incident_status, IG_INCIDENT_STATUSES)
IG_ENUM_DEFINE(ig_severity, IG_SEVERITIES)
IG_ENUM_DEFINE(ig_widespread, IG_WIDESPREADS)
IG_ENUM_DEFINE(ig_message_state, IG_MESSAGE_STATES)
IG_ENUM_DEFINE(ig_matched_by, IG_MATCHED_BYS)
IG_ENUM_DEFINE(ig_dispatch_state, IG_DISPATCH_STATES)
IG_ENUM_DEFINE(ig_channel_state, IG_CHANNEL_STATES)
IG_ENUM_DEFINE(ig_party_role, IG_PARTY_ROLES)
IG_ENUM_DEFINE(ig_fact, IG_FACTS)
IG_ENUM_DEFINE(ig_timer, IG_TIMERS)
IG_ENUM_DEFINE(ig_lane, IG_LANES)
IG_ENUM_DEFINE(ig_right, IG_RIGHTS)

const char *ig_outcome_word(enum ig_outcome o)
{
	static const char *const words[] = {IG_OUTCOMES(IG_ENUM_WORD)};

	return (unsigned)o < IG_COUNT(words) ? words[o] : "?";
}

bool ig_class_is_report(enum ig_class class)
{
	switch (class) {
	case IG_CLASS_PERSON:
	case IG_CLASS_LIST:
	case IG_CLASS_TICKET_SYSTEM:
	case IG_CLASS_MACHINE_REPORT:
		return true;
	case IG_CLASS_AUTO_REPLY:
	case IG_CLASS_OUT_OF_OFFICE:
	case IG_CLASS_BOUNCE:
	case IG_CLASS_DELIVERY_REPORT:
	case IG_CLASS_READ_RECEIPT:
	case ig_class_count:
		break;
	}
	return false;
}
