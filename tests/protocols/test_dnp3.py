"""DNP3: frames with right and wrong checksums, over TCP and UDP."""

from __future__ import annotations

import struct

import pytest

from netmon.errors import ParseError
from netmon.protocols._contract import Claim, Context
from netmon.protocols.dnp3 import PROTOCOL, checksum

from ._streams import ANYWHERE, Flight, check, run, values


def frame(user: bytes, control: int = 0xC4) -> bytes:
    """Link header and blocks of sixteen."""
    header = b"\x05\x64" + struct.pack("<BBHH", 5 + len(user), control, 4, 3)
    blocks = [user[at : at + 16] for at in range(0, len(user), 16)]
    return b"".join(part + checksum(part).to_bytes(2, "little") for part in (header, *blocks))


READ, RESPONSE = frame(b"\xc0\xc1\x01" + bytes(30)), frame(b"\xc0\xc1\x81" + bytes(9), 0x44)
CONVERSATION: list[Flight] = [(0, frame(b"", 0xC9) + READ), (1, RESPONSE), (0, frame(b"\x80\x17\x17" + bytes(20)))]


def test_conversation() -> None:
    """Functions of first segments only; addresses of both ends."""
    assert check(PROTOCOL, CONVERSATION) == {"dnp3_address": (3, 4), "dnp3_func": (1, 129)}


def test_checksum_of_the_standard() -> None:
    """The table gives what the polynomial gives bit by bit."""
    header, value = b"\x05\x64\x05\xc0\x01\x00\x0a\x00", 0
    for octet in header:
        value ^= octet
        for _ in range(8):
            value = value >> 1 ^ 0xA6BC if value & 1 else value >> 1
    assert checksum(header) == value ^ 0xFFFF


def test_wrong_checksum_is_not_claimed() -> None:
    """Nor fed."""
    damaged = READ[:8] + b"\0\0" + READ[10:]
    assert PROTOCOL.claims(ANYWHERE, damaged, b"") is Claim.NO
    with pytest.raises(ParseError):
        PROTOCOL.start(ANYWHERE).feed(0, damaged, 0)


def test_datagrams() -> None:
    """Several frames in one."""
    context = Context("udp", 50000, 44444)
    assert PROTOCOL.claims(context, READ, b"") is Claim.YES
    assert values(run(PROTOCOL, [(0, READ + RESPONSE)], context)[0])["dnp3_func"] == (1, 129)
