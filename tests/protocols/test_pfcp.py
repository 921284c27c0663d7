"""PFCP."""

from __future__ import annotations

import struct

from netmon.model.finding import Role
from netmon.protocols._contract import Claim
from netmon.protocols.pfcp import PROTOCOL

from ._udp_cases import asked, fields, on, survives, told


def element(kind: int, body: bytes) -> bytes:
    return struct.pack("!HH", kind, len(body)) + body


def message(kind: int, number: int, body: bytes, session: bool = False) -> bytes:
    rest = (bytes(8) if session else b"") + number.to_bytes(3, "big") + b"\0" + body
    return struct.pack("!BBH", 0x21 if session else 0x20, kind, len(rest)) + rest


SETUP = message(5, 1, element(60, b"\0\1\2\3\4") + element(96, bytes(4)))
REFUSAL = message(6, 1, element(60, b"\0\1\2\3\4") + element(19, b"\x49"))
SESSION = message(50, 2, element(60, b"\0\1\2\3\4") + element(19, b"\1"), session=True)
HEARTBEAT = message(1, 3, b"")


def test_conversation() -> None:
    """Messages, causes of refusals, pairs."""
    update = told(PROTOCOL, (0, SETUP), (1, REFUSAL), (0, SESSION))
    assert fields(update) == {
        "pfcp_message": ("ASSOCIATION_SETUP_REQUEST", "ASSOCIATION_SETUP_RESPONSE", "SESSION_ESTABLISHMENT_REQUEST"),
        "pfcp_cause": (0x49,),
    }
    assert [half.role for half in update.exchanges] == [Role.REQUEST, Role.RESPONSE, Role.REQUEST]


def test_claims() -> None:
    """Elements that fill it, or the port."""
    assert asked(PROTOCOL, SETUP) is asked(PROTOCOL, HEARTBEAT, on(8805)) is Claim.YES
    assert asked(PROTOCOL, HEARTBEAT) is Claim.NO
    for data in (
        SETUP[:-1],
        SETUP + b"x",
        message(99, 1, b""),
        message(5, 1, element(0, b"")),
        message(5, 1, b"\0\1\0\x09"),
    ):
        assert asked(PROTOCOL, data, on(8805)) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, SETUP, SESSION, port=8805)
