"""What every resource has in common on the wire."""

from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from operations.odata import addresses
from operations.odata.errors import answer_error
from operations.odata.paging import Page
from operations.odata.query import read_options
from operations.odata.representation import (
    CONTENT_TYPE,
    ODataNegotiation,
    ODataRenderer,
    context_url,
    metadata_level,
)
from operations.odata.serializers import ODataSerializer

# Clients log it beside request-id; the portal has one region and says nothing of its machines.
DIAGNOSTIC = (
    '{"ServerInfo":{"DataCenter":"GPO Portal","Slice":"E","Ring":"1","ScaleUnit":"001","RoleInstance":"portal"}}'
)


class ODataView(APIView):
    """Collections declare `supported_options`; everything else refuses every `$` option."""

    # Without OPTIONS: it would be announced in Allow and then refused.
    http_method_names = ["get", "post", "put", "patch", "delete", "head"]
    metadata_class = None
    renderer_classes = (ODataRenderer,)
    content_negotiation_class = ODataNegotiation
    serializer_class: type[ODataSerializer]
    supported_options: frozenset[str] = frozenset()

    def get_exception_handler(self) -> Any:
        return answer_error

    def dispatch(self, request: Any, *args: Any, **captured: str) -> Any:
        return super().dispatch(request, *args, **addresses.keys(captured))

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.method in {"GET", "HEAD"} and self.supported_options:
            self.options_read = read_options(request.query_params, self.supported_options)
        else:
            read_options(request.query_params)

    def entity(self, instance: Any, fragment: str, *, status: int = 200, location: str = "") -> Response:
        """One object with its annotations."""
        serializer = self.serializer_class(instance)
        annotations = {
            "@odata.context": context_url(self.request, self.kwargs["version"], f"{fragment}/$entity"),
            "@odata.type": f"#{serializer.odata_type}",
        }
        headers = {"Location": self.request.build_absolute_uri(location)} if location else {}
        return self._answer(annotations, serializer.data, status=status, headers=headers)

    def collection(self, page: Page, fragment: str) -> Response:
        annotations = {"@odata.context": context_url(self.request, self.kwargs["version"], fragment)}
        body: dict[str, Any] = {"value": self.serializer_class(page.rows, many=True).data}
        if page.next_link:
            body["@odata.nextLink"] = page.next_link
        return self._answer(annotations, body)

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
        level = metadata_level(self.request)
        shown = body if level == "none" else {**annotations, **body}
        return Response(shown, status=status, headers=headers, content_type=CONTENT_TYPE.format(level=level))
