"""Names of accounts, groups and API clients: anyone who reads one in the trail must know which one it is."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from operations.errors import InvalidError

# Control, format, surrogate, private and unassigned characters; separators other than the space.
_INVISIBLE = re.compile("Cc|Cf|Cs|Co|Cn|Zl|Zp|Zs")


def require_clear_name(name: str, *, taken: Iterable[str], target: str) -> None:
    """Raises InvalidError for a name that is empty, holds what nobody sees, mixes scripts or looks like one taken."""
    if not name.strip():
        raise InvalidError("A name is needed, so that the trail can say who acted.", target=target)
    if hidden := sorted({char for char in name if char != " " and _INVISIBLE.match(unicodedata.category(char))}):
        raise InvalidError(
            f"The name holds a character that nobody sees (U+{ord(hidden[0]):04X}). Remove it.", target=target
        )
    if name != " ".join(name.split()):
        raise InvalidError("A name neither begins nor ends with a space and has no two spaces in a row.", target=target)
    if _mixes_scripts(name):
        raise InvalidError(
            "The name mixes letters of several scripts that look alike. Write it in one script.", target=target
        )
    looks = _looks(name)
    if alike := next((other for other in taken if looks & _looks(other)), None):
        raise InvalidError(f"The name looks like “{alike}”, which exists. Choose another.", target=target)


def _mixes_scripts(name: str) -> bool:
    # Loads a megabyte of Unicode's tables, which only somebody who names an account needs.
    from confusable_homoglyphs import confusables

    return bool(confusables.is_dangerous(unicodedata.normalize("NFKC", name)))


def _looks(name: str) -> set[str]:
    """Two names that share one look the same, in small letters or in capitals.

    After https://www.unicode.org/reports/tr39/#Confusable_Detection
    """
    plain = unicodedata.normalize("NFKC", name)
    return {"".join(map(_prototype, unicodedata.normalize("NFKC", form))) for form in (plain.casefold(), plain.upper())}


@cache
def _prototype(char: str) -> str:
    from confusable_homoglyphs.confusables import confusables_data

    return min([char, *(other["c"] for other in confusables_data.get(char, ()) if len(other["c"]) == 1)])
