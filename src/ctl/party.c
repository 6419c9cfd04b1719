/* irgatectl party: list, show, add, import, export. A party added again by name is changed, not doubled. */
#include "config.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include "base/clock.h"
#include "base/utf8.h"
#include "compose/compose.h"
#include "base/csv.h"
#include "ctl/room.h"
#include "model/nouns_json.h"
#include "store/store_duty.h"

enum { CHANNELS_MAX = 16, CSV_COLUMNS = 9, CSV_MAX = 16 };
/* Columns of the CSV by their names; a file without a heading has the first nine. */
enum column { C_NAME, C_ROLE, C_MAIL, C_FAX, C_PHONE, C_DOMAIN, C_LANGUAGE, C_24X7, C_NOTE, C_LETTER, C_LEVEL, C_UNIT, C_FROM, C_TO, C_DRILL, COLUMNS };
static const char *const columns[COLUMNS] = {"name", "role", "mail", "fax", "phone", "domain", "language", "24x7", "note", "letter", "level", "unit", "from", "to",
	"drill"};

static int list_row(const struct ig_party *p, void *arg)
{
	struct ig_ctl_list **l = arg;
	struct ig_ctl *c = ig_ctl_list_call(*l);
	struct ig_buf channels = IG_BUF_INIT(4096);
	char id[24];
	if (c->json) {
		ig_ctl_list_json(*l, ig_party_json(p));
		return 0;
	}
	for (size_t i = 0; i < p->channel_count; i++)
		ig_buf_fmt(&channels, "%s%s%s%s", i ? ", " : "", p->channels[i].address, p->channels[i].state == IG_CHANNEL_STATE_OK ? "" : " ",
			p->channels[i].state == IG_CHANNEL_STATE_OK ? "" : ig_channel_state_word(p->channels[i].state));
	snprintf(id, sizeof(id), "%lld", (long long)p->id);
	const char *const cells[] = {id, ig_party_role_word(p->role), p->on_duty_24x7 ? "24x7" : "", p->name, channels.data};
	ig_ctl_list_row(*l, cells);
	ig_buf_free(&channels);
	return 0;
}

int ig_ctl_party_list(struct ig_ctl *c)
{
	static const char *const headings[] = {"ID", "ROLE", "DUTY", "NAME", "CHANNELS", NULL};
	if (ig_ctl_words(c, 0, 0)) return IG_EX_USAGE;
	struct ig_ctl_list *l = ig_ctl_list_begin(c, headings);
	if (ig_store_party_list(c->store, list_row, &l) < 0) return ig_ctl_store_failed(c);
	return ig_ctl_list_end(l, "no parties; irgatectl party add NAME --role coordinator --mail ADDRESS");
}

int ig_ctl_party_show(struct ig_ctl *c)
{
	struct ig_party p;
	if (ig_ctl_words(c, 1, 1)) return IG_EX_USAGE;
	int code = ig_ctl_party(c, c->argv[0], &p);
	if (code) return code;
	if (c->json) {
		ig_ctl_json(c, ig_party_json(&p));
		return IG_EX_OK;
	}
	ig_ctl_print(c, "%s%s%s  party %lld, %s%s\n  valid %s to %s  domain %s  language %s\n", ig_ctl_bold(c), p.name, ig_ctl_plain(c), (long long)p.id,
		ig_party_role_word(p.role), p.on_duty_24x7 ? ", on duty 24x7" : "", ig_ctl_time(c, p.valid_from), ig_ctl_time(c, p.valid_to), p.domain ? p.domain : "-",
		p.language ? p.language : "-");
	for (size_t i = 0; i < p.channel_count; i++)
		ig_ctl_print(c, "  %-6s %s  %s\n", ig_channel_word(p.channels[i].channel), p.channels[i].address, ig_channel_state_word(p.channels[i].state));
	if (p.level || p.drill) ig_ctl_print(c, "  highest system level %lld%s\n", (long long)p.level, p.drill ? "  STANDS IN FOR ANOTHER IN DRILLS" : "");
	if (p.unit) ig_ctl_print(c, "  belongs to %s\n", ig_ctl_party_name(c, p.unit));
	if (p.note) ig_ctl_print(c, "  note: %s\n", p.note);
	return IG_EX_OK;
}

