"""Boards: read-only pages whose URL is their filter."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from operations.models import GroupPolicyOperation
from operations.permissions import Action, allows
from operations.queries.operation_filters import OperationFilterSet
from operations.queries.overview import overview as overview_of
from operations.queries.trail import last_verification

OPERATIONS = "admin:operations_grouppolicyoperation_changelist"


def front_door(request: HttpRequest) -> HttpResponse:
    return redirect("overview")


def overview(request: HttpRequest) -> HttpResponse:
    """What happens, what failed and why, what is in progress; every figure opens the rows behind it."""
    if not admin.site.has_permission(request):
        return redirect_to_login(request.get_full_path(), reverse("admin:login"))
    if not allows(Action.READ_OPERATIONS, request.user.get_all_permissions()):
        raise PermissionDenied
    filters = OperationFilterSet(request.GET, GroupPolicyOperation.objects.all())
    board = overview_of(filters.qs)
    may_read_trail = allows(Action.READ_TRAIL, request.user.get_all_permissions())
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": "Overview",
        "filters": filters,
        "board": board,
        "query": urlencode(filters.active),
        "operations_url": reverse(OPERATIONS),
        "may_read_trail": may_read_trail,
        "verification": last_verification() if may_read_trail else None,
        "may_create": request.user.has_perm(Action.RECORD_OPERATION.value.permission),
    }
    template = "dashboards/_overview.html" if getattr(request, "htmx", False) else "dashboards/overview.html"
    return TemplateResponse(request, template, context, status=200 if filters.is_valid() else 400)
