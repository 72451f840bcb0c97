"""Pictures of every page of the console at desktop and phone width, to be looked at: SCHOOLGATE_PICTURES=FOLDER pytest tests/browser/pictures.py"""

import os
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from policies.verdict import Action
from quarantine import workflow
from tests.browser.conftest import SIZES
from tests.browser.test_pages import PAGES
from tests.quarantine.conftest import hold  # noqa: F401 - the fixture

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("size", list(SIZES))
def test_pictures(hold, signed_in_page, console, size, tmp_path):  # noqa: F811
    """One PNG a page; a folder of the test's own where none is named."""
    folder = Path(os.environ.get("SCHOOLGATE_PICTURES", tmp_path))
    now = timezone.now()
    rows = [hold(now=now, received_at=now)[0] for _ in range(4)]
    hold(Action.ASK, now=now, received_at=now)
    workflow.release(rows[0].id, actor="dpo@example.sch.uk", false_alarm=True, now=now)
    workflow.return_(rows[1].id, actor="dpo@example.sch.uk", note="Initials, please.", now=now)
    page, _ = signed_in_page("dpo", size=size)
    for name in PAGES:
        page.goto(console + reverse(name))
        page.screenshot(path=folder / f"{size}-{name}.png", full_page=True)
    for name in ("held", "mend"):
        page.goto(console + reverse(name, args=[rows[2].id]))
        page.screenshot(path=folder / f"{size}-{name}.png", full_page=True)
    assert len(list(folder.glob(f"{size}-*.png"))) == len(PAGES) + 2
