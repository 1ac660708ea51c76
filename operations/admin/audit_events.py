"""The trail, read-only for everybody."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from operations.admin.door import ServiceAdmin
from operations.models import AuditEvent
from operations.templatetags.portal import action_label, status_badge


@admin.register(AuditEvent)
class AuditEventAdmin(ServiceAdmin):
    list_display = ("sequence", "recorded_date_time", "label", "object_name", "actor_name", "door", "result")
    list_filter = ("door", "outcome")
    search_fields = ("object_id__exact", "actor_name__exact", "request_id__exact", "action__exact")
    search_help_text = "Exactly: an object's id, an actor's name, a request id or an action code."
    ordering = ("-sequence",)
    sortable_by = ()
    fieldsets = [
        ("What", {"fields": ("sequence", "recorded_date_time", "label", "action", "outcome", "reason")}),
        ("Who", {"fields": ("actor_name", "actor_type", "actor_id")}),
        ("How and from where", {"fields": ("door", "address", "user_agent", "request_id")}),
        ("Object", {"fields": ("object_name", "object_type", "object_id")}),
        ("Change", {"fields": ("before", "after")}),
    ]

    @admin.display(description="Action")
    def label(self, row: AuditEvent) -> str:
        return action_label(row.action)

    @admin.display(description="Outcome")
    def result(self, row: AuditEvent) -> str:
        return status_badge(row.outcome, row.get_outcome_display())

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*(field.name for field in AuditEvent._meta.fields), "label"]
