/* Framing shared by link.c (event loop) and link_wire.c (blocking); no other file includes it. */
#ifndef IG_BASE_LINK_WIRE_H
#define IG_BASE_LINK_WIRE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define IG_LINK_HEAD 8u           /* u32 length of what follows, u16 version, u16 kind; little-endian */
#define IG_LINK_WITH_FD 0x8000u   /* set in kind: a descriptor came with the first byte of this frame */
#define IG_LINK_FDS_MAX 64u

struct iovec;
struct ig_link_head {
	uint16_t kind;
	bool with_fd;
	size_t len; /* of the body */
};
void ig_link_head_put(uint8_t out[IG_LINK_HEAD], uint16_t kind, size_t len, bool with_fd);
int ig_link_head_get(const uint8_t in[IG_LINK_HEAD], struct ig_link_head *head_r);

/* Descriptors received and not yet taken by their frame, oldest first. */
struct ig_link_fds {
	int fd[IG_LINK_FDS_MAX];
	size_t count;
	bool cut; /* the last read ended early because it met a descriptor */
};
int ig_link_fds_take(struct ig_link_fds *q); /* -1 none */
void ig_link_fds_close(struct ig_link_fds *q);

/* As sendmsg and recvmsg, EINTR retried; fd -1: none. recvmsg: -1 EPROTO when more descriptors came than any of our peers sends. */
ssize_t ig_link_sendmsg(int sock, const struct iovec *iov, size_t count, int fd, int flags);
ssize_t ig_link_recvmsg(int sock, void *p, size_t len, struct ig_link_fds *q, int flags);
#endif
