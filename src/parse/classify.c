/* What kind of message this is, and whether an automatic answer is allowed: header fields and report types only.
 * Relies on RFC 3834 (automatic mail), RFC 3464 (delivery reports), RFC 8098 (read receipts), RFC 2369 and 2919 (lists), RFC 5965 (abuse reports).
 * Does not read prose, except to tell an absence note from other automatic replies that say themselves that they are automatic. */
#include "config.h"
#include <string.h>
#include <strings.h>
#include "base/opt.h"
#include "base/utf8.h"
#include "parse/bounce.h"
#include "parse/header.h"
#include "parse/inner.h"

static const char *value(struct ig_mail *m, enum ig_head h)
{
	return m->head[h] ? ig_header_unfold(m->a, m->head[h]) : NULL;
}

static bool begins(const char *s, const char *with)
{
	return s && !strncasecmp(s, with, strlen(with));
}

static bool holds(const char *s, const char *what)
{
	return s && strcasestr(s, what);
}

static void decide(struct ig_mail *m, enum ig_class class, const char *reason)
{
	m->r->class = class;
	m->r->class_reason = reason;
}

/* Value of a field in the text of a report part; NULL when it is not there. */
static const char *report_field(const char *text, const char *name)
{
	size_t n = strlen(name);
	for (const char *s = text; s && *s; s = strchr(s, '\n') ? strchr(s, '\n') + 1 : NULL)
		if (!strncasecmp(s, name, n) && s[n] == ':')
			return s + n + 1 + strspn(s + n + 1, " \t");
	return NULL;
}

/* Worst action of all recipients (RFC 3464 section 2.3.3). */
static enum ig_class by_action(const char *text)
{
	bool other = false;
	for (const char *s = text; s && *s; s = strchr(s, '\n') ? strchr(s, '\n') + 1 : NULL) {
		const char *v = report_field(s, "Action");
		if (!v)
			break;
		if (begins(v, "failed"))
			return IG_CLASS_BOUNCE;
		other = true;
		s = v;
	}
	return other ? IG_CLASS_DELIVERY_REPORT : IG_CLASS_BOUNCE;
}

static bool local_part(const char *address, const char *const *list, size_t count)
{
	size_t len = strcspn(address, "@");
	for (size_t i = 0; i < count; i++)
		if (strlen(list[i]) == len && !strncasecmp(address, list[i], len))
			return true;
	return false;
}

/* An address or name that only a mail system uses. */
static bool from_daemon(struct ig_mail *m)
{
	static const char *const locals[] = {"mailer-daemon", "mail-daemon", "mailerdaemon", "mdaemon", "mail.delivery.system"};
	const struct ig_address *from = m->r->from;
	return from && (local_part(from->address, locals, IG_COUNT(locals)) || begins(from->name, "mail delivery s") || begins(from->name, "mailer-daemon") ||
		begins(from->name, "mailer daemon"));
}

/* A mail system speaks, or the person behind it. */
static bool from_mailer(struct ig_mail *m)
{
	static const char *const locals[] = {"postmaster", "post_master"};
	return from_daemon(m) || (m->r->from && local_part(m->r->from->address, locals, IG_COUNT(locals)));
}

/* Subjects of delivery notices that are no RFC 3464 report. They count only from a mail system. */
static bool delivery_words(const char *subject)
{
	static const char *const words[] = {"undeliver", "delivery fail", "delivery status", "delivery notification", "failure notice", "returned mail", "mail failed",
		"not be delivered", "returned to sender", "returning message", "delivery problem", "non-delivery", "không gửi được", "không thể gửi",
		"không chuyển được", "nicht zugestellt", "unzustellbar", "non remis", "no se pudo entregar", "配信"};
	for (size_t i = 0; i < IG_COUNT(words); i++)
		if (holds(subject, words[i]))
			return true;
	return false;
}

static bool delay_words(const char *subject)
{
	return holds(subject, "delay") || holds(subject, "still being retried") || holds(subject, "could not send message for") || holds(subject, "will be retried");
}

