"""What stands under a version and is no resource of ours: parts of Graph to come, and unknown segments."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from operations.api.viewsets import DEVICE_MANAGEMENT, PortalViewSet
from operations.odata.errors import ODataError

EVERY_METHOD: dict[str, Any] = dict.fromkeys(("get", "post", "put", "patch", "delete"), "refuse")
GRAPHS_METHODS: dict[str, Any] = dict.fromkeys(("get", "post", "patch", "delete"), "refuse")


class NotImplementedViewSet(PortalViewSet):
    """Parts of Microsoft Graph that the portal knows of and does not perform yet."""

    permission_classes = ()

    def refuse(self, request: Request, **keys: str) -> Response:
        raise ODataError(501, "Microsoft Graph has this; the portal does not perform it yet.")


class UnknownSegmentViewSet(PortalViewSet):
    """Whatever else stands under a version: Graph's words for it."""

    permission_classes = ()
    # The first segments below deviceManagement that are served; set by the table of routes.
    known: frozenset[str] = frozenset()

    def dispatch(self, request: Any, *args: Any, **captured: str) -> Any:
        self.segments = [segment for segment in captured.pop("rest", "").split("/") if segment]
        return super().dispatch(request, *args, **captured)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise ODataError(400, f"Resource not found for the segment '{self._segment()[:80]}'.")

    def refuse(self, request: Request, **keys: str) -> Response:
        raise NotImplementedError

    def _segment(self) -> str:
        service, name, *_ = [*self.segments, "", ""]
        if service.lower() != DEVICE_MANAGEMENT.lower():
            return service
        if not any(name.lower().startswith(known.lower()) for known in self.known):
            return name
        return self.segments[-1]
