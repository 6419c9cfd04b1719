/* The modem itself: its terminal, its time, its media. Relies on modem_sip.c for calls.
 *
 *   fax-modem --pty LINK --listen HOST:PORT --peer HOST:PORT --user NUMBER [--t38 accept|first|offer|refuse] [--law a|u]
 *
 * LINK becomes a symbolic link to the terminal; port 0 is chosen by the kernel and said. Standard output has a line for each event: pty PATH, line
 * PORT, dial NUMBER, ring, audio, t38, refused STATUS, gone, hangup. Ends by SIGTERM, and with the story that
 * began it. */
#include "config.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>
#include <spandsp.h>
#include <spandsp/expose.h> /* to show who calls there is no other way */
#include "base/clock.h"
#include "fax/t30.h"
#include "modem.h"

enum { STEP_MS = 20, STEP = 160, POLL_MS = 5, BEHIND_MAX = 50, RING_MS = 3000, READ_MAX = 512, OUT_MAX = 65536 };

struct modem {
	int master, slave;           /* the slave stays open here: else the terminal dies whenever no program has it */
	bool clear;                  /* to send: the program may go on */
	size_t waiting;              /* for the program, in out */
	uint8_t out[OUT_MAX];
	t31_state_t *t31;
	struct modem_sip *sip;
	int rtp_fd, udptl_fd;
	struct sockaddr_in to;
	enum modem_kind kind;
	bool ours;                   /* dialled */
	struct ig_rtp rtp;
	struct ig_udptl udptl;
	int64_t next_ms, ring_ms;    /* monotonic; 0: it does not ring */
	struct tmr tick;
};

void modem_says(const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	fflush(stdout);
}

/* ---- the terminal */

static void flush_out(struct modem *m)
{
	ssize_t n = m->waiting ? write(m->master, m->out, m->waiting) : 0;
	if (n > 0) {
		memmove(m->out, m->out + n, m->waiting - (size_t)n);
		m->waiting -= (size_t)n;
	}
}

static int on_at_tx(at_state_t *s, void *arg, const uint8_t *p, size_t len)
{
	struct modem *m = arg;
	(void)s;
	if (len > sizeof m->out - m->waiting) {
		modem_says("the program does not read");
		return 0;
	}
	memcpy(m->out + m->waiting, p, len);
	m->waiting += len;
	flush_out(m);
	return 0;
}

static void on_terminal(int flags, void *arg)
{
	struct modem *m = arg;
	char p[READ_MAX];
	(void)flags;
	ssize_t n = m->clear ? read(m->master, p, sizeof p) : 0;
	if (n > 0)
		t31_at_rx(m->t31, p, (int)n);
}

static void clear_to_send(struct modem *m, bool yes)
{
	m->clear = yes;
	if (yes)
		fd_listen(m->master, FD_READ, on_terminal, m);
	else
		fd_close(m->master);
}

static void digits_of(const char *number, char *out, size_t cap)
{
	size_t n = 0;
	for (; number && *number && n + 1 < cap; number++)
		if ((*number >= '0' && *number <= '9') || *number == '+')
			out[n++] = *number;
	out[n] = '\0';
}

static int on_control(t31_state_t *s, void *arg, int op, const char *value)
{
	struct modem *m = arg;
	char number[64];
	(void)s;
	switch (op) {
	case AT_MODEM_CONTROL_CALL:
		digits_of(value, number, sizeof number);
		m->ours = true;
		modem_says("dial %s", number);
		return modem_sip_dial(m->sip, number) ? -1 : 0;
	case AT_MODEM_CONTROL_ANSWER:
		m->ours = false;
		m->ring_ms = 0;
		return modem_sip_answer(m->sip) ? -1 : 0;
	case AT_MODEM_CONTROL_ONHOOK:
	case AT_MODEM_CONTROL_HANGUP:
		if (m->kind != MODEM_NOTHING)
			modem_says("hangup");
		m->kind = MODEM_NOTHING;
		modem_sip_hang_up(m->sip);
		return 0;
	case AT_MODEM_CONTROL_CTS:
		clear_to_send(m, value != NULL);
		return 0;
	}
	return 0;
}

static int open_terminal(struct modem *m, const char *link)
{
	struct termios raw;
	const char *name;
	m->master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (m->master < 0 || grantpt(m->master) || unlockpt(m->master) || !(name = ptsname(m->master)))
		return -1;
	m->slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (m->slave < 0 || tcgetattr(m->slave, &raw))
		return -1;
	cfmakeraw(&raw);
	if (tcsetattr(m->slave, TCSANOW, &raw) || chmod(name, 0666) || (unlink(link) && errno != ENOENT) || symlink(name, link))
		return -1;
	modem_says("pty %s", name);
	return 0;
}

