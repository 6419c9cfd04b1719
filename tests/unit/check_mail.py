"""Reads mails that our serialiser wrote, with Python's own mail package: {"raw", "subject", "name", "file", "body"} a line on standard input."""
import email
import email.header
import email.policy
import email.utils
import json
import sys

bad = 0
count = 0
for line in sys.stdin:
    want = json.loads(line)
    mail = email.message_from_bytes(want["raw"].encode("ascii"), policy=email.policy.default)
    # The newer address parser of the package keeps the space between two encoded words, against RFC 2047 section 6.2; the older one does not.
    old = email.message_from_string(want["raw"])["from"].replace("\r\n", "").replace("\n", "")
    display = str(email.header.make_header(email.header.decode_header(email.utils.parseaddr(old)[0])))
    got = {
        "subject": str(mail["subject"]),
        "name": display,
        "file": mail.get_filename() or "",
        "body": mail.get_content().replace("\r\n", "\n"),
    }
    count += 1
    for key, value in got.items():
        if value != want[key]:
            print(f"{key}: got {value!r}, want {want[key]!r}", file=sys.stderr)
            bad += 1
    if mail.defects:
        print(f"defects: {mail.defects}", file=sys.stderr)
        bad += 1
print(f"{count} mails, {bad} differences")
sys.exit(bad != 0)
