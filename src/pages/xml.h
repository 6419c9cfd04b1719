/* XML of office files and envelopes, read as a stream. Nothing is fetched, no entity is expanded. Inside pages only. */
#ifndef IG_PAGES_XML_H
#define IG_PAGES_XML_H
#include <libxml/xmlreader.h>
#include "pages/inner.h"

struct ig_xml_h {
	void (*begin)(void *arg, const char *name, xmlTextReaderPtr r); /* local name, whatever the prefix */
	void (*end)(void *arg, const char *name);
	void (*text)(void *arg, const char *text);
};
/* 0; -1 it is not well formed (what stood before was given). */
int ig_xml_read(struct ig_doc *d, const void *p, size_t len, const struct ig_xml_h *h, void *arg);
int ig_xml_read_large(struct ig_doc *d, const void *p, size_t len, const struct ig_xml_h *h, void *arg); /* texts past 10 MB too */
/* Attribute by local name, in the arena; NULL none. */
const char *ig_xml_get(struct ig_doc *d, xmlTextReaderPtr r, const char *name);

/* ---- legacy.c: text of a run written in a font with letters of its own (.VnTime, VNI-Times) */
const char *ig_font_charset(const char *font);       /* "TCVN3", "VNI", or NULL: no such font */
/* text as it stands (Latin letters that are none) to Vietnamese, in the arena; capitals where the font draws capitals (.VnTimeH). */
const char *ig_font_text(struct ig_doc *d, const char *font, const char *text);
#endif
