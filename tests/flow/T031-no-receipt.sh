#!/bin/bash
# Nobody's machine is answered: each case of RFC 3834 and its companions, bounces, lists that are not ours, ourselves.
. "$(dirname "$0")/../lib.sh"

new_instance
set_conf mail 'own_lists = ["csirt.example.vn"];'
never() { # NAME FROM HEADER...
	local name=$1 from=$2
	shift 2
	mail "$name@n.example" "$from" "Su co $name" "$@" | drop "never-$name"
}
never auto-generated a1@n.example "Auto-Submitted: auto-generated"
never auto-replied a2@n.example "Auto-Submitted: auto-replied (vacation)"
never auto-notified a3@n.example "Auto-Submitted: auto-notified; owner-email=x@n.example"
never auto-unknown a4@n.example "Auto-Submitted: x-something-new"
never bulk a5@n.example "Precedence: bulk"
never junk a6@n.example "Precedence: junk"
never list a7@n.example "Precedence: list"
never list-id a8@n.example "List-Id: Some list <some.list.example>"
never list-unsubscribe a9@n.example "List-Unsubscribe: <mailto:leave@list.example>"
never x-autoreply a10@n.example "X-Autoreply: yes"
never x-autorespond a11@n.example "X-Autorespond: away"
never suppress a12@n.example "X-Auto-Response-Suppress: All"
never suppress-oof a13@n.example "X-Auto-Response-Suppress: DR, OOF, AutoReply"
never daemon MAILER-DAEMON@n.example
never postmaster postmaster@n.example
never noreply no-reply@n.example
never owner owner-list@n.example
never request announce-request@n.example
never bounces list-bounces@n.example
never ourselves ungcuu@example.vn
never ourselves-plus ungcuu+IR-2026-000001-J@example.vn
# <> of RFC 3834 section 2, however friendly the From is
mail null@n.example a15@n.example "Su co" | sed 's/^Return-Path: .*/Return-Path: <>\r/' | drop never-null
# an out-of-office by its subject alone carries no header but says what it is
never oof a16@n.example "Auto-Submitted: auto-replied" "X-Autoreply: yes"
# a bounce, a delivery report, a read receipt
report() { # NAME REPORT-TYPE PART-TYPE LINES
	printf 'Return-Path: <>\r\nFrom: x@n.example\r\nTo: ungcuu@example.vn\r\nSubject: %s\r\nMessage-ID: <%s@n.example>\r\nMIME-Version: 1.0\r\n' "$1" "$1"
	printf 'Content-Type: multipart/report; report-type=%s; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nwords\r\n' "$2"
	printf -- '--b\r\nContent-Type: %s\r\n\r\n%b\r\n--b--\r\n' "$3" "$4"
}
report dsn delivery-status message/delivery-status 'Reporting-MTA: dns; mx.n.example\r\n\r\nFinal-Recipient: rfc822; y@n.example\r\nAction: failed\r\nStatus: 5.1.1\r\n' |
	drop never-dsn
report delayed delivery-status message/delivery-status 'Reporting-MTA: dns; mx.n.example\r\n\r\nFinal-Recipient: rfc822; y@n.example\r\nAction: delayed\r\nStatus: 4.4.1\r\n' |
	drop never-delayed
report mdn disposition-notification message/disposition-notification 'Final-Recipient: rfc822; y@n.example\r\nDisposition: manual-action/MDN-sent-manually; displayed\r\n' |
	drop never-mdn
# and the two that are answered: a person, and a list that is ours (to From, not to the list's return path)
mail person@n.example p@n.example "Su co" "Auto-Submitted: no" | drop yes-person
mail own@n.example m@n.example "Su co" "List-Id: Our team <csirt.example.vn>" "Precedence: list" | sed 's/^Return-Path: .*/Return-Path: <csirt-bounces@example.org>\r/' | drop yes-own
once
facts "who was answered" <<'EOP'
eq("addresses written to", ["m@n.example", "p@n.example"], sorted(d["address"] for d in dispatches if d["state"] != "held"))
eq("kept for a person to let go", ["a12@n.example", "a13@n.example"], sorted(d["address"] for d in dispatches if d["state"] == "held"))
eq("what left", 2, len(outgoing))
classes = {m["source_file"]: m["class"] for m in messages if m["direction"] == "in"}
filed = {m["source_file"]: m["incident"] for m in messages if m["direction"] == "in"}
for name, wanted in {"never-auto-generated": "machine-report", "never-bulk": "list", "never-list": "list", "never-list-id": "list",
                     "never-list-unsubscribe": "list", "never-dsn": "bounce", "never-delayed": "delivery-report", "never-mdn": "read-receipt",
                     "yes-person": "person", "yes-own": "list"}.items():
    eq(f"class of {name}", wanted, classes[name])
ok("auto-replied is an auto-reply or out-of-office", classes["never-auto-replied"] in ("auto-reply", "out-of-office"))
for name, wanted in classes.items():
    opens = wanted in ("person", "list", "ticket-system", "machine-report")
    eq(f"{name} ({wanted}) has a case", opens, filed[name] is not None)
for m in messages:
    if m["direction"] == "in" and m["source_file"].startswith("never"):
        ok(f"{m['source_file']}: reason says why there is no receipt: {m['match_reason']}", "no receipt" in m["match_reason"])
EOP
ctl receipt list >"$work/kept.log"
has "one batch of them" 'headers.*asks-for-none' "$work/kept.log"
ctl --now "$now" receipt release asks-for-none --reason "persons, as their text shows" >"$work/release.log" || fail "release"
has "both go with one key" 'let go: 2' "$work/release.log"
once
facts "after the release" <<'EOP'
eq("what left", 4, len(outgoing))
eq("nothing is kept", [], [d["address"] for d in dispatches if d["state"] == "held"])
EOP
