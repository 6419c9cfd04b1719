/* Folders of calls. While a call runs, its pages and its facts are on disk before each confirmation; at its end they become one frame, and the folder
 * goes when the recorder said durable. What a crash left is marked `interrupted` and taken at the next start. Relies on the recorder for the frame;
 * looks into no page. */
#include "config.h"
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/fs.h"
#include "base/log.h"
#include "model/envelope.h"
#include "model/notes.h"
#include "role/faxline.h"

enum { FACTS_MAX = 16384, PATH_ROOM = 4096 };

static const char *path_in(const char *folder, const char *name, char out[PATH_ROOM])
{
	snprintf(out, PATH_ROOM, "%s/%s", folder, name);
	return out;
}

int ig_faxline_keep(struct ig_faxline_call *c)
{
	char path[PATH_ROOM], *text = json_dumps(c->facts, JSON_INDENT(1));
	int rc = text ? ig_fs_replace(path_in(c->folder, IG_FAXLINE_FACTS, path), text, strlen(text), 0600) : -1;
	free(text);
	return rc;
}

void ig_faxline_remove(const char *folder)
{
	static const char *const names[] = {IG_CALL_PAGES, IG_CALL_SEND, IG_FAXLINE_FACTS};
	char path[PATH_ROOM];
	for (size_t i = 0; i < IG_COUNT(names); i++)
		unlink(path_in(folder, names[i], path));
	rmdir(folder);
}

void ig_faxline_append(struct ig_faxline_call *c)
{
	struct ig_faxline *f = c->of;
	char path[PATH_ROOM];
	struct stat st;
	int fd = open(path_in(c->folder, IG_CALL_PAGES, path), O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) || !st.st_size || !json_integer_value(json_object_get(c->facts, "pages"))) {
		if (fd >= 0)
			close(fd);
		ig_log(IG_LOG_NOTICE, "a call brought no page: %s", json_string_value(json_object_get(c->facts, "result")));
		c->empty = true;
		ig_faxline_tell_empty(c);
		return;
	}
	struct ig_buf line = IG_BUF_INIT(1 << 20), file = IG_BUF_INIT(300);
	char *facts = json_dumps(c->facts, JSON_COMPACT);
	ig_buf_fmt(&file, "%s.tif", c->name);
	struct ig_envelope e = {.channel = IG_CHANNEL_FAX, .source = json_string_value(json_object_get(c->facts, "line")), .source_file = file.data, .sidecar = facts};
	ig_envelope_print(&e, &line);
	struct ig_note_append n = {.request = ++f->next_request, .envelope = line.data, .size = (uint64_t)st.st_size};
	c->request = n.request;
	if (!f->recorder || ig_note_append_send(f->recorder, &n, fd)) {
		if (!f->recorder)
			close(fd);
		c->request = 0; /* tried again when there is a recorder */
	}
	free(facts);
	ig_buf_free(&line);
	ig_buf_free(&file);
}

void ig_faxline_appended(struct ig_faxline *f, uint64_t request, bool durable, const char *why)
{
	for (struct ig_faxline_call *c = f->calls; c; c = c->next) {
		if (c->request != request)
			continue;
		c->request = 0;
		if (durable) {
			ig_faxline_remove(c->folder);
			ig_faxline_call_free(c);
		} else {
			ig_log(IG_LOG_WARNING, "fax %s waits: %s", c->name, why);
		}
		return;
	}
}

void ig_faxline_again(struct ig_faxline *f)
{
	for (struct ig_faxline_call *c = f->calls, *next; c; c = next) {
		next = c->next;
		if (c->finished && !c->dispatch && !c->request && !c->empty)
			ig_faxline_append(c);
	}
}

json_t *ig_faxline_facts(const char *folder)
{
	char path[PATH_ROOM];
	struct ig_buf b = IG_BUF_INIT(FACTS_MAX);
	json_t *o = !ig_fs_read_file(path_in(folder, IG_FAXLINE_FACTS, path), &b) ? json_loads(b.data, 0, NULL) : NULL;
	ig_buf_free(&b);
	return json_is_object(o) ? o : json_object();
}

void ig_faxline_left_over(struct ig_faxline *f)
{
	DIR *d = opendir(f->in);
	struct dirent *e;
	while (d && (e = readdir(d))) {
		if (e->d_name[0] == '.')
			continue;
		struct ig_faxline_call *c = ig_faxline_call_new(f, f->in, e->d_name);
		if (!c)
			continue;
		json_decref(c->facts);
		c->facts = ig_faxline_facts(c->folder);
		if (!json_object_get(c->facts, "ended"))
			json_object_set_new(c->facts, "result", json_string("interrupted"));
		c->finished = true;
		ig_log(IG_LOG_NOTICE, "a call that was cut is taken: %s", c->name);
	}
	if (d)
		closedir(d);
	ig_faxline_again(f);
}
