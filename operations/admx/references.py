"""Where an ADMX refers to texts of its language files: $(string.X)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

_REFERENCE = re.compile(r"\$\(string\.([^()]*)\)")
_NAMED = frozenset({"policy", "category"})


@dataclass(frozen=True, slots=True)
class StringReference:
    """One use of a text. It is a title when a policy or category shows it as its name."""

    string_id: str
    line: int | None
    owner: str
    is_title: bool


def string_references(root: etree._Element) -> tuple[StringReference, ...]:
    """The first use of each text in document order, but always a title where there is one."""
    found: dict[str, StringReference] = {}
    for reference in _all(root):
        known = found.get(reference.string_id)
        if known is None or (reference.is_title and not known.is_title):
            found[reference.string_id] = reference
    return tuple(found.values())


def _all(root: etree._Element) -> Iterator[StringReference]:
    for element in root.iter(etree.Element):
        for attribute, value in element.items():
            if "$(string." not in value:
                continue
            name = etree.QName(element).localname
            is_title = attribute == "displayName" and name in _NAMED
            owner = f"{name} {element.get('name', '')}".strip()
            for match in _REFERENCE.finditer(value):
                yield StringReference(match[1], element.sourceline, owner, is_title)
