/* What concerns more than one key of irgate.conf, users that must exist, and the notices of --check.
 * Relies on a filled struct. Does not read files. */
#include "config.h"
#include <pwd.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include "conf/table.h"

static void need(struct ig_conf_reading *r, bool ok, const void *at, const char *words)
{
	if (!ok)
		ig_conf_error(r, ig_conf_set_at(r, at), "%s", words);
}

/* "22:00-06:00" */
static bool is_hours(const char *s)
{
	static const char form[] = "dd:dd-dd:dd";
	size_t i = 0;
	for (; s[i] && form[i]; i++)
		if (form[i] == 'd' ? s[i] < '0' || s[i] > '9' : s[i] != form[i])
			return false;
	return !s[i] && !form[i] && strncmp(s, "24:00", 5) <= 0 && strncmp(s + 6, "24:00", 5) <= 0 && s[3] < '6' && s[9] < '6';
}

static bool is_loopback(const char *host)
{
	return !strcmp(host, "localhost") || !strcmp(host, "::1") || !strncmp(host, "127.", 4);
}

static bool is_name_of(const struct ig_conf *c, const char *name, const void *own)
{
	for (size_t i = 0; i < c->maildir_count; i++)
		if (c->maildirs[i].name && !strcmp(c->maildirs[i].name, name))
			return true;
	for (size_t i = 0; i < c->lmtp_count; i++)
		if (c->lmtps[i].name && !strcmp(c->lmtps[i].name, name))
			return true;
	for (size_t i = 0; i < c->imap_count; i++)
		if (&c->imaps[i] != own && c->imaps[i].name && !strcmp(c->imaps[i].name, name))
			return true;
	for (size_t i = 0; i < c->pop3_count; i++)
		if (&c->pop3s[i] != own && c->pop3s[i].name && !strcmp(c->pop3s[i].name, name))
			return true;
	return false;
}

static void check_account(struct ig_conf_reading *r, const struct ig_conf *c, const struct ig_conf_account *a)
{
	if (a->name && is_name_of(c, a->name, a))
		ig_conf_error(r, ig_conf_set_at(r, &a->name), "name: \"%s\" twice; each source needs a name of its own", a->name);
	if (!a->password == !a->token_command)
		ig_conf_error(r, ig_conf_set_at(r, &a->user), "user: \"%s\" needs either a password or a token_command", a->user ? a->user : "");
	if (a->tls == IG_TLS_NONE && a->host && !is_loopback(a->host))
		ig_conf_error(r, ig_conf_set_at(r, &a->tls), "tls: none would send the password in clear");
	if (a->tls == IG_TLS_NONE && a->pin)
		ig_conf_error(r, ig_conf_set_at(r, &a->pin), "pin: there is no key without TLS");
	if (a->mailbox && a->after == IG_AFTER_MOVE && !strcmp(a->mailbox, a->processed_mailbox))
		ig_conf_error(r, ig_conf_set_at(r, &a->processed_mailbox), "processed_mailbox: is the mailbox that is read");
}

static void check_accounts(struct ig_conf_reading *r, const struct ig_conf *c)
{
	for (size_t i = 0; i < c->imap_count; i++)
		check_account(r, c, &c->imaps[i]);
	for (size_t i = 0; i < c->pop3_count; i++)
		check_account(r, c, &c->pop3s[i]);
	if (c->imap_count + c->pop3_count > IG_CONF_ACCOUNTS_MAX)
		ig_conf_error(r, ig_conf_set_at(r, &c->imaps), "imap and pop3: more than %d mailboxes", IG_CONF_ACCOUNTS_MAX);
}