static void add_channel(struct ig_party *p, enum ig_channel channel, const char *address)
{
	if (!address || !*address || p->channel_count >= CHANNELS_MAX) return;
	p->channels[p->channel_count++] = (struct ig_party_channel){.channel = channel, .address = address};
}

const char *ig_ctl_party_name(struct ig_ctl *c, int64_t id)
{
	struct ig_party p;
	return id && ig_store_party_get(c->store, id, c->arena, &p) == 1 ? p.name : "-";
}

/* What every way of adding a party must keep. */
static int check_party(struct ig_ctl *c, const struct ig_party *p)
{
	if (!p->name || !*p->name || !ig_utf8_valid(p->name, strlen(p->name))) return ig_ctl_fail(c, IG_EX_USAGE, "a party needs a name");
	for (size_t i = 0; i < p->channel_count; i++)
		if (p->channels[i].channel == IG_CHANNEL_MAIL && !ig_mail_address_ok(p->channels[i].address))
			return ig_ctl_fail(c, IG_EX_USAGE, "%s is not an address mail can be sent to", p->channels[i].address);
	for (size_t i = 0; i < p->channel_count; i++) { /* leaving people take their addresses with them, whoever names them again */
		int revoked = ig_store_is_revoked(c->store, p->channels[i].channel, p->channels[i].address);
		if (revoked) return revoked < 0 ? ig_ctl_store_failed(c) : ig_ctl_fail(c, IG_EX_DATA, "%s was revoked and is never used again", p->channels[i].address);
	}
	if (p->language && strcmp(p->language, "vi") && strcmp(p->language, "en")) return ig_ctl_fail(c, IG_EX_USAGE, "language is vi or en, not %s", p->language);
	return IG_EX_OK;
}

/* The party of that name keeps its number. */
static int save(struct ig_ctl *c, struct ig_party *p)
{
	struct ig_party old;
	int found = ig_store_party_by_name(c->store, p->name, c->arena, &old);
	if (found == 1) p->id = old.id;
	return found < 0 || ig_store_party_save(c->store, p) < 0 ? ig_ctl_store_failed(c) : IG_EX_OK;
}

static int take_time(struct ig_ctl *c, const char *name, ig_time *t_r)
{
	const char *word = ig_ctl_option(c, name);
	*t_r = IG_NEVER;
	if (word && ig_time_parse(word, t_r)) return ig_ctl_fail(c, IG_EX_USAGE, "%s %s is not an RFC 3339 time", name, word);
	return IG_EX_OK;
}

int ig_ctl_party_add(struct ig_ctl *c)
{
	struct ig_party p = {.channels = ig_arena_calloc(c->arena, CHANNELS_MAX, sizeof(*p.channels))};
	const char *role = ig_ctl_option(c, "--role"), *address;
	while ((address = ig_ctl_option(c, "--mail"))) add_channel(&p, IG_CHANNEL_MAIL, address);
	while ((address = ig_ctl_option(c, "--fax"))) add_channel(&p, IG_CHANNEL_FAX, address);
	while ((address = ig_ctl_option(c, "--phone"))) add_channel(&p, IG_CHANNEL_PHONE, address);
	while ((address = ig_ctl_option(c, "--letter"))) add_channel(&p, IG_CHANNEL_LETTER, address);
	p.domain = ig_ctl_option(c, "--domain");
	p.language = ig_ctl_option(c, "--language");
	p.note = ig_ctl_option(c, "--note");
	p.on_duty_24x7 = ig_ctl_flag(c, "--24x7");
	p.drill = ig_ctl_flag(c, "--drill");
	const char *level = ig_ctl_option(c, "--level"), *unit = ig_ctl_option(c, "--unit");
	struct ig_party of = {.id = 0};
	if (level && ig_ctl_number(c, level, 1, 5, &p.level)) return IG_EX_USAGE;
	if (take_time(c, "--from", &p.valid_from) || take_time(c, "--to", &p.valid_to) || ig_ctl_words(c, 1, 1)) return IG_EX_USAGE;
	p.name = ig_utf8_nfc(c->arena, c->argv[0], strlen(c->argv[0]));
	if (!role || ig_party_role_parse(role, &p.role)) return ig_ctl_fail(c, IG_EX_USAGE, "--role: %s is not a role of a party", role ? role : "(none)");
	int code = unit ? ig_ctl_party(c, unit, &of) : IG_EX_OK;
	p.unit = of.id;
	if (!code) code = check_party(c, &p);
	if (!code) code = ig_ctl_begin(c);
	if (code) return code;
	code = save(c, &p);
	if (code) {
		ig_store_rollback(c->store);
		return code;
	}
	code = ig_ctl_commit(c, "party add", ig_arena_fmt(c->arena, "party %lld", (long long)p.id), p.name);
	if (!code && c->json) ig_ctl_json(c, ig_party_json(&p));
	else if (!code) ig_ctl_print(c, "party %lld\n", (long long)p.id);
	return code;
}

