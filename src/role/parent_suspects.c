/* Frames that kill the clerk. The clerk writes on a page shared with the parent which frame it is about to decide upon; when it dies, that frame
 * is counted, and after the third death every new clerk is told to give it the fallback record only (DESIGN "Reading has two steps").
 * The counts live as long as the parent: a new parent gives such a frame three more tries, which costs time but no message. */
#include "config.h"
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "base/log.h"
#include "model/notes.h"
#include "role/parent.h"

enum { DEATHS_MAX = 3 };

int ig_parent_page_init(struct ig_parent *p, struct ig_why *why)
{
	p->page_fd = memfd_create("irgate-page", MFD_CLOEXEC);
	if (p->page_fd < 0 || ftruncate(p->page_fd, sizeof(*p->page)) < 0)
		return ig_why(why, "cannot make a page: %s", strerror(errno));
	p->page = mmap(NULL, sizeof(*p->page), PROT_READ | PROT_WRITE, MAP_SHARED, p->page_fd, 0);
	if (p->page == MAP_FAILED) {
		p->page = NULL;
		return ig_why(why, "cannot map a page: %s", strerror(errno));
	}
	return 0;
}

/* Room for a further frame: the one seen longest ago makes way (long decided, most likely). */
static size_t suspect_at(struct ig_parent *p, uint64_t frame)
{
	for (size_t i = 0; i < p->suspect_count; i++)
		if (p->suspects[i].frame == frame)
			return i;
	if (p->suspect_count == IG_PARENT_SUSPECTS_MAX) {
		memmove(p->suspects, p->suspects + 1, sizeof(p->suspects) - sizeof(p->suspects[0]));
		p->suspect_count--;
	}
	p->suspects[p->suspect_count].frame = frame;
	p->suspects[p->suspect_count].deaths = 0;
	return p->suspect_count++;
}

void ig_parent_clerk_died(struct ig_parent *p)
{
	uint64_t frame = atomic_exchange(&p->page->frame_at, 0);
	size_t i;

	if (!frame || p->stage != IG_PARENT_RUNNING)
		return;
	i = suspect_at(p, frame);
	p->suspects[i].deaths++;
	ig_log(IG_LOG_WARNING, "the clerk died at frame %llu (%llu of %d)", (unsigned long long)frame, (unsigned long long)p->suspects[i].deaths, DEATHS_MAX);
	if (p->suspects[i].deaths == DEATHS_MAX) /* this frame is out of the way; what comes next has its own count */
		p->role[IG_AT_CLERK].failures = 0;
}

void ig_parent_suspects_tell(struct ig_parent *p)
{
	for (size_t i = 0; i < p->suspect_count; i++) {
		struct ig_note_suspect n = {.seq = p->suspects[i].frame, .deaths = p->suspects[i].deaths};

		if (n.deaths >= DEATHS_MAX)
			ig_note_suspect_send(p->role[IG_AT_CLERK].link, &n, -1);
	}
}
