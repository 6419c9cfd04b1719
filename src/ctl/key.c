/* irgatectl key: what keys there are, taking them in, giving ours out, a new one; and for which party they are used. The ring is worked on by a
 * worker of its own (irgate-keys without a scratch folder), whether a daemon runs or not; what was done is journalled by the clerk. Keys come in
 * by an operator's word only: nothing that a mail carries ever ends here by itself. */
#include "config.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/fs.h"
#include "base/link.h"
#include "ctl/room.h"
#include "model/crypt.h"
#include "model/notes.h"
#include "role/role.h"

enum { FILE_MAX = 16 << 20, ASK_MS = 120000 };

/* The worker's answer: CHILD with the reply, then DID. */
static int hear(struct ig_ctl *c, int sock, struct ig_crypt_reply *x)
{
	struct ig_buf body = IG_BUF_INIT(IG_LINK_MAX);
	struct ig_note_child n;
	uint16_t kind = 0;
	int fd = -1, bad = -1;
	if (ig_link_read(sock, &kind, &body, &fd, ASK_MS) == 1 && kind == IG_NOTE_CHILD && fd >= 0 && !ig_note_child_unpack(&n, body.data, body.len, c->arena)) {
		void *p = n.size ? mmap(NULL, (size_t)n.size, PROT_READ, MAP_PRIVATE, fd, 0) : NULL;
		if (p && p != MAP_FAILED) bad = ig_crypt_reply_unpack(x, p, (size_t)n.size, c->arena);
	}
	if (fd >= 0) close(fd);
	ig_buf_free(&body);
	return bad;
}

static int ask(struct ig_ctl *c, const struct ig_crypt_request *q, struct ig_crypt_reply *x)
{
	struct ig_conf conf = *c->conf;
	struct ig_buf b = IG_BUF_INIT(FILE_MAX + 65536);
	struct ig_why why = {""};
	pid_t pid;
	conf.keys_scratch = ""; /* on the ring itself */
	ig_crypt_request_pack(q, &b);
	int fd = b.over ? -1 : ig_fs_memfd("request", b.data, b.len), sock = fd < 0 ? -1 : ig_worker_spawn(&conf, "keys", &pid, &why);
	struct ig_note_work n = {.seq = 1, .part = "1", .type = IG_CRYPT_CALL_TYPE, .size = b.len};
	int bad = sock < 0 || ig_note_work_write(sock, &n, fd) || hear(c, sock, x);
	ig_buf_free(&b);
	if (fd >= 0) close(fd);
	if (sock >= 0) {
		close(sock);
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {}
	}
	if (bad) return ig_ctl_fail(c, IG_EX_UNAVAILABLE, "the keys cannot be asked%s%s", *why.text ? ": " : "; its reason stands above", why.text);
	return x->problem ? ig_ctl_fail(c, IG_EX_DATA, "%s", x->problem) : IG_EX_OK;
}

static json_t *key_json(const struct ig_crypt_key *k)
{
	json_t *addresses = json_array();
	char text[IG_TIME_MAX];
	for (const char *const *a = k->addresses; *a; a++) json_array_append_new(addresses, json_string(*a));
	json_t *o = json_pack("{s:s,s:s,s:s,s:o,s:b,s:b,s:b,s:b,s:b}", "fingerprint", k->fingerprint, "form", ig_crypt_form_word(k->form), "name", k->name,
		"addresses", addresses, "ours", k->secret, "revoked", k->revoked, "expired", k->expired, "encrypts", k->can_encrypt, "signs", k->can_sign);
	json_object_set_new(o, "created", k->created == IG_NEVER ? json_null() : json_string(ig_time_rfc3339(k->created, text)));
	json_object_set_new(o, "expires", k->expires == IG_NEVER ? json_null() : json_string(ig_time_rfc3339(k->expires, text)));
	return o;
}

