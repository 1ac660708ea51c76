"""API clients: who may call, with what. A secret is shown once, in the answer that makes it; a token never."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import Max, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from oauth2_provider.models import AccessToken

from operations.actor import person
from operations.admin.base import ServiceAdmin, denial_as_403, whole_number
from operations.choices import Scope
from operations.errors import InvalidError, PortalError
from operations.models import ApiClient
from operations.permissions import Action, allows
from operations.services.access import api_clients as services


@admin.register(ApiClient)
class ApiClientAdmin(ServiceAdmin):
    list_display = ("name", "enabled", "granted", "secret_until", "last_used", "client_id", "created")
    search_fields = ("name", "client_id")
    ordering = ("name",)
    fields = ("name", "client_id", "enabled", "granted", "tokens", "created")
    readonly_fields = fields
    change_form_template = "admin/operations/apiclient/change_form.html"
    # The toolkit's own page, which is not served.
    view_on_site = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[ApiClient]:
        return (
            super()
            .get_queryset(request)
            .annotate(until=Max("secrets__end_date_time"), used=Max("secrets__last_used_date_time"))
        )

    @admin.display(description="Enabled", boolean=True, ordering="is_active")
    def enabled(self, row: ApiClient) -> bool:
        return row.is_active

    @admin.display(description="Scopes")
    def granted(self, row: ApiClient) -> str:
        return ", ".join(row.scopes)

    @admin.display(description="Secret valid until", ordering="until", empty_value="–")
    def secret_until(self, row: Any) -> Any:
        return row.until

    @admin.display(description="Secret last used", ordering="used", empty_value="never")
    def last_used(self, row: Any) -> Any:
        return row.used

    @admin.display(description="Active tokens")
    def tokens(self, row: ApiClient) -> int:
        return AccessToken.objects.filter(application=row, expires__gt=timezone.now()).count()

    def get_urls(self) -> list[Any]:
        site = self.admin_site.admin_view
        return [
            path("<int:key>/act/<slug:verb>/", site(self.act_view), name="api-client-act"),
            path("<int:key>/add-secret/", site(self.add_secret_view), name="api-client-add-secret"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        client = self.get_object(request, object_id)
        more = {
            "may_manage": allows(Action.MANAGE_API_CLIENTS, request.user.get_all_permissions()),
            "secrets": client.secrets.order_by("-start_date_time", "-pk") if client else (),
            "scopes": [(scope.value, scope.label, scope in client.scopes) for scope in Scope] if client else (),
            "now": timezone.now(),
            "days": services.SECRET_DAYS,
            "most_days": services.MOST_SECRET_DAYS,
        }
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **more})

    def act_view(self, request: HttpRequest, key: int, verb: str) -> HttpResponse:
        """One verb on one client: its button is a form of its own."""
        if verb not in _VERBS:
            raise Http404("There is no such button.")
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        client = get_object_or_404(ApiClient, pk=key)
        try:
            with denial_as_403():
                said = _VERBS[verb](request, client)
        except PortalError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, said)
        if verb == "delete-client" and not ApiClient.objects.filter(pk=key).exists():
            return redirect("admin:operations_apiclient_changelist")
        return redirect("admin:operations_apiclient_change", key)

    def add_secret_view(self, request: HttpRequest, key: int) -> HttpResponse:
        """Shows the secret in this very answer: a redirect would have to keep it somewhere."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        client = get_object_or_404(ApiClient, pk=key)
        try:
            with denial_as_403():
                days = whole_number(request.POST.get("days", ""))
                secret = services.add_secret(by=person(request), client=client, days=days)
        except PortalError as error:
            messages.error(request, str(error))
            return redirect("admin:operations_apiclient_change", key)
        context = {**self.admin_site.each_context(request), "title": "New secret", "client": client, "secret": secret}
        answer = TemplateResponse(request, "admin/operations/apiclient/secret.html", context)
        answer["Cache-Control"] = "no-store"
        return answer


def _acted(request: HttpRequest, client: ApiClient) -> dict[str, Any]:
    return {"by": person(request), "client": client, "reason": request.POST.get("reason", "")}


def _disable(request: HttpRequest, client: ApiClient) -> str:
    services.disable_api_client(**_acted(request, client))
    return f"{client.name} is disabled: its secrets and tokens are refused."


def _enable(request: HttpRequest, client: ApiClient) -> str:
    services.enable_api_client(**_acted(request, client))
    return f"{client.name} is enabled again."


def _delete(request: HttpRequest, client: ApiClient) -> str:
    if request.POST.get("name") != client.name:
        raise InvalidError("To delete the client, type its name exactly.", target="name")
    services.delete_api_client(**_acted(request, client))
    return f"{client.name} is deleted, with its secrets and tokens."


def _change_scopes(request: HttpRequest, client: ApiClient) -> str:
    services.change_scopes(**_acted(request, client), scopes=request.POST.getlist("scopes"))
    return f"Changed the scopes of {client.name}."


def _remove_secret(request: HttpRequest, client: ApiClient) -> str:
    services.remove_secret(**_acted(request, client), secret_id=whole_number(request.POST.get("secret", "")))
    return f"Removed a secret of {client.name}. Tokens that it got stay valid until they expire or are revoked."


def _revoke_tokens(request: HttpRequest, client: ApiClient) -> str:
    count = services.revoke_tokens(**_acted(request, client))
    return f"Revoked {count} token{'' if count == 1 else 's'} of {client.name}. Its secrets still get new ones."


_VERBS: dict[str, Callable[[HttpRequest, ApiClient], str]] = {
    "disable": _disable,
    "enable": _enable,
    "delete-client": _delete,
    "change-scopes": _change_scopes,
    "remove-secret": _remove_secret,
    "revoke": _revoke_tokens,
}
