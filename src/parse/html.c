/* HTML to text: one pass over the tags, no tree. Blocks make lines, cells are parted by tabs, lists get marks, quotes "> ", links their address.
 * Relies on html_entity.c and on valid UTF-8 input.
 * Does not run styles: hidden text is shown, which is the safer side for an officer. */
#include "config.h"
#include "parse/html.h"
#include <stdbool.h>
#include <string.h>
#include <strings.h>
#include "base/opt.h"

#define LIST_DEPTH 16
#define QUOTE_DEPTH 12
#define HREF_MAX 2000

enum tag_act { ACT_NONE, ACT_LINE, ACT_PARA, ACT_BREAK, ACT_CELL, ACT_ROW, ACT_ITEM, ACT_UL, ACT_OL, ACT_QUOTE, ACT_PRE, ACT_RULE, ACT_LINK, ACT_SKIP, ACT_SUPER };

static const struct {
	const char *name;
	enum tag_act act;
} tags[] = {
	{"a", ACT_LINK}, {"address", ACT_LINE}, {"article", ACT_LINE}, {"aside", ACT_LINE}, {"blockquote", ACT_QUOTE}, {"body", ACT_LINE}, {"br", ACT_BREAK},
	{"caption", ACT_LINE}, {"center", ACT_LINE}, {"dd", ACT_LINE}, {"dir", ACT_UL}, {"div", ACT_LINE}, {"dl", ACT_PARA}, {"dt", ACT_LINE},
	{"fieldset", ACT_LINE}, {"footer", ACT_LINE}, {"form", ACT_LINE}, {"h1", ACT_PARA}, {"h2", ACT_PARA}, {"h3", ACT_PARA}, {"h4", ACT_PARA},
	{"h5", ACT_PARA}, {"h6", ACT_PARA}, {"head", ACT_LINE}, {"header", ACT_LINE}, {"hr", ACT_RULE}, {"html", ACT_LINE}, {"li", ACT_ITEM}, {"main", ACT_LINE},
	{"menu", ACT_UL}, {"nav", ACT_LINE}, {"ol", ACT_OL}, {"option", ACT_LINE}, {"p", ACT_PARA}, {"pre", ACT_PRE}, {"script", ACT_SKIP},
	{"section", ACT_LINE}, {"style", ACT_SKIP}, {"sup", ACT_SUPER}, {"table", ACT_LINE}, {"tbody", ACT_LINE}, {"td", ACT_CELL}, {"textarea", ACT_LINE}, {"tfoot", ACT_LINE},
	{"th", ACT_CELL}, {"thead", ACT_LINE}, {"title", ACT_SKIP}, {"tr", ACT_ROW}, {"ul", ACT_UL}, {"xml", ACT_SKIP}, {"xmp", ACT_PRE},
};

struct html {
	const char *s, *end;
	struct ig_buf *out;
	unsigned lines;     /* line ends owed before the next letter: 0, 1 or 2 */
	bool space, cell;   /* a space or a tab owed */
	bool started;       /* something was written */
	bool at_line_start;
	bool quote_seen, no_comment_end, no_tag_end;
	int pre, quote, list;
	int blank_quote; /* quote marks on the blank line that is owed: those of the outer level where a quote begins or ends */
	int numbers[LIST_DEPTH]; /* -1: marks, else the next number */
	bool item;
	char href[HREF_MAX];
	size_t link_from; /* where the text of the open link began in out */
	bool in_link;
};

static void owe_lines(struct html *h, unsigned n)
{
	if (h->lines < n)
		h->lines = n;
	h->space = h->cell = false;
}

static void trim_line(struct html *h)
{
	while (h->out->len && (h->out->data[h->out->len - 1] == ' ' || h->out->data[h->out->len - 1] == '\t'))
		ig_buf_cut(h->out, h->out->len - 1);
}

