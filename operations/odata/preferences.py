"""The Prefer header: https://datatracker.ietf.org/doc/html/rfc7240, with OData's own preferences."""

from dataclasses import dataclass

from rest_framework.request import Request


@dataclass(frozen=True, slots=True)
class Preferences:
    """What the caller would like; what cannot be had is passed over, as the RFC wants it."""

    wants: str | None = None
    max_page_size: int | None = None


def preferences(request: Request) -> Preferences:
    """The first of each name counts; `maxpagesize` comes before the older `odata.maxpagesize`."""
    given: dict[str, str] = {}
    for part in request.headers.get("Prefer", "").split(","):
        name, _, value = part.partition(";")[0].partition("=")
        given.setdefault(name.strip().lower(), value.strip().strip('"').lower())
    wants = given.get("return")
    size = given.get("maxpagesize") or given.get("odata.maxpagesize") or ""
    is_size = size.isascii() and size.isdigit() and 0 < len(size) < 10 and int(size) > 0
    return Preferences(
        wants=wants if wants in {"minimal", "representation"} else None, max_page_size=int(size) if is_size else None
    )
