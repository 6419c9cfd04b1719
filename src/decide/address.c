/* Addresses as the rules see them: may it be written to, is it ours, does a robot sit behind it.
 * Relies on the strings alone. Does not look anything up and resolves nothing. */
#include <ctype.h>
#include <string.h>
#include <strings.h>
#include "decide/decide.h"

#define LOCAL_MAX 64    /* RFC 5321 4.5.3.1.1 */
#define ADDRESS_MAX 254 /* RFC 5321 4.5.3.1.3 less the angle brackets */

static bool local_ok(const char *s, size_t len)
{
	if (!len || len > LOCAL_MAX || s[0] == '.' || s[len - 1] == '.')
		return false;
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];
		if (!isalnum(c) && !strchr("!#$%&'*+-/=?^_`{|}~.", c))
			return false;
		if (c == '.' && s[i - 1] == '.') /* not at 0: that was refused above */
			return false;
	}
	return true;
}

static bool domain_ok(const char *s)
{
	size_t label = 0;
	for (const char *p = s;; p++) {
		if (*p == '.' || !*p) {
			if (!label || label > 63 || p[-1] == '-')
				return false;
			if (!*p)
				return true;
			label = 0;
			continue;
		}
		if (!isalnum((unsigned char)*p) && (*p != '-' || !label))
			return false;
		label++;
	}
}

bool ig_decide_address_ok(const char *address)
{
	const char *at = address ? strrchr(address, '@') : NULL;
	if (!at || strlen(address) > ADDRESS_MAX)
		return false;
	for (const char *p = address; *p; p++)
		if ((unsigned char)*p <= ' ' || (unsigned char)*p >= 127)
			return false;
	return local_ok(address, (size_t)(at - address)) && domain_ok(at + 1);
}

/* Equal, or equal but for a plus part of the first. */
static bool same_or_plus(const char *address, const char *base)
{
	const char *at = strrchr(address, '@'), *base_at = strrchr(base, '@');
	if (!at || !base_at || strcasecmp(at, base_at))
		return false;
	size_t local = (size_t)(base_at - base), have = (size_t)(at - address);
	return have >= local && !strncasecmp(address, base, local) && (have == local || address[local] == '+');
}

bool ig_decide_is_ours(const char *address, const struct ig_conf *conf)
{
	if (!address)
		return false;
	for (const char *const *own = conf->addresses; own && *own; own++)
		if (same_or_plus(address, *own))
			return true;
	if (!conf->bounce_address)
		return false;
	if (same_or_plus(address, conf->bounce_address))
		return true;
	/* Catch-all form: every D-... address of that domain comes back to us. */
	const char *at = strrchr(address, '@'), *bounce_at = strrchr(conf->bounce_address, '@');
	return conf->bounce_form == IG_BOUNCE_FORM_CATCH_ALL && at && bounce_at && !strcasecmp(at, bounce_at) &&
		!strncasecmp(address, "D-", 2);
}

bool ig_decide_is_robot(const char *address)
{
	static const char *const whole[] = {"mailer-daemon", "postmaster", "uucp", "mailer", "daemon", "root-mailer", "noreply",
		"no-reply", "no_reply", "donotreply", "do-not-reply", "do_not_reply", "nobody", "bounce", "bounces", "listserv",
		"majordomo"};
	static const char *const begins[] = {"owner-", "mailer-daemon", "noreply-", "no-reply-", "noreply+", "no-reply+", "bounce-",
		"bounces-", "bounce+", "bounces+", "msprvs1=", "prvs=bounce"};
	static const char *const ends[] = {"-request", "-owner", "-relay", "-bounces", "-bounce", "-outgoing", "-noreply", "-no-reply",
		".noreply", "-errors"};
	const char *at = address ? strrchr(address, '@') : NULL;
	if (!at)
		return false;
	size_t local = (size_t)(at - address);
	for (size_t i = 0; i < IG_COUNT(whole); i++)
		if (local == strlen(whole[i]) && !strncasecmp(address, whole[i], local))
			return true;
	for (size_t i = 0; i < IG_COUNT(begins); i++)
		if (local > strlen(begins[i]) && !strncasecmp(address, begins[i], strlen(begins[i])))
			return true;
	for (size_t i = 0; i < IG_COUNT(ends); i++) {
		size_t len = strlen(ends[i]);
		if (local > len && !strncasecmp(at - len, ends[i], len))
			return true;
	}
	return false;
}
