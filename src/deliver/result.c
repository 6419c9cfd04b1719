/* Results of attempts in words that may be shown and logged: a server's words are an outsider's text. Does not judge. */
#include "config.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "deliver/deliver.h"

void ig_deliver_say(struct ig_deliver_result *r, enum ig_outcome outcome, const char *code, const char *fmt, ...)
{
	va_list ap;
	r->outcome = outcome;
	snprintf(r->code, sizeof r->code, "%s", code);
	va_start(ap, fmt);
	vsnprintf(r->text, sizeof r->text, fmt, ap);
	va_end(ap);
	for (char *p = r->text; *p; p++) { /* ASCII only: the text must be valid UTF-8 wherever it was cut */
		if (*p == '\r' || *p == '\n' || *p == '\t')
			*p = ' ';
		else if (*p < ' ' || *p > '~')
			*p = '?';
	}
	for (size_t n = strlen(r->text); n && r->text[n - 1] == ' ';)
		r->text[--n] = 0;
}
