"""How answers look: content negotiation, preferences, JSON bytes, annotations and headers."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson
from django.http import HttpRequest
from rest_framework import exceptions
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

CONTENT_TYPE = "application/json;odata.metadata={level};odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
_ACCEPTABLE = {"application/json", "application/*", "*/*"}
_NO_QUALITY = re.compile(r"q=0(\.0*)?")


class ODataRenderer(BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset = None

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        return b"" if data is None else orjson.dumps(data)


class ODataNegotiation(BaseContentNegotiation):
    """JSON is the one representation; an Accept header that leaves no room for it is 406."""

    def select_parser(self, request: Request, parsers: Iterable[Any]) -> Any:
        return None

    def select_renderer(
        self, request: Request, renderers: Iterable[Any], format_suffix: str | None = None
    ) -> tuple[Any, str]:
        if not any(_accepts_json(part) for part in (request.headers.get("Accept") or "*/*").split(",")):
            raise exceptions.NotAcceptable
        return next(iter(renderers)), CONTENT_TYPE.format(level=metadata_level(request))


class AnythingNegotiation(ODataNegotiation):
    """For downloads: the file comes as it is, whatever Accept says; a refusal is JSON as everywhere."""

    def select_renderer(
        self, request: Request, renderers: Iterable[Any], format_suffix: str | None = None
    ) -> tuple[Any, str]:
        return next(iter(renderers)), CONTENT_TYPE.format(level=metadata_level(request))


def metadata_level(request: HttpRequest | Request) -> str:
    """`none` where the caller asks for it, else `minimal`, which `full` gets too."""
    accept = request.headers.get("Accept", "").replace(" ", "").lower()
    return "none" if "odata.metadata=none" in accept else "minimal"


def context_url(request: Request, version: str, fragment: str) -> str:
    return request.build_absolute_uri(f"/{version}/$metadata#{fragment}")


def _accepts_json(part: str) -> bool:
    media_type, *parameters = [piece.replace(" ", "").lower() for piece in part.split(";")]
    return media_type in _ACCEPTABLE and not any(_NO_QUALITY.fullmatch(parameter) for parameter in parameters)


@dataclass(frozen=True, slots=True)
class Preferences:
    """The Prefer header (https://datatracker.ietf.org/doc/html/rfc7240) with OData's own preferences.

    What cannot be had is ignored, as the RFC wants it.
    """

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
