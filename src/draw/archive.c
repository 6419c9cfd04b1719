/* What cairo does not write and PDF/A-2u asks for: output intent, XMP that says the same as the properties, language, an identifier that follows
 * from the content. Relies on qpdf's C interface. "Built to the rules", not "validated": Debian has no validator. */
#include <stdlib.h>
#include <string.h>
#include "draw/archive.h"
#include "draw/canvas.h"

qpdf_data ig_pdf_open(const void *p, size_t len, struct ig_why *why)
{
	qpdf_data q = qpdf_init();
	qpdf_silence_errors(q);
	qpdf_set_suppress_warnings(q, QPDF_TRUE);
	if (!(qpdf_read_memory(q, "letter", p, len, NULL) & QPDF_ERRORS))
		return q;
	qpdf_error e = qpdf_get_error(q);
	ig_why(why, "the PDF cannot be read: %.120s", e ? qpdf_get_error_message_detail(q, e) : "no reason is known");
	qpdf_cleanup(&q);
	return NULL;
}

int ig_pdf_write(qpdf_data q, struct ig_buf *pdf, bool plain, struct ig_why *why)
{
	int rc = 0;
	qpdf_init_write_memory(q);
	qpdf_set_deterministic_ID(q, QPDF_TRUE);
	qpdf_set_object_stream_mode(q, plain ? qpdf_o_disable : qpdf_o_generate);
	qpdf_set_minimum_pdf_version(q, "1.7");
	if (qpdf_write(q) & QPDF_ERRORS)
		rc = ig_why(why, "the PDF cannot be written");
	if (!rc) {
		struct ig_buf fresh = IG_BUF_INIT(IG_DRAW_PDF_MAX);
		ig_buf_add(&fresh, qpdf_get_buffer(q), qpdf_get_buffer_length(q));
		ig_buf_free(pdf);
		*pdf = fresh;
		if (fresh.over)
			rc = ig_why(why, "the PDF is too large");
	}
	qpdf_cleanup(&q);
	return rc;
}

qpdf_oh ig_pdf_name(qpdf_data q, const char *name)
{
	return qpdf_oh_new_name(q, name);
}

qpdf_oh ig_pdf_text(qpdf_data q, const char *utf8)
{
	return qpdf_oh_new_unicode_string(q, utf8);
}

qpdf_oh ig_pdf_stream(qpdf_data q, qpdf_oh dictionary, const void *p, size_t len)
{
	qpdf_oh s = qpdf_oh_new_stream(q);
	qpdf_oh_replace_stream_data(q, s, (const unsigned char *)p, len, qpdf_oh_new_null(q), qpdf_oh_new_null(q));
	if (dictionary) {
		qpdf_oh into = qpdf_oh_get_dict(q, s);
		qpdf_oh_begin_dict_key_iter(q, dictionary);
		while (qpdf_oh_dict_more_keys(q)) {
			const char *key = qpdf_oh_dict_next_key(q);
			qpdf_oh_replace_key(q, into, key, qpdf_oh_get_key(q, dictionary, key));
		}
	}
	return s;
}

/* ---- XMP */

static void escaped(struct ig_buf *b, const char *text)
{
	for (const char *p = text; *p; p++) {
		if (*p == '&')
			ig_buf_str(b, "&amp;");
		else if (*p == '<')
			ig_buf_str(b, "&lt;");
		else if (*p == '>')
			ig_buf_str(b, "&gt;");
		else if ((unsigned char)*p >= ' ' || *p == '\n' || *p == '\t')
			ig_buf_char(b, *p);
	}
}

static void element(struct ig_buf *b, const char *open, const char *text, const char *close)
{
	if (!*text)
		return;
	ig_buf_str(b, open);
	escaped(b, text);
	ig_buf_str(b, close);
}

