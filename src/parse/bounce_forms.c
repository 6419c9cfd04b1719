/* Tables: the words by which mail systems open a notice, end it, lead up to an address, and say that they go on trying. One line serves a
 * whole family of producers, which is named where it is not plain.
 * Relies on nothing. Does not decide: bounce.c weighs what was found against who sent it. */
#include "config.h"
#include <string.h>
#include <strings.h>
#include "base/opt.h"
#include "parse/bounce.h"

static const char *among(const char *s, const char *const *list, size_t count)
{
	const char *at;
	for (size_t i = 0; s && i < count; i++)
		if ((at = strcasestr(s, list[i])))
			return at + strlen(list[i]);
	return NULL;
}

bool ig_bounce_subject(const char *subject)
{
	static const char *const words[] = {"undeliver", "delivery fail", "delivery has failed", "delivery status",
		"delivery notification", "delivery report",
		"delivery error", "failure notice", "failure delivery", "returned mail", "mail failed", "mail failure",
		"not be delivered", "not delivered", "returned to sender", "returning message",
		"delivery problem", "non-delivery", "nondeliverable", "warning: message", "mail system error", "delayed mail",
		"message delayed", "delivery delayed", "delivery incomplete", "message status - undeliverable",
		"rejected mail", "không gửi được", "không thể gửi", "không chuyển được", "phát không thành công", "gửi không thành công",
		"nicht zugestellt", "unzustellbar", "nicht zustellbar", "non remis", "échec de la remise",
		"no se pudo entregar", "no se puede entregar", "impossibile recapitare", "não é possível", "niet bestelbaar",
		"недоставлен", "не доставлен", "系统退信", "退信", "配信",
		"送信でき", "エラー通知", "notification message"};
	/* An answer to a notice, or a notice passed on, is a person's. */
	if (!subject || !strncasecmp(subject, "re:", 3) || !strncasecmp(subject, "fw", 2) || !strncasecmp(subject, "aw:", 3))
		return false;
	return among(subject, words, IG_COUNT(words)) != NULL;
}

bool ig_bounce_opening(const char *notice)
{
	static const char *const words[] = {
		"This message was created automatically by", /* Exim, 1&1, MXLogic */
		"could not be delivered to one or more", "could not be delivered to all of its recipients",
		"has not yet been delivered to", "A message that you sent could not",
		"I wasn't able to deliver your message", "wasn't able to deliver your message to", "This is the qmail",
		"This is the mail system at host", "This is the Postfix program", "This is the MAILER-DAEMON",
		"This is the DragonFly Mail Agent", "had permanent fatal errors", "had delivery problems",
		"had transient non-fatal errors", "Transcript of session follows", /* Sendmail */
		"Delivery to the following recipient", "Delivery to the following recipients failed", "Your message wasn't delivered to",
		"The following message to <", /* Google, others */
		"Delivery has failed to these recipients", "did not reach the following recipient",
		"did not reach some or all of the intended recipients", "recipient(s) could not be reached",
		"recipients cannot be reached", "was not delivered to:", "cannot be delivered to", "could not be delivered to",
		"could not be delivered because of", "couldn't be delivered", /* Exchange, Notes */
		"Failure Reasons", "Unable to deliver message to", "unable to deliver your message",
		"Delivery failed for the following reason", "were not able to deliver", "mail could not be delivered",
		"The following recipients", "following recipients was rejected", "exceeds allowed size:", "Delivery failed ",
		"Sorry, we were unable to deliver", "Unable to deliver to", "server message", "Sent <<< RCPT",
		"The user(s) account is", "The following address", "Technical report:", "Reporting-MTA:",
		"delivery of the following message failed", "Returned Mail", "not able to be delivered", "message was undeliverable",
		"Error message below:", "You are not a member of this mailing list", "This report relates to a message you sent",
		"An error occurred while trying to deliver", "mail to the following recipient",
		"không thể gửi thư đến", "không gửi được tới", "thư của bạn không được gửi", "送信できませんでした", "配信できません", "お届けできません"};
	char head[4096];
	size_t n = strnlen(notice, sizeof head - 1);
	memcpy(head, notice, n);
	head[n] = 0;
	return among(head, words, IG_COUNT(words)) != NULL;
}

