"""What an instance holds, for the checks of a story: python3 facts.py IRGATECTL CONF < CHECKS.
The checks see the lists of INTERFACE as messages, incidents, dispatches, duties, parties, alarms, journal; by(list, key=value...) finds rows,
one(...) the only one; outgoing is what left, parsed, by dispatch id; ok(words, condition) and eq(words, wanted, got) say what is wrong and go on."""
import email
import email.policy
import json
import os
import subprocess
import sys

program, conf = sys.argv[1:3]
folder = os.path.dirname(conf)
bad = 0


def run(*words, code=0):
    done = subprocess.run([program, "-c", conf, "--json", *words], capture_output=True, text=True)
    if done.returncode != code:
        sys.exit(f"{' '.join(words)}: exit {done.returncode}, wanted {code}: {done.stderr}")
    return json.loads(done.stdout) if done.stdout.strip() else None


def ok(words, condition):
    global bad
    if not condition:
        bad += 1
        print(f"  {words}", file=sys.stderr)


def eq(words, wanted, got):
    ok(f"{words}: wanted {wanted!r}, got {got!r}", wanted == got)


def by(rows, **want):
    return [r for r in rows if all(r[k] == v for k, v in want.items())]


def one(rows, **want):
    found = by(rows, **want)
    if len(found) != 1:
        sys.exit(f"  {len(found)} rows with {want}, wanted one")
    return found[0]


def reading(id):
    return one(messages, message_id=id)


messages, incidents, dispatches = run("message", "list"), run("incident", "list"), run("dispatch", "list")
duties, parties, alarms, journal = run("duty", "list"), run("party", "list"), run("alarm", "list"), run("journal", "list")
outgoing, raw = {}, {}
for name in os.listdir(f"{folder}/outgoing/new"):
    with open(f"{folder}/outgoing/new/{name}", "rb") as f:
        raw[name] = f.read()
    outgoing[name] = email.message_from_bytes(raw[name], policy=email.policy.default)
exec(compile(sys.stdin.read(), "checks", "exec"))
sys.exit(1 if bad else 0)
