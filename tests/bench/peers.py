"""What the bench starts and looks at: process trees, irgate, Postfix, smtp-sink. Nothing is installed; Postfix is unpacked from its package and
runs with a configuration of its own (facts that it wants: root, a queue of its own, existing users)."""
import glob, os, re, shutil, signal, sqlite3, subprocess, threading, time

TICK = os.sysconf("SC_CLK_TCK")


def processes():
    """pid -> (parent, CPU seconds with reaped children)"""
    out = {}
    for d in os.listdir("/proc"):
        if d.isdigit():
            try:
                f = open("/proc/%s/stat" % d).read().rpartition(")")[2].split()
            except OSError:
                continue
            out[int(d)] = (int(f[1]), sum(int(x) for x in f[11:15]) / TICK)
    return out


def tree(root, all_=None):
    all_ = all_ or processes()
    found, todo = [], [root]
    children = {}
    for pid, (parent, _) in all_.items():
        children.setdefault(parent, []).append(pid)
    while todo:
        pid = todo.pop()
        if pid in all_:
            found.append(pid)
            todo += children.get(pid, [])
    return found


def cpu(root):
    all_ = processes()
    return sum(all_[p][1] for p in tree(root, all_))


def pss(root):
    """Bytes, all processes of the tree."""
    total = 0
    for pid in tree(root):
        try:
            total += int(re.search(r"^Pss:\s+(\d+)", open("/proc/%d/smaps_rollup" % pid).read(), re.M).group(1)) * 1024
        except (OSError, AttributeError):
            pass
    return total


def switches(root):
    """Voluntary context switches of the tree: each is a wake-up that was or will be."""
    total = 0
    for pid in tree(root):
        for path in glob.glob("/proc/%d/task/*/status" % pid):
            try:
                total += int(re.search(r"^voluntary_ctxt_switches:\s+(\d+)", open(path).read(), re.M).group(1))
            except (OSError, AttributeError):
                pass
    return total


class Peak(threading.Thread):
    """Largest sampled PSS of a tree."""
    def __init__(self, root, every=0.1):
        super().__init__(daemon=True)
        self.root, self.every, self.peak, self.over = root, every, 0, threading.Event()
        self.start()

    def run(self):
        while not self.over.wait(self.every):
            self.peak = max(self.peak, pss(self.root))

    def end(self):
        self.over.set()
        self.join()
        return self.peak


def wait_for(seconds, words, test, every=0.02):
    end = time.monotonic() + seconds
    while not test():
        if time.monotonic() > end:
            raise RuntimeError("waited %d s: %s" % (seconds, words))
        time.sleep(every)


def strace(path):
    """Words before a command that make a count of its syncs in path, at little cost."""
    return ["strace", "-f", "--seccomp-bpf", "-qq", "-c", "-S", "name", "-U", "name,calls", "-e", "trace=fsync,fdatasync,sync_file_range,syncfs,sync,msync",
            "-o", path]


def syncs(path):
    return sum(int(line.split()[1]) for line in open(path) if re.match(r"^(fsync|fdatasync|sync_file_range|syncfs|sync|msync)\s+\d+", line))