/* Pays what is owed before a letter: line ends, quote marks, list mark, space. */
static void settle(struct html *h)
{
	if (!h->started) {
		h->lines = 0;
		h->at_line_start = true;
	}
	if (h->lines) {
		trim_line(h);
		for (; h->lines; h->lines--) {
			ig_buf_char(h->out, '\n');
			for (int i = 0; i < h->blank_quote && h->lines > 1; i++)
				ig_buf_char(h->out, '>');
		}
		h->at_line_start = true;
	}
	h->blank_quote = h->quote;
	if (h->at_line_start) {
		for (int i = 0; i < h->quote; i++)
			ig_buf_str(h->out, "> ");
		if (h->item && h->list) {
			int *n = &h->numbers[h->list - 1];
			for (int i = 1; i < h->list; i++)
				ig_buf_str(h->out, "  ");
			if (*n < 0)
				ig_buf_str(h->out, "- ");
			else
				ig_buf_fmt(h->out, "%d. ", (*n)++);
		}
		h->item = h->space = h->cell = false;
	}
	if (h->cell)
		ig_buf_char(h->out, '\t');
	else if (h->space)
		ig_buf_char(h->out, ' ');
	h->space = h->cell = h->at_line_start = false;
	h->started = true;
}

static void put_code(struct html *h, uint32_t c)
{
	char u[4];
	size_t n;
	if (c == 0xa0 || (c >= 0x2000 && c <= 0x200a))
		c = ' ';
	if (c == 0xad || c == 0x200b || c == 0xfeff || c == 0x200c)
		return; /* soft hyphens and fillers are not read */
	if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
		h->space = true;
		return;
	}
	settle(h);
	if (c < 0x80) {
		u[0] = (char)c;
		n = 1;
	} else if (c < 0x800) {
		u[0] = (char)(0xc0 | c >> 6);
		u[1] = (char)(0x80 | (c & 0x3f));
		n = 2;
	} else if (c < 0x10000) {
		u[0] = (char)(0xe0 | c >> 12);
		u[1] = (char)(0x80 | (c >> 6 & 0x3f));
		u[2] = (char)(0x80 | (c & 0x3f));
		n = 3;
	} else {
		u[0] = (char)(0xf0 | c >> 18);
		u[1] = (char)(0x80 | (c >> 12 & 0x3f));
		u[2] = (char)(0x80 | (c >> 6 & 0x3f));
		u[3] = (char)(0x80 | (c & 0x3f));
		n = 4;
	}
	ig_buf_add(h->out, u, n);
}

/* Text up to the next tag. */
static void take_text(struct html *h)
{
	while (h->s < h->end && *h->s != '<') {
		unsigned char c = (unsigned char)*h->s;
		if (c == '&') {
			uint32_t code;
			size_t n = ig_html_entity(h->s + 1, (size_t)(h->end - h->s - 1), &code);
			if (n) {
				put_code(h, code);
				h->s += n + 1;
				continue;
			}
		}
		if (h->pre && (c == '\n' || c == '\t' || c == ' ')) {
			if (c == '\n') {
				h->lines++;
				h->lines = h->lines > 3 ? 3 : h->lines;
			} else {
				settle(h);
				ig_buf_char(h->out, (char)c);
			}
			h->s++;
			continue;
		}
		if (c <= ' ') {
			h->space = true;
			h->s++;
			continue;
		}
		if (c == 0xc2 && h->s + 1 < h->end && (unsigned char)h->s[1] == 0xa0) {
			h->space = true; /* no-break space */
			h->s += 2;
			continue;
		}
		const char *from = h->s++;
		while (h->s < h->end && (unsigned char)*h->s > ' ' && *h->s != '<' && *h->s != '&' && (unsigned char)*h->s != 0xc2)
			h->s++;
		settle(h);
		ig_buf_add(h->out, from, (size_t)(h->s - from));
	}
}

