/* irgatectl init, config and completion: what needs no running instance. */
#include "config.h"
#include <stdio.h>
#include <string.h>
#include "compose/compose.h"
#include "ctl/room.h"
#include "role/role.h"

int ig_ctl_init(struct ig_ctl *c)
{
	struct ig_why why = {""};
	const char *profile = ig_ctl_option(c, "--profile");
	if (ig_ctl_words(c, 1, 1)) return IG_EX_USAGE;
	const char *dir = c->argv[0];
	if (ig_conf_init_instance(dir, profile ? profile : "vn", &why)) return ig_ctl_fail(c, IG_EX_USAGE, "%s", why.text);
	if (c->json) {
		ig_ctl_json(c, json_pack("{s:s}", "dir", dir));
		return IG_EX_OK;
	}
	ig_ctl_print(c, "%s is ready.\n  mail for it:     %s/incoming/new\n  one pass:        irgated -c %s/irgate.conf --once\n  what came of it: irgatectl -c %s/irgate.conf status\n",
		dir, dir, dir, dir);
	return IG_EX_OK;
}

int ig_ctl_config_show(struct ig_ctl *c)
{
	struct ig_buf text = IG_BUF_INIT(4 << 20);
	if (ig_ctl_words(c, 0, 0)) return IG_EX_USAGE;
	ig_conf_print(c->conf, NULL, &text);
	c->out(c, text.data, text.len);
	ig_buf_free(&text);
	return IG_EX_OK;
}

int ig_ctl_config_check(struct ig_ctl *c)
{
	if (ig_ctl_words(c, 0, 0)) return IG_EX_USAGE;
	int code = ig_parent_check(ig_ctl_conf_file());
	if (!code) ig_ctl_print(c, "%s is fine\n", ig_ctl_conf_file());
	return code;
}

/* The verbs of each noun, from the table, so that completion cannot drift from it. */
static void completion_verbs(struct ig_ctl *c)
{
	for (const struct ig_ctl_phrase *p = ig_ctl_phrases; p->words; p++) {
		const char *space = strchr(p->words, ' ');
		size_t len = space ? (size_t)(space - p->words) : strlen(p->words);
		bool seen = false;
		for (const struct ig_ctl_phrase *q = ig_ctl_phrases; q < p && !seen; q++) seen = !strncmp(q->words, p->words, len) && (q->words[len] == ' ' || !q->words[len]);
		if (seen) continue;
		ig_ctl_print(c, "\t%.*s) words=\"", (int)len, p->words);
		for (const struct ig_ctl_phrase *q = p; q->words; q++)
			if (!strncmp(q->words, p->words, len) && q->words[len] == ' ') ig_ctl_print(c, "%s ", q->words + len + 1);
		ig_ctl_print(c, "\" ;;\n");
	}
}

int ig_ctl_completion(struct ig_ctl *c)
{
	if (ig_ctl_words(c, 1, 1) || strcmp(c->argv[0], "bash")) return ig_ctl_fail(c, IG_EX_USAGE, "only bash is known");
	ig_ctl_print(c, "# bash completion of irgatectl; made by: irgatectl completion bash\n_irgatectl()\n{\n\tlocal cur=${COMP_WORDS[COMP_CWORD]} noun= words= i w\n"
		"\tfor ((i = 1; i < COMP_CWORD; i++)); do\n\t\tw=${COMP_WORDS[i]}\n\t\tcase $w in -c|--now) ((i++)) ;; -*) ;; *) noun=$w; break ;; esac\n\tdone\n"
		"\tcase $noun in\n\t'') words=\"-c --json --now --help --version");
	const char *last = "";
	for (const struct ig_ctl_phrase *p = ig_ctl_phrases; p->words; p++) {
		size_t len = strcspn(p->words, " ");
		if (strlen(last) != len || strncmp(last, p->words, len)) ig_ctl_print(c, " %.*s", (int)len, p->words);
		last = ig_arena_strndup(c->arena, p->words, len);
	}
	ig_ctl_print(c, "\" ;;\n");
	completion_verbs(c);
	ig_ctl_print(c, "\tesac\n\tif [[ $noun && ${#COMP_WORDS[@]} -gt 2 && ! $words ]] || [[ $cur == */* ]] || ((COMP_CWORD > i + 1)); then\n"
		"\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n\telse\n\t\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n\tfi\n}\n"
		"complete -o filenames -F _irgatectl irgatectl\n");
	return IG_EX_OK;
}
