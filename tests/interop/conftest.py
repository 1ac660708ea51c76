"""Microsoft's own clients against running portals, where somebody asked for it (`make interop`)."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

# Now: pytest imports it at its very end, where CPython 3.11.7 trips over the SDK's garbage (gh-106905).
import hypothesis  # noqa: F401
import pytest

from tests.journeys.portal import Portal


class SecurePortal(Portal):
    """Over https, with the certificate that it makes itself, and a client for its token endpoint."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, TLS="1")
        self.root = f"https://localhost:{self.port}"
        self.authority = folder / "tls" / "authority.pem"
        self.client_id = self.client_secret = ""

    def start(self) -> "SecurePortal":
        # Where Python's own ssl and httpx, and where requests look for authorities to trust.
        os.environ["SSL_CERT_FILE"] = os.environ["REQUESTS_CA_BUNDLE"] = str(self.authority)
        super().start()
        printed = self.manage("create_api_client", "Interop").stdout
        found = dict(re.findall(r"(client_id|client_secret)=(\S+)", printed))
        self.client_id, self.client_secret = found["client_id"], found["client_secret"]
        return self


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