/* Value of an attribute within the tag text [s, end), entities decoded, into out. */
static void attribute(const char *s, const char *end, const char *name, char *out, size_t size)
{
	size_t name_len = strlen(name), n = 0;
	out[0] = 0;
	for (; s + name_len < end; s++) {
		if (*s == '"' || *s == '\'') {
			const char *close = memchr(s + 1, *s, (size_t)(end - s - 1));
			s = close ? close : s;
			continue;
		}
		if ((unsigned char)s[-1] > ' ' || strncasecmp(s, name, name_len))
			continue;
		const char *p = s + name_len;
		while (p < end && (unsigned char)*p <= ' ')
			p++;
		if (p >= end || *p != '=')
			continue;
		p++;
		while (p < end && (unsigned char)*p <= ' ')
			p++;
		char quote = p < end && (*p == '"' || *p == '\'') ? *p++ : 0;
		while (p < end && n + 5 < size && (quote ? *p != quote : (unsigned char)*p > ' ')) {
			uint32_t code;
			size_t e = *p == '&' ? ig_html_entity(p + 1, (size_t)(end - p - 1), &code) : 0;
			if (e && code < 0x80)
				out[n++] = (char)code;
			else
				out[n++] = *p;
			p += e && code < 0x80 ? e + 1 : 1;
		}
		out[n] = 0;
		return;
	}
}

static bool same_words(const char *a, const char *b, size_t len)
{
	return strlen(a) == len && !strncasecmp(a, b, len);
}

/* At the end of a link its address is added, unless it says nothing new. */
static void close_link(struct html *h)
{
	if (!h->in_link)
		return;
	h->in_link = false;
	const char *text = h->out->data + (h->link_from < h->out->len ? h->link_from : h->out->len), *href = h->href;
	size_t len = h->out->len - (size_t)(text - h->out->data);
	while (len && (unsigned char)*text <= ' ') {
		text++;
		len--;
	}
	if (!strncasecmp(href, "mailto:", 7)) {
		char *query = strchr(h->href, '?');
		if (query)
			*query = 0;
		if (same_words(href + 7, text, len))
			return;
	} else if (strncasecmp(href, "http:", 5) && strncasecmp(href, "https:", 6) && strncasecmp(href, "ftp:", 4)) {
		return;
	}
	const char *bare = strstr(href, "//") ? strstr(href, "//") + 2 : href;
	size_t bare_len = strlen(bare);
	bare_len -= bare_len && bare[bare_len - 1] == '/';
	if (same_words(href, text, len) || !len || (len == bare_len && !strncasecmp(bare, text, len)) ||
	    (len && len < strlen(href) && text[len - 1] != ' ' && !strncasecmp(href, text, len) && href[len] == '/' && !href[len + 1]))
		return;
	ig_buf_fmt(h->out, " <%s>", href);
}

static void list_tag(struct html *h, bool closing, int first)
{
	owe_lines(h, h->list ? 1 : 2);
	if (closing) {
		h->list -= h->list > 0;
	} else if (h->list < LIST_DEPTH) {
		h->numbers[h->list++] = first;
	}
}

static void skip_content(struct html *h, const char *name, size_t len)
{
	while (h->s < h->end) {
		const char *lt = memchr(h->s, '<', (size_t)(h->end - h->s));
		if (!lt || (size_t)(h->end - lt) < len + 2)
			break;
		h->s = lt + 1;
		if (lt[1] == '/' && !strncasecmp(lt + 2, name, len)) {
			const char *gt = memchr(h->s, '>', (size_t)(h->end - h->s));
			h->s = gt ? gt + 1 : h->end;
			return;
		}
	}
	h->s = h->end;
}

