/* What a server said: reply code (RFC 5321 section 4.2), enhanced status (RFC 3463), and phrases where codes are missing or say nothing.
 * The table of phrases is ordered: the first that stands in the words decides.
 * Relies on words in UTF-8. Does not know who was meant: bounce_status.c and bounce_text.c say which words belong to which address. */
#include "config.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "base/opt.h"
#include "parse/bounce.h"

enum reason_id { FULL, NO_USER, NO_HOST, MOVED, DISABLED, NO_MAIL, SIZE, POLICY, LOOP, EXPIRED, BUSY, REJECTED, UNAVAILABLE, SYSTEM };
/* Kind by what was said; `sure`: the words outweigh a status that says otherwise (many servers send 5.7.1 or 5.0.0 for anything). */
static const struct reason {
	const char *detail; /* subject and detail of RFC 3463 */
	enum ig_bounce_kind kind;
	bool sure;
} reasons[] = {
	[FULL] = {"2.2", IG_BOUNCE_KIND_SOFT, true},
	[NO_USER] = {"1.1", IG_BOUNCE_KIND_HARD, true},
	[NO_HOST] = {"1.2", IG_BOUNCE_KIND_HARD, true},
	[MOVED] = {"1.6", IG_BOUNCE_KIND_HARD, true},
	[DISABLED] = {"2.1", IG_BOUNCE_KIND_HARD, true},
	[NO_MAIL] = {"3.2", IG_BOUNCE_KIND_HARD, true},
	[SIZE] = {"3.4", IG_BOUNCE_KIND_REFUSED, true},
	[POLICY] = {"7.1", IG_BOUNCE_KIND_REFUSED, true},
	[LOOP] = {"4.6", IG_BOUNCE_KIND_REFUSED, true},
	[EXPIRED] = {"4.7", IG_BOUNCE_KIND_SOFT, false},
	[BUSY] = {"3.2", IG_BOUNCE_KIND_SOFT, false},
	[REJECTED] = {"7.1", IG_BOUNCE_KIND_REFUSED, false},
	[UNAVAILABLE] = {"1.1", IG_BOUNCE_KIND_HARD, false},
	[SYSTEM] = {"3.0", IG_BOUNCE_KIND_SOFT, false},
};

