"""Robots that write to the gateway: python3 peers.py INSTANCE IRGATED COMMAND... plays them under a moved clock.
  play ROUNDS MINUTES START    each round: one run of --once at START + n * MINUTES, then every peer sees what left for it and answers
What each does is a generator below: it gets the letters addressed to it since the last round and gives mails. Prints, as JSON, by peer: letters in
all, the most within 24 hours to one address, to one domain and to the peer, the round of the last letter, the rounds played."""
import datetime
import email
import email.policy
import email.utils
import json
import os
import random
import subprocess
import sys

folder, irgated, command, rounds, minutes, start = sys.argv[1:7]
rounds, minutes, start = int(rounds), int(minutes), datetime.datetime.fromisoformat(start)
rnd = random.Random(7)
state_file = f"{folder}/peers.json"


def mail(sender, subject, body, extra=(), envelope=None, message_id=True):
    head = [f"Return-Path: <{sender if envelope is None else envelope}>", f"From: {sender}", "To: ungcuu@example.vn", f"Subject: {subject}",
            "Date: " + email.utils.format_datetime(now)]
    if message_id:
        head.append(f"Message-ID: <{rnd.getrandbits(64):x}@{sender.split('@')[1]}>")
    return ("\r\n".join([*head, *extra, "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "", body, ""])).encode()


def number():
    return rnd.randrange(10**5, 10**7)


THANKS = ("Thank you for your message. It has been received by our help desk and a ticket with the number {n} has been opened. We will answer as soon "
          "as possible. Please do not reply to this mail unless you have further information. Your reference: {n}. {at}")


# Each: seeds (mails of the first round) and answers to one letter.
class Rt:
    """Keeps the rules: what it says of itself is enough."""
    domain = "rt.example"

    def seed(self):
        return [mail("helpdesk@rt.example", "[rt.example #17] web server down", "Our customer reports that a web server is down.")]

    def answer(self, letter):
        n = number()
        return [mail("helpdesk@rt.example", f"[rt.example #{n}] AutoReply: {letter['Subject']}", THANKS.format(n=n, at=now),
                     [f"RT-Ticket: rt.example #{n}", "X-RT-Loop-Prevention: rt.example", "Precedence: bulk", "Auto-Submitted: auto-replied",
                      f"In-Reply-To: {letter['Message-ID']}"])]


class Otrs:
    domain = "otrs.example"

    def seed(self):
        return [mail("support@otrs.example", "[Ticket#2026030210000017] Scan from your network", "We see scans from your network against our servers.")]

    def answer(self, letter):
        n = f"20260302{number()}"
        return [mail("support@otrs.example", f"[Ticket#{n}] RE: {letter['Subject']}", THANKS.format(n=n, at=now),
                     ["X-Mailer: OTRS Mail Service (6.0.x)", "X-Powered-By: OTRS", f"References: {letter['Message-ID']}"])]


class Stripping:
    """A gateway in front of it takes off all that would say what it is, and the reference with it."""
    domain = "strip.example"

    def seed(self):
        return [mail("desk@strip.example", "We need help", "There is a strange process on our server, please help.")]

    def answer(self, letter):
        return [mail("desk@strip.example", "Your request", THANKS.format(n="", at=""))] * 3


class Minting:
    """One address, no Message-ID of its own, another number each time."""
    domain = "mint.example"

    def seed(self):
        return [mail("ticket@mint.example", f"Case {number()}", THANKS.format(n=number(), at=now), message_id=False)]

    def answer(self, letter):
        n = number()
        return [mail("ticket@mint.example", f"Case {n} opened", THANKS.format(n=n, at=now), message_id=False)]


class Changing:
    """Another address of its domain each time, with a plus part."""
    domain = "change.example"

    def seed(self):
        return [mail("bot0@mail.change.example", "Request", THANKS.format(n=number(), at=now))]

    def answer(self, letter):
        a = f"bot{number()}+{number()}@{rnd.choice('abc')}.change.example"
        return [mail(a, "Your request", THANKS.format(n=number(), at=now)) for _ in (1, 2)]


class Roaming:
    """Another domain each time, half of them mail hosts that many share; letters come back to it wherever they go."""
    domain = "roam"

    def seed(self):
        return [mail("r0@roam0.example", "Request", THANKS.format(n=number(), at=now))]

    def answer(self, letter):
        def address():
            n = number()
            return f"roam.{n}@gmail.com" if n % 2 else f"r@roam{n}.example"
        return [mail(address(), f"Request {number()}", THANKS.format(n=number(), at=now)) for _ in (1, 2)]


class Chatter:
    """Writes on its own whatever it hears, twice an hour."""
    domain = "chat.example"
    seed = lambda self: [mail("cron@chat.example", f"disk {number()}", f"The disk of host h{number()} is nearly full, please look at it soon.")]
    always = True

    def answer(self, letter):
        return []


class Gateway:
    """The same gateway on the other side, behind relays that keep From, Subject and text alone: it answers each new report with a receipt."""
    domain = "gateway.example"

    def seed(self):
        return [mail("cert@gateway.example", "Incident at our side", "We see traffic of a botnet from your province.")]

    def answer(self, letter):
        n = f"IR-2026-{number():06d}-X"
        return [mail("cert@gateway.example", f"[{n}] Receipt of your incident report",
                     f"We confirm that your incident report has been received:\n\n- Incident reference: {n}\n- Time of arrival: {now}\n\nThe duty officer will write to you.")]


class Gone:
    """Answers nothing by itself; its server bounces each letter without any mark of a bounce, from the address itself."""
    domain = "gone.example"

    def seed(self):
        return [mail("an@gone.example", "Su co", "May chu cua chung toi bi tan cong, de nghi ho tro.")]

    def answer(self, letter):
        return [mail("an@gone.example", "Undelivered Mail", "This user does not exist any more. Your message could not be brought to the mailbox.")]


peers = [Rt(), Otrs(), Stripping(), Minting(), Changing(), Roaming(), Chatter(), Gateway(), Gone()]
known = json.load(open(state_file)) if os.path.exists(state_file) else {"seen": [], "letters": [], "n": 0, "round": 0}


def peer_of(address):
    for p in peers:
        if p.domain in address or (p.domain == "roam" and address.startswith("roam.")):
            return p
    return None


def put(data):
    known["n"] += 1
    with open(f"{folder}/incoming/tmp/p{known['n']}", "wb") as f:
        f.write(data)
    os.rename(f"{folder}/incoming/tmp/p{known['n']}", f"{folder}/incoming/new/p{known['n']}")


def new_letters():
    for name in sorted(set(os.listdir(f"{folder}/outgoing/new")) - set(known["seen"])):
        known["seen"].append(name)
        with open(f"{folder}/outgoing/new/{name}", "rb") as f:
            yield email.message_from_binary_file(f, policy=email.policy.default)


now = start
seeded = bool(known["letters"])
for turn in range(rounds):
    now = start + datetime.timedelta(minutes=minutes * turn)
    for p in peers:
        if (turn == 0 and not seeded) or getattr(p, "always", False):
            for m in p.seed():
                put(m)
    done = subprocess.run([irgated, "-c", f"{folder}/irgate.conf", "--once", "--now", now.isoformat()], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"round {turn}: exit {done.returncode}: {done.stderr}")
    known["round"] += 1
    answered = 0
    for letter in new_letters():
        to = str(letter["To"].addresses[0].addr_spec) if letter["To"] else ""
        p = peer_of(to)
        if p:
            known["letters"].append([p.__class__.__name__, to, now.timestamp(), known["round"]])
            for m in p.answer(letter) if answered < 200 else []:
                answered += 1
                put(m)
json.dump(known, open(state_file, "w"))


def most(times, hours=24):
    times = sorted(times)
    return max((sum(1 for t in times if a <= t < a + hours * 3600) for a in times), default=0)


out = {}
for p in peers:
    name = p.__class__.__name__
    mine = [x for x in known["letters"] if x[0] == name]
    groups = {}
    for _, to, at, _ in mine:
        groups.setdefault(to, []).append(at)
    out[name] = {"letters": len(mine), "address": max((most(t) for t in groups.values()), default=0), "peer": most([x[2] for x in mine]),
                 "last": max((x[3] for x in mine), default=0), "rounds": known["round"]}
print(json.dumps(out))
