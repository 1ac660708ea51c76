"""Where no view was reached: the API still answers in the envelope, people get a page."""

import logging
import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

from operations.api.oauth import oauth_error
from operations.odata.errors import http_error

logger = logging.getLogger(__name__)

_API = re.compile(r"^/((beta|v1\.0)(/|$)|deviceManagement(/|$)|metrics$|api/statistics(/|$))")
_TOKEN = re.compile(r"^/[^/]+/oauth2/")


@csrf_exempt
def without_version(request: HttpRequest, rest: str = "") -> HttpResponse:
    return http_error(request, 404, "Invalid version: deviceManagement. Begin the path with /beta or /v1.0.")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    host = type(exception).__name__ == "DisallowedHost"
    message = (
        "This host name is not served here. Add it to PORTAL_ALLOWED_HOSTS."
        if host
        else "The request could not be understood."
    )
    return answer(request, 400, message)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, 403, "You may not do this. Ask an administrator for the permission.")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, 404, "There is no such page.")


def server_error(request: HttpRequest) -> HttpResponse:
    return answer(request, 500, "The portal failed unexpectedly. Give its operator the request id.")


def answer(request: HttpRequest, status: int, message: str) -> HttpResponse:
    """A refusal in the shape of the address: Graph's envelope, Entra's, or a page."""
    if _TOKEN.match(request.path):
        return oauth_error(request, status, "invalid_request" if status < 500 else "server_error", message)
    if _API.match(request.path):
        return http_error(request, status, message)
    context: dict[str, Any] = {
        "status": status,
        "message": message,
        "request_id": getattr(request, "request_id", "-"),
    }
    # Without the request: its session or host may be the very thing that is wrong.
    return render(None, "error.html", context, status=status)
