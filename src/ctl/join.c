/* irgatectl scan join and split: a letter that the scanner tore apart is one letter again by a person's word, and the other way. Relies on the desk for
 * the act; the reading happens afterwards. */
#include "config.h"
#include <string.h>
#include "ctl/books.h"
#include "ctl/room.h"
#include "store/books.h"
#include "store/joined.h"

static int cancelled(struct ig_ctl *c, int64_t message)
{
	int64_t number = 0;
	if (ig_store_arrival_of(c->store, message, &number)) return ig_ctl_store_failed(c);
	if (number) ig_ctl_print(c, "message %lld: its number %04lld in the register of arrivals is cancelled, with a remark\n", (long long)message, (long long)number);
	return IG_EX_OK;
}

int ig_ctl_scan_join(struct ig_ctl *c)
{
	int64_t ids[IG_DESK_JOINED_MAX];
	struct ig_why why = {""};
	const char *reason = ig_ctl_option(c, "--reason");
	int code = ig_ctl_words(c, 2, IG_DESK_JOINED_MAX);
	for (int i = 0; i < c->argc && !code; i++) {
		struct ig_message m;
		code = ig_ctl_message(c, c->argv[i], &m);
		ids[i] = m.id;
	}
	if (code) return code;
	ig_desk_workers(c->desk); /* also where no daemon runs: the next one reads */
	code = ig_desk_join(c->desk, ids, (size_t)c->argc, c->actor, reason, &why);
	if (code) return ig_ctl_fail(c, code, "%s", why.text);
	for (int i = 1; i < c->argc && !code && !c->json; i++) code = cancelled(c, ids[i]);
	if (!code && !c->json) ig_ctl_print(c, "message %lld: its pages are read together now; to undo: irgatectl scan split %lld\n", (long long)ids[0], (long long)ids[0]);
	return code;
}

int ig_ctl_scan_split(struct ig_ctl *c)
{
	struct ig_message m;
	struct ig_why why = {""};
	int64_t whole = 0;
	const char *reason = ig_ctl_option(c, "--reason");
	int code = ig_ctl_words(c, 1, 1);
	if (!code) code = ig_ctl_message(c, c->argv[0], &m);
	if (code) return code;
	ig_desk_workers(c->desk);
	code = ig_desk_split(c->desk, m.id, c->actor, reason, &whole, &why);
	if (code) return ig_ctl_fail(c, code, "%s", why.text);
	if (!c->json) ig_ctl_print(c, "message %lld is read without it now; numbers of arrival stand again\n", (long long)whole);
	return IG_EX_OK;
}

void ig_ctl_joined_json(struct ig_ctl *c, int64_t message, json_t *o)
{
	struct ig_joined j, *parts = NULL;
	size_t count = 0;
	if (ig_store_joined(c->store, message, &j) == 1) json_object_set_new(o, "part_of", json_integer((json_int_t)j.whole));
	if (ig_store_joined_parts(c->store, message, c->arena, &parts, &count) < 0 || !count) return;
	json_t *list = json_array();
	for (size_t i = 0; i < count; i++) json_array_append_new(list, json_integer((json_int_t)parts[i].message));
	json_object_set_new(o, "joined", list);
}

void ig_ctl_joined_print(struct ig_ctl *c, int64_t message)
{
	struct ig_joined j, *parts = NULL;
	size_t count = 0;
	if (ig_store_joined(c->store, message, &j) == 1)
		ig_ctl_print(c, "  part of message %lld, which reads it; its number of arrival is cancelled\n", (long long)j.whole);
	if (ig_store_joined_parts(c->store, message, c->arena, &parts, &count) < 0) return;
	for (size_t i = 0; i < count; i++) ig_ctl_print(c, "  reads the pages of message %lld too\n", (long long)parts[i].message);
}
