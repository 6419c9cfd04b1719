/* The keys of filter.conf, through the option tables of conf: named, typed, bounded and explained in one place; irgate-filter(5) is checked
 * against it. */
#include "config.h"
#include "filter/table.h"

static const char *const as_words[] = {"text", "line", "word", "time", "date", "window", "phone", "number", "address", "epoch", "bool", "lower", "id", "duration", NULL};
static const char *const take_words[] = {"first", "last", "all", NULL};
static const char *const order_words[] = {"auto", "dmy", "mdy", "ymd", NULL};

#define C(k) .key = #k, .at = offsetof(struct ig_cond, k), .roles = IG_CONF_ALL
static const struct ig_conf_option cond[] = {
	{C(header), .type = IG_CONF_STR, .say = "A header field of this name is there; with matches its value fits."},
	{C(matches), .type = IG_CONF_STR, .say = "Regular expression that the value of header fits."},
	{C(from), .type = IG_CONF_STRS, .say = "Sender (From, Sender, Reply-To or Return-Path) is one of these addresses, or at one of these domains or below it."},
	{C(sender_name), .type = IG_CONF_STR, .say = "Regular expression that the name beside the From address fits."},
	{C(subject), .type = IG_CONF_STR, .say = "Regular expression found in the subject."},
	{C(text), .type = IG_CONF_STR, .say = "Regular expression found in the text. Slow on mail of others: only together with a quick condition."},
	{C(phrases), .type = IG_CONF_STRS, .say = "All these phrases stand in subject, text, names or files (case, marks and punctuation do not count)."},
	{C(some), .type = IG_CONF_STRS, .say = "At least at_least of these phrases stand there."},
	{C(at_least), .type = IG_CONF_INT, .min = 1, .max = 100, .def = "1", .say = "How many of some."},
	{C(attachment), .type = IG_CONF_STR, .say = "Regular expression found in \"TYPE NAME\" of an attachment."},
	{C(structure), .type = IG_CONF_STR, .say = "Pattern (* and ?) that the Content-Type field of the mail fits."},
};
static const struct ig_conf_table cond_table = {cond, IG_COUNT(cond)};

#define M(k) .key = #k, .at = offsetof(struct ig_map_entry, k), .roles = IG_CONF_ALL
static const struct ig_conf_option entry[] = {
	{M(to), .type = IG_CONF_STR, .flags = IG_CONF_NEED, .say = "The value it becomes."},
	{M(words), .type = IG_CONF_STRS, .flags = IG_CONF_NEED, .say = "Words that stand for it; the first entry with a word in the text counts."},
};
static const struct ig_conf_table entry_table = {entry, IG_COUNT(entry)};

#define N(k) .key = #k, .at = offsetof(struct ig_map, k), .roles = IG_CONF_ALL
static const struct ig_conf_option map[] = {
	{N(name), .type = IG_CONF_STR, .flags = IG_CONF_NEED, .say = "Name by which rules mention it."},
	{N(values), .type = IG_CONF_GROUPS, .sub = &entry_table, .item = sizeof(struct ig_map_entry), .count_at = offsetof(struct ig_map, values_count), .say = "Its entries in order."},
};
static const struct ig_conf_table map_table = {map, IG_COUNT(map)};

