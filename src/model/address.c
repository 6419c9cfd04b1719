/* What may stand as an address in what we send. Relies on nothing. The SMTP driver sends only what passes here: libetpan puts addresses into
 * its commands unchecked (a line end would be a command of its own). Does not ask whether an address exists. */
#include "config.h"
#include "model/address.h"
#include <string.h>

static bool alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* RFC 5321 section 4.1.2: Dot-string or Quoted-string, 64 bytes (4.5.3.1.1). Returns its length, 0 when it is none. */
static size_t local_part(const char *s)
{
	size_t i = 0;
	if (s[0] == '"') {
		for (i = 1; s[i] && s[i] != '"'; i++) {
			if (s[i] == '\\')
				i++;
			if (s[i] < ' ' || s[i] > '~')
				return 0;
		}
		return s[i] == '"' && i < 64 ? i + 1 : 0;
	}
	for (; s[i] && s[i] != '@'; i++) {
		bool dot = s[i] == '.';
		if (!dot && !alnum(s[i]) && !strchr("!#$%&'*+-/=?^_`{|}~", s[i]))
			return 0;
		if (dot && (i == 0 || s[i - 1] == '.' || s[i + 1] == '@'))
			return 0;
	}
	return i <= 64 ? i : 0;
}

static bool domain(const char *s)
{
	size_t len = strlen(s), label = 0;
	if (!len || len > 253)
		return false;
	if (s[0] == '[') /* address literal */
		return len > 3 && s[len - 1] == ']' && strspn(s + 1, "0123456789abcdefABCDEFIPv.:") == len - 2;
	for (size_t i = 0; i <= len; i++) {
		if (s[i] && s[i] != '.') {
			if (!alnum(s[i]) && s[i] != '-')
				return false;
			if (++label > 63 || (label == 1 && s[i] == '-'))
				return false;
		} else {
			if (!label || s[i - 1] == '-')
				return false;
			label = 0;
		}
	}
	return true;
}

bool ig_mail_address_ok(const char *address)
{
	if (!address || strlen(address) > 254)
		return false;
	size_t n = local_part(address);
	return n && address[n] == '@' && domain(address + n + 1);
}
