"""OpenFlow: the version, and what makes a message one."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim, Context, Status
from netmon.protocols.openflow import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run


def message(version: int, kind: int, body: bytes = b"") -> bytes:
    return struct.pack(">BBHI", version, kind, len(body) + 8, 7) + body


TALK: list[Flight] = [
    (0, message(6, 0)),
    (1, message(4, 0, b"\0\1\0\x08\0\0\0\x12")),
    (1, message(4, 5)),
    (0, message(4, 6, bytes(24))),
]


def test_version() -> None:
    """The one both use in the end."""
    assert check(PROTOCOL, TALK) == {"openflow_version": ("1.3",)}
    assert run(PROTOCOL, TALK)[1] is Status.DONE


def test_claims() -> None:
    """One direction is weak on the usual port; two, or two in a row, are sure when they begin with HELLO,
    which is said once."""
    hello = message(1, 0)
    assert PROTOCOL.claims(ANYWHERE, hello, b"") is Claim.MORE
    assert PROTOCOL.claims(Context("tcp", 50000, 6653), hello, b"") is Claim.WEAK
    assert PROTOCOL.claims(ANYWHERE, hello, hello) is Claim.YES
    assert PROTOCOL.claims(ANYWHERE, hello + message(1, 5), b"") is Claim.YES
    assert PROTOCOL.claims(ANYWHERE, hello + hello, b"") is Claim.NO
    assert PROTOCOL.claims(ANYWHERE, message(1, 10, bytes(9)), message(1, 13, bytes(9))) is Claim.NO
    assert PROTOCOL.claims(ANYWHERE, message(9, 0), b"") is Claim.NO
    assert PROTOCOL.claims(ANYWHERE, b"\x01\x00\x00\x04aaaa", b"") is Claim.NO
    assert PROTOCOL.claims(ANYWHERE, b"\x03\x00\x00\x1c\x17\xe0" + bytes(22), b"") is Claim.NO
