"""Limits per caller, counted in Django's cache, which all processes of a machine share; before anything is done."""

import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from rest_framework.throttling import BaseThrottle

SECONDS = 60


class WindowThrottle(BaseThrottle):
    """So many requests in each minute; two at the very same moment may count as one."""

    def limit(self) -> int:
        """How many; 0 for no limit."""
        raise NotImplementedError

    def caller(self, request: Any) -> str:
        """Whose requests are counted together."""
        return f"address:{request.META.get('REMOTE_ADDR', '')}"

    def allow_request(self, request: Any, view: Any) -> bool:
        if not self.limit():
            return True
        return self._count(request) < self.limit() and self.counted(request)

    def counted(self, request: Any) -> bool:
        """Count this one; always true."""
        cache.set(self._key(request), self._count(request) + 1, SECONDS * 2)
        return True

    def wait(self) -> float:
        """Whole seconds until the minute is over."""
        return SECONDS - time.time() % SECONDS

    def _count(self, request: Any) -> int:
        found = cache.get(self._key(request), 0)
        # Anyone who can write to the cache can leave anything there.
        return found if isinstance(found, int) else 0

    def _key(self, request: Any) -> str:
        return f"{type(self).__name__}:{self.caller(request)}:{int(time.time() // SECONDS)}"


class ClientThrottle(WindowThrottle):
    """Identified callers: off unless a rate is set."""

    def limit(self) -> int:
        return settings.PORTAL_REQUESTS_PER_MINUTE

    def caller(self, request: Any) -> str:
        return f"client:{request.user.id}"


class AnonymousThrottle(WindowThrottle):
    """Whoever asks without a token where none is needed, per address."""

    def limit(self) -> int:
        return settings.PORTAL_REFUSED_TOKENS_PER_MINUTE


class RefusedTokenThrottle(WindowThrottle):
    """Whoever presents tokens or client secrets that are refused, per address; others are not counted."""

    def limit(self) -> int:
        return settings.PORTAL_REFUSED_TOKENS_PER_MINUTE

    def allow_request(self, request: Any, view: Any) -> bool:
        return self._count(request) < self.limit()
