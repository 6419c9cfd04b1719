/* Is a receipt due for this message, to whom, and does it go out? One rule after the other, the first that speaks decides (RFC 3834
 * section 2 and its companions, issue 2 "Decide and compose"). Relies on the report, the match and the caller's count of
 * automatic letters. Does not make the letter and knows no store. */
#include <string.h>
#include <strings.h>
#include "decide/decide.h"

bool ig_decide_opens_incident(enum ig_class class) { return ig_class_is_report(class); }

static bool own_list(const struct ig_report *r, const struct ig_conf *conf)
{
	for (const char *const *own = conf->own_lists; r->list_id && own && *own; own++)
		if (!strcasecmp(r->list_id, *own))
			return true;
	return false;
}

/* Our own Message-IDs read D-000017.TOKEN@message_domain: a letter of ours that came back. */
static bool our_message_id(const char *id, const struct ig_conf *conf)
{
	const char *at = id ? strrchr(id, '@') : NULL;
	if (!at || !conf->message_domain || strcasecmp(at + 1, conf->message_domain) || strncasecmp(id, "D-", 2))
		return false;
	const char *dot = id + 2 + strspn(id + 2, "0123456789");
	return dot > id + 2 && *dot == '.' && at > dot + 1;
}

/* Why this mail is never answered by a machine; NULL when it may be. */
static const char *never_answered(const struct ig_report *r, const struct ig_envelope *e, const struct ig_conf *conf)
{
	const char *from = r->from ? r->from->address : NULL;
	bool own = own_list(r, conf);
	if (r->fallback)
		return "the message could not be read, so nothing says whether an answer is allowed";
	if (!ig_decide_opens_incident(r->class))
		return "automatic mail is never answered (RFC 3834 section 2)";
	if (r->class == IG_CLASS_MACHINE_REPORT && !r->by_hand) /* RFC 3834 forbids to answer machines, and the office must confirm to people */
		return "Auto-Submitted mail is never answered (RFC 3834 section 2)";
	if (r->class == IG_CLASS_LIST && !own)
		return "list mail is never answered (RFC 3834 section 2)";
	if (r->no_auto_reply && !own)
		return "its headers ask for no automatic answer (RFC 3834 section 2 and its companions)";
	if ((e->sender && !*e->sender) || (!e->sender && r->return_path && !*r->return_path))
		return "the return path is <> (RFC 3834 section 2)";
	if (ig_decide_is_ours(from, conf) || (r->sender && ig_decide_is_ours(r->sender->address, conf)))
		return "it comes from ourselves";
	if (our_message_id(r->message_id, conf))
		return "it is a letter of ours that came back";
	if (ig_decide_is_robot(from))
		return "its sender is a robot's address (RFC 3834 section 2)";
	return NULL;
}

/* RFC 3834 section 4: the envelope's return address; From where it is not known. A list's own return path is the list's, so that
 * the answer to mail of our own lists goes to From. */
static const char *return_address(const struct ig_report *r, const struct ig_envelope *e, const struct ig_conf *conf)
{
	if (!own_list(r, conf)) {
		if (e->sender && *e->sender)
			return e->sender;
		if (r->return_path && *r->return_path)
			return r->return_path;
	}
	return r->from ? r->from->address : NULL;
}

/* Why a receipt that is due is kept back; NULL it is not. */
static const char *suppressed(const struct ig_envelope *e, const struct ig_conf *conf, const char *(*over)(void *, const char *), void *arg,
	struct ig_decide_receipt *d)
{
	if (e->imported)
		return "imported";
	d->owe_duty = true;
	if (!conf->receipts)
		return "receipts are off";
	const char *budget = over(arg, d->to);
	d->hold = d->owe_duty = budget;
	return budget;
}

void ig_decide_receipt_for(const struct ig_report *r, const struct ig_envelope *e, const struct ig_match *m,
	const struct ig_conf *conf, const char *(*over)(void *arg, const char *to), void *arg, ig_time now, struct ig_decide_receipt *d_r)
{
	*d_r = (struct ig_decide_receipt){.due = false};
	bool opens = !m->incident && ig_decide_opens_incident(r->class);
	if (!m->duplicate_of && !ig_decide_opens_incident(r->class)) /* said for `explain`: no case waits for an answer */
		d_r->why = never_answered(r, e, conf);
	if (m->duplicate_of || m->no_receipt || (!opens && !m->new_participant && !m->answer_closed))
		return;
	if (m->incident && r->class == IG_CLASS_TICKET_SYSTEM) { /* its robot would answer, and so would we */
		d_r->why = "a ticket system writes about a case that is known: it is not answered";
		return;
	}
	d_r->why = never_answered(r, e, conf);
	/* Programs of persons ask for none, too, and somebody may wait for a word (nobody does behind <>): it is written, and a person lets it go. */
	bool nobody = (e->sender && !*e->sender) || (r->return_path && !*r->return_path);
	const char *quiet = !e->imported && !nobody && r->no_auto_reply && r->class == IG_CLASS_PERSON ? d_r->why : NULL;
	if (d_r->why && !quiet)
		return;
	const char *to = return_address(r, e, conf);
	if (to && ig_decide_is_ours(to, conf)) {
		d_r->why = "its return path is our own address";
		return;
	}
	if (to && ig_decide_is_robot(to)) {
		d_r->why = "its return path is a robot's address (RFC 3834 section 2)";
		return;
	}
	if (!ig_decide_address_ok(to)) { /* a person may wait for it: somebody must find another way */
		d_r->why = to ? "its return address cannot be written to" : "it has no return address";
		d_r->owe_duty = !e->imported;
		return;
	}
	if (!ig_conf_profile_at(conf, now)->receipt) {
		d_r->why = "the profile owes no receipt";
		return;
	}
	d_r->due = true;
	d_r->to = to;
	d_r->language = r->language && (!strcmp(r->language, "vi") || !strcmp(r->language, "en")) ? r->language : NULL;
	d_r->plain = m->new_participant;
	d_r->why = suppressed(e, conf, over, arg, d_r);
	if (quiet && !d_r->why) {
		d_r->hold = d_r->owe_duty = true;
		d_r->why = quiet;
	}
	d_r->send = !d_r->why;
	if (d_r->send)
		d_r->why = m->answer_closed ? "told that the case is closed" : m->new_participant ? "new participant of a case: one receipt" : "new report: one receipt";
}
