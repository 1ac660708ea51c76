"""What one address may hold open, without a network."""

from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from operations.web import connections
from operations.web.connections import BoundedConnection


class Connection(BoundedConnection):
    """One that reads nothing."""

    def __init__(self, address: str) -> None:
        self.client = (address, 1)
        self.aborted = False
        self.transport: Any = SimpleNamespace(abort=self.abort)
        self.loop: Any = SimpleNamespace(call_later=lambda *_: SimpleNamespace(cancel=lambda: None))

    def abort(self) -> None:
        self.aborted = True


@pytest.fixture(autouse=True)
def nothing_of_uvicorn(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    for name in ("connection_made", "connection_lost"):
        monkeypatch.setattr(HttpToolsProtocol, name, lambda *_: None)
    monkeypatch.setattr(connections, "_open", Counter())
    settings.PORTAL_CONNECTIONS_PER_ADDRESS = 2


def opened(*addresses: str) -> list[bool]:
    """Which of them are refused, one after the other."""
    found = [Connection(address) for address in addresses]
    for connection in found:
        connection.connection_made(connection.transport)
    return [connection.aborted for connection in found]


def test_an_address_has_so_many() -> None:
    assert opened("192.0.2.1", "192.0.2.1", "192.0.2.2", "192.0.2.1") == [False, False, False, True]


def test_a_network_of_ipv6_is_one_address() -> None:
    assert opened("2001:db8::1", "2001:db8::2", "2001:db8:0:1::1", "2001:db8::3") == [False, False, False, True]


def test_an_address_of_ipv4_written_as_ipv6_is_itself() -> None:
    assert opened("::ffff:192.0.2.1", "192.0.2.1", "192.0.2.1", "::ffff:192.0.2.2") == [False, False, True, False]


@pytest.mark.parametrize("named", ["192.0.2.9", "192.0.2.0/24", "*"])
def test_a_trusted_proxy_has_as_many_as_it_likes(named: str, settings: Any) -> None:
    settings.PORTAL_TRUSTED_PROXIES = [named]
    assert opened(*["192.0.2.9"] * 5) == [False] * 5


def test_what_is_closed_is_counted_no_more() -> None:
    for _ in range(5):
        connection = Connection("192.0.2.1")
        connection.connection_made(connection.transport)
        assert not connection.aborted
        connection.connection_lost(None)
    assert connections._open == {}
