#!/usr/bin/env python3
"""make bench: irgate beside Postfix (a burst of mail) and mu (bulk indexing), alternating in one call, medians; what an idle gateway costs; and
the floors of this machine. Prints a Markdown table; what it says is explained in doc/BENCH.md."""
import argparse, os, pathlib, platform, random, re, resource, shutil, statistics, subprocess, sys, time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from peers import Irgate, Peak, Postfix, Sink, cpu, pss, strace, switches, syncs, tree, wait_for

HERE = pathlib.Path(__file__).resolve().parent
RUNS = int(os.environ.get("BENCH_RUNS", "3"))
COUNT = int(os.environ.get("BENCH_COUNT", "5000"))
ONLY = os.environ.get("BENCH_ONLY", "b1 b4 idle filters floors").split()
IDLE_S = int(os.environ.get("BENCH_IDLE", "60"))
RECIPIENT = "ungcuu@example.vn"
MIB = 1 << 20


def say(*words):
    print(*words, file=sys.stderr, flush=True)


def words_of(text):
    return {k: float(v) for k, v in (line.split() for line in text.splitlines())}


class Bench:
    def __init__(self, a):
        self.build, self.source, self.peers = a.build.resolve(), a.source.resolve(), a.peers.resolve()
        self.work = self.build / "bench.work"
        shutil.rmtree(self.work, ignore_errors=True)
        self.work.mkdir()
        self.postfix = self.peers / "postfix"
        self.ran = 0
        if os.environ.get("SET"):
            self.set = pathlib.Path(os.environ["SET"]).resolve()
        else:
            self.set = self.work / "set"
            say(subprocess.run([sys.executable, HERE / "gen.py", str(COUNT), self.set], check=True, capture_output=True, text=True).stdout.strip())
        self.cur = self.set / "cur" if (self.set / "cur").is_dir() else self.set
        sizes = sorted(f.stat().st_size for f in os.scandir(self.cur) if f.is_file() and f.name[0] != ".")
        self.count, self.bytes = len(sizes), sum(sizes)
        self.shape = "%d messages, %.1f MB; p50 %.1f KB, p90 %.0f KB, p99 %.0f KB, max %.1f MB" % (
            len(sizes), self.bytes / 1e6, sizes[len(sizes) // 2] / 1e3, sizes[len(sizes) * 9 // 10] / 1e3, sizes[len(sizes) * 99 // 100] / 1e3, sizes[-1] / 1e6)

    def folder(self):
        self.ran += 1
        return self.work / ("run%d" % self.ran)

    def load(self, protocol, to):
        # four connections, as the issue says
        out = subprocess.run([self.build / "tests/bench/load", protocol, to, "4", RECIPIENT, self.cur], capture_output=True, text=True)
        if out.returncode:
            raise RuntimeError("load: " + out.stderr + out.stdout)
        return words_of(out.stdout)

    # ---- B1

    def irgate(self, where):
        g = Irgate(self.build, self.source, where)
        g.set("intake", lmtp='({ name = "lmtp"; listen = "unix:var/lmtp.sock"; })')
        g.set("send", transport='"smtp"', smtp_host='"127.0.0.1"', smtp_port=str(self.sink_port), smtp_tls='"none"')
        g.set("decide", budget_letters="0")
        return g

    def burst(self, start, root, offer, drained, end, before=(), rest=None):
        start(before)
        try:
            top = root()
            used, peak, begun = cpu(top), Peak(top), time.monotonic()
            r = offer()
            wait_for(300, "drained", drained)
            r["drained"] = self.count / (time.monotonic() - begun)
            if rest: # what is still done after it counts as processor time too
                wait_for(300, "all words indexed", rest)
                r["indexed"] = self.count / (time.monotonic() - begun)
            r["cpu"] = (cpu(top) - used) * 1000 / self.count
            r["pss"] = peak.end()
        finally:
            end()
        return r

    def b1_irgate(self, before=()):
        where, sink = self.folder(), Sink(self.postfix, self.sink_port)
        try:
            g = self.irgate(where)
            # not "cursor reached": every letter has left, and its outcome is committed
            r = self.burst(g.start, g.root, lambda: self.load("lmtp", str(where / "var/lmtp.sock")), lambda: g.figures() == (self.count, 0), g.end, before,
                           lambda: g.words_wait() == 0)
            states, r["incidents"] = g.dispatches()
            r["receipts"] = states.get("sent", 0)
            if set(states) - {"sent"}:
                raise RuntimeError("dispatches: %s" % states)
        finally:
            sink.end()
        shutil.rmtree(where)
        return r

    def b1_postfix(self, before=()):
        where, port = self.folder(), random.randint(20000, 30000)
        p = Postfix(self.postfix, where, port)
        r = self.burst(p.start, p.root, lambda: self.load("smtp", "127.0.0.1:%d" % port), lambda: p.delivered() == self.count, p.end, before)
        shutil.rmtree(where)
        return r

    def b1(self):
        if not (self.postfix / "usr/sbin/smtp-sink").exists():
            return {"skipped": "Postfix is not unpacked in %s" % self.postfix}
        self.sink_port = random.randint(30001, 32000)
        ours, theirs = [], []
        for i in range(RUNS):
            if os.getuid() == 0:
                theirs.append(self.b1_postfix())
                say("B1 Postfix", theirs[-1])
            ours.append(self.b1_irgate())
            say("B1 irgate ", ours[-1])
        counted = {}
        if shutil.which("strace"):
            trace = self.work / "syncs"
            for name, run in (("irgate", self.b1_irgate), ("postfix", self.b1_postfix)):
                if name == "irgate" or theirs:
                    run(strace(trace))
                    counted[name] = syncs(trace) / self.count
                    say("B1 syncs", name, counted[name])
        return {"irgate": ours, "postfix": theirs, "syncs": counted}

    # ---- B4

    def timed(self, command, env=None):
        """Wall and CPU seconds and the PSS peak of a command and all its children."""
        begun, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
        p = subprocess.Popen([str(x) for x in command], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        peak = Peak(p.pid, 0.05)
        out, err = p.communicate()
        seconds, after = time.monotonic() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
        if p.returncode:
            raise RuntimeError("%s: %s" % (command, err + out))
        return {"seconds": seconds, "cpu_s": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, "pss": peak.end()}

    def b4_mu(self):
        where = self.folder()
        where.mkdir()
        maildir = where / "set"
        maildir.symlink_to(self.set)
        home = ["--muhome=%s" % (where / "mu")]
        subprocess.run(["mu", "init", *home, "--maildir=%s" % self.set], check=True, capture_output=True)
        r = self.timed(["mu", "index", "--quiet", *home])
        shutil.rmtree(where)
        return r

    def b4_irgate(self, of):
        where = self.folder()
        g = Irgate(self.build, self.source, where)
        r = self.timed([self.build / "irgatectl", "-c", g.conf, "import", of], g.env)
        frames, _ = g.figures()
        r["frames"] = frames
        shutil.rmtree(where)
        return r

    def b4(self):
        ours, theirs = [], []
        for i in range(RUNS):
            if shutil.which("mu") and self.set != self.cur:
                theirs.append(self.b4_mu())
                say("B4 mu     ", theirs[-1])
            ours.append(self.b4_irgate(self.set))
            say("B4 irgate ", ours[-1])
            if ours[-1]["frames"] != self.count:
                raise RuntimeError("imported %d of %d" % (ours[-1]["frames"], self.count))
        for r in ours + theirs:
            r["rate"], r["cpu"] = self.count / r["seconds"], r["cpu_s"] * 1000 / self.count
        return {"irgate": ours, "mu": theirs, "large": self.b4_large()}

    def b4_large(self):
        """One message of 50 MB: base64 of random bytes in one part."""
        box = self.folder()
        for d in ("cur", "new", "tmp"):
            (box / d).mkdir(parents=True)
        line = b"QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAxMjM0NTY3\n"
        with open(box / "cur/1772416800.M1P1.bench:2,S", "wb") as f:
            f.write(b"From: a@example.org\nTo: ungcuu@example.vn\nSubject: large\nMessage-ID: <large@example.org>\nMIME-Version: 1.0\n"
                    b"Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain\n\nsee the dump\n--x\n"
                    b"Content-Type: application/octet-stream; name=dump.bin\nContent-Transfer-Encoding: base64\n\n")
            f.write(line * (50 * 1000 * 1000 // len(line)))
            f.write(b"--x--\n")
        r = self.b4_irgate(box)
        shutil.rmtree(box)
        say("B4 50 MB  ", r)
        return r

    # ---- idle

    def idle(self):
        where = self.folder()
        self.sink_port = 9  # nothing is due
        g = self.irgate(where)
        g.set("send", transport='"maildir"')
        g.start()
        try:
            # not a daemon that never worked: some mail first, then rest
            subprocess.run([self.build / "tests/bench/load", "lmtp", where / "var/lmtp.sock", "4", RECIPIENT, self.cur, "0", "200"], check=True, capture_output=True)
            wait_for(60, "drained", lambda: g.figures()[1] == 0 and g.figures()[0] == min(200, self.count))
            time.sleep(15)
            top = g.root()
            before, used = switches(top), cpu(top)
            time.sleep(IDLE_S)
            r = {"wakeups": (switches(top) - before) / IDLE_S, "cpu": cpu(top) - used, "pss": pss(top), "processes": len(tree(top))}
            r["each"] = sorted((open("/proc/%d/cmdline" % p).read().replace("\0", " ").strip()[:24],
                                int(re.search(r"^Pss:\s+(\d+)", open("/proc/%d/smaps_rollup" % p).read(), re.M).group(1))) for p in tree(top))
        finally:
            g.end()
        shutil.rmtree(where)
        say("idle", r)
        return r

    def figures_of(self, program, *words):
        out = subprocess.run([self.build / "tests/bench" / program, *words], check=True, capture_output=True, text=True).stdout
        return {line.split()[0]: [float(x) for x in line.split()[1:]] for line in out.splitlines()}

    def floors(self):
        return self.figures_of("floors", self.cur, self.work)

    def filters(self):
        return self.figures_of("filters", self.cur, self.source / "filters")


# ---- the table

def median(runs, key):
    return statistics.median(r[key] for r in runs) if runs else None


def cell(v, form="%.0f"):
    return "-" if v is None else form % v


def ratio(a, b, key):
    """Of runs that alternated: the median of the ratios of neighbours."""
    return statistics.median(x[key] / y[key] for x, y in zip(a, b)) if a and b else None


def row(*cells):
    print("| " + " | ".join(cells) + " |")


def version(command, pattern, env=None):
    try:
        return re.search(pattern, subprocess.run(command, capture_output=True, text=True, env=dict(os.environ, **(env or {}))).stdout).group(1)
    except (OSError, AttributeError):
        return "?"


def show(b, got):
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "?")
    fs = version(["findmnt", "-no", "FSTYPE", "-T", str(b.work)], r"(\S+)")
    print("Machine: %s, %d cores, Linux %s, %s. Set: %s. %d alternating runs, medians; ratios are medians of pairs. Load average at the end %.1f."
          % (model, os.cpu_count(), platform.release(), fs, b.shape, RUNS, os.getloadavg()[0]))
    lib = {"LD_LIBRARY_PATH": str(b.postfix / "usr/lib/postfix")}
    print("Versions: irgate %s, mu %s, Postfix %s.\n" % (
        version([b.build / "irgatectl", "--version"], r"(\d\S*)"), version(["mu", "--version"], r"version (\S+)"),
        version([b.postfix / "usr/sbin/postconf", "-c", b.postfix / "etc/postfix", "-dh", "mail_version"], r"(\S+)", lib)))
    row("workload", "figure", "irgate", "peer", "ratio", "wanted")
    row(*["---"] * 6)
    if "b1" in got and "skipped" not in got["b1"]:
        o, t, s = got["b1"]["irgate"], got["b1"]["postfix"], got["b1"]["syncs"]
        name = "B1 burst beside Postfix to Maildir"
        row(name, "messages/s, drained", cell(median(o, "drained")), cell(median(t, "drained")), cell(ratio(o, t, "drained"), "%.2fx"), ">= 2x")
        row("", "messages/s, drained and every word indexed", cell(median(o, "indexed")), "none", "", "")
        row("", "messages/s, accepted", cell(median(o, "rate")), cell(median(t, "rate")), cell(ratio(o, t, "rate"), "%.2fx"), "")
        row("", "CPU s per 1,000", cell(median(o, "cpu"), "%.2f"), cell(median(t, "cpu"), "%.2f"), cell(ratio(o, t, "cpu"), "%.2fx"), "<= 1x")
        row("", "syncs per message (own run)", cell(s.get("irgate"), "%.2f"), cell(s.get("postfix"), "%.2f"), "", "<= 1")
        row("", "reply p50 / p99 ms", "%s / %s" % (cell(median(o, "p50_ms"), "%.1f"), cell(median(o, "p99_ms"), "%.1f")),
            "%s / %s" % (cell(median(t, "p50_ms"), "%.1f"), cell(median(t, "p99_ms"), "%.1f")), "", "reported")
        row("", "PSS peak MiB", cell(median(o, "pss") / MIB), cell(median(t, "pss") / MIB if t else None), "", "")
        row("", "receipts due and sent / incidents", "%d / %d" % (o[-1]["receipts"], o[-1]["incidents"]), "none", "", "")
    elif "b1" in got:
        row("B1 burst", "skipped: " + got["b1"]["skipped"], "", "", "", "")
    if "b4" in got:
        o, t = got["b4"]["irgate"], got["b4"]["mu"]
        row("B4 import beside mu index", "messages/s, full text", cell(median(o, "rate")), cell(median(t, "rate")), cell(ratio(o, t, "rate"), "%.2fx"), ">= 2x")
        row("", "CPU s per 1,000", cell(median(o, "cpu"), "%.2f"), cell(median(t, "cpu"), "%.2f"), cell(ratio(o, t, "cpu"), "%.2fx"), "")
        row("", "PSS peak MiB, all processes", cell(median(o, "pss") / MIB), cell(median(t, "pss") / MIB if t else None), "", "<= 96")
        row("", "PSS peak MiB, one message of 50 MB", cell(got["b4"]["large"]["pss"] / MIB), "-", "", "<= 96")
    if "idle" in got:
        i = got["idle"]
        row("Idle, %d processes" % i["processes"], "wake-ups a second", cell(i["wakeups"], "%.2f"), "", "", "< 1")
        row("", "PSS MiB", cell(i["pss"] / MIB, "%.1f"), "", "", "<= 24")
    if "filters" in got:
        name = "Filters beside reading the same mail"
        for of, what, wanted in (("unclaimed", "that no filter claims", "<= 0.3x"), ("claimed", "that one claims", "<= 1x")):
            n, gmime, reading, filtering = got["filters"][of]
            row(name, "CPU microseconds for mail %s (%d)" % (what, n), cell(filtering * 1e6 / n), cell(reading * 1e6 / n), "%.2fx" % (filtering / reading), wanted)
            row("", "the same beside GMime alone", cell(filtering * 1e6 / n), cell(gmime * 1e6 / n), "%.2fx" % (filtering / gmime), "")
            name = ""
    if "floors" in got:
        for name, what in (("read", "read every file, warm"), ("parse", "GMime: parse, decode every part"), ("sync", "append 4 KiB and fdatasync"),
                           ("group", "the same, one fdatasync for 64")):
            n, seconds, used = got["floors"][name]
            row("floor", what, "%.0f/s" % (n / seconds), "CPU %.3f s per 1,000" % (used * 1000 / n), "", "")


def main():
    a = argparse.ArgumentParser()
    for name in ("--build", "--source", "--peers"):
        a.add_argument(name, type=pathlib.Path, required=True)
    args = a.parse_args()
    if "fax" in ONLY:
        import fax
        fax.main(args.build.resolve(), args.source.resolve())
        if ONLY == ["fax"]:
            return
    b = Bench(args)
    got = {}
    for name in ("floors", "filters", "b4", "b1", "idle"):
        if name in ONLY:
            got[name] = getattr(b, name)()
    show(b, got)
    shutil.rmtree(b.work)


if __name__ == "__main__":
    main()
