/* The wrapper around libspandsp 0.0.6: every call of that library stands here.
 *
 * Guards. An ECM frame "FCD" of three octets makes the library copy -1 octets: it is ended before it is looked at. So is a DCS
 * whose page has no width or no length that T.30 knows: the library would take no memory for a line, and write it. Neither a lost last word nor noise
 * that keeps a carrier alive ends a call by itself: two watchdogs do, one over the whole call and one over progress. After the end nothing is
 * said any more, whatever the library would still like to send: so a page whose sync failed is never confirmed. Who asks again whether his last page
 * came, since he did not hear that it did, is hung up on by the library: heard_again() lets it confirm once more.
 *
 * Progress is a frame of the other end that is no repetition of a wish, a block frame we send, or a page under way no longer than its size takes at
 * the rate. Relies on the caller for time. */
#include "config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tiffio.h>
#include <spandsp.h>
#include <spandsp/expose.h> /* for heard_again() alone */
#include "base/arena.h"
#include "base/opt.h"
#include "fax/t30.h"

enum { FCD = 0x06, DCS = 0x82, SHORT_FRAME = 4, LINE_FRAME_S = 20, PPS_FACTS = 4 /* octets: what follows, page, block, frames */ };

struct ig_t30 {
	fax_state_t *audio;
	t38_terminal_state_t *t38;
	t30_state_t *t30;
	struct ig_t30_hooks hooks;
	struct ig_t30_setup setup;
	char *send, *receive, *ident;
	uint64_t clock, progress_at, looked_at; /* in samples */
	int rows;                /* of the page under way, when it was looked at */
	bool over, talked, called;
	bool all_confirmed;      /* and the other side has it: a lost goodbye changes nothing */
	bool last_asked;         /* our last page was sent whole; whether it was received is not known yet */
	bool full;               /* pages_max are there: what follows is not taken */
	bool ended;              /* code holds the library's word */
	int code;
	enum ig_t30_ending forced; /* IG_T30_ENDING_COUNT: the library decides */
	int pages_in;            /* received whole, told by the page hook */
	bool all_in;             /* the last one as well: a goodbye that does not come changes nothing */
	uint8_t pps[PPS_FACTS];  /* of the last block that came */
	int pps_state;           /* where the library was when it heard that */
	bool pps_taken;          /* a whole page was taken with it */
	int confirmed;           /* sent and confirmed */
	modem_connect_tones_rx_state_t *tones;
};

static const char *const ending_words[] = {
#define WORD(v, w) w,
	IG_T30_ENDS(WORD)
};

const char *ig_t30_ending_word(enum ig_t30_ending e)
{
	return (unsigned)e < IG_T30_ENDING_COUNT ? ending_words[e] : "?";
}

static void end(struct ig_t30 *t, enum ig_t30_ending why)
{
	if (t->over)
		return;
	t->over = true;
	if (t->ended) /* all was said already; only the last tone was still on its way */
		return;
	t->forced = why;
	t30_terminate(t->t30);
}

/* ---- what the library tells */

/* After the last page of a document with error correction the library waits for the goodbye alone: to the same PPS said again, because its confirmation
 * was not heard, it answers DCN (0.0.6), where T.30 (5.3.6.1.7, figure A.4) confirms again. Put back to where it first heard it, it sees a block that
 * it has, and confirms. */
static void heard_again(struct ig_t30 *t, const uint8_t *msg, int len)
{
	enum { FACTS_AT = 3 };
	if (len < FACTS_AT + PPS_FACTS || (msg[2] & 0xfe) != T30_PPS)
		return;
	if (t->pps_taken && !memcmp(t->pps, msg + FACTS_AT, PPS_FACTS)) {
		t->t30->state = t->pps_state;
		return;
	}
	memcpy(t->pps, msg + FACTS_AT, PPS_FACTS);
	t->pps_state = t->t30->state;
	t->pps_taken = false;
}

/* T.30 table 2: bits 17 and 18 say the width, 19 and 20 the length; both set is invalid. */
static bool no_size(const uint8_t *msg, int len)
{
	enum { BITS_17_TO_24 = 5, WIDTH = 3, LENGTH = 3 << 2 };
	return len > BITS_17_TO_24 && (msg[2] & 0xfe) == DCS && ((msg[BITS_17_TO_24] & WIDTH) == WIDTH || (msg[BITS_17_TO_24] & LENGTH) == LENGTH);
}

