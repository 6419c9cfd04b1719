/* irgatectl peer: who gets no automatic letters; irgatectl receipt: what is kept back, and letting it go. */
#include "config.h"
#include <stdio.h>
#include "ctl/room.h"

static json_t *time_json(ig_time t)
{
	char text[IG_TIME_MAX];
	return t == IG_NEVER ? json_null() : json_string(ig_time_rfc3339(t, text));
}

static int peer_row(const struct ig_store_peer *p, void *arg)
{
	struct ig_ctl_list **l = arg;
	struct ig_ctl *c = ig_ctl_list_call(*l);
	if (c->json) {
		ig_ctl_list_json(*l, json_pack("{s:s,s:s,s:b,s:o,s:o,s:o,s:s?}", "kind", ig_peer_word(p->kind), "peer", p->key, "suspended", p->suspended_at != IG_NEVER,
			"suspended_at", time_json(p->suspended_at), "last_mail_at", time_json(p->last_at), "resumed_at", time_json(p->resumed_at), "resumed_by", p->resumed_by));
		return 0;
	}
	const char *const cells[] = {ig_peer_word(p->kind), ig_ctl_time(c, p->suspended_at), ig_ctl_time(c, p->last_at), p->resumed_by ? p->resumed_by : "-", p->key};
	ig_ctl_list_row(*l, cells);
	return 0;
}

int ig_ctl_peer_list(struct ig_ctl *c)
{
	static const char *const headings[] = {"KIND", "SUSPENDED", "LAST MAIL", "~RESUMED BY", "PEER", NULL};
	bool all = ig_ctl_flag(c, "--all");
	if (ig_ctl_words(c, 0, 0)) return IG_EX_USAGE;
	struct ig_ctl_list *l = ig_ctl_list_begin(c, headings);
	if (ig_store_peer_list(c->store, !all, peer_row, &l) < 0) return ig_ctl_store_failed(c);
	return ig_ctl_list_end(l, "nobody is suspended");
}

int ig_ctl_peer_resume(struct ig_ctl *c)
{
	struct ig_why why = {""};
	size_t count = 0, let_go = 0;
	const char *reason = ig_ctl_option(c, "--reason");
	bool release = ig_ctl_flag(c, "--release");
	int code = ig_ctl_words(c, 1, 1);
	if (code) return code;
	code = ig_desk_peer_resume(c->desk, c->argv[0], c->actor, reason, &count, &why);
	if (code) {
		ig_ctl_say(c, "%s", why.text);
		return code;
	}
	if (release && ig_desk_receipts_release(c->desk, c->argv[0], c->actor, reason ? reason : "peer resumed", &let_go, &why) == IG_EX_TEMPFAIL)
		ig_ctl_say(c, "%s", why.text);
	if (!c->json) ig_ctl_print(c, "%s is answered again%s", c->argv[0], release ? "" : "\n");
	if (!c->json && release) ig_ctl_print(c, "; receipts let go: %zu\n", let_go);
	return IG_EX_OK;
}

static int batch_row(const struct ig_store_batch *b, void *arg)
{
	struct ig_ctl_list **l = arg;
	struct ig_ctl *c = ig_ctl_list_call(*l);
	char count[24];
	if (c->json) {
		ig_ctl_list_json(*l, json_pack("{s:s,s:s,s:I,s:o}", "batch", b->key, "kind", b->kind, "receipts", (json_int_t)b->count, "oldest_at", time_json(b->oldest)));
		return 0;
	}
	snprintf(count, sizeof(count), "%lld", (long long)b->count);
	const char *const cells[] = {count, ig_ctl_time(c, b->oldest), b->kind, b->key};
	ig_ctl_list_row(*l, cells);
	return 0;
}

int ig_ctl_receipt_list(struct ig_ctl *c)
{
	static const char *const headings[] = {"RECEIPTS", "OLDEST", "KEPT BACK BY", "BATCH", NULL};
	if (ig_ctl_words(c, 0, 0)) return IG_EX_USAGE;
	struct ig_ctl_list *l = ig_ctl_list_begin(c, headings);
	if (ig_store_batches(c->store, batch_row, &l) < 0) return ig_ctl_store_failed(c);
	return ig_ctl_list_end(l, "no receipt is kept back");
}

int ig_ctl_receipt_release(struct ig_ctl *c)
{
	struct ig_why why = {""};
	size_t count = 0;
	const char *reason = ig_ctl_option(c, "--reason");
	bool all = ig_ctl_flag(c, "--all");
	int code = ig_ctl_words(c, all ? 0 : 1, all ? 0 : 1);
	if (code) return code;
	code = ig_desk_receipts_release(c->desk, all ? NULL : c->argv[0], c->actor, reason ? reason : "let go together", &count, &why);
	if (code) ig_ctl_say(c, "%s", why.text);
	else if (!c->json) ig_ctl_print(c, "receipts let go: %zu\n", count);
	return code;
}
