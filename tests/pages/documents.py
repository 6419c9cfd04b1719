"""Makes office documents and mails that carry them, for the tests: python3 documents.py DIR. Plain zip and XML: nothing has to be installed."""
import email.message
import io
import os
import subprocess
import sys
import zipfile

WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def zipped(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, text in files:
            z.writestr(name, text)
    return out.getvalue()


def docx(rows, font=None):
    """rows: a string is a paragraph, a tuple a row of a table."""
    look = '<w:rPr><w:rFonts w:ascii="%s"/></w:rPr>' % font if font else ""

    def paragraph(text):
        return "<w:p><w:r>%s<w:t>%s</w:t></w:r></w:p>" % (look, text)

    body = ""
    for r in rows:
        if isinstance(r, tuple):
            body += "<w:tbl><w:tr>%s</w:tr></w:tbl>" % "".join("<w:tc>%s</w:tc>" % paragraph(c) for c in r)
        else:
            body += paragraph(r)
    return zipped([("[Content_Types].xml", "<Types/>"),
                   ("word/document.xml", '<?xml version="1.0"?><w:document %s><w:body>%s</w:body></w:document>' % (WORD, body))])


def odt(rows):
    body = ""
    for r in rows:
        if isinstance(r, tuple):
            cells = "".join("<table:table-cell><text:p>%s</text:p></table:table-cell>" % c for c in r)
            body += "<table:table><table:table-row>%s</table:table-row></table:table>" % cells
        else:
            body += "<text:p>%s</text:p>" % r
    return zipped([("mimetype", "application/vnd.oasis.opendocument.text"),
                   ("content.xml", '<office:document-content xmlns:office="o" xmlns:text="t" xmlns:table="b"><office:body><office:text>'
                    "%s</office:text></office:body></office:document-content>" % body)])


def xlsx(rows):
    """A float is a date."""
    strings, cells = [], ""
    for i, r in enumerate(rows, 1):
        cells += '<row r="%d">' % i
        for j, c in enumerate(r if isinstance(r, tuple) else (r,)):
            if isinstance(c, float):
                cells += '<c r="%s%d" s="1"><v>%s</v></c>' % (chr(65 + j), i, c)
            else:
                strings.append(c)
                cells += '<c r="%s%d" t="s"><v>%d</v></c>' % (chr(65 + j), i, len(strings) - 1)
        cells += "</row>"
    return zipped([("[Content_Types].xml", "<Types/>"), ("xl/sharedStrings.xml", "<sst>%s</sst>" % "".join("<si><t>%s</t></si>" % s for s in strings)),
                   ("xl/styles.xml", '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="22"/></cellXfs></styleSheet>'),
                   ("xl/worksheets/sheet1.xml", "<worksheet><sheetData>%s</sheetData></worksheet>" % cells)])


def mail(files, body="Xem t\u1ec7p.\n", ident="m"):
    m = email.message.EmailMessage()
    m["From"], m["To"], m["Subject"], m["Message-ID"] = "so@stttt.example", "ungcuu@example.vn", "Bao cao", "<%s@stttt.example>" % ident
    m["Date"] = "Mon, 02 Mar 2026 08:00:00 +0700"
    m.set_content(body)
    for name, data, kind in files:
        m.add_attachment(data, maintype=kind.split("/")[0], subtype=kind.split("/")[1], filename=name)
    return m.as_bytes()


def bomb(size):
    return zipped([("big%d.txt" % i, b"0" * size) for i in range(4)])


def main(where):
    rows = ["B\u00c1O C\u00c1O BAN \u0110\u1ea6U", ("T\u00ean t\u1ed5 ch\u1ee9c", "S\u1edf Y t\u1ebf"), "\u0110\u1ecba ch\u1ec9: 1 L\u00ea L\u1ee3i \u2612 c\u00f3"]
    inner = "From: x@y.example\nSubject: hi\n\nnested 198.51.100.7\n"
    packed = zipped([("in/a.csv", "ip,time\n192.0.2.9,2026-01-01\n"), ("b.docx", docx(rows)), ("m.eml", inner)])
    made = {
        "docx": mail([("a.docx", docx(rows), "application/octet-stream"), ("b.docx", docx(["C\u00abng an t\u00d8nh b\u00b8o c\u00b8o s\u00f9 c\u00e8"], ".VnTime"), "application/octet-stream"),
                      ("c.docx", docx(["C\u00abng an t\u00d8nh"], ".VnTimeH"), "application/octet-stream")]),
        "odt": mail([("a.odt", odt(rows), "application/vnd.oasis.opendocument.text"), ("a.xlsx", xlsx([("Ng\u00e0y", 45000.5), ("T\u00ean", "S\u1edf")]), "application/octet-stream")]),
        "zip": mail([("plain.zip", packed, "application/zip"), ("deep.zip", zipped([("1.zip", zipped([("2.zip", zipped([("3.zip", zipped([("4.zip", zipped([("5.txt", "deep")]))]))]))]))]), "application/zip")]),
        "bomb": mail([("bomb.zip", bomb(60 << 20), "application/zip"), ("many.zip", zipped([("f%d" % i, "x") for i in range(600)]), "application/zip")]),
        "broken": mail([("a.docx", docx(rows)[:300], "application/octet-stream"), ("a.zip", packed[:200], "application/zip"), ("a.pdf", b"%PDF-1.4\n%%EOF", "application/pdf"),
                        ("a.doc", b"\xd0\xcf\x11\xe0" + b"\0" * 2000, "application/msword"), ("a.rtf", b"{\\rtf1 \\bin999999 ", "application/rtf")]),
    }
    for name, data in made.items():
        with open(os.path.join(where, name + ".eml"), "wb") as f:
            f.write(data)
    for word in ("right", "other"):
        with open(os.path.join(where, word + ".txt"), "w") as f:
            f.write(word + " 203.0.113.99\n")
        subprocess.run(["zip", "-q", "-j", "-P", "Abc 123" if word == "right" else "unknown", os.path.join(where, word + ".zip"), os.path.join(where, word + ".txt")], check=True)
    files = [(w + ".zip", open(os.path.join(where, w + ".zip"), "rb").read(), "application/zip") for w in ("right", "other")]
    with open(os.path.join(where, "locked.eml"), "wb") as f:
        f.write(mail(files, "K\u00ednh g\u1eedi qu\u00fd c\u01a1 quan, m\u1eadt kh\u1ea9u: Abc 123\n"))


if __name__ == "__main__":
    main(sys.argv[1])
