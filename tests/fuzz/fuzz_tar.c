/* Any bytes as the stream of a backup: with their own sums, and with the sums of the heads put right, so that what is behind them is reached. What
 * was taken lies in the folder and nowhere else, and is counted. */
#include "config.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "backup/room.h"
#include "base/fs.h"

static char folder[64];

static void sweep(void) { ig_backup_remove_tree(folder); }

static void put_right(uint8_t *p, size_t size)
{
	for (size_t at = 0; at + IG_TAR_BLOCK <= size;) {
		unsigned sum = 0;
		char digits[9];
		uint64_t len = 0;
		memcpy(p + at + 257, "ustar", 5);
		p[at + 156] = '0';
		memset(p + at + 148, ' ', 8);
		for (int i = 0; i < IG_TAR_BLOCK; i++)
			sum += p[at + i];
		snprintf(digits, sizeof digits, "%06o", sum);
		memcpy(p + at + 148, digits, 7);
		for (int i = 124; i < 136 && p[at + i] >= '0' && p[at + i] <= '7'; i++)
			len = len << 3 | (uint64_t)(p[at + i] - '0');
		if (len > size)
			return;
		at += IG_TAR_BLOCK + (len + IG_TAR_BLOCK - 1) / IG_TAR_BLOCK * IG_TAR_BLOCK;
	}
}

static void take(const uint8_t *p, size_t size)
{
	char into[80], above[80];
	struct ig_why why = {""};
	struct stat st;
	uint64_t members = 0;
	json_t *digests = json_object();
	snprintf(into, sizeof into, "%s/a/in", folder);
	snprintf(above, sizeof above, "%s/a", folder);
	if (ig_fs_mkdirs(into, 0700))
		abort();
	int fd = ig_fs_memfd("tar", p, size);
	int bad = ig_tar_take(fd, into, digests, &members, &why);
	close(fd);
	if (bad ? !*why.text : members != json_object_size(digests))
		abort();
	if (stat(above, &st) || st.st_nlink != 3) /* nothing but the folder itself */
		abort();
	json_decref(digests);
	ig_backup_remove_tree(above);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!*folder) {
		const char *shm = access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm";
		snprintf(folder, sizeof folder, "%s/irgate-fuzz.XXXXXX", shm);
		if (!mkdtemp(folder))
			abort();
		atexit(sweep);
	}
	uint8_t *copy = malloc(size + 1);
	if (!copy)
		return 0;
	memcpy(copy, data, size);
	take(copy, size);
	put_right(copy, size);
	take(copy, size);
	free(copy);
	return 0;
}
