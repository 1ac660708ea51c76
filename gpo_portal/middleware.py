"""Every request carries an id: in its answer, in each log line and in the audit trail."""

import logging
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

current_request_id: ContextVar[str] = ContextVar("current_request_id", default="-")
LONGEST_CLIENT_REQUEST_ID = 128


class RequestIdMiddleware:
    """Sets `request.request_id` and answers with Graph's request-id and client-request-id headers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = str(uuid.uuid4())
        client_request_id = request.headers.get("client-request-id", "")
        if not _echoable(client_request_id):
            client_request_id = request_id
        request.request_id = request_id  # type: ignore[attr-defined]
        request.client_request_id = client_request_id  # type: ignore[attr-defined]
        # Never reset: Django logs a refused request after the last middleware; the next request sets its own.
        current_request_id.set(request_id)
        response = self.get_response(request)
        response["request-id"] = request_id
        response["client-request-id"] = client_request_id
        return response


class TimeZoneMiddleware:
    """Times and days are those of the signed-in person's zone, else the portal's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Only pages show times: probes and the API need not know who has signed in.
        is_page = request.path.startswith(("/admin/", "/dashboards/"))
        with timezone.override(_zone(getattr(request.user, "time_zone", "")) if is_page else None):
            return self.get_response(request)


class RequestIdFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = current_request_id.get()
        return True


def _zone(chosen: str) -> ZoneInfo | None:
    """None for the portal's; a zone may go from the machine's list after somebody chose it."""
    try:
        return ZoneInfo(chosen) if chosen else None
    except (ZoneInfoNotFoundError, ValueError):
        return None


def _echoable(value: str) -> bool:
    return 0 < len(value) <= LONGEST_CLIENT_REQUEST_ID and value.isascii() and value.isprintable()
