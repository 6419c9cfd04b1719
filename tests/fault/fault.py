#!/usr/bin/env python3
"""Proof of promise 1: nothing accepted is lost or counted twice, whatever is killed, full or broken.

    fault.py --bin DIR --shim LIB kill  [--points N] [--cuts N] [--seed S] [--jobs J]   the whole tree killed, or the power cut, at N points
    fault.py --bin DIR --shim LIB roles [--points N] [--seed S] [--jobs J]              one role killed, EIO, ENOSPC, short writes: N points a role

kill: seeded runs of 60 mixed messages over Maildir, LMTP and pipe. Every change of a file, every sync and every send to a peer is recorded one
at a time; the record is proven against the real folder at the end of the run. Then, for chosen points between two operations, the folder is
rebuilt as a kill (or a power cut: any subset and tearing of what was not synced) leaves it, the gateway is started on it, what had
not been accepted is offered again, and the outcome is counted. Exit 0: no finding."""
import argparse
import concurrent.futures
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

import mails
import model
import peers
import shimlink
from shimlink import DIE, FAIL, GO, LINK, RENAME, SEND, SHORT, SYNC, WRITE

WAYS = ("maildir", "lmtp", "pipe")


class Tools:
    """The programs under test."""

    def __init__(self, args):
        self.bin, self.shim = os.path.abspath(args.bin), os.path.abspath(args.shim)

    def ctl(self, conf, *words, check=True):
        """irgatectl; parsed JSON where --json was asked for."""
        done = subprocess.run([f"{self.bin}/irgatectl", "-c", conf, *words], capture_output=True, timeout=120, check=False)
        if check and done.returncode:
            raise RuntimeError(f"irgatectl {' '.join(words)}: {done.returncode} {done.stderr.decode(errors='replace')[-500:]}")
        return json.loads(done.stdout) if "--json" in words else done

    def once(self, conf, later=0):
        """irgated --once, the clock so many seconds on: exit code and what it said."""
        when = ["--now", time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + later))] if later else []
        done = subprocess.run([f"{self.bin}/irgated", "-c", conf, "--once", *when], capture_output=True, timeout=180, check=False)
        return done.returncode, done.stderr.decode(errors="replace")[-2000:]