static void xmp_make(struct ig_buf *b, json_t *page, const char *producer)
{
	ig_buf_str(b, "<?xpacket begin=\"\xef\xbb\xbf\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n"
		"<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n<rdf:Description rdf:about=\"\""
		" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\""
		" xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\">\n<pdfaid:part>2</pdfaid:part>\n<pdfaid:conformance>U</pdfaid:conformance>\n"
		"<dc:format>application/pdf</dc:format>\n");
	element(b, "<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">", ig_page_text(page, "title"), "</rdf:li></rdf:Alt></dc:title>\n");
	element(b, "<dc:creator><rdf:Seq><rdf:li>", ig_page_text(page, "author"), "</rdf:li></rdf:Seq></dc:creator>\n");
	element(b, "<dc:description><rdf:Alt><rdf:li xml:lang=\"x-default\">", ig_page_text(page, "subject"), "</rdf:li></rdf:Alt></dc:description>\n");
	element(b, "<dc:language><rdf:Bag><rdf:li>", ig_page_text(page, "language"), "</rdf:li></rdf:Bag></dc:language>\n");
	element(b, "<pdf:Keywords>", ig_page_text(page, "keywords"), "</pdf:Keywords>\n");
	element(b, "<pdf:Producer>", producer, "</pdf:Producer>\n");
	element(b, "<xmp:CreatorTool>", "irgate", "</xmp:CreatorTool>\n");
	element(b, "<xmp:CreateDate>", ig_page_text(page, "date"), "</xmp:CreateDate>\n");
	element(b, "<xmp:ModifyDate>", ig_page_text(page, "date"), "</xmp:ModifyDate>\n");
	ig_buf_str(b, "</rdf:Description>\n</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"r\"?>\n");
}

static void metadata_add(qpdf_data q, qpdf_oh root, json_t *page)
{
	struct ig_buf xmp = IG_BUF_INIT(1u << 20);
	qpdf_oh info = qpdf_oh_get_key(q, qpdf_get_trailer(q), "/Info"), dictionary = qpdf_oh_new_dictionary(q);
	qpdf_oh producer = qpdf_oh_get_key(q, info, "/Producer");
	const char *words = qpdf_oh_is_string(q, producer) ? qpdf_oh_get_utf8_value(q, producer) : "";
	char *kept = ig_xstrdup(words);
	xmp_make(&xmp, page, kept);
	qpdf_oh_replace_key(q, dictionary, "/Type", ig_pdf_name(q, "/Metadata"));
	qpdf_oh_replace_key(q, dictionary, "/Subtype", ig_pdf_name(q, "/XML"));
	qpdf_oh_replace_key(q, root, "/Metadata", ig_pdf_stream(q, dictionary, xmp.data, xmp.len));
	free(kept);
	ig_buf_free(&xmp);
}

static void intent_add(qpdf_data q, qpdf_oh root)
{
	struct ig_buf icc = IG_BUF_INIT(4096);
	qpdf_oh dictionary = qpdf_oh_new_dictionary(q), intent = qpdf_oh_new_dictionary(q), all = qpdf_oh_new_array(q);
	ig_icc_srgb(&icc);
	qpdf_oh_replace_key(q, dictionary, "/N", qpdf_oh_new_integer(q, 3));
	qpdf_oh_replace_key(q, intent, "/Type", ig_pdf_name(q, "/OutputIntent"));
	qpdf_oh_replace_key(q, intent, "/S", ig_pdf_name(q, "/GTS_PDFA1"));
	qpdf_oh_replace_key(q, intent, "/OutputConditionIdentifier", ig_pdf_text(q, "sRGB"));
	qpdf_oh_replace_key(q, intent, "/Info", ig_pdf_text(q, "sRGB"));
	qpdf_oh_replace_key(q, intent, "/DestOutputProfile", ig_pdf_stream(q, dictionary, icc.data, icc.len));
	qpdf_oh_append_item(q, all, intent);
	qpdf_oh_replace_key(q, root, "/OutputIntents", all);
	ig_buf_free(&icc);
}

int ig_archive_mark(json_t *page, struct ig_buf *pdf, struct ig_why *why)
{
	qpdf_data q = ig_pdf_open(pdf->data, pdf->len, why);
	if (!q)
		return -1;
	qpdf_oh root = qpdf_get_root(q), view = qpdf_oh_new_dictionary(q);
	qpdf_oh_replace_key(q, root, "/Lang", ig_pdf_text(q, strcmp(ig_page_text(page, "language"), "en") ? "vi-VN" : "en"));
	qpdf_oh_replace_key(q, view, "/DisplayDocTitle", qpdf_oh_new_bool(q, QPDF_TRUE));
	qpdf_oh_replace_key(q, root, "/ViewerPreferences", view);
	metadata_add(q, root, page);
	intent_add(q, root);
	return ig_pdf_write(q, pdf, false, why);
}
