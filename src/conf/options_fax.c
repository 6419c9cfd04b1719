/* The option tables of the fax: group fax of irgate.conf. As options.c, which has all the others. */
#include "config.h"
#include "conf/table.h"

#define AT(f) .key = #f, .at = offsetof(struct ig_conf, f)
#define KEY(k, f) .key = k, .at = offsetof(struct ig_conf, f)
#define FOR(who) .roles = (who) | IG_CONF_PARENT
#define INT(lo, hi, d) .type = IG_CONF_INT, .min = (lo), .max = (hi), .def = d
#define TIME(lo, hi, d) .type = IG_CONF_TIME, .min = (lo), .max = (hi), .def = d
#define SEC INT64_C(1000)
#define DAY (24 * 3600 * SEC)

static const char *const fax_transports[] = {"none", "folder", "line", NULL};
static const char *const line_transports[] = {"udp", "tcp", "tls", NULL};
static const char *const resolutions[] = {"fine", "standard", NULL};
static const char *const fax_receipts_[] = {"none", "parties", "callers", NULL};
#define LINE(k) .key = #k, .at = offsetof(struct ig_conf_faxline, k)
static const struct ig_conf_option line[] = {
	{LINE(name), .type = IG_CONF_STR, .check = IG_CHECK_NAME, FOR(IG_CONF_FAXLINE | IG_CONF_CLERK), .flags = IG_CONF_NEED, .say = "Name of this line in envelopes and logs."},
	{LINE(listen), .type = IG_CONF_STR, .check = IG_CHECK_LINE, FOR(IG_CONF_FAXLINE | IG_CONF_CLERK), .flags = IG_CONF_NEED, .example = "\"192.0.2.5:5060\"",
	 .say = "Our own ADDRESS:PORT for SIP; media use the same address."},
	{LINE(transport), .type = IG_CONF_WORD, .words = line_transports, .def = "udp", FOR(IG_CONF_FAXLINE), .say = "udp, tcp or tls."},
	{LINE(peers), .type = IG_CONF_STRS, .check = IG_CHECK_LINE, FOR(IG_CONF_FAXLINE), .example = "[\"192.0.2.10\"]",
	 .say = "Addresses of the trunk: SIP from any other is refused (403)."},
	{LINE(proxy), .type = IG_CONF_STR, .check = IG_CHECK_LINE, FOR(IG_CONF_FAXLINE), .example = "\"192.0.2.10:5060\"",
	 .say = "Where our calls and the registration go to, HOST or HOST:PORT; without it the line only receives."},
	{LINE(domain), .type = IG_CONF_STR, .check = IG_CHECK_LINE, FOR(IG_CONF_FAXLINE), .say = "Domain of our name at the trunk; without it the proxy."},
	{LINE(user), .type = IG_CONF_STR, .check = IG_CHECK_LINE, FOR(IG_CONF_FAXLINE), .say = "Our name at the trunk, often the number."},
	{LINE(password), .type = IG_CONF_STR, .check = IG_CHECK_LINE, FOR(IG_CONF_FAXLINE), .flags = IG_CONF_SECRET,
	 .say = "Password for the digest; keep it in a file of mode 0600 and @include that."},
	{.key = "register", .at = offsetof(struct ig_conf_faxline, do_register), .type = IG_CONF_BOOL, .def = "no", FOR(IG_CONF_FAXLINE),
	 .say = "Register at the proxy; a line that is not registered makes no calls."},
	{LINE(certificate), .type = IG_CONF_PATH, .example = "\"line.pem\"", FOR(IG_CONF_FAXLINE), .say = "Certificate and key of a tls line (PEM): what it shows to those who call it."},
	{LINE(ca), .type = IG_CONF_PATH, .example = "\"/etc/ssl/certs/trunk.pem\"", FOR(IG_CONF_FAXLINE),
	 .say = "Authorities a tls line trusts (PEM); without it those of the system. Chain and name of the proxy are verified."},
};
static const struct ig_conf_table line_table = {line, IG_COUNT(line)};

