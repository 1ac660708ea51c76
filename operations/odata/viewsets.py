"""One request, from its options to its answer: everything that all resources have in common on the wire.

DRF's dispatch calls `initial` (content negotiation, authentication, permissions and throttling as the class declares
them, then the query options), then the action that the table of routes names, then `finalize_response`.
"""

import hashlib
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import quote

import orjson
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from operations.odata import routing
from operations.odata.errors import ODataError, answer_error
from operations.odata.paging import Page, keys_of, page_of
from operations.odata.query.options import OF_COLLECTIONS, OF_COUNTS, OF_ITEMS, QueryOptions, read_options
from operations.odata.reader import Reader, shape
from operations.odata.registry import Resource, ResourceRegistry
from operations.odata.representation import (
    CONTENT_TYPE,
    AnythingNegotiation,
    ODataNegotiation,
    ODataRenderer,
    Preferences,
    context_url,
    metadata_level,
    preferences,
)
from operations.odata.serializers import ODataSerializer
from operations.odata.time_limit import within_time_limit

# Clients log it beside request-id; the portal has one region and says nothing of its machines.
DIAGNOSTIC = (
    '{"ServerInfo":{"DataCenter":"GPO Portal","Slice":"E","Ring":"1","ScaleUnit":"001","RoleInstance":"portal"}}'
)


class ODataViewSet(ViewSet):
    """Subclasses declare per action what is supported; every other `$` option is refused."""

    # Without OPTIONS: it would be announced in Allow and then refused.
    http_method_names = ["get", "post", "put", "patch", "delete", "head"]
    metadata_class = None
    renderer_classes = (ODataRenderer,)
    content_negotiation_class = ODataNegotiation
    registry: ClassVar[ResourceRegistry]
    resource: ClassVar[Resource]
    # By action: the query options that a GET understands. What is not named understands none.
    supported_options: ClassVar[Mapping[str, frozenset[str]]] = {
        "list": OF_COLLECTIONS,
        "count": OF_COUNTS,
        "retrieve": OF_ITEMS,
        "follow": OF_ITEMS,
    }
    # The actions that answer something else than JSON, whatever Accept says.
    answers_anything: ClassVar[frozenset[str]] = frozenset({"count"})
    # Before the request is read, and for methods that no route names.
    action = ""
    options_read = QueryOptions()

    # The request comes in.

    def get_exception_handler(self) -> Any:
        return answer_error

    def dispatch(self, request: Any, *args: Any, **captured: str) -> Any:
        return super().dispatch(request, *args, **routing.keys(captured))

    def get_content_negotiator(self) -> BaseContentNegotiation:
        return AnythingNegotiation() if self.action in self.answers_anything else self.content_negotiation_class()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.preferences: Preferences = preferences(request)
        is_read = request.method in {"GET", "HEAD"}
        supported = self.supported_options.get(self.action or "", frozenset()) if is_read else frozenset()
        self.options_read = read_options(request.query_params, supported, max_page_size=self.preferences.max_page_size)

    # What an address stands for.

    def get_queryset(self) -> QuerySet[Any]:
        """The rows of this address."""
        return self.resource.rows()

    def get_object(self) -> Any:
        """The row whose key is in this address. Raises MissingError."""
        raise NotImplementedError

    def get_serializer_class(self) -> type[ODataSerializer]:
        """How the rows of this address look on the wire."""
        return self.resource.serializer

    @property
    def fragment(self) -> str:
        """What follows `#` in the context."""
        raise NotImplementedError

    def base(self) -> str:
        """The absolute address that set names follow."""
        raise NotImplementedError

    @property
    def reader(self) -> Reader:
        return Reader(self.registry, self.request, self.base())

    # The answer goes out.

    @property
    def level(self) -> str:
        """The level of metadata that is asked for."""
        return self.options_read.metadata or metadata_level(self.request)

    def entity(
        self, instance: Any, fragment: str, *, status: int = 200, location: str = "", members: Any = None
    ) -> Response:
        """One object with its annotations; `members` where they are not simply all of it."""
        serializer = self.get_serializer_class()(instance)
        whole = dict(serializer.data)
        etag = etag_of(whole)
        headers = {"ETag": etag}
        if location:
            headers["Location"] = self.request.build_absolute_uri(quote(location, safe="/()'$"))
        if self.request.method in {"POST", "PATCH"} and self.preferences.wants is not None:
            headers["Preference-Applied"] = f"return={self.preferences.wants}"
            if self.preferences.wants == "minimal":
                if location:
                    headers["OData-EntityId"] = headers["Location"]
                return Response(status=204, headers=headers)
        if self.request.method in {"GET", "HEAD"} and matches(self.request.headers.get("If-None-Match"), etag):
            return Response(status=304, headers=headers)
        annotations = {
            "@odata.context": context_url(self.request, self.kwargs["version"], f"{fragment}/$entity"),
            "@odata.type": f"#{serializer.odata_type}",
        }
        return self._answer(annotations, whole if members is None else members, status=status, headers=headers)

    def read_entity(self, instance: Any) -> Response:
        """One object with what is selected and expanded."""
        reader, options = self.reader, self.options_read
        reader.selected(self.resource.entity, options)
        described = shape(self.resource.entity, options, self.registry)
        (members,) = reader.shown(self.resource, [instance], options)
        return self.entity(instance, f"{self.fragment}{described}", members=members)

    def refuse_unless_matching(self, instance: Any) -> None:
        """If-Match, while the row is locked. Raises ODataError 412."""
        wanted = self.request.headers.get("If-Match")
        if wanted is not None and not matches(wanted, etag_of(dict(self.get_serializer_class()(instance).data))):
            raise ODataError(
                412, "It was changed since it was read: its ETag is another one. Read it again, then decide."
            )

    def collection(self, page: Page, fragment: str) -> Response:
        """Rows that are no entities of Graph: no $select, no $expand."""
        annotations = {"@odata.context": context_url(self.request, self.kwargs["version"], fragment)}
        body: dict[str, Any] = {"value": self.get_serializer_class()(page.rows, many=True).data}
        if page.next_link:
            body["@odata.nextLink"] = page.next_link
        return self._answer(annotations, body)

    def newest_first(self, rows: QuerySet[Any]) -> Page:
        """A page of rows that are no entities of Graph."""
        return page_of(rows, keys_of(("-created_date_time", "-id")), self.options_read, self.request)

    def members(self, members: dict[str, Any], fragment: str) -> Response:
        """One value that is no entity: it has no key and no address of its own."""
        return self._answer({"@odata.context": context_url(self.request, self.kwargs["version"], fragment)}, members)

    def attachment(self, content: bytes, file_name: str, media_type: str) -> HttpResponse:
        """The bytes of a file, to be saved and never shown."""
        headers = {
            "Content-Disposition": content_disposition_header(True, file_name) or "attachment",
            "X-Content-Type-Options": "nosniff",
        }
        return HttpResponse(content, content_type=media_type, headers=headers)

    def no_content(self) -> Response:
        return Response(status=204)

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        response["OData-Version"] = "4.0"
        response["Cache-Control"] = "no-cache"
        response["x-ms-ags-diagnostic"] = DIAGNOSTIC
        if response.status_code != 405:
            del response["Allow"]
        return response

    def _answer(
        self,
        annotations: dict[str, str],
        body: dict[str, Any],
        *,
        status: int = 200,
        headers: dict[str, str] | None = None,
    ) -> Response:
        level = self.level
        shown = without_annotations(body) if level == "none" else {**annotations, **body}
        return Response(shown, status=status, headers=headers, content_type=CONTENT_TYPE.format(level=level))


