"""The certificate of `make run TLS=1`: made once, trusted by its own authority only, renewed in time."""

import ssl
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from operations.management import local_certificate


def test_it_is_for_this_machine_and_its_authority_vouches_for_it(tmp_path: Path) -> None:
    authority, certificate, key = local_certificate.ensure(tmp_path / "tls")
    served = x509.load_pem_x509_certificate(certificate.read_bytes())
    issuer = x509.load_pem_x509_certificate(authority.read_bytes())
    served.verify_directly_issued_by(issuer)
    names = served.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert "localhost" in names.get_values_for_type(x509.DNSName)
    assert {str(one) for one in names.get_values_for_type(x509.IPAddress)} == {"127.0.0.1", "::1"}
    ssl.create_default_context(cafile=str(authority))
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key)


def test_only_its_owner_reads_the_key(tmp_path: Path) -> None:
    _, _, key = local_certificate.ensure(tmp_path / "tls")
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(key.parent.stat().st_mode) == 0o700
    serialization.load_pem_private_key(key.read_bytes(), password=None)


def test_it_is_kept_while_it_holds_and_renewed_before_it_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "tls"
    _, certificate, _ = local_certificate.ensure(folder)
    first = certificate.read_bytes()
    local_certificate.ensure(folder)
    assert certificate.read_bytes() == first
    monkeypatch.setattr(local_certificate, "RENEWED", local_certificate.VALID)
    local_certificate.ensure(folder)
    assert certificate.read_bytes() != first
    ends = x509.load_pem_x509_certificate(certificate.read_bytes()).not_valid_after_utc
    assert ends - datetime.now(UTC) <= timedelta(days=397)


def test_another_host_name_needs_another_certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, certificate, _ = local_certificate.ensure(tmp_path / "tls")
    first = certificate.read_bytes()
    monkeypatch.setattr("socket.gethostname", lambda: "renamed")
    local_certificate.ensure(tmp_path / "tls")
    assert certificate.read_bytes() != first
