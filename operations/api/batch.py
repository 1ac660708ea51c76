"""`$batch`: each item walks through addresses, permissions and its own transaction as if it had come alone."""

import logging
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from rest_framework.request import Request
from rest_framework.response import Response

from operations.api.viewsets import PortalViewSet
from operations.odata.batch import Item, answer_batch, inner_request, read_batch
from operations.odata.body import read_object
from operations.odata.errors import ODataError, http_error
from operations.request_id import RequestIdMiddleware, current_request_id

logger = logging.getLogger(__name__)


class BatchViewSet(PortalViewSet):
    """Who calls is found out once, what they may is asked of every item."""

    permission_classes = ()

    def create(self, request: Request, **keys: str) -> Response:
        payload = read_object(request, limit=settings.MAX_BODY_BYTES)
        root = request.build_absolute_uri("/").rstrip("/")
        outer_id = current_request_id.get()
        try:
            answers = answer_batch(read_batch(payload, root), self._perform)
        finally:
            current_request_id.set(outer_id)
        return Response({"responses": answers})

    def _perform(self, item: Item) -> HttpResponse:
        inner = inner_request(self.request._request, item, self.kwargs["version"])
        inner.authenticated_as = (self.request.user, self.request.auth)  # type: ignore[attr-defined]
        return RequestIdMiddleware(lambda request: _answered(request, item))(inner)


def _answered(request: HttpRequest, item: Item) -> HttpResponse:
    if item.refusal is not None:
        return _refused(request, item.refusal)
    try:
        # Graph's resources only: of the site's other addresses some begin with a version too.
        match = resolve(request.path_info, urlconf="operations.api.urls")
        if getattr(match.func, "cls", None) is BatchViewSet:
            return _refused(request, ODataError(400, "A batch within a batch is not supported.", target="url"))
        response: Any = match.func(request, *match.args, **match.kwargs)
        if hasattr(response, "render") and not response.is_rendered:
            response.render()
    except Resolver404:
        return http_error(request, 404, "Resource not found.")
    except Exception as error:
        logger.error("Unexpected error in a batch", exc_info=error)
        return _refused(request, error)
    return response


def _refused(request: HttpRequest, error: Exception) -> HttpResponse:
    known = error if isinstance(error, ODataError) else None
    if known is None:
        return http_error(request, 500, "The portal failed unexpectedly: give its operator the request-id.")
    return http_error(request, known.status_code, known.message, code=known.code)
