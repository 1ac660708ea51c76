"""What elements and attributes say, in Python's own types. Real files use four XML namespaces: none counts."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, cast

from lxml import etree

from operations.admx.model.exceptions import RefusedError

MAX_TEXT_LENGTH = 64 * 1024

_FLAGS = {"true": True, "1": True, "false": False, "0": False}


@lru_cache(maxsize=1024)
def _local_name(tag: str) -> str:
    return tag.rpartition("}")[2]


@lru_cache(maxsize=1024)
def _namespace_of(tag: str) -> str:
    return tag.rpartition("}")[0].removeprefix("{")


# lxml's own QName raises at names that libxml2 lets pass, such as `:policyDefinitions`.
# The stubs cannot know that a parser which drops comments leaves no tags but of type str.
local_name = cast(Callable[[Any], str], _local_name)
namespace_of = cast(Callable[[Any], str], _namespace_of)


def children(element: etree._Element, name: str) -> list[etree._Element]:
    """The children of this name."""
    return [child for child in element if local_name(child.tag) == name]


def first_child(element: etree._Element, name: str) -> etree._Element | None:
    """The first child of this name, or None."""
    for child in element:
        if local_name(child.tag) == name:
            return child
    return None


def first_children(element: etree._Element) -> dict[str, etree._Element]:
    """The first child of each name."""
    found: dict[str, etree._Element] = {}
    for child in element:
        found.setdefault(local_name(child.tag), child)
    return found


def text_of(element: etree._Element | None) -> str:
    """The text inside an element exactly as written, without any markup; "" where there is no element."""
    if element is None:
        return ""
    text = "".join(element.itertext()) if len(element) else element.text or ""
    if len(text) > MAX_TEXT_LENGTH:
        reason = f"a text is longer than {MAX_TEXT_LENGTH:,} characters"
        raise RefusedError("LimitExceeded", line=element.sourceline, reason=reason)
    return text


def flag(element: etree._Element, attribute: str, *, default: bool = False) -> bool:
    """An attribute that says yes or no, in any letter case; the default where it says neither."""
    written = element.get(attribute)
    return default if written is None else _FLAGS.get(written.strip().lower(), default)
