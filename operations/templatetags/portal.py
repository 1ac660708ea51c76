"""What templates show of operations."""

from datetime import datetime, timedelta
from typing import Any

from django import template
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from operations.audit.actions import label_of
from operations.choices import NO_LOOK, DefinitionFileStatus, Look, OperationStatus, Outcome, Severity, Tone
from operations.permissions import Action, allows
from operations.queries.trail import events_of
from operations.services import versions

register = template.Library()

SHOWN_CHANGES = 200
# Of every status, and of what a comparison finds. What no table knows is shown plain.
LOOKS: dict[str, Look] = {
    **{member.value: member.look for member in (*OperationStatus, *DefinitionFileStatus, *Outcome, *Severity)},
    "removed": Look(Tone.PLAIN, "–"),
    "added": Look(Tone.PLAIN, "+"),
    "changed": Look(Tone.PLAIN, "~"),
    "moved": Look(Tone.PLAIN, "→"),
    "breaking": Look(Tone.WARNING, "!"),
}


@register.simple_tag(name="badge")
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


@register.filter
def tone(value: str) -> str:
    """The class of a status's colour."""
    return LOOKS.get(value, NO_LOOK).tone


@register.filter
def moment(value: datetime | None) -> str:
    """In the viewer's zone, sortable by eye: 2026-11-23 22:31."""
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M") if value else "–"


@register.filter
def action_label(code: str) -> str:
    """The English label of an action code."""
    return label_of(code)


@register.filter
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


@register.filter
def place(finding: Any) -> str:
    """File, language and line, of a stored finding or of one just made."""
    language = f" ({finding.language_code})" if finding.language_code else ""
    return f"{finding.file_name}{language}{f', line {finding.line}' if finding.line else ''}"


@register.filter
def read_changes(stored: dict[str, Any]) -> Any:
    """The difference that was kept with a version."""
    return versions.stored_difference(stored)


@register.filter
def summarised(difference: Any) -> str:
    """A difference in one sentence."""
    return versions.summarised(difference)


@register.filter
def first_changes(difference: Any) -> list[Any]:
    """As many as people read, breaking ones first."""
    return sorted(difference.changes, key=lambda change: not change.is_breaking)[:SHOWN_CHANGES]


@register.filter
def admin_url(row: models.Model) -> str:
    """The row's own page."""
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


@register.inclusion_tag("components/own_trail.html", takes_context=True)
def own_trail(context: template.Context, subject: models.Model) -> dict[str, Any]:
    """What happened to an object, for those who may read the trail."""
    may = allows(Action.READ_TRAIL, context["request"].user.get_all_permissions())
    return {
        "may_see_trail": may,
        "events": events_of(subject) if may else [],
        "object_type": subject._meta.object_name,
        "object_id": subject.pk,
    }
