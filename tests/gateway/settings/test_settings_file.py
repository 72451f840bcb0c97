"""The settings file: what is right is read into one spelling, what is wrong is refused with file, key and expectation."""

import contextlib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.settings import Settings
from gateway.settings_file import SettingsError, read, settings_path
from gateway.settings_values import Secret

BROKEN = sorted((Path(__file__).parent / "broken").glob("*.toml"))
SMALL = """\
[school]
name = "Example Primary School"
domains = ["Example.sch.uk"]
[next_hop]
address = "127.0.0.1:2526"
[directory]
pupils = ["lists/pupils.csv"]
[roles]
dpo = ["dpo@Example.sch.uk"]
"""
ISSUE = """\
[school]
name = "Example Primary School"
domains = ["example.sch.uk"]
[smtp]
listen = ["127.0.0.1:2525"]
allow_from = ["127.0.0.0/8"]
max_message = "50MB"
[next_hop]
address = "127.0.0.1:2526"
tls = "opportunistic"
[directory]
pupils = ["pupils.csv"]
staff = ["staff.csv"]
contacts = ["contacts.csv"]
[roles]
dpo = ["dpo@example.sch.uk"]
[policy]
pack = "default"
[storage]
path = "var"
database = "sqlite"
[console]
listen = "127.0.0.1:8080"
url = "http://127.0.0.1:8080"
"""


def settings(folder: Path, text: str, environment: dict[str, str] | None = None) -> Settings:
    file = folder / "schoolgate.toml"
    file.write_text(text, "utf-8")
    return read(file, environment or {})


@pytest.mark.parametrize("file", BROKEN, ids=lambda f: f.stem)
def test_a_broken_file_gives_the_error_that_its_first_line_names(file: Path) -> None:
    """Each file of the folder is wrong in one way, and is refused for that one, with its own path in front."""
    expected = file.read_text("utf-8").splitlines()[0].removeprefix("# expect: ")
    with pytest.raises(SettingsError) as refused:
        read(file, {"SOME_PASSWORD": "x"})
    assert str(refused.value).startswith(f"{file}: {expected}")


def test_what_the_file_leaves_out_has_the_default_that_the_dataclasses_name(tmp_path: Path) -> None:
    """A small file is a whole installation."""
    read_in = settings(tmp_path, SMALL)
    assert read_in.smtp.listen == ("127.0.0.1:2525",)
    assert read_in.smtp.max_message == 50_000_000
    assert read_in.policy.mode == "enforce"
    assert read_in.directory.allow_empty is False


def test_every_table_of_the_shape_that_we_promise_is_read(tmp_path: Path) -> None:
    """The shape in the documentation is the shape that the program reads."""
    read_in = settings(tmp_path, ISSUE)
    assert read_in.smtp.max_message == 50_000_000
    assert read_in.next_hop.tls == "opportunistic"
    assert read_in.directory.contacts == (tmp_path / "contacts.csv",)
    assert read_in.roles == {"dpo": ("dpo@example.sch.uk",)}


def test_paths_are_relative_to_the_file_and_names_have_one_spelling(tmp_path: Path) -> None:
    """Where the command was started does not matter, nor do capitals in a domain."""
    read_in = settings(tmp_path, SMALL)
    assert read_in.directory.pupils == (tmp_path / "lists/pupils.csv",)
    assert read_in.source == tmp_path / "schoolgate.toml"
    assert read_in.school[0].domains == ("example.sch.uk",)
    assert read_in.school[0].key == "example.sch.uk"
    assert read_in.roles["dpo"] == ("dpo@example.sch.uk",)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("50MB", 50_000_000),
        ("1.5 GB", 1_500_000_000),
        ("50MiB", 52_428_800),
        ("700KB", 700_000),
        ("12345", 12_345),
    ],
)
def test_sizes_are_read_as_people_write_them(tmp_path: Path, text: str, size: int) -> None:
    """MB is a million, MiB is 2**20, and a bare number is bytes."""
    assert (
        settings(
            tmp_path, SMALL + f'[smtp]\nmax_message = "{text}"\nmax_in_flight = "4GB"\n'
        ).smtp.max_message
        == size
    )


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("127.0.0.1:2525", "127.0.0.1:2525"),
        ("[::1]:25", "[::1]:25"),
        ("[0:0::1]:0", "[::1]:0"),
        ("Mail.Example.sch.uk:587", "mail.example.sch.uk:587"),
        ("localhost:25", "localhost:25"),
    ],
)
def test_addresses_are_read_in_one_spelling(tmp_path: Path, written: str, read_as: str) -> None:
    """IPv4, IPv6 in brackets, and names."""
    assert settings(tmp_path, SMALL + f'[smtp]\nlisten = ["{written}"]\n').smtp.listen == (read_as,)


