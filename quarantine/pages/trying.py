"""A page to try a message before it is sent: for people of the school who are signed in; nothing is sent, nothing is kept."""

from django import forms
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from quarantine import trials
from quarantine.config import current
from quarantine.pages import signin

PEOPLE = 50  # recipients of a trial
TEXT = 100_000  # letters


class Try(forms.Form):
    """What somebody is about to send."""

    to = forms.CharField(required=False, max_length=5_000)
    subject = forms.CharField(required=False, max_length=998)
    text = forms.CharField(required=False, max_length=TEXT)
    file = forms.FileField(required=False, allow_empty_file=True)

    def clean_to(self) -> list[str]:
        """The addresses, each a good one."""
        found = [one.strip() for one in self.cleaned_data["to"].replace(";", ",").split(",") if one.strip()]
        if len(found) > PEOPLE:
            raise forms.ValidationError("many")
        for address in found:
            validate_email(address)
        return found

    def clean_file(self) -> tuple[str, bytes] | None:
        """Name and bytes, within the limit."""
        file = self.cleaned_data["file"]
        if file is None:
            return None
        if (file.size or 0) > trials.LARGEST:
            raise forms.ValidationError("large")
        return str(file.name or "file"), bytes(file.read())


def too_large(request: HttpRequest) -> bool:
    """Whether more was sent than is taken; the file would be missing then."""
    sent = request.META.get("CONTENT_LENGTH") or "0"
    return not sent.isdigit() or int(sent) > trials.LARGEST + 1_000_000


def begun(form: Try, sender: str, who: str) -> str:
    """Put up what the form holds, in this person's name; TooManyError where they tried too often."""
    now, data = timezone.now(), form.cleaned_data
    raw = trials.composed(
        sender=sender, to=data["to"], subject=data["subject"], text=data["text"], file=data["file"], now=now
    )
    domain = sender.rpartition("@")[2].lower()
    schools = current().schools
    school = next((one for one in schools if domain in one.domains), schools[0])
    return trials.begin(raw, sender=sender, to=data["to"], who=who, school=school.key, now=now)


@require_http_methods(["GET", "HEAD", "POST"])
def try_(request: HttpRequest) -> HttpResponse:
    """GET shows the form; POST puts the message up for its answer."""
    if not signin.who(request):
        return signin.asked(request, "/try/")
    form = Try(request.POST or None, request.FILES or None)
    if request.method != "POST":
        return _form(request, form, "", 200)
    if too_large(request) or not form.is_valid():
        return _form(request, form, _("Please check the addresses. A file may have 10 MB at most."), 422)
    try:
        trial = begun(form, signin.address(request), signin.who(request))
    except trials.TooManyError:
        return _form(request, form, _("You have tried many times just now. Please wait ten minutes."), 429)
    return redirect("tried", trial)


@require_safe
def tried(request: HttpRequest, trial: str) -> HttpResponse:
    """The answer, for whoever asked."""
    if not signin.who(request):
        return signin.asked(request, "/try/")
    found = trials.found(trial, signin.who(request), now=timezone.now())
    if found is None:
        text = _("Answers are kept for an hour. Nothing of your message was kept or sent.")
        context = {"heading": _("This answer is not here any more"), "text": text}
        return render(request, "pages/message.html", context, status=404)
    answer = trials.answer(found) if found.action not in ("", trials.FAILED) else ""
    return render(request, "pages/tried.html", {"trial": found, "answer": answer})


def _form(request: HttpRequest, form: Try, wrong: str, status: int) -> HttpResponse:
    return render(request, "pages/try.html", {"form": form, "wrong": wrong}, status=status)
