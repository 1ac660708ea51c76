"""Names on the wire are camelCase; the same names inside are snake_case."""


def wire_name(name: str) -> str:
    """status_details → statusDetails."""
    first, *rest = name.split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in rest)


def wire_path(path: str) -> str:
    """Each segment of a path to a property."""
    return "/".join(wire_name(segment) for segment in path.split("/"))