#define R(k) .key = #k, .at = offsetof(struct ig_rule, k), .roles = IG_CONF_ALL
static const struct ig_conf_option rule[] = {
	{R(name), .type = IG_CONF_STR, .say = "Field that is set. Without it each named group of regex sets a field: window_start is window.start."},
	{R(in), .type = IG_CONF_STRS, .say = "Where it is looked for: subject, text, reply, from, header:NAME, attachment:PATTERN, inner, any."},
	{R(regex), .type = IG_CONF_STR, .say = "Regular expression; group value, or the whole match, is the value."},
	{R(labels), .type = IG_CONF_STRS, .say = "Words before a colon, in a table cell beside or above, or alone in the line above the value."},
	{R(json), .type = IG_CONF_STR, .say = "JSON pointer (RFC 6901) into a JSON part; * stands for every element, ** for any depth."},
	{R(xml), .type = IG_CONF_STR, .say = "Path of element names in an XML part, as //source_ip or Case/ID or Item/@id; prefixes do not count."},
	{R(csv), .type = IG_CONF_STR, .say = "Name of a column of a CSV part; its first row counts."},
	{R(ical), .type = IG_CONF_STR, .say = "Property of an iCalendar part, as DTSTART."},
	{R(value), .type = IG_CONF_STR, .say = "A fixed value; with regex or labels it is set when they are found."},
	{R(map), .type = IG_CONF_STR, .say = "Map through which the value goes; one that it does not know is no value."},
	{R(only), .type = IG_CONF_STR, .say = "Regular expression that a value must fit, else it is none."},
	{R(as), .type = IG_CONF_WORD, .words = as_words, .def = "text",
	 .say = "What the value is: text, line, word, time, date, window (two times), phone, number, address, "
		"epoch, bool, lower, id (the first word with a digit) or duration (window.end, so long after window.start)."},
	{R(take), .type = IG_CONF_WORD, .words = take_words, .def = "first", .say = "Of several: first, last, or all joined with commas."},
	{R(order), .type = IG_CONF_WORD, .words = order_words, .def = "auto", .say = "Order of day and month where numbers do not tell: dmy, mdy, ymd."},
	{R(date), .type = IG_CONF_STRS, .say = "Labels beside which the date stands where the value is a time alone."},
	{R(zone), .type = IG_CONF_STR, .say = "Zone of times that name none, as UTC or Europe/Paris."},
	{R(observable), .type = IG_CONF_STR, .say = "Type under which the value is an observable too."},
	{R(confidence), .type = IG_CONF_INT, .min = 1, .max = 100, .def = "90", .say = "How sure the value is, in percent."},
	{R(lasting), .type = IG_CONF_BOOL, .def = "no", .say = "Looked for even where an earlier rule gave the field; the surer one stays."},
};
static const struct ig_conf_table rule_table = {rule, IG_COUNT(rule)};

#define E(k) .key = #k, .at = offsetof(struct ig_events, k), .roles = IG_CONF_ALL
static const struct ig_conf_option events[] = {
	{E(csv), .type = IG_CONF_STR, .say = "Pattern of names of CSV parts, rows of which are events (* any)."},
	{E(json), .type = IG_CONF_STR, .say = "Pointer to the list in a JSON part, elements of which are events."},
	{E(xml), .type = IG_CONF_STR, .say = "Path of the elements in an XML part that are events."},
	{E(address), .type = IG_CONF_STRS, .say = "Columns (or paths below the event) of the source address; the first that is there."},
	{E(time), .type = IG_CONF_STRS, .say = "Of its time; several together are one (date and time)."},
	{E(port), .type = IG_CONF_STRS, .say = "Of its port."},
	{E(asn), .type = IG_CONF_STRS, .say = "Of the number of its autonomous system."},
	{E(domain), .type = IG_CONF_STRS, .say = "Of a host name or URL."},
	{E(category), .type = IG_CONF_STRS, .say = "Of what says the kind; through map a category."},
	{E(kind), .type = IG_CONF_STRS, .say = "Of what it was, in words of the sender."},
	{E(detail), .type = IG_CONF_STRS, .say = "Of further evidence."},
	{E(zone), .type = IG_CONF_STR, .say = "Zone of times that name none."},
	{E(map), .type = IG_CONF_STR, .say = "Map from the words of category to a code."},
	{E(only), .type = IG_CONF_STR, .say = "Regular expression found in the row, else it is no event."},
};
static const struct ig_conf_table events_table = {events, IG_COUNT(events)};

