/* What a machine runs: programs, scripts, documents with macros, and what opens one of them (shortcuts, disk images). Relies on magic numbers, on names
 * of files inside of a container, which ZIP and OLE have in the clear, and on the name. Does not unpack: files of an archive come here one by one. */
#include "config.h"
#include <stdbool.h>
#include <string.h>
#include <strings.h>
#include "base/opt.h"
#include "parse/hazard.h"

enum kind { NONE, ZIP, OLE, RTF, PDF, WEB };

static const struct { const char *bytes; size_t len, at; const char *words; } magics[] = {
	{"\x7f" "ELF", 4, 0, "a Linux program (ELF)"},
	{"\xfe\xed\xfa\xce", 4, 0, "a macOS program"}, {"\xfe\xed\xfa\xcf", 4, 0, "a macOS program"},
	{"\xce\xfa\xed\xfe", 4, 0, "a macOS program"}, {"\xcf\xfa\xed\xfe", 4, 0, "a macOS program"},
	{"\xca\xfe\xba\xbe", 4, 0, "a macOS program or Java class"}, {"dex\n", 4, 0, "an Android program"}, {"\0asm", 4, 0, "a WebAssembly program"},
	{"L\0\0\0\1\x14\2\0", 8, 0, "a Windows shortcut"}, {"ITSF", 4, 0, "a compiled help file, which may run programs"},
	{"!<arch>\ndebian", 14, 0, "a Debian package"}, {"\xed\xab\xee\xdb", 4, 0, "an RPM package"}, {"xar!", 4, 0, "a macOS package"},
	{"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d", 8, 0, "a OneNote file, which may carry programs"}, {"#!", 2, 0, "a script"}, {"\xef\xbb\xbf#!", 5, 0, "a script"},
	{"conectix", 8, 0, "a disk image"}, {"vhdxfile", 8, 0, "a disk image"}, {"<?php", 5, 0, "a script"}};

/* Seen anywhere in a container of that kind. Longest needle: IG_HAZARD_TAIL. */
#define WIDE(a, b, c) a "\0" b "\0" c "\0"
static const struct { enum kind in; const char *bytes; size_t len; const char *words; } needles[] = {
	{ZIP, "vbaProject.bin", 14, "an Office document with macros"}, {ZIP, "xl/macrosheets/", 15, "an Office document with macros"},
	{ZIP, "/activeX/", 9, "an Office document with active controls"}, {ZIP, "oleObject", 9, "an Office document with an embedded file"},
	{ZIP, "Basic/Standard/", 15, "a document with macros"}, {ZIP, "META-INF/MANIFEST.MF", 20, "a Java program"},
	{ZIP, "AndroidManifest.xml", 19, "an Android program"},
	{OLE, WIDE("_", "V", "B") WIDE("A", "_", "P") "R\0O\0J", 17, "an Office document with macros"},
	{OLE, WIDE("O", "l", "e") WIDE("1", "0", "N") "a\0t", 15, "an Office document with an embedded file"},
	{RTF, "\\objdata", 8, "a document with an embedded file"}, {PDF, "/JavaScript", 11, "a PDF that runs a script"}, {PDF, "/Launch", 7, "a PDF that starts programs"},
	{WEB, "<script", 7, "a page that runs a script"}, {WEB, "<SCRIPT", 7, "a page that runs a script"}};

/* What Windows, macOS or a desktop runs, or opens something that runs, when it is clicked on. */
static const struct { const char *words, *ends; } names[] = {
	{"a Windows program", " exe com scr pif cpl dll ocx sys drv xll wll gadget "},
	{"a Windows installer", " msi msp mst msix msixbundle appx appxbundle application appref-ms diagcab "},
	{"a script", " bat cmd js jse vbs vbe vb ws wsf wsh wsc sct ps1 ps1xml psm1 psd1 hta msh mshxml sh bash csh ksh zsh py pyw pyc pl rb php lua command run "},
	{"a Windows shortcut", " lnk url scf website pif shb shs settingcontent-ms search-ms searchconnector-ms library-ms "},
	{"a file that changes settings", " reg inf msc theme themepack rdp job "},
	{"a compiled help file, which may run programs", " chm hlp "}, {"a Java program", " jar class jnlp "},
	{"a Linux or Android program", " elf so apk ipa deb rpm appimage desktop "}, {"a macOS program", " dmg pkg app dylib workflow scpt applescript "},
	{"a disk image", " iso img vhd vhdx vmdk udf "},
	{"an Office document with macros", " docm dotm xlsm xltm xlam xlsb pptm potm ppam ppsm sldm ade adp mde accde accda "},
	{"a sheet that fetches or runs things", " slk iqy oqy dqy "}, {"a OneNote file, which may carry programs", " one onepkg "}};

static const char *const types[] = {"application/x-msdownload", "application/x-msdos-program", "application/x-dosexec", "application/vnd.microsoft.portable-executable",
	"application/x-executable", "application/x-elf", "application/x-sharedlib", "application/x-mach-binary", "application/java-archive", "application/x-java-applet",
	"application/hta", "application/x-ms-shortcut", "application/x-msi", "application/x-bat", "application/x-sh", "application/x-shellscript", "application/javascript",
	"application/x-javascript", "text/javascript", "text/vbscript", "application/vnd.android.package-archive", "application/x-iso9660-image"};

void ig_hazard_begin(struct ig_hazard *h) { *h = (struct ig_hazard){.kind = -1}; }

static bool begins(const struct ig_hazard *h, const char *with, size_t n) { return h->head_len >= n && !memcmp(h->head, with, n); }

