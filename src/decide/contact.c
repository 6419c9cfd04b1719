/* Finds the duty contact that a unit must send in (letter 290/STTTT-CNTT: "cử cán bộ đầu mối trực 24/7"), by the labels of its lines: "Họ và tên: ...",
 * "Điện thoại: ...", "Email: ...". Relies on search keys without marks. Guesses nothing from running text. */
#include <string.h>
#include "base/opt.h"
#include "base/utf8.h"
#include "decide/contact.h"
#include "decide/decide.h"

enum { LINES_MAX = 400, LABEL_MAX = 60, VALUE_MAX = 200 };

static const char *const triggers[] = {"dau moi", "truc 24 7", "truc ban", "can bo truc", "lien lac truc", "duty contact", "contact person", "24 7 contact",
	"duty officer", "point of contact"};
static const char *const name_labels[] = {"ho va ten", "ho ten", "ten can bo", "can bo dau moi", "dau moi", "can bo truc", "name", "full name", "contact person",
	"duty officer", NULL};
static const char *const phone_labels[] = {"dien thoai", "so dien thoai", "dt", "sdt", "di dong", "phone", "telephone", "tel", "mobile", NULL};
static const char *const mail_labels[] = {"email", "e mail", "thu dien tu", "mail", "hop thu", NULL};
static const char *const fax_labels[] = {"fax", "so fax", NULL};

static bool begins(const char *label, const char *const *list)
{
	for (; *list; list++) {
		size_t n = strlen(*list);
		if (!strncmp(label, *list, n) && (!label[n] || label[n] == ' '))
			return true;
	}
	return false;
}

static const char *trimmed(struct ig_arena *a, const char *s, size_t len)
{
	while (len && strchr(" \t-*\r", s[0]))
		s++, len--;
	while (len && strchr(" \t\r;.,", s[len - 1]))
		len--;
	return len && len <= VALUE_MAX ? ig_arena_strndup(a, s, len) : NULL;
}

/* The first word of the value that is a mail address. */
static const char *address(struct ig_arena *a, const char *value)
{
	for (const char *p = value; *p; p += strcspn(p, " ,;<>()"), p += strspn(p, " ,;<>()")) {
		const char *word = ig_arena_strndup(a, p, strcspn(p, " ,;<>()"));
		if (strchr(word, '@') && ig_decide_address_ok(word))
			return word;
		if (!strcspn(p, " ,;<>()") && !strspn(p, " ,;<>()"))
			break;
	}
	return NULL;
}

static const char *number(struct ig_arena *a, const char *value)
{
	size_t n = strspn(value, "0123456789+.()- "), digits = 0;
	for (size_t i = 0; i < n; i++)
		digits += value[i] >= '0' && value[i] <= '9';
	while (n && strchr(" (.-+", value[n - 1])) /* what follows it, as "(after hours)" */
		n--;
	return digits >= 8 && digits <= 15 ? trimmed(a, value, n) : NULL;
}

static void take_line(struct ig_arena *a, const char *line, size_t len, struct ig_contact *c)
{
	const char *colon = memchr(line, ':', len);
	if (!colon || colon - line > LABEL_MAX)
		return;
	const char *label = ig_utf8_fold(a, line, (size_t)(colon - line)), *value = trimmed(a, colon + 1, (size_t)(line + len - colon - 1));
	if (!value || !label)
		return;
	while (*label == ' ' || (*label >= '0' && *label <= '9')) /* "1. Họ và tên" */
		label++;
	if (!c->mail && begins(label, mail_labels))
		c->mail = address(a, value);
	else if (!c->phone && begins(label, phone_labels))
		c->phone = number(a, value);
	else if (!c->fax && begins(label, fax_labels))
		c->fax = number(a, value);
	else if (!c->name && begins(label, name_labels) && !strchr(value, '@') && !number(a, value))
		c->name = value;
}

static bool speaks_of_it(const char *text, struct ig_arena *a)
{
	const char *folded = text ? ig_utf8_fold(a, text, strlen(text)) : NULL;
	for (size_t i = 0; folded && i < IG_COUNT(triggers); i++)
		if (strstr(folded, triggers[i]))
			return true;
	return false;
}

bool ig_decide_contact(const char *subject, const char *text, struct ig_arena *a, struct ig_contact *c_r)
{
	*c_r = (struct ig_contact){.name = NULL};
	if (!text)
		return false;
	size_t lines = 0;
	for (const char *p = text; *p && lines++ < LINES_MAX;) {
		size_t len = strcspn(p, "\n");
		take_line(a, p, len, c_r);
		p += len + (p[len] == '\n');
	}
	/* What the mail is about last: few mails have such lines, and all words of every mail would be folded to know. */
	return c_r->name && (c_r->phone || c_r->mail) && (speaks_of_it(subject, a) || speaks_of_it(text, a));
}
