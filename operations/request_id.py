"""Every request carries an id: in its answer, in each log line and in the audit trail."""

import logging
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

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


class OneLineOfDenialsFilter(logging.Filter):
    """Django logs each 403; those of somebody known are recorded, with one line a person, address and minute."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name != "django.request" or getattr(record, "status_code", None) != HTTPStatus.FORBIDDEN:
            return True
        user = getattr(getattr(record, "request", None), "user", None)
        return not getattr(user, "is_authenticated", False)


class RequestIdFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = current_request_id.get()
        return True


def _echoable(value: str) -> bool:
    return 0 < len(value) <= LONGEST_CLIENT_REQUEST_ID and value.isascii() and value.isprintable()
