"""2,000 broken files from good ones, seeded: cut, bits turned, blocks swapped and doubled, lengths blown up. python3 broken.py DIR SEED COUNT GOOD-FILE..."""
import os
import random
import sys


def spoil(b, r):
    b = bytearray(b)
    for _ in range(r.choice([1, 1, 2, 5])):
        if not b:
            break
        at = r.randrange(len(b))
        n = r.randint(1, min(64, len(b) - at))
        how = r.randrange(7)
        if how == 0:
            del b[at:]
        elif how == 1:
            for i in range(at, at + n):
                b[i] ^= 1 << r.randrange(8)
        elif how == 2:
            b[at:at + n] = bytes(n)
        elif how == 3:
            b[at:at + n] = b"\xff" * n
        elif how == 4:
            to = r.randrange(len(b))
            b[to:to] = b[at:at + n]
        elif how == 5:
            del b[at:at + n]
        else:
            b[at:at + n] = bytes(r.randrange(256) for _ in range(n))
    return bytes(b)


def main():
    where, seed, count, good = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:]
    files = [(os.path.basename(p), open(p, "rb").read()) for p in good]
    for i in range(count):
        r = random.Random("%d-%d" % (seed, i))
        name, data = r.choice(files)
        with open(os.path.join(where, "%04d-%s" % (i, name)), "wb") as f:
            f.write(spoil(data, r))


main()