static void on_frame(t30_state_t *s, void *arg, int incoming, const uint8_t *msg, int len)
{
	struct ig_t30 *t = arg;
	(void)s;
	bool block = len > 2 && (msg[2] & 0xfe) == FCD;
	/* the last page was sent whole and its confirmation asked for (EOP, in ECM PPS-EOP) */
	if (!incoming && len > 2 && ((msg[2] & 0xfe) == T30_EOP || (len > 3 && (msg[2] & 0xfe) == T30_PPS && (msg[3] & 0xfe) == T30_EOP)))
		t->last_asked = true;
	if (incoming && ((len < SHORT_FRAME && block) || no_size(msg, len))) {
		end(t, IG_T30_LINE); /* see the head of this file */
		return;
	}
	if (incoming && block && t->full) {
		end(t, IG_T30_FULL);
		return;
	}
	if (incoming) {
		t->talked = true;
		heard_again(t, msg, len);
	}
	if (incoming || block)
		t->progress_at = t->clock;
}

static int on_phase_d(t30_state_t *s, void *arg, int result)
{
	struct ig_t30 *t = arg;
	t30_stats_t st;
	t->progress_at = t->clock;
	t30_get_transfer_statistics(s, &st);
	if (t->setup.caller && t->send) {
		t->confirmed = st.pages_tx;
		t->all_confirmed = t->last_asked;
		return T30_ERR_OK;
	}
	if (t->full) {
		end(t, IG_T30_FULL);
		return T30_ERR_OK;
	}
	if (st.pages_rx <= t->pages_in) /* it came too badly and is wanted again */
		return T30_ERR_OK;
	t->pages_in++;
	if (t->hooks.page && t->hooks.page(t->hooks.arg, t->pages_in)) {
		t->pages_in--;
		end(t, IG_T30_LOCAL);
	} else {
		t->pps_taken = true;
		t->all_in = (result & 0xfe) == T30_EOP;
		t->full = t->setup.pages_max && t->pages_in >= t->setup.pages_max;
	}
	return T30_ERR_OK;
}

static void on_phase_e(t30_state_t *s, void *arg, int code)
{
	struct ig_t30 *t = arg;
	t30_stats_t st;
	t30_get_transfer_statistics(s, &st);
	if (t->setup.caller && t->send)
		t->confirmed = st.pages_tx;
	t->code = code;
	t->ended = true;
}

static int on_phase_b(t30_state_t *s, void *arg, int result)
{
	struct ig_t30 *t = arg;
	(void)s;
	(void)result;
	t->progress_at = t->clock;
	return T30_ERR_OK;
}

static int on_packet(t38_core_state_t *s, void *arg, const uint8_t *p, int len, int count)
{
	struct ig_t30 *t = arg;
	(void)s;
	if (!t->over && t->hooks.ifp && len > 0)
		t->hooks.ifp(t->hooks.arg, p, (size_t)len, count < 1 ? 1 : count);
	return 0;
}

static void on_tone(void *arg, int tone, int level, int delay)
{
	struct ig_t30 *t = arg;
	(void)level;
	(void)delay;
	if (tone != MODEM_CONNECT_TONES_NONE)
		t->called = true;
}

static void no_words(int level, const char *text)
{
	(void)level;
	(void)text;
}

/* ---- life */

static int modems(int rate_max)
{
	return rate_max && rate_max < 7200 ? T30_SUPPORT_V27TER : rate_max && rate_max < 14400 ? T30_SUPPORT_V27TER | T30_SUPPORT_V29 :
		T30_SUPPORT_V27TER | T30_SUPPORT_V29 | T30_SUPPORT_V17;
}

