"""The forms of the console: filters, reasons and decisions."""

from collections.abc import Iterable
from typing import Any

from django import forms

from quarantine.config import current
from quarantine.console.access import NO_CONTENT
from quarantine.console.shown import people, role_words
from quarantine.models import Held, Role, State

ANY = ("", "Any")
RISK_CHOICES = (ANY, ("4", "Very high"), ("3", "High and above"), ("2", "Medium and above"))
ACTION_CHOICES = (ANY, ("quarantine", "An officer"), ("ask", "The sender"))

# Fixed words, because the audit keeps them for a year and free text would bring names into it.
REASONS = {
    "decide": "I need to see it to decide",
    "sender": "The sender asked me about it",
    "safeguarding": "There may be a safeguarding concern",
    "false-alarm": "I am checking a false alarm",
    "rights-request": "A person asked for their data",
    "incident": "I am looking into an incident",
}
NOTE_LIMIT = 2_000


class Filters(forms.Form):
    """What the list shows; every field may be left out."""

    reference = forms.CharField(label="Reference", max_length=64, required=False)
    sender = forms.CharField(label="Sender (whole address)", max_length=254, required=False)
    risk = forms.ChoiceField(label="Risk", choices=RISK_CHOICES, required=False)
    action = forms.ChoiceField(label="Waits for", choices=ACTION_CHOICES, required=False)
    state = forms.ChoiceField(label="Outcome", required=False)
    school = forms.ChoiceField(label="School", required=False)

    def __init__(self, data: Any, *, decided: bool) -> None:
        super().__init__(data)
        outcomes = [ANY, *((s.value, s.label.capitalize()) for s in State if s is not State.HELD)]
        self._choices("state", outcomes, wanted=decided)
        schools = current().schools
        self._choices("school", [ANY, *((s.key, s.name) for s in schools)], wanted=len(schools) > 1)

    def _choices(self, name: str, choices: list[tuple[str, str]], *, wanted: bool) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices
        if not wanted:
            del self.fields[name]


class Reveal(forms.Form):
    reason = forms.ChoiceField(
        label="Why do you need to see the content?",
        choices=list(REASONS.items()),
        help_text="Your name, the time and this reason go into the audit log.",
    )


class Note(forms.Form):
    """Words to the sender, which go out in a notice."""

    note = forms.CharField(
        label="Note to the sender",
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": NOTE_LIMIT}),
        max_length=NOTE_LIMIT,
        required=False,
    )


class Return(Note):
    """A return always says why."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].required = True
        self.fields[
            "note"
        ].help_text = "Say what to change and what to do instead. Do not repeat what was found."
        self.fields["note"].error_messages["required"] = "Tell the sender why, and what to do instead"


class Release(Note):
    """To whom it goes; all are ticked at first."""

    recipients = forms.TypedMultipleChoiceField(
        label="Send to",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one recipient"},
    )
    false_alarm = forms.BooleanField(
        label="It was a false alarm: this should not have been stopped",
        required=False,
    )
    field_order = ("recipients", "note", "false_alarm")

    def __init__(self, data: Any = None, *, recipients: list[tuple[int, str]]) -> None:
        super().__init__(
            data, initial={"recipients": [position for position, _ in recipients]}, prefix="release"
        )
        field = self.fields["recipients"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = recipients


class Delete(forms.Form):
    sure = forms.BooleanField(
        label="Yes, delete it. Nobody gets it, and nobody can bring it back. The sender is told that it was deleted.",
        error_messages={"required": "Tick the box to delete the message"},
    )


class KeepLonger(forms.Form):
    days = forms.TypedChoiceField(
        label="Keep it for",
        coerce=int,
        choices=[(7, "7 more days"), (14, "14 more days"), (30, "30 more days")],
    )


class PassOn(forms.Form):
    """To another role; the roles are those of the settings and of the accounts."""

    role = forms.ChoiceField(label="Pass on to")

    def __init__(self, *args: Any, without: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["role"]
        assert isinstance(field, forms.ChoiceField)
        known = set(current().roles) | set(Role.objects.values_list("role", flat=True).distinct())
        field.choices = [(role, role_words([role])) for role in sorted(known - NO_CONTENT - set(without))]


class Keep(forms.Form):
    """What to keep, and why."""

    what = forms.ChoiceField(label="Keep", widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Why?",
        help_text="For example a rights request, a complaint or a police matter. It is kept sealed.",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 500}),
    )

    def __init__(self, data: Any = None, *, message: Held) -> None:
        super().__init__(data, prefix="keep", initial={"what": "message"})
        field = self.fields["what"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            ("message", "This message"),
            ("sender", f"Everything held from {message.sender_masked}"),
            *((f"person:{key}", f"Everything held about {masked}") for key, masked in people(message)),
        ]


class AskSender(forms.Form):
    words = forms.CharField(
        label="Your question to the sender",
        help_text="They get it by e-mail and answer on their page. Do not repeat what was found.",
        max_length=NOTE_LIMIT,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": NOTE_LIMIT}),
        error_messages={"required": "Write your question"},
    )


class Quiet(forms.Form):
    """The first person gives the reason, the second one agrees."""

    reason = forms.CharField(
        label="Why must the sender not hear what is decided?",
        help_text="For example because it would put a child in danger. It is kept sealed.",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 500}),
        error_messages={"required": "Say why the sender must not be told"},
    )

    def __init__(self, *args: Any, second: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if second:
            del self.fields["reason"]
