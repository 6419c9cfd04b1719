/* irgatectl attachment: a received file is sent to a party. The file is taken out of the message by a confined reader of this process, as `letter stamp` does it:
 * neither we nor the clerk read mail. The clerk compares it with the digest that it has, seals it and posts it. */
#include "config.h"
#include <string.h>
#include <unistd.h>
#include "base/fs.h"
#include "ctl/room.h"

#define MESSAGE_MAX (256u << 20)
#define FILE_MAX_BYTES (7u << 20) /* of one call over the control socket */

/* The part that is attachment n: from what the clerk knows of the message. */
static int part_of(struct ig_ctl *c, const char *message, const char *n, const char **part_r)
{
	const char *const words[] = {"message", "show", message, NULL};
	struct ig_buf text = IG_BUF_INIT(16u << 20);
	int64_t number = 0;
	if (ig_ctl_number(c, n, 1, 100000, &number)) return IG_EX_USAGE;
	int code = ig_ctl_taken(c, words, true, &text);
	json_t *m = code ? NULL : json_loadb(text.data ? text.data : "", text.len, 0, NULL);
	json_t *file = json_array_get(json_object_get(m, "attachments"), (size_t)number - 1);
	const char *part = json_string_value(json_object_get(file, "part"));
	*part_r = part ? ig_arena_strdup(c->arena, part) : NULL;
	if (!code && !file) code = ig_ctl_fail(c, IG_EX_DATA, "message %s has no attachment %s (irgatectl message show %s)", message, n, message);
	else if (!code && !part)
		code = ig_ctl_fail(c, IG_EX_DATA, "attachment %s was found inside of another: send the one that it is in", n);
	json_decref(m);
	ig_buf_free(&text);
	return code;
}

static int bytes_of(struct ig_ctl *c, const struct ig_conf *conf, const char *message, const char *part, struct ig_buf *out)
{
	const char *const words[] = {"message", "raw", message, NULL};
	struct ig_buf raw = IG_BUF_INIT(MESSAGE_MAX);
	int code = ig_ctl_taken(c, words, false, &raw), fd = code ? -1 : ig_fs_memfd("message", raw.data, raw.len);
	if (fd >= 0) {
		struct ig_ctl_reader *r = ig_ctl_reader_new(conf, false);
		ig_ctl_reader_file(r, ig_arena_fmt(c->arena, "/proc/self/fd/%d", fd), part, out, c->arena);
		ig_ctl_reader_free(r);
		close(fd);
	}
	ig_buf_free(&raw);
	return code ? code : out->len ? IG_EX_OK : ig_ctl_fail(c, IG_EX_DATA, "part %s of message %s cannot be had, or is larger than %u bytes", part, message, FILE_MAX_BYTES);
}

static int asked(struct ig_ctl *c, const char **to_r, const char **reason_r)
{
	*to_r = ig_ctl_option(c, "--to");
	*reason_r = ig_ctl_option(c, "--reason");
	if (ig_ctl_words(c, 2, 2)) return IG_EX_USAGE;
	if (!*to_r || !*reason_r || !**reason_r) return ig_ctl_fail(c, IG_EX_USAGE, "%s", *to_r ? "--reason is needed" : "--to PARTY is needed");
	return IG_EX_OK;
}

int ig_ctl_attachment_send(struct ig_ctl *c)
{
	const char *to, *reason, *part = NULL;
	struct ig_buf file = IG_BUF_INIT(FILE_MAX_BYTES);
	int code = asked(c, &to, &reason);
	struct ig_conf *conf = code ? NULL : ig_ctl_load_conf(ig_ctl_conf_file(), true);
	if (!code && !conf) code = IG_EX_CONFIG;
	if (!code) code = part_of(c, c->argv[0], c->argv[1], &part);
	if (!code) code = bytes_of(c, conf, c->argv[0], part, &file);
	if (!code) {
		const char *const words[] = {"attachment", "enclose", c->argv[0], c->argv[1], "--to", to, "--reason", reason, NULL};
		c->input = file.data, c->input_len = file.len;
		code = ig_ctl_again(c, words);
		c->input = NULL, c->input_len = 0;
	}
	ig_buf_free(&file);
	ig_conf_free(conf);
	return code;
}

static void told(struct ig_ctl *c, int64_t dispatch, const char *password)
{
	struct ig_dispatch d;
	char text[IG_DISPATCH_TEXT_MAX];
	if (ig_store_dispatch_get(c->store, dispatch, false, c->arena, &d) != 1) return;
	ig_dispatch_print(dispatch, text);
	if (c->json) {
		ig_ctl_json(c, json_pack("{s:s,s:s,s:s?,s:s}", "id", text, "state", ig_dispatch_state_word(d.state), "why", d.why, "password", password));
		return;
	}
	ig_ctl_print(c, "%s %s%s%s\n", text, ig_dispatch_state_word(d.state), d.why ? ": " : "", d.why ? d.why : "");
	ig_ctl_print(c, "password of the zip file: %s%s%s\n", ig_ctl_bold(c), password, ig_ctl_plain(c));
	ig_ctl_print(c, "It is shown this once and kept nowhere. Tell it to the recipient by telephone, never by the same mail.\n");
}

int ig_ctl_attachment_enclose(struct ig_ctl *c)
{
	struct ig_message m;
	struct ig_party p;
	struct ig_why why = {""};
	struct ig_desk_sample s = {.bytes = c->input, .size = c->input_len, .actor = c->actor};
	char password[IG_DESK_PASSWORD] = "";
	const char *to;
	int64_t dispatch = 0, n = 0;
	int code = asked(c, &to, &s.reason);
	if (!code && ig_ctl_number(c, c->argv[1], 1, 100000, &n)) code = IG_EX_USAGE;
	if (!code) code = ig_ctl_message(c, c->argv[0], &m);
	if (!code) code = ig_ctl_party(c, to, &p);
	if (code) return code;
	s.message = m.id, s.party = p.id, s.n = (size_t)n;
	code = ig_desk_sample_send(c->desk, &s, &dispatch, password, &why);
	if (code) return ig_ctl_fail(c, code, "%s", why.text);
	told(c, dispatch, password);
	explicit_bzero(password, sizeof(password));
	return IG_EX_OK;
}
