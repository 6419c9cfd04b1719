/* The font: found by its name, its faces checked for every Vietnamese letter, because pango would take the missing ones from another face
 * without a word (an old "Liberation Serif" lacks 92 of 134). Relies on fontconfig through pango. */
#include <fontconfig/fontconfig.h>
#include <pango/pangofc-fontmap.h>
#include <stdlib.h>
#include <string.h>
#include "draw/canvas.h"

/* 67 letters beyond ASCII, in both cases. */
static const char letters[] =
	"àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ"
	"ÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬĐÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴ";

static FcPattern *face_find(const char *family, bool bold, bool italic)
{
	FcPattern *want = FcPatternCreate();
	FcResult result;
	FcPatternAddString(want, FC_FAMILY, (const FcChar8 *)family);
	FcPatternAddInteger(want, FC_WEIGHT, bold ? FC_WEIGHT_BOLD : FC_WEIGHT_REGULAR);
	FcPatternAddInteger(want, FC_SLANT, italic ? FC_SLANT_ITALIC : FC_SLANT_ROMAN);
	FcConfigSubstitute(NULL, want, FcMatchPattern);
	FcDefaultSubstitute(want);
	FcPattern *found = FcFontMatch(NULL, want, &result);
	FcPatternDestroy(want);
	return found;
}

static size_t missing_of(const FcPattern *face)
{
	FcCharSet *set = NULL;
	size_t missing = 0;
	if (FcPatternGetCharSet(face, FC_CHARSET, 0, &set) != FcResultMatch)
		return sizeof letters;
	for (const FcChar8 *p = (const FcChar8 *)letters; *p;) {
		FcChar32 letter;
		int n = FcUtf8ToUcs4(p, &letter, (int)strlen((const char *)p));
		if (n <= 0)
			break;
		missing += !FcCharSetHasChar(set, letter);
		p += n;
	}
	return missing;
}

static int face_check(struct ig_draw *d, size_t n, bool bold, bool italic, struct ig_why *why)
{
	FcPattern *face = face_find(d->family, bold, italic);
	FcChar8 *name = NULL, *file = NULL;
	const char *style = bold ? "bold" : italic ? "italic" : "regular";
	int rc = 0;
	if (!face || FcPatternGetString(face, FC_FAMILY, 0, &name) != FcResultMatch || FcPatternGetString(face, FC_FILE, 0, &file) != FcResultMatch ||
		strcasecmp((const char *)name, d->family))
		rc = ig_why(why, "font: there is no %s (its %s face was looked for); install it or name another family", d->family, style);
	else if (missing_of(face))
		rc = ig_why(why, "font: %s lacks %zu of the 134 Vietnamese letters; fonts-liberation2 has them all", (const char *)file, missing_of(face));
	else
		d->paths[n] = ig_xstrdup((const char *)file);
	if (face)
		FcPatternDestroy(face);
	return rc;
}

struct png { const unsigned char *p; size_t len; };

static cairo_status_t png_read(void *arg, unsigned char *to, unsigned len)
{
	struct png *s = arg;
	if (s->len < len)
		return CAIRO_STATUS_READ_ERROR;
	memcpy(to, s->p, len);
	s->p += len;
	s->len -= len;
	return CAIRO_STATUS_SUCCESS;
}

/* Width and height stand in the first chunk: looked at before anything is unpacked. */
static bool png_sane(const unsigned char *p, size_t len)
{
	static const unsigned char magic[] = {0x89, 'P', 'N', 'G', 13, 10, 26, 10};
	if (len < 33 || memcmp(p, magic, sizeof magic))
		return false;
	unsigned width = (unsigned)p[16] << 24 | p[17] << 16 | p[18] << 8 | p[19], height = (unsigned)p[20] << 24 | p[21] << 16 | p[22] << 8 | p[23];
	return width && height && width <= 4000 && height <= 4000;
}

cairo_surface_t *ig_picture(const void *p, size_t len, const char *name, struct ig_why *why)
{
	struct png s = {p, len};
	if (len > IG_DRAW_PICTURE_MAX || !png_sane(p, len)) {
		ig_why(why, "the picture of the %s is no PNG of at most 4000 x 4000 pixels and 1 MiB", name);
		return NULL;
	}
	cairo_surface_t *out = cairo_image_surface_create_from_png_stream(png_read, &s);
	if (cairo_surface_status(out) == CAIRO_STATUS_SUCCESS)
		return out;
	cairo_surface_destroy(out);
	ig_why(why, "the picture of the %s cannot be read", name);
	return NULL;
}

static void context_make(struct ig_draw *d)
{
	cairo_font_options_t *o = cairo_font_options_create();
	d->map = pango_cairo_font_map_new();
	pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(d->map), 72);
	d->context = pango_font_map_create_context(d->map);
	cairo_font_options_set_hint_metrics(o, CAIRO_HINT_METRICS_OFF);
	cairo_font_options_set_hint_style(o, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_antialias(o, CAIRO_ANTIALIAS_GRAY);
	pango_cairo_context_set_font_options(d->context, o);
	pango_context_set_round_glyph_positions(d->context, FALSE);
	pango_context_set_language(d->context, pango_language_from_string("vi"));
	pango_context_set_base_dir(d->context, PANGO_DIRECTION_LTR);
	cairo_font_options_destroy(o);
}

struct ig_draw *ig_draw_new(const char *family, const struct ig_draw_pictures *pictures, struct ig_why *why)
{
	struct ig_draw *d = ig_xmalloc(sizeof *d);
	d->family = ig_xstrdup(family ? family : IG_DRAW_FONT);
	d->paths = ig_xmalloc(5 * sizeof *d->paths);
	if (face_check(d, 0, false, false, why) || face_check(d, 1, true, false, why) || face_check(d, 2, false, true, why) ||
		face_check(d, 3, true, true, why))
		return ig_draw_free(d);
	if (pictures && pictures->signature && !(d->signature = ig_picture(pictures->signature, pictures->signature_len, "signature", why)))
		return ig_draw_free(d);
	if (pictures && pictures->seal && !(d->seal = ig_picture(pictures->seal, pictures->seal_len, "seal", why)))
		return ig_draw_free(d);
	context_make(d);
	return d;
}

struct ig_draw *ig_draw_free(struct ig_draw *d)
{
	if (!d)
		return NULL;
	for (size_t i = 0; d->paths && i < 4; i++)
		free(d->paths[i]);
	if (d->context)
		g_object_unref(d->context);
	if (d->map)
		g_object_unref(d->map);
	if (d->signature)
		cairo_surface_destroy(d->signature);
	if (d->seal)
		cairo_surface_destroy(d->seal);
	free(d->paths);
	free(d->family);
	free(d);
	return NULL;
}

const char *const *ig_draw_font_paths(const struct ig_draw *d)
{
	return (const char *const *)d->paths;
}
