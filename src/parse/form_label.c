/* Labels of the forms in plain letters, the longer ones first where one begins another. Relies on ig_plain. */
#include "config.h"
#include <ctype.h>
#include <string.h>
#include "base/opt.h"
#include "parse/form.h"
#include "parse/plain.h"

#define MORE_MAX 30

/* Words of a label are apart by whatever is no letter or digit: "tổ chức/cá nhân" and "tổ chức, cá nhân" are the same. "" : a label that is known and
 * belongs to no field of ours: it ends the value before it. */
static const struct { const char *words, *field; } labels[] = {
	{"ten to chuc ca nhan bao cao", "reporter.organisation"}, {"ten to chuc ca nhan thong bao", "reporter.organisation"}, {"ten to chuc ca nhan", "reporter.organisation"},
	{"to chuc ca nhan bao cao", "reporter.organisation"}, {"ten to chuc bao cao", "reporter.organisation"}, {"ten don vi bao cao", "reporter.organisation"},
	{"ten co quan to chuc", "reporter.organisation"}, {"ten co quan don vi", "reporter.organisation"}, {"ten co quan bao cao", "reporter.organisation"},
	{"ten don vi to chuc", "reporter.organisation"}, {"don vi bao cao", "reporter.organisation"}, {"to chuc bao cao", "reporter.organisation"},
	{"co quan bao cao", "reporter.organisation"}, {"ten to chuc", "reporter.organisation"}, {"ten don vi", "reporter.organisation"},
	{"ten co quan", "reporter.organisation"}, {"reporting organisation", "reporter.organisation"}, {"reporting organization", "reporter.organisation"},
	{"organisation name", "reporter.organisation"}, {"organization name", "reporter.organisation"}, {"organisation", "reporter.organisation"},
	{"organization", "reporter.organisation"},
	{"ho va ten nguoi lien he", "reporter.person"}, {"ho va ten", "reporter.person"}, {"ho ten nguoi lien he", "reporter.person"}, {"ho ten", "reporter.person"},
	{"ten nguoi lien he", "reporter.person"}, {"nguoi lien he", "reporter.person"}, {"nguoi lien lac", "reporter.person"}, {"dau moi lien he", "reporter.person"},
	{"can bo dau moi", "reporter.person"}, {"nguoi bao cao", "reporter.person"}, {"contact person", "reporter.person"}, {"contact name", "reporter.person"},
	{"full name", "reporter.person"}, {"contact", "reporter.person"},
	{"dia chi ip cong cong", ""}, {"dia chi ip", ""}, {"dia chi thu dien tu", "reporter.email"}, {"dia chi email", "reporter.email"}, {"dia chi e mail", "reporter.email"},
	{"dia chi lien he", "reporter.address"}, {"dia chi lien lac", "reporter.address"}, {"dia chi to chuc", "reporter.address"}, {"dia chi", "reporter.address"},
	{"ip address", ""}, {"e mail address", "reporter.email"}, {"email address", "reporter.email"}, {"address", "reporter.address"},
	{"so dien thoai lien he", "reporter.phone"}, {"so dien thoai", "reporter.phone"}, {"dien thoai di dong", "reporter.phone"}, {"dien thoai co dinh", "reporter.phone"},
	{"dien thoai lien he", "reporter.phone"}, {"dien thoai fax", "reporter.phone"}, {"dt fax", "reporter.phone"}, {"dien thoai", "reporter.phone"},
	{"di dong", "reporter.phone"}, {"sdt", "reporter.phone"}, {"so dt", "reporter.phone"}, {"dt", "reporter.phone"}, {"telephone", "reporter.phone"},
	{"phone number", "reporter.phone"}, {"phone", "reporter.phone"}, {"tel", "reporter.phone"},
	{"so fax", "reporter.fax"}, {"fax", "reporter.fax"},
	{"thu dien tu", "reporter.email"}, {"hop thu dien tu", "reporter.email"}, {"e mail", "reporter.email"}, {"email", "reporter.email"},
	{"ten don vi van hanh", "system.operator"}, {"don vi quan ly van hanh", "system.operator"}, {"don vi van hanh he thong thong tin", "system.operator"},
	{"don vi van hanh he thong", "system.operator"}, {"don vi van hanh", "system.operator"}, {"operator unit", "system.operator"}, {"operator", "system.operator"},
	{"co quan chu quan he thong", "system.owner"}, {"chu quan he thong thong tin", "system.owner"}, {"co quan chu quan", "system.owner"}, {"don vi chu quan", "system.owner"},
	{"chu quan he thong", "system.owner"}, {"chu quan", "system.owner"}, {"owner agency", "system.owner"}, {"owner", "system.owner"},
	{"ten he thong bi su co", "system.name"}, {"ten he thong thong tin bi su co", "system.name"}, {"ten he thong thong tin", "system.name"}, {"ten he thong", "system.name"},
	{"he thong thong tin bi su co", "system.name"}, {"he thong bi su co", "system.name"}, {"he thong bi anh huong", "system.name"}, {"system name", "system.name"},
	{"affected system", "system.name"},
	{"phan loai cap do cua he thong thong tin", "system.level"}, {"cap do cua he thong thong tin", "system.level"}, {"cap do he thong", "system.level"},
	{"cap do cua he thong", "system.level"}, {"cap do an toan he thong thong tin", "system.level"}, {"cap do an toan", "system.level"}, {"cap do", "system.level"},
	{"system level", "system.level"}, {"security level", "system.level"},
	{"to chuc cung cap dich vu an toan thong tin", "system.provider"}, {"don vi cung cap dich vu an toan thong tin", "system.provider"},
	{"nha cung cap dich vu an toan thong tin", "system.provider"}, {"nha cung cap ket noi ben ngoai", "system.provider"}, {"nha cung cap ket noi internet", "system.provider"},
	{"don vi cung cap dich vu", "system.provider"}, {"nha cung cap dich vu", "system.provider"}, {"nha cung cap", "system.provider"},
	{"service provider", "system.provider"}, {"provider", "system.provider"}, {"isp", "system.provider"},
	{"mo ta so bo ve su co", "incident.summary"}, {"mo ta so bo su co", "incident.summary"}, {"mo ta so bo", "incident.summary"}, {"mo ta ngan gon", "incident.summary"},
	{"mo ta ve su co", "incident.summary"}, {"mo ta su co", "incident.summary"}, {"noi dung su co", "incident.summary"}, {"tom tat su co", "incident.summary"},
	{"mo ta ngan", "incident.summary"}, {"mo ta", "incident.summary"}, {"short description", "incident.summary"}, {"incident description", "incident.summary"},
	{"description", "incident.summary"},
	{"ngay gio phat hien su co", "incident.found_at"}, {"ngay gio phat hien", "incident.found_at"}, {"ngay phat hien su co", "incident.found_at"},
	{"ngay phat hien", "incident.found_at"}, {"thoi gian phat hien su co", "incident.found_at"}, {"thoi gian phat hien", "incident.found_at"},
	{"thoi diem phat hien su co", "incident.found_at"}, {"thoi diem phat hien", "incident.found_at"}, {"gio phat hien", "incident.found_at"},
	{"phat hien luc", "incident.found_at"}, {"phat hien vao", "incident.found_at"}, {"date found", "incident.found_at"}, {"time found", "incident.found_at"},
	{"found at", "incident.found_at"}, {"detected at", "incident.found_at"}, {"date of detection", "incident.found_at"},
	{"hien trang su co", "incident.status"}, {"hien trang", "incident.status"}, {"tinh trang su co", "incident.status"}, {"tinh trang hien tai", "incident.status"},
	{"tinh trang xu ly", "incident.status"}, {"tinh trang", "incident.status"}, {"trang thai", "incident.status"}, {"ket qua xu ly su co", "incident.status"},
	{"ket qua xu ly", "incident.status"}, {"ket qua den nay", "incident.status"}, {"current status", "incident.status"}, {"status", "incident.status"},
	{"cach thuc phat hien su co", "incident.how_found"}, {"cach thuc phat hien", "incident.how_found"}, {"cach phat hien", "incident.how_found"},
	{"phat hien su co thong qua", "incident.how_found"}, {"phat hien thong qua", "incident.how_found"}, {"phat hien bang", "incident.how_found"},
	{"nguon phat hien", "incident.how_found"}, {"how found", "incident.how_found"}, {"found by", "incident.how_found"},
	{"da gui thong bao su co cho", "incident.already_notified"}, {"da gui thong bao cho", "incident.already_notified"}, {"da thong bao su co cho", "incident.already_notified"},
	{"da thong bao cho", "incident.already_notified"}, {"don vi da thong bao", "incident.already_notified"}, {"da thong bao den", "incident.already_notified"},
	{"already notified", "incident.already_notified"},
	{"kien nghi de xuat ho tro", "incident.help_wanted"}, {"kien nghi de xuat", "incident.help_wanted"}, {"de xuat kien nghi", "incident.help_wanted"},
	{"noi dung de nghi ho tro", "incident.help_wanted"}, {"de nghi ho tro", "incident.help_wanted"}, {"yeu cau ho tro", "incident.help_wanted"},
	{"de xuat ho tro", "incident.help_wanted"}, {"kien nghi", "incident.help_wanted"}, {"de xuat", "incident.help_wanted"}, {"help wanted", "incident.help_wanted"},
	{"assistance requested", "incident.help_wanted"}, {"recommendations", "incident.help_wanted"}, {"recommendation", "incident.help_wanted"},
	{"de nghi giu bi mat thong tin", "secrecy.requested"}, {"de nghi giu bi mat", "secrecy.requested"}, {"yeu cau giu bi mat", "secrecy.requested"},
	{"yeu cau bao mat", "secrecy.requested"}, {"giu bi mat thong tin", "secrecy.requested"}, {"giu bi mat", "secrecy.requested"},
	{"keep confidential", "secrecy.requested"}, {"confidentiality requested", "secrecy.requested"}, {"secrecy requested", "secrecy.requested"},
	{"thoi gian thuc hien bao cao", "letter.date"}, {"thoi gian bao cao", "letter.date"}, {"thoi diem bao cao", "letter.date"}, {"ngay bao cao", "letter.date"},
	{"date of report", "letter.date"}, {"report date", "letter.date"},
	{"bao cao so", "letter.in_reply_to"}, {"so bao cao truoc", "letter.in_reply_to"},
	{"chuc vu", ""}, {"he dieu hanh", ""}, {"cac dich vu", ""}, {"bien phap", ""}, {"ten mien", ""}, {"muc dich", ""}, {"tep dinh kem", ""}, {"thong tin gui kem", ""},
	{"loai su co", ""}, {"ma so", ""}, {"website", ""}, {"operating system", ""}, {"attachments", ""}};