/* Several addresses in one field: "a@x; b@x". */
static void add_channels(struct ig_ctl *c, struct ig_party *p, enum ig_channel channel, const char *text)
{
	while (*text) {
		size_t len = channel == IG_CHANNEL_LETTER ? strlen(text) : strcspn(text, ";"), from = strspn(text, " ");
		size_t end = len;
		while (end > from && text[end - 1] == ' ') end--;
		if (end > from) add_channel(p, channel, ig_arena_strndup(c->arena, text + from, end - from));
		text += len + (text[len] == ';');
	}
}

static int field_time(struct ig_ctl *c, const char *text, ig_time *t_r)
{
	*t_r = IG_NEVER;
	if (*text && ig_time_parse(text, t_r)) return ig_ctl_fail(c, IG_EX_USAGE, "%s is not an RFC 3339 time", text);
	return IG_EX_OK;
}

static int party_of_record(struct ig_ctl *c, const char *const f[COLUMNS], struct ig_party *p)
{
	struct ig_party unit = {.id = 0};
	*p = (struct ig_party){.channels = ig_arena_calloc(c->arena, CHANNELS_MAX, sizeof(*p->channels))};
	p->name = ig_utf8_nfc(c->arena, ig_utf8_repair(c->arena, f[C_NAME], strlen(f[C_NAME])), strlen(f[C_NAME]));
	if (ig_party_role_parse(f[C_ROLE], &p->role)) return ig_ctl_fail(c, IG_EX_USAGE, "%s is not a role of a party", f[C_ROLE]);
	add_channels(c, p, IG_CHANNEL_MAIL, f[C_MAIL]);
	add_channels(c, p, IG_CHANNEL_FAX, f[C_FAX]);
	add_channels(c, p, IG_CHANNEL_PHONE, f[C_PHONE]);
	add_channels(c, p, IG_CHANNEL_LETTER, f[C_LETTER]);
	p->domain = *f[C_DOMAIN] ? f[C_DOMAIN] : NULL;
	p->language = *f[C_LANGUAGE] ? f[C_LANGUAGE] : NULL;
	p->on_duty_24x7 = !strcmp(f[C_24X7], "yes") || !strcmp(f[C_24X7], "1");
	p->note = *f[C_NOTE] ? f[C_NOTE] : NULL;
	p->drill = !strcmp(f[C_DRILL], "yes");
	if (*f[C_LEVEL] && ig_ctl_number(c, f[C_LEVEL], 1, 5, &p->level)) return IG_EX_USAGE;
	if (field_time(c, f[C_FROM], &p->valid_from) || field_time(c, f[C_TO], &p->valid_to)) return IG_EX_USAGE;
	if (*f[C_UNIT] && ig_ctl_party(c, f[C_UNIT], &unit)) return IG_EX_DATA;
	p->unit = unit.id;
	return check_party(c, p);
}

/* The heading says which column is which; at[i]: what stands in column i, -1 nothing we know. */
static int heading(struct ig_ctl *c, const char *const *fields, int n, int at[CSV_MAX])
{
	for (int i = 0; i < n; i++) {
		at[i] = -1;
		for (int k = 0; k < COLUMNS; k++)
			if (!strcmp(fields[i], columns[k])) at[i] = k;
		if (at[i] < 0) return ig_ctl_fail(c, IG_EX_DATA, "%s is not a column", fields[i]);
	}
	return IG_EX_OK;
}

