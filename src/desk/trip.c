/* Where the fault tests bring the clerk down: before each room is asked about a message. A library loaded ahead of the program
 * (tests/fault/trip.c) may define ig_trip; in service nobody does, and nothing happens. Decides and changes nothing. */
#include "config.h"
#include <dlfcn.h>
#include <stdbool.h>
#include "desk/room.h"

typedef void trip_h(const char *room, const char *subject);

void ig_desk_trip(const char *room, const struct ig_report *r)
{
	static trip_h *trip;
	static bool looked;

	if (!looked) {
		looked = true;
		trip = (trip_h *)dlsym(RTLD_DEFAULT, "ig_trip");
	}
	if (trip && r->subject)
		trip(room, r->subject);
}
