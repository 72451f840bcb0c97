"""What `check` says about DKIM keys: whether the DNS shows them, and what to publish where it does not."""

import subprocess

import pytest

from gateway.check import State, dkim_lines
from gateway.settings import Dkim
from quarantine.keys import KeysError
from tests.gateway.check.test_check import SETTINGS


@pytest.fixture(scope="module")
def with_key(tmp_path_factory):
    from dataclasses import replace

    file = tmp_path_factory.mktemp("dkim") / "key.pem"
    file.write_bytes(subprocess.run(["openssl", "genrsa", "2048"], capture_output=True, check=True).stdout)
    file.chmod(0o600)
    return replace(SETTINGS, dkim=(Dkim(domain="example.sch.uk", selector="gate", key=file),))


def line(settings, shown):
    [found] = dkim_lines(
        settings, lookup=lambda name: shown if name == "gate._domainkey.example.sch.uk" else None
    )
    return found


def test_the_record_to_publish_is_the_one_that_is_accepted(with_key):
    """What the warning says, put into the DNS, ends the warning; however the DNS cuts it."""
    warned = line(with_key, None)
    assert warned.state is State.WARNING
    record = warned.text.split('"')[1]
    assert line(with_key, record).state is State.OK
    assert line(with_key, record[:200] + " " + record[200:]).state is State.OK


def test_another_key_in_the_dns_is_said(with_key):
    """Receivers would refuse every signature."""
    found = line(with_key, "v=DKIM1; k=rsa; p=MIIBIjAN")
    assert (found.state, "another key" in found.text) == (State.WARNING, True)


def test_without_a_key_nothing_is_wrong():
    """The default; it says what a cure does."""
    assert line(SETTINGS, None).state is State.OK


def test_a_key_that_cannot_be_read_is_refused(with_key):
    """`check` shows it as broken."""
    with_key.dkim[0].key.chmod(0o644)
    try:
        with pytest.raises(KeysError):
            line(with_key, None)
    finally:
        with_key.dkim[0].key.chmod(0o600)
