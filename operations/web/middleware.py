"""Around every page: what the gate refused, the viewer's time zone, and an event for each denial."""

import logging
from collections.abc import Callable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from operations.actor import person
from operations.api.errors import answer
from operations.errors import DamagedError
from operations.models import User
from operations.services.access import access_events
from operations.web.limits import Refusal

logger = logging.getLogger(__name__)


class RefusalMiddleware:
    """Says in the address's own shape why the gate refused a request, or that what it needs is damaged."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        refusal: Refusal | None = request.META.get("gpo_portal.refusal")
        return self.get_response(request) if refusal is None else answer(request, refusal.status, str(refusal))

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A page cannot show what somebody exchanged in the database; the API says so itself."""
        if not isinstance(exception, DamagedError):
            return None
        logger.error("%s", exception)
        return answer(request, 500, str(exception))


class TimeZoneMiddleware:
    """Times and days are those of the signed-in person's zone, else the portal's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Only pages show times: probes and the API need not know who has signed in.
        is_page = request.path.startswith(("/admin/", "/dashboards/"))
        with timezone.override(_zone(getattr(request.user, "time_zone", "")) if is_page else None):
            return self.get_response(request)


class DeniedAccessMiddleware:
    """Records pages that a signed-in person may not see. The API records its own denials."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # The API puts an API client in this place, or nobody.
        if isinstance(request.user, User) and self._is_denied(request, response):
            access_events.denied(by=person(request), method=request.method or "", path=request.path)
        return response

    def _is_denied(self, request: HttpRequest, response: HttpResponse) -> bool:
        """Django's admin sends people who are no staff to the page for signing in."""
        to_sign_in = response.status_code == 302 and response["Location"].startswith(reverse("admin:login"))
        return response.status_code == 403 or to_sign_in


def _zone(chosen: str) -> ZoneInfo | None:
    """None for the portal's; a zone may go from the machine's list after somebody chose it."""
    try:
        return ZoneInfo(chosen) if chosen else None
    except (ZoneInfoNotFoundError, ValueError):
        return None
