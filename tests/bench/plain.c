/* plain: what GMime reads of a mail with nothing of ours around it: the line that our own reader has to beat.
 *   plain [-t] FILE...     prints one JSON object a file with the keys of irgatectl-read(5) that GMime can answer: subject, from, text
 *                      (the first text part that is no attachment, plain before HTML), attachments with name, size and hash.
 * The library's own guesses are used as a careful caller would use them: default parser, declared charset with UTF-8, windows-1252 as the
 * charsets to try where nothing is declared, decoded file names. HTML is given as it stands, which the scorer reads as it reads
 * the HTML of the expectation; with -t its tags are taken out first, since whoever reads the text of a mail wants no tags. */
#include <gmime/gmime.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static bool strip;

struct out {
	json_t *files;
	GMimePart *plain, *html;
};

static json_t *text_of(const char *s)
{
	char *good = g_utf8_make_valid(s ? s : "", -1);
	json_t *j = json_string(good);
	g_free(good);
	return j;
}

/* Tags out: those that end a line become one, scripts and styles go whole. */
static char *without_tags(char *html)
{
	GRegex *lines = g_regex_new("<(script|style)\\b.*?</\\1>|<!--.*?-->|</?(br|p|div|tr|td|th|li|table|ul|ol|h[1-6]|hr)\\b[^<>]*>",
	                            G_REGEX_CASELESS | G_REGEX_DOTALL | G_REGEX_RAW, 0, NULL);
	GRegex *tags = g_regex_new("</?[a-z!][^<>]*>", G_REGEX_CASELESS | G_REGEX_RAW, 0, NULL);
	char *some = g_regex_replace_literal(lines, html, -1, 0, "\n", 0, NULL), *text = g_regex_replace_literal(tags, some, -1, 0, "", 0, NULL);
	g_regex_unref(lines);
	g_regex_unref(tags);
	g_free(some);
	g_free(html);
	return text;
}

static json_t *file_of(GMimePart *part)
{
	GMimeDataWrapper *w = g_mime_part_get_content(part);
	GMimeStream *mem = g_mime_stream_mem_new();
	if (w)
		g_mime_data_wrapper_write_to_stream(w, mem);
	GByteArray *bytes = g_mime_stream_mem_get_byte_array((GMimeStreamMem *)mem);
	char *sum = g_compute_checksum_for_data(G_CHECKSUM_SHA256, bytes->data, bytes->len);
	json_t *j = json_pack("{s:o,s:I,s:s}", "name", text_of(g_mime_part_get_filename(part)), "size", (json_int_t)bytes->len,
	                      "sha256", sum);
	g_free(sum);
	g_object_unref(mem);
	return j;
}

static void look(GMimeObject *parent, GMimeObject *object, gpointer data)
{
	struct out *out = data;
	(void)parent;
	if (!GMIME_IS_PART(object))
		return;
	GMimePart *part = (GMimePart *)object;
	GMimeContentType *type = g_mime_object_get_content_type(object);
	bool html = g_mime_content_type_is_type(type, "text", "html");
	if (g_mime_part_is_attachment(part) || g_mime_part_get_filename(part) || !GMIME_IS_TEXT_PART(part)) {
		json_array_append_new(out->files, file_of(part));
	} else if (html) {
		out->html = out->html ? out->html : part;
	} else {
		out->plain = out->plain ? out->plain : part;
	}
}

static json_t *from_of(GMimeMessage *m)
{
	InternetAddressList *list = g_mime_message_get_from(m);
	InternetAddress *a = list && internet_address_list_length(list) ? internet_address_list_get_address(list, 0) : NULL;
	if (!a)
		return json_null();
	const char *address = INTERNET_ADDRESS_IS_MAILBOX(a) ? internet_address_mailbox_get_addr((InternetAddressMailbox *)a) : "";
	return json_pack("{s:o,s:o}", "name", text_of(internet_address_get_name(a)), "address", text_of(address));
}

static json_t *read_one(const char *path)
{
	GMimeStream *s = g_mime_stream_file_open(path, "r", NULL);
	json_t *j = json_pack("{s:s,s:s}", "file", path, "kind", "mail");
	if (!s)
		return j;
	GMimeParser *parser = g_mime_parser_new_with_stream(s);
	GMimeMessage *m = g_mime_parser_construct_message(parser, NULL);
	if (m) {
		struct out out = { .files = json_array() };
		g_mime_message_foreach(m, look, &out);
		GMimePart *body = out.plain ? out.plain : out.html;
		char *text = body ? g_mime_text_part_get_text((GMimeTextPart *)body) : NULL;
		text = text && strip && body == out.html ? without_tags(text) : text;
		json_object_set_new(j, "subject", text_of(g_mime_message_get_subject(m)));
		json_object_set_new(j, "from", from_of(m));
		json_object_set_new(j, "text", text_of(text));
		json_object_set_new(j, "attachments", out.files);
		g_free(text);
		g_object_unref(m);
	}
	g_object_unref(parser);
	g_object_unref(s);
	return j;
}

int main(int argc, char **argv)
{
	const char *tried[] = { "utf-8", "windows-1252", NULL };
	g_mime_init();
	g_mime_parser_options_set_fallback_charsets(g_mime_parser_options_get_default(), tried);
	strip = argc > 1 && !strcmp(argv[1], "-t");
	for (int i = 1 + strip; i < argc; i++) {
		json_t *j = read_one(argv[i]);
		json_dumpf(j, stdout, JSON_COMPACT | JSON_ENSURE_ASCII);
		putchar('\n');
		json_decref(j);
	}
	return argc > 1 ? 0 : 64;
}
