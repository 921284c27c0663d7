"""OPC UA: hello and the opening of a channel."""

from __future__ import annotations

import ssl
import struct
from pathlib import Path

from netmon.protocols._contract import Claim, Status
from netmon.protocols.opcua import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run, text_of
from ._tls_peers import certificate


def message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("<I", len(body) + 8) + body


def text(value: bytes) -> bytes:
    return struct.pack("<I", len(value)) + value


OPEN = bytes(4) + text(b"http://opcfoundation.org/UA/SecurityPolicy#Basic256Sha256") + bytes(8)
TALK: list[Flight] = [
    (0, message(b"HELF", bytes(20) + text(b"opc.tcp://me:secret@Plant.example:4840/line?x=secret"))),
    (1, message(b"ACKF", bytes(20))),
    (0, message(b"OPNF", OPEN)),
    (1, message(b"OPNF", OPEN)),
]


def test_opening() -> None:
    """Endpoint without login and query, and the security policy."""
    assert check(PROTOCOL, TALK) == {
        "opcua_endpoint": ("opc.tcp://Plant.example:4840/line",),
        "opcua_policy": ("Basic256Sha256",),
    }
    finding, status, updates = run(PROTOCOL, TALK)
    assert (finding.hostname, status) == ("plant.example", Status.DONE)
    assert "secret" not in text_of(updates)


def test_certificates() -> None:
    """The server's with its names and validity, the client's with its names; unsigned channels have none."""
    der = ssl.PEM_cert_to_DER_cert(Path(certificate()[0]).read_text(encoding="ascii"))
    policy = bytes(4) + text(b"http://opcfoundation.org/UA/SecurityPolicy#Basic256Sha256")
    channel = message(b"OPNF", policy + text(der) + text(bytes(20)) + bytes(40))
    asked = check(PROTOCOL, [*TALK[:2], (0, channel)])
    assert asked["tls_cert_san"] == ("www.example.org", "alt.example")
    assert "tls_cert_subject" not in asked
    told = check(PROTOCOL, [*TALK[:2], (0, message(b"OPNF", policy + b"\xff" * 8)), (1, channel)])
    assert (told["tls_cert_subject"], told["tls_cert_not_after"]) == (("CN=www.example.org",), ("2024-07-01T00:00:00Z",))


def test_claims() -> None:
    """Type, chunk mark and length."""
    assert PROTOCOL.claims(ANYWHERE, b"HELO mail\r\n", b"") is Claim.NO
    assert PROTOCOL.claims(ANYWHERE, b"MSGF\xff\xff\xff\xff", b"") is Claim.NO
    assert PROTOCOL.claims(ANYWHERE, b"HELF\x07\0\0\0", b"") is Claim.NO
    assert PROTOCOL.claims(ANYWHERE, message(b"MSGC", bytes(30)), b"") is Claim.YES
