"""make bench, BENCH_ONLY=fax: a gateway pinned to one core takes many fax calls at once in real time, from a generator pinned to another; audio and T.38
in runs of their own. Every page must be there, and the same as was sent. Beside it spandsp's own loop in memory: what the fax itself costs, without
signalling, sockets, disks and processes. BENCH_CALLS (100), BENCH_FAX_S (180): how long new calls are begun."""
import json, os, re, shutil, subprocess, sys, threading, time

from peers import Irgate, TICK, tree

CALLS = int(os.environ.get("BENCH_CALLS", "100"))
SECONDS = int(os.environ.get("BENCH_FAX_S", "180"))
ROWS = 1100 # a page half full
LOOPS = 40
MATURE = 3 # ticks of processor time after which a call is under way


def say(*words):
    print(*words, file=sys.stderr, flush=True)


class Watch(threading.Thread):
    """CPU seconds of the faxline and of every child a call ever had, by name, and the memory of those children: looked at often, for a child is gone
    with its call and its parent does not count it."""
    def __init__(self, root):
        super().__init__(daemon=True)
        self.root, self.seen, self.memory, self.most, self.over = root, {}, [], 0, False
        self.start()

    def look(self):
        calls = 0
        for d in tree(self.root):
            try:
                text = open("/proc/%d/stat" % d).read()
                name, rest = text[text.index("(") + 1:text.rindex(")")], text.rpartition(")")[2].split()
                kind = "call" if name == "fax call" else "line" if name == "irgate-faxline" or name == "fax nurse" else "rest"
                self.seen[d, rest[19]] = (kind, (int(rest[11]) + int(rest[12])) / TICK)
                calls += kind == "call"
                if kind == "call" and len(self.memory) < 4000 and int(rest[11]) + int(rest[12]) >= MATURE:
                    roll = open("/proc/%d/smaps_rollup" % d).read()
                    self.memory.append(int(re.search(r"^Pss:\s+(\d+)", roll, re.M).group(1)) * 1024)
            except (OSError, ValueError, AttributeError):
                pass
        self.most = max(self.most, calls)

    def run(self):
        while not self.over:
            self.look()
            time.sleep(0.25)

    def end(self):
        self.over = True
        self.join()
        self.look()
        total = {}
        for kind, used in self.seen.values():
            total[kind] = total.get(kind, 0) + used
        return total


def pinned(core, command):
    return ["taskset", "-c", str(core), *[str(x) for x in command]]


def office(build, source, where, port):
    g = Irgate(build, source, where)
    g.set("fax", transport='"line"', calls=str(min(CALLS + 10, 200)),
          line='({ name = "bench"; listen = "127.0.0.1:%d"; peers = ["127.0.0.1"]; })' % port)
    return g


def taken(g):
    """Calls whose page is in the log, as the gateway says."""
    return sum(c["pages"] == 1 and c["result"] == "ok" for c in json.loads(g.ctl("--json", "fax", "calls", "--limit", "100000")))


def exact(build, g, page, count, where):
    """Bit by bit, fifty of them: of the others each frame was checked (ECM)."""
    good = tried = 0
    for n in range(1, count + 1, max(1, count // 50)):
        out = where / "one.tif"
        with open(out, "wb") as f:
            if subprocess.run([build / "irgatectl", "-c", g.conf, "evidence", "export", str(n)], stdout=f, env=g.env).returncode:
                continue
        tried += 1
        good += subprocess.run([build / "tests/unit/fax-page", "--same", page, out], capture_output=True, text=True).stdout.strip() == "1"
    return good, tried


def run(build, source, work, kind, cores):
    where, port = work / kind, 20000 + os.getpid() % 20000 + (kind == "t38")
    g, page = office(build, source, where, port), work / "page.tif"
    subprocess.run([build / "tests/unit/fax-page", page, "1", str(ROWS)], check=True)
    g.start(pinned(cores[0], []))
    try:
        watch, begun = Watch(g.root()), time.monotonic()
        p = subprocess.run(pinned(cores[1], [build / "tests/fax/softfax", "call", "127.0.0.1:0", "127.0.0.1:%d" % port, "0243", page, "--calls", CALLS,
                                             "--seconds", SECONDS, "--t38" if kind == "t38" else "--no-t38"]), capture_output=True, text=True)
        wall = time.monotonic() - begun
        calls = [json.loads(line) for line in p.stdout.splitlines()]
        sent = sum(c["pages"] for c in calls)
        end = time.monotonic() + 120
        while time.monotonic() < end and taken(g) < sent:
            time.sleep(1)
        used, there = watch.end(), taken(g)
        good, tried = exact(build, g, page, there, work)
    finally:
        g.end()
    shutil.rmtree(where)
    memory = sorted(watch.memory)
    return {"kind": kind, "calls": len(calls), "failed": sum(c["result"] != "sent" for c in calls), "at_once": watch.most, "sent": sent, "there": there, "exact": good, "looked": tried,
            "seconds": wall, "call_s": sum(c["seconds"] for c in calls) / max(1, len(calls)), "cpu": used,
            "memory": memory[len(memory) // 2] if memory else 0}


def loop(build, kind, core):
    out = subprocess.run(pinned(core, [build / "tests/bench/fax-loop", kind, ROWS, LOOPS]), check=True, capture_output=True, text=True).stdout.split()
    return float(out[0])


def main(build, source):
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        say("the fax bench wants two cores")
        return
    work = build / "bench.fax"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    rows = []
    for kind in ("audio", "t38"):
        before = loop(build, kind, cores[0])
        r = run(build, source, work, kind, cores)
        r["loop"] = (before + loop(build, kind, cores[0])) / 2
        say(r)
        rows.append(r)
    shutil.rmtree(work)
    print("| %d calls at once, %d s, gateway on one core | audio | T.38 |\n|---|---|---|" % (CALLS, SECONDS))
    def line(words, text):
        print("| %s | %s |" % (words, " | ".join(text(r) for r in rows)))
    line("calls, failed; most at once", lambda r: "%d, %d; %d" % (r["calls"], r["failed"], r["at_once"]))
    line("pages confirmed, taken; exact of those compared", lambda r: "%d, %d; %d of %d" % (r["sent"], r["there"], r["exact"], r["looked"]))
    line("seconds a call", lambda r: "%.1f" % r["call_s"])
    line("CPU a page: the call's process (ms)", lambda r: "%.0f" % (r["cpu"].get("call", 0) * 1000 / max(1, r["sent"])))
    line("CPU a page: SIP and starting processes (ms)", lambda r: "%.0f" % (r["cpu"].get("line", 0) * 1000 / max(1, r["sent"])))
    line("CPU a page: all else of the gateway (ms)", lambda r: "%.0f" % (r["cpu"].get("rest", 0) * 1000 / max(1, r["sent"])))
    line("CPU a page: one end of spandsp's loop in memory (ms)", lambda r: "%.0f" % (r["loop"] * 1000))
    line("share of the core", lambda r: "%.0f %%" % (sum(r["cpu"].values()) * 100 / r["seconds"]))
    line("memory of a call (PSS, MiB)", lambda r: "%.1f" % (r["memory"] / (1 << 20)))
