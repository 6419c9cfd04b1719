/* Prints the JSON of `irgatectl read` for each file, reading them in this process. With -q only reads them, with -n N each N times (profiling), with -f DIR through the filters there. */
#include "config.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/log.h"
#include "base/opt.h"
#include "filter/filter.h"
#include "parse/parse.h"

static struct ig_filters *filters; /* -f DIR; NULL none */

static int read_file(struct ig_arena *a, const char *file, bool quiet, struct ig_buf *out)
{
	struct stat st;
	struct ig_why why;
	struct ig_report back;
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0) {
		perror(file);
		return -1;
	}
	struct ig_report *r = ig_parse_mail(fd, (uint64_t)st.st_size, NULL, &ig_parse_defaults, a);
	close(fd);
	if (filters)
		ig_filter_report(filters, r, a);
	ig_buf_reset(out);
	ig_report_pack(r, out);
	if (quiet)
		return 0;
	/* What the clerk would see is what came through pack and unpack. */
	if (out->over || ig_report_unpack(out->data, out->len, a, &back, &why) < 0) {
		fprintf(stderr, "%s: %s\n", file, out->over ? "report too large" : why.text);
		return -1;
	}
	ig_buf_reset(out);
	ig_report_print(&back, file, out);
	ig_buf_char(out, '\n');
	fwrite(out->data, 1, out->len, stdout);
	return 0;
}

static void say(const char *line, void *arg IG_UNUSED)
{
	fprintf(stderr, "%s\n", line);
}

int main(int argc, char **argv)
{
	struct ig_buf out;
	bool quiet = false;
	int bad = 0, c, times = 1;
	while ((c = getopt(argc, argv, "qn:f:")) != -1) {
		quiet = quiet || c == 'q';
		if (c == 'f')
			filters = ig_filters_load(NULL, optarg, say, NULL, NULL);
		if (c == 'n')
			times = (int)strtol(optarg, NULL, 10);
	}
	ig_log_init("parse-file", IG_LOG_WARNING);
	ig_buf_init(&out, 64u << 20);
	ig_parse_start();
	struct ig_arena *a = ig_arena_new(0);
	while (times-- > 0)
		for (int i = optind; i < argc; i++) {
			ig_arena_reset(a);
			bad |= read_file(a, argv[i], quiet, &out);
		}
	ig_buf_free(&out);
	a = ig_arena_free(a);
	return bad ? IG_EX_DATA : 0;
}
