/* The child of one call: T.30, its media sockets and its folder, nothing else. What a stranger's machine sends is worked on here only; a crash costs
 * this call. Started by the nurse, a process that was forked before any configuration was read, so that no child ever held a password.
 *
 * Over its socket (note FAX, model/notes.h):
 *   to the child:  "setup" JSON {user, caller, ident, folder, send, first, rate_max, pages_max, seconds_max}; "rtp" and "udptl", each with its socket;
 *                  "media" JSON {kind: "audio" or "t38", address, port, peer, codec, ec, datagram_max}, again when it changes; "drop": the line went away
 *   from it:       "called": the other end is heard to be a fax; "page" JSON {pages}: one more is on disk and will be confirmed; "over" JSON {result, code,
 *                  text, pages, rate, ecm, ident, retries, talked} */
#ifndef IG_FAX_CALL_H
#define IG_FAX_CALL_H

#define IG_CALL_PAGES "pages.tif"   /* in the folder: what was received */
#define IG_CALL_SEND "send.tif"     /* what is to be sent */

#include "base/sandbox.h"
/* What the child of a call may do: read and write below its folder, take descriptors; nothing else. paths: room for two, lives as long as the box. */
void ig_call_box(struct ig_sandbox *s, struct ig_sandbox_path *paths, const char *folder, const char *user);
/* Forks the nurse; the descriptor to ask her by. To be called first of all, with nothing open but standard streams and IG_ROLE_FD. */
int ig_call_nurse(void);
/* A fresh child: its socket, or -1. */
int ig_call_start(int nurse);
#endif
