"""A second language is a translation file and nothing else: with one, no notice and no page has an English word of ours left."""

import re
import string
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from django.test import Client
from django.utils.dates import MONTHS, WEEKDAYS

from bench import messages
from detectors.findings import Where
from policies.verdict import Action, Cure, Hit
from quarantine.config import current
from quarantine.cures.problems import open_problems
from quarantine.notices import wording
from quarantine.notices.notice import Fate, Kind, Waiting, problems
from quarantine.pages import links
from tests.quarantine.pages.conftest import address, pages  # noqa: F401 - the fixtures
from tests.quarantine.test_notices import make_notice
from tests.support.asked import asked  # noqa: F401 - the fixture
from tests.support.stopped import NOW, PARENT

WHY = "An attachment with sensitive data leaves the school only locked."
OURS = Path(messages.__file__).parent.parent / "quarantine"
_STAYS = re.compile(r"%\(\w+\)s|<[^>]*>|&\w+;|\[\[dkim\]\]|\bhttps?://\S+")
# What no language changes: names, addresses, references, files, and proper names.
_DATA = re.compile(
    r"Example Primary School|\S+@\S+|REF\d|[A-Z0-9]{26}|A… T…|A\.T\.|A… list\.xlsx|list\.xlsx|https?://\S+|"
    r"P 4\.2|[0-9]{8}T[0-9]{4}|\bA2:B4\b|\[\[dkim\]\]|Schoolgate|smtp|550|no such user|They said so"
)
_WIDE = str.maketrans(string.ascii_letters, "".join(chr(ord(c) + 0xFEE0) for c in string.ascii_letters))


def foreign(text):
    """The text in letters that no English word has; placeholders and markup stay."""
    out, last = "", 0
    for found in _STAYS.finditer(text):
        out += text[last : found.start()].translate(_WIDE) + found[0]
        last = found.end()
    return out + text[last:].translate(_WIDE)


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    """A compiled catalogue of a language made up for the test, from the texts that a translator gets."""
    folder = tmp_path_factory.mktemp("locale")
    made = Catalog(locale="cy")
    names = [str(word) for table in (MONTHS, WEEKDAYS) for word in table.values()]
    for key in [*messages.keys(messages.committed()), *names, WHY]:
        first, *more = (key,) if isinstance(key, str) else key
        forms = [foreign(one) for one in (first, *more)]
        made.add(key, tuple((forms * 6)[: made.num_plurals]) if more else forms[0])
    target = folder / "cy" / "LC_MESSAGES"
    target.mkdir(parents=True)
    with (target / "django.mo").open("wb") as file:
        write_mo(file, made)
    return folder


@pytest.fixture
def translated(catalogue, settings):
    """The school's language is that one."""
    settings.LOCALE_PATHS = [catalogue]
    schools = (replace(settings.SCHOOLGATE.schools[0], language="cy"),)
    settings.SCHOOLGATE = replace(settings.SCHOOLGATE, schools=schools)
    return settings.SCHOOLGATE


def english(text):
    """The English words that are left in what a reader sees."""
    seen = re.sub(r"<(style|script)\b.*?</\1>|<head>.*?</head>|<[^>]+>|&\w+;", " ", text, flags=re.DOTALL)
    return re.findall(r"[A-Za-z]{2,}", _DATA.sub(" ", seen))


HIT = Hit(
    policy="p",
    action=Action.ASK,
    why=WHY,
    clause="P 4.2",
    cures=(Cure.ENCRYPT, Cure.REMOVE),
    kind="personal-data",
    where=Where.ATTACHMENT,
    part="0/1",
    label="A… list.xlsx",
    place="sheet 1, hidden text",
    count=3,
)
HITS = [
    HIT,
    replace(
        HIT, kind="pupil-name", where=Where.SUBJECT, masked="A… T…", cures=(Cure.INITIALS,), place="", count=1
    ),
    replace(HIT, kind="unreadable:corrupt", where=Where.FILENAME, cures=()),
    replace(HIT, kind="phone", where=Where.BODY, count=2, cures=(Cure.REMOVE,), recipients=(PARENT,)),
    replace(HIT, kind="", where=Where.MESSAGE, label="", place="", cures=(Cure.BCC, Cure.REPLACE_ADDRESS)),
    replace(HIT, kind="email-address", where=Where.HEADER, cures=(Cure.REMOVE,), label=""),
    replace(HIT, label="", cures=(Cure.REMOVE,), count=1),
]