static bool null_sender(struct ig_mail *m)
{
	return (m->r->return_path && !*m->r->return_path) || (m->envelope && m->envelope->sender && !*m->envelope->sender);
}

static bool delivery(struct ig_mail *m)
{
	bool report = !strcmp(m->top_type, "multipart/report");
	if ((report && m->report_type && !strcmp(m->report_type, "disposition-notification")) || m->receipt_text) {
		decide(m, IG_CLASS_READ_RECEIPT, "a disposition notification (RFC 8098)");
		return true;
	}
	if (m->status_text || (report && m->report_type && !strcmp(m->report_type, "delivery-status"))) {
		enum ig_class c = m->status_text ? by_action(m->status_text) : IG_CLASS_BOUNCE;
		decide(m, c, c == IG_CLASS_BOUNCE ? "a delivery status with failed recipients (RFC 3464)" : "a delivery status without failures (RFC 3464)");
		return true;
	}
	if (m->feedback_report || (m->report_type && !strcmp(m->report_type, "feedback-report"))) {
		decide(m, IG_CLASS_MACHINE_REPORT, "a feedback report (RFC 5965)");
		return true;
	}
	if (m->head[IG_HEAD_X_FAILED]) {
		decide(m, IG_CLASS_BOUNCE, "X-Failed-Recipients");
		return true;
	}
	if (from_daemon(m) || (from_mailer(m) && (null_sender(m) || delivery_words(m->r->subject)))) {
		bool delay = delay_words(m->r->subject);
		decide(m, delay ? IG_CLASS_DELIVERY_REPORT : IG_CLASS_BOUNCE, from_daemon(m) ? "a mail system as its sender" :
			null_sender(m) ? "empty return path and a postmaster as its sender" : "a postmaster as its sender and a delivery notice in its subject");
		return true;
	}
	const char *notice = ig_bounce_notice(m, from_mailer(m), null_sender(m));
	if (notice)
		decide(m, IG_CLASS_BOUNCE, notice);
	return notice != NULL;
}

/* Words of an absence, as ig_utf8_fold leaves them (no marks, no case, punctuation as spaces), so that one spelling serves Vietnamese
 * with and without its marks. They count only in mail that says itself that it is automatic. */
static bool absence_words(struct ig_mail *m)
{
	static const char *const words[] = {"out of office", "out of the office", "out of town", "vacation", "on leave", "annual leave", "maternity leave", "parental leave",
		"sick leave", "on holiday", "away from", "currently away", "am away", "be away", "limited access to", "not in the office", "business trip",
		"vang mat", "nghi phep", "di vang", "ngoai van phong", "khong co mat", "dang nghi", "nghi le", "nghi tet", "nghi thai san", "di cong tac",
		"abwesenheit", "abwesend", "absence du bureau", "absent du bureau", "absent e", "fuera de la oficina", "fuori sede", "afwezig", "franvaro",
		"fravaerende", "poissa", "ausente", "不在", "休暇", "休假", "en conge", "vacaciones", "ferias", "in ferie", "assente", "urlaub", "nicht im buro", "vakantie",
		"franvarande", "semester till", "pa ferie", "lomalla", "nieobecn", "poza biurem", "na urlopie", "nepritomn", "dovolen", "szabadsagon", "отпуск", "отсутств", "вне офиса",
		"ofis dısında", "izindeyim", "yillik izin", "di luar kantor", "sedang cuti", "απουσια", "εκτος γραφειου", "부재중", "휴가", "ไม่อยู่ที่สำนักงาน", "חופשה", "إجازة"};
	const struct ig_report *r = m->r;
	/* Only the beginning of the text: an absence note says so at once. */
	size_t n = r->text ? strlen(r->text) : 0;
	n = n ? ig_utf8_cut(r->text, n, 600) : 0;
	const char *subject = r->subject ? ig_utf8_fold(m->a, r->subject, strlen(r->subject)) : NULL, *head = n ? ig_utf8_fold(m->a, r->text, n) : NULL;
	for (size_t i = 0; i < IG_COUNT(words); i++)
		/* As written, too: folding takes the letters of some scripts apart. */
		if ((subject && (strstr(subject, words[i]) || strstr(r->subject, words[i]))) ||
			(head && (strstr(head, words[i]) || memmem(r->text, n, words[i], strlen(words[i])))))
			return true;
	return false;
}

