/* Opening a listening socket from its words in the configuration: "unix:PATH", "ADDRESS:PORT", "[ADDRESS]:PORT". Resolves no names. */
#include "config.h"
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include "intake/intake.h"

enum { BACKLOG = 511 };

static int listen_unix(const char *path, struct ig_why *why)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	struct stat st;
	int fd;
	if (strlen(path) >= sizeof a.sun_path)
		return ig_why(why, "%s: the path of a socket has at most %zu bytes", path, sizeof a.sun_path - 1);
	memcpy(a.sun_path, path, strlen(path));
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	/* Left behind by a process that was killed; the instance's lock says that nobody serves it. */
	if (fd >= 0 && !lstat(path, &st) && S_ISSOCK(st.st_mode))
		unlink(path);
	if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof a) || chmod(path, 0666) || listen(fd, BACKLOG)) {
		ig_why(why, "%s: %s", path, strerror(errno));
		if (fd >= 0)
			close(fd);
		return -1;
	}
	return fd;
}

static int listen_tcp(const char *spec, struct ig_why *why)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV};
	const char *colon = strrchr(spec, ':');
	struct addrinfo *list = NULL;
	const int on = 1;
	char host[128];
	size_t len = colon ? (size_t)(colon - spec) : 0;
	int rc, fd;
	if (!colon || len >= sizeof host)
		return ig_why(why, "%s: neither unix:PATH nor ADDRESS:PORT", spec);
	if (len > 1 && spec[0] == '[' && spec[len - 1] == ']') {
		spec++;
		len -= 2;
	}
	memcpy(host, spec, len);
	host[len] = '\0';
	rc = getaddrinfo(len ? host : NULL, colon + 1, &hints, &list);
	if (rc)
		return ig_why(why, "%s: %s", spec, gai_strerror(rc));
	fd = socket(list->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) || bind(fd, list->ai_addr, list->ai_addrlen) || listen(fd, BACKLOG)) {
		ig_why(why, "%s: %s", spec, strerror(errno));
		if (fd >= 0)
			close(fd);
		fd = -1;
	}
	freeaddrinfo(list);
	return fd;
}

int ig_intake_listen(const char *spec, struct ig_why *why)
{
	return strncmp(spec, "unix:", 5) ? listen_tcp(spec, why) : listen_unix(spec + 5, why);
}
