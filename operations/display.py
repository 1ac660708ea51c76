"""How values look to people: on pages of the admin and on boards, in templates as the tags of `portal`."""

from datetime import datetime, timedelta

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from operations.choices import NO_LOOK, DefinitionFileStatus, Look, OperationStatus, Outcome, Severity, Tone

# Of every status, and of what a comparison finds. What no table knows is shown plain.
LOOKS: dict[str, Look] = {
    **{member.value: member.look for member in (*OperationStatus, *DefinitionFileStatus, *Outcome, *Severity)},
    "removed": Look(Tone.PLAIN, "–"),
    "added": Look(Tone.PLAIN, "+"),
    "changed": Look(Tone.PLAIN, "~"),
    "moved": Look(Tone.PLAIN, "→"),
    "breaking": Look(Tone.WARNING, "!"),
}


def status_badge(value: str, label: str) -> str:
    """A status in a colour and with a mark, so that nothing rests on hue alone."""
    look = LOOKS.get(value, NO_LOOK)
    return format_html(
        '<span class="badge badge-{} {}"><span aria-hidden="true">{}</span> {}</span>',
        value,
        look.tone,
        look.mark,
        label,
    )


def tone(value: str) -> str:
    """The class of a status's colour."""
    return LOOKS.get(value, NO_LOOK).tone


def moment(value: datetime | None) -> str:
    """In the viewer's zone, sortable by eye: 2026-11-23 22:31."""
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M") if value else "–"


def lasting(span: timedelta | None) -> str:
    """2 min 5 s; two units at most."""
    if not span:
        return "–"
    seconds = span.total_seconds()
    if seconds < 1:
        return f"{max(0, round(seconds * 1000))} ms"
    if seconds < 10:
        return f"{seconds:.1f} s"
    parts: list[str] = []
    left = round(seconds)
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min"), (1, "s")):
        amount, left = divmod(left, size)
        if amount or parts:
            parts.append(f"{amount} {unit}")
    return " ".join(part for part in parts[:2] if not part.startswith("0 "))


def admin_url(row: models.Model) -> str:
    """The row's own page."""
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
