"""`python -m bench notices FOLDER`: pictures of every notice, as desktop, phone and text, and of the sender's pages; to be read aloud."""

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from detectors.findings import Where
from policies.verdict import Action, Cure, Hit
from quarantine import setup
from quarantine.config import Config, School

NOW = datetime(2026, 9, 14, 9, 30, tzinfo=UTC)
SIZES = {"desktop": 1280, "phone": 375}
CHROMIUM = "/usr/bin/chromium"
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
SUBJECT = Hit(
    policy="subject-names",
    action=Action.ASK,
    why="Subjects show on lock screens and in lists, so they carry initials.",
    clause="Acceptable Use 4.2",
    cures=(Cure.INITIALS, Cure.ASK_DPO),
    kind="pupil-name",
    where=Where.SUBJECT,
    masked="A… T…",
)
FILE = replace(
    SUBJECT,
    policy="lists-locked",
    why="A list of pupils travels only in a locked file.",
    clause="Data Protection 2.1",
    cures=(Cure.ENCRYPT, Cure.REMOVE),
    kind="personal-data",
    masked="",
    part="0/1",
    label="class list.xlsx",
    where=Where.ATTACHMENT,
    place="sheet 1, row 4",
    level=2,
    count=28,
)


def main() -> int:
    """Make the pictures."""
    if len(sys.argv) != 2:
        print("name a folder for the pictures", file=sys.stderr)
        return 2
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as storage:
        config = _school(Path(storage))
        setup.start(config, now=NOW)
        said = list(_notices(config))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        for name, html in said:
            _pictures(browser, folder / name, html)
        browser.close()
    print(f"{len(list(folder.glob('*.png')))} pictures in {folder}")
    return 0


def _school(storage: Path) -> Config:
    return Config(
        storage=storage,
        schools=(School(key="oak", name="Oak Hill Primary School", domains=("oakhill.sch.uk",)),),
        roles={"dpo": ("dpo@oakhill.sch.uk",)},
        pages_url="https://mail.oakhill.sch.uk",
        hostname="gate.oakhill.sch.uk",
    )


def _notices(config: Config) -> Iterator[tuple[str, str]]:
    """Each kind as HTML, and its text part as a page."""
    from quarantine.notices import wording
    from quarantine.notices.notice import Fate, Kind, Line, Notice, Section, Waiting, problems

    both, _ = problems((SUBJECT, FILE))
    for kind in Kind:
        notice = Notice(
            kind=kind,
            reference="01K53RZ8QYH4T2N6W9XKJ5M7PC",
            school="oak",
            to=("s.green@oakhill.sch.uk",),
            problems=both,
            received_at=NOW,
            expires_at=NOW + timedelta(days=3),
            recipients=2,
            action={Kind.BLOCK: "block", Kind.HELD: "quarantine"}.get(kind, "ask"),
            link="https://mail.oakhill.sch.uk/m/01K53RZ8…/",
            contact="dpo@oakhill.sch.uk",
            note={
                Kind.RETURNED: "Please send it with the class number instead.\nThank you, Jo",
                Kind.QUESTION: "Is the nurse still at this practice?\nThank you, Jo",
            }.get(kind, ""),
            sections=(
                Section(
                    "Mail of the week", (Line("Checked in all", "412"), Line("Held for an officer", "3"))
                ),
                Section(
                    "Who saw content, and why",
                    (Line("dpo@oakhill.sch.uk", "I need to see it to decide (2)"),),
                ),
            )
            if kind in {Kind.WEEKLY, Kind.WATCHED}
            else (),
            fates=(Fate(address="pat@example.org", diagnostic="550 5.1.1 no such user"),),
            waiting=tuple(
                Waiting(
                    reference=f"01K53RZ8QYH4T2N6W9XKJ5M7P{n}",
                    since=NOW - timedelta(days=2 - n),
                    until=NOW + timedelta(days=28 + n),
                    recipients=n + 1,
                    problem=problem,
                )
                for n, problem in enumerate(both)
            ),
            broken=("dkim",),
        )
        notice = replace(notice, still_held=1 if kind is Kind.EMERGENCY else 0)
        yield kind.value, wording.html(notice, config)
        text = escape(wording.subject(notice, config)) + "\n\n" + escape(wording.text(notice, config))
        style = "font: 15px/1.4 monospace; white-space: pre-wrap; margin: 16px; overflow-wrap: anywhere"
        yield f"{kind.value}.text", f'<html><body><pre style="{style}">{text}</pre></body></html>'


def _pictures(browser: Browser, path: Path, html: str) -> None:
    for size, width in SIZES.items():
        if path.suffix == ".text" and size == "phone":
            continue
        page = browser.new_page(viewport={"width": width, "height": 500})
        page.set_content(html)
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wider > 0:
            print(f"{path.name} is {wider} pixels wider than a {size}", file=sys.stderr)
        page.screenshot(path=f"{path}.{size}.png", full_page=True)
        page.close()


if __name__ == "__main__":
    sys.exit(main())