/* Compared with the words in lower case, white space as one space, without addresses and links. */
static const struct {
	const char *words;
	enum reason_id reason;
} phrases[] = {
	/* Policy that speaks of users, hosts or sizes comes before them. */
	{"reverse dns", POLICY}, {"ptr record", POLICY}, {"sender address rejected", POLICY}, {"domain of sender", POLICY},
	{"sender domain", POLICY},
	{"user is not authorized", POLICY}, {"authentication required", POLICY}, {"authenticationrequired", POLICY},
	{"authrequired", POLICY},
	{"unauthenticated email", POLICY}, {"dmarc", POLICY}, {"spf check", POLICY}, {"spf fail", POLICY}, {"dkim", POLICY},
	{"too many recipients", POLICY},
	{"relaying denied", POLICY}, {"relay access denied", POLICY}, {"not permitted to relay", POLICY}, {"unable to relay", POLICY},
	{"sender verify failed", POLICY}, {"sender was rejected", POLICY}, {"invalid sender", POLICY}, {"blocked using", POLICY},
	/* Full. */
	{"mailbox full", FULL}, {"mailbox is full", FULL}, {"mail box full", FULL}, {"inbox is full", FULL},
	{"mailfolder is full", FULL}, {"over quota", FULL},
	{"overquota", FULL}, {"over the quota", FULL}, {"quota exceeded", FULL}, {"quotaexceeded", FULL}, {"exceeded quota", FULL},
	{"exceeds quota", FULL},
	{"exceeded storage", FULL}, {"storage quota", FULL}, {"disk quota", FULL}, {"mailbox exceeds allowed size", FULL},
	{"mailbox size limit", FULL},
	{"mailbox has exceeded", FULL}, {"account is full", FULL}, {"not enough storage", FULL}, {"exceeded the space", FULL},
	{"quota violation", FULL},
	{"user's disk quota", FULL}, {"mailbox quota", FULL}, {"out of storage space", FULL}, {"too much mail data", FULL},
	{"maildir over", FULL},
	{"account is over", FULL}, {"user is over", FULL}, {"hộp thư đầy", FULL}, {"hộp thư đã đầy", FULL},
	{"hộp thư của người nhận đã đầy", FULL},
	{"vượt quá dung lượng", FULL}, {"boîte pleine", FULL}, {"postfach voll", FULL}, {"buzón lleno", FULL}, {"full mailbox", FULL},
	{"メールボックスに空きがありません", FULL}, {"容量不足", FULL},
	/* Moved, disabled. */
	{"has moved", MOVED}, {"no forwarding address", MOVED}, {"user not local; please try", MOVED}, {"user has moved", MOVED},
	{"address has changed", MOVED},
	{"account disabled", DISABLED}, {"account is disabled", DISABLED}, {"mailbox disabled", DISABLED},
	{"mailbox is disabled", DISABLED},
	{"mailbox currently suspended", DISABLED}, {"account suspended", DISABLED}, {"account is suspended", DISABLED},
	{"has been suspended", DISABLED},
	{"has been disabled", DISABLED}, {"tried to reach is disabled", DISABLED}, {"has been deactivated", DISABLED},
	{"is deactivated", DISABLED},
	{"account inactive", DISABLED}, {"is inactive", DISABLED}, {"inactive user", DISABLED}, {"inactive on this domain", DISABLED},
	{"account has been closed", DISABLED}, {"account closed", DISABLED}, {"account expired", DISABLED},
	{"no longer available", NO_USER},
	{"no longer valid", NO_USER}, {"no longer in service", NO_USER}, {"no longer works", NO_USER},
	{"no longer accepts", DISABLED},
	/* Nobody there. */
	{"user unknown", NO_USER}, {"userunknown", NO_USER}, {"unknown user", NO_USER}, {"unknown recipient", NO_USER},
	{"recipient unknown", NO_USER}, {"user not found", NO_USER},
	{"no such user", NO_USER}, {"no such recipient", NO_USER}, {"no such mailbox", NO_USER}, {"no such person", NO_USER},
	{"no such address", NO_USER},
	{"no such local user", NO_USER}, {"no such account", NO_USER}, {"no such email", NO_USER}, {"not listed in", NO_USER},
	{"no mailbox here by that name", NO_USER}, {"no mailbox by that name", NO_USER},
	{"mailbox not found", NO_USER}, {"mailbox does not exist", NO_USER}, {"recipient not found", NO_USER},
	{"recipnotfound", NO_USER},
	{"recipientnotfound", NO_USER}, {"recipient name is not recognized", NO_USER}, {"recipient not recognized", NO_USER},
	{"recipient does not exist", NO_USER}, {"recipient no longer", NO_USER}, {"user does not exist", NO_USER},
	{"user doesn't exist", NO_USER},
	{"users does not exist", NO_USER}, {"address does not exist", NO_USER}, {"address doesn't exist", NO_USER},
	{"account does not exist", NO_USER},
	{"account that you tried to reach does not exist", NO_USER}, {"doesn't have a", NO_USER}, {"unknown or illegal", NO_USER},
	{"unknown address", NO_USER}, {"address unknown", NO_USER}, {"unknown local part", NO_USER}, {"unknown local-part", NO_USER},
	{"unknown account", NO_USER}, {"account unknown", NO_USER}, {"unknown mailbox", NO_USER}, {"unknown email address", NO_USER},
	{"addressee unknown", NO_USER},
	{"unknown virtual", NO_USER}, {"undeliverable address", NO_USER}, {"invalid recipient", NO_USER},
	{"invalid mailbox", NO_USER}, {"invalid address", NO_USER}, {"invalid user", NO_USER},
	{"not a valid mailbox", NO_USER}, {"not a valid user", NO_USER}, {"isn't a valid", NO_USER}, {"is not a known user", NO_USER},
	{"not a known", NO_USER},
	{"is unknown to", NO_USER}, {"not our customer", NO_USER}, {"bad destination mailbox", NO_USER}, {"bad address", NO_USER},
	{"couldn't be found", NO_USER}, {"could not be found", NO_USER}, {"wasn't found", NO_USER},
	{"no account by that name", NO_USER},
	{"no valid recipient", NO_USER}, {"there is no such", NO_USER}, {"name not found", NO_USER},
	{"no mail box available", NO_USER},
	{"can't find your", NO_USER}, {"cannot find your recipient", NO_USER}, {"matches more than one", NO_USER},
	{"addresses were not found", NO_USER}, {"not exist", NO_USER},
	{"không tồn tại", NO_USER}, {"không tìm thấy người nhận", NO_USER}, {"địa chỉ không đúng", NO_USER},
	{"adresse inconnue", NO_USER},
	{"utilisateur inconnu", NO_USER}, {"adresse d au moins un destinataire invalide", NO_USER}, {"empfänger unbekannt", NO_USER},
	{"usuario desconocido", NO_USER}, {"見つからない", NO_USER},
	{"recipient address rejected: access denied", NO_USER}, {"recipient addresses rejected : access denied", NO_USER},
	/* No host, or none that takes mail. */
	{"host unknown", NO_HOST}, {"unknown host", NO_HOST}, {"host not found, try again", SYSTEM}, {"host not found", NO_HOST},
	{"host or domain name not found", NO_HOST}, {"domain not found", NO_HOST},
	{"no such domain", NO_HOST}, {"domain does not exist", NO_HOST}, {"couldn't find any host", NO_HOST},
	{"name or service not known", NO_HOST},
	{"nxdomain", NO_HOST}, {"dns lookup failure", NO_HOST}, {"no dns entries", NO_HOST}, {"find a mail exchanger", NO_HOST},
	{"unrouteable address", NO_HOST}, {"unroutable address", NO_HOST},
	{"unrouteable mail domain", NO_HOST}, {"all relevant mx records point to non-existent", NO_HOST},
	{"domain is not reachable", NO_HOST}, {"account or domain may not exist", NO_HOST},
	{"no route to host", EXPIRED}, {"no mx", NO_HOST}, {"bad destination host", NO_HOST}, {"nullmx", NO_MAIL},
	{"null mx", NO_MAIL}, {"does not accept mail", NO_MAIL},
	{"doesn't accept mail", NO_MAIL}, {"not accepting network messages", NO_MAIL}, {"accepts no mail", NO_MAIL},
	{"does not accept email", NO_MAIL},
	/* Too large, not liked. */
	{"message too big", SIZE}, {"message too large", SIZE}, {"message is too large", SIZE}, {"message size exceeds", SIZE},
	{"message length exceeds", SIZE},
	{"size exceeds", SIZE}, {"exceeds maximum size", SIZE}, {"exceeds the maximum", SIZE}, {"exceeds size limit", SIZE},
	{"larger than", SIZE}, {"too big", SIZE},
	{"too many hops", LOOP}, {"hop count exceeded", LOOP}, {"mail loop", LOOP}, {"loop detected", LOOP}, {"routing loop", LOOP},
	{"loops back to", LOOP},
	{"spam", POLICY}, {"virus", POLICY}, {"blacklist", POLICY}, {"blocklist", POLICY}, {"blocked", POLICY},
	{"poor reputation", POLICY}, {"banned", POLICY},
	{"policy", POLICY}, {"prohibited", POLICY}, {"not compliant", POLICY}, {"content rejected", POLICY},
	{"message rejected", POLICY},
	{"not permitted", POLICY}, {"not allowed", POLICY}, {"not a member", POLICY}, {"permission to post", POLICY},
	{"does not like", REJECTED},
	/* Later, perhaps. */
	{"try again later", BUSY}, {"try later", BUSY}, {"temporarily", BUSY}, {"temporary", BUSY}, {"greylist", BUSY},
	{"graylist", BUSY}, {"rate limit", BUSY},
	{"too many connections", BUSY}, {"too many concurrent", BUSY}, {"resources", BUSY}, {"retry timeout", EXPIRED},
	{"envelope expired", EXPIRED},
	{"message expired", EXPIRED}, {"delivery expired", EXPIRED}, {"delivery time expired", EXPIRED},
	{"in the queue too long", EXPIRED}, {"queue too long", EXPIRED}, {"timed out", EXPIRED},
	{"timeout", EXPIRED}, {"time-out", EXPIRED}, {"could not connect", EXPIRED}, {"unable to connect", EXPIRED},
	{"connection refused", EXPIRED},
	{"connection reset", EXPIRED}, {"socket error", EXPIRED}, {"did not accept our requests to connect", EXPIRED},
	{"unable to establish an smtp connection", EXPIRED},
	{"able to establish an smtp connection", EXPIRED}, {"lost connection", EXPIRED}, {"could not deliver for the last", EXPIRED},
	{"giving up", EXPIRED}, {"given up trying", EXPIRED},
	{"network is unreachable", EXPIRED}, {"unreachable", EXPIRED}, {"deferred", EXPIRED}, {"local configuration error", SYSTEM},
	{"insufficient system storage", BUSY}, {"insufficient disk space", BUSY}, {"dns error", SYSTEM},
	{"name service error", SYSTEM}, {"internal", SYSTEM},
	{"not accepting connections", BUSY}, {"address rejected", UNAVAILABLE}, {"not a registered", NO_USER}, {"denied", REJECTED},
	{"rejected", REJECTED}, {"refused", REJECTED}, {"not accepted", REJECTED}, {"unacceptable", REJECTED},
	{"mailbox unavailable", UNAVAILABLE}, {"mailbox not available", UNAVAILABLE}, {"recipient unavailable", UNAVAILABLE},
	{"unable to deliver message", UNAVAILABLE},
};

