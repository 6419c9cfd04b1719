/* Packing and unpacking of the notes, generated from the list in notes.h.
 * Relies on base/pack for the checks of every length. Decides nothing: a note that does not fit its list is bad, whoever sent it. */
#include "config.h"
#include "model/notes.h"

#include <errno.h>
#include <unistd.h>

#include "base/pack.h"

#define WORD(NAME, name, FIELDS) #NAME,
const char *ig_note_word(unsigned kind)
{
	static const char *const words[] = {"NONE", IG_NOTES(WORD)};

	return kind < sizeof(words) / sizeof(words[0]) ? words[kind] : "?";
}

#define STR(f) ig_pack_str(out, n->f);
#define U64(f) ig_pack_u64(out, n->f);
#define I64(f) ig_pack_i64(out, n->f);
#define BLOB(f) ig_pack_bytes(out, n->f.p, n->f.len);
#define PACK(NAME, name, FIELDS) \
	void ig_note_##name##_pack(const struct ig_note_##name *n, struct ig_buf *out) \
	{ \
		FIELDS \
	}
IG_NOTES(PACK)
#undef STR
#undef U64
#undef I64
#undef BLOB

#define STR(f) n_r->f = ig_unpack_str(&u, a);
#define U64(f) n_r->f = ig_unpack_u64(&u);
#define I64(f) n_r->f = ig_unpack_i64(&u);
#define BLOB(f) n_r->f.p = ig_unpack_bytes(&u, &n_r->f.len);
#define UNPACK(NAME, name, FIELDS) \
	int ig_note_##name##_unpack(struct ig_note_##name *n_r, const void *body, size_t len, struct ig_arena *a) \
	{ \
		struct ig_unpack u; \
		(void)a; \
		ig_unpack_init(&u, body, len); \
		FIELDS \
		return ig_unpack_end(&u) ? 0 : -1; \
	}
IG_NOTES(UNPACK)

/* One buffer serves all notes of a thread; a large one is not kept. */
static __thread struct ig_buf scratch = IG_BUF_INIT(IG_LINK_MAX);
#define SCRATCH_KEPT (64u << 10)

static void scratch_done(void)
{
	if (scratch.cap > SCRATCH_KEPT)
		ig_buf_free(&scratch);
	ig_buf_reset(&scratch);
}

#define SEND(NAME, name, FIELDS) \
	int ig_note_##name##_send(struct ig_link *l, const struct ig_note_##name *n, int fd) \
	{ \
		int rc; \
		ig_note_##name##_pack(n, &scratch); \
		if (!scratch.over) { \
			rc = ig_link_send(l, IG_NOTE_##NAME, scratch.data, scratch.len, fd); \
		} else { \
			rc = -1; \
			if (fd >= 0) \
				close(fd); \
		} \
		scratch_done(); \
		return rc; \
	} \
	int ig_note_##name##_write(int sock, const struct ig_note_##name *n, int fd) \
	{ \
		int rc; \
		ig_note_##name##_pack(n, &scratch); \
		rc = scratch.over ? (errno = EMSGSIZE, -1) : ig_link_write(sock, IG_NOTE_##NAME, scratch.data, scratch.len, fd); \
		scratch_done(); \
		return rc; \
	}
IG_NOTES(SEND)
