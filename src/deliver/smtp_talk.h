/* One SMTP connection up to the point where mail may be given to it, for the SMTP driver. */
#ifndef IG_DELIVER_SMTP_TALK_H
#define IG_DELIVER_SMTP_TALK_H
#include <libetpan/mailsmtp.h>
#include "deliver/deliver.h"
#include "wire/wire.h"

struct ig_smtp {
	const struct ig_conf *conf;
	struct ig_wire_trust *trust; /* loaded when first needed */
	struct ig_wire *wire;
	mailsmtp *smtp;              /* NULL: not connected */
	unsigned used;               /* mails given on this connection */
	/* what EHLO offered */
	bool starttls, auth_plain, auth_login, dsn, has_size;
	uint64_t size_max;
	char words[IG_WHY_MAX];      /* the last reply read by ig_smtp_command */
};
/* Greeting, TLS as configured, EHLO, AUTH. 0, or -1 with the result filled: later, and whose fault. Nothing secret is sent before the other
 * end is verified; a server that does not offer the TLS asked for gets nothing at all. */
int ig_smtp_up(struct ig_smtp *s, struct ig_deliver_result *r);
void ig_smtp_down(struct ig_smtp *s, bool politely);
/* Sends a line (without CRLF) and reads the reply: its code, text in words; 0 when the connection is gone. */
int ig_smtp_command(struct ig_smtp *s, const char *line, void (*each)(struct ig_smtp *s, const char *text));
#endif
