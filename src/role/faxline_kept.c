/* What came of outgoing calls is kept in the folder of the call until the clerk has it in a commit: asked again for the same attempt, the faxline
 * answers from there and telephones nobody twice. Relies on the clerk's attempt number and on the digest of the pages to know the same attempt. */
#include "config.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/clock.h"
#include "base/log.h"
#include "model/incident.h"
#include "model/notes.h"
#include "role/faxline.h"

#define KEPT (30 * IG_DAY) /* the clerk's word of its commit can be lost with the process that should hear it */
enum { PATH_ROOM = 4096 };

static const char *text_of(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));
	return s ? s : "";
}

enum ig_faxline_asked ig_faxline_asked_before(struct ig_faxline_call *c, const char *sha256)
{
	json_t *o = ig_faxline_facts(c->folder);
	/* A restored store may count from anew: a number alone does not say that it is the same letter. */
	bool same = !strcmp(text_of(o, "sha256"), sha256) && json_integer_value(json_object_get(o, "attempt")) == c->attempt;
	enum ig_faxline_asked was = !same ? IG_FAXLINE_FRESH : *text_of(o, "result") ? IG_FAXLINE_TOLD : !strcmp(text_of(o, "state"), "talking") ? IG_FAXLINE_CUT : IG_FAXLINE_FRESH;
	if (was == IG_FAXLINE_FRESH) {
		json_decref(o);
		return was;
	}
	json_decref(c->facts);
	c->facts = o;
	ig_log(IG_LOG_NOTICE, "%s: asked again, answered without a call", c->name);
	return was;
}

void ig_faxline_tell_sent(struct ig_faxline_call *c)
{
	struct ig_faxline *f = c->of;
	const char *code = text_of(c->facts, "result");
	bool never = !strcmp(code, "unreachable") || !strcmp(code, "local");
	json_int_t wait = json_integer_value(json_object_get(c->facts, "wait"));
	char *detail = json_dumps(c->facts, JSON_COMPACT);
	struct ig_note_sent n = {.dispatch = (uint64_t)c->dispatch, .outcome = !strcmp(code, "sent") ? IG_OK : never ? IG_NEVER_AGAIN : IG_LATER, .code = code,
		.text = text_of(c->facts, "text"), .detail = detail, .wait = wait > 0 ? (uint64_t)wait : 0};
	if (f->clerk)
		ig_note_sent_send(f->clerk, &n, -1);
	free(detail);
	ig_faxline_call_free(c);
}

/* Kept as well until it is in the register: a hunt for trouble on the line begins with the calls that brought nothing. */
void ig_faxline_tell_empty(struct ig_faxline_call *c)
{
	json_object_set_new(c->facts, "folder", json_string(c->name));
	char *detail = json_dumps(c->facts, JSON_COMPACT);
	struct ig_note_sent n = {.outcome = IG_LATER, .code = text_of(c->facts, "result"), .text = text_of(c->facts, "text"), .detail = detail};
	if (c->of->clerk)
		ig_note_sent_send(c->of->clerk, &n, -1);
	free(detail);
}

static void empty_written(struct ig_faxline *f, const char *detail)
{
	json_t *o = detail ? json_loads(detail, 0, NULL) : NULL;
	const char *name = text_of(o, "folder");
	for (struct ig_faxline_call *c = f->calls; c; c = c->next) {
		if (!c->empty || strcmp(c->name, name) != 0)
			continue;
		ig_faxline_remove(c->folder);
		ig_faxline_call_free(c);
		break;
	}
	json_decref(o);
}

void ig_faxline_committed(struct ig_faxline *f, const void *note, size_t len)
{
	struct ig_note_sent n;
	char name[IG_DISPATCH_TEXT_MAX], path[PATH_ROOM];
	if (ig_note_sent_unpack(&n, note, len, f->arena))
		return;
	if (!n.dispatch) {
		empty_written(f, n.detail);
		return;
	}
	for (struct ig_faxline_call *c = f->calls; c; c = c->next)
		if (c->dispatch == (int64_t)n.dispatch)
			return; /* of an earlier one: the folder is in use */
	snprintf(path, sizeof path, "%s/%s", f->out, ig_dispatch_print((int64_t)n.dispatch, name));
	ig_faxline_remove(path);
}

void ig_faxline_drop_old(struct ig_faxline *f)
{
	DIR *d = opendir(f->out);
	struct dirent *e;
	char path[PATH_ROOM];
	while (d && (e = readdir(d))) {
		if (e->d_name[0] == '.')
			continue;
		snprintf(path, sizeof path, "%s/%s", f->out, e->d_name);
		json_t *o = ig_faxline_facts(path);
		ig_time ended;
		if (!ig_time_parse(text_of(o, "ended"), &ended) && ended < ig_now() - KEPT)
			ig_faxline_remove(path);
		json_decref(o);
	}
	if (d)
		closedir(d);
}
