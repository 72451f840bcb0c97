"""A new export of the school's lists: sent in, seen as it was understood, and in force only after a second word."""

from typing import Any

from allauth.core.exceptions import ReauthenticationRequired
from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from quarantine import uploads
from quarantine.config import current
from quarantine.console.access import May, access, needs
from quarantine.console.signin import recently_proved, signed_in, sudo
from quarantine.models import DirectoryUpload, Upload
from quarantine.models.uploads import OPEN
from quarantine.uploads import LARGEST, UploadError

AT_WORK = (Upload.WAITING, Upload.CONFIRMED)
MOST = 20  # files of one export
LARGE = "An export may have 10 MB here. Zip it, or ask IT to import it on the server."


class _Several(forms.ClearableFileInput):
    allow_multiple_selected = True


class _Files(forms.FileField):
    """One export is often several files."""

    widget = _Several

    def clean(self, data: Any, initial: Any = None) -> list[tuple[str, bytes]]:
        given = list(data) or [None] if isinstance(data, list | tuple) else [data]
        sent: list[UploadedFile[bytes]] = [super(_Files, self).clean(one, initial) for one in given]
        if len(sent) > MOST:
            raise forms.ValidationError(f"Send at most {MOST} files")
        if sum(one.size or 0 for one in sent) > LARGEST:
            raise forms.ValidationError(LARGE)
        return [(str(one.name or "export"), bytes(one.read())) for one in sent]


class Send(forms.Form):
    export = _Files(
        label="The export",
        help_text="One file or several: CSV, XLSX, a transfer file (CTF), or a zip file of OneRoster or School Data Sync.",
        max_length=200,
        error_messages={"required": "Choose the file again"},
    )


class Confirm(forms.Form):
    """Two ticks where the export has far fewer pupils."""

    sure = forms.BooleanField(
        label="I have looked at it. Put it in force.",
        error_messages={"required": "Tick the box to put it in force"},
    )
    shrink = forms.BooleanField(
        label="It is right that it has so few pupils.",
        error_messages={"required": "Tick this box too, or throw the export away"},
    )

    def __init__(self, data: Any = None, *, shrinks: bool) -> None:
        super().__init__(data)
        if not shrinks:
            del self.fields["shrink"]


@needs(May.SETTINGS)
@require_safe
def lists(request: HttpRequest) -> HttpResponse:
    """The export that is being decided on, or the form for one; the form only for who proved themselves lately."""
    _of_all(request)
    row = uploads.newest()
    if (row is None or row.state not in OPEN) and not recently_proved(request):
        raise ReauthenticationRequired
    return _page(request)


@needs(May.SETTINGS)
@require_safe
def state(request: HttpRequest) -> HttpResponse:
    """Whether the gateway is still at work, for a page that waits; once it is not, the page loads anew."""
    _of_all(request)
    row = uploads.newest()
    if row is None or row.state not in AT_WORK:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return render(request, "console/lists_state.html", {"row": row})


@needs(May.SETTINGS)
@require_POST
@sudo
def send(request: HttpRequest) -> HttpResponse:
    """Take the files in, sealed; nothing of them is opened here."""
    _of_all(request)
    form = Send(request.POST, request.FILES)
    if _too_large(request):
        form.add_error("export", LARGE)
    if not form.is_valid():
        return _page(request, status=422, send=form)
    try:
        uploads.begin(form.cleaned_data["export"], by=signed_in(request).email, now=timezone.now())
    except UploadError as wrong:
        messages.warning(request, str(wrong))
    return redirect("lists")


@needs(May.SETTINGS)
@require_POST
@sudo
def confirm(request: HttpRequest, key: int) -> HttpResponse:
    """It is to be put in force."""
    row = _row(request, key)
    found = uploads.report(row)
    form = Confirm(request.POST, shrinks=bool(found and found.shrinks))
    if not form.is_valid():
        return _page(request, status=422, confirm=form)
    try:
        uploads.confirm(
            key,
            actor=signed_in(request).email,
            shrink=form.cleaned_data.get("shrink", False),
            now=timezone.now(),
        )
    except UploadError as wrong:
        messages.warning(request, str(wrong))
    return redirect("lists")


@needs(May.SETTINGS)
@require_POST
def drop(request: HttpRequest, key: int) -> HttpResponse:
    """Throw it away."""
    _row(request, key)
    try:
        uploads.drop(key, actor=signed_in(request).email, now=timezone.now())
    except UploadError as wrong:
        messages.warning(request, str(wrong))
    else:
        messages.success(request, "The export is thrown away. Nothing was changed.")
    return redirect("lists")


def _of_all(request: HttpRequest) -> None:
    """The lists are of all schools: only who has this right in each of them may replace them."""
    if not may_send(request):
        raise Http404


def may_send(request: HttpRequest) -> bool:
    """Whether the page exists for this person."""
    return access(signed_in(request)).schools(May.SETTINGS) >= {school.key for school in current().schools}


def _row(request: HttpRequest, key: int) -> DirectoryUpload:
    _of_all(request)
    row = uploads.newest()
    if row is None or row.id != key:
        raise Http404
    return row


def _too_large(request: HttpRequest) -> bool:
    """Django takes no file at all then."""
    sent = request.META.get("CONTENT_LENGTH") or "0"
    return not sent.isdigit() or int(sent) > LARGEST + 1_000_000


def _page(request: HttpRequest, *, status: int = 200, **forms_again: forms.Form) -> HttpResponse:
    row = uploads.newest()
    found = uploads.report(row) if row else None
    context = {
        "row": row,
        "report": found,
        "works": bool(row and row.state in AT_WORK),
        "open": bool(row and row.state in OPEN),
        "names": uploads.names(row) if row and row.state in OPEN else [],
        "send": Send(),
        "confirm": Confirm(shrinks=bool(found and found.shrinks)),
        **forms_again,
    }
    return render(request, "console/lists.html", context, status=status)
