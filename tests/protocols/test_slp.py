"""SLP."""

from __future__ import annotations

import struct

from netmon.model.finding import Role
from netmon.protocols._contract import Claim
from netmon.protocols.slp import PROTOCOL

from ._udp_cases import asked, fields, finding, on, survives, told


def text(value: bytes) -> bytes:
    return struct.pack("!H", len(value)) + value


def version_2(function: int, body: bytes) -> bytes:
    tail = bytes(5) + b"\x12\x34" + text(b"en") + body
    return bytes([2, function]) + (5 + len(tail)).to_bytes(3, "big") + tail


REQUEST = version_2(1, text(b"") + text(b"service:printer") + text(b"DEFAULT") + text(b"") + text(b""))
REPLY = version_2(2, b"\0\0\0\1\0\xff\xff" + text(b"service:printer://192.0.2.1/x?key=secret") + b"\0")
VERSION_1 = b"\1\1" + struct.pack("!H", 20) + bytes(16)


def test_request_and_reply() -> None:
    """What is asked for and what is told, without a query string."""
    update = told(PROTOCOL, (0, REQUEST), (1, REPLY))
    assert fields(update) == {
        "slp_function": ("SERVICE_REQUEST", "SERVICE_REPLY"),
        "slp_service": ("service:printer", "service:printer://192.0.2.1/x"),
    }
    assert finding(update).summary == "SERVICE_REPLY service:printer"
    assert [half.role for half in update.exchanges] == [Role.REQUEST, Role.RESPONSE]
    assert "secret" not in str(update)


def test_claims() -> None:
    """Version 2 anywhere, version 1 on the port, exact lengths only."""
    assert asked(PROTOCOL, REQUEST) is asked(PROTOCOL, VERSION_1, on(427)) is Claim.YES
    assert (
        asked(PROTOCOL, VERSION_1) is asked(PROTOCOL, REQUEST[:-1], on(427)) is asked(PROTOCOL, REQUEST + b"x") is Claim.NO
    )


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, REQUEST, REPLY, VERSION_1, port=427)
