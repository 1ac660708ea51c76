"""References from one thing to another by name, within a file or across files by prefix."""

from collections.abc import Iterable

from operations.admx.model.definitions import Reference, Using


class Prefixes:
    """What each prefix means. Prefixes are local to a file, and a file may use its own."""

    def __init__(self, own_prefix: str, own_namespace: str, using: Iterable[Using]) -> None:
        """The first meaning of a prefix counts, the file's own before all others."""
        self._own_namespace = own_namespace
        self._namespaces = {own_prefix: own_namespace} if own_prefix else {}
        for one in using:
            self._namespaces.setdefault(one.prefix, one.namespace)
        self._known: dict[str, Reference] = {}

    def resolve(self, written: str | None) -> Reference | None:
        """What `name` or `prefix:name` refers to; None where nothing is written."""
        if not written:
            return None
        known = self._known.get(written)
        if known is None and written.strip():
            known = self._known[written] = self._reference(written)
        return known

    def _reference(self, written: str) -> Reference:
        prefix, colon, name = written.strip().partition(":")
        if not colon:
            return Reference(self._own_namespace, prefix, written)
        return Reference(self._namespaces.get(prefix), name, written)
