/* store-bench [-n MESSAGES] [-b BATCH] [-t TEXT_BYTES] [-r REPLY_PERCENT] [-d DIR] [-f WORDS]: the store alone, with made-up
 * messages. -f: words are taken in order from this text (already folded) instead of being made up. Each message is what the desk
 * writes for one: message row with key, new incident or participant, a cancelled or queued receipt with its verdict, the ids it
 * names, and its folded words. Prints messages/s, CPU µs a message, syncs are one a batch. A fixed seed makes runs alike. */
#include "config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/fs.h"
#include "store/store.h"

#define WORDS 40000 /* about the distinct words of a large mailing list */
static uint64_t seed = 42;
static char words[WORDS][12];

static uint32_t next_random(void)
{
	seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return (uint32_t)(seed >> 33);
}

static void make_words(void)
{
	for (int i = 0; i < WORDS; i++) {
		size_t len = 2 + next_random() % 9;
		for (size_t k = 0; k < len; k++)
			words[i][k] = (char)('a' + next_random() % 26);
		words[i][len] = 0;
	}
}

/* Few words often, many seldom: the product of two uniform numbers is near enough to how people write. */
static char *make_text(char *out, size_t bytes)
{
	size_t at = 0;
	while (at + 16 < bytes) {
		uint64_t a = next_random() % WORDS, b = next_random() % WORDS, c = next_random() % WORDS;
		const char *w = words[a * b / WORDS * c / WORDS];
		size_t len = strlen(w);
		memcpy(out + at, w, len);
		out[at + len] = ' ';
		at += len + 1;
	}
	out[at] = 0;
	return out;
}

static struct ig_buf given = IG_BUF_INIT(256 << 20);
static size_t given_at;

static char *take_text(char *out, size_t bytes)
{
	if (given_at + bytes > given.len)
		given_at = 0;
	memcpy(out, given.data + given_at, bytes);
	out[bytes] = 0;
	given_at += bytes;
	return out;
}

static void must(struct ig_store *s, int rc)
{
	if (rc < 0) {
		fprintf(stderr, "store-bench: %s\n", ig_store_why(s));
		exit(1);
	}
}

