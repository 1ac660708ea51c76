"""One switch makes a certificate and serves https, and nothing in the clear."""

import http.client
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.portal import JOURNEY, OPERATIONS, call
from tests.journeys.secure import SecurePortal

pytestmark = JOURNEY


@pytest.fixture
def secure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SecurePortal]:
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    portal = SecurePortal(tmp_path / "data")
    try:
        yield portal.start()
        assert portal.stop() == 0, portal.log()
    finally:
        portal.kill()


def test_https_works_with_the_certificate_that_the_screen_names(secure: SecurePortal) -> None:
    assert f"--cacert '{secure.authority}'" in secure.log()
    created = secure.call("POST", OPERATIONS, {})
    assert created.status == 201
    assert created.headers["Location"].startswith(secure.root)
    assert "Strict-Transport-Security" not in created.headers, "it would bind every other portal on localhost"
    with pytest.raises((OSError, http.client.HTTPException)):
        call("GET", secure.root.replace("https:", "http:"))
    form = {
        "grant_type": "client_credentials",
        "client_id": secure.client_id,
        "client_secret": secure.client_secret,
        "scope": f"{secure.root}/.default",
    }
    data = urllib.parse.urlencode(form).encode()
    with urllib.request.urlopen(f"{secure.root}/contoso/oauth2/v2.0/token", data=data, timeout=30) as answer:
        assert answer.status == 200
