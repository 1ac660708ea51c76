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

from operations.odata.query.ast import ValueKind
from operations.odata.query.database_functions import UnicodeLower, UnicodeUpper


@dataclass(frozen=True, slots=True)
class Function:
    """What a function takes and gives, in Python for literals and in SQL for columns.

    `gives` is None for a condition; then `of_values` returns a bool and `of_columns` a Q. Null arguments never reach
    either: a function of null is null.
    """

    takes: tuple[ValueKind, ...]
    gives: ValueKind | None
    of_values: Callable[..., Any]
    of_columns: Callable[..., Any]


def _extraction(member: str, function: Any) -> Function:
    return Function(
        (ValueKind.DATE_TIME,),
        ValueKind.NUMBER,
        lambda value: getattr(value, member),
        lambda column: function(column, tzinfo=UTC),
    )


def _ends_with(text: Combinable, part: Combinable) -> Q:
    begin = Length(text) - Length(part) + 1
    return Q(GreaterThanOrEqual(Length(text), Length(part))) & Q(Exact(Substr(text, begin), part))


_TWO_STRINGS = (ValueKind.STRING, ValueKind.STRING)

FUNCTIONS: dict[str, Function] = {
    "startswith": Function(_TWO_STRINGS, None, str.startswith, lambda text, part: Q(Exact(StrIndex(text, part), 1))),
    "endswith": Function(_TWO_STRINGS, None, str.endswith, _ends_with),
    "contains": Function(
        _TWO_STRINGS, None, str.__contains__, lambda text, part: Q(GreaterThan(StrIndex(text, part), 0))
    ),
    "tolower": Function((ValueKind.STRING,), ValueKind.STRING, str.lower, UnicodeLower),
    "toupper": Function((ValueKind.STRING,), ValueKind.STRING, str.upper, UnicodeUpper),
    "length": Function((ValueKind.STRING,), ValueKind.NUMBER, len, Length),
    "year": _extraction("year", ExtractYear),
    "month": _extraction("month", ExtractMonth),
    "day": _extraction("day", ExtractDay),
    "hour": _extraction("hour", ExtractHour),
    "minute": _extraction("minute", ExtractMinute),
    "date": Function(
        (ValueKind.DATE_TIME,), ValueKind.DATE, lambda value: value.date(), lambda column: TruncDate(column, tzinfo=UTC)
    ),
    "now": Function((), ValueKind.DATE_TIME, timezone.now, timezone.now),
}
