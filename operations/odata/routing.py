"""The table of routes: from it come the URL patterns, the described paths and the known segments.

A path is written as in OpenAPI: `deviceManagement/groupPolicyOperations/{operation}`. Names may be sent in any letter
case and a key as a segment or in parentheses, `X/id` or `X('id')`. What stands in square brackets may be left out: a
cast to a derived type, the namespace of an action.
https://docs.oasis-open.org/odata/odata/v4.01/odata-v4.01-part2-url-conventions.html#sec_URLComponents
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.urls import URLPattern, re_path

QUOTED = "_quoted"
_STANDARD = {
    "": {"get": "list", "post": "create"},
    "/$count": {"get": "count"},
    "/{key}": {"get": "retrieve", "patch": "partial_update", "delete": "destroy"},
}
_PART = re.compile(r"(?P<key>/\{\w+\})|(?P<open>\[)|(?P<close>\])|(?P<text>[^/{\[\]]+|/)")


@dataclass(frozen=True)
class Route:
    """One address: the action of a viewset that answers each method there. `values` are fixed attributes."""

    path: str
    viewset: Any
    actions: Mapping[str, str]
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def described_path(self) -> str:
        """The path without what may be left out."""
        return re.sub(r"\[[^]]*\]", "", self.path)

    @property
    def name(self) -> str:
        """What figures about answers call it."""
        return self.described_path or "service"

    def pattern(self, prefix: str) -> URLPattern:
        view = self.viewset.as_view(dict(self.actions), **self.values)
        # The root may be asked for without its slash.
        return re_path(rf"{prefix}{expression(self.path) if self.path else '?'}$", view, name=self.name)


class Router:
    """Routes in the order in which they are matched."""

    def __init__(self) -> None:
        self.routes: list[Route] = []

    def collection(self, path: str, viewset: Any, *, key: str = "") -> None:
        """A collection with `/$count` and the actions bound to it; with `key` its entities and their actions too.

        Whatever of list, create, count, retrieve, partial_update and destroy the viewset has is routed.
        """
        bound = [action for action in viewset.get_extra_actions() if action.detail is not None]
        # Before entities: any segment may be a key.
        self._add_actions(path, viewset, [action for action in bound if not action.detail])
        for suffix, actions in _STANDARD.items():
            if "{key}" not in suffix or key:
                self.add(path + suffix.replace("{key}", f"{{{key}}}"), viewset, actions)
        if key:
            self._add_actions(f"{path}/{{{key}}}", viewset, [action for action in bound if action.detail])

    def entity(self, path: str, viewset: Any, actions: Mapping[str, str] | None = None, **values: Any) -> None:
        """One entity at an address of its own: what another leads to, or what has another type there."""
        self.add(path, viewset, actions or {"get": "follow"}, **values)

    def add(self, path: str, viewset: Any, actions: Mapping[str, str], **values: Any) -> None:
        """Those of the actions that the viewset has; none is no route."""
        there = {method: action for method, action in actions.items() if hasattr(viewset, action)}
        if there:
            self.routes.append(Route(path, viewset, there, values))

    def urls(self, prefix: str) -> list[URLPattern]:
        return [route.pattern(prefix) for route in self.routes]

    def segments(self, depth: int) -> frozenset[str]:
        """The names that stand at this place of the paths, counted from 0."""
        parts = (route.described_path.split("/") for route in self.routes)
        return frozenset(names[depth] for names in parts if len(names) > depth and "{" not in names[depth])

    def _add_actions(self, path: str, viewset: Any, actions: Iterable[Any]) -> None:
        for action in actions:
            self.add(f"{path}/{action.url_path}", viewset, action.mapping)


def expression(path: str) -> str:
    """The regular expression of a path."""
    return "".join(_expressions(path))


def keys(captured: Mapping[str, str]) -> dict[str, str]:
    """The keys of an address, whichever way they were written."""
    return {name.removesuffix(QUOTED): value for name, value in captured.items() if value is not None}


def _expressions(path: str) -> Iterator[str]:
    for part in _PART.finditer(path):
        if part["key"]:
            name = part["key"].strip("/{}")
            yield rf"(?:/(?P<{name}>[^/()'$]+)|\('(?P<{name}{QUOTED}>[^/()']+)'\))"
        elif part["open"]:
            yield "(?:"
        elif part["close"]:
            yield ")?"
        else:
            # Spelled out: Django's URL reversing refuses patterns with inline flags.
            yield "".join(f"[{c.lower()}{c.upper()}]" if c.isalpha() else re.escape(c) for c in part["text"])
