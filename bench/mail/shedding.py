"""Past capacity, and with hostile content in the load: who is accepted is answered in time, the rest keeps its mail, memory stays flat.

  python -m bench.mail.shedding [--n 600] [--write]

First the mix at full speed; then the same with one message in twenty that is a bomb or malformed, beside what those cost by
themselves; then twenty times more sessions, whose messages are offered again when they are turned away. The exit code is 1 when
a message is lost, doubled or not answered, when hostile mail costs the others more than itself, when anybody waits too long, or
when memory grows with the crowd.
"""

import io
import shutil
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.mail import report, systems
from bench.mail.compare import mixes
from bench.mail.measure import System, cpu, load, memory, sink
from tests.support.documents import XLSX
from tests.support.mail import make_message

CROWD = 200  # sessions at once, from so many …
SOURCES = 5  # … addresses that none has more than one address may have
PATIENCE = 1  # seconds that a message waits for a worker before its client hears 451
EVERY = 20  # one message of so many is hostile
NOISE = 1.25  # between two measurements of the same
FLAT = 1.05  # memory after the crowd, and after as many again
SOON = 500  # milliseconds after its patience has ended within which a client hears so


def hostile(first: int, count: int) -> Iterator[bytes]:
    """Archives that grow, nest and lie, files that are cut or are not what they say; no two the same."""
    bomb = _packed("big.txt", bytes(300_000_000))
    sheet = _packed("xl/worksheets/sheet1.xml", b"<worksheet><sheetData>" + b"<row>" * 2_000_000)
    page = zlib.compress(b"BT /F1 9 Tf " + b"(x) Tj " * 2_000_000 + b" ET", 9)
    made: tuple[Callable[[int], bytes], ...] = (
        lambda n: _attached("bomb.zip", "application/zip", _numbered(bomb, n)),
        lambda n: _attached("nested.zip", "application/zip", _nested(n)),
        lambda n: _attached("rows.xlsx", XLSX, _numbered(sheet, n)),
        lambda n: _attached("page.pdf", "application/pdf", _pdf(page, n)),
        lambda n: _attached("cut.zip", "application/zip", bomb[: len(bomb) // 2 + n]),
        lambda n: _attached("text.docx", "application/msword", _OLE + b"\xff" * (5_000 + n)),
        _unending,
    )
    for n in range(first, first + count):
        yield made[n % len(made)](n)


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def _attached(name: str, kind: str, data: bytes) -> bytes:
    return make_message(attach=((name, kind, data),))


def _packed(name: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return out.getvalue()


def _numbered(archive: bytes, n: int) -> bytes:
    """The same archive with one more entry."""
    out = io.BytesIO(archive)
    with zipfile.ZipFile(out, "a") as more:
        more.writestr("number.txt", f"{n}")
    return out.getvalue()


def _nested(n: int) -> bytes:
    data = b"Amelia Thompson %d" % n
    for depth in range(40):
        data = _packed(f"{depth}.zip", data)
    return data


def _pdf(page: bytes, n: int) -> bytes:
    head = b"%%PDF-1.4\n%% %d\n1 0 obj<</Length %d/Filter/FlateDecode>>stream\n" % (n, len(page))
    return head + page + b"\nendstream endobj\n"


def _unending(n: int) -> bytes:
    level = b"--a\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n"
    return b"X-Number: %d\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n" % n + level * 5_000


def mixed(mix: Path, folder: Path, alone: Path) -> None:
    """The mix with every twentieth message replaced, and as many such by themselves, others of the same kinds."""
    shutil.copytree(mix, folder)
    places = sorted(folder.glob("*.eml"))[::EVERY]
    for place, message in zip(places, hostile(0, len(places)), strict=True):
        place.write_bytes(message)
    alone.mkdir()
    for n, message in enumerate(hostile(len(places), len(places))):
        (alone / f"{n:04}.eml").write_bytes(message)


@dataclass(frozen=True, slots=True)
class Found:
    """One load: what the generator saw, and what it took."""

    name: str
    n: int
    load: dict[str, Any]
    cpu: float  # seconds
    memory: float  # megabytes
    lost: int

    @property
    def row(self) -> str:
        codes = ", ".join(f"{code}: {count}" for code, count in sorted(self.load["codes"].items()))
        waits = " / ".join(f"{self.load['eod_ms'][q]:.0f}" for q in ("50", "95", "99"))
        used = 1000 * self.cpu / self.n
        return f"| {self.name} | {self.load['msgs_s']:.1f} | {used:.1f} | {codes} | {waits} | {self.memory:.0f} MB | {self.lost} |"

    @property
    def wrong(self) -> list[str]:
        """What is wrong with any load."""
        there, final = self.load["sink"], sum(c for code, c in self.load["codes"].items() if code[0] != "4")
        claims = {
            f"{self.lost} messages are lost": self.lost,
            "messages are there that were not accepted": there["not_accepted_but_there"],
            "messages are there twice": there["duplicated"],
            "messages are not answered for good": self.n - final,
            f"sessions died: {self.load['errors']}": self.load["errors"],
        }
        return [f"{self.name}: {claim}" for claim, count in claims.items() if count]


def one(name: str, system: System, hop: int, mix: Path, n: int, sessions: int) -> Found:
    sources = str(SOURCES if sessions == CROWD else 1)
    held, before = system.held(), cpu(system.pids)
    found = load(system, hop, mix, n, "--retry", "--sources", sources, sessions=sessions)
    lost = found["sink"]["missing"] - (system.held() - held)
    result = Found(name, n, found, cpu(system.pids) - before, memory(system.pids), lost)
    print(result.row, flush=True)
    return result


def dearer(mix: Found, bad: Found, alone: Found) -> list[str]:
    """What hostile mail takes from the others beyond its own share: processor, time, or the patience of a session."""
    good, own = bad.n * (EVERY - 1) / EVERY / mix.n, bad.n / EVERY / alone.n
    budget = {
        "processor seconds": (bad.cpu, mix.cpu * good + alone.cpu * own),
        "seconds": (bad.load["seconds"], mix.load["seconds"] * good + alone.load["seconds"] * own),
        "ms for the slowest": (bad.load["slowest_ms"], mix.load["slowest_ms"] + 2 * alone.load["slowest_ms"]),
    }
    print("  " + "; ".join(f"{name} {found:.1f} of {own:.1f}" for name, (found, own) in budget.items()))
    return [
        f"hostile mail takes {found:.1f} {name}, its budget is {own:.1f}"
        for name, (found, own) in budget.items()
        if found > NOISE * own
    ]


def crowded(mix: Found, first: Found, crowd: Found) -> list[str]:
    """Past capacity: turned away early, answered in time, and memory that stays as it is when the crowd comes again."""
    away, waited = crowd.load["turned_away_ms"]["99"], crowd.load["eod_ms"]["99"]
    print(f"  turned away within {away} ms")
    if away is None:
        return [f"{CROWD} sessions were not past capacity: nobody was turned away"]
    claims = {
        f"clients hear 451 only after {away:.0f} ms": away > 1000 * PATIENCE + SOON,
        f"the accepted waited {waited:.0f} ms": waited > NOISE * (1000 * PATIENCE + mix.load["slowest_ms"]),
        f"memory is {crowd.memory:.0f} MB, {mix.memory:.0f} without the crowd": crowd.memory
        > NOISE * mix.memory,
        f"memory is {crowd.memory:.0f} MB, {first.memory:.0f} before the same again": crowd.memory
        > FLAT * first.memory,
    }
    return [claim for claim, broken in claims.items() if broken]


def main() -> int:
    args = report.options(__doc__, n=600)
    with mixes() as root, sink() as hop:
        mixed(root / "mix", root / "bad", root / "alone")

        def trial(
            name: str, folder: str, n: int, sessions: int, settings: str = "", times: int = 1
        ) -> list[Found]:
            gate = root / f"gate of {folder} {sessions}"
            with systems.schoolgate(hop, root / "mix", gate, scan=settings) as system:
                load(system, hop, root / "mix", 100)
                return [one(name, system, hop, root / folder, n, sessions) for _ in range(times)]

        [mix] = trial("the mix, 10 sessions", "mix", args.n, 10)
        [alone] = trial("the hostile by themselves, 10 sessions", "alone", max(7, args.n // EVERY), 10)
        [bad] = trial("one in twenty hostile, 10 sessions", "bad", args.n, 10)
        name = f"the mix, {CROWD} sessions, nobody waits longer than {PATIENCE} s; who is turned away comes again"
        first, crowd = trial(
            name, "mix", max(args.n, 3 * CROWD), CROWD, f"queue_timeout = {PATIENCE}\n", times=2
        )
    found = (mix, alone, bad, crowd)
    wrong = [claim for one in (*found, first) for claim in one.wrong]
    wrong += [*dearer(mix, bad, alone), *crowded(mix, first, crowd)]
    head = "| load | messages/s | CPU ms a message | answers | accepted waited p50 / p95 / p99 ms | memory after it | lost |"
    if args.write:
        report.write("shedding", "\n".join([head, "|" + "---|" * 7, *(one.row for one in found)]))
    print("\n".join(wrong), file=sys.stderr)
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
