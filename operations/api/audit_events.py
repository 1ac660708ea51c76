"""auditEvents: the trail, read only; each reading is an event itself."""

from typing import Any

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from operations.api import resources
from operations.api.extensions import NAMESPACE
from operations.api.viewsets import PortalViewSet, guid, missing
from operations.choices import ExportFormat
from operations.models import AuditEvent
from operations.odata.errors import ODataError
from operations.odata.viewsets import CollectionMixin, EntityMixin
from operations.permissions import Action
from operations.services import audit_log

EXPORT_PARAMETERS = ("fileFormat", "after")


class AuditEventViewSet(CollectionMixin, EntityMixin, PortalViewSet):
    resource = resources.AUDIT_EVENTS
    lookup_url_kwarg = "event"
    required_permissions = dict.fromkeys(("list", "count", "retrieve", "export"), Action.READ_TRAIL)
    answers_anything = frozenset({"count", "export"})

    def get_object(self) -> AuditEvent:
        event = self.get_queryset().filter(event_id=guid(self.kwargs["event"])).first()
        if event is None:
            raise missing(AuditEvent, self.kwargs["event"])
        return event

    def list(self, request: Request, **keys: str) -> Response:
        answer = super().list(request, **keys)
        self._record("list", len(answer.data["value"]))
        return answer

    def count(self, request: Request, **keys: str) -> Any:
        answer = super().count(request, **keys)
        self._record("count", 0)
        return answer

    def retrieve(self, request: Request, **keys: str) -> Response:
        event = self.get_object()
        answer = self.read_entity(event)
        self._record(f"event {event.sequence}", 1)
        return answer

    @action(detail=False, url_path=f"{NAMESPACE}.export")
    def export(self, request: Request, **keys: str) -> StreamingHttpResponse:
        """`?fileFormat=jsonl&after=0`: everything from there on, as a stream."""
        if unknown := sorted(set(request.query_params) - set(EXPORT_PARAMETERS)):
            raise ODataError(400, f"The option '{unknown[0]}' is not supported here. Use fileFormat and after.")
        after = request.query_params.get("after", "0")
        if not (after.isascii() and after.isdigit() and len(after) < 20):
            raise ODataError(400, "after: send the number of the last event that you have, or 0.", target="after")
        export = audit_log.export(
            by=self.actor,
            file_format=request.query_params.get("fileFormat", ExportFormat.JSON_LINES),
            after=int(after),
        )
        headers = {
            "Content-Disposition": content_disposition_header(True, export.file_name) or "attachment",
            "X-Content-Type-Options": "nosniff",
            "Gpo-Portal-Up-To": str(export.up_to),
        }
        return StreamingHttpResponse(export.lines, content_type=export.media_type, headers=headers)

    def _record(self, what: str, events: int) -> None:
        audit_log.record_reading(
            by=self.actor, what=what, events=events, filters=self.request.META.get("QUERY_STRING", "")[:2000]
        )
