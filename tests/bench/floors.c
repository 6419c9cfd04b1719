/* floors: what this machine can do at best with the same messages, so that a reader of the table sees his own disk and processor.
 *   floors FOLDER SCRATCH      prints "name count seconds cpu_seconds" for: read, parse (GMime: every part decoded), sync (append and
 *                              fdatasync of 4 KiB), group (64 appends, one fdatasync) */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <gmime/gmime.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SYNCS 500

static char **names;
static size_t count;
static char *buffer;
static size_t room = 64u << 20;

static double clock_of(clockid_t id)
{
	struct timespec t;
	clock_gettime(id, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double wall, cpu;

static void begin(void)
{
	wall = clock_of(CLOCK_MONOTONIC);
	cpu = clock_of(CLOCK_PROCESS_CPUTIME_ID);
}

static void end(const char *name, size_t n)
{
	printf("%s %zu %.4f %.4f\n", name, n, clock_of(CLOCK_MONOTONIC) - wall, clock_of(CLOCK_PROCESS_CPUTIME_ID) - cpu);
}

static void die(const char *what)
{
	fprintf(stderr, "floors: %s: %s\n", what, strerror(errno));
	exit(1);
}

static size_t read_file(const char *path)
{
	int fd = open(path, O_RDONLY);
	size_t len = 0;
	ssize_t n;
	if (fd < 0)
		die(path);
	while (len < room && (n = read(fd, buffer + len, room - len)) > 0)
		len += (size_t)n;
	close(fd);
	return len;
}

static void decode(GMimeObject *parent, GMimeObject *part, gpointer null)
{
	GMimeDataWrapper *w = GMIME_IS_PART(part) ? g_mime_part_get_content((GMimePart *)part) : NULL;
	(void)parent;
	if (w)
		g_mime_data_wrapper_write_to_stream(w, null);
}

static void parse(const char *p, size_t len, GMimeStream *null)
{
	GMimeStream *s = g_mime_stream_mem_new_with_buffer(p, len);
	GMimeParser *parser = g_mime_parser_new_with_stream(s);
	GMimeMessage *m = g_mime_parser_construct_message(parser, NULL);
	if (m) {
		const char *ids = g_mime_object_get_header((GMimeObject *)m, "References");
		if (ids)
			g_mime_references_free(g_mime_references_parse(NULL, ids));
		g_mime_message_foreach(m, decode, null);
		g_object_unref(m);
	}
	g_object_unref(parser);
	g_object_unref(s);
}

static void syncs(const char *scratch, size_t group, const char *name)
{
	char path[4096];
	snprintf(path, sizeof path, "%s/floor", scratch);
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	if (fd < 0)
		die(path);
	begin();
	for (size_t i = 1; i <= SYNCS * group; i++)
		if (write(fd, buffer, 4096) != 4096 || (i % group == 0 && fdatasync(fd)))
			die(path);
	end(name, SYNCS * group);
	close(fd);
	unlink(path);
}

int main(int argc, char **argv)
{
	struct dirent **list;
	if (argc != 3)
		return 64;
	int n = scandir(argv[1], &list, NULL, alphasort);
	if (n < 0)
		die(argv[1]);
	names = calloc((size_t)n, sizeof *names);
	buffer = malloc(room);
	if (!names || !buffer)
		die("memory");
	memset(buffer, 'x', 4096);
	for (int i = 0; i < n; i++)
		if (list[i]->d_name[0] != '.' && asprintf(&names[count++], "%s/%s", argv[1], list[i]->d_name) < 0)
			die("memory");
	for (size_t i = 0; i < count; i++)
		read_file(names[i]); /* into the cache */
	begin();
	for (size_t i = 0; i < count; i++)
		read_file(names[i]);
	end("read", count);
	g_mime_init();
	GMimeStream *null = g_mime_stream_null_new();
	begin();
	for (size_t i = 0; i < count; i++)
		parse(buffer, read_file(names[i]), null);
	end("parse", count);
	syncs(argv[2], 1, "sync");
	syncs(argv[2], 64, "group");
	return 0;
}
