"""Outside peers: an LMTP client that knows exactly which replies have left the gateway, and an SMTP sink that remembers."""
import re
import socket
import socketserver
import threading


class LmtpOffer:
    """One message over one LMTP connection. drain() takes what has arrived without waiting; reply is the answer after the final dot."""

    def __init__(self, address, raw, recipient="ungcuu@example.vn"):
        self.lock, self.got, self.reply = threading.Lock(), b"", None
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.sock.settimeout(20)
        try:
            self.sock.connect(address)
            sender = re.search(rb"<([^>]*)>", raw.split(b"\r\n", 1)[0]).group(1).decode()
            for line in (f"LHLO fault.example.org\r\n", f"MAIL FROM:<{sender}>\r\n", f"RCPT TO:<{recipient}>\r\n", "DATA\r\n"):
                self.expect(1)
                self.sock.sendall(line.encode())
            self.expect(1)
            self.base = self.count()
            self.sock.sendall(re.sub(rb"(?m)^\.", b"..", raw) + b".\r\n")
            self.sock.setblocking(False)
        except OSError:
            self.reply = 0

    def count(self):
        """Whole replies so far (the last line of each has a space after the code)."""
        return len(re.findall(rb"(?m)^\d{3} .*\r\n", self.got))

    def expect(self, more):
        """Waits for one more whole reply."""
        goal = self.count() + more if self.got else more
        while self.count() < goal:
            data = self.sock.recv(65536)
            if not data:
                raise OSError("closed")
            with self.lock:
                self.got += data

    def drain(self):
        """Non-blocking: reads what is there and notes the reply."""
        if self.reply is not None or not hasattr(self, "base"):
            return
        with self.lock:
            try:
                while data := self.sock.recv(65536):
                    self.got += data
            except OSError:
                pass
            codes = re.findall(rb"(?m)^(\d{3}) .*\r\n", self.got)
            if len(codes) > self.base:
                self.reply = int(codes[self.base])

    def finish(self, seconds=20):
        """The reply code after the dot, 0 where the connection broke."""
        import select
        waited = 0.0
        while self.reply is None and waited < seconds:
            self.drain()
            if self.reply is None:
                ready, _, _ = select.select([self.sock], [], [], 0.05)
                waited += 0 if ready else 0.05
                try:
                    if ready and not self.sock.recv(1, socket.MSG_PEEK):
                        break
                except BlockingIOError:  # the other thread has drained it meanwhile
                    pass
                except OSError:
                    break
        self.sock.close()
        return self.reply or 0


class Sink(socketserver.ThreadingTCPServer):
    """SMTP server that takes everything and remembers the Message-IDs in order."""

    allow_reuse_address, daemon_threads = True, True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), SinkSession)
        self.port, self.mails, self.lock = self.server_address[1], [], threading.Lock()
        self.mark = lambda: 0
        threading.Thread(target=self.serve_forever, daemon=True).start()


class SinkSession(socketserver.StreamRequestHandler):
    """One connection."""

    def handle(self):
        try:
            self.talk()
        except OSError:
            pass

    def talk(self):
        """Commands until QUIT."""
        self.wfile.write(b"220 sink ESMTP\r\n")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"EHLO":
                self.wfile.write(b"250-sink\r\n250-SIZE 0\r\n250 DSN\r\n")
            elif verb == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                raw = b""
                while (part := self.rfile.readline()) not in (b".\r\n", b""):
                    raw += part
                if not part:
                    return
                found = re.search(rb"(?im)^message-id:\s*<([^>]+)>", raw)
                with self.server.lock:
                    self.server.mails.append((self.server.mark(), found.group(1).decode() if found else ""))
                self.wfile.write(b"250 taken\r\n")
            elif verb == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                self.wfile.write(b"250 fine\r\n")
