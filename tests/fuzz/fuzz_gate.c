/* Any bytes before the release gate, as a mail and as any other thing, with secrets of each kind to look for; and any bytes as the name, the address and
 * the number by which somebody is known. Whatever is around it, a secret that stands there as it is written is no clean letter. */
#include "config.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "base/arena.h"
#include "base/opt.h"
#include "base/utf8.h"
#include "desk/room.h"
#include "gate/gate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void known_by(const uint8_t *data, size_t size)
{
	struct ig_gate *g = ig_gate_new();
	struct ig_arena *a = ig_arena_new(0);
	struct ig_why why = {""};
	const char *value = ig_utf8_repair(a, (const char *)data, size < 200 ? size : 200); /* as values are kept */
	ig_desk_gate_name(g, a, value, "a name");
	ig_desk_gate_address(g, a, value, "an address");
	ig_desk_gate_numbers(g, a, value, "a number");
	ig_gate_secret_as(g, "T" IG_GATE_GAP "T" IG_GATE_GAP "N" IG_GATE_GAP "Lan", "initials");
	ig_gate_secret_as(g, "Ngoc Lan", "a name");
	ig_gate_secret_word(g, "TranLan85", "a local part");
	ig_gate_public(g, value);
	if (ig_gate_search(g, data, size, "x", &why) != IG_GATE_CLEAN && !*why.text)
		abort();
	ig_arena_free(a);
	ig_gate_free(g);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const secrets[] = {"tran.ngoc.lan@xa-mau.example", "Trần Thị Ngọc Lan", "0233.000.0009", "Lê An", "Lan"};
	for (int mail = 0; mail < 2; mail++) {
		struct ig_gate *g = ig_gate_new();
		struct ig_why why = {""};
		for (size_t i = 0; i < IG_COUNT(secrets); i++)
			ig_gate_secret(g, secrets[i], "a secret");
		ig_gate_public(g, "Sở Thông tin và Truyền thông, 0233.000.0001");
		if (ig_gate_count(g) != IG_COUNT(secrets))
			abort();
		enum ig_gate_verdict v = mail ? ig_gate_mail(g, data, size, &why) : ig_gate_search(g, data, size, "x", &why);
		if (v != IG_GATE_CLEAN && !*why.text)
			abort();
		if (v == IG_GATE_CLEAN && memmem(data, size, secrets[0], strlen(secrets[0])))
			abort();
		ig_gate_free(g);
	}
	known_by(data, size);
	return 0;
}