int ig_ctl_party_import(struct ig_ctl *c)
{
	const char *p = c->input, *end = c->input + c->input_len, *fields[CSV_MAX], *by_name[COLUMNS];
	struct ig_party party;
	int at[CSV_MAX] = {0, 1, 2, 3, 4, 5, 6, 7, 8}, width = CSV_COLUMNS, record = 0, saved = 0, n, code = ig_ctl_words(c, 0, 0);
	if (!code) code = ig_ctl_begin(c);
	if (code) return code;
	while (!code && (n = ig_csv_record(&p, end, fields, CSV_MAX, c->arena))) {
		record++;
		if (record == 1 && n > 0 && !strcmp(fields[0], "name")) {
			code = heading(c, fields, width = n, at);
			continue;
		}
		for (int i = 0; i < COLUMNS; i++) by_name[i] = "";
		for (int i = 0; i < width; i++) by_name[at[i]] = fields[i];
		if (n < 0 || n > width) code = ig_ctl_fail(c, IG_EX_DATA, "it is not a record of %d columns", width);
		else code = party_of_record(c, by_name, &party);
		if (!code) code = save(c, &party);
		if (!code) saved++;
	}
	if (code) {
		ig_ctl_say(c, "record %d: nothing was changed", record);
		ig_store_rollback(c->store);
		return IG_EX_DATA;
	}
	code = ig_ctl_commit(c, "party import", "parties", ig_arena_fmt(c->arena, "%d parties", saved));
	if (!code) ig_ctl_print(c, "%d parties\n", saved);
	return code;
}

/* ---- export: what import takes again */

static const char *addresses(struct ig_ctl *c, const struct ig_party *p, enum ig_channel channel)
{
	const char *text = "";
	for (size_t i = 0; i < p->channel_count; i++)
		if (p->channels[i].channel == channel && p->channels[i].state != IG_CHANNEL_STATE_REVOKED)
			text = ig_arena_fmt(c->arena, "%s%s%s", text, *text ? "; " : "", p->channels[i].address);
	return text;
}

struct exporting {
	struct ig_ctl *c;
	bool people; /* those who belong to a unit come after it */
};

static int export_row(const struct ig_party *p, void *arg)
{
	struct exporting *e = arg;
	struct ig_ctl *c = e->c;
	char from[IG_TIME_MAX], to[IG_TIME_MAX];
	if ((p->unit != 0) != e->people) return 0;
	const char *const f[COLUMNS] = {p->name, ig_party_role_word(p->role), addresses(c, p, IG_CHANNEL_MAIL), addresses(c, p, IG_CHANNEL_FAX),
		addresses(c, p, IG_CHANNEL_PHONE), p->domain, p->language, p->on_duty_24x7 ? "yes" : "", p->note, addresses(c, p, IG_CHANNEL_LETTER),
		p->level ? ig_arena_fmt(c->arena, "%lld", (long long)p->level) : "", p->unit ? ig_ctl_party_name(c, p->unit) : "",
		ig_time_rfc3339(p->valid_from, from), ig_time_rfc3339(p->valid_to, to), p->drill ? "yes" : ""};
	struct ig_buf line = IG_BUF_INIT(1u << 20);
	for (int i = 0; i < COLUMNS; i++) ig_csv_put(&line, f[i], !i);
	ig_buf_str(&line, "\r\n");
	c->out(c, line.data, line.len);
	ig_buf_free(&line);
	return 0;
}

int ig_ctl_party_export(struct ig_ctl *c)
{
	struct exporting e = {.c = c};
	struct ig_buf line = IG_BUF_INIT(4096);
	if (ig_ctl_words(c, 0, 0)) return IG_EX_USAGE;
	for (int i = 0; i < COLUMNS; i++) ig_csv_put(&line, columns[i], !i);
	ig_buf_str(&line, "\r\n");
	c->out(c, line.data, line.len);
	ig_buf_free(&line);
	for (int i = 0; i < 2; i++, e.people = true)
		if (ig_store_party_list(c->store, export_row, &e) < 0) return ig_ctl_store_failed(c);
	return IG_EX_OK;
}
