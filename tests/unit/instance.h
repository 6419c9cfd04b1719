/* An instance in a folder of its own for unit tests: made as `irgatectl init` makes it, and removed whole. Wants cmocka's headers before it. */
#ifndef IG_TESTS_INSTANCE_H
#define IG_TESTS_INSTANCE_H
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "conf/conf.h"

static inline void instance_say(const char *line, void *arg)
{
	(void)arg;
	print_error("%s\n", line);
}

/* dir: room for the path "/tmp/irgate-NAME-XXXXXX". The configuration is the caller's. */
static inline struct ig_conf *instance_make(const char *name, char *dir, size_t room)
{
	struct ig_why why = {""};
	char file[160];
	snprintf(dir, room, "/tmp/irgate-%s-XXXXXX", name);
	assert_non_null(mkdtemp(dir));
	rmdir(dir);
	if (ig_conf_init_instance(dir, "vn", &why))
		fail_msg("%s", why.text);
	snprintf(file, sizeof(file), "%s/irgate.conf", dir);
	struct ig_conf *conf = ig_conf_load(file, instance_say, NULL);
	assert_non_null(conf);
	return conf;
}

static inline int instance_remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st, (void)flag, (void)ftw;
	return remove(path);
}

static inline void instance_remove(const char *dir) { nftw(dir, instance_remove_one, 16, FTW_DEPTH | FTW_PHYS); }
#endif