/* A header that only an automatic reply has. */
static const char *reply_header(struct ig_mail *m)
{
	static const struct {
		enum ig_head head;
		const char *name;
	} marks[] = {{IG_HEAD_X_AUTOREPLY, "X-Autoreply"}, {IG_HEAD_X_AUTOREPLY_FROM, "X-Autoreply-From"}, {IG_HEAD_X_AUTORESPOND, "X-Autorespond"},
		{IG_HEAD_X_AUTORESPONDER, "X-Autoresponder"}, {IG_HEAD_X_MAIL_AUTOREPLY, "X-Mail-Autoreply"}};
	for (size_t i = 0; i < IG_COUNT(marks); i++) {
		const char *v = value(m, marks[i].head);
		if (v && strcasecmp(v, "no") && strcasecmp(v, "false"))
			return marks[i].name;
	}
	if (begins(value(m, IG_HEAD_PRECEDENCE), "auto_reply") || begins(value(m, IG_HEAD_PRECEDENCE), "auto-reply") || begins(value(m, IG_HEAD_X_PRECEDENCE), "auto_reply"))
		return "Precedence: auto_reply";
	if (begins(value(m, IG_HEAD_PREFERENCES), "auto_reply"))
		return "Preferences: auto_reply";
	if (begins(value(m, IG_HEAD_X_APPLE_ACTION), "vacation"))
		return "X-Apple-Action: VACATION";
	return NULL;
}

/* An answer to something, by form: it names what it answers or says so in its subject. */
static bool answers(const struct ig_report *r)
{
	static const char *const begin[] = {"automatic reply", "auto:", "auto reply", "autoreply", "automatische antwort", "réponse automatique", "respuesta automática",
		"risposta automatica", "automatisch antwoord", "autosvar", "trả lời tự động", "tự động trả lời", "thư trả lời tự động",
		"out of office", "abwesenheit", "resposta automática", "automatiskt svar", "automatisk svar", "automaattinen vastaus", "odpowiedź automatyczna",
		"automatická odpověď", "automatikus válasz", "răspuns automat", "Автоматический ответ", "Автоответ", "Автоматична відповідь", "otomatik yanıt",
		"balasan otomatis", "Αυτόματη απάντηση", "自动答复", "自动回复", "自動回覆", "自動返信", "自動応答", "자동 회신", "자동 응답", "ตอบกลับอัตโนมัติ"};
	for (size_t i = 0; i < IG_COUNT(begin); i++)
		if (begins(r->subject, begin[i]))
			return true;
	return *r->in_reply_to != NULL;
}

static bool automatic_reply(struct ig_mail *m)
{
	struct ig_report *r = m->r;
	const char *submitted = value(m, IG_HEAD_AUTO_SUBMITTED), *mark = reply_header(m), *reason = NULL;
	const char *suppress = value(m, IG_HEAD_X_AUTO_RESPONSE);
	bool from_list = m->head[IG_HEAD_LIST_ID] || m->head[IG_HEAD_LIST_UNSUBSCRIBE] || m->head[IG_HEAD_LIST_POST] || m->head[IG_HEAD_MAILING_LIST] ||
		m->head[IG_HEAD_X_MAILING_LIST];
	bool bulk = begins(value(m, IG_HEAD_PRECEDENCE), "bulk") || begins(value(m, IG_HEAD_PRECEDENCE), "junk");
	if (begins(submitted, "auto-replied"))
		reason = "Auto-Submitted: auto-replied (RFC 3834)";
	else if (mark)
		reason = mark;
	else if (begins(submitted, "auto-") && answers(r) && absence_words(m))
		reason = "Auto-Submitted and an absence note";
	else if ((suppress || bulk || null_sender(m)) && !from_list && answers(r) && absence_words(m))
		reason = suppress ? "X-Auto-Response-Suppress and an absence note" : bulk ? "Precedence and an absence note" : "empty return path and an absence note";
	if (!reason)
		return false;
	decide(m, absence_words(m) ? IG_CLASS_OUT_OF_OFFICE : IG_CLASS_AUTO_REPLY, reason);
	return true;
}