/* The words as the table wants them. */
static char *folded(struct ig_arena *a, const char *s)
{
	size_t len = strlen(s), n = 0;
	char *out = ig_arena_alloc(a, len + 1);
	for (const char *line = s; *s;) {
		unsigned char c = (unsigned char)*s;
		/* "550-5.1.1 " begins each line of a reply of several lines: the sentence goes on behind it. */
		if (s == line) {
			s += strspn(s, " \t");
			if (s[0] >= '2' && s[0] <= '5' && isdigit((unsigned char)s[1]) && isdigit((unsigned char)s[2]) && (s[3] == '-' || s[3] == ' '))
				s += 4;
			s += strspn(s, "0123456789.");
			c = (unsigned char)*s;
		}
		if (c == '\n')
			line = s + 1;
		if (!strncmp(s, "://", 3)) {
			s += strcspn(s, " \t\n>)");
			continue;
		}
		size_t address = n == 0 || !isalnum((unsigned char)out[n - 1]) ? ig_bounce_address(s) : 0;
		if (address) {
			s += address;
			continue;
		}
		if (!c)
			break;
		if (isspace(c)) {
			if (n && out[n - 1] != ' ')
				out[n++] = ' ';
		} else {
			out[n++] = (char)tolower(c);
		}
		s++;
	}
	out[n] = 0;
	return out;
}

