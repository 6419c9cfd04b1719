/* What the fax itself costs: both ends of calls in memory, as fast as they go. fax-loop audio|t38 ROWS PAGES: CPU seconds that one end takes for a page,
 * half of what both take. Straight on spandsp, with nothing of ours between its two ends. */
#include <spandsp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "fax_kit.h"

enum { BLOCK = 160, LIMIT = 600 * 50 };

struct packet { int len; uint8_t data[256]; };
struct queue { struct packet p[64]; int first, count; uint16_t seq; };

static int on_packet(t38_core_state_t *s, void *arg, const uint8_t *p, int len, int count)
{
	struct queue *q = arg;
	(void)s;
	(void)count;
	if (q->count == 64 || len > (int)sizeof q->p[0].data)
		abort();
	struct packet *to = &q->p[(q->first + q->count++) % 64];
	to->len = len;
	memcpy(to->data, p, (size_t)len);
	return 0;
}

static void on_end(t30_state_t *s, void *arg, int code)
{
	(void)s;
	*(int *)arg = code == T30_ERR_OK ? 1 : 2;
}

static void prepare(t30_state_t *t, const char *send, const char *receive, int *over)
{
	if (send)
		t30_set_tx_file(t, send, -1, -1);
	else
		t30_set_rx_file(t, receive, -1);
	t30_set_ecm_capability(t, true);
	t30_set_rx_encoding(t, T4_COMPRESSION_ITU_T6);
	t30_set_supported_compressions(t, T30_SUPPORT_T4_1D_COMPRESSION | T30_SUPPORT_T4_2D_COMPRESSION | T30_SUPPORT_T6_COMPRESSION);
	t30_set_supported_modems(t, T30_SUPPORT_V27TER | T30_SUPPORT_V29 | T30_SUPPORT_V17);
	t30_set_supported_resolutions(t, T30_SUPPORT_STANDARD_RESOLUTION | T30_SUPPORT_FINE_RESOLUTION | T30_SUPPORT_R8_RESOLUTION);
	t30_set_supported_image_sizes(t, T30_SUPPORT_215MM_WIDTH | T30_SUPPORT_A4_LENGTH | T30_SUPPORT_UNLIMITED_LENGTH);
	t30_set_phase_e_handler(t, on_end, over);
}

static int audio(const char *send, const char *receive)
{
	int over[2] = {0};
	int16_t a[BLOCK], b[BLOCK];
	fax_state_t *x = fax_init(NULL, true), *y = fax_init(NULL, false);
	prepare(fax_get_t30_state(x), send, NULL, &over[0]);
	prepare(fax_get_t30_state(y), NULL, receive, &over[1]);
	fax_set_transmit_on_idle(x, true);
	fax_set_transmit_on_idle(y, true);
	for (int n = 0; n < LIMIT && !(over[0] && over[1]); n++) {
		fax_tx(x, a, BLOCK);
		fax_tx(y, b, BLOCK);
		fax_rx(y, a, BLOCK);
		fax_rx(x, b, BLOCK);
	}
	fax_release(x);
	fax_free(x);
	fax_release(y);
	fax_free(y);
	return over[0] == 1 && over[1] == 1;
}

static void carry(struct queue *q, t38_terminal_state_t *to)
{
	for (; q->count; q->count--, q->first = (q->first + 1) % 64)
		t38_core_rx_ifp_packet(t38_terminal_get_t38_core_state(to), q->p[q->first].data, q->p[q->first].len, q->seq++);
}

static int t38(const char *send, const char *receive)
{
	int over[2] = {0};
	struct queue to = {.count = 0}, back = {.count = 0};
	t38_terminal_state_t *x = t38_terminal_init(NULL, true, on_packet, &to), *y = t38_terminal_init(NULL, false, on_packet, &back);
	prepare(t38_terminal_get_t30_state(x), send, NULL, &over[0]);
	prepare(t38_terminal_get_t30_state(y), NULL, receive, &over[1]);
	for (int n = 0; n < LIMIT && !(over[0] && over[1]); n++) {
		t38_terminal_send_timeout(x, BLOCK);
		t38_terminal_send_timeout(y, BLOCK);
		carry(&to, y);
		carry(&back, x);
	}
	t38_terminal_release(x);
	t38_terminal_free(x);
	t38_terminal_release(y);
	t38_terminal_free(y);
	return over[0] == 1 && over[1] == 1;
}

int main(int argc, char **argv)
{
	char dir[] = "/tmp/irgate-loop-XXXXXX", send[64], receive[64];
	int pages = argc == 4 ? atoi(argv[3]) : 0;
	struct timespec begun, ended;
	if (pages < 1 || !mkdtemp(dir))
		return 64;
	snprintf(send, sizeof send, "%s/send.tif", dir);
	snprintf(receive, sizeof receive, "%s/receive.tif", dir);
	kit_tiff(send, 1, atoi(argv[2]));
	int good = 1;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begun);
	for (int i = 0; good && i < pages; i++) {
		unlink(receive);
		good = strcmp(argv[1], "t38") ? audio(send, receive) : t38(send, receive);
	}
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ended);
	good = good && kit_same_pages(send, receive) == 1;
	unlink(send);
	unlink(receive);
	rmdir(dir);
	if (good)
		printf("%.4f\n", ((double)(ended.tv_sec - begun.tv_sec) + (double)(ended.tv_nsec - begun.tv_nsec) / 1e9) / pages / 2);
	return good ? 0 : 1;
}
