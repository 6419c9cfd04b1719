/* Loads templates/KIND/LANGUAGE.txt and checks every name in them against the releasable fields. Reads files only here, at the start: a
 * letter is made later without any. Does not render. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "base/fs.h"
#include "base/opt.h"
#include "base/utf8.h"
#include "compose/fields.h"
#include "compose/mustache_tree.h"
#include "compose/templates.h"

struct ig_templates {
	struct ig_arena *arena;
	struct ig_template all[IG_LETTER_KIND_COUNT][IG_WORDS_LANGUAGES];
};
struct load {
	struct ig_templates *t;
	const char *dir, *file; /* dir holds receipt/, parts/ ... */
	enum ig_words_language language;
	unsigned kind;
	void (*say)(const char *line, void *arg);
	void *arg;
	unsigned errors;
};

static void complain(struct load *l, const char *line)
{
	l->errors++;
	l->say(line, l->arg);
}

static const char *text_read(struct load *l, const char *path)
{
	struct ig_buf b = IG_BUF_INIT(IG_MUSTACHE_TEXT + 1);
	const char *text = NULL, *why = NULL;
	if (ig_fs_read_file(path, &b))
		why = strerror(errno);
	else if (memchr(b.data, 0, b.len) || !ig_utf8_valid(b.data, b.len))
		why = "not UTF-8 text";
	else
		text = ig_arena_strndup(l->t->arena, b.data, b.len);
	if (why)
		complain(l, ig_arena_fmt(l->t->arena, "%s:1: %s", path, why));
	ig_buf_free(&b);
	return text;
}

static const char *part_path(struct load *l, const char *name)
{
	return ig_arena_fmt(l->t->arena, "%s/parts/%s.%s.txt", l->dir, name, ig_words_languages[l->language]);
}

static const char *part_text(void *arg, const char *name)
{
	struct load *l = arg;
	if (name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-")]) {
		complain(l, ig_arena_fmt(l->t->arena, "%s:1: not a name of a part: %.60s", l->file, name));
		return NULL;
	}
	return text_read(l, part_path(l, name));
}

/* A message of the engine names the template or the part; say the path of a part. */
static void complain_why(struct load *l, const struct ig_why *why)
{
	size_t len = strcspn(why->text, ":");
	if (!strncmp(why->text, l->file, strlen(l->file)) || !why->text[len])
		complain(l, why->text);
	else
		complain(l, ig_arena_fmt(l->t->arena, "%s%s", part_path(l, ig_arena_strndup(l->t->arena, why->text, len)), why->text + len));
}

/* A name is right when the table has it, or has it inside the object or list of a section around it. */
static void name_check(const char *name, const char *scope, const char *file, int line, void *arg)
{
	struct load *l = arg;
	char path[IG_MUSTACHE_DEPTH][128] = {""}, full[256];
	size_t known = 1;
	bool ok = false;
	for (;;) {
		size_t len = strcspn(scope, " ");
		const char *is = len ? scope : name;
		int is_len = len ? (int)len : (int)strlen(name);
		ok = false;
		for (size_t i = known; i-- > 0 && !ok;) {
			snprintf(full, sizeof full, "%s%s%.*s", path[i], *path[i] ? "." : "", is_len > 100 ? 100 : is_len, is);
			ok = ig_field_find(l->kind, full) != NULL;
		}
		if (!len)
			break;
		if (ok && known < IG_COUNT(path))
			snprintf(path[known++], sizeof path[0], "%.127s", full);
		scope += len + (scope[len] == ' ');
	}
	if (ok)
		return;
	const char *where = strcmp(file, l->file) ? part_path(l, file) : file;
	complain(l, ig_arena_fmt(l->t->arena, "%s:%d: %.60s is not a field of this letter (doc/TEMPLATES.md)", where, line, name));
}

static struct ig_mustache *compile(struct load *l, int line, const char *text)
{
	struct ig_why why;
	struct ig_mustache *m = ig_mustache_compile_at(l->file, line, text, IG_MUSTACHE_NONE, part_text, l, &why);
	if (m)
		ig_mustache_names(m, name_check, l);
	else
		complain_why(l, &why);
	return m;
}