/* Length of the words at `at`, 0 when they are not there. */
static size_t words_at(const struct ig_plain *p, size_t at, size_t end, const char *words)
{
	size_t i = at;
	for (const char *w = words; *w;) {
		if (*w == ' ') {
			size_t before = i;
			while (i < end && !isalnum((unsigned char)p->s[i]) && p->s[i] != ':' && p->s[i] != '\n' && p->s[i] != '\t')
				i++;
			if (i == before)
				return 0;
			w++;
		} else if (i < end && p->s[i] == *w) {
			i++, w++;
		} else {
			return 0;
		}
	}
	return i < end && isalnum((unsigned char)p->s[i]) ? 0 : i - at;
}

/* Behind the words: "(*)", "(nếu có)", then a colon, a tab, a wide gap or the end of the line. */
static size_t behind(const struct ig_plain *p, size_t i, size_t end)
{
	for (;;) {
		size_t before = i;
		while (i < end && (p->s[i] == ' ' || p->s[i] == '*'))
			i++;
		if (i < end && p->s[i] == '(' && memchr(p->s + i, ')', end - i)) {
			/* A ticked "(x)" is a value. */
			const char *close = memchr(p->s + i, ')', end - i);
			if (close - (p->s + i) <= 2 && p->s[i + 1] != '*')
				return i > before ? i : 0;
			i = (size_t)(close - p->s) + 1;
			continue;
		}
		if (i >= end)
			return end;
		if (p->s[i] == ':' || p->s[i] == '=' || p->s[i] == '\t')
			return i + 1;
		if ((p->s[i] == '-' || p->s[i] == '.') && i > before && i + 1 < end && (p->s[i + 1] == ' ' || p->s[i + 1] == '.'))
			return i + 1;
		if (p->s[i] == '?' || p->s[i] == '[' || p->s[i] == '.') /* a box that has no plain letter, or leaders */
			return i;
		return i - before >= 3 ? i : 0;
	}
}

