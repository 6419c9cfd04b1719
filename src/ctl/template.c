/* irgatectl template: list, check, preview. Shows a letter before it is sent to anybody, with the made-up facts of templates/sample.json or those
 * of a file. Runs in irgatectl itself; what is drawn is drawn by an irgate-scribe of its own. */
#include "config.h"
#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/fs.h"
#include "compose/compose.h"
#include "ctl/room.h"
#include "role/role.h"

extern char **environ;

static void say_line(const char *line, void *arg)
{
	ig_ctl_say(arg, "%s", line);
}

static struct ig_templates *templates_of(struct ig_ctl *c, const struct ig_conf *conf)
{
	return ig_templates_load(conf->datadir, say_line, c);
}

int ig_ctl_template_list(struct ig_ctl *c)
{
	static const char *const headings[] = {"KIND", "ABOUT", NULL};
	struct ig_conf *conf = ig_ctl_load_conf(ig_ctl_conf_file(), false);
	if (!conf) return IG_EX_CONFIG;
	struct ig_templates *t = templates_of(c, conf);
	if (ig_ctl_words(c, 0, 0) || !t) {
		ig_templates_free(t);
		ig_conf_free(conf);
		return t ? IG_EX_USAGE : IG_EX_CONFIG;
	}
	struct ig_ctl_list *l = ig_ctl_list_begin(c, headings);
	for (size_t i = 0; ig_letter_kind(i); i++) {
		const char *cells[] = {ig_letter_kind(i), ig_letter_kind_says(i)};
		if (c->json) ig_ctl_list_json(l, json_pack("{s:s,s:s}", "kind", cells[0], "about", cells[1]));
		else ig_ctl_list_row(l, cells);
	}
	ig_templates_free(t);
	ig_conf_free(conf);
	return ig_ctl_list_end(l, "");
}

int ig_ctl_template_check(struct ig_ctl *c)
{
	if (ig_ctl_words(c, 0, 1)) return IG_EX_USAGE;
	struct ig_conf *conf = ig_ctl_load_conf(ig_ctl_conf_file(), false);
	if (!conf) return IG_EX_CONFIG;
	struct ig_templates *t = c->argc ? ig_templates_load(c->argv[0], say_line, c) : templates_of(c, conf);
	ig_conf_free(conf);
	if (!t) return IG_EX_CONFIG;
	ig_templates_free(t);
	return IG_EX_OK;
}

struct preview {
	struct ig_ctl *ctl;
	struct ig_conf *conf;
	struct ig_templates *templates;
	const char *kind, *language, *profile, *facts, *pdf, *fax;
	bool open;
	struct ig_letter letter;
	struct ig_page_head head;
};

static int facts_load(struct preview *p)
{
	json_error_t error;
	const char *path = p->facts ? p->facts : ig_arena_fmt(p->ctl->arena, "%s/templates/sample.json", p->conf->datadir);
	p->letter.fields = json_load_file(path, 0, &error);
	if (p->letter.fields) return IG_EX_OK;
	return ig_ctl_fail(p->ctl, IG_EX_DATA, "%s:%d: %s", path, error.line > 0 ? error.line : 1, error.text);
}

static int letter_make(struct preview *p)
{
	const char *const *to = NULL;
	for (size_t i = 0; p->profile && i < p->conf->profile_count; i++)
		if (!strcmp(p->conf->profiles[i]->name, p->profile)) p->letter.profile = p->conf->profiles[i];
	if (p->profile && !p->letter.profile) return ig_ctl_fail(p->ctl, IG_EX_USAGE, "there is no profile %s", p->profile);
	if (!p->letter.profile) p->letter.profile = ig_conf_profile_at(p->conf, ig_now());
	p->letter.kind = p->kind;
	p->letter.language = p->language;
	p->letter.role = IG_PARTY_ROLE_COORDINATOR;
	int code = facts_load(p);
	if (code) return code;
	json_t *name = json_object_get(json_object_get(p->letter.fields, "addressee"), "name");
	if (json_is_string(name)) {
		const char **list = ig_arena_calloc(p->ctl->arena, 2, sizeof *list);
		list[0] = json_string_value(name);
		to = list;
	}
	p->head = (struct ig_page_head){.date = ig_now(), .to = to, .reference = json_string_value(json_object_get(p->letter.fields, "reference")),
		.number = ig_profile_letter(p->letter.profile, p->kind)->number ? 1 : 0, .fax_to = p->fax ? p->letter.profile->fax : NULL};
	return IG_EX_OK;
}

