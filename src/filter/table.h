/* The option tables of filter files. Inside filter only (and the check of the manual). */
#ifndef IG_FILTER_TABLE_H
#define IG_FILTER_TABLE_H
#include "conf/table.h"
#include "filter/room.h"

extern const struct ig_conf_table ig_filter_table, ig_freetext_table;
#endif
