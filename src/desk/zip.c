/* A zip file of files of ours, by libarchive: plain, or each file encrypted with AES-256 (the form of WinZip, which 7-Zip and its like open). Names in it
 * are never encrypted. Reads no archive. */
#include "config.h"
#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>
#include "desk/room.h"

static struct archive *begin(const char *password, void *memory, size_t room, size_t *used)
{
	struct archive *a = archive_write_new();
	bool ok = a && archive_write_set_format_zip(a) == ARCHIVE_OK && archive_write_set_bytes_in_last_block(a, 1) == ARCHIVE_OK;
	if (ok && password)
		ok = archive_write_set_options(a, "zip:encryption=aes256") == ARCHIVE_OK && archive_write_set_passphrase(a, password) == ARCHIVE_OK;
	if (ok && archive_write_open_memory(a, memory, room, used) == ARCHIVE_OK)
		return a;
	archive_write_free(a);
	return NULL;
}

static bool put(struct archive *a, const struct ig_letter_file *f)
{
	struct archive_entry *e = archive_entry_new();
	archive_entry_set_pathname(e, f->name);
	archive_entry_set_size(e, (int64_t)f->size);
	archive_entry_set_filetype(e, AE_IFREG);
	archive_entry_set_perm(e, 0644);
	archive_entry_set_mtime(e, (time_t)(ig_now() / 1000000), 0);
	bool ok = archive_write_header(a, e) == ARCHIVE_OK && archive_write_data(a, f->bytes, f->size) == (la_ssize_t)f->size;
	archive_entry_free(e);
	return ok;
}

bool ig_desk_zip(const struct ig_letter_file *files, size_t count, const char *password, struct ig_buf *out)
{
	size_t room = 4096, used = 0;
	for (size_t i = 0; i < count; i++)
		room += files[i].size + files[i].size / 512 + 1024; /* what does not shrink grows by so little */
	char *memory = ig_xmalloc(room);
	struct archive *a = begin(password, memory, room, &used);
	bool ok = a != NULL;
	for (size_t i = 0; ok && i < count; i++)
		ok = put(a, &files[i]);
	ok = a && archive_write_close(a) == ARCHIVE_OK && ok;
	archive_write_free(a);
	if (ok)
		ig_buf_add(out, memory, used);
	free(memory);
	return ok && !out->over;
}
