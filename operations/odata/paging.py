"""Paging by keyset, newest first: a page continues after the last row seen, whatever came or went since."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core import signing
from django.db.models import Q, QuerySet
from rest_framework.request import Request

from operations.odata.errors import ODataError
from operations.odata.query import QueryOptions

NEWEST_FIRST = ("-created_date_time", "-id")


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Any]
    next_link: str | None


def newest_first(rows: QuerySet[Any], options: QueryOptions, request: Request) -> Page:
    """One page of rows that have `created_date_time` and `id`. Raises ODataError for a bad $skiptoken."""
    if options.skiptoken is not None:
        created, last_id = _open_token(options.skiptoken, request)
        # The first condition alone bounds the index scan; the second settles rows of the same microsecond.
        rows = rows.filter(Q(created_date_time__lte=created) & (Q(created_date_time__lt=created) | Q(id__lt=last_id)))
    # One row more than asked for tells whether another page exists, so no page is ever empty.
    found = list(rows.order_by(*NEWEST_FIRST)[: options.page_size + 1])
    page = found[: options.page_size]
    return Page(page, _next_link(page[-1], options, request) if len(found) > len(page) else None)


def _next_link(last: Any, options: QueryOptions, request: Request) -> str:
    token = signing.dumps([last.created_date_time.isoformat(), str(last.id)], salt=_salt(request))
    parameters = {"$top": str(options.top)} if options.top is not None else {}
    query = urlencode({**parameters, "$skiptoken": token}, safe="$")
    return f"{request.build_absolute_uri(request.path)}?{query}"


def _open_token(token: str, request: Request) -> tuple[datetime, UUID]:
    try:
        created, last_id = signing.loads(token, salt=_salt(request))
        return datetime.fromisoformat(created), UUID(last_id)
    except (signing.BadSignature, ValueError):
        raise ODataError(
            400,
            "The $skiptoken is not one that this address gave out. Follow @odata.nextLink unchanged.",
            target="$skiptoken",
        ) from None


def _salt(request: Request) -> str:
    """A token belongs to its collection and is refused elsewhere."""
    return f"$skiptoken:{request.path.lower()}"