/* ---- media */

static int udp_socket(const char *listen, uint16_t *port_r)
{
	struct sockaddr_in at = {.sin_family = AF_INET};
	struct sa host;
	char text[64];
	socklen_t len = sizeof at;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0 || sa_decode(&host, listen, strlen(listen)) || sa_ntop(&host, text, sizeof text) || inet_pton(AF_INET, text, &at.sin_addr) != 1 ||
		bind(fd, (struct sockaddr *)&at, len) || getsockname(fd, (struct sockaddr *)&at, &len))
		return -1;
	*port_r = ntohs(at.sin_port);
	return fd;
}

static int on_packet(t38_core_state_t *s, void *arg, const uint8_t *p, int len, int count)
{
	struct modem *m = arg;
	uint8_t datagram[IG_UDPTL_DATAGRAM_MAX];
	(void)s;
	size_t n = m->kind == MODEM_FAX && len > 0 ? ig_udptl_build(&m->udptl, p, (size_t)len, datagram, sizeof datagram) : 0;
	for (int i = 0; n && i < count; i++)
		(void)!sendto(m->udptl_fd, datagram, n, 0, (struct sockaddr *)&m->to, sizeof m->to);
	return 0;
}

static void in_ifp(const uint8_t *p, size_t len, uint16_t seq, void *arg)
{
	struct modem *m = arg;
	t38_core_rx_ifp_packet(t31_get_t38_core_state(m->t31), p, (int)len, seq);
}

static void on_rtp(int flags, void *arg)
{
	struct modem *m = arg;
	uint8_t p[2048];
	ssize_t n;
	(void)flags;
	while ((n = recv(m->rtp_fd, p, sizeof p, 0)) >= 0)
		if (m->kind == MODEM_AUDIO)
			ig_rtp_take(&m->rtp, p, (size_t)n);
}

static void on_udptl(int flags, void *arg)
{
	struct modem *m = arg;
	uint8_t p[IG_UDPTL_DATAGRAM_MAX];
	ssize_t n;
	(void)flags;
	while ((n = recv(m->udptl_fd, p, sizeof p, 0)) >= 0)
		if (m->kind == MODEM_FAX)
			ig_udptl_take(&m->udptl, p, (size_t)n, in_ifp, m);
}

static void audio_step(struct modem *m)
{
	int16_t samples[STEP] = {0};
	uint8_t octets[STEP], packet[IG_RTP_HEAD + STEP];
	t31_tx(m->t31, samples, STEP);
	ig_g711_encode(m->rtp.codec, samples, STEP, octets);
	size_t n = ig_rtp_build(&m->rtp, octets, STEP, packet);
	(void)!sendto(m->rtp_fd, packet, n, 0, (struct sockaddr *)&m->to, sizeof m->to);
	switch (ig_rtp_next(&m->rtp, octets, STEP)) {
	case IG_RTP_HERE:
		ig_g711_decode(m->rtp.codec, octets, STEP, samples);
		t31_rx(m->t31, samples, STEP);
		break;
	case IG_RTP_LOST:
		t31_rx_fillin(m->t31, STEP);
		break;
	case IG_RTP_WAIT:
		break;
	}
}

static void on_tick(void *arg)
{
	struct modem *m = arg;
	int64_t now = ig_mono_ms();
	tmr_start(&m->tick, POLL_MS, on_tick, m);
	flush_out(m);
	if (m->ring_ms && now >= m->ring_ms) {
		m->ring_ms = now + RING_MS;
		t31_call_event(m->t31, AT_CALL_EVENT_ALERTING);
	}
	if (now - m->next_ms > BEHIND_MAX * STEP_MS)
		m->next_ms = now - BEHIND_MAX * STEP_MS;
	for (; m->kind != MODEM_NOTHING && now >= m->next_ms; m->next_ms += STEP_MS) {
		if (m->kind == MODEM_AUDIO)
			audio_step(m);
		else
			t31_t38_send_timeout(m->t31, STEP);
	}
}

/* ---- what the line says */

void modem_rings(struct modem *m, const char *caller)
{
	modem_says("ring");
	at_reset_call_info(&m->t31->at_state);
	at_set_call_info(&m->t31->at_state, "NMBR", caller);
	m->ring_ms = ig_mono_ms();
}

static void set_t38(struct modem *m)
{
	t38_core_state_t *core = t31_get_t38_core_state(m->t31);
	t38_set_t38_version(core, 0);
	t38_set_data_rate_management_method(core, T38_DATA_RATE_MANAGEMENT_TRANSFERRED_TCF);
	t38_set_data_transport_protocol(core, T38_TRANSPORT_UDPTL);
	t31_set_mode(m->t31, true);
}

