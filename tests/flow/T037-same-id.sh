#!/bin/bash
# A known Message-ID with other bytes: of the same sender it is a message of its own in the first one's case, without a second receipt; of
# another sender it joins nothing by that id.
. "$(dirname "$0")/../lib.sh"

new_instance
BODY="The first words." mail same@xa.example lan@xa.example "Su co" | drop m1
once
BODY="Other words under the same id." mail same@xa.example lan@xa.example "Su co" | drop m2
BODY="A stranger under the same id." mail same@xa.example eve@stranger.example "Su co" | drop m3
# the same again but for trace headers: only a further arrival
{ printf 'Received: from a by b; Mon, 02 Mar 2026 09:30:00 +0700\r\nDelivered-To: ungcuu@example.vn\r\n'; BODY="The first words." mail same@xa.example lan@xa.example "Su co"; } | drop m4
now=2026-03-02T10:00:00+07:00
once
facts "one id, three messages" <<'EOP'
rows = {m["source_file"]: m for m in messages if m["direction"] == "in"}
eq("messages", {"m1", "m2", "m3"}, set(rows))
eq("the second", (rows["m1"]["incident"], "same-message"), (rows["m2"]["incident"], rows["m2"]["matched_by"]))
ok("the stranger has a case of his own", rows["m3"]["incident"] not in (None, rows["m1"]["incident"]))
ok("and is not linked by the id", rows["m3"]["suggested_incident"] is None)
eq("receipts", ["eve@stranger.example", "lan@xa.example"], sorted(d["address"] for d in dispatches))
eq("copies of the first", ["m4"], [c["source_file"] for c in rows["m1"]["copies"]])
eq("copies of the others", [], rows["m2"]["copies"] + rows["m3"]["copies"])
eq("incidents", 2, len(incidents))
EOP
