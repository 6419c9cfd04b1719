/* Pages to send, pages to compare, and a network in memory that loses, delays and turns packets round: for the tests of the fax room. */
#ifndef IG_TESTS_UNIT_FAX_KIT_H
#define IG_TESTS_UNIT_FAX_KIT_H
#include <stdbool.h>
#include <stdint.h>
#include "fax/t30.h"
#include "fax/udptl.h"

#define KIT_WIDTH 1728
#define KIT_STEP 160 /* samples: 20 ms */

/* A TIFF of so many pages of print-like marks, `rows` high (fine). Each page differs. */
void kit_tiff(const char *path, int pages, int rows);
void kit_tiff_at(const char *path, int pages, int rows, double y_dpi); /* 98: standard, 196: fine */
/* Pages that are the same in both, from the first; -1 when one cannot be read. */
int kit_same_pages(const char *one, const char *other);
int kit_same_nth(const char *one, int n, const char *other); /* 1: page n (from 1) of one is the first of other */
/* The same, where the other may have blank or foreign rows before and after: pages of which all rows that are not blank are there in order. */
int kit_same_bodies(const char *one, const char *other);
int kit_pages(const char *path);

/* A small generator of its own: the same seed gives the same run everywhere. */
struct kit_chance { uint64_t s; };
double kit_random(struct kit_chance *c);

struct kit_net {
	struct kit_chance chance;
	double loss;       /* of each packet */
	int burst;         /* packets lost in a row once one is; 1: alone */
	int delay_ms, jitter_ms;
};
struct kit_run {
	struct kit_net net;
	struct ig_t30_setup caller, called;
	enum ig_udptl_ec ec;
	int codec;         /* audio */
	int drop_at_s;     /* both lines end then; 0 never */
	int eat;           /* this packet of the caller's direction (from 1) is lost, nothing else; 0 none */
	int eat_back;      /* the same, of the called side */
	int limit_s;       /* simulated; past it the run is given up */
	void (*mangle)(void *arg, int to_caller, uint8_t *p, size_t *len); /* a datagram or an audio packet on its way */
	void *mangle_arg;
	int (*page)(void *arg, int pages);
	void *page_arg;
	/* what came of it */
	struct ig_t30_result sent, received;
	double seconds;    /* simulated, until both had ended */
	bool ended;        /* both by themselves */
	long packets, packets_back;
};
void kit_t38(struct kit_run *r);
void kit_audio(struct kit_run *r);
#endif
