/* What stands at one place of a text: an address, a name, a digest, a number of a weakness.
 * Relies on the shape of words only and on the word before; there is no list of top level domains that could grow old: a last label of letters
 * counts unless files end so. Marks 0x01 that ig_observe_refang left behind say that a dot was written so that nobody follows it.
 * Does not look at headers and does not know whose addresses they are: observe.c. */
#include "config.h"
#include <arpa/inet.h>
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "base/opt.h"
#include "parse/observe.h"
#include "parse/syllable.h"

static bool word_sign(unsigned char c)
{
	return c >= 0x80 || isalnum(c) || c == '_';
}

static bool one_of(const char *list, const char *s, size_t n)
{
	for (size_t k; *list; list += k + (list[k] == ' ')) {
		k = strcspn(list, " ");
		if (k == n && !strncasecmp(list, s, n))
			return true;
	}
	return false;
}

/* ---- words */

/* Is the word before s one of these (ASCII, in lower case)? */
static bool word_before(const char *text, const char *s, const char *list)
{
	const char *to = s, *from;
	while (to > text && (to[-1] == ' ' || to[-1] == ':' || to[-1] == '.' || to[-1] == '='))
		to--;
	for (from = to; from > text && isalpha((unsigned char)from[-1]); from--)
		;
	return to != from && one_of(list, from, (size_t)(to - from));
}

static bool phrase_before(const char *text, const char *s, const char *phrase)
{
	size_t n = strlen(phrase);
	while (s > text && s[-1] == ' ')
		s--;
	return (size_t)(s - text) >= n && !strncmp(s - n, phrase, n);
}

static void set(struct ig_seen *x, const char *type, const char *s, size_t n)
{
	size_t k = 0;
	for (size_t i = 0; i < n && k < sizeof x->value - 1; i++)
		if (s[i] != '\x01')
			x->value[k++] = s[i];
	x->value[k] = 0;
	x->type = type;
	x->used = n ? n : 1;
}

static void lower(char *s)
{
	for (; *s; s++)
		*s = (char)tolower((unsigned char)*s);
}

/* Length of a dotted quad at s; 0 none. */
static size_t quad(const char *s, const char *end)
{
	const char *p = s;
	for (int i = 0; i < 4; i++) {
		unsigned v = 0, digits = 0;
		for (; p < end && isdigit((unsigned char)*p) && digits < 4; p++, digits++)
			v = v * 10 + (unsigned)(*p - '0');
		if (!digits || digits > 3 || v > 255 || (digits > 1 && p[-(int)digits] == '0'))
			return 0;
		if (i == 3)
			break;
		if (p < end && *p == '\x01')
			p++;
		if (p == end || *p++ != '.')
			return 0;
	}
	if (p < end && (word_sign((unsigned char)*p) || *p == '\x01' || (*p == '.' && p + 1 < end && (isalnum((unsigned char)p[1])))))
		return 0;
	return (size_t)(p - s);
}

/* Numbers of versions and headings look like addresses. */
static bool version(const char *text, const char *s, size_t n, const char *end)
{
	static const char words[] = "version versions ver v release build firmware rev revision section chapter muc dieu khoan oid kernel";
	if (word_before(text, s, words) || phrase_before(text, s, "phiên bản") || phrase_before(text, s, "bản") || phrase_before(text, s, "mục") ||
		phrase_before(text, s, "điều") || phrase_before(text, s, "khoản"))
		return true;
	/* Chrome/96.0.4.110 */
	if (s > text + 1 && s[-1] == '/' && isalpha((unsigned char)s[-2]))
		return true;
	/* "1.2.3.4 Scope" at the begin of a line: all digits single */
	bool first = s == text || s[-1] == '\n';
	return first && n == 7 && s + 9 < end && s[7] == ' ' && isupper((unsigned char)s[8]) && islower((unsigned char)s[9]);
}

static bool ipv4(const char *text, const char *s, const char *end, struct ig_seen *x)
{
	size_t n = quad(s, end);
	if (!n || (s > text + 1 && (s[-1] == '.' || s[-1] == '-') && isalnum((unsigned char)s[-2])) || (!memchr(s, '\x01', n) && version(text, s, n, end)))
		return false;
	set(x, "ipv4", s, n);
	/* No one's address: this network, loopback, masks. */
	if (!strncmp(x->value, "0.", 2) || !strncmp(x->value, "127.", 4) || !strncmp(x->value, "255.", 4))
		x->value[0] = 0;
	return true;
}

