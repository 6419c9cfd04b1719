/* Words of many mailers: attributions, header blocks, markers of original and forwarded mail, device signatures.
 * Relies on UTF-8 lines; ASCII letters are compared without case, others as they are commonly written.
 * Does not decide what is cut: that is reply.c, which looks at what stands around. */
#include "config.h"
#include <string.h>
#include <strings.h>
#include "base/opt.h"
#include "parse/reply.h"

static bool starts(const char *s, size_t len, const char *with)
{
	size_t n = strlen(with);
	return n <= len && !strncasecmp(s, with, n);
}

static const char *find(const char *s, size_t len, const char *what)
{
	size_t n = strlen(what);
	for (; len >= n; s++, len--)
		if ((*s | 32) == (*what | 32) && !strncasecmp(s, what, n))
			return s;
	return NULL;
}

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static size_t digits(const char *s, size_t len)
{
	size_t n = 0;
	for (size_t i = 0; i < len; i++)
		n += digit(s[i]);
	return n;
}

bool ig_reply_blank(struct ig_line l)
{
	for (size_t i = 0; i < l.len; i++)
		if (l.s[i] != ' ' && l.s[i] != '\t')
			return false;
	return true;
}

/* Up to three blanks before the mark; "|" only as some old mailers set it, with a blank after it or alone. */
bool ig_reply_quoted(struct ig_line l)
{
	size_t i = 0;
	while (i < l.len && i < 4 && (l.s[i] == ' ' || l.s[i] == '\t'))
		i++;
	if (i >= l.len)
		return false;
	return l.s[i] == '>' || (l.s[i] == '|' && (i + 1 == l.len || l.s[i + 1] == ' ') && (l.len < 3 || l.s[l.len - 1] != '|'));
}

static const char *const marker_words[] = {"original message", "original appointment", "forwarded message", "reply message", "forwarded by", "begin forwarded message",
	"thư gốc", "tin nhắn gốc", "thư đã chuyển tiếp", "thư chuyển tiếp", "tin nhắn chuyển tiếp", "tin nhắn được chuyển tiếp", "nội dung thư gốc", "thông điệp gốc",
	"mensaje original", "mensaje reenviado", "mensagem original", "mensagem encaminhada", "message d'origine", "message original", "message transféré",
	"message d’origine", "ursprüngliche nachricht", "originalnachricht", "weitergeleitete nachricht", "messaggio originale", "messaggio inoltrato",
	"oorspronkelijk bericht", "doorgestuurd bericht", "oprindelig meddelelse", "original meddelelse", "opprinnelig melding", "ursprungligt meddelande",
	"originalmeddelande", "alkuperäinen viesti", "oryginalna wiadomość", "wiadomość oryginalna", "původní zpráva", "eredeti üzenet", "orijinal mesaj",
	"mesaj original", "пересылаемое сообщение", "исходное сообщение", "перенаправленное сообщение", "оригінальне повідомлення", "原始邮件", "原始郵件", "转发的邮件",
	"元のメッセージ", "転送メッセージ", "원본 메시지"};

/* ASCII-lower copy of a line for looking up words that begin with a capital beyond ASCII (Ursprüngliche is ASCII at its start). */
bool ig_reply_marker(struct ig_line l)
{
	size_t from = 0, to = l.len;
	if (l.len < 8 || l.len > 120)
		return false;
	while (from < to && strchr("-_=*> \t#", l.s[from]))
		from++;
	while (to > from && strchr("-_=*: \t#", l.s[to - 1]))
		to--;
	/* "##- Please type your reply above this line -##" */
	if (find(l.s, l.len, "above this line") || find(l.s, l.len, "phía trên dòng này"))
		return true;
	bool framed = from >= 2 && l.len - to >= 2;
	if (!framed && !(l.s[l.len - 1] == ':' && starts(l.s + from, to - from, "begin forwarded message")))
		return false;
	for (size_t i = 0; i < IG_COUNT(marker_words); i++)
		if (starts(l.s + from, to - from, marker_words[i]))
			return true;
	/* The first letter of the others may be a capital beyond ASCII or stand after an article. */
	static const char *const capitals[] = {"Исходное", "Пересылаемое", "Перенаправленное", "Оригінальне", "Původní"};
	for (size_t i = 0; i < IG_COUNT(capitals); i++)
		if (starts(l.s + from, to - from, capitals[i]))
			return true;
	return false;
}

