"""JSON batching: several requests in one, answered one after the other.

https://learn.microsoft.com/graph/json-batching
"""

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

import orjson
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse

from operations.odata.errors import ODataError

MOST_REQUESTS = 20
METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
VERSIONS = ("beta", "v1.0")
# What an item says of its answer; everything else belongs to the connection.
_HEADERS_OUT = (
    "Cache-Control", "Content-Type", "Content-Disposition", "ETag", "Location", "OData-EntityId", "OData-Version",
    "Preference-Applied", "Retry-After", "Allow", "request-id", "client-request-id",
)  # fmt: skip
# Of the request around it.
_KEPT = (
    "SERVER_NAME", "SERVER_PORT", "SERVER_PROTOCOL", "HTTP_HOST", "REMOTE_ADDR", "HTTP_USER_AGENT",
    "HTTP_CLIENT_REQUEST_ID", "wsgi.url_scheme",
)  # fmt: skip
# These belong to the connection that carries the batch; clients copy them into items.
_OF_THE_CONNECTION = frozenset({"host", "content-length", "connection", "keep-alive", "te", "accept-encoding"})
# An item that could set them would speak for somebody else, or of another body than it has.
_REFUSED_HEADERS = frozenset(
    {"authorization", "forwarded", "transfer-encoding", "content-encoding", "trailer", "upgrade", "cookie"}
)
_REFUSED_PREFIXES = ("x-forwarded-", "x-real-", "proxy-")
# All answers of one batch together; what comes after that asks in a batch of its own.
MOST_ANSWER_BYTES = 32 * 1024 * 1024
INVALID = "Invalid batch payload format."

Members = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Item:
    """One request of a batch. `refusal` is why it cannot even be tried."""

    id: str
    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None
    depends_on: tuple[str, ...] = ()
    refusal: ODataError | None = field(default=None, compare=False)


def read_batch(payload: Members, root: str) -> list[Item]:
    """The items of a payload; `root` is the portal's own address. Raises ODataError 400 for the whole."""
    members = {name.lower(): value for name, value in payload.items()}
    requests = members.get("requests")
    if not isinstance(requests, list) or not requests or not all(isinstance(one, dict) for one in requests):
        raise ODataError(400, INVALID, target="requests")
    if len(requests) > MOST_REQUESTS:
        raise ODataError(
            400,
            f"Number of batch request steps exceeds the maximum value of {MOST_REQUESTS}.",
            code="MaximumValueExceeded",
            target="requests",
        )
    items: list[Item] = []
    earlier: set[str] = set()
    for index, one in enumerate(requests):
        item = _read_item(one, earlier, f"requests/{index}", root)
        earlier.add(item.id.lower())
        items.append(item)
    return items


def answer_batch(items: list[Item], perform: Callable[[Item], HttpResponse]) -> list[Members]:
    """Each answer in turn; what depends on something that failed is not tried."""
    statuses: dict[str, int] = {}
    answers: list[Members] = []
    size = 0
    for item in items:
        failed = [one for one in item.depends_on if statuses[one.lower()] >= 400]
        if failed:
            response = _failed_dependency(item, failed[0])
        elif size > MOST_ANSWER_BYTES:
            response = _too_much()
        else:
            response = perform(item)
        size += len(response.content)
        statuses[item.id.lower()] = response.status_code
        answers.append(_as_members(item, response))
    return answers


def inner_request(outer: HttpRequest, item: Item, version: str) -> WSGIRequest:
    """The request that an item stands for."""
    path, _, query = item.url.partition("?")
    environ: Members = {name: outer.META[name] for name in _KEPT if name in outer.META}
    environ |= {
        "REQUEST_METHOD": item.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(f"/{version}/{path}").decode("latin-1"),
        "QUERY_STRING": query,
        "wsgi.input": BytesIO(item.body or b""),
        "CONTENT_LENGTH": str(len(item.body or b"")),
    }
    for name, value in item.headers.items():
        if name.lower() in _OF_THE_CONNECTION:
            continue
        key = name.upper().replace("-", "_")
        environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
    return WSGIRequest(environ)


