/* Acts that a confined process tries, for the tests of the sandbox. */
#ifndef IG_TESTS_UNIT_SANDBOX_KIT_H
#define IG_TESTS_UNIT_SANDBOX_KIT_H
#include "base/opt.h"
#include "base/sandbox.h"

#if defined(IG_ASAN) || defined(IG_COVERAGE)
#define SANDBOX_WIDE 1
#else
#define SANDBOX_WIDE 0
#endif
#define SANDBOX_NOT_APPLIED 1000

/* A folder with file, private (0600), foreign (another owner, 0600), ro/file, rw/file, rw/tmp, rw/new. */
extern char sandbox_dir[64];
int sandbox_set_up(void **state);
int sandbox_tear_down(void **state);
const char *sandbox_in(const char *name); /* path below sandbox_dir; lasts until the next sixteen calls */
/* Confines a child as s says (NULL: not at all; abi: for IRGATE_LANDLOCK_ABI or NULL) and lets it try act on path:
 *   r open for reading, w open for writing, n make a file, v move path/tmp/m to path/new/m, m memfd, i connect AF_INET,
 *   u connect AF_UNIX, c either of them, f fork, t thread, x exec, y exec of a program that is no tool, p ptrace.
 * 0 done, else the errno of the refusal; SANDBOX_NOT_APPLIED when the sandbox could not be entered. */
int sandbox_try(const struct ig_sandbox *s, const char *abi, char act, const char *path);
const char *sandbox_act(char act);
#endif
