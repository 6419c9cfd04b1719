/* Loaded ahead of irgated (LD_PRELOAD): aborts the clerk before ROOM is asked about a message whose subject holds WORDS.
 * IRGATE_TRIP=ROOM:WORDS */
#include <stdlib.h>
#include <string.h>

void ig_trip(const char *room, const char *subject);
void ig_trip(const char *room, const char *subject)
{
	const char *wish = getenv("IRGATE_TRIP"), *colon = wish ? strchr(wish, ':') : NULL;

	if (colon && strlen(room) == (size_t)(colon - wish) && !strncmp(room, wish, (size_t)(colon - wish)) && strstr(subject, colon + 1))
		abort();
}
