/* Alarms: said by any role, kept as rows, logged at err, and told by mail and to the parent (which may run a command) at most once
 * a code and hour. Relies on the store for that count. Puts no case content into what leaves. */
#include "config.h"
#include "role/clerk.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "desk/duty.h"
#include "model/notes.h"

static void tell(struct ig_clerk *c, const char *code, const char *text)
{
	struct ig_note_alarm n = {.code = code, .text = text};
	ig_note_alarm_send(c->role->parent, &n, -1);
}

/* That the store takes nothing cannot wait for a commit. The hour is kept here until there is one. */
static void tell_at_once(struct ig_clerk *c, const char *code, const char *text)
{
	int64_t now = ig_mono_us();
	if (strcmp(code, "store") || (c->store_told && now - c->store_told < IG_HOUR))
		return;
	c->store_told = now;
	tell(c, code, text);
}

bool ig_clerk_officer(struct ig_clerk *c, const char *code, const char *text)
{
	if (strcmp(code, IG_DESK_OFFICER))
		return false;
	tell(c, code, text);
	return true;
}

void ig_clerk_alarm(struct ig_clerk *c, const char *code, const char *text)
{
	ig_log(IG_LOG_ERR, "alarm %s: %s", code, text);
	tell_at_once(c, code, text);
	for (size_t i = 0; i < c->alarm_count; i++)
		if (!strcmp(c->alarms[i].code, code) && !strcmp(c->alarms[i].text, text))
			return; /* waits to be written already */
	if (c->alarm_count == IG_CLERK_ALARMS)
		return; /* the log has it; more kinds at once mean that the store takes nothing */
	c->alarms[c->alarm_count++] = (struct ig_clerk_alarm){.code = ig_xstrdup(code), .text = ig_xstrdup(text)};
	if (c->pump && !c->preparing) /* what a commit itself raises goes along with it */
		ig_pump_poke(c->pump);
}

/* DESIGN "Why nothing is lost": what was accepted and is gone must be asked for again, by a person. */
static int owe_search(struct ig_clerk *c, const char *text)
{
	struct ig_buf what = IG_BUF_INIT(4096);
	ig_time now = ig_now();
	ig_buf_fmt(&what, "find out what was lost and ask its senders: %s", text);
	struct ig_duty duty = {.what = what.data, .owner = "chief", .basis = "rule of the office", .due = now + IG_DAY, .done_at = IG_NEVER, .created_at = now};
	int bad = ig_store_duty_add(c->store, &duty);
	ig_buf_free(&what);
	return bad;
}

int ig_clerk_alarm_prepare(struct ig_clerk *c)
{
	struct ig_why why = {""};
	c->alarms_in_commit = 0;
	for (size_t i = 0; i < c->alarm_count; i++) {
		bool fresh = false;
		if (ig_store_alarm_raise(c->store, c->alarms[i].code, c->alarms[i].text, ig_now(), &fresh) < 0)
			return -1;
		c->alarms[i].tell = fresh && strcmp(c->alarms[i].code, "store");
		if (fresh && !strcmp(c->alarms[i].code, "lost-evidence") && owe_search(c, c->alarms[i].text) < 0)
			return -1;
		if (fresh && ig_desk_alarm_mail(c->desk, c->alarms[i].code, c->alarms[i].text, &why))
			return -1;
	}
	c->alarms_in_commit = c->alarm_count;
	return 0;
}

void ig_clerk_alarm_committed(struct ig_clerk *c)
{
	size_t n = c->alarms_in_commit;
	for (size_t i = 0; i < n; i++) {
		if (c->alarms[i].tell)
			tell(c, c->alarms[i].code, c->alarms[i].text);
		free(c->alarms[i].code);
		free(c->alarms[i].text);
	}
	memmove(c->alarms, c->alarms + n, (c->alarm_count - n) * sizeof(c->alarms[0]));
	c->alarm_count -= n;
	c->alarms_in_commit = 0;
}
