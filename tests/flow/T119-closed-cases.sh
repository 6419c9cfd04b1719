#!/bin/bash
# A follow-up on a case that is not open: reopened, a linked new one, or answered with the reason, as the profile says; automatic mail changes nothing.
. "$(dirname "$0")/../lib.sh"

# office RULES...: an instance whose profile has these lines; three cases of a@, b@ and c@a.example, all closed
office() {
	now=2026-03-02T09:00:00+07:00
	new_instance "$1"
	shift
	mkdir -p "$dir/profiles"
	sed 's/^name = .*/name = "office";/; s/^family = .*/family = "office";/' "$src/etc/profiles/csirt.conf" >"$dir/profiles/office.conf"
	printf '%s\n' "$@" >>"$dir/profiles/office.conf"
	sed -i 's/^profile = .*/profile = "office";/' "$conf"
	ctl config check >"$work/check.log" 2>&1 || fail "the profile: $(cat "$work/check.log")"
	local a
	for a in a b c; do mail "m$a@a.example" "$a@$a.example" "Su co $a" | drop "$a"; done
	once
	now=2026-03-05T09:00:00+07:00
	for a in 0 1 2; do ctl --now "$now" incident status "$(field incident $a ref)" closed --reason "xong" || fail "close"; done
}
follow() { # NAME ADDRESS [HEADER...]: a reply to the case of that address
	local name=$1 address=$2
	shift 2
	mail "$name@${address#*@}" "$address" "Re: Su co" "In-Reply-To: <m${address%@*}@a.example>" "$@" | drop "$name"
}
office reopen 'on_closed = "reopen"; reopen_within = "10d";'
now=2026-03-06T09:00:00+07:00
follow f1 a@a.example
follow oof b@b.example "Auto-Submitted: auto-replied"
follow list b@b.example "List-Id: <l.example>"
once
facts "reopened" <<'EOP'
a, b = (one(messages, message_id=f"m{x}@a.example") for x in "ab")
i = one(incidents, ref=a["incident"])
eq("open again", ("open", None), (i["status"], i["closed_at"]))
eq("the follow-up is there", i["ref"], reading("f1@a.example")["incident"])
ok("says so", "open again" in reading("f1@a.example")["match_reason"])
ok("a person hears of it", [d for d in duties if d["incident"] == i["ref"] and "look at the case again" in d["what"] and d["due"]])
ok("journal", any(j["object"] == i["ref"] and "to open" in (j["detail"] or "") for j in journal))
eq("automatic mail and lists are filed and change nothing", ["closed", b["incident"], b["incident"]],
    [one(incidents, ref=b["incident"])["status"], reading("oof@b.example")["incident"], reading("list@b.example")["incident"]])
eq("no further letter", 3, len(dispatches))
EOP
now=2026-03-20T09:00:00+07:00
follow f2 c@c.example
once
facts "too late to reopen" <<'EOP'
c, m = one(messages, message_id="mc@a.example"), reading("f2@c.example")
ok("a case of its own", m["incident"] and m["incident"] != c["incident"])
eq("linked", [c["incident"]], one(incidents, ref=m["incident"])["related"])
eq("the old one stays closed", "closed", one(incidents, ref=c["incident"])["status"])
eq("with a receipt", 1, len(by(dispatches, incident=m["incident"], letter="receipt")))
EOP
office new 'on_closed = "new";'
now=2026-03-06T09:00:00+07:00
follow f1 a@a.example
once
facts "a new one" <<'EOP'
a, m = one(messages, message_id="ma@a.example"), reading("f1@a.example")
ok("a case of its own", m["incident"] != a["incident"] and "a case of its own, linked" in m["match_reason"])
eq("linked", [a["incident"]], one(incidents, ref=m["incident"])["related"])
EOP
office answer 'on_closed = "answer";'
now=2026-03-06T09:00:00+07:00
follow f1 a@a.example
follow f2 stranger@x.example "References: <ma@a.example>"
follow oof b@b.example "Auto-Submitted: auto-replied"
once
facts "answered with the reason" <<'EOP'
a, m = one(messages, message_id="ma@a.example"), reading("f1@a.example")
eq("filed there, and closed", (a["incident"], "closed"), (m["incident"], one(incidents, ref=a["incident"])["status"]))
d = one(dispatches, address="a@a.example", state="sent", incident=a["incident"]) if len(by(dispatches, address="a@a.example")) == 1 else by(dispatches, address="a@a.example")[-1]
text = outgoing[d["id"]].get_body().get_content()
ok(f"the letter says it: {text}", "stays closed" in text and "2026" in text and a["incident"] in text)
ok("a person hears of it", [x for x in duties if x["incident"] == a["incident"] and "not open any more" in x["what"]])
eq("nothing for automatic mail", 1, len(by(dispatches, address="b@b.example")))
EOP
office keep 'on_closed = "keep"; on_waiting = "reopen";'
ctl --now "$now" incident status "$(field incident 0 ref)" waiting || fail "status"
now=2026-03-06T09:00:00+07:00
follow f1 a@a.example
follow f2 b@b.example
once
facts "kept, and what waited" <<'EOP'
a, b = (one(messages, message_id=f"m{x}@a.example") for x in "ab")
eq("it waited for this", "open", one(incidents, ref=a["incident"])["status"])
eq("kept as it is", "closed", one(incidents, ref=b["incident"])["status"])
ok("a person hears of it", [x for x in duties if x["incident"] == b["incident"] and "not open any more" in x["what"]])
eq("no letter", 3, len(dispatches))
EOP
