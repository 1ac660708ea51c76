"""Paging by keyset: a page continues after the last row seen, whatever came or went since."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core import signing
from django.db.models import F, Q, QuerySet
from django.db.models.expressions import Expression, OrderBy
from rest_framework.request import Request

from operations.odata.errors import ODataError
from operations.odata.query.options import QueryOptions

# Orders that no index keeps are sorted anew for each page; beyond this many rows that is refused.
MOST_SORTED = 100_000


@dataclass(frozen=True, slots=True)
class Key:
    """One column of an order; null comes before everything else, as OData has it."""

    column: Expression | F
    is_descending: bool = False
    nullable: bool = True

    @property
    def order(self) -> OrderBy:
        """For order_by()."""
        if not self.nullable:
            return OrderBy(self.column, descending=self.is_descending)
        nulls = {"nulls_last": True} if self.is_descending else {"nulls_first": True}
        return OrderBy(self.column, descending=self.is_descending, **nulls)

    def after(self, name: str, value: Any) -> Q:
        """What comes after a row that has this value; `name` is the annotation that holds the column."""
        if value is None:
            # Nothing is lower than null, and everything else is higher.
            return Q(pk__in=[]) if self.is_descending else Q(**{f"{name}__isnull": False})
        if self.is_descending:
            lower = Q(**{f"{name}__lt": value})
            return lower | Q(**{f"{name}__isnull": True}) if self.nullable else lower
        return Q(**{f"{name}__gt": value})

    def same(self, name: str, value: Any) -> Q:
        """What has this value."""
        return Q(**({f"{name}__isnull": True} if value is None else {name: value}))

    def bound(self, name: str, value: Any) -> Q:
        """What has this value or comes after it, in the one condition that an index can use."""
        if value is None or (self.is_descending and self.nullable):
            return Q()
        return Q(**{f"{name}__{'lte' if self.is_descending else 'gte'}": value})


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Any]
    next_link: str | None


def keys_of(order: Sequence[str]) -> tuple[Key, ...]:
    """Of ORM paths such as `-created_date_time`, of which none is ever null."""
    return tuple(Key(F(name.removeprefix("-")), name.startswith("-"), nullable=False) for name in order)


def page_of(
    rows: QuerySet[Any], keys: Sequence[Key], options: QueryOptions, request: Request, *, is_indexed: bool = True
) -> Page:
    """One page in the order of the keys, the last of which is unique. Raises ODataError."""
    if not is_indexed and rows.order_by()[: MOST_SORTED + 1].count() > MOST_SORTED:
        raise ODataError(
            400,
            f"$orderby: no index keeps this order, and there are more than {MOST_SORTED:,} rows to sort. "
            "Narrow them with $filter, or leave $orderby out.",
            target="$orderby",
        )
    names = [f"_key_{number}" for number in range(len(keys))]
    rows = rows.annotate(**{name: key.column for name, key in zip(names, keys, strict=True)})
    if options.skiptoken is not None:
        rows = rows.filter(_after(names, keys, _open_token(options, request, len(keys))))
    # One row more than asked for tells whether another page exists, so no page is ever empty.
    begin, size = options.skip, options.page_size
    found = list(rows.order_by(*(key.order for key in keys))[begin : begin + size + 1])
    page = found[:size]
    has_more = len(found) > len(page)
    return Page(page, _next_link([getattr(page[-1], name) for name in names], options, request) if has_more else None)


def _after(names: Sequence[str], keys: Sequence[Key], values: Sequence[Any]) -> Q:
    condition = Q(pk__in=[])
    for name, key, value in reversed(list(zip(names, keys, values, strict=True))):
        condition = key.after(name, value) | (key.same(name, value) & condition)
    # Says nothing new, but it alone bounds the scan of an index.
    return keys[0].bound(names[0], values[0]) & condition


def _next_link(values: list[Any], options: QueryOptions, request: Request) -> str:
    token = signing.dumps([_written(value) for value in values], salt=_salt(options, request), compress=True)
    kept = {f"${name}": value for name, value in options.written.items() if name not in {"skip", "skiptoken"}}
    query = urlencode({**kept, "$skiptoken": token}, safe="$,/")
    return f"{request.build_absolute_uri(request.path)}?{query}"


def _open_token(options: QueryOptions, request: Request, length: int) -> list[Any]:
    try:
        values = [_read(value) for value in signing.loads(options.skiptoken or "", salt=_salt(options, request))]
        if len(values) != length:
            raise ValueError("of another order")
    except (signing.BadSignature, ValueError, TypeError):
        raise ODataError(
            400,
            "The $skiptoken is not one that this address gave out. Follow @odata.nextLink unchanged.",
            target="$skiptoken",
        ) from None
    return values


def _written(value: Any) -> Any:
    match value:
        case datetime():
            return ["dateTime", value.astimezone(UTC).isoformat()]
        case date():
            return ["date", value.isoformat()]
        case UUID():
            return ["guid", str(value)]
        case _:
            return value


def _read(value: Any) -> Any:
    match value:
        case ["dateTime", text]:
            return datetime.fromisoformat(text)
        case ["date", text]:
            return date.fromisoformat(text)
        case ["guid", text]:
            return UUID(text)
        case _:
            return value


def _salt(options: QueryOptions, request: Request) -> str:
    """A token belongs to its collection and to what was asked of it, and is refused elsewhere."""
    asked = repr([options.filter, options.orderby, options.search])
    digest = hashlib.sha256(asked.encode("utf-8", "surrogatepass")).hexdigest()
    return f"$skiptoken:{request.path.lower()}:{digest}"
