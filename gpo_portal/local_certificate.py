"""A certificate for this machine alone, so that clients which insist on https work without any other set-up."""

import ipaddress
import os
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

# What browsers accept at most, and when a new one is made.
VALID, RENEWED = timedelta(days=397), timedelta(days=30)
ADDRESSES = ("127.0.0.1", "::1")


def ensure(folder: Path) -> tuple[Path, Path, Path]:
    """Paths of the authority's certificate, the server's, and its key (PKCS#8). Kept while they hold."""
    authority, certificate, key = (folder / name for name in ("authority.pem", "server.pem", "server.key"))
    if not _holds(certificate) or not key.is_file() or not authority.is_file():
        folder.mkdir(mode=0o700, exist_ok=True)
        _make(authority, certificate, key)
    return authority, certificate, key


def names() -> list[str]:
    """The host names that the certificate is for."""
    return list(dict.fromkeys(["localhost", socket.gethostname()]))


def _holds(path: Path) -> bool:
    if not path.is_file():
        return False
    certificate = x509.load_pem_x509_certificate(path.read_bytes())
    alternatives = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    is_fresh = certificate.not_valid_after_utc - datetime.now(UTC) > RENEWED
    return is_fresh and set(names()) <= set(alternatives.get_values_for_type(x509.DNSName))


def _make(authority: Path, certificate: Path, key: Path) -> None:
    # The authority's key is forgotten at once: nobody can make other certificates with it.
    authority_key, server_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer = _named(f"GPO Portal on {socket.gethostname()}"[:64])
    made = _builder(issuer, issuer, authority_key.public_key())
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True).add_extension(
        x509.KeyUsage(
            digital_signature=True, key_cert_sign=True, crl_sign=True, content_commitment=False,
            key_encipherment=False, data_encipherment=False, key_agreement=False, encipher_only=False,
            decipher_only=False,
        ),
        critical=True,
    )  # fmt: skip
    identifier = x509.SubjectKeyIdentifier.from_public_key(authority_key.public_key())
    own = made.add_extension(identifier, critical=False).sign(authority_key, hashes.SHA256())
    alternatives = [x509.DNSName(name) for name in names()]
    served = (
        _builder(_named("localhost"), issuer, server_key.public_key())
        .add_extension(
            x509.SubjectAlternativeName(
                [*alternatives, *(x509.IPAddress(ipaddress.ip_address(one)) for one in ADDRESSES)]
            ),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    authority.write_bytes(own.public_bytes(serialization.Encoding.PEM))
    certificate.write_bytes(served.public_bytes(serialization.Encoding.PEM))
    handle = os.open(key, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(
            server_key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + VALID)
    )
