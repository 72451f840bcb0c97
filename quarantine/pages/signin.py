"""Who is signed in, and whether a message is theirs: a link opens for its own sender alone, where the settings ask for it."""

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from quarantine import keys
from quarantine.config import current
from quarantine.masks import address_fingerprint

WHO = "who"  # in the session: the fingerprint of the address that signed in
ADDRESS = "address"
_OWN_PAGES = ("/m/", "/try/")


def who(request: HttpRequest) -> str:
    """The fingerprint of the address that is signed in, or ""."""
    session = getattr(request, "session", None)
    return str(session.get(WHO, "")) if session is not None else ""


def address(request: HttpRequest) -> str:
    """The address that is signed in: kept in the sealed session alone."""
    return str(request.session.get(ADDRESS, ""))


def stopped(request: HttpRequest, sender: str) -> HttpResponse | None:
    """What stands in the way of this person and the message of this sender, a fingerprint or its beginning; None = nothing."""
    if not current().pages_sign_in:
        return None
    known = who(request)
    if not known:
        return asked(request, request.path)
    if any(one.startswith(sender) for one in (known, *_answers_for(known))):
        return None
    return render(request, "pages/not_yours.html", {"next": request.path}, status=403)


def asked(request: HttpRequest, wanted: str) -> HttpResponse:
    """The page that asks to sign in; an act that came without it has done nothing."""
    name = getattr(current().openid, "name", "")
    page = own_page(wanted.rsplit("/", 1)[0] + "/")
    return render(request, "pages/signin.html", {"next": page, "account": name}, status=401)


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Sign out here, to sign in as somebody else."""
    request.session.flush()
    return asked(request, own_page(request.POST.get("next", "")))


def fingerprint(address: str) -> str:
    return address_fingerprint(keys.current().fingerprints, address)


def own_page(url: str) -> str:
    """One of our own pages, or the first one."""
    parts = urlsplit(url)
    own = not parts.scheme and not parts.netloc and parts.path.startswith(_OWN_PAGES) and "\\" not in url
    return parts.path if own else "/try/"


def _answers_for(known: str) -> list[str]:
    """The machines for which this person answers."""
    return [
        fingerprint(machine) for machine, owner in current().owners.items() if fingerprint(owner) == known
    ]
