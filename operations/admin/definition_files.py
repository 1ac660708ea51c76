"""Definition files: what is in force, what failed, what was removed."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.http import content_disposition_header

from operations.actor import person
from operations.admin.base import ServiceAdmin, denial_as_403, gone, whole_number
from operations.display import admin_url, moment, status_badge
from operations.errors import PortalError
from operations.models import Content, DefinitionFile, NamespaceUse, Version
from operations.permissions import Action, allows
from operations.queries.trail import events_of
from operations.services.templates import definition_files as services
from operations.services.templates import versions
from operations.services.templates.validation_context import dependents

SHOWN_OPERATIONS = 50
SHOWN_VERSIONS = 50


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
        site = self.admin_site.admin_view
        version = "<uuid:key>/versions/<int:number>"
        return [
            path("<uuid:key>/remove/", site(self.remove_view), name="definition-file-remove"),
            path("<uuid:key>/restore/", site(self.restore_view), name="definition-file-restore"),
            path("<uuid:key>/compare/", site(self.compare_view), name="definition-file-compare"),
            path(f"{version}/roll-back/", site(self.roll_back_view), name="version-roll-back"),
            path(f"{version}/zip/", site(self.zip_view), name="version-zip"),
            path(f"{version}/admx/", site(self.admx_view), name="version-admx"),
            path(f"{version}/adml/<str:language>/", site(self.adml_view), name="version-adml"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        file = self.get_object(request, object_id)
        if file is None:
            return gone(request, self, object_id)
        if request.method == "POST" or not self.has_view_permission(request, file):
            raise PermissionDenied
        held = request.user.get_all_permissions()
        removed = file.removed_date_time is not None
        context = {
            "file": file,
            "state": _state(file),
            "languages": file.language_files.select_related("content").defer("content__compressed"),
            "size": Content.objects.values_list("size", flat=True).get(pk=file.content_id),
            "operations": file.operations.all()[:SHOWN_OPERATIONS],
            "versions": _versions(file)[:SHOWN_VERSIONS],
            "needs": _needs(file),
            "dependents": dependents(file) if file.is_in_force else [],
            "policies_url": reverse("admin:operations_policy_changelist") + f"?definition_file={file.pk}",
            "events": events_of(file),
            "may_see_trail": allows(Action.READ_TRAIL, held),
            "may_remove": not removed and allows(Action.REMOVE_DEFINITION_FILE, held),
            "may_restore": removed and file.version is not None and allows(Action.UPLOAD_DEFINITION_FILE, held),
            "may_roll_back": file.is_in_force and not file.is_busy and allows(Action.UPLOAD_NEW_VERSION, held),
        }
        return self._page(request, file.file_name, "change_form.html", context)

    def remove_view(self, request: HttpRequest, key: Any) -> HttpResponse:
        return self._ask(request, key, services.remove, definition_file_id=key)

    def restore_view(self, request: HttpRequest, key: Any) -> HttpResponse:
        return self._ask(request, key, services.restore, definition_file_id=key)

    def roll_back_view(self, request: HttpRequest, key: Any, number: int) -> HttpResponse:
        version = self._version(request, key, number)
        return self._ask(request, key, services.roll_back, version_id=version.pk)

    def compare_view(self, request: HttpRequest, key: Any) -> HttpResponse:
        """Any two versions; without being told otherwise, the two newest."""
        numbers = list(Version.objects.filter(definition_file=key).values_list("number", flat=True))
        if len(numbers) < 2:
            messages.warning(request, "There are no two versions to compare yet.")
            return redirect("admin:operations_definitionfile_change", key)
        old, new = (_number(request, name, default) for name, default in (("from", numbers[1]), ("to", numbers[0])))
        first, second = self._version(request, key, old), self._version(request, key, new)
        context = {
            "file": first.definition_file,
            "numbers": numbers,
            "old": first,
            "new": second,
            "difference": versions.difference(first, second),
        }
        return self._page(request, f"Compare versions of {second.file_name}", "compare.html", context)

    def zip_view(self, request: HttpRequest, key: Any, number: int) -> HttpResponse:
        version = self._version(request, key, number)
        name = f"{version.file_name.rpartition('.')[0]}-version-{number}.zip"
        return _download(versions.zip_of(version), name, "application/zip")

    def admx_view(self, request: HttpRequest, key: Any, number: int) -> HttpResponse:
        version = self._version(request, key, number)
        return _download(version.content.data, version.file_name)

    def adml_view(self, request: HttpRequest, key: Any, number: int, language: str) -> HttpResponse:
        version = self._version(request, key, number)
        file = get_object_or_404(version.language_files.select_related("content"), language_code=language)
        return _download(file.content.data, file.file_name)

    def _version(self, request: HttpRequest, key: Any, number: int) -> Version:
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = Version.objects.select_related("definition_file", "content")
        version: Version = get_object_or_404(rows, definition_file=key, number=number)
        return version

    def _ask(self, request: HttpRequest, key: Any, service: Any, **asked: Any) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        reason = request.POST.get("reason", "").replace("\x00", "")[:10_000]
        try:
            with denial_as_403():
                operation = service(by=person(request), reason=reason, **asked)
        except PortalError as error:
            messages.error(request, str(error))
            return redirect("admin:operations_definitionfile_change", key)
        messages.success(request, f"Queued: {operation}.")
        return redirect(admin_url(operation))

    def _page(self, request: HttpRequest, title: str, name: str, context: dict[str, Any]) -> HttpResponse:
        whole = {**self.admin_site.each_context(request), "opts": self.opts, "title": title, **context}
        return TemplateResponse(request, f"admin/operations/definitionfile/{name}", whole)


def _versions(file: DefinitionFile) -> QuerySet[Version]:
    rows = file.versions.select_related("operation", "content").prefetch_related("language_files")
    return rows.defer("changes", "policy_names", "content__compressed").order_by("-number")


def _needs(file: DefinitionFile) -> list[tuple[NamespaceUse, DefinitionFile | None]]:
    """The namespaces a file uses, each with the file in force that declares it."""
    uses = list(file.namespace_uses.all())
    found = DefinitionFile.in_force.filter(target_namespace__in=[use.namespace for use in uses])
    providers = {provider.target_namespace: provider for provider in found}
    return [(use, providers.get(use.namespace)) for use in uses]


def _number(request: HttpRequest, name: str, default: int) -> int:
    return whole_number(request.GET.get(name, ""), otherwise=default)


def _download(content: bytes, file_name: str, content_type: str = "application/octet-stream") -> HttpResponse:
    return HttpResponse(
        content,
        content_type=content_type,
        headers={"Content-Disposition": content_disposition_header(as_attachment=True, filename=file_name) or ""},
    )


def _state(file: DefinitionFile) -> str:
    if file.removed_date_time is not None:
        return status_badge("removed", "Removed")
    return status_badge(file.status, file.get_status_display())
