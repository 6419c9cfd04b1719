/* Proof of each attempt to fax a letter: a page that says what the call was, drawn by the scribe beside the letters and kept with the call. And pages
 * drawn anew, coarser, for a machine that knows no fine ones. Relies on the register of calls for the facts. Draws nothing. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include "base/sha256.h"
#include "desk/room.h"
#include "store/store_fax.h"

/* The pages that this call was to send: the sum says which. */
static int pages_of(struct ig_desk *d, const struct ig_store_fax_call *call, struct ig_arena *a, struct ig_fax_report *r)
{
	static const char *const kinds[] = {"tiff", "tiff-fine"};
	for (size_t i = 0; call->sha256 && i < IG_COUNT(kinds); i++) {
		const void *bytes;
		uint8_t sum[IG_SHA256_LEN];
		char hex[IG_SHA256_HEX];
		size_t size;
		int pages, found = ig_store_letter_file(d->store, call->dispatch, kinds[i], a, &bytes, &size, &pages);
		if (found < 0)
			return -1;
		if (!found)
			continue;
		ig_sha256_of(bytes, size, sum);
		if (!strcmp(ig_sha256_hex(sum, hex), call->sha256)) {
			r->tiff = bytes;
			r->tiff_len = size;
		}
	}
	return 0;
}

static const char *model(struct ig_desk *d, const struct ig_store_fax_call *call, struct ig_arena *a)
{
	const struct ig_profile *profile = ig_conf_profile_at(d->conf, ig_now());
	const char *language = profile->language, *office = language && !strcmp(language, "en") ? profile->office.en : profile->office.vi;
	struct ig_dispatch dispatch;
	struct ig_incident incident = {0};
	struct ig_party party = {0};
	char text[IG_DISPATCH_TEXT_MAX];
	if (ig_store_dispatch_get(d->store, call->dispatch, false, a, &dispatch) != 1 ||
		(dispatch.incident && ig_store_incident_get(d->store, dispatch.incident, a, &incident) < 0) ||
		(dispatch.party && ig_store_party_get(d->store, dispatch.party, a, &party) < 0))
		return NULL;
	int64_t attempt = ig_store_fax_attempt(d->store, call->id);
	struct ig_fax_report r = {.office = office ? office : profile->office.en ? profile->office.en : profile->office.vi, .language = language,
		.dispatch = ig_dispatch_print(call->dispatch, text), .subject = dispatch.subject, .reference = incident.id ? ig_desk_ref(&incident, a) : NULL,
		.to = party.id ? party.name : NULL, .number = call->number, .ident = call->ident, .ours = d->conf->fax_ident, .line = call->line, .result = call->result,
		.text = call->text, .sha256 = call->sha256, .started = call->started, .ended = call->ended, .attempt = (int)attempt, .pages = call->pages,
		.total = call->total, .rate = call->rate, .ecm = call->ecm};
	if (attempt < 0 || pages_of(d, call, a, &r))
		return NULL;
	json_t *page = ig_compose_fax_report(&r);
	char *dump = json_dumps(page, JSON_COMPACT | JSON_SORT_KEYS);
	const char *kept = dump ? ig_arena_strdup(a, dump) : NULL;
	free(dump);
	json_decref(page);
	return kept;
}

/* Only a call that was made is reported: where no line was free nothing happened. */
int ig_desk_fax_report_want(struct ig_desk *d, const struct ig_store_fax_call *call)
{
	return d->draws && call->dispatch && call->line ? ig_store_fax_report_want(d->store, call->id) : 0;
}

int ig_desk_fax_report_next(struct ig_desk *d, struct ig_arena *a, struct ig_desk_drawing *g)
{
	struct ig_store_fax_call call;
	int64_t id = 0;
	int found = ig_store_fax_report_wanted(d->store, &id);
	if (found == 1)
		found = ig_store_fax_call_get(d->store, id, a, &call);
	if (found != 1)
		return found;
	const char *page = model(d, &call, a);
	*g = (struct ig_desk_drawing){.dispatch = call.dispatch, .report = id, .model = page ? page : "", .wanted = "pdf"};
	return page ? 1 : -1;
}

int ig_desk_fax_reported(struct ig_desk *d, int64_t call, const void *p, size_t size, const char *error)
{
	if (!error)
		return ig_store_fax_report_put(d->store, call, p, size);
	if (d->alarm) /* the register of calls has the facts still */
		d->alarm(d->alarm_arg, "fax-report", ig_arena_fmt(d->arena, "the report of fax call %lld could not be drawn: %s", (long long)call, error));
	return ig_store_fax_report_failed(d->store, call, error);
}

bool ig_desk_fax_standard(const struct ig_desk *d, const struct ig_store_letter *l)
{
	return d->conf->fax_resolution == IG_FAX_RESOLUTION_STANDARD || (l->why && !strcmp(l->why, IG_DESK_STANDARD));
}

/* What the other side calls incompatible is most often our resolution, and every machine knows the standard one (T.30 table 2, bit 15). Once: the
 * letter waits for its coarser pages. Pages that a person gave stay as they are. */
int ig_desk_fax_coarser(struct ig_desk *d, int64_t dispatch)
{
	struct ig_store_letter l;
	const void *bytes;
	size_t size;
	int pages, found = ig_store_letter_get(d->store, dispatch, d->arena, &l);
	if (found <= 0 || !l.page || !d->draws || d->conf->fax_resolution == IG_FAX_RESOLUTION_STANDARD)
		return found < 0 ? -1 : 0;
	found = ig_store_letter_file(d->store, dispatch, "tiff-fine", d->arena, &bytes, &size, &pages);
	if (found)
		return found < 0 ? -1 : 0;
	if (ig_store_letter_file_rename(d->store, dispatch, "tiff", "tiff-fine") || ig_store_letter_drawing(d->store, dispatch, "wanted", IG_DESK_STANDARD) < 0)
		return -1;
	char text[IG_DISPATCH_TEXT_MAX];
	return ig_desk_journal(d, "clerk", "fax redraw", ig_dispatch_print(dispatch, text), "the other side is not compatible: standard resolution") ? -1 : 1;
}
