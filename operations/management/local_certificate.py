"""A certificate for this machine alone, so that clients which insist on https work without any other set-up."""

import os
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme
from cryptography import x509

# What browsers accept at most, and when a new one is made.
VALID, RENEWED = timedelta(days=397), timedelta(days=30)
ADDRESSES = ("127.0.0.1", "::1")


def ensure(folder: Path) -> tuple[Path, Path, Path]:
    """Paths of the authority's certificate, the server's, and its key. Kept while they are valid."""
    authority, certificate, key = (folder / name for name in ("authority.pem", "server.pem", "server.key"))
    if not _is_valid(certificate) or not key.is_file() or not authority.is_file():
        folder.mkdir(mode=0o700, exist_ok=True)
        _make(authority, certificate, key)
    return authority, certificate, key


def names() -> list[str]:
    """The host names that the certificate is for."""
    return list(dict.fromkeys(["localhost", socket.gethostname()]))


def _is_valid(path: Path) -> bool:
    if not path.is_file():
        return False
    certificate = x509.load_pem_x509_certificate(path.read_bytes())
    alternatives = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    is_fresh = certificate.not_valid_after_utc - datetime.now(UTC) > RENEWED
    return is_fresh and set(names()) <= set(alternatives.get_values_for_type(x509.DNSName))


def _make(authority: Path, certificate: Path, key: Path) -> None:
    # The authority's key is forgotten at once: nobody can make other certificates with it.
    issuer = trustme.CA(path_length=0, organization_name="GPO Portal", organization_unit_name=socket.gethostname()[:64])
    served = issuer.issue_cert(
        *names(),
        *ADDRESSES,
        organization_name="GPO Portal",
        organization_unit_name=socket.gethostname()[:64],
        not_after=datetime.now(UTC) + VALID,
    )
    issuer.cert_pem.write_to_path(authority)
    served.cert_chain_pems[0].write_to_path(certificate)
    handle = os.open(key, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(served.private_key_pem.bytes())
