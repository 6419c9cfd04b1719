/* The colour profile that PDF/A wants for device colours: sRGB primaries with a gamma of 2.2, made here from its numbers (ICC.1:2001-04), 500
 * bytes instead of the 3 kB of the usual file. */
#include <string.h>
#include "draw/archive.h"

static void u32(struct ig_buf *b, uint32_t v)
{
	const unsigned char four[] = {(unsigned char)(v >> 24), (unsigned char)(v >> 16), (unsigned char)(v >> 8), (unsigned char)v};
	ig_buf_add(b, four, 4);
}

static void u16(struct ig_buf *b, unsigned v)
{
	const unsigned char two[] = {(unsigned char)(v >> 8), (unsigned char)v};
	ig_buf_add(b, two, 2);
}

static void word(struct ig_buf *b, const char *four)
{
	ig_buf_add(b, four, 4);
}

static void zeros(struct ig_buf *b, size_t n)
{
	while (n--)
		ig_buf_char(b, 0);
}

/* s15Fixed16 of a number in millionths. */
static void xyz(struct ig_buf *b, const double v[3])
{
	word(b, "XYZ ");
	u32(b, 0);
	for (int i = 0; i < 3; i++)
		u32(b, (uint32_t)(v[i] * 65536 + 0.5));
}

static void head(struct ig_buf *b, uint32_t size)
{
	static const double white[] = {0.9642, 1.0, 0.8249};
	u32(b, size);
	u32(b, 0);                     /* no preferred CMM */
	u32(b, 0x02100000);            /* version 2.1 */
	word(b, "mntr"), word(b, "RGB "), word(b, "XYZ ");
	u16(b, 2020), u16(b, 1), u16(b, 1), u16(b, 0), u16(b, 0), u16(b, 0);
	word(b, "acsp");
	zeros(b, 28);                  /* platform to rendering intent: perceptual */
	for (int i = 0; i < 3; i++)
		u32(b, (uint32_t)(white[i] * 65536 + 0.5));
	zeros(b, 128 - 80);
}

void ig_icc_srgb(struct ig_buf *out)
{
	static const char name[] = "sRGB", right[] = "No copyright, use freely";
	static const double white[] = {0.9505, 1.0, 1.0891}, red[] = {0.4361, 0.2225, 0.0139}, green[] = {0.3851, 0.7169, 0.0971},
		blue[] = {0.1431, 0.0606, 0.7141};
	static const struct { const char *tag; uint32_t at, size; } tags[] = {
		{"desc", 240, 96}, {"cprt", 336, 36}, {"wtpt", 372, 20}, {"rXYZ", 392, 20}, {"gXYZ", 412, 20}, {"bXYZ", 432, 20},
		{"rTRC", 452, 14}, {"gTRC", 452, 14}, {"bTRC", 452, 14},
	};
	head(out, 468);
	u32(out, 9);
	for (size_t i = 0; i < 9; i++)
		word(out, tags[i].tag), u32(out, tags[i].at), u32(out, tags[i].size);
	word(out, "desc"), u32(out, 0), u32(out, sizeof name), ig_buf_add(out, name, sizeof name);
	zeros(out, 96 - 12 - sizeof name);
	word(out, "text"), u32(out, 0), ig_buf_add(out, right, sizeof right), zeros(out, 36 - 8 - sizeof right);
	xyz(out, white), xyz(out, red), xyz(out, green), xyz(out, blue);
	word(out, "curv"), u32(out, 0), u32(out, 1), u16(out, 0x0233), u16(out, 0);
}
