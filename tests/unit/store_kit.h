/* What the tests of the store share: a store in a directory of its own, and small rows to put into it. */
#ifndef IG_TESTS_STORE_KIT_H
#define IG_TESTS_STORE_KIT_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "store/store.h"

#define T0 (INT64_C(1767225600) * IG_SECOND) /* 2026-01-01T00:00:00Z */

struct kit {
	char dir[64];
	struct ig_store *s;
	struct ig_arena *a;
};

#define ok(call) \
	do { \
		if ((call) < 0) \
			fail_msg("%s: %s", #call, ig_store_why(k->s)); \
	} while (0)

static inline void kit_open(struct kit *k)
{
	struct ig_why why = {""};
	k->s = ig_store_open(k->dir, IG_STORE_WRITE, &why);
	if (!k->s)
		fail_msg("%s", why.text);
}

static int kit_setup(void **state)
{
	struct kit *k = calloc(1, sizeof *k);
	snprintf(k->dir, sizeof k->dir, "/tmp/irgate-store-XXXXXX");
	assert_non_null(mkdtemp(k->dir));
	k->a = ig_arena_new(0);
	kit_open(k);
	*state = k;
	return 0;
}

static int kit_teardown(void **state)
{
	struct kit *k = *state;
	static const char *const names[] = {"store/store.db", "store/store.db-wal", "store/store.db-shm", "store"};
	char path[128];
	ig_store_free(k->s);
	ig_arena_free(k->a);
	for (size_t i = 0; i < 4; i++) {
		snprintf(path, sizeof path, "%s/%s", k->dir, names[i]);
		remove(path);
	}
	rmdir(k->dir);
	free(k);
	return 0;
}

/* What no caller of ours could do to the file. */
static inline void kit_raw(struct kit *k, const char *sql)
{
	char path[128];
	sqlite3 *db;
	snprintf(path, sizeof path, "%s/store/store.db", k->dir);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	sqlite3_close(db);
}

static inline int64_t new_incident(struct kit *k)
{
	struct ig_incident i = {.acknowledged_at = IG_NEVER, .closed_at = IG_NEVER, .subject = "Sự cố"};
	ok(ig_store_incident_open(k->s, &i, T0));
	return i.id;
}

static inline int64_t new_message(struct kit *k, int64_t incident, const char *message_id)
{
	struct ig_message m = {.incident = incident,
		.message_id = message_id,
		.from_address = "a@example.vn",
		.subject = "x",
		.received_at = T0,
		.date = IG_NEVER,
		.matched_by = IG_MATCHED_BY_NONE};
	m.identity[0] = 7, m.identity[31] = (uint8_t)(incident + 1);
	ok(ig_store_message_add(k->s, &m));
	return m.id;
}

static inline int64_t new_dispatch(
	struct kit *k, int64_t incident, int64_t answers, const char *address, enum ig_dispatch_state state)
{
	struct ig_dispatch d = {.incident = incident, .answers = answers, .letter = "receipt", .address = address, .state = state,
		.lane = IG_LANE_RECEIPTS, .created_at = T0, .not_before = T0, .expires_at = IG_NEVER, .bytes = "Subject: x\r\n\r\n", .size = 14};
	ok(ig_store_dispatch_add(k->s, &d));
	return d.id;
}
#endif
