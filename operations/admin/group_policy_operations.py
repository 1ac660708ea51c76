"""Operations: browse, create, and one page that tells the whole story of each."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html

from operations.actor import person
from operations.admin import import_forms
from operations.admin.base import ServiceAdmin, denial_as_403, gone
from operations.admin.filters import KindFilter, PeriodFilter, StatusFilter, TypeFilter, ValuesFilter
from operations.admin.forms import RECORD, CorrectOperationForm, CreateOperationForm, LanguageFileFormSet
from operations.admin.operation_forms import check_first, create
from operations.choices import OperationStatus
from operations.display import admin_url, lasting, moment, status_badge
from operations.errors import PortalError
from operations.models import GroupPolicyOperation, Version
from operations.permissions import Action, allows
from operations.queries.trail import events_of, operations_touched_by
from operations.services.operations import records, requests
from operations.services.templates.submissions import MAX_FILE_MEBIBYTES

TEMPLATES = "admin/operations/grouppolicyoperation"


@admin.register(GroupPolicyOperation)
class GroupPolicyOperationAdmin(ServiceAdmin):
    list_display = ("status", "what", "requested_by_name", "created", "took")
    list_display_links = ("what",)
    list_filter = (PeriodFilter, StatusFilter, TypeFilter, KindFilter, ValuesFilter)
    list_select_related = ("definition_file",)
    ordering = ("-created_date_time", "-id")
    sortable_by = ("created",)
    search_fields = ("status_details",)
    search_help_text = "Words of the details, file name, reason or ticket within the period, or an operation's id."

    def has_add_permission(self, request: HttpRequest) -> bool:
        return allows(Action.RECORD_OPERATION, request.user.get_all_permissions())

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may = allows(Action.DELETE_OPERATION, request.user.get_all_permissions())
        return may and obj is not None and not obj.performed

    def delete_model(self, request: HttpRequest, obj: GroupPolicyOperation) -> None:
        records.delete_operation(by=person(request), operation_id=obj.pk)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term = search_term.strip()
        if not term:
            return queryset, False
        try:
            return GroupPolicyOperation.objects.filter(pk=UUID(term)).select_related("definition_file"), False
        except ValueError:
            anywhere = Q()
            for field in ("status_details", "reason", "ticket", "definition_file__file_name"):
                anywhere |= Q(**{f"{field}__icontains": term})
            return queryset.filter(anywhere), False

    @admin.display(description="Status")
    def status(self, row: GroupPolicyOperation) -> str:
        return status_badge(row.operation_status, row.get_operation_status_display())

    @admin.display(description="Operation")
    def what(self, row: GroupPolicyOperation) -> str:
        kind = "" if row.performed else "recorded"
        subject = " · ".join(part for part in (str(row.definition_file or ""), kind) if part)
        return format_html('{}<span class="subject">{}</span>', row.get_operation_type_display(), subject)

    @admin.display(description="Created", ordering="created_date_time")
    def created(self, row: GroupPolicyOperation) -> str:
        return moment(row.created_date_time)

    @admin.display(description="Duration")
    def took(self, row: GroupPolicyOperation) -> str:
        return lasting(row.duration) if row.is_final else f"{lasting(row.age)} old"

    def get_urls(self) -> list[Any]:
        site = self.admin_site.admin_view
        return [
            path("import/", site(self.import_view), name="operations-import"),
            path("import/<str:request_id>/", site(self.imported_view), name="operations-imported"),
            path("<uuid:key>/live/", site(self.live_view), name="operation-live"),
            path("<uuid:key>/correct/", site(self.correct_view), name="operation-correct"),
            path("<uuid:key>/cancel/", site(self.cancel_view), name="operation-cancel"),
            path("<uuid:key>/retry/", site(self.retry_view), name="operation-retry"),
            *super().get_urls(),
        ]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = CreateOperationForm(request.POST or None, request.FILES or None, initial=_asked_for(request))
        languages = LanguageFileFormSet(request.POST or None, request.FILES or None, prefix="languages")
        checked = None
        if request.method == "POST" and form.is_valid() and languages.is_valid():
            if "preflight" in request.POST:
                checked = check_first(form, languages, by=person(request))
                operation = None
            else:
                operation = create(form, languages, by=person(request))
            if operation is not None:
                done = "Recorded" if form.cleaned_data["how"] == RECORD else "Queued"
                messages.success(request, f"{done}: {operation}.")
                return redirect(admin_url(operation))
        context = {
            "title": "Create operation",
            "form": form,
            "languages": languages,
            "checked": checked,
            "max_file_mebibytes": MAX_FILE_MEBIBYTES,
        }
        refused = bool(form.errors) or languages.total_error_count() > 0
        return self._page(request, "add_form.html", {**context, "refused": refused}, status=400 if refused else 200)

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Many templates at once."""
        if not allows(Action.UPLOAD_DEFINITION_FILE, request.user.get_all_permissions()):
            raise PermissionDenied
        form = (
            import_forms.ImportForm(request.POST, request.FILES)
            if request.method == "POST"
            else import_forms.ImportForm()
        )
        found = import_forms.found_in(form) if form.is_valid() else None
        checked = None
        if found and "preflight" in request.POST:
            checked = import_forms.check_first(form, found, by=person(request))
        elif found:
            for told in import_forms.request(form, found, by=person(request)):
                messages.warning(request, told)
            return redirect("admin:operations-imported", request.request_id)  # type: ignore[attr-defined]
        context = {
            "title": "Import templates",
            "form": form,
            "checked": checked,
            "left_over": found and found.left_over,
        }
        return self._page(request, "import_form.html", context, status=400 if form.errors else 200)

    def imported_view(self, request: HttpRequest, request_id: str) -> HttpResponse:
        """How the operations of one import stand."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        asked = operations_touched_by(request_id)
        context = {
            "title": "Import",
            "asked": asked,
            "request_id": request_id,
            "ended": sum(one.is_final for one in asked),
            "failed": sum(one.operation_status == OperationStatus.FAILED for one in asked),
        }
        name = "_imported.html" if request.htmx else "imported.html"  # type: ignore[attr-defined]
        return self._page(request, name, context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        operation = self.get_object(request, object_id)
        if operation is None:
            return gone(request, self, object_id)
        if request.method == "POST":
            raise PermissionDenied  # the buttons have addresses of their own
        return self._story(request, operation)

    def live_view(self, request: HttpRequest, key: UUID) -> HttpResponse:
        """The part of the page that changes while an operation is in progress."""
        return TemplateResponse(
            request, f"{TEMPLATES}/_story.html", self._story_context(request, self._visible(request, key))
        )

    def correct_view(self, request: HttpRequest, key: UUID) -> HttpResponse:
        operation = self._visible(request, key)
        if request.method != "POST":
            return redirect(admin_url(operation))
        if not allows(Action.CORRECT_OPERATION, request.user.get_all_permissions()):
            raise PermissionDenied
        form = CorrectOperationForm(request.POST)
        if form.is_valid():
            details = form.cleaned_data["status_details"].replace("\r\n", "\n")
            if not details and operation.status_details is None:
                details = None
            try:
                records.correct_operation(
                    by=person(request),
                    operation_id=key,
                    changes={**form.cleaned_data, "status_details": details},
                )
            except PortalError as error:
                form.add_error(error.target if error.target in form.fields else None, str(error))
            else:
                messages.success(request, "The operation was corrected.")
                return redirect(admin_url(operation))
        return self._story(request, operation, form=form, status=400)

    def cancel_view(self, request: HttpRequest, key: UUID) -> HttpResponse:
        return self._press(request, key, requests.cancel_operation, "The operation was cancelled.")

    def retry_view(self, request: HttpRequest, key: UUID) -> HttpResponse:
        return self._press(request, key, requests.retry_operation, "Queued again as a new operation.")

    def _visible(self, request: HttpRequest, key: UUID) -> GroupPolicyOperation:
        operation: GroupPolicyOperation | None = self.get_object(request, str(key))
        if operation is None or not self.has_view_permission(request, operation):
            raise PermissionDenied
        return operation

    def _press(self, request: HttpRequest, key: UUID, service: Any, done: str) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        try:
            with denial_as_403():
                operation = service(by=person(request), operation_id=key)
        except PortalError as error:
            messages.error(request, str(error))
            return redirect(reverse("admin:operations_grouppolicyoperation_change", args=[key]))
        messages.success(request, done)
        return redirect(admin_url(operation))

    def _story(
        self, request: HttpRequest, operation: GroupPolicyOperation, *, form: Any = None, status: int = 200
    ) -> HttpResponse:
        if not self.has_view_permission(request, operation):
            raise PermissionDenied
        context = self._story_context(request, operation, form)
        return self._page(request, "change_form.html", context, status=status)

    def _story_context(self, request: HttpRequest, operation: GroupPolicyOperation, form: Any = None) -> dict[str, Any]:
        held = request.user.get_all_permissions()
        file = operation.definition_file
        may_correct = not operation.performed and allows(Action.CORRECT_OPERATION, held)
        correct = CorrectOperationForm(initial=vars(operation)) if may_correct else None
        return {
            "title": str(operation),
            "operation": operation,
            "file": file,
            "findings": list(operation.findings.all()),
            "events": events_of(operation),
            "form": form or correct,
            "may_delete": self.has_delete_permission(request, operation),
            "may_cancel": operation.is_queued and allows(Action.CANCEL_OPERATION, held),
            "may_retry": file is not None
            and requests.may_be_retried(operation, file)
            and allows(requests.needed_for(operation), held),
            "version": Version.objects.filter(operation=operation).first(),
            "may_see_trail": allows(Action.READ_TRAIL, held),
        }

    def _page(self, request: HttpRequest, name: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
        whole = {**self.admin_site.each_context(request), "opts": self.opts, **context}
        return TemplateResponse(request, f"{TEMPLATES}/{name}", whole, status=status)


def _asked_for(request: HttpRequest) -> dict[str, Any]:
    """A link may fill the form in advance."""
    return {name: value for name, value in request.GET.items() if name in CreateOperationForm.base_fields}
