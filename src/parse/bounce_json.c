/* Notifications of mail services that write JSON into a mail (Amazon SES over SNS): what bounced, and what was delivered.
 * Relies on jansson with its own limits of depth. Does not fetch anything named in it. */
#include "config.h"
#include <jansson.h>
#include <string.h>
#include "parse/bounce.h"

static const char *copy(struct ig_bouncing *b, const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));
	return s && strlen(s) < 4000 ? ig_arena_strdup(b->m->a, s) : NULL;
}

static void bounced(struct ig_bouncing *b, const json_t *bounce)
{
	const json_t *list = json_object_get(bounce, "bouncedRecipients"), *one;
	size_t i;
	json_array_foreach(list, i, one) {
		struct ig_bounce *x = ig_bounce_add(b);
		if (!x)
			return;
		x->recipient = copy(b, one, "emailAddress");
		x->action = copy(b, one, "action");
		x->status = copy(b, one, "status");
		x->words = copy(b, one, "diagnosticCode");
	}
}

static void delivered(struct ig_bouncing *b, const json_t *delivery)
{
	const json_t *list = json_object_get(delivery, "recipients"), *one;
	size_t i;
	json_array_foreach(list, i, one) {
		const char *s = json_string_value(one);
		struct ig_bounce *x = s ? ig_bounce_add(b) : NULL;
		if (!x)
			return;
		x->recipient = ig_arena_strdup(b->m->a, s);
		x->action = "delivered";
		x->words = copy(b, delivery, "smtpResponse");
	}
}

static bool notification(struct ig_bouncing *b, const json_t *o, bool *delivered_r)
{
	const char *type = json_string_value(json_object_get(o, "notificationType"));
	const json_t *mail = json_object_get(o, "mail"), *bounce = json_object_get(o, "bounce"), *delivery = json_object_get(o, "delivery");
	if (!type || !json_is_object(mail))
		return false;
	const char *id = json_string_value(json_object_get(json_object_get(mail, "commonHeaders"), "messageId"));
	if (id && strlen(id) < 900) {
		size_t n = strlen(id);
		bool brackets = n > 2 && id[0] == '<' && id[n - 1] == '>';
		b->m->r->about_message = ig_arena_strndup(b->m->a, id + brackets, n - 2 * (size_t)brackets);
	}
	*delivered_r = !strcmp(type, "Delivery");
	if (!strcmp(type, "Bounce"))
		bounced(b, bounce);
	else if (*delivered_r)
		delivered(b, delivery);
	return b->count > 0;
}

bool ig_bounce_json(struct ig_bouncing *b, const char *text, bool *delivered_r)
{
	text += strspn(text, " \t\r\n");
	if (*text != '{' || !strstr(text, "notificationType"))
		return false;
	/* Lines too long for SMTP were broken inside strings, where JSON knows no line break: they are joined again. */
	char *joined = ig_arena_strdup(b->m->a, text), *to = joined;
	for (const char *s = text; *s; s++)
		if (*s != '\n')
			*to++ = *s;
		else if (s[1] == ' ')
			s++;
	*to = 0;
	text = joined;
	json_t *o = json_loads(text, JSON_DISABLE_EOF_CHECK, NULL);
	const char *inner = json_string_value(json_object_get(o, "Message"));
	json_t *message = inner ? json_loads(inner, JSON_DISABLE_EOF_CHECK, NULL) : NULL;
	bool found = notification(b, message ? message : o, delivered_r);
	json_decref(message);
	json_decref(o);
	return found;
}