def free_port():
    """A TCP port that was free a moment ago."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def make_instance(tools, folder, lmtp_port, smtp_port):
    """A new instance with LMTP, no budgets, and the smarthost where a port is given."""
    subprocess.run([f"{tools.bin}/irgatectl", "init", folder], check=True, stdout=subprocess.DEVNULL)
    conf = os.path.join(folder, "irgate.conf")
    with open(os.path.join(os.path.dirname(__file__), "instance.conf"), encoding="utf-8") as src:
        text = src.read().replace("@LMTP@", str(lmtp_port)).replace("@TRANSPORT@", "smtp" if smtp_port else "maildir")
    text = text.replace("@SMTP@", str(smtp_port or 25))
    with open(conf, "w", encoding="utf-8") as out:
        out.write(text)
    return conf


def other_port(conf, port):
    """Points are recovered side by side: each listens on a socket of its own folder."""
    with open(conf, encoding="utf-8") as src:
        text = src.read()
    with open(conf, "w", encoding="utf-8") as out:
        out.write(text.replace(f"127.0.0.1:{port}", "unix:var/lmtp.sock"))


class Run:
    """One run of the daemon under the shim. plan(run, number, op) may give (action, argument) for an operation."""

    def __init__(self, tools, seed, count, sink, plan=None, ways=WAYS):
        self.tools, self.seed, self.plan = tools, seed, plan
        self.work = tempfile.mkdtemp(prefix="irgate-fault-")
        self.dir = os.path.join(self.work, "instance")
        self.lmtp_port = free_port()
        self.sink = sink if seed % 2 else None
        self.conf = make_instance(tools, self.dir, self.lmtp_port, self.sink and self.sink.port)
        self.offers = mails.make(seed, count, ways)
        self.ops, self.sent, self.clients, self.problems = [], [], [], []
        self.live = model.Model(self.dir)
        self.start = self.live.copy()
        self.shim = shimlink.ShimLink(os.path.join(self.work, "shm"), self.before, self.after)
        self.daemon = None

    # -- operations, in the shim's one place
    def before(self, op):
        """What is to happen to this operation."""
        return self.plan(self, len(self.ops), op) if self.plan else (GO, 0)

    def after(self, op):
        """Record it; replies that left with it are known from here on."""
        def read(path):
            with open(path, "rb") as src:
                op.data = src.read()
            return op.data
        self.ops.append(op)
        if op.kind in (LINK, RENAME) and op.path not in self.live.names and op.result == 0 and os.path.isfile(op.path2):
            read(op.path2)
        self.live.apply(op, lambda _path: op.data)
        if op.kind == SEND and op.role == "mailin":
            for client, offer in self.clients:
                client.drain()
                if client.reply == 250 and offer.accepted_at is None:
                    offer.accepted_at = len(self.ops)

    def environment(self):
        """For processes under the shim."""
        return {**os.environ, "LD_PRELOAD": self.tools.shim, "IRGATE_FAULT_SHM": self.shim.path, "IRGATE_FAULT_DIR": self.dir}

    # -- the run
    def boot(self):
        """Start the daemon and wait for its LMTP port."""
        self.log = open(os.path.join(self.work, "log"), "wb")
        self.daemon = subprocess.Popen([f"{self.tools.bin}/irgated", "-c", self.conf], env=self.environment(), stderr=self.log, stdout=self.log)
        for _ in range(400):
            try:
                socket.create_connection(("127.0.0.1", self.lmtp_port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
                if self.daemon.poll() is not None:
                    break
        raise RuntimeError(f"the daemon does not answer: {self.said()}")

    def said(self):
        """End of the daemon's log."""
        with open(os.path.join(self.work, "log"), "rb") as src:
            return src.read()[-3000:].decode(errors="replace")

    def offer(self, offer):
        """One offering; True when accepted (250, exit 0), a drop in the Maildir is accepted by the drop itself."""
        if offer.way == "maildir":
            new = os.path.join(self.dir, "incoming", "new", offer.name)
            tmp = os.path.join(self.dir, "incoming", "tmp", offer.name)
            with self.shim:
                with open(tmp, "wb") as out:
                    out.write(offer.raw)
                os.rename(tmp, new)
                self.live.outside(new, offer.raw)
                self.ops.append((new, offer.raw))
                offer.accepted_at = len(self.ops)
            return True
        if offer.way == "lmtp":
            client = peers.LmtpOffer(("127.0.0.1", self.lmtp_port), offer.raw)
            self.clients.append((client, offer))
            code = client.finish()
            self.clients.remove((client, offer))
            if code not in (250, 0) and not 400 <= code < 500:
                self.problems.append(f"LMTP said {code}")
            if code == 250 and offer.accepted_at is None:
                offer.accepted_at = len(self.ops)
            return code == 250
        done = subprocess.run([f"{self.tools.bin}/irgate-deliver", "-c", self.conf, "--recipient", "ungcuu@example.vn"], input=offer.raw,
                              env=self.environment(), capture_output=True, timeout=60, check=False)
        if done.returncode not in (0, 75):
            self.problems.append(f"irgate-deliver: exit {done.returncode} {done.stderr.decode(errors='replace')[-300:]}")
        if done.returncode == 0:
            offer.accepted_at = len(self.ops)
        return done.returncode == 0

    def offer_all(self, deadline=60):
        """All in order, refused ones again until taken."""
        for offer in self.offers:
            until = time.monotonic() + deadline
            while not self.offer(offer):
                if time.monotonic() > until:
                    self.problems.append(f"{offer.way} {offer.kind} {offer.number} was refused for {deadline} s")
                    return
                time.sleep(0.2)

    def settle(self, seconds=60):
        """Waits until every receipt has left (by number), then stops the daemon."""
        due = sum(o.kind == "new" for o in self.offers)
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            waiting = os.listdir(os.path.join(self.dir, "incoming", "new"))
            if self.sink:
                sent = len({ident for _at, ident in self.mine()})
            else:
                sent = len(os.listdir(os.path.join(self.dir, "outgoing", "new")))
            if sent >= due and not waiting:
                break
            time.sleep(0.1)
        else:
            self.problems.append(f"not settled: {sent} of {due} receipts, {len(waiting)} waiting in new/")
        time.sleep(0.3)
        self.halt()

    def mine(self):
        """What the sink got in this run."""
        with self.sink.lock:
            return list(self.sink.mails)

    def halt(self):
        """SIGTERM and wait."""
        if self.daemon.poll() is None:
            self.daemon.send_signal(signal.SIGTERM)
            try:
                if self.daemon.wait(40) != 0:
                    self.problems.append(f"the daemon ended with {self.daemon.returncode}")
            except subprocess.TimeoutExpired:
                self.problems.append("the daemon does not stop")
                self.daemon.kill()
                self.daemon.wait()
        self.shim.stop()
        self.log.close()

    def clean(self):
        """Remove the work folder."""
        if self.daemon and self.daemon.poll() is None:
            self.daemon.kill()
            self.daemon.wait()
        shutil.rmtree(self.work, ignore_errors=True)


