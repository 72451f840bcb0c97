"""Template filters: form fields in the look of the component set."""

from collections.abc import Iterable
from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField, BoundWidget
from django.utils.safestring import SafeString

register = template.Library()

KINDS: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxSelectMultiple, "checkboxes"),
    (forms.RadioSelect, "radio"),
    (forms.CheckboxInput, "checkbox"),
    (forms.Select, "select"),
    (forms.Textarea, "textarea"),
)
CLASSES = {
    "checkboxes": "govuk-checkboxes__input",
    "radio": "govuk-radios__input",
    "checkbox": "govuk-checkboxes__input",
    "select": "govuk-select",
    "textarea": "govuk-textarea",
    "input": "govuk-input",
}


@register.filter
def widget_kind(field: BoundField) -> str:
    """Which component shows the field."""
    return next((kind for widget, kind in KINDS if isinstance(field.field.widget, widget)), "input")


@register.filter
def styled(field: BoundField) -> SafeString:
    """The field's input with the classes of the component set, and its error named to screen readers."""
    kind = widget_kind(field)
    attrs: dict[str, Any] = {"class": CLASSES[kind]}
    if field.errors:
        attrs["class"] += f" {CLASSES[kind]}--error"
        attrs["aria-describedby"] = f"{field.auto_id}_error"
    return field.as_widget(attrs=attrs)


@register.filter
def options(field: BoundField) -> Iterable[BoundWidget]:
    """The single choices of a radio or checkbox list, styled."""
    field.field.widget.attrs["class"] = CLASSES[widget_kind(field)]
    return field.subwidgets