static double cpu(void)
{
	struct rusage u;
	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

struct run {
	struct ig_store *s;
	struct ig_match_lookup look;
	struct ig_arena *a;
	int64_t n, replies;
	size_t text_bytes;
	char *text;
};

static void one_message(struct run *r, int64_t i)
{
	struct ig_store *s = r->s;
	char mid[80], from[64], subject[80], parent[80];
	ig_time at = (INT64_C(1767225600) + i) * IG_SECOND;
	bool reply = i > 10 && next_random() % 100 < (uint32_t)r->replies;
	int64_t incident = 0;
	snprintf(mid, sizeof mid, "%08x%08x.%lld@mail.example.vn", next_random(), next_random(), (long long)i);
	snprintf(from, sizeof from, "person%u@example%u.vn", next_random() % 5000, next_random() % 300);
	snprintf(subject, sizeof subject, "Su co %s %s %s", words[next_random() % WORDS], words[next_random() % WORDS],
		words[next_random() % WORDS]);
	struct ig_message m = {.channel = IG_CHANNEL_MAIL,
		.frame = i + 1,
		.message_id = mid,
		.from_name = "A Person",
		.from_address = from,
		.subject = subject,
		.return_path = from,
		.received_at = at,
		.date = at,
		.class = IG_CLASS_PERSON,
		.matched_by = IG_MATCHED_BY_NONE,
		.match_reason = "nothing known was named",
		.source = "import",
		.source_file = "1700000000.M1P1.host",
		.recipient = "ungcuu@example.vn",
		.language = "vi",
		.size = 8000,
		.imported = true};
	ig_sha256_of(mid, strlen(mid), m.identity);
	must(s, ig_store_savepoint(s));
	ig_arena_reset(r->a);
	r->look.by_identity(s, m.identity, mid, at);
	if (reply) {
		struct ig_message old;
		int64_t to = 1 + (int64_t)(next_random() % (uint32_t)i);
		struct ig_match_seen seen[4];
		if (ig_store_message_get(s, to, r->a, &old) == 1 && r->look.by_message_id(s, old.message_id, seen, 4, r->a))
			incident = seen[0].incident;
		m.matched_by = IG_MATCHED_BY_THREAD;
	}
	if (!incident) {
		struct ig_incident inc = {
			.subject = subject, .language = "vi", .profile = "vn-2025", .acknowledged_at = IG_NEVER, .closed_at = IG_NEVER};
		must(s, ig_store_incident_open(s, &inc, at));
		incident = inc.id;
	}
	m.incident = incident;
	must(s, ig_store_message_add(s, &m));
	if (reply && next_random() % 4 == 0) {
		snprintf(parent, sizeof parent, "%08x.unseen@elsewhere.example", next_random());
		must(s, ig_store_reference_add(s, m.id, parent));
	}
	struct ig_participant p = {.incident = incident, .address = from, .admitted = !reply, .first_message = m.id};
	must(s, ig_store_participant_add(s, &p));
	if (!reply) {
		struct ig_dispatch d = {.incident = incident,
			.answers = m.id,
			.letter = "receipt",
			.language = "vi",
			.address = from,
			.state = IG_DISPATCH_STATE_CANCELLED,
			.why = "imported",
			.lane = IG_LANE_RECEIPTS,
			.created_at = at,
			.not_before = at,
			.expires_at = IG_NEVER};
		must(s, ig_store_dispatch_add(s, &d));
		must(s, ig_store_verdict_add(s, d.id, "receipt", "cancelled", "imported", at, "irgate"));
	}
	if (r->text_bytes)
		must(s, ig_store_text_add(s, m.id, given.len ? take_text(r->text, r->text_bytes) : make_text(r->text, r->text_bytes)));
	must(s, ig_store_set_cursor(s, (uint64_t)i + 1, m.identity, at));
	must(s, ig_store_set_newest_act(s, at));
	must(s, ig_store_release(s));
}

static int64_t size_of(const char *dir, const char *name)
{
	char path[4096];
	struct stat st;
	snprintf(path, sizeof path, "%s/%s", dir, name);
	return stat(path, &st) == 0 ? (int64_t)st.st_size : 0;
}

int main(int argc, char **argv)
{
	struct run r = {.n = 50000, .replies = 25};
	int64_t batch = 64;
	char own[] = "/tmp/store-bench-XXXXXX";
	const char *dir = NULL;
	struct ig_why why = {""};
	int c;
	while ((c = getopt(argc, argv, "n:b:t:r:d:f:")) != -1)
		switch (c) {
		case 'n': r.n = strtoll(optarg, NULL, 10); break;
		case 'b': batch = strtoll(optarg, NULL, 10); break;
		case 't': r.text_bytes = strtoul(optarg, NULL, 10); break;
		case 'r': r.replies = strtoll(optarg, NULL, 10); break;
		case 'f':
			if (ig_fs_read_file(optarg, &given) < 0 || !given.len)
				return 65;
			break;
		case 'd': dir = optarg; break;
		default: return 64;
		}
	if ((given.len && given.len < r.text_bytes) || (!dir && !(dir = mkdtemp(own))) || batch < 1 || r.n < 1)
		return 64;
	if (!(r.s = ig_store_open(dir, IG_STORE_WRITE, &why))) {
		fprintf(stderr, "store-bench: %s\n", why.text);
		return 75;
	}
	ig_store_lookup(r.s, &r.look);
	r.a = ig_arena_new(0);
	r.text = ig_xmalloc(r.text_bytes + 32);
	make_words();
	double made = cpu(); /* making the texts costs too: measured apart and taken off */
	for (int64_t i = 0; r.text_bytes && !given.len && i < 2000; i++)
		make_text(r.text, r.text_bytes);
	made = r.text_bytes && !given.len ? (cpu() - made) / 2000 : 0;
	double cpu0 = cpu();
	int64_t t0 = ig_mono_us();
	for (int64_t i = 0; i < r.n; i += batch) {
		must(r.s, ig_store_begin(r.s));
		for (int64_t k = i; k < i + batch && k < r.n; k++)
			one_message(&r, k);
		must(r.s, ig_store_commit(r.s));
	}
	double wall = (double)(ig_mono_us() - t0) / 1e6, used = cpu() - cpu0 - made * (double)r.n;
	struct rusage u;
	getrusage(RUSAGE_SELF, &u);
	printf("%lld messages, batch %lld, text %zu bytes: %.0f messages/s, %.1f CPU us a message (text made: %.1f, not counted), peak "
		   "RSS %.1f MiB, "
		   "store %.1f MB, WAL %.1f MB, written %.1f KB a message\n",
		(long long)r.n, (long long)batch, r.text_bytes, (double)r.n / wall, used * 1e6 / (double)r.n, made * 1e6,
		(double)u.ru_maxrss / 1024, (double)size_of(dir, "store/store.db") / 1e6, (double)size_of(dir, "store/store.db-wal") / 1e6,
		(double)u.ru_oublock * 512 / 1e3 / (double)r.n);
	r.s = ig_store_free(r.s);
	return 0;
}
