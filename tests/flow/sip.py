"""What a SIP peer should not say, and what the line answers: sip.py PORT. Every request is a datagram of our own making; exit 1 with what was wrong."""
import socket
import sys

port = int(sys.argv[1])
bad = 0
SDP = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"


def ask(method, n, headers="", body="", host="127.0.0.1", raw=None, wait=2.0):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind((host, 0))
    s.settimeout(wait)
    me = "%s:%d" % s.getsockname()
    text = raw or (f"{method} sip:0243@127.0.0.1:{port} SIP/2.0\r\nVia: SIP/2.0/UDP {me};branch=z9hG4bK{n};rport\r\nFrom: <sip:x@{me}>;tag=a{n}\r\n"
                   f"To: <sip:0243@127.0.0.1>\r\nCall-ID: c{n}@{me}\r\nCSeq: 1 {method}\r\nMax-Forwards: 70\r\nContact: <sip:x@{me}>\r\n{headers}"
                   f"Content-Type: application/sdp\r\nContent-Length: {len(body)}\r\n\r\n{body}")
    s.sendto(text.encode("latin-1"), ("127.0.0.1", port))
    try:
        while True:
            answer = s.recv(65535).decode("latin-1")
            status = int(answer.split(" ")[1])
            if status >= 200:
                return status, answer
    except socket.timeout:
        return None, ""


def want(words, wanted, got):
    global bad
    if got[0] != wanted:
        bad += 1
        print(f"  {words}: wanted {wanted}, got {got[0]}", file=sys.stderr)
    return got[1]


answer = want("OPTIONS", 200, ask("OPTIONS", 1))
if "Allow: INVITE, ACK, BYE, CANCEL, OPTIONS\r\n" not in answer:
    bad += 1
    print("  OPTIONS does not say what is allowed", file=sys.stderr)
want("a stranger", 403, ask("INVITE", 2, body=SDP + "m=audio 4000 RTP/AVP 8\r\n", host="127.0.0.2"))
answer = want("an extension that is not there", 420, ask("INVITE", 3, headers="Require: 100rel\r\n", body=SDP + "m=audio 4000 RTP/AVP 8\r\n"))
if "Unsupported: 100rel" not in answer:
    bad += 1
    print("  420 does not say what is unsupported", file=sys.stderr)
for n, method in enumerate(("UPDATE", "PRACK", "REFER", "MESSAGE", "SUBSCRIBE", "REGISTER", "NONSENSE")):
    want(method, 405, ask(method, 10 + n))
want("BYE of nothing", 481, ask("BYE", 20))
want("no codec of ours", 488, ask("INVITE", 21, body=SDP + "m=audio 4000 RTP/AVP 18\r\n"))
want("no SDP at all in it", 488, ask("INVITE", 22, body="hello"))
want("a name for an address", 488, ask("INVITE", 23, body="v=0\r\nc=IN IP4 host.example\r\nm=audio 4000 RTP/AVP 8\r\n"))
want("video", 488, ask("INVITE", 24, body=SDP + "m=video 4000 RTP/AVP 31\r\n"))
for n, raw in enumerate(("", "\r\n\r\n", "INVITE", "INVITE sip:x SIP/2.0\r\n\r\n", "A" * 60000, "INVITE sip:x@y SIP/2.0\r\n" + "X: y\r\n" * 4000 + "\r\n",
                         "SIP/2.0 200 OK\r\n\r\n", "\0" * 100, "INVITE sip:x@y SIP/2.0\r\nContent-Length: -1\r\n\r\n", "BYE " + "sip:" * 5000 + " SIP/2.0\r\n\r\n")):
    ask("", 100 + n, raw=raw, wait=0.05)
want("alive after all that", 200, ask("OPTIONS", 200))
sys.exit(1 if bad else 0)
