#!/bin/bash
# Circular 20/2017 form 5 (half-year before 20/06, year before 15/12): a half-year of 5,000 synthetic incidents, and every figure of its report
# counted a second time by another program; the figures of a past day come out the same after everything has changed.
. "$(dirname "$0")/../lib.sh"

new_instance
mail h1@xa.example lan@xa.example "Su co" | drop h1
now=2026-01-01T00:00:01+07:00
once
cat >"$work/half.py" <<'EOP'
import collections, datetime, json, random, sqlite3, subprocess, sys
program, conf, store = sys.argv[1:4]
TZ = datetime.timezone(datetime.timedelta(hours=7))
us = lambda *a: int(datetime.datetime(*a, tzinfo=TZ).timestamp()) * 10**6
rnd = random.Random(5000)
A, B, NOW = us(2026, 1, 1), us(2026, 7, 1), us(2026, 7, 10, 8)
MID = us(2026, 5, 15, 12)
MIN, DAY = 60 * 10**6, 86400 * 10**6
kinds = [None, "fraud/phishing", "malicious-code/c2-server", "availability/ddos", "intrusions/defacement", "other/other", "vulnerable"]
status = ["new", "open", "waiting", "resolved", "closed"]; severity = ["unknown", "ordinary", "serious"]; wide = ["no", "suspected", "confirmed"]
channels = ["mail", "fax", "letter", "phone"]
db = sqlite3.connect(store)
db.execute("DELETE FROM event"); db.execute("UPDATE incident SET drill = 1"); db.execute("UPDATE message SET imported = 1"); db.execute("DELETE FROM attempt"); db.execute("DELETE FROM duty")
cases, messages, letters, duties = [], [], [], []
for n in range(5000):
    opened = rnd.randrange(us(2025, 12, 20), us(2026, 7, 5))
    ack = opened + rnd.choice([rnd.randrange(1, 20 * MIN), rnd.randrange(MIN, 90 * MIN), rnd.randrange(MIN, 3 * DAY)]) if rnd.random() < .9 else None
    c = dict(id=n + 10, opened=opened, ack=ack if ack is None or ack < NOW else None, kind=rnd.choice(kinds), drill=rnd.random() < .02, secret=rnd.random() < .1, channel=rnd.choice(channels))
    hist = {"status": [(opened, "new")], "severity": [(opened, "unknown")], "widespread": [(opened, "no")], "category": [(opened, c["kind"])]}
    for what, words in (("status", status), ("severity", severity), ("widespread", wide), ("category", kinds)):
        t = opened
        for _ in range(rnd.randrange(0, 4)):
            t += rnd.randrange(1, 20 * DAY)
            if t >= NOW: break
            w = rnd.choice(words)
            if w != hist[what][-1][1]: hist[what].append((t, w))
    c["hist"] = hist
    c["merged"] = opened + rnd.randrange(DAY, 30 * DAY) if rnd.random() < .03 else None
    if c["merged"] and c["merged"] >= NOW: c["merged"] = None
    last = lambda w: hist[w][-1][1]
    db.execute("INSERT INTO incident (id, year, number, status, severity, widespread, category, profile, opened_at, acknowledged_at, closed_at, secrecy_requested, drill, merged_into)"
        " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)", (c["id"], 2026, n + 100, last("status"), last("severity"), last("widespread"), last("category"), "vn-2025", opened, c["ack"],
        hist["status"][-1][0] if last("status") == "closed" else None, c["secret"], c["drill"], 10 if c["merged"] and n else None))
    if not n: c["merged"] = None
    for what, h in hist.items():
        for (_, old), (t, new) in zip(h, h[1:]):
            db.execute("INSERT INTO event (incident, at, what, value) VALUES (?,?,?,?)", (c["id"], t, what, f"{old or '-'} {new or '-'}"))
    if c["merged"]: db.execute("INSERT INTO event (incident, at, what, value) VALUES (?,?,'merged',?)", (c["id"], c["merged"], c["channel"]))
    m = dict(id=n + 10000, at=opened, channel=c["channel"], cls=rnd.choice(["person", "list", "bounce"]))
    messages.append(m)
    db.execute("INSERT INTO message (id, incident, outgoing, channel, state, received_at, class, matched_by, size, authenticated, fallback, imported) VALUES (?,?,0,?,'filed',?,?,'none',1,0,0,0)",
        (m["id"], c["id"], m["channel"], opened, m["cls"]))
    if rnd.random() < .6:
        d = dict(id=n + 10000, channel=rnd.choice(channels), letter=rnd.choice(["receipt", "escalation"]), at=opened + rnd.randrange(MIN, 5 * DAY))
        letters.append(d)
        db.execute("INSERT INTO dispatch (id, incident, letter, channel, address, state, lane, size, created_at, not_before, attempts) VALUES (?,?,?,?,'x@y.example','sent',1,1,?,?,1)",
            (d["id"], c["id"], d["letter"], d["channel"], opened, opened))
        db.execute("INSERT INTO attempt (dispatch, n, at, outcome, code) VALUES (?,1,?,'ok','250')", (d["id"], d["at"]))
    due = opened + rnd.randrange(MIN * 6, 10 * DAY)
    done = due + rnd.randrange(-5 * MIN, 3 * DAY) if rnd.random() < .7 else None
    if done and done >= NOW: done = None
    duties.append(dict(due=due, done=done, made=opened, drill=c["drill"]))
    db.execute("INSERT INTO duty (incident, what, due, tell_at, done_at, created_at) VALUES (?, 'x', ?, ?, ?, ?)", (c["id"], due, due, done, opened))
    cases.append(c)
