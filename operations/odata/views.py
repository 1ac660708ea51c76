"""What every resource has in common on the wire."""

import hashlib
from typing import Any, ClassVar
from urllib.parse import quote

import orjson
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from operations.odata import addresses
from operations.odata.declaring import Catalogue, Resource
from operations.odata.errors import ODataError, answer_error
from operations.odata.paging import Page, keys_of, page_of
from operations.odata.preferences import Preferences, preferences
from operations.odata.query import OF_COLLECTIONS, OF_COUNTS, OF_ITEMS, QueryOptions, read_options
from operations.odata.reading import Reader, shape
from operations.odata.representation import (
    CONTENT_TYPE,
    AnythingNegotiation,
    ODataNegotiation,
    ODataRenderer,
    context_url,
    metadata_level,
)
from operations.odata.serializers import ODataSerializer
from operations.odata.time_limit import within_time_limit

# Clients log it beside request-id; the portal has one region and says nothing of its machines.
DIAGNOSTIC = (
    '{"ServerInfo":{"DataCenter":"GPO Portal","Slice":"E","Ring":"1","ScaleUnit":"001","RoleInstance":"portal"}}'
)


class ODataView(APIView):
    """Views declare `supported_options`; every other `$` option is refused."""

    # Without OPTIONS: it would be announced in Allow and then refused.
    http_method_names = ["get", "post", "put", "patch", "delete", "head"]
    metadata_class = None
    renderer_classes = (ODataRenderer,)
    content_negotiation_class = ODataNegotiation
    supported_options: frozenset[str] = frozenset()
    options_read = QueryOptions()

    def get_exception_handler(self) -> Any:
        return answer_error

    def dispatch(self, request: Any, *args: Any, **captured: str) -> Any:
        return super().dispatch(request, *args, **addresses.keys(captured))

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.preferences: Preferences = preferences(request)
        supported = self.supported_options if request.method in {"GET", "HEAD"} else frozenset()
        self.options_read = read_options(request.query_params, supported, max_page_size=self.preferences.max_page_size)

    @property
    def written_as(self) -> type[ODataSerializer]:
        """How its rows look on the wire."""
        raise NotImplementedError

    @property
    def level(self) -> str:
        """The level of metadata that is asked for."""
        return self.options_read.metadata or metadata_level(self.request)

    def entity(
        self, instance: Any, fragment: str, *, status: int = 200, location: str = "", members: Any = None
    ) -> Response:
        """One object with its annotations; `members` where they are not simply all of it."""
        serializer = self.written_as(instance)
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

    def refuse_unless_matching(self, instance: Any) -> None:
        """If-Match, while the row is locked. Raises ODataError 412."""
        wanted = self.request.headers.get("If-Match")
        if wanted is not None and not matches(wanted, etag_of(dict(self.written_as(instance).data))):
            raise ODataError(
                412, "It was changed since it was read: its ETag is another one. Read it again, then decide."
            )

    def collection(self, page: Page, fragment: str) -> Response:
        annotations = {"@odata.context": context_url(self.request, self.kwargs["version"], fragment)}
        body: dict[str, Any] = {"value": self.written_as(page.rows, many=True).data}
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


class ResourceCollection(ODataView):
    """GET of a collection of entities, and of its `/$count`."""

    catalogue: ClassVar[Catalogue]
    resource: ClassVar[Resource]
    supported_options = OF_COLLECTIONS
    # Set by the route of `/$count`.
    is_count = False

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if self.is_count:
            self.supported_options = OF_COUNTS
            self.http_method_names = ["get", "head"]
        super().initial(request, *args, **kwargs)

    def get_content_negotiator(self) -> Any:
        return AnythingNegotiation() if self.is_count else super().get_content_negotiator()

    @property
    def fragment(self) -> str:
        """What follows `#` in the context."""
        raise NotImplementedError

    def rows(self) -> QuerySet[Any]:
        """The rows of this address."""
        raise NotImplementedError

    def base(self) -> str:
        """The absolute address that set names follow."""
        raise NotImplementedError

    @property
    def reader(self) -> Reader:
        return Reader(self.catalogue, self.request, self.base())

    def get(self, request: Request, **keys: str) -> Any:
        with within_time_limit():
            return self._count() if self.is_count else self._page()

    def _count(self) -> HttpResponse:
        matching = self.reader.matching(self.resource, self.rows(), self.options_read)
        return HttpResponse(str(matching.order_by().count()), content_type="text/plain")

    def _page(self) -> Response:
        reader, options, resource = self.reader, self.options_read, self.resource
        reader.selected(resource.entity, options)
        described = shape(resource.entity, options, self.catalogue)
        rows = self.rows()
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


class ResourceItem(ODataView):
    """GET of one entity."""

    catalogue: ClassVar[Catalogue]
    resource: ClassVar[Resource]
    supported_options = OF_ITEMS

    def base(self) -> str:
        """The absolute address that set names follow."""
        raise NotImplementedError

    def shown(self, instance: Any, fragment: str) -> Response:
        """The entity with what is selected and expanded."""
        reader, options = Reader(self.catalogue, self.request, self.base()), self.options_read
        reader.selected(self.resource.entity, options)
        described = shape(self.resource.entity, options, self.catalogue)
        (members,) = reader.shown(self.resource, [instance], options)
        return self.entity(instance, f"{fragment}{described}", members=members)


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
            name: without_annotations(one)
            for name, one in value.items()
            if "@" not in name or name.endswith(("@odata.nextLink", "@odata.count"))
        }
    return [without_annotations(one) for one in value] if isinstance(value, list) else value
