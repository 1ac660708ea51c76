"""What one address may hold open at the web server, and how long a request's head may take."""

from asyncio import TimerHandle, Transport
from collections import Counter
from ipaddress import ip_address, ip_network

from django.conf import settings
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from operations.origins import origin_of

# From the connection, or the end of the request before, to the end of a head.
HEAD_SECONDS = 10
MOST_HEAD_BYTES = 64 * 1024

_open: Counter[str] = Counter()


class BoundedConnection(HttpToolsProtocol):
    """uvicorn's protocol; connections that exceed a limit are closed before anything is read of them."""

    head_timer: TimerHandle | None = None
    head_bytes = 0
    origin = ""

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        address = self.client[0] if self.client else ""
        self.origin = origin_of(address)
        _open[self.origin] += 1
        most = settings.PORTAL_CONNECTIONS_PER_ADDRESS
        # Everybody comes from the proxy's address.
        if _open[self.origin] > most and not _is_proxy(address):
            transport.abort()
            return
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._head_is_here()
        _open[self.origin] -= 1
        if not _open[self.origin]:
            del _open[self.origin]

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


def _is_proxy(address: str) -> bool:
    """Whether PORTAL_TRUSTED_PROXIES names it, itself or its network."""
    named = settings.PORTAL_TRUSTED_PROXIES
    return address in named or "*" in named or any(_is_within(address, network) for network in named)


def _is_within(address: str, network: str) -> bool:
    try:
        return ip_address(address) in ip_network(network, strict=False)
    except ValueError:
        return False
