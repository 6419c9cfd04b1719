"""Mails that kill or stall parsers (facts of the mail room), each as a file: python3 killers.py FOLDER"""
import os
import sys

folder = sys.argv[1]
HEAD = b"From: killer@x.example\r\nTo: ungcuu@example.vn\r\nSubject: %s\r\nMessage-ID: <%s@killers.example>\r\nMIME-Version: 1.0\r\n"


def put(name, rest, head=HEAD):
    with open(os.path.join(folder, name), "wb") as f:
        f.write(head % (name.encode(), name.encode()) if head else b"")
        f.write(rest)


put("one-quote-boundary", b'Content-Type: multipart/mixed; boundary="\r\n\r\n--"\r\n\r\nx\r\n')
put("empty-boundary", b'Content-Type: multipart/mixed; boundary=""\r\n\r\n--\r\n\r\nx\r\n----\r\n')
put("truncated-qp", b"Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nabc=")
put("truncated-qp-2", b"Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nabc=\r\n=E")
put("truncated-base64", b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\nQUJ")
nested = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (i, i) for i in range(100000))
put("nested-100000", nested + b"\r\nthe innermost\r\n")
put("nested-rfc822", b"Content-Type: message/rfc822\r\n\r\n" * 20000 + b"Subject: in\r\n\r\nx\r\n")
put("parts-1000000", b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 1000000 + b"--b--\r\n")
put("headers-1000000", b"X: y\r\n" * 1000000 + b"\r\nbody\r\n")
put("cr-only", b"From: mac@x.example\rTo: ungcuu@example.vn\rSubject: cr only\rMessage-ID: <cr-only@killers.example>\r\rline one\rline two\r", head=None)
put("nul-bytes", b"\r\nabc\0def\0\r\n" * 1000)
put("long-line", b"\r\n" + b"x" * 5000000)
put("long-header", b"X-Long: " + b"y" * 5000000 + b"\r\n\r\nbody\r\n")
put("many-params", b"Content-Type: text/plain" + b"".join(b"; a%d*0*=utf-8''%%41" % i for i in range(20000)) + b"\r\n\r\nx\r\n")
put("many-addresses", b"Cc: " + b", ".join(b"a%d@x.example" % i for i in range(100000)) + b"\r\n\r\nx\r\n")
put("nested-comments", b"Reply-To: " + b"(" * 100000 + b"a@x.example\r\n\r\nx\r\n")
put("groups", b"Cc: " + b"g:" * 50000 + b";\r\n\r\nx\r\n")
put("references", b"References: " + b"\r\n ".join(b"<%d@x.example>" % i for i in range(100000)) + b"\r\n\r\nx\r\n")
put("encoded-words", b"X-Subject: x\r\nComments: " + b" ".join(b"=?utf-8?B?4bqn?=" for i in range(50000)) + b"\r\n\r\nx\r\n")
put("html-depth", b"Content-Type: text/html\r\n\r\n" + b"<div><b><table><tr><td>" * 100000 + b"deep")
put("html-bomb", b"Content-Type: text/html\r\n\r\n" + b"&amp;" * 1000000 + b"<" * 100000)
put("lying-charset", b"Content-Type: text/plain; charset=utf-16\r\n\r\nabc\r\n")
put("unknown-charset", b"Content-Type: text/plain; charset=\"x-\xff\xfe\"\r\n\r\n\xe1\xba\xa7\r\n")
put("binary-headers", b"\xff\xfe\x00: \x01\x02\r\n\x80\x81\r\n\r\nx\r\n")
put("uuencode", b"\r\nbegin 644 x\r\n" + b"M" * 1000000 + b"\r\n")
put("tnef", b"Content-Type: application/ms-tnef\r\nContent-Transfer-Encoding: base64\r\n\r\neJ8+IgEAAf////8=\r\n")
put("partial", b"Content-Type: message/partial; id=x; number=1; total=2000000000\r\n\r\nx\r\n")
put("external", b"Content-Type: message/external-body; access-type=local-file; name=\"/etc/passwd\"\r\n\r\n\r\n")
