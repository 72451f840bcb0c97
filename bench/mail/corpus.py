"""Make a deterministic synthetic school e-mail corpus (no real people) for load tests.

  python3 make_corpus.py --out DIR [--n 200] [--roster 10000] [--seed 7]

Writes DIR/msg-NNNN.eml (CRLF, no dot-stuffing), DIR/manifest.json (kind, size, seeded leaks per
message) and DIR/roster-1000.csv / roster-10000.csv (synthetic pupils).
Needs: python-docx openpyxl reportlab pillow.  Mix "school":
  35 % plain text 1-8 KB, 35 % multipart/alternative text+HTML 4-20 KB, 10 % HTML + inline image(s)
  50-200 KB, 8 % docx, 8 % pdf, 4 % xlsx attachments: 50 KB - 2 MB, log-uniform, most of it pictures.
6 % of messages carry a seeded leak (roster name in subject/body/attachment, UPN, NHS no.).
"""

import argparse
import csv
import io
import json
import math
import os
import random
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import make_msgid

FIRST = """Oliver Amelia George Isla Arthur Ava Noah Lily Muhammad Freya Leo Florence Oscar Willow Harry Ivy Archie Rosie
Jack Sienna Henry Poppy Theodore Grace Freddie Evelyn Charlie Sophia Luca Mia Alfie Elsie Theo Isabella Finley Daisy
Roman Phoebe Jude Aria Reggie Sofia Tommy Maeve Albie Hallie Louie Millie Rory Harper Zayn Aisha Ibrahim Fatima Yusuf
Zainab Arjun Priya Rohan Anya Wei Mei Kofi Ama Kwame Efua Piotr Zofia Mateusz Hanna Siobhan Aoife Callum Eilidh Hamish
Rhys Carys Dylan Seren Owen Megan Elis Nia Cerys Jamal Leila Omar Noor Bilal Maryam Hugo Matilda Felix Beatrice Rupert
Imogen Toby Jemima Barnaby Saffron Caleb Naomi Ezra Ruth Gabriel Esther Samuel Martha Joshua Abigail Nathan Hannah""".split()
LAST_A = """Ash Black Brad Brook Burn Cal Car Clay Coll Cooper Dal Dun East Ed Elling Fair Farn Gold Green Had Hal Ham
Har Hart Hay Hol Hunt Kem Ken King Lang Lay Lin Mar Mel Mil Nor Oak Pem Pres Rad Ravens Red Rich Rock Row Sand Shel
Stan Stock Sut Thorn Wal War Web West Whit Wil Win Wood""".split()
LAST_B = "bourne bridge brook burn bury by combe cott croft dale den field ford gate ham hurst land ley low man mere more shaw side stead ton ward well wick worth".split()
WORDS = """the of and to a in for is on that by this with you it not or be are from at as your all have new more an was
we will can us about if my has our one other do no time they site up what which their out use any there see only so his
when here who also now help get school pupils lesson homework term class year group teacher parents meeting trip consent
form register attendance assembly uniform lunch break sports fixture netball football rehearsal concert library reading
maths science history geography art music drama exam mock results report progress target feedback marking deadline
timetable cover staff room governors policy safeguarding training inset day office reception reply contact please thank
kind regards attached document spreadsheet letter home letter permission slip transport coach departure arrival packed
weather coat boots medication inhaler plan support assessment review next week Monday Tuesday Wednesday Thursday Friday
morning afternoon evening hall gym playground field car park entrance visitors badge signed returned collected number
update information regarding following request confirm available discuss further details agenda minutes actions budget
order invoice delivery printer toner projector laptop tablet password network wifi ticket issue resolved pending""".split()


def roster(n, rng):
    lasts = [a + b for a in LAST_A for b in LAST_B]
    seen, out = set(), []
    while len(out) < n:
        k = (rng.choice(FIRST), rng.choice(lasts))
        if k in seen:
            continue
        seen.add(k)
        upn = rng.choice("ABCDEFGHJKLMNPQRTUVWXYZ") + "".join(str(rng.randrange(10)) for _ in range(12))
        out.append(
            (
                k[0],
                k[1],
                f"{rng.randrange(1, 29):02d}/{rng.randrange(1, 13):02d}/{rng.randrange(2006, 2019)}",
                upn,
            )
        )
    return out


def nhs(rng):
    while True:
        d = [rng.randrange(10) for _ in range(9)]
        c = 11 - sum(x * w for x, w in zip(d, range(10, 1, -1), strict=False)) % 11
        c = 0 if c == 11 else c
        if c != 10:
            s = "".join(map(str, [*d, c]))
            return f"{s[:3]} {s[3:6]} {s[6:]}"


