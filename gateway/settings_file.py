"""Reads schoolgate.toml: every key known, every value of its kind, or a refusal that says where, what and how it should be."""

import difflib
import os
import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass, replace
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints
from urllib.parse import urlsplit

from gateway.settings import School, Settings
from gateway.settings_values import Check, NotThisError, Secret
from policies import toml_text

ENVIRONMENT = "SCHOOLGATE_CONFIG"
DEFAULT = Path("schoolgate.toml")
_ROLE = re.compile(r"[a-z][a-z0-9-]{0,49}", re.ASCII)
_MAX_FILE = 1_000_000  # a settings file is a page; more is a mistake

T = TypeVar("T")


class SettingsError(Exception):
    """One thing that is wrong in a settings file: where, what, and how it should be; never the value itself."""

    def __init__(self, file: Path, key: str, problem: str, *, nearest: str = "") -> None:
        self.file, self.key, self.problem, self.nearest = file, key, problem, nearest
        hint = f'; did you mean "{nearest}"?' if nearest else ""
        super().__init__(f"{file}: {key + ': ' if key else ''}{problem}{hint}")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in which file a value stands."""

    file: Path
    environment: Mapping[str, str]
    key: str = ""

    def at(self, name: str | int) -> "_Place":
        step = f"[{name}]" if isinstance(name, int) else f".{name}" if self.key else name
        return replace(self, key=self.key + step)

    def error(self, problem: str, nearest: str = "") -> SettingsError:
        return SettingsError(self.file, self.key, problem, nearest=nearest)

    def path(self, path: Path) -> Path:
        return self.file.parent / path


def settings_path(given: Path | None, environment: Mapping[str, str] | None = None) -> Path:
    """The file that --config names, else SCHOOLGATE_CONFIG, else ./schoolgate.toml."""
    environment = os.environ if environment is None else environment
    return given or Path(environment.get(ENVIRONMENT) or DEFAULT)


def read(path: Path, environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of one file; raises SettingsError, and nothing else, for whatever is wrong with it."""
    place = _Place(path.absolute(), os.environ if environment is None else environment)
    settings = _table(Settings, _document(place), place)
    settings = replace(settings, source=place.file, school=tuple(map(_keyed, settings.school)))
    _check_together(settings, place)
    return settings


def _document(place: _Place) -> dict[str, Any]:
    try:
        raw = place.file.read_bytes()
    except OSError as error:
        raise place.error(
            f"cannot be read ({error.strerror}); name the file with --config or {ENVIRONMENT}"
        ) from None
    if len(raw) > _MAX_FILE:
        raise place.error("is larger than 1 MB: this is no settings file")
    try:
        document = toml_text.document(raw)
    except toml_text.NotTomlError as error:
        raise place.error(str(error)) from None
    if isinstance(document.get("school"), dict):
        document["school"] = [document["school"]]  # one [school] is a list of one
    if "client" in document:
        smtp = document.setdefault("smtp", {})
        if not isinstance(smtp, dict) or "client" in smtp:
            raise place.at("client").error("write [[client]] once, outside [smtp]")
        smtp["client"] = document.pop("client")
    return document


def _table(kind: type[T], table: object, place: _Place) -> T:
    """A TOML table as one of our dataclasses."""
    if not isinstance(table, dict):
        raise place.error(f"expected a table, [{place.key}]")
    hints = get_type_hints(kind, include_extras=True)
    known = [f for f in fields(kind) if f.name != "source"]  # type: ignore[arg-type]  # every kind is a dataclass
    names = [f.name for f in known]
    for name in table:
        if name not in names:
            nearest = difflib.get_close_matches(name, names, 1)
            raise place.at(name).error("unknown key", nearest[0] if nearest else "")
    for f in known:
        if f.name not in table and f.default is MISSING and f.default_factory is MISSING:
            raise place.at(f.name).error("is missing and has no default")
    return kind(**{name: _value(hints[name], value, place.at(name)) for name, value in table.items()})


