/* Kinds and times of retention (model/names.h). What is under way, set aside, sealed or held by a person stays whatever its age; so does everything of a
 * case that is not closed. Relies on the profile's calendar. Removes nothing. */
#include "decide/retention.h"

static enum ig_retention kind_of(const struct ig_decide_stay *s)
{
	if (s->channel == IG_CHANNEL_FAX || s->channel == IG_CHANNEL_LETTER)
		return IG_RETENTION_PAGES;
	switch (s->class) {
	case IG_CLASS_BOUNCE:
	case IG_CLASS_DELIVERY_REPORT:
	case IG_CLASS_READ_RECEIPT:
		return IG_RETENTION_DELIVERY_REPORT;
	case IG_CLASS_LIST:
	case IG_CLASS_AUTO_REPLY:
	case IG_CLASS_OUT_OF_OFFICE:
		return s->in_case ? IG_RETENTION_REPORT : IG_RETENTION_AUTOMATIC_MAIL;
	case IG_CLASS_PERSON:
	case IG_CLASS_TICKET_SYSTEM:
	case IG_CLASS_MACHINE_REPORT:
	case ig_class_count:
		break;
	}
	return s->in_case ? IG_RETENTION_REPORT : IG_RETENTION_OTHER_MAIL;
}

static const char *stays(const struct ig_decide_stay *s)
{
	if (s->state == IG_MESSAGE_STATE_SEALED)
		return "it is sealed: only a person removes it";
	if (s->state != IG_MESSAGE_STATE_FILED)
		return "it is set aside, and waits for a person";
	if (s->held)
		return "a person said that it stays (retention hold)";
	if (s->in_case && !s->closed)
		return "its case is not closed";
	return s->pending ? "a duty, a letter or slow reading of it or its case is open" : NULL;
}

void ig_decide_stay(const struct ig_profile *p, struct ig_decide_stay *s)
{
	s->kind = kind_of(s);
	s->rule = ig_profile_retention(p, s->kind);
	s->since = !s->in_case ? s->received_at : s->closed ? s->closed_at : IG_NEVER;
	if (s->since != IG_NEVER && s->since < s->received_at)
		s->since = s->received_at;
	s->due = s->rule && s->since != IG_NEVER ? ig_calendar_add(p, s->since, s->rule->amount, s->rule->unit) : IG_NEVER;
	s->stays = stays(s);
}
