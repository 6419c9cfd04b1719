#!/bin/bash
# LMTP with the daemon: an answer for each recipient, dots and bare line feeds, wrong order, what is too large; the client hears 250 only for
# what is durable, and every accepted mail is a message.
. "$(dirname "$0")/../lib.sh"

new_instance
set_conf intake 'lmtp = ({ name = "lmtp"; listen = "unix:var/lmtp.sock"; });'
set_conf intake 'message_max = "300K";'
start
python3 - "$dir/var/lmtp.sock" <<'EOP' || fail "LMTP dialogue"
import socket, sys

class Talk:
    def __init__(self):
        self.s = socket.socket(socket.AF_UNIX)
        self.s.settimeout(10)
        self.s.connect(sys.argv[1])
        self.f = self.s.makefile("rb")
        self.want(220)
    def reply(self):
        while True:
            line = self.f.readline()
            if not line:
                sys.exit("closed")
            if line[3:4] != b"-":
                return line.decode()
    def want(self, code):
        got = self.reply()
        if int(got[:3]) != code:
            sys.exit(f"wanted {code}, got {got}")
        return got
    def say(self, text, *codes):
        self.s.sendall(text if isinstance(text, bytes) else text.encode())
        for code in codes:
            self.want(code)

def head(id):
    return f"From: lan@xa.example\r\nTo: ungcuu@example.vn\r\nSubject: {id}\r\nMessage-ID: <{id}@xa.example>\r\n\r\n"

t = Talk()
t.say("LHLO client.example\r\n", 250)
# all of a transaction in one write (RFC 2920); three recipients, three answers
t.say("MAIL FROM:<lan@xa.example>\r\nRCPT TO:<ungcuu@example.vn>\r\nRCPT TO:<ungcuu+a@example.vn>\r\nRCPT TO:<ungcuu+b@example.vn>\r\nDATA\r\n", 250, 250, 250, 250, 354)
t.say(head("l1") + "one\r\n..dot\r\n\r\n.\r\n", 250, 250, 250)
# a line feed alone never ends it (smuggling): this is one message
t.say("MAIL FROM:<lan@xa.example>\r\nRCPT TO:<ungcuu@example.vn>\r\nDATA\r\n", 250, 250, 354)
t.say(head("l2") + "begin\n.\nMAIL FROM:<evil@x.example>\r\nend\r\n.\r\n", 250)
# order
u = Talk()
u.say("DATA\r\n", 503)
u.say("LHLO c\r\nRCPT TO:<ungcuu@example.vn>\r\nDATA\r\nEHLO c\r\nHELO c\r\n", 250, 503, 503, 500, 500)
u.say("MAIL FROM:<lan@xa.example> SIZE=99999999\r\n", 552)
u.say("MAIL FROM:<lan@xa.example>\r\nRCPT TO:<ungcuu@example.vn>\r\nRSET\r\nRCPT TO:<ungcuu@example.vn>\r\n", 250, 250, 250, 503)
# too large without saying so
u.say("MAIL FROM:<>\r\nRCPT TO:<ungcuu@example.vn>\r\nDATA\r\n", 250, 250, 354)
u.say((head("l3") + "x" * 70 + "\r\n" * 1).encode() + (b"y" * 76 + b"\r\n") * 5000 + b".\r\n", 552)
# half a message: the client goes away, nothing is kept
u.say("MAIL FROM:<>\r\nRCPT TO:<ungcuu@example.vn>\r\nDATA\r\n", 250, 250, 354)
u.say(head("l4") + "half of it")
u.s.close()
t.say("MAIL FROM:<lan@xa.example>\r\nRCPT TO:<ungcuu@example.vn>\r\nDATA\r\n", 250, 250, 354)
t.say(head("l5") + "last\r\n.\r\n", 250)
t.say("QUIT\r\n", 221)
EOP
wait_for 20 "the three" count_is incident 3
facts "what LMTP brought" <<'EOP'
m = {x["message_id"]: x for x in messages if x["direction"] == "in"}
eq("messages", {"l1@xa.example", "l2@xa.example", "l5@xa.example"}, set(m))
eq("envelope sender", "lan@xa.example", m["l1@xa.example"]["return_path"])
eq("source", "lmtp", m["l1@xa.example"]["source"])
EOP
id=$(ctl --json message list | python3 -c 'import json,sys; print([m["id"] for m in json.load(sys.stdin) if m["message_id"]=="l1@xa.example"][0])')
ctl message raw "$id" >"$work/raw"
has "one dot is taken off" $'^\.dot\r$' "$work/raw"
stop