def _value(kind: Any, value: object, place: _Place) -> Any:  # noqa: PLR0911 - one return a kind of annotation
    """One value of the annotated kind."""
    origin, args = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _checked(args[1], value, place)
    if origin in {Union, UnionType}:
        return _value(next(a for a in args if a is not NoneType), value, place)
    if origin is Literal:
        return _one_of(args, value, place)
    if origin is tuple:
        return _list(args[0], value, place)
    if origin is dict:
        return _map(args, value, place)
    if kind is Secret:
        return _secret(value, place)
    if is_dataclass(kind):
        return _table(kind, value, place)  # type: ignore[arg-type]  # a class, not an instance
    if not isinstance(value, kind):
        raise place.error({bool: "expected true or false", str: "expected a text"}[kind])
    return value


def _checked(check: Check, value: object, place: _Place) -> object:
    try:
        checked = check.read(value)
    except NotThisError:
        raise place.error(f"expected {check.expected}") from None
    return place.path(checked) if isinstance(checked, Path) else checked


def _one_of(words: tuple[str, ...], value: object, place: _Place) -> str:
    if not isinstance(value, str) or value not in words:
        nearest = difflib.get_close_matches(value, words, 1) if isinstance(value, str) else []
        raise place.error(
            "expected one of " + ", ".join(f'"{w}"' for w in words), nearest[0] if nearest else ""
        )
    return value


def _list(kind: Any, value: object, place: _Place) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise place.error("expected a list, [ … ]")
    return tuple(_value(kind, one, place.at(i)) for i, one in enumerate(value))


def _map(kinds: tuple[Any, Any], value: object, place: _Place) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise place.error(f"expected a table, [{place.key}]")
    key, kind = kinds
    return {
        _value(key, name, place.at(name)): _value(kind, one, place.at(name)) for name, one in value.items()
    }


def _secret(value: object, place: _Place) -> Secret:
    """A secret from where it is kept: never from the settings file itself."""
    match value:
        case {"env": str(name), **rest} if not rest:
            text = place.environment.get(name, "")
        case {"file": str(name), **rest} if not rest:
            try:
                text = place.path(Path(name)).read_text("utf-8")
            except (OSError, UnicodeDecodeError):
                raise place.error("its file cannot be read") from None
        case _:
            raise place.error(
                'expected { file = "…" } or { env = "…" }: a secret does not stand in this file'
            )
    if not text.strip():
        raise place.error("the secret is empty")
    return Secret(text.strip())


def _keyed(school: School) -> School:
    return school if school.key or not school.domains else replace(school, key=school.domains[0])


def _check_together(settings: Settings, place: _Place) -> None:
    """What one value alone cannot show. An empty list never means "everybody" or "nobody minds"."""
    for i, school in enumerate(settings.school):
        if not school.domains:
            raise (
                place.at("school")
                .at(i)
                .at("domains")
                .error("names no domain: no message would be this school's")
            )
    keys = [school.key for school in settings.school]
    domains = [d for school in settings.school for d in school.domains]
    smtp, rules = settings.smtp, [r.domain for r in settings.next_hop.domain]
    certificates = (smtp.tls_certificate, smtp.tls_key)
    for wrong, key, problem in (
        (not settings.school, "school", "names no school"),
        (len(set(keys)) < len(keys), "school", "two schools have the same key"),
        (len(set(domains)) < len(domains), "school", "a domain stands twice"),
        (not settings.roles.get("dpo"), "roles.dpo", "needs at least one address: who reviews what is held?"),
        (not smtp.listen, "smtp.listen", "names no address"),
        (not smtp.allow_from and not smtp.client, "smtp.allow_from", "names no network: nobody could send"),
        (any(certificates) and not all(certificates), "smtp.tls_certificate", "goes with smtp.tls_key: give both"),
        (smtp.tls_required and not all(certificates), "smtp.tls_required", "needs smtp.tls_certificate and smtp.tls_key"),
        (smtp.users is not None and not all(certificates), "smtp.users", "needs TLS: passwords never travel in the clear"),
        (_open_to_listeners(settings.pages.url), "pages.url", "must be https: the pages carry what was found in somebody's mail"),
        (settings.pages.sign_in and not settings.pages.url, "pages.sign_in", "needs pages.url: there is nothing to sign in to"),
        (settings.pages.sign_in and settings.openid is None, "pages.sign_in", "needs [openid]: with which account?"),
        (settings.openid is not None and _open_to_listeners(settings.openid.issuer), "openid.issuer", "must be https: who signs in is decided there"),
        (settings.openid is not None and _shared(settings.openid.issuer), "openid.issuer", "is shared by many schools: give the address of your own tenant"),
        *_console_openid(settings),
        (any(not c.networks for c in smtp.client), "client", "each needs at least one network"),
        (any(c.certificate for c in smtp.client) and not all(certificates), "client", "a certificate is shown inside TLS: give smtp.tls_certificate and smtp.tls_key"),
        (any(bool(c.tenant_header) != bool(c.tenant) for c in smtp.client), "client", "tenant_header and tenant go together: give both"),
        (smtp.max_in_flight < 2 * smtp.max_message, "smtp.max_in_flight", "must be at least twice smtp.max_message, or one big message shuts out the rest"),
        (bool(settings.next_hop.user) != (settings.next_hop.password is not None), "next_hop.user", "goes with next_hop.password: give both"),
        (bool(settings.next_hop.user) and settings.next_hop.tls != "verified", "next_hop.user",
         'needs next_hop.tls = "verified": a password goes to nobody whose certificate was not checked'),
        (len(set(rules)) < len(rules), "next_hop.domain", "a domain stands twice"),
        (settings.storage.database_password is not None and settings.storage.database == "sqlite",
         "storage.database_password", "has no use with sqlite"),
    ):  # fmt: skip
        if wrong:
            raise replace(place, key=key).error(problem)
    for name, addresses in settings.roles.items():
        if not addresses:
            raise place.at("roles").at(name).error("names nobody")
    _check_files(settings, place)
    _check_own_words(settings, place)


