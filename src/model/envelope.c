/* Envelope of a frame as one line of JSON, both ways.
 * Relies on jansson for reading: the recorder and the reader get these bytes from other processes and do not trust them.
 * Does not check addresses: an envelope says what was claimed on the wire. */
#include "model/envelope.h"
#include <jansson.h>
#include <string.h>
#include "base/utf8.h"
#include "model/json.h"

#define ENVELOPE_MAX (1u << 20) /* a frame's envelope; 1,000 recipients of 320 bytes are far below */

static void print_optional(struct ig_buf *out, const char *key, const char *value)
{
	if (!value)
		return;
	ig_json_key(out, key);
	ig_json_str(out, value);
}

void ig_envelope_print(const struct ig_envelope *e, struct ig_buf *out)
{
	ig_buf_char(out, '{');
	ig_json_key(out, "channel");
	ig_json_str(out, ig_channel_word(e->channel));
	print_optional(out, "source", e->source);
	print_optional(out, "source_file", e->source_file);
	print_optional(out, "sender", e->sender);
	if (e->recipients) {
		ig_json_key(out, "recipients");
		ig_buf_char(out, '[');
		for (const char *const *r = e->recipients; *r; r++) {
			ig_json_comma(out);
			ig_json_str(out, *r);
		}
		ig_buf_char(out, ']');
	}
	print_optional(out, "progress", e->progress);
	print_optional(out, "sidecar", e->sidecar);
	if (e->imported)
		ig_buf_str(out, ",\"imported\":true");
	if (e->defect)
		ig_buf_str(out, ",\"defect\":true");
	ig_buf_char(out, '}');
}

/* A string member; 0 with *value_r NULL when absent or null. */
static int get_string(json_t *o, const char *key, struct ig_arena *a, const char **value_r, struct ig_why *why)
{
	json_t *v = json_object_get(o, key);
	*value_r = NULL;
	if (!v || json_is_null(v))
		return 0;
	if (!json_is_string(v) || strlen(json_string_value(v)) != json_string_length(v))
		return ig_why(why, "envelope: %s is not a string", key);
	*value_r = ig_arena_strndup(a, json_string_value(v), json_string_length(v));
	return 0;
}

static int get_recipients(json_t *o, struct ig_arena *a, struct ig_envelope *e, struct ig_why *why)
{
	json_t *list = json_object_get(o, "recipients");
	if (!list || json_is_null(list))
		return 0;
	if (!json_is_array(list))
		return ig_why(why, "envelope: recipients is not a list");
	size_t count = json_array_size(list);
	const char **out = ig_arena_calloc(a, count + 1, sizeof *out);
	for (size_t i = 0; i < count; i++) {
		json_t *v = json_array_get(list, i);
		if (!json_is_string(v) || strlen(json_string_value(v)) != json_string_length(v))
			return ig_why(why, "envelope: a recipient is not a string");
		out[i] = ig_arena_strdup(a, json_string_value(v));
	}
	e->recipients = out;
	return 0;
}

static int get_all(json_t *o, struct ig_arena *a, struct ig_envelope *e, struct ig_why *why)
{
	const char *channel;
	if (!json_is_object(o))
		return ig_why(why, "envelope: not an object");
	if (get_string(o, "channel", a, &channel, why) < 0)
		return -1;
	if (!channel || ig_channel_parse(channel, &e->channel) < 0)
		return ig_why(why, "envelope: unknown channel");
	if (get_string(o, "source", a, &e->source, why) < 0 || get_string(o, "source_file", a, &e->source_file, why) < 0 ||
	    get_string(o, "sender", a, &e->sender, why) < 0 || get_string(o, "progress", a, &e->progress, why) < 0 ||
	    get_string(o, "sidecar", a, &e->sidecar, why) < 0 || get_recipients(o, a, e, why) < 0)
		return -1;
	e->imported = json_is_true(json_object_get(o, "imported"));
	e->defect = json_is_true(json_object_get(o, "defect"));
	return 0;
}

int ig_envelope_parse(const char *json, size_t len, struct ig_arena *a, struct ig_envelope *e_r, struct ig_why *why)
{
	if (len > ENVELOPE_MAX)
		return ig_why(why, "envelope: longer than %u bytes", ENVELOPE_MAX);
	json_error_t error;
	/* JSON_ALLOW_NUL is not given: jansson then refuses \u0000, which no C string could hold. */
	json_t *o = json_loadb(json, len, JSON_REJECT_DUPLICATES, &error);
	if (!o)
		return ig_why(why, "envelope: %s", error.text);
	struct ig_envelope e = {.channel = IG_CHANNEL_MAIL};
	int rc = get_all(o, a, &e, why);
	json_decref(o);
	if (rc == 0)
		*e_r = e;
	return rc;
}
