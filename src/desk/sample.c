/* A received file leaves the house: by a named person's act with a reason, to a party of the directory, zipped with a password that is told to that person
 * alone and kept nowhere. No other way leads a received file into a letter. Before it is sealed the release gate searches it as it searches a letter; the
 * letter around it goes through decide_release and the gate like any other. Relies on the caller for the file's bytes, which must be those the evidence has. */
#include "config.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include "desk/room.h"

#define ZIP_MAX (128u << 20)

struct sample {
	struct ig_desk *d;
	const struct ig_desk_sample *s;
	struct ig_message message;
	struct ig_incident incident;
	struct ig_party party;
	const struct ig_attachment *file;
	struct ig_why *why;
};

static int refuse(struct sample *x, const char *words)
{
	ig_why(x->why, "%s", words);
	return IG_EX_DATA;
}

/* Four groups of five that nobody mistakes on the telephone: a hundred bits. */
static void make_password(char out[IG_DESK_PASSWORD])
{
	static const char letters[] = "abcdefghjkmnpqrstuvwxyz23456789";
	uint8_t random;
	for (size_t n = 0; n < IG_DESK_PASSWORD - 1;) {
		if (n % 6 == 5) {
			out[n++] = '-';
			continue;
		}
		if (getrandom(&random, 1, 0) != 1) {
			if (errno != EINTR)
				abort(); /* the kernel has had randomness since boot */
			continue;
		}
		if (random < 8 * (sizeof(letters) - 1)) /* no letter more likely than another */
			out[n++] = letters[random % (sizeof(letters) - 1)];
	}
	out[IG_DESK_PASSWORD - 1] = 0;
}

static int find(struct sample *x)
{
	struct ig_desk *d = x->d;
	struct ig_attachment *list = NULL;
	size_t count = 0;
	uint8_t sum[IG_SHA256_LEN];
	int found = ig_store_message_get(d->store, x->s->message, d->arena, &x->message);
	if (found > 0 && !x->message.outgoing && x->message.incident)
		found = ig_store_incident_get(d->store, x->message.incident, d->arena, &x->incident);
	if (found < 0 || ig_store_attachments(d->store, x->s->message, d->arena, &list, &count) < 0)
		return -1;
	if (!found || x->message.outgoing)
		return refuse(x, "there is no such message that came in");
	if (x->message.state != IG_MESSAGE_STATE_FILED || !x->message.incident)
		return refuse(x, "the message belongs to no case: file it first (message promote, message move)");
	if (x->s->n < 1 || x->s->n > count)
		return refuse(x, "the message has no attachment of that number (message show lists them)");
	x->file = &list[x->s->n - 1];
	ig_sha256_of(x->s->bytes, x->s->size, sum);
	if (memcmp(sum, x->file->sha256, sizeof(sum)))
		return refuse(x, "these are not the bytes of that attachment as it was received");
	if (x->s->size > (size_t)d->conf->enclosed_max)
		return refuse(x, "the file is larger than letters.enclosed_max");
	found = ig_store_party_get(d->store, x->s->party, d->arena, &x->party);
	return found < 0 ? -1 : found ? 0 : refuse(x, "no such party");
}

static int search(struct sample *x)
{
	const char *address = NULL;
	for (size_t i = 0; !address && i < x->party.channel_count; i++)
		if (x->party.channels[i].channel == IG_CHANNEL_MAIL)
			address = x->party.channels[i].address;
	if (!address)
		return refuse(x, "files leave by mail only: give the party a mail address");
	struct ig_dispatch dispatch = {.incident = x->incident.id, .party = x->party.id, .letter = "forward", .channel = IG_CHANNEL_MAIL, .address = address};
	const struct ig_desk_page page = {"the file", x->s->bytes, x->s->size, false};
	struct ig_why words = {""};
	int code = ig_desk_gate(x->d, &dispatch, &x->incident, &x->party, ig_conf_profile_at(x->d->conf, ig_now()), &page, 1, x->d->arena, &words);
	if (code == IG_DESK_GATE) {
		ig_why(x->why, "the release gate holds it: %s", words.text);
		return IG_EX_DATA;
	}
	return code;
}

static int post(struct sample *x, const char *password, int64_t *dispatch_r)
{
	struct ig_desk *d = x->d;
	struct ig_buf zip = IG_BUF_INIT(ZIP_MAX);
	char hex[IG_SHA256_HEX], text[IG_DISPATCH_TEXT_MAX];
	struct ig_dispatch made;
	const char *stem = ig_arena_fmt(d->arena, "file-%lld-%zu", (long long)x->message.id, x->s->n);
	/* The name that its sender gave it stays out: names in a zip file are read by everybody, and this one may say who he is. */
	struct ig_letter_file inner = {ig_arena_fmt(d->arena, "%s.bin", stem), x->s->bytes, x->s->size}, outer = {ig_arena_fmt(d->arena, "%s" IG_DESK_SEALED, stem), NULL, 0};
	if (!ig_desk_zip(&inner, 1, password, &zip)) {
		ig_buf_free(&zip);
		return refuse(x, "the file could not be zipped");
	}
	outer.bytes = zip.data, outer.size = zip.len;
	struct ig_desk_post p = {.kind = "forward", .incident = x->incident.id, .party = x->party.id, .lane = IG_LANE_NORMAL, .actor = x->s->actor, .files = &outer, .file_count = 1,
		.fields = json_pack("{s:s,s:{s:s,s:s,s:s}}", "reason", x->s->reason, "enclosed", "name", outer.name, "size",
			ig_arena_fmt(d->arena, "%llu", (unsigned long long)x->file->size), "sha256", ig_sha256_hex(x->file->sha256, hex))};
	int code = ig_desk_post(d, &p, dispatch_r, x->why);
	ig_buf_free(&zip);
	if (code)
		return code;
	if (ig_store_dispatch_get(d->store, *dispatch_r, false, d->arena, &made) != 1)
		return -1;
	return ig_desk_journal(d, x->s->actor, "attachment send", ig_arena_fmt(d->arena, "message %lld", (long long)x->message.id),
		ig_arena_fmt(d->arena, "attachment %zu, SHA-256 %s%s%s, zipped with a password, to %s as %s: %s; reason: %s", x->s->n, hex, x->file->hazard ? ", " : "",
			x->file->hazard ? x->file->hazard : "", x->party.name, ig_dispatch_print(*dispatch_r, text), ig_dispatch_state_word(made.state), x->s->reason));
}

static int send_it(struct sample *x, const char *password, int64_t *dispatch_r)
{
	int code = find(x);
	if (!code)
		code = search(x);
	return code ? code : post(x, password, dispatch_r);
}

int ig_desk_sample_send(struct ig_desk *d, const struct ig_desk_sample *s, int64_t *dispatch_r, char password[IG_DESK_PASSWORD], struct ig_why *why)
{
	struct sample x = {.d = d, .s = s, .why = why};
	int code = ig_desk_act_begin(d, why);
	if (code)
		return code;
	make_password(password);
	code = ig_desk_act_end(d, send_it(&x, password, dispatch_r), why);
	if (code)
		explicit_bzero(password, IG_DESK_PASSWORD);
	return code;
}