static int as_mail(struct preview *p)
{
	struct ig_buf mail = IG_BUF_INIT(4u << 20);
	struct ig_why why = {""};
	const char *subject = NULL;
	struct ig_mail_head head = {.from_address = p->conf->address, .from_name = p->conf->display_name, .to_address = "nguoi-nhan@example.vn",
		.message_id = "D-000001.preview@example.vn", .date = ig_now()};
	int code = ig_compose_mail(p->templates, &p->letter, &head, p->ctl->arena, &mail, &subject, &why) ? ig_ctl_fail(p->ctl, IG_EX_SOFTWARE, "%s", why.text) : IG_EX_OK;
	if (!code) p->ctl->out(p->ctl, mail.data, mail.len);
	ig_buf_free(&mail);
	return code;
}

static void open_file(struct preview *p, const char *path)
{
	char *const argv[] = {(char *)(uintptr_t)"xdg-open", (char *)(uintptr_t)path, NULL};
	pid_t pid;
	int status;
	if (posix_spawnp(&pid, argv[0], NULL, NULL, argv, environ) || waitpid(pid, &status, 0) < 0 || !WIFEXITED(status) || WEXITSTATUS(status))
		ig_ctl_say(p->ctl, "no program could be started to show %s", path);
}

static int draw_to(struct preview *p, json_t *page, const char *wanted, const char *path)
{
	struct ig_buf out = IG_BUF_INIT(64u << 20);
	struct ig_why why = {""};
	char *model = json_dumps(page, JSON_COMPACT);
	int code = IG_EX_OK;
	if (ig_drawing_call(p->conf, "application/json", wanted, "", model, strlen(model), &out, &why)) code = ig_ctl_fail(p->ctl, IG_EX_SOFTWARE, "%s", why.text);
	else if (ig_fs_replace(path, out.data, out.len, 0644)) code = ig_ctl_fail(p->ctl, IG_EX_SOFTWARE, "%s: %s", path, strerror(errno));
	else ig_ctl_print(p->ctl, "%s\n", path);
	free(model);
	ig_buf_free(&out);
	return code;
}

static int on_pages(struct preview *p)
{
	struct ig_why why = {""};
	json_t *page = NULL;
	bool sign = p->conf->sign_key && ig_profile_letter(p->letter.profile, p->kind)->leaves == IG_LEAVES_KEY;
	p->head.by_key = p->head.picture = sign;
	if (ig_compose_page(p->templates, &p->letter, &p->head, &page, &why)) return ig_ctl_fail(p->ctl, IG_EX_SOFTWARE, "%s", why.text);
	const char *shown = p->pdf;
	if (!p->pdf && !p->fax) { /* a folder of our own: a name that can be guessed may be somebody else's link */
		char *folder = ig_arena_strdup(p->ctl->arena, "/tmp/irgate-preview-XXXXXX");
		if (!mkdtemp(folder)) return ig_ctl_fail(p->ctl, IG_EX_UNAVAILABLE, "%s: %s", folder, strerror(errno));
		shown = ig_arena_fmt(p->ctl->arena, "%s/%s.pdf", folder, p->kind);
	}
	int code = shown ? draw_to(p, page, sign ? "pdf sign" : "pdf", shown) : IG_EX_OK;
	if (!code && p->fax) code = draw_to(p, page, "fax-fine", p->fax);
	if (!code && p->open) open_file(p, shown ? shown : p->fax);
	json_decref(page);
	return code;
}

int ig_ctl_template_preview(struct ig_ctl *c)
{
	struct preview p = {.ctl = c};
	p.language = ig_ctl_option(c, "--lang");
	p.profile = ig_ctl_option(c, "--profile");
	p.facts = ig_ctl_option(c, "--facts");
	p.pdf = ig_ctl_option(c, "--pdf");
	p.fax = ig_ctl_option(c, "--fax");
	p.open = ig_ctl_flag(c, "--open");
	if (ig_ctl_words(c, 1, 1)) return IG_EX_USAGE;
	p.kind = c->argv[0];
	bool known = false;
	for (size_t i = 0; ig_letter_kind(i); i++) known |= !strcmp(ig_letter_kind(i), p.kind);
	if (!known) return ig_ctl_fail(c, IG_EX_USAGE, "%s is not a kind of letter; see irgatectl template list", p.kind);
	if (p.language && strcmp(p.language, "vi") && strcmp(p.language, "en")) return ig_ctl_fail(c, IG_EX_USAGE, "--lang is vi or en");
	p.conf = ig_ctl_load_conf(ig_ctl_conf_file(), false);
	if (!p.conf) return IG_EX_CONFIG;
	ig_conf_set_zone(p.conf, ig_now());
	p.templates = templates_of(c, p.conf);
	int code = p.templates ? letter_make(&p) : IG_EX_CONFIG;
	if (!code) code = p.pdf || p.fax || p.open ? on_pages(&p) : as_mail(&p);
	json_decref(p.letter.fields);
	ig_templates_free(p.templates);
	ig_conf_free(p.conf);
	return code;
}
