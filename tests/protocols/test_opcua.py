"""OPC UA: hello and the opening of a channel."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim, Status
from netmon.protocols.opcua import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run, text_of


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


def test_claims() -> None:
    """Type, chunk mark and length."""
    assert PROTOCOL.claims(ANYWHERE, b"HELO mail\r\n", b"") is Claim.NO
    assert PROTOCOL.claims(ANYWHERE, b"MSGF\xff\xff\xff\xff", b"") is Claim.NO
    assert PROTOCOL.claims(ANYWHERE, b"HELF\x07\0\0\0", b"") is Claim.NO
    assert PROTOCOL.claims(ANYWHERE, message(b"MSGC", bytes(30)), b"") is Claim.YES
