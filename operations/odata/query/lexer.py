"""From text to tokens: every character belongs to one, or the text is refused with its place."""

import re
from dataclasses import dataclass

from operations.odata.errors import ODataError

LONGEST_TEXT = 8_000
QUOTED_IN_ERRORS = 60
_TOKEN = re.compile(
    r"""
      (?P<blank>\s+)
    | (?P<enum>[A-Za-z_][A-Za-z0-9_.]*'(?:[^']|'')*')
    | (?P<string>'(?:[^']|'')*')
    | (?P<guid>[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}(?![A-Za-z0-9_-]))
    | (?P<date_time>[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9:.]*(?:[Zz]|[+-][0-9]{2}:[0-9]{2})?)
    | (?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})
    | (?P<number>-?[0-9]+(?:\.[0-9]+)?)
    | (?P<name>\$?[A-Za-z_][A-Za-z0-9_.]*)
    | (?P<mark>[(),/:])
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """`position` counts characters from 1."""

    kind: str
    text: str
    position: int


def refused(option: str, message: str, position: int | None = None) -> ODataError:
    """400 with the place, in Graph's manner."""
    clause = "Invalid filter clause" if option == "$filter" else f"Invalid {option} clause"
    where = f" (at character {position})" if position is not None else ""
    return ODataError(400, f"{clause}: {message}{where}", target=option)


def shortened(text: str) -> str:
    """As much of the input as an error quotes."""
    return text if len(text) <= QUOTED_IN_ERRORS else f"{text[:QUOTED_IN_ERRORS]}…"


def tokens(text: str, option: str) -> list[Token]:
    """Without blanks, ended by a token of the kind "end". Raises ODataError 400."""
    if len(text) > LONGEST_TEXT:
        raise refused(option, f"it has {len(text)} characters; {LONGEST_TEXT} are allowed.")
    found: list[Token] = []
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            told = "a quotation mark is not closed" if text[place] == "'" else f"unexpected '{text[place]}'"
            raise refused(option, f"{told}.", place + 1)
        if match.lastgroup != "blank":
            found.append(Token(match.lastgroup or "", match.group(), place + 1))
        place = match.end()
    return [*found, Token("end", "", len(text) + 1)]