static void act(struct html *h, enum tag_act what, bool closing, const char *from, const char *to)
{
	switch (what) {
	case ACT_NONE: break;
	case ACT_LINE: case ACT_ROW: owe_lines(h, 1); break;
	case ACT_PARA: owe_lines(h, 2); break;
	case ACT_BREAK:
		h->space = h->cell = false;
		h->lines += h->lines < 3;
		break;
	case ACT_CELL:
		if (!closing)
			h->cell = h->lines == 0 && !h->at_line_start && h->started;
		break;
	case ACT_ITEM:
		owe_lines(h, 1);
		h->item = !closing;
		break;
	case ACT_UL: list_tag(h, closing, -1); break;
	case ACT_OL: list_tag(h, closing, 1); break;
	case ACT_QUOTE:
		owe_lines(h, 2);
		/* The blank line before a quote belongs to the outer level. */
		if (closing)
			h->quote -= h->quote > 0;
		else
			h->quote += h->quote < QUOTE_DEPTH;
		if (h->blank_quote > h->quote)
			h->blank_quote = h->quote;
		break;
	case ACT_PRE:
		owe_lines(h, 2);
		h->pre = closing ? h->pre - (h->pre > 0) : h->pre + (h->pre < 9);
		break;
	case ACT_RULE:
		owe_lines(h, 1);
		if (h->started) {
			settle(h);
			ig_buf_str(h->out, "--------------------------------");
		}
		owe_lines(h, 1);
		break;
	case ACT_LINK:
		close_link(h);
		if (!closing) {
			attribute(from, to, "href", h->href, sizeof h->href);
			h->in_link = h->href[0] != 0;
			h->link_from = h->out->len;
		}
		break;
	case ACT_SKIP: break;
	case ACT_SUPER:
		/* 10<sup>6</sup> is not 106 */
		if (!closing && !h->space && !h->lines && h->started && !h->at_line_start)
			ig_buf_char(h->out, '^');
		break;
	}
}

/* End of the tag that begins at s (after its name): a > inside quotes does not count, unless the quote never closes. */
static const char *tag_end(struct html *h, const char *s)
{
	const char *first = memchr(s, '>', (size_t)(h->end - s));
	if (!first) {
		h->no_tag_end = true;
		return NULL;
	}
	for (const char *p = s; p < h->end; p++) {
		if (*p == '>')
			return p;
		/* A quote begins a value only after an equals sign. */
		if ((*p == '"' || *p == '\'') && p[-1] == '=') {
			size_t room = (size_t)(h->end - p - 1);
			p = memchr(p + 1, *p, room < 65536 ? room : 65536);
			if (!p)
				return first;
		}
	}
	return first;
}

static void take_comment(struct html *h)
{
	const char *end = NULL;
	if (!strncmp(h->s, "<!--", 4) && !h->no_comment_end) {
		end = memmem(h->s + 4, (size_t)(h->end - h->s - 4), "-->", 3);
		h->no_comment_end = !end;
		end = end ? end + 3 : NULL;
	}
	if (!end) {
		end = memchr(h->s, '>', (size_t)(h->end - h->s));
		end = end ? end + 1 : h->end;
	}
	h->s = end;
}

static void take_tag(struct html *h)
{
	const char *s = h->s + 1;
	bool closing = s < h->end && *s == '/';
	s += closing;
	if (s < h->end && !closing && (*s == '!' || *s == '?')) {
		take_comment(h);
		return;
	}
	const char *name = s;
	while (s < h->end && (((*s | 32) >= 'a' && (*s | 32) <= 'z') || (*s >= '0' && *s <= '9') || *s == ':'))
		s++;
	const char *end = s == name || (unsigned char)(*name | 32) < 'a' || h->no_tag_end ? NULL : tag_end(h, s);
	/* "a < b", and addresses in plain brackets that somebody forgot to escape: <user@example.org> */
	if (!end || (*s == '@' && !closing)) {
		settle(h);
		ig_buf_char(h->out, '<');
		h->s++;
		return;
	}
	h->s = end + 1;
	size_t len = (size_t)(s - name);
	for (size_t i = 0; i < IG_COUNT(tags); i++) {
		if (strlen(tags[i].name) != len || strncasecmp(tags[i].name, name, len))
			continue;
		if (tags[i].act == ACT_SKIP && !closing && end[-1] != '/')
			skip_content(h, tags[i].name, len);
		act(h, tags[i].act, closing, s, end);
		return;
	}
}

void ig_html_text(const char *html, size_t len, struct ig_buf *out)
{
	struct html h = {.s = html, .end = html + len, .out = out, .at_line_start = true};
	while (h.s < h.end && !out->over) {
		if (*h.s == '<')
			take_tag(&h);
		else
			take_text(&h);
	}
	close_link(&h);
	trim_line(&h);
	if (out->len)
		ig_buf_char(out, '\n');
}