static const struct {
	const char *word;
	enum ig_header_word kind;
} header_words[] = {
	{"from", IG_HW_FROM}, {"de", IG_HW_FROM}, {"von", IG_HW_FROM}, {"van", IG_HW_FROM}, {"da", IG_HW_FROM}, {"fra", IG_HW_FROM}, {"från", IG_HW_FROM},
	{"od", IG_HW_FROM}, {"lähettäjä", IG_HW_FROM}, {"feladó", IG_HW_FROM}, {"kimden", IG_HW_FROM}, {"gönderen", IG_HW_FROM}, {"expéditeur", IG_HW_FROM},
	{"remitente", IG_HW_FROM}, {"mittente", IG_HW_FROM}, {"От", IG_HW_FROM}, {"Від", IG_HW_FROM}, {"Từ", IG_HW_FROM}, {"Người gửi", IG_HW_FROM},
	{"发件人", IG_HW_FROM}, {"寄件者", IG_HW_FROM}, {"差出人", IG_HW_FROM}, {"보낸 사람", IG_HW_FROM},
	{"sent", IG_HW_DATE}, {"date", IG_HW_DATE}, {"envoyé", IG_HW_DATE}, {"gesendet", IG_HW_DATE}, {"datum", IG_HW_DATE}, {"verzonden", IG_HW_DATE},
	{"enviado", IG_HW_DATE}, {"enviada em", IG_HW_DATE}, {"enviado el", IG_HW_DATE}, {"fecha", IG_HW_DATE}, {"data", IG_HW_DATE}, {"inviato", IG_HW_DATE},
	{"sendt", IG_HW_DATE}, {"dato", IG_HW_DATE}, {"skickat", IG_HW_DATE}, {"lähetetty", IG_HW_DATE}, {"wysłano", IG_HW_DATE}, {"odesláno", IG_HW_DATE},
	{"elküldve", IG_HW_DATE}, {"tarih", IG_HW_DATE}, {"Отправлено", IG_HW_DATE}, {"Дата", IG_HW_DATE}, {"Надіслано", IG_HW_DATE}, {"Đã gửi", IG_HW_DATE},
	{"Ngày", IG_HW_DATE}, {"Ngày gửi", IG_HW_DATE}, {"Vào", IG_HW_DATE}, {"Thời gian", IG_HW_DATE}, {"Gửi lúc", IG_HW_DATE}, {"发送时间", IG_HW_DATE},
	{"日期", IG_HW_DATE}, {"送信日時", IG_HW_DATE}, {"날짜", IG_HW_DATE},
	{"to", IG_HW_TO}, {"cc", IG_HW_TO}, {"reply-to", IG_HW_TO}, {"an", IG_HW_TO}, {"à", IG_HW_TO}, {"À", IG_HW_TO}, {"aan", IG_HW_TO}, {"para", IG_HW_TO},
	{"a", IG_HW_TO}, {"til", IG_HW_TO}, {"till", IG_HW_TO}, {"do", IG_HW_TO}, {"komu", IG_HW_TO}, {"risposta", IG_HW_TO}, {"vastaanottaja", IG_HW_TO},
	{"címzett", IG_HW_TO}, {"kime", IG_HW_TO}, {"Кому", IG_HW_TO}, {"Đến", IG_HW_TO}, {"Tới", IG_HW_TO}, {"Gửi đến", IG_HW_TO}, {"Gửi tới", IG_HW_TO},
	{"Người nhận", IG_HW_TO}, {"Đồng gửi", IG_HW_TO}, {"收件人", IG_HW_TO}, {"宛先", IG_HW_TO}, {"받는 사람", IG_HW_TO},
	{"subject", IG_HW_SUBJECT}, {"objet", IG_HW_SUBJECT}, {"betreff", IG_HW_SUBJECT}, {"onderwerp", IG_HW_SUBJECT}, {"asunto", IG_HW_SUBJECT},
	{"assunto", IG_HW_SUBJECT}, {"oggetto", IG_HW_SUBJECT}, {"emne", IG_HW_SUBJECT}, {"ämne", IG_HW_SUBJECT}, {"aihe", IG_HW_SUBJECT},
	{"temat", IG_HW_SUBJECT}, {"předmět", IG_HW_SUBJECT}, {"tárgy", IG_HW_SUBJECT}, {"konu", IG_HW_SUBJECT}, {"Тема", IG_HW_SUBJECT},
	{"Chủ đề", IG_HW_SUBJECT}, {"Tiêu đề", IG_HW_SUBJECT}, {"V/v", IG_HW_SUBJECT}, {"主题", IG_HW_SUBJECT}, {"主旨", IG_HW_SUBJECT}, {"件名", IG_HW_SUBJECT},
	{"제목", IG_HW_SUBJECT},
};

