"""S7comm: connection, set-up, reading."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim, Context
from netmon.protocols.s7comm import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run


def tpkt(body: bytes) -> bytes:
    """TPKT around a transport PDU."""
    return struct.pack(">BBH", 3, 0, 4 + len(body)) + body


def job(function: int) -> bytes:
    """A job with that function."""
    return tpkt(b"\x02\xf0\x80" + b"\x32\x01\x00\x00\x00\x01\x00\x08\x00\x00" + bytes((function,)) + bytes(7))


CONNECT = tpkt(b"\x11\xe0\x00\x00\x00\x01\x00\xc0\x01\x0a\xc1\x02\x01\x00\xc2\x02\x01\x02")
CONFIRM = tpkt(b"\x11\xd0\x00\x01\x00\x02\x00\xc0\x01\x0a\xc1\x02\x01\x00\xc2\x02\x01\x02")
CONVERSATION: list[Flight] = [(0, CONNECT), (1, CONFIRM), (0, job(0xF0)), (1, job(0xF0)), (0, job(0x04)), (0, job(0x29))]


def test_conversation() -> None:
    """Functions by name."""
    assert check(PROTOCOL, CONVERSATION) == {"s7_function": ("SETUP", "READ", "STOP")}
    assert run(PROTOCOL, CONVERSATION)[0].state == "ESTABLISHED"


def test_claims() -> None:
    """A connection request alone is a hint on the usual port only; MMS has another first byte."""
    assert PROTOCOL.claims(ANYWHERE, CONNECT, CONFIRM) is Claim.MORE
    assert PROTOCOL.claims(Context("tcp", 1, 102), CONNECT, CONFIRM) is Claim.WEAK
    assert PROTOCOL.claims(ANYWHERE, CONNECT + tpkt(b"\x02\xf0\x80\x0d\x01"), b"") is Claim.NO


def test_a_fragment_with_nothing_but_the_magic() -> None:
    """The next packet tells."""
    split_in_two = tpkt(b"\x02\xf0\x80\x32") + job(4)
    assert PROTOCOL.claims(ANYWHERE, split_in_two, b"") is Claim.YES
    assert PROTOCOL.claims(ANYWHERE, split_in_two[:8], b"") is Claim.MORE
