"""A seeded set of mixed messages and what must become of them."""
import random

WORDS = "máy chủ trang thông tin bị thay đổi giao diện không truy cập được nghi mã độc tống tiền lộ dữ liệu server portal defaced phishing mail".split()


class Offer:
    """One offering of one message: `of` is the first offering of the same message (a duplicate), `parent` what it answers."""

    def __init__(self, number, kind, way, raw, ident):
        self.number, self.kind, self.way, self.raw, self.ident = number, kind, way, raw, ident
        self.of = self.parent = None
        self.accepted_at = None  # operation after which we knew

    @property
    def name(self):
        """File name when dropped."""
        return f"{self.number:05d}.fault"


def compose(number, ident, sender, subject, rng, extra=""):
    """A small mail, now and then a large one."""
    body = " ".join(rng.choice(WORDS) for _ in range(rng.randint(10, 400)))
    if rng.random() < 0.06:
        body += "\r\n" + "\r\n".join("x" * 76 for _ in range(rng.choice((900, 5000))))
    return (f"From: =?UTF-8?Q?Ng=C6=B0=E1=BB=9Di_b=C3=A1o_{number}?= <{sender}>\r\nTo: ungcuu@example.vn\r\nSubject: {subject}\r\n"
            f"Message-ID: <{ident}>\r\nDate: Sun, 22 Nov 2026 08:{number % 60:02d}:00 +0700\r\n{extra}MIME-Version: 1.0\r\n"
            f"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{body}\r\n").encode()


def make(seed, count, ways):
    """The offerings of one run, in order."""
    rng = random.Random(seed)
    offers, first = [], []
    for number in range(count):
        kind = rng.choices(("new", "follow-up", "duplicate", "automatic"), (50, 20, 15, 15))[0]
        if not first:
            kind = "new"
        way, ident = rng.choice(ways), f"m{number}.{seed}@fault.example.org"
        sender = f"nguoibao{number}@fault.example.org"
        if kind == "new":
            offer = Offer(number, kind, way, compose(number, ident, sender, f"bao cao su co {number}", rng), ident)
            first.append(offer)
        elif kind == "follow-up":
            parent = rng.choice(first)
            extra = f"In-Reply-To: <{parent.ident}>\r\nReferences: <{parent.ident}>\r\n"
            sender = f"nguoibao{parent.number}@fault.example.org"
            offer = Offer(number, kind, way, compose(number, ident, sender, f"Re: bao cao su co {parent.number}", rng, extra), ident)
            offer.parent = parent
        elif kind == "duplicate":
            twin = rng.choice([o for o in offers if o.of is None])
            offer = Offer(number, kind, way, twin.raw, twin.ident)
            offer.of = twin
        else:
            offer = Offer(number, kind, way, compose(number, ident, sender, "Automatic reply", rng, "Auto-Submitted: auto-replied\r\n"), ident)
        offers.append(offer)
    return offers


def verdict(offers, messages, incidents, dispatches):
    """Findings: where the lists of the gateway differ from what these offerings owe."""
    found = []
    incoming = {}
    for row in messages:
        if row["direction"] == "in":
            incoming.setdefault(row["message_id"], []).append(row)
    places = {}
    for offer in offers:
        if offer.of is not None:
            continue
        rows = incoming.pop(offer.ident, [])
        if len(rows) != 1:
            found.append(f"{offer.kind} {offer.ident}: {len(rows)} rows")
            continue
        places[offer.ident] = rows[0]["incident"]
    found += [f"nobody offered {ident}" for ident in incoming]
    news = [o for o in offers if o.kind == "new" and o.ident in places]
    opened = [places[o.ident] for o in news]
    if None in opened or len(set(opened)) != len(opened):
        found.append(f"{len(news)} new reports have {len(set(opened) - {None})} incidents")
    if len(incidents) != len(news):
        found.append(f"{len(incidents)} incidents for {len(news)} new reports")
    for offer in offers:
        if offer.kind == "follow-up" and places.get(offer.ident) != places.get(offer.parent.ident):
            found.append(f"follow-up {offer.ident} is in {places.get(offer.ident)}, not {places.get(offer.parent.ident)}")
        if offer.kind == "automatic" and places.get(offer.ident) is not None:
            found.append(f"automatic {offer.ident} is in {places[offer.ident]}")
    receipts = {}
    for row in dispatches:
        if row["letter"] == "receipt":
            receipts.setdefault(row["incident"], []).append(row)
    for ref in set(opened) - {None}:
        if len(receipts.get(ref, [])) != 1:
            found.append(f"{ref} has {len(receipts.get(ref, []))} receipt intents")
    if sum(map(len, receipts.values())) != len(news):
        found.append(f"{sum(map(len, receipts.values()))} receipts for {len(news)} new reports")
    return found
