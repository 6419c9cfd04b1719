/* irgatectl address: the address block the office must publish (it "publishes the reception address", Circular 27/2011 as the department's news
 * has it; Circular 20/2017), made from the profile, and compared with what is listened on and with a page that was published. */
#include "config.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>
#include "base/fs.h"
#include "base/utf8.h"
#include "ctl/room.h"
#include "decide/decide.h"

#define PAGE_MAX (8u << 20)

struct block {
	const char *key, *vi, *en, *value;
};

/* Digits alone, a leading +84 or 84 as 0: how telephone numbers are compared. */
static const char *digits(struct ig_arena *a, const char *text)
{
	struct ig_buf b = IG_BUF_INIT(PAGE_MAX);
	for (; *text; text++)
		if (*text >= '0' && *text <= '9') ig_buf_char(&b, *text);
	const char *d = ig_arena_strdup(a, b.data);
	ig_buf_free(&b);
	if (!strncmp(d, "84", 2)) d = ig_arena_fmt(a, "0%s", d + 2);
	return d;
}

/* Does the page say it? Numbers without regard to how they are set. */
static bool says(struct ig_ctl *c, const char *page, const struct block *b)
{
	if (strcmp(b->key, "phone") && strcmp(b->key, "fax")) return strcasestr(page, b->value) != NULL;
	const char *want = digits(c->arena, b->value), *have = digits(c->arena, page);
	return *want && (strstr(have, want) || (*want == '0' && strstr(have, want + 1)));
}

/* What the published block promises, and what this configuration does. */
static int promises(struct ig_ctl *c, const struct ig_profile *p, json_t *findings)
{
	const struct ig_conf *conf = c->conf;
	if (!p->email) json_array_append_new(findings, json_string("the profile names no mail address to publish"));
	else if (!ig_decide_is_ours(p->email, conf)) json_array_append_new(findings, json_string(ig_arena_fmt(c->arena,
		"the published address %s is none of ours (mail.address %s)", p->email, conf->address)));
	if (p->email && !conf->maildir_count && !conf->lmtp_count && !conf->imap_count && !conf->pop3_count)
		json_array_append_new(findings, json_string("no maildir, lmtp, imap or pop3: nothing reads the published mailbox, unless the mail server pipes into irgate-deliver"));
	if (!p->phone) json_array_append_new(findings, json_string("the profile names no telephone number to publish"));
	if (!p->fax) json_array_append_new(findings, json_string("the profile names no fax number to publish"));
	if (!p->web) json_array_append_new(findings, json_string("the profile names no web page"));
	return (int)json_array_size(findings);
}

static int compare_page(struct ig_ctl *c, const struct block *blocks, size_t count, const char *file, json_t *findings)
{
	struct ig_buf page = IG_BUF_INIT(PAGE_MAX);
	int fd = !strcmp(file, "-") ? dup(STDIN_FILENO) : open(file, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || ig_fs_read_fd(fd, &page)) {
		int error = errno;
		if (fd >= 0) close(fd);
		ig_buf_free(&page);
		return ig_ctl_fail(c, IG_EX_DATA, "%s: %s", file, strerror(error));
	}
	close(fd);
	const char *text = ig_utf8_repair(c->arena, page.data, page.len);
	ig_buf_free(&page);
	for (size_t i = 0; i < count; i++)
		if (blocks[i].value && !says(c, text, &blocks[i]))
			json_array_append_new(findings, json_string(ig_arena_fmt(c->arena, "the page does not say the %s %s", blocks[i].key, blocks[i].value)));
	return IG_EX_OK;
}

int ig_ctl_address(struct ig_ctl *c)
{
	const struct ig_profile *p = ig_conf_profile_at(c->conf, ig_now());
	const char *file = ig_ctl_option(c, "--compare");
	const struct block blocks[] = {{"office", "Cơ quan tiếp nhận", "Reports to", p->office.vi ? p->office.vi : p->office.en}, {"email", "Thư điện tử", "E-mail", p->email},
		{"phone", "Điện thoại", "Telephone", p->phone}, {"fax", "Fax", "Fax", p->fax}, {"address", "Địa chỉ", "Address", p->address},
		{"web", "Trang thông tin điện tử", "Web", p->web}};
	json_t *findings = json_array(), *o = json_object();
	if (ig_ctl_words(c, 0, 0)) return IG_EX_USAGE;
	promises(c, p, findings);
	/* The name and postal address of the office may be set otherwise on a page; what people write and call to may not. */
	int code = file ? compare_page(c, blocks + 1, 3, file, findings) : IG_EX_OK;
	for (size_t i = 0; !code && i < IG_COUNT(blocks); i++) {
		if (!blocks[i].value) continue;
		json_object_set_new(o, blocks[i].key, json_string(blocks[i].value));
		if (!c->json) ig_ctl_print(c, "%s / %s: %s\n", blocks[i].vi, blocks[i].en, blocks[i].value);
	}
	size_t n = json_array_size(findings);
	for (size_t i = 0; !code && !c->json && i < n; i++) ig_ctl_say(c, "finding: %s", json_string_value(json_array_get(findings, i)));
	json_object_set_new(o, "findings", findings);
	if (!code && c->json) ig_ctl_json(c, o);
	else json_decref(o);
	return code ? code : n ? IG_EX_DATA : IG_EX_OK;
}
