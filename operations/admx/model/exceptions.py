"""The one exception of this package: a file that cannot be read any further."""

from typing import Any


class RefusedError(Exception):
    """Reading stops here. Carries a rule's code, the line and the words for its message."""

    def __init__(self, code: str, *, line: int | None = None, **words: Any) -> None:
        """Name the rule; `words` fill its message."""
        super().__init__(code)
        self.code = code
        self.line = line
        self.words = words
