"""What one address may hold open at the web server, and how long a request's head may take."""

from asyncio import TimerHandle, Transport
from collections import Counter

from django.conf import settings
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

# From the connection, or the end of the request before, to the end of a head.
HEAD_SECONDS = 10
MOST_HEAD_BYTES = 64 * 1024

_open: Counter[str] = Counter()


class BoundedConnection(HttpToolsProtocol):
    """uvicorn's protocol; connections that exceed a limit are closed before anything is read of them."""

    head_timer: TimerHandle | None = None
    head_bytes = 0
    address = ""

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.address = self.client[0] if self.client else ""
        _open[self.address] += 1
        most = settings.PORTAL_CONNECTIONS_PER_ADDRESS
        # Everybody comes from the proxy's address.
        if _open[self.address] > most and self.address not in settings.PORTAL_TRUSTED_PROXIES:
            transport.abort()
            return
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._head_is_here()
        _open[self.address] -= 1
        if not _open[self.address]:
            del _open[self.address]

    def data_received(self, data: bytes) -> None:
        if self.head_timer is not None:
            self.head_bytes += len(data)
        super().data_received(data)
        # Still no whole head: what came belongs to it.
        if self.head_timer is not None and self.head_bytes > MOST_HEAD_BYTES:
            self.transport.abort()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if self.head_timer is None:
            self._await_head()

    def on_headers_complete(self) -> None:
        self._head_is_here()
        super().on_headers_complete()

    def _await_head(self) -> None:
        self.head_timer = self.loop.call_later(HEAD_SECONDS, self.transport.abort)
        self.head_bytes = 0

    def _head_is_here(self) -> None:
        if self.head_timer is not None:
            self.head_timer.cancel()
            self.head_timer = None
