"""auditEvents: the trail, to be read only; each reading is an event itself."""

from typing import Any

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header
from rest_framework.request import Request
from rest_framework.response import Response

from operations.api import resources
from operations.api.views import CollectionView, ItemView, ResourceView, guid, missing
from operations.choices import ExportFormat
from operations.models import AuditEvent
from operations.odata.errors import ODataError
from operations.odata.representation import AnythingNegotiation
from operations.permissions import Action
from operations.services import trail


class TrailView(ResourceView):
    resource = resources.AUDIT_EVENTS
    actions = {"GET": Action.READ_TRAIL}

    def rows(self) -> QuerySet[AuditEvent]:
        """The rows of this address."""
        return AuditEvent.objects.all()

    @property
    def fragment(self) -> str:
        """What follows `#` in the context."""
        return "deviceManagement/auditEvents"

    def tell(self, what: str, events: int) -> None:
        trail.record_reading(
            by=self.actor, what=what, events=events, filters=self.request.META.get("QUERY_STRING", "")[:2000]
        )


class AuditEventCollection(TrailView, CollectionView):
    def get(self, request: Request, **keys: str) -> Any:
        answer = super().get(request, **keys)
        if self.is_count:
            self.tell("count", 0)
        else:
            self.tell("list", len(answer.data["value"]))
        return answer


class AuditEventItem(TrailView, ItemView):
    def get(self, request: Request, **keys: str) -> Response:
        event = self.rows().filter(event_id=guid(keys["event"])).first()
        if event is None:
            raise missing(AuditEvent, keys["event"])
        answer = self.shown(event, self.fragment)
        self.tell(f"event {event.sequence}", 1)
        return answer


class AuditEventExport(TrailView):
    """`gpoPortal.export?fileFormat=jsonl&after=0`: everything from there on, as a stream."""

    PARAMETERS = ("fileFormat", "after")

    def get_content_negotiator(self) -> Any:
        return AnythingNegotiation()

    def get(self, request: Request, **keys: str) -> StreamingHttpResponse:
        if unknown := sorted(set(request.query_params) - set(self.PARAMETERS)):
            raise ODataError(400, f"The option '{unknown[0]}' is not supported here. Use fileFormat and after.")
        after = request.query_params.get("after", "0")
        if not (after.isascii() and after.isdigit() and len(after) < 20):
            raise ODataError(400, "after: send the number of the last event that you have, or 0.", target="after")
        export = trail.export(
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
