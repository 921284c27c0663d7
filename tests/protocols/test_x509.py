"""Certificates: what is told, and what is survived."""

from __future__ import annotations

import random
import ssl
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID, ObjectIdentifier

from netmon.protocols._x509 import MAXIMUM_CERTIFICATE, first_certificate, read_certificate

from ._tls_peers import NOW, certificate

DER = ssl.PEM_cert_to_DER_cert(Path(certificate()[0]).read_text(encoding="ascii"))


def test_names_and_dates() -> None:
    """Subject, issuer, validity, alternative names."""
    read = read_certificate(DER, alone=True)
    assert read is not None
    assert (read.subject, read.issuer, read.self_signed) == ("CN=www.example.org", "CN=www.example.org", True)
    assert read.names == ("www.example.org", "alt.example")
    assert read.not_after is not None
    assert read.not_after.isoformat() == "2024-07-01T00:00:00+00:00"


def test_attributes_by_keyword() -> None:
    """Not ``1.2.840.113549.1.9.1=...``; what has no keyword keeps its number."""
    key = ec.generate_private_key(ec.SECP256R1())
    texts = {NameOID.EMAIL_ADDRESS: "ca@example.org", NameOID.SERIAL_NUMBER: "7", ObjectIdentifier("1.2.3"): "odd"}
    name = x509.Name([x509.NameAttribute(kind, text) for kind, text in texts.items()])
    built = x509.CertificateBuilder(name, name, key.public_key(), 1, NOW, NOW).sign(key, hashes.SHA256())
    read = read_certificate(built.public_bytes(serialization.Encoding.DER), alone=True)
    assert read is not None
    assert read.subject == read.issuer == "1.2.3=odd,serialNumber=7,emailAddress=ca@example.org"


def test_chain_is_not_self_signed() -> None:
    """A leaf with a chain behind it."""
    body = len(DER).to_bytes(3, "big") + DER
    message = (2 * len(body)).to_bytes(3, "big") + body * 2
    leaf, rest = first_certificate(message)
    assert (leaf, rest) == (DER, len(body))
    read = read_certificate(leaf, alone=rest == 0)
    assert read is not None
    assert not read.self_signed


def test_damage_is_survived() -> None:
    """Flipped bytes and truncation give a certificate or none, never an exception."""
    source = random.Random(1)
    for _ in range(300):
        damaged = bytearray(DER)
        for _ in range(source.randint(1, 4)):
            damaged[source.randrange(len(damaged))] = source.randrange(256)
        read_certificate(bytes(damaged[: source.randint(1, len(damaged))]), alone=True)
        read_certificate(bytes(damaged), alone=True)
    assert read_certificate(b"\x30" * (MAXIMUM_CERTIFICATE + 1), alone=True) is None
    assert first_certificate(b"\0\0\0") == (b"", 0)


def test_names_of_a_certificate_that_the_library_refuses() -> None:
    """Dates that are none, and the end cut off: the names before that are still told."""
    dates = DER.index(b"240701000000Z")
    damaged = DER[:dates] + b"24julfirst00Z" + DER[dates + 13 :]
    read = read_certificate(damaged, alone=True)
    assert read is not None
    assert read.names == ("www.example.org", "alt.example")
    assert (read.subject, read.issuer, read.not_after, read.self_signed) == ("", "", None, False)
    cut = read_certificate(damaged[: damaged.index(b"alt.example") - 1], alone=True)
    assert cut is not None
    assert cut.names == ("www.example.org",)
    assert read_certificate(damaged[:40], alone=True) is None
