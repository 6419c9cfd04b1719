/* A grey picture on a terminal that can show one: kitty's protocol where the environment names such a terminal, sixels where the terminal says that it
 * has them (DA1, parameter 4). The picture came out of a confined worker: its few header numbers are looked at, and of its points each is only a
 * number, so that no byte of a stranger reaches the terminal as it is. */
#include "config.h"
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>
#include "base/base64.h"
#include "base/fs.h"
#include "base/link.h"
#include "ctl/room.h"
#include "model/notes.h"
#include "pages/pages.h"

enum { ANSWER_MS = 300, CHUNK = 3072, GREYS = 4, BAND = 6 };

void ig_ctl_view_take(const struct ig_ctl_view *v, const struct ig_note_child *n, int fd)
{
	struct ig_buf *to = !n->type ? NULL : !strcmp(n->type, "image/png") ? v->png : !strcmp(n->type, IG_VIEW_PGM) ? v->pgm :
		!strcmp(n->type, IG_VIEW_PLACE) ? v->spot : NULL;
	if (to && !to->len && ig_fs_read_fd(fd, to)) ig_buf_reset(to);
}

struct grey { int width, height; const unsigned char *points; };

static bool take(const struct ig_buf *pgm, struct grey *g)
{
	int head = 0;
	if (!pgm->len || sscanf(pgm->data, "P5\n%d %d\n255\n%n", &g->width, &g->height, &head) != 2 || !head) return false;
	if (g->width < 1 || g->height < 1 || g->width > IG_VIEW_WIDTH_MAX || g->height > IG_VIEW_HEIGHT_MAX) return false;
	g->points = (const unsigned char *)pgm->data + head;
	return pgm->len - (size_t)head == (size_t)g->width * (size_t)g->height;
}

/* ---- kitty: points as 24 bit in base64, in pieces */

static bool is_kitty(void)
{
	const char *term = getenv("TERM"), *program = getenv("TERM_PROGRAM");
	return getenv("KITTY_WINDOW_ID") || (term && (!strcmp(term, "xterm-kitty") || !strcmp(term, "xterm-ghostty"))) || (program && (!strcmp(program, "WezTerm") ||
		!strcmp(program, "ghostty")));
}

static void kitty(const struct grey *g, struct ig_buf *out)
{
	size_t count = (size_t)g->width * (size_t)g->height;
	unsigned char rgb[CHUNK];
	for (size_t at = 0; at < count; at += CHUNK / 3) {
		size_t n = count - at < CHUNK / 3 ? count - at : CHUNK / 3;
		for (size_t i = 0; i < n; i++) memset(rgb + 3 * i, g->points[at + i], 3);
		if (at) ig_buf_fmt(out, "\033_Gm=%d;", at + n < count);
		else ig_buf_fmt(out, "\033_Ga=T,f=24,q=2,s=%d,v=%d,m=%d;", g->width, g->height, at + n < count);
		ig_base64(out, rgb, 3 * n);
		ig_buf_str(out, "\033\\");
	}
	ig_buf_char(out, '\n');
}

/* ---- sixels: six rows a band, one pass for each grey that stands in it */

static void run_out(struct ig_buf *out, char c, int n)
{
	if (n > 3) ig_buf_fmt(out, "!%d%c", n, c);
	else while (n-- > 0) ig_buf_char(out, c);
}

static int shade(const struct grey *g, int x, int y)
{
	return y < g->height ? g->points[(size_t)y * (size_t)g->width + (size_t)x] * GREYS / 256 : -1;
}

static void band(const struct grey *g, int y, int grey, struct ig_buf *out)
{
	int length = 0;
	char last = 0;
	ig_buf_fmt(out, "#%d", grey);
	for (int x = 0; x < g->width; x++) {
		int bits = 0;
		for (int k = 0; k < BAND; k++) bits |= (shade(g, x, y + k) == grey) << k;
		char c = (char)('?' + bits);
		if (length && c != last) {
			run_out(out, last, length);
			length = 0;
		}
		last = c;
		length++;
	}
	run_out(out, last, length);
	ig_buf_char(out, '$');
}

static void sixels(const struct grey *g, struct ig_buf *out)
{
	ig_buf_fmt(out, "\033Pq\"1;1;%d;%d", g->width, g->height);
	for (int i = 0; i < GREYS; i++) ig_buf_fmt(out, "#%d;2;%d;%d;%d", i, i * 100 / (GREYS - 1), i * 100 / (GREYS - 1), i * 100 / (GREYS - 1));
	for (int y = 0; y < g->height; y += BAND) {
		for (int i = 0; i < GREYS; i++) band(g, y, i, out);
		ig_buf_char(out, '-');
	}
	ig_buf_str(out, "\033\\\n");
}

/* What the terminal answers to "what are you?": "ESC [ ? 62 ; 4 ; ... c". One that answers nothing has none. */
static bool has_sixels(void)
{
	struct termios was, raw;
	char answer[128];
	size_t n = 0;
	if (tcgetattr(STDIN_FILENO, &was)) return false;
	raw = was;
	raw.c_lflag &= (tcflag_t) ~(ICANON | ECHO);
	raw.c_cc[VMIN] = 0, raw.c_cc[VTIME] = 0;
	tcsetattr(STDIN_FILENO, TCSANOW, &raw);
	bool asked = write(STDOUT_FILENO, "\033[c", 3) == 3;
	struct pollfd p = {STDIN_FILENO, POLLIN, 0};
	while (asked && n < sizeof answer - 1 && !memchr(answer, 'c', n) && poll(&p, 1, ANSWER_MS) == 1) {
		ssize_t got = read(STDIN_FILENO, answer + n, sizeof answer - 1 - n);
		if (got <= 0) break;
		n += (size_t)got;
	}
	tcsetattr(STDIN_FILENO, TCSANOW, &was);
	answer[n] = 0;
	const char *at = strstr(answer, "\033[?");
	for (at = at ? strchr(at, ';') : NULL; at; at = strchr(at + 1, ';'))
		if (at[1] == '4' && (at[2] == ';' || at[2] == 'c')) return true;
	return false;
}

bool ig_ctl_picture(const struct ig_buf *pgm)
{
	static int has = -1;
	struct grey g;
	struct ig_buf out = IG_BUF_INIT(16u << 20);
	if (!take(pgm, &g)) return false;
	if (!is_kitty() && has < 0) {
		fflush(stdout);
		has = has_sixels();
	}
	if (is_kitty()) kitty(&g, &out);
	else if (has > 0) sixels(&g, &out);
	bool shown = out.len && !out.over;
	if (shown) fwrite(out.data, 1, out.len, stdout);
	ig_buf_free(&out);
	return shown;
}