static bool head_is(const char *text, const char *name, const char **value_r)
{
	size_t len = strlen(name);
	*value_r = strncmp(text, name, len) ? "" : text + len + strspn(text + len, " ");
	return !strncmp(text, name, len);
}

/* "BC BÁO CÁO": what stands in the sign, then the name of the kind of document. */
static bool type_take(struct load *l, const char *value, struct ig_template *out)
{
	size_t len = strcspn(value, " ");
	if (!len || !value[len] || out->type)
		return false;
	out->type = ig_arena_strndup(l->t->arena, value, len);
	out->type_name = ig_arena_strdup(l->t->arena, value + len + 1);
	return true;
}

/* Head lines up to the first empty line, then the body. */
static void template_load(struct load *l, struct ig_template *out)
{
	char *text = ig_arena_strdup(l->t->arena, text_read(l, l->file));
	int line = 1;
	for (char *end; text && *text && *text != '\n'; text = end, line++) {
		const char *value;
		end = text + strcspn(text, "\n");
		if (*end)
			*end++ = 0;
		if (head_is(text, "Subject:", &value) && !out->subject)
			out->subject = compile(l, line, value);
		else if (head_is(text, "About:", &value) && !out->about)
			out->about = compile(l, line, value);
		else if (!head_is(text, "Type:", &value) || !type_take(l, value, out))
			complain(l, ig_arena_fmt(l->t->arena, "%s:%d: not a head line of a template (\"Subject:\", \"About:\", \"Type: BC BÁO CÁO\", then an empty line)", l->file, line));
	}
	if (!text)
		return;
	if (!out->subject)
		complain(l, ig_arena_fmt(l->t->arena, "%s:1: the subject is missing", l->file));
	if (!out->about)
		complain(l, ig_arena_fmt(l->t->arena, "%s:1: what it is about (\"About:\") is missing", l->file));
	if (!*text || !text[1])
		complain(l, ig_arena_fmt(l->t->arena, "%s:%d: the body is missing", l->file, line));
	else
		out->body = compile(l, line + 1, text + 1);
}

struct ig_templates *ig_templates_load(const char *dir, void (*say)(const char *line, void *arg), void *arg)
{
	struct ig_templates *t = ig_xmalloc(sizeof *t);
	t->arena = ig_arena_new(0);
	struct load l = {.t = t, .dir = dir, .say = say, .arg = arg};
	struct stat st;
	const char *below = ig_arena_fmt(t->arena, "%s/templates", dir); /* the data directory is taken as well as the templates themselves */
	if (!stat(below, &st) && S_ISDIR(st.st_mode))
		l.dir = below;
	for (size_t k = 0; k < IG_LETTER_KIND_COUNT; k++) {
		for (int i = 0; i < IG_WORDS_LANGUAGES; i++) {
			l.language = (enum ig_words_language)i;
			l.kind = ig_field_kind_of(ig_letter_kind(k));
			l.file = ig_arena_fmt(t->arena, "%s/%s/%s.txt", l.dir, ig_letter_kind(k), ig_words_languages[i]);
			template_load(&l, &t->all[k][i]);
		}
	}
	return l.errors ? ig_templates_free(t) : t;
}

struct ig_templates *ig_templates_free(struct ig_templates *t)
{
	if (!t)
		return NULL;
	for (size_t k = 0; k < IG_LETTER_KIND_COUNT; k++) {
		for (int i = 0; i < IG_WORDS_LANGUAGES; i++) {
			ig_mustache_free(t->all[k][i].subject);
			ig_mustache_free(t->all[k][i].about);
			ig_mustache_free(t->all[k][i].body);
		}
	}
	ig_arena_free(t->arena);
	free(t);
	return NULL;
}

const struct ig_template *ig_template_of(const struct ig_templates *t, const char *kind, enum ig_words_language l)
{
	for (size_t k = 0; kind && k < IG_LETTER_KIND_COUNT; k++)
		if (!strcmp(kind, ig_letter_kind(k)))
			return &t->all[k][l];
	return NULL;
}
