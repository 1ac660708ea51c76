"""The portal over https, as `make run TLS=1` starts it."""

import os
import re
from pathlib import Path

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
