/* XML as a stream of begins, ends and texts. Relies on libxml2's reader with entities, network and huge inputs off. */
#include "config.h"
#include <string.h>
#include "pages/xml.h"

static void be_quiet(void *ctx, const char *msg, xmlParserSeverities severity, xmlTextReaderLocatorPtr locator)
{
	(void)ctx, (void)msg, (void)severity, (void)locator;
}

static const char *local(xmlTextReaderPtr r)
{
	const char *s = (const char *)xmlTextReaderConstLocalName(r);
	return s ? s : "";
}

static int read_all(struct ig_doc *d, const void *p, size_t len, const struct ig_xml_h *h, void *arg, int more)
{
	int options = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | more, rc = 1;
	xmlTextReaderPtr r = len <= INT32_MAX ? xmlReaderForMemory(p, (int)len, NULL, NULL, options) : NULL;
	if (!r)
		return -1;
	xmlTextReaderSetErrorHandler(r, be_quiet, NULL);
	while ((rc = xmlTextReaderRead(r)) == 1 && !ig_doc_late(d)) {
		const char *value;
		switch (xmlTextReaderNodeType(r)) {
		case XML_READER_TYPE_ELEMENT: {
			char name[64];
			int empty = xmlTextReaderIsEmptyElement(r);
			size_t n = strlen(local(r));
			n = n < sizeof name ? n : sizeof name - 1;
			memcpy(name, local(r), n);
			name[n] = 0;
			h->begin(arg, name, r);
			if (empty && h->end)
				h->end(arg, name);
			break;
		}
		case XML_READER_TYPE_END_ELEMENT:
			if (h->end)
				h->end(arg, local(r));
			break;
		case XML_READER_TYPE_TEXT:
		case XML_READER_TYPE_CDATA:
		case XML_READER_TYPE_SIGNIFICANT_WHITESPACE:
			value = (const char *)xmlTextReaderConstValue(r);
			if (value && h->text)
				h->text(arg, value);
			break;
		}
	}
	xmlFreeTextReader(r);
	return rc < 0 ? -1 : 0;
}

int ig_xml_read(struct ig_doc *d, const void *p, size_t len, const struct ig_xml_h *h, void *arg)
{
	return read_all(d, p, len, h, arg, 0);
}

int ig_xml_read_large(struct ig_doc *d, const void *p, size_t len, const struct ig_xml_h *h, void *arg)
{
	return read_all(d, p, len, h, arg, XML_PARSE_HUGE); /* its limits are those of the message; entities are never expanded */
}

const char *ig_xml_get(struct ig_doc *d, xmlTextReaderPtr r, const char *name)
{
	const char *found = NULL;
	while (!found && xmlTextReaderMoveToNextAttribute(r) == 1) {
		const char *v = (const char *)xmlTextReaderConstValue(r);
		if (v && !strcmp(local(r), name))
			found = ig_arena_strdup(d->a, v);
	}
	xmlTextReaderMoveToElement(r);
	return found;
}
