"""DLEP."""

from __future__ import annotations

import struct

from netmon.protocols._contract import CLIENT, Claim, Context, Status
from netmon.protocols.dlep import PROTOCOL

from ._udp_cases import asked, fields, finding, survives, told


def item(kind: int, value: bytes) -> bytes:
    return struct.pack("!HH", kind, len(value)) + value


def message(kind: int, *items: bytes) -> bytes:
    return struct.pack("!HH", kind, sum(map(len, items))) + b"".join(items)


OFFER = b"DLEP" + message(2, item(4, b"\0radio-9"), item(2, bytes(7)))
SESSION = message(1, item(5, b"\0\0\x03\xe8"), item(4, b"\0router")) + message(16)


def test_discovery() -> None:
    """Signals and who sends them."""
    update = told(PROTOCOL, (1, OFFER))
    assert fields(update) == {"dlep_message": ("PEER_OFFER",), "dlep_peer": ("radio-9",)}
    assert finding(update).state == "PEER_OFFER"


def test_a_session_over_tcp() -> None:
    """Messages, whatever the cutting."""
    updates = []
    for size in (1, 1000):
        inspector = PROTOCOL.start(Context("tcp", 1, 854))
        for at in range(0, len(SESSION), size):
            assert inspector.feed(CLIENT, SESSION[at : at + size], 0) is Status.MORE
        updates.append(inspector.update())
    assert updates[0] == updates[1] is not None
    assert fields(updates[0])["dlep_message"] == ("SESSION_INITIALIZATION", "HEARTBEAT")


def test_claims() -> None:
    """Signals anywhere, sessions on the port."""
    assert asked(PROTOCOL, OFFER) is Claim.YES
    assert asked(PROTOCOL, OFFER[:-1]) is asked(PROTOCOL, b"DLEP" + message(9)) is Claim.NO
    assert PROTOCOL.claims(Context("tcp", 1, 854), SESSION, b"") is Claim.YES
    assert PROTOCOL.claims(Context("tcp", 1, 854), SESSION[:4], b"") is Claim.MORE
    assert PROTOCOL.claims(Context("tcp", 1, 2), SESSION, b"") is Claim.NO
    assert PROTOCOL.claims(Context("tcp", 1, 854), b"\0\x63" + bytes(10), b"") is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, OFFER, port=854)