static enum kind container(const struct ig_hazard *h)
{
	size_t at = begins(h, "\xef\xbb\xbf", 3) ? 3 : 0;
	while (at < h->head_len && strchr(" \t\r\n", h->head[at]) && h->head[at])
		at++;
	return begins(h, "PK\3\4", 4) ? ZIP : begins(h, "\xd0\xcf\x11\xe0", 4) ? OLE : begins(h, "{\\rt", 4) ? RTF :
		memmem(h->head, h->head_len, "%PDF", 4) ? PDF : at < h->head_len && h->head[at] == '<' ? WEB : NONE;
}

static void look(struct ig_hazard *h, const char *p, size_t len)
{
	for (size_t i = 0; i < IG_COUNT(needles); i++)
		if (needles[i].in == (enum kind)h->kind && !(h->seen & 1u << i) && memmem(p, len, needles[i].bytes, needles[i].len))
			h->seen |= 1u << i;
}

static void across(struct ig_hazard *h, const char *p, size_t len)
{
	char seam[2 * IG_HAZARD_TAIL];
	size_t more = len < IG_HAZARD_TAIL ? len : IG_HAZARD_TAIL;
	memcpy(seam, h->tail, h->tail_len);
	memcpy(seam + h->tail_len, p, more);
	look(h, seam, h->tail_len + more);
	size_t all = h->tail_len + more, keep = all < IG_HAZARD_TAIL ? all : IG_HAZARD_TAIL;
	if (len >= IG_HAZARD_TAIL)
		memcpy(h->tail, p + len - IG_HAZARD_TAIL, IG_HAZARD_TAIL);
	else
		memcpy(h->tail, seam + all - keep, keep);
	h->tail_len = keep;
}

void ig_hazard_add(struct ig_hazard *h, const void *p, size_t len)
{
	if (!len)
		return;
	if (h->head_len < sizeof h->head) {
		size_t n = sizeof h->head - h->head_len < len ? sizeof h->head - h->head_len : len;
		memcpy(h->head + h->head_len, p, n);
		h->head_len += n;
		h->kind = container(h);
	}
	if (h->kind == NONE)
		return;
	look(h, p, len);
	across(h, p, len);
}

/* ---- the name */

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c; }

/* Windows leaves blanks and dots at the end away. */
static size_t without_end(const char *name, size_t len)
{
	while (len && strchr(". \t", name[len - 1]))
		len--;
	return len;
}

/* The last extension with blanks around it, lower case; its place in *dot_r. False: it has none. */
static bool extension(const char *name, size_t len, char out[40], size_t *dot_r)
{
	size_t dot = len, n = 1;
	while (dot && name[dot - 1] != '.' && name[dot - 1] != '/' && name[dot - 1] != '\\')
		dot--;
	if (dot < 2 || name[dot - 1] != '.' || len - dot > 36 || dot == len)
		return false;
	out[0] = ' ';
	for (size_t i = dot; i < len; i++)
		out[n++] = lower(name[i]);
	out[n++] = ' ';
	out[n] = 0;
	*dot_r = dot - 1;
	return true;
}

static const char *by_name(const char *name, size_t *dot_r)
{
	char end[40];
	if (!name || !extension(name, without_end(name, strlen(name)), end, dot_r))
		return NULL;
	for (size_t i = 0; i < IG_COUNT(names); i++)
		if (strstr(names[i].ends, end))
			return names[i].words;
	return NULL;
}

/* "invoice.pdf.exe", "photo.jpg       .scr", a name turned round by U+202E: made to look like something else. */
static bool hides(const char *name, size_t dot)
{
	static const char harmless[] = " pdf doc docx xls xlsx ppt pptx odt ods rtf txt csv jpg jpeg png gif tif tiff bmp mp3 mp4 avi zip rar 7z eml msg html htm xml ";
	char end[40];
	size_t at;
	if (strstr(name, "\xe2\x80\xae") || strstr(name, "\xe2\x81\xa7"))
		return true;
	return extension(name, without_end(name, dot), end, &at) && strstr(harmless, end);
}

static const char *by_bytes(const struct ig_hazard *h)
{
	/* "MZ" begins many a text; a program has a header of numbers behind it */
	if (begins(h, "MZ", 2) && h->head_len >= 64 && memchr(h->head, 0, 64))
		return "a Windows or DOS program";
	for (size_t i = 0; i < IG_COUNT(magics); i++)
		if (begins(h, magics[i].bytes, magics[i].len))
			return magics[i].words;
	for (size_t i = 0; i < IG_COUNT(needles); i++)
		if (h->seen & 1u << i)
			return needles[i].words;
	return NULL;
}

const char *ig_hazard_words(const struct ig_hazard *h, const char *name, const char *type, struct ig_arena *a)
{
	size_t dot = 0;
	const char *named = by_name(name, &dot), *words = by_bytes(h);
	words = words ? words : named;
	for (size_t i = 0; !words && type && i < IG_COUNT(types); i++)
		if (!strcasecmp(type, types[i]))
			words = "a program, by its type";
	if (words && named && hides(name, dot))
		return ig_arena_fmt(a, "%s under a name that hides it", words);
	return words;
}

const char *ig_hazard_of(const void *p, size_t len, const char *name, const char *type, struct ig_arena *a)
{
	struct ig_hazard h;
	ig_hazard_begin(&h);
	ig_hazard_add(&h, p, len);
	return ig_hazard_words(&h, name, type, a);
}
