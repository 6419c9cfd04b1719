/* irgatectl party: list, show, add, import. A party added again by name is changed, not doubled. */
#include "config.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include "base/clock.h"
#include "base/utf8.h"
#include "compose/compose.h"
#include "ctl/csv.h"
#include "ctl/room.h"
#include "model/nouns_json.h"

enum { CHANNELS_MAX = 16, CSV_COLUMNS = 9 };

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
	if (p.note) ig_ctl_print(c, "  note: %s\n", p.note);
	return IG_EX_OK;
}

static void add_channel(struct ig_party *p, enum ig_channel channel, const char *address)
{
	if (!address || !*address || p->channel_count >= CHANNELS_MAX) return;
	p->channels[p->channel_count++] = (struct ig_party_channel){.channel = channel, .address = address};
}

/* What every way of adding a party must keep. */
static int check_party(struct ig_ctl *c, const struct ig_party *p)
{
	if (!p->name || !*p->name || !ig_utf8_valid(p->name, strlen(p->name))) return ig_ctl_fail(c, IG_EX_USAGE, "a party needs a name");
	for (size_t i = 0; i < p->channel_count; i++)
		if (p->channels[i].channel == IG_CHANNEL_MAIL && !ig_mail_address_ok(p->channels[i].address))
			return ig_ctl_fail(c, IG_EX_USAGE, "%s is not an address mail can be sent to", p->channels[i].address);
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
	if (take_time(c, "--from", &p.valid_from) || take_time(c, "--to", &p.valid_to) || ig_ctl_words(c, 1, 1)) return IG_EX_USAGE;
	p.name = ig_utf8_nfc(c->arena, c->argv[0], strlen(c->argv[0]));
	if (!role || ig_party_role_parse(role, &p.role)) return ig_ctl_fail(c, IG_EX_USAGE, "--role: %s is not a role of a party", role ? role : "(none)");
	int code = check_party(c, &p);
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

static int party_of_record(struct ig_ctl *c, const char *fields[CSV_COLUMNS], struct ig_party *p)
{
	*p = (struct ig_party){.channels = ig_arena_calloc(c->arena, CHANNELS_MAX, sizeof(*p->channels)), .valid_from = IG_NEVER, .valid_to = IG_NEVER};
	p->name = ig_utf8_nfc(c->arena, ig_utf8_repair(c->arena, fields[0], strlen(fields[0])), strlen(fields[0]));
	if (ig_party_role_parse(fields[1], &p->role)) return ig_ctl_fail(c, IG_EX_USAGE, "%s is not a role of a party", fields[1]);
	add_channel(p, IG_CHANNEL_MAIL, fields[2]);
	add_channel(p, IG_CHANNEL_FAX, fields[3]);
	add_channel(p, IG_CHANNEL_PHONE, fields[4]);
	p->domain = *fields[5] ? fields[5] : NULL;
	p->language = *fields[6] ? fields[6] : NULL;
	p->on_duty_24x7 = !strcmp(fields[7], "yes") || !strcmp(fields[7], "1");
	p->note = *fields[8] ? fields[8] : NULL;
	return check_party(c, p);
}

int ig_ctl_party_import(struct ig_ctl *c)
{
	const char *at = c->input, *end = c->input + c->input_len;
	const char *fields[CSV_COLUMNS];
	struct ig_party p;
	int record = 0, saved = 0, n, code = ig_ctl_words(c, 0, 0);
	if (!code) code = ig_ctl_begin(c);
	if (code) return code;
	while (!code && (n = ig_csv_record(&at, end, fields, CSV_COLUMNS, c->arena))) {
		record++;
		if (n < 0) code = ig_ctl_fail(c, IG_EX_DATA, "it is not a record of %d columns", CSV_COLUMNS);
		else if (record == 1 && !strcmp(fields[0], "name")) continue;
		else code = party_of_record(c, fields, &p);
		if (!code) code = save(c, &p);
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
