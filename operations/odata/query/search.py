"""$search: words and quoted phrases, all of which must be found, in any letter case."""

import re
from typing import Any

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from operations.odata.model import EntityType
from operations.odata.query.database_functions import UnicodeLower
from operations.odata.query.lexer import refused

LONGEST, MOST_TERMS = 1_000, 20
_TERM = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|([^\s"()]+))')


def search_rows(rows: QuerySet[Any], text: str, entity: EntityType) -> QuerySet[Any]:
    """The rows in whose texts every term is found. Raises ODataError 400."""
    for term in terms(text):
        anywhere = Q()
        for path in entity.searched:
            anywhere |= Q(GreaterThan(StrIndex(UnicodeLower(F(path)), _value(term)), 0))
        rows = rows.filter(anywhere)
    return rows


def terms(text: str) -> list[str]:
    """Words and phrases without their quotation marks. Raises ODataError 400."""
    if len(text) > LONGEST:
        raise refused("$search", f"it has {len(text)} characters; {LONGEST} are allowed.")
    if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise refused("$search", "it contains characters that are not text (NUL or half a surrogate pair).")
    found: list[str] = []
    place, end = 0, len(text.rstrip())
    while place < end:
        match = _TERM.match(text, place)
        if match is None:
            at = place + len(text[place:]) - len(text[place:].lstrip())
            raise refused("$search", f"unexpected '{text[at]}'. Write words, or a phrase in quotation marks.", at + 1)
        phrase, word = match.groups()
        if word in {"OR", "NOT"}:
            raise refused("$search", f"'{word}' is not supported: every word must be found.", match.start(2) + 1)
        if word != "AND":
            term = re.sub(r"\\(.)", r"\1", phrase) if phrase is not None else word
            if not term.strip():
                raise refused("$search", "a phrase is empty.", match.start() + 1)
            found.append(term)
        place = match.end()
    if not found:
        raise refused("$search", "there is no word to look for.")
    if len(found) > MOST_TERMS:
        raise refused("$search", f"it has {len(found)} words; {MOST_TERMS} are allowed.")
    return found


def _value(term: str) -> Any:
    return UnicodeLower(Value(term))