static bool list(struct ig_mail *m)
{
	static const struct {
		enum ig_head head;
		const char *reason;
	} marks[] = {{IG_HEAD_LIST_ID, "List-Id (RFC 2919)"}, {IG_HEAD_LIST_UNSUBSCRIBE, "List-Unsubscribe (RFC 2369)"}, {IG_HEAD_LIST_POST, "List-Post (RFC 2369)"},
		{IG_HEAD_LIST_SUBSCRIBE, "List-Subscribe (RFC 2369)"}, {IG_HEAD_LIST_HELP, "List-Help (RFC 2369)"}, {IG_HEAD_MAILING_LIST, "Mailing-List"},
		{IG_HEAD_X_MAILING_LIST, "X-Mailing-List"}};
	for (size_t i = 0; i < IG_COUNT(marks); i++)
		if (m->head[marks[i].head]) {
			decide(m, IG_CLASS_LIST, marks[i].reason);
			return true;
		}
	const char *precedence = value(m, IG_HEAD_PRECEDENCE);
	if (begins(precedence, "list") || begins(precedence, "bulk") || begins(precedence, "junk")) {
		decide(m, IG_CLASS_LIST, ig_arena_fmt(m->a, "Precedence: %.4s", precedence));
		return true;
	}
	return false;
}

static bool machine(struct ig_mail *m)
{
	const char *submitted = value(m, IG_HEAD_AUTO_SUBMITTED);
	if (m->head[IG_HEAD_X_ARF] || m->head[IG_HEAD_X_XARF]) {
		decide(m, IG_CLASS_MACHINE_REPORT, "X-ARF");
		return true;
	}
	if (submitted && strncasecmp(submitted, "no", 2)) {
		decide(m, IG_CLASS_MACHINE_REPORT, "Auto-Submitted (RFC 3834)");
		return true;
	}
	/* Outlook's complaint service has no feedback report (RFC 5965): the message complained of, and this subject. */
	if (begins(m->r->subject, "complaint about message from ") && m->inner_id) {
		decide(m, IG_CLASS_MACHINE_REPORT, "a complaint about a message, which is enclosed");
		return true;
	}
	if (m->head[IG_HEAD_X_AUTOGENERATED]) {
		decide(m, IG_CLASS_MACHINE_REPORT, "X-Autogenerated");
		return true;
	}
	return false;
}

/* RFC 3834 section 2: what an automatic responder does not answer. */
static bool silent(struct ig_mail *m)
{
	const char *submitted = value(m, IG_HEAD_AUTO_SUBMITTED), *suppress = value(m, IG_HEAD_X_AUTO_RESPONSE);
	if (m->r->class != IG_CLASS_PERSON && m->r->class != IG_CLASS_TICKET_SYSTEM && m->r->class != IG_CLASS_MACHINE_REPORT)
		return true;
	if (submitted && strncasecmp(submitted, "no", 2))
		return true;
	if (suppress && strcasecmp(suppress, "none") && (holds(suppress, "all") || holds(suppress, "autoreply")))
		return true;
	return null_sender(m) || from_mailer(m);
}

void ig_classify(struct ig_mail *m)
{
	if (delivery(m)) {
		if (m->r->class != IG_CLASS_MACHINE_REPORT)
			ig_bounce_read(m);
	} else if (!automatic_reply(m) && !list(m) && !machine(m)) {
		decide(m, IG_CLASS_PERSON, "no sign of automatic mail");
	}
	m->r->no_auto_reply = silent(m);
}
