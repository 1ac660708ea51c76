"""Policies and categories of what is in force: search, tree, and one page that shows all of a policy."""

from collections import defaultdict
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from operations.admin.base import ServiceAdmin, gone
from operations.models import DefinitionFile, GroupPolicyCategory, Policy
from operations.queries import policies as queries

HIVES = {
    "User": ("HKEY_CURRENT_USER",),
    "Machine": ("HKEY_LOCAL_MACHINE",),
    "Both": ("HKEY_CURRENT_USER", "HKEY_LOCAL_MACHINE"),
}


class FileFilter(admin.SimpleListFilter):
    title = "definition file"
    parameter_name = "definition_file"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(file.pk), file.file_name) for file in queries.files_with_policies()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        known = {value for value, _ in self.lookup_choices}
        return queryset.filter(definition_file=self.value()) if self.value() in known else queryset


@admin.register(Policy)
class PolicyAdmin(ServiceAdmin):
    list_display = ("title", "place", "policy_class", "key", "file")
    list_display_links = ("title",)
    list_filter = (FileFilter, "policy_class")
    list_select_related = ("category", "definition_file")
    search_fields = ("searchable",)
    search_help_text = "Words of a name, a text in any language, a registry key or a value name."
    ordering = ("display_name", "id")
    sortable_by = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("searchable")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return queries.search(queryset, search_term), False

    @admin.display(description="Policy")
    def title(self, row: Policy) -> str:
        return row.display_name or row.name

    @admin.display(description="Category")
    def place(self, row: Policy) -> str:
        return row.category.path if row.category else "–"

    @admin.display(description="File")
    def file(self, row: Policy) -> str:
        return row.definition_file.file_name

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        policy = self.get_object(request, object_id)
        if policy is None:
            return gone(request, self, object_id)
        if request.method == "POST" or not self.has_view_permission(request, policy):
            raise PermissionDenied
        details = policy.details
        default = policy.definition_file.default_language_code
        languages = sorted({*policy.texts, *details["presentations"]})
        asked = request.GET.get("language", "")
        language = (
            asked if asked in languages else next((one for one in languages if one.lower() == default.lower()), "")
        )
        texts = policy.texts.get(language, {})
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": texts.get("display_name") or policy.display_name or policy.name,
            "explain_text": texts.get("explain_text") or policy.explain_text,
            "policy": policy,
            "language": language,
            "languages": languages,
            "controls": details["presentations"].get(language) or details["presentations"].get(default, []),
            "effects": details["effects"],
            "hives": HIVES[policy.policy_class],
            "definitions": policy.definitions.all(),
            "elsewhere": queries.elsewhere(policy),
            "versions": queries.versions_with(policy),
        }
        return TemplateResponse(request, "admin/operations/policy/change_form.html", context)


@admin.register(GroupPolicyCategory)
class GroupPolicyCategoryAdmin(ServiceAdmin):
    """One tree over all files in force."""

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = GroupPolicyCategory.objects.select_related("definition_file").annotate(policy_total=Count("policies"))
        below: defaultdict[Any, list[Any]] = defaultdict(list)
        for row in rows.order_by("display_name", "id").defer("texts", "explain_text"):
            below[row.parent_id].append(row)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Categories",
            "lines": list(_flattened(below)),
            "any_file": DefinitionFile.in_force.exists(),
        }
        return TemplateResponse(request, "admin/operations/grouppolicycategory/change_list.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        category = self.get_object(request, object_id)
        if category is None:
            return gone(request, self, object_id)
        if request.method == "POST" or not self.has_view_permission(request, category):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": category.display_name or category.name,
            "category": category,
            "children": category.children.select_related("definition_file"),
            "policies": category.policies.select_related("definition_file").defer("details", "searchable", "texts"),
        }
        return TemplateResponse(request, "admin/operations/grouppolicycategory/change_form.html", context)


def _flattened(below: dict[Any, list[Any]]) -> Any:
    """Opening and closing of the tree's nested lists, without recursion: (row or None, has children, closes)."""
    waiting: list[Any] = [(row, False) for row in reversed(below.get(None, []))]
    while waiting:
        row, is_end = waiting.pop()
        if is_end:
            yield {"closes": True}
            continue
        children = below.get(row.pk, [])
        yield {"row": row, "opens": bool(children)}
        if children:
            waiting.append((row, True))
            waiting.extend((child, False) for child in reversed(children))