static void check_names(struct ig_conf_reading *r, const struct ig_conf *c)
{
	for (size_t i = 0; i < c->maildir_count; i++) {
		const struct ig_conf_maildir *m = &c->maildirs[i];

		for (size_t j = 0; j < i && m->name; j++)
			if (c->maildirs[j].name && !strcmp(m->name, c->maildirs[j].name))
				ig_conf_error(r, ig_conf_set_at(r, &m->name), "name: \"%s\" twice; each source needs a name of "
					"its own", m->name);
		for (size_t j = 0; j < i && m->path; j++)
			if (c->maildirs[j].path && !strcmp(m->path, c->maildirs[j].path))
				ig_conf_error(r, ig_conf_set_at(r, &m->path), "path: %s is read twice", m->path);
		if (m->path && c->transport == IG_TRANSPORT_MAILDIR && c->outgoing && !strcmp(m->path, c->outgoing))
			ig_conf_error(r, ig_conf_set_at(r, &m->path), "path: %s is also outgoing; our letters would come back as "
				"reports", m->path);
	}
	for (size_t i = 0; i < c->lmtp_count; i++) {
		const struct ig_conf_lmtp *l = &c->lmtps[i];
		bool name = false, listen = false;

		for (size_t j = 0; j < c->maildir_count; j++)
			name |= l->name && c->maildirs[j].name && !strcmp(l->name, c->maildirs[j].name);
		for (size_t j = 0; j < i; j++) {
			name |= l->name && c->lmtps[j].name && !strcmp(l->name, c->lmtps[j].name);
			listen |= l->listen && c->lmtps[j].listen && !strcmp(l->listen, c->lmtps[j].listen);
		}
		if (name)
			ig_conf_error(r, ig_conf_set_at(r, &l->name), "name: \"%s\" twice; each source needs a name of its own",
				l->name);
		if (listen)
			ig_conf_error(r, ig_conf_set_at(r, &l->listen), "listen: %s twice", l->listen);
	}
}

static void check_user(struct ig_conf_reading *r, const char *name, const void *at, const char *key)
{
	if (name && !getpwnam(name))
		ig_conf_error(r, ig_conf_set_at(r, at), "%s: there is no user %s on this machine", key, name);
}

static void check_users(struct ig_conf_reading *r, const struct ig_conf *c)
{
	const struct { const char *const *name; const char *key; } users[] = {
		{&c->user_recorder, "recorder"}, {&c->user_mailin, "mailin"}, {&c->user_clerk, "clerk"},
		{&c->user_sender, "sender"}, {&c->user_reader, "reader"},
	};
	check_user(r, c->user_pages, c->user_pages, "pages"); /* without one: the readers' */
	check_user(r, c->user_keys, c->user_keys, "keys"); /* without one: the clerk's */
	check_user(r, c->user_scribe, c->user_scribe, "scribe");
	check_user(r, c->user_sealer, c->user_sealer, "sealer");
	check_user(r, c->user_clamd, c->user_clamd, "clamd");
	if (c->sign_key && c->user_reader && !c->user_sealer)
		ig_conf_error(r, ig_conf_set_at(r, &c->sign_key), "sign_key: where roles have users, name one for the sealer too (users.sealer)");
	const struct { const char *const *const *list; const char *key; } lists[] = {
		{&c->chiefs, "chiefs"}, {&c->officers, "officers"}, {&c->auditors, "auditors"},
		{&c->deliver_users, "deliver_users"},
	};
	const void *first = NULL;
	size_t named = 0;

	for (size_t i = 0; i < IG_COUNT(users); i++) {
		check_user(r, *users[i].name, users[i].name, users[i].key);
		named += *users[i].name != NULL;
		first = first || !*users[i].name ? first : users[i].name;
	}
	if (named && named < IG_COUNT(users))
		ig_conf_error(r, ig_conf_set_at(r, first), "users: name all five or none; a role without a user would keep the "
			"rights of the one that starts it");
	for (size_t i = 0; i < IG_COUNT(lists); i++)
		for (const char *const *p = *lists[i].list; *p; p++)
			check_user(r, *p, lists[i].list, lists[i].key);
}

static void check_send(struct ig_conf_reading *r, const struct ig_conf *c)
{
	if (c->transport == IG_TRANSPORT_SMTP) {
		need(r, c->smtp_host, &c->transport, "transport: smtp needs smtp_host");
		need(r, !c->smtp_user == !c->smtp_password, c->smtp_user ? &c->smtp_user : &c->smtp_password,
			"smtp_user and smtp_password need each other");
		need(r, !c->smtp_user || c->smtp_tls != IG_TLS_NONE || !c->smtp_host || is_loopback(c->smtp_host), &c->smtp_tls,
			"smtp_tls: none would send the password in clear");
	}
	need(r, c->smtp_sessions_per_host <= c->smtp_sessions, &c->smtp_sessions_per_host,
		"smtp_sessions_per_host: more than smtp_sessions");
	need(r, c->retry_first <= c->retry_max, &c->retry_first, "retry_first: longer than retry_max");
	need(r, c->retry_max <= c->expire, &c->retry_max, "retry_max: longer than expire");
}

