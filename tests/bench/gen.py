#!/usr/bin/env python3
"""gen.py COUNT DIR: a Maildir of made-up mail, the same bytes at every run (fixed seed).

Stands in for a real archive of reports: sizes as measured on one (p50 8 KB, p90 31 KB, p99 414 KB, largest 3.2 MB), half multipart with HTML,
a tenth with attachments, half replies that quote and name their parents, a third in Vietnamese, a few automatic ones, duplicates and raw 8-bit
bytes. Words follow Zipf's law over a dictionary of 30,000 made-up ones, so that a full-text index has the work that it has with mail.
"""
import base64, bisect, os, random, sys
from itertools import accumulate

SEED = 20260302
# share of messages below so many bytes; between the points the logarithm is interpolated
SIZES = ((0.0, 2600), (0.1, 3900), (0.25, 5300), (0.5, 8000), (0.75, 15000), (0.9, 31000), (0.96, 80000), (0.99, 414000), (0.998, 1500000), (1.0, 3200000))
VIET = ("sự cố an toàn thông tin mạng hệ thống máy chủ bị tấn công xâm nhập trái phép mã độc lừa đảo đơn vị vận hành báo cáo khẩn cấp đề nghị hỗ trợ "
        "xử lý kịp thời cơ quan tỉnh thành phố trung tâm giám sát nhật ký truy cập địa chỉ tên miền cổng dịch vụ công trực tuyến phát hiện lúc giờ ngày "
        "tháng năm kết quả kiểm tra ban đầu cho thấy tài khoản quản trị mật khẩu thay đổi dữ liệu sao lưu khôi phục theo quy định kính gửi trân trọng").split()
LOGS = ("sshd[{0}]: Failed password for root from {1} port {2} ssh2", "kernel: [UFW BLOCK] IN=eth0 SRC={1} DST=10.0.0.7 LEN={0} DPT={2}",
        "httpd: {1} - - \"GET /wp-login.php?id={0} HTTP/1.1\" 404 {2}", "named[{0}]: client {1}#{2}: query (cache) denied")
NET = 1 << 17  # addresses of attackers: 198.18.0.0/15 (RFC 2544), wide enough that two reports seldom name the same, as in the world
TYPES = (("anh-chup.jpg", "image/jpeg"), ("screenshot.png", "image/png"), ("nhat-ky.log", "text/plain"), ("bao-cao.pdf", "application/pdf"),
         ("mau.zip", "application/zip"))


def address(n):
    return "198.%d.%d.%d" % (18 + (n >> 16), n >> 8 & 255, n & 255)


class Words:
    def __init__(self, r):
        parts = [c + v + e for c in "b c d f g h k l m n p r s t v st tr".split() for v in "a e i o u ai ou".split() for e in ("", "n", "r", "s", "l")]
        seen = []
        have = set()
        while len(seen) < 30000:
            w = "".join(r.choice(parts) for _ in range(r.choice((1, 1, 2, 2, 2, 3))))
            if w not in have:
                have.add(w)
                seen.append(w)
        self.words = seen
        self.sums = list(accumulate(1 / (i + 3) for i in range(len(seen))))
        self.r = r

    def some(self, n, viet):
        r, out = self.r, []
        for i in range(n):
            if viet and r.random() < 0.7:
                out.append(r.choice(VIET))
            else:
                out.append(self.words[bisect.bisect(self.sums, r.random() * self.sums[-1])])
        return out

    def text(self, size, viet):
        """Lines of about `size` bytes in all."""
        lines, have = [], 0
        while have < size:
            if self.r.random() < 0.03:
                line = self.r.choice(LOGS).format(self.r.randint(100, 99999), address(self.r.randrange(NET)), self.r.randint(1024, 65535))
            else:
                line = " ".join(self.some(self.r.randint(8, 13), viet)).capitalize() + "."
            have += len(line.encode()) + 1
            lines.append(line if self.r.random() < 0.85 else line + "\n")
        return "\n".join(lines) + "\n"


def size_at(u):
    for (a, lo), (b, hi) in zip(SIZES, SIZES[1:]):
        if u <= b:
            return int(lo * (hi / lo) ** ((u - a) / (b - a)))
    return SIZES[-1][1]


def b64(data):
    return base64.encodebytes(data).decode()


def word2047(text):
    return text if text.isascii() else "=?utf-8?B?" + base64.b64encode(text.encode()).decode() + "?="


def quoted_printable(text):
    import quopri
    return quopri.encodestring(text.encode()).decode()


