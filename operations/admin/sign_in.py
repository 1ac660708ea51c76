"""How often somebody may try to sign in."""

from typing import Any

from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError

from operations.audit.write_guard import allow_unrecorded_writes
from operations.services.access import access_events


class SignInForm(AdminAuthenticationForm):
    def clean(self) -> dict[str, Any]:
        request = self.request
        if request is not None and not access_events.may_try_to_sign_in(address=request.META.get("REMOTE_ADDR")):
            raise ValidationError("Too many attempts from this address failed. Try again in a minute.", code="too_many")
        with allow_unrecorded_writes("the same password in a stronger hash, once hashers change"):
            return dict(super().clean())