class Sink:
    """smtp-sink: takes all mail and forgets it."""
    def __init__(self, postfix, port):
        env = dict(os.environ, LD_LIBRARY_PATH=str(postfix / "usr/lib/postfix"))
        user = ["-u", "nobody"] if os.getuid() == 0 else []
        self.port = port
        self.process = subprocess.Popen([postfix / "usr/sbin/smtp-sink", *user, "127.0.0.1:%d" % port, "200"], env=env,
                                        stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        time.sleep(0.3)
        if self.process.poll() is not None:
            raise RuntimeError("smtp-sink does not run")

    def end(self):
        self.process.kill()
        self.process.wait()


class Irgate:
    def __init__(self, build, source, where):
        self.build, self.dir = build, where
        self.env = dict(os.environ, IRGATE_DATADIR=str(source), LC_ALL="C.UTF-8")
        self.ctl("init", str(where), conf=False)
        self.conf = where / "irgate.conf"

    def ctl(self, *words, conf=True, check=True):
        c = ["-c", str(self.conf)] if conf else []
        return subprocess.run([self.build / "irgatectl", *c, *words], env=self.env, check=check, capture_output=True, text=True).stdout

    def set(self, group, **keys):
        text = self.conf.read_text()
        lines = "".join("\t%s = %s;\n" % (k, v) for k, v in keys.items())
        for k in keys:
            text = re.sub(r"(?ms)(^%s = \{.*?)^\t%s = [^\n]*;\n" % (group, k), r"\1", text)
        text, n = re.subn(r"(?m)^%s = \{\n" % group, lambda m: m.group(0) + lines, text)
        self.conf.write_text(text if n else text + "%s = {\n%s};\n" % (group, lines))

    def start(self, before=()):
        self.log = open(self.dir / "daemon.log", "w")
        self.process = subprocess.Popen([*before, self.build / "irgated", "-c", self.conf], env=self.env, stdout=self.log, stderr=self.log)
        wait_for(30, "irgated runs", lambda: "running:" in (self.dir / "daemon.log").read_text())

    def root(self):
        """The parent process, also below strace."""
        for pid in tree(self.process.pid):
            if os.path.basename(os.readlink("/proc/%d/exe" % pid)) == "irgated":
                return pid

    def figures(self):
        """(frames decided, dispatches not yet gone): a look into the store by a connection that only reads."""
        db = sqlite3.connect("file:%s?mode=ro" % (self.dir / "var/store/store.db"), uri=True, timeout=5)
        try:
            return (db.execute("SELECT seq FROM cursor").fetchone()[0],
                    db.execute("SELECT (SELECT count(*) FROM dispatch WHERE state = 'queued') + (SELECT count(*) FROM dispatch WHERE state = 'sending')").fetchone()[0])
        finally:
            db.close()

    def words_wait(self):
        """Messages whose words are not in the index yet."""
        db = sqlite3.connect("file:%s?mode=ro" % (self.dir / "var/store/store.db"), uri=True, timeout=5)
        try:
            return db.execute("SELECT count(*) FROM text_waiting").fetchone()[0]
        finally:
            db.close()

    def dispatches(self):
        db = sqlite3.connect("file:%s?mode=ro" % (self.dir / "var/store/store.db"), uri=True, timeout=5)
        try:
            return dict(db.execute("SELECT state, count(*) FROM dispatch GROUP BY state")), db.execute("SELECT count(*) FROM incident").fetchone()[0]
        finally:
            db.close()

    def end(self):
        os.kill(self.root() or self.process.pid, signal.SIGTERM)
        self.process.wait(60)
        self.log.close()


class Postfix:
    """Postfix from its package, to a Maildir: smtpd on a port, virtual(8) delivers. Durability as it comes: nothing is switched off."""
    def __init__(self, package, where, port):
        if os.getuid():
            raise RuntimeError("Postfix wants root")
        self.dir, self.port, self.package = where, port, package
        lib, etc = package / "usr/lib/postfix", where / "etc"
        for d in ("etc", "queue", "data", "mail"):
            (where / d).mkdir(parents=True)
        (where / "mail").chmod(0o777)
        shutil.chown(where / "data", "daemon")
        self.env = dict(os.environ, LD_LIBRARY_PATH=str(lib), MAIL_CONFIG=str(etc))
        (etc / "main.cf").write_text("""compatibility_level = 3.6
queue_directory = %(w)s/queue
data_directory = %(w)s/data
command_directory = %(p)s/usr/sbin
daemon_directory = %(l)s/sbin
meta_directory = %(p)s/etc/postfix
shlib_directory = %(l)s
mail_owner = daemon
setgid_group = tty
import_environment = MAIL_CONFIG LD_LIBRARY_PATH LD_PRELOAD PATH TZ
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = bench.example
mydestination =
mynetworks = 127.0.0.0/8
maillog_file_prefixes = %(w)s
maillog_file = %(w)s/maillog
virtual_mailbox_domains = example.vn
virtual_mailbox_base = %(w)s/mail
virtual_mailbox_maps = inline:{ungcuu@example.vn=box/}
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
virtual_mailbox_limit = 0
message_size_limit = 104857600
smtpd_client_connection_rate_limit = 0
""" % {"w": where, "p": package, "l": lib})
        master = []
        for line in (package / "usr/share/postfix/master.cf.dist").read_text().splitlines():
            f = line.split()
            if line and line[0] not in "# \t" and len(f) >= 8:
                f[4] = "n"
                if f[0] == "smtp" and f[1] == "inet":
                    f[0] = "127.0.0.1:%d" % port
                line = " ".join(f)
            master.append(line)
        (etc / "master.cf").write_text("\n".join(master) + "\n")
        self.postfix = [str(package / "usr/sbin/postfix"), "-c", str(etc)]

    def start(self, before=()):
        # the daemon that postfix(1) starts in the background holds our pipes open: give it none
        subprocess.run([*self.postfix, "set-permissions"], env=self.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.process = subprocess.Popen([*before, str(self.package / "usr/lib/postfix/sbin/master"), "-d", "-c", str(self.dir / "etc")],
                                        env=dict(self.env, mail_config=str(self.dir / "etc")), stdout=subprocess.DEVNULL,
                                        stderr=open(self.dir / "start.log", "w"), start_new_session=True)
        import socket
        def up():
            try:
                with socket.create_connection(("127.0.0.1", self.port), 1) as s:
                    return s.recv(100).startswith(b"220")
            except OSError:
                return False
        wait_for(20, "Postfix runs (see %s)" % self.dir, up)

    def root(self):
        for pid in tree(self.process.pid):
            if os.path.basename(os.readlink("/proc/%d/exe" % pid)) == "master":
                return pid

    def delivered(self):
        try:
            return len(os.listdir(self.dir / "mail/box/new"))
        except FileNotFoundError:
            return 0

    def end(self):
        os.kill(self.root() or self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