def judge(tools, conf, offers):
    """Findings of a settled instance."""
    lists = [tools.ctl(conf, "--json", noun, "list") for noun in ("message", "incident", "dispatch")]
    found = mails.verdict(offers, *lists)
    folder = os.path.dirname(conf)
    for row in lists[2]:
        if row["letter"] == "receipt" and row["state"] != "sent":
            found.append(f"dispatch {row['id']} is {row['state']}")
    out = os.path.join(folder, "outgoing", "new")
    for name in os.listdir(out):
        with open(os.path.join(out, name), "rb") as src:
            head = src.read(8192)
        row = next((r for r in lists[2] if r["id"] == name), None)
        if row is None or b"<" + row["message_id"].encode() + b">" not in head:
            found.append(f"outgoing {name} is not what the store says")
    for words in (("check",), ("evidence", "verify")):
        done = tools.ctl(conf, *words, check=False)
        if done.returncode:
            found.append(f"{' '.join(words)}: exit {done.returncode} {(done.stdout + done.stderr).decode(errors='replace')[-600:]}")
    return found, lists


def recover(tools, run, at, files, dirs, label):
    """Rebuild the folder at point `at`, start the gateway on it, offer the rest again, count."""
    work = tempfile.mkdtemp(prefix="irgate-point-")
    try:
        folder = os.path.join(work, "instance")
        model.write_tree(files, dirs, run.dir, folder)
        conf = os.path.join(folder, "irgate.conf")
        other_port(conf, run.lmtp_port)
        code, said = tools.once(conf)
        found = [] if code == 0 else [f"recovery: irgated --once ended with {code}: {said}"]
        again = [o for o in run.offers if o.accepted_at is None or o.accepted_at > at]
        for offer in again:
            with open(os.path.join(folder, "incoming", "new", offer.name), "wb") as out:
                out.write(offer.raw)
        if again:
            code, said = tools.once(conf)
            found += [] if code == 0 else [f"after recovery: irgated --once ended with {code}: {said}"]
        more, lists = judge(tools, conf, run.offers)
        found += more
        if run.sink:
            known = {row["message_id"] for row in lists[2]}
            found += [f"a mail left before the point that no dispatch knows: {ident}" for when, ident in run.sent if when <= at and ident not in known]
        if found:
            keep = tempfile.mkdtemp(prefix="irgate-finding-")
            shutil.copytree(work, keep, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.sock"))
            found.append(f"kept in {keep}")
        return [f"{label}: {text}" for text in found]
    finally:
        shutil.rmtree(work, ignore_errors=True)


def record(tools, seed, count, sink):
    """One undisturbed run, recorded and proven against the folder."""
    if sink:
        sink.mails.clear()
    run = Run(tools, seed, count, sink)
    if sink:
        sink.mark = lambda: len(run.ops)
    run.boot()
    run.offer_all()
    run.settle()
    run.sent = run.mine() if run.sink else []
    run.problems += run.live.differences()
    return run


def walk(tools, run, points, cuts, jobs, rng):
    """Recover at the chosen points; findings and number of points."""
    chosen = sorted(rng.sample(range(1, len(run.ops) + 1), min(points, len(run.ops))))
    state, done, findings, waiting = run.start.copy(), 0, [], []
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        def settle(limit):
            while len(waiting) > limit:
                findings.extend(waiting.pop(0).result())
        for at, op in enumerate(run.ops, 1):
            if isinstance(op, tuple):
                state.outside(*op)
            else:
                state.apply(op, lambda _path, o=op: o.data)
            if at not in chosen:
                continue
            label = f"seed {run.seed} after operation {at} ({op if not isinstance(op, tuple) else 'drop'})"
            dirs = set(state.dirs)
            waiting.append(pool.submit(recover, tools, run, at, state.killed(), dirs, "kill, " + label))
            done += 1
            for number in range(cuts):
                waiting.append(pool.submit(recover, tools, run, at, state.cut(random.Random(f"{run.seed} {at} {number}")), dirs, f"power cut {number}, {label}"))
                done += 1
            settle(4 * jobs)
        settle(0)
    return findings, done


def campaign_kill(tools, args):
    """Runs until enough points were recovered."""
    sink, done, findings, seed, begun = peers.Sink(), 0, [], args.seed, time.monotonic()
    while done < args.points * (1 + args.cuts) and len(findings) < 20:
        run = record(tools, seed, args.messages, sink)
        findings += [f"seed {seed}: {text}" for text in run.problems]
        if not run.problems:
            left = args.points - done // (1 + args.cuts)
            more, count = walk(tools, run, min(args.per_run, left), args.cuts, args.jobs, random.Random(seed))
            findings += more
            done += count
        progress(f"seed {seed}: {len(run.ops)} operations, {done} points so far, {len(findings)} findings, {time.monotonic() - begun:.0f} s")
        run.clean()
        seed += 1
    return findings, done


FAULTS = [("killed", DIE, 0), ("EIO", FAIL, 5), ("ENOSPC", FAIL, 28), ("short write", SHORT, 0)]
ROLES = ("recorder", "mailin", "clerk", "sender", "reader")


def role_plan(role, rng):
    """One fault for one role: at its Nth operation, once, or for a while (a full disk); also says in words what it did."""
    words, action, arg = FAULTS[rng.randrange(len(FAULTS))]
    first, length = rng.randint(1, 40), rng.choice((1, 1, 5, 40)) if action != DIE else 1
    seen = {"n": 0}

    def plan(_run, _number, op):
        if op.role != role or op.kind == SEND and action in (FAIL, SHORT):
            return GO, 0
        seen["n"] += 1
        if not first <= seen["n"] < first + length:
            return GO, 0
        if action == SHORT and op.kind != WRITE or action == FAIL and arg == 28 and op.kind in (SYNC, RENAME):
            return GO, 0
        # A role that cannot start is tried again ever more rarely: the fault ends with the clock, not only with the count.
        if time.monotonic() > seen.setdefault("until", time.monotonic() + 10):
            return GO, 0
        seen["hit"] = True
        return action, arg
    return plan, f"{role} {words} at its operation {first}, {length} times", seen


def reader_plan(rng):
    """A reader has no file to fail on: it is killed at some operation of the others."""
    first, seen = rng.randint(100, 900), {}

    def plan(run, number, _op):
        if number >= first and "hit" not in seen:
            for pid in filter(str.isdigit, os.listdir("/proc")):
                try:
                    with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as src:
                        name, rest = src.read().split("(", 1)[1].rsplit(")", 1)
                    if name.startswith("irgate-reader") and int(rest.split()[1]) == run.daemon.pid:
                        os.kill(int(pid), signal.SIGKILL)
                        seen["hit"] = True
                except (OSError, IndexError):
                    pass
        return GO, 0
    return plan, f"all readers killed at operation {first}", seen


def counted(tools, conf, offers):
    """For runs in which a reader died: each distinct message has its one row, a fallback record or a real one; at most two are fallback."""
    rows = [row for row in tools.ctl(conf, "--json", "message", "list") if row["direction"] == "in"]
    distinct = len({o.ident for o in offers})
    known = {row["message_id"] for row in rows if row["message_id"]}
    lost = distinct - len(known)
    found = [] if distinct <= len(rows) and 0 <= lost <= 2 else [f"{len(rows)} rows, {len(known)} of them read, for {distinct} messages"]
    done = tools.ctl(conf, "check", check=False)
    return found + ([f"check: {done.stdout.decode(errors='replace')[-500:]}"] if done.returncode else [])


def one_fault(tools, role, seed, count, sink):
    """A run with one fault, then the count; findings."""
    rng = random.Random(f"{role} {seed}")
    plan, words, seen = reader_plan(rng) if role == "reader" else role_plan(role, rng)
    run = Run(tools, seed, count, sink, plan)
    try:
        run.boot()
        run.offer_all()
        run.settle(15)
        found = [text for text in run.problems if not text.startswith("not settled")]
        code, said = tools.once(run.conf, later=7200)  # a broken way out is tried again after its back-off
        found += [] if code == 0 else [f"irgated --once ended with {code}: {said}"]
        found += counted(tools, run.conf, run.offers) if role == "reader" else judge(tools, run.conf, run.offers)[0]
        if found:
            found.append("log: " + run.said())
        return [f"seed {seed}, {words}{'' if 'hit' in seen else ' (not reached)'}: {text}" for text in found]
    except (RuntimeError, subprocess.TimeoutExpired, TimeoutError) as problem:
        return [f"seed {seed}, {words}: {problem}"]
    finally:
        run.clean()


def campaign_roles(tools, args):
    """args.points faults for each role."""
    findings, done = [], 0
    jobs = [(role, args.seed + number) for role in ROLES for number in range(args.points)]
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        for number, found in enumerate(pool.map(lambda job: one_fault(tools, *job, args.messages, None), jobs), 1):
            findings += found
            done += 1
            if number % 5 == 0 or found:
                progress(f"{number} of {len(jobs)} faults, {len(findings)} findings")
    return findings, done


def progress(text):
    """One line on standard error."""
    print(text, file=sys.stderr, flush=True)


os.environ.setdefault("IRGATE_DATADIR", os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..")))


def main():
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True, help="folder with irgated, irgatectl, irgate-deliver, irgate-reader")
    parser.add_argument("--shim", required=True, help="libfault.so")
    parser.add_argument("campaign", choices=("kill", "roles"))
    parser.add_argument("--points", type=int, default=200)
    parser.add_argument("--cuts", type=int, default=0, help="power cuts a point, besides the kill")
    parser.add_argument("--per-run", type=int, default=100, help="points taken from one run")
    parser.add_argument("--messages", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    args = parser.parse_args()
    threading.current_thread().name = "driver"
    findings, done = (campaign_kill if args.campaign == "kill" else campaign_roles)(Tools(args), args)
    for text in findings:
        print(f"FINDING {text}")
    print(f"{args.campaign}: {done} points, {len(findings)} findings")
    return 1 if findings or not done else 0


if __name__ == "__main__":
    sys.exit(main())