int ig_ctl_key_list(struct ig_ctl *c)
{
	static const char *const headings[] = {"FINGERPRINT", "FORM", "WHOSE", "STATE", "ADDRESSES", NULL};
	struct ig_crypt_request q = {.act = IG_CRYPT_ACT_LIST};
	struct ig_crypt_reply x;
	if (ig_ctl_words(c, 0, 0)) return IG_EX_USAGE;
	struct ig_arena *own = ig_arena_new(0), *rows = c->arena;
	c->arena = own; /* the list takes back what its rows took */
	int code = ask(c, &q, &x);
	c->arena = rows;
	if (!code) {
		struct ig_ctl_list *l = ig_ctl_list_begin(c, headings);
		for (size_t i = 0; i < x.key_count; i++) {
			const struct ig_crypt_key *k = &x.keys[i];
			const char *state = k->revoked ? "revoked" : k->expired ? "expired" : k->disabled ? "disabled" : "ok";
			const char *const cells[] = {k->fingerprint, ig_crypt_form_word(k->form), k->secret ? "ours" : "", state, *k->addresses ? *k->addresses : k->name};
			if (c->json) ig_ctl_list_json(l, key_json(k));
			else ig_ctl_list_row(l, cells);
		}
		code = ig_ctl_list_end(l, "no keys; irgatectl key make \"Office <ADDRESS>\" makes one, key import FILE takes one in");
	}
	ig_arena_free(own);
	return code;
}

/* Each in the journal, by the clerk where one runs. */
static int note(struct ig_ctl *c, const char *act, const char *const *fingerprints)
{
	int code = IG_EX_OK;
	for (; *fingerprints && !code; fingerprints++) {
		const char *const words[] = {"key", "noted", act, *fingerprints, NULL};
		code = ig_ctl_again(c, words);
		ig_ctl_print(c, "%s\n", *fingerprints);
	}
	return code;
}

int ig_ctl_key_import(struct ig_ctl *c)
{
	struct ig_buf b = IG_BUF_INIT(FILE_MAX);
	if (ig_ctl_words(c, 1, 1)) return IG_EX_USAGE;
	int bad = !strcmp(c->argv[0], "-") ? ig_fs_read_fd(STDIN_FILENO, &b) : ig_fs_read_file(c->argv[0], &b);
	if (bad) return ig_ctl_fail(c, IG_EX_DATA, "%s: %s", c->argv[0], strerror(errno));
	struct ig_crypt_request q = {.act = IG_CRYPT_ACT_IMPORT, .seal = {.data = b.data, .len = b.len}};
	struct ig_crypt_reply x;
	int code = ask(c, &q, &x);
	ig_buf_free(&b);
	return code ? code : note(c, "import", x.words);
}

static int one_word(struct ig_ctl *c, enum ig_crypt_act act, struct ig_crypt_reply *x)
{
	if (ig_ctl_words(c, 1, 1)) return IG_EX_USAGE;
	struct ig_crypt_request q = {.act = act, .word = c->argv[0]};
	return ask(c, &q, x);
}

int ig_ctl_key_export(struct ig_ctl *c)
{
	struct ig_crypt_reply x;
	int code = one_word(c, IG_CRYPT_ACT_EXPORT, &x);
	if (!code) c->out(c, x.sealed.bytes, x.sealed.len);
	return code;
}

int ig_ctl_key_remove(struct ig_ctl *c)
{
	struct ig_crypt_reply x;
	const char *const list[] = {c->argc ? c->argv[0] : NULL, NULL};
	int code = one_word(c, IG_CRYPT_ACT_REMOVE, &x);
	return code ? code : note(c, "remove", list);
}

int ig_ctl_key_make(struct ig_ctl *c)
{
	struct ig_crypt_reply x;
	if (c->argc == 1 && !strchr(c->argv[0], '@')) return ig_ctl_fail(c, IG_EX_USAGE, "a key is made for \"Name <address>\"");
	int code = one_word(c, IG_CRYPT_ACT_MAKE, &x);
	return code ? code : note(c, "make", x.words);
}

/* ---- in the store */

static bool fingerprint_ok(const char *s)
{
	size_t n = strspn(s, "0123456789ABCDEFabcdef");
	return !s[n] && (n == 40 || n == 64);
}

int ig_ctl_key_noted(struct ig_ctl *c)
{
	if (ig_ctl_words(c, 2, 2)) return IG_EX_USAGE;
	if (!fingerprint_ok(c->argv[1])) return ig_ctl_fail(c, IG_EX_USAGE, "%s is not a fingerprint", c->argv[1]);
	int code = ig_ctl_begin(c);
	return code ? code : ig_ctl_commit(c, ig_arena_fmt(c->arena, "key %s", c->argv[0]), ig_arena_fmt(c->arena, "key %s", c->argv[1]), NULL);
}

