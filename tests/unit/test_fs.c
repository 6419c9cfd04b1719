/* Files: whole reads and writes, replacement, unnamed and sealed files, the lock. */
#include "config.h"
#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/opt.h"

static char dir[64];

static const char *in_dir(const char *name)
{
	static char path[4][160];
	static unsigned turn;
	char *p = path[turn++ % 4];

	snprintf(p, sizeof(path[0]), "%s/%s", dir, name);
	return p;
}

static int set_up(void **state IG_UNUSED)
{
	snprintf(dir, sizeof(dir), "/tmp/irgate-test-fs.XXXXXX");
	return mkdtemp(dir) ? 0 : -1;
}

static int tear_down(void **state IG_UNUSED)
{
	char cmd[128];
	pid_t pid = fork();

	snprintf(cmd, sizeof(cmd), "%s", dir);
	if (pid == 0) {
		execlp("rm", "rm", "-rf", cmd, (char *)NULL);
		_exit(1);
	}
	waitpid(pid, NULL, 0);
	return 0;
}

static void replaces_and_reads(void **state IG_UNUSED)
{
	struct ig_buf b = IG_BUF_INIT(100);
	struct stat st;

	assert_int_equal(ig_fs_replace(in_dir("f"), "first", 5, 0640), 0);
	assert_int_equal(ig_fs_replace(in_dir("f"), "second\0x", 8, 0640), 0);
	assert_int_equal(ig_fs_read_file(in_dir("f"), &b), 0);
	assert_int_equal(b.len, 8);
	assert_memory_equal(b.data, "second\0x", 8);
	assert_int_equal(stat(in_dir("f"), &st), 0);
	assert_int_equal(ig_fs_replace(in_dir("none/f"), "x", 1, 0600), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(ig_fs_read_file(in_dir("none"), &b), -1);
	assert_int_equal(errno, ENOENT);
	ig_buf_free(&b);
}

static void reading_has_a_ceiling(void **state IG_UNUSED)
{
	struct ig_buf exact = IG_BUF_INIT(5), less = IG_BUF_INIT(4);

	assert_int_equal(ig_fs_replace(in_dir("c"), "12345", 5, 0600), 0);
	assert_int_equal(ig_fs_read_file(in_dir("c"), &exact), 0);
	assert_int_equal(ig_fs_read_file(in_dir("c"), &less), -1);
	assert_int_equal(errno, EFBIG);
	ig_buf_free(&exact);
	ig_buf_free(&less);
}

static void copies_files_and_pipes(void **state IG_UNUSED)
{
	char *data = malloc(300000), *back = malloc(300000);
	int from = ig_fs_unnamed(dir), to = ig_fs_unnamed(dir), fds[2];

	for (size_t i = 0; i < 300000; i++)
		data[i] = (char)(i * 7 + i / 256);
	if (from < 0)
		from = ig_fs_memfd("from", "", 0);
	assert_true(from >= 0 && to >= 0);
	assert_int_equal(ig_fs_write_all(from, data, 300000), 0);
	lseek(from, 1000, SEEK_SET);
	assert_int_equal(ig_fs_copy(from, to, 299000), 0);
	assert_int_equal(ig_fs_pread_all(to, back, 299000, 0), 0);
	assert_memory_equal(back, data + 1000, 299000);
	assert_int_equal(ig_fs_pread_all(to, back, 299001, 0), -1);
	assert_int_equal(errno, EIO);
	lseek(from, 0, SEEK_SET);
	assert_int_equal(ig_fs_copy(from, to, 300001), -1); /* shorter than said */
	assert_int_equal(errno, EIO);
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], "through a pipe", 14), 14);
	assert_int_equal(lseek(to, 0, SEEK_SET), 0);
	assert_int_equal(ig_fs_copy(fds[0], to, 14), 0);
	assert_int_equal(ig_fs_pread_all(to, back, 14, 0), 0);
	assert_memory_equal(back, "through a pipe", 14);
	close(fds[0]);
	close(fds[1]);
	close(from);
	close(to);
	free(data);
	free(back);
}

static void makes_folders(void **state IG_UNUSED)
{
	struct stat st;

	assert_int_equal(ig_fs_mkdirs(in_dir("a/b//c/"), 0700), 0);
	assert_int_equal(ig_fs_mkdirs(in_dir("a/b/c"), 0700), 0);
	assert_int_equal(stat(in_dir("a/b/c"), &st), 0);
	assert_true(S_ISDIR(st.st_mode));
	assert_int_equal(ig_fs_replace(in_dir("file"), "x", 1, 0600), 0);
	assert_int_equal(ig_fs_mkdirs(in_dir("file"), 0700), -1);
	assert_int_equal(ig_fs_mkdirs(in_dir("file/below"), 0700), -1);
	assert_int_equal(ig_fs_sync_dir(in_dir("a")), 0);
	assert_int_equal(ig_fs_sync_dir(in_dir("nothing")), -1);
}

static void memfd_is_sealed(void **state IG_UNUSED)
{
	int fd = ig_fs_memfd("m", "hello", 5);
	char back[8];

	assert_true(fd >= 0);
	assert_int_equal(read(fd, back, 8), 5);
	assert_int_equal(pwrite(fd, "x", 1, 0), -1);
	assert_int_equal(ftruncate(fd, 0), -1);
	close(fd);
}

static void lock_names_its_holder(void **state IG_UNUSED)
{
	int fds[2], status, fd;
	pid_t pid, held = 0;
	char c;

	assert_int_equal(pipe(fds), 0);
	pid = fork();
	if (pid == 0) {
		close(fds[0]);
		if (ig_fs_lock(in_dir("lock"), NULL) < 0 || write(fds[1], "x", 1) != 1)
			_exit(1);
		pause();
	}
	assert_int_equal(read(fds[0], &c, 1), 1);
	assert_int_equal(ig_fs_lock(in_dir("lock"), &held), -1);
	assert_int_equal(errno, EWOULDBLOCK);
	assert_int_equal(held, pid);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	fd = ig_fs_lock(in_dir("lock"), &held);
	assert_true(fd >= 0);
	assert_int_equal(fcntl(fd, F_GETFD), 0); /* inherited on purpose */
	close(fd);
	close(fds[0]);
	close(fds[1]);
}

static void says_free_bytes(void **state IG_UNUSED)
{
	uint64_t bytes = 0;

	assert_int_equal(ig_fs_free_bytes(dir, &bytes), 0);
	assert_true(bytes > 0);
	assert_int_equal(ig_fs_free_bytes(in_dir("nothing"), &bytes), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(replaces_and_reads), cmocka_unit_test(reading_has_a_ceiling), cmocka_unit_test(copies_files_and_pipes),
		cmocka_unit_test(makes_folders), cmocka_unit_test(memfd_is_sealed), cmocka_unit_test(lock_names_its_holder),
		cmocka_unit_test(says_free_bytes),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
