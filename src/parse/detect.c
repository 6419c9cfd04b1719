/* Undeclared Vietnamese: the bytes are read in each of five encodings and as they stand, and the one whose words are syllables wins.
 * Relies on charset.c for the letters and on syllable.c for the judgement.
 * Does not decide silently: its caller says what was chosen, and what else it may be. */
#include "config.h"
#include "parse/detect.h"
#include <stdbool.h>
#include <string.h>
#include "base/opt.h"
#include "parse/charset.h"
#include "parse/syllable.h"

#define SAMPLE 4096

static const struct {
	const char *name, *spoken, *font; /* font: how the names of its fonts begin in HTML */
} encodings[] = {
	/* Vietnamese without a letter of its own ("tôi không có") is written in Latin-1 too: the reading as it stands must be able to win. */
	{"CP1252", "windows-1252", NULL},
	{"CP1258", "windows-1258", NULL}, {"TCVN3", "TCVN3 (ABC)", ".Vn"}, {"VISCII", "VISCII", NULL}, {"VPS", "VPS", "VPS "}, {"VNI", "VNI", "VNI-"},
};

const char *ig_detect_spoken(const char *name)
{
	for (size_t i = 0; i < IG_COUNT(encodings); i++)
		if (!strcmp(name, encodings[i].name))
			return encodings[i].spoken;
	return name;
}

struct trial {
	struct ig_syllables n;
	int value;
	bool wins, near;
};

/* Western words with accents are now and then syllables in one of five readings; so their share counts, and what the words without accents are:
 * in Vietnamese they are syllables too. */
static void judge(struct trial *t, bool expected, bool plain_latin)
{
	struct ig_syllables n = t->n;
	bool own = n.own ? n.own * 4 >= n.legal : plain_latin;
	unsigned bad = n.marked - n.legal;
	bool plain_fits = n.plain < 3 || n.plain_legal * 2 >= n.plain;
	t->value = (int)(2 * n.legal) - (int)(3 * bad) + (expected ? 2 : 0);
	t->near = n.legal >= 2 && n.legal * 2 >= n.marked && own;
	t->wins = t->near && n.legal * 3 >= n.marked * 2 && (plain_fits || n.legal >= 2 * n.plain);
	if (expected)
		t->wins = t->wins || (n.legal && n.legal * 2 > n.marked);
}

/* The font that a document in HTML names comes first. */
static bool font(const char *p, size_t len, const char *prefix)
{
	return prefix && memmem(p, len, prefix, strlen(prefix)) && memmem(p, len, "font", 4);
}

struct ig_detected ig_detect(struct ig_arena *a, const char *p, size_t len, const char *expected)
{
	struct trial trials[IG_COUNT(encodings)] = {0};
	size_t sample = len < SAMPLE ? len : SAMPLE, best = IG_COUNT(encodings), second = best;
	struct ig_detected d = {NULL, NULL};
	for (size_t i = 0; i < IG_COUNT(encodings); i++) {
		struct trial *t = &trials[i];
		size_t bad;
		char *text = ig_charset_convert(a, encodings[i].name, p, sample, &bad);
		if (!text)
			continue;
		t->n = ig_syllable_count(text, strlen(text));
		t->n.marked += (unsigned)bad;
		judge(t, (expected && !strcmp(expected, encodings[i].name)) || font(p, len, encodings[i].font), i == 0);
		if (!t->near && !t->wins)
			continue;
		if (best == IG_COUNT(encodings) || t->value > trials[best].value) {
			second = best;
			best = i;
		} else if (second == IG_COUNT(encodings) || t->value > trials[second].value) {
			second = i;
		}
	}
	if (best == IG_COUNT(encodings))
		return d;
	if (best == 0)
		return d;
	if (!trials[best].wins) {
		d.maybe = encodings[best].name;
		return d;
	}
	d.name = encodings[best].name;
	if (second != IG_COUNT(encodings) && second && trials[second].value + 2 >= trials[best].value)
		d.maybe = encodings[second].name;
	return d;
}