static bool ipv6(const char *s, const char *end, struct ig_seen *x)
{
	char raw[64], plain[INET6_ADDRSTRLEN];
	struct in6_addr address;
	size_t n = 0, k = 0;
	unsigned colons = 0;
	bool digit = false;
	for (; s + n < end && (isxdigit((unsigned char)s[n]) || s[n] == ':' || s[n] == '.' || s[n] == '\x01') && n < sizeof raw - 1; n++) {
		colons += s[n] == ':';
		digit = digit || isdigit((unsigned char)s[n]);
		if (s[n] != '\x01')
			raw[k++] = s[n];
	}
	while (k && (raw[k - 1] == '.' || (raw[k - 1] == ':' && (k < 2 || raw[k - 2] != ':')))) {
		k--;
		n--;
	}
	raw[k] = 0;
	if (colons < 2 || !digit || k < 6 || (s + n < end && word_sign((unsigned char)s[n])) || inet_pton(AF_INET6, raw, &address) != 1)
		return false;
	set(x, "ipv6", s, n);
	snprintf(x->value, sizeof x->value, "%s", inet_ntop(AF_INET6, &address, plain, sizeof plain));
	if (IN6_IS_ADDR_LOOPBACK(&address) || IN6_IS_ADDR_UNSPECIFIED(&address))
		x->value[0] = 0;
	return true;
}

static bool digest(const char *text, const char *s, const char *end, struct ig_seen *x)
{
	size_t n = 0;
	bool digit = false, letter = false;
	for (; s + n < end && n < 65 && isxdigit((unsigned char)s[n]); n++) {
		digit = digit || isdigit((unsigned char)s[n]);
		letter = letter || isalpha((unsigned char)s[n]);
	}
	if ((n != 32 && n != 40 && n != 64) || !digit || !letter || (s + n < end && (word_sign((unsigned char)s[n]) || s[n] == '-' || s[n] == '@')) ||
		(s > text && strchr("-/=@.%", s[-1]) && !word_before(text, s, "md5 sha sha1 sha256 hash")))
		return false;
	if (word_before(text, s, "fingerprint commit key token id boundary"))
		return false;
	set(x, n == 32 ? "md5" : n == 40 ? "sha1" : "sha256", s, n);
	lower(x->value);
	return true;
}

static bool cve(const char *s, const char *end, struct ig_seen *x)
{
	size_t n = 0;
	if (end - s < 13 || strncasecmp(s, "cve-", 4) || s[8] != '-')
		return false;
	for (int i = 4; i < 8; i++)
		if (!isdigit((unsigned char)s[i]))
			return false;
	while (s + 9 + n < end && isdigit((unsigned char)s[9 + n]))
		n++;
	if (n < 4 || n > 7 || (s + 9 + n < end && word_sign((unsigned char)s[9 + n])))
		return false;
	set(x, "cve", s, 9 + n);
	for (char *p = x->value; *p; p++)
		*p = (char)toupper((unsigned char)*p);
	return true;
}

static bool asn(const char *s, const char *end, struct ig_seen *x)
{
	bool named = end - s > 3 && (s[2] | 32) == 'n' && (s[3] == ' ' || s[3] == ':' || s[3] == '=' || isdigit((unsigned char)s[3]));
	const char *p = s + 2;
	uint64_t v = 0;
	size_t n = 0;
	if (end - s < 4 || s[0] != 'A' || s[1] != 'S')
		return false;
	if (named) {
		p++;
		while (p < end && p - s < 8 && strchr(" :=#", *p))
			p++;
		if (end - p > 2 && !strncmp(p, "AS", 2))
			p += 2;
	}
	for (; p + n < end && n < 11 && isdigit((unsigned char)p[n]); n++)
		v = v * 10 + (unsigned)(p[n] - '0');
	/* AS1, AS2 and AS400 are other things than networks. */
	if (n < (named ? 1 : 3) || !v || v > UINT32_MAX || *p == '0' || (p + n < end && word_sign((unsigned char)p[n])) || (!named && v == 400))
		return false;
	set(x, "asn", s, (size_t)(p + n - s));
	snprintf(x->value, sizeof x->value, "AS%llu", (unsigned long long)v);
	return true;
}

/* Endings of files; the second list are countries too, believed of hosts with a third label. */
static const char files[] = "exe dll sys bat cmd com.vn php php5 phtml asp aspx jsp html htm xhtml shtml css js mjs json xml yaml yml txt log csv tsv pdf doc docx docm xls xlsx xlsm ppt "
	"pptx rtf odt ods odp png jpg jpeg gif bmp svg ico tif tiff webp mp3 mp4 avi mov mkv wav zip rar gz tgz bz2 xz tar iso img bin dat db dbf sql sqlite bak tmp old "
	"conf cfg ini reg lnk vbs vbe jar war class java cpp hpp eml msg ics vcf pcap pcapng cer crt pem csr p7s p7m asc sig key swf apk ipa deb rpm msi scr pif dmg elf "
	"local localdomain localhost lan arpa invalid onionx service socket target timer mount jnlp xsd xsl xslt dtd evtx etl dmp hta wsf chm ova vmdk el bash zsh lua tex patch diff";
