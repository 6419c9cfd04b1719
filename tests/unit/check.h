/* cmocka with what it needs before it, for every unit test. */
#ifndef IG_TESTS_UNIT_CHECK_H
#define IG_TESTS_UNIT_CHECK_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#ifndef SRCDIR /* the Makefile says it; a checker that reads one file alone does not */
#define SRCDIR "."
#endif
#endif