static const struct reason *reason_of(struct ig_arena *a, const char *words)
{
	char *s = words ? folded(a, words) : NULL;
	for (size_t i = 0; s && *s && i < IG_COUNT(phrases); i++)
		if (strstr(s, phrases[i].words))
			return &reasons[phrases[i].reason];
	return NULL;
}

/* The code a server refused with: "550 ", "550-" or "550 5.1.1" where a reply may begin, not a number inside other words. */
int ig_bounce_reply(const char *words)
{
	int first = 0;
	for (const char *s = words; s && *s; s++) {
		if ((s[0] != '4' && s[0] != '5') || s[1] < '0' || s[1] > '5' || !isdigit((unsigned char)s[2]) || isdigit((unsigned char)s[3]))
			continue;
		if (s > words && !strchr(" \t\n(<'\":>[;", s[-1]))
			continue;
		if (s[3] != ' ' && s[3] != '-' && s[3] != '\n' && s[3] != 0 && s[3] != ')' && s[3] != ',')
			continue;
		int code = (s[0] - '0') * 100 + (s[1] - '0') * 10 + (s[2] - '0');
		/* With an enhanced status behind it there is no doubt. */
		if (s[3] && (s[4] == '4' || s[4] == '5') && s[5] == '.')
			return code;
		if (!first)
			first = code;
	}
	return first;
}

static size_t enhanced_at(const char *s)
{
	size_t n = 1;
	if ((s[0] != '4' && s[0] != '5') || s[1] != '.')
		return 0;
	for (int part = 0; part < 2; part++) {
		size_t digits = s[n] == '.' ? strspn(s + n + 1, "0123456789") : 0;
		if (!digits || digits > 3)
			return 0;
		n += 1 + digits;
	}
	return s[n] == '.' && isdigit((unsigned char)s[n + 1]) ? 0 : n; /* four numbers are an address of a host */
}

