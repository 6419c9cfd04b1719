#!/bin/bash
# A follow-up of somebody the case knows joins it: by id, by our reference in subject, plus-address, body or attachment name; never by a
# reference whose check character is wrong.
. "$(dirname "$0")/../lib.sh"

new_instance
mail f0@xa.example lan@xa.example "Su co" | drop f0
once
ref=$(field incident 0 ref)
receipt=$(field dispatch 0 message_id)
last=${ref: -1}
wrong=${ref%?}$([ "$last" = A ] && echo B || echo A)
f() { # N SUBJECT HEADER...
	local n=$1 subject=$2
	shift 2
	mail "f$n@xa.example" lan@xa.example "$subject" "$@" | drop "f$n"
}
f 1 "Re: xac nhan" "In-Reply-To: <$receipt>"
f 2 "bo sung" "References: <unknown@else.example> <f0@xa.example> <more@else.example>"
f 3 "Them thong tin ve $ref"
mail f4@xa.example lan@xa.example "them anh" | sed "s/^To: .*/To: ungcuu+$ref@example.vn\r/" | drop f4
BODY="Ma ho so cua chung toi: ${ref,,}, xin bo sung." f 5 "khong so"
mail f6@xa.example lan@xa.example "dinh kem" | sed '/^MIME-Version/,$d' >"$work/f6"
printf 'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nxem dinh kem\r\n--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename="log_%s.txt"\r\n\r\nx\r\n--b--\r\n' "$ref" >>"$work/f6"
drop f6 <"$work/f6"
f 7 "Ve ho so $wrong"
f 8 "Re: Su co" # a subject alone joins nothing
now=2026-03-02T10:00:00+07:00
once
REF=$ref WRONG=$wrong facts "follow-ups" <<'EOP'
ref, wrong = os.environ["REF"], os.environ["WRONG"]
for n, how, words in ((1, "thread", "which we sent"), (2, "thread", "which we received"), (3, "reference", "subject"), (4, "reference", "recipient"),
                      (5, "reference", "text"), (6, "reference", "attachment name")):
    m = reading(f"f{n}@xa.example")
    eq(f"f{n}", (ref, how), (m["incident"], m["matched_by"]))
    ok(f"f{n}: reason '{m['match_reason']}' says '{words}' and that nobody was authenticated", words in m["match_reason"] and "not authenticated" in m["match_reason"])
    eq(f"f{n} state", "filed", m["state"])
    told = run("explain", m["id"])
    eq("explain agrees", (ref, how, m["match_reason"]), (told["incident"], told["matched_by"], told["reason"]))
for n in (7, 8):
    m = reading(f"f{n}@xa.example")
    ok(f"f{n} opens its own case", m["incident"] not in (None, ref) and m["matched_by"] == "none")
eq("incidents", 3, len(incidents))
eq("the follower is answered once a case", 1, len(by(dispatches, incident=ref)))
i = one(incidents, ref=ref)
eq("its messages", 8, len(i["messages"]))
EOP

# the plus-address counts only where it reaches us
new_instance plain
set_conf mail 'subaddress = false;'
mail p0@xa.example lan@xa.example "Su co" | drop p0
once
ref=$(field incident 0 ref)
mail p1@xa.example lan@xa.example "them" | sed "s/^To: .*/To: ungcuu+$ref@example.vn\r/" | drop p1
once
is "cases without plus-addresses" 2 "$(count incident)"

# somebody who answers mail of a case is receipted once, and his receipt names no mail but his own
mail p1@n.example lan@n.example "May chu bi tan cong" | drop p1
now=2026-03-05T09:00:00+07:00
once
mail p2@z.example binh@z.example "Re: May chu bi tan cong" "In-Reply-To: <p1@n.example>" "References: <p0@n.example> <p1@n.example>" | drop p2
now=2026-03-05T09:10:00+07:00
once
facts "a participant" <<'EOP'
r = one(dispatches, address="binh@z.example")
eq("sent", ("sent", None), (r["state"], r["why"]))
bytes = open(f"{folder}/outgoing/new/{r['id']}").read()
ok("names his own mail", "p2@z.example" in bytes)
ok("names nobody else's", "n.example" not in bytes)
EOP