int ig_ctl_key_accept(struct ig_ctl *c)
{
	struct ig_party_key k = {.sign = ig_ctl_flag(c, "--sign"), .encrypt = ig_ctl_flag(c, "--encrypt"), .at = ig_now(), .actor = c->actor};
	const char *form = ig_ctl_option(c, "--form");
	struct ig_party p;
	if (ig_ctl_words(c, 1, 2)) return IG_EX_USAGE;
	k.fingerprint = c->argc > 1 ? c->argv[1] : NULL;
	k.form = form ? form : k.fingerprint && strlen(k.fingerprint) == 64 ? "cms" : "openpgp";
	enum ig_crypt_form known;
	if (ig_crypt_form_parse(k.form, &known)) return ig_ctl_fail(c, IG_EX_USAGE, "--form is openpgp or cms, not %s", k.form);
	if (!k.sign && !k.encrypt) return ig_ctl_fail(c, IG_EX_USAGE, "what for? --sign, --encrypt, or both; key forget PARTY ends it");
	if (k.encrypt && (!k.fingerprint || !fingerprint_ok(k.fingerprint))) return ig_ctl_fail(c, IG_EX_USAGE, "--encrypt wants the whole fingerprint of a key; irgatectl key list");
	int code = ig_ctl_party(c, c->argv[0], &p);
	if (!code) code = ig_ctl_begin(c);
	if (code) return code;
	k.party = p.id;
	if (ig_store_party_key_set(c->store, &k) < 0) {
		code = ig_ctl_store_failed(c);
		ig_store_rollback(c->store);
		return code;
	}
	return ig_ctl_commit(c, "key accept", ig_arena_fmt(c->arena, "party %lld", (long long)p.id),
		ig_arena_fmt(c->arena, "%s%s%s%s%s", k.sign ? "signed" : "", k.sign && k.encrypt ? " and " : "", k.encrypt ? "encrypted to " : "",
			k.encrypt ? k.fingerprint : "", k.encrypt ? "" : " by us"));
}

int ig_ctl_key_forget(struct ig_ctl *c)
{
	struct ig_party p;
	if (ig_ctl_words(c, 1, 1)) return IG_EX_USAGE;
	int code = ig_ctl_party(c, c->argv[0], &p);
	if (!code) code = ig_ctl_begin(c);
	if (code) return code;
	if (ig_store_party_key_clear(c->store, p.id) < 0) {
		code = ig_ctl_store_failed(c);
		ig_store_rollback(c->store);
		return code;
	}
	return ig_ctl_commit(c, "key forget", ig_arena_fmt(c->arena, "party %lld", (long long)p.id), NULL);
}

static int use_row(const struct ig_party_key *k, const char *name, void *arg)
{
	struct ig_ctl_list *l = arg;
	struct ig_ctl *c = ig_ctl_list_call(l);
	char id[24];
	snprintf(id, sizeof(id), "%lld", (long long)k->party);
	const char *const cells[] = {id, k->form, k->sign ? "yes" : "", k->encrypt ? k->fingerprint : "", name};
	if (c->json)
		ig_ctl_list_json(l, json_pack("{s:s,s:s,s:s,s:b,s:b,s:s?}", "party", id, "name", name, "form", k->form, "sign", k->sign, "encrypt", k->encrypt,
			"fingerprint", k->fingerprint));
	else ig_ctl_list_row(l, cells);
	return 0;
}

int ig_ctl_key_uses(struct ig_ctl *c)
{
	static const char *const headings[] = {"PARTY", "FORM", "SIGNED", "ENCRYPTED TO", "NAME", NULL};
	if (ig_ctl_words(c, 0, 0)) return IG_EX_USAGE;
	struct ig_ctl_list *l = ig_ctl_list_begin(c, headings);
	if (ig_store_party_keys(c->store, use_row, l) < 0) return ig_ctl_store_failed(c);
	return ig_ctl_list_end(l, "no party is written to signed or encrypted; irgatectl key accept PARTY FINGERPRINT --sign --encrypt");
}

int ig_ctl_message_reread(struct ig_ctl *c)
{
	struct ig_message m;
	struct ig_why why = {""};
	if (ig_ctl_words(c, 1, 1)) return IG_EX_USAGE;
	int code = ig_ctl_message(c, c->argv[0], &m);
	ig_desk_workers(c->desk); /* also where no daemon runs: the next one reads */
	if (!code) code = ig_desk_message_reread(c->desk, m.id, c->actor, &why);
	return code && *why.text ? ig_ctl_fail(c, code, "%s", why.text) : code;
}