static const char file_countries[] = "py pl sh md so rs ps cc ai vb ts in do to is it as be at am pm me my no id us ch ht";

static size_t name_labels(const char *s, size_t n, const char **last_r)
{
	size_t labels = 1, from = 0;
	for (size_t i = 0; i <= n; i++) {
		if (i < n && s[i] != '.')
			continue;
		size_t to = i && s[i - 1] == '\x01' ? i - 1 : i;
		if (to == from || to - from > 63 || s[from] == '-' || s[to - 1] == '-')
			return 0;
		*last_r = s + from;
		from = i + 1;
		labels += i < n;
	}
	return labels;
}

static bool believable(const char *s, size_t n, const char *last, size_t labels, bool fanged)
{
	static const char known[] = "com net org info biz edu gov mil int vn";
	static const char packages[] = "com org net java javax android sun io edu", titles[] = "mr mrs ms dr ts ths tp st no prof tx q p";
	size_t k = (size_t)(s + n - last), first = strcspn(s, ".\x01");
	bool upper = isupper((unsigned char)last[0]), mixed = false;
	for (size_t i = 0; i < k; i++) {
		if (!isalpha((unsigned char)last[i]) && strncasecmp(last, "xn--", 4))
			return false;
		mixed = mixed || (isalpha((unsigned char)last[i]) && (isupper((unsigned char)last[i]) != 0) != upper);
	}
	if (k < 2 || one_of(files, last, k))
		return false;
	if (fanged || one_of(known, last, k))
		return labels < 3 || !one_of(packages, s, first) || fanged;
	/* The end of a sentence without a blank behind it, capitals, and names of classes. */
	if (mixed || upper || (labels < 3 && one_of(file_countries, last, k)) || (labels > 2 && one_of(packages, s, first)))
		return false;
	if (labels < 3 && (one_of(titles, s, first) || first < 2))
		return false;
	return labels > 2 || k == 2 || !ig_syllable_word(last, k) || !ig_syllable_word(s, first);
}

/* Length of a host name at s; 0 none. */
static size_t name(const char *s, const char *end, bool strict)
{
	size_t n = 0;
	const char *last = s;
	while (s + n < end && n < 255 && (isalnum((unsigned char)s[n]) || strchr("-._\x01", s[n])) && s[n])
		n++;
	if (n == 255 || (s + n < end && (unsigned char)s[n] >= 0x80))
		return 0;
	while (n && strchr(".-_\x01", s[n - 1]))
		n--;
	size_t labels = n ? name_labels(s, n, &last) : 0;
	if (labels < 2 || !believable(s, n, last, labels, !strict || memchr(s, '\x01', n)))
		return 0;
	return n;
}

static bool domain(const char *text, const char *s, const char *end, struct ig_seen *x)
{
	size_t n = name(s, end, true);
	/* A part of a path, a function call, an address of mail, a property with its value (smtp.helo=). */
	if (!n || (s > text && strchr("/\\@.-$", s[-1]) && !(s > text + 1 && s[-1] == '/' && s[-2] == '/')) || (s + n < end && (s[n] == '(' || s[n] == '@' || s[n] == '\\' || s[n] == '=')))
		return false;
	set(x, "domain", s, n);
	lower(x->value);
	return true;
}

static bool email(const char *s, const char *end, struct ig_seen *x)
{
	size_t local = 0;
	while (s + local < end && local < 65 && (isalnum((unsigned char)s[local]) || (s[local] && strchr("._%+-=\x01", s[local]))))
		local++;
	if (!local || local > 64 || s + local == end || s[local] != '@' || s[local - 1] == '.')
		return false;
	const char *host = s + local + 1;
	size_t n = name(host, end, false);
	if (!n)
		return false;
	set(x, "email", s, local + 1 + n);
	char *at = strchr(x->value, '@');
	if (at)
		lower(at);
	return true;
}

/* Host of a URL that is an address. */
static void url_host(const char *s, struct ig_seen *x)
{
	char host[256];
	struct in6_addr v6;
	struct in_addr v4;
	const char *at = s + strcspn(s, "/?#@");
	if (*at == '@')
		s = at + 1;
	size_t n = *s == '[' ? strcspn(s + 1, "]") : strcspn(s, ":/?#");
	s += *s == '[';
	if (!n || n >= sizeof host)
		return;
	memcpy(host, s, n);
	host[n] = 0;
	if (inet_pton(AF_INET, host, &v4) == 1)
		x->host_type = "ipv4";
	else if (inet_pton(AF_INET6, host, &v6) == 1)
		x->host_type = "ipv6";
	if (x->host_type)
		memcpy(x->host, host, n + 1);
}

