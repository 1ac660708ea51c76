"""Addresses as OData writes them: a key as segment or in parentheses, resource names in any letter case."""

QUOTED = "_quoted"


def collection(name: str) -> str:
    """A regular expression for a resource name."""
    return f"(?i:{name})"


def key(name: str) -> str:
    """A regular expression for `/id` or `('id')`, captured under `name`."""
    return rf"(?:/(?P<{name}>[^/()'$]+)|\('(?P<{name}{QUOTED}>[^/()']+)'\))"


def keys(captured: dict[str, str]) -> dict[str, str]:
    """What was captured, whichever way it was written."""
    return {name.removesuffix(QUOTED): value for name, value in captured.items()}