class Maker:
    def __init__(self, count):
        self.r = random.Random(SEED)
        self.w = Words(self.r)
        # the quantiles themselves, shuffled: a small set has the same shape as a large one
        self.sizes = [size_at((i + 0.5) / count) for i in range(count)]
        self.sizes[-1] = SIZES[-1][1]
        self.r.shuffle(self.sizes)
        self.made = []  # (id, references, subject, text)
        self.people = [("%s %s" % tuple(x.capitalize() for x in self.w.some(2, i % 3 == 0)), "p%d@%s.example" % (i, self.w.words[i % 700])) for i in range(2500)]

    def headers(self, i, person, parent, subject, kind):
        r = self.r
        at = "%02d Mar 2026 %02d:%02d:%02d +0700" % (1 + i * 27 // 100000, r.randint(0, 23), r.randint(0, 59), r.randint(0, 59))
        h = ["Received: from mx%d.%s (mx.example [192.0.2.%d])\n\tby mail.example.vn (Postfix) with ESMTPS id %010X\n\tfor <ungcuu@example.vn>; %s"
             % (r.randint(1, 4), person[1].split("@")[1], r.randint(1, 250), r.getrandbits(40), at) for _ in range(r.randint(3, 6))]
        for name in r.sample(("ARC-Seal", "ARC-Message-Signature", "X-Google-DKIM-Signature", "X-Gm-Message-State", "X-MS-Exchange-AntiSpam-MessageData"), r.randint(1, 3)):
            h.append("%s: i=1; a=rsa-sha256; s=arc-20160816;\n\tb=%s" % (name, base64.b64encode(r.randbytes(200)).decode()))
        h.append("DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=%s; s=s1;\n\th=from:to:subject:date:message-id;\n\tbh=%s;\n\tb=%s"
                 % (person[1].split("@")[1], base64.b64encode(r.randbytes(32)).decode(), base64.b64encode(r.randbytes(128)).decode()))
        h += ["From: %s <%s>" % (word2047(person[0]), person[1]), "To: <ungcuu@example.vn>", "Subject: " + word2047(subject), "Date: " + at,
              "Message-ID: <%d.%08x@%s>" % (i, r.getrandbits(32), person[1].split("@")[1])]
        if parent:
            h.append("In-Reply-To: <%s>" % parent[0])
            h.append("References: " + "\n\t".join("<%s>" % x for x in (parent[1] + [parent[0]])[-20:]))
        if kind == "auto":
            h.append("Auto-Submitted: auto-replied")
        elif kind == "list":
            h += ["List-Id: <canh-bao.lists.example>", "Precedence: list"]
        h.append("MIME-Version: 1.0")
        return h

    def body(self, size, viet, quoted):
        """Header lines and body of a message of about `size` bytes."""
        r = self.r
        attach = size > 60000 or r.random() < 0.06
        multi = attach or r.random() < 0.46
        text_size = min(size * 22 // 100 if multi else size * 93 // 100, 40000)
        text = self.w.text(max(200, text_size - len(quoted.encode())), viet) + quoted
        if not multi:
            if r.random() < 0.06:  # raw 8-bit bytes under a name that lies about them
                return ["Content-Type: text/plain; charset=us-ascii", "Content-Transfer-Encoding: 8bit"], text.encode(), text
            if viet and r.random() < 0.5:
                return ["Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64"], b64(text.encode()).encode(), text
            return ["Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: quoted-printable"], quoted_printable(text).encode(), text
        html = "<html><head><style>p{margin:0}</style></head><body>" + "".join(
            "<p class=\"MsoNormal\"><span style=\"font-size:11.0pt\">%s</span></p>\n" % line.replace("<", "&lt;").replace(">", "&gt;") for line in text.split("\n")) + "</body></html>\n"
        mark = "=_%012x" % r.getrandbits(48)
        alternative = ("--%s\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n%s\n"
                       "--%s\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n%s\n--%s--\n"
                       % (mark, quoted_printable(text), mark, quoted_printable(html), mark))
        if not attach:
            return ["Content-Type: multipart/alternative; boundary=\"%s\"" % mark], alternative.encode(), text
        name, kind = r.choice(TYPES)
        left = max(500, size - len(alternative)) * 3 // 4
        data = self.w.text(min(left, 300000), False).encode() if name.endswith(".log") else r.randbytes(left)
        outer = "=_%012x" % r.getrandbits(48)
        whole = ("--%s\nContent-Type: multipart/alternative; boundary=\"%s\"\n\n%s\n--%s\nContent-Type: %s; name=\"%s\"\n"
                 "Content-Disposition: attachment; filename=\"%s\"\nContent-Transfer-Encoding: base64\n\n%s--%s--\n"
                 % (outer, mark, alternative, outer, kind, name, name, b64(data), outer))
        return ["Content-Type: multipart/mixed; boundary=\"%s\"" % outer], whole.encode(), text

    def one(self, i):
        r = self.r
        viet = r.random() < 0.33
        kind = "auto" if r.random() < 0.03 else "list" if r.random() < 0.03 else "person"
        parent = self.made[-1 - min(int(r.expovariate(1 / 60)), len(self.made) - 1)] if self.made and r.random() < 0.5 else None
        person = r.choice(self.people)
        subject = ("Re: " + parent[2].removeprefix("Re: ")) if parent else " ".join(self.w.some(r.randint(3, 8), viet))
        quoted = ""
        if parent and self.sizes[i] > 2500:
            quoted = "\nOn Mon, somebody wrote:\n" + "".join("> " + line + "\n" for line in parent[3].split("\n")[:min(120, self.sizes[i] // 400)])
        head = self.headers(i, person, parent, subject, kind)
        lines, body, text = self.body(max(300, self.sizes[i] - 2800), viet, quoted)
        mid = next(h for h in head if h.startswith("Message-ID"))[13:-1]
        if kind == "person":
            self.made.append((mid, (parent[1] + [parent[0]])[-20:] if parent else [], subject, text[:20000]))
            del self.made[:-400]
        return ("\n".join(head + lines) + "\n\n").encode() + body


def main():
    count, out = int(sys.argv[1]), sys.argv[2]
    for d in ("cur", "new", "tmp"):
        os.makedirs(os.path.join(out, d), exist_ok=True)
    maker, last, total = Maker(count), b"", 0
    for i in range(count):
        data = maker.one(i)
        if i % 100 == 99:  # one in a hundred comes a second time
            data = last
        last = data
        total += len(data)
        with open(os.path.join(out, "cur", "%d.M%dP1.bench:2,S" % (1772416800 + i, i)), "wb") as f:
            f.write(data)
    print("%d messages, %d bytes" % (count, total))


main()