static void prepare(struct ig_t30 *t)
{
	t30_state_t *s = t->t30;
	if (t->ident)
		t30_set_tx_ident(s, t->ident);
	if (t->send)
		t30_set_tx_file(s, t->send, t->setup.first, -1);
	if (t->receive)
		t30_set_rx_file(s, t->receive, -1);
	t30_set_rx_encoding(s, T4_COMPRESSION_ITU_T6);
	t30_set_ecm_capability(s, !t->setup.no_ecm);
	t30_set_supported_modems(s, modems(t->setup.rate_max));
	t30_set_supported_compressions(s, T30_SUPPORT_T4_1D_COMPRESSION | T30_SUPPORT_T4_2D_COMPRESSION | T30_SUPPORT_T6_COMPRESSION);
	t30_set_supported_resolutions(s, t->setup.standard ? T30_SUPPORT_STANDARD_RESOLUTION | T30_SUPPORT_R8_RESOLUTION :
			T30_SUPPORT_STANDARD_RESOLUTION | T30_SUPPORT_FINE_RESOLUTION | T30_SUPPORT_SUPERFINE_RESOLUTION |
			T30_SUPPORT_R8_RESOLUTION | T30_SUPPORT_R16_RESOLUTION);
	t30_set_supported_image_sizes(s, T30_SUPPORT_215MM_WIDTH | T30_SUPPORT_255MM_WIDTH | T30_SUPPORT_303MM_WIDTH | T30_SUPPORT_UNLIMITED_LENGTH |
			T30_SUPPORT_A4_LENGTH | T30_SUPPORT_US_LETTER_LENGTH | T30_SUPPORT_US_LEGAL_LENGTH);
	t30_set_real_time_frame_handler(s, on_frame, t);
	t30_set_phase_b_handler(s, on_phase_b, t);
	t30_set_phase_d_handler(s, on_phase_d, t);
	t30_set_phase_e_handler(s, on_phase_e, t);
}

static void prepare_t38(struct ig_t30 *t)
{
	t38_core_state_t *core = t38_terminal_get_t38_core_state(t->t38);
	t38_set_t38_version(core, 0);
	t38_set_data_rate_management_method(core, T38_DATA_RATE_MANAGEMENT_TRANSFERRED_TCF);
	t38_set_data_transport_protocol(core, T38_TRANSPORT_UDPTL);
	t38_set_redundancy_control(core, T38_PACKET_CATEGORY_INDICATOR, IG_T30_COPIES);
	t38_set_redundancy_control(core, T38_PACKET_CATEGORY_CONTROL_DATA, IG_T30_COPIES);
	t38_set_redundancy_control(core, T38_PACKET_CATEGORY_CONTROL_DATA_END, IG_T30_COPIES);
	t38_set_redundancy_control(core, T38_PACKET_CATEGORY_IMAGE_DATA, 1);
	t38_set_redundancy_control(core, T38_PACKET_CATEGORY_IMAGE_DATA_END, 1);
	if (t->setup.t38_unpaced)
		t38_terminal_set_config(t->t38, T38_TERMINAL_OPTION_NO_PACING);
}

struct ig_t30 *ig_t30_new(const struct ig_t30_setup *setup, const struct ig_t30_hooks *h)
{
	struct ig_t30 *t = ig_xmalloc(sizeof *t);
	t->setup = *setup;
	t->hooks = *h;
	t->forced = IG_T30_ENDING_COUNT;
	t->send = ig_xstrdup(setup->send);
	t->receive = ig_xstrdup(setup->receive);
	t->ident = ig_xstrdup(setup->ident);
	span_set_message_handler(no_words);
	TIFFSetErrorHandler(NULL);
	TIFFSetWarningHandler(NULL);
	if (setup->t38) {
		t->t38 = t38_terminal_init(NULL, setup->caller, on_packet, t);
		t->t30 = t->t38 ? t38_terminal_get_t30_state(t->t38) : NULL;
	} else {
		t->audio = fax_init(NULL, setup->caller);
		t->t30 = t->audio ? fax_get_t30_state(t->audio) : NULL;
		/* the caller waits for CED, the called side for CNG */
		t->tones = modem_connect_tones_rx_init(NULL, setup->caller ? MODEM_CONNECT_TONES_FAX_CED_OR_PREAMBLE : MODEM_CONNECT_TONES_FAX_CNG, on_tone, t);
	}
	if (!t->t30)
		return ig_t30_free(t);
	prepare(t);
	if (t->t38)
		prepare_t38(t);
	else
		fax_set_transmit_on_idle(t->audio, true); /* a line is never without samples */
	return t;
}

