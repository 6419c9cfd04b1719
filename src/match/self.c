/* What is ours and what is shared by many: own addresses with their plus form, the bounce address, mail hosts of strangers.
 * Relies on nothing but the strings given. Does not look anything up. */
#include <string.h>
#include <strings.h>
#include "match/room.h"

/* Hosts where one domain is many organisations: equality of the domain says nothing about the sender there. The configuration
 * (mail.shared_hosts) adds to it. */
static const char *const shared_hosts[] = {
	"gmail.com",
	"googlemail.com",
	"yahoo.com",
	"yahoo.com.vn",
	"ymail.com",
	"rocketmail.com",
	"hotmail.com",
	"hotmail.com.vn",
	"outlook.com",
	"outlook.com.vn",
	"live.com",
	"msn.com",
	"icloud.com",
	"me.com",
	"mac.com",
	"aol.com",
	"gmx.com",
	"gmx.net",
	"gmx.de",
	"web.de",
	"mail.com",
	"mail.ru",
	"bk.ru",
	"inbox.ru",
	"list.ru",
	"yandex.ru",
	"yandex.com",
	"proton.me",
	"protonmail.com",
	"pm.me",
	"tutanota.com",
	"tuta.io",
	"zoho.com",
	"zohomail.com",
	"fastmail.com",
	"fastmail.fm",
	"hey.com",
	"qq.com",
	"163.com",
	"126.com",
	"sina.com",
	"naver.com",
	"hanmail.net",
	"daum.net",
	"free.fr",
	"orange.fr",
	"laposte.net",
	"wanadoo.fr",
	"t-online.de",
	"comcast.net",
	"verizon.net",
	"att.net",
	"rediffmail.com",
	"vnn.vn",
	"hcm.vnn.vn",
	"hn.vnn.vn",
	"dng.vnn.vn",
	"fpt.vn",
	"vietnammail.vn",
	"googlegroups.com",
	"groups.io",
	"yahoogroups.com",
};

const char *ig_matching_domain(const char *address)
{
	const char *at = address ? strrchr(address, '@') : NULL;
	return at && at[1] ? at + 1 : NULL;
}

bool ig_matching_address_eq(const char *a, const char *b)
{
	return a && b && !strcasecmp(a, b);
}

bool ig_match_shared_host(const char *domain, const char *const *more)
{
	if (!domain || !*domain)
		return true;
	for (size_t i = 0; i < IG_COUNT(shared_hosts); i++)
		if (!strcasecmp(domain, shared_hosts[i]))
			return true;
	for (; more && *more; more++)
		if (!strcasecmp(domain, *more))
			return true;
	return false;
}

/* Detail between '+' and '@' when address is base with a plus part; NULL when it is not. */
static const char *plus_detail(const char *address, const char *base, struct ig_arena *a)
{
	const char *base_at = strrchr(base, '@'), *at = strrchr(address, '@');
	if (!base_at || !at || strcasecmp(base_at, at))
		return NULL;
	size_t local = (size_t)(base_at - base);
	if ((size_t)(at - address) <= local || strncasecmp(address, base, local) || address[local] != '+')
		return NULL;
	return ig_arena_strndup(a, address + local + 1, (size_t)(at - address) - local - 1);
}

bool ig_matching_is_ours(const struct ig_match_self *self, const char *address, struct ig_arena *a, const char **detail_r)
{
	if (detail_r)
		*detail_r = NULL;
	for (const char *const *own = self->addresses; address && own && *own; own++) {
		if (!strcasecmp(address, *own))
			return true;
		const char *detail = self->subaddress ? plus_detail(address, *own, a) : NULL;
		if (detail) {
			if (detail_r)
				*detail_r = detail;
			return true;
		}
	}
	return false;
}

/* "D-000017-TOKEN": the dispatch whose failure would come here. */
static bool parse_detail(const char *detail, int64_t *dispatch_r, char token_r[IG_MATCH_TOKEN_MAX])
{
	if (!detail || strncasecmp(detail, "D-", 2))
		return false;
	const char *dash = strchr(detail + 2, '-');
	if (!dash || dash - detail > 24 || !dash[1])
		return false;
	char number[32] = "";
	memcpy(number, detail, (size_t)(dash - detail));
	size_t token = strcspn(dash + 1, "@");
	if (!token || token >= IG_MATCH_TOKEN_MAX || ig_dispatch_parse(number, dispatch_r))
		return false;
	memcpy(token_r, dash + 1, token);
	token_r[token] = 0;
	return true;
}

static bool is_bounce_address(const char *address, const struct ig_match_self *self, int64_t *dispatch_r, char *token_r)
{
	const char *domain = ig_matching_domain(address), *bounce_domain = ig_matching_domain(self->bounce_address);
	if (!domain || !bounce_domain || strcasecmp(domain, bounce_domain))
		return false;
	size_t local = (size_t)(domain - 1 - address), base = (size_t)(bounce_domain - 1 - self->bounce_address);
	/* Plus form: base+D-000017-TOKEN@domain; catch-all form: D-000017-TOKEN@domain. */
	if (local > base && address[base] == '+' && !strncasecmp(address, self->bounce_address, base) &&
		parse_detail(address + base + 1, dispatch_r, token_r))
		return true;
	if (parse_detail(address, dispatch_r, token_r))
		return true;
	/* The bare address counts only where no report can come to it. */
	if (strcasecmp(address, self->bounce_address))
		return false;
	for (const char *const *own = self->addresses; own && *own; own++)
		if (!strcasecmp(*own, address))
			return false;
	return true;
}

bool ig_match_to_bounce_address(const struct ig_report *r, const struct ig_envelope *e, const struct ig_match_self *self,
	int64_t *dispatch_r, char token_r[IG_MATCH_TOKEN_MAX])
{
	*dispatch_r = 0;
	token_r[0] = 0;
	if (!self->bounce_address)
		return false;
	for (const char *const *to = e->recipients; to && *to; to++)
		if (is_bounce_address(*to, self, dispatch_r, token_r))
			return true;
	for (const char *const *to = r->delivered_to; to && *to; to++)
		if (is_bounce_address(*to, self, dispatch_r, token_r))
			return true;
	if (e->recipients && *e->recipients) /* the envelope is known: what To says does not count */
		return false;
	for (size_t i = 0; i < r->to_count; i++)
		if (is_bounce_address(r->to[i].address, self, dispatch_r, token_r))
			return true;
	return false;
}
