"""BGP: two OPENs with four-octet AS numbers, updates, a notification."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim, Context
from netmon.protocols.bgp import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run


def message(kind: int, body: bytes = b"") -> bytes:
    """Marker, length, type."""
    return b"\xff" * 16 + struct.pack(">HB", 19 + len(body), kind) + body


def opening(number: int, router: bytes, hold: int) -> bytes:
    """An OPEN with the capability of RFC 6793."""
    capability = b"\x01\x04\x00\x01\x00\x01" + b"\x41\x04" + struct.pack(">I", number)
    parameters = b"\x02" + bytes((len(capability),)) + capability
    return message(1, struct.pack(">BHH", 4, 23456, hold) + router + bytes((len(parameters),)) + parameters)


CONVERSATION: list[Flight] = [
    (0, opening(4200000001, bytes((192, 0, 2, 1)), 180)),
    (1, opening(65001, bytes((192, 0, 2, 2)), 90) + message(4)),
    (0, message(4) + message(2, bytes(4))),
    (1, message(3, b"\x06\x02")),
]


def test_session() -> None:
    """Who peers with whom, and why it ended."""
    assert check(PROTOCOL, CONVERSATION) == {
        "bgp_as": (4200000001, 65001),
        "bgp_router_id": ("192.0.2.1", "192.0.2.2"),
        "bgp_hold_time": (90,),
        "bgp_error": ("6/2",),
    }
    finding = run(PROTOCOL, CONVERSATION)[0]
    assert (finding.state, finding.summary) == ("NOTIFICATION", "AS4200000001 ↔ AS65001")
    assert run(PROTOCOL, CONVERSATION[:3])[0].state == "ESTABLISHED"


def test_claims() -> None:
    """The marker alone is not enough."""
    assert PROTOCOL.claims(Context("tcp", 1, 179), b"\xff" * 18 + b"\x09", b"") is Claim.NO
    assert PROTOCOL.claims(ANYWHERE, b"", message(4)) is Claim.YES
