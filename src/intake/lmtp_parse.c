/* Command lines of LMTP. No state, no I/O: what is allowed when is decided in lmtp_session.c. */
#include "config.h"
#include "intake/lmtp_parse.h"
#include <string.h>
#include <strings.h>
#include "base/opt.h"
#include "base/utf8.h"

void ig_lmtp_parse_line(const char *line, struct ig_lmtp_command *c_r)
{
	static const char *const words[] = {IG_LMTP_VERBS(IG_ENUM_WORD)};
	size_t len = strcspn(line, " \t");
	c_r->verb = IG_LMTP_UNKNOWN;
	c_r->rest = line + len + strspn(line + len, " \t");
	for (size_t i = 0; i < IG_COUNT(words); i++)
		if (strlen(words[i]) == len && !strncasecmp(line, words[i], len))
			c_r->verb = (enum ig_lmtp_verb)i;
}

static bool is_text(unsigned char c)
{
	return c > 32 && c != 127;
}

/* A mailbox: local part (dot-atom or quoted) and, but for "postmaster", a domain. Looser than RFC 5321 in the atoms: what a mail server
 * accepted must not be lost here; only what could break a line or a list is refused. */
static const char *scan_mailbox(const char *s, char *out, size_t max, size_t *len_r)
{
	size_t n = 0;
	bool quoted = false;
	for (; *s && n < max; s++) {
		unsigned char c = (unsigned char)*s;
		if (quoted && c == '\\' && s[1] && (unsigned char)s[1] >= 32 && n + 1 < max) {
			out[n++] = *s++;
			out[n++] = *s;
			continue;
		}
		if (c == '"')
			quoted = !quoted;
		else if (!quoted && (c == '>' || c == '<' || c == ' '))
			break;
		else if (!is_text(c) && !(quoted && c == ' '))
			break;
		out[n++] = (char)c;
	}
	out[n] = '\0';
	*len_r = n;
	return quoted ? NULL : s;
}

static const char *parse_params(const char *s, bool mail, struct ig_lmtp_path *p)
{
	while (*s == ' ')
		s++;
	while (*s) {
		size_t len = strcspn(s, " "), name = strcspn(s, "= ");
		if (mail && name == 4 && len > 5 && !strncasecmp(s, "SIZE", 4)) {
			p->has_size = true;
			for (size_t i = 5; i < len; i++) {
				if (s[i] < '0' || s[i] > '9' || len > 25)
					return "501 5.5.4 SIZE wants a number";
				p->size = p->size > UINT64_MAX / 10 - 1 ? UINT64_MAX / 10 : p->size * 10 + (uint64_t)(s[i] - '0');
			}
		} else if (mail && len == 13 && !strncasecmp(s, "BODY=8BITMIME", 13)) {
			p->eight_bit = true;
		} else if (mail && len == 9 && !strncasecmp(s, "BODY=7BIT", 9)) {
			p->eight_bit = false;
		} else if (mail && len == 8 && !strncasecmp(s, "SMTPUTF8", 8)) {
			p->smtputf8 = true;
		} else {
			return "555 5.5.4 Parameter not known here";
		}
		s += len;
		while (*s == ' ')
			s++;
	}
	return NULL;
}

const char *ig_lmtp_parse_path(const char *rest, bool mail, struct ig_lmtp_path *p_r)
{
	const char *word = mail ? "FROM:" : "TO:", *s = rest;
	size_t len;
	memset(p_r, 0, sizeof *p_r);
	if (strncasecmp(s, word, strlen(word)))
		return mail ? "501 5.5.2 Say MAIL FROM:<address>" : "501 5.5.2 Say RCPT TO:<address>";
	s += strlen(word);
	s += strspn(s, " "); /* RFC 5321 forbids it, many do it */
	if (*s++ != '<')
		return "501 5.1.7 The address must stand in angle brackets";
	if (*s == '@') { /* source route: MUST be accepted and SHOULD be ignored, RFC 5321 section 4.1.1.3 */
		s = strchr(s, ':');
		if (!s)
			return "501 5.1.7 Bad source route";
		s++;
	}
	s = scan_mailbox(s, p_r->address, IG_LMTP_PATH_MAX, &len);
	if (!s || *s != '>')
		return len >= IG_LMTP_PATH_MAX ? "501 5.1.7 The address is too long" : "501 5.1.7 Bad address";
	s++;
	if (*s && *s != ' ')
		return "501 5.5.4 A blank must stand before parameters";
	if (!mail && !len)
		return "501 5.1.3 A recipient is wanted";
	if (len && (p_r->address[len - 1] == '@' || p_r->address[0] == '@'))
		return "501 5.1.7 Bad address";
	for (size_t i = 0; i < len; i++)
		p_r->utf8 = p_r->utf8 || (unsigned char)p_r->address[i] > 127;
	if (p_r->utf8 && !ig_utf8_valid(p_r->address, len))
		return "501 5.6.7 The address is no valid UTF-8";
	return parse_params(s, mail, p_r);
}
