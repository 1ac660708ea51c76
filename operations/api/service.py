"""What the service says of itself: `$metadata` and the service document. No token is needed, as in Graph."""

from functools import cache
from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from operations.api import resources
from operations.api.throttling import AnonymousThrottle
from operations.odata.metadata import csdl, service_document
from operations.odata.representation import AnythingNegotiation, context_url
from operations.odata.views import ODataView

XML = "application/xml;charset=utf-8"


class Metadata(ODataView):
    """The model as CSDL XML."""

    http_method_names = ["get", "head"]
    content_negotiation_class = AnythingNegotiation
    authentication_classes = ()
    permission_classes = ()
    throttle_classes = (AnonymousThrottle,)

    def get(self, request: Request, **keys: str) -> HttpResponse:
        return HttpResponse(model(), content_type=XML)


class ServiceDocument(ODataView):
    """Where everything begins."""

    http_method_names = ["get", "head"]
    authentication_classes = ()
    permission_classes = ()
    throttle_classes = (AnonymousThrottle,)

    def get(self, request: Request, **keys: str) -> Any:
        document = service_document(context_url(request, keys["version"], "").rstrip("#"), resources.DEVICE_MANAGEMENT)
        return Response(document)


@cache
def model() -> bytes:
    """Made once: the declarations do not change while the portal runs."""
    return csdl(resources.CATALOGUE.schema, resources.ACTIONS, resources.DEVICE_MANAGEMENT)
