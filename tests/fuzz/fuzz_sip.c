/* What a line hears over UDP: a datagram after the other from its trunk's address (their length before each, two octets), into the line's own gate and
 * into libre behind it. Calls are begun, and have nobody behind them. The line must be there after each input: it answers OPTIONS. */
#include <arpa/inet.h>
#include <re_types.h>
#include <re_fmt.h>
#include <re_list.h>
#include <re_tmr.h>
#include <re_main.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "base/log.h"
#include "conf/conf.h"
#include "fax/line.h"

enum { DATAGRAMS = 8, TURN_MS = 1, ALIVE_TURNS = 2000 };
static const char alive[] = "OPTIONS sip:a@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKalive;rport\r\nFrom: <sip:x@y>;tag=1\r\nTo: <sip:a@b>\r\n"
			    "Call-ID: alive\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n";
static struct ig_lines *lines;
static int sock;

static int begin(void *arg, struct ig_line_call *call, const char *line, const char *caller, const char *called)
{
	(void)arg;
	(void)call;
	(void)line;
	return strlen(caller) + strlen(called) > 400 ? -1 : 0;
}

static void tell(void *arg, struct ig_line_call *call, const char *what, const char *text, int fd)
{
	(void)arg;
	(void)call;
	(void)what;
	(void)text;
	if (fd >= 0)
		close(fd);
}

static void over(void *arg, struct ig_line_call *call, const char *why, const char *text, int64_t wait_ms)
{
	(void)arg;
	(void)call;
	(void)why;
	(void)text;
	(void)wait_ms;
}

/* One of a hundred ports: several fuzzers run side by side. */
static void open_line(void)
{
	static char listen[32];
	static const char *const peers[] = {"127.0.0.1", NULL};
	static struct ig_conf_faxline line = {.name = "fuzz", .listen = listen, .peers = peers};
	static struct ig_conf conf = {.lines = &line, .line_count = 1, .fax_calls = 4};
	static const struct ig_line_hooks hooks = {.begin = begin, .tell = tell, .over = over};
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct ig_why why = {""};
	ig_log_init("fuzz", IG_LOG_ERR);
	for (int i = 0; i < 100 && !lines; i++) {
		int port = 20000 + (int)((unsigned)getpid() * 7 + (unsigned)i) % 40000;
		snprintf(listen, sizeof listen, "127.0.0.1:%d", port);
		to.sin_port = htons((uint16_t)port);
		lines = ig_lines_new(&conf, &hooks, &why);
	}
	sock = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	if (!lines || connect(sock, (struct sockaddr *)&to, sizeof to))
		abort();
}

static void stop(void *arg)
{
	(void)arg;
	re_cancel();
}

static void turn(void)
{
	static struct tmr t;
	tmr_start(&t, TURN_MS, stop, NULL);
	re_main(NULL);
	tmr_cancel(&t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char answer[65536];
	bool there = false;
	if (!lines)
		open_line();
	for (int i = 0; i < DATAGRAMS && size > 2; i++) {
		size_t n = (size_t)data[0] << 8 | data[1];
		n = n < size - 2 ? n : size - 2;
		(void)!send(sock, data + 2, n, 0);
		data += n + 2;
		size -= n + 2;
		turn();
	}
	while (recv(sock, answer, sizeof answer, 0) > 0)
		;
	for (int i = 0; i < ALIVE_TURNS && !there; i++) {
		ssize_t n;
		if (i % 100 == 0)
			(void)!send(sock, alive, sizeof alive - 1, 0);
		turn();
		while ((n = recv(sock, answer, sizeof answer - 1, 0)) > 0) {
			answer[n] = '\0';
			there |= strstr(answer, "Call-ID: alive") != NULL;
		}
	}
	if (!there)
		abort();
	return 0;
}
