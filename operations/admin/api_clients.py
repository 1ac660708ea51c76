"""API clients: who may call, with what. Secrets and tokens are never shown."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from oauth2_provider.models import AccessToken

from operations.actor import person
from operations.admin.base import ServiceAdmin, denial_as_403
from operations.errors import PortalError
from operations.models import ApiClient
from operations.permissions import Action, allows
from operations.services.access import api_clients as services


@admin.register(ApiClient)
class ApiClientAdmin(ServiceAdmin):
    list_display = ("name", "client_id", "granted", "created")
    search_fields = ("name", "client_id")
    ordering = ("name",)
    fields = ("name", "client_id", "granted", "tokens", "created")
    readonly_fields = fields
    change_form_template = "admin/operations/apiclient/change_form.html"

    @admin.display(description="Scopes")
    def granted(self, row: ApiClient) -> str:
        return ", ".join(row.scopes)

    @admin.display(description="Active tokens")
    def tokens(self, row: ApiClient) -> int:
        return AccessToken.objects.filter(application=row).count()

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.revoke_view)
        return [path("<int:key>/revoke/", view, name="api-client-revoke"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        may = allows(Action.MANAGE_API_CLIENTS, request.user.get_all_permissions())
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "may_revoke": may})

    def revoke_view(self, request: HttpRequest, key: int) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        client = get_object_or_404(ApiClient, pk=key)
        try:
            with denial_as_403():
                count = services.revoke_tokens(by=person(request), client=client)
        except PortalError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, f"Revoked {count} token{'' if count == 1 else 's'} of {client.name}.")
        return redirect("admin:operations_apiclient_change", key)
