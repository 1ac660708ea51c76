"""The functions of $filter, one entry each: the parser reads how many arguments, the compiler types and meaning.

https://docs.oasis-open.org/odata/odata/v4.01/odata-v4.01-part2-url-conventions.html#sec_CanonicalFunctions
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from django.db.models import Q
from django.db.models.expressions import Combinable
from django.db.models.functions import (
    ExtractDay,
    ExtractHour,
    ExtractMinute,
    ExtractMonth,
    ExtractYear,
    Length,
    StrIndex,
    Substr,
    TruncDate,
)
from django.db.models.lookups import Exact, GreaterThan, GreaterThanOrEqual
from django.utils import timezone

from operations.odata.language.database_functions import UnicodeLower, UnicodeUpper
from operations.odata.language.syntax import Kind


@dataclass(frozen=True, slots=True)
class Function:
    """What a function takes and gives, in Python for literals and in SQL for columns.

    `gives` is None for a condition; then `of_values` returns a bool and `of_columns` a Q. Null arguments never reach
    either: a function of null is null.
    """

    takes: tuple[Kind, ...]
    gives: Kind | None
    of_values: Callable[..., Any]
    of_columns: Callable[..., Any]


def _extraction(member: str, function: Any) -> Function:
    return Function(
        (Kind.DATE_TIME,),
        Kind.NUMBER,
        lambda value: getattr(value, member),
        lambda column: function(column, tzinfo=UTC),
    )


def _ends_with(text: Combinable, part: Combinable) -> Q:
    begin = Length(text) - Length(part) + 1
    return Q(GreaterThanOrEqual(Length(text), Length(part))) & Q(Exact(Substr(text, begin), part))


_TWO_STRINGS = (Kind.STRING, Kind.STRING)

FUNCTIONS: dict[str, Function] = {
    "startswith": Function(_TWO_STRINGS, None, str.startswith, lambda text, part: Q(Exact(StrIndex(text, part), 1))),
    "endswith": Function(_TWO_STRINGS, None, str.endswith, _ends_with),
    "contains": Function(
        _TWO_STRINGS, None, str.__contains__, lambda text, part: Q(GreaterThan(StrIndex(text, part), 0))
    ),
    "tolower": Function((Kind.STRING,), Kind.STRING, str.lower, UnicodeLower),
    "toupper": Function((Kind.STRING,), Kind.STRING, str.upper, UnicodeUpper),
    "length": Function((Kind.STRING,), Kind.NUMBER, len, Length),
    "year": _extraction("year", ExtractYear),
    "month": _extraction("month", ExtractMonth),
    "day": _extraction("day", ExtractDay),
    "hour": _extraction("hour", ExtractHour),
    "minute": _extraction("minute", ExtractMinute),
    "date": Function(
        (Kind.DATE_TIME,), Kind.DATE, lambda value: value.date(), lambda column: TruncDate(column, tzinfo=UTC)
    ),
    "now": Function((), Kind.DATE_TIME, timezone.now, timezone.now),
}
