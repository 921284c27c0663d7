"""Oracle: the connect packet."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim
from netmon.protocols.oracle import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run

DESCRIPTOR = b"(DESCRIPTION=(CONNECT_DATA=(SERVICE_NAME=sales)(CID=(PROGRAM=sqlplus)(USER=scott))))"


def connect(descriptor: bytes) -> bytes:
    body = bytes(16) + struct.pack(">HH", len(descriptor), 58) + bytes(30)
    return struct.pack(">HHBBH", len(body) + len(descriptor) + 8, 0, 1, 0, 0) + body + descriptor


TALK: list[Flight] = [(0, connect(DESCRIPTOR)), (1, struct.pack(">HHBBH", 32, 0, 2, 0, 0) + bytes(24))]


def test_conversation() -> None:
    """Recognised however it is cut, and what may be told of it."""
    assert check(PROTOCOL, TALK) == {"oracle_service": ("sales",), "oracle_program": ("sqlplus",)}


def test_others() -> None:
    """What only looks alike is refused."""
    for head in (
        connect(b"no descriptor at all"),
        connect(DESCRIPTOR).replace(b"\0\0\1", b"\0\1\1", 1),
        b"\0\x7b\0\0\2" + bytes(70),
    ):
        assert PROTOCOL.claims(ANYWHERE, head, b"") is Claim.NO


def test_state() -> None:
    """The server's answer is the state; the user is not told."""
    finding, _, updates = run(PROTOCOL, TALK)
    assert (finding.state, finding.summary) == ("ACCEPTED", "sales")
    assert "scott" not in repr(updates)
