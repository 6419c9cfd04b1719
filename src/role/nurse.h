/* The process of a worker that is started only loads and forks: what touches received bytes is a child of it, a fresh one after its share of
 * the work. */
#ifndef IG_ROLE_NURSE_H
#define IG_ROLE_NURSE_H
#define IG_NURSE_DUE 99 /* exit code of a child that has done its share: the next one comes */

/* Runs serve(arg) in one child after the other; serve does not return. Who ends the nurse ends the child. Returns, with the exit code for the
 * nurse, when a child did not end with IG_NURSE_DUE; a child that was killed ends the nurse by the same signal, so that the parent says it. */
int ig_nurse(const char *worker, void (*serve)(void *arg), void *arg);
#endif