/* Value of an attribute of XML that names a language and no place. */
static bool namespace(const char *text, const char *s)
{
	const char *from = s;
	if (s < text + 2 || (s[-1] != '"' && s[-1] != '\'' && s[-1] != ' '))
		return false;
	while (from > text && s - from < 200 && !strchr("<>\n", from[-1]))
		from--;
	const char *last = NULL, *at = from;
	while ((at = memmem(at, (size_t)(s - at), "=", 1)))
		last = at++;
	for (at = last; at && at > from && at[-1] != ' '; at--)
		;
	return last && (!strncmp(at, "xmlns", 5) || memmem(at, (size_t)(last - at), "chemaLocation", 13));
}

static bool url(const char *text, const char *s, const char *end, bool csv, struct ig_seen *x)
{
	static const struct {
		const char *as, *plain;
	} schemes[] = {{"http", "http"}, {"https", "https"}, {"hxxp", "http"}, {"hxxps", "https"}, {"h**p", "http"}, {"h**ps", "https"}, {"htxp", "http"},
		{"htxps", "https"}, {"meow", "http"}, {"ftp", "ftp"}, {"fxp", "ftp"}, {"ftps", "ftps"}, {"sftp", "sftp"}, {"tftp", "tftp"}, {"ldap", "ldap"}, {"rmi", "rmi"}};
	size_t k = 0, n, from = 0;
	unsigned open = 0;
	while (s + k < end && k < 8 && (isalpha((unsigned char)s[k]) || s[k] == '*'))
		k++;
	if (end - s < (ptrdiff_t)k + 4 || s[k] != ':')
		return false;
	/* Some senders break their addresses: "http: //host". */
	n = k + 1 + (s[k + 1] == ' ' && s[k + 2] == '/');
	from = n;
	/* JSON may write \/ for /. */
	for (int i = 0; i < 2; i++) {
		from += s + from + 1 < end && s[from] == '\\';
		if (s + from >= end || s[from++] != '/')
			return false;
	}
	const char *plain = NULL;
	for (size_t i = 0; i < IG_COUNT(schemes); i++)
		if (strlen(schemes[i].as) == k && !strncasecmp(s, schemes[i].as, k))
			plain = schemes[i].plain;
	if (!plain)
		return false;
	for (n = from; s + n < end && ((unsigned char)s[n] > ' ' || s[n] == '\x01') && s[n] != '\x7f' && !strchr("<>\"`|^", s[n]); n++) {
		if (csv && (s[n] == ',' || s[n] == ';'))
			break;
		if (s[n] == '(')
			open++;
		else if (s[n] == ')' && !open--)
			break;
	}
	while (n > from && strchr(".,;:!?'*]}\\\x01", s[n - 1]) && !(s[n - 1] == ']' && memchr(s + from, '[', n - from)))
		n--;
	size_t out = (size_t)snprintf(x->value, sizeof x->value, "%s://", plain), host = out;
	for (size_t i = from; i < n && out < sizeof x->value - 1; i++)
		if (s[i] != '\x01' && !(s[i] == '\\' && i + 1 < n && s[i + 1] == '/'))
			x->value[out++] = s[i];
	x->value[out] = 0;
	x->type = "url";
	x->used = n;
	/* A host, and not so long that it would be cut: a cut address leads elsewhere. */
	bool bracket = x->value[host] == '[', begins = bracket || isalnum((unsigned char)x->value[host]) || (unsigned char)x->value[host] >= 0x80;
	if (!begins || out == sizeof x->value - 1 || (!bracket && !memchr(x->value + host, '.', strcspn(x->value + host, "/?#"))))
		x->value[0] = 0;
	if (namespace(text, s))
		x->value[0] = 0;
	url_host(x->value[0] ? x->value + host : "", x);
	return true;
}

void ig_observe_at(const char *text, const char *s, const char *end, bool csv, struct ig_seen *x)
{
	unsigned char c = (unsigned char)*s;
	x->type = x->host_type = NULL;
	x->value[0] = 0;
	x->used = 1;
	if (isalpha(c) && url(text, s, end, csv, x))
		return;
	if ((c == 'C' || c == 'c') && cve(s, end, x))
		return;
	if (c == 'A' && asn(s, end, x))
		return;
	if (isdigit(c) && ipv4(text, s, end, x))
		return;
	if ((isxdigit(c) || c == ':') && (ipv6(s, end, x) || (c != ':' && digest(text, s, end, x))))
		return;
	if (c != ':' && (email(s, end, x) || domain(text, s, end, x)))
		return;
	/* On to the end of the word. */
	size_t n = 1;
	while (s + n < end && word_sign((unsigned char)s[n]))
		n++;
	x->used = n;
	x->type = NULL;
}