enum ig_header_word ig_reply_header(struct ig_line l)
{
	size_t from = 0;
	while (from < l.len && strchr("*> \t|_", l.s[from]))
		from++;
	const char *s = l.s + from;
	size_t room = l.len - from < 40 ? l.len - from : 40;
	const char *colon = memchr(s, ':', room);
	const char *wide = memmem(s, room, "：", 3);
	if (!colon || (wide && wide < colon))
		colon = wide;
	if (!colon)
		return IG_HW_NONE;
	size_t len = (size_t)(colon - s);
	while (len && strchr("* \t_", s[len - 1]))
		len--;
	for (size_t i = 0; len && i < IG_COUNT(header_words); i++)
		if (strlen(header_words[i].word) == len && !strncasecmp(s, header_words[i].word, len))
			return header_words[i].kind;
	return IG_HW_NONE;
}

static const char *const verbs[] = {"wrote", "writes", "đã viết", "viết:", "đã gửi", "a écrit", "écrit :", "schrieb", "geschreven", "schreef", "escribió", "escreveu",
	"ha scritto", "scritto:", "skrev", "skreiv", "kirjoitti", "napisał", "pisze", "napsal", "napísal", "написал", "пишет", "пише", "писал", "написав", "напиша", "писала",
	"写道", "寫道", "のメール", "が書きました", "작성", "yazdı", "şunu yazdı", "írta", "ezt írta", "a scris", "έγραψε", "kirjutas", "rakstīja", "rašė", "je napisao",
	"va escriure", "said:", "quoting ", "zitat von ", "citando ", "menulis", "เขียนว่า", "כתב", "كتب"};
static const char *const openers[] = {"On ", "Vào ", "Ngày ", "Lúc ", "Trong ", "Thứ ", "Vao ", "Ngay ", "Luc ", "Le ", "Am ", "Op ", "El ", "Il ", "Em ", "Den ", "Dne ",
	"Dnia ", "W dniu ", "Pe ", "În ", "Dana ", "På ", "Pada ", "Kl.", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "At ", "Στις ", "Τη ",
	"в ", "В ", "пн", "вт", "ср", "чт", "пт", "сб", "вс", "нд", "Пн", "Вт", "Ср", "Чт", "Пт", "Сб", "Вс", "Нд", "在", "於", "于", "Quoting ", "Zitat von ", "Citando ",
	"Citeren ", "Trích dẫn "};

int ig_reply_opener(struct ig_line l)
{
	const char *s = l.s;
	size_t len = l.len;
	while (len && strchr("-* \t", *s)) {
		s++;
		len--;
	}
	if (!len || ig_reply_quoted(l))
		return 0;
	if (digit(*s))
		return digits(s, len) >= 3 ? 2 : 0;
	for (size_t i = 0; i < IG_COUNT(openers); i++)
		if (len >= strlen(openers[i]) && !memcmp(s, openers[i], strlen(openers[i])))
			return 2;
	if (*s == '<' || *s == '"')
		return 1;
	/* "NAME <ADDRESS> schrieb am ...", "NAME kirjoitti 8.2.2016 kello 10.00:", and languages whose verb is not known here */
	bool address = memchr(s, '@', len) != NULL, date = digits(s, len) >= 5, verb = address && date;
	for (size_t i = 0; (address || date) && i < IG_COUNT(verbs) && !verb; i++)
		verb = find(s, len, verbs[i]) != NULL;
	return verb;
}

