"""Forms of the circular as people fill them in, in every format that they send, and whether all fields are found: python3 forms.py BUILD-DIR [SEEDS]."""
import json
import os
import random
import subprocess
import sys
import tempfile
import unicodedata

import documents


def stripped(s):
    return "".join(c for c in unicodedata.normalize("NFD", s.replace("đ", "d").replace("Đ", "D")) if not unicodedata.combining(c))


def rows_of(r):
    """Label and value of each row, and what is to be found."""
    day, month, hour, minute = r.randint(1, 28), r.randint(1, 12), r.randint(0, 23), r.choice([0, 5, 30])
    date = r.choice(["%02d/%02d/2026", "%d/%d/2026", "%d-%d-2026", "ngày %d tháng %d năm 2026", "ngày %02d tháng %02d năm 2026"]) % (day, month)
    time = r.choice(["%02d:%02d", "%dh%02d", "%d giờ %02d phút"]) % (hour, minute)
    phone, second = "0233.%03d.%04d" % (r.randint(100, 999), r.randint(1000, 9999)), "09%08d" % r.randint(0, 99999999)
    two = r.random() < 0.5
    status = r.choice(["Đã xử lý", "Đang xử lý", "Chưa xử lý", "Không rõ"])
    notified = r.sample(["VNCERT", "Nhà cung cấp Internet", "Công an", "Sở Thông tin và Truyền thông"], 2)
    secret = r.random() < 0.4

    def ticks(all_, ticked):
        on, off = r.choice([("☒", "☐"), ("[x]", "[ ]"), ("☑", "☐")])
        sep = r.choice(["  ", "; "])
        return sep.join("%s %s" % (on if x in ticked else off, x) for x in all_)

    def behind(all_, ticked):
        return "  ".join("%s %s" % (x, "☒" if x in ticked else "☐") for x in all_)

    pick = r.choice
    rows = [
        (pick(["Tên tổ chức/cá nhân báo cáo (*)", "Tên tổ chức, cá nhân báo sự cố", "Tên tổ chức/cá nhân", "Tên đơn vị báo cáo"]) if True else "", "Bệnh viện Đa khoa Mẫu", "reporter.organisation", "Bệnh viện Đa khoa Mẫu"),
        (pick(["Địa chỉ (*)", "Địa chỉ", "Địa chỉ liên hệ"]), "12 Đường Mẫu, phường 1", "reporter.address", "12 Đường Mẫu, phường 1"),
        (pick(["Điện thoại (*)", "Số điện thoại", "Điện thoại"]), phone + (" hoặc " + second if two else ""), "reporter.phone", phone.replace(".", "") + (", " + second if two else "")),
        (pick(["Thư điện tử (*)", "Email", "Địa chỉ email"]), "cntt@bv%d.example.vn" % r.randint(1, 99), "reporter.email", None),
        (pick(["Họ và tên (*)", "Người liên hệ", "Họ tên người liên hệ"]), "Cán bộ Mẫu", "reporter.person", "Cán bộ Mẫu"),
        (pick(["Đơn vị vận hành hệ thống thông tin (*)", "Tên đơn vị vận hành", "Đơn vị vận hành"]), "Phòng Công nghệ thông tin", "system.operator", "Phòng Công nghệ thông tin"),
        (pick(["Cơ quan chủ quản", "Chủ quản hệ thống thông tin", "Cơ quan chủ quản (nếu có)"]), "Sở Y tế tỉnh Mẫu", "system.owner", "Sở Y tế tỉnh Mẫu"),
        (pick(["Tên hệ thống bị sự cố", "Tên hệ thống", "Hệ thống bị sự cố"]), "Cổng đặt lịch khám", "system.name", "Cổng đặt lịch khám"),
        (pick(["Phân loại cấp độ của hệ thống thông tin (nếu có)", "Cấp độ", "Cấp độ hệ thống"]), pick(["3", "Cấp 3", "Cấp độ 3"]), "system.level", "3"),
        (pick(["Nhà cung cấp dịch vụ an toàn thông tin (nếu có)", "Tổ chức cung cấp dịch vụ an toàn thông tin (nếu có)"]), "Công ty An ninh Mẫu", "system.provider", "Công ty An ninh Mẫu"),
        (pick(["Mô tả sơ bộ về sự cố (*)", "Mô tả sự cố", "Mô tả sơ bộ"]), "Trang chủ bị thay đổi nội dung", "incident.summary", "Trang chủ bị thay đổi nội dung"),
        (pick(["Hiện trạng sự cố (*)", "Hiện trạng", "Tình trạng hiện tại"]), pick([ticks, behind])(["Đã xử lý", "Đang xử lý", "Chưa xử lý", "Không rõ"], [status]), "incident.status", status),
        (pick(["Cách thức phát hiện (*)", "Phát hiện sự cố thông qua"]), ticks(["IDS", "Người dùng", "Kiểm tra nhật ký"], ["Người dùng"]), "incident.how_found", "Người dùng"),
        (pick(["Đã gửi thông báo sự cố cho (*)", "Đã thông báo cho"]), ticks(["VNCERT", "Nhà cung cấp Internet", "Công an", "Sở Thông tin và Truyền thông"], notified), "incident.already_notified", None),
        (pick(["Kiến nghị, đề xuất hỗ trợ", "Đề nghị hỗ trợ", "Kiến nghị"]), "Hỗ trợ kiểm tra máy chủ", "incident.help_wanted", "Hỗ trợ kiểm tra máy chủ"),
        (pick(["Đề nghị giữ bí mật thông tin", "Yêu cầu giữ bí mật"]), pick([ticks(["Có", "Không"], ["Có" if secret else "Không"]), "Có" if secret else "Không"]), "secrecy.requested", "true" if secret else "false"),
    ]
    iso = "2026-%02d-%02d" % (month, day)
    if r.random() < 0.5:
        rows.insert(11, (pick(["Ngày phát hiện sự cố (*)", "Ngày phát hiện"]), date, "incident.found_at", "%sT%02d:%02d:00+07:00" % (iso, hour, minute)))
        rows.insert(12, (pick(["Giờ phát hiện", "Thời gian phát hiện (*)"]), time, None, None))
    else:
        rows.insert(11, (pick(["Thời gian phát hiện (*)", "Thời điểm phát hiện sự cố", "Ngày giờ phát hiện"]), "%s, %s" % (time, date) if r.random() < 0.5 else "%s %s" % (date, time),
                         "incident.found_at", "%sT%02d:%02d:00+07:00" % (iso, hour, minute)))
    if r.random() < 0.5:
        first, rest = rows[:5], rows[5:]
        r.shuffle(rest)
        rows = first + rest if r.random() < 0.5 else rest + first
    want = {}
    for label, value, field, wanted in rows:
        if field:
            want[field] = value if wanted is None else wanted
    want["incident.already_notified"] = notified
    return rows, want


