"""The trail, read-only for everybody; whoever reads it leaves an event."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.html import format_html
from django.utils.http import content_disposition_header

from operations.actor import person
from operations.admin import trail_proofs
from operations.admin.base import ServiceAdmin, denial_as_403, gone
from operations.admin.filters import ChoicesFilter, FilterSetFilter, PeriodFilter, ValuesFilter
from operations.audit.actions import label_of
from operations.choices import ExportFormat
from operations.display import moment, status_badge
from operations.errors import PortalError
from operations.models import AuditEvent
from operations.queries.trail import last_verification
from operations.queries.trail_filters import SAME, EventFilterSet
from operations.services import audit_log

TEMPLATES = "admin/operations/auditevent"


class EventPeriodFilter(PeriodFilter):
    filter_set = EventFilterSet


class OutcomeFilter(ChoicesFilter):
    title = "outcome"
    filter_set = EventFilterSet
    names = ("outcome",)


class DoorFilter(ChoicesFilter):
    title = "channel"
    filter_set = EventFilterSet
    names = ("channel",)


class EventValuesFilter(ValuesFilter):
    title = "who, what and where"
    filter_set = EventFilterSet
    names = ("category", "activity", "actor", "object_type", "object_id", "address", "request_id")


class AroundFilter(FilterSetFilter):
    """Reached from an event's page; shown only while it is in force."""

    title = "around an event"
    filter_set = EventFilterSet
    names = ("around", "same")
    template = f"{TEMPLATES}/around_filter.html"

    def has_output(self) -> bool:
        return bool(self.value("around"))

    def choices(self, changelist: Any) -> Iterator[dict[str, Any]]:
        label, _ = SAME.get(self.value("same"), SAME["object"])
        yield {
            "label": label,
            "around": self.value("around"),
            "query_string": changelist.get_query_string(remove=list(self.names)),
        }


def _told(filters: EventFilterSet) -> str:
    """What is wrong with the filters."""
    return " ".join(f"{filters.form[name].label}: {' '.join(errors)}" for name, errors in filters.errors.items())


@admin.register(AuditEvent)
class AuditEventAdmin(ServiceAdmin):
    list_display = ("sequence", "recorded", "result", "what", "who")
    list_filter = (AroundFilter, EventPeriodFilter, OutcomeFilter, DoorFilter, EventValuesFilter)
    search_fields = ("object_id", "actor_name", "request_id", "action")
    search_help_text = "Exactly: an object's id, an actor's name, a request id or an action code."
    ordering = ("-sequence",)
    sortable_by = ()

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """The whole of what was typed: names have spaces in them."""
        term = search_term.strip().replace("\x00", "")
        if not term:
            return queryset, False
        anywhere = Q()
        for name in self.search_fields:
            anywhere |= Q(**{name: term})
        return queryset.filter(anywhere), False

    @admin.display(description="Recorded")
    def recorded(self, row: AuditEvent) -> str:
        return moment(row.recorded_date_time)

    @admin.display(description="Event")
    def what(self, row: AuditEvent) -> str:
        concerned = "" if row.object_type == "Portal" else row.object_name
        return format_html('{}<span class="subject">{}</span>', label_of(row.action), concerned)

    @admin.display(description="By")
    def who(self, row: AuditEvent) -> str:
        origin = " · ".join(part for part in (row.get_channel_display(), row.address) if part)
        return format_html('{}<span class="subject">{}</span>', row.actor_name, origin)

    @admin.display(description="Outcome")
    def result(self, row: AuditEvent) -> str:
        return status_badge(row.outcome, row.get_outcome_display())

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        return [
            path("export/", wrap(self.export_view), name="trail-export"),
            path("checkpoints/", wrap(self.checkpoints_view), name="trail-checkpoints"),
            path("checkpoints/<int:size>.txt", wrap(self.checkpoint_view), name="trail-checkpoint"),
            path("consistency.json", wrap(self.consistency_view), name="trail-consistency"),
            path("<int:sequence>/proof/", wrap(self.proof_view), name="trail-proof"),
            path("<int:sequence>/proof.json", wrap(self.proof_file_view), name="trail-proof-file"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        filters = EventFilterSet(request.GET, AuditEvent.objects.none())
        if not filters.is_valid():
            messages.error(request, _told(filters))
            return redirect("admin:operations_auditevent_changelist")
        context = {"title": "Audit trail", "verification": last_verification(), "formats": ExportFormat.choices}
        response = super().changelist_view(request, {**context, **(extra_context or {})})
        if isinstance(response, TemplateResponse) and response.status_code == 200:
            shown = response.context_data["cl"].result_list  # type: ignore[index]
            audit_log.record_reading(
                by=person(request), what="list", events=len(shown), filters=request.META.get("QUERY_STRING", "")[:2000]
            )
        return response

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        event = self.get_object(request, object_id)
        if event is None:
            return gone(request, self, object_id)
        if request.method == "POST" or not self.has_view_permission(request, event):
            raise PermissionDenied
        audit_log.record_reading(by=person(request), what=f"event {event.pk}", events=1)
        around = [(label, f"around={event.pk}&same={name}") for name, (label, _) in SAME.items()]
        return self._page(request, "change_form.html", {"title": f"Event {event.pk}", "event": event, "around": around})

    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        """What the list shows, of all pages; without filters the whole trail, which can be verified."""
        asked = request.GET.copy()
        file_format = asked.pop("format", [ExportFormat.JSON_LINES])[-1]
        events = None
        if any(asked.get(name) for name in EventFilterSet.base_filters):
            filters = EventFilterSet(asked, AuditEvent.objects.all())
            if not filters.is_valid():
                messages.error(request, f"Nothing was exported. {_told(filters)}")
                return redirect("admin:operations_auditevent_changelist")
            events = filters.qs
        if asked.get("q"):
            whole = AuditEvent.objects.all() if events is None else events
            events, _ = self.get_search_results(request, whole, str(asked["q"]))
        try:
            with denial_as_403():
                export = audit_log.export(
                    by=person(request), file_format=file_format, events=events, filters=asked.urlencode()[:2000]
                )
        except PortalError as error:
            return trail_proofs.refused(request, error)
        headers = {"Content-Disposition": content_disposition_header(True, export.file_name) or "attachment"}
        return StreamingHttpResponse(export.lines, content_type=export.media_type, headers=headers)

    def proof_view(self, request: HttpRequest, sequence: int) -> HttpResponse:
        """To be printed: the event, its place in the tree, and who signed it."""
        return trail_proofs.proof_page(request, sequence, lambda context: self._page(request, "proof.html", context))

    def proof_file_view(self, request: HttpRequest, sequence: int) -> HttpResponse:
        return trail_proofs.proof_file(request, sequence)

    def consistency_view(self, request: HttpRequest) -> HttpResponse:
        return trail_proofs.growth_file(request)

    def checkpoints_view(self, request: HttpRequest) -> HttpResponse:
        return trail_proofs.checkpoints_page(request, lambda context: self._page(request, "checkpoints.html", context))

    def checkpoint_view(self, request: HttpRequest, size: int) -> HttpResponse:
        return trail_proofs.checkpoint_file(request, size)

    def _page(self, request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
        return TemplateResponse(request, f"{TEMPLATES}/{name}", {**self.admin_site.each_context(request), **context})
