/* The roles that are irgated itself, re-executed: by name. Pulls all of them into the program; irgate-faxline, a role with a program of its own,
 * goes to ig_role_run directly. */
#include "config.h"
#include <string.h>
#include "base/log.h"
#include "base/opt.h"
#include "role/role.h"

static const struct ig_role_ops *const roles[] = {&ig_role_recorder, &ig_role_mailin, &ig_role_clerk, &ig_role_sender, &ig_role_account};

int ig_role_main(const char *name)
{
	for (size_t i = 0; i < IG_COUNT(roles); i++)
		if (!strcmp(roles[i]->name, name))
			return ig_role_run(roles[i]);
	ig_log(IG_LOG_ERR, "there is no role %s", name);
	return IG_EX_USAGE;
}