/* People say more than the form: "Tên tổ chức, cá nhân báo sự cố:". A few words more, up to the colon or the cell, are part of a label of two words
 * and more. */
static size_t more_words(const struct ig_plain *p, size_t i, size_t end, const char *words)
{
	size_t from = i;
	if (!strchr(words, ' '))
		return 0;
	while (i < end && i < from + MORE_MAX && (isalpha((unsigned char)p->s[i]) || strchr(" ,/()*", p->s[i])))
		i++;
	return i > from && i < end && (p->s[i] == ':' || p->s[i] == '\t') ? i + 1 : 0;
}

/* Labels by their first two letters: every word of every mail is asked for. next: index + 1, in the order of the table; 0 none. */
static unsigned short heads[1024], next[IG_COUNT(labels)];

static unsigned bucket(const char *two)
{
	return ((unsigned char)two[0] & 31u) << 5 | (isalnum((unsigned char)two[1]) ? (unsigned char)two[1] & 31u : 0); /* "e-mail" is "e mail" */
}

static void index_labels(void)
{
	for (size_t k = IG_COUNT(labels); k-- > 0;) {
		unsigned b = bucket(labels[k].words);
		next[k] = heads[b];
		heads[b] = (unsigned short)(k + 1);
	}
}

size_t ig_form_label(const struct ig_plain *p, size_t at, size_t end, const char **field_r)
{
	size_t best = 0, best_end = 0;
	if (!heads[bucket(labels[0].words)])
		index_labels();
	if (at + 1 >= end)
		return 0;
	for (size_t k = heads[bucket(p->s + at)]; k; k = next[k - 1]) {
		const char *words = labels[k - 1].words;
		size_t n = words_at(p, at, end, words);
		size_t after = n > best ? behind(p, at + n, end) : 0;
		after = after || n <= best ? after : more_words(p, at + n, end, words);
		if (after) {
			best = n;
			best_end = after;
			*field_r = labels[k - 1].field;
		}
	}
	return best ? best_end - at : 0;
}