static const struct ig_conf_option fax[] = {
	{KEY("transport", fax_transport), .type = IG_CONF_WORD, .words = fax_transports, .def = "none", FOR(IG_CONF_SENDER | IG_CONF_CLERK),
	 .sample = "\"folder\"",
	 .say = "How a fax leaves. line: by telephone, over one of the lines. folder: one TIFF per fax and NAME.json in outgoing, for a fax server. "
		"none: no fax leaves; it waits for a person."},
	{KEY("line", lines), .type = IG_CONF_GROUPS, .sub = &line_table, .count_at = offsetof(struct ig_conf, line_count), .item = sizeof(struct ig_conf_faxline),
	 FOR(IG_CONF_FAXLINE | IG_CONF_CLERK), .example = "({ name = \"trunk\"; listen = \"192.0.2.5:5060\"; peers = [\"192.0.2.10\"]; })",
	 .say = "Telephone lines over SIP, which receive faxes; a new instance has none."},
	{KEY("ident", fax_ident), .type = IG_CONF_STR, .check = IG_CHECK_LINE, .example = "\"+84 24 39990000\"", FOR(IG_CONF_FAXLINE | IG_CONF_CLERK),
	 .say = "Number that our machine says it has: digits, plus and blanks, at most 20."},
	{KEY("resolution", fax_resolution), .type = IG_CONF_WORD, .words = resolutions, .def = "fine", FOR(IG_CONF_CLERK),
	 .say = "Pages of letters that leave by fax: fine, or standard, which takes about half the time and is harder to read. A machine that knows no "
		"fine pages gets standard ones without being asked."},
	{KEY("calls", fax_calls), INT(1, 200, "10"), FOR(IG_CONF_FAXLINE), .say = "Calls at one time over all lines; a further one is told busy (486)."},
	{KEY("pages_max", fax_pages_max), INT(1, 500, "200"), FOR(IG_CONF_FAXLINE), .say = "Pages of one received fax; the call ends behind them, and what came is kept."},
	{KEY("call_max", fax_call_max), TIME(60 * SEC, DAY, "1h"), FOR(IG_CONF_FAXLINE), .say = "A call ends after so long whatever it does."},
	{KEY("port_first", fax_port_first), INT(0, 65535, "0"), FOR(IG_CONF_FAXLINE), .say = "First UDP port of media; 0: any."},
	{KEY("port_last", fax_port_last), INT(0, 65535, "0"), FOR(IG_CONF_FAXLINE), .say = "Last UDP port of media; a call takes two."},
	{KEY("outgoing", fax_outgoing), .type = IG_CONF_PATH, .def = "outgoing-fax", FOR(IG_CONF_SENDER | IG_CONF_CLERK),
	 .say = "The folder that stands in for the fax line."},
	{KEY("quiet", fax_quiet), .type = IG_CONF_STR, .example = "\"22:00-06:00\"", FOR(IG_CONF_CLERK),
	 .say = "Hours in which no fax is sent, in the time of the profile, unless its letter is urgent: a number may be a person's."},
	{KEY("minutes_day", fax_minutes_day), INT(0, 100000, "0"), FOR(IG_CONF_CLERK),
	 .say = "Begun minutes of our own calls within 24 hours; past it further faxes wait and an alarm is raised. 0: no limit."},
	{KEY("receipts", fax_receipts), .type = IG_CONF_WORD, .words = fax_receipts_, .def = "parties", FOR(IG_CONF_CLERK),
	 .say = "Who gets the receipt for a fax by fax: parties (whose fax number the caller's is), callers (any number the network gave: mind what "
		"a forged one may cost), or none. Else a person acknowledges."},
	{AT(fallback), .type = IG_CONF_BOOL, .def = "yes", FOR(IG_CONF_CLERK),
	 .say = "A letter whose mail cannot be delivered goes to the party's fax, then becomes a duty to telephone. A case for which secrecy was "
		"asked never changes its channel without a person."},
	{AT(fallback_after), TIME(60 * SEC, 30 * DAY, "1h"), FOR(IG_CONF_CLERK),
	 .say = "A mail that our mail server has not accepted so long after it was written, though it was tried, counts as one that cannot be delivered."},
};
const struct ig_conf_table ig_conf_fax_table = {fax, IG_COUNT(fax)};
