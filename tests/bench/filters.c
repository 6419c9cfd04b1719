/* filters FOLDER RULES: what recognition costs beside reading. FOLDER holds mail of people, RULES the filters with their samples. Each mail is read
 * as GMime alone reads it (parsed, every part decoded), as a reader does (text, words, observables), and taken through the filters; mail that no
 * filter claims and mail that one claims are counted apart. Prints "unclaimed|claimed messages gmime_s read_s filter_s", processor seconds of one
 * round, the least of ROUNDS: what else the machine does only adds. */
#include "config.h"
#include <dirent.h>
#include <fcntl.h>
#include <gmime/gmime.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "base/log.h"
#include "base/opt.h"
#include "filter/filter.h"
#include "parse/parse.h"

enum { ROUNDS = 5, MAILS_MAX = 20000, PASSES_CLAIMED = 20 };

struct mail {
	char *path;
	bool claimed;
	double gmime, read, filter; /* least seen */
};
static struct mail mails[MAILS_MAX];
static size_t count;
static GMimeStream *null;

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void least(double *v, double seconds)
{
	if (!*v || seconds < *v)
		*v = seconds;
}

static void decode(GMimeObject *parent, GMimeObject *part, gpointer arg)
{
	GMimeDataWrapper *w = GMIME_IS_PART(part) ? g_mime_part_get_content((GMimePart *)part) : NULL;
	(void)parent;
	if (w)
		g_mime_data_wrapper_write_to_stream(w, arg);
}

static void gmime(int fd)
{
	GMimeStream *s = g_mime_stream_fs_new(dup(fd));
	GMimeParser *parser = g_mime_parser_new_with_stream(s);
	GMimeMessage *m = g_mime_parser_construct_message(parser, NULL);
	if (m) {
		g_mime_message_foreach(m, decode, null);
		g_object_unref(m);
	}
	g_object_unref(parser);
	g_object_unref(s);
}

static void measure(struct mail *m, struct ig_filters *f, struct ig_arena *a)
{
	struct stat st;
	int fd = open(m->path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0) {
		perror(m->path);
		exit(1);
	}
	double begun = now();
	gmime(fd);
	least(&m->gmime, now() - begun);
	lseek(fd, 0, SEEK_SET);
	begun = now();
	struct ig_report *r = ig_parse_mail(fd, (uint64_t)st.st_size, NULL, &ig_parse_defaults, a);
	least(&m->read, now() - begun);
	begun = now();
	ig_filter_report(f, r, a);
	least(&m->filter, now() - begun);
	m->claimed = r->filter != NULL;
	close(fd);
	ig_arena_reset(a);
}

static int add(const char *dir)
{
	DIR *d = opendir(dir);
	if (!d)
		return -1;
	for (struct dirent *e; (e = readdir(d)) && count < MAILS_MAX;)
		if (e->d_name[0] != '.' && asprintf(&mails[count++].path, "%s/%s", dir, e->d_name) < 0)
			exit(1);
	closedir(d);
	return 0;
}

static void add_samples(const char *rules)
{
	char path[4096];
	DIR *d = opendir(rules);
	if (!d) {
		perror(rules);
		exit(1);
	}
	for (struct dirent *e; (e = readdir(d));)
		if (e->d_name[0] != '.' && snprintf(path, sizeof path, "%s/%s/samples", rules, e->d_name) < (int)sizeof path)
			add(path);
	closedir(d);
}

static void print(const char *name, bool claimed)
{
	struct mail sum = {0};
	size_t n = 0;
	for (size_t i = 0; i < count; i++) {
		if (mails[i].claimed != claimed)
			continue;
		n++;
		sum.gmime += mails[i].gmime;
		sum.read += mails[i].read;
		sum.filter += mails[i].filter;
	}
	printf("%s %zu %.6f %.6f %.6f\n", name, n, sum.gmime, sum.read, sum.filter);
}

static void say(const char *line, void *arg IG_UNUSED)
{
	fprintf(stderr, "%s\n", line);
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return 64;
	ig_log_init("filters", IG_LOG_ERR);
	ig_parse_start();
	null = g_mime_stream_null_new();
	struct ig_filters *f = ig_filters_load(NULL, argv[2], say, NULL, NULL);
	struct ig_arena *a = ig_arena_new(0);
	if (add(argv[1])) {
		perror(argv[1]);
		return 1;
	}
	size_t people = count;
	add_samples(argv[2]);
	for (int round = 0; round < ROUNDS; round++)
		for (size_t i = 0; i < count; i++) /* a sample is small, and read so often that its code is as warm as that of a burst */
			for (int k = 0; k < (i < people ? 1 : PASSES_CLAIMED); k++)
				measure(&mails[i], f, a);
	print("unclaimed", false);
	print("claimed", true);
	ig_arena_free(a);
	ig_filters_free(f);
	return 0;
}
