"""What the service says of itself: `$metadata` and the service document. No token is needed, as in Graph."""

from functools import cache

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from operations.api import resources
from operations.api.throttling import AnonymousThrottle
from operations.odata.metadata import csdl, service_document
from operations.odata.representation import context_url
from operations.odata.viewsets import ODataViewSet

XML = "application/xml;charset=utf-8"


class ServiceViewSet(ODataViewSet):
    """Open to anybody, within a limit per address."""

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = (AnonymousThrottle,)
    answers_anything = frozenset({"metadata"})

    def metadata(self, request: Request, **keys: str) -> HttpResponse:
        """The model as CSDL XML."""
        return HttpResponse(model(), content_type=XML)

    def document(self, request: Request, **keys: str) -> Response:
        """Where everything begins."""
        return Response(service_document(context_url(request, keys["version"], "").rstrip("#"), resources.SINGLETON))


@cache
def model() -> bytes:
    """Made once: the declarations do not change while the portal runs."""
    return csdl(resources.RESOURCES.schema, resources.ACTIONS, resources.SINGLETON)
