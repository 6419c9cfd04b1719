/* Mail addresses that may be written to. */
#ifndef IG_MODEL_ADDRESS_H
#define IG_MODEL_ADDRESS_H
#include <stdbool.h>

/* Addresses we may write to: RFC 5321 local part and domain, ASCII, no control, at most 254 bytes. NULL: false. */
bool ig_mail_address_ok(const char *address);
#endif
