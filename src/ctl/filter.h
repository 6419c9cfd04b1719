/* What the verbs of `filter` share. Inside ctl only. */
#ifndef IG_CTL_FILTER_H
#define IG_CTL_FILTER_H
#include "ctl/room.h"
#include "filter/filter.h"
#include "model/report.h"

struct ig_conf *ig_ctl_filter_conf(struct ig_ctl *c); /* NULL: errors were said */
struct ig_filters *ig_ctl_filters(struct ig_ctl *c, const struct ig_conf *conf, int *broken_r);
#endif
