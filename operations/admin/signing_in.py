"""What stands around Django's admin: how often one may try to sign in, and that a denial is told."""

from collections.abc import Callable
from typing import Any

from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from operations.actor import person
from operations.audit.watch import lifted
from operations.models import User
from operations.services import access


class SignInForm(AdminAuthenticationForm):
    def clean(self) -> dict[str, Any]:
        request = self.request
        if request is not None and not access.may_try_to_sign_in(address=request.META.get("REMOTE_ADDR")):
            raise ValidationError("Too many attempts from this address failed. Try again in a minute.", code="too_many")
        with lifted("the same password in a stronger hash, once hashers change"):
            return dict(super().clean())


class DeniedAccessMiddleware:
    """Tells of pages that a person who is signed in may not see. The API tells of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # The API puts an API client in this place, or nobody.
        if isinstance(request.user, User) and self._is_denied(request, response):
            access.denied(by=person(request), method=request.method or "", path=request.path)
        return response

    def _is_denied(self, request: HttpRequest, response: HttpResponse) -> bool:
        """Django's admin sends people who are no staff to the page for signing in."""
        to_sign_in = response.status_code == 302 and response["Location"].startswith(reverse("admin:login"))
        return response.status_code == 403 or to_sign_in
