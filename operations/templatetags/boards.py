"""Tiles of the overview on the admin's first page."""

from typing import Any

from django import template

from operations.dashboards.views import index_tiles

register = template.Library()


@register.inclusion_tag("dashboards/_index_tiles.html", takes_context=True)
def overview_tiles(context: template.Context) -> dict[str, Any]:
    """None for whoever may not read operations."""
    return {"tiles": index_tiles(context["request"])}
