"""The controller's end of the fault shim: one operation at a time, over all processes of the gateway."""
import ctypes
import mmap
import os
import struct
import threading
import time

DATA_MAX, PATH_LEN = 1 << 20, 1024
WRITE, SYNC, RENAME, LINK, UNLINK, TRUNCATE, CREATE, MKDIR, SEND = range(1, 10)
NAMES = ["", "write", "sync", "rename", "link", "unlink", "truncate", "create", "mkdir", "send"]
GO, FAIL, SHORT, DIE = range(4)
HEAD = struct.Struct("=iiiiqqqii32s1024s1024s")  # after the three semaphores; as struct shared of shim.c
SIZE = 96 + HEAD.size + DATA_MAX
LIBC = ctypes.CDLL(None, use_errno=True)


class Timespec(ctypes.Structure):
    """struct timespec"""
    _fields_ = [("sec", ctypes.c_long), ("nsec", ctypes.c_long)]


class Op:
    """One operation: what, by which role, on what, with which bytes, and how it ended."""

    __slots__ = ("kind", "pid", "role", "path", "path2", "offset", "len", "data", "result", "error")

    def __repr__(self):
        return f"{self.role} {NAMES[self.kind]} {self.path} {self.path2} @{self.offset} +{self.len} = {self.result}"


def text(raw):
    """Bytes up to the NUL."""
    return raw.split(b"\0", 1)[0].decode("utf-8", "surrogateescape")


class ShimLink:
    """Shared file with the shims. before(op) gives (action, argument); after(op) is told how it ended. Both run under the one place."""

    def __init__(self, path, before, after):
        self.path, self.before, self.after = path, before, after
        with open(path, "wb") as out:
            out.truncate(SIZE)
        self.file = open(path, "r+b")
        self.map = mmap.mmap(self.file.fileno(), SIZE)
        base = ctypes.addressof(ctypes.c_char.from_buffer(self.map))
        self.request, self.reply, self.one = (ctypes.c_void_p(base + at) for at in (0, 32, 64))
        for sem, value in ((self.request, 0), (self.reply, 0), (self.one, 1)):
            LIBC.sem_init(sem, 1, value)
        self.stopping = False
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def wait(self, sem, seconds):
        """True when the semaphore was taken in time."""
        until = time.clock_gettime(time.CLOCK_REALTIME) + seconds
        spec = Timespec(int(until), int(until % 1 * 1e9))
        while LIBC.sem_timedwait(sem, ctypes.byref(spec)):
            if ctypes.get_errno() != 4:
                return False
        return True

    def serve(self):
        """Answers until stop(); a process that died between its two notes gives its place back."""
        op = None
        while not self.stopping:
            if not self.wait(self.request, 0.5):
                if op and not os.path.exists(f"/proc/{op.pid}"):
                    op = None
                    LIBC.sem_post(self.one)
                continue
            kind, phase, pid, _action, offset, length, result, error, _arg, role, path, path2 = HEAD.unpack_from(self.map, 96)
            action = arg = 0
            if phase == 0:
                op = Op()
                op.kind, op.pid, op.role, op.path, op.path2 = kind, pid, text(role), text(path), text(path2)
                op.offset, op.len, op.result, op.error = offset, length, None, 0
                at = 96 + HEAD.size
                op.data = bytes(self.map[at:at + min(length, DATA_MAX)]) if kind in (WRITE, SEND) else b""
                action, arg = self.before(op)
                struct.pack_into("=i", self.map, 96 + 12, action)
                struct.pack_into("=i", self.map, 96 + 44, arg)
                if action == DIE:
                    op = None
            elif op:
                op.result, op.error = result, error
                self.after(op)
                op = None
            LIBC.sem_post(self.reply)

    def __enter__(self):
        """Takes the one place: the gateway changes nothing meanwhile."""
        if not self.wait(self.one, 30):
            raise TimeoutError("the gateway does not give its place back")
        return self

    def __exit__(self, *_exc):
        LIBC.sem_post(self.one)

    def stop(self):
        """Ends the thread. The shims must be gone."""
        self.stopping = True
        self.thread.join()