#define F(k) .key = #k, .at = offsetof(struct ig_filter, k), .roles = IG_CONF_ALL
#define MANY(k, t, s) F(k), .type = IG_CONF_GROUPS, .sub = &(t), .item = sizeof(struct s), .count_at = offsetof(struct ig_filter, k##_count)
static const struct ig_conf_option filter[] = {
	{F(title), .type = IG_CONF_STR, .flags = IG_CONF_NEED, .say = "What it reads, in a few words."},
	{F(order), .type = IG_CONF_INT, .min = 0, .max = 100000, .flags = IG_CONF_NEED, .say = "Filters are tried from the lowest; equal ones by name."},
	{F(class), .type = IG_CONF_STR, .say = "Class of such mail; without it the one its header gives stays."},
	{F(system), .type = IG_CONF_STR, .say = "ticket.system of a ticket found."},
	{F(category), .type = IG_CONF_STR, .say = "Category of such mail where no rule finds one."},
	{F(severity), .type = IG_CONF_STR, .say = "ordinary or serious, where no rule finds one."},
	{F(confidence), .type = IG_CONF_INT, .min = 1, .max = 100, .def = "80", .say = "How sure category and severity are, in percent."},
	{F(like), .type = IG_CONF_STR, .say = "Filter whose rules are tried after those of this one."},
	{F(schema), .type = IG_CONF_STR, .say = "File (beside this one) of the JSON Schema that JSON parts are checked with; what does not fit is a problem of the mail, which is filed all the same."},
	{F(without), .type = IG_CONF_STRS, .say = "Fields that the filter it is like may not set."},
	{F(also), .type = IG_CONF_BOOL, .def = "no", .say = "Tried on every message besides the filter that claims it; it adds fields and claims nothing."},
	{F(firm), .type = IG_CONF_BOOL, .def = "no", .say = "class stands even against a header that says auto-reply, bounce or receipt."},
	{F(by_hand), .type = IG_CONF_BOOL, .def = "no", .say = "People write such mail by hand, too: where no header says that a machine did, its writer is receipted."},
	{F(want), .type = IG_CONF_STRS, .say = "Fields that such mail always yields; none of them found is an alarm."},
	{MANY(recognise, cond_table, ig_cond), .say = "Groups of conditions; one group of which all hold is enough. Without it the filter is only there to be like."},
	{MANY(unless, cond_table, ig_cond), .say = "A group of these that holds: not of this source."},
	{MANY(fields, rule_table, ig_rule), .say = "Rules; of one field the first that finds a value."},
	{MANY(maps, map_table, ig_map), .say = "Maps that rules mention."},
	{MANY(events, events_table, ig_events), .say = "Lists of many events in one report."},
};
const struct ig_conf_table ig_filter_table = {filter, IG_COUNT(filter)};

#define W(k) .key = #k, .at = offsetof(struct ig_weighed, k), .roles = IG_CONF_ALL
static const struct ig_conf_option weighed[] = {
	{W(code), .type = IG_CONF_STR, .flags = IG_CONF_NEED, .say = "Category, or ordinary and serious."},
	{W(severity), .type = IG_CONF_STR, .say = "Severity that goes with the category."},
	{W(strong), .type = IG_CONF_STRS, .say = "Phrases that nearly settle it (weight 4)."},
	{W(medium), .type = IG_CONF_STRS, .say = "Phrases that speak for it (weight 2)."},
	{W(weak), .type = IG_CONF_STRS, .say = "Phrases that fit it (weight 1)."},
	{W(against), .type = IG_CONF_STRS, .say = "Phrases that speak against it (weight -4)."},
};
static const struct ig_conf_table weighed_table = {weighed, IG_COUNT(weighed)};
#define T(k) .key = #k, .at = offsetof(struct ig_freetext, k), .roles = IG_CONF_ALL
static const struct ig_conf_option freetext[] = {
	{T(threshold), .type = IG_CONF_INT, .min = 1, .max = 99, .def = "55", .say = "Confidence in percent below which nothing is said."},
	{T(categories), .type = IG_CONF_GROUPS, .sub = &weighed_table, .item = sizeof(struct ig_weighed),
	 .count_at = offsetof(struct ig_freetext, categories_count), .say = "Categories and their phrases."},
	{T(severities), .type = IG_CONF_GROUPS, .sub = &weighed_table, .item = sizeof(struct ig_weighed),
	 .count_at = offsetof(struct ig_freetext, severities_count), .say = "Severities and their phrases."},
};
const struct ig_conf_table ig_freetext_table = {freetext, IG_COUNT(freetext)};