db.commit(); db.close()

def value(h, t): return [v for at, v in h if at <= t][-1]
def expect(a, b, t):
    g = collections.defaultdict(collections.Counter); total = closed = secret = 0; waits = []
    for c in cases:
        if not a <= c["opened"] < b or c["opened"] > t or c["drill"] or (c["merged"] and c["merged"] <= t): continue
        total += 1; secret += c["secret"]
        day = datetime.datetime.fromtimestamp(c["opened"] / 10**6, TZ)
        g["by_month"][day.strftime("%Y-%m")] += 1
        for what, name in (("severity", "by_severity"), ("widespread", "by_widespread"), ("status", "by_status")): g[name][value(c["hist"][what], t)] += 1
        k = value(c["hist"]["category"], t) or "unknown"
        g["by_kind"][k] += 1; g["by_class"][k.split("/")[0]] += 1; g["by_channel"][c["channel"]] += 1
        if c["ack"] and c["ack"] <= t:
            w = c["ack"] - c["opened"]; waits.append(w)
            g["acknowledged_within"]["15m" if w <= 15 * MIN else "1h" if w <= 60 * MIN else "4h" if w <= 240 * MIN else "24h" if w <= DAY else "over"] += 1
        else: g["acknowledged_within"]["not"] += 1
        if value(c["hist"]["status"], t) == "closed": closed += 1
        else:
            age = t - c["opened"]
            g["open_by_age"]["1d" if age <= DAY else "7d" if age <= 7 * DAY else "30d" if age <= 30 * DAY else "90d" if age <= 90 * DAY else "over"] += 1
    for m in messages:
        if a <= m["at"] < b and m["at"] <= t: g["messages_by_channel"][m["channel"]] += 1; g["messages_by_class"][m["cls"]] += 1
    for d in letters:
        if a <= d["at"] < b and d["at"] <= t: g["letters_by_channel"][d["channel"]] += 1; g["letters_by_kind"][d["letter"]] += 1
    for d in duties:
        if a <= d["due"] < b and d["made"] <= t and not d["drill"]:
            done = d["done"] and d["done"] <= t
            g["duties"]["in time" if done and d["done"] <= d["due"] else "late" if done else "overdue" if d["due"] <= t else "open"] += 1
    waits.sort()
    rank = lambda p: -(-waits[max(1, -(-len(waits) * p // 100)) - 1] // MIN)
    return dict(incidents=total, closed=closed, open=total - closed, secret=secret, acknowledged=len(waits), acknowledge_minutes_median=rank(50), acknowledge_minutes_p90=rank(90),
        acknowledge_minutes_max=rank(100)), g

def report(*words):
    return json.loads(subprocess.run([program, "-c", conf, "--json", "--now", "2026-07-10T08:00:00+07:00", "digest", *words], check=True, capture_output=True, text=True).stdout)

checked = 0
def compare(name, got, want):
    global checked
    singles, groups = want
    for k, v in singles.items():
        checked += 1
        if got[k] != v: sys.exit(f"{name}: {k}: wanted {v}, got {got[k]}")
    for group, counts in got["groups"].items():
        for k, v in counts.items():
            checked += 1
            if v != groups[group][k]: sys.exit(f"{name}: {group} {k}: wanted {groups[group][k]}, got {v}")
        if sum(groups[group].values()) != sum(counts.values()): sys.exit(f"{name}: {group}: something is missing")
# what the report of 20 June covers is the profile's (Decree 09/2019, Art. 12): 15 December to 14 June; the half that ended last needs no word
C, D = us(2025, 12, 15), us(2026, 6, 15)
half = report("half-year", "--year", "2026", "--half", "1")
compare("half-year", half, expect(C, D, NOW))
if (half["period_known"], half["period_basis"], report("half-year")["from"]) != (True, "Nghị định 09/2019/NĐ-CP, Điều 12", half["from"]): sys.exit("the period: %s" % half)
compare("second half", report("half-year", "--year", "2026", "--half", "2"), expect(D, us(2026, 12, 15), NOW))
compare("other days said", report("half-year", "--from", "2026-01-01", "--to", "2026-06-30"), expect(A, B, NOW))
compare("as of May", report("half-year", "--year", "2026", "--half", "1", "--as-of", "2026-05-15T12:00:00+07:00"), expect(C, D, MID))
compare("a fortnight", report("ad-hoc", "--from", "2026-03-01", "--to", "2026-03-14"), expect(us(2026, 3, 1), us(2026, 3, 15), NOW))
compare("the year", report("year", "--year", "2026"), expect(C, us(2026, 12, 15), NOW))
first = report("half-year", "--year", "2026", "--half", "1", "--as-of", "2026-05-15")
db = sqlite3.connect(store) # everything changes afterwards
for c in cases[::2]:
    db.execute("INSERT INTO event (incident, at, what, value) SELECT id, ?, 'status', status || ' closed' FROM incident WHERE id = ?", (NOW - 1, c["id"]))
    db.execute("UPDATE incident SET status = 'closed', closed_at = ? WHERE id = ?", (NOW - 1, c["id"]))
db.commit(); db.close()
if report("half-year", "--year", "2026", "--half", "1", "--as-of", "2026-05-15") != first: sys.exit("the figures of a past day have changed")
print(f"{checked} figures of 5,000 incidents are as counted elsewhere")
EOP
python3 "$work/half.py" "$build/irgatectl" "$conf" "$dir/var/store/store.db" || fail "a figure (see above)"
rows=$(ctl --now 2026-07-10T08:00:00+07:00 digest half-year --year 2026 --half 1 --csv | wc -l)
[ "$rows" -gt 60 ] || fail "CSV has $rows rows"
# before 2019 the days of the form are not known: those of the calendar are taken, and it is said
python3 - "$build/irgatectl" "$conf" <<'EOP' || fail "a year whose period is not known"
import json, subprocess, sys
r = json.loads(subprocess.run([sys.argv[1], "-c", sys.argv[2], "--json", "--now", "2026-07-10T08:00:00+07:00", "digest", "half-year", "--year", "2018", "--half", "1", "--as-of", "2018-07-01"],
    check=True, capture_output=True, text=True).stdout)
assert (r["profile"], r["period_known"], r["from"][:10], r["to"][:10]) == ("vn-2017", False, "2018-01-01", "2018-07-01"), r
EOP
ctl --now 2026-07-10T08:00:00+07:00 profile check vn-2017 >"$work/notes.log" || fail "profile check"
has "said by profile check" 'which days the periodic report covers is not known' "$work/notes.log"
ctl --now 2026-07-10T08:00:00+07:00 profile check vn-2025 >"$work/notes2.log" || fail "profile check"
has_not "known" 'which days the periodic report' "$work/notes2.log"
if command -v pdftotext >/dev/null && [ -x "$build/irgate-scribe" ]; then
	ctl --now 2026-07-10T08:00:00+07:00 digest half-year --year 2026 --half 1 --pdf "$work/half.pdf" || fail "as PDF"
	pdftotext -layout "$work/half.pdf" "$work/half.txt"
	has "heading" 'BÁO CÁO SƠ KẾT 6 THÁNG' "$work/half.txt"
	has "plots" 'Sự cố theo tháng' "$work/half.txt"
	[ -z "${KEEP_PDF:-}" ] || cp "$work/half.pdf" "$KEEP_PDF"
fi
