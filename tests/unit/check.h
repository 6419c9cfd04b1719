/* cmocka with what it needs before it, for every unit test. */
#ifndef IG_TESTS_UNIT_CHECK_H
#define IG_TESTS_UNIT_CHECK_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#endif
