/* Inside of the account role: one mailbox at a server. */
#ifndef IG_ROLE_ACCOUNT_H
#define IG_ROLE_ACCOUNT_H
#include "conf/conf.h"
#include "intake/account.h"

struct ig_account_child {
	const struct ig_conf *conf;
	const struct ig_conf_account *a;
	const struct ig_account_driver *driver;
	const struct ig_wire_trust *trust;
	const char *mark;
	uint64_t generation; /* of children: the answer to an earlier one is not ours */
	bool once;
	int sock;            /* to the role */
};
void ig_account_child(const struct ig_account_child *c) __attribute__((noreturn));
#endif