def _shared(issuer: str) -> bool:
    """Whether Microsoft signs in people of any tenant there."""
    parts = urlsplit(issuer)
    tenant = parts.path.strip("/").partition("/")[0].lower()
    return (parts.hostname or "").startswith("login.microsoftonline") and tenant in {
        "",
        "common",
        "organizations",
        "consumers",
    }


def _console_openid(settings: Settings) -> tuple[tuple[bool, str, str], ...]:
    """What is wrong with the officers' sign-in by the school's account."""
    found = settings.console.openid
    if found is None:
        return ()
    keys = {school.key for school in settings.school}
    named = {key for group in found.group for key in group.schools}
    return (
        (settings.openid is None, "console.openid", "needs [openid]: with which account?"),
        (_open_to_listeners(settings.console.url), "console.url", "must be https: providers send people back nowhere else"),
        (not named <= keys, "console.openid.group", "names a school that is not there; use its key"),
        (any(not _ROLE.fullmatch(group.role) for group in found.group), "console.openid.group", "a role is small letters, digits and hyphens, such as dpo"),
        (bool(found.mfa_acr) and found.mfa == "own", "console.openid.mfa_acr", 'has no use without mfa = "provider"'),
    )  # fmt: skip


def _open_to_listeners(url: str) -> bool:
    """Whether pages at this address travel in the clear beyond this machine."""
    parts = urlsplit(url)
    return bool(url) and parts.scheme != "https" and parts.hostname not in {"127.0.0.1", "::1", "localhost"}


def _check_own_words(settings: Settings, place: _Place) -> None:
    """The school's own wording and logo: broken ones are refused here, before any notice is written with them."""
    notices = settings.notices
    if notices.wording is None and notices.logo is None:
        return
    from quarantine.notices import own_words  # noqa: PLC0415 - the templates' engine, for those who need it

    try:
        if notices.wording is not None:
            place = place.at("notices").at("wording")
            own_words.check(notices.wording)
            place = replace(place, key="")
        if notices.logo is not None:
            place = place.at("notices").at("logo")
            own_words.check_logo(notices.logo)
    except own_words.WordingError as wrong:
        raise place.error(str(wrong)) from None


def _check_files(settings: Settings, place: _Place) -> None:
    for key, path in (
        ("smtp.tls_certificate", settings.smtp.tls_certificate),
        ("smtp.tls_key", settings.smtp.tls_key),
        ("smtp.users", settings.smtp.users),
        ("next_hop.ca", settings.next_hop.ca),
    ):
        if path is not None and not path.is_file():
            raise replace(place, key=key).error("the file is not there")