/* "550 5.1.1", "550-'5.1.1", "550 #5.1.1", of one class; or "(#5.1.1)" as qmail writes it. */
static bool behind_reply(const char *words, const char *s)
{
	const char *p = s;
	if (p - words >= 2 && p[-1] == '#' && p[-2] == '(')
		return true;
	while (p > words && strchr(" -'\"<#", p[-1]))
		p--;
	return p < s && p - words >= 3 && p[-3] == *s && isdigit((unsigned char)p[-2]) && isdigit((unsigned char)p[-1]) && (p - words == 3 || !isalnum((unsigned char)p[-4]));
}

bool ig_bounce_enhanced(const char *words, char status_r[16])
{
	bool found = false;
	size_t best = 0;
	const char *at = NULL;
	status_r[0] = 0;
	for (const char *s = words; s && *s; s++) {
		if (s > words && (isalnum((unsigned char)s[-1]) || s[-1] == '.' || s[-1] == '/' || s[-1] == '=' || s[-1] == '_'))
			continue;
		size_t n = enhanced_at(s);
		if (!n)
			continue;
		bool sure = behind_reply(words, s);
		if (!at || sure) {
			at = s;
			best = n;
		}
		found = sure;
		if (sure)
			break;
	}
	if (at && best < 16) {
		memcpy(status_r, at, best);
		status_r[best] = 0;
	}
	return found;
}

bool ig_bounce_telling(struct ig_arena *a, const char *words)
{
	char status[16];
	ig_bounce_enhanced(words, status);
	return status[0] || ig_bounce_reply(words) || reason_of(a, words);
}

/* RFC 3463: what a permanent status says about the address. */
static enum ig_bounce_kind by_detail(const char *detail)
{
	static const char *const hard[] = {"1.1", "1.2", "1.3", "1.4", "1.6", "1.9", "1.10", "2.1", "4.4"}, *const soft[] = {"2.2",
		"4.1", "4.2", "4.3", "4.5", "4.7", "3.1"};
	for (size_t i = 0; i < IG_COUNT(hard); i++)
		if (!strcmp(detail, hard[i]))
			return IG_BOUNCE_KIND_HARD;
	for (size_t i = 0; i < IG_COUNT(soft); i++)
		if (!strcmp(detail, soft[i]))
			return IG_BOUNCE_KIND_SOFT;
	return IG_BOUNCE_KIND_REFUSED;
}

static bool means_something(const char *status)
{
	return status && strcmp(status + 1, ".0.0");
}

static enum ig_bounce_kind kind_of(const struct ig_bounce *x, const struct reason *why, bool delayed)
{
	if (x->status && x->status[0] == '2')
		return IG_BOUNCE_KIND_NONE;
	if (delayed || (x->action && !strcmp(x->action, "delayed")))
		return IG_BOUNCE_KIND_SOFT;
	if (x->status[0] == '4') /* given up for good on a temporary code: only an unknown user makes it more than that */
		return why == &reasons[NO_USER] && x->action && !strcmp(x->status + 1, ".1.1") ? IG_BOUNCE_KIND_HARD : IG_BOUNCE_KIND_SOFT;
	if (why && why->sure)
		return why->kind;
	/* x.n.0 says of what sort the trouble was, not which. */
	size_t len = strlen(x->status);
	if (means_something(x->status) && strcmp(x->status + len - 2, ".0"))
		return by_detail(x->status + 2);
	return why ? why->kind : IG_BOUNCE_KIND_REFUSED;
}

void ig_bounce_judge(struct ig_arena *a, struct ig_bounce *x, const char *words, bool delayed)
{
	const struct reason *why = reason_of(a, words);
	char said[16];
	bool success = x->action && (!strcmp(x->action, "delivered") || !strcmp(x->action, "relayed") || !strcmp(x->action, "expanded"));
	if (success) {
		x->status = x->status ? x->status : "2.0.0";
		x->kind = IG_BOUNCE_KIND_NONE;
		return;
	}
	/* What the refusing server itself wrote behind its code outranks what the next mailer made of it. */
	bool sure = ig_bounce_enhanced(words, said);
	if (said[0] && (!x->status || (means_something(said) && (sure || !means_something(x->status)))))
		x->status = ig_arena_strdup(a, said);
	if (!x->status) {
		int reply = ig_bounce_reply(words);
		int class = reply ? reply / 100 : delayed || (x->action && !strcmp(x->action, "delayed")) ? 4 : 5;
		x->status = ig_arena_fmt(a, "%d.%s", class, why ? why->detail : "0.0");
	}
	x->kind = kind_of(x, why, delayed);
}
