"""What templates show of operations."""

from typing import Any

from django import template
from django.db import models

from operations import display
from operations.audit.actions import label_of
from operations.dashboards.views import index_tiles
from operations.permissions import Action, allows
from operations.queries.trail import events_of
from operations.services.templates import versions

register = template.Library()

SHOWN_CHANGES = 200

register.simple_tag(display.status_badge, name="badge")
register.filter("tone", display.tone)
register.filter("moment", display.moment)
register.filter("lasting", display.lasting)
register.filter("admin_url", display.admin_url)


@register.filter
def action_label(code: str) -> str:
    """The English label of an action code."""
    return label_of(code)


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


@register.inclusion_tag("dashboards/_index_tiles.html", takes_context=True)
def overview_tiles(context: template.Context) -> dict[str, Any]:
    """None for whoever may not read operations."""
    return {"tiles": index_tiles(context["request"])}