def notices(kind):
    """One kind in its several turns."""
    shown, _ = problems(HITS)
    waiting = (Waiting(reference="REF2", since=NOW, until=NOW, recipients=2, problem=shown[0]),)
    for action in Action:
        for some in (0, 1, 2):
            notice = make_notice(
                kind,
                problems=shown if some else (),
                more=some,
                recipients=some,
                still_held=some,
                sent_before=some,
                waiting=waiting * some if kind is Kind.DIGEST else (),
                note="They said so" if some else "",
                link=f"http://testserver/m/{some}/" if some else "",
                contact="dpo@example.sch.uk" if some else "",
                outside=bool(some),
                broken=("dkim", "smime", "pgp") if some else (),
                fates=(Fate(address=PARENT, diagnostic="550 no such user"),),
                incident_link="http://testserver/m/x/incident" if some else "",
            )
            yield replace(notice, action=action.word)


@pytest.mark.parametrize("kind", list(Kind))
def test_no_english_is_left_in_a_notice(translated, kind):
    """Subject, text and HTML, in every turn that a notice can take."""
    for notice in notices(kind):
        for said in (wording.subject(notice, translated), wording.text(notice, translated)):
            assert not english(said), said
    html = wording.html(notice, translated)
    assert not english(html)
    assert '<html lang="cy"' in html


def test_the_translators_file_is_up_to_date():
    """Whoever changes a text writes the file anew: python -m bench messages."""
    assert messages.keys(messages.committed()) == messages.keys(messages.catalogue())


_TAGS = re.compile(
    r"\{%\s*blocktrans(?:late)?\b.*?\{%\s*endblocktrans(?:late)?\s*%\}|\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}|<style.*?</style>|<[^>]+>|&\w+;",
    re.DOTALL,
)


def templates():
    folders = (OURS / "notices" / "templates", OURS / "pages" / "templates")
    return sorted(p for folder in folders for p in folder.rglob("*") if p.suffix in {".md", ".txt", ".html"})


@pytest.mark.parametrize("path", templates(), ids=lambda path: path.name)
def test_no_template_has_a_word_outside_a_translation(path):
    """Also in a turn that no other test takes."""
    assert not re.findall(r"[A-Za-z]{2,}", _TAGS.sub(" ", path.read_text("utf-8")))


def shown(response):
    """What a reader sees of a page, its title with it."""
    text = response.content.decode()
    title = re.search(r"<title>(.*?)</title>", text, re.DOTALL)
    return text + (title[1] if title else "")


@pytest.mark.slow
def test_no_english_is_left_on_the_senders_pages(pages, asked, address, translated):  # noqa: F811 - the fixtures
    """Choosing, asked why, the password, due, with a role, ended, and what is said of links that do not work."""
    hits = [replace(one, policy=f"p{n}") for n, one in enumerate(HITS)]
    first, second, third = (
        asked(*hits),
        asked(hits[0], replace(hits[1], cures=(Cure.CONFIRM,))),
        asked(hits[1]),
    )
    client, seen = Client(), []
    seen += [client.get(address(one)) for one in (first, second, third)]
    key = open_problems(second)[1].key
    seen.append(client.post(address(second) + "choose", {"problem": key, "cure": "confirm"}))
    client.post(address(second) + "choose", {"problem": open_problems(second)[0].key, "cure": "encrypt"})
    seen.append(client.get(address(second)))
    seen.append(client.get(address(first) + "incident"))
    client.post(address(first) + "ask", {"cure": "ask-dpo"})
    seen.append(client.get(address(first)))
    client.post(address(third) + "cancel")
    seen.append(client.get(address(third)))
    seen.append(client.post(address(third) + "cancel"))
    old = f"/m/{links.token(first.id, first.sender, now=datetime.now(UTC) - timedelta(days=30))}/"
    seen += [
        client.get("/m/x/"),
        client.get(old),
        Client(enforce_csrf_checks=True).post(address(third) + "cancel"),
    ]
    one = address(third)  # one link: a new one is made every second
    for _ in range(40):
        last = client.post(one + "cancel")
    seen.append(last)
    assert {page.status_code for page in seen} >= {200, 403, 404, 409, 410, 422, 429}
    for page in seen:
        password = re.compile(r"\b[a-z]+(?:-[a-z]+){4}\b")
        assert not english(password.sub(" ", shown(page)))
    assert current().schools[0].language == "cy"