bool ig_bounce_mark(const char *line, size_t len)
{
	static const char *const words[] = {"this is a copy of", "below this line is a copy", "enclosed is a copy",
		"original message", "message headers follow", "message header follows",
		"the header of the original", "returned message", "unsent message", "undelivered message", "below is a copy of",
		"included is a copy of", "original mail", "original text follows",
		"message text follows", "message contents", "returned mail follows", "copy of the message", "the following is a copy",
		"copy of your message", "a copy of the original", "original headers",
		"return-path:", "received: from ", "received: by ", "received: (qmail"};
	char copy[60];
	bool dashed = false;
	while (len && (*line == ' ' || *line == '\t' || *line == '-' || *line == '*' || *line == '=' || *line == '_' || *line == '>' || *line == '+')) {
		dashed |= *line == '-';
		line++;
		len--;
	}
	size_t n = len < sizeof copy - 1 ? len : sizeof copy - 1;
	memcpy(copy, line, n);
	copy[n] = 0;
	for (size_t i = 0; i < IG_COUNT(words); i++)
		if (!strncasecmp(copy, words[i], strlen(words[i])) && (dashed || strncasecmp(copy, "original message is", 19)))
			return true;
	return false;
}

size_t ig_bounce_lead(const char *line, size_t len)
{
	static const char *const words[] = {"recipient: ", "recipients: ", "rcpt to:", "rcpt to: ", "could not be delivered to: ",
		"unable to deliver message to: ", "unable to deliver message to ",
		"deliver message to ", "delivering your mail to ", "exceeds allowed size: ", "attempts: ", "undeliverable to ",
		"undeliverable to: ", "failed address: ", "failed recipient: ", "not delivered to ", "not delivered to: ",
		"unable to deliver to ", "recipient address: ", "intended recipient: ", "your message to ", "sorry your message to ",
		"the following message to ", "message you sent to ", "your message to: ", "gửi được thư tới ", "gửi được thư đến ", "gửi thư tới ", "gửi thư đến ",
		"gửi tới ", "gửi đến ", "người nhận: ", "mailing list ", "delivery to ", "user unknown: ", "unknown user: ", "mail to "};
	char copy[400];
	size_t n = len < sizeof copy - 1 ? len : sizeof copy - 1;
	memcpy(copy, line, n);
	copy[n] = 0;
	const char *at = among(copy, words, IG_COUNT(words));
	if (!at)
		return 0;
	while (*at == ' ' || *at == '<' || *at == '"' || *at == '\'')
		at++;
	return (size_t)(at - copy);
}

bool ig_bounce_delayed(const char *subject, const char *notice)
{
	static const char *const delay[] = {"has not yet been delivered", "not been delivered yet", "has been delayed",
		"will be retried", "warning message only", "still being retried", "will keep trying", "continue to try",
		"attempts will continue", "could not send message for", "delivery is delayed", "delivery delayed", "is delayed",
		"temporarily undeliverable", "will try again", "do not need to resend"},
		*const failed[] = {"permanent error", "failed permanently", "permanent failure", "permanent fatal errors", "giving up",
			"given up", "will not be retried", "been returned",
		"has failed", "could not be delivered"};
	char head[4096];
	size_t n = strnlen(notice, sizeof head - 1);
	memcpy(head, notice, n);
	head[n] = 0;
	if (among(head, failed, IG_COUNT(failed)) && !among(head, delay, IG_COUNT(delay)))
		return false;
	return among(head, delay, IG_COUNT(delay)) || (subject && strcasestr(subject, "delay"));
}