def _read_item(one: Members, earlier: set[str], place: str, root: str) -> Item:
    members = {name.lower(): value for name, value in one.items()}
    item_id, method, url = (_read_text(members.get(name), name, place) for name in ("id", "method", "url"))
    if item_id.lower() in earlier:
        raise ODataError(400, f"Request Id {item_id} has to be unique in a batch.", target=f"{place}/id")
    method = method.upper()
    if method not in METHODS:
        raise ODataError(400, f"{INVALID} '{method}' is not a method.", target=f"{place}/method")
    headers = _read_headers(members.get("headers"), place)
    body = members.get("body")
    has_type = any(name.lower() == "content-type" for name in headers)
    if (body is None and method in WITH_BODY) or (body is not None and not has_type):
        raise ODataError(
            400, f"Write request id : {item_id} does not contain Content-Type header or body.", target=place
        )
    depends_on = _read_dependencies(members, item_id, earlier, place)
    refusal = None
    try:
        url = _relative(url, root)
        data = _read_body(body, headers)
        _refuse_headers(headers)
    except ODataError as error:
        refusal, data = error, None
    return Item(item_id, method, url, headers, data, depends_on, refusal)


def _read_text(value: Any, name: str, place: str) -> str:
    if not isinstance(value, str) or not value:
        raise ODataError(400, f"{INVALID} '{name}' must be a string that is not empty.", target=f"{place}/{name}")
    return value


def _read_dependencies(members: Members, item_id: str, earlier: set[str], place: str) -> tuple[str, ...]:
    depends_on = members.get("dependson", members.get("depends_on")) or []
    if not isinstance(depends_on, list) or not all(isinstance(other, str) for other in depends_on):
        raise ODataError(400, f"{INVALID} 'dependsOn' must be an array of ids.", target=f"{place}/dependsOn")
    for other in depends_on:
        if other.lower() not in earlier:
            raise ODataError(
                400,
                f"Invalid dependency for request Id {item_id}: '{other}' does not stand before it.",
                target=f"{place}/dependsOn",
            )
    return tuple(depends_on)


def _read_headers(headers: Any, place: str) -> dict[str, str]:
    if headers is None:
        return {}
    is_good = isinstance(headers, dict) and all(
        isinstance(value, str) and (name + value).isascii() and (name + value).isprintable() and name.strip() == name
        for name, value in headers.items()
    )
    if not is_good:
        raise ODataError(400, f"{INVALID} 'headers' must be an object of strings.", target=f"{place}/headers")
    return dict(headers)


def _refuse_headers(headers: Mapping[str, str]) -> None:
    for name in (name.lower() for name in headers):
        if name == "authorization":
            raise ODataError(400, "The Authorization of the batch counts for each of its requests. Leave it out here.")
        # Servers take an underscore for a hyphen, so that one name could stand for the other.
        if name in _REFUSED_HEADERS or name.startswith(_REFUSED_PREFIXES) or "_" in name:
            raise ODataError(400, f"An item of a batch cannot set the header '{name[:80]}'. Leave it out here.")


def _relative(url: str, root: str) -> str:
    """What follows the version, from the three ways in which clients write it."""
    if urlsplit(url).scheme or url.startswith("//"):
        if not url.lower().startswith(f"{root.lower()}/"):
            raise ODataError(400, f"The address '{url[:80]}' belongs to another service.", target="url")
        url = url[len(root) :]
    url = url.lstrip("/")
    for version in VERSIONS:
        if url.lower() == version or url.lower().startswith(f"{version}/"):
            url = url[len(version) :].lstrip("/")
            break
    return url.partition("#")[0]


def _read_body(body: Any, headers: Mapping[str, str]) -> bytes | None:
    if body is None:
        return None
    content_type = next(value for name, value in headers.items() if name.lower() == "content-type")
    if content_type.partition(";")[0].strip().lower() == "application/json":
        return orjson.dumps(body)
    if not isinstance(body, str):
        raise ODataError(400, f"A body of '{content_type[:80]}' must be given in base64.", target="body")
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        raise ODataError(400, "The body is not base64.", target="body") from None


def _failed_dependency(item: Item, other: str) -> HttpResponse:
    error = {"error": {"code": "FailedDependency", "message": f"Request '{other}', which this depends on, failed."}}
    return HttpResponse(json.dumps(error), status=424, content_type="application/json")


def _too_much() -> HttpResponse:
    message = f"The answers before this one have more than {MOST_ANSWER_BYTES} bytes. Ask in a batch of its own."
    return HttpResponse(
        json.dumps({"error": {"code": "ResponseTooLarge", "message": message}}),
        status=507,
        content_type="application/json",
    )


def _as_members(item: Item, response: HttpResponse) -> Members:
    headers = {name: response[name] for name in _HEADERS_OUT if name in response}
    answer: Members = {"id": item.id, "status": response.status_code, "headers": headers}
    content_type = response.get("Content-Type", "").partition(";")[0]
    if not response.content:
        headers.pop("Content-Type", None)
    elif content_type == "application/json":
        answer["body"] = orjson.loads(response.content)
    elif content_type == "text/plain":
        answer["body"] = response.content.decode()
    else:
        answer["body"] = base64.b64encode(response.content).decode()
    return answer
