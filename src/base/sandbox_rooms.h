/* The two halves of confinement, called by sandbox.c alone. */
#ifndef IG_BASE_SANDBOX_ROOMS_H
#define IG_BASE_SANDBOX_ROOMS_H
#include "base/sandbox.h"

/* 1 confined, 0 left out (no Landlock, or one that could not do what the role needs), -1 with why. */
int ig_sandbox_landlock(const struct ig_sandbox *s, struct ig_why *why);
/* wide: leave room for sanitizers and coverage counters; what is refused is then a short list instead of all the rest. */
int ig_sandbox_seccomp(const struct ig_sandbox *s, bool wide, struct ig_why *why);
#endif
