"""SOME/IP: calls, errors, discovery, over UDP and TCP."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim, Context
from netmon.protocols.someip import PROTOCOL

from ._streams import ANYWHERE, Flight, check
from ._udp_cases import asked, fields, finding, on, survives, told


def message(kind: int, body: bytes = b"", code: int = 0, service: int = 0x1234, method: int = 8) -> bytes:
    return struct.pack("!HHIHHBBBB", service, method, 8 + len(body), 0, 1, 1, 1, kind, code) + body


def entry(kind: int, service: int, alive: int) -> bytes:
    return struct.pack("!BBBBHHB", kind, 0, 0, 0, service, 1, 1) + alive.to_bytes(3, "big") + bytes(4)


CALL, ANSWER, FAULT = message(0, b"\0\0\0\1a"), message(0x80, bytes(4)), message(0x81, code=2)
DISCOVERY = message(2, bytes(4) + struct.pack("!I", 48) + entry(0, 1, 3) + entry(1, 2, 3) + entry(1, 3, 0) + bytes(4),
                    service=0xFFFF, method=0x8100)  # fmt: skip
COOKIE = struct.pack("!HHIIBBBB", 0xFFFF, 0, 8, 0xDEADBEEF, 1, 1, 1, 0)
TALK: list[Flight] = [(0, COOKIE + CALL), (1, ANSWER)]


def test_conversation() -> None:
    """Recognised however it is cut."""
    assert check(PROTOCOL, TALK) == {
        "someip_type": ("REQUEST", "RESPONSE"),
        "someip_service": ("0x1234",),
        "someip_method": ("0x1234.0x0008",),
    }


def test_datagrams() -> None:
    """One message or several; errors by name."""
    update = told(PROTOCOL, (0, CALL + CALL), (1, FAULT))
    assert fields(update)["someip_result"] == ("UNKNOWN_SERVICE",) and len(update.exchanges) == 3
    update = told(PROTOCOL, (0, DISCOVERY))
    assert fields(update)["someip_sd"] == ("FIND", "OFFER", "STOP_OFFER")
    assert finding(update).state == "DISCOVERY"


def test_claims() -> None:
    """Lengths must fill the datagram; requests have no return code."""
    assert asked(PROTOCOL, CALL + ANSWER) is asked(PROTOCOL, DISCOVERY, on(30490)) is Claim.YES
    for data in (CALL[:-1], CALL + b"x", message(0, code=1), message(3), CALL[:12] + b"\2" + CALL[13:]):
        assert asked(PROTOCOL, data) is Claim.NO
    assert PROTOCOL.claims(ANYWHERE, CALL, b"") is Claim.MORE
    assert PROTOCOL.claims(Context("tcp", 1, 30491), CALL, b"") is PROTOCOL.claims(ANYWHERE, CALL, ANSWER) is Claim.YES
    assert PROTOCOL.claims(ANYWHERE, CALL + CALL, b"") is Claim.YES


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, CALL, DISCOVERY, port=30490)
