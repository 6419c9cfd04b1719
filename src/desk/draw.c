/* Letters on pages, seen from the desk: which one is to be drawn next and how, and what becomes of a dispatch when its pages are there or cannot be
 * made. The model was kept when the letter was composed, so that the same pages come out whenever it is drawn. Relies on the store for models and
 * files. Draws nothing: that is the scribe's. */
#include <jansson.h>
#include <string.h>
#include "desk/room.h"

int ig_desk_draw_next(struct ig_desk *d, struct ig_arena *a, struct ig_desk_drawing *g)
{
	struct ig_store_letter l;
	struct ig_dispatch dispatch;
	size_t count = 0;
	int64_t id = 0;
	if (ig_store_letters_wanted(d->store, &id, 1, &count) < 0)
		return -1;
	if (!count)
		return ig_desk_fax_report_next(d, a, g);
	int found = ig_store_letter_get(d->store, id, a, &l);
	int there = found > 0 ? ig_store_dispatch_get(d->store, id, false, a, &dispatch) : found;
	if (found < 0 || there < 0)
		return -1;
	json_t *page = l.page ? json_loads(l.page, 0, NULL) : NULL;
	bool sign = json_is_object(json_object_get(page, "signed")), by_hand = json_is_true(json_object_get(page, "by_hand"));
	json_decref(page);
	*g = (struct ig_desk_drawing){.dispatch = id, .model = l.page ? l.page : "",
		.wanted = dispatch.channel == IG_CHANNEL_FAX && !by_hand ? ig_desk_fax_standard(d, &l) ? "fax-standard" : "fax-fine" : sign ? "pdf sign" : "pdf"};
	return 1;
}

/* The mail of a letter with its pages beside the text. */
static int attach(struct ig_desk *d, const struct ig_dispatch *is, const void *p, size_t size, struct ig_why *why)
{
	struct ig_dispatch dispatch = *is;
	char text[IG_DISPATCH_TEXT_MAX];
	struct ig_buf out = IG_BUF_INIT(64u << 20);
	struct ig_mail_file f = {.name = ig_arena_fmt(d->arena, "%s-%s.pdf", ig_dispatch_print(is->id, text), is->letter), .type = "application/pdf",
		.bytes = p, .size = size};
	int rc = dispatch.bytes ? ig_compose_attach(dispatch.bytes, dispatch.size, &f, &out, why) : ig_why(why, "the mail was not composed");
	if (!rc) {
		dispatch.bytes = out.data;
		dispatch.size = out.len;
		rc = ig_store_dispatch_compose(d->store, &dispatch) < 0 ? -2 : 0;
	}
	ig_buf_free(&out);
	return rc;
}

static int failed(struct ig_desk *d, const struct ig_dispatch *dispatch, const char *words)
{
	char text[IG_DISPATCH_TEXT_MAX];
	ig_time now = ig_now();
	const char *why = ig_arena_fmt(d->arena, "its pages could not be drawn: %.300s", words);
	ig_dispatch_print(dispatch->id, text);
	if (ig_store_letter_drawing(d->store, dispatch->id, "failed", words) < 0)
		return -1;
	if (d->alarm)
		d->alarm(d->alarm_arg, "letter-pages", ig_arena_fmt(d->arena, "%s waits: %s", text, why));
	if (dispatch->state != IG_DISPATCH_STATE_QUEUED && dispatch->state != IG_DISPATCH_STATE_HELD)
		return 0;
	if (ig_store_dispatch_set_state(d->store, dispatch->id, IG_DISPATCH_STATE_HELD, why, IG_NEVER) < 0 ||
		ig_store_verdict_add(d->store, dispatch->id, "pages", ig_dispatch_state_word(IG_DISPATCH_STATE_HELD), why, now, "clerk") < 0)
		return -1;
	return ig_desk_journal(d, "clerk", "dispatch held", text, why);
}

int ig_desk_drawn(struct ig_desk *d, int64_t id, const char *kind, int pages, const void *p, size_t size, const char *error)
{
	struct ig_dispatch dispatch;
	struct ig_why why = {""};
	ig_arena_reset(d->arena);
	int found = ig_store_dispatch_get(d->store, id, true, d->arena, &dispatch);
	if (found <= 0)
		return found;
	if (error)
		return failed(d, &dispatch, error);
	/* a letter on pages alone has no bytes of a mail */
	int rc = dispatch.channel == IG_CHANNEL_MAIL && dispatch.state == IG_DISPATCH_STATE_QUEUED && dispatch.bytes ?
		attach(d, &dispatch, p, size, &why) : 0;
	if (rc)
		return rc == -2 ? -1 : failed(d, &dispatch, why.text);
	if (ig_store_letter_file_put(d->store, id, kind, pages, p, size) < 0 || ig_store_letter_drawing(d->store, id, "done", NULL) < 0)
		return -1;
	return ig_desk_is_edxml(&dispatch) ? ig_desk_edxml_left(d, &dispatch) : ig_desk_printed(d, &dispatch);
}
