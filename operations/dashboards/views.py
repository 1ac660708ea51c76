"""Boards: read-only pages whose URL is their filter."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import content_disposition_header, url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from operations.actor import person
from operations.choices import EVERYTHING
from operations.dashboards import exports, presenters, svg
from operations.dashboards.addresses import board_address
from operations.dashboards.pages import PAGES, BoardPage
from operations.errors import PortalError
from operations.permissions import Action, allows
from operations.queries import exposure
from operations.queries.boards import BOARDS, TILES
from operations.queries.operation_filters import file_names
from operations.queries.period_filters import PeriodFilterSet
from operations.queries.trail import deliveries, last_verification
from operations.services import audit_log as trail_services
from operations.services.access import accounts

LIVE = "live"


def signed_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Whoever is not is asked to sign in, and comes back."""

    @wraps(view)
    def asking(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not admin.site.has_permission(request):
            svg.warm()
            return redirect_to_login(request.get_full_path(), reverse("admin:login"))
        return view(request, *args, **kwargs)

    return asking


def _exposure(request: HttpRequest) -> list[str]:
    """For administrators: what makes this installation less safe, and which sink takes no checkpoints."""
    if EVERYTHING not in person(request).permissions:
        return []
    failing = [f"The sink {one.sink} takes no checkpoint: {one.error}" for one in deliveries() if one.error]
    return [*exposure.warnings(), *failing]


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return redirect("overview")


@require_safe
@signed_in
def board_page(request: HttpRequest, name: str) -> HttpResponse:
    """One board; a request of htmx gets what renews itself alone."""
    page, filters = _asked(request, name)
    is_part = bool(getattr(request, "htmx", False))
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": page.title,
        "page": page,
        "fields": [filters.form[field] for field in page.fields],
        "unseen": [field for field in filters.form if field.name not in page.fields],
        "chips": [],
        "address": board_address(name),
        "query": urlencode(filters.active),
        "pages": [(one, board_address(one.name)) for one in PAGES.values() if _may_see(request, one)],
        "is_live": page.is_live and request.GET.get(LIVE) != "off",
        "file_names": file_names() if "definition_file" in page.fields else [],
        "exposure": _exposure(request),
        "may_create": request.user.has_perm(Action.RECORD_OPERATION.value.permission),
    }
    still = {LIVE: "off"} if page.is_live and not context["is_live"] else {}
    is_valid = filters.is_valid()
    if is_valid:
        board = BOARDS[name].tell(filters)
        context |= {
            "chips": [
                (label, value, f"{board_address(name)}?{urlencode(others | still)}")
                for label, value, others in filters.chips
            ],
            "tiles": presenters.tiles(board, filters),
            "panels": presenters.panels(page, board, filters),
            "report": presenters.report(filters),
        }
        if page is PAGES["overview"] and allows(Action.READ_TRAIL, request.user.get_all_permissions()):
            context["trail_is_told"] = True
            context["verification"] = last_verification()
        if Action.READ_TRAIL in BOARDS[name].needs:
            trail_services.record_reading(by=person(request), what=f"board {name}", filters=context["query"][:2000])
    template = "dashboards/_board.html" if is_part else "dashboards/board.html"
    return TemplateResponse(request, template, context, status=200 if is_valid else 400)


@require_safe
@signed_in
def tiles(request: HttpRequest) -> HttpResponse:
    """Those of the admin's first page, when they renew themselves."""
    return TemplateResponse(request, "dashboards/_index_tiles.html", {"tiles": index_tiles(request)})


def index_tiles(request: HttpRequest) -> list[presenters.ShownTile]:
    """The overview's, without filters; none for whoever may not see it."""
    if not _may_see(request, PAGES["overview"]):
        return []
    filters = TILES.filters({})
    filters.is_valid()
    return presenters.tiles(TILES.tell(filters), filters)


@require_safe
@signed_in
def csv_file(request: HttpRequest, name: str, table: str) -> HttpResponse:
    page, filters = _asked(request, name)
    if not filters.is_valid():
        return _back(request, page, filters)
    found = BOARDS[name].tell(filters).table(table)
    if found is None:
        raise Http404
    _record_export(request, page, [table], filters)
    return _file(exports.csv_of(found), f"{name}-{table}.csv", "text/csv; charset=utf-8")


@require_safe
@signed_in
def zip_file(request: HttpRequest, name: str) -> HttpResponse:
    page, filters = _asked(request, name)
    if not filters.is_valid():
        return _back(request, page, filters)
    board = BOARDS[name].tell(filters)
    about = exports.about(page.title, filters, presenters.report(filters), request.user.get_username(), board)
    _record_export(request, page, [table.name for table in board.tables], filters)
    return _file(exports.zip_of(board, about), f"{name}-tables.zip", "application/zip")


class TimeZoneForm(forms.Form):
    time_zone = forms.ChoiceField(required=False, label="Time zone")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = [(name, name.replace("_", " ")) for name in sorted(available_timezones())]
        chosen = self.fields["time_zone"]
        chosen.choices = [("", f"The portal's: {settings.TIME_ZONE}"), *zones]  # type: ignore[attr-defined]


@signed_in
def time_zone(request: HttpRequest) -> HttpResponse:
    """One's own: days and hours on boards and lists are those of it."""
    by = person(request)
    form = TimeZoneForm(request.POST or None, initial={"time_zone": getattr(request.user, "time_zone", "")})
    after = request.POST.get("next") or request.GET.get("next") or reverse("overview")
    if not url_has_allowed_host_and_scheme(after, allowed_hosts={request.get_host()}):
        after = reverse("overview")
    if request.method == "POST" and form.is_valid():
        try:
            accounts.choose_time_zone(by=by, user_id=int(by.id), time_zone=form.cleaned_data["time_zone"])
        except PortalError as error:
            form.add_error("time_zone", str(error))
        else:
            messages.success(request, "Times are shown in the zone you chose.")
            return redirect(after)
    context = {**admin.site.each_context(request), "title": "Time zone", "form": form, "next": after}
    return TemplateResponse(request, "dashboards/time_zone.html", context, status=400 if form.errors else 200)


def _asked(request: HttpRequest, name: str) -> tuple[BoardPage, PeriodFilterSet]:
    if name not in PAGES:
        raise Http404
    if not _may_see(request, PAGES[name]):
        raise PermissionDenied
    return PAGES[name], BOARDS[name].filters(request.GET)


def _may_see(request: HttpRequest, page: BoardPage) -> bool:
    held = request.user.get_all_permissions()
    return all(allows(action, held) for action in BOARDS[page.name].needs)


def _record_export(request: HttpRequest, page: BoardPage, tables: Sequence[str], filters: PeriodFilterSet) -> None:
    trail_services.record_statistics_export(
        by=person(request), board=page.name, tables=tables, filters=urlencode(filters.active)[:2000]
    )


def _back(request: HttpRequest, page: BoardPage, filters: PeriodFilterSet) -> HttpResponse:
    """To the board, which says beside the field what is wrong."""
    return redirect(f"{board_address(page.name)}?{urlencode(filters.active)}")


def _file(content: bytes, name: str, content_type: str) -> HttpResponse:
    disposition = content_disposition_header(True, name) or "attachment"
    return HttpResponse(content, content_type=content_type, headers={"Content-Disposition": disposition})
