/* Clients of the recorder's append.sock (irgate-deliver): who may connect, how many, how long, what they may send. */
#ifndef IG_ROLE_CLIENTS_H
#define IG_ROLE_CLIENTS_H
#include "base/link.h"
#include "conf/conf.h"

struct event_base;
struct ig_clients;
/* One APPEND of a client; takes over fd; -1 when it is not as declared. */
typedef int ig_clients_append_h(struct ig_link *l, const void *body, size_t len, int fd, void *arg);
typedef void ig_clients_gone_h(struct ig_link *l, void *arg); /* l must not be answered any more */
/* Looks the users of conf->deliver_users up: before confinement. */
struct ig_clients *ig_clients_new(struct event_base *base, const struct ig_conf *conf, ig_clients_append_h *h, ig_clients_gone_h *gone, void *arg);
void ig_clients_listen(struct ig_clients *c, int fd); /* takes over fd */
bool ig_clients_officer(const struct ig_clients *c, const struct ig_link *l); /* may he write down calls and papers? */
void ig_clients_flush(struct ig_clients *c);
#endif