def para(rng, nchars):
    out, k = [], 0
    while k < nchars:
        w = [rng.choice(WORDS) for _ in range(rng.randrange(6, 19))]
        if rng.random() < 0.08:
            w.append(
                f"{rng.randrange(1, 31)} {rng.choice(['May', 'June', 'September', 'October'])} {rng.randrange(2023, 2027)}"
            )
        if rng.random() < 0.05:
            w.append(f"01{rng.randrange(200, 999)} {rng.randrange(100000, 999999)}")
        s = " ".join(w)
        s = s[0].upper() + s[1:] + ". "
        out.append(s)
        k += len(s)
    return "".join(out).strip()


def text_block(rng, nchars):
    out, k = [], 0
    while k < nchars:
        p = para(rng, min(rng.randrange(200, 700), max(80, nchars - k)))
        out.append(p)
        k += len(p) + 2
    return "\n\n".join(out)


def noise_jpeg(rng, nbytes):
    """A real JPEG of about nbytes (noise, incompressible)."""
    from PIL import Image

    side = max(16, int(math.sqrt(nbytes / 0.62)))
    im = Image.frombytes("RGB", (side, side), rng.randbytes(side * side * 3))
    b = io.BytesIO()
    im.save(b, "JPEG", quality=50)
    return b.getvalue()


def docx_bytes(rng, text, size):
    from docx import Document

    d = Document()
    d.add_heading("Letter home", 1)
    for p in text.split("\n\n"):
        d.add_paragraph(p)
    t = d.add_table(rows=8, cols=4)
    for r in t.rows:
        for c in r.cells:
            c.text = rng.choice(WORDS)
    b = io.BytesIO()
    d.save(b)
    rest = size - b.tell()
    if rest > 4000:
        from docx.shared import Inches

        d.add_picture(io.BytesIO(noise_jpeg(rng, rest)), width=Inches(4))
        b = io.BytesIO()
        d.save(b)
    return b.getvalue()


