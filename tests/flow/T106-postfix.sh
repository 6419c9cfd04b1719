#!/bin/bash
# A real Postfix in front (LMTP and pipe) and behind (smarthost): a report in, its receipt out, the failure of the receipt back to its dispatch; mail waits
# there while we are down; processes killed on both sides in the middle of DATA: every report once.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../postfix.sh"

lmtp=$(free_port) sink=$(free_port)
new_instance
chmod 755 "$dir"
set_conf intake "lmtp = ({ name = \"mx\"; listen = \"127.0.0.1:$lmtp\"; });"
postfix_new
set_conf send 'transport = "smtp";'
set_conf send 'smtp_host = "127.0.0.1";'
set_conf send "smtp_port = $smtp;"
set_conf send 'smtp_tls = "none";'
set_conf decide 'budget_letters = 0;'
# who gets our letters: a sink that takes what it is sent; another run refuses every recipient
sink_start() {
	LD_LIBRARY_PATH=$pf_root/usr/lib/postfix "$pf_root/usr/sbin/smtp-sink" -u nobody "$@" -D "$work/sink/got.%M." "127.0.0.1:$sink" 100 >"$work/sink.log" 2>&1 &
	sink_pid=$!
	started+=("$sink_pid")
}
mkdir -p "$work/sink" && chmod 777 "$work/sink"
postfix_start
sink_start
start
mail r1@reporter.example an@reporter.example "Su co qua LMTP" | post ungcuu@example.vn an@reporter.example || fail "by LMTP"
got_is() { [ "$(cat "$work"/sink/got.* 2>/dev/null | grep -c '^Subject: \[IR-')" = "$1" ]; }
wait_for 30 "its receipt through the smarthost" got_is 1
mail r2@reporter.example binh@reporter.example "Su co qua ong" | post ungcuu@pipe.example binh@reporter.example || fail "by pipe"
wait_for 30 "the receipt of a report by pipe" got_is 2
facts "by LMTP and by pipe" <<'EOP'
for id, source in (("r1@reporter.example", "mx"), ("r2@reporter.example", "deliver")):
    m = reading(id)
    eq(f"{id}: source", source, m["source"])
    ok(f"{id}: envelope", m["return_path"] == m["from"]["address"] and m["recipient"].startswith("ungcuu@"))
ok("receipts left", all(d["state"] in ("sent", "delivered") for d in dispatches) and len(dispatches) == 2)
EOP
# a recipient that is refused: Postfix writes to our bounce address, which comes back by LMTP and fails the dispatch
kill "$sink_pid"
wait "$sink_pid" 2>/dev/null
sink_start -f RCPT
mail r3@reporter.example chi@reporter.example "Su co cua nguoi khong con" | post ungcuu@example.vn chi@reporter.example || fail "post"
failed_one() { ctl --json dispatch list 2>/dev/null | python3 -c 'import json, sys; sys.exit(not any(d["address"] == "chi@reporter.example" and d["state"] == "failed" for d in json.load(sys.stdin)))'; }
wait_for 40 "the failure comes back to its dispatch" failed_one
facts "the bounce" <<'EOP'
d = one(dispatches, address="chi@reporter.example")
b = [m for m in messages if m["class"] == "bounce"]
eq("one bounce, filed to its case", [d["incident"]], [m["incident"] for m in b])
ok(f"known by the envelope id: {b[0]['match_reason']}", "names the envelope of" in b[0]["match_reason"])
ok("a person hears of it", [x for x in duties if x["incident"] == d["incident"] and "find another way" in x["what"]])
EOP
# we are down: Postfix keeps it, and brings it when we are there again
stop
mail r4@reporter.example dung@reporter.example "Su co khi tam nghi" | post ungcuu@example.vn dung@reporter.example || fail "post"
sleep 1.5
start
came() { ctl --json message list 2>/dev/null | grep -q "\"message_id\": *\"$1\""; }
wait_for 40 "what waited comes" came r4@reporter.example
# killed in the middle of DATA, on their side and on ours
large() { BODY=$(head -c 3000000 /dev/zero | tr '\0' 'x' | fold -w 70) mail "$1@reporter.example" "$1@reporter.example" "Lon $1"; }
for i in 1 2 3 4; do large "big$i" | post ungcuu@example.vn "big$i@reporter.example" & posts[i]=$!; done
for i in 1 2 3; do
	sleep 0.4
	pkill -KILL -P "$postfix" -x lmtp 2>/dev/null
	kill -KILL "$(role_pid mailin)" 2>/dev/null
done
for i in 1 2 3 4; do wait "${posts[i]}" || fail "a post"; done
for i in 1 2 3 4; do wait_for 120 "big$i comes" came "big$i@reporter.example"; done
facts "every report once" <<'EOP'
for i in range(1, 5):
    eq(f"big{i}", 1, len(by(messages, message_id=f"big{i}@reporter.example")))
eq("cases", 8, len(incidents))
EOP
stop
postfix_stop
