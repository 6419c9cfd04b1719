/* Files: whole reads and writes that know EINTR and short counts, and what must be synced. 0 or -1 with errno unless said. */
#ifndef IG_BASE_FS_H
#define IG_BASE_FS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include "base/buf.h"

int ig_fs_write_all(int fd, const void *p, size_t len);
int ig_fs_pwrite_all(int fd, const void *p, size_t len, off_t at);
/* Reads exactly len bytes at `at`; -1 with errno, EIO on a short file. */
int ig_fs_pread_all(int fd, void *p, size_t len, off_t at);
int ig_fs_copy(int from, int to, uint64_t len);       /* from current offsets; copy_file_range, else read/write */
int ig_fs_read_file(const char *path, struct ig_buf *out); /* EFBIG past the buffer's ceiling */
int ig_fs_read_fd(int fd, struct ig_buf *out);
/* Temporary file beside path, written, synced, renamed over it, directory synced. */
int ig_fs_replace(const char *path, const void *p, size_t len, mode_t mode);
int ig_fs_sync_dir(const char *dir);
int ig_fs_mkdirs(const char *path, mode_t mode);      /* with parents; existing is fine */
int ig_fs_unnamed(const char *dir);                   /* O_TMPFILE|O_RDWR|O_CLOEXEC, or -1; var/tmp is the place for them */
int ig_fs_memfd(const char *name, const void *p, size_t len); /* sealed; offset 0; or -1 */
/* Connects to the unix socket dir/name, however deep dir is (sun_path holds 107 bytes). Blocking, close-on-exec; or -1. */
int ig_fs_connect(const char *dir, const char *name);
int ig_fs_free_bytes(const char *dir, uint64_t *bytes_r);
/* Takes an exclusive flock on path (made when missing) and writes our pid into it. Returns the descriptor (inherited by
 * children on purpose: the instance stays owned until the last role is gone); -1 with errno, EWOULDBLOCK and *pid_r when held. */
int ig_fs_lock(const char *path, pid_t *pid_r);
#endif