def xlsx_bytes(rng, text, size, pupil=None):
    from openpyxl import Workbook

    wb = Workbook()
    ws = wb.active
    words = text.split()
    rows = max(40, min(20000, size // 45))
    for i in range(rows):
        if pupil and i == rows // 2:  # as schools keep it: first name and surname in neighbouring cells
            ws.append([i, pupil[0], pupil[1], pupil[2], pupil[3]])
            continue
        ws.append([i, words[i % len(words)], words[(i * 7) % len(words)], rng.random(), rng.randrange(10**6)])
    b = io.BytesIO()
    wb.save(b)
    return b.getvalue()


def pdf_bytes(rng, text, size):
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen import canvas

    b = io.BytesIO()
    c = canvas.Canvas(b)
    y = 800
    c.setFont("Helvetica", 10)
    for p in text.split("\n\n"):
        w = p.split(" ")
        line = ""
        for x in [*w, None]:
            if x is None or len(line) + len(x) > 90:
                c.drawString(50, y, line)
                y -= 13
                line = x or ""
                if y < 50:
                    c.showPage()
                    c.setFont("Helvetica", 10)
                    y = 800
            else:
                line = (line + " " + x).strip()
        y -= 8
    rest = size - 10000
    if rest > 4000:
        c.showPage()
        c.drawImage(ImageReader(io.BytesIO(noise_jpeg(rng, rest))), 50, 300, 400, 400)
    c.save()
    return b.getvalue()


def html_of(text):
    ps = "".join(
        f'<p class="MsoNormal" style="margin:0cm;font-size:11pt;font-family:Calibri,sans-serif">'
        f'<span style="color:#1F497D">{p}<o:p></o:p></span></p>'
        for p in text.split("\n\n")
    )
    return (
        "<html><head><style>p.MsoNormal{margin:0cm;font-size:11pt}a:link{color:blue}</style></head>"
        f"<body lang=EN-GB link=blue vlink=purple><div class=WordSection1>{ps}</div></body></html>"
    )


def logu(rng, lo, hi):
    return int(math.exp(rng.uniform(math.log(lo), math.log(hi))))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--out", required=True)
    ap.add_argument("--n", type=int, default=200)
    ap.add_argument("--seed", type=int, default=7)
    ap.add_argument("--leaks", type=float, default=0.06)
    a = ap.parse_args()
    os.makedirs(a.out, exist_ok=True)
    rng = random.Random(a.seed)
    ros = roster(10000, rng)
    for n in (1000, 10000):
        with open(f"{a.out}/roster-{n}.csv", "w", newline="") as f:
            w = csv.writer(f)
            w.writerow(["first", "last", "dob", "upn"])
            w.writerows(ros[:n])
    # exact strata, shuffled, so that any n gives the same shares
    kinds = (
        ["plain"] * round(0.35 * a.n)
        + ["alt"] * round(0.35 * a.n)
        + ["inline"] * round(0.10 * a.n)
        + ["docx"] * round(0.08 * a.n)
        + ["pdf"] * round(0.08 * a.n)
    )
    kinds += ["xlsx"] * (a.n - len(kinds))
    rng.shuffle(kinds)
    man = []
    for i, kind in enumerate(kinds):
        m = EmailMessage(policy=SMTP)
        m["From"] = "A Teacher <staff%d@school.example>" % rng.randrange(80)
        m["To"] = "parent%d@home.example" % rng.randrange(5000)
        subj = para(rng, 30)[:60].rstrip(" .")
        leak = None
        attach_leak = body_leak = ""
        if rng.random() < a.leaks:
            p = ros[rng.randrange(1000)]
            where = rng.choice(
                ["subject", "body", "attachment"] if kind in ("docx", "pdf", "xlsx") else ["subject", "body"]
            )
            s = f"{p[0]} {p[1]}"
            if where == "subject":
                subj += " - " + s
            elif where == "body":
                body_leak = f"I am writing about {s} (UPN {p[3]}, NHS {nhs(rng)}), born {p[2]}."
            else:
                attach_leak = f"Pupil: {s} UPN: {p[3]} NHS: {nhs(rng)}"
            leak = {"where": where, "name": s}
        m["Subject"] = subj
        m["Date"] = "Mon, 02 Jun 2025 10:00:00 +0100"
        m["Message-ID"] = make_msgid(domain="school.example", idstring=str(i))
        m["User-Agent"] = "Corpus/1"
        tlen = logu(rng, 600, 7000) if kind == "plain" else logu(rng, 1200, 6000)
        text = text_block(rng, tlen)
        if body_leak:
            text = text[: len(text) // 2].rsplit(" ", 1)[0] + " " + body_leak + " " + text[len(text) // 2 :]
        m.set_content(text, cte="quoted-printable" if i % 3 == 0 else None)
        if kind in ("alt", "inline"):
            m.add_alternative(html_of(text), subtype="html")
        if kind == "inline":
            html = m.get_payload()[1]
            img = noise_jpeg(rng, logu(rng, 35000, 140000))
            html.add_related(img, "image", "jpeg", cid="<image001.jpg@01DA>", filename="image001.jpg")
        elif kind in ("docx", "pdf", "xlsx"):
            size = int(logu(rng, 50000, 2000000) / 1.37)
            atext = text_block(rng, logu(rng, 2000, 40000))
            if attach_leak and kind != "xlsx":
                atext = atext[: len(atext) // 2] + " " + attach_leak + " " + atext[len(atext) // 2 :]
            b = (
                xlsx_bytes(rng, atext, size, p if attach_leak else None)
                if kind == "xlsx"
                else {"docx": docx_bytes, "pdf": pdf_bytes}[kind](rng, atext, size)
            )
            mt = {
                "docx": "vnd.openxmlformats-officedocument.wordprocessingml.document",
                "pdf": "pdf",
                "xlsx": "vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            }[kind]
            m.add_attachment(b, "application", mt, filename=f"Letter {i}.{kind}")
        raw = m.as_bytes()
        with open(f"{a.out}/msg-{i:04d}.eml", "wb") as f:
            f.write(raw)
        man.append(
            {
                "file": f"msg-{i:04d}.eml",
                "kind": kind,
                "bytes": len(raw),
                "text_chars": len(text),
                "leak": leak,
            }
        )
    with open(f"{a.out}/manifest.json", "w") as f:
        json.dump(man, f, indent=0)
    tot = sum(x["bytes"] for x in man)
    print(
        f"{len(man)} messages, mean {tot / len(man) / 1e3:.1f} KB, total {tot / 1e6:.1f} MB, leaks {sum(1 for x in man if x['leak'])}"
    )
    for k in ("plain", "alt", "inline", "docx", "pdf", "xlsx"):
        s = sorted(x["bytes"] for x in man if x["kind"] == k)
        if s:  # a small mix need not have every kind
            print(
                f"  {k:7s} n={len(s):3d} min {s[0] / 1e3:8.1f} KB median {s[len(s) // 2] / 1e3:8.1f} KB max {s[-1] / 1e3:8.1f} KB"
            )


if __name__ == "__main__":
    main()