bool ig_reply_attribution(const char *text, size_t len, bool *sure_r)
{
	bool dashes = len > 4 && !memcmp(text + len - 2, "--", 2);
	while (len && strchr("- *\t", text[len - 1]))
		len--;
	while (len && strchr("- *\t", *text)) {
		text++;
		len--;
	}
	*sure_r = false;
	if (len < 8 || len > 400)
		return false;
	bool ends = text[len - 1] == ':' || dashes || (len > 3 && !memcmp(text + len - 3, "：", 3));
	bool address = memchr(text, '@', len) != NULL;
	bool time = false;
	for (size_t i = 0; i + 2 < len; i++)
		time = time || (digit(text[i]) && (text[i + 1] == ':' || text[i + 1] == '.') && digit(text[i + 2]));
	size_t n = digits(text, len);
	for (size_t i = 0; i < IG_COUNT(verbs) && !*sure_r; i++)
		*sure_r = find(text, len, verbs[i]) != NULL;
	if (*sure_r && ends)
		return address || time || n >= 5;
	/* Without a verb: a date and an address, as old Gmail put it. The caller asks for a quote below it. */
	return n >= 5 && address && (ends || text[len - 1] == '>');
}

bool ig_reply_delimiter(struct ig_line l)
{
	size_t marks = 0;
	for (size_t i = 0; i < l.len; i++) {
		if (strchr("-_=+~#*", l.s[i])) {
			marks++;
		} else if (l.len - i >= 3 && (!memcmp(l.s + i, "—", 3) || !memcmp(l.s + i, "–", 3) || !memcmp(l.s + i, "ᐧ", 3))) {
			marks += 2;
			i += 2;
		} else if (l.s[i] != ' ' && l.s[i] != '\t') {
			return false;
		}
	}
	return marks >= 2;
}

static const char *const mobile_starts[] = {"sent from", "sent via", "sent with", "sent by", "sent using", "get outlook for", "get [outlook", "from my ", "gửi từ", "được gửi từ",
	"đã gửi từ", "gui tu ", "duoc gui tu", "tải outlook cho", "lấy outlook cho", "envoyé depuis", "envoyé de mon", "envoyé à partir", "obtenir outlook", "von meinem",
	"gesendet von", "gesendet mit", "von unterwegs", "enviado desde", "enviado do ", "enviado de ", "enviado a partir", "enviado pelo", "inviato da", "verzonden vanaf",
	"verzonden met", "verstuurd vanaf", "verstuurd met", "sendt fra", "skickat från", "skickades från", "lähetetty", "wysłane z", "wysłano z", "odesláno z", "poslané z",
	"отправлено с", "отправлено из", "надіслано з", "從我的", "从我的", "发自我的", "發自我的", "来自", "iphoneから送信", "androidから送信", "나의 iphone에서", "iphone'umdan",
	"dikirim dari", "diese nachricht wurde von meinem", "trimis de pe", "küldve", "enviat des"};
static const char *const capital_starts[] = {"Gửi từ", "Được gửi từ", "Đã gửi từ", "Tải Outlook", "Отправлено", "Надіслано", "Wysłane", "Odesláno", "Lähetetty"};

bool ig_reply_mobile(struct ig_line l)
{
	const char *s = l.s;
	size_t len = l.len;
	while (len && strchr("(<[*_- \t>", *s)) {
		s++;
		len--;
	}
	if (len < 5 || l.len > 160)
		return false;
	for (size_t i = 0; i < IG_COUNT(mobile_starts); i++)
		if (starts(s, len, mobile_starts[i]))
			return true;
	for (size_t i = 0; i < IG_COUNT(capital_starts); i++)
		if (starts(s, len, capital_starts[i]))
			return true;
	/* "NAME from mobile": short, and ends with it. */
	return len < 48 && ((len > 12 && !strncasecmp(s + len - 11, "from mobile", 11)) || (len > 13 && !strncasecmp(s + len - 12, "from a phone", 12)));
}

bool ig_reply_footer(struct ig_line l)
{
	static const char *const words[] = {"mailing list", "unsubscribe", "to post to this group", "google groups", "listinfo", "hủy đăng ký", "huỷ đăng ký", "reply to this email directly",
		"you received this message because", "you are receiving this", "bạn nhận được thư này vì", "se désabonner", "abmelden", "darse de baja"};
	for (size_t i = 0; i < IG_COUNT(words); i++)
		if (find(l.s, l.len, words[i]))
			return true;
	return false;
}
