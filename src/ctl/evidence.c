/* irgatectl evidence list and export; journal list. */
#include "config.h"
#include <stdio.h>
#include <string.h>
#include "ctl/room.h"
#include "model/envelope.h"
#include "model/nouns_json.h"

#define PAYLOAD_MAX (UINT32_MAX)

static void frame_row(struct ig_ctl *c, struct ig_ctl_list *l, const struct ig_evidence_frame *f)
{
	struct ig_envelope e = {0};
	char seq[24], size[24], at[IG_TIME_MAX], sum[IG_SHA256_HEX], chain[IG_SHA256_HEX];
	ig_envelope_parse(f->envelope, strlen(f->envelope), c->arena, &e, NULL);
	ig_sha256_hex(f->payload_sum, sum);
	if (c->json) {
		ig_ctl_list_json(l, json_pack("{s:I,s:s,s:s,s:s?,s:s?,s:I,s:s,s:s,s:b}", "seq", (json_int_t)f->seq, "at", ig_time_rfc3339(f->at, at), "channel",
			ig_channel_word(e.channel), "source", e.source, "source_file", e.source_file, "size", (json_int_t)f->size, "sha256", sum, "chain",
			ig_sha256_hex(f->chain, chain), "redacted", f->redacted));
		return;
	}
	snprintf(seq, sizeof(seq), "%llu", (unsigned long long)f->seq);
	snprintf(size, sizeof(size), "%llu", (unsigned long long)f->size);
	const char *const cells[] = {seq, ig_ctl_time(c, f->at), ig_channel_word(e.channel), e.source ? e.source : "-", size, sum};
	ig_ctl_list_row(l, cells);
}

/* Frames of the log in their order; what is lost is said once for each gap and does not hide what follows. */
static int frame_rows(struct ig_ctl *c, struct ig_ctl_list *l, uint64_t seq, int64_t most)
{
	struct ig_evidence_frame f;
	struct ig_why why = {""};
	uint64_t taken = 0;
	bool lost = false, gap = false;
	if (ig_store_cursor(c->store, &taken)) return ig_ctl_store_failed(c);
	for (int64_t n = 0; n < most;) {
		int got = ig_evidence_read_frame(c->log, ++seq, c->arena, &f, &why);
		if (got == 1) {
			frame_row(c, l, &f);
			n++;
		} else if (seq > taken) {
			if (!got) break;
			return ig_ctl_fail(c, IG_EX_DATA, "frame %llu: %s", (unsigned long long)seq, why.text);
		} else if (!gap) {
			ig_ctl_say(c, "frame %llu: %s", (unsigned long long)seq, got ? why.text : "lost evidence");
			lost = true;
		}
		gap = got != 1;
	}
	return lost ? IG_EX_DATA : IG_EX_OK;
}

int ig_ctl_evidence_list(struct ig_ctl *c)
{
	static const char *const headings[] = {"SEQ", "ARRIVED", "CHANNEL", "SOURCE", "BYTES", "SHA-256", NULL};
	const char *after = ig_ctl_option(c, "--after"), *limit = ig_ctl_option(c, "--limit");
	int64_t seq = 0, most = INT64_MAX;
	if ((after && ig_ctl_number(c, after, 0, INT64_MAX - 1, &seq)) || (limit && ig_ctl_number(c, limit, 1, INT64_MAX, &most)) || ig_ctl_words(c, 0, 0))
		return IG_EX_USAGE;
	struct ig_ctl_list *l = ig_ctl_list_begin(c, headings);
	int code = frame_rows(c, l, (uint64_t)seq, most);
	ig_ctl_list_end(l, "the log is empty");
	return code;
}

int ig_ctl_evidence_export(struct ig_ctl *c)
{
	struct ig_evidence_frame f;
	struct ig_why why = {"there is no such frame"};
	struct ig_buf bytes = IG_BUF_INIT(PAYLOAD_MAX);
	int64_t seq;
	if (ig_ctl_words(c, 1, 1) || ig_ctl_number(c, c->argv[0], 1, INT64_MAX, &seq)) return IG_EX_USAGE;
	if (ig_evidence_read_frame(c->log, (uint64_t)seq, c->arena, &f, &why) != 1 || ig_evidence_payload(c->log, &f, &bytes, &why))
		return ig_ctl_fail(c, IG_EX_DATA, "frame %lld: %s", (long long)seq, why.text);
	c->out(c, bytes.data, bytes.len);
	ig_buf_free(&bytes);
	return IG_EX_OK;
}

static int journal_row(const struct ig_journal_row *r, void *arg)
{
	struct ig_ctl_list **l = arg;
	struct ig_ctl *c = ig_ctl_list_call(*l);
	if (c->json) {
		ig_ctl_list_json(*l, ig_journal_json(r));
		return 0;
	}
	const char *const cells[] = {ig_ctl_time(c, r->at), r->actor, r->act, r->object, r->detail ? r->detail : ""};
	ig_ctl_list_row(*l, cells);
	return 0;
}

int ig_ctl_journal_list(struct ig_ctl *c)
{
	static const char *const headings[] = {"WHEN", "WHO", "ACT", "OBJECT", "DETAIL", NULL};
	const char *object = ig_ctl_option(c, "--object"), *limit = ig_ctl_option(c, "--limit");
	int64_t n = 0;
	if ((limit && ig_ctl_number(c, limit, 1, INT64_MAX, &n)) || ig_ctl_words(c, 0, 0)) return IG_EX_USAGE;
	struct ig_ctl_list *l = ig_ctl_list_begin(c, headings);
	if (ig_store_journal_list(c->store, object, n, journal_row, &l) < 0) return ig_ctl_store_failed(c);
	return ig_ctl_list_end(l, "the journal is empty");
}
