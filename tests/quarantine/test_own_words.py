"""A school's own wording and logo: used in text and HTML alike, and refused at load, with the file and the reason, when broken."""

import base64
import shutil
from dataclasses import replace
from email import message_from_bytes, policy

import pytest

from gateway.settings_file import SettingsError, read
from quarantine import setup
from quarantine.config import current
from quarantine.notices import own_words, wording
from quarantine.notices.compose import render
from quarantine.notices.notice import Kind
from tests.quarantine.test_notices import make_notice
from tests.support.stopped import NOW

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)
BROKEN = [
    ("held.md", "# Halt! {{ reference }} {% if %}", "does not read as a template"),
    ("held.md", "# Halt! {{ reference }} {% frobnicate %}", "does not read as a template"),
    ("held.md", "{{ reference }} {{ subjct }}", "names a value that is not there: subjct"),
    ("held.md", "{% blocktranslate %}{{ reference }} {{ secrets }}{% endblocktranslate %}", "secrets"),
    ("held.md", '{{ reference }} {% include "notices/nope.md" %}', "includes a text that is not there"),
    ("held.md", '{{ reference }} {% include "/etc/passwd" %}', "includes a text that is not there"),
    ("held.md", "# Your e-mail was stopped", "must show {{ reference }}"),
    ("held.md", "{{ reference }} [Help](https://elsewhere.example/x)", "a notice loads nothing"),
    ("held.md", "{{ reference }} <img src=x>", "a notice loads nothing"),
    ("held.md", "", "is empty"),
    ("held.md", b"\xff\xfe{{ reference }}", "UTF-8"),
    ("hold.md", "{{ reference }}", "no text of ours has this name"),
    ("subject.txt", "About {{ note }} {{ reference }}", "names a value that is not there: note"),
    ("subject.txt", "{% for p in problems %}{{ p.masked }}{% endfor %} {{ reference }}", "problems"),
    ("subject.txt", "Your e-mail was not sent", "must show {{ reference }}"),
    ("page.html", "<html>{{ school }}</html>", "must show {{ content|safe }}"),
    ("page.html", "<html>{{ content|safe }}<img src='//elsewhere.example/p.gif'></html>", "loads nothing"),
    ("page.html", "<html>{{ content|safe }}<script>1</script></html>", "load something from elsewhere"),
]


def folder_with(tmp_path, name, text):
    (tmp_path / "notices").mkdir()
    (tmp_path / "notices" / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return tmp_path


@pytest.mark.parametrize(("name", "text", "problem"), BROKEN)
def test_a_broken_text_is_refused_with_its_name_and_reason(tmp_path, name, text, problem):
    """Before anything is sent with it; the error says which file and what is wrong."""
    with pytest.raises(own_words.WordingError) as refused:
        own_words.check(folder_with(tmp_path, name, text))
    assert refused.value.file == f"notices/{name}"
    assert problem in refused.value.problem


def test_the_shipped_texts_pass_the_same_check(tmp_path):
    """A school may start from a copy of any of ours."""
    shutil.copytree(own_words.SHIPPED, tmp_path / "notices")
    own_words.check(tmp_path)


def test_a_folder_without_texts_is_said_to_be_so(tmp_path):
    """The usual mistake: the texts stand one folder too high."""
    (tmp_path / "held.md").write_text("{{ reference }}")
    with pytest.raises(own_words.WordingError, match=r"notices/NAME\.md"):
        own_words.check(tmp_path)


SETTINGS = """
[school]
name = "Example"
domains = ["example.sch.uk"]
[roles]
dpo = ["dpo@example.sch.uk"]
[next_hop]
address = "127.0.0.1:25"
[directory]
[notices]
"""


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ('wording = "own"', "notices.wording"),
        ('logo = "logo.png"', "notices.logo"),
        ('logo = "missing.png"', "notices.logo"),
        ('digest = ["25:00"]', "notices.digest[0]"),
        ("digest = [800]", "notices.digest[0]"),
    ],
)
def test_broken_wording_logo_and_times_stop_the_start(tmp_path, line, key):
    """The settings are refused as a whole, and name the key: on a reload the old ones stay in force."""
    folder_with(tmp_path / "own" if (tmp_path / "own").mkdir() is None else tmp_path, "held.md", "no mark")
    (tmp_path / "logo.png").write_bytes(b"GIF89a")
    (tmp_path / "schoolgate.toml").write_text(SETTINGS + line)
    with pytest.raises(SettingsError) as refused:
        read(tmp_path / "schoolgate.toml", {})
    assert refused.value.key == key


@pytest.mark.parametrize("kind", list(Kind))
def test_a_logo_travels_with_the_notice(tmp_path, kind):
    """Inside the message, shown by its id, and nothing is loaded from anywhere; the text part is as before."""
    (tmp_path / "logo.png").write_bytes(PNG)
    config = replace(current(), notices=replace(current().notices, logo=tmp_path / "logo.png"))
    message = message_from_bytes(render(make_notice(kind), config, now=NOW), policy=policy.default)
    [picture] = [part for part in message.walk() if part.get_content_type() == "image/png"]
    assert (picture["Content-ID"], picture.get_content_disposition()) == ("<logo>", "inline")
    assert picture.get_content() == PNG
    html = message.get_body(("html",)).get_content()
    assert html.count('src="cid:logo"') == 1
    assert wording.text(make_notice(kind), config) == wording.text(make_notice(kind), current())


def test_a_logo_that_went_missing_holds_up_no_notice(tmp_path):
    """It was there at the start and is not any more: the notice goes without it."""
    config = replace(current(), notices=replace(current().notices, logo=tmp_path / "gone.png"))
    message = message_from_bytes(render(make_notice(Kind.ASK), config, now=NOW), policy=policy.default)
    assert not [part for part in message.walk() if part.get_content_maintype() == "image"]
    assert "cid:" not in message.get_body(("html",)).get_content()


@pytest.mark.parametrize(
    ("size", "problem"), [(own_words.LOGO, ""), (own_words.LOGO + 1, "larger than 100 kB")]
)
def test_a_logo_has_a_limit(tmp_path, size, problem):
    """It travels with every notice."""
    (tmp_path / "logo.png").write_bytes(PNG + b"\0" * (size - len(PNG)))
    if not problem:
        assert own_words.check_logo(tmp_path / "logo.png")[1] == "png"
        return
    with pytest.raises(own_words.WordingError, match=problem):
        own_words.check_logo(tmp_path / "logo.png")


def test_a_reload_reads_the_words_anew(tmp_path, settings):
    """New texts and roles are in force for the next notice; where things are kept does not change under way."""
    folder = folder_with(tmp_path, "held.md", "First {{ reference }}")
    old = settings.SCHOOLGATE
    settings.SCHOOLGATE = old  # so that what is put in force here ends with this test
    new = replace(
        old,
        notices=replace(old.notices, wording=folder),
        roles={"dpo": ("new@example.sch.uk",)},
        storage=tmp_path,
        database="postgresql://elsewhere/x",
    )
    setup.use_config(new)
    assert wording.text(make_notice(Kind.HELD), current()) == "First REF1\n"
    (folder / "notices" / "held.md").write_text("Second {{ reference }}")
    setup.use_config(new)
    assert wording.text(make_notice(Kind.HELD), current()) == "Second REF1\n"
    assert (current().storage, current().database) == (old.storage, old.database)
    assert current().roles["dpo"] == ("new@example.sch.uk",)
