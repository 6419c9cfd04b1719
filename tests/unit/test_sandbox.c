/* What each right lets through and what is refused without it, in forked children; also with Landlock ABI 0 and 2. */
#include "config.h"
#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sandbox_kit.h"

#define ALL_BUT_EXEC (IG_MAY_OPEN | IG_MAY_CREATE | IG_MAY_INET | IG_MAY_UNIX | IG_MAY_ACCEPT | IG_MAY_FORK | IG_MAY_PASSFD | IG_MAY_THREAD)

/* One row: with these rights, these acts are refused; all others of the table succeed. */
static const struct {
	const char *name;
	unsigned may;
	const char *refused; /* letters of enum act */
} rows[] = {
	{"nothing", 0, "rwmiucftxp"},
	{"open", IG_MAY_OPEN, "wmiucftxp"},
	{"open and create", IG_MAY_OPEN | IG_MAY_CREATE, "miucftxp"},
	{"inet", IG_MAY_INET, "rwmuftxp"},
	{"unix", IG_MAY_UNIX, "rwmiftxp"},
	{"accept", IG_MAY_ACCEPT, "rwmiucftxp"},
	{"fork", IG_MAY_FORK, "rwmiuctxp"},
	{"descriptors", IG_MAY_PASSFD, "rwiucftxp"},
	{"thread", IG_MAY_THREAD, "rwmiucfxp"},
	{"recorder, mailin", IG_MAY_OPEN | IG_MAY_CREATE | IG_MAY_ACCEPT | IG_MAY_PASSFD, "iucftxp"},
	{"clerk", IG_MAY_OPEN | IG_MAY_CREATE | IG_MAY_ACCEPT | IG_MAY_PASSFD | IG_MAY_FORK, "iuctxp"},
	{"sender by SMTP", IG_MAY_OPEN | IG_MAY_INET | IG_MAY_FORK | IG_MAY_PASSFD, "wutxp"},
	{"all but exec", ALL_BUT_EXEC, "xp"},
};

static void table(const char *abi)
{
	static const char acts[] = "rwmiucftxp";

	for (size_t i = 0; i < IG_COUNT(rows); i++) {
		for (const char *a = acts; *a; a++) {
			struct ig_sandbox s = {.role = rows[i].name, .may = rows[i].may};
			struct ig_sandbox_path paths[] = {{sandbox_dir, IG_PATH_WRITE}, {NULL, 0}};
			int got;
			s.paths = paths;
			got = sandbox_try(&s, abi, *a, sandbox_in("file"));
			if ((got != 0) != (strchr(rows[i].refused, *a) != NULL))
				fail_msg("%s, ABI %s: %s gives %s", rows[i].name, abi ? abi : "of the kernel", sandbox_act(*a), strerror(got));
		}
	}
}

static void as_the_kernel_has_it(void **state IG_UNUSED)
{
	table(NULL);
}

static void without_landlock(void **state IG_UNUSED)
{
	table("0");
}

static void with_landlock_of_debian_12(void **state IG_UNUSED)
{
	table("2");
}

/* Paths: what Landlock adds where the kernel has it. */
static void paths_are_narrowed(void **state IG_UNUSED)
{
	static const char *const abis[] = {NULL, "2"};
	char ro[128], rw[128];
	struct ig_sandbox_path paths[] = {{ro, IG_PATH_READ}, {rw, IG_PATH_WRITE}, {"/not/there", IG_PATH_READ}, {NULL, 0}};
	struct ig_sandbox s = {.role = "test", .may = IG_MAY_OPEN | IG_MAY_CREATE, .paths = paths};

	if (ig_sandbox_landlock_abi() < 2)
		skip();
	snprintf(ro, sizeof(ro), "%s/ro", sandbox_dir);
	snprintf(rw, sizeof(rw), "%s/rw", sandbox_dir);
	for (size_t i = 0; i < IG_COUNT(abis); i++) {
		assert_int_equal(sandbox_try(&s, abis[i], 'r', sandbox_in("ro/file")), 0);
		assert_int_equal(sandbox_try(&s, abis[i], 'w', sandbox_in("ro/file")), EACCES);
		assert_int_equal(sandbox_try(&s, abis[i], 'n', sandbox_in("ro/made")), EACCES);
		assert_int_equal(sandbox_try(&s, abis[i], 'r', sandbox_in("rw/file")), 0);
		assert_int_equal(sandbox_try(&s, abis[i], 'w', sandbox_in("rw/file")), 0);
		assert_int_equal(sandbox_try(&s, abis[i], 'n', sandbox_in("rw/made")), 0);
		assert_int_equal(sandbox_try(&s, abis[i], 'v', sandbox_in("rw")), 0); /* a Maildir moves tmp to new to cur */
		assert_int_equal(sandbox_try(&s, abis[i], 'r', sandbox_in("file")), EACCES);
		assert_int_equal(sandbox_try(&s, abis[i], 'r', "/etc/hostname"), EACCES);
	}
}

/* ABI 1 refuses every rename between directories: a role that writes does without it. */
static void abi_1_lets_a_maildir_live(void **state IG_UNUSED)
{
	struct ig_sandbox_path paths[] = {{sandbox_in("rw"), IG_PATH_WRITE}, {NULL, 0}};
	struct ig_sandbox s = {.role = "test", .may = IG_MAY_OPEN | IG_MAY_CREATE, .paths = paths};

	assert_int_equal(sandbox_try(&s, "1", 'v', sandbox_in("rw")), 0);
}

static void unknown_user_is_said(void **state IG_UNUSED)
{
	struct ig_sandbox s = {.role = "test", .user = "no-such-user-here"};

	assert_int_equal(sandbox_try(&s, NULL, 'r', "/"), SANDBOX_NOT_APPLIED);
}

static void user_and_capabilities_are_dropped(void **state IG_UNUSED)
{
	struct ig_sandbox s = {.role = "test", .may = IG_MAY_OPEN, .user = "nobody"};

	if (getuid() != 0)
		skip();
	assert_int_equal(sandbox_try(&s, "0", 'r', sandbox_in("private")), EACCES);
	s.user = NULL; /* root without capabilities: owner of the file still, but no more than that */
	assert_int_equal(sandbox_try(&s, "0", 'r', sandbox_in("private")), 0);
	assert_int_equal(sandbox_try(&s, "0", 'r', sandbox_in("foreign")), EACCES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_the_kernel_has_it), cmocka_unit_test(without_landlock), cmocka_unit_test(with_landlock_of_debian_12),
		cmocka_unit_test(paths_are_narrowed), cmocka_unit_test(abi_1_lets_a_maildir_live), cmocka_unit_test(unknown_user_is_said),
		cmocka_unit_test(user_and_capabilities_are_dropped),
	};

	if (SANDBOX_WIDE) {
		fprintf(stderr, "skipped: confinement is proven on the plain build, this one is wider\n");
		return 77;
	}
	return cmocka_run_group_tests(tests, sandbox_set_up, sandbox_tear_down);
}
