"""Microsoft's own clients against running portals, where somebody asked for it (`make interop`)."""

import os
from collections.abc import Iterator
from pathlib import Path

# Now: pytest imports it at its very end, where CPython 3.11.7 trips over the SDK's garbage (gh-106905).
import hypothesis  # noqa: F401
import pytest

from tests.journeys.portal import Portal
from tests.journeys.secure import SecurePortal


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    portal = Portal(Path(tmp_path_factory.mktemp("interop")) / "data")
    try:
        yield portal.start()
        assert portal.stop() == 0
    finally:
        portal.kill()


@pytest.fixture(scope="session")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecurePortal]:
    portal = SecurePortal(Path(tmp_path_factory.mktemp("secure")) / "data")
    try:
        yield portal.start()
        assert portal.stop() == 0
    finally:
        portal.kill()
        for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
            os.environ.pop(name, None)
