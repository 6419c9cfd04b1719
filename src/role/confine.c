/* What each role may do, in one table; doc/SANDBOX.md says the same for people, and tests/unit/test_sandbox_roles.c proves it.
 * Relies on base/sandbox to enforce it and on the folders below var having one writer each. Applies nothing itself. */
#include "config.h"
#include "role/role.h"

#include <string.h>

#include "base/opt.h"

/* Paths are made from words: {var} {dir} {data} and the ones below that stand for several. */
struct line {
	const char *role;
	unsigned may;
	const char *read[12], *write[4];
};

#define PEOPLE "/etc/passwd", "/etc/group", "/etc/nsswitch.conf"
#define NAMES "/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf", "/etc/gai.conf", "/etc/services", "/run/systemd/resolve"

static const struct line lines[] = {
	/* PEOPLE: SO_PEERCRED gives a number, the configuration names people */
	{"recorder", IG_MAY_OPEN | IG_MAY_CREATE | IG_MAY_ACCEPT | IG_MAY_PASSFD, {PEOPLE, "/usr/share/zoneinfo"}, {"{var}/evidence"}},
	{"mailin", IG_MAY_OPEN | IG_MAY_CREATE | IG_MAY_ACCEPT | IG_MAY_PASSFD, {"/usr/share/zoneinfo"}, {"{var}/tmp", "{maildirs}", "{spools}"}},
	/* no folder of anybody: a mailbox at a server needs none */
	{"account", IG_MAY_OPEN | IG_MAY_CREATE | IG_MAY_INET | IG_MAY_FORK | IG_MAY_PASSFD,
	 {NAMES, "/etc/ssl", "/usr/share/ca-certificates", "/usr/share/zoneinfo", "{libraries}"}, {"{var}/tmp"}},
	{"clerk", IG_MAY_OPEN | IG_MAY_CREATE | IG_MAY_ACCEPT | IG_MAY_FORK | IG_MAY_PASSFD,
	 {"{var}/evidence", "{data}", PEOPLE, "/usr/share/zoneinfo", "/dev/urandom"}, {"{var}/store", "{letters}"}},
	{"sender", IG_MAY_OPEN | IG_MAY_CREATE | IG_MAY_FORK | IG_MAY_PASSFD,
	 {NAMES, "/etc/ssl", "/usr/share/ca-certificates", "/usr/share/zoneinfo", "{ca}", "{libraries}"}, {"{outgoing}"}},
	{"faxline", IG_MAY_OPEN | IG_MAY_CREATE | IG_MAY_INET | IG_MAY_ACCEPT | IG_MAY_PASSFD, {NAMES, "/etc/ssl", "/usr/share/zoneinfo"}, {"{var}/fax"}},
	{"reader", IG_MAY_PASSFD, {NULL}, {NULL}},
	/* pango loads a font when a letter first needs it, and looks for it in a thread */
	{"scribe", IG_MAY_OPEN | IG_MAY_THREAD | IG_MAY_PASSFD,
	 {"/usr/share/fonts", "/usr/local/share/fonts", "/etc/fonts", "/usr/share/fontconfig", "/var/cache/fontconfig"}, {NULL}},
	{"sealer", IG_MAY_PASSFD, {NULL}, {NULL}},
	{"clamd", IG_MAY_UNIX | IG_MAY_PASSFD, {NULL}, {NULL}},
	/* the poppler tools, catdoc and 7zz, with what they and the recognition of text read */
	{"pages", IG_MAY_OPEN | IG_MAY_FORK | IG_MAY_PASSFD | IG_MAY_TOOL,
	 {"{tools}", "/etc/fonts", "/usr/share/fonts", "/usr/share/poppler", "/usr/share/tesseract-ocr", "/usr/share/catdoc", "/dev/null", "/dev/urandom"}, {NULL}},
	/* gpg, gpgsm, gpg-agent and nothing else to run; the sockets are those between them. ACCEPT and THREAD are the agent's. */
	{"keys", IG_MAY_OPEN | IG_MAY_CREATE | IG_MAY_UNIX | IG_MAY_ACCEPT | IG_MAY_FORK | IG_MAY_PASSFD | IG_MAY_THREAD | IG_MAY_TOOL,
	 {"{gnupg}", "{libraries}", "/dev/urandom", PEOPLE}, {"{keys}", "/dev/null"}},
};

struct list {
	struct ig_sandbox_path *paths;
	size_t count, cap;
	struct ig_arena *arena;
};

static void add(struct list *l, const char *path, unsigned access)
{
	if (!path)
		return;
	if (l->count + 1 >= l->cap) { /* the last stays empty: the end */
		size_t cap = l->cap ? 2 * l->cap : 16;
		struct ig_sandbox_path *more = ig_arena_calloc(l->arena, cap, sizeof(*more));
		if (l->count)
			memcpy(more, l->paths, l->count * sizeof(*more));
		l->paths = more;
		l->cap = cap;
	}
	l->paths[l->count].path = path;
	l->paths[l->count++].access = access;
}

