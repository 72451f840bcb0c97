"""What `check` says about networks that are everybody's, transports that prove nothing, and lists that are old."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from detectors.directory import Directory, Pupil
from detectors.fingerprints import Fingerprints
from gateway.check import State, directory_lines, settings_lines, shared_ranges
from gateway.settings import Client, DirectoryFiles, NextHop, School, Settings, Smtp

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
SETTINGS = Settings(
    school=(School(name="Example", domains=("example.sch.uk",)),),
    next_hop=NextHop(address="127.0.0.1:2526"),
    directory=DirectoryFiles(),
    roles={"dpo": ("dpo@example.sch.uk",)},
)
CLOUD = ("40.92.0.0/15",)
PROVEN = Client(
    name="cloud", networks=CLOUD, certificate="mail.example.com", tenant_header="X-Tenant", tenant="0-1-2"
)


def warnings(settings: Settings) -> list[str]:
    return [line.what for line in settings_lines(settings) if line.state is State.WARNING]


@pytest.mark.parametrize(
    ("smtp", "warned"),
    [
        (Smtp(allow_from=("10.1.2.0/24",)), False),
        (Smtp(allow_from=("203.0.113.9/32",)), False),
        (Smtp(allow_from=CLOUD), True),
        (Smtp(allow_from=("40.93.1.1/32",)), True),
        (Smtp(allow_from=("209.85.200.0/24",)), True),
        (Smtp(allow_from=("8.0.0.0/8",)), True),
        (Smtp(client=(PROVEN,)), False),
        (Smtp(client=(replace(PROVEN, certificate=""),)), True),
        (Smtp(client=(replace(PROVEN, tenant=""),)), True),
    ],
)
def test_a_shared_range_without_proof_is_warned_of(smtp: Smtp, warned: bool) -> None:
    """Everybody sends from a cloud's addresses; a certificate alone proves the cloud, the tenant proves the school."""
    assert bool(list(shared_ranges(replace(SETTINGS, smtp=smtp)))) is warned


def test_a_local_installation_as_shipped_has_no_warning() -> None:
    """Warnings that everybody sees are read by nobody."""
    assert warnings(SETTINGS) == []


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        (replace(SETTINGS, console=replace(SETTINGS.console, url="http://gate.example.sch.uk")), "console"),
        (replace(SETTINGS, next_hop=NextHop(address="smtp.example.net:25")), "next hop"),
        (replace(SETTINGS, sandbox=replace(SETTINGS.sandbox, require=False)), "sandbox"),
        (replace(SETTINGS, policy=replace(SETTINGS.policy, mode="monitor")), "policies"),
    ],
)
def test_a_setting_that_opens_a_door_is_warned_of(changed: Settings, what: str) -> None:
    """Each is allowed, none is silent."""
    assert warnings(changed) == [what]


@pytest.mark.parametrize(("days", "warned"), [(6, False), (9, True)])
def test_an_old_list_is_warned_of(tmp_path: Path, days: int, warned: bool) -> None:
    """A child who came last week is on no old list."""
    file = tmp_path / "pupils.csv"
    file.touch()
    then = (NOW - timedelta(days=days)).timestamp()
    os.utime(file, (then, then))
    directory = Directory(
        school_names=("Example",),
        domains=("example.sch.uk",),
        fingerprints=Fingerprints(b"k" * 32),
        pupils=(Pupil(id="1"),),
    )
    lines = directory_lines(replace(SETTINGS, directory=DirectoryFiles(pupils=(file,))), directory, now=NOW)
    assert any(line.state is State.WARNING for line in lines) is warned
