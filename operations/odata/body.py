"""Reading the body of a write: one JSON object, within limits, without ambiguity."""

import json
from typing import Any

from rest_framework.request import Request

from operations.odata.errors import ODataError

UNREADABLE = (
    "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format."
)


def read_object(request: Request, *, limit: int) -> dict[str, Any]:
    """The JSON object that was sent. Raises ODataError 400, 413 or 415."""
    _check_media_type(request)
    data = _read_bytes(request, limit)
    if not data:
        raise ODataError(400, "Empty Payload. JSON content expected.")
    try:
        value = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_object, parse_constant=_refuse_constant)
    except _DuplicateMemberError as error:
        raise ODataError(400, f"{UNREADABLE} The member '{error}' is given twice.", target=str(error)) from None
    except (ValueError, RecursionError) as error:
        where = f" {error}." if isinstance(error, json.JSONDecodeError) else ""
        raise ODataError(400, f"{UNREADABLE}{where}") from None
    if not isinstance(value, dict):
        raise ODataError(400, f"{UNREADABLE} The payload must be one JSON object.")
    return value


def has_body(request: Request) -> bool:
    """Whether anything at all is sent, however its length is told."""
    chunked = "chunked" in request.headers.get("Transfer-Encoding", "").lower()
    return chunked or request.META.get("CONTENT_LENGTH") not in {None, "", "0"}


def _check_media_type(request: Request) -> None:
    content_type = request.META.get("CONTENT_TYPE", "")
    if not content_type:
        raise ODataError(400, UNREADABLE)
    media_type, *parameters = [part.strip().lower() for part in content_type.split(";")]
    charset = next((p.partition("=")[2].strip('"') for p in parameters if p.startswith("charset=")), "utf-8")
    if media_type != "application/json" or charset not in {"utf-8", "utf8", "us-ascii"}:
        raise ODataError(
            415, f"The content type '{content_type}' is not supported. Send Content-Type: application/json in UTF-8."
        )


def _read_bytes(request: Request, limit: int) -> bytes:
    too_large = ODataError(413, f"The request body is larger than {limit // (1024 * 1024)} MiB.")
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        length = 0
    if length > limit:
        raise too_large
    # Django reads nothing where no length is announced; the server has taken the chunks apart already.
    chunked = "chunked" in request.headers.get("Transfer-Encoding", "").lower()
    data = (request.META["wsgi.input"] if chunked else request._request).read(limit + 1)
    if len(data) > limit:
        raise too_large
    return bytes(data)


class _DuplicateMemberError(Exception):
    pass


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for name, value in pairs:
        if name in members:
            raise _DuplicateMemberError(name)
        members[name] = value
    return members


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
