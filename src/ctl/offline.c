/* Without a daemon irgatectl owns the instance for one call: lock, store, desk, log. */
#include "config.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/fs.h"
#include "ctl/room.h"
#include "role/role.h"

#define INPUT_MAX (7u << 20)

/* --now may not lie before the newest arrival, attempt or deciding act (INTERFACE); only acts count, lists change nothing. */
static int now_is_late_enough(struct ig_ctl *c)
{
	ig_time newest;
	char text[IG_TIME_MAX];
	if (ig_store_newest_act(c->store, &newest)) return ig_ctl_store_failed(c);
	if (newest == IG_NEVER || ig_now() >= newest) return IG_EX_OK;
	return ig_ctl_fail(c, IG_EX_USAGE, "--now lies before the newest arrival or act of this instance, %s", ig_time_rfc3339(newest, text));
}

static int with_store(struct ig_ctl *c, const struct ig_ctl_phrase *p, bool fixed_now)
{
	struct ig_why why = {""};
	struct ig_buf dir = IG_BUF_INIT(4096), input = IG_BUF_INIT(INPUT_MAX);
	int used, code = IG_EX_OK;
	if (p->needs & IG_CTL_WRITE && ig_store_no_room(c->conf->var) && ig_store_reserve_give_up(c->conf->var))
		ig_ctl_say(c, "the disk is full: the reserve was given up; the daemon makes it again when there is room");
	c->store = ig_store_open(c->conf->var, IG_STORE_WRITE, &why);
	if (!c->store) return ig_ctl_fail(c, IG_EX_UNAVAILABLE, "store: %s", why.text);
	ig_buf_fmt(&dir, "%s/evidence", c->conf->var);
	ig_fs_mkdirs(dir.data, 0700);
	c->log = ig_evidence_read_open(dir.data, &why);
	c->desk = p->needs & IG_CTL_WRITE ? ig_desk_new(c->store, c->conf, &why) : NULL;
	ig_ctl_find(c->argc, c->argv, &used);
	c->argc -= used;
	c->argv += used;
	if (!c->log || (p->needs & IG_CTL_WRITE && !c->desk)) code = ig_ctl_fail(c, IG_EX_UNAVAILABLE, "%s", why.text);
	if (!code && fixed_now && p->needs & IG_CTL_WRITE) code = now_is_late_enough(c);
	if (!code && p->needs & IG_CTL_INPUT && !c->input) {
		if (ig_fs_read_fd(STDIN_FILENO, &input)) code = ig_ctl_fail(c, IG_EX_DATA, "standard input: %s", strerror(errno));
		c->input = input.data;
		c->input_len = input.len;
	}
	if (!code && c->store) ig_ctl_note_read(c, p);
	c->offline = true;
	if (!code) code = ig_ctl_run(c, p);
	c->desk = ig_desk_free(c->desk);
	c->log = ig_evidence_read_free(c->log);
	c->store = ig_store_free(c->store);
	ig_buf_free(&dir);
	ig_buf_free(&input);
	return code;
}

int ig_ctl_offline(const struct ig_conf *conf, struct ig_ctl *c, const struct ig_ctl_phrase *p, bool fixed_now)
{
	struct ig_why why = {""};
	int lock = ig_instance_lock(conf, &why);
	if (lock < 0) return ig_ctl_fail(c, IG_EX_TEMPFAIL, "%s", why.text);
	int code = with_store(c, p, fixed_now);
	close(lock);
	return code;
}

int ig_ctl_begin(struct ig_ctl *c) { return ig_store_begin(c->store) ? ig_ctl_store_failed(c) : IG_EX_OK; }

int ig_ctl_commit(struct ig_ctl *c, const char *act, const char *object, const char *detail)
{
	ig_time now = ig_now();
	if (!ig_store_journal_add(c->store, now, c->actor, act, object, detail) && !ig_store_set_newest_act(c->store, now) && !ig_store_commit(c->store))
		return IG_EX_OK;
	int code = ig_ctl_store_failed(c);
	ig_store_rollback(c->store);
	return code;
}
