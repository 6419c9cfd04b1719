/* What a person types, found: a reference, a number, a name, an address. */
#include "config.h"
#include <string.h>
#include "ctl/room.h"

int ig_ctl_incident(struct ig_ctl *c, const char *word, struct ig_incident *i_r)
{
	struct ig_ref ref;
	int64_t into = 0;
	if (ig_ref_parse(word, strlen(word), &ref)) return ig_ctl_fail(c, IG_EX_USAGE, "%s is not a reference (IR-YYYY-NNNNNN-C), or its check character is wrong", word);
	int found = ig_store_incident_by_ref(c->store, ref, c->arena, i_r);
	if (found < 0) return ig_ctl_store_failed(c);
	if (!found) return ig_ctl_fail(c, IG_EX_DATA, "there is no incident %s", word);
	if (ig_store_incident_merged_into(c->store, i_r->id, &into) > 0)
		ig_ctl_say(c, "note: %s was merged into %s", word, ig_ctl_ref_of(c, into));
	return IG_EX_OK;
}

int ig_ctl_message(struct ig_ctl *c, const char *word, struct ig_message *m_r)
{
	int64_t id;
	if (ig_ctl_number(c, word, 1, INT64_MAX, &id)) return IG_EX_USAGE;
	int found = ig_store_message_get(c->store, id, c->arena, m_r);
	if (found < 0) return ig_ctl_store_failed(c);
	if (!found) return ig_ctl_fail(c, IG_EX_DATA, "there is no message %s", word);
	if (m_r->state == IG_MESSAGE_STATE_SEALED && !m_r->crypto.sealed && c->right < IG_RIGHT_CHIEF)
		return ig_ctl_fail(c, IG_CTL_NOPERM, "message %s is sealed: it is for the chief alone", word);
	return IG_EX_OK;
}

int ig_ctl_dispatch(struct ig_ctl *c, const char *word, bool bytes, struct ig_dispatch *d_r)
{
	int64_t id;
	if (ig_dispatch_parse(word, &id)) return ig_ctl_fail(c, IG_EX_USAGE, "%s is not a dispatch (D-000123)", word);
	int found = ig_store_dispatch_get(c->store, id, bytes, c->arena, d_r);
	return found < 0 ? ig_ctl_store_failed(c) : found ? IG_EX_OK : ig_ctl_fail(c, IG_EX_DATA, "there is no dispatch %s", word);
}

int ig_ctl_party(struct ig_ctl *c, const char *word, struct ig_party *p_r)
{
	int found = 0;
	if (*word && strspn(word, "0123456789") == strlen(word)) {
		int64_t id;
		if (ig_ctl_number(c, word, 1, INT64_MAX, &id)) return IG_EX_USAGE;
		found = ig_store_party_get(c->store, id, c->arena, p_r);
	} else if (strchr(word, '@')) {
		found = ig_store_party_by_address(c->store, IG_CHANNEL_MAIL, word, ig_now(), c->arena, p_r);
	} else {
		found = ig_store_party_by_name(c->store, word, c->arena, p_r);
	}
	return found < 0 ? ig_ctl_store_failed(c) : found ? IG_EX_OK : ig_ctl_fail(c, IG_EX_DATA, "there is no party %s", word);
}

const char *ig_ctl_ref_of(struct ig_ctl *c, int64_t incident)
{
	struct ig_incident i;
	char text[IG_REF_MAX];
	if (!incident || ig_store_incident_get(c->store, incident, c->arena, &i) != 1) return NULL;
	return ig_arena_strdup(c->arena, ig_ref_print(i.ref, text));
}

int ig_ctl_filter(struct ig_ctl *c, int64_t *incident_r, int64_t *limit_r)
{
	struct ig_incident i;
	const char *incident = ig_ctl_option(c, "--incident"), *limit = ig_ctl_option(c, "--limit");
	if (limit && ig_ctl_number(c, limit, 1, INT64_MAX, limit_r)) return IG_EX_USAGE;
	if (ig_ctl_words(c, 0, 0)) return IG_EX_USAGE;
	int code = incident ? ig_ctl_incident(c, incident, &i) : IG_EX_OK;
	if (incident && !code) *incident_r = i.id;
	return code;
}
