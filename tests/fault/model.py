"""A model of the instance's files: what a kill leaves behind (every operation so far) and what a power cut may leave behind (what was
synced, and any part of the rest). Fed with the operations the shim saw; checked at the end of a run against the real folder."""
import copy
import os

from shimlink import CREATE, LINK, MKDIR, RENAME, SYNC, TRUNCATE, UNLINK, WRITE

SECTOR = 512


class Inode:
    """Content as every process sees it, as the disk has it for sure, and the changes in between."""

    def __init__(self, data=b"", durable=None):
        self.data, self.durable, self.pending = bytearray(data), durable, []


def put(content, offset, data):
    """Write into a bytearray, a hole reads as zeros."""
    if len(content) < offset:
        content.extend(bytes(offset - len(content)))
    content[offset:offset + len(data)] = data


class Model:
    """Names to inodes, visible and durable."""

    def __init__(self, base):
        self.base, self.names, self.kept, self.dirs, self.open_ops = base, {}, {}, set(), []
        for folder, _dirs, files in os.walk(base):
            self.dirs.add(folder)
            for name in files:
                path = os.path.join(folder, name)
                if os.path.isfile(path) and not ignored(path):
                    with open(path, "rb") as src:
                        self.outside(path, src.read())

    def outside(self, path, data):
        """A file that somebody else put there durably."""
        self.names[path] = self.kept[path] = Inode(data, bytes(data))

    def rename_op(self, source, goal, inode):
        """A change of names that the disk may not have yet."""
        self.open_ops.append((source, goal, inode))

    def apply(self, op, read_file):
        """One finished operation; read_file gives the content of a path the model does not know."""
        if op.result is None or op.result < 0 or ignored(op.path):
            return
        inode = self.names.get(op.path)
        if op.kind == CREATE:
            self.names[op.path] = Inode(b"", b"")
            self.rename_op(None, op.path, self.names[op.path])
        elif op.kind == WRITE and inode:
            data = op.data[:op.result]
            put(inode.data, op.offset, data)
            inode.pending.append((op.offset, data))
        elif op.kind == TRUNCATE and inode:
            if op.offset <= len(inode.data):
                del inode.data[op.offset:]
            else:
                put(inode.data, op.offset, b"")
            inode.pending.append((op.offset, None))
        elif op.kind == RENAME:
            inode = self.names.pop(op.path, None) or Inode(read_file(op.path2), None)
            self.names[op.path2] = inode
            self.rename_op(op.path, op.path2, inode)
        elif op.kind == LINK:
            inode = inode or Inode(read_file(op.path2), None)
            self.names[op.path2] = inode
            self.rename_op(None, op.path2, inode)
        elif op.kind == UNLINK:
            self.names.pop(op.path, None)
            self.rename_op(op.path, None, None)
        elif op.kind == MKDIR:
            self.dirs.add(op.path)
        elif op.kind == SYNC:
            self.sync(op.path, inode)

    def sync(self, path, inode):
        """A file: its bytes. A folder: the names in it."""
        if inode:
            inode.durable, inode.pending = bytes(inode.data), []
            return
        rest = []
        for source, goal, node in self.open_ops:
            if path in (os.path.dirname(source or ""), os.path.dirname(goal or "")):
                self.settle(self.kept, source, goal, node)
            else:
                rest.append((source, goal, node))
        self.open_ops = rest

    @staticmethod
    def settle(names, source, goal, node):
        """Apply one change of names."""
        if source:
            names.pop(source, None)
        if goal:
            names[goal] = node

    def killed(self):
        """Files after a kill: all that was done."""
        return {path: bytes(node.data) for path, node in self.names.items()}

    def cut(self, rng):
        """Files after a power cut: what was synced, a prefix of the changes of names, and of each file's unsynced writes any subset,
        torn at sectors."""
        names = dict(self.kept)
        for source, goal, node in self.open_ops[:rng.randint(0, len(self.open_ops))]:
            self.settle(names, source, goal, node)
        return {path: self.torn(node, rng) for path, node in names.items()}

    @staticmethod
    def torn(node, rng):
        """Durable bytes and a random part of the pending ones."""
        content = bytearray(node.durable or b"")
        mode = rng.choice(("none", "all", "some", "prefix"))
        stop = rng.randint(0, len(node.pending))
        for number, (offset, data) in enumerate(node.pending):
            if mode == "none" or mode == "prefix" and number >= stop or mode == "some" and rng.random() < 0.4:
                continue
            if data is None:
                if offset <= len(content):
                    del content[offset:]
                else:
                    put(content, offset, b"")
            elif mode == "some" and rng.random() < 0.3:
                for at in range(0, len(data), SECTOR):
                    if rng.random() < 0.5:
                        put(content, offset + at, data[at:at + SECTOR])
            else:
                put(content, offset, data)
        return bytes(content)

    def copy(self):
        """A model that goes its own way; inodes shared by name stay shared within it."""
        return copy.deepcopy(self)

    def differences(self):
        """Where the model and the real folder differ (none, or the record cannot be trusted)."""
        found = []
        real = set()
        for folder, _dirs, files in os.walk(self.base):
            for name in files:
                path = os.path.join(folder, name)
                if not os.path.isfile(path) or ignored(path):
                    continue
                real.add(path)
                with open(path, "rb") as src:
                    data = src.read()
                if path not in self.names:
                    found.append(f"not in the model: {path}")
                elif bytes(self.names[path].data) != data:
                    mine = bytes(self.names[path].data)
                    at = next((i for i, (x, y) in enumerate(zip(mine, data)) if x != y), min(len(mine), len(data)))
                    found.append(f"other bytes: {path} from {at} (model {len(mine)}, folder {len(data)} bytes)")
        return found + [f"not in the folder: {path}" for path in self.names if path not in real]


def ignored(path):
    """Files that carry nothing: sockets, SQLite's shared index, the lock."""
    return path.endswith("-shm") or ".sock" in path or path.endswith("/lock")


def write_tree(files, dirs, base, goal):
    """Put files of a model of `base` below goal."""
    for folder in dirs:
        os.makedirs(goal + folder[len(base):], mode=0o700, exist_ok=True)
    for path, data in files.items():
        with open(goal + path[len(base):], "wb") as out:
            out.write(data)
