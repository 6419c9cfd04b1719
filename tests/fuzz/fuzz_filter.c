/* Any text as subject, text, CSV, JSON, XML, calendar and archive of a message, through all packaged filters: no crash, and fields that are valid
 * UTF-8 with a name and a rule. */
#include "config.h"
#include <stdlib.h>
#include <string.h>
#include "base/opt.h"
#include "base/utf8.h"
#include "filter/filter.h"
#include "model/names.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const types[][2] = {{"text/csv", "events.csv"}, {"application/json", "xarf.json"}, {"application/xml", "a.xml"}, {"text/calendar", "m.ics"},
		{"message/feedback-report", NULL}, {"application/zip", "a.csv.zip"}, {"text/plain", "report.txt"}};
	static const char *const none[] = {NULL};
	static struct ig_filters *f;
	static struct ig_arena *a;
	if (!f) {
		f = ig_filters_load(NULL, SRCDIR "/filters", NULL, NULL, NULL);
		a = ig_arena_new(0);
	}
	if (size < 2)
		return 0;
	ig_arena_reset(a);
	char *text = ig_utf8_repair(a, (const char *)data + 1, size - 1);
	size_t line = strcspn(text, "\n"), k = data[0] % IG_COUNT(types);
	struct ig_address from = {.name = "Abuse", .address = data[0] & 64 ? "reports@shadowserver.org" : "abuse@a.example"};
	struct ig_attachment at = {.name = types[k][1], .type = types[k][0], .text = k == 5 ? NULL : text, .bytes = k == 5 ? data + 1 : NULL, .byte_count = k == 5 ? size - 1 : 0};
	struct ig_header heads[] = {{"X-XARF", " PLAIN"}, {"Content-Type", " multipart/report; report-type=feedback-report"}};
	struct ig_report r = {.class = IG_CLASS_PERSON, .date = INT64_C(1772416800) * IG_SECOND, .from = &from, .subject = ig_arena_strndup(a, text, line), .text = text,
		.reply_text = text, .attachments = &at, .attachment_count = 1, .headers = heads, .header_count = data[0] & 128 ? 2 : 0, .problems = none,
		.folded = ig_utf8_fold(a, text, strlen(text))};
	ig_filter_report(f, &r, a);
	for (size_t i = 0; i < r.field_count; i++)
		if (!r.fields[i].name || !r.fields[i].value || !r.fields[i].rule || !ig_utf8_valid(r.fields[i].value, strlen(r.fields[i].value)) || r.fields[i].confidence < 0 ||
			r.fields[i].confidence > 1)
			abort();
	return 0;
}