struct ig_t30 *ig_t30_free(struct ig_t30 *t)
{
	if (!t)
		return NULL;
	if (t->audio) {
		fax_release(t->audio);
		fax_free(t->audio);
	}
	if (t->t38) {
		t38_terminal_release(t->t38);
		t38_terminal_free(t->t38);
	}
	if (t->tones)
		modem_connect_tones_rx_free(t->tones);
	free(t->send);
	free(t->receive);
	free(t->ident);
	free(t);
	return NULL;
}

/* ---- media and time */

void ig_t30_audio_in(struct ig_t30 *t, const int16_t *samples, size_t n)
{
	int16_t block[160];
	for (size_t at = 0; at < n && !t->over; at += IG_COUNT(block)) {
		size_t k = n - at < IG_COUNT(block) ? n - at : IG_COUNT(block);
		memcpy(block, samples + at, k * sizeof *block);
		if (t->tones && !t->called)
			modem_connect_tones_rx(t->tones, block, (int)k);
		fax_rx(t->audio, block, (int)k);
	}
}

void ig_t30_audio_lost(struct ig_t30 *t, size_t n)
{
	if (!t->over)
		fax_rx_fillin(t->audio, (int)n);
}

void ig_t30_audio_out(struct ig_t30 *t, int16_t *samples, size_t n)
{
	int got = t->over ? 0 : fax_tx(t->audio, samples, (int)n);
	if (t->over)
		got = 0; /* it ended within the call: not a word more */
	if ((size_t)got < n)
		memset(samples + got, 0, (n - (size_t)got) * sizeof *samples);
}

void ig_t30_ifp_in(struct ig_t30 *t, const uint8_t *p, size_t len, uint16_t seq)
{
	if (!t->over && len)
		t38_core_rx_ifp_packet(t38_terminal_get_t38_core_state(t->t38), p, (int)len, seq);
}

/* How long may nothing be heard: a page or block under way needs its time at the rate it has (the library tells the size of the page). */
static uint64_t patience(const struct ig_t30 *t)
{
	t30_stats_t st;
	uint64_t s = IG_T30_SILENT_S;
	t30_get_transfer_statistics(t->t30, &st);
	if (t->setup.caller && !st.error_correcting_mode && st.bit_rate > 0 && st.image_size > 0)
		s += (uint64_t)st.image_size * 8 / (uint64_t)st.bit_rate + LINE_FRAME_S;
	return s * IG_T30_RATE;
}

/* A page that comes without ECM sends no frames: its rows are the progress. */
static void look_at_rows(struct ig_t30 *t)
{
	t30_stats_t st;
	if (t->setup.caller || t->clock - t->looked_at < IG_T30_RATE)
		return;
	t->looked_at = t->clock;
	t30_get_transfer_statistics(t->t30, &st);
	if (st.length != t->rows)
		t->progress_at = t->clock;
	t->rows = st.length;
}

void ig_t30_tick(struct ig_t30 *t, size_t samples)
{
	if (t->over)
		return;
	t->clock += samples;
	if (t->t38 && t38_terminal_send_timeout(t->t38, (int)samples))
		t->ended = true;
	look_at_rows(t);
	if (t->ended || (t->audio && !t30_call_active(t->t30)))
		t->over = true;
	else if (t->setup.seconds_max && t->clock >= (uint64_t)t->setup.seconds_max * IG_T30_RATE)
		end(t, IG_T30_TOO_LONG);
	else if (t->clock - t->progress_at > patience(t))
		end(t, IG_T30_HUNG);
}

bool ig_t30_over(const struct ig_t30 *t)
{
	return t->over;
}

bool ig_t30_called(const struct ig_t30 *t)
{
	return t->called;
}

void ig_t30_drop(struct ig_t30 *t)
{
	end(t, IG_T30_DROPPED);
}

/* ---- what became of it */

