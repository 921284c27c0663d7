"""AMQP 0-9-1: opening, midway, and AMQP 1.0's header."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim, Status
from netmon.protocols.amqp import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run, text_of


def method(class_: int, number: int, arguments: bytes = b"", channel: int = 0) -> bytes:
    body = struct.pack(">HH", class_, number) + arguments
    return struct.pack(">BHI", 1, channel, len(body)) + body + b"\xce"


TALK: list[Flight] = [
    (0, b"AMQP\0\0\x09\x01"),
    (1, method(10, 10, b"\0\x09" + bytes(20))),
    (0, method(10, 11, struct.pack(">I", 3) + b"abc\x05PLAIN" + b"\0\0\0\x0d\0user\0secret\x05en_US")),
    (1, method(10, 30, bytes(8))),
    (0, method(10, 31, bytes(8)) + method(10, 40, b"\x05/shop\0\0")),
    (1, method(10, 41, b"\0")),
    (0, method(60, 40, b"\0\0\0\x06secret\0", 1)),
]
MIDWAY = ANYWHERE.changed(midstream=True)


def test_opening() -> None:
    """Version and virtual host; the login is a risk and is not told."""
    assert check(PROTOCOL, TALK) == {"amqp_version": ("0.9.1",), "amqp_vhost": ("/shop",), "sasl_user": ("user",)}
    finding, status, updates = run(PROTOCOL, TALK)
    assert (finding.risks, finding.state, status) == (("clear-text-credentials",), "OPEN", Status.DONE)
    assert "secret" not in text_of(updates)


def test_version_1() -> None:
    """Its name and version, and whether its SASL layer sends a secret."""
    finding, status, _ = run(PROTOCOL, [(0, b"AMQP\0\1\0\0")])
    assert ([field.values for field in finding.fields], status) == ([("1.0.0",)], Status.DONE)
    for mechanism, risks in ((b"PLAIN", ("clear-text-credentials",)), (b"EXTERNAL", ())):
        offer = bytes((len(mechanism),)) + mechanism
        body = b"\0\x53\x41\xc0" + bytes((6 + len(mechanism), 2)) + b"\xa3" + offer + b"\xa0\5\0a\0bc"
        start = (8 + len(body)).to_bytes(4, "big") + b"\2\1\0\0" + body
        finding, status, updates = run(PROTOCOL, [(0, b"AMQP\3\1\0\0"), (1, b"AMQP\3\1\0\0"), (0, start)])
        assert (finding.risks, status) == (risks, Status.DONE)
        assert "abc" not in text_of(updates)


def test_claims() -> None:
    """Frames alone only midway, and only with their end where it should be."""
    publish = TALK[6][1]
    assert PROTOCOL.claims(MIDWAY, publish, b"") is Claim.YES
    assert PROTOCOL.claims(ANYWHERE, publish, b"") is Claim.NO
    assert PROTOCOL.claims(MIDWAY, publish[:-1] + b"\xcf", b"") is Claim.NO
    assert PROTOCOL.claims(MIDWAY, method(11, 40, bytes(9)), b"") is Claim.NO
    assert PROTOCOL.claims(ANYWHERE, b"AMQ", b"") is Claim.MORE
