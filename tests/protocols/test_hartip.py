"""HART-IP over UDP and TCP."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim, Context
from netmon.protocols.hartip import PROTOCOL

from ._streams import ANYWHERE, Flight, check
from ._udp_cases import asked, fields, on, survives, told


def message(kind: int, identifier: int, number: int, body: bytes = b"", status: int = 0) -> bytes:
    return struct.pack("!BBBBHH", 1, kind, identifier, status, number, 8 + len(body)) + body


INITIATE = message(0, 0, 2, struct.pack("!BI", 1, 60000))
ASK, ANSWER = message(0, 3, 3, b"\x82" + bytes(8)), message(1, 3, 3, b"\x86" + bytes(20), 8)
TALK: list[Flight] = [(0, INITIATE), (1, message(1, 0, 2, struct.pack("!BI", 1, 60000))), (0, ASK), (1, ANSWER)]


def test_conversation() -> None:
    """Recognised however it is cut."""
    assert check(PROTOCOL, TALK) == {
        "hart_message": ("SESSION_INITIATE_REQUEST", "SESSION_INITIATE_RESPONSE", "TOKEN_PASSING_REQUEST",
                         "TOKEN_PASSING_RESPONSE"),
        "hart_status": (8,),
    }  # fmt: skip


def test_datagrams() -> None:
    """The same over UDP; an initiation on any port, the rest on the usual one."""
    assert asked(PROTOCOL, INITIATE) is Claim.YES
    assert asked(PROTOCOL, ASK) is Claim.MORE and asked(PROTOCOL, ASK, on(5094)) is Claim.YES
    for data in (ASK[:-1], ASK + b"x", b"\3" + ASK[1:], ASK[:2] + b"\x63" + ASK[3:]):
        assert asked(PROTOCOL, data, on(5094)) is Claim.NO
    assert fields(told(PROTOCOL, (0, ASK)))["hart_message"] == ("TOKEN_PASSING_REQUEST",)
    survives(PROTOCOL, INITIATE, ASK, port=5094)


def test_stream_claims() -> None:
    """Over TCP likewise."""
    assert PROTOCOL.claims(ANYWHERE, ASK, b"") is Claim.MORE
    assert PROTOCOL.claims(Context("tcp", 1, 5094), ASK, b"") is Claim.YES
    assert PROTOCOL.claims(ANYWHERE, b"\1\0\x63\0\0\0\0\x08", b"") is Claim.NO
