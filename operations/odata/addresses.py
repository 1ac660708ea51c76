"""Addresses as OData writes them: a key as segment or in parentheses, resource names in any letter case."""

import re

QUOTED = "_quoted"


def collection(name: str) -> str:
    """A regular expression for a resource name, or for one of several divided by `|`."""
    # Spelled out: Django's URL reversing refuses patterns with inline flags.
    letters = (f"[{c.lower()}{c.upper()}]" if c.isalpha() else c if c == "|" else re.escape(c) for c in name)
    return f"(?:{''.join(letters)})"


def key(name: str) -> str:
    """A regular expression for `/id` or `('id')`, captured under `name`."""
    return rf"(?:/(?P<{name}>[^/()'$]+)|\('(?P<{name}{QUOTED}>[^/()']+)'\))"


def keys(captured: dict[str, str]) -> dict[str, str]:
    """What was captured, whichever way it was written."""
    return {name.removesuffix(QUOTED): value for name, value in captured.items()}