void modem_talks(struct modem *m, enum modem_kind kind, const struct ig_sdp_media *to)
{
	enum modem_kind was = m->kind;
	m->to = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(to->port)};
	inet_pton(AF_INET, to->address, &m->to.sin_addr);
	if (kind == was)
		return;
	modem_says("%s", kind == MODEM_FAX ? "t38" : "audio");
	m->kind = kind;
	m->next_ms = ig_mono_ms();
	if (kind == MODEM_FAX) {
		ig_udptl_init(&m->udptl, to->ec, (size_t)to->datagram_max);
		set_t38(m);
	} else {
		ig_rtp_init(&m->rtp, to->codec == IG_SDP_PCMU ? 0 : 8);
		t31_set_mode(m->t31, false);
	}
	if (was == MODEM_NOTHING) /* the wrong one of the two lets the caller send the tone of the called side */
		t31_call_event(m->t31, m->ours ? AT_CALL_EVENT_CONNECTED : AT_CALL_EVENT_ANSWERED);
}

void modem_refused(struct modem *m, uint16_t status)
{
	modem_says("refused %u", status);
	t31_call_event(m->t31, status == 486 || status == 600 ? AT_CALL_EVENT_BUSY : AT_CALL_EVENT_NO_ANSWER);
}

void modem_line_gone(struct modem *m)
{
	modem_says("gone");
	m->kind = MODEM_NOTHING;
	m->ring_ms = 0;
	t31_call_event(m->t31, AT_CALL_EVENT_HANGUP);
}

/* ---- life */

static void on_signal(int number)
{
	(void)number;
	re_cancel();
}

static int usage(void)
{
	fputs("usage: fax-modem --pty LINK --listen HOST:PORT --peer HOST:PORT --user NUMBER [--t38 accept|first|offer|refuse] [--law a|u]\n", stderr);
	return 64;
}

struct wanted {
	const char *pty, *listen, *peer, *user;
	enum modem_t38 t38;
	enum ig_sdp_codec law;
};

static int read_options(int argc, char **argv, struct wanted *w)
{
	static const char *const t38[] = {"accept", "first", "offer", "refuse"};
	static const struct option options[] = {{"pty", 1, NULL, 'p'}, {"listen", 1, NULL, 'l'}, {"peer", 1, NULL, 'r'}, {"user", 1, NULL, 'u'}, {"t38", 1, NULL, 't'},
		{"law", 1, NULL, 'g'}, {NULL, 0, NULL, 0}};
	for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		const char **place = c == 'p' ? &w->pty : c == 'l' ? &w->listen : c == 'r' ? &w->peer : c == 'u' ? &w->user : NULL;
		if (place) {
			*place = optarg;
		} else if (c == 'g') {
			w->law = *optarg == 'u' ? IG_SDP_PCMU : IG_SDP_PCMA;
		} else if (c == 't') {
			for (w->t38 = 0; w->t38 < 4 && strcmp(optarg, t38[w->t38]); w->t38++)
				;
			if (w->t38 == 4)
				return -1;
		} else {
			return -1;
		}
	}
	return w->pty && w->listen && w->peer && w->user && optind == argc ? 0 : -1;
}

int main(int argc, char **argv)
{
	static struct modem m = {.clear = true};
	struct wanted w = {.law = IG_SDP_PCMA};
	uint16_t rtp_port, udptl_port;
	if (read_options(argc, argv, &w))
		return usage();
	signal(SIGPIPE, SIG_IGN);
	prctl(PR_SET_PDEATHSIG, SIGTERM); /* a story that is killed leaves none behind */
	if (libre_init() || (m.rtp_fd = udp_socket(w.listen, &rtp_port)) < 0 || (m.udptl_fd = udp_socket(w.listen, &udptl_port)) < 0 || open_terminal(&m, w.pty) ||
		!(m.t31 = t31_init(NULL, on_at_tx, &m, on_control, &m, on_packet, &m)) ||
		!(m.sip = modem_sip_new(&m, w.listen, w.peer, w.user, w.t38, w.law, rtp_port, udptl_port))) {
		fprintf(stderr, "fax-modem: does not start: %s\n", strerror(errno));
		return 1;
	}
	t31_set_transmit_on_idle(m.t31, true);
	fd_listen(m.rtp_fd, FD_READ, on_rtp, &m);
	fd_listen(m.udptl_fd, FD_READ, on_udptl, &m);
	fd_listen(m.master, FD_READ, on_terminal, &m);
	tmr_start(&m.tick, POLL_MS, on_tick, &m);
	re_main(on_signal);
	tmr_cancel(&m.tick);
	m.kind = MODEM_NOTHING;
	modem_sip_free(m.sip);
	unlink(w.pty);
	t31_release(m.t31);
	t31_free(m.t31);
	libre_close();
	return 0;
}
