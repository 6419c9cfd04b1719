/* Connections: both families, a host with several addresses, nobody there, time-outs for one wait and for all, the ceiling of bytes. TLS is proven
 * in test_deliver.c, with a protocol over it. */
#include "config.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/clock.h"
#include "wire/wire.h"

/* A listening socket on the loopback address of a family; *port_r its port. -1 where the family is missing. */
static int listen_on(int family, int *port_r)
{
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} a;
	socklen_t len = family == AF_INET ? sizeof a.v4 : sizeof a.v6;
	memset(&a, 0, sizeof a);
	a.any.sa_family = (sa_family_t)family;
	if (family == AF_INET)
		a.v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	else
		a.v6.sin6_addr = in6addr_loopback;
	int s = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (s < 0 || bind(s, &a.any, len) || listen(s, 8) || getsockname(s, &a.any, &len)) {
		if (s >= 0)
			close(s);
		return -1;
	}
	*port_r = ntohs(family == AF_INET ? a.v4.sin_port : a.v6.sin6_port);
	return s;
}

static void say_and_hear(int s, struct ig_wire *w)
{
	char got[16] = "";
	int peer = accept(s, NULL, NULL);
	assert_true(peer >= 0);
	assert_int_equal(write(peer, "hello", 5), 5);
	ig_wire_limit(w, 1000, 5000, 100);
	assert_int_equal(ig_wire_read(w, got, sizeof got - 1), 5);
	assert_string_equal(got, "hello");
	assert_int_equal(ig_wire_write(w, "yes", 3), 3);
	assert_int_equal(read(peer, got, sizeof got), 3);
	assert_true(ig_wire_loopback(w) && !ig_wire_secure(w) && !ig_wire_pending(w));
	close(peer);
	errno = EAGAIN;
	assert_int_equal(ig_wire_read(w, got, sizeof got), 0);
	assert_int_equal(errno, 0);
}

static void test_families(void **state)
{
	(void)state;
	static const struct { int family; const char *host; } cases[] = {{AF_INET, "127.0.0.1"}, {AF_INET, "localhost"}, {AF_INET6, "::1"}};
	for (size_t i = 0; i < 3; i++) {
		struct ig_why why = {""};
		int port, s = listen_on(cases[i].family, &port);
		if (s < 0)
			continue; /* a machine without IPv6 */
		struct ig_wire *w = ig_wire_connect(cases[i].host, port, 2000, &why);
		if (!w)
			fail_msg("%s: %s", cases[i].host, why.text);
		say_and_hear(s, w);
		ig_wire_free(w);
		close(s);
	}
}

static void test_nobody(void **state)
{
	(void)state;
	struct ig_why why = {""};
	int port, s = listen_on(AF_INET, &port);
	close(s);
	assert_null(ig_wire_connect("127.0.0.1", port, 2000, &why));
	assert_non_null(strstr(why.text, "Connection refused"));
	assert_null(ig_wire_connect("no-such-host.invalid", 25, 2000, &why));
	assert_non_null(strstr(why.text, "has no address"));
	assert_null(ig_wire_trust_load("/nonexistent.pem", &why));
	assert_non_null(strstr(why.text, "/nonexistent.pem"));
}

/* A server that sends a byte now and then keeps each wait short, but not all of them together. */
static void test_limits(void **state)
{
	(void)state;
	struct ig_why why = {""};
	char got[64];
	int port, s = listen_on(AF_INET, &port);
	struct ig_wire *w = ig_wire_connect("127.0.0.1", port, 2000, &why);
	assert_non_null(w);
	int peer = accept(s, NULL, NULL);
	ig_wire_limit(w, 50, 5000, 100);
	int64_t from = ig_mono_ms();
	assert_int_equal(ig_wire_read(w, got, sizeof got), -1);
	assert_int_equal(errno, ETIMEDOUT);
	assert_in_range(ig_mono_ms() - from, 40, 2000);
	ig_wire_limit(w, 1000, 200, 100);
	from = ig_mono_ms();
	while (ig_mono_ms() - from < 3000) {
		assert_int_equal(write(peer, "x", 1), 1);
		usleep(20000);
		if (ig_wire_read(w, got, sizeof got) >= 0 && ig_wire_read(w, got, sizeof got) < 0)
			break;
	}
	assert_int_equal(errno, ETIMEDOUT);
	assert_in_range(ig_mono_ms() - from, 150, 2000);
	ig_wire_limit(w, 1000, 2000, 10);
	assert_int_equal(write(peer, "0123456789abcdef", 16), 16);
	assert_int_equal(ig_wire_read(w, got, sizeof got), 10);
	assert_int_equal(ig_wire_read(w, got, sizeof got), -1);
	assert_int_equal(errno, EMSGSIZE);
	/* a peer that takes nothing */
	static char much[1 << 20];
	ig_wire_limit(w, 100, 1000, 10);
	ssize_t n = 0;
	for (int i = 0; i < 64 && n >= 0; i++)
		n = ig_wire_write(w, much, sizeof much);
	assert_int_equal(n, -1);
	assert_int_equal(errno, ETIMEDOUT);
	ig_wire_free(w);
	close(peer);
	close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_families), cmocka_unit_test(test_nobody), cmocka_unit_test(test_limits)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
