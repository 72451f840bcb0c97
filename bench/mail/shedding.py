"""Past capacity, and with hostile content in the load: who is accepted is answered in time, the rest keeps its mail, memory stays flat.

  python -m bench.mail.shedding [--n 600] [--write]

First the mix at full speed; then the same with one message in twenty that is a bomb or malformed; then twenty times more sessions
than workers. For each: what was answered, how long the accepted waited, and the memory of the whole tree.
"""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from bench.mail import report, systems
from bench.mail.compare import mixes
from bench.mail.measure import System, cpu, load, memory, sink
from tests.support.documents import XLSX
from tests.support.mail import make_message

CROWD = 60  # sessions at once
PATIENCE = 1  # seconds that a message waits for a worker before its client hears 451
EVERY = 20  # one message of so many is hostile


def hostile() -> Iterator[bytes]:
    """Archives that grow, nest and lie, files that are cut or are not what they say."""
    import io
    import zipfile
    import zlib

    def packed(name: str, data: bytes) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, data)
        return out.getvalue()

    nested = b"Amelia Thompson"
    for n in range(40):
        nested = packed(f"{n}.zip", nested)
    bomb = packed("big.txt", bytes(300_000_000))
    sheet = packed("xl/worksheets/sheet1.xml", b"<worksheet><sheetData>" + b"<row>" * 2_000_000)
    page = zlib.compress(b"BT /F1 9 Tf " + b"(x) Tj " * 2_000_000 + b" ET", 9)
    pdf = b"%%PDF-1.4\n1 0 obj<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream endobj\n" % (
        len(page),
        page,
    )
    for name, kind, data in (
        ("bomb.zip", "application/zip", bomb),
        ("nested.zip", "application/zip", nested),
        ("rows.xlsx", XLSX, sheet),
        ("page.pdf", "application/pdf", pdf),
        ("cut.zip", "application/zip", bomb[: len(bomb) // 2]),
        ("text.docx", "application/msword", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 5_000),
    ):
        yield make_message(attach=((name, kind, data),))
    yield (
        b"Content-Type: multipart/mixed; boundary=a\r\n\r\n"
        + b"--a\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n" * 5_000
    )


def mixed(mix: Path, folder: Path) -> Path:
    """The mix with every twentieth message replaced."""
    shutil.copytree(mix, folder)
    bad = list(hostile())
    for n, message in enumerate(sorted(folder.glob("*.eml"))):
        if n % EVERY == 0:
            message.write_bytes(bad[n // EVERY % len(bad)])
    return folder


def one(name: str, system: System, hop: int, mix: Path, n: int, sessions: int) -> tuple[str, bool]:
    held, before = system.held(), cpu(system.pids)
    found = load(system, hop, mix, n, sessions=sessions)
    lost = found["sink"]["missing"] - (system.held() - held)
    codes = ", ".join(f"{code}: {count}" for code, count in sorted(found["codes"].items()))
    waits = " / ".join(f"{found['eod_ms'][q]:.0f}" for q in ("50", "95", "99"))
    used = 1000 * (cpu(system.pids) - before) / n
    row = f"| {name} | {found['msgs_s']:.1f} | {used:.1f} | {codes} | {waits} | {memory(system.pids):.0f} MB | {lost} |"
    print(row, flush=True)
    return row, lost == 0 and sum(found["codes"].values()) == n


def main() -> int:
    args = report.options(__doc__, n=600)
    rows, sound = [], []
    with mixes() as root, sink() as hop:
        bad = mixed(root / "mix", root / "bad")
        cases = (
            ("the mix, 10 sessions", root / "mix", 10, ""),
            ("one in twenty hostile, 10 sessions", bad, 10, ""),
            (
                f"the mix, {CROWD} sessions, nobody waits longer than {PATIENCE} s",
                root / "mix",
                CROWD,
                f"queue_timeout = {PATIENCE}\n",
            ),
        )
        for number, (name, mix, sessions, settings) in enumerate(cases):
            with systems.schoolgate(hop, root / "mix", root / f"gate{number}", scan=settings) as system:
                load(system, hop, root / "mix", 100)
                row, good = one(name, system, hop, mix, args.n, sessions)
            rows.append(row)
            sound.append(good)
    head = "| load | messages/s | CPU ms a message | answers | accepted waited p50 / p95 / p99 ms | memory after it | lost |"
    text = "\n".join([head, "|" + "---|" * 7, *rows])
    if args.write:
        report.write("shedding", text)
    return 0 if all(sound) else 1


if __name__ == "__main__":
    sys.exit(main())
