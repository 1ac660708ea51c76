"""Vega-Lite to SVG that stands in the page itself: no script, no inline style, every mark told and linked."""

import hashlib
import json
import logging
import re
from contextlib import suppress
from functools import cache
from threading import Thread
from typing import Any

import vl_convert
from django.core.cache import caches
from django.core.signing import BadSignature, Signer
from django.utils.safestring import SafeString, mark_safe
from lxml import etree

from operations.dashboards.charts.vega import HOST, NOWHERE, SCHEMA, Specification

logger = logging.getLogger(__name__)

# Counted up when what is made of a specification changes.
EDITION = 1
_SVG, _XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
# All but Char of https://www.w3.org/TR/xml/#charsets
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)


def draw(specification: Specification, *, told: str = "") -> SafeString | str:
    """Drawn once for the same data, whichever process asks; `told` names it, else it is decoration.

    Empty where it cannot be drawn: the table beside it says the same.
    """
    try:
        # Safe: made by Vega, whose texts are escaped, and written anew by a serializer.
        return mark_safe(_kept(_printable([EDITION, told, specification])))  # noqa: S308
    except Exception:
        logger.exception("A chart could not be drawn: %s", told)
        return ""


def _kept(source: Any) -> str:
    _, told, specification = source
    digest = hashlib.sha256(json.dumps(source, sort_keys=True, default=str).encode()).hexdigest()
    # A drawing becomes part of a page: only what this portal drew for these very data is taken from the cache.
    signer = Signer(salt=f"drawing {digest}")
    with suppress(OSError, BadSignature):
        if (drawn := caches["drawings"].get(digest)) is not None:
            return signer.unsign(str(drawn))
    drawn = _finished(vl_convert.vegalite_to_svg(specification, allowed_base_urls=[]), told)
    # A full or locked folder costs time, no chart.
    with suppress(OSError):
        caches["drawings"].set(digest, signer.sign(drawn))
    return drawn


def _printable(value: Any) -> Any:
    """The same with every character replaced that XML has no place for: Vega's reader would end the whole process."""
    if isinstance(value, str):
        return _UNPRINTABLE.sub("\ufffd", value)
    if isinstance(value, dict):
        return {name: _printable(one) for name, one in value.items()}
    return [_printable(one) for one in value] if isinstance(value, list | tuple) else value


@cache
def warm() -> None:
    """Let this process draw its first chart, the slow one, before somebody waits for it; others never pay for it."""
    Thread(target=_draw_anything, daemon=True).start()


def _draw_anything() -> None:
    vl_convert.vegalite_to_svg({"$schema": SCHEMA, "data": {"values": [{"x": 1}]}, "mark": "point"})


def _finished(drawn: str, told: str) -> str:
    root = etree.fromstring(drawn.encode(), _PARSER)
    if told:
        root.set("role", "graphics-document")
        root.set("aria-label", told)
    else:
        root.set("aria-hidden", "true")
    for link in list(root.iter(f"{{{_SVG}}}a")):
        address = link.attrib.pop(f"{{{_XLINK}}}href")
        if address == NOWHERE:
            link.tag = f"{{{_SVG}}}g"
            continue
        if not address.startswith(f"{HOST}/"):
            raise ValueError(f"A chart leads away from the portal: {address}")
        link.set("href", address.removeprefix(HOST))
        # The table beside it has the same links in an order that a keyboard can follow.
        link.set("tabindex", "-1")
    for mark in root.iter(f"{{{_SVG}}}path"):
        label = mark.get("aria-label")
        if label:
            etree.SubElement(mark, f"{{{_SVG}}}title").text = label
    return etree.tostring(root, encoding="unicode")


def note_of(specification: Specification) -> str:
    """What is to be said beside the drawing."""
    meta: dict[str, Any] = specification.get("usermeta", {})
    return str(meta.get("note", ""))
