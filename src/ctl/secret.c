/* irgatectl: exceptions to secrecy. */
#include "config.h"
#include <string.h>
#include "ctl/books.h"
#include "ctl/room.h"

struct words { struct ig_incident i; struct ig_party p; const char *reason; };

static int take(struct ig_ctl *c, struct words *w)
{
	const char *to = ig_ctl_option(c, "--to");
	w->reason = ig_ctl_option(c, "--reason");
	int code = ig_ctl_words(c, 1, 1);
	if (!code && (!to || !w->reason || !*w->reason)) code = ig_ctl_fail(c, IG_EX_USAGE, "--to names the party, --reason says why");
	if (!code) code = ig_ctl_incident(c, c->argv[0], &w->i);
	return code ? code : ig_ctl_party(c, to, &w->p);
}

int ig_ctl_incident_disclose(struct ig_ctl *c)
{
	struct words w;
	struct ig_why why = {""};
	bool identity = ig_ctl_flag(c, "--with-reporter");
	int code = take(c, &w);
	if (!code && (code = ig_desk_disclose(c->desk, w.i.id, w.p.id, identity, c->actor, w.reason, &why))) ig_ctl_say(c, "%s", why.text);
	return code;
}

int ig_ctl_incident_undisclose(struct ig_ctl *c)
{
	struct words w;
	struct ig_why why = {""};
	int code = take(c, &w);
	if (!code && (code = ig_desk_undisclose(c->desk, w.i.id, w.p.id, c->actor, w.reason, &why))) ig_ctl_say(c, "%s", why.text);
	return code;
}