/* The profile asked for must be there: the words name the nearest that is. */
static const char *profile_word(size_t i, const void *arg)
{
	const struct ig_conf *c = arg;

	return i < c->profile_count ? c->profiles[i]->name : c->profiles[i - c->profile_count]->family;
}

static void check_profile(struct ig_conf_reading *r, const struct ig_conf *c)
{
	const char *near;

	if (ig_profile_at((const struct ig_profile *const *)c->profiles, c->profile_count, c->profile, 0))
		return;
	near = ig_conf_nearest(c->profile, profile_word, c, 2 * c->profile_count);
	if (!c->profile_count)
		ig_conf_error(r, ig_conf_set_at(r, &c->profile), "profile: no profile at all in %s and %s/profiles",
			c->profile_dir, c->datadir);
	else
		ig_conf_error(r, ig_conf_set_at(r, &c->profile), "profile: there is no \"%s\"%s%s%s", c->profile,
			near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

enum { BOUNCE_LOCAL_MAX = 40 };

void ig_conf_check_all(struct ig_conf_reading *r, struct ig_conf *c)
{
	if (r->internal)
		return; /* one role's keys only, and checked before */
	check_names(r, c);
	check_accounts(r, c);
	check_send(r, c);
	need(r, !c->fax_quiet || is_hours(c->fax_quiet), &c->fax_quiet, "quiet: not like \"22:00-06:00\"");
	if (!c->bounce_address) /* <> is used then, and `status` says that failures cannot be seen */
		c->bounce_form = IG_BOUNCE_FORM_NONE;
	need(r, !c->bounce_address || !c->address || strcasecmp(c->bounce_address, c->address), &c->bounce_address,
		"bounce_address: is also the report mailbox; reports there would be read as bounces");
	/* RFC 5321 section 4.5.3.1.1: 64 bytes; the plus form adds "+D-000017-" and a token, and the number will have more digits one day. */
	need(r, !c->bounce_address || c->bounce_form != IG_BOUNCE_FORM_PLUS || strcspn(c->bounce_address, "@") <= BOUNCE_LOCAL_MAX,
		&c->bounce_address, "bounce_address: more than 40 bytes before the @; the plus form has no room for the dispatch then");
	need(r, c->inline_max <= c->message_max, &c->inline_max, "inline_max: more than message_max");
	need(r, c->message_max <= c->unfinished_max, &c->unfinished_max, "unfinished_max: less than message_max");
	check_profile(r, c);
	check_users(r, c);
}

void ig_conf_notices(const struct ig_conf *c, ig_conf_say_h *say, void *arg)
{
	struct stat st;

	bool password = c->smtp_password != NULL;

	for (size_t i = 0; i < c->imap_count; i++)
		password |= c->imaps[i].password != NULL;
	for (size_t i = 0; i < c->pop3_count; i++)
		password |= c->pop3s[i].password != NULL;
	if (password && !stat(c->file, &st) && st.st_mode & S_IROTH)
		ig_conf_notice(say, arg, c->file, "holds a password or includes it, and every user of this machine may read it");
	if (!c->bounce_address)
		ig_conf_notice(say, arg, c->file, "no bounce_address: failures of delivery cannot be seen");
	if (!c->backup_key)
		ig_conf_notice(say, arg, c->file, "no backup.key: no backup is made by itself, and an alarm says so when one was due");
	if (!c->maildir_count && !c->lmtp_count && !c->imap_count && !c->pop3_count)
		ig_conf_notice(say, arg, c->file, "none of maildir, lmtp, imap and pop3: mail comes in through irgate-deliver only");
	for (size_t i = 0; i < c->profile_count; i++)
		if (!strcmp(c->profiles[i]->name, c->profile) || !strcmp(c->profiles[i]->family, c->profile))
			ig_conf_profile_notices(c->profiles[i], c->file, ig_now(), say, arg);
}