class CollectionMixin(ODataViewSet):
    """GET of a collection of entities, and of its `/$count`."""

    def list(self, request: Request, **keys: str) -> Response:
        with within_time_limit():
            return self._page()

    def count(self, request: Request, **keys: str) -> HttpResponse:
        with within_time_limit():
            matching = self.reader.matching(self.resource, self.get_queryset(), self.options_read)
            return HttpResponse(str(matching.order_by().count()), content_type="text/plain")

    def _page(self) -> Response:
        reader, options, resource = self.reader, self.options_read, self.resource
        reader.selected(resource.entity, options)
        described = shape(resource.entity, options, self.registry)
        rows = self.get_queryset()
        body: dict[str, Any] = {}
        if options.count:
            body["@odata.count"] = reader.matching(resource, rows, options).order_by().count()
        page = reader.page(resource, rows, options)
        if page.next_link:
            body["@odata.nextLink"] = page.next_link
        body["value"] = reader.shown(resource, page.rows, options)
        context = context_url(self.request, self.kwargs["version"], f"{self.fragment}{described}")
        answer = self._answer({"@odata.context": context}, body)
        if self.preferences.max_page_size is not None:
            answer["Preference-Applied"] = f"odata.maxpagesize={self.preferences.max_page_size}"
        return answer


class EntityMixin(ODataViewSet):
    """GET of one entity by its key."""

    def retrieve(self, request: Request, **keys: str) -> Response:
        return self.read_entity(self.get_object())


class NavigationMixin(ODataViewSet):
    """GET of the one entity that another leads to; nothing there is 204, as OData has it."""

    def follow(self, request: Request, **keys: str) -> Response:
        row = self.get_queryset().first()
        return self.no_content() if row is None else self.read_entity(row)


def etag_of(members: dict[str, Any]) -> str:
    """Weak, since two writings of the same facts are the same."""
    return f'W/"{hashlib.sha256(orjson.dumps(members, default=str)).hexdigest()[:16]}"'


def matches(header: str | None, etag: str) -> bool:
    """Whether `If-Match` or `If-None-Match` names this ETag; compared weakly."""
    if header is None:
        return False
    named = {part.strip().removeprefix("W/") for part in header.split(",")}
    return "*" in named or etag.removeprefix("W/") in named


def without_annotations(value: Any) -> Any:
    """For odata.metadata=none: nothing but links to further pages and counts remains of the annotations."""
    if isinstance(value, dict):
        return {
            name: without_annotations(member)
            for name, member in value.items()
            if "@" not in name or name.endswith(("@odata.nextLink", "@odata.count"))
        }
    return [without_annotations(item) for item in value] if isinstance(value, list) else value
