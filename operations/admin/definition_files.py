"""Definition files: what is in force, what failed, what was removed."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path

from operations.admin.door import ServiceAdmin, denial_as_403, gone, person
from operations.errors import PortalError
from operations.models import Content, DefinitionFile
from operations.permissions import Action, allows
from operations.queries.trail import events_of
from operations.services import definition_files as services
from operations.templatetags.portal import admin_url, moment, status_badge

SHOWN_OPERATIONS = 50


class InForceFilter(admin.SimpleListFilter):
    title = "in force"
    parameter_name = "removed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Removed")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(removed_date_time__isnull=self.value() != "yes")

    def choices(self, changelist: Any) -> Any:
        first, *others = super().choices(changelist)
        yield {**first, "display": "Not removed"}
        yield from others


@admin.register(DefinitionFile)
class DefinitionFileAdmin(ServiceAdmin):
    list_display = ("state", "file_name", "target_namespace", "revision", "policy_count", "languages", "uploaded")
    list_display_links = ("file_name",)
    list_filter = (InForceFilter, "status")
    search_fields = ("file_name", "target_namespace", "display_name")
    search_help_text = "Words of the file name, namespace or display name."
    ordering = ("-created_date_time", "-id")
    sortable_by = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(language_count=Count("language_files"))

    @admin.display(description="Status")
    def state(self, row: DefinitionFile) -> str:
        return _state(row)

    @admin.display(description="Languages")
    def languages(self, row: Any) -> int:
        return int(row.language_count)

    @admin.display(description="Uploaded")
    def uploaded(self, row: DefinitionFile) -> str:
        return moment(row.created_date_time)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.remove_view)
        return [path("<uuid:key>/remove/", view, name="definition-file-remove"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        file = self.get_object(request, object_id)
        if file is None:
            return gone(request, self, object_id)
        if request.method == "POST" or not self.has_view_permission(request, file):
            raise PermissionDenied
        held = request.user.get_all_permissions()
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": file.file_name,
            "file": file,
            "state": _state(file),
            "languages": file.language_files.select_related("content").defer("content__compressed"),
            "size": Content.objects.values_list("size", flat=True).get(pk=file.content_id),
            "operations": file.operations.all()[:SHOWN_OPERATIONS],
            "events": events_of(file),
            "may_see_trail": allows(Action.READ_TRAIL, held),
            "may_remove": file.removed_date_time is None and allows(Action.REMOVE_DEFINITION_FILE, held),
        }
        return TemplateResponse(request, "admin/operations/definitionfile/change_form.html", context)

    def remove_view(self, request: HttpRequest, key: Any) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        try:
            with denial_as_403():
                operation = services.remove(
                    by=person(request),
                    definition_file_id=key,
                    reason=request.POST.get("reason", "").replace("\x00", "")[:10_000],
                )
        except PortalError as error:
            messages.error(request, str(error))
            return redirect("admin:operations_definitionfile_change", key)
        messages.success(request, str(operation.status_details))
        return redirect(admin_url(operation))


def _state(file: DefinitionFile) -> str:
    if file.removed_date_time is not None:
        return status_badge("removed", "Removed")
    return status_badge(file.status, file.get_status_display())
