/* The few JSON words our own printing needs: a string with its quotes and escapes, straight into a buffer. Reading JSON is jansson's. */
#ifndef IG_MODEL_JSON_H
#define IG_MODEL_JSON_H
#include "base/buf.h"

/* s as a JSON string, or null when NULL. s is valid UTF-8, as all texts of the model are. */
void ig_json_str(struct ig_buf *out, const char *s);
/* `"key":` with a comma before it unless the last byte opened an object or a list. */
void ig_json_key(struct ig_buf *out, const char *key);
/* The comma between items of a list, where one is due. */
void ig_json_comma(struct ig_buf *out);
#endif