/* The libraries that name look-ups load when they are first needed (nsswitch.conf decides which). */
static void add_libraries(struct list *l)
{
	static const char *const places[] = {"/etc/ld.so.cache", "/lib", "/lib64", "/usr/lib", "/usr/lib64"};

	for (size_t i = 0; i < IG_COUNT(places); i++)
		add(l, places[i], IG_PATH_READ);
}

static void add_word(struct list *l, const struct ig_conf *c, const char *word, unsigned access)
{
	if (!strncmp(word, "{var}", 5)) {
		add(l, ig_arena_fmt(l->arena, "%s%s", c->var, word + 5), access);
	} else if (!strcmp(word, "{data}")) {
		add(l, c->datadir, access);
	} else if (!strcmp(word, "{maildirs}")) {
		for (size_t i = 0; i < c->maildir_count; i++)
			add(l, c->maildirs[i].path, access);
	} else if (!strcmp(word, "{spools}")) {
		add(l, c->faxes, access);
		add(l, c->scans, access);
	} else if (!strcmp(word, "{outgoing}")) {
		if (c->transport == IG_TRANSPORT_MAILDIR)
			add(l, c->outgoing, access);
		if (c->fax_transport == IG_FAX_FOLDER)
			add(l, c->fax_outgoing, access);
	} else if (!strcmp(word, "{letters}")) {
		add(l, c->letter_outgoing, access);
		add(l, c->edxml_outgoing, access);
	} else if (!strcmp(word, "{ca}")) {
		add(l, c->smtp_ca, access);
	} else if (!strcmp(word, "{tools}")) {
		add_libraries(l);
		add(l, "/usr/bin", IG_PATH_EXEC);
		add(l, "/lib64", IG_PATH_EXEC); /* the loader, by the name that programs have for it */
		add(l, "/usr/lib", IG_PATH_EXEC);
	} else if (!strcmp(word, "{gnupg}")) {
		/* the programs, and the loader by the names that programs have for it */
		const char *const run[] = {c->keys_gpg, c->keys_gpgsm, c->keys_agent, "/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1"};
		for (size_t i = 0; i < IG_COUNT(run); i++)
			add(l, run[i], IG_PATH_READ | IG_PATH_EXEC);
	} else if (!strcmp(word, "{keys}")) {
		/* with a scratch folder the keys themselves are only read */
		add(l, c->keys_home ? c->keys_home : ig_arena_fmt(l->arena, "%s/keys", c->var), c->keys_scratch ? IG_PATH_READ : IG_PATH_WRITE | IG_PATH_SOCKET);
		add(l, c->keys_scratch, IG_PATH_WRITE | IG_PATH_SOCKET);
	} else if (!strcmp(word, "{libraries}")) {
		add_libraries(l);
	} else {
		add(l, word, access);
	}
}

static const char *user_of(const struct ig_conf *c, const char *role)
{
	if (!strcmp(role, "recorder"))
		return c->user_recorder;
	if (!strcmp(role, "mailin") || !strcmp(role, "account"))
		return c->user_mailin;
	if (!strcmp(role, "clerk"))
		return c->user_clerk;
	if (!strcmp(role, "sender"))
		return c->user_sender;
	if (!strcmp(role, "faxline"))
		return c->user_faxline ? c->user_faxline : c->user_mailin;
	if (!strcmp(role, "keys"))
		return c->user_keys ? c->user_keys : c->user_clerk;
	if (!strcmp(role, "sealer"))
		return c->user_sealer;
	if (!strcmp(role, "clamd"))
		return c->user_clamd ? c->user_clamd : c->user_reader;
	if (!strcmp(role, "scribe"))
		return c->user_scribe ? c->user_scribe : c->user_reader;
	if (!strcmp(role, "pages") && c->user_pages)
		return c->user_pages;
	return !strcmp(role, "reader") || !strcmp(role, "pages") ? c->user_reader : NULL;
}

void ig_role_confine(const char *role, const struct ig_conf *c, struct ig_sandbox *s, struct ig_arena *a)
{
	const struct line *l = NULL;
	struct list list = {.arena = a};

	for (size_t i = 0; i < IG_COUNT(lines); i++)
		if (!strcmp(lines[i].role, role))
			l = &lines[i];
	s->role = role;
	if (!l) { /* a role without a line may do nothing at all */
		s->may = 0;
		s->paths = NULL;
		return;
	}
	s->may = l->may;
	s->user = c ? user_of(c, role) : NULL;
	/* A sender speaks to the network only where mail goes by SMTP, and then has no folder to write, unless faxes go to one. */
	if (!strcmp(role, "sender") && c->transport == IG_TRANSPORT_SMTP)
		s->may = (c->fax_transport == IG_FAX_FOLDER ? s->may : s->may & ~(unsigned)IG_MAY_CREATE) | IG_MAY_INET;
	for (size_t i = 0; i < IG_COUNT(l->read) && l->read[i]; i++)
		add_word(&list, c, l->read[i], IG_PATH_READ);
	for (size_t i = 0; i < IG_COUNT(l->write) && l->write[i]; i++)
		add_word(&list, c, l->write[i], IG_PATH_WRITE);
	s->paths = list.paths;
}
