/* What becomes of a message once it is durable: moved or flagged at the server. A failure here loses nothing and takes nothing twice: progress says
 * what was taken, and the next session tries again. Relies on imap.c for the dialogue. */
#include "config.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "base/log.h"
#include "intake/imap.h"

enum { AFTER_MS = 300000, AFTER_BYTES = 8 << 20, AT_ONCE = 50 };

static int say(struct ig_imap *im, const struct ig_buf *command)
{
	int rc;
	ig_talk_limit(im->talk, AFTER_MS, AFTER_BYTES);
	rc = ig_imap_command(im, command->data, NULL, NULL);
	if (rc == 2)
		errno = EPROTO;
	return rc == 2 ? -1 : rc;
}

static int say_set(struct ig_imap *im, const char *verb, const char *set, const char *rest, const char *mailbox)
{
	struct ig_buf b = IG_BUF_INIT(16384);
	int rc;
	ig_buf_fmt(&b, "%s %s", verb, set);
	if (rest)
		ig_buf_fmt(&b, " %s", rest);
	if (mailbox) {
		ig_buf_char(&b, ' ');
		ig_imap_quote(mailbox, &b);
	}
	rc = say(im, &b);
	ig_buf_free(&b);
	return rc;
}

static int move_once(struct ig_imap *im, const char *set)
{
	const char *to = im->account->a->processed_mailbox;
	int rc;
	if (im->move)
		return say_set(im, "UID MOVE", set, NULL, to);
	rc = say_set(im, "UID COPY", set, NULL, to);
	if (!rc)
		rc = say_set(im, "UID STORE", set, "+FLAGS.SILENT (\\Deleted)", NULL);
	if (!rc && im->uidplus) /* a plain EXPUNGE would also remove what others marked */
		rc = say_set(im, "UID EXPUNGE", set, NULL, NULL);
	return rc;
}

static int move(struct ig_imap *im, const char *set)
{
	struct ig_buf b = IG_BUF_INIT(4096);
	int rc = move_once(im, set);
	if (rc == 1 && (strstr(im->words, "TRYCREATE") || strcasestr(im->words, "exist"))) {
		ig_buf_str(&b, "CREATE ");
		ig_imap_quote(im->account->a->processed_mailbox, &b);
		rc = say(im, &b);
		if (rc >= 0)
			rc = move_once(im, set);
	}
	ig_buf_free(&b);
	return rc;
}

static int flag(struct ig_imap *im, const char *set)
{
	int rc = say_set(im, "UID STORE", set, "+FLAGS.SILENT (\\Seen $irgate)", NULL);
	return rc == 1 ? say_set(im, "UID STORE", set, "+FLAGS.SILENT (\\Seen)", NULL) : rc; /* a server without keywords */
}

int ig_imap_after(struct ig_imap *im, struct ig_why *why)
{
	const struct ig_account *a = im->account;
	char text[IG_WHY_MAX];
	int rc = 0;
	for (size_t i = 0; rc >= 0 && i < im->done_count; i += AT_ONCE) {
		struct ig_buf set = IG_BUF_INIT(AT_ONCE * 11);
		for (size_t k = i; k < im->done_count && k < i + AT_ONCE; k++)
			ig_buf_fmt(&set, "%s%u", k > i ? "," : "", im->done[k]);
		rc = a->a->after == IG_AFTER_MOVE ? move(im, set.data) : flag(im, set.data);
		if (rc == 1) {
			snprintf(text, sizeof text, "%s: messages that were taken could not be %s: %s", a->a->name,
				a->a->after == IG_AFTER_MOVE ? "moved" : "flagged", im->words);
			a->host->alarm(a->host->arg, "mail-not-moved", text);
		}
		ig_buf_free(&set);
	}
	im->done_count = 0;
	return rc < 0 ? ig_imap_broken(im, why, "moving or flagging") : 0;
}