def as_text(rows, r):
    out, n = ["BÁO CÁO BAN ĐẦU SỰ CỐ MẠNG", ""], 0
    style = r.randint(0, 2)
    for label, value, _, _ in rows:
        n += 1
        lead = ["- ", "%d. " % n, ""][style]
        if r.random() < 0.15:
            out += ["%s%s:" % (lead, label), "   %s" % value]
        else:
            out.append("%s%s: %s" % (lead, label, value))
    return "\n".join(out) + "\n"


def make(kind, rows, r, where):
    cells = [("BÁO CÁO BAN ĐẦU SỰ CỐ MẠNG",)] + [(label, value) for label, value, _, _ in rows]
    if kind == "text":
        return documents.mail([], as_text(rows, r))
    if kind == "plain":  # marks left out
        return documents.mail([], stripped(as_text(rows, r)))
    if kind == "html":
        table = "".join("<tr><td>%s</td><td>%s</td></tr>" % (c[0], c[1]) for c in cells[1:])
        return ("From: so@stttt.example\r\nTo: ungcuu@example.vn\r\nSubject: bao cao\r\nMessage-ID: <h@stttt.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n"
                "\r\n<html><body><p>BÁO CÁO BAN ĐẦU SỰ CỐ</p><table>%s</table></body></html>" % table).encode()
    if kind == "docx":
        return documents.mail([("bc.docx", documents.docx(cells), "application/octet-stream")])
    if kind == "odt":
        return documents.mail([("bc.odt", documents.odt(cells), "application/octet-stream")])
    if kind == "xlsx":
        return documents.mail([("bc.xlsx", documents.xlsx(cells), "application/octet-stream")])
    text = os.path.join(where, "form.txt")
    with open(text, "w") as f:
        f.write(as_text(rows, r))
    subprocess.run(["tests/paper/paper", "form", text, text + ".pdf"], check=True)
    return documents.mail([("bc.pdf", open(text + ".pdf", "rb").read(), "application/pdf")])


def same(kind, field, want, got):
    if field == "incident.already_notified":
        return got and all((stripped(w) if kind == "plain" else w) in got for w in want) and got.count(";") == len(want) - 1
    if kind == "plain" and got:
        return stripped(want).split() == stripped(got).split()
    return got is not None and want.split() == got.split()


def main():
    os.chdir(sys.argv[1])
    seeds, right, all_ = int(sys.argv[2]) if len(sys.argv) > 2 else 3, 0, 0
    kinds = ["text", "plain", "html", "docx", "odt", "xlsx"] + (["pdf"] if os.path.exists("tests/paper/paper") else [])
    with tempfile.TemporaryDirectory() as where:
        for seed in range(seeds):
            for kind in kinds:
                r = random.Random("%d" % seed)
                rows, want = rows_of(r)
                path = os.path.join(where, kind + ".eml")
                with open(path, "wb") as f:
                    f.write(make(kind, rows, r, where))
                got = json.loads(subprocess.run(["./irgatectl", "read", path], capture_output=True, text=True).stdout)
                fields = got["fields"]
                for field, value in want.items():
                    all_ += 1
                    f = fields.get(field)
                    if same(kind, field, value, f and f["value"]) and f["where"] and f["rule"]:
                        right += 1
                    else:
                        print("seed %d %s: %s wanted %r, got %r" % (seed, kind, field, value, f and f["value"]))
    print("%d of %d fields right" % (right, all_))
    return 0 if right == all_ else 1


sys.exit(main())