struct meaning {
	int code;
	enum ig_t30_ending ending;
};
/* Codes that are not here are the line's. */
static const struct meaning meanings[] = {
	{T30_ERR_OK, IG_T30_SENT}, {T30_ERR_T0_EXPIRED, IG_T30_NO_FAX}, {T30_ERR_T1_EXPIRED, IG_T30_NO_FAX}, {T30_ERR_TX_NODIS, IG_T30_NO_FAX},
	{T30_ERR_CEDTONE, IG_T30_NO_FAX}, {T30_ERR_INCOMPATIBLE, IG_T30_INCOMPATIBLE}, {T30_ERR_RX_INCAPABLE, IG_T30_INCOMPATIBLE},
	{T30_ERR_TX_INCAPABLE, IG_T30_INCOMPATIBLE}, {T30_ERR_NORESSUPPORT, IG_T30_INCOMPATIBLE}, {T30_ERR_NOSIZESUPPORT, IG_T30_INCOMPATIBLE},
	{T30_ERR_FILEERROR, IG_T30_LOCAL}, {T30_ERR_NOPAGE, IG_T30_LOCAL}, {T30_ERR_BADTIFF, IG_T30_LOCAL}, {T30_ERR_BADPAGE, IG_T30_LOCAL},
	{T30_ERR_BADTAG, IG_T30_LOCAL}, {T30_ERR_BADTIFFHDR, IG_T30_LOCAL}, {T30_ERR_NOMEM, IG_T30_LOCAL}, {T30_ERR_CALLDROPPED, IG_T30_DROPPED},
	/* the page may be printed and its confirmation lost */
	{T30_ERR_TX_PHDDEAD, IG_T30_UNCERTAIN}, {T30_ERR_TX_INVALRSP, IG_T30_UNCERTAIN}, {T30_ERR_TX_ECMPHD, IG_T30_UNCERTAIN},
	{T30_ERR_TX_T5EXP, IG_T30_UNCERTAIN}};

static enum ig_t30_ending meaning_of(int code)
{
	for (size_t i = 0; i < IG_COUNT(meanings); i++)
		if (meanings[i].code == code)
			return meanings[i].ending;
	return IG_T30_LINE;
}

static void printable(char *out, const char *s)
{
	size_t n = 0;
	for (; s && *s && n < IG_T30_IDENT_MAX; s++)
		if (*s >= ' ' && *s < 0x7f)
			out[n++] = *s;
	while (n && out[n - 1] == ' ')
		n--;
	out[n] = '\0';
}

void ig_t30_result(const struct ig_t30 *t, struct ig_t30_result *r)
{
	t30_stats_t st;
	const char *ident = t30_get_rx_ident(t->t30);
	t30_get_transfer_statistics(t->t30, &st);
	*r = (struct ig_t30_result){.code = t->ended ? t->code : T30_ERR_CALLDROPPED, .rate = st.bit_rate, .ecm = st.error_correcting_mode,
		.pages = t->setup.caller && t->send ? t->confirmed : t->pages_in, .retries = st.error_correcting_mode_retries, .talked = t->talked};
	r->ending = t->forced != IG_T30_ENDING_COUNT ? t->forced : t->ended ? meaning_of(t->code) : IG_T30_DROPPED;
	bool unsaid = r->ending == IG_T30_DROPPED || r->ending == IG_T30_HUNG || r->ending == IG_T30_LINE || r->ending == IG_T30_TOO_LONG;
	if (unsaid && t->last_asked)
		r->ending = t->all_confirmed ? IG_T30_SENT : IG_T30_UNCERTAIN;
	else if (unsaid && t->all_in)
		r->ending = IG_T30_SENT;
	r->text = t->forced == IG_T30_HUNG ? "no progress" : t->forced == IG_T30_TOO_LONG ? "the call took too long" : t30_completion_code_to_str(r->code);
	printable(r->ident, ident);
}

/* ---- G.711 */

void ig_g711_decode(int codec, const uint8_t *in, size_t n, int16_t *out)
{
	for (size_t i = 0; i < n; i++)
		out[i] = codec ? alaw_to_linear(in[i]) : ulaw_to_linear(in[i]);
}

void ig_g711_encode(int codec, const int16_t *in, size_t n, uint8_t *out)
{
	for (size_t i = 0; i < n; i++)
		out[i] = codec ? linear_to_alaw(in[i]) : linear_to_ulaw(in[i]);
}
