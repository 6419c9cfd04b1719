/* A wire as a low stream of libetpan: its protocols run over our connection, our time-outs and our TLS. The only file here that knows
 * libetpan's types. */
#include "config.h"
#include <stdlib.h>
#include <libetpan/mailstream_low.h>
#include "wire/wire.h"

static ssize_t low_read(mailstream_low *s, void *p, size_t len)
{
	return ig_wire_read(s->data, p, len);
}

static ssize_t low_write(mailstream_low *s, const void *p, size_t len)
{
	return ig_wire_write(s->data, p, len);
}

static int low_close(mailstream_low *s)
{
	(void)s;
	return 0;
}

static int low_fd(mailstream_low *s)
{
	return ig_wire_fd(s->data);
}

static void low_free(mailstream_low *s)
{
	free(s);
}

static void low_cancel(mailstream_low *s)
{
	(void)s;
}

static struct mailstream_cancel *low_get_cancel(mailstream_low *s)
{
	(void)s;
	return NULL;
}

static carray *low_chain(mailstream_low *s)
{
	(void)s;
	return NULL;
}

/* "Not implemented": libetpan then waits by itself; our users wait on the descriptor. */
static int low_no_idle(mailstream_low *s)
{
	(void)s;
	return -1;
}

static mailstream_low_driver driver = {low_read, low_write, low_close, low_fd, low_free, low_cancel, low_get_cancel, low_chain, low_no_idle,
	low_no_idle, low_no_idle};

struct _mailstream_low *ig_wire_low(struct ig_wire *w)
{
	return mailstream_low_new(w, &driver);
}
