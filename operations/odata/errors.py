"""Errors as Microsoft Graph shapes them: one envelope, made in one place.

Envelope and codes: microsoft-graph-docs concepts/errors.md; Intune's ModelValidationFailure as observed.
"""

import logging
import math
from collections.abc import Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

import orjson
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from operations import errors
from operations.errors import PortalError, Problem
from operations.odata.names import wire_path

logger = logging.getLogger(__name__)

ERROR_CONTENT_TYPE = "application/json"
CODES: dict[int, str] = {
    400: "BadRequest",
    401: "InvalidAuthenticationToken",
    403: "Forbidden",
    404: "ResourceNotFound",
    405: "Request_BadRequest",
    406: "NotAcceptable",
    408: "RequestTimeout",
    409: "Conflict",
    412: "PreconditionFailed",
    413: "RequestEntityTooLarge",
    415: "UnsupportedMediaType",
    429: "TooManyRequests",
    500: "InternalServerError",
    501: "NotImplemented",
    503: "ServiceNotAvailable",
}
_STATUS_OF_PORTAL_ERROR: dict[type[PortalError], int] = {
    errors.InvalidError: 400,
    errors.DeniedError: 403,
    errors.MissingError: 404,
    errors.ConflictError: 409,
    errors.TooLargeError: 413,
    errors.DamagedError: 500,
}
MODEL_VALIDATION_FAILURE = "ModelValidationFailure"
METHOD_NOT_ALLOWED = "Specified HTTP method is not allowed for the request target."
THROTTLED = "Please retry again later."


class ODataError(exceptions.APIException):
    """An error of the protocol itself; `target` and the targets of `details` are written as on the wire."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str = "",
        target: str = "",
        details: Sequence[Problem] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status_code = status
        self.code = code or CODES[status]
        self.message = message
        self.target = target
        self.details = details
        self.headers = headers or {}


def answer_error(error: Exception, context: dict[str, Any]) -> Response:
    """DRF's exception handler: any exception becomes the envelope."""
    set_rollback()
    request: HttpRequest = context["request"]._request
    known = _as_odata_error(error)
    if known.status_code == 500:
        logger.error("Unexpected error", exc_info=error)
    body = envelope(known, request)
    return Response(body, status=known.status_code, headers=known.headers, content_type=ERROR_CONTENT_TYPE)


def http_error(request: HttpRequest, status: int, message: str, *, code: str = "") -> HttpResponse:
    """The envelope where no view was reached: Django's own 400, 403, 404 and 500."""
    error = ODataError(status, message, code=code)
    return HttpResponse(orjson.dumps(envelope(error, request)), status=status, content_type=ERROR_CONTENT_TYPE)


def envelope(error: ODataError, request: HttpRequest) -> dict[str, Any]:
    request_id = getattr(request, "request_id", "")
    inner: dict[str, Any] = {
        "date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S"),
        "request-id": request_id,
        "client-request-id": getattr(request, "client_request_id", request_id),
    }
    if error.status_code == 429:
        inner = {"code": "429", "status": "429", "message": "Please retry after", **inner}
    body: dict[str, Any] = {"code": error.code, "message": _encodable(error.message)}
    if error.target:
        body["target"] = _encodable(error.target)
    if error.details:
        body["details"] = [
            {"code": error.code, "message": _encodable(problem.message), "target": _encodable(problem.target)}
            for problem in error.details
        ]
    return {"error": {**body, "innerError": inner}}


def _encodable(text: str) -> str:
    """Half a surrogate pair can be quoted from the input but not written as UTF-8."""
    return text.encode(errors="replace").decode()


def _as_odata_error(error: Exception) -> ODataError:
    if isinstance(error, ODataError):
        return error
    if isinstance(error, PortalError):
        return _of_portal(error)
    if isinstance(error, exceptions.APIException):
        return _of_rest(error)
    for kind, status, message in _OF_DJANGO:
        if isinstance(error, kind):
            return ODataError(status, message)
    return _unexpected()


_OF_DJANGO: tuple[tuple[type[Exception], int, str], ...] = (
    (Http404, 404, "Resource not found."),
    (PermissionDenied, 403, "Insufficient privileges to complete the operation."),
    (SuspiciousOperation, 400, "The request was refused as malformed."),
)


def _of_portal(error: PortalError) -> ODataError:
    return ODataError(
        _STATUS_OF_PORTAL_ERROR[type(error)],
        error.message,
        code=MODEL_VALIDATION_FAILURE if isinstance(error, errors.InvalidError) and error.target else "",
        target=wire_path(error.target),
        details=[Problem(problem.message, wire_path(problem.target)) for problem in error.details],
    )


def _of_rest(error: exceptions.APIException) -> ODataError:
    match error:
        case exceptions.NotAuthenticated() | exceptions.AuthenticationFailed():
            challenge = {"WWW-Authenticate": error.auth_header} if hasattr(error, "auth_header") else {}
            return ODataError(401, str(error.detail), headers=challenge)
        case exceptions.MethodNotAllowed():
            return ODataError(405, METHOD_NOT_ALLOWED)
        case exceptions.NotAcceptable():
            return ODataError(406, "The portal answers with application/json only. Send Accept: application/json.")
        case exceptions.Throttled():
            wait = math.ceil(getattr(error, "wait", None) or 1)
            return ODataError(429, THROTTLED, headers={"Retry-After": str(wait)})
    return ODataError(error.status_code, str(error.detail)) if error.status_code in CODES else _unexpected()


def _unexpected() -> ODataError:
    return ODataError(
        500, f"The portal failed unexpectedly. {HTTPStatus(500).phrase}: give its operator the request-id."
    )
