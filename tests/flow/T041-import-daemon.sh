#!/bin/bash
# Import while the daemon runs: its recorder takes the frames, its clerk reads them, mail that comes meanwhile is answered.
. "$(dirname "$0")/../lib.sh"

new_instance
mkdir "$work/old"
for n in $(seq 1 40); do mail "o$n@a$n.example" "x@a$n.example" "Cu $n" >"$work/old/$n.eml"; done
head -c 3000000 /dev/zero | tr '\0' x | fold -w 70 >"$work/body"
mail big@big.example big@big.example "Lon" >"$work/old/big.eml"
cat "$work/body" >>"$work/old/big.eml"
start
mail live@b.example y@b.example "Moi" | drop live
ctl --json import "$work/old" >"$work/import.log" 2>&1 || fail "import beside the daemon"
has "the count" '"messages":41' "$work/import.log"
wait_for 30 "all cases" count_is incident 42
wait_for 20 "the one receipt" sent_is 1
facts "import beside the daemon" <<'EOP'
eq("who was answered", ["y@b.example"], [d["address"] for d in dispatches if d["state"] == "sent"])
eq("the rest", {("cancelled", "imported")}, {(d["state"], d["why"]) for d in dispatches if d["address"] != "y@b.example"})
eq("size of the large one", os.path.getsize(os.path.dirname(folder) + "/old/big.eml"), reading("big@big.example")["size"])
EOP
stop
