/* Words of the letters in their languages: codes and times as an office writes them. For the compose room and its tests. */
#ifndef IG_COMPOSE_WORDS_H
#define IG_COMPOSE_WORDS_H
#include "base/clock.h"

enum ig_words_language { IG_WORDS_VI, IG_WORDS_EN, IG_WORDS_LANGUAGES };
extern const char *const ig_words_languages[IG_WORDS_LANGUAGES]; /* "vi", "en" */
int ig_words_language_of(const char *name);                      /* -1 when unknown or NULL */

/* The words of a code ("severity", "serious"); NULL when there are none. */
const char *ig_words_of(const char *field, const char *code, enum ig_words_language l);
#define IG_WORDS_TIME_MAX 96
/* "08 giờ 30 phút, ngày 22 tháng 11 năm 2026 (UTC+7)"; "Sun, 22 Nov 2026 08:30:00 +0700". Returns buf. */
char *ig_words_time(ig_time t, enum ig_words_language l, char buf[IG_WORDS_TIME_MAX]);
#define IG_WORDS_CITATION_MAX 160
/* "05/2017/QĐ-TTg" to "Quyết định số 05/2017/QĐ-TTg", "Decision No. 05/2017/QĐ-TTg"; other numbers as they are. Returns buf. */
char *ig_words_citation(const char *number, enum ig_words_language l, char buf[IG_WORDS_CITATION_MAX]);
/* "ngày 22 tháng 11 năm 2026"; "22 November 2026". Returns buf. */
char *ig_words_date(ig_time t, enum ig_words_language l, char buf[IG_WORDS_TIME_MAX]);
/* "22/11/2026"; "22 November 2026". Returns buf. */
char *ig_words_short_date(ig_time t, enum ig_words_language l, char buf[IG_WORDS_TIME_MAX]);
#endif
