"""Names on the wire are camelCase; the same names inside are snake_case."""

from typing import Any


def wire_name(name: str) -> str:
    """status_details → statusDetails."""
    first, *rest = name.split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in rest)


def wire_path(path: str) -> str:
    """Each segment of a path to a property."""
    return "/".join(wire_name(segment) for segment in path.split("/"))


def wire_members(value: Any) -> Any:
    """The members of objects, in whatever depth, by their wire names."""
    if isinstance(value, dict):
        return {wire_name(name): wire_members(one) for name, one in value.items()}
    return [wire_members(one) for one in value] if isinstance(value, list) else value