def test_an_international_domain_is_kept_as_it_travels(tmp_path: Path) -> None:
    """Settings, envelopes and certificates are compared in A-labels."""
    assert settings(tmp_path, SMALL.replace("Example.sch.uk", "bücher.example")).school[0].domains == (
        "xn--bcher-kva.example",
    )


def test_a_client_stands_outside_smtp_and_arrives_in_it(tmp_path: Path) -> None:
    """[[client]] names networks and the proof of whose they are."""
    table = '[[client]]\nname = "cloud"\nnetworks = ["192.0.2.0/24"]\ntenant_header = "X-Tenant"\ntenant = "ours"\n'
    assert settings(tmp_path, SMALL + table).smtp.client[0].tenant == "ours"


def test_a_secret_is_read_from_file_or_environment_and_shown_nowhere(tmp_path: Path) -> None:
    """Neither the repr of the secret nor that of the settings that hold it shows it."""
    (tmp_path / "db.password").write_text("hunter2-file\n")
    postgres = SMALL + '[storage]\ndatabase = "postgresql://gate@localhost/gate"\ndatabase_password = '
    from_file = settings(tmp_path, postgres + '{ file = "db.password" }\n')
    from_environment = settings(tmp_path, postgres + '{ env = "DB" }\n', {"DB": "hunter2-env"})
    assert from_file.storage.database_password == Secret("hunter2-file")
    assert from_environment.storage.database_password == Secret("hunter2-env")
    shown = f"{from_file!r} {from_environment} {Secret('hunter2-here')!r} {replace(from_file)!r}"
    assert "hunter2" not in shown


def test_an_error_never_repeats_the_value(tmp_path: Path) -> None:
    """Errors go to journals; a password pasted into the wrong key must not."""
    with pytest.raises(SettingsError) as refused:
        settings(tmp_path, SMALL.replace("127.0.0.1:2526", "hunter2"))
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("raw", [b"\xff\xfe[", b"x" * 1_000_001], ids=["not utf-8", "too large"])
def test_a_file_that_is_no_text_is_refused(tmp_path: Path, raw: bytes) -> None:
    """Bytes that are no settings file are named as such."""
    (tmp_path / "schoolgate.toml").write_bytes(raw)
    with pytest.raises(SettingsError):
        read(tmp_path / "schoolgate.toml", {})


def test_a_file_that_is_not_there_is_refused_with_the_ways_to_name_it(tmp_path: Path) -> None:
    """The first error that a newcomer sees says what to do."""
    with pytest.raises(SettingsError, match="--config or SCHOOLGATE_CONFIG"):
        read(tmp_path / "none.toml", {})


def test_the_file_is_the_given_one_then_the_environments_then_the_folders() -> None:
    """--config wins over SCHOOLGATE_CONFIG, which wins over ./schoolgate.toml."""
    environment = {"SCHOOLGATE_CONFIG": "/etc/schoolgate/schoolgate.toml"}
    assert settings_path(Path("a.toml"), environment) == Path("a.toml")
    assert settings_path(None, environment) == Path("/etc/schoolgate/schoolgate.toml")
    assert settings_path(None, {}) == Path("schoolgate.toml")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=9), lambda s: st.lists(s, max_size=3)
    )
)
def test_whatever_stands_at_a_key_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, value: object
) -> None:
    """No value of any type makes the reader fail in another way than by SettingsError."""
    folder = tmp_path_factory.mktemp("any")
    text = (
        repr(value).replace("None", '""').replace("True", "true").replace("False", "false").replace("'", '"')
    )
    for table in (
        "[smtp]\nlisten",
        "[smtp]\nmax_message",
        "[policy]\nmode",
        "[senders]\nunattended",
        "[smtp]\nallow_from",
    ):
        with contextlib.suppress(SettingsError):
            settings(folder, f"{SMALL}{table} = {text}\n")
